/**
 * Which articles of a project are compared, and in which rooms their marks are. What somebody may not see is left out
 * before anything is read, so that nothing of it can get into a figure, nor into how long it takes.
 */
import { type BlindState, blindSchema, isHidden } from '@attest/schema/layer'
import { layerRoomBounds, readRoomName } from '@attest/schema/room-name'
import { type Kysely, sql } from 'kysely'
import type { Database } from '../store/sqlite.ts'

export interface AskedScope {
  project: string
  /** Whether blind articles are for whoever asks, before their reveal. */
  seesHidden: boolean
  articles?: readonly string[] | undefined
  when: 'now' | 'before'
}

export interface RoomAt {
  room: string
  /** How far its log goes. */
  seq: number
}

export interface ScopedArticle {
  id: string
  title: string
  blind: BlindState
  isDone: boolean
  /** Null where nobody ever wrote anything in it. */
  own: RoomAt | null
  /** What annotators wrote for themselves, where that is looked at. */
  layers: readonly RoomAt[]
  /** Who has handed in their work on it, if only to say that there is nothing to mark. */
  submitted: readonly string[]
}

export interface Scope {
  articles: ScopedArticle[]
  revealed: number
  leftOut: number
}

export async function readScope(
  db: Kysely<Database>,
  { project, seesHidden, articles, when }: AskedScope,
): Promise<Scope> {
  const wanted = articles && new Set(articles)
  const rows = await db
    .selectFrom('article')
    .leftJoin('article_work', 'article_work.article_id', 'article.id')
    .leftJoin('room', 'room.name', 'article.id')
    .select(['article.id', 'article.title', 'article.blind', 'article_work.state', 'room.seq'])
    .where('article.project_id', '=', project)
    .where('article.deleted_at', 'is', null)
    // Its marks were carried over to the revision that took its place.
    .where(({ not, exists, selectFrom }) =>
      not(exists(selectFrom('revision').select('number').whereRef('revision.replaces', '=', 'article.id'))),
    )
    .orderBy('article.id')
    .execute()
  const found = rows.map((row) => ({ ...row, blind: blindSchema.parse(row.blind) }))
  const asked = found.filter(({ id }) => !wanted || wanted.has(id))
  const seen = asked.filter(({ blind }) => (when === 'before' ? blind === 'revealed' : seesHidden || !isHidden(blind)))
  const leftOut = when === 'before' || seesHidden ? 0 : asked.length - seen.length
  const looksAt = new Set(seen.flatMap(({ id, blind }) => (when === 'before' || isHidden(blind) ? [id] : [])))
  const layers = await layerRooms(db, project, looksAt)
  const submitted = await submittedOf(db, project)
  return {
    revealed: found.filter(({ blind }) => blind === 'revealed').length,
    leftOut,
    articles: seen.map(({ id, title, blind, state, seq }) => ({
      id,
      title,
      blind,
      isDone: state === 'done',
      own: seq === null ? null : { room: id, seq },
      layers: layers.get(id) ?? [],
      submitted: submitted.get(id) ?? [],
    })),
  }
}

/** The rooms that have to be read for it. */
export function roomsOf({ articles }: Scope): RoomAt[] {
  return articles.flatMap(({ own, layers }) => (own ? [own, ...layers] : layers))
}

async function layerRooms(
  db: Kysely<Database>,
  project: string,
  wanted: ReadonlySet<string>,
): Promise<Map<string, RoomAt[]>> {
  const layers = new Map<string, RoomAt[]>()
  if (wanted.size === 0) return layers
  const [from, to] = layerRoomBounds
  const rows = await db
    .selectFrom('article')
    .innerJoin('room', (join) =>
      join.on(sql<boolean>`room.name > article.id || ${from} and room.name < article.id || ${to}`),
    )
    .select(['article.id', 'room.name', 'room.seq'])
    .where('article.project_id', '=', project)
    .where('article.blind', '<>', 'open')
    .orderBy('room.name')
    .execute()
  for (const { id, name, seq } of rows)
    if (wanted.has(id) && readRoomName(name)?.person) layers.set(id, [...(layers.get(id) ?? []), { room: name, seq }])
  return layers
}

async function submittedOf(db: Kysely<Database>, project: string): Promise<Map<string, string[]>> {
  const rows = await db
    .selectFrom('assignment')
    .innerJoin('article', 'article.id', 'assignment.article_id')
    .select(['article_id', 'person_id'])
    .where('article.project_id', '=', project)
    .where('assignment.state', 'in', ['submitted', 'in-review', 'done'])
    .execute()
  const people = new Map<string, string[]>()
  for (const { article_id, person_id } of rows) people.set(article_id, [...(people.get(article_id) ?? []), person_id])
  return people
}
