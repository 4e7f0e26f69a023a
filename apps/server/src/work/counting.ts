/**
 * Keeps what is counted of the rooms up to date, on a thread of its own that begins with the first question: nobody who
 * marks waits for somebody who looks at figures. All of it can be thrown away, and is then counted anew.
 */
import { Worker } from 'node:worker_threads'
import type { CountingTold } from './counting-thread.ts'

export class Counting {
  readonly #file: string
  readonly #onError: (error: unknown) => void
  readonly #waiting = new Map<number, () => void>()
  readonly #underWay = new Map<string, Promise<void>>()
  #worker: Worker | null = null
  #last = 0
  #isClosed = false

  constructor(file: string, onError: (error: unknown) => void) {
    this.#file = file
    this.#onError = onError
  }

  /**
   * Counts these rooms of a project on. Resolves when that is done, or cannot be: what is counted already is told in any
   * case. While a project is being counted, everybody who asks for it waits for the same.
   */
  async count(project: string, rooms: readonly string[]): Promise<void> {
    const underWay = this.#underWay.get(project)
    if (underWay) return underWay
    if (rooms.length === 0) return
    const work = this.#ask(rooms).finally(() => this.#underWay.delete(project))
    this.#underWay.set(project, work)
    return work
  }

  async close(): Promise<void> {
    if (this.#isClosed) return
    const worker = this.#worker
    if (worker) {
      const gone = new Promise((resolve) => worker.once('exit', resolve))
      await this.#ask(null)
      this.#isClosed = true
      await worker.terminate()
      await gone
    }
    this.#isClosed = true
  }

  #ask(rooms: readonly string[] | null): Promise<void> {
    if (this.#isClosed) return Promise.resolve()
    this.#worker ??= this.#start()
    const worker = this.#worker
    return new Promise((resolve) => {
      const number = ++this.#last
      this.#waiting.set(number, resolve)
      worker.postMessage({ number, rooms })
    })
  }

  #start(): Worker {
    const worker = new Worker(new URL('counting-thread.ts', import.meta.url), { workerData: this.#file })
    // Nobody needs to wait for it when the process ends.
    worker.unref()
    worker.on('message', ({ number, problem }: CountingTold) => {
      if (problem !== null) this.#onError(new Error(`counting: ${problem}`))
      this.#waiting.get(number)?.()
      this.#waiting.delete(number)
    })
    worker.on('error', this.#onError)
    // The next question gets a new one.
    worker.on('exit', () => {
      this.#worker = null
      for (const resolve of this.#waiting.values()) resolve()
      this.#waiting.clear()
    })
    return worker
  }
}
