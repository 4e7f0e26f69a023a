/** What webhooks are sent: the queue of each, in the order in which things happened, and the log of what came of it. */
import { type Delivery, deliveryStates, PING, type WholeDelivery } from '@attest/schema/webhook'
import { type Kysely, sql } from 'kysely'
import * as z from 'zod'
import { newId } from './id.ts'
import type { CatalogTables } from './tables.ts'

/** A delivery that is due, and all that is needed to send it. */
export interface Due {
  id: string
  webhook: string
  project: string
  person: string
  name: string
  url: string
  /** Sealed. */
  secret: string
  event: string
  body: string
  tries: number
  createdAt: number
}

export interface Try {
  at: number
  ms: number
  status: number | null
  problem: string | null
}

/** What a delivery says. */
export interface Sent {
  project: string
  event: string
  at: number
  data: Readonly<Record<string, unknown>>
}

/** How long a delivery is in the log. */
const KEPT_MS = 30 * 24 * 60 * 60_000

type Db = Kysely<CatalogTables>

export class Deliveries {
  readonly #db: Db
  #last = 0

  constructor(db: Db) {
    this.#db = db
  }

  /** Sends it something that is no event, to see whether it arrives. */
  async ping(project: string, id: string): Promise<string> {
    return this.enqueue(id, { event: PING, body: bodyOf({ project, event: PING, at: Date.now(), data: {} }) })
  }

  /** One that waits is due now; of another the same is sent as a delivery of its own. Null where there is none such. */
  async sendAgain(webhook: string, delivery: string): Promise<string | null> {
    return this.#db.transaction().execute(async (db) => {
      const row = await db
        .selectFrom('webhook_delivery')
        .select(['event', 'body', 'state'])
        .where('webhook_id', '=', webhook)
        .where('id', '=', delivery)
        .executeTakeFirst()
      if (!row) return null
      if (row.state !== 'waiting') return this.enqueue(webhook, row, db)
      await db.updateTable('webhook_delivery').set({ next_at: Date.now() }).where('id', '=', delivery).execute()
      return delivery
    })
  }

  /** The id of what waits from now on to be sent; a `body` that depends on it is made with it. */
  async enqueue(
    webhook: string,
    { event, body }: { event: string; body: string | ((id: string) => string) },
    db: Db = this.#db,
  ): Promise<string> {
    const id = this.#nextId()
    const now = Date.now()
    await db
      .insertInto('webhook_delivery')
      .values({
        id,
        webhook_id: webhook,
        event,
        body: typeof body === 'string' ? body : body(id),
        state: 'waiting',
        tries: 0,
        created_at: now,
        next_at: now,
      })
      .execute()
    return id
  }

  /** The newest first, each with what came of its last try. */
  async page(webhook: string, limit: number, before?: { at: number; id: string }): Promise<Delivery[]> {
    let query = this.#deliveries().where('webhook_id', '=', webhook)
    if (before)
      query = query.where((eb) =>
        eb.or([
          eb('webhook_delivery.created_at', '<', before.at),
          eb.and([eb('webhook_delivery.created_at', '=', before.at), eb('webhook_delivery.id', '<', before.id)]),
        ]),
      )
    const rows = await query
      .orderBy('webhook_delivery.created_at', 'desc')
      .orderBy('webhook_delivery.id', 'desc')
      .limit(limit)
      .execute()
    return rows.map(deliveryOf)
  }

  async find(webhook: string, id: string): Promise<WholeDelivery | null> {
    const row = await this.#deliveries()
      .select('webhook_delivery.body')
      .where('webhook_id', '=', webhook)
      .where('webhook_delivery.id', '=', id)
      .executeTakeFirst()
    if (!row) return null
    const tries = await this.#db
      .selectFrom('webhook_try')
      .selectAll()
      .where('delivery_id', '=', id)
      .orderBy('number')
      .execute()
    const log = tries.map(({ number, at, ms, status, problem }) => ({ number, at: Number(at), ms, status, problem }))
    return { ...deliveryOf(row), body: row.body, log }
  }

  /** Those that are due, at most one of each webhook, so that one that is slow holds up only itself. */
  async due(now: number, limit: number, except: ReadonlySet<string>): Promise<Due[]> {
    // Chosen by the database: thousands may wait for one webhook, and their bodies are long.
    const queued = this.#db
      .selectFrom('webhook_delivery')
      .innerJoin('webhook', 'webhook.id', 'webhook_delivery.webhook_id')
      .innerJoin('project', 'project.id', 'webhook.project_id')
      .select('webhook_delivery.id')
      .select(
        sql<number>`row_number() over (partition by webhook.id order by webhook_delivery.next_at, webhook_delivery.id)`.as(
          'place',
        ),
      )
      .where('webhook_delivery.state', '=', 'waiting')
      .where('webhook_delivery.next_at', '<=', now)
      .where('webhook.paused_at', 'is', null)
      .where('project.deleted_at', 'is', null)
      .$if(except.size > 0, (query) => query.where('webhook.id', 'not in', [...except]))
    return this.#db
      .selectFrom(queued.as('queued'))
      .innerJoin('webhook_delivery', 'webhook_delivery.id', 'queued.id')
      .innerJoin('webhook', 'webhook.id', 'webhook_delivery.webhook_id')
      .select(['webhook_delivery.id', 'webhook.id as webhook', 'webhook.project_id as project'])
      .select(['webhook.person_id as person', 'webhook.name', 'webhook.url', 'webhook.secret'])
      .select(['webhook_delivery.event', 'webhook_delivery.body', 'webhook_delivery.tries'])
      .select('webhook_delivery.created_at as createdAt')
      .where('queued.place', '=', 1)
      .orderBy('webhook_delivery.next_at')
      .orderBy('webhook_delivery.id')
      .limit(limit)
      .execute()
  }

  /** Keeps what came of a try; `nextAt` is when it is tried again, null where it is not. */
  async tried({ id, tries }: Pick<Due, 'id' | 'tries'>, done: Try, nextAt: number | null): Promise<void> {
    const hasArrived = done.status !== null && done.status >= 200 && done.status < 300
    await this.#db.transaction().execute(async (db) => {
      const { numUpdatedRows } = await db
        .updateTable('webhook_delivery')
        .set({
          state: hasArrived ? 'arrived' : nextAt === null ? 'failed' : 'waiting',
          tries: tries + 1,
          ...(nextAt === null ? {} : { next_at: nextAt }),
        })
        .where('id', '=', id)
        .executeTakeFirstOrThrow()
      // It went with its webhook meanwhile.
      if (numUpdatedRows === 0n) return
      await db
        .insertInto('webhook_try')
        .values({ delivery_id: id, number: tries + 1, ...done })
        .execute()
    })
  }

  /** Whether something arrived at this webhook that was made at this time or later. */
  async hasArrived(webhook: string, since: number): Promise<boolean> {
    const row = await this.#db
      .selectFrom('webhook_delivery')
      .select('id')
      .where('webhook_id', '=', webhook)
      .where('state', '=', 'arrived')
      .where('created_at', '>=', since)
      .executeTakeFirst()
    return row !== undefined
  }

  /** How many wait for a webhook. */
  async waitingFor(webhook: string, db: Db = this.#db): Promise<number> {
    const { count } = await db
      .selectFrom('webhook_delivery')
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .where('webhook_id', '=', webhook)
      .where('state', '=', 'waiting')
      .executeTakeFirstOrThrow()
    return Number(count)
  }

  /** What waits for a webhook is due now. */
  async hasten(webhook: string, db: Db = this.#db): Promise<void> {
    await db
      .updateTable('webhook_delivery')
      .set({ next_at: Date.now() })
      .where('webhook_id', '=', webhook)
      .where('state', '=', 'waiting')
      .execute()
  }

  async tidy(now: number): Promise<void> {
    await this.#db
      .deleteFrom('webhook_delivery')
      .where('state', '!=', 'waiting')
      .where('created_at', '<', now - KEPT_MS)
      .execute()
  }

  /** Ids in the order in which they are made: several are queued in one millisecond, and what came first is told first. */
  #nextId(): string {
    this.#last = Math.max(this.#last + 1, Date.now() * 1000)
    return this.#last.toString(36).padStart(12, '0') + newId().slice(0, 12)
  }

  #deliveries() {
    return this.#db
      .selectFrom('webhook_delivery')
      .leftJoin('webhook_try', (join) =>
        join
          .onRef('webhook_try.delivery_id', '=', 'webhook_delivery.id')
          .onRef('webhook_try.number', '=', 'webhook_delivery.tries'),
      )
      .select(['webhook_delivery.id', 'webhook_delivery.event', 'webhook_delivery.state', 'webhook_delivery.tries'])
      .select(['webhook_delivery.created_at', 'webhook_delivery.next_at'])
      .select(['webhook_try.status', 'webhook_try.ms', 'webhook_try.problem'])
  }
}

/** One line of JSON; `id` is the same at every try and when it is sent again, so that whoever gets it twice can tell. */
export function bodyOf({ project, event, at, data }: Sent) {
  return (id: string) => JSON.stringify({ id, event, at, project, data })
}

interface DeliveryRow {
  id: string
  event: string
  state: string
  tries: number
  created_at: number
  next_at: number
  status: number | null
  ms: number | null
  problem: string | null
}

function deliveryOf(row: DeliveryRow): Delivery {
  const state = z.enum(deliveryStates).parse(row.state)
  return {
    id: row.id,
    event: row.event,
    state,
    tries: row.tries,
    createdAt: Number(row.created_at),
    nextAt: state === 'waiting' ? Number(row.next_at) : null,
    status: row.status,
    ms: row.ms,
    problem: row.problem,
  }
}
