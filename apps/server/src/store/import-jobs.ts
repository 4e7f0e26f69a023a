/** What is brought in in bulk: jobs, and the files and rows of each. The bytes lie in the data folder, by the item's id. */
import type { Article } from '@attest/schema/article'
import {
  type Columns,
  columnsSchema,
  type ImportItemState,
  type ImportJob,
  importItemState,
  importJobState,
  type ReadingChoices,
  readingChoicesSchema,
} from '@attest/schema/importing'
import { type Kysely, type Selectable, sql } from 'kysely'
import * as z from 'zod'
import { articleRow } from './articles.ts'
import { Audit } from './audit.ts'
import type { CatalogTables } from './tables.ts'

/**
 * `file` is what somebody sent, which may be an archive or a table; `packed` came out of an archive, and is not opened if
 * it is one; `row` is one of a table.
 */
const itemKind = z.enum(['file', 'packed', 'row'])

export interface ImportItem {
  id: string
  job: string
  kind: z.infer<typeof itemKind>
  name: string
  line: number | null
}

export interface NewItem {
  id: string
  kind: ImportItem['kind']
  name: string
  line: number | null
  bytes: number
  /** Why it will not be read; null when it will. */
  problem: string | null
}

/** What came of an item. */
export type Outcome =
  | { state: 'known' | 'failed'; problem: string | null; articleId: string | null; title: string | null }
  /** What was in it are items now. */
  | { state: 'opened'; items: readonly NewItem[] }

export interface JobSetting {
  id: string
  projectId: string
  person: string
  choices: ReadingChoices
  columns: Columns | null
  keepsKnown: boolean
}

export interface ToldItem {
  name: string
  line: number | null
  state: ImportItemState
  problem: string | null
  report: string[]
  title: string | null
  articleId: string | null
}

export class ImportJobs {
  readonly #db: Kysely<CatalogTables>

  constructor(db: Kysely<CatalogTables>) {
    this.#db = db
  }

  async add(job: JobSetting & { name: string }): Promise<void> {
    await this.#db
      .insertInto('import_job')
      .values({
        id: job.id,
        project_id: job.projectId,
        person_id: job.person,
        name: job.name,
        state: 'receiving',
        choices: JSON.stringify(job.choices),
        columns: job.columns && JSON.stringify(job.columns),
        keeps_known: job.keepsKnown ? 1 : 0,
        note: null,
        created_at: Date.now(),
        finished_at: null,
      })
      .execute()
  }

  /** Those of a project, the newest first. */
  async inProject(projectId: string, most = 20): Promise<ImportJob[]> {
    const rows = await this.#db
      .selectFrom('import_job')
      .selectAll()
      .where('project_id', '=', projectId)
      .orderBy('created_at', 'desc')
      .orderBy('id')
      .limit(most)
      .execute()
    return Promise.all(rows.map((row) => this.#told(row)))
  }

  /** Null when the project has no such job. */
  async find(projectId: string, id: string): Promise<ImportJob | null> {
    const row = await this.#db
      .selectFrom('import_job')
      .selectAll()
      .where('project_id', '=', projectId)
      .where('id', '=', id)
      .executeTakeFirst()
    return row ? this.#told(row) : null
  }

  /** How many of a project are not done yet. */
  async openIn(projectId: string): Promise<number> {
    const { count } = await this.#db
      .selectFrom('import_job')
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .where('project_id', '=', projectId)
      .where('finished_at', 'is', null)
      .executeTakeFirstOrThrow()
    return Number(count)
  }

  /** Adds to one that still receives; false when it does not, or would have more than `most`. */
  async receive(job: string, item: NewItem, most: { items: number; bytes: number }): Promise<boolean> {
    return this.#db.transaction().execute(async (db) => {
      const found = await db.selectFrom('import_job').select('state').where('id', '=', job).executeTakeFirst()
      if (found?.state !== 'receiving') return false
      const { count, bytes } = await db
        .selectFrom('import_item')
        .select((eb) => [
          eb.fn.countAll<number>().as('count'),
          eb.fn.coalesce(eb.fn.sum<number>('bytes'), sql<number>`0`).as('bytes'),
        ])
        .where('job_id', '=', job)
        .executeTakeFirstOrThrow()
      if (Number(count) >= most.items || Number(bytes) + item.bytes > most.bytes) return false
      await db
        .insertInto('import_item')
        .values(itemRow(job, item, Number(count)))
        .execute()
      return true
    })
  }

  /** All that was to come has come. False when it is over already. */
  async complete(id: string, note: string | null = null): Promise<boolean> {
    const { numUpdatedRows } = await this.#db
      .updateTable('import_job')
      .set({ state: 'running', note })
      .where('id', '=', id)
      .where('state', '=', 'receiving')
      .executeTakeFirstOrThrow()
    return numUpdatedRows > 0n
  }

  /** What waits is given up; the answer is the items whose bytes are not needed any more. */
  async cancel(id: string, note: string | null): Promise<string[]> {
    return this.#db.transaction().execute(async (db) => {
      const { numUpdatedRows } = await db
        .updateTable('import_job')
        .set({ state: 'cancelled', note, finished_at: Date.now() })
        .where('id', '=', id)
        .where('finished_at', 'is', null)
        .executeTakeFirstOrThrow()
      if (numUpdatedRows === 0n) return []
      const waiting = await db
        .selectFrom('import_item')
        .select('id')
        .where('job_id', '=', id)
        .where('state', '=', 'waiting')
        .execute()
      await db
        .updateTable('import_item')
        .set({ state: 'cancelled' })
        .where('job_id', '=', id)
        .where('state', '=', 'waiting')
        .execute()
      return waiting.map((item) => item.id)
    })
  }

  async finish(id: string): Promise<void> {
    await this.#db
      .updateTable('import_job')
      .set({ state: 'done', finished_at: Date.now() })
      .where('id', '=', id)
      .where('state', '=', 'running')
      .execute()
  }

  /**
   * Those that are not done, the oldest first, and whether they still receive. While a project is archived or deleted its
   * own wait: both can be taken back.
   */
  async unfinished(): Promise<(JobSetting & { isReceiving: boolean })[]> {
    const rows = await this.#db
      .selectFrom('import_job')
      .innerJoin('project', 'project.id', 'import_job.project_id')
      .selectAll('import_job')
      .where('finished_at', 'is', null)
      .where('project.deleted_at', 'is', null)
      .where('project.archived_at', 'is', null)
      .orderBy('import_job.created_at')
      .orderBy('import_job.id')
      .execute()
    return rows.map((row) => ({
      id: row.id,
      projectId: row.project_id,
      person: row.person_id,
      choices: readingChoicesSchema.parse(JSON.parse(row.choices)),
      columns: row.columns === null ? null : columnsSchema.parse(JSON.parse(row.columns)),
      keepsKnown: row.keeps_known === 1,
      isReceiving: row.state === 'receiving',
    }))
  }

  /** The first that waits; null when none does. */
  async next(job: string): Promise<ImportItem | null> {
    const row = await this.#db
      .selectFrom('import_item')
      .select(['id', 'kind', 'name', 'line'])
      .where('job_id', '=', job)
      .where('state', '=', 'waiting')
      .orderBy('place')
      // What came out of one file has its place; they were written in their order.
      .orderBy(sql`rowid`)
      .limit(1)
      .executeTakeFirst()
    return row ? { ...row, job, kind: itemKind.parse(row.kind) } : null
  }

  /**
   * The article becomes part of its project, and the item is done, at once: an import that a crash cut short goes on
   * where it was and keeps nothing twice. False when the item was given up meanwhile.
   */
  async keep(item: ImportItem, article: Article, report: readonly string[]): Promise<boolean> {
    return this.#db.transaction().execute(async (db) => {
      const { numUpdatedRows } = await db
        .updateTable('import_item')
        .set({ state: 'kept', article_id: article.id, title: article.title, report: JSON.stringify(report) })
        .where('id', '=', item.id)
        .where('state', '=', 'waiting')
        .executeTakeFirstOrThrow()
      if (numUpdatedRows === 0n) return false
      await db.insertInto('article').values(articleRow(article)).execute()
      const { person_id } = await db
        .selectFrom('import_job')
        .select('person_id')
        .where('id', '=', item.job)
        .executeTakeFirstOrThrow()
      const note = { act: 'article.add', project: article.projectId, person: person_id, subject: article.id } as const
      await new Audit(db).note({ ...note, detail: article.title })
      return true
    })
  }

  async settle(item: ImportItem, outcome: Outcome): Promise<void> {
    await this.#db.transaction().execute(async (db) => {
      const set =
        outcome.state === 'opened'
          ? { state: outcome.state }
          : { state: outcome.state, problem: outcome.problem, article_id: outcome.articleId, title: outcome.title }
      const { numUpdatedRows } = await db
        .updateTable('import_item')
        .set(set)
        .where('id', '=', item.id)
        .where('state', '=', 'waiting')
        .executeTakeFirstOrThrow()
      if (numUpdatedRows === 0n || outcome.state !== 'opened') return
      const { place } = await db
        .selectFrom('import_item')
        .select('place')
        .where('id', '=', item.id)
        .executeTakeFirstOrThrow()
      // In the place of what they came out of. SQLite takes a limited number of parameters in one statement.
      for (let i = 0; i < outcome.items.length; i += 500)
        await db
          .insertInto('import_item')
          .values(outcome.items.slice(i, i + 500).map((one) => itemRow(item.job, one, place)))
          .execute()
    })
  }

  /** What there is to tell of each, in the order in which they came. */
  async items(job: string, states: readonly ImportItemState[], most: number): Promise<ToldItem[]> {
    const rows = await this.#db
      .selectFrom('import_item')
      .selectAll()
      .where('job_id', '=', job)
      .where('state', 'in', states)
      .orderBy('place')
      .orderBy(sql`rowid`)
      .limit(most)
      .execute()
    return rows.map((row) => ({
      name: row.name,
      line: row.line,
      state: importItemState.parse(row.state),
      problem: row.problem,
      report: row.report === null ? [] : z.array(z.string()).parse(JSON.parse(row.report)),
      title: row.title,
      articleId: row.article_id,
    }))
  }

  /** Those whose bytes are still needed. */
  async waitingIds(): Promise<Set<string>> {
    const rows = await this.#db.selectFrom('import_item').select('id').where('state', '=', 'waiting').execute()
    return new Set(rows.map((row) => row.id))
  }

  async #told(row: Selectable<CatalogTables['import_job']>): Promise<ImportJob> {
    const counts = { waiting: 0, kept: 0, known: 0, failed: 0, cancelled: 0 }
    const found = await this.#db
      .selectFrom('import_item')
      .select(['state', (eb) => eb.fn.countAll<number>().as('count')])
      .where('job_id', '=', row.id)
      .groupBy('state')
      .execute()
    for (const { state, count } of found) if (state in counts) counts[state as keyof typeof counts] = Number(count)
    return {
      id: row.id,
      name: row.name,
      state: importJobState.parse(row.state),
      counts,
      note: row.note,
      createdAt: row.created_at,
      finishedAt: row.finished_at,
    }
  }
}

function itemRow(job: string, item: NewItem, place: number): CatalogTables['import_item'] {
  return {
    id: item.id,
    job_id: job,
    place,
    kind: item.kind,
    name: item.name,
    line: item.line,
    bytes: item.bytes,
    state: item.problem === null ? 'waiting' : 'failed',
    problem: item.problem,
    report: null,
    title: null,
    article_id: null,
  }
}
