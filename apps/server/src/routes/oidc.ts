/** Signing in with the OpenID provider of this server, and joining an account of it to one's own. */
import { emailSchema, type OidcProblem, ownPath, startedOidcSchema, startOidcSchema } from '@attest/schema/accounts'
import { personName } from '@attest/schema/api'
import { type Context, Hono } from 'hono'
import { deleteCookie, getCookie, setCookie } from 'hono/cookie'
import * as z from 'zod'
import { parseBody, readJson } from '../body.ts'
import { clientAddress } from '../client-address.ts'
import { count, Limit } from '../limit.ts'
import { type Finished, ProviderSilent } from '../oidc.ts'
import { HttpProblem } from '../problem.ts'
import type { Env, RouteOptions } from './context.ts'
import { describe } from './describe.ts'

/** How long somebody may take at the provider. */
const ATTEMPT_SECONDS = 15 * 60

const keptSchema = z.object({
  at: z.number(),
  attempt: z.object({ state: z.string(), nonce: z.string(), verifier: z.string() }),
  returnTo: z.string(),
  invitation: z.string().optional(),
  first: z.string().optional(),
  /** Whose account it is to be joined to. */
  connect: z.string().optional(),
})
type Kept = z.infer<typeof keptSchema>

export function oidcRoutes(options: RouteOptions): Hono<Env> {
  const { auth, catalog, endSession, oidc, proxies, signUp } = options
  const { accounts, audit } = catalog
  const routes = new Hono<Env>()
  const begun = new Limit({ most: 60, withinMs: 15 * 60_000 })
  const { isSecure } = auth.secretCookie
  const cookie = auth.secretCookie.name('provider')

  routes.post(
    '/start',
    describe({
      summary: 'Begin to sign in with the provider',
      description:
        'Answers where to send the browser. It comes back to `/api/oidc/callback`, and from there to `returnTo`.',
      tag: 'Accounts',
      body: startOidcSchema,
      answer: { schema: startedOidcSchema, description: 'The address at the provider.' },
      problems: {
        401: 'An account is to be joined to yours, and nobody is signed in.',
        404: 'This server has no provider.',
        429: 'It was tried too often.',
        502: 'The provider does not answer.',
      },
    }),
    async (c) => {
      if (!oidc) throw new HttpProblem(404, 'This server has no provider to sign in with.')
      const { connect, returnTo, invitation, first } = parseBody(startOidcSchema, await readJson(c, 16 * 1024))
      count(begun, clientAddress(c, proxies))
      const session = connect ? await auth.identify(c.req.raw.headers) : null
      if (connect && !session) throw new HttpProblem(401, 'Please sign in first: nobody is signed in here.')
      const { url, attempt } = await oidc.begin().catch((error: unknown) => {
        if (error instanceof ProviderSilent)
          throw new HttpProblem(502, `${oidc.name} does not answer as it should. Please try again later.`, {}, error)
        throw error
      })
      const kept: Kept = { at: Date.now(), attempt, returnTo: ownPath(returnTo) ?? '/' }
      if (invitation !== undefined) kept.invitation = invitation
      if (first !== undefined) kept.first = first
      if (session) kept.connect = session.person.id
      setCookie(c, cookie, await auth.seal(JSON.stringify(kept)), {
        httpOnly: true,
        secure: isSecure,
        // The provider sends the browser back from its own site.
        sameSite: 'Lax',
        path: '/',
        maxAge: ATTEMPT_SECONDS,
      })
      return c.json({ url })
    },
  )

  routes.get(
    '/callback',
    describe({
      summary: 'Where the provider sends people back to',
      tag: 'Accounts',
      answer: {
        status: 302,
        schema: null,
        description: 'To where they wanted to go, or to the page that says why not.',
      },
      problems: { 404: 'This server has no provider.' },
    }),
    async (c) => {
      if (!oidc) throw new HttpProblem(404, 'This server has no provider to sign in with.')
      const kept = await readKept(c)
      // Whatever comes of it, it was one attempt.
      deleteCookie(c, cookie, { path: '/', secure: isSecure })
      const refuse = (why: OidcProblem) =>
        c.redirect(
          kept?.connect
            ? `/account?problem=${why}`
            : `/sign-in?problem=${why}&returnTo=${encodeURIComponent(kept?.returnTo ?? '/')}`,
        )
      if (!kept) return refuse('expired')
      const finished = await oidc.finish(new URL(c.req.url).searchParams, kept.attempt)
      if (!finished.ok) return refuse(finished.why)
      if (kept.connect !== undefined) {
        const why = await connect(c, kept.connect, finished)
        return why ? refuse(why) : c.redirect(kept.returnTo)
      }
      const whose = await personOf(finished, kept)
      if ('why' in whose) return refuse(whose.why)
      const { cookies, ended } = await auth.signIn(c.req.raw.headers, whose.person)
      if (ended) endSession(ended)
      await audit.note({ act: 'account.sign-in', person: whose.person, subject: whose.person, detail: oidc.name })
      for (const one of cookies) c.header('Set-Cookie', one, { append: true })
      return c.redirect(kept.returnTo)
    },
  )

  routes.delete(
    '/connection',
    describe({
      summary: 'Part your account from that of the provider',
      tag: 'Accounts',
      answer: { status: 204, schema: null, description: 'You sign in with your password alone.' },
      problems: { 401: 'Nobody is signed in.', 409: 'You have no password, and could not sign in any more.' },
    }),
    async (c) => {
      const session = await auth.identify(c.req.raw.headers)
      if (!session) throw new HttpProblem(401, 'Please sign in first: nobody is signed in here.')
      if (!(await accounts.disconnect(session.person.id)))
        throw new HttpProblem(409, 'Set a password first: else you could not sign in any more.')
      return c.body(null, 204)
    },
  )

  async function readKept(c: Context<Env>): Promise<Kept | null> {
    const sealed = getCookie(c, cookie)
    const text = sealed === undefined ? null : await auth.unseal(sealed)
    const kept = text === null ? null : keptSchema.parse(JSON.parse(text))
    return kept && Date.now() - kept.at < ATTEMPT_SECONDS * 1000 ? kept : null
  }

  /** Whose account this identity opens, or makes. */
  async function personOf(
    { identity, email, isConfirmed, name }: Finished & { ok: true },
    { invitation, first }: Kept,
  ): Promise<{ person: string } | { why: OidcProblem }> {
    const known = await accounts.withIdentity(identity)
    if (known) return { person: known }
    const address = emailOf(email)
    if (!address) return { why: 'no-email' }
    const holder = await accounts.withEmail(address)
    if (holder) {
      // Two doors to one account: only where both are sure whose address it is. Else whoever was first to write an
      // address into a form, here or there, would be let into what its owner does later.
      if (!isConfirmed) return { why: 'not-confirmed' }
      if (!holder.signIn.isConfirmed) return { why: 'unconfirmed-here' }
      return (await accounts.connect(holder.person, identity)) ? { person: holder.person } : { why: 'taken' }
    }
    const isInvited = invitation !== undefined && (await catalog.invitations.find(invitation)).ok
    if (first === undefined && signUp === 'off' && !isInvited) return { why: 'no-account' }
    const parsed = personName.safeParse(name ?? '')
    const account = { email: address, isConfirmed, identity, name: parsed.data ?? nameFrom(address) }
    const made = await accounts.add(account, first)
    if (made.ok) return { person: made.person }
    return { why: made.why === 'link-used' ? 'link-used' : 'taken' }
  }

  async function connect(
    c: Context<Env>,
    person: string,
    { identity }: Finished & { ok: true },
  ): Promise<OidcProblem | null> {
    // Somebody else may have signed in here meanwhile.
    const session = await auth.identify(c.req.raw.headers)
    if (session?.person.id !== person) return 'expired'
    if (!(await accounts.find(person))) return 'no-account'
    return (await accounts.connect(person, identity)) ? null : 'taken'
  }

  return routes
}

function emailOf(value: string | null): string | null {
  const parsed = emailSchema.safeParse(value ?? '')
  return parsed.success ? parsed.data : null
}

function nameFrom(email: string): string {
  const parsed = personName.safeParse(email.split('@')[0] ?? '')
  return parsed.success ? parsed.data : 'Somebody'
}
