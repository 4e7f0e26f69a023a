/** Joining, leaving, and who one is. */
import { doorSchema, joinSchema, meSchema } from '@attest/schema/api'
import { Hono } from 'hono'
import { parseBody, readJson } from '../body.ts'
import { clientAddress } from '../client-address.ts'
import { count, Limit } from '../limit.ts'
import { HttpProblem } from '../problem.ts'
import { type Env, type RouteOptions, withCookies } from './context.ts'
import { describe } from './describe.ts'

export function peopleRoutes(options: RouteOptions): Hono<Env> {
  const { auth, catalog, joinByName, endSession, mailer, proxies } = options
  const routes = new Hono<Env>()
  const mayJoin = new Limit({ most: 60, withinMs: 60_000 })

  routes.get(
    '/me',
    describe({
      summary: 'Who you are',
      tag: 'People',
      answer: { schema: meSchema, description: 'The person of this session.' },
      problems: { 401: 'Nobody is signed in.' },
    }),
    async (c) => {
      const { me, cookies } = await auth.me(c.req.raw.headers)
      if (!me) throw new HttpProblem(401, 'Please join first: nobody is signed in here.')
      return c.json(me, 200, withCookies(cookies))
    },
  )

  routes.get(
    '/join',
    describe({
      summary: 'How to get in',
      description:
        'Whether a name is enough, what else there is, and who you are already: what `/api/me` says, but nobody is an answer too.',
      tag: 'People',
      answer: { schema: doorSchema, description: 'The way in, and the person of this session.' },
    }),
    async (c) => {
      const { me, cookies } = await auth.me(c.req.raw.headers)
      const door = {
        joinByName,
        signUp: options.signUp === 'on',
        provider: options.oidc?.name ?? null,
        mail: mailer.isOn,
        // Where a name is enough, whoever comes first owns the workspace.
        isNew: !joinByName && (await catalog.accounts.isNew()),
        me,
      }
      return c.json(door, 200, withCookies(cookies))
    },
  )

  routes.post(
    '/join',
    describe({
      summary: 'Join with a name',
      description:
        'Makes a new person and signs them in with a cookie; the first one owns the workspace. With a session already, ' +
        'one stays who one is, under the name one has. A name that is taken gets a number.',
      tag: 'People',
      body: joinSchema,
      answer: { schema: meSchema, description: 'The person you are from now on.' },
      problems: {
        403: 'Joining by name is off.',
        422: 'The name cannot be used; the detail says why.',
        429: 'Too many people joined from this address.',
      },
    }),
    async (c) => {
      if (!joinByName) throw new HttpProblem(403, 'Joining with just a name is off on this server.')
      const { name } = parseBody(joinSchema, await readJson(c, 16 * 1024))
      count(mayJoin, clientAddress(c, proxies))
      const { me, cookies } = await auth.join(c.req.raw.headers, name)
      return c.json(me, 200, withCookies(cookies))
    },
  )

  routes.post(
    '/leave',
    describe({
      summary: 'Sign out',
      description:
        'Ends the session of this cookie and all that is open in its name. Nothing happens when there is none.',
      tag: 'People',
      answer: { status: 204, schema: null, description: 'Nobody is signed in with this cookie any more.' },
    }),
    async (c) => {
      const { session, person, cookies } = await auth.leave(c.req.raw.headers)
      if (session) {
        endSession(session)
        await catalog.audit.note({ act: 'account.sign-out', person, subject: person })
      }
      return c.body(null, 204, withCookies(cookies))
    },
  )

  return routes
}
