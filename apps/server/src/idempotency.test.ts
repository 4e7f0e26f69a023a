import { Hono } from 'hono'
import { expect, it } from 'vitest'
import { answerOnce } from './idempotency.ts'
import type { Env } from './routes/context.ts'
import type { KeptAnswer, KeptAnswers } from './store/kept-answers.ts'

/** A server of one route, that keeps its answers in memory. */
function serve(answer: () => Response) {
  const kept = new Map<string, KeptAnswer>()
  const answers = {
    find: async (person: string, key: string) => kept.get(`${person} ${key}`) ?? null,
    keep: async (person: string, key: string, one: KeptAnswer) => void kept.set(`${person} ${key}`, one),
  } as unknown as KeptAnswers
  const app = new Hono<Env>()
  app.use(async (c, next) => {
    c.set('person', { id: 'ada' } as Env['Variables']['person'])
    await next()
  })
  app.use(answerOnce(answers))
  app.post('/', answer)
  return () => app.request('/', { method: 'POST', headers: { 'Idempotency-Key': 'one' } })
}

it.each([
  ['tells again what was done', new Response('made', { status: 201 }), 1],
  ['does again what was to be tried again', new Response('', { status: 409, headers: { 'Retry-After': '1' } }), 2],
  ['does again what failed', new Response('', { status: 503 }), 2],
])('%s', async (_, answer, times) => {
  let done = 0
  const send = serve(() => {
    done++
    return answer.clone()
  })
  const first = await send()
  expect((await send()).status).toBe(first.status)
  expect(done).toBe(times)
})
