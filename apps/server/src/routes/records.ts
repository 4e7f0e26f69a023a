/**
 * The records of an article, read and written by programs. What is written goes into the room that the same person's page
 * would write into, under the same judgement, and is on disk before it is answered.
 */
import { createHash } from 'node:crypto'
import { goldOf } from '@attest/schema/gold'
import { hasLayer, isHidden } from '@attest/schema/layer'
import { order } from '@attest/schema/order'
import { outcomes, rulingsOf } from '@attest/schema/outcome'
import { authorOf, makeRecordId } from '@attest/schema/record'
import {
  type GoldAnswer,
  givenOneOrSeveral,
  givenSchemas,
  givenTogetherSchema,
  goldSchema,
  MOST_WRITTEN,
  type OutcomePage,
  outcomePageSchema,
  recordPages,
  writtenTogetherSchema,
} from '@attest/schema/records-api'
import { type RecordOf, type Root, recordSchemas, roots } from '@attest/schema/room'
import { layerRoom } from '@attest/schema/room-name'
import { decisions } from '@attest/schema/verdict'
import { type Context, Hono } from 'hono'
import * as z from 'zod'
import { recordsSeen } from '../blind/layers.ts'
import { parseBody, readJson } from '../body.ts'
import { names, pageOf, pageQuery, pageQueryDescription, tagOf } from '../pages.ts'
import { HttpProblem } from '../problem.ts'
import type { SeenProject } from '../store/projects.ts'
import type { NotWritten, Put, Writing } from '../sync/document.ts'
import { articleOf, type Env, lookerOf, projectOf, type RouteOptions, requirePerson } from './context.ts'
import { describe } from './describe.ts'

const BODY_BYTES = 4 * 1024 * 1024

const words: Record<Root, { one: string; many: string }> = {
  annotations: { one: 'an annotation', many: 'annotations' },
  relations: { one: 'a relation', many: 'relations' },
  comments: { one: 'a comment', many: 'comments' },
  verdicts: { one: 'a verdict', many: 'verdicts' },
}

/** What of each kind one may ask for; whatever else is asked is refused. */
const filters = {
  annotations: { author: z.string(), kind: z.string(), since: z.coerce.number().int().min(0) },
  relations: {
    author: z.string(),
    type: z.string(),
    from: z.string(),
    to: z.string(),
    since: z.coerce.number().int().min(0),
  },
  comments: { author: z.string(), on: z.string(), since: z.coerce.number().int().min(0) },
  verdicts: {
    author: z.string(),
    on: z.string(),
    decision: z.enum(decisions),
    since: z.coerce.number().int().min(0),
  },
} as const

const filterWords: Record<string, string> = {
  author: 'Only those of this person.',
  kind: 'Only those of this kind.',
  type: 'Only those of this type.',
  from: 'Only those from this annotation.',
  to: 'Only those to this annotation.',
  on: 'Only those about this annotation (or `article`).',
  decision: 'Only those that decide so.',
  since: 'Only those changed at this time or later, in milliseconds since 1970.',
}

/** Any of the filters; each kind has those of it that its schema lets through. */
interface Asked {
  limit?: number | undefined
  cursor?: string | undefined
  since?: number | undefined
  author?: string | undefined
}

/** Each reason for which something is not written, as a status and a sentence. */
const refusals: Record<NotWritten, readonly [403 | 404 | 409 | 412 | 413 | 422, string]> = {
  'malformed-update': [422, 'This is no record.'],
  'malformed-record': [422, 'This is no such record.'],
  'unknown-root': [422, 'There are no records of that kind.'],
  'not-a-record': [422, 'This is no record.'],
  'too-much': [413, 'There is no room for so many records.'],
  'not-yours': [403, 'It would be somebody else’s: one writes and deletes only what is one’s own.'],
  'read-only': [403, 'Whoever only looks at a project, or looks at one that is archived, writes nothing in it.'],
  'clock-ahead': [422, 'Its time is in the future.'],
  'out-of-range': [422, 'It reaches past the end of the text.'],
  'cuts-character': [422, 'It begins or ends inside of a character.'],
  'unknown-kind': [422, 'The label set has no such kind.'],
  'unknown-attribute': [422, 'The label set has no such attribute, or no such value, for this kind.'],
  'unknown-relation': [422, 'The label set has no such type of relation.'],
  'own-mark': [403, 'Nobody judges a mark of their own.'],
  'may-not-judge': [403, 'Only those who review may judge here.'],
  'foreign-client': [403, 'This cannot be written.'],
  removed: [409, 'An owner has taken it out of the project; only an owner can bring it back.'],
  'old-revision': [409, 'The article has a newer revision, so what is in this one stays as it is.'],
  'signed-off': [409, 'The article is signed off, so nothing in it changes. It can be reopened.'],
  exists: [409, 'There is one with this id already.'],
  missing: [404, 'There is no such record of yours.'],
  'not-as-known': [412, 'It was changed meanwhile, or is not there any more.'],
  'no-such-room': [409, 'The article was changed or revealed just now. Please try again.'],
}

const readProblems = {
  401: 'Nobody is signed in.',
  404: 'There is no such article for you.',
  422: 'The query is not as it should be.',
}

const writeProblems = {
  401: 'Nobody is signed in.',
  403: 'You may not write it; `reason` says why: `not-yours`, `read-only`, `own-mark`, `may-not-judge`.',
  404: 'There is no such article for you.',
  409: '`reason` says why: `exists`, `removed`, `old-revision`, `signed-off`; or the Idempotency-Key is in use.',
  413: 'The body is too large.',
  415: 'The body is not JSON.',
  422: 'It is no such record, or does not fit the article; `reason` and `record` say which and why.',
}

/** To be mounted at `/api/articles`. */
export function recordRoutes(options: RouteOptions): Hono<Env> {
  const { auth, catalog, rooms, write } = options
  const routes = new Hono<Env>()
  const person = requirePerson(auth)

  async function seen(c: Context<Env>) {
    const article = await articleOf(c, catalog, c.req.param('id') ?? '')
    const project = await projectOf(c, catalog, article.projectId)
    const { records } = await recordsSeen({ catalog, rooms }, article.id, lookerOf(c, project))
    return { article, project, records }
  }

  /** The room in which this person writes; a problem where there is none. */
  async function roomOf(c: Context<Env>): Promise<string> {
    const article = await articleOf(c, catalog, c.req.param('id') ?? '')
    const project = await projectOf(c, catalog, article.projectId)
    if (!isHidden(await catalog.reveals.stateOf(article.id))) return article.id
    if (hasLayer(project.memberRole)) return layerRoom(article.id, c.var.person.id)
    throw refused('read-only')
  }

  async function writeIn(room: string, c: Context<Env>, writing: Writing): Promise<void> {
    const refusal = await write(room, { writing, person: c.var.person.id, tagOf })
    if (refusal) throw refused(refusal.reason, refusal)
  }

  for (const root of roots) {
    readingRoutes(root)
    writingRoutes(root)
  }

  function readingRoutes(root: Root): void {
    const query: Record<string, { description: string; values?: readonly string[] }> = { ...pageQueryDescription }
    for (const name of Object.keys(filters[root])) query[name] = { description: filterWords[name] ?? '' }
    if (root === 'verdicts') query['decision'] = { description: filterWords['decision'] ?? '', values: decisions }
    const querySchema: z.ZodType<Asked> = z.strictObject({ ...pageQuery, ...filters[root] }).partial()

    routes.get(
      `/:id/${root}`,
      person,
      describe({
        summary: `The ${words[root].many} of an article`,
        description:
          'As far as you may see them: of a blind article, before the reveal, annotators see their own and viewers none. ' +
          'In pages, by id. The answer has an ETag.',
        tag: 'Records',
        query,
        answer: { schema: recordPages[root], description: 'A page of them.' },
        problems: readProblems,
      }),
      async (c) => {
        const { limit, cursor, ...wanted } = parseBody(querySchema, c.req.query())
        const { records } = await seen(c)
        const all: RecordOf[Root][] = [...records[root].values()].filter((record) => isWanted(record, wanted))
        all.sort((a, b) => order(a.id, b.id))
        const { page, next } = pageOf(all, ({ id }) => id, { limit, cursor, isSorted: true })
        return c.json({ records: page, next }, 200, { 'Cache-Control': 'private, no-cache' })
      },
    )

    routes.get(
      `/:id/${root}/:record`,
      person,
      describe({
        summary: `One of the ${words[root].many}`,
        description: 'Its ETag is what `If-Match` asks for when it is changed or deleted.',
        tag: 'Records',
        answer: { schema: recordSchemas[root], description: 'The record.' },
        problems: { 401: 'Nobody is signed in.', 404: 'There is no such article, or no such record in it, for you.' },
      }),
      async (c) => {
        const { records } = await seen(c)
        const record = records[root].get(c.req.param('record') ?? '')
        if (!record) throw new HttpProblem(404, `There is no such record among the ${words[root].many}.`)
        const headers = { ETag: tagOf(record), 'Cache-Control': 'private, no-cache' }
        if (names(c.req.header('if-none-match'), headers.ETag)) return c.body(null, 304, headers)
        return c.json(record, 200, headers)
      },
    )
  }

  function writingRoutes(root: Root): void {
    routes.post(
      `/:id/${root}`,
      person,
      describe({
        summary: `Add ${words[root].one}, or several`,
        description:
          `Yours. An array of up to ${MOST_WRITTEN} is written all or not at all. An \`id\` begins with yours and a dot; ` +
          'where `id`, `author` or `at` is missing, it is filled in. Open pages see it at once, and it is on disk when ' +
          'this is answered.',
        tag: 'Records',
        body: givenOneOrSeveral[root],
        answer: {
          status: 201,
          schema: z.union([recordSchemas[root], z.array(recordSchemas[root])]),
          description: 'What was written: one, or an array where an array was sent.',
        },
        problems: writeProblems,
        once: true,
      }),
      async (c) => {
        const room = await roomOf(c)
        const given = await readJson(c, BODY_BYTES)
        const list = Array.isArray(given) ? given : [given]
        if (list.length === 0 || list.length > MOST_WRITTEN)
          throw new HttpProblem(422, `Send one record, or an array of 1 to ${MOST_WRITTEN}.`)
        const put = list.map((one, i) => putOf(c, root, one, i))
        refuseTwice(put, [])
        await writeIn(room, c, { put, remove: [] })
        const records = put.map(({ record }) => record)
        const [first] = records
        if (Array.isArray(given) || !first) return c.json(records, 201)
        return c.json(first, 201, { ETag: tagOf(first), Location: `${c.req.path}/${encodeURIComponent(first.id)}` })
      },
    )

    routes.put(
      `/:id/${root}/:record`,
      person,
      describe({
        summary: `Put ${words[root].one} under its id`,
        description:
          'Makes it, or replaces it whole. With `If-Match`, only if it is still as you know it; with `If-None-Match: *`, ' +
          'only if it is not there yet.',
        tag: 'Records',
        body: givenSchemas[root],
        answer: { schema: recordSchemas[root], description: 'The record as it is now.' },
        problems: { ...writeProblems, 412: 'It is not as `If-Match` or `If-None-Match` says.' },
        once: true,
        conditional: true,
      }),
      async (c) => {
        const id = c.req.param('record') ?? ''
        const room = await roomOf(c)
        const given = await readJson(c, BODY_BYTES)
        const named = Object(given) as { id?: unknown }
        if (named.id !== undefined && named.id !== id)
          throw new HttpProblem(422, 'The id in the body is another than that in the address.')
        const whole = typeof given === 'object' && given !== null && !Array.isArray(given) ? { ...given, id } : given
        const put = { ...putOf(c, root, whole, 0), isNew: false, isKnown: isKnown(c) }
        await writeIn(room, c, { put: [put], remove: [] })
        return c.json(put.record, 200, { ETag: tagOf(put.record) })
      },
    )

    routes.delete(
      `/:id/${root}/:record`,
      person,
      describe({
        summary: `Delete ${words[root].one} of yours`,
        description: 'It stays in the history, and can be brought back from there.',
        tag: 'Records',
        answer: { status: 204, schema: null, description: 'It is deleted.' },
        problems: {
          401: 'Nobody is signed in.',
          403: 'It is not yours; `reason` says so.',
          404: 'There is no such article, or no such record in it, for you.',
          409: 'Nothing in the article changes; `reason` says why.',
          412: 'It is not as `If-Match` says.',
        },
        once: true,
        conditional: true,
      }),
      async (c) => {
        const id = c.req.param('record') ?? ''
        const room = await roomOf(c)
        await refuseForeign(c, [{ root, id }])
        await writeIn(room, c, { put: [], remove: [{ root, id, isKnown: isKnown(c) }] })
        return c.body(null, 204)
      },
    )
  }

  /** Nobody deletes what is somebody else's; that it is there at all is for those to know who see it. */
  async function refuseForeign(c: Context<Env>, keys: readonly { root: Root; id: string }[]): Promise<void> {
    const foreign = keys.find(({ id }) => authorOf(id) !== c.var.person.id)
    if (!foreign) return
    const { records } = await seen(c)
    throw refused(records[foreign.root].has(foreign.id) ? 'not-yours' : 'missing', foreign)
  }

  routes.post(
    '/:id/records',
    person,
    describe({
      summary: 'Write records of several kinds at once',
      description:
        `Puts and deletes up to ${MOST_WRITTEN} records of yours, all or nothing: marks with the links between them, say. ` +
        'What is there under an id is replaced. With a token, verdicts need the scope `review` as well.',
      tag: 'Records',
      body: givenTogetherSchema,
      answer: { schema: writtenTogetherSchema, description: 'What was put, and how many were deleted.' },
      problems: writeProblems,
      once: true,
    }),
    async (c) => {
      const room = await roomOf(c)
      const { put: given = {}, remove: taken = {} } = parseBody(givenTogetherSchema, await readJson(c, BODY_BYTES))
      const put: Put[] = []
      const remove: { root: Root; id: string }[] = []
      for (const root of roots) {
        for (const one of given[root] ?? []) put.push({ ...putOf(c, root, one, put.length), isNew: false })
        for (const id of taken[root] ?? []) remove.push({ root, id })
      }
      if (put.length + remove.length === 0 || put.length + remove.length > MOST_WRITTEN)
        throw new HttpProblem(422, `Write 1 to ${MOST_WRITTEN} records at a time.`)
      const judges = [...put, ...remove].some(({ root }) => root === 'verdicts')
      if (judges && c.var.grant && !c.var.grant.scopes.includes('review'))
        throw new HttpProblem(403, 'This token is not for that: verdicts need the scope review.')
      await refuseForeign(c, remove)
      refuseTwice(put, remove)
      await writeIn(room, c, { put, remove })
      const of = (root: Root) => put.flatMap((one) => (one.root === root ? [one.record] : []))
      return c.json({
        annotations: of('annotations'),
        relations: of('relations'),
        comments: of('comments'),
        verdicts: of('verdicts'),
        removed: remove.length,
      })
    },
  )

  const outcomeQuery = z.strictObject({ ...pageQuery, outcome: z.enum(outcomes) }).partial()

  routes.get(
    '/:id/outcomes',
    person,
    describe({
      summary: 'What the verdicts come to',
      description: 'Of each annotation that you may see: accepted, rejected, disputed or open, and by which verdicts.',
      tag: 'Records',
      query: { ...pageQueryDescription, outcome: { description: 'Only those.', values: outcomes } },
      answer: { schema: outcomePageSchema, description: 'A page of them, by the id of the annotation.' },
      problems: readProblems,
    }),
    async (c) => {
      const { outcome, ...asked } = parseBody(outcomeQuery, c.req.query())
      const { project, records } = await seen(c)
      const all: OutcomePage['outcomes'] = []
      for (const [annotation, ruling] of rulingsOf(records, judgingOf(project))) {
        if (outcome !== undefined && ruling.outcome !== outcome) continue
        all.push({
          annotation,
          outcome: ruling.outcome,
          by: ruling.by.map(({ id }) => id),
          fix: ruling.fix,
          of: ruling.of,
        })
      }
      all.sort((a, b) => order(a.annotation, b.annotation))
      const { page, next } = pageOf(all, ({ annotation }) => annotation, { ...asked, isSorted: true })
      return c.json({ outcomes: page, next } satisfies OutcomePage, 200, { 'Cache-Control': 'private, no-cache' })
    },
  )

  routes.get(
    '/:id/gold',
    person,
    describe({
      summary: 'The gold of an article',
      description: 'What was accepted, with its corrections, each thing once, and the relations between them.',
      tag: 'Records',
      answer: { schema: goldSchema, description: 'In the order of a reader.' },
      problems: { 401: 'Nobody is signed in.', 404: 'There is no such article for you.' },
    }),
    async (c) => {
      const { project, records } = await seen(c)
      const { annotations, relations } = goldOf(records, judgingOf(project), project.labelSet)
      const told = { annotations: annotations.map((one) => ({ ...one, standsFor: [...one.standsFor] })), relations }
      return c.json(told satisfies GoldAnswer, 200, { 'Cache-Control': 'private, no-cache' })
    },
  )

  const judgingOf = (project: SeenProject) => ({
    roleOf: (one: string) => catalog.roles.of(project.id, one),
    peersJudge: project.peersJudge,
  })

  return routes
}

function isWanted(record: RecordOf[Root], { since, ...wanted }: { since?: number | undefined }): boolean {
  if (since !== undefined && record.at < since) return false
  const values = record as unknown as Record<string, unknown>
  return Object.entries(wanted).every(([name, value]) => value === undefined || values[name] === value)
}

/** A record as it is to be written, with what was left out of it; a problem says what is wrong with it, and which it is. */
function putOf(c: Context<Env>, root: Root, given: unknown, index: number): Put {
  const me = c.var.person.id
  const known = givenSchemas[root].safeParse(given)
  if (!known.success) throw unfit(root, known.error, given, index)
  const { id = idFor(c, root, index), author = me, at = Date.now(), ...rest } = known.data as Partial<RecordOf[Root]>
  const whole = recordSchemas[root].safeParse({ ...rest, id, author, at })
  if (!whole.success) throw unfit(root, whole.error, given, index)
  // An id that follows from the key may be there already: from this very request, the last time.
  const isNew = known.data.id !== undefined || c.var.idempotencyKey === undefined
  return { root, record: whole.data, isNew }
}

/** A new id; where the request may come twice, the same each time. */
function idFor(c: Context<Env>, root: Root, index: number): string {
  const me = c.var.person.id
  const key = c.var.idempotencyKey
  if (key === undefined) return makeRecordId(me)
  return `${me}.${createHash('sha256').update(`${me} ${key} ${root} ${index}`).digest('base64url').slice(0, 22)}`
}

function unfit(root: Root, error: z.ZodError, given: unknown, index: number): HttpProblem {
  const deepest = deepestIssue(error.issues)
  const where = deepest.path.length > 0 ? `${deepest.path.join('.')}: ` : ''
  const problem = new HttpProblem(
    422,
    `Record ${index + 1} is no ${words[root].one.replace(/^an? /, '')}: ${where}${deepest.message}.`,
  )
  const { id } = Object(given) as { id?: unknown }
  problem.members = {
    reason: 'malformed-record',
    root,
    ...(typeof id === 'string' ? { record: id.slice(0, 130) } : {}),
  }
  return problem
}

/** Of a union, what is wrong by the branch that goes furthest says more than that none of them fits. */
function deepestIssue([issue]: readonly z.core.$ZodIssue[]): { path: PropertyKey[]; message: string } {
  if (!issue) return { path: [], message: 'it is not as it should be' }
  if (issue.code !== 'invalid_union') return issue
  const branches = issue.errors.filter((one) => one.length > 0)
  const [best] = branches.sort((a, b) => a.length - b.length)
  const inner = best ? deepestIssue(best) : issue
  return { path: [...issue.path, ...(best ? inner.path : [])], message: inner.message }
}

/** What is put and deleted in one request would be told as both, and what is there twice as two. */
function refuseTwice(put: readonly Put[], remove: readonly { root: Root; id: string }[]): void {
  const keys = new Set<string>()
  for (const { root, id } of [...put.map(({ root, record: { id } }) => ({ root, id })), ...remove]) {
    const key = `${root}/${id}`
    if (keys.has(key)) {
      const problem = new HttpProblem(422, `The id ${id} is there twice.`)
      problem.members = { reason: 'malformed-record', root, record: id }
      throw problem
    }
    keys.add(key)
  }
}

function refused(reason: NotWritten, which?: { root: Root; id: string }): HttpProblem {
  const [status, sentence] = refusals[reason]
  const problem = new HttpProblem(status, sentence, reason === 'no-such-room' ? { 'Retry-After': '1' } : {})
  problem.members = { reason, ...(which ? { root: which.root, record: which.id } : {}) }
  return problem
}

/**
 * Whether a record is as `If-Match` and `If-None-Match` say. A proxy that packs an answer makes its tag a weak one; the
 * tag is of the record and not of bytes, so that is the same here.
 */
function isKnown(c: Context<Env>): (there: unknown) => boolean {
  const [match, noneMatch] = [c.req.header('if-match'), c.req.header('if-none-match')]
  return (there) => {
    const isNamed = (header: string) => there !== undefined && names(header, tagOf(there))
    return (match === undefined || isNamed(match)) && (noneMatch === undefined || !isNamed(noneMatch))
  }
}
