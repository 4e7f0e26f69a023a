/**
 * Imports of marks: what was sent, how far each is, and what came of it. The files, and what is to be written of them, lie
 * in the data folder; here it stands which of that is needed, so that whatever cuts an import short, the next start knows.
 */

import type { Article } from '@attest/schema/article'
import {
  type MarkImport,
  type MarkImportPage,
  type MarkReading,
  type MarkReadingChoices,
  type MarkReport,
  type MarkTrial,
  markImportState,
  markReadingChoicesSchema,
  markReadingSchema,
  markReportSchema,
  markTrialSchema,
} from '@attest/schema/exchange-api'
import { type Kysely, type Selectable, sql } from 'kysely'
import { articleRow } from './articles.ts'
import type { Audit } from './audit.ts'
import type { NewSource, Sources } from './sources.ts'
import type { CatalogTables } from './tables.ts'

/** So long files wait for somebody to decide about them, and so long what came of it is told in full. */
export const DRAFT_KEPT_MS = 24 * 60 * 60_000
export const REPORT_KEPT_MS = 7 * 24 * 60 * 60_000

type State = MarkImport['state']
type Row = Selectable<CatalogTables['mark_import']>

/** Without what was read, tried and reported, which may be megabytes: a list tells nothing of it. */
const toldColumns = [
  'id',
  'article_id',
  'person_id',
  'name',
  'state',
  'choices',
  'note',
  'undone_by',
  'created_at',
  'finished_at',
] as const

export interface StoredImport {
  id: string
  projectId: string
  article: string | null
  person: string
  name: string
  state: State
  choices: MarkReadingChoices
  reading: MarkReading | null
  trial: MarkTrial | null
  report: MarkReport | null
  /** The label set that it was tried with, as JSON. */
  labels: string | null
  note: string | null
  /** Who takes it back, or has. */
  undoneBy: string | null
}

export interface ImportedArticle {
  article: string
  isNew: boolean
  isDone: boolean
}

/** An article that comes with an import: whose marks are in it, and what models have proposed there. */
export interface NewArticle {
  article: Article
  layers: readonly string[]
  proposed: { layer: string; scores: [string, number][] }[]
}

/** In the place of the service that was asked for suggestions. */
export const OF_A_FILE = 'file'

const open: readonly State[] = ['receiving', 'reading', 'read', 'trying', 'tried']
/** A file may be added to it, or taken away. */
export const takingFiles: readonly State[] = ['receiving', 'read', 'tried']
const working: readonly State[] = ['reading', 'trying', 'committing', 'undoing']

export class MarkImports {
  readonly #db: Kysely<CatalogTables>
  readonly #sources: Sources
  readonly #audit: Audit

  constructor(db: Kysely<CatalogTables>, sources: Sources, audit: Audit) {
    this.#db = db
    this.#sources = sources
    this.#audit = audit
  }

  async add(one: Pick<StoredImport, 'id' | 'projectId' | 'article' | 'person' | 'name'>): Promise<void> {
    await this.#db
      .insertInto('mark_import')
      .values({
        id: one.id,
        project_id: one.projectId,
        article_id: one.article,
        person_id: one.person,
        name: one.name,
        state: 'receiving',
        choices: JSON.stringify({ format: null, encoding: null } satisfies MarkReadingChoices),
        reading: null,
        trial: null,
        report: null,
        labels: null,
        note: null,
        undone_by: null,
        created_at: Date.now(),
        finished_at: null,
      })
      .execute()
  }

  /** Those of a project, the newest first. */
  async inProject(projectId: string, most = 50): Promise<MarkImport[]> {
    const rows = await this.#db
      .selectFrom('mark_import')
      .select(toldColumns)
      .where('project_id', '=', projectId)
      .orderBy('created_at', 'desc')
      .orderBy('id')
      .limit(most)
      .execute()
    return Promise.all(rows.map((row) => this.#told(row)))
  }

  async page(projectId: string, id: string): Promise<MarkImportPage | null> {
    const row = await this.#row(id, projectId)
    if (!row) return null
    const { reading, trial, report } = storedOf(row)
    return { ...(await this.#told(row)), reading, trial, report }
  }

  /** Null when there is none such, in this project where one is given. */
  async find(id: string, projectId: string | null = null): Promise<StoredImport | null> {
    const row = await this.#row(id, projectId)
    return row ? storedOf(row) : null
  }

  async countOpen(projectId: string): Promise<number> {
    const { count } = await this.#db
      .selectFrom('mark_import')
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .where('project_id', '=', projectId)
      .where('state', 'in', open)
      .executeTakeFirstOrThrow()
    return Number(count)
  }

  /**
   * Adds a file to one that is not decided and not worked on, which has to be read again then; false when it takes none,
   * or would have more than `most`.
   */
  async receive(
    id: string,
    file: { id: string; name: string; bytes: number },
    most: { files: number; bytes: number },
  ): Promise<boolean> {
    return this.#db.transaction().execute(async (db) => {
      if (!(await this.#receiveAgain(id, db))) return false
      const { count, bytes, last } = await db
        .selectFrom('mark_import_file')
        .select((eb) => [
          eb.fn.countAll<number>().as('count'),
          eb.fn.coalesce(eb.fn.max<number>('place'), sql<number>`-1`).as('last'),
          eb.fn.coalesce(eb.fn.sum<number>('bytes'), sql<number>`0`).as('bytes'),
        ])
        .where('import_id', '=', id)
        .executeTakeFirstOrThrow()
      if (Number(count) >= most.files || Number(bytes) + file.bytes > most.bytes) return false
      await db
        .insertInto('mark_import_file')
        .values({ ...file, import_id: id, place: Number(last) + 1 })
        .execute()
      return true
    })
  }

  /** Takes a file out again; false where there is none such, or the import is worked on or over. */
  async takeOut(id: string, file: string): Promise<boolean> {
    return this.#db.transaction().execute(async (db) => {
      const row = await db
        .selectFrom('mark_import_file')
        .select('id')
        .where('import_id', '=', id)
        .where('id', '=', file)
        .executeTakeFirst()
      if (!row || !(await this.#receiveAgain(id, db))) return false
      await db.deleteFrom('mark_import_file').where('id', '=', file).execute()
      // It is called after a file that it has.
      const left = await this.files(id, db)
      const { name } = await db.selectFrom('mark_import').select('name').where('id', '=', id).executeTakeFirstOrThrow()
      const [first] = left
      if (first && !left.some((one) => one.name === name))
        await db.updateTable('mark_import').set({ name: first.name }).where('id', '=', id).execute()
      return true
    })
  }

  /** What was found in the files, and what would come of that, holds no more; what was mapped does. */
  async #receiveAgain(id: string, db: Kysely<CatalogTables>): Promise<boolean> {
    return this.move(id, takingFiles, 'receiving', { reading: null, report: null, note: null }, db)
  }

  /** Files of the same names and sizes that have come in already, and by whom. */
  async cameBefore(id: string, projectId: string): Promise<{ file: string; by: string }[]> {
    return this.#db
      .selectFrom('mark_import_file as mine')
      .innerJoin('mark_import_file as other', (join) =>
        join.onRef('other.name', '=', 'mine.name').onRef('other.bytes', '=', 'mine.bytes'),
      )
      .innerJoin('mark_import', 'mark_import.id', 'other.import_id')
      .innerJoin('person', 'person.id', 'mark_import.person_id')
      .select(['mine.name as file', 'person.name as by'])
      .where('mine.import_id', '=', id)
      .where('mark_import.project_id', '=', projectId)
      .where('mark_import.id', '!=', id)
      .where('state', 'in', ['committing', 'done'])
      .orderBy('mine.place')
      .orderBy('mark_import.created_at')
      .execute()
  }

  async files(
    id: string,
    db: Kysely<CatalogTables> = this.#db,
  ): Promise<{ id: string; name: string; bytes: number }[]> {
    return db
      .selectFrom('mark_import_file')
      .select(['id', 'name', 'bytes'])
      .where('import_id', '=', id)
      .orderBy('place')
      .execute()
  }

  /** From one state into another, with what is known by then. False when it was in none of the first. */
  async move(
    id: string,
    from: readonly State[],
    to: State,
    known: Partial<Pick<StoredImport, 'choices' | 'reading' | 'trial' | 'report' | 'labels' | 'note'>> = {},
    db: Kysely<CatalogTables> = this.#db,
  ): Promise<boolean> {
    const isOver = !open.includes(to) && !working.includes(to)
    const json = (value: unknown) => (value === null ? null : JSON.stringify(value))
    const { numUpdatedRows } = await db
      .updateTable('mark_import')
      .set({
        state: to,
        ...(known.choices !== undefined && { choices: JSON.stringify(known.choices) }),
        ...(known.reading !== undefined && { reading: json(known.reading) }),
        ...(known.trial !== undefined && { trial: json(known.trial) }),
        ...(known.report !== undefined && { report: json(known.report) }),
        ...(known.labels !== undefined && { labels: known.labels }),
        ...(known.note !== undefined && { note: known.note }),
        ...(isOver && { finished_at: Date.now() }),
      })
      .where('id', '=', id)
      .where('state', 'in', from)
      .executeTakeFirstOrThrow()
    return numUpdatedRows > 0n
  }

  /** What is to be worked on, the oldest first; nothing of projects that are deleted, which can be brought back. */
  async working(): Promise<StoredImport[]> {
    const rows = await this.#db
      .selectFrom('mark_import')
      .innerJoin('project', 'project.id', 'mark_import.project_id')
      .selectAll('mark_import')
      .where('state', 'in', working)
      .where('project.deleted_at', 'is', null)
      .orderBy('mark_import.created_at')
      .orderBy('mark_import.id')
      .execute()
    return rows.map(storedOf)
  }

  /** From here on it is written, whatever happens: its layers are there, and it stands which articles it goes into. */
  async begin(
    one: StoredImport,
    {
      sources,
      articles,
      layers,
    }: {
      sources: readonly NewSource[]
      articles: readonly (Omit<ImportedArticle, 'isDone'> & { layers: ReadonlySet<string> })[]
      /** As they are called now: one of the name may have come in since it was tried. */
      layers: MarkReport['layers']
    },
  ): Promise<boolean> {
    return this.#db.transaction().execute(async (db) => {
      const row = await db.selectFrom('mark_import').selectAll().where('id', '=', one.id).executeTakeFirst()
      // Somebody may have tried it otherwise meanwhile; what is written is what was looked at.
      if (!row || JSON.stringify(storedOf(row).report) !== JSON.stringify(one.report)) return false
      const report = one.report && { ...one.report, layers }
      if (!(await this.move(one.id, ['tried'], 'committing', { note: null, report }, db))) return false
      await db.updateTable('mark_import').set({ person_id: one.person }).where('id', '=', one.id).execute()
      await this.#sources.add(sources, db)
      for (const { article, isNew, layers: own } of articles) {
        await db
          .insertInto('mark_import_article')
          .values({ import_id: one.id, article_id: article, is_new: isNew ? 1 : 0, is_done: 0 })
          .execute()
        if (isNew) continue
        for (const id of own) await this.#sources.contribute(id, [article], db)
      }
      return true
    })
  }

  async articles(id: string): Promise<ImportedArticle[]> {
    const rows = await this.#db
      .selectFrom('mark_import_article')
      .selectAll()
      .where('import_id', '=', id)
      .orderBy('article_id')
      .execute()
    return rows.map((row) => ({ article: row.article_id, isNew: row.is_new === 1, isDone: row.is_done === 1 }))
  }

  async setDone(id: string, article: string, isDone: boolean): Promise<void> {
    await this.#db
      .updateTable('mark_import_article')
      .set({ is_done: isDone ? 1 : 0 })
      .where('import_id', '=', id)
      .where('article_id', '=', article)
      .execute()
  }

  /** A new article appears once all that belongs in it is there; all of an import at once. */
  async finish(one: StoredImport, articles: readonly NewArticle[]): Promise<void> {
    const who = { project: one.projectId, person: one.person } as const
    await this.#db.transaction().execute(async (db) => {
      for (const { article, layers, proposed } of articles) {
        await db.insertInto('article').values(articleRow(article)).execute()
        await this.#audit.note({ act: 'article.add', ...who, subject: article.id, detail: article.title }, db)
        for (const id of layers) await this.#sources.contribute(id, [article.id], db)
        const told = { article_id: article.id, asked_of: OF_A_FILE, by_id: one.person, at: Date.now() }
        for (const { layer, scores } of proposed)
          await db
            .insertInto('prediction')
            .values({ ...told, source_id: layer, scores: JSON.stringify(scores) })
            .execute()
      }
      await this.move(one.id, ['committing'], 'done', {}, db)
      const detail = `${one.name}: ${one.report?.imported ?? 0}`
      await this.#audit.note({ act: 'marks.import', ...who, subject: one.article, detail }, db)
    })
  }

  /** From here on it is taken back; noted at once, since somebody has asked for it. */
  async beginUndo(one: StoredImport, by: string): Promise<boolean> {
    return this.#db.transaction().execute(async (db) => {
      if (!(await this.move(one.id, ['done'], 'undoing', { note: null }, db))) return false
      await db.updateTable('mark_import').set({ undone_by: by }).where('id', '=', one.id).execute()
      const note = { act: 'marks.undo', project: one.projectId, person: by, subject: one.article } as const
      await this.#audit.note({ ...note, detail: one.name }, db)
      return true
    })
  }

  /** The last step back: with a note it is one that failed, without it one that was undone. `gone` are deleted with it. */
  async finishUndo(
    one: StoredImport,
    { isTrace, gone, by, note }: { isTrace: boolean; gone: readonly string[]; by: string; note: string | null },
  ): Promise<void> {
    await this.#db.transaction().execute(async (db) => {
      const sources = await db.selectFrom('source').select('id').where('import_id', '=', one.id).execute()
      await this.#sources.remove(
        sources.map(({ id }) => id),
        { isTrace },
        db,
      )
      const now = Date.now()
      for (const id of gone) {
        const row = await db
          .updateTable('article')
          .set({ deleted_at: now, deleted_by: by })
          .where('id', '=', id)
          .where('deleted_at', 'is', null)
          .returning('title')
          .executeTakeFirst()
        const note = { act: 'article.delete', project: one.projectId, person: by, subject: id } as const
        if (row) await this.#audit.note({ ...note, detail: row.title }, db)
      }
      await this.move(one.id, ['undoing'], one.note === null ? 'undone' : 'failed', { note }, db)
    })
  }

  /** Takes away drafts that nobody went on with. */
  async purge(now: number): Promise<void> {
    await this.#db
      .deleteFrom('mark_import')
      .where('state', 'in', [...open, 'cancelled', 'failed'])
      .where('created_at', '<', now - DRAFT_KEPT_MS)
      .execute()
  }

  /** Whose files are needed: those that are not decided, and for some days also what the full report is read from. */
  async kept(now: number): Promise<{ files: Set<string>; plans: Set<string> }> {
    const files = await this.#db
      .selectFrom('mark_import_file')
      .innerJoin('mark_import', 'mark_import.id', 'mark_import_file.import_id')
      .select('mark_import_file.id')
      .where('state', 'in', open)
      .execute()
    const plans = await this.#db
      .selectFrom('mark_import')
      .select('id')
      .where((eb) =>
        eb.or([
          eb('state', 'in', [...open, ...working]),
          eb.and([eb('state', '=', 'done'), eb('finished_at', '>', now - REPORT_KEPT_MS)]),
        ]),
      )
      .execute()
    return { files: new Set(files.map(({ id }) => id)), plans: new Set(plans.map(({ id }) => id)) }
  }

  async #row(id: string, projectId: string | null): Promise<Row | undefined> {
    let query = this.#db.selectFrom('mark_import').selectAll().where('id', '=', id)
    if (projectId !== null) query = query.where('project_id', '=', projectId)
    return query.executeTakeFirst()
  }

  async #told(row: Pick<Row, (typeof toldColumns)[number]>): Promise<MarkImport> {
    const state = markImportState.parse(row.state)
    const isMoving = state === 'committing' || state === 'undoing'
    const articles = isMoving ? await this.articles(row.id) : []
    const isForward = state === 'committing'
    return {
      id: row.id,
      name: row.name,
      article: row.article_id,
      state,
      files: await this.files(row.id),
      choices: markReadingChoicesSchema.parse(JSON.parse(row.choices)),
      progress: isMoving
        ? { done: articles.filter(({ isDone }) => isDone === isForward).length, of: articles.length }
        : null,
      note: row.note,
      by: row.person_id,
      undoneBy: row.undone_by,
      createdAt: Number(row.created_at),
      finishedAt: row.finished_at === null ? null : Number(row.finished_at),
    }
  }
}

function storedOf(row: Row): StoredImport {
  const read = <T>(json: string | null, parse: (value: unknown) => T) =>
    json === null ? null : parse(JSON.parse(json))
  return {
    id: row.id,
    projectId: row.project_id,
    article: row.article_id,
    person: row.person_id,
    name: row.name,
    state: markImportState.parse(row.state),
    choices: markReadingChoicesSchema.parse(JSON.parse(row.choices)),
    reading: read(row.reading, (value) => markReadingSchema.parse(value)),
    trial: read(row.trial, (value) => markTrialSchema.parse(value)),
    report: read(row.report, (value) => markReportSchema.parse(value)),
    labels: row.labels,
    note: row.note,
    undoneBy: row.undone_by,
  }
}
