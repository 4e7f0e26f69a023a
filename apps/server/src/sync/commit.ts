/**
 * One commit for all that waits, of whatever room: an fsync costs the same for one update and for a thousand, so what
 * arrives while one is under way shares the next.
 */
import type { Entry, Log } from '../store/store.ts'

interface Waiting {
  entries: readonly Entry[]
  resolve: () => void
  reject: (error: unknown) => void
}

export class Committer {
  readonly #log: Log
  #waiting: Waiting[] = []
  #isBusy = false

  constructor(log: Log) {
    this.#log = log
  }

  /** Resolves once they are on disk. Rejects when that is not certain: whoever asked must read what is there. */
  commit(entries: readonly Entry[]): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ entries, resolve, reject })
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
        await this.#log.append(batch.flatMap(({ entries }) => entries))
        for (const { resolve } of batch) resolve()
      } catch (error) {
        for (const { reject } of batch) reject(error)
      }
    }
    this.#isBusy = false
  }
}
