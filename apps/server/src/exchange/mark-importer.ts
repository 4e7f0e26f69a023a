/**
 * Brings marks in, in steps that somebody decides on: files are received, read, mapped and tried, and then all of it is
 * written or nothing. What is to be written stands in a file before anything is, so whatever cuts that short, the next
 * start goes on with it; and where it cannot go on, what was written is taken out again.
 */
import { mkdir, readdir, readFile, rm, unlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Article } from '@attest/schema/article'
import type {
  FoundDocumentTold,
  MarkReading,
  MarkReadingChoices,
  MarkReport,
  MarkTrial,
  MarkUndo,
  Placement,
} from '@attest/schema/exchange-api'
import type { LabelSet } from '@attest/schema/labelset'
import { canManage } from '@attest/schema/roles'
import { type Records, type Root, roots } from '@attest/schema/room'
import type { Logger } from 'pino'
import type { RoomRecords } from '../articles/annotated.ts'
import { unpack } from '../articles/archive.ts'
import { Reader } from '../articles/reader.ts'
import { many, Unreadable } from '../articles/report.ts'
import { addAll, recordsOfLayers } from '../blind/layers.ts'
import type { Catalog } from '../store/catalog.ts'
import { newId } from '../store/id.ts'
import type { StoredImport } from '../store/mark-imports.ts'
import type { NewSource } from '../store/sources.ts'
import { DamagedRoom, FullDisk } from '../store/store.ts'
import type { FoundDocumentSummary, FoundMarks, LandedLayer, MarksGiven } from './mark-reading.ts'
import { contentOf, PlanWriter, readPlan, recordsOf } from './plan-file.ts'

const MB = 1024 * 1024

/** How much one import may hold, packed and unpacked. */
export const MOST_MARKS = { files: 2000, bytes: 64 * MB }
const UNPACKED = { entries: 5000, fileBytes: 48 * MB, totalBytes: 128 * MB, ratio: 200 }
/** Of all articles together that marks go into. */
const MOST_TEXT = 64 * MB

const PURGE_MS = 60 * 60_000
const AGAIN_MS = 300
const ATTEMPTS = 4
/** Records that are put, or taken out, in one go. */
const AT_ONCE = 1000

export interface MarkImporterOptions {
  catalog: Catalog
  rooms: RoomRecords
  /** Where files lie that are not decided about, and what came of them. */
  folder: string
  log: Logger
}

export class MarkImporter {
  readonly #catalog: Catalog
  readonly #rooms: RoomRecords
  readonly #folder: string
  readonly #log: Logger
  readonly #reader = new Reader({ ms: 60_000 })
  readonly #stopping = new AbortController()
  #working: Promise<void> | null = null
  #isAsked = false
  #purging: NodeJS.Timeout | undefined

  constructor({ catalog, rooms, folder, log }: MarkImporterOptions) {
    this.#catalog = catalog
    this.#rooms = rooms
    this.#folder = folder
    this.#log = log
  }

  async start(): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 })
    await this.#purge()
    const purge = () =>
      this.#purge().catch((error: unknown) => this.#log.error({ err: error }, 'files of imports were not purged'))
    this.#purging = setInterval(() => void purge(), PURGE_MS)
    this.#purging.unref()
    this.wake()
  }

  /** Takes a file in; false when the import takes no more. */
  async receive(id: string, name: string, bytes: Uint8Array): Promise<boolean> {
    const file = { id: newId(), name, bytes: bytes.byteLength }
    try {
      await writeFile(join(this.#folder, file.id), bytes, { mode: 0o600, flag: 'wx', flush: true })
      if (await this.#catalog.markImports.receive(id, file, MOST_MARKS)) return true
    } catch (error) {
      await this.#forget(file.id)
      const code = error instanceof Error && 'code' in error ? error.code : ''
      throw code === 'ENOSPC' || code === 'EDQUOT' ? new FullDisk(error) : error
    }
    await this.#forget(file.id)
    return false
  }

  /** Has the files read, also again and in another way. False when it is too late for that. */
  async read(id: string, choices: MarkReadingChoices): Promise<boolean> {
    const isBegun = await this.#catalog.markImports.move(id, ['receiving', 'read', 'tried'], 'reading', {
      choices,
      reading: null,
      trial: null,
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
    const { markImports, projects } = this.#catalog
    const project = await projects.find(one.projectId)
    if (one.state === 'committing' || one.state === 'done') return 'Somebody has this import written already.'
    if (!project || one.state !== 'tried' || !one.report) return 'This import was not tried yet.'
    if (one.labels !== JSON.stringify(project.labelSet))
      return 'The labels of the project have changed since this was tried. Please try it again.'
    if (one.report.imported === 0) return 'Nothing would come in.'
    const articles: { article: string; isNew: boolean }[] = []
    let layers: LandedLayer[] | null = null
    for await (const line of readPlan(this.#planOf(one.id))) {
      if (line.is === 'end') layers = line.layers
      if (line.is === 'article' && !articles.some(({ article }) => article === line.article))
        articles.push({ article: line.article, isNew: line.content !== null })
    }
    if (!layers) return 'What was tried is not there any more. Please try it again.'
    for (const { article, isNew } of articles) {
      const problem = isNew ? null : await this.#closed(one.projectId, article)
      if (problem !== null) return problem
    }
    const file = await this.#fileOf(one)
    const sources = layers
      .filter(({ imported }) => imported > 0)
      .map(
        ({ id, name }): NewSource => ({
          id,
          projectId: one.projectId,
          kind: 'import',
          name: name ?? unnamed,
          title: titleOf(name, file),
          format: one.reading?.format ?? null,
          file,
          importId: one.id,
          by: one.person,
        }),
      )
    if (!(await markImports.begin(one, sources, articles))) return 'This import is being written already.'
    this.wake()
    return null
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
  async undoable(one: StoredImport): Promise<MarkUndo> {
    const { markImports, sources, articles: texts } = this.#catalog
    const reasons: string[] = []
    if (one.state !== 'done') reasons.push('It is not there, or not as a whole.')
    const own = new Set((await sources.ofImport(one.id)).map(({ id }) => id))
    if (own.size === 0 && one.state === 'done') reasons.push('None of its layers is there any more.')
    let records = 0
    let gone = 0
    const articles = one.state === 'done' ? await markImports.articles(one.id) : []
    for (const { article, isNew } of articles) {
      if ((await texts.projectOf(article)) === null) continue
      const name = (await texts.titles([article]))[0]?.title ?? article
      const closed = await this.#closed(one.projectId, article, { mayBeDeleted: true })
      if (closed !== null) reasons.push(closed)
      const all = await this.#everything(article).catch((error: unknown) => {
        if (!(error instanceof DamagedRoom)) throw error
        return null
      })
      if (!all) {
        reasons.push(`What is stored of the marks of “${name}” is damaged.`)
        continue
      }
      const built = builtOn(all, own)
      records += built.own
      if (built.others > 0)
        reasons.push(
          `In “${name}”, ${many(built.others, 'record')} of others ${built.others === 1 ? 'is' : 'are'} about its marks.`,
        )
      else if (isNew && built.foreign > 0) reasons.push(`“${name}” came with it, and others have made something in it.`)
      if (isNew) gone++
      if (reasons.length >= MOST_REASONS) break
    }
    return { canUndo: reasons.length === 0, reasons: reasons.slice(0, MOST_REASONS), articles: gone, records }
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
    for await (const line of readPlan(this.#planOf(id))) {
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
          this.#log.error({ err: error }, 'an import of marks was interrupted; it goes on at the next start')
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

  #step(one: StoredImport): Promise<void> {
    switch (one.state) {
      case 'reading':
        return this.#readFiles(one)
      case 'trying':
        return this.#tryOut(one)
      case 'committing':
        return this.#write(one)
      case 'undoing':
        return this.#takeBack(one)
      default:
        return Promise.resolve()
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

  async #readFiles(one: StoredImport): Promise<void> {
    const project = await this.#projectOf(one)
    const { given, notes } = await this.#given(one)
    let found = await this.#reader.marks(given, { labelSet: project.labelSet, texts: [] })
    const documents = await this.#match(one, found)
    const texts = await this.#texts(documents.filter(({ length }) => length === null))
    if (texts.length > 0 && one.article === null)
      found = await this.#reader.marks(given, { labelSet: project.labelSet, texts })
    const { documents: _, ...rest } = found
    const reading: MarkReading = {
      ...rest,
      notes: [...notes, ...found.notes],
      documents,
      documentCount: documents.length,
    }
    await this.#catalog.markImports.move(one.id, ['reading'], 'read', { reading })
  }

  async #tryOut(one: StoredImport): Promise<void> {
    const project = await this.#projectOf(one)
    const { reading, trial } = one
    if (!reading) throw new Unreadable('These files were not read yet.')
    const chosen = new Map(trial?.placements.map(({ number, placement }) => [number, placement]))
    const targets: { number: number; article: string; title: string; text: string | null }[] = []
    const texts = await this.#articlesOf(one, reading, chosen)
    for (const { number, newTitle, placement, problem } of reading.documents) {
      const to = chosen.get(number) ?? placement
      if (to.to === 'nowhere') continue
      if (to.to === 'new') {
        if (problem !== null) throw new Unreadable(problem)
        if (one.article !== null) throw new Unreadable('This import is for one article, so it makes no new ones.')
        targets.push({ number, article: newId(), title: newTitle, text: null })
      } else {
        const article = texts.get(to.article)
        if (!article) throw new Unreadable('One of the articles that were chosen is not there (any more).')
        targets.push({ number, article: to.article, ...article })
      }
    }
    if (targets.length === 0) throw new Unreadable('None of the texts is to go anywhere.')
    const { given } = await this.#given(one)
    const plan = await PlanWriter.open(this.#planOf(one.id))
    try {
      const to = {
        labelSet: project.labelSet,
        mapping: trial?.mapping ?? reading.mapping,
        targets,
        base: newId(),
        at: Date.now(),
      }
      const { format: _, layers, ...report } = await this.#reader.land(given, to, (lines) => plan.write(lines))
      await plan.finish()
      const file = await this.#fileOf(one)
      const told: MarkReport = {
        ...report,
        articles: report.articles.slice(0, MOST_ARTICLES),
        layers: layers.map(({ name, imported }) => ({ name: name ?? unnamed, title: titleOf(name, file), imported })),
      }
      const labels = JSON.stringify(project.labelSet)
      await this.#catalog.markImports.move(one.id, ['trying'], 'tried', { report: told, labels })
    } catch (error) {
      await plan.drop()
      throw error
    }
  }

  /** Goes on where it was: what is there already stays as it is. */
  async #write(one: StoredImport): Promise<void> {
    const { markImports, sources } = this.#catalog
    const done = new Set(
      (await markImports.articles(one.id)).flatMap(({ article, isDone }) => (isDone ? [article] : [])),
    )
    const fresh: Article[] = []
    let last: string | null = null
    for await (const line of readPlan(this.#planOf(one.id))) {
      if (this.#stopping.signal.aborted) return
      if (line.is === 'article') {
        const content = contentOf(line)
        if (content) fresh.push({ ...content, id: line.article, projectId: one.projectId })
      }
      if (line.is !== 'records') continue
      if (last !== null && last !== line.article && !done.has(last)) await markImports.setDone(one.id, last, true)
      last = line.article
      if (done.has(line.article)) continue
      if (!fresh.some(({ id }) => id === line.article)) {
        const problem = await this.#closed(one.projectId, line.article)
        if (problem !== null) throw new Unreadable(`${problem} Nothing of this import was kept.`)
      }
      await this.#rooms.putMissing(line.article, recordsOf(line), one.person).catch((error: unknown) => {
        if (!(error instanceof DamagedRoom)) throw error
        throw new Unreadable('What is stored of the marks of an article is damaged. Nothing of this import was kept.')
      })
    }
    await markImports.finish(
      one,
      fresh,
      (await sources.ofImport(one.id)).map(({ id }) => id),
    )
    await this.#clear(one.id, { keepsPlan: true })
  }

  async #takeBack(one: StoredImport): Promise<void> {
    const { markImports, sources, rooms } = this.#catalog
    const own = new Set((await sources.ofImport(one.id)).map(({ id }) => id))
    const articles = await markImports.articles(one.id)
    for (const { article } of articles) {
      if (this.#stopping.signal.aborted) return
      await rooms.whileHeld([article], async () => {
        const records = await this.#rooms.records(article).catch((error: unknown) => {
          if (!(error instanceof DamagedRoom)) throw error
          // Nothing can be taken out of it; what is shown of it names layers that are not there.
          return null
        })
        if (!records) return
        const keys = keysBy(records, own)
        for (let i = 0; i < keys.length; i += AT_ONCE)
          await this.#rooms.removeRecords(article, keys.slice(i, i + AT_ONCE), one.person)
      })
      await markImports.setDone(one.id, article, false)
    }
    const wasThere = one.note === null
    await markImports.finishUndo(one, {
      isTrace: wasThere,
      gone: wasThere ? articles.flatMap(({ article, isNew }) => (isNew ? [article] : [])) : [],
    })
    this.#catalog.rooms.forget(one.projectId)
    await this.#clear(one.id)
  }

  /** The files as the reader gets them: what is in archives in their place. */
  async #given(one: StoredImport): Promise<{ given: MarksGiven; notes: string[] }> {
    const notes: string[] = []
    const files: { name: string; bytes: Uint8Array }[] = []
    let total = 0
    const stored = await this.#catalog.markImports.files(one.id)
    if (stored.length === 0) throw new Unreadable('No file has been sent yet.')
    const add = (name: string, bytes: Uint8Array) => {
      total += bytes.byteLength
      if (total > UNPACKED.totalBytes)
        throw new Unreadable(
          `These files are larger than ${UNPACKED.totalBytes / MB} MB together. Please bring them in parts.`,
        )
      files.push({ name, bytes })
    }
    for (const { id, name } of stored) {
      const bytes = await readFile(join(this.#folder, id)).catch(() => {
        throw new Unreadable('The files are not on the server any more. Please send them again.')
      })
      if (bytes.subarray(0, 4).toString('latin1') !== 'PK\x03\x04') {
        add(name, bytes)
        continue
      }
      const limits = { ...UNPACKED, totalBytes: UNPACKED.totalBytes - total }
      const prefix = stored.length > 1 ? `${name.replace(/\.zip$/i, '')}/` : ''
      await unpack(
        bytes,
        async (file) => {
          if ('bytes' in file) add(prefix + file.name, file.bytes)
          else if (file.problem !== '') notes.push(`${name} › ${file.name}: ${file.problem}`)
        },
        limits,
        (entry) =>
          /\.(png|jpe?g|gif|svg|pdf|docx|class|jar|bin|ser|ico|woff2?)$/i.test(entry) ? 'It is no text.' : null,
      )
    }
    if (files.length === 0) throw new Unreadable(`There is nothing in it that can be read. ${notes[0] ?? ''}`.trim())
    const article = one.article === null ? null : await this.#catalog.articles.find(one.article)
    return { given: { files, choices: one.choices, text: article?.text ?? null }, notes: notes.slice(0, 50) }
  }

  /** Which document is about which article, and what is to be done with the others. */
  async #match(one: StoredImport, { documents }: FoundMarks): Promise<FoundDocumentTold[]> {
    const { articles } = this.#catalog
    const known = await articles.textsIn(one.projectId)
    const byHash = new Map(known.map((article) => [article.sha256, article]))
    const byId = new Map(known.map((article) => [article.id, article]))
    const byTitle = new Map(known.map((article) => [article.title, article]))
    const chosen = one.article === null ? null : byId.get(one.article)
    const told: FoundDocumentTold[] = []
    for (const document of documents) {
      const match = chosen
        ? matchOne(document, chosen, documents.length)
        : (matchBy('text', document.hashes, byHash) ??
          matchBy('id', document.ids, byId) ??
          matchBy('title', [document.title ?? '', document.newTitle], byTitle))
      const closed = match ? await this.#closed(one.projectId, match.article) : null
      // Of one with the same title and another text nobody knows whether it is the same.
      const isSure = match !== null && (match.by !== 'title' || document.length === null)
      const placement: Placement =
        match && isSure && !closed
          ? { to: 'article', article: match.article }
          : document.problem === null && !chosen && !(match && isSure)
            ? { to: 'new' }
            : { to: 'nowhere' }
      const { hashes: _, ids: __, ...rest } = document
      told.push({ ...rest, match, closed, placement })
    }
    return told
  }

  async #texts(documents: readonly FoundDocumentTold[]): Promise<{ number: number; text: string }[]> {
    const found: { number: number; text: string }[] = []
    let length = 0
    for (const { number, match } of documents) {
      const article = match && (await this.#catalog.articles.find(match.article))
      if (!article) continue
      length += article.text.length
      if (length > MOST_TEXT) break
      found.push({ number, text: article.text })
    }
    return found
  }

  async #articlesOf(
    one: StoredImport,
    reading: MarkReading,
    chosen: ReadonlyMap<number, Placement>,
  ): Promise<Map<string, { title: string; text: string }>> {
    const found = new Map<string, { title: string; text: string }>()
    let length = 0
    for (const { number, placement } of reading.documents) {
      const to = chosen.get(number) ?? placement
      if (to.to !== 'article' || found.has(to.article)) continue
      const article = await this.#catalog.articles.find(to.article)
      // An import for one article goes nowhere else.
      if (!article || article.projectId !== one.projectId || (one.article ?? article.id) !== article.id) continue
      const problem = await this.#closed(one.projectId, article.id)
      if (problem !== null) throw new Unreadable(problem)
      length += article.text.length
      if (length > MOST_TEXT)
        throw new Unreadable('These marks are for too many articles at once. Please bring them in parts.')
      found.set(article.id, { title: article.title, text: article.text })
    }
    return found
  }

  /** Why nothing may be written into an article, as a sentence; null where it may. */
  async #closed(projectId: string, id: string, { mayBeDeleted = false } = {}): Promise<string | null> {
    const { articles, signOffs, reveals, revisions } = this.#catalog
    const [named] = await articles.titles([id])
    const article = await articles.find(id)
    if (!article && mayBeDeleted) return null
    if (!article || article.projectId !== projectId) return `The article “${named?.title ?? id}” is not there any more.`
    if ((await signOffs.of(id)) !== null) return `“${article.title}” is signed off. Reopen it first, and say why.`
    if ((await revisions.newer(id)) !== null) return `“${article.title}” has a newer revision.`
    if ((await reveals.stateOf(id)) === 'revealing')
      return `“${article.title}” is being revealed. Please wait a moment.`
    return null
  }

  async #projectOf(one: StoredImport): Promise<{ labelSet: LabelSet }> {
    const role = this.#catalog.roles.of(one.projectId, one.person)
    if (!role || !canManage(role)) throw new Unreadable('Whoever began this import does not own the project any more.')
    const project = await this.#catalog.projects.find(one.projectId)
    if (!project) throw new Unreadable('The project is not there any more.')
    return project
  }

  async #everything(article: string): Promise<Records> {
    const records = await recordsOfLayers({ catalog: this.#catalog, rooms: this.#rooms }, article)
    addAll(records, await this.#rooms.records(article))
    return records
  }

  /** The file that layers are named after. */
  async #fileOf(one: StoredImport): Promise<string> {
    const files = await this.#catalog.markImports.files(one.id)
    return files.length === 1 ? (files[0]?.name ?? one.name) : one.name
  }

  async #clear(id: string, { keepsPlan = false } = {}): Promise<void> {
    for (const file of await this.#catalog.markImports.files(id)) await this.#forget(file.id)
    if (!keepsPlan) await this.#forget(`${id}.plan`)
  }

  async #forget(name: string): Promise<void> {
    await unlink(join(this.#folder, name)).catch(() => {})
  }

  #planOf(id: string): string {
    return join(this.#folder, `${id}.plan`)
  }

  async #purge(): Promise<void> {
    const now = Date.now()
    await this.#catalog.markImports.purge(now)
    const { files, plans } = await this.#catalog.markImports.kept(now)
    for (const name of await readdir(this.#folder))
      if (!files.has(name) && !plans.has(name.replace(/\.plan(\.part)?$/, '')))
        await rm(join(this.#folder, name), { force: true })
  }
}

const unnamed = 'Unnamed'
const MOST_REASONS = 20
const MOST_ARTICLES = 1000

function titleOf(name: string | null, file: string): string {
  return `${name ?? unnamed} (${file})`
}

interface Known {
  id: string
  title: string
}

function matchBy(
  by: 'text' | 'id' | 'title',
  keys: readonly string[],
  known: ReadonlyMap<string, Known>,
): FoundDocumentTold['match'] {
  for (const key of keys) {
    const found = key === '' ? undefined : known.get(key)
    if (found) return { by, article: found.id, title: found.title }
  }
  return null
}

/** Of several texts only those are about the article that was chosen that are its own, or have none. */
function matchOne(
  { hashes, length }: FoundDocumentSummary,
  chosen: Known & { sha256: string },
  count: number,
): FoundDocumentTold['match'] {
  const isAbout = count === 1 || length === null || hashes.includes(chosen.sha256)
  return isAbout ? { by: 'chosen', article: chosen.id, title: chosen.title } : null
}

/** How many records are of these layers, how many of others are about those, and how many are of others at all. */
function builtOn(records: Records, own: ReadonlySet<string>): { own: number; others: number; foreign: number } {
  const found = { own: 0, others: 0, foreign: 0 }
  const ids = new Set<string>()
  for (const root of roots)
    for (const { id, author } of records[root].values()) {
      if (own.has(author)) ids.add(id)
      else found.foreign++
    }
  found.own = ids.size
  const isAbout = (targets: readonly (string | undefined)[]) => targets.some((id) => id !== undefined && ids.has(id))
  const count = (author: string, ...targets: (string | undefined)[]) => {
    if (!own.has(author) && isAbout(targets)) found.others++
  }
  for (const { author, from, to } of records.relations.values()) count(author, from, to)
  for (const { author, on, of } of records.verdicts.values()) count(author, on, of)
  for (const comment of records.comments.values())
    if ('thread' in comment) count(comment.author, comment.thread)
    else count(comment.author, comment.on, comment.replyTo)
  return found
}

function keysBy(records: Records, authors: ReadonlySet<string>): { root: Root; id: string }[] {
  return roots.flatMap((root) =>
    [...records[root].values()].flatMap(({ id, author }) => (authors.has(author) ? [{ root, id }] : [])),
  )
}
