/**
 * A log whose disk is waited for on a thread of its own: an fsync takes from a third of a millisecond to twenty, and
 * meanwhile messages are read, judged and sent on. It is an ordinary log there; here are only questions and answers.
 */
import { once } from 'node:events'
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
  /** Told once. From then on nothing is read or written: everything that is asked for rejects so. */
  onBrokenDisk?: (error: BrokenDisk) => void
}

/** Opens the log of an SQLite file that has its tables already. */
export async function openLogThread(file: string, { onBrokenDisk = () => {} }: LogOptions = {}): Promise<OpenLog> {
  const worker = new Worker(new URL('log-thread.ts', import.meta.url), { workerData: file })
  const waiting = new Map<number, Waiting>()
  let last = 0
  /** Why nothing is answered any more. */
  let end: Error | null = null

  worker.on('message', (told: Told) => {
    if (told.is === 'broken') {
      onBrokenDisk(revive(told.trouble) as BrokenDisk)
      return
    }
    const { resolve, reject } = waiting.get(told.number) ?? {}
    waiting.delete(told.number)
    if (told.is === 'done') resolve?.(told.value)
    else reject?.(revive(told.trouble))
  })
  worker.on('error', (error) => stop(error instanceof Error ? error : new Error(String(error))))
  worker.on('exit', () => stop(new Error('the log is closed')))

  function stop(why: Error): void {
    end ??= why
    for (const { reject } of waiting.values()) reject(end)
    waiting.clear()
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
  await ask({ method: 'open', args: [] })
  return {
    log,
    async close() {
      const gone = once(worker, 'exit')
      await ask({ method: 'close', args: [] })
      end = new Error('the log is closed')
      await gone
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
