/** For whoever runs the server: is it alive, is it ready, how is it doing. */
import { Hono } from 'hono'
import * as z from 'zod'
import { checkHost } from '../guard.ts'
import type { Metrics } from '../metrics.ts'
import { answerProblem, HttpProblem } from '../problem.ts'
import type { Catalog } from '../store/catalog.ts'
import { describe } from './describe.ts'

export interface OperationOptions {
  catalog: Catalog
  metrics: Metrics
  /** False from the moment the server is told to stop. */
  isOpen: () => boolean
}

interface WaitingRoomOptions {
  origins: ReadonlySet<string>
  metrics: Metrics
  why: () => string
}

/**
 * What stands in for the whole app while there is none: before the database is up to date, and while a disk that failed
 * is read again. `why` is the sentence for whoever asks meanwhile.
 */
export function createWaitingRoom({ origins, metrics, why }: WaitingRoomOptions): Hono {
  const app = new Hono()
  app.use(checkHost(origins))
  app.onError((error, c) => answerProblem(c, error instanceof HttpProblem ? error : new HttpProblem(500, why())))
  app.get('/healthz', (c) => c.json({ status: 'ok' }, 200, { 'Cache-Control': 'no-store' }))
  app.get('/metrics', async (c) => c.body(await metrics.write(), 200, { 'Content-Type': metrics.contentType }))
  app.all('*', (c) => answerProblem(c, new HttpProblem(503, why(), { 'Retry-After': '1' })))
  return app
}

const statusSchema = z.object({ status: z.literal('ok') })

export function operationRoutes({ catalog, metrics, isOpen }: OperationOptions): Hono {
  const routes = new Hono()

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
    }),
    async (c) => c.body(await metrics.write(), 200, { 'Content-Type': metrics.contentType }),
  )

  return routes
}
