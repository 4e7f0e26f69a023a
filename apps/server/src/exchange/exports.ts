/**
 * Exports, as the rest of the program asks for them: one article while somebody waits, and many in the background, into a
 * file of the data folder that can be fetched for some days. How far a file is stands in the database; one that was not
 * finished when the server went down is begun anew, and nobody sees it before it is whole.
 */
import { createHmac } from 'node:crypto'
import { mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ExportReport } from '@attest/schema/exchange-api'
import { addLosses } from '@attest/schema/formats/pieces'
import { outranks } from '@attest/schema/roles'
import { layerRoomBounds } from '@attest/schema/room-name'
import { type Kysely, sql } from 'kysely'
import type { Logger } from 'pino'
import type { Looker } from '../blind/layers.ts'
import { HttpProblem } from '../problem.ts'
import type { Catalog } from '../store/catalog.ts'
import type { StoredExport } from '../store/export-jobs.ts'
import type { Database } from '../store/sqlite.ts'
import { DamagedRoom, FullDisk } from '../store/store.ts'
import { Thread } from '../thread.ts'
import type { Added, Finished, Question, Told } from './export-thread.ts'
import { fileOf, Gone, type MadeFile, NotBegun, type One, oneArticle, reportOf } from './one.ts'
import { type Asking, addCounts, type Choices, type Naming, noCounts } from './render.ts'

/** Articles that are written at once: what is asked for in between is answered after so many. */
const AT_ONCE = 8
const SAVE_MS = 500
const PURGE_MS = 60 * 60_000
/** Of each thread, in MiB: what it is not kept from taking it takes, and gives back late. */
const LIMITS = { maxOldGenerationSizeMb: 384, maxYoungGenerationSizeMb: 16 }
/** Before an export that failed in a way that may pass is begun anew, and how often it is. */
const AGAIN_MS = 1000
const ATTEMPTS = 3

export interface ExportsOptions {
  catalog: Catalog
  db: Kysely<Database>
  databaseFile: string
  folder: string
  /** The server’s own. */
  secret: string
  log: Logger
}

interface OneOf {
  id: string
  projectId: string
}

export class Exports {
  readonly #catalog: Catalog
  readonly #db: Kysely<Database>
  readonly #folder: string
  readonly #log: Logger
  readonly #secret: string
  /** For those who wait, and for those who do not. */
  readonly #thread: Thread<Question>
  readonly #background: Thread<Question>
  readonly #stopping = new AbortController()
  #working: Promise<void> | null = null
  #isAsked = false
  #purging: NodeJS.Timeout | undefined

  constructor({ catalog, db, databaseFile, folder, secret, log }: ExportsOptions) {
    this.#catalog = catalog
    this.#db = db
    this.#folder = folder
    this.#secret = secret
    this.#log = log
    const file = new URL('export-thread.ts', import.meta.url)
    this.#thread = new Thread(file, databaseFile, LIMITS)
    this.#background = new Thread(file, databaseFile, LIMITS)
  }

  async start(): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 })
    await this.#purge()
    const purge = () =>
      this.#purge().catch((error: unknown) => this.#log.error({ err: error }, 'exports were not purged'))
    this.#purging = setInterval(() => {
      void purge()
      // What was interrupted is tried again, and so is what waits in a project that was brought back.
      this.wake()
    }, PURGE_MS)
    this.#purging.unref()
    this.wake()
  }

  /** The file of one article. */
  async article(article: OneOf, looker: Looker, choices: Choices): Promise<MadeFile> {
    const asking = await this.#asking(article, looker, choices)
    const small = await this.#smallOne(asking)
    if (small) return fileOf(small, choices)
    return heard(await this.#thread.ask<Told<MadeFile>>({ ask: 'article', ...asking }))
  }

  /** What that would be, and what it leaves out. */
  async report(article: OneOf, looker: Looker, choices: Choices): Promise<ExportReport> {
    const asking = await this.#asking(article, looker, choices)
    const small = await this.#smallOne(asking)
    if (small) return reportOf(small, choices)
    return heard(await this.#thread.ask<Told<ExportReport>>({ ask: 'report', ...asking }))
  }

  /** One that takes a few milliseconds is made here: to start a thread takes longer, and it need not be there. Else null. */
  async #smallOne(asking: Asking & { article: string }): Promise<One | null> {
    if (asking.choices.history || !(await isSmall(this.#db, asking.article))) return null
    return oneArticle(this.#db, asking).catch((error: unknown) => {
      throw error instanceof Gone ? gone() : error
    })
  }

  async #asking({ id, projectId }: OneOf, looker: Looker, choices: Choices): Promise<Asking & { article: string }> {
    return { article: id, looker, choices, naming: await this.#naming(projectId, choices) }
  }

  /** Who is called what has to be the same in all exports of a project, and not to be found out by who knows its people. */
  async #naming(projectId: string, { anonymous }: Choices): Promise<Naming | null> {
    if (!anonymous) return null
    const { projects, members } = this.#catalog
    const people = [...(await projects.members(projectId)), ...(await members.formerOf(projectId))]
    const secret = createHmac('sha256', this.#secret).update(`pseudonyms ${projectId}`).digest('base64url')
    return { people: people.map(({ id, name }) => ({ id, name })), secret }
  }

  /** Where the bytes of a finished one are. */
  pathOf(job: string): string {
    return join(this.#folder, job)
  }

  async cancel(job: string): Promise<void> {
    if (await this.#catalog.exports.cancel(job)) this.wake()
  }

  /** There may be something to do. */
  wake(): void {
    this.#isAsked = true
    if (this.#stopping.signal.aborted || this.#working) return
    this.#working = this.#work()
      .catch((error: unknown) => {
        if (!this.#stopping.signal.aborted)
          this.#log.error({ err: error }, 'an export was interrupted; it is made later')
      })
      .finally(() => {
        this.#working = null
        if (this.#isAsked) this.wake()
      })
  }

  async close(): Promise<void> {
    this.#stopping.abort()
    clearInterval(this.#purging)
    await Promise.all([this.#thread.close(), this.#background.close()])
    await this.#working
  }

  async #work(): Promise<void> {
    this.#isAsked = false
    const running = new Map<string, Running>()
    const failures = new Map<string, number>()
    for (;;) {
      const jobs = await this.#catalog.exports.running()
      for (const id of running.keys())
        if (!jobs.some((job) => job.id === id)) {
          running.delete(id)
          await this.#ask({ ask: 'drop', job: id })
        }
      if (jobs.length === 0) return this.#background.rest()
      // Some of each in turn, so that a large one does not hold up a small one.
      for (const job of jobs) {
        if (this.#stopping.signal.aborted) return
        try {
          const one = running.get(job.id) ?? (await this.#begin(job))
          running.set(job.id, one)
          if (await this.#step(job, one)) running.delete(job.id)
        } catch (error) {
          if (this.#stopping.signal.aborted) return
          running.delete(job.id)
          // Begun anew, and nothing that it failed in: one that brings the thread down must not take the others with it.
          if (error instanceof NotBegun) continue
          const count = (failures.get(job.id) ?? 0) + 1
          failures.set(job.id, count)
          await this.#fail(job, error, count >= ATTEMPTS)
        }
      }
    }
  }

  async #begin(job: StoredExport): Promise<Running> {
    const { choices, person, role } = job
    const naming = await this.#naming(job.projectId, choices)
    const looker = { person, role }
    await this.#ask({ ask: 'begin', job: job.id, file: this.pathOf(job.id), looker, choices, naming })
    return { done: 0, report: { counts: noCounts, left: [] }, savedAt: 0, gone: 0 }
  }

  /** True when it is over. */
  async #step(job: StoredExport, one: Running): Promise<boolean> {
    const { exports, roles } = this.#catalog
    const role = roles.of(job.projectId, job.person)
    if (!role || outranks(job.role, role)) {
      await exports.fail(job.id, 'Whoever began this export is not in the project any more as they were then.')
      await this.#ask({ ask: 'drop', job: job.id })
      return true
    }
    const some = job.articles.slice(one.done, one.done + AT_ONCE)
    if (some.length > 0) {
      const { counts, left, gone } = await this.#ask<Added>({ ask: 'add', job: job.id, articles: some })
      one.done += some.length
      one.gone += gone
      one.report = { counts: addCounts(one.report.counts, counts), left: addLosses(one.report.left, left) }
      if (performance.now() - one.savedAt > SAVE_MS) {
        one.savedAt = performance.now()
        await exports.progress(job.id, one.done, one.report)
      }
      return false
    }
    const finished = await this.#ask<Finished>({ ask: 'finish', job: job.id })
    const note = one.gone === 0 ? null : `${one.gone} of the articles were deleted meanwhile and are not in it.`
    if (!(await exports.finish(job.id, { ...one, ...finished, note }))) await rm(this.pathOf(job.id), { force: true })
    return true
  }

  async #fail(job: StoredExport, error: unknown, isLast: boolean): Promise<void> {
    await this.#ask({ ask: 'drop', job: job.id }).catch(() => {})
    const message = error instanceof HttpProblem ? error.message : null
    const isFull = error instanceof FullDisk
    if (message === null && !isFull) this.#log.warn({ err: error, job: job.id }, 'an export could not be made')
    if (message !== null) await this.#catalog.exports.fail(job.id, message)
    else if (isFull || isLast)
      await this.#catalog.exports.fail(
        job.id,
        isFull ? 'The disk of the server is full.' : 'Something went wrong on the server. It has been noted there.',
      )
    else await sleep(AGAIN_MS, undefined, { signal: this.#stopping.signal }).catch(() => {})
  }

  async #ask<T>(question: Question): Promise<T> {
    return heard(await this.#background.ask<Told<T>>(question))
  }

  /** Takes away what is too old, and files that belong to nothing. */
  async #purge(): Promise<void> {
    await this.#catalog.exports.purge(Date.now())
    // In this order: of what is begun meanwhile no file is among the names.
    const names = await readdir(this.#folder)
    const kept = await this.#catalog.exports.ids()
    for (const name of names) {
      const id = name.replace(/\.part$/, '')
      if (!kept.has(id)) await rm(join(this.#folder, name), { force: true })
    }
  }
}

interface Running {
  done: number
  gone: number
  report: Pick<Added, 'counts' | 'left'>
  /** When its progress was last kept, by `performance.now()`. */
  savedAt: number
}

/** What went wrong over there, as what it would have been here. */
function heard<T>(told: Told<T>): T {
  if (told.ok) return told.value
  if (told.trouble === 'gone') throw gone()
  if (told.trouble === 'too-much') throw new HttpProblem(422, told.message)
  if (told.trouble === 'not-begun') throw new NotBegun(told.message)
  if (told.trouble === 'full') throw new FullDisk(new Error(told.message))
  throw new DamagedRoom('', told.message, { snapshot: null, updates: [], seq: 0, clients: new Map() })
}

function gone(): HttpProblem {
  return new HttpProblem(404, 'There is no such article, or you are not a member of its project.')
}

/** Of the text in UTF-16 code units, and of what is in the logs of its rooms in bytes. */
const SMALL = { text: 50_000, logs: 100_000 }

async function isSmall(db: Kysely<Database>, article: string): Promise<boolean> {
  const row = await db.selectFrom('article').select('length').where('id', '=', article).executeTakeFirst()
  if (!row || row.length > SMALL.text) return false
  const [from, to] = layerRoomBounds
  const { bytes } = await db
    .selectFrom('room_update')
    .select(sql<number>`coalesce(sum(length("update")), 0)`.as('bytes'))
    .where((eb) =>
      eb.or([eb('room', '=', article), eb.and([eb('room', '>', article + from), eb('room', '<', article + to)])]),
    )
    .executeTakeFirstOrThrow()
  return bytes <= SMALL.logs
}
