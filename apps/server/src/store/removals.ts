/** What owners have taken out of rooms: noted before it is done, so that nothing of it can be put again meanwhile. */
import type { Removal } from '@attest/schema/history'
import type { Kysely, Selectable } from 'kysely'
import type { Audit, Noted } from './audit.ts'
import { newId } from './id.ts'
import type { CatalogTables } from './tables.ts'

/** The `recordKey`s by room. */
export type KeysByRoom = ReadonlyMap<string, readonly string[]>

const ROWS_A_STATEMENT = 300

export class Removals {
  readonly #db: Kysely<CatalogTables>
  readonly #audit: Audit

  constructor(db: Kysely<CatalogTables>, audit: Audit) {
    this.#db = db
    this.#audit = audit
  }

  /** What is noted already stays with the removal that noted it first, and is not counted. */
  async begin(
    project: string,
    removal: Pick<Removal, 'of' | 'by' | 'article' | 'since'>,
    keys: KeysByRoom,
    note: Noted,
  ): Promise<Removal> {
    const [id, at] = [newId(), Date.now()]
    return this.#db.transaction().execute(async (db) => {
      const { of, by, article, since } = removal
      await db
        .insertInto('removal')
        .values({
          id,
          project_id: project,
          article_id: article,
          of_person: of,
          by_person: by,
          since,
          at,
          count: 0,
          undone_at: null,
        })
        .execute()
      let count = 0
      for (const [room, all] of keys)
        for (let i = 0; i < all.length; i += ROWS_A_STATEMENT) {
          const rows = all.slice(i, i + ROWS_A_STATEMENT).map((key) => ({ room, record_key: key, removal_id: id }))
          const { numInsertedOrUpdatedRows } = await db
            .insertInto('removed_record')
            .values(rows)
            .onConflict((conflict) => conflict.doNothing())
            .executeTakeFirstOrThrow()
          count += Number(numInsertedOrUpdatedRows ?? 0n)
        }
      await db.updateTable('removal').set({ count }).where('id', '=', id).execute()
      await this.#audit.note({ ...note, detail: `${note.detail ?? ''} (${count})` }, db)
      return { id, of, by, article, since, at, count, undoneAt: null }
    })
  }

  /** The newest first. */
  async inProject(project: string): Promise<Removal[]> {
    const rows = await this.#db
      .selectFrom('removal')
      .selectAll()
      .where('project_id', '=', project)
      .orderBy('at', 'desc')
      .orderBy('id')
      .limit(500)
      .execute()
    return rows.map(removalOf)
  }

  async find(project: string, id: string): Promise<Removal | null> {
    const row = await this.#db
      .selectFrom('removal')
      .selectAll()
      .where('project_id', '=', project)
      .where('id', '=', id)
      .executeTakeFirst()
    return row ? removalOf(row) : null
  }

  async keys(id: string): Promise<Map<string, string[]>> {
    const rows = await this.#db
      .selectFrom('removed_record')
      .select(['room', 'record_key'])
      .where('removal_id', '=', id)
      .execute()
    const keys = new Map<string, string[]>()
    for (const { room, record_key } of rows) keys.set(room, [...(keys.get(room) ?? []), record_key])
    return keys
  }

  /** Once all of it is back: its authors may change it again. */
  async end(id: string, note: Noted): Promise<void> {
    await this.#db.transaction().execute(async (db) => {
      await db.deleteFrom('removed_record').where('removal_id', '=', id).execute()
      await db.updateTable('removal').set({ undone_at: Date.now() }).where('id', '=', id).execute()
      await this.#audit.note(note, db)
    })
  }

  /** Lets these be put again; nothing happens for those that may be. */
  async free(room: string, keys: readonly string[]): Promise<void> {
    for (let i = 0; i < keys.length; i += ROWS_A_STATEMENT)
      await this.#db
        .deleteFrom('removed_record')
        .where('room', '=', room)
        .where('record_key', 'in', keys.slice(i, i + ROWS_A_STATEMENT))
        .execute()
  }
}

function removalOf(row: Selectable<CatalogTables['removal']>): Removal {
  return {
    id: row.id,
    of: row.of_person,
    by: row.by_person,
    article: row.article_id,
    since: row.since,
    at: row.at,
    count: row.count,
    undoneAt: row.undone_at,
  }
}
