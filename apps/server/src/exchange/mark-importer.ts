/**
 * Brings marks in, in steps that somebody decides on: files are received, read, mapped and tried, and then all of it is
 * written or nothing. What is to be written stands in a file before anything is, so whatever cuts that short, the next
 * start goes on with it; and where it cannot go on, what was written is taken out again.
 */
import { mkdir, readdir, rm, unlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { MarkReadingChoices, MarkTrial, MarkUndo } from '@attest/schema/exchange-api'
import type { Logger } from 'pino'
import type { RoomRecords } from '../articles/annotated.ts'
import { Reader } from '../articles/reader.ts'
import { Unreadable } from '../articles/report.ts'
import type { Catalog } from '../store/catalog.ts'
import { newId } from '../store/id.ts'
import { type StoredImport, takingFiles } from '../store/mark-imports.ts'
import { FullDisk } from '../store/store.ts'
import { type ImportWorld, planOf } from './import-world.ts'
import { beginWriting, write } from './mark-committing.ts'
import { readFiles, tryOut } from './mark-planning.ts'
import { takeBack, undoable } from './mark-undoing.ts'
import { readPlan } from './plan-file.ts'

const MB = 1024 * 1024

/** How much one import may hold, packed. */
export const MOST_MARKS = { files: 2000, bytes: 64 * MB }

const PURGE_MS = 60 * 60_000
const AGAIN_MS = 300
const ATTEMPTS = 4

export interface MarkImporterOptions {
  catalog: Catalog
  rooms: RoomRecords
  /** Where files lie that are not decided about, and what came of them. */
  folder: string
  log: Logger
}

export class MarkImporter {
  readonly #catalog: Catalog
  readonly #folder: string
  readonly #log: Logger
  readonly #reader = new Reader({ ms: 60_000 })
  readonly #stopping = new AbortController()
  readonly #world: ImportWorld
  /** Files that are on their way in: on disk perhaps, and in the database not yet. */
  readonly #arriving = new Set<string>()
  #working: Promise<void> | null = null
  #isAsked = false
  #purging: NodeJS.Timeout | undefined

  constructor({ catalog, rooms, folder, log }: MarkImporterOptions) {
    this.#catalog = catalog
    this.#folder = folder
    this.#log = log
    this.#world = { catalog, rooms, folder, reader: this.#reader, stopping: this.#stopping.signal }
  }

  async start(): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 })
    await this.#purge()
    const purge = () =>
      this.#purge().catch((error: unknown) => this.#log.error({ err: error }, 'files of imports were not purged'))
    this.#purging = setInterval(() => {
      void purge()
      // What was interrupted is tried again, and so is what waits in a project that was brought back.
      this.wake()
    }, PURGE_MS)
    this.#purging.unref()
    this.wake()
  }

  /** Takes a file in; false when the import takes no more. */
  async receive(id: string, name: string, bytes: Uint8Array): Promise<boolean> {
    const file = { id: newId(), name, bytes: bytes.byteLength }
    this.#arriving.add(file.id)
    try {
      await writeFile(join(this.#folder, file.id), bytes, { mode: 0o600, flag: 'wx', flush: true })
      if (await this.#catalog.markImports.receive(id, file, MOST_MARKS)) return true
    } catch (error) {
      await this.#forget(file.id)
      const code = error instanceof Error && 'code' in error ? error.code : ''
      throw code === 'ENOSPC' || code === 'EDQUOT' ? new FullDisk(error) : error
    } finally {
      this.#arriving.delete(file.id)
    }
    await this.#forget(file.id)
    return false
  }

  /** Takes a file out again, so that the others have to be read anew; false where that cannot be. */
  async takeOut(id: string, file: string): Promise<boolean> {
    const isOut = await this.#catalog.markImports.takeOut(id, file)
    if (isOut) await this.#forget(file)
    return isOut
  }

  /** Has the files read, also again and in another way. False when it is too late for that. */
  async read(id: string, choices: MarkReadingChoices): Promise<boolean> {
    const isBegun = await this.#catalog.markImports.move(id, takingFiles, 'reading', {
      choices,
      reading: null,
      report: null,
      note: null,
    })
    this.wake()
    return isBegun
  }

  /** Finds out what would come of it, and keeps that for the commit. */
  async try(id: string, trial: MarkTrial): Promise<boolean> {
    const isBegun = await this.#catalog.markImports.move(id, ['read', 'tried'], 'trying', {
      trial,
      report: null,
      note: null,
    })
    this.wake()
    return isBegun
  }

  /** Writes what was tried; a sentence where that cannot be, and nothing is written. */
  async commit(one: StoredImport): Promise<string | null> {
    const problem = await beginWriting(this.#world, one)
    if (problem === null) this.wake()
    return problem
  }

  async cancel(id: string): Promise<boolean> {
    const isDone = await this.#catalog.markImports.move(
      id,
      ['receiving', 'reading', 'read', 'trying', 'tried'],
      'cancelled',
    )
    if (isDone) await this.#clear(id)
    return isDone
  }

  /** Whether an import can be taken back: while nobody has made anything of its marks. */
  undoable(one: StoredImport): Promise<MarkUndo> {
    return undoable(this.#world, one)
  }

  /** Takes it back; the reasons why not, where there are any. */
  async undo(one: StoredImport, by: string): Promise<MarkUndo> {
    const found = await this.undoable(one)
    if (!found.canUndo) return found
    const isBegun = await this.#catalog.markImports.beginUndo(one, by)
    this.wake()
    return isBegun ? found : { ...found, canUndo: false, reasons: ['It is being taken back already.'] }
  }

  /** All that was refused, left out or changed, as long as that is known. */
  async *skipped(id: string): AsyncGenerator<{ how: string; file: string; place: string; why: string; count: number }> {
    const known = await this.#catalog.markImports.kept(Date.now())
    if (!known.plans.has(id) || !(await readdir(this.#folder)).includes(`${id}.plan`)) return
    for await (const line of readPlan(planOf(this.#world, id))) {
      if (line.is !== 'skipped') continue
      for (const { where, why, count } of line.skipped)
        yield {
          how: line.how,
          file: where.file,
          place: where.line === undefined ? (where.path ?? '') : String(where.line),
          why,
          count,
        }
    }
  }

  wake(): void {
    this.#isAsked = true
    if (this.#stopping.signal.aborted || this.#working) return
    this.#working = this.#work()
      .catch((error: unknown) => {
        if (!this.#stopping.signal.aborted)
          this.#log.error({ err: error }, 'an import of marks was interrupted; it goes on later')
        this.#isAsked = false
      })
      .finally(() => {
        this.#working = null
        if (this.#isAsked) this.wake()
      })
  }

  async close(): Promise<void> {
    this.#stopping.abort()
    clearInterval(this.#purging)
    this.#reader.close()
    await this.#working
  }

  async #work(): Promise<void> {
    const failures = new Map<string, number>()
    while (this.#isAsked && !this.#stopping.signal.aborted) {
      this.#isAsked = false
      for (const one of await this.#catalog.markImports.working()) {
        if (this.#stopping.signal.aborted) return
        // What came meanwhile is looked at, and what was begun is gone on with.
        this.#isAsked = true
        try {
          await this.#step(one)
        } catch (error) {
          if (this.#stopping.signal.aborted) return
          const count = (failures.get(one.id) ?? 0) + 1
          failures.set(one.id, count)
          await this.#trouble(one, error, count)
        }
      }
    }
  }

  async #step(one: StoredImport): Promise<void> {
    switch (one.state) {
      case 'reading':
        return readFiles(this.#world, one)
      case 'trying':
        return tryOut(this.#world, one)
      case 'committing':
        if (await write(this.#world, one)) await this.#clear(one.id, { keepsPlan: true })
        return
      case 'undoing':
        if (await takeBack(this.#world, one)) await this.#clear(one.id)
    }
  }

  async #trouble(one: StoredImport, error: unknown, count: number): Promise<void> {
    const { markImports } = this.#catalog
    const isTold = error instanceof Unreadable
    if (one.state === 'reading' || one.state === 'trying') {
      if (!isTold) this.#log.warn({ err: error, import: one.id }, 'files with marks could not be read')
      const note = isTold
        ? error.message
        : error instanceof FullDisk
          ? 'The disk of the server is full.'
          : 'Something went wrong on the server. It has been noted there.'
      await markImports.move(one.id, [one.state], one.state === 'reading' ? 'receiving' : 'read', { note })
      return
    }
    this.#log.warn({ err: error, import: one.id, state: one.state }, 'an import of marks could not go on yet')
    // There will be room again; anything else that lasts is a reason to take out what was written.
    if (one.state === 'committing' && !(error instanceof FullDisk) && (isTold || count >= ATTEMPTS)) {
      const note = isTold ? error.message : 'It could not be written, so nothing of it was kept.'
      await markImports.move(one.id, ['committing'], 'undoing', { note })
      return
    }
    await sleep(AGAIN_MS * Math.min(count, 20), undefined, { signal: this.#stopping.signal }).catch(() => {})
  }

  async #clear(id: string, { keepsPlan = false } = {}): Promise<void> {
    for (const file of await this.#catalog.markImports.files(id)) await this.#forget(file.id)
    if (!keepsPlan) await this.#forget(`${id}.plan`)
  }

  async #forget(name: string): Promise<void> {
    await unlink(join(this.#folder, name)).catch(() => {})
  }

  async #purge(): Promise<void> {
    const now = Date.now()
    await this.#catalog.markImports.purge(now)
    // In this order: what comes meanwhile is not among the names, or is known by then.
    const names = (await readdir(this.#folder)).filter((name) => !this.#arriving.has(name))
    const { files, plans } = await this.#catalog.markImports.kept(now)
    for (const name of names)
      if (!files.has(name) && !plans.has(name.replace(/\.plan(\.part)?$/, '')))
        await rm(join(this.#folder, name), { force: true })
  }
}
