/**
 * Work in steps, each of which takes well under a millisecond: so that whoever does it can let others work in between.
 * Nothing it looks at may change before it is done.
 */
import { setImmediate as nextTick } from 'node:timers/promises'

export type Steps<T> = Generator<void, T, void>

/** Does all of it at once. */
export function finish<T>(work: Steps<T>): T {
  for (;;) {
    const step = work.next()
    if (step.done) return step.value
  }
}

/** Does it, and lets the others work whenever it has taken a slice. */
export async function inSlices<T>(work: Steps<T>): Promise<T> {
  const pace = new Pace()
  for (;;) {
    const step = work.next()
    if (step.done) return step.value
    if (pace.isOver) await pace.pause()
  }
}

/** So long the others wait at most while something works, in milliseconds. */
const SLICE_MS = 5

/** Tells work that goes on for longer when it is the others' turn. */
export class Pace {
  #end = performance.now() + SLICE_MS

  get isOver(): boolean {
    return performance.now() >= this.#end
  }

  /** Lets the others work if the slice is over, and begins the next. */
  async pause(): Promise<void> {
    if (!this.isOver) return
    await nextTick()
    this.#end = performance.now() + SLICE_MS
  }
}
