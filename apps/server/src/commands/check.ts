/**
 * Whether a database is what was written: the file, the articles, and of each room the whole chain of its log, the
 * document it makes, its records and whose they are. It only reads, and of one room at a time, so a server may go on
 * writing meanwhile.
 */
import { createHash } from 'node:crypto'
import { setImmediate as nextTick } from 'node:timers/promises'
import { hashText } from '@attest/schema/article'
import { authorOf } from '@attest/schema/record'
import { readRecords, rootMap, roots } from '@attest/schema/room'
import * as Y from 'yjs'
import { many } from '../articles/report.ts'
import { type CheckedLog, checkLog, type LogFlaw, type LoggedUpdate, roomsIn } from '../store/log.ts'
import type { ReadDatabase } from '../store/sqlite.ts'
import { UnreadableDisk } from '../store/store.ts'
import { unpack } from '../sync/snapshot.ts'

export interface Check {
  rooms: number
  updates: number
  records: number
  /** Lines for a person, one for each thing that is damaged; none when all is sound. */
  flaws: string[]
}

export interface CheckOptions {
  /** Those rooms alone; all, and the file and the articles, when there are none. */
  rooms?: readonly string[]
  /** Told often; what is being done, for whoever waits. */
  onProgress?: (doing: string) => void
}

export async function check(database: ReadDatabase, options: CheckOptions = {}): Promise<Check> {
  const { rooms = [], onProgress = () => {} } = options
  const found: Check = { rooms: 0, updates: 0, records: 0, flaws: [] }
  try {
    if (rooms.length === 0) {
      onProgress('the file')
      found.flaws.push(...database.checkFile().map((flaw) => `file: ${flaw}`))
      await checkArticles(database, found, onProgress)
    }
    const names = rooms.length > 0 ? rooms : await roomsIn(database.rooms)
    for (const [i, room] of names.entries()) {
      await checkRoom(database, room, found, (updates) =>
        onProgress(`room ${room}, ${i + 1} of ${names.length}; ${many(found.updates + updates, 'update')}`),
      )
    }
  } catch (error) {
    // Of what makes one room unreadable, the room tells; this is so bad that nothing more can be said.
    if (!(error instanceof UnreadableDisk)) throw error
    found.flaws.push(`file: ${error.message}`)
  }
  return found
}

/** What was read, for the end of a sentence. */
export function sum({ rooms, updates, records }: Check): string {
  return `${count(rooms, 'room')}, ${count(updates, 'update')}, ${count(records, 'record')}`
}

export function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`
}

async function checkArticles({ db }: ReadDatabase, found: Check, onProgress: (doing: string) => void): Promise<void> {
  const ids = await db.selectFrom('article').select('id').orderBy('id').execute()
  for (const { id } of ids) {
    await nextTick()
    onProgress('the articles')
    const article = await db.selectFrom('article').select(['text', 'sha256']).where('id', '=', id).executeTakeFirst()
    if (article && hashText(article.text) !== article.sha256)
      found.flaws.push(`article ${id}: its text is not the one that was imported`)
  }
}

async function checkRoom(
  database: ReadDatabase,
  room: string,
  found: Check,
  onProgress: (updates: number) => void,
): Promise<void> {
  const replay = new Replay()
  // The log is read in one transaction, so that it is of one moment; another room may be of a later one.
  const log = await database.rooms
    .transaction()
    .setAccessMode('read only')
    .execute(async (trx) => {
      const snapshot = await trx.selectFrom('room_snapshot').select('seq').where('room', '=', room).executeTakeFirst()
      return checkLog(trx, room, async (updates) => {
        replay.apply(updates, snapshot?.seq)
        onProgress(replay.seq)
        // Only now is a signal heard.
        await nextTick()
      })
    })
  replay.finish()
  found.rooms++
  found.updates += replay.seq
  found.records += replay.records
  // A log that is damaged is reason enough for what is wrong with the document.
  const flaws = log.flaw ? [describe(log.flaw)] : [...replay.flaws(log)]
  const isSame = log.flaw || !database.isUpToDate || (await saysTheSame(log.snapshot, replay))
  const snapshotFlaw = log.snapshotFlaw ?? (isSame ? null : 'its snapshot says other than its log')
  if (snapshotFlaw) flaws.push(log.flaw ? snapshotFlaw : `${snapshotFlaw}; its log is whole`)
  replay.close()
  found.flaws.push(...flaws.map((flaw) => `room ${room}: ${flaw}`))
}

function describe({ what, soundUpTo, soundAt }: LogFlaw): string {
  if (soundAt === null) return `${what}; nothing before it is sound`
  return `${what}; it is sound up to update ${soundUpTo}, of ${new Date(soundAt).toISOString()}`
}

/** Of what may be wrong with many records, so many are named. */
const NAMED = 3

/** The document of a room, made from its log from the first update on. */
class Replay {
  readonly #doc = new Y.Doc()
  readonly #flaws: string[] = []
  /** Who wrote the first update with each client id. */
  readonly #firstBy = new Map<number, string>()
  #kept: string | null = null
  seq = 0
  records = 0

  constructor() {
    for (const root of roots) rootMap(this.#doc, root)
  }

  /** With `keepAt`, the state at that update is kept, to compare a snapshot with it. */
  apply(updates: readonly LoggedUpdate[], keepAt: number | undefined): void {
    const until = updates.findIndex(({ seq }) => seq === keepAt) + 1
    this.#apply(updates.slice(0, until))
    if (until > 0) this.#kept = stateOf(this.#doc)
    this.#apply(updates.slice(until))
    this.seq = updates.at(-1)?.seq ?? this.seq
  }

  get kept(): string | null {
    return this.#kept
  }

  finish(): void {
    if (isPending(this.#doc)) this.#flaws.push('an update depends on one that was never written')
    const { records, unreadable } = readRecords(this.#doc)
    this.records = roots.reduce((sum, root) => sum + records[root].size, 0)
    this.#flaws.push(...named(unreadable.map(({ root, key }) => `${root} ${key} cannot be read as a record`)))
  }

  /** What is wrong with the document, given whose each client id is. */
  *flaws({ clients }: CheckedLog): Iterable<string> {
    yield* this.#flaws
    // The server's own ids, with which it puts what is imported, are nobody's.
    for (const [client, person] of this.#firstBy) {
      const owner = clients.get(client)
      if (owner && owner !== person) yield `client id ${client} is ${owner}’s, and ${person} wrote with it`
    }
    yield* named(this.#foreign(clients))
  }

  close(): void {
    this.#doc.destroy()
  }

  #apply(updates: readonly LoggedUpdate[]): void {
    this.#doc.transact(() => {
      for (const { seq, update, person } of updates)
        try {
          Y.applyUpdate(this.#doc, update)
          this.#notePerson(person)
        } catch {
          this.#flaws.push(`update ${seq} is none that Yjs can read`)
        }
    })
  }

  #notePerson(person: string): void {
    const { clients } = this.#doc.store
    if (clients.size === this.#firstBy.size) return
    for (const client of clients.keys()) if (!this.#firstBy.has(client)) this.#firstBy.set(client, person)
  }

  /** Every record that was ever put with a client id of somebody else than the author in its key. */
  *#foreign(clients: ReadonlyMap<number, string>): Iterable<string> {
    for (const [client, structs] of this.#doc.store.clients) {
      const owner = clients.get(client)
      if (!owner) continue
      for (const struct of structs) {
        const key = struct instanceof Y.Item ? struct.parentSub : null
        if (key !== null && authorOf(key) !== owner) yield `${key} was put with a client id of ${owner}`
      }
    }
  }
}

/** Whether a snapshot says what the log says up to the same update. */
async function saysTheSame(snapshot: Uint8Array | null, { kept }: Replay): Promise<boolean> {
  if (!snapshot || kept === null) return true
  const doc = new Y.Doc()
  try {
    for (const root of roots) rootMap(doc, root)
    const parts = await unpack(snapshot)
    doc.transact(() => {
      for (const part of parts) Y.applyUpdate(doc, part)
    })
    return !isPending(doc) && stateOf(doc) === kept
  } catch {
    // It cannot even be unpacked.
    return false
  } finally {
    doc.destroy()
  }
}

/** The same for two documents with the same records, made of the same changes. */
function stateOf(doc: Y.Doc): string {
  const hash = createHash('sha256')
  const vector = [...Y.decodeStateVector(Y.encodeStateVector(doc))].sort(([one], [other]) => one - other)
  hash.update(JSON.stringify(vector))
  for (const root of roots)
    for (const [key, value] of [...rootMap(doc, root)].sort(([one], [other]) => (one < other ? -1 : 1)))
      hash.update(JSON.stringify([root, key, value]))
  return hash.digest('hex')
}

function isPending(doc: Y.Doc): boolean {
  return doc.store.pendingStructs !== null || doc.store.pendingDs !== null
}

function* named(flaws: Iterable<string>): Iterable<string> {
  let count = 0
  for (const flaw of flaws) {
    count++
    if (count <= NAMED) yield flaw
  }
  if (count > NAMED) yield `and ${count - NAMED} more of that kind`
}
