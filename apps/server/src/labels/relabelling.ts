/**
 * Changes marks to a new version of the labels, article after article, while people go on working. How far it is stands
 * in the database, and to change an article twice changes nothing, so a crash costs nothing but the article it was at.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { makePlan, type Plan, recordsAfter } from '@attest/schema/label-mapping'
import { type Records, roots } from '@attest/schema/room'
import type { Logger } from 'pino'
import type { RoomRecords } from '../articles/annotated.ts'
import type { Catalog } from '../store/catalog.ts'
import type { StoredJob } from '../store/label-sets.ts'
import { DamagedRoom, FullDisk } from '../store/store.ts'
import { articlesOf, roomsToLabel } from './census.ts'

/** Before an article is tried again. */
const AGAIN_MS = 300
/** After as many attempts something is wrong with the article, and the others need not wait. */
const ATTEMPTS = 4

export class Relabelling {
  readonly #catalog: Catalog
  readonly #rooms: RoomRecords
  readonly #log: Logger
  readonly #stopping = new AbortController()
  readonly #working = new Map<string, Promise<void>>()

  constructor({ catalog, rooms, log }: { catalog: Catalog; rooms: RoomRecords; log: Logger }) {
    this.#catalog = catalog
    this.#rooms = rooms
    this.#log = log
  }

  /** Goes on with what was under way when the server went down. */
  async resume(): Promise<void> {
    for (const { projectId } of await this.#catalog.labels.running()) this.begin(projectId)
  }

  /** Carries out what the project has saved, if anything; safe to call at any time. */
  begin(projectId: string): void {
    if (this.#working.has(projectId) || this.#stopping.signal.aborted) return
    const work = this.#work(projectId)
      .catch((error: unknown) => this.#log.error({ err: error, projectId }, 'marks could not be changed to new labels'))
      .finally(() => this.#working.delete(projectId))
    this.#working.set(projectId, work)
  }

  /** Resolves when nothing is under way. */
  async settled(): Promise<void> {
    await Promise.all(this.#working.values())
  }

  /** Stops after the article that it is at; the rest is done after the next start. */
  async close(): Promise<void> {
    this.#stopping.abort()
    await this.settled()
  }

  async #work(projectId: string): Promise<void> {
    const job = await this.#catalog.labels.runningIn(projectId)
    if (!job) return
    const version = await this.#catalog.labels.version(projectId, job.number)
    if (!version) throw new Error(`version ${job.number} of the labels of ${projectId} is not there`)
    const plan = makePlan(version.labelSet, job.decisions)
    for await (const { id, title } of articlesOf(this.#catalog, projectId, job.lastArticle)) {
      const outcome = await this.#changeAll(id, plan, job)
      if (outcome === 'stopped') return
      if (typeof outcome === 'string') job.failures.push({ article: id, title, problem: outcome })
      else job.changed += outcome
      job.done++
      job.lastArticle = id
      await this.#catalog.labels.keepJob(job)
    }
    await this.#catalog.labels.keepJob({ ...job, state: 'done' })
  }

  /** How many records of an article were changed; or why they could not be, as a sentence. */
  async #changeAll(article: string, plan: Plan, job: StoredJob): Promise<number | string> {
    let changed = 0
    const done = new Set<string>()
    // The first marks of an annotator may have come into a room that was not there a moment ago.
    for (let count = -1; count !== done.size; ) {
      count = done.size
      for (const room of await roomsToLabel(this.#catalog, article)) {
        if (done.has(room)) continue
        const outcome = await this.#change(room, plan, job)
        if (typeof outcome === 'string') return outcome
        changed += outcome
        done.add(room)
      }
    }
    return changed
  }

  /** The same for one room of it. */
  async #change(room: string, plan: Plan, { person }: StoredJob): Promise<number | string> {
    let changed = 0
    for (let attempt = 1; !this.#stopping.signal.aborted; attempt++)
      try {
        // What arrived in the moment in which the labels changed was still judged by those before: once nothing is left
        // to be changed, the room goes by the new ones, and nothing can be added that would not fit.
        for (;;) {
          let now = 0
          await this.#rooms.changeRecords(
            room,
            (records) => {
              const after = recordsAfter(records, plan)
              now = sizeOf(after)
              return after
            },
            person,
          )
          changed += now
          if (now === 0) return changed
        }
      } catch (error) {
        if (error instanceof DamagedRoom) return 'What is stored of its marks is damaged.'
        this.#log.warn({ err: error, room }, 'marks of an article could not be changed yet')
        // There will be room again; anything else that lasts is the article's own.
        if (!(error instanceof FullDisk) && attempt >= ATTEMPTS) return 'Its marks could not be changed.'
        await sleep(AGAIN_MS, undefined, { signal: this.#stopping.signal }).catch(() => {})
      }
    return 'stopped'
  }
}

function sizeOf(records: Records): number {
  return roots.reduce((sum, root) => sum + records[root].size, 0)
}
