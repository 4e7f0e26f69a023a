/**
 * How far what happens was told to webhooks. It is read from where it is kept anyway, the audit log, the steps of the work
 * and the histories of the rooms; how far that was told moves on in the same transaction that puts it into the queues. So a
 * crash neither loses an event nor tells it twice, and nothing that happens waits for a webhook.
 */
import type { WebhookEvent } from '@attest/schema/webhook'
import { type Kysely, type Selectable, sql } from 'kysely'
import type { CatalogTables } from './tables.ts'
import { bodyOf } from './webhook-deliveries.ts'
import type { Webhooks } from './webhooks.ts'

/** Something that happened, for all webhooks of its project that want it. */
export interface Happening {
  project: string
  event: WebhookEvent
  at: number
  data: Readonly<Record<string, unknown>>
  /** In place of `data`, for those that have the contents as well. */
  contents?: Readonly<Record<string, unknown>>
}

/** Deliveries that wait for one webhook, beyond which it is paused. */
const MOST_WAITING = 5000
/** Rows of a source that are told in one transaction. */
const ROWS = 200

type Db = Kysely<CatalogTables>

export class Telling {
  readonly #db: Db
  readonly #webhooks: Webhooks

  constructor(db: Db, webhooks: Webhooks) {
    this.#db = db
    this.#webhooks = webhooks
  }

  /** The projects for which somebody wants to be told something, and since when. */
  async listening(): Promise<ReadonlyMap<string, number>> {
    const rows = await this.#db
      .selectFrom('webhook')
      .innerJoin('project', 'project.id', 'webhook.project_id')
      .select('webhook.project_id as project')
      .select((eb) => eb.fn.min('webhook.told_from').as('since'))
      .where('webhook.paused_at', 'is', null)
      .where('project.deleted_at', 'is', null)
      .groupBy('webhook.project_id')
      .execute()
    return new Map(rows.map(({ project, since }) => [project, Number(since)]))
  }

  /**
   * Takes the next rows of a source, and queues what `toldOf` makes of each. How far it was told moves on with it; true
   * where there may be more.
   */
  async tellAudit(toldOf: (row: Selectable<CatalogTables['audit']>) => Promise<Happening | null>): Promise<boolean> {
    const from = await this.#position('audit')
    const rows = await this.#db
      .selectFrom('audit')
      .selectAll()
      .where('seq', '>', from)
      .orderBy('seq')
      .limit(ROWS)
      .execute()
    return this.#tell('audit', rows, toldOf)
  }

  async tellWork(
    toldOf: (row: Selectable<CatalogTables['state_change']>) => Promise<Happening | null>,
  ): Promise<boolean> {
    const from = await this.#position('work')
    const rows = await this.#db
      .selectFrom('state_change')
      .selectAll()
      .where('seq', '>', from)
      .orderBy('seq')
      .limit(ROWS)
      .execute()
    return this.#tell('work', rows, toldOf)
  }

  async #tell<R extends { seq: number }>(
    source: string,
    rows: readonly R[],
    toldOf: (row: R) => Promise<Happening | null>,
  ): Promise<boolean> {
    const last = rows.at(-1)
    if (!last) return false
    const happened: Happening[] = []
    for (const row of rows) {
      const told = await toldOf(row)
      if (told) happened.push(told)
    }
    await this.#db.transaction().execute(async (db) => {
      await this.#queue(db, happened)
      await db.updateTable('webhook_position').set({ seq: last.seq }).where('source', '=', source).execute()
    })
    return rows.length === ROWS
  }

  async #position(source: string): Promise<number> {
    const row = await this.#db
      .selectFrom('webhook_position')
      .select('seq')
      .where('source', '=', source)
      .executeTakeFirstOrThrow()
    return Number(row.seq)
  }

  /**
   * The articles of these projects whose rooms have more than was looked at, with how far that was; what is hidden waits
   * for its reveal. One that was never looked at begins where it is.
   */
  async changedRooms(projects: readonly string[]) {
    if (projects.length === 0) return []
    const rows = await this.#db
      .selectFrom('article')
      // The rooms are the log's, in the same file.
      .innerJoin(sql<{ name: string; seq: number }>`room`.as('room'), 'room.name', 'article.id')
      .leftJoin('webhook_room', 'webhook_room.article_id', 'article.id')
      .select(['article.id', 'article.project_id as project', 'article.title', 'article.blind'])
      .select(['room.seq', 'webhook_room.seq as known', 'webhook_room.act'])
      .where('article.project_id', 'in', projects)
      .where('article.deleted_at', 'is', null)
      .where('article.blind', 'in', ['open', 'revealed'])
      .where((eb) => eb.or([eb('webhook_room.seq', 'is', null), eb('room.seq', '>', eb.ref('webhook_room.seq'))]))
      .limit(ROWS)
      .execute()
    return rows.map((row) => ({
      ...row,
      seq: Number(row.seq),
      known: row.known === null ? null : Number(row.known),
      act: row.act === null ? null : Number(row.act),
    }))
  }

  /** Queues what happened in a room, and keeps how far that was. */
  async tellRoom(article: string, to: { seq: number; act: number }, happened: readonly Happening[]): Promise<void> {
    await this.#db.transaction().execute(async (db) => {
      await this.#queue(db, happened)
      await db
        .insertInto('webhook_room')
        .values({ article_id: article, ...to })
        .onConflict((conflict) => conflict.column('article_id').doUpdateSet(to))
        .execute()
    })
  }

  async #queue(db: Db, happened: readonly Happening[]): Promise<void> {
    const projects = [...new Set(happened.map(({ project }) => project))]
    if (projects.length === 0) return
    const hooks = await db
      .selectFrom('webhook')
      .select(['id', 'project_id', 'events', 'has_contents', 'told_from'])
      .where('project_id', 'in', projects)
      .where('paused_at', 'is', null)
      .execute()
    for (const hook of hooks) {
      const events = hook.events.split(' ')
      const own = happened.filter(
        ({ project, event, at }) =>
          project === hook.project_id && events.includes(event) && at >= Number(hook.told_from),
      )
      if (own.length === 0) continue
      if ((await this.#webhooks.deliveries.waitingFor(hook.id, db)) >= MOST_WAITING) {
        await this.#webhooks.pause(hook.id, 'too-much', null, db)
        continue
      }
      for (const { contents, ...one } of own) {
        const body = bodyOf(hook.has_contents === 1 && contents ? { ...one, data: contents } : one)
        await this.#webhooks.deliveries.enqueue(hook.id, { event: one.event, body }, db)
      }
    }
  }
}
