/** The audit log: of a project for its owners, of accounts and sign-ins for whoever owns the workspace. */
import { type AuditEntry, auditActs, auditPageSchema } from '@attest/schema/audit'
import { type Context, Hono } from 'hono'
import * as z from 'zod'
import { parseBody } from '../body.ts'
import { csvLine } from '../csv.ts'
import { HttpProblem } from '../problem.ts'
import type { AuditQuery } from '../store/audit.ts'
import { type Env, ownedProjectOf, type RouteOptions, requirePerson } from './context.ts'
import { describe, type RouteDescription } from './describe.ts'

const querySchema = z.object({
  before: z.coerce.number().int().min(1).optional(),
  limit: z.coerce.number().int().min(1).max(500).default(100),
  /** The first part of an act, for all of its kind, or the whole. */
  act: z
    .string()
    .max(60)
    .refine((act) => actsOf(act).length > 0, 'There is no such act.')
    .optional(),
  person: z.string().max(64).optional(),
})

const query: NonNullable<RouteDescription['query']> = {
  before: { description: 'Only what came before the entry of this number.' },
  limit: { description: 'How many entries at most, up to 500; 100 when not given.' },
  act: { description: 'Only this act, or with its first part (as `member`) all of that kind.' },
  person: { description: 'Only what this person did.' },
}

/** Entries that a file has at most; whoever has more of them filters. */
const MOST_IN_FILE = 100_000

const problems = { 401: 'Nobody is signed in.', 422: 'The query is not as it should be.' }
const projectProblems = { ...problems, 403: 'You do not own the project.', 404: 'There is no such project for you.' }
const workspaceProblems = { ...problems, 403: 'You do not own the workspace.' }

/** To be mounted beside all that is under `/api`. */
export function auditRoutes({ catalog, auth }: RouteOptions): Hono<Env> {
  const routes = new Hono<Env>()
  const person = requirePerson(auth)

  routes.get(
    '/projects/:id/audit',
    person,
    describe({
      summary: 'The audit log of a project',
      description:
        'Members, invitations, roles, exports, deletions and what else was done to it. Marks have the history.',
      tag: 'Projects',
      query,
      answer: { schema: auditPageSchema, description: 'A page of entries, the newest first.' },
      problems: projectProblems,
    }),
    async (c) => answerPage(c, (await owned(c)).id),
  )

  routes.get(
    '/projects/:id/audit.csv',
    person,
    describe({
      summary: 'The same as a file',
      tag: 'Projects',
      query,
      answer: { schema: 'text/csv', description: `CSV with a header, at most ${MOST_IN_FILE} entries.` },
      problems: projectProblems,
    }),
    async (c) => answerFile(c, (await owned(c)).id),
  )

  routes.get(
    '/audit',
    person,
    describe({
      summary: 'The audit log of the workspace',
      description: 'Accounts and sign-ins, and all else that belongs to no project.',
      tag: 'People',
      query,
      answer: { schema: auditPageSchema, description: 'A page of entries, the newest first.' },
      problems: workspaceProblems,
    }),
    async (c) => {
      await refuseOthers(c)
      return answerPage(c, null)
    },
  )

  routes.get(
    '/audit.csv',
    person,
    describe({
      summary: 'The same as a file',
      tag: 'People',
      query,
      answer: { schema: 'text/csv', description: `CSV with a header, at most ${MOST_IN_FILE} entries.` },
      problems: workspaceProblems,
    }),
    async (c) => {
      await refuseOthers(c)
      return answerFile(c, null)
    },
  )

  const owned = (c: Context<Env>) =>
    ownedProjectOf(c, catalog, c.req.param('id') ?? '', 'read its log', { whileArchived: true })

  async function refuseOthers(c: Context<Env>): Promise<void> {
    const me = await catalog.people.me(c.var.person.id)
    if (!me?.ownsWorkspace) throw new HttpProblem(403, 'Only the owner of the workspace can read its log.')
  }

  function asked(c: Context<Env>): AuditQuery {
    const { act, ...rest } = parseBody(querySchema, c.req.query())
    return { ...rest, ...(act === undefined ? {} : { acts: actsOf(act) }) }
  }

  async function answerPage(c: Context<Env>, project: string | null) {
    const wanted = asked(c)
    const entries = await catalog.audit.entries(project, { ...wanted, limit: wanted.limit + 1 })
    const shown = entries.slice(0, wanted.limit)
    const next = entries.length > shown.length ? (shown.at(-1)?.seq ?? null) : null
    return c.json({ entries: shown, next, names: await namesIn(shown) }, 200, { 'Cache-Control': 'no-store' })
  }

  async function answerFile(c: Context<Env>, project: string | null) {
    const entries = await catalog.audit.entries(project, { ...asked(c), limit: MOST_IN_FILE })
    const names = await namesIn(entries)
    const rows = entries.map(({ seq, at, act, person, subject, detail }) => [
      String(seq),
      new Date(at).toISOString(),
      act,
      person ?? '',
      (person && names[person]) ?? '',
      subject ?? '',
      (subject && names[subject]) ?? '',
      detail ?? '',
    ])
    const header = ['number', 'time', 'act', 'person', 'person name', 'subject', 'subject name', 'detail']
    return c.body(`\ufeff${[header, ...rows].map(csvLine).join('')}`, 200, {
      'Content-Type': 'text/csv; charset=utf-8',
      'Content-Disposition': `attachment; filename="attest-audit${project === null ? '' : `-${project}`}.csv"`,
      'Cache-Control': 'no-store',
    })
  }

  /** Of people, articles and projects, so far as they are still here; an id is of one of them only. */
  async function namesIn(entries: readonly AuditEntry[]): Promise<Record<string, string>> {
    const ids = [...new Set(entries.flatMap(({ person, subject }) => [person ?? [], subject ?? []].flat()))]
    const names: Record<string, string> = Object.create(null)
    for (const { id, name } of await catalog.people.findAll(ids)) names[id] = name
    for (const { id, title } of await catalog.articles.titles(ids.filter((id) => !(id in names)))) names[id] = title
    return names
  }

  return routes
}

function actsOf(act: string): (typeof auditActs)[number][] {
  return auditActs.filter((one) => one === act || one.startsWith(`${act}.`))
}
