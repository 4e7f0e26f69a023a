/**
 * Who sent a request: accounts and sessions by better-auth, on the same database. None of its own routes are mounted;
 * its functions are called from ours, so there is nothing here that a stranger could reach by a path.
 */
import { createHash } from 'node:crypto'
import type { Me, Person } from '@attest/schema/api'
import type { BetterAuthPlugin } from 'better-auth'
import { betterAuth } from 'better-auth'
import { createAuthEndpoint, getSessionFromCtx } from 'better-auth/api'
import { setSessionCookie } from 'better-auth/cookies'
import type { Kysely } from 'kysely'
import type { Logger } from 'pino'
import * as z from 'zod'
import type { Catalog } from './store/catalog.ts'
import { newId } from './store/id.ts'
import type { CatalogTables } from './store/tables.ts'

export interface Session {
  /** Names it among all sessions; it is not the secret in the cookie. */
  id: string
  person: Person
}

export interface Auth {
  /** The session that the headers carry, or null. */
  identify(headers: Headers): Promise<Session | null>
  /** Those of these sessions that have neither been ended nor run out. */
  standing(sessions: readonly string[]): Promise<ReadonlySet<string>>
  /** The same, for the page: prolongs the session, so the answer has to carry the cookies. */
  me(headers: Headers): Promise<{ me: Me | null; cookies: string[] }>
  /** A new person of this name, signed in; whoever has a session already stays who they are. */
  join(headers: Headers, name: string): Promise<{ me: Me; cookies: string[] }>
  /** Ends the session, if there is one, and says which. */
  leave(headers: Headers): Promise<{ session: string | null; cookies: string[] }>
}

export interface AuthOptions {
  db: Kysely<CatalogTables>
  catalog: Catalog
  /** Signs the cookies. */
  secret: string
  /** The address people use; with https the cookies are `Secure`. */
  baseUrl: string
  log: Logger
}

/** As long as browsers keep a cookie: it is all that somebody who joined by name has. */
const SESSION_SECONDS = 400 * 24 * 60 * 60

/** Well under the number of parameters that a statement may have. */
const SESSIONS_A_STATEMENT = 500

export function createAuth(options: AuthOptions): Auth {
  const { catalog, db } = options
  const auth = betterAuth({ ...authOptions(options), plugins: [joinByName(catalog)] })

  return {
    async identify(headers) {
      const found = await auth.api.getSession({ headers, query: { disableRefresh: true } })
      const person = found && (await catalog.people.find(found.user.id))
      return person && { id: found.session.id, person }
    },
    async standing(sessions) {
      const found = new Set<string>()
      for (let i = 0; i < sessions.length; i += SESSIONS_A_STATEMENT) {
        const rows = await db
          .withTables<{ session: { id: string; expiresAt: string } }>()
          .selectFrom('session')
          .select('id')
          .where('id', 'in', sessions.slice(i, i + SESSIONS_A_STATEMENT))
          .where('expiresAt', '>', new Date().toISOString())
          .execute()
        for (const { id } of rows) found.add(id)
      }
      return found
    },
    async me(headers) {
      const answer = await auth.api.getSession({ headers, returnHeaders: true })
      const me = answer.response && (await catalog.people.me(answer.response.user.id))
      return { me, cookies: answer.headers.getSetCookie() }
    },
    async join(headers, name) {
      const answer = await auth.api.joinByName({ headers, body: { name }, returnHeaders: true })
      return { me: answer.response, cookies: answer.headers.getSetCookie() }
    },
    async leave(headers) {
      const found = await auth.api.getSession({ headers, query: { disableRefresh: true } })
      const answer = await auth.api.signOut({ headers, returnHeaders: true })
      return { session: found?.session.id ?? null, cookies: answer.headers.getSetCookie() }
    },
  }
}

/** Exported for the test that compares the tables in the migration with what better-auth expects. */
export function authOptions({ db, secret, baseUrl, log }: Omit<AuthOptions, 'catalog'>) {
  return {
    appName: 'Attest',
    database: { db, type: 'sqlite' as const },
    secret,
    baseURL: baseUrl,
    telemetry: { enabled: false },
    session: { expiresIn: SESSION_SECONDS, updateAge: 24 * 60 * 60 },
    advanced: {
      // Cookies do not know ports: without a name of its own, a second Attest on this machine would sign people out.
      cookiePrefix: `attest-${createHash('sha256').update(secret).digest('hex').slice(0, 8)}`,
      ipAddress: { disableIpTracking: true },
    },
    logger: {
      level: 'warn' as const,
      // Details may hold names or tokens, so only the message is kept.
      log: (level: 'debug' | 'info' | 'warn' | 'error', message: string) =>
        log[level]({ from: 'better-auth' }, message),
    },
  }
}

function joinByName(catalog: Catalog) {
  return {
    id: 'join-by-name',
    endpoints: {
      joinByName: createAuthEndpoint(
        '/join-by-name',
        { method: 'POST', requireHeaders: true, body: z.object({ name: z.string() }), metadata: { SERVER_ONLY: true } },
        async (ctx): Promise<Me> => {
          const here = await getSessionFromCtx(ctx, { disableRefresh: true })
          const known = here && (await catalog.people.me(here.user.id))
          if (known) return known
          const id = newId()
          const { internalAdapter } = ctx.context
          // better-auth wants a name and an address; the name people see is the catalog's, and mail goes nowhere.
          const user = await internalAdapter.createUser(
            { id, name: id, email: `${id}@people.invalid`, emailVerified: false },
            { method: 'join-by-name' },
          )
          const session = await internalAdapter.createSession(user.id)
          // Last, because it may make an owner of the workspace: there should be a session that can act as one.
          const me = await catalog.people.join(user.id, ctx.body.name)
          await setSessionCookie(ctx, { session, user })
          return me
        },
      ),
    },
  } satisfies BetterAuthPlugin
}
