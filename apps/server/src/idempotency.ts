/**
 * Requests that may come twice. With an `Idempotency-Key`, what a request was answered is kept for a day, and the same
 * request is answered the same without being done again. Nothing is kept of one that was cut short by a crash: so that it
 * may be sent again all the same, the ids of what it makes follow from the key.
 */
import { createHash } from 'node:crypto'
import type { Problem } from '@attest/schema/api'
import type { Context, MiddlewareHandler } from 'hono'
import { letGo, readBytes } from './body.ts'
import { HttpProblem } from './problem.ts'
import type { Env } from './routes/context.ts'
import type { KeptAnswer, KeptAnswers } from './store/kept-answers.ts'

/** As large as any body is that is JSON. */
const MOST_BYTES = 32 * 1024 * 1024

/** What is told again; the rest is made anew for every answer. */
const keptHeaders = ['content-type', 'location', 'etag', 'link']

/** What is no answer for good: the same request may go better the next time. */
const passing: ReadonlySet<number> = new Set([401, 408, 425, 429])

function toldOnce(c: Context<Env>): Omit<KeptAnswer, 'requestHash'> {
  const problem: Problem = {
    type: 'about:blank',
    title: 'Conflict',
    status: 409,
    detail:
      'This was done already, by a request with the same Idempotency-Key. Its answer held a secret, which is told once: ' +
      'where it got lost, delete what was made and make it anew.',
  }
  const location = c.res.headers.get('location')
  return {
    status: 409,
    headers: { 'content-type': 'application/problem+json', ...(location === null ? {} : { location }) },
    body: JSON.stringify(problem),
  }
}

/** To be run once it is known who asks. */
export function answerOnce(answers: KeptAnswers): MiddlewareHandler<Env> {
  const underWay = new Set<string>()

  return async (c, next) => {
    const key = c.req.header('idempotency-key')
    if (key === undefined || c.req.method === 'GET' || c.req.method === 'HEAD' || c.var.idempotencyKey !== undefined)
      return next()
    if (!/^[\x21-\x7e]{1,200}$/.test(key))
      throw new HttpProblem(422, 'An Idempotency-Key is 1 to 200 letters, numbers and signs, without spaces.')
    const person = c.var.person.id
    const mine = `${person} ${key}`
    if (underWay.has(mine))
      throw new HttpProblem(409, 'A request with this Idempotency-Key is under way.', { 'Retry-After': '1' })
    underWay.add(mine)
    try {
      const { raw } = c.req
      const bytes = await readBytes(c, MOST_BYTES)
      const hash = createHash('sha256')
        .update(`${raw.method} ${raw.url}\n${raw.headers.get('content-type') ?? ''}\n`)
        .update(bytes)
        .digest('base64url')
      const kept = await answers.find(person, key)
      if (kept && kept.requestHash !== hash)
        throw new HttpProblem(422, 'This Idempotency-Key was used for another request already.')
      if (kept) {
        return new Response(kept.body === '' ? null : kept.body, {
          status: kept.status,
          headers: { ...kept.headers, 'Cache-Control': 'no-store', 'Idempotent-Replayed': 'true' },
        })
      }
      const body = bytes.byteLength > 0 ? { body: bytes as Uint8Array<ArrayBuffer> } : {}
      c.req.raw = new Request(raw.url, { method: raw.method, headers: raw.headers, ...body })
      letGo(raw)
      c.set('idempotencyKey', `${key} ${hash}`)
      await next()
      const { status, headers } = c.res
      if (status >= 500 || passing.has(status) || headers.has('retry-after')) return
      // What holds a secret that is told once says so, and is not to lie here for a day; nor is it to be made twice.
      if (status === 201 && headers.get('cache-control') === 'no-store') {
        await answers.keep(person, key, { requestHash: hash, ...toldOnce(c) })
        return
      }
      const told: Record<string, string> = {}
      for (const name of keptHeaders) {
        const value = headers.get(name)
        if (value !== null) told[name] = value
      }
      await answers.keep(person, key, { requestHash: hash, status, headers: told, body: await c.res.clone().text() })
    } finally {
      underWay.delete(mine)
    }
  }
}
