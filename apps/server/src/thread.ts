/**
 * Work for a thread of its own: questions go there, answers come back in any order. It is started by the first question,
 * and anew after it has ended in the middle of something; whoever waited then is told.
 */
import { parentPort, type ResourceLimits, Worker } from 'node:worker_threads'

interface Waiting {
  resolve: (value: unknown) => void
  reject: (error: Error) => void
}

type Answer = { number: number } & ({ ok: true; value: unknown } | { ok: false; message: string })

export class Thread<Question> {
  readonly #file: URL
  readonly #data: unknown
  readonly #limits: ResourceLimits | undefined
  readonly #waiting = new Map<number, Waiting>()
  #worker: Worker | null = null
  #last = 0
  #isClosed = false

  /** `data` is what the thread finds in `workerData`. One that comes to its limits ends, and is started anew. */
  constructor(file: URL, data?: unknown, limits?: ResourceLimits) {
    this.#file = file
    this.#data = data
    this.#limits = limits
  }

  /** Gives its memory back; the next question starts it again. For when nothing is under way. */
  async rest(): Promise<void> {
    const worker = this.#worker
    if (!worker || this.#waiting.size > 0) return
    this.#worker = null
    await worker.terminate()
  }

  /** The caller says what the answer is: the function given to `answerQuestions` over there knows. */
  ask<T>(question: Question): Promise<T> {
    if (this.#isClosed) return Promise.reject(new Error('the server is going down'))
    this.#worker ??= this.#start()
    const number = ++this.#last
    return new Promise((resolve, reject) => {
      this.#waiting.set(number, { resolve: resolve as (value: unknown) => void, reject })
      this.#worker?.postMessage({ number, question })
    })
  }

  async close(): Promise<void> {
    this.#isClosed = true
    await this.#worker?.terminate()
    this.#fail(new Error('the server is going down'))
  }

  #start(): Worker {
    const worker = new Worker(this.#file, {
      workerData: this.#data,
      ...(this.#limits && { resourceLimits: this.#limits }),
    })
    // Nobody needs to wait for it when the process ends: it only reads.
    worker.unref()
    worker.on('message', (answer: Answer) => {
      const waiting = this.#waiting.get(answer.number)
      this.#waiting.delete(answer.number)
      if (answer.ok) waiting?.resolve(answer.value)
      else waiting?.reject(new Error(answer.message))
    })
    worker.on('error', (error) => {
      this.#worker = null
      this.#fail(error instanceof Error ? error : new Error(String(error)))
    })
    return worker
  }

  #fail(error: Error): void {
    for (const { reject } of this.#waiting.values()) reject(error)
    this.#waiting.clear()
  }
}

/** The other side: called once, on the thread. Questions are answered one after the other. */
export function answerQuestions<Question>(answer: (question: Question) => unknown): void {
  let before: Promise<unknown> = Promise.resolve()
  parentPort?.on('message', ({ number, question }: { number: number; question: Question }) => {
    before = before.then(async () => {
      try {
        parentPort?.postMessage({ number, ok: true, value: await answer(question) } satisfies Answer)
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error)
        parentPort?.postMessage({ number, ok: false, message } satisfies Answer)
      }
    })
  })
}
