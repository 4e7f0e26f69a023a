/**
 * Makes one state out of many updates on a thread of its own: here it would hold up every room for as long as it takes.
 * One at a time; what is asked for meanwhile waits.
 */
import { Worker } from 'node:worker_threads'

export interface Compacted {
  /** The state as updates, each of which depends only on those before it. */
  parts: Uint8Array[]
  /** The same, as it is kept on disk. */
  packed: Uint8Array
}

interface Job {
  updates: readonly Uint8Array[]
  resolve: (compacted: Compacted | null) => void
  reject: (error: Error) => void
}

export type Answer = { ok: true; compacted: Compacted } | { ok: false; message: string }

export class Compactor {
  readonly #jobs: Job[] = []
  #worker: Worker | null = null
  #isClosed = false

  /** Rejects when an update is missing in between; resolves with null when the compactor was closed. */
  compact(updates: readonly Uint8Array[]): Promise<Compacted | null> {
    return new Promise((resolve, reject) => {
      if (this.#isClosed) return resolve(null)
      this.#jobs.push({ updates, resolve, reject })
      if (this.#jobs.length === 1) this.#next()
    })
  }

  async close(): Promise<void> {
    this.#isClosed = true
    await this.#worker?.terminate()
    for (const { resolve } of this.#jobs.splice(0)) resolve(null)
  }

  #next(): void {
    const [job] = this.#jobs
    if (!job) return
    this.#worker ??= this.#start()
    this.#worker.postMessage(job.updates)
  }

  #start(): Worker {
    const worker = new Worker(new URL('compaction-thread.ts', import.meta.url))
    // Nobody needs to wait for it when the process ends: all of it is in the log.
    worker.unref()
    worker.on('message', (answer: Answer) => {
      const job = this.#jobs.shift()
      if (answer.ok) job?.resolve(answer.compacted)
      else job?.reject(new Error(answer.message))
      this.#next()
    })
    // It threw outside of a job, or ran out of memory. Whoever waits is told; the next job gets a new thread.
    worker.on('error', (error) => {
      this.#worker = null
      this.#jobs.shift()?.reject(error instanceof Error ? error : new Error(String(error)))
      this.#next()
    })
    return worker
  }
}
