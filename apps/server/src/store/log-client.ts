/**
 * A log whose disk is waited for on a thread of its own: an fsync takes from a third of a millisecond to twenty, and
 * meanwhile messages are read, judged and sent on. It is an ordinary log there; here are only questions and answers.
 */
import { Worker } from 'node:worker_threads'
import type { Asked, Told, Trouble } from './log-thread.ts'
import { BrokenDisk, DamagedRoom, FullDisk, type Log, UnreadableDisk } from './store.ts'

export interface OpenLog {
  log: Log
  /** Finishes what was asked for. Rejects when the file cannot be closed as it should be. */
  close(): Promise<void>
}

interface Waiting {
  resolve: (value: unknown) => void
  reject: (error: unknown) => void
}

export interface LogOptions {
  /**
   * Told once, also when the thread ends that nobody has asked to. From then on nothing is read or written: everything
   * that is asked for rejects so.
   */
  onBrokenDisk?: (error: BrokenDisk) => void
}

/** Opens the log of an SQLite file that has its tables already. */
export async function openLogThread(file: string, { onBrokenDisk = () => {} }: LogOptions = {}): Promise<OpenLog> {
  const worker = new Worker(new URL('log-thread.ts', import.meta.url), { workerData: file })
  const gone = new Promise((resolve) => worker.once('exit', resolve))
  const waiting = new Map<number, Waiting>()
  let last = 0
  /** Why nothing is asked any more. */
  let end: Error | null = null
  let isBroken = false

  worker.on('message', (told: Told) => {
    if (told.is === 'broken') return report(revive(told.trouble) as BrokenDisk)
    const { resolve, reject } = waiting.get(told.number) ?? {}
    waiting.delete(told.number)
    if (told.is === 'done') resolve?.(told.value)
    else reject?.(revive(told.trouble))
  })
  worker.on('error', fail)
  worker.on('exit', () => fail(new Error('it ended by itself')))

  function report(why: BrokenDisk): void {
    if (!isBroken) onBrokenDisk(why)
    isBroken = true
  }

  /** Nobody knows what the thread still did of what it was asked, so it is no better than a disk that failed. */
  function fail(cause: unknown): void {
    const what = cause instanceof Error ? cause.message : String(cause)
    const why = new BrokenDisk(new Error(`the thread of the log is gone: ${what}`, { cause }))
    for (const { reject } of waiting.values()) reject(why)
    waiting.clear()
    // It was to end, or has said why before it did.
    if (end) return
    end = why
    report(why)
  }

  function ask(asked: Asked): Promise<unknown> {
    if (end) return Promise.reject(end)
    return new Promise((resolve, reject) => {
      const number = ++last
      waiting.set(number, { resolve, reject })
      worker.postMessage({ number, ...asked })
    })
  }

  // What it answers is what the method of that name resolves with.
  const log: Log = {
    read: (room) => ask({ method: 'read', args: [room] }) as ReturnType<Log['read']>,
    append: (...args) => ask({ method: 'append', args }) as Promise<void>,
    writeSnapshot: (...args) => ask({ method: 'writeSnapshot', args }) as Promise<void>,
  }
  try {
    await ask({ method: 'open', args: [] })
  } catch (error) {
    end ??= new Error('the log is not open')
    await worker.terminate()
    throw error
  }
  return {
    log,
    async close() {
      const closed = ask({ method: 'close', args: [] })
      end ??= new Error('the log is closed')
      try {
        await closed
      } finally {
        await gone
      }
    },
  }
}

/** An error as it was thrown on the other thread: its class says what is to be done. */
function revive(trouble: Trouble): Error {
  if (trouble.name === 'DamagedRoom') return new DamagedRoom(trouble.room, trouble.what, trouble.sound)
  const cause = new Error(trouble.cause)
  switch (trouble.name) {
    case 'BrokenDisk':
      return new BrokenDisk(cause)
    case 'FullDisk':
      return new FullDisk(cause)
    case 'UnreadableDisk':
      return new UnreadableDisk(cause)
    case 'RangeError':
      return new RangeError(trouble.cause)
    case 'Error':
      return cause
  }
}
