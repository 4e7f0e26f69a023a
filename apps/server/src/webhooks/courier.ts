/**
 * Tells webhooks what happens: gathers it into their queues, and sends what is due, again and again with longer and longer
 * waits, for a day and more. Nobody waits for it, and what it has not done when the server stops it does at the next start.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Act } from '@attest/schema/history'
import { canManage } from '@attest/schema/roles'
import type { PauseReason } from '@attest/schema/webhook'
import type { Logger } from 'pino'
import type { History } from '../chronicle/chronicles.ts'
import type { Mailer } from '../mail.ts'
import type { Outgoing } from '../outgoing.ts'
import type { Catalog } from '../store/catalog.ts'
import { BrokenDisk, FullDisk } from '../store/store.ts'
import type { Due } from '../store/webhook-deliveries.ts'
import { happeningOfAudit, happeningOfStep, happeningsOfActs } from './happenings.ts'
import { sign } from './signature.ts'

export interface CourierOptions {
  catalog: Catalog
  history: History
  outgoing: Outgoing
  mailer: Mailer
  publicUrl: string
  unseal: (sealed: string) => Promise<string | null>
  log: Logger
  pace?: Partial<Pace>
}

/** Milliseconds. */
export interface Pace {
  /** Between two looks at what has happened. */
  lookMs: number
  /** Marks are told of when nothing was done in their article for so long … */
  quietMs: number
  /** … or when the first of them is as old as this. */
  longestMs: number
  /** Before the second try, the third, and so on; after the last of them there is none. */
  again: readonly number[]
}

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE

const usualPace: Pace = {
  lookMs: SECOND,
  quietMs: 3 * SECOND,
  longestMs: 30 * SECOND,
  again: [10 * SECOND, MINUTE, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 8 * HOUR, 10 * HOUR],
}

/** A wait is up to so much longer than it has to be, by chance: all who failed together should not come back together. */
const JITTER = 0.3
/** Requests under way at a time, and how long each may take. */
const AT_ONCE = 4
const PATIENCE_MS = 10 * SECOND
/** Of an answer nothing is read but its status. */
const ANSWER_BYTES = 1024 * 1024
/** Acts of one article that are told at once, and that a page of its history has. */
const MOST_ACTS = 10_000
const ACTS_A_PAGE = 1000
/** After something failed on our side. */
const MISHAP_MS = 10 * SECOND
const TIDY_MS = HOUR

export class Courier {
  readonly #options: CourierOptions
  readonly #pace: Pace
  readonly #stopping = new AbortController()
  /** The webhooks to which something is on its way. */
  readonly #busy = new Map<string, Promise<void>>()
  /** Rooms in which something was done, how far, since when, and when that was seen last. */
  readonly #restless = new Map<string, { seq: number; since: number; at: number }>()
  #timer: NodeJS.Timeout | undefined
  #work: Promise<void> = Promise.resolve()
  #tidyAt = 0

  constructor(options: CourierOptions) {
    this.#options = options
    this.#pace = { ...usualPace, ...options.pace }
    this.#wait(0)
  }

  /** Ends what is on its way: it is sent again at the next start. */
  async close(): Promise<void> {
    this.#stopping.abort()
    clearTimeout(this.#timer)
    await this.#work
    await Promise.all(this.#busy.values())
  }

  #wait(ms: number): void {
    if (this.#stopping.signal.aborted) return
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => {
      this.#work = this.#look().then(
        () => this.#wait(this.#pace.lookMs),
        (error: unknown) => {
          // A disk that failed has told those who mend it.
          if (!(error instanceof BrokenDisk || error instanceof FullDisk))
            this.#options.log.error({ err: error }, 'webhooks could not be told')
          this.#wait(MISHAP_MS)
        },
      )
    }, ms)
    this.#timer.unref()
  }

  async #look(): Promise<void> {
    const { telling, webhooks } = this.#options.catalog
    const listening = await telling.listening()
    if (listening.size > 0) await this.#gather(listening)
    await this.#send()
    if (Date.now() < this.#tidyAt) return
    this.#tidyAt = Date.now() + TIDY_MS
    await webhooks.deliveries.tidy(Date.now())
  }

  async #gather(listening: ReadonlyMap<string, number>): Promise<void> {
    const { catalog, publicUrl } = this.#options
    const told = { catalog, publicUrl, listening }
    const { aborted } = this.#stopping.signal
    while (!aborted && (await catalog.telling.tellAudit((row) => happeningOfAudit(told, row))));
    while (!aborted && (await catalog.telling.tellWork((row) => happeningOfStep(told, row))));
    await this.#gatherRooms(listening)
  }

  async #gatherRooms(listening: ReadonlyMap<string, number>): Promise<void> {
    const { catalog, history, publicUrl } = this.#options
    const now = Date.now()
    const changed = await catalog.telling.changedRooms([...listening.keys()])
    for (const room of changed) {
      if (this.#stopping.signal.aborted) return
      const known = this.#restless.get(room.id)
      if (!known || known.seq !== room.seq)
        this.#restless.set(room.id, { seq: room.seq, since: known?.since ?? now, at: now })
      const { since, at } = this.#restless.get(room.id) ?? { since: now, at: now }
      if (now - at < this.#pace.quietMs && now - since < this.#pace.longestMs) continue
      const { acts, isCut, total } = await newActs(history, room.id, {
        after: room.act ?? 0,
        from: listening.get(room.project) ?? now,
      })
      const happened = happeningsOfActs(room, acts, { publicUrl, isCut })
      await catalog.telling.tellRoom(room.id, { seq: room.seq, act: total }, happened)
      this.#restless.delete(room.id)
    }
  }

  async #send(): Promise<void> {
    const { deliveries } = this.#options.catalog.webhooks
    const free = AT_ONCE - this.#busy.size
    if (free <= 0 || this.#stopping.signal.aborted) return
    for (const due of await deliveries.due(Date.now(), free, new Set(this.#busy.keys()))) {
      const sending = this.#deliver(due)
        .catch(async (error: unknown) => {
          if (!(error instanceof BrokenDisk || error instanceof FullDisk))
            this.#options.log.error({ err: error }, 'a webhook could not be sent')
          // That it was tried may not be on disk: it is due still, and whoever is told should not be told without end.
          await sleep(MISHAP_MS, undefined, { signal: this.#stopping.signal }).catch(() => {})
        })
        .finally(() => {
          this.#busy.delete(due.webhook)
          // What waits behind it need not wait for the next look.
          this.#work = this.#work.then(() => this.#wait(0))
        })
      this.#busy.set(due.webhook, sending)
    }
  }

  async #deliver(due: Due): Promise<void> {
    const { catalog, outgoing, unseal } = this.#options
    const role = catalog.roles.of(due.project, due.person)
    if (!role || !canManage(role)) {
      await this.#pause(due, 'ownerless')
      return
    }
    const secret = await unseal(due.secret)
    if (secret === null) {
      await this.#pause(due, 'secret')
      return
    }
    const at = Date.now()
    const answer = await outgoing(due.url, {
      method: 'POST',
      body: due.body,
      ms: PATIENCE_MS,
      maxBytes: ANSWER_BYTES,
      signal: this.#stopping.signal,
      headers: {
        'content-type': 'application/json',
        'attest-event': due.event,
        'attest-delivery': due.id,
        'attest-signature': sign(secret, due.body, at),
      },
    })
    // Nobody knows whether it arrived; it is sent again.
    if (this.#stopping.signal.aborted) return
    const ms = Date.now() - at
    const done = answer.ok
      ? { at, ms, status: answer.status, problem: null }
      : { at, ms, status: null, problem: answer.detail }
    const hasArrived = done.status !== null && done.status >= 200 && done.status < 300
    const isGone = done.status === 410
    const wait = hasArrived || isGone ? undefined : this.#pace.again[due.tries]
    const nextAt = wait === undefined ? null : Date.now() + Math.round(wait * (1 + Math.random() * JITTER))
    await catalog.webhooks.deliveries.tried(due, done, nextAt)
    if (isGone) await this.#pause(due, 'gone')
    else if (
      !hasArrived &&
      nextAt === null &&
      !(await catalog.webhooks.deliveries.hasArrived(due.webhook, due.createdAt))
    )
      await this.#pause(due, 'failing')
  }

  async #pause(due: Due, why: PauseReason): Promise<void> {
    const { catalog, mailer, publicUrl, log } = this.#options
    if (!(await catalog.webhooks.pause(due.webhook, why, null)) || !mailer.isOn) return
    const address = (await catalog.accounts.find(due.person))?.email
    if (address === undefined) return
    const subject = `The webhook “${due.name}” of Attest does not run any more`
    const text = `What happens in your project could not be told to

${due.url}

so nothing is sent there any more. The log of the webhook says what was answered, and has it go on:

${publicUrl}/projects/${due.project}/settings
`
    await mailer.send({ to: address, subject, text }).catch((error: unknown) => log.warn({ err: error }, 'no notice'))
  }
}

/** The acts of a room after one of that number, and not of before that time; the newest where there are too many. */
async function newActs(
  history: History,
  room: string,
  { after, from }: { after: number; from: number },
): Promise<{ acts: Act[]; isCut: boolean; total: number }> {
  const acts: Act[] = []
  let total: number | null = null
  let next: number | null | undefined
  while (next !== null) {
    const page = await history.page(room, { from: next, limit: ACTS_A_PAGE })
    total ??= page.total
    const own = page.acts.filter(({ number, at }) => number > after && at >= from)
    acts.push(...own)
    if (own.length < page.acts.length) break
    if (acts.length >= MOST_ACTS) return { acts, isCut: true, total }
    next = page.next
  }
  return { acts, isCut: false, total: total ?? after }
}
