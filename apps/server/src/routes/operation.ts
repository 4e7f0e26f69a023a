/** For whoever runs the server: is it alive, is it ready, how is it doing. */
import { Hono } from 'hono'
import * as z from 'zod'
import type { Metrics } from '../metrics.ts'
import { HttpProblem } from '../problem.ts'
import type { SqlCatalog } from '../store/catalog.ts'
import { describe } from './describe.ts'

export interface OperationOptions {
  catalog: SqlCatalog
  metrics: Metrics
  stats: () => { rooms: number; connections: number }
  /** False from the moment the server is told to stop. */
  isOpen: () => boolean
}

const statusSchema = z.object({ status: z.literal('ok') })

export function operationRoutes({ catalog, metrics, stats, isOpen }: OperationOptions): Hono {
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
      problems: { 503: 'The database does not answer, or the server is stopping.' },
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
      answer: { schema: 'text/plain', description: 'Counts only: no names, no texts.' },
    }),
    (c) => c.body(metrics.write(stats()), 200, { 'Content-Type': 'text/plain; version=0.0.4; charset=utf-8' }),
  )

  return routes
}
