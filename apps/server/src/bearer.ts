/**
 * Requests with a personal token: `Authorization: Bearer attest_…`. Whoever sends one is asked for nothing that guards a
 * browser, and their cookies are not looked at; what the token may be used for is judged here, before any route.
 */
import { readRoomName } from '@attest/schema/room-name'
import type { Context, MiddlewareHandler } from 'hono'
import { matchedRoutes } from 'hono/route'
import type { Auth } from './auth.ts'
import { clientAddress } from './client-address.ts'
import { count, Limit } from './limit.ts'
import { HttpProblem } from './problem.ts'
import type { Env } from './routes/context.ts'
import { scopesFor } from './routes/scopes.ts'
import type { Catalog } from './store/catalog.ts'
import type { Grant } from './store/tokens.ts'
import { bearerOf } from './token.ts'

/** Requests of one token in a minute. */
const A_MINUTE = 1200

export function admitTokens({
  auth,
  catalog,
  proxies,
}: {
  auth: Pick<Auth, 'identify'>
  catalog: Pick<Catalog, 'articles'>
  proxies: number
}): MiddlewareHandler<Env> {
  const used = new Limit({ most: A_MINUTE, withinMs: 60_000 })
  const wrong = new Limit({ most: 120, withinMs: 60_000 })

  return async (c, next) => {
    const { headers } = c.req.raw
    if (bearerOf(headers) === null) return next()
    const session = await auth.identify(headers)
    if (!session?.grant) {
      count(wrong, clientAddress(c, proxies))
      throw new HttpProblem(401, 'This token is not good, or is not good any more.', {
        'WWW-Authenticate': 'Bearer error="invalid_token"',
      })
    }
    const { grant, person } = session
    count(used, grant.id, `This token was used more than ${A_MINUTE} times within a minute.`)
    c.set('person', person)
    c.set('session', session.id)
    c.set('grant', grant)
    refuseUnasked(c, grant)
    await refuseElsewhere(c, grant, catalog)
    return next()
  }
}

function refuseUnasked(c: Context<Env>, { scopes }: Grant): void {
  const path = matchedRoutes(c).find((route) => route.method !== 'ALL' && !route.path.endsWith('*'))?.path
  // What there is no route for is answered as for everybody else.
  if (path === undefined) return
  const needed = scopesFor(c.req.method, path)
  if (needed === null)
    throw new HttpProblem(403, 'This cannot be done with a token: it is for people who are signed in to the page.')
  const missing = needed.filter((scope) => !scopes.includes(scope))
  if (missing.length > 0)
    throw new HttpProblem(403, `This token is not for that: it needs the scope ${missing.join(' and ')}.`, {
      'WWW-Authenticate': `Bearer error="insufficient_scope", scope="${needed.join(' ')}"`,
    })
}

/** A token for one project finds all others as if they were not there. */
async function refuseElsewhere(c: Context<Env>, { project }: Grant, catalog: Pick<Catalog, 'articles'>): Promise<void> {
  if (project === null) return
  const [, kind, given] = /^\/(api\/projects|api\/articles|sync)\/([^/]+)/.exec(c.req.path) ?? []
  if (kind === undefined) {
    if (!['GET', 'HEAD'].includes(c.req.method) || !withoutProject.has(c.req.path))
      throw new HttpProblem(403, 'This token is for one project only.')
    return
  }
  const id = decoded(given)
  if (kind === 'api/projects') {
    if (id !== project) throw new HttpProblem(404, 'There is no such project, or you are not a member of it.')
    return
  }
  const article = kind === 'sync' ? (readRoomName(id)?.article ?? '') : id
  if ((await catalog.articles.projectOf(article)) !== project)
    throw new HttpProblem(404, 'There is no such article, or you are not a member of its project.')
}

/** What is of no project; `/api/projects` tells of that one alone. */
const withoutProject: ReadonlySet<string> = new Set([
  '/api/me',
  '/api/projects',
  '/api/formats',
  '/api/openapi.json',
  '/api/docs',
  '/api/schemas/attest-json.json',
  '/healthz',
  '/readyz',
  '/metrics',
])

function decoded(part: string | undefined): string {
  try {
    return decodeURIComponent(part ?? '')
  } catch {
    return ''
  }
}
