/**
 * The log of every room, on Kysely: nothing here is SQLite's own. Each update carries a checksum chained to the one
 * before, and the room's head says how far the chain goes, so a row that was changed, lost or cut off at the end is
 * noticed when the room is read. What this keeps to itself: rows, chains, and how a damaged snapshot is done without.
 */
import { createHash } from 'node:crypto'
import type { Kysely, Transaction } from 'kysely'
import { type Binding, DamagedRoom, type Entry, type Log, type StoredRoom, UnreadableDisk } from './store.ts'

export interface RoomTables {
  /** The head of each log: its last number, and the checksum of that row. */
  room: { name: string; seq: number; checksum: Uint8Array }
  room_update: { room: string; seq: number; update: Uint8Array; person: string; at: number; checksum: Uint8Array }
  /** `chained` is the checksum of the last update that is in the snapshot: the chain goes on from there. */
  room_snapshot: { room: string; seq: number; snapshot: Uint8Array; chained: Uint8Array; checksum: Uint8Array }
  /** Whose each Yjs client id is. Rows are added and never changed. */
  room_client: { room: string; client: number; person: string; at: number }
}

const beginning = new Uint8Array(0)

/** Well under the number of parameters that a statement may have. */
const ROWS_A_STATEMENT = 500

export function createLog<DB extends RoomTables>(database: Kysely<DB>, now: () => number): Log {
  // Kysely cannot see through a generic DB; these tables are in it by the constraint above.
  const db = database as unknown as Kysely<RoomTables>

  return {
    // One transaction, so that the head, the snapshot and the rows are of the same moment.
    read: (room) =>
      db
        .transaction()
        .setAccessMode('read only')
        .execute((trx) => readRoom(trx, room)),

    async append(entries, bindings = []) {
      if (entries.length === 0 && bindings.length === 0) return
      await db.transaction().execute(async (trx) => {
        const at = now()
        await bindClients(trx, bindings, at)
        await appendRows(trx, entries, at)
      })
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

/** The same within a transaction, for whoever reads several rooms of one moment. */
export async function readRoom(trx: Transaction<RoomTables>, room: string): Promise<StoredRoom> {
  const { head, snapshot, clients } = await readBeside(trx, room)
  // A snapshot only saves time: without it, everything is in the log still.
  const base = snapshot && isSound(snapshot) ? snapshot : { seq: 0, snapshot: null, chained: beginning }
  const chain = new Chain(base.seq, base.chained)
  const { rows, isAll } = await updatesAfter(trx, room, base.seq)
  const updates: Uint8Array[] = []
  for (const { update } of chain.follow(rows)) updates.push(update)
  const flaw = chain.flaw ?? (isAll ? chain.flawAtEnd(head, clients) : chain.unreadable)
  const sound: StoredRoom = { snapshot: base.snapshot, updates, seq: chain.seq, clients: clients ?? new Map() }
  if (flaw !== null) throw new DamagedRoom(room, flaw, sound)
  return sound
}

type Head = Pick<RoomTables['room'], 'seq' | 'checksum'>

/** What there is of a room besides its updates; null for what cannot be read. */
async function readBeside(trx: Transaction<RoomTables>, room: string) {
  const heads = await readable(trx.selectFrom('room').selectAll().where('name', '=', room))
  const snapshots = await readable(trx.selectFrom('room_snapshot').selectAll().where('room', '=', room))
  const bindings = await readable(trx.selectFrom('room_client').selectAll().where('room', '=', room))
  return {
    head: heads && (heads[0] ?? { seq: 0, checksum: beginning }),
    snapshot: snapshots?.[0] ?? null,
    // Not every database gives a number that may be over 2^31 as a number.
    clients: bindings && new Map(bindings.map(({ client, person }) => [Number(client), person])),
  }
}

/** How far a log is what was written, and where it stops being so. */
class Chain {
  /** The last update that is sound; when it was written, null before the first. */
  seq: number
  at: number | null = null
  flaw: string | null = null
  #checksum: Uint8Array

  constructor(seq: number, checksum: Uint8Array) {
    this.seq = seq
    this.#checksum = checksum
  }

  /** Those of the rows that are sound, up to the first that is not. */
  *follow(rows: readonly RoomTables['room_update'][]): Generator<RoomTables['room_update']> {
    for (const row of rows) {
      if (row.seq !== this.seq + 1) this.flaw = `update ${this.seq + 1} is missing`
      else if (!follows(this.#checksum, row)) this.flaw = `update ${row.seq} was changed`
      if (this.flaw !== null) return
      this.seq = row.seq
      this.at = row.at
      this.#checksum = row.checksum
      yield row
    }
  }

  get unreadable(): string {
    return `update ${this.seq + 1} cannot be read`
  }

  /** What is wrong once there are no more rows. */
  flawAtEnd(head: Head | null, clients: Map<number, string> | null): string | null {
    if (!head || !clients) return 'how far its log goes, or whose its clients are, cannot be read'
    if (this.seq !== head.seq) return `it has ${this.seq} updates where ${head.seq} were written`
    return isEqual(this.#checksum, head.checksum) ? null : 'its last update is not the one written'
  }
}

/** The rows after `seq`, or where some cannot be read, those up to there. */
async function updatesAfter(trx: Transaction<RoomTables>, room: string, seq: number, limit?: number) {
  const after = (last: number) =>
    trx.selectFrom('room_update').selectAll().where('room', '=', room).where('seq', '>', last).orderBy('seq')
  const rows = await readable(limit === undefined ? after(seq) : after(seq).limit(limit))
  if (rows) return { rows, isAll: true }
  const found: RoomTables['room_update'][] = []
  for (let some = ROWS_A_STATEMENT; some > 0 && found.length < (limit ?? Number.POSITIVE_INFINITY); ) {
    const more = await readable(after(found.at(-1)?.seq ?? seq).limit(some))
    // The page that cannot be read is among these: on as far as it goes, one by one.
    if (!more || more.length === 0) some = some === 1 ? 0 : 1
    else found.push(...more)
  }
  return { rows: found, isAll: found.length >= (limit ?? Number.POSITIVE_INFINITY) }
}

/** Null where the disk does not give them. */
async function readable<Row>(query: { execute(): Promise<Row[]> }): Promise<Row[] | null> {
  try {
    return await query.execute()
  } catch (error) {
    if (error instanceof UnreadableDisk) return null
    throw error
  }
}

/** One update as it stands in the log. */
export type LoggedUpdate = Pick<RoomTables['room_update'], 'seq' | 'update' | 'person' | 'at'>

/** Where a log stops being what was written. */
export interface LogFlaw {
  what: string
  /** The last update that is sound, and when it was written; 0 and null when none is. */
  soundUpTo: number
  soundAt: number | null
}

export interface CheckedLog {
  flaw: LogFlaw | null
  /** The snapshot, if there is one that is as it was written, of this log. */
  snapshot: Uint8Array | null
  /** What is wrong with the snapshot, which is then done without. */
  snapshotFlaw: string | null
  clients: Map<number, string>
}

/** Every room there is something of. */
export async function roomsIn(db: Kysely<RoomTables>): Promise<string[]> {
  const rows = await db
    .selectFrom('room')
    .select('name')
    .union(db.selectFrom('room_update').select('room as name').distinct())
    .union(db.selectFrom('room_snapshot').select('room as name'))
    .orderBy('name')
    .execute()
  return rows.map((row) => row.name)
}

/**
 * Reads a log from its very first update, which `read` spares itself where there is a snapshot, and shows what is sound
 * to `visit`, page by page.
 */
export async function checkLog(
  trx: Transaction<RoomTables>,
  room: string,
  visit: (updates: readonly LoggedUpdate[]) => Promise<void>,
): Promise<CheckedLog> {
  const { head, snapshot, clients } = await readBeside(trx, room)
  const chain = new Chain(0, beginning)
  let chainedAtSnapshot: Uint8Array | null = null
  const checked = (what: string | null): CheckedLog => {
    let snapshotFlaw: string | null = null
    if (snapshot && !isSound(snapshot)) snapshotFlaw = 'its snapshot was changed'
    else if (snapshot && what === null && !(chainedAtSnapshot && isEqual(chainedAtSnapshot, snapshot.chained)))
      snapshotFlaw = 'its snapshot is of another log'
    return {
      flaw: what === null ? null : { what, soundUpTo: chain.seq, soundAt: chain.at },
      snapshot: snapshotFlaw === null ? (snapshot?.snapshot ?? null) : null,
      snapshotFlaw,
      clients: clients ?? new Map(),
    }
  }

  for (;;) {
    const { rows, isAll } = await updatesAfter(trx, room, chain.seq, ROWS_A_STATEMENT)
    const page: LoggedUpdate[] = []
    for (const row of chain.follow(rows)) {
      if (row.seq === snapshot?.seq) chainedAtSnapshot = row.checksum
      page.push(row)
    }
    await visit(page)
    if (chain.flaw !== null) return checked(chain.flaw)
    if (!isAll) return checked(chain.unreadable)
    if (rows.length === 0) return checked(chain.flawAtEnd(head, clients))
  }
}

async function bindClients(trx: Transaction<RoomTables>, bindings: readonly Binding[], at: number): Promise<void> {
  for (const some of chunks(bindings))
    await trx
      .insertInto('room_client')
      .values(some.map(({ room, client, person }) => ({ room, client, person, at })))
      .onConflict((conflict) => conflict.columns(['room', 'client']).doNothing())
      .execute()
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

/** Whether the row is the one that was written behind the one with the checksum `chained`. */
function follows(chained: Uint8Array, row: RoomTables['room_update']): boolean {
  return isBytes(row.update) && isEqual(row.checksum, updateSum(chained, row))
}

function updateSum(chained: Uint8Array, row: Omit<RoomTables['room_update'], 'checksum'>): Uint8Array {
  return sum(chained, [row.room, row.seq, row.person, row.at], row.update)
}

function snapshotSum(room: string, seq: number, chained: Uint8Array, snapshot: Uint8Array): Uint8Array {
  return sum(chained, [room, seq], snapshot)
}

function isSound({ room, seq, chained, snapshot, checksum }: RoomTables['room_snapshot']): boolean {
  return isBytes(snapshot) && isBytes(chained) && isEqual(checksum, snapshotSum(room, seq, chained, snapshot))
}

/** 16 bytes are plenty against accident; whoever can write into the database can write the checksums too. */
function sum(chained: Uint8Array, fields: readonly (string | number)[], bytes: Uint8Array): Uint8Array {
  return createHash('sha256').update(chained).update(JSON.stringify(fields)).update(bytes).digest().subarray(0, 16)
}

function isEqual(one: Uint8Array, other: Uint8Array): boolean {
  return isBytes(one) && isBytes(other) && Buffer.compare(one, other) === 0
}

/** In a damaged file a column may hold anything, whatever its type says. */
function isBytes(value: unknown): boolean {
  return value instanceof Uint8Array
}
