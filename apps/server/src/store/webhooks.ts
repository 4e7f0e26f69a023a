/**
 * Webhooks and what they are sent. What happened is read from where it is kept anyway, the audit log, the steps of the work
 * and the histories of the rooms; how far it was told moves on in the same transaction that puts it into the queue. So a
 * crash neither loses an event nor tells it twice, and nothing that happens waits for a webhook.
 */
import {
  type Delivery,
  deliveryStates,
  type PauseReason,
  PING,
  pauseReasons,
  type Webhook,
  type WebhookEvent,
  type WholeDelivery,
  webhookEventSchema,
} from '@attest/schema/webhook'
import { type Kysely, type Selectable, sql } from 'kysely'
import * as z from 'zod'
import type { Audit } from './audit.ts'
import { newId } from './id.ts'
import type { CatalogTables } from './tables.ts'

/** Something that happened, for all webhooks of its project that want it. */
export interface Happening {
  project: string
  event: WebhookEvent
  at: number
  data: Readonly<Record<string, unknown>>
  /** In place of `data`, for those that have the contents as well. */
  contents?: Readonly<Record<string, unknown>>
}

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

/** Deliveries that wait for one webhook, beyond which it is paused. */
const MOST_WAITING = 5000
/** How long a delivery is in the log. */
const KEPT_MS = 30 * 24 * 60 * 60_000
/** Rows of a source that are told in one transaction. */
const ROWS = 200

const eventsSchema = z.array(webhookEventSchema)

type Db = Kysely<CatalogTables>

export class Webhooks {
  readonly #db: Db
  readonly #audit: Audit
  #last = 0

  constructor(db: Db, audit: Audit) {
    this.#db = db
    this.#audit = audit
  }

  async add(given: NewWebhookOf): Promise<string> {
    const id = newId()
    await this.#db.transaction().execute(async (db) => {
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
    })
    return id
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
  async pause(id: string, why: PauseReason, person: string | null): Promise<boolean> {
    return this.#db.transaction().execute((db) => this.#pauseIn(db, id, why, person))
  }

  /** What waits is tried at once, and counts its tries anew. */
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
      await db
        .updateTable('webhook_delivery')
        .set({ next_at: Date.now() })
        .where('webhook_id', '=', id)
        .where('state', '=', 'waiting')
        .execute()
      await this.#audit.note({ act: 'webhook.resume', project, person, subject: id, detail: row.name }, db)
    })
  }

  /** Sends it something that is no event, to see whether it arrives. */
  async ping(project: string, id: string): Promise<string> {
    return this.#enqueue(this.#db, id, PING, bodyOf({ project, event: PING, at: Date.now(), data: {} }))
  }

  /** The same once more, as a delivery of its own; null where there is none such. */
  async sendAgain(webhook: string, delivery: string): Promise<string | null> {
    const row = await this.#db
      .selectFrom('webhook_delivery')
      .select(['event', 'body'])
      .where('webhook_id', '=', webhook)
      .where('id', '=', delivery)
      .executeTakeFirst()
    return row ? this.#enqueue(this.#db, webhook, row.event, row.body) : null
  }

  /** The newest first, each with what came of its last try. */
  async deliveries(webhook: string, limit: number, before?: { at: number; id: string }): Promise<Delivery[]> {
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

  async delivery(webhook: string, id: string): Promise<WholeDelivery | null> {
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
    const rows = await this.#db
      .selectFrom('webhook_delivery')
      .innerJoin('webhook', 'webhook.id', 'webhook_delivery.webhook_id')
      .innerJoin('project', 'project.id', 'webhook.project_id')
      .select(['webhook_delivery.id', 'webhook.id as webhook', 'webhook.project_id as project'])
      .select(['webhook.person_id as person', 'webhook.name', 'webhook.url', 'webhook.secret'])
      .select(['webhook_delivery.event', 'webhook_delivery.body', 'webhook_delivery.tries'])
      .select('webhook_delivery.created_at as createdAt')
      .where('webhook_delivery.state', '=', 'waiting')
      .where('webhook_delivery.next_at', '<=', now)
      .where('webhook.paused_at', 'is', null)
      .where('project.deleted_at', 'is', null)
      .orderBy('webhook_delivery.next_at')
      .orderBy('webhook_delivery.id')
      .limit(limit * 10)
      .execute()
    const chosen = new Map<string, Due>()
    for (const row of rows) if (!except.has(row.webhook) && !chosen.has(row.webhook)) chosen.set(row.webhook, row)
    return [...chosen.values()].slice(0, limit)
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

  async tidy(now: number): Promise<void> {
    await this.#db
      .deleteFrom('webhook_delivery')
      .where('state', '!=', 'waiting')
      .where('created_at', '<', now - KEPT_MS)
      .execute()
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
      if (await this.#hasTooMany(db, hook.id)) {
        await this.#pauseIn(db, hook.id, 'too-much', null)
        continue
      }
      for (const { contents, ...one } of own)
        await this.#enqueue(
          db,
          hook.id,
          one.event,
          bodyOf(hook.has_contents === 1 && contents ? { ...one, data: contents } : one),
        )
    }
  }

  async #hasTooMany(db: Db, webhook: string): Promise<boolean> {
    const { count } = await db
      .selectFrom('webhook_delivery')
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .where('webhook_id', '=', webhook)
      .where('state', '=', 'waiting')
      .executeTakeFirstOrThrow()
    return Number(count) >= MOST_WAITING
  }

  /** Ids in the order in which they are made: several are queued in one millisecond, and what came first is told first. */
  #nextId(): string {
    this.#last = Math.max(this.#last + 1, Date.now() * 1000)
    return this.#last.toString(36).padStart(12, '0') + newId().slice(0, 12)
  }

  async #enqueue(db: Db, webhook: string, event: string, body: string | ((id: string) => string)): Promise<string> {
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
    return this.#db
      .selectFrom('webhook')
      .leftJoin('person', 'person.id', 'webhook.person_id')
      .selectAll('webhook')
      .select('person.name as person_name')
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

function actOf({ project, person }: NewWebhookOf) {
  return { project, person }
}

/** One line of JSON; `id` is the same at every try and when it is sent again, so that whoever gets it twice can tell. */
function bodyOf({ project, event, at, data }: Omit<Happening, 'event' | 'contents'> & { event: string }) {
  return (id: string) => JSON.stringify({ id, event, at, project, data })
}

type WebhookRow = Selectable<CatalogTables['webhook']> & {
  person_name: string | null
  waiting: number | null
  arrived_at: number | null
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
  }
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
