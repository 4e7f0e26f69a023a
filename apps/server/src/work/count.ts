/** What is counted of a room: figures of its records as they are, and from its log who made how much in which quarter. */
import { type Judging, rulingsOf } from '@attest/schema/outcome'
import { authorOf } from '@attest/schema/record'
import { readRecords } from '@attest/schema/room'
import { readRoomName } from '@attest/schema/room-name'
import { threadsOf } from '@attest/schema/thread'
import { noReview, type RoomFigures, roomFiguresSchema } from '@attest/schema/work'
import type { Kysely } from 'kysely'
import * as Y from 'yjs'
import { judgingOf } from '../store/judging.ts'
import type { LoggedUpdate } from '../store/log.ts'
import type { Database } from '../store/sqlite.ts'
import { DamagedRoom, type Log } from '../store/store.ts'
import type { CatalogTables } from '../store/tables.ts'
import { QUARTER_MS } from '../store/work-figures.ts'
import { unpack } from '../sync/snapshot.ts'
import { finish } from '../sync/steps.ts'
import { readingUpdate } from '../sync/update.ts'

export interface Counted {
  room: string
  seq: number
  /** The key of those by whom its marks were judged. */
  judgedBy: string
  figures: RoomFigures
  /** To be added to what there is. */
  activity: Activity[]
  /** Whether what there is goes first. */
  isAnew: boolean
}

export interface Activity {
  quarter: number
  person: string
  marks: number
  reviews: number
}

/** Counts on from what was counted before, or from the beginning; null when nothing has changed. */
export async function countRoom(db: Kysely<Database>, log: Log, room: string): Promise<Counted | null> {
  const before = await db.selectFrom('room_count').selectAll().where('room', '=', room).executeTakeFirst()
  let damagedAt: number | undefined
  const stored = await log.read(room).catch(async (error: unknown) => {
    if (!(error instanceof DamagedRoom)) throw error
    const row = await db.selectFrom('room').select('seq').where('name', '=', room).executeTakeFirst()
    damagedAt = row === undefined ? undefined : Number(row.seq)
    return error.sound
  })
  const judging = await judgingIn(db, room)
  const isKnown = before?.seq === stored.seq && before.judged_by === judging.key
  if (isKnown && damagedAtIn(before.figures) === damagedAt) return null
  // A log that is shorter than it was is another one: a backup was put back.
  const isAnew = before === undefined || before.seq > stored.seq || !isFigures(before.figures)
  const doc = new Y.Doc()
  const parts = stored.snapshot ? await unpack(stored.snapshot) : []
  doc.transact(() => {
    for (const update of [...parts, ...stored.updates]) Y.applyUpdate(doc, update)
  })
  const figures = { ...figuresOf(doc, judging), ...(damagedAt !== undefined && { damagedAt }) }
  doc.destroy()
  const activity = new Tally(await revealed(db, room), readRoomName(room)?.person ?? null)
  const from = isAnew ? 0 : before.seq
  for (let last = from; last < stored.seq; ) {
    const rows = await db
      .selectFrom('room_update')
      .select(['seq', 'update', 'person', 'at'])
      .where('room', '=', room)
      .where('seq', '>', last)
      .where('seq', '<=', stored.seq)
      .orderBy('seq')
      .limit(ROWS_AT_ONCE)
      .execute()
    if (rows.length === 0) break
    for (const row of rows) activity.add(row)
    last = rows.at(-1)?.seq ?? stored.seq
  }
  return { room, seq: stored.seq, judgedBy: judging.key, figures, activity: activity.all, isAnew }
}

const ROWS_AT_ONCE = 1000

function damagedAtIn(json: string): number | undefined {
  return isFigures(json) ? roomFiguresSchema.parse(JSON.parse(json)).damagedAt : undefined
}

function isFigures(json: string): boolean {
  try {
    return roomFiguresSchema.safeParse(JSON.parse(json)).success
  } catch {
    return false
  }
}

async function judgingIn(db: Kysely<Database>, room: string) {
  const article = readRoomName(room)?.article ?? room
  const row = await db.selectFrom('article').select('project_id').where('id', '=', article).executeTakeFirst()
  // The tables of the catalog are among those of the database.
  return judgingOf(db as unknown as Kysely<CatalogTables>, row?.project_id ?? '')
}

function figuresOf(doc: Y.Doc, judging: Judging): RoomFigures {
  const { records } = readRecords(doc)
  const kinds: Record<string, number> = {}
  const people: Record<string, number> = {}
  for (const { kind, author } of records.annotations.values()) {
    kinds[kind] = (kinds[kind] ?? 0) + 1
    people[author] = (people[author] ?? 0) + 1
  }
  const review = { ...noReview }
  for (const { outcome } of rulingsOf(records, judging).values()) review[outcome]++
  const { all } = threadsOf(records.comments.values())
  const gaps = [...records.comments.values()].filter((comment) => 'gap' in comment && comment.gap).length
  const openThreads = all.filter(({ isResolved }) => !isResolved).length
  return { kinds, people, threads: all.length, openThreads, review, gaps }
}

/** Whether an update of an article's own room brought what had been made, and counted, in those of its annotators. */
async function revealed(db: Kysely<Database>, room: string): Promise<(seq: number) => boolean> {
  const reveal = await db.selectFrom('reveal').selectAll().where('article_id', '=', room).executeTakeFirst()
  if (!reveal) return () => false
  const { seq_before, seq_after } = reveal
  return (seq) => seq > seq_before && (seq_after === null || seq <= seq_after)
}

/** Marks and verdicts as they were made. One that is changed, or brought back, was made already. */
class Tally {
  readonly #byKey = new Map<string, Activity>()
  readonly #isElsewhere: (seq: number) => boolean
  readonly #layerOf: string | null

  /** `layerOf` is whose own room it is, null for the article's. */
  constructor(isElsewhere: (seq: number) => boolean, layerOf: string | null) {
    this.#isElsewhere = isElsewhere
    this.#layerOf = layerOf
  }

  get all(): Activity[] {
    return [...this.#byKey.values()]
  }

  add({ seq, update, person, at }: LoggedUpdate): void {
    if (this.#isElsewhere(seq)) return
    // What came with a file is counted in the article's own room, from which a reveal puts it here.
    if (this.#layerOf !== null && this.#layerOf !== person) return
    for (const { structs } of finish(readingUpdate(update, Number.POSITIVE_INFINITY)).lines)
      for (const { place, values } of structs) {
        // Only the first value under a key names it; those that follow are changes of it.
        if (!place || (place.root !== 'annotations' && place.root !== 'verdicts')) continue
        const author = authorOf(place.key)
        // What came with a file was made when it says, not when the file was brought in.
        const made = author === person ? at : (timeIn(values?.[0]?.value) ?? at)
        this.#count(author, made, place.root === 'annotations' ? 'marks' : 'reviews')
      }
  }

  #count(person: string, at: number, what: 'marks' | 'reviews'): void {
    const quarter = Math.floor(at / QUARTER_MS)
    const key = `${quarter} ${person}`
    const one = this.#byKey.get(key) ?? { quarter, person, marks: 0, reviews: 0 }
    this.#byKey.set(key, one)
    one[what]++
  }
}

function timeIn(value: unknown): number | null {
  if (typeof value !== 'object' || value === null || !('at' in value)) return null
  return typeof value.at === 'number' && Number.isSafeInteger(value.at) ? value.at : null
}
