/**
 * Brings many articles in, one after another, behind everybody's back. What is to be brought in lies in a folder, under
 * names made here, and is listed in the database; so a restart goes on where it was. One file that cannot be read harms
 * none of the others.
 */
import { mkdir, readdir, readFile, unlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Draft } from '@attest/schema/importing'
import { canManage } from '@attest/schema/roles'
import type { Logger } from 'pino'
import type { Catalog } from '../store/catalog.ts'
import { newId } from '../store/id.ts'
import type { ImportItem, JobSetting, NewItem, Outcome } from '../store/import-jobs.ts'
import { FullDisk } from '../store/store.ts'
import { unpack } from './archive.ts'
import { formatOf } from './format.ts'
import type { RowArticle } from './read.ts'
import { Reader } from './reader.ts'
import { many, Unreadable } from './report.ts'

export interface ImporterOptions {
  catalog: Catalog
  /** Where the bytes wait; nothing else is in it. */
  folder: string
  log: Logger
}

/** How much one import may hold. */
const MOST = { items: 5000, bytes: 1024 * 1024 * 1024 }

export class Importer {
  readonly #catalog: Catalog
  readonly #folder: string
  readonly #log: Logger
  readonly #reader = new Reader()
  #working: Promise<void> | null = null
  #isClosed = false
  /** Something came while the last round was looking. */
  #isAsked = false

  constructor({ catalog, folder, log }: ImporterOptions) {
    this.#catalog = catalog
    this.#folder = folder
    this.#log = log
  }

  /** Goes on with what the last run of the server left, and takes away what nobody needs. */
  async start(): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 })
    const { imports } = this.#catalog
    for (const job of await imports.unfinished())
      if (job.isReceiving)
        await imports.complete(job.id, 'The server was restarted before all files had come; those that had are here.')
    const needed = await imports.waitingIds()
    for (const name of await readdir(this.#folder)) if (!needed.has(name)) await this.#forget(name)
    this.wake()
  }

  /** Takes a file in; false when the job takes no more. */
  async receive(job: string, name: string, bytes: Uint8Array): Promise<boolean> {
    const item = await this.#spool({ kind: 'file', name, line: null }, bytes)
    const isTaken = await this.#catalog.imports.receive(job, item, MOST).catch(async (error: unknown) => {
      await this.#forget(item.id)
      throw error
    })
    if (isTaken) this.wake()
    else await this.#forget(item.id)
    return isTaken
  }

  async cancel(job: string, note: string | null): Promise<void> {
    for (const id of await this.#catalog.imports.cancel(job, note)) await this.#forget(id)
  }

  /** There may be something to do. */
  wake(): void {
    this.#isAsked = true
    if (this.#isClosed || this.#working) return
    this.#working = this.#work()
      .catch((error: unknown) => {
        if (!this.#isClosed) this.#log.error({ err: error }, 'an import was interrupted; it goes on at the next start')
      })
      .finally(() => {
        this.#working = null
      })
  }

  /** Resolves when nothing is written any more; what is not done waits for the next start. */
  async close(): Promise<void> {
    this.#isClosed = true
    this.#reader.close()
    await this.#working
  }

  async #work(): Promise<void> {
    while (this.#isAsked && !this.#isClosed) {
      this.#isAsked = false
      // One item of each in turn, so that a large import does not hold up a small one.
      for (let isBusy = true; isBusy && !this.#isClosed; ) {
        isBusy = false
        for (const job of await this.#catalog.imports.unfinished()) if (await this.#step(job)) isBusy = true
      }
    }
  }

  /** True when there was something to do. */
  async #step(job: JobSetting & { isReceiving: boolean }): Promise<boolean> {
    if (this.#isClosed) return false
    const { imports, roles } = this.#catalog
    const role = roles.of(job.projectId, job.person)
    if (!role || !canManage(role)) {
      await this.cancel(job.id, 'Whoever began this import does not own the project any more.')
      return false
    }
    const item = await imports.next(job.id)
    if (!item) {
      if (!job.isReceiving) await imports.finish(job.id)
      return false
    }
    try {
      await this.#bringIn(job, item)
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error
      await imports.settle(item, { state: 'failed', problem: error.message, articleId: null, title: null })
    }
    await this.#forget(item.id)
    return true
  }

  async #bringIn(job: JobSetting, item: ImportItem): Promise<void> {
    const bytes = await this.#bytesOf(item)
    if (item.kind === 'row') {
      // We wrote it ourselves.
      const row = JSON.parse(Buffer.from(bytes).toString('utf8')) as RowArticle
      return this.#keep(job, item, await this.#reader.row(row, baseName(item.name), job.choices.lines))
    }
    const given = { bytes, name: baseName(item.name), choices: job.choices }
    const format = formatOf(given)
    if (item.kind === 'file' && format === 'archive') return this.#open(item, (add) => this.#unpack(item, add))
    if (item.kind === 'file' && (format === 'csv' || format === 'jsonl')) {
      const columns = job.columns ?? (await this.#reader.table(given)).guess
      if (!columns)
        throw new Unreadable('No column of this table looks like a text. Please bring it in by itself and choose.')
      return this.#open(item, async (add) => {
        // One after another: ten thousand files open at once are more than a process may have.
        let written = Promise.resolve()
        await this.#reader.rows(given, columns, (rows) => {
          written = written.then(async () => {
            for (const row of rows)
              await add(
                { kind: 'row', name: item.name, line: row.line },
                Buffer.from(JSON.stringify(row)),
                row.problem ?? null,
              )
          })
          written.catch(() => {})
        })
        await written
      })
    }
    return this.#keep(job, item, await this.#reader.article(given))
  }

  #unpack(item: ImportItem, add: Add): Promise<void> {
    return unpack(join(this.#folder, item.id), async (file) => {
      const part = { kind: 'packed' as const, name: `${item.name} › ${file.name}`, line: null }
      await ('bytes' in file ? add(part, file.bytes, null) : add(part, null, file.problem))
    })
  }

  /** What is in an archive or a table become items, all at once or none: it may be begun again after a crash. */
  async #open(item: ImportItem, read: (add: Add) => Promise<void>): Promise<void> {
    // In the order in which they stand there, whichever is on disk first.
    const spooled: Promise<NewItem>[] = []
    const add: Add = async (part, bytes, problem) => {
      const isRead = bytes !== null && problem === null
      const item = isRead
        ? this.#spool(part, bytes)
        : Promise.resolve({ ...part, id: newId(), bytes: 0, problem: problem ?? 'It is empty.' })
      spooled.push(item)
      await item
    }
    let items: NewItem[]
    try {
      await read(add)
      items = await Promise.all(spooled)
    } catch (error) {
      for (const one of await Promise.allSettled(spooled))
        if (one.status === 'fulfilled' && one.value.problem === null) await this.#forget(one.value.id)
      throw error
    }
    if (items.length === 0) throw new Unreadable('There is nothing in it.')
    await this.#catalog.imports.settle(item, { state: 'opened', items })
  }

  async #keep(job: JobSetting, item: ImportItem, { content, report }: Draft): Promise<void> {
    const { articles, imports } = this.#catalog
    const known = job.keepsKnown ? null : await articles.withText(job.projectId, content.sha256)
    if (known) {
      const outcome: Outcome = { state: 'known', problem: null, articleId: known.id, title: known.title }
      return imports.settle(item, outcome)
    }
    await imports.keep(item, { ...content, id: newId(), projectId: job.projectId }, report)
  }

  async #spool(part: Pick<NewItem, 'kind' | 'name' | 'line'>, bytes: Uint8Array): Promise<NewItem> {
    const id = newId()
    try {
      await writeFile(join(this.#folder, id), bytes, { mode: 0o600, flag: 'wx', flush: true })
    } catch (error) {
      await this.#forget(id)
      const code = error instanceof Error && 'code' in error ? error.code : ''
      throw code === 'ENOSPC' || code === 'EDQUOT' ? new FullDisk(error) : error
    }
    return { ...part, id, bytes: bytes.byteLength, problem: null }
  }

  async #bytesOf(item: ImportItem): Promise<Uint8Array> {
    try {
      return await readFile(join(this.#folder, item.id))
    } catch {
      throw new Unreadable('The file is not on the server any more. Please bring it in again.')
    }
  }

  /** The name is one of ours: nobody else puts anything there. */
  async #forget(name: string): Promise<void> {
    await unlink(join(this.#folder, name)).catch(() => {})
  }
}

type Add = (
  part: Pick<NewItem, 'kind' | 'name' | 'line'>,
  bytes: Uint8Array | null,
  problem: string | null,
) => Promise<void>

/** Of a file in a folder of an archive. */
function baseName(name: string): string {
  return (
    name
      .split(/[\\/›]/)
      .at(-1)
      ?.trim() ?? name
  )
}

/** What a job holds at most, in words for whoever has sent more. */
export const tooMuchForOne = `One import takes at most ${many(MOST.items, 'file')} and ${MOST.bytes / 1024 / 1024 / 1024} GB. Please begin another one.`
