/**
 * The server's time, as well as a page can know it. The clock of a computer may be wrong by a day, and may be set while
 * the page is open; so the time is told from the last answer that had the server's, and from how long ago that was.
 */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number
  /** Takes in the `Date` of an answer that came from the server itself, and has just arrived. */
  learn(date: string | null): void
}

/** The header counts whole seconds, and an answer is under way for a while. */
const EXACT_MS = 3000

export function makeClock(wall = Date.now, elapsed = () => performance.now()): Clock {
  let base: { at: number; elapsed: number } | null = null
  return {
    now: () => (base ? Math.round(base.at + elapsed() - base.elapsed) : wall()),
    learn(date) {
      const told = Date.parse(date ?? '')
      if (Number.isNaN(told)) return
      // A clock that is right is also the finer one.
      base = { at: Math.abs(told - wall()) < EXACT_MS ? wall() : told, elapsed: elapsed() }
    },
  }
}
