/**
 * How often something may be tried. A try is counted before its outcome is known, in one step, so that a thousand at once
 * count as a thousand. It is kept in memory: a restart forgets it, and nobody who tries passwords can bring one about.
 */
import { createHash } from 'node:crypto'
import { HttpProblem } from './problem.ts'

interface LimitOptions {
  /** So many tries … */
  most: number
  /** … in so long, from the first of them, in milliseconds. */
  withinMs: number
  now?: () => number
}

interface Count {
  tries: number
  endsAt: number
}

/** With more keys than this, those that are new share one count: whoever makes up addresses only hinders themselves. */
const MOST_KEYS = 50_000
const TIDY_MS = 10_000

export class Limit {
  readonly #options: LimitOptions
  readonly #counts = new Map<string, Count>()
  readonly #now: () => number
  #tidyAt = 0

  constructor(options: LimitOptions) {
    this.#options = options
    this.#now = options.now ?? Date.now
  }

  /** Counts one try; null when it may be made, else how many seconds it is too early. */
  take(key: string): number | null {
    const count = this.#countOf(key)
    if (count.tries >= this.#options.most) return Math.max(1, Math.ceil((count.endsAt - this.#now()) / 1000))
    count.tries++
    return null
  }

  /** Takes one try back, which was a good one. */
  giveBack(key: string): void {
    const count = this.#counts.get(digest(key))
    if (count && count.tries > 0) count.tries--
  }

  /** Begins anew. */
  forget(key: string): void {
    this.#counts.delete(digest(key))
  }

  /** Now and then: to look through all of them for each new one would be the flood's work done for it. */
  #tidy(now: number): void {
    if (this.#counts.size < MOST_KEYS || now < this.#tidyAt) return
    this.#tidyAt = now + TIDY_MS
    for (const [key, { endsAt }] of this.#counts) if (endsAt <= now) this.#counts.delete(key)
  }

  #countOf(key: string): Count {
    const now = this.#now()
    const name = digest(key)
    const known = this.#counts.get(name)
    if (known && known.endsAt > now) return known
    this.#tidy(now)
    const fresh = { tries: 0, endsAt: now + this.#options.withinMs }
    if (known || this.#counts.size < MOST_KEYS) {
      this.#counts.set(name, fresh)
      return fresh
    }
    const shared = this.#counts.get('')
    if (shared && shared.endsAt > now) return shared
    this.#counts.set('', fresh)
    return fresh
  }
}

/** Keys are what strangers send, so they are kept short. */
function digest(key: string): string {
  return createHash('sha256').update(key).digest('base64url').slice(0, 22)
}

/** Throws the problem for whoever tries too often. Where there is no key (this machine) there is no limit. */
export function count(limit: Limit, key: string | null, sentence?: string): void {
  const seconds = key === null ? null : limit.take(key)
  if (seconds === null) return
  const minutes = Math.ceil(seconds / 60)
  const wait = `That was tried too often. Please try again in ${minutes === 1 ? 'a minute' : `${minutes} minutes`}.`
  throw new HttpProblem(429, sentence ?? wait, { 'Retry-After': String(seconds) })
}

/** Throws a 429 with this sentence for what is too much in a minute. */
export function makeLimit(aMinute: number, sentence: string): (by: string | null) => void {
  const limit = new Limit({ most: aMinute, withinMs: 60_000 })
  return (by) => count(limit, by, sentence)
}
