/**
 * The thread of `Counting`: reads the rooms it is told to, with a connection of its own, and keeps what it counted. It
 * writes a few small rows for many rooms at once, so that those who mark hardly ever wait for it.
 */
import { parentPort, workerData } from 'node:worker_threads'
import type { Kysely } from 'kysely'
import { type Database, type OpenDatabase, openSqlite } from '../store/sqlite.ts'
import { type Counted, countRoom } from './count.ts'

export type CountingTold = { number: number; problem: string | null }

/** Between two commits. */
const COMMIT_MS = 200

let database: OpenDatabase | null = null
let last: Promise<unknown> = Promise.resolve()

parentPort?.on('message', ({ number, rooms }: { number: number; rooms: readonly string[] | null }) => {
  last = last.then(() => obey(number, rooms))
})

async function obey(number: number, rooms: readonly string[] | null): Promise<void> {
  let problem: string | null = null
  try {
    if (rooms === null) {
      await database?.close()
      parentPort?.unref()
    } else {
      database ??= await openSqlite(String(workerData), { mayBlock: true })
      await countAll(database, rooms)
    }
  } catch (error) {
    problem = error instanceof Error ? error.message : String(error)
  }
  parentPort?.postMessage({ number, problem } satisfies CountingTold)
}

async function countAll({ db, log }: OpenDatabase, rooms: readonly string[]): Promise<void> {
  let counted: Counted[] = []
  let problem: unknown = null
  let from = performance.now()
  for (const room of rooms) {
    try {
      const one = await countRoom(db, log, room)
      if (one) counted.push(one)
    } catch (error) {
      // One that cannot be read keeps none of the others from being counted.
      problem = error
    }
    if (performance.now() - from < COMMIT_MS) continue
    await keep(db, counted)
    counted = []
    from = performance.now()
  }
  await keep(db, counted)
  if (problem !== null) throw problem
}

async function keep(db: Kysely<Database>, all: readonly Counted[]): Promise<void> {
  if (all.length === 0) return
  await db.transaction().execute(async (trx) => {
    for (const { room, seq, figures, activity, isAnew } of all) {
      if (isAnew) await trx.deleteFrom('room_activity').where('room', '=', room).execute()
      const row = { seq, figures: JSON.stringify(figures) }
      await trx
        .insertInto('room_count')
        .values({ room, ...row })
        .onConflict((conflict) => conflict.column('room').doUpdateSet(row))
        .execute()
      for (let i = 0; i < activity.length; i += 500)
        await trx
          .insertInto('room_activity')
          .values(activity.slice(i, i + 500).map((one) => ({ room, ...one })))
          .onConflict((conflict) =>
            conflict.columns(['room', 'quarter', 'person']).doUpdateSet({
              marks: (eb) => eb('room_activity.marks', '+', eb.ref('excluded.marks')),
              reviews: (eb) => eb('room_activity.reviews', '+', eb.ref('excluded.reviews')),
            }),
          )
          .execute()
    }
  })
}
