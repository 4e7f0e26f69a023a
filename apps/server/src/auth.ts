/**
 * Who sent a request: sessions, cookies and hashes by better-auth, on the same database. None of its own routes are mounted;
 * its functions are called from ours, so there is nothing here that a stranger could reach by a path.
 */
import { createHash } from 'node:crypto'
import type { Me, Person } from '@attest/schema/api'
import type { BetterAuthPlugin } from 'better-auth'
import { betterAuth } from 'better-auth'
import { createAuthEndpoint, getSessionFromCtx } from 'better-auth/api'
import { setSessionCookie } from 'better-auth/cookies'
import { hashPassword, symmetricDecrypt, symmetricEncrypt, verifyPassword } from 'better-auth/crypto'
import type { Kysely } from 'kysely'
import type { Logger } from 'pino'
import * as z from 'zod'
import type { Catalog } from './store/catalog.ts'
import { newId } from './store/id.ts'
import type { CatalogTables } from './store/tables.ts'
import type { Grant } from './store/tokens.ts'
import { bearerOf } from './token.ts'

export interface Session {
  /** Names it among all sessions; it is not the secret in the cookie. */
  id: string
  person: Person
  /** What it may be used for, where it is a personal token and no session of a browser. */
  grant?: Grant
}

export interface Auth {
  /** The session that the headers carry, or the token; null for neither. With a token, cookies are not looked at. */
  identify(headers: Headers): Promise<Session | null>
  /** Those of these sessions that have neither been ended nor run out. */
  standing(sessions: readonly string[]): Promise<ReadonlySet<string>>
  /** The same, for the page: prolongs the session, so the answer has to carry the cookies. */
  me(headers: Headers): Promise<{ me: Me | null; cookies: string[] }>
  /** A new person of this name, signed in; whoever has a session already stays who they are. */
  join(headers: Headers, name: string): Promise<{ me: Me; cookies: string[] }>
  /** A new session for this person, in place of the one in the headers; says which that was, so that it can be closed. */
  signIn(headers: Headers, person: string): Promise<{ me: Me; cookies: string[]; ended: string | null }>
  /** Ends the session, if there is one, and says which and whose. */
  leave(headers: Headers): Promise<{ session: string | null; person: string | null; cookies: string[] }>
  hashPassword(password: string): Promise<string>
  /** Takes as long when there is no hash to compare it with. */
  isPassword(password: string, hash: string | null): Promise<boolean>
  /** For a cookie of ours that only this server can read; `name` tells it from the session's. */
  secretCookie: { name: (name: string) => string; isSecure: boolean }
  seal(text: string): Promise<string>
  /** Null for what was not sealed here. */
  unseal(sealed: string): Promise<string | null>
}

export interface AuthOptions {
  db: Kysely<CatalogTables>
  catalog: Catalog
  /** Signs the cookies. */
  secret: string
  /** The address people use; with https the cookies are `Secure`, and of this host alone. */
  baseUrl: string
  log: Logger
}

/** What names a token among sessions: no id of a session has a colon. */
const TOKEN_SESSION = 'token:'

/** Under what a token is known to whatever is open in its name. */
export function sessionOfToken(id: string): string {
  return TOKEN_SESSION + id
}

const HOUR = 60 * 60
const DAY = 24 * HOUR

/**
 * Seconds. Somebody who joined by name has nothing but the cookie, so it is kept as long as browsers keep one. Whoever
 * can sign in again does so when they were away for a month, and twice a year in any case.
 */
const lifetimes = {
  byName: { unused: 400 * DAY, whole: Number.POSITIVE_INFINITY, notedEvery: DAY },
  account: { unused: 30 * DAY, whole: 180 * DAY, notedEvery: HOUR },
} as const

const lifetimeOf = (me: Me) => (me.isByName ? lifetimes.byName : lifetimes.account)

/** Well under the number of parameters that a statement may have. */
const SESSIONS_A_STATEMENT = 500

export function createAuth(options: AuthOptions): Auth {
  const { catalog, db, secret, baseUrl } = options
  const isSecure = baseUrl.startsWith('https:')
  const auth = betterAuth({ ...authOptions(options), plugins: [ours(catalog)] })
  const former = `__Secure-${cookiePrefix(secret)}.session_token=`
  // Of nobody's password; made when it is first needed.
  let nobodys: Promise<string> | undefined

  /** Cookies were called otherwise once, and whoever has only a name has nothing but their cookie. */
  function withPresentName(headers: Headers): Headers {
    const cookie = headers.get('cookie')
    if (!isSecure || !cookie?.includes(former)) return headers
    const present = `__Host-${cookiePrefix(secret)}.session_token=`
    if (cookie.includes(present)) return headers
    const renamed = new Headers(headers)
    renamed.set('cookie', cookie.replace(former, present))
    return renamed
  }

  return {
    async identify(headers) {
      const bearer = bearerOf(headers)
      if (bearer !== null) {
        const grant = await catalog.tokens.find(bearer)
        const person = grant && (await catalog.people.find(grant.person))
        return person && { id: TOKEN_SESSION + grant.id, person, grant }
      }
      const found = await auth.api.getSession({ headers, query: { disableRefresh: true } })
      const person = found && (await catalog.people.find(found.user.id))
      return person && { id: found.session.id, person }
    },
    async standing(sessions) {
      const found = new Set<string>()
      for (let i = 0; i < sessions.length; i += SESSIONS_A_STATEMENT) {
        const some = sessions.slice(i, i + SESSIONS_A_STATEMENT)
        const rows = await db
          .selectFrom('session')
          .select('id')
          .where('id', 'in', some)
          .where('expiresAt', '>', new Date().toISOString())
          .execute()
        for (const { id } of rows) found.add(id)
        const tokens = some.filter((id) => id.startsWith(TOKEN_SESSION)).map((id) => id.slice(TOKEN_SESSION.length))
        for (const id of await catalog.tokens.standing(tokens)) found.add(TOKEN_SESSION + id)
      }
      return found
    },
    async me(headers) {
      if (bearerOf(headers) !== null) {
        const grant = await catalog.tokens.find(bearerOf(headers) ?? '')
        return { me: grant && (await catalog.people.me(grant.person)), cookies: [] }
      }
      const present = withPresentName(headers)
      const answer = await auth.api.whoAmI({
        headers: present,
        body: { isRenewed: present !== headers },
        returnHeaders: true,
      })
      const cookies = answer.headers.getSetCookie()
      if (present !== headers) cookies.push(`${former}; Max-Age=0; Path=/; HttpOnly; Secure; SameSite=Lax`)
      return { me: answer.response, cookies }
    },
    async join(headers, name) {
      const answer = await auth.api.joinByName({ headers, body: { name }, returnHeaders: true })
      return { me: answer.response, cookies: answer.headers.getSetCookie() }
    },
    async signIn(headers, person) {
      const answer = await auth.api.startSession({ headers, body: { person }, returnHeaders: true })
      return { ...answer.response, cookies: answer.headers.getSetCookie() }
    },
    async leave(headers) {
      const found = await auth.api.getSession({ headers, query: { disableRefresh: true } })
      const answer = await auth.api.signOut({ headers, returnHeaders: true })
      const cookies = answer.headers.getSetCookie()
      return { session: found?.session.id ?? null, person: found?.user.id ?? null, cookies }
    },
    hashPassword,
    async isPassword(password, hash) {
      nobodys ??= hashPassword(secret)
      const isRight = await verifyPassword({ hash: hash ?? (await nobodys), password })
      return isRight && hash !== null
    },
    secretCookie: { name: (name) => `${isSecure ? '__Host-' : ''}${cookiePrefix(secret)}.${name}`, isSecure },
    seal: (text) => symmetricEncrypt({ key: secret, data: text }),
    unseal: (sealed) => symmetricDecrypt({ key: secret, data: sealed }).catch(() => null),
  }
}

/** Cookies do not know ports: without a name of its own, a second Attest on this machine would sign people out. */
function cookiePrefix(secret: string): string {
  return `attest-${createHash('sha256').update(secret).digest('hex').slice(0, 8)}`
}

/** Exported for the test that compares the tables in the migration with what better-auth expects. */
export function authOptions({ db, secret, baseUrl, log }: Omit<AuthOptions, 'catalog'>) {
  const isSecure = baseUrl.startsWith('https:')
  return {
    appName: 'Attest',
    database: { db, type: 'sqlite' as const },
    secret,
    baseURL: baseUrl,
    telemetry: { enabled: false },
    // How long one lasts depends on whose it is, so we prolong it ourselves.
    session: { expiresIn: lifetimes.byName.unused, disableSessionRefresh: true },
    advanced: {
      // With better-auth's own choice the prefix would be `__Secure-`, which a neighbouring host may set too.
      useSecureCookies: false,
      defaultCookieAttributes: { secure: isSecure },
      cookiePrefix: `${isSecure ? '__Host-' : ''}${cookiePrefix(secret)}`,
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

function ours(catalog: Catalog) {
  return {
    id: 'attest',
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
      startSession: createAuthEndpoint(
        '/start-session',
        {
          method: 'POST',
          requireHeaders: true,
          body: z.object({ person: z.string() }),
          metadata: { SERVER_ONLY: true },
        },
        async (ctx): Promise<{ me: Me; ended: string | null }> => {
          const { internalAdapter } = ctx.context
          const before = await getSessionFromCtx(ctx, { disableRefresh: true })
          const me = await catalog.people.me(ctx.body.person)
          const user = me && (await internalAdapter.findUserById(me.id))
          if (!user) throw new RangeError(`there is no account of ${ctx.body.person}`)
          // Always a new one: a session that somebody else may have put here must not become theirs.
          if (before) await internalAdapter.deleteSession(before.session.token)
          const { unused } = lifetimeOf(me)
          const override = { expiresAt: new Date(Date.now() + unused * 1000) }
          const session = await internalAdapter.createSession(user.id, false, override, true)
          await setSessionCookie(ctx, { session, user }, false, { maxAge: unused })
          return { me, ended: before?.session.id ?? null }
        },
      ),
      whoAmI: createAuthEndpoint(
        '/who-am-i',
        {
          method: 'POST',
          requireHeaders: true,
          body: z.object({ isRenewed: z.boolean() }),
          metadata: { SERVER_ONLY: true },
        },
        async (ctx): Promise<Me | null> => {
          const here = await getSessionFromCtx(ctx, { disableRefresh: true })
          const me = here && (await catalog.people.me(here.user.id))
          if (!me) return null
          const { unused, whole, notedEvery } = lifetimeOf(me)
          const { session, user } = here
          const isDue = session.expiresAt.getTime() - (unused - notedEvery) * 1000 <= Date.now()
          if (!isDue && !ctx.body.isRenewed) return me
          const end = Math.min(Date.now() + unused * 1000, session.createdAt.getTime() + whole * 1000)
          const prolonged = await ctx.context.internalAdapter.updateSession(session.token, {
            expiresAt: new Date(end),
            updatedAt: new Date(),
          })
          // Ended meanwhile.
          if (!prolonged) return null
          const maxAge = Math.max(0, Math.round((end - Date.now()) / 1000))
          await setSessionCookie(ctx, { session: prolonged, user }, false, { maxAge })
          return me
        },
      ),
    },
  } satisfies BetterAuthPlugin
}
