/**
 * Keeps what is counted of the rooms up to date, on a thread of its own that begins with the first question: nobody who
 * marks waits for somebody who looks at figures. All of it can be thrown away, and is then counted anew.
 */
import { Worker } from 'node:worker_threads'
import type { CountingAsked, CountingTold } from './counting-thread.ts'
import type { AskedFigures } from './dashboard.ts'

interface Waiting {
  resolve: (value: string | null) => void
  reject: (error: Error) => void
}

export class Counting {
  readonly #file: string
  readonly #onError: (error: unknown) => void
  readonly #waiting = new Map<number, Waiting>()
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
    const work = this.#ask({ is: 'count', rooms })
      .then(() => {}, this.#onError)
      .finally(() => this.#underWay.delete(project))
    this.#underWay.set(project, work)
    return work
  }

  /** The figures of a project as JSON, of what is counted by now: put together on the thread too, out of everybody's way. */
  async figures(asked: AskedFigures): Promise<string> {
    return (await this.#ask({ is: 'figures', asked })) ?? ''
  }

  async close(): Promise<void> {
    if (this.#isClosed) return
    const worker = this.#worker
    const closed = worker && this.#ask({ is: 'close' })
    this.#isClosed = true
    await closed?.catch(this.#onError)
    await worker?.terminate()
  }

  #ask(asked: CountingAsked): Promise<string | null> {
    if (this.#isClosed) return Promise.reject(new Error('the counting has ended'))
    this.#worker ??= this.#start()
    const worker = this.#worker
    return new Promise((resolve, reject) => {
      const number = ++this.#last
      this.#waiting.set(number, { resolve, reject })
      worker.postMessage({ number, ...asked })
    })
  }

  #start(): Worker {
    const worker = new Worker(new URL('counting-thread.ts', import.meta.url), { workerData: this.#file })
    // Nobody needs to wait for it when the process ends.
    worker.unref()
    worker.on('message', (told: CountingTold) => {
      const { resolve, reject } = this.#waiting.get(told.number) ?? {}
      this.#waiting.delete(told.number)
      if (told.ok) resolve?.(told.value)
      else reject?.(new Error(`counting: ${told.problem}`))
    })
    worker.on('error', this.#onError)
    // The next question gets a new one.
    worker.on('exit', () => {
      this.#worker = null
      for (const { reject } of this.#waiting.values()) reject(new Error('the thread that counts has ended'))
      this.#waiting.clear()
    })
    return worker
  }
}
