/**
 * What is counted of the rooms of a project: marks, threads, reviews, by article, person and time; and which rooms have
 * to be counted again. Of hidden articles it tells all: `work/veil.ts` says what of it anybody may know.
 */
import { type BlindState, blindSchema, isHidden } from '@attest/schema/layer'
import { layerRoomBounds, readRoomName } from '@attest/schema/room-name'
import { type Disputed, noReview, type RoomFigures, roomFiguresSchema, type WorkState } from '@attest/schema/work'
import { type JoinBuilder, type Kysely, sql } from 'kysely'
import { judgingOf } from './judging.ts'
import type { RoomTables } from './log.ts'
import type { CatalogTables } from './tables.ts'
import { articlesOf, stateIn } from './work-rows.ts'

type Db = Kysely<CatalogTables>

/** An article as the work sees it. */
export interface WorkArticle {
  id: string
  title: string
  length: number
  createdAt: number
  state: WorkState
  due: string | null
  blind: BlindState
  /** Of the article's own room. */
  figures: RoomFigures
  /** Of the rooms of its annotators, by person, while their records are nowhere else. */
  layers: ReadonlyMap<string, RoomFigures>
}

/** A room that is counted: of an article, or of one of its annotators. */
export interface CountedRoom {
  room: string
  article: string
  blind: BlindState
  /** Null for the article's own. */
  person: string | null
  /** Whether as much of it is counted as can be, because what is stored is damaged: nobody need wait for more. */
  isDamaged: boolean
}

export const QUARTER_MS = 15 * 60_000

const nothing: RoomFigures = { kinds: {}, people: {}, threads: 0, openThreads: 0, review: noReview, gaps: 0 }

export class WorkFigures {
  readonly #db: Db

  constructor(db: Db) {
    this.#db = db
  }

  /** All articles of a project, the oldest first. */
  async articles(project: string): Promise<WorkArticle[]> {
    const layers = await this.#layers(project)
    const rows = await articlesOf(this.#db, project)
      .leftJoin('room_count', 'room_count.room', 'article.id')
      .select(['article.title', 'article.length', 'article.created_at', 'article_work.due', 'room_count.figures'])
      .orderBy('article.created_at')
      .orderBy('article.id')
      .execute()
    return rows.map((row) => ({
      id: row.id,
      title: row.title,
      length: row.length,
      createdAt: row.created_at,
      state: stateIn(row.state),
      due: row.due,
      blind: blindSchema.parse(row.blind),
      figures: figuresIn(row.figures),
      layers: layers.get(row.id) ?? new Map(),
    }))
  }

  /** How many marks each person has in an article, as far as it is counted, whether they can be seen or not. */
  async marksIn(article: string): Promise<Map<string, number>> {
    const row = await this.#db
      .selectFrom('article')
      .select(['project_id', 'blind'])
      .where('id', '=', article)
      .executeTakeFirstOrThrow()
    const own = await this.#db.selectFrom('room_count').select('figures').where('room', '=', article).executeTakeFirst()
    const layers = isHidden(blindSchema.parse(row.blind))
      ? (await this.#layers(row.project_id)).get(article)
      : undefined
    const marks = new Map<string, number>()
    for (const { people } of [figuresIn(own?.figures ?? null), ...(layers?.values() ?? [])])
      for (const [person, count] of Object.entries(people)) marks.set(person, (marks.get(person) ?? 0) + count)
    return marks
  }

  /** What was counted of the rooms of annotators, of hidden articles, by article and person. */
  async #layers(project: string): Promise<Map<string, Map<string, RoomFigures>>> {
    const rows = await this.#db
      .selectFrom('article')
      .innerJoin('room_count', (join) => isLayerOf(join, 'room_count.room'))
      .select(['article.id', 'room_count.room', 'room_count.figures'])
      .where('article.project_id', '=', project)
      .where('article.blind', 'in', ['blind', 'revealing'])
      .where('article.deleted_at', 'is', null)
      .execute()
    const found = new Map<string, Map<string, RoomFigures>>()
    for (const { id, room, figures } of rows) {
      const ofArticle = found.get(id) ?? new Map<string, RoomFigures>()
      found.set(id, ofArticle)
      ofArticle.set(readRoomName(room)?.person ?? '', figuresIn(figures))
    }
    return found
  }

  /** The articles of these projects that have disputed marks, as far as they are counted; not what is signed off. */
  async disputed(projects: readonly string[]): Promise<Disputed> {
    if (projects.length === 0) return []
    const rows = await this.#db
      .selectFrom('article')
      .innerJoin('project', 'project.id', 'article.project_id')
      .innerJoin('room_count', 'room_count.room', 'article.id')
      .leftJoin('article_work', 'article_work.article_id', 'article.id')
      .select(['article.id', 'article.title', 'article.project_id', 'project.name', 'room_count.figures'])
      .where('article.project_id', 'in', projects)
      .where('article.deleted_at', 'is', null)
      .where('article.blind', 'not in', ['blind', 'revealing'])
      .where(sql<boolean>`coalesce(article_work.state, 'todo') <> 'done'`)
      // Nearly all are so, and need not be read.
      .where('room_count.figures', 'not like', '%"disputed":0%')
      .orderBy('project.created_at')
      .orderBy('article.created_at')
      .orderBy('article.id')
      .execute()
    return rows.flatMap(({ id, title, project_id, name, figures }) => {
      const { disputed } = figuresIn(figures).review
      return disputed > 0 ? [{ article: id, title, project: { id: project_id, name }, marks: disputed }] : []
    })
  }

  /**
   * Marks and reviews by person and quarter of an hour, from a moment on; `isSeen` says of whose in an article. What was
   * made in the rooms of annotators is of when it was made, also after a reveal has put it elsewhere.
   */
  async activity(project: string, from: number, isSeen: (one: { blind: BlindState; person: string }) => boolean) {
    const db = this.#db
    const query = (rooms: 'own' | 'layers') =>
      db
        .selectFrom('article')
        .innerJoin('room_activity', (join) =>
          rooms === 'own'
            ? join.onRef('room_activity.room', '=', 'article.id')
            : isLayerOf(join, 'room_activity.room').on('article.blind', '<>', 'open'),
        )
        .select(({ fn }) => [
          'article.blind',
          'room_activity.quarter',
          'room_activity.person',
          fn.sum<number>('room_activity.marks').as('marks'),
          fn.sum<number>('room_activity.reviews').as('reviews'),
        ])
        .where('article.project_id', '=', project)
        .where('article.deleted_at', 'is', null)
        .where('room_activity.quarter', '>=', Math.floor(from / QUARTER_MS))
        .groupBy(['article.blind', 'room_activity.quarter', 'room_activity.person'])
        .orderBy('room_activity.quarter')
        .execute()
    return [...(await query('own')), ...(await query('layers'))]
      .filter(({ blind, person }) => isSeen({ blind: blindSchema.parse(blind), person }))
      .map(({ quarter, person, marks, reviews }) => ({
        at: quarter * QUARTER_MS,
        person,
        marks: Number(marks),
        reviews: Number(reviews),
      }))
  }

  /** The rooms of a project whose log goes on after what was counted of it, or whose marks others judge by now. */
  async uncounted(project: string): Promise<CountedRoom[]> {
    // The rooms' own tables are in the same database.
    const db = this.#db as unknown as Kysely<CatalogTables & RoomTables>
    const { key } = await judgingOf(this.#db, project)
    const query = (rooms: 'own' | 'layers') =>
      db
        .selectFrom('article')
        .innerJoin('room', (join) =>
          rooms === 'own'
            ? join.onRef('room.name', '=', 'article.id')
            : isLayerOf(join, 'room.name').on('article.blind', '<>', 'open'),
        )
        .leftJoin('room_count', 'room_count.room', 'room.name')
        .select(['article.id', 'article.blind', 'room.name', 'room.seq', 'room_count.figures'])
        .where('article.project_id', '=', project)
        .where('article.deleted_at', 'is', null)
        .where(({ eb, or }) =>
          or([
            eb('room_count.seq', 'is', null),
            eb('room_count.seq', '<>', eb.ref('room.seq')),
            eb('room_count.judged_by', 'is', null),
            eb('room_count.judged_by', '<>', key),
          ]),
        )
        .execute()
    return [...(await query('own')), ...(await query('layers'))].map(({ id, blind, name, seq, figures }) => ({
      room: name,
      article: id,
      blind: blindSchema.parse(blind),
      person: readRoomName(name)?.person ?? null,
      isDamaged: figuresIn(figures).damagedAt === Number(seq),
    }))
  }
}

/** Whether a room is that of one of the article's annotators. SQLite compares text by its bytes, and so finds it by its index. */
function isLayerOf<DB, TB extends keyof DB>(join: JoinBuilder<DB, TB>, room: string): JoinBuilder<DB, TB> {
  const [from, to] = layerRoomBounds
  const name = sql.ref(room)
  return join.on(sql<boolean>`${name} > article.id || ${from} and ${name} < article.id || ${to}`)
}

function figuresIn(json: string | null): RoomFigures {
  return json === null ? nothing : roomFiguresSchema.parse(JSON.parse(json))
}
