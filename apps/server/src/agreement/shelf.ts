/** What was read of rooms and texts, kept for the next question: a room is read again only when its log has grown. */
import { emptyRecords, type Records, readRecords } from '@attest/schema/room'
import type { Kysely } from 'kysely'
import * as Y from 'yjs'
import { createLog, type RoomTables } from '../store/log.ts'
import type { Database } from '../store/sqlite.ts'
import { DamagedRoom, type Log } from '../store/store.ts'
import { unpack } from '../sync/snapshot.ts'
import type { RoomAt } from './scope.ts'

/** So many records are kept at most, some 500 bytes each; and so many characters of text. */
const MOST_RECORDS = 400_000
const MOST_CHARACTERS = 40_000_000

export type MarkedRecords = Pick<Records, 'annotations' | 'relations' | 'verdicts'>

interface Kept {
  seq: number
  /** Null for a room that does not verify. */
  records: MarkedRecords | null
  size: number
}

const nothing: MarkedRecords = emptyRecords()

export class Shelf {
  readonly #db: Kysely<Database>
  readonly #log: Log
  /** The one that was used last is the last. */
  readonly #rooms = new Map<string, Kept>()
  readonly #texts = new Map<string, string>()
  #characters = 0
  #records = 0

  constructor(db: Kysely<Database>) {
    this.#db = db
    // It only reads, so it needs no clock.
    this.#log = createLog(db as unknown as Kysely<RoomTables>, () => 0)
  }

  /** Those of the rooms that were never read, or have changed since. */
  missing(rooms: readonly RoomAt[]): RoomAt[] {
    return rooms.filter(({ room, seq }) => this.#rooms.get(room)?.seq !== seq)
  }

  async read(rooms: readonly string[]): Promise<void> {
    for (const room of rooms) {
      const { seq, records } = await this.#readRoom(room)
      const size = records ? records.annotations.size + records.relations.size + records.verdicts.size : 0
      this.#drop(room)
      this.#rooms.set(room, { seq, records, size })
      this.#records += size
    }
    for (const room of this.#rooms.keys()) {
      if (this.#records <= MOST_RECORDS) break
      if (!rooms.includes(room)) this.#drop(room)
    }
  }

  /** The records of a room, as new as `at` or newer; null where it is damaged. */
  async records(at: RoomAt | null): Promise<MarkedRecords | null> {
    if (!at) return nothing
    const kept = this.#rooms.get(at.room)
    if (!kept || kept.seq < at.seq) await this.read([at.room])
    const found = this.#rooms.get(at.room)
    if (!found) throw new Error(`room ${at.room} was read and is not there`)
    this.#rooms.delete(at.room)
    this.#rooms.set(at.room, found)
    return found.records
  }

  /** Texts never change. */
  async texts(articles: readonly string[]): Promise<Map<string, string>> {
    const missing = articles.filter((id) => !this.#texts.has(id))
    for (let i = 0; i < missing.length; i += 200) {
      const some = missing.slice(i, i + 200)
      const rows = await this.#db.selectFrom('article').select(['id', 'text']).where('id', 'in', some).execute()
      for (const { id, text } of rows) {
        this.#texts.set(id, text)
        this.#characters += text.length
      }
    }
    const found = new Map(articles.map((id) => [id, this.#texts.get(id) ?? '']))
    if (this.#characters > MOST_CHARACTERS) {
      this.#texts.clear()
      this.#characters = 0
    }
    return found
  }

  async #readRoom(room: string): Promise<{ seq: number; records: MarkedRecords | null }> {
    try {
      const { snapshot, updates, seq } = await this.#log.read(room)
      const parts = snapshot ? await unpack(snapshot) : []
      const doc = new Y.Doc()
      doc.transact(() => {
        for (const update of [...parts, ...updates]) Y.applyUpdate(doc, update)
      })
      const { annotations, relations, verdicts } = readRecords(doc).records
      doc.destroy()
      return { seq, records: { annotations, relations, verdicts } }
    } catch (error) {
      if (!(error instanceof DamagedRoom)) throw error
      const row = await this.#db.selectFrom('room').select('seq').where('name', '=', room).executeTakeFirst()
      return { seq: row?.seq ?? error.sound.seq, records: null }
    }
  }

  #drop(room: string): void {
    this.#records -= this.#rooms.get(room)?.size ?? 0
    this.#rooms.delete(room)
  }
}
