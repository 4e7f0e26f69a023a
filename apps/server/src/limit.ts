/** How often something may be done, counted in whole minutes; and from where a request comes, to count it by. */
import type { Context } from 'hono'
import { isLoopback } from './guard.ts'
import { HttpProblem } from './problem.ts'
import type { Env } from './routes/context.ts'

/** Throws a 429 with this sentence for what is too much in a minute. */
export function makeLimit(aMinute: number, sentence: string): (by: string | null) => void {
  let minute = 0
  let counts = new Map<string, number>()
  return (by) => {
    if (by === null) return
    const now = Math.floor(Date.now() / 60_000)
    if (now !== minute) [minute, counts] = [now, new Map()]
    const count = (counts.get(by) ?? 0) + 1
    counts.set(by, count)
    if (count > aMinute) throw new HttpProblem(429, sentence, { 'Retry-After': '60' })
  }
}

/** Where the request comes from, or null when that is this machine (where a proxy in front of us would be as well). */
export function addressOf(c: Context<Env>): string | null {
  const address = c.env?.incoming?.socket.remoteAddress
  return address === undefined || isLoopback(address.replace(/^::ffff:/, '')) ? null : address
}
