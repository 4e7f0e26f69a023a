/** What the owner of the workspace does for its people: a link for whoever cannot get in, an end, an heir. */
import { listedPersonSchema, madeLinkSchema } from '@attest/schema/accounts'
import { type Context, Hono } from 'hono'
import * as z from 'zod'
import { sessionOfToken } from '../auth.ts'
import { HttpProblem } from '../problem.ts'
import { closeAccount, refuseNeeded } from './accounts.ts'
import { type Env, type RouteOptions, requirePerson } from './context.ts'
import { describe } from './describe.ts'

/** How long a link that is handed over by a person is good for: it may lie over a weekend. */
const LINK_MS = 3 * 24 * 60 * 60 * 1000

const ownerOnly = { 401: 'Nobody is signed in.', 403: 'You do not own the workspace.', 404: 'There is no such person.' }

export function workspaceRoutes(options: RouteOptions): Hono<Env> {
  const { auth, catalog, endSession, publicUrl } = options
  const { accounts, people } = catalog
  const routes = new Hono<Env>()
  routes.use('*', requirePerson(auth), async (c, next) => {
    if (!(await people.me(c.var.person.id))?.ownsWorkspace)
      throw new HttpProblem(403, 'Only the owner of the workspace can do this.')
    return next()
  })

  /** Somebody else who can, or could, sign in. */
  async function otherOf(c: Context<Env>, { mayBeClosed = false } = {}): Promise<string> {
    const id = c.req.param('person') ?? ''
    const found = (await accounts.list()).find((one) => one.id === id)
    if (!found || (found.isClosed && !mayBeClosed)) throw new HttpProblem(404, 'There is no such person.')
    if (id === c.var.person.id) throw new HttpProblem(409, 'Your own account is on your own page.')
    return id
  }

  routes.get(
    '/',
    describe({
      summary: 'Everybody who is or was here',
      tag: 'Accounts',
      answer: { schema: z.array(listedPersonSchema), description: 'The first to come first.' },
      problems: { 401: 'Nobody is signed in.', 403: 'You do not own the workspace.' },
    }),
    async (c) => c.json(await accounts.list()),
  )

  routes.post(
    '/:person/link',
    describe({
      summary: 'Make a link for somebody who cannot sign in',
      description:
        'With it they set a new password, once, within three days; somebody who has only a name gives an address as ' +
        'well, and goes on as who they are. Links made for them before are over.',
      tag: 'Accounts',
      answer: { status: 201, schema: madeLinkSchema, description: 'The link; it is shown this once.' },
      problems: { ...ownerOnly, 409: 'That is yourself.' },
    }),
    async (c) => {
      const person = await otherOf(c)
      const link = { kind: 'password', person, email: null, madeBy: c.var.person.id, forMs: LINK_MS } as const
      const { token, expiresAt } = await accounts.makeLink(link)
      return c.json({ url: `${publicUrl}/reset#${token}`, expiresAt }, 201, { 'Cache-Control': 'no-store' })
    },
  )

  routes.delete(
    '/:person/sessions',
    describe({
      summary: 'Sign somebody out everywhere',
      tag: 'Accounts',
      description: 'Their sessions end, and their tokens with them.',
      answer: { status: 204, schema: null, description: 'Nobody is signed in as them, and no program acts for them.' },
      problems: { ...ownerOnly, 409: 'That is yourself.' },
    }),
    async (c) => {
      const person = await otherOf(c)
      const me = c.var.person.id
      for (const session of await accounts.endSessions(person, { except: null }, me)) endSession(session)
      for (const token of await catalog.tokens.revokeAll(person, me)) endSession(sessionOfToken(token))
      return c.body(null, 204)
    },
  )

  routes.post(
    '/:person/close',
    describe({
      summary: 'Close somebody’s account',
      description: 'Their name stays on what they made. The only owner of a project is replaced first.',
      tag: 'Accounts',
      answer: { status: 204, schema: null, description: 'It is closed.' },
      problems: { ...ownerOnly, 409: 'That is yourself, or nobody else owns a project of theirs.' },
    }),
    async (c) => {
      const person = await otherOf(c)
      await refuseNeeded(options, person)
      for (const session of await closeAccount(options, person, c.var.person.id)) endSession(session)
      return c.body(null, 204)
    },
  )

  routes.post(
    '/:person/workspace',
    describe({
      summary: 'Hand the workspace over to somebody',
      description: 'They own it from then on, and you do not. Projects keep the owners they have.',
      tag: 'Accounts',
      answer: { status: 204, schema: null, description: 'It is theirs.' },
      problems: { ...ownerOnly, 409: 'That is yourself, or they have only a name where names are not enough.' },
    }),
    async (c) => {
      const person = await otherOf(c)
      if (!options.joinByName && !(await accounts.find(person)))
        throw new HttpProblem(409, 'They have only a name, and could not come back. Make them a link first.')
      if (!(await people.handOver(c.var.person.id, person))) throw new HttpProblem(404, 'There is no such person.')
      await catalog.audit.note({ act: 'workspace.hand-over', person: c.var.person.id, subject: person })
      return c.body(null, 204)
    },
  )

  return routes
}
