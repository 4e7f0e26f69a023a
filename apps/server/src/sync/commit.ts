/**
 * One commit for all that waits, of whatever room: an fsync costs the same for one update and for a thousand, so what
 * arrives while one is under way shares the next.
 */
import type { Binding, Entry, Log } from '../store/store.ts'
import type { Figures } from './figures.ts'

interface Waiting {
  entries: readonly Entry[]
  bindings: readonly Binding[]
  resolve: () => void
  reject: (error: unknown) => void
}

export class Committer {
  readonly #log: Log
  readonly #figures: Figures
  #waiting: Waiting[] = []
  #isBusy = false

  constructor(log: Log, figures: Figures) {
    this.#log = log
    this.#figures = figures
  }

  /** Resolves once they are on disk. Rejects when that is not certain: whoever asked must read what is there. */
  commit(entries: readonly Entry[], bindings: readonly Binding[]): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ entries, bindings, resolve, reject })
      // Not at once: the other rooms that are at work in this tick have not come yet.
      setImmediate(() => void this.#run())
    })
  }

  async #run(): Promise<void> {
    if (this.#isBusy) return
    this.#isBusy = true
    while (this.#waiting.length > 0) {
      const batch = this.#waiting
      this.#waiting = []
      try {
        const from = performance.now()
        const entries = batch.flatMap((each) => each.entries)
        await this.#log.append(
          entries,
          batch.flatMap(({ bindings }) => bindings),
        )
        this.#figures.committed(performance.now() - from, entries.length)
        for (const { resolve } of batch) resolve()
      } catch (error) {
        // What waits may follow on what has failed.
        for (const { reject } of [...batch, ...this.#waiting.splice(0)]) reject(error)
      }
    }
    this.#isBusy = false
  }
}
