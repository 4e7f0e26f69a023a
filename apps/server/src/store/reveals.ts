/**
 * Which articles are blind, and the reveal of each: its steps are rows here before they are done, so that whatever cuts
 * one short, the next start goes on with it.
 */
import { type BlindState, blindSchema } from '@attest/schema/layer'
import { layerRoomBounds, readRoomName } from '@attest/schema/room-name'
import { type Kysely, sql } from 'kysely'
import * as z from 'zod'
import type { Audit } from './audit.ts'
import type { RoomTables } from './log.ts'
import type { CatalogTables } from './tables.ts'

/** Somebody's own room for an article. */
export interface LayerRoom {
  room: string
  person: string
}

/** An article on its way through the states. */
export interface BlindArticle {
  id: string
  projectId: string
  title: string
}

/** `by` is null for what nobody asked for at that moment. */
export interface StoredReveal {
  by: string | null
  at: number
  /** Those whose layers could not be read, and are not in it. */
  without: readonly string[]
}

const peopleSchema = z.array(z.string())

export class Reveals {
  /** The rooms' own tables are in the same database. */
  readonly #db: Kysely<CatalogTables & RoomTables>
  readonly #audit: Audit

  constructor(db: Kysely<CatalogTables>, audit: Audit) {
    this.#db = db as unknown as Kysely<CatalogTables & RoomTables>
    this.#audit = audit
  }

  /** Throws when there is no such article; one that was deleted has its state still. */
  async stateOf(article: string): Promise<BlindState> {
    const row = await this.#db.selectFrom('article').select('blind').where('id', '=', article).executeTakeFirstOrThrow()
    return blindSchema.parse(row.blind)
  }

  /** The rooms of its annotators in which anything was ever written, by their names. */
  async layerRooms(article: string): Promise<LayerRoom[]> {
    const [from, to] = layerRoomBounds
    const rows = await this.#db
      .selectFrom('room')
      .select('name')
      .where('name', '>', article + from)
      .where('name', '<', article + to)
      .orderBy('name')
      .execute()
    return rows.map(({ name }) => ({ room: name, person: readRoomName(name)?.person ?? '' }))
  }

  /** Makes an open article blind or a blind one open. False when it was not what it has to be for that. */
  async setBlind({ id }: BlindArticle, isBlind: boolean): Promise<boolean> {
    const [from, to] = isBlind ? ['open', 'blind'] : ['blind', 'open']
    const { numUpdatedRows } = await this.#db
      .updateTable('article')
      .set({ blind: to })
      .where('id', '=', id)
      .where('blind', '=', from)
      .executeTakeFirstOrThrow()
    return numUpdatedRows === 1n
  }

  async noteBlind({ id, projectId }: BlindArticle, isBlind: boolean, person: string): Promise<void> {
    const detail = isBlind ? 'blind' : 'open'
    await this.#audit.note({ act: 'article.blind', project: projectId, person, subject: id, detail })
  }

  /** From now on nobody writes in its layers. False for an article that is not blind (any more). */
  async begin(
    { id, projectId }: BlindArticle,
    { by, without }: { by: string | null; without: readonly string[] },
  ): Promise<boolean> {
    return this.#db.transaction().execute(async (db) => {
      const { numUpdatedRows } = await db
        .updateTable('article')
        .set({ blind: 'revealing' })
        .where('id', '=', id)
        .where('blind', '=', 'blind')
        .where(isNoTest)
        .executeTakeFirstOrThrow()
      if (numUpdatedRows === 0n) return false
      await db
        .insertInto('reveal')
        .values({
          article_id: id,
          by_id: by,
          begun_at: Date.now(),
          done_at: null,
          seq_before: await lastOf(db, id),
          seq_after: null,
          left_out: without.length > 0 ? JSON.stringify(without) : null,
        })
        .execute()
      const detail =
        by === null ? 'all have submitted' : without.length > 0 ? `without ${await namesOf(db, without)}` : null
      await this.#audit.note({ act: 'article.reveal', project: projectId, person: by, subject: id, detail }, plain(db))
      return true
    })
  }

  /** What was begun and is not done. */
  async running(): Promise<BlindArticle[]> {
    const rows = await this.#db
      .selectFrom('article')
      .select(['id', 'project_id', 'title'])
      .where('blind', '=', 'revealing')
      .orderBy('id')
      .execute()
    return rows.map(blindArticleOf)
  }

  isRunningIn(project: string): Promise<boolean> {
    return this.#hasIn(project, ['revealing'])
  }

  /** Whether there is an article of which not everybody sees all. */
  hasHidden(project: string): Promise<boolean> {
    return this.#hasIn(project, ['blind', 'revealing'])
  }

  async #hasIn(project: string, states: readonly BlindState[]): Promise<boolean> {
    const row = await this.#db
      .selectFrom('article')
      .select('id')
      .where('project_id', '=', project)
      .where('blind', 'in', states)
      .limit(1)
      .executeTakeFirst()
    return row !== undefined
  }

  /** All records are in the article's own room: from now on it is open. What was taken out of a layer stays out. */
  async finish({ id }: BlindArticle): Promise<void> {
    const rooms = (await this.layerRooms(id)).map(({ room }) => room)
    await this.#db.transaction().execute(async (db) => {
      for (const room of rooms)
        await db
          .insertInto('removed_record')
          .columns(['room', 'record_key', 'removal_id'])
          .expression((eb) =>
            eb
              .selectFrom('removed_record')
              .select((one) => [one.val(id).as('room'), 'record_key', 'removal_id'])
              .where('room', '=', room),
          )
          .onConflict((conflict) => conflict.doNothing())
          .execute()
      await db
        .updateTable('reveal')
        .set({ done_at: Date.now(), seq_after: await lastOf(db, id) })
        .where('article_id', '=', id)
        .execute()
      await db.updateTable('article').set({ blind: 'revealed' }).where('id', '=', id).execute()
    })
  }

  /** Null while it is not done. */
  async of(article: string): Promise<StoredReveal | null> {
    const row = await this.#db
      .selectFrom('reveal')
      .select(['by_id', 'done_at'])
      .where('article_id', '=', article)
      .executeTakeFirst()
    if (row?.done_at == null) return null
    return { by: row.by_id, at: Number(row.done_at), without: await this.leftOut(article) }
  }

  /** Those whose layers could not be read when it was revealed, or begun to be, and have not been put in since. */
  async leftOut(article: string): Promise<readonly string[]> {
    const row = await this.#db
      .selectFrom('reveal')
      .select('left_out')
      .where('article_id', '=', article)
      .executeTakeFirst()
    return row?.left_out == null ? [] : peopleSchema.parse(JSON.parse(row.left_out))
  }

  async setLeftOut(article: string, people: readonly string[]): Promise<void> {
    await this.#db
      .updateTable('reveal')
      .set({ left_out: people.length > 0 ? JSON.stringify(people) : null })
      .where('article_id', '=', article)
      .execute()
  }

  /**
   * The blind articles for which nobody has to be waited for, in projects that reveal by themselves: as many people as
   * the project wants are assigned, and all of them have submitted.
   */
  async due(): Promise<BlindArticle[]> {
    const rows = await this.#db
      .selectFrom('article')
      .innerJoin('project', 'project.id', 'article.project_id')
      .leftJoin('work_setting', 'work_setting.project_id', 'project.id')
      .innerJoin('assignment', 'assignment.article_id', 'article.id')
      .select(['article.id', 'article.project_id', 'article.title'])
      .where('article.blind', '=', 'blind')
      .where('article.deleted_at', 'is', null)
      .where('project.deleted_at', 'is', null)
      .where('project.archived_at', 'is', null)
      .where('project.reveals_itself', '=', 1)
      .where(isNoTest)
      .groupBy(['article.id', 'article.project_id', 'article.title', 'work_setting.per_article'])
      .having(sql<boolean>`sum(case when assignment.state in ('todo', 'in-progress') then 1 else 0 end) = 0`)
      .having(sql<boolean>`count(*) >= coalesce(work_setting.per_article, 1)`)
      .orderBy('article.id')
      .execute()
    return rows.map(blindArticleOf)
  }

  /** The articles of a project that could be made blind or open, and are in no newer revision. */
  async inState(project: string, state: BlindState): Promise<BlindArticle[]> {
    const rows = await this.#db
      .selectFrom('article')
      .select(['id', 'project_id', 'title'])
      .where('project_id', '=', project)
      .where('blind', '=', state)
      .where('deleted_at', 'is', null)
      .orderBy('created_at')
      .orderBy('id')
      .execute()
    return rows.map(blindArticleOf)
  }
}

/** In a test what people marked stays theirs: with it in its own room, there would be another gold. */
const isNoTest = sql<boolean>`not exists (select 1 from training_test where training_test.article_id = article.id)`

function blindArticleOf(row: { id: string; project_id: string; title: string }): BlindArticle {
  return { id: row.id, projectId: row.project_id, title: row.title }
}

async function namesOf(db: Kysely<CatalogTables & RoomTables>, people: readonly string[]): Promise<string> {
  const rows = await db.selectFrom('person').select('name').where('id', 'in', people).orderBy('name').execute()
  return rows.map(({ name }) => name).join(', ')
}

/** The audit knows nothing of the tables of rooms. */
function plain(db: Kysely<CatalogTables & RoomTables>): Kysely<CatalogTables> {
  return db as unknown as Kysely<CatalogTables>
}

async function lastOf(db: Kysely<CatalogTables & RoomTables>, room: string): Promise<number> {
  const row = await db.selectFrom('room').select('seq').where('name', '=', room).executeTakeFirst()
  return row?.seq ?? 0
}
