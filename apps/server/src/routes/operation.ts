/** For whoever runs the server: is it alive, is it ready, how is it doing. */
import { type Context, Hono } from 'hono'
import * as z from 'zod'
import { isFromHere } from '../client-address.ts'
import { checkHost } from '../guard.ts'
import type { Metrics } from '../metrics.ts'
import { answerProblem, HttpProblem } from '../problem.ts'
import type { Catalog } from '../store/catalog.ts'
import type { Env } from './context.ts'
import { describe } from './describe.ts'

interface Measuring {
  metrics: Metrics
  /** Whether the figures are for everybody who can ask, and not only for who asks on this machine. */
  publicMetrics: boolean
  proxies: number
}

export interface OperationOptions extends Measuring {
  catalog: Catalog
  /** False from the moment the server is told to stop. */
  isOpen: () => boolean
}

interface WaitingRoomOptions extends Measuring {
  origins: ReadonlySet<string>
  why: () => string
}

/**
 * What stands in for the whole app while there is none: before the database is up to date, and while a disk that failed
 * is read again. `why` is the sentence for whoever asks meanwhile.
 */
export function createWaitingRoom({ origins, why, ...measuring }: WaitingRoomOptions): Hono<Env> {
  const app = new Hono<Env>()
  app.use(checkHost(origins))
  app.onError((error, c) => answerProblem(c, error instanceof HttpProblem ? error : new HttpProblem(500, why())))
  app.get('/healthz', (c) => c.json({ status: 'ok' }, 200, { 'Cache-Control': 'no-store' }))
  app.get('/metrics', (c) => measured(c, measuring))
  app.all('*', (c) => answerProblem(c, new HttpProblem(503, why(), { 'Retry-After': '1' })))
  return app
}

/** How busy a server is tells those who annotate blind that others do. */
async function measured(c: Context<Env>, { metrics, publicMetrics, proxies }: Measuring): Promise<Response> {
  if (!publicMetrics && !isFromHere(c, proxies)) throw new HttpProblem(404, 'The figures are not for everybody.')
  return c.body(await metrics.write(), 200, { 'Content-Type': metrics.contentType })
}

const statusSchema = z.object({ status: z.literal('ok') })

export function operationRoutes({ catalog, isOpen, ...measuring }: OperationOptions): Hono<Env> {
  const routes = new Hono<Env>()

  routes.get(
    '/healthz',
    describe({
      summary: 'Whether the process is alive',
      tag: 'Operation',
      answer: { schema: statusSchema, description: 'It is.' },
    }),
    (c) => c.json({ status: 'ok' }, 200, { 'Cache-Control': 'no-store' }),
  )

  routes.get(
    '/readyz',
    describe({
      summary: 'Whether it can serve',
      tag: 'Operation',
      answer: { schema: statusSchema, description: 'The database answers.' },
      problems: { 503: 'It is starting or stopping, or the database does not answer; `detail` says which.' },
    }),
    async (c) => {
      if (!isOpen()) throw new HttpProblem(503, 'The server is stopping.')
      await catalog.ping().catch((cause: unknown) => {
        throw new HttpProblem(503, 'The database does not answer.', {}, cause)
      })
      return c.json({ status: 'ok' }, 200, { 'Cache-Control': 'no-store' })
    },
  )

  routes.get(
    '/metrics',
    describe({
      summary: 'Figures for Prometheus',
      tag: 'Operation',
      answer: {
        schema: 'text/plain',
        description:
          'Rooms, connections, updates, refusals, endings, commits, requests, the process. No names, no texts.',
      },
      problems: { 404: 'It is asked from another machine, and METRICS is not on.' },
    }),
    (c) => measured(c, measuring),
  )

  return routes
}
