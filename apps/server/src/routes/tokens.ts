/** One's own personal tokens. They are made and revoked by somebody who is signed in, never with a token. */
import { MOST_TOKENS, madeTokenSchema, newTokenSchema, tokenSchema } from '@attest/schema/token'
import { Hono } from 'hono'
import * as z from 'zod'
import { sessionOfToken } from '../auth.ts'
import { parseBody, readJson } from '../body.ts'
import { HttpProblem } from '../problem.ts'
import { type Env, projectOf, type RouteOptions, requirePerson } from './context.ts'
import { describe } from './describe.ts'

const BODY_BYTES = 16 * 1024
const DAY_MS = 24 * 60 * 60_000

/** To be mounted at `/api/account/tokens`. */
export function tokenRoutes({ auth, catalog, endSession }: RouteOptions): Hono<Env> {
  const routes = new Hono<Env>()
  const person = requirePerson(auth)

  routes.get(
    '/',
    person,
    describe({
      summary: 'Your personal tokens',
      tag: 'Accounts',
      answer: { schema: z.array(tokenSchema), description: 'The newest first, without what makes them a key.' },
      problems: { 401: 'Nobody is signed in.' },
    }),
    async (c) => c.json(await catalog.tokens.of(c.var.person.id)),
  )

  routes.post(
    '/',
    person,
    describe({
      summary: 'Make a personal token',
      description:
        'A program that sends it as `Authorization: Bearer …` acts as you, within its scopes and your roles. It is ' +
        'told this once; only its hash is kept.',
      tag: 'Accounts',
      body: newTokenSchema,
      answer: { status: 201, schema: madeTokenSchema, description: 'The token.' },
      problems: {
        401: 'Nobody is signed in.',
        404: 'There is no such project for you.',
        409: `You have ${MOST_TOKENS} tokens already.`,
        422: 'The name, the scopes or the days cannot be used.',
      },
    }),
    async (c) => {
      const { id } = c.var.person
      const { name, scopes, days, project } = parseBody(newTokenSchema, await readJson(c, BODY_BYTES))
      if (project) await projectOf(c, catalog, project)
      const expiresAt = Date.now() + days * DAY_MS
      const made = await catalog.tokens.add({ person: id, name, scopes, project: project ?? null, expiresAt })
      if (!made)
        throw new HttpProblem(409, `You have ${MOST_TOKENS} tokens already. Please revoke one that is not used.`)
      return c.json({ ...made.kept, token: made.token }, 201, { 'Cache-Control': 'no-store' })
    },
  )

  routes.delete(
    '/:token',
    person,
    describe({
      summary: 'Revoke one of your tokens',
      description: 'It opens nothing from then on; what is open in its name closes at once.',
      tag: 'Accounts',
      answer: { status: 204, schema: null, description: 'It is revoked.' },
      problems: { 401: 'Nobody is signed in.', 404: 'You have no such token, or it is revoked already.' },
    }),
    async (c) => {
      const id = c.req.param('token')
      if (!(await catalog.tokens.revoke(c.var.person.id, id)))
        throw new HttpProblem(404, 'You have no such token, or it is revoked already.')
      endSession(sessionOfToken(id))
      return c.body(null, 204)
    },
  )

  return routes
}
