/** What the routes share: what they are given, and who is asking. */

import type { Person, Project } from '@attest/schema/api'
import { canManage } from '@attest/schema/roles'
import type { HttpBindings } from '@hono/node-server'
import type { Context, MiddlewareHandler, Next } from 'hono'
import type { Logger } from 'pino'
import type { Agreements } from '../agreement/agreements.ts'
import type { RoomRecords } from '../articles/annotated.ts'
import type { Auth } from '../auth.ts'
import type { Looker } from '../blind/layers.ts'
import type { Revealing } from '../blind/revealing.ts'
import type { History } from '../chronicle/chronicles.ts'
import type { Exports } from '../exchange/exports.ts'
import type { MarkImporter } from '../exchange/mark-importer.ts'
import type { Relabelling } from '../labels/relabelling.ts'
import type { Mailer } from '../mail.ts'
import type { Oidc } from '../oidc.ts'
import { HttpProblem } from '../problem.ts'
import type { Planner } from '../revisions/plan.ts'
import type { Catalog } from '../store/catalog.ts'
import type { SeenProject } from '../store/projects.ts'
import type { StoredProject } from '../store/store.ts'
import type { Grant } from '../store/tokens.ts'
import type { Sync } from '../sync/sync.ts'
import type { Counting } from '../work/counting.ts'
import type { ImportParts } from './imports.ts'

/** The bindings are missing where a test asks the app without a socket. */
export type Env = {
  Bindings: Partial<HttpBindings>
  Variables: {
    person: Person
    session: string
    /** Of a request with a personal token. */
    grant?: Grant
    /** Of a request that may come twice: it and what was asked, as one word. */
    idempotencyKey?: string
    /** Runs the rest so that it is done once, where that is asked for. */
    once?: MiddlewareHandler<Env>
  }
}

export interface RouteOptions extends ImportParts {
  catalog: Catalog
  auth: Auth
  rooms: RoomRecords
  /** Writes into a room what somebody asked for, judged as what comes from their page. */
  write: Sync['write']
  relabelling: Relabelling
  revealing: Revealing
  /** Has everybody in a room told at once of other roles, or of other labels. */
  recheckRooms: () => Promise<void>
  history: History
  planner: Planner
  agreements: Agreements
  exports: Exports
  markImporter: MarkImporter
  /** Ends what is open in the name of a session that is over. */
  endSession: (session: string) => void
  joinByName: boolean
  /** Who can make an account without an invitation: nobody, whoever the provider lets in, or everybody. */
  signUp: 'off' | 'provider' | 'on'
  /** How many proxies of ours stand in front, whose word for where a request comes from is taken. */
  proxies: number
  /** The provider people can sign in with, if there is one. */
  oidc: Oidc | null
  mailer: Mailer
  /** Where people reach this server, without a slash at its end: what links in mails begin with. */
  publicUrl: string
  /** Keeps the figures of the rooms up to date. */
  counting: Counting
  log: Logger
  /** What a new project starts with. */
  defaults: Pick<StoredProject, 'labelSet' | 'guidelines'>
}

/** Headers of an answer that changes who is signed in, or tells it. */
export function withCookies(cookies: readonly string[]): Record<string, string | string[]> {
  const headers: Record<string, string | string[]> = { 'Cache-Control': 'no-store' }
  if (cookies.length > 0) headers['Set-Cookie'] = [...cookies]
  return headers
}

/** Lets only people through who are signed in, and puts them in `c.var.person`, and the id of their session beside them. */
export function requirePerson(auth: Auth): MiddlewareHandler<Env> {
  return async (c, next) => {
    // A token has been judged, and its scopes with it, before any route was asked.
    if (c.var.grant) return once(c, next)
    const session = await auth.identify(c.req.raw.headers)
    if (!session || session.grant)
      throw new HttpProblem(401, 'Please join first: nobody is signed in here.', { 'WWW-Authenticate': 'Bearer' })
    c.set('person', session.person)
    c.set('session', session.id)
    return once(c, next)
  }
}

function once(c: Context<Env>, next: Next) {
  return c.var.once ? c.var.once(c, next) : next()
}

/** The project of the address, as the asking person sees it: not there, unless they are a member. */
export async function projectOf(c: Context<Env>, catalog: Catalog, id: string) {
  const project = await catalog.projects.seenBy(c.var.person.id, id)
  if (!project) throw new HttpProblem(404, 'There is no such project, or you are not a member of it.')
  return project
}

/**
 * The same, for one of its owners; `what` ends the sentence that everybody else is told: “change the members”. In an
 * archived project nobody may do anything, but for what its owners may do to the project itself (`whileArchived`).
 */
export async function ownedProjectOf(
  c: Context<Env>,
  catalog: Catalog,
  id: string,
  what: string,
  { whileArchived = false } = {},
) {
  const project = await projectOf(c, catalog, id)
  if (!canManage(project.memberRole)) throw new HttpProblem(403, `Only an owner of the project can ${what}.`)
  if (!whileArchived) refuseArchived(project)
  return project
}

export function refuseArchived({ archivedAt }: SeenProject): void {
  if (archivedAt !== null)
    throw new HttpProblem(403, 'This project is archived, so it can only be read. An owner can take it back to work.')
}

/** The same for an article. */
export async function articleOf(c: Context<Env>, catalog: Catalog, id: string) {
  const article = await catalog.articles.seenBy(c.var.person.id, id)
  if (!article) throw new HttpProblem(404, 'There is no such article, or you are not a member of its project.')
  return article
}

/** The asking person, as one who looks at records. */
export function lookerOf(c: Context<Env>, { memberRole }: SeenProject): Looker {
  return { person: c.var.person.id, role: memberRole }
}

/** What is signed off does not change by any way around its room. */
export async function refuseSignedOff(catalog: Catalog, article: string): Promise<void> {
  if ((await catalog.signOffs.of(article)) !== null)
    throw new HttpProblem(409, 'This article is signed off. Reopen it first, and say why.')
}

/** The project as it is told to one of its members. */
export function toldProject(project: SeenProject): Project {
  const { id, name, mode, revealsItself, joining, peersJudge } = project
  const { role, memberRole, archivedAt, articleCount, guidelines } = project
  return { id, name, mode, revealsItself, joining, peersJudge, role, memberRole, archivedAt, articleCount, guidelines }
}
