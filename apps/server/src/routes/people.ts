/** Joining, leaving, and who one is. */
import { doorSchema, joinSchema, meSchema } from '@attest/schema/api'
import { type Context, Hono } from 'hono'
import { parseBody, readJson } from '../body.ts'
import { isLoopback } from '../guard.ts'
import { HttpProblem } from '../problem.ts'
import type { Env, RouteOptions } from './context.ts'
import { describe } from './describe.ts'

const JOINS_A_MINUTE = 60

export function peopleRoutes({ auth, joinByName, endSession }: RouteOptions): Hono<Env> {
  const routes = new Hono<Env>()
  const mayJoin = makeLimit(JOINS_A_MINUTE)

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
        'Whether a name is enough, and who you are already: what `/api/me` says, but nobody is an answer too.',
      tag: 'People',
      answer: { schema: doorSchema, description: 'The way in, and the person of this session.' },
    }),
    async (c) => {
      const { me, cookies } = await auth.me(c.req.raw.headers)
      return c.json({ joinByName, me }, 200, withCookies(cookies))
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
      const address = addressOf(c)
      if (address !== null && !mayJoin(address))
        throw new HttpProblem(429, 'Too many people joined from your address; please try again in a minute.', {
          'Retry-After': '60',
        })
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
      const { session, cookies } = await auth.leave(c.req.raw.headers)
      if (session) endSession(session)
      return c.body(null, 204, withCookies(cookies))
    },
  )

  return routes
}

function withCookies(cookies: readonly string[]): Record<string, string | string[]> {
  const headers: Record<string, string | string[]> = { 'Cache-Control': 'no-store' }
  if (cookies.length > 0) headers['Set-Cookie'] = [...cookies]
  return headers
}

/** Where the request comes from, or null when that is this machine (where a proxy in front of us would be as well). */
function addressOf(c: Context<Env>): string | null {
  const address = c.env?.incoming?.socket.remoteAddress
  return address === undefined || isLoopback(address.replace(/^::ffff:/, '')) ? null : address
}

/** Counts by address in whole minutes. */
function makeLimit(aMinute: number): (address: string) => boolean {
  let minute = 0
  let counts = new Map<string, number>()
  return (address) => {
    const now = Math.floor(Date.now() / 60_000)
    if (now !== minute) [minute, counts] = [now, new Map()]
    const count = (counts.get(address) ?? 0) + 1
    counts.set(address, count)
    return count <= aMinute
  }
}
