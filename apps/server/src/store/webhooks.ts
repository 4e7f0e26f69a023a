/** Webhooks: the addresses that the owners of a project have what happens in it sent to. */
import {
  MOST_WEBHOOKS,
  type PauseReason,
  pauseReasons,
  type Webhook,
  type WebhookEvent,
  webhookEventSchema,
} from '@attest/schema/webhook'
import type { Kysely, Selectable } from 'kysely'
import * as z from 'zod'
import type { Audit } from './audit.ts'
import { newId } from './id.ts'
import type { CatalogTables } from './tables.ts'
import { Deliveries } from './webhook-deliveries.ts'

export interface NewWebhookOf {
  project: string
  person: string
  name: string
  url: string
  /** Sealed. */
  secret: string
  events: readonly WebhookEvent[]
  hasContents: boolean
}

export interface WebhookChangeOf {
  name?: string | undefined
  url?: string | undefined
  secret?: string | undefined
  events?: readonly WebhookEvent[] | undefined
  hasContents?: boolean | undefined
}

const eventsSchema = z.array(webhookEventSchema)

type Db = Kysely<CatalogTables>

export class Webhooks {
  readonly #db: Db
  readonly #audit: Audit
  readonly deliveries: Deliveries

  constructor(db: Db, audit: Audit) {
    this.#db = db
    this.#audit = audit
    this.deliveries = new Deliveries(db)
  }

  /** Null where the project has as many as it can have. */
  async add(given: NewWebhookOf): Promise<string | null> {
    return this.#db.transaction().execute(async (db) => {
      const { count } = await db
        .selectFrom('webhook')
        .select((eb) => eb.fn.countAll<number>().as('count'))
        .where('project_id', '=', given.project)
        .executeTakeFirstOrThrow()
      if (Number(count) >= MOST_WEBHOOKS) return null
      const id = newId()
      await db
        .insertInto('webhook')
        .values({
          id,
          project_id: given.project,
          person_id: given.person,
          name: given.name,
          url: given.url,
          secret: given.secret,
          events: [...new Set(given.events)].join(' '),
          has_contents: given.hasContents ? 1 : 0,
          created_at: Date.now(),
          told_from: Date.now(),
          paused_why: null,
          paused_at: null,
        })
        .execute()
      await this.#audit.note({ act: 'webhook.create', ...actOf(given), subject: id, detail: given.name }, db)
      return id
    })
  }

  /** The oldest first. */
  async inProject(project: string): Promise<Webhook[]> {
    const rows = await this.#all().where('webhook.project_id', '=', project).orderBy('webhook.created_at').execute()
    return rows.map(webhookOf)
  }

  async find(project: string, id: string): Promise<Webhook | null> {
    const row = await this.#all()
      .where('webhook.project_id', '=', project)
      .where('webhook.id', '=', id)
      .executeTakeFirst()
    return row ? webhookOf(row) : null
  }

  /** It runs in the name of whoever changed it last. */
  async change(project: string, id: string, person: string, change: WebhookChangeOf): Promise<void> {
    const { name, url, secret, events, hasContents } = change
    await this.#db.transaction().execute(async (db) => {
      const row = await db
        .updateTable('webhook')
        .set({
          person_id: person,
          ...(name === undefined ? {} : { name }),
          ...(url === undefined ? {} : { url }),
          ...(secret === undefined ? {} : { secret }),
          ...(events === undefined ? {} : { events: [...new Set(events)].join(' ') }),
          ...(hasContents === undefined ? {} : { has_contents: hasContents ? 1 : 0 }),
        })
        .where('id', '=', id)
        .where('project_id', '=', project)
        .returning('name')
        .executeTakeFirst()
      if (row) await this.#audit.note({ act: 'webhook.change', project, person, subject: id, detail: row.name }, db)
    })
  }

  async remove(project: string, id: string, person: string): Promise<boolean> {
    return this.#db.transaction().execute(async (db) => {
      const row = await db
        .deleteFrom('webhook')
        .where('id', '=', id)
        .where('project_id', '=', project)
        .returning('name')
        .executeTakeFirst()
      if (row) await this.#audit.note({ act: 'webhook.delete', project, person, subject: id, detail: row.name }, db)
      return row !== undefined
    })
  }

  /** What waits for it goes on waiting, and what happens from now on is not told. False where it is paused already. */
  async pause(id: string, why: PauseReason, person: string | null, within?: Db): Promise<boolean> {
    return within
      ? this.#pauseIn(within, id, why, person)
      : this.#db.transaction().execute((db) => this.#pauseIn(db, id, why, person))
  }

  /** What waits is tried at once. */
  async resume(project: string, id: string, person: string): Promise<void> {
    await this.#db.transaction().execute(async (db) => {
      const row = await db
        .updateTable('webhook')
        .set({ paused_why: null, paused_at: null, person_id: person, told_from: Date.now() })
        .where('id', '=', id)
        .where('project_id', '=', project)
        .where('paused_at', 'is not', null)
        .returning('name')
        .executeTakeFirst()
      if (!row) return
      await this.deliveries.hasten(id, db)
      await this.#audit.note({ act: 'webhook.resume', project, person, subject: id, detail: row.name }, db)
    })
  }

  async #pauseIn(db: Db, id: string, why: PauseReason, person: string | null): Promise<boolean> {
    const row = await db
      .updateTable('webhook')
      .set({ paused_why: why, paused_at: Date.now() })
      .where('id', '=', id)
      .where('paused_at', 'is', null)
      .returning(['project_id', 'name'])
      .executeTakeFirst()
    if (!row) return false
    const note = { act: 'webhook.pause', project: row.project_id, person, subject: id } as const
    await this.#audit.note({ ...note, detail: `${row.name} (${why})` }, db)
    return true
  }

  #all() {
    return (
      this.#db
        .selectFrom('webhook')
        .leftJoin('person', 'person.id', 'webhook.person_id')
        // Of what was tried in vain, the one that is tried next.
        .leftJoin('webhook_delivery as late', (join) =>
          join.on('late.id', '=', (eb) =>
            eb
              .selectFrom('webhook_delivery as one')
              .select('one.id')
              .whereRef('one.webhook_id', '=', 'webhook.id')
              .where('one.state', '=', 'waiting')
              .where('one.tries', '>', 0)
              .orderBy('one.next_at')
              .limit(1),
          ),
        )
        .leftJoin('webhook_try as tried', (join) =>
          join.onRef('tried.delivery_id', '=', 'late.id').onRef('tried.number', '=', 'late.tries'),
        )
        .selectAll('webhook')
        .select('person.name as person_name')
        .select(['late.next_at as again_at', 'tried.status as tried_status', 'tried.problem as tried_problem'])
        .select((eb) => [
          eb
            .selectFrom('webhook_delivery')
            .select((one) => one.fn.countAll<number>().as('count'))
            .whereRef('webhook_delivery.webhook_id', '=', 'webhook.id')
            .where('webhook_delivery.state', '=', 'waiting')
            .as('waiting'),
          eb
            .selectFrom('webhook_try')
            .innerJoin('webhook_delivery', 'webhook_delivery.id', 'webhook_try.delivery_id')
            .select((one) => one.fn.max('webhook_try.at').as('at'))
            .whereRef('webhook_delivery.webhook_id', '=', 'webhook.id')
            .where('webhook_try.status', '>=', 200)
            .where('webhook_try.status', '<', 300)
            .as('arrived_at'),
        ])
    )
  }
}

function actOf({ project, person }: NewWebhookOf) {
  return { project, person }
}

type WebhookRow = Selectable<CatalogTables['webhook']> & {
  person_name: string | null
  waiting: number | null
  arrived_at: number | null
  again_at: number | null
  tried_status: number | null
  tried_problem: string | null
}

function webhookOf(row: WebhookRow): Webhook {
  return {
    id: row.id,
    name: row.name,
    url: row.url,
    events: eventsSchema.parse(row.events.split(' ')),
    hasContents: row.has_contents === 1,
    by: { id: row.person_id, name: row.person_name ?? row.person_id },
    createdAt: Number(row.created_at),
    paused:
      row.paused_at === null ? null : { why: z.enum(pauseReasons).parse(row.paused_why), at: Number(row.paused_at) },
    waiting: Number(row.waiting ?? 0),
    arrivedAt: row.arrived_at === null ? null : Number(row.arrived_at),
    trouble:
      row.again_at === null
        ? null
        : { status: row.tried_status, problem: row.tried_problem, nextAt: Number(row.again_at) },
  }
}
