/**
 * The log of every room, on Kysely: nothing here is SQLite's own. Each update carries a checksum chained to the one
 * before, and the room's head says how far the chain goes, so a row that was changed, lost or cut off at the end is
 * noticed when the room is read. What this keeps to itself: rows, chains, and how a damaged snapshot is done without.
 */
import { createHash } from 'node:crypto'
import type { Kysely, Transaction } from 'kysely'
import type { Entry, Log, StoredRoom } from './store.ts'

export interface RoomTables {
  /** The head of each log: its last number, and the checksum of that row. */
  room: { name: string; seq: number; checksum: Uint8Array }
  room_update: { room: string; seq: number; update: Uint8Array; person: string; at: number; checksum: Uint8Array }
  /** `chained` is the checksum of the last update that is in the snapshot: the chain goes on from there. */
  room_snapshot: { room: string; seq: number; snapshot: Uint8Array; chained: Uint8Array; checksum: Uint8Array }
}

/** What is stored of a room does not verify. It is never opened as far as it goes: that would shorten it in silence. */
export class DamagedRoom extends Error {
  override name = 'DamagedRoom'
  readonly room: string

  constructor(room: string, what: string) {
    super(`room ${room}: ${what}`)
    this.room = room
  }
}

const beginning = new Uint8Array(0)

/** Well under the number of parameters that a statement may have. */
const ROWS_A_STATEMENT = 500

export function createLog<DB extends RoomTables>(database: Kysely<DB>, now: () => number): Log {
  // Kysely cannot see through a generic DB; these tables are in it by the constraint above.
  const db = database as unknown as Kysely<RoomTables>

  return {
    // One transaction, so that the head, the snapshot and the rows are of the same moment.
    read: (room) => db.transaction().execute((trx) => readRoom(trx, room)),

    async append(entries) {
      if (entries.length === 0) return
      await db.transaction().execute((trx) => appendRows(trx, entries, now()))
    },

    async writeSnapshot(room, seq, snapshot) {
      await db.transaction().execute(async (trx) => {
        const last = await trx
          .selectFrom('room_update')
          .select('checksum')
          .where('room', '=', room)
          .where('seq', '=', seq)
          .executeTakeFirst()
        if (!last) throw new RangeError(`room ${room} has no update ${seq} to take a snapshot at`)
        const row = { seq, snapshot, chained: last.checksum, checksum: snapshotSum(room, seq, last.checksum, snapshot) }
        await trx
          .insertInto('room_snapshot')
          .values({ room, ...row })
          .onConflict((conflict) => conflict.column('room').doUpdateSet(row))
          .execute()
      })
    },
  }
}

async function readRoom(trx: Transaction<RoomTables>, room: string): Promise<StoredRoom> {
  const head = await trx.selectFrom('room').selectAll().where('name', '=', room).executeTakeFirst()
  const snapshot = await trx.selectFrom('room_snapshot').selectAll().where('room', '=', room).executeTakeFirst()
  // A snapshot only saves time: without it, everything is in the log still.
  const base = snapshot && isSound(snapshot) ? snapshot : { seq: 0, snapshot: null, chained: beginning }
  const rows = await trx
    .selectFrom('room_update')
    .selectAll()
    .where('room', '=', room)
    .where('seq', '>', base.seq)
    .orderBy('seq')
    .execute()

  let { seq, chained } = base
  for (const row of rows) {
    seq++
    if (row.seq !== seq) throw new DamagedRoom(room, `update ${seq} is missing`)
    if (!isEqual(row.checksum, updateSum(chained, row))) throw new DamagedRoom(room, `update ${seq} was changed`)
    chained = row.checksum
  }
  if (seq !== (head?.seq ?? 0))
    throw new DamagedRoom(room, `it has ${seq} updates where ${head?.seq ?? 0} were written`)
  if (!isEqual(chained, head?.checksum ?? beginning))
    throw new DamagedRoom(room, 'its last update is not the one written')
  return { snapshot: base.snapshot, updates: rows.map((row) => row.update), seq }
}

async function appendRows(trx: Transaction<RoomTables>, entries: readonly Entry[], at: number): Promise<void> {
  const heads = new Map<string, { seq: number; checksum: Uint8Array }>()
  const names = [...new Set(entries.map((entry) => entry.room))]
  for (const some of chunks(names))
    for (const { name, seq, checksum } of await trx.selectFrom('room').selectAll().where('name', 'in', some).execute())
      heads.set(name, { seq, checksum })

  const rows = entries.map(({ room, update, person }) => {
    const head = heads.get(room) ?? { seq: 0, checksum: beginning }
    const row = { room, seq: head.seq + 1, update, person, at }
    const checksum = updateSum(head.checksum, row)
    heads.set(room, { seq: row.seq, checksum })
    return { ...row, checksum }
  })

  for (const some of chunks(rows)) await trx.insertInto('room_update').values(some).execute()
  for (const some of chunks([...heads].map(([name, head]) => ({ name, ...head }))))
    await trx
      .insertInto('room')
      .values(some)
      .onConflict((conflict) =>
        conflict.column('name').doUpdateSet({
          seq: (eb) => eb.ref('excluded.seq'),
          checksum: (eb) => eb.ref('excluded.checksum'),
        }),
      )
      .execute()
}

function* chunks<T>(rows: readonly T[]): Generator<T[]> {
  for (let i = 0; i < rows.length; i += ROWS_A_STATEMENT) yield rows.slice(i, i + ROWS_A_STATEMENT)
}

function updateSum(chained: Uint8Array, row: Omit<RoomTables['room_update'], 'checksum'>): Uint8Array {
  return sum(chained, [row.room, row.seq, row.person, row.at], row.update)
}

function snapshotSum(room: string, seq: number, chained: Uint8Array, snapshot: Uint8Array): Uint8Array {
  return sum(chained, [room, seq], snapshot)
}

function isSound({ room, seq, chained, snapshot, checksum }: RoomTables['room_snapshot']): boolean {
  return isEqual(checksum, snapshotSum(room, seq, chained, snapshot))
}

/** 16 bytes are plenty against accident; whoever can write into the database can write the checksums too. */
function sum(chained: Uint8Array, fields: readonly (string | number)[], bytes: Uint8Array): Uint8Array {
  return createHash('sha256').update(chained).update(JSON.stringify(fields)).update(bytes).digest().subarray(0, 16)
}

function isEqual(one: Uint8Array, other: Uint8Array): boolean {
  return Buffer.compare(one, other) === 0
}
