/** The thread of `openLogThread`: opens the file, does what it is asked, and answers with what came of it. */
import { parentPort, workerData } from 'node:worker_threads'
import { type OpenDatabase, openSqlite } from './sqlite.ts'
import { BrokenDisk, DamagedRoom, FullDisk, type Log, type StoredRoom, UnreadableDisk } from './store.ts'

export type Asked = { [M in keyof Log]: { method: M; args: Parameters<Log[M]> } }[keyof Log] | Asking<'open' | 'close'>

interface Asking<M> {
  method: M
  args: []
}

/** An error without its class, which does not cross between threads. */
export type Trouble =
  | { name: 'DamagedRoom'; room: string; what: string; sound: StoredRoom }
  | { name: 'BrokenDisk' | 'FullDisk' | 'UnreadableDisk' | 'RangeError' | 'Error'; cause: string }

export type Told =
  | { is: 'done'; number: number; value: unknown }
  | { is: 'failed'; number: number; trouble: Trouble }
  | { is: 'broken'; trouble: Trouble }

let database: OpenDatabase | null = null

parentPort?.on('message', ({ number, ...asked }: Asked & { number: number }) => {
  obey(asked as Asked).then(
    (value) => tell({ is: 'done', number, value }),
    (error: unknown) => tell({ is: 'failed', number, trouble: describe(error) }),
  )
})

async function obey(asked: Asked): Promise<unknown> {
  if (asked.method === 'open') {
    const onBrokenDisk = (error: BrokenDisk) => tell({ is: 'broken', trouble: describe(error) })
    database = await openSqlite(String(workerData), { onBrokenDisk, mayBlock: true })
    return null
  }
  if (!database) throw new Error('the log is not open')
  switch (asked.method) {
    case 'read':
      return database.log.read(...asked.args)
    case 'append':
      return database.log.append(...asked.args)
    case 'writeSnapshot':
      return database.log.writeSnapshot(...asked.args)
    case 'close':
      // Nothing comes after it, so the thread ends.
      parentPort?.unref()
      return database.close()
  }
}

function tell(told: Told): void {
  parentPort?.postMessage(told)
}

function describe(error: unknown): Trouble {
  if (error instanceof DamagedRoom) {
    const { room, what, sound } = error
    return { name: 'DamagedRoom', room, what, sound }
  }
  const cause = messageOf(error instanceof Error && error.cause ? error.cause : error)
  if (error instanceof BrokenDisk) return { name: 'BrokenDisk', cause }
  if (error instanceof FullDisk) return { name: 'FullDisk', cause }
  if (error instanceof UnreadableDisk) return { name: 'UnreadableDisk', cause }
  return { name: error instanceof RangeError ? 'RangeError' : 'Error', cause }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
