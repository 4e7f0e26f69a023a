/** Accounts: making one, signing in, what one forgot, and one's own page. */
import {
  accountSchema,
  changedEmailSchema,
  changeEmailSchema,
  changePasswordSchema,
  credentialsSchema,
  forgotSchema,
  linkSchema,
  linkTokenSchema,
  newAccountSchema,
  profileSchema,
  proofSchema,
  resetSchema,
  sessionSchema,
  signInSchema,
  weakness,
} from '@attest/schema/accounts'
import { meSchema } from '@attest/schema/api'
import { type Context, Hono } from 'hono'
import * as z from 'zod'
import { parseBody, readJson } from '../body.ts'
import { clientAddress } from '../client-address.ts'
import { deviceOf } from '../device.ts'
import { count, Limit } from '../limit.ts'
import { HttpProblem } from '../problem.ts'
import type { NoAccount, SignIn } from '../store/accounts.ts'
import { type Env, type RouteOptions, requirePerson, withCookies } from './context.ts'
import { describe } from './describe.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE

/** How long a link that was mailed is good for. */
const MAILED_MS = HOUR
const CONFIRM_MS = 24 * HOUR
/** As long as this after signing in, whoever has no password need not show again who they are. */
const FRESH_MS = 15 * MINUTE
/** Work that must not be seen in how long an answer takes is begun when the answer is on its way. */
const AFTERWARDS_MS = 50

const BODY_BYTES = 16 * 1024

const noAccount: Record<NoAccount, () => HttpProblem> = {
  'email-taken': () =>
    new HttpProblem(
      409,
      'There is an account with this e-mail address already. Sign in with it, or set a new password.',
    ),
  'link-used': () => new HttpProblem(410, 'This link has been used or is over. Please ask for a new one.'),
}

export function accountRoutes(options: RouteOptions): Hono<Env> {
  const { auth, catalog, endSession, mailer, publicUrl, signUp, proxies, log } = options
  const { accounts, audit, people } = catalog
  const routes = new Hono<Env>()
  const limits = {
    /** Wrong passwords of one account, from wherever they come. */
    account: new Limit({ most: 15, withinMs: 15 * MINUTE }),
    address: new Limit({ most: 60, withinMs: 15 * MINUTE }),
    newAccounts: new Limit({ most: 30, withinMs: HOUR }),
    mailsTo: new Limit({ most: 4, withinMs: HOUR }),
    mailsFrom: new Limit({ most: 20, withinMs: HOUR }),
  }
  const addressOf = (c: Context<Env>) => clientAddress(c, proxies)

  function afterwards(work: () => Promise<void>): void {
    setTimeout(() => {
      work().catch((error: unknown) => log.error({ err: error }, 'what was begun after an answer failed'))
    }, AFTERWARDS_MS).unref()
  }

  async function signedIn(c: Context<Env>, person: string, status: 200 | 201 = 200) {
    const { me, cookies, ended } = await auth.signIn(c.req.raw.headers, person)
    if (ended) endSession(ended)
    return c.json(me, status, withCookies(cookies))
  }

  /** Compares a password with that of an account; throws for too many tries. */
  async function isRight(c: Context<Env>, key: string, password: string, hash: string | null): Promise<boolean> {
    const address = addressOf(c)
    count(limits.address, address)
    count(limits.account, key)
    if (!(await auth.isPassword(password, hash))) return false
    limits.account.forget(key)
    if (address !== null) limits.address.giveBack(address)
    return true
  }

  /** Whoever changes how they sign in shows that it is they who are sitting there. */
  async function prove(c: Context<Env>, password: string | undefined): Promise<SignIn | null> {
    const { person, session } = c.var
    const signIn = await accounts.find(person.id)
    if (!signIn) return null
    if (signIn.passwordHash !== null) {
      if (password === undefined) throw new HttpProblem(422, 'Please enter your password.')
      if (!(await isRight(c, signIn.email, password, signIn.passwordHash)))
        throw new HttpProblem(403, 'This is not your password.')
    } else if (!(await isFresh(person.id, session)))
      throw new HttpProblem(403, 'Please sign out and in again first, so that it is sure to be you.')
    return signIn
  }

  async function isFresh(person: string, session: string): Promise<boolean> {
    const own = (await accounts.sessions(person)).find((one) => one.id === session)
    return own !== undefined && Date.now() - own.createdAt < FRESH_MS
  }

  async function endOthers(person: string, session: string | null): Promise<void> {
    for (const ended of await accounts.endSessions(person, { except: session }, person)) endSession(ended)
  }

  async function mailConfirmation(person: string, email: string): Promise<void> {
    const { token } = await accounts.makeLink({ kind: 'email', person, email, madeBy: null, forMs: CONFIRM_MS })
    await mailer.send({ to: email, ...mails.confirm(`${publicUrl}/confirm#${token}`) })
  }

  routes.post(
    '/sign-in',
    describe({
      summary: 'Sign in',
      description: 'With an e-mail address and a password. The session this browser had before ends.',
      tag: 'Accounts',
      body: signInSchema,
      answer: { schema: meSchema, description: 'The person you are from now on.' },
      problems: {
        401: 'The address or the password is not right; which of the two is not said.',
        422: 'Something is missing; the detail says what.',
        429: 'It was tried too often; Retry-After says when again.',
      },
    }),
    async (c) => {
      const { email, password } = parseBody(signInSchema, await readJson(c, BODY_BYTES))
      const found = await accounts.withEmail(email)
      if (!(await isRight(c, email, password, found?.signIn.passwordHash ?? null)) || !found) {
        // Of addresses that nobody has there would be no end.
        if (found) afterwards(() => audit.note({ act: 'account.sign-in-failed', subject: found.person }))
        throw new HttpProblem(401, 'The e-mail address or the password is not right.')
      }
      await audit.note({ act: 'account.sign-in', person: found.person, subject: found.person })
      return signedIn(c, found.person)
    },
  )

  routes.post(
    '/accounts',
    describe({
      summary: 'Make an account',
      description:
        'With the token of an invitation, with that of the link the first start prints (this one owns the workspace), or ' +
        'with neither where signing up is open. An invitation is accepted afterwards, in a request of its own.',
      tag: 'Accounts',
      body: newAccountSchema,
      answer: { status: 201, schema: meSchema, description: 'The person you are from now on.' },
      problems: {
        403: 'Accounts are made by invitation, and this one is not good (any more).',
        409: 'There is an account with this address.',
        410: 'The first link has been used.',
        422: 'Something cannot be used; the detail says what.',
        429: 'Too many accounts were made from this address.',
      },
    }),
    async (c) => {
      const { name, email, password, invitation, first } = parseBody(newAccountSchema, await readJson(c, BODY_BYTES))
      count(limits.newAccounts, addressOf(c))
      refuseWeak(password, { name, email })
      if (first === undefined && signUp !== 'on') {
        const isInvited = invitation !== undefined && (await catalog.invitations.find(invitation)).ok
        if (!isInvited) throw new HttpProblem(403, 'Accounts are made by invitation here. Please ask for one.')
      }
      const passwordHash = await auth.hashPassword(password)
      const made = await accounts.add({ name, email, isConfirmed: false, passwordHash }, first)
      if (!made.ok) throw noAccount[made.why]()
      if (mailer.isOn) afterwards(() => mailConfirmation(made.person, email))
      return signedIn(c, made.person, 201)
    },
  )

  routes.post(
    '/accounts/link',
    describe({
      summary: 'What a link is good for',
      description: 'One to make the first account, to set a password, or to confirm an address. It is not used up.',
      tag: 'Accounts',
      body: linkTokenSchema,
      answer: { schema: linkSchema, description: 'What for, and for whom.' },
      problems: { 410: 'It has been used, is over, or never was.', 429: 'It was tried too often.' },
    }),
    async (c) => {
      const { token } = parseBody(linkTokenSchema, await readJson(c, BODY_BYTES))
      const link = await accounts.readLink(token)
      if (!link) {
        count(limits.address, addressOf(c))
        throw noAccount['link-used']()
      }
      const owner = link.kind === 'first' ? await accounts.ownerByName() : null
      const person = await people.find(link.person ?? owner ?? '')
      const email = link.kind === 'email' ? link.email : link.person && (await accounts.find(link.person))?.email
      return c.json({ kind: link.kind, person, email: email ?? null, expiresAt: link.expiresAt })
    },
  )

  routes.post(
    '/accounts/forgot',
    describe({
      summary: 'Ask for a link to set a new password',
      description: 'It is mailed to the address, if an account has it. The answer is the same if none has.',
      tag: 'Accounts',
      body: forgotSchema,
      answer: { status: 202, schema: null, description: 'If there is such an account, a mail is on its way.' },
      problems: { 403: 'No mail is set up here.', 422: 'It is no address.', 429: 'It was asked for too often.' },
    }),
    async (c) => {
      const { email } = parseBody(forgotSchema, await readJson(c, BODY_BYTES))
      if (!mailer.isOn)
        throw new HttpProblem(403, 'This server sends no mail. The owner of the workspace can make you a link.')
      count(limits.mailsFrom, addressOf(c))
      count(limits.mailsTo, email)
      afterwards(async () => {
        const found = await accounts.withEmail(email)
        if (!found) return
        const link = { kind: 'password', person: found.person, email, madeBy: null, forMs: MAILED_MS } as const
        const { token } = await accounts.makeLink(link)
        await mailer.send({ to: email, ...mails.reset(`${publicUrl}/reset#${token}`) })
      })
      return c.body(null, 202)
    },
  )

  routes.post(
    '/accounts/reset',
    describe({
      summary: 'Set a password with a link',
      description: 'Uses the link up, ends every session of that person, and signs this browser in.',
      tag: 'Accounts',
      body: resetSchema,
      answer: { schema: meSchema, description: 'The person you are from now on.' },
      problems: {
        409: 'There is an account with this address.',
        410: 'The link has been used or is over.',
        422: 'The password cannot be used; the detail says why.',
        429: 'It was tried too often.',
      },
    }),
    async (c) => {
      const { token, password, email } = parseBody(resetSchema, await readJson(c, BODY_BYTES))
      const link = await accounts.readLink(token)
      if (link?.kind !== 'password' || link.person === null) {
        count(limits.address, addressOf(c))
        throw noAccount['link-used']()
      }
      const signIn = await accounts.find(link.person)
      const address = signIn?.email ?? email
      if (address === undefined) throw new HttpProblem(422, 'Please enter an e-mail address to sign in with.')
      const person = await people.find(link.person)
      refuseWeak(password, { name: person?.name ?? '', email: address })
      const done = await accounts.resetPassword(token, await auth.hashPassword(password), email)
      if (!done.ok) throw noAccount[done.why]()
      limits.account.forget(address)
      await endOthers(done.person, null)
      return signedIn(c, done.person)
    },
  )

  routes.post(
    '/accounts/confirm',
    describe({
      summary: 'Confirm an e-mail address with a link',
      tag: 'Accounts',
      body: linkTokenSchema,
      answer: { schema: z.object({ email: z.string() }), description: 'The address that is confirmed now.' },
      problems: { 409: 'Somebody else has it by now.', 410: 'The link has been used or is over.' },
    }),
    async (c) => {
      const { token } = parseBody(linkTokenSchema, await readJson(c, BODY_BYTES))
      const done = await accounts.confirmEmail(token)
      if (!done.ok) {
        count(limits.address, addressOf(c))
        throw noAccount[done.why]()
      }
      return c.json({ email: done.email })
    },
  )

  routes.use('/account', requirePerson(auth))
  routes.use('/account/*', requirePerson(auth))

  routes.get(
    '/account',
    describe({
      summary: 'How you sign in',
      tag: 'Accounts',
      answer: { schema: accountSchema, description: 'Your address, and what proves that it is you.' },
      problems: { 401: 'Nobody is signed in.' },
    }),
    async (c) => {
      const { person, session } = c.var
      const signIn = await accounts.find(person.id)
      return c.json({
        email: signIn?.email ?? null,
        isConfirmed: signIn?.isConfirmed ?? false,
        hasPassword: signIn?.passwordHash != null,
        hasProvider: (signIn?.issuers.length ?? 0) > 0,
        isFresh: await isFresh(person.id, session),
      })
    },
  )

  routes.post(
    '/account',
    describe({
      summary: 'Change your name or your colour',
      description: 'They change wherever they are shown. A name that somebody else has gets a number.',
      tag: 'Accounts',
      body: profileSchema,
      answer: { schema: meSchema, description: 'Who you are now.' },
      problems: { 401: 'Nobody is signed in.', 422: 'The name cannot be used.' },
    }),
    async (c) => {
      const { person } = c.var
      await people.change(person.id, parseBody(profileSchema, await readJson(c, BODY_BYTES)))
      return c.json(await people.me(person.id))
    },
  )

  routes.post(
    '/account/credentials',
    describe({
      summary: 'Give your name an address and a password',
      description: 'For somebody who joined by name: from then on they can come back. This browser gets a new session.',
      tag: 'Accounts',
      body: credentialsSchema,
      answer: { schema: meSchema, description: 'Who you are: the same person.' },
      problems: {
        401: 'Nobody is signed in.',
        409: 'You can sign in already, or there is an account with this address.',
        422: 'The address or the password cannot be used.',
      },
    }),
    async (c) => {
      const { person } = c.var
      const { email, password } = parseBody(credentialsSchema, await readJson(c, BODY_BYTES))
      count(limits.newAccounts, addressOf(c))
      if (await accounts.find(person.id)) throw new HttpProblem(409, 'You can sign in with an e-mail address already.')
      refuseWeak(password, { name: person.name, email })
      const passwordHash = await auth.hashPassword(password)
      if (!(await accounts.addSignIn(person.id, { email, isConfirmed: false, passwordHash })))
        throw noAccount['email-taken']()
      if (mailer.isOn) afterwards(() => mailConfirmation(person.id, email))
      return signedIn(c, person.id)
    },
  )

  routes.post(
    '/account/email',
    describe({
      summary: 'Change your e-mail address',
      description: 'Where the server sends mail, it counts when the link that is sent to it was opened; else at once.',
      tag: 'Accounts',
      body: changeEmailSchema,
      answer: { schema: changedEmailSchema, description: 'Whether it was changed, or a link was sent.' },
      problems: {
        401: 'Nobody is signed in.',
        403: 'The password is not right.',
        409: 'There is an account with this address, or you have only a name.',
        422: 'It is no address.',
        429: 'It was tried too often.',
      },
    }),
    async (c) => {
      const { person } = c.var
      const { email, password } = parseBody(changeEmailSchema, await readJson(c, BODY_BYTES))
      const signIn = await prove(c, password)
      if (!signIn) throw new HttpProblem(409, 'You have only a name so far. Give it an address and a password first.')
      const holder = await accounts.withEmail(email)
      if (holder && holder.person !== person.id) throw noAccount['email-taken']()
      if (email === signIn.email && signIn.isConfirmed) return c.json({ isSent: false })
      if (mailer.isOn) {
        count(limits.mailsTo, email)
        count(limits.mailsFrom, person.id)
        await mailConfirmation(person.id, email)
        return c.json({ isSent: true })
      }
      if (!(await accounts.setEmail(person.id, email, false))) throw noAccount['email-taken']()
      return c.json({ isSent: false })
    },
  )

  routes.post(
    '/account/password',
    describe({
      summary: 'Change your password',
      description: 'Ends every session of yours; this browser gets a new one.',
      tag: 'Accounts',
      body: changePasswordSchema,
      answer: { schema: meSchema, description: 'Who you are.' },
      problems: {
        401: 'Nobody is signed in.',
        403: 'The present password is not right.',
        409: 'You have only a name.',
        422: 'The new password cannot be used.',
        429: 'It was tried too often.',
      },
    }),
    async (c) => {
      const { person } = c.var
      const { current, password } = parseBody(changePasswordSchema, await readJson(c, BODY_BYTES))
      const signIn = await prove(c, current)
      if (!signIn) throw new HttpProblem(409, 'You have only a name so far. Give it an address and a password first.')
      refuseWeak(password, { name: person.name, email: signIn.email })
      await accounts.setPassword(person.id, await auth.hashPassword(password), 'by themselves')
      await endOthers(person.id, c.var.session)
      return signedIn(c, person.id)
    },
  )

  routes.get(
    '/account/sessions',
    describe({
      summary: 'Where you are signed in',
      tag: 'Accounts',
      answer: { schema: z.array(sessionSchema), description: 'Your sessions, this one first, then the last used.' },
      problems: { 401: 'Nobody is signed in.' },
    }),
    async (c) => {
      const { person, session } = c.var
      const all = (await accounts.sessions(person.id)).map(({ userAgent, ...one }) => ({
        ...one,
        ...deviceOf(userAgent),
        isThis: one.id === session,
      }))
      return c.json(all.sort((a, b) => Number(b.isThis) - Number(a.isThis)))
    },
  )

  routes.delete(
    '/account/sessions',
    describe({
      summary: 'Sign out everywhere else',
      tag: 'Accounts',
      answer: { status: 204, schema: null, description: 'Only this session is left.' },
      problems: { 401: 'Nobody is signed in.' },
    }),
    async (c) => {
      await endOthers(c.var.person.id, c.var.session)
      return c.body(null, 204)
    },
  )

  routes.delete(
    '/account/sessions/:session',
    describe({
      summary: 'End one of your sessions',
      description: 'What is open in its name closes at once.',
      tag: 'Accounts',
      answer: { status: 204, schema: null, description: 'It is over.' },
      problems: { 401: 'Nobody is signed in.', 404: 'You have no such session.' },
    }),
    async (c) => {
      const { id } = c.var.person
      const ended = await accounts.endSessions(id, { only: c.req.param('session') }, id)
      if (ended.length === 0) throw new HttpProblem(404, 'You have no such session.')
      for (const session of ended) endSession(session)
      return c.body(null, 204)
    },
  )

  routes.post(
    '/account/close',
    describe({
      summary: 'Close your account',
      description:
        'Your name stays on what you made; you are in no project any more and cannot sign in. Whoever owns the ' +
        'workspace, or is the only owner of a project, hands it over first.',
      tag: 'Accounts',
      body: proofSchema,
      answer: { status: 204, schema: null, description: 'It is closed.' },
      problems: {
        401: 'Nobody is signed in.',
        403: 'The password is not right.',
        409: 'Something has to be handed over first; the detail says what.',
        429: 'It was tried too often.',
      },
    }),
    async (c) => {
      const { person } = c.var
      const { password } = parseBody(proofSchema, await readJson(c, BODY_BYTES))
      await prove(c, password)
      await refuseNeeded(options, person.id)
      for (const session of await closeAccount(options, person.id, person.id)) endSession(session)
      const { cookies } = await auth.leave(c.req.raw.headers)
      return c.body(null, 204, withCookies(cookies))
    },
  )

  return routes
}

/** Throws where something would be left that nobody could manage. */
export async function refuseNeeded({ catalog }: RouteOptions, person: string): Promise<void> {
  if ((await catalog.people.me(person))?.ownsWorkspace)
    throw new HttpProblem(409, 'Whoever owns the workspace hands it over to somebody else first.')
  const alone = await catalog.accounts.ownedAlone(person)
  if (alone.length === 0) return
  const names = alone.slice(0, 3).map(({ name }) => `“${name}”`)
  const more = alone.length > 3 ? ` and ${alone.length - 3} more` : ''
  throw new HttpProblem(
    409,
    `Nobody else owns ${names.join(', ')}${more}. Make somebody an owner there first, or delete it.`,
  )
}

/** Says which sessions ended. */
export async function closeAccount({ catalog }: RouteOptions, person: string, by: string): Promise<string[]> {
  // Of two owners who close their accounts at once, one was the other that the question before had counted on.
  for (const projectId of await catalog.accounts.projectsOf(person))
    if ((await catalog.members.remove({ projectId, by: person, person })) === 'last-owner')
      throw new HttpProblem(409, 'Nobody else owns one of the projects any more. Make somebody an owner there first.')
  return catalog.accounts.close(person, by)
}

function refuseWeak(password: string, whose: { name: string; email: string }): void {
  const flaw = weakness(password, whose)
  if (flaw) throw new HttpProblem(422, flaw)
}

const mails = {
  reset: (url: string) => ({
    subject: 'A new password for Attest',
    text: `Somebody, probably you, asked for a new password for your account. Open this link within an hour to set one:

${url}

It can be used once. If it was not you, you need not do anything: your password stays as it is.
`,
  }),
  confirm: (url: string) => ({
    subject: 'Is this your address?',
    text: `Somebody, probably you, gave this address for an account of Attest. Open this link within a day to confirm it:

${url}

If it was not you, you need not do anything.
`,
  }),
}
