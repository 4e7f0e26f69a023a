/**
 * The thread of `Counting`: reads the rooms it is told to, with a connection of its own, and keeps what it counted. It
 * writes a few small rows for many rooms at once, so that those who mark hardly ever wait for it.
 */
import { setImmediate as nextTick } from 'node:timers/promises'
import { parentPort, workerData } from 'node:worker_threads'
import type { Kysely } from 'kysely'
import { type Database, type OpenDatabase, openSqlite } from '../store/sqlite.ts'
import { type Counted, countRoom } from './count.ts'
import { type AskedFigures, readDashboard } from './dashboard.ts'

export type CountingAsked =
  | { is: 'count'; rooms: readonly string[] }
  | { is: 'figures'; asked: AskedFigures }
  | { is: 'close' }

export type CountingTold = { number: number } & ({ ok: true; value: string | null } | { ok: false; problem: string })

/** Between two commits. */
const COMMIT_MS = 200

let opening: Promise<OpenDatabase> | null = null
let counting: Promise<unknown> = Promise.resolve()

parentPort?.on('message', ({ number, ...asked }: CountingAsked & { number: number }) => {
  obey(asked as CountingAsked).then(
    (value) => tell({ number, ok: true, value }),
    (error: unknown) => tell({ number, ok: false, problem: error instanceof Error ? error.message : String(error) }),
  )
})

async function obey(asked: CountingAsked): Promise<string | null> {
  if (asked.is === 'close') {
    await counting
    await (await opening)?.close()
    return null
  }
  opening ??= openSqlite(String(workerData), { mayBlock: true })
  const database = await opening
  // What is counted already can be told between two rooms.
  if (asked.is === 'figures') return JSON.stringify(await readDashboard(database.db, asked.asked))
  const work = counting.then(() => countAll(database, asked.rooms))
  counting = work.catch(() => {})
  await work
  return null
}

function tell(told: CountingTold): void {
  parentPort?.postMessage(told)
}

async function countAll({ db, log }: OpenDatabase, rooms: readonly string[]): Promise<void> {
  let counted: Counted[] = []
  let problem: unknown = null
  let from = performance.now()
  for (const room of rooms) {
    await nextTick()
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
    for (const { room, seq, judgedBy, figures, activity, isAnew } of all) {
      if (isAnew) await trx.deleteFrom('room_activity').where('room', '=', room).execute()
      const row = { seq, figures: JSON.stringify(figures), judged_by: judgedBy }
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
