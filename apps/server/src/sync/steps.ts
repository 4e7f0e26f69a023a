/**
 * Work in steps, each of which takes well under a millisecond: so that whoever does it can let others work in between.
 * Nothing it looks at may change before it is done.
 */
export type Steps<T> = Generator<void, T, void>

/** Does all of it at once. */
export function finish<T>(work: Steps<T>): T {
  for (;;) {
    const step = work.next()
    if (step.done) return step.value
  }
}
