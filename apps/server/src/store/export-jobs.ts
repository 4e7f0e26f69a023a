/** Exports that are made in the background: what was asked for, how far it is, and the file that came of it. */
import {
  type ExportCounts,
  type ExportJob,
  exportChoicesSchema,
  exportJobSchema,
  exportJobState,
} from '@attest/schema/exchange-api'
import type { Loss } from '@attest/schema/formats/format'
import { type Role, roleSchema } from '@attest/schema/roles'
import type { Kysely, Selectable } from 'kysely'
import * as z from 'zod'
import { Audit } from './audit.ts'
import type { CatalogTables } from './tables.ts'

/** So long a file is there once it is made; what failed is told of for as long. */
export const EXPORT_KEPT_MS = 7 * 24 * 60 * 60_000

export interface NewExportJob {
  id: string
  projectId: string
  person: string
  /** What they are now: what is in the file is what that one may see. */
  role: Role
  choices: z.infer<typeof exportChoicesSchema>
  articles: readonly string[]
  fileName: string
}

export interface StoredExport extends Omit<NewExportJob, 'fileName'> {
  createdAt: number
}

interface Report {
  counts: ExportCounts
  left: readonly Loss[]
}

const reportSchema = exportJobSchema.pick({ counts: true, left: true })
const nothing: Report = { counts: { annotations: 0, relations: 0, comments: 0, verdicts: 0 }, left: [] }

export class ExportJobs {
  readonly #db: Kysely<CatalogTables>

  constructor(db: Kysely<CatalogTables>) {
    this.#db = db
  }

  /** False where so many are being made already, for this person or for all; many may ask at once. */
  async add(
    { id, projectId, person, role, choices, articles, fileName }: NewExportJob,
    most = { own: Number.POSITIVE_INFINITY, all: Number.POSITIVE_INFINITY },
  ): Promise<boolean> {
    return this.#db.transaction().execute(async (db) => {
      const running = await db.selectFrom('export_job').select('person_id').where('state', '=', 'running').execute()
      const own = running.filter((row) => row.person_id === person)
      if (own.length >= most.own || running.length >= most.all) return false
      await db
        .insertInto('export_job')
        .values({
          id,
          project_id: projectId,
          person_id: person,
          role,
          choices: JSON.stringify(choices),
          articles: JSON.stringify(articles),
          state: 'running',
          done: 0,
          report: JSON.stringify(nothing),
          file_name: fileName,
          bytes: null,
          sha256: null,
          note: null,
          created_at: Date.now(),
          finished_at: null,
        })
        .execute()
      return true
    })
  }

  /** Those of a project, the newest first; of one person, or of everybody with null. */
  async inProject(projectId: string, person: string | null, most = 50): Promise<ExportJob[]> {
    let query = this.#db.selectFrom('export_job').selectAll().where('project_id', '=', projectId)
    if (person !== null) query = query.where('person_id', '=', person)
    const rows = await query.orderBy('created_at', 'desc').orderBy('id').limit(most).execute()
    return rows.map(toldOf)
  }

  /** Null when the project has no such one. */
  async find(projectId: string, id: string): Promise<{ job: ExportJob; role: Role; sha256: string | null } | null> {
    const row = await this.#db
      .selectFrom('export_job')
      .selectAll()
      .where('project_id', '=', projectId)
      .where('id', '=', id)
      .executeTakeFirst()
    return row ? { job: toldOf(row), role: roleSchema.parse(row.role), sha256: row.sha256 } : null
  }

  /** Those that are being made, the oldest first. */
  async running(): Promise<StoredExport[]> {
    const rows = await this.#db
      .selectFrom('export_job')
      .innerJoin('project', 'project.id', 'export_job.project_id')
      .selectAll('export_job')
      .where('state', '=', 'running')
      .where('project.deleted_at', 'is', null)
      .orderBy('export_job.created_at')
      .orderBy('export_job.id')
      .execute()
    return rows.map((row) => ({
      id: row.id,
      projectId: row.project_id,
      person: row.person_id,
      role: roleSchema.parse(row.role),
      choices: exportChoicesSchema.parse(JSON.parse(row.choices)),
      articles: z.array(z.string()).parse(JSON.parse(row.articles)),
      createdAt: Number(row.created_at),
    }))
  }

  async progress(id: string, done: number, report: Report): Promise<void> {
    await this.#db
      .updateTable('export_job')
      .set({ done, report: JSON.stringify(report) })
      .where('id', '=', id)
      .where('state', '=', 'running')
      .execute()
  }

  /** False when it was cancelled meanwhile. */
  async finish(
    id: string,
    made: { done: number; report: Report; bytes: number; sha256: string; note: string | null },
  ): Promise<boolean> {
    return this.#db.transaction().execute(async (db) => {
      const row = await db
        .updateTable('export_job')
        .set({
          state: 'done',
          done: made.done,
          report: JSON.stringify(made.report),
          bytes: made.bytes,
          sha256: made.sha256,
          note: made.note,
          finished_at: Date.now(),
        })
        .where('id', '=', id)
        .where('state', '=', 'running')
        .returning(['project_id', 'person_id', 'file_name'])
        .executeTakeFirst()
      if (!row) return false
      const { project_id: project, person_id: person, file_name: detail } = row
      await new Audit(db).note({ act: 'export.done', project, person, subject: id, detail })
      return true
    })
  }

  async fail(id: string, note: string): Promise<void> {
    await this.#end(id, 'failed', note)
  }

  /** False when it was not being made any more. */
  async cancel(id: string): Promise<boolean> {
    return this.#end(id, 'cancelled', null)
  }

  async #end(id: string, state: 'failed' | 'cancelled', note: string | null): Promise<boolean> {
    const { numUpdatedRows } = await this.#db
      .updateTable('export_job')
      .set({ state, note, finished_at: Date.now() })
      .where('id', '=', id)
      .where('state', '=', 'running')
      .executeTakeFirstOrThrow()
    return numUpdatedRows > 0n
  }

  async purge(now: number): Promise<void> {
    await this.#db
      .deleteFrom('export_job')
      .where('finished_at', '<', now - EXPORT_KEPT_MS)
      .execute()
  }

  /** Those whose files are needed. */
  async ids(): Promise<Set<string>> {
    const rows = await this.#db
      .selectFrom('export_job')
      .select('id')
      .where('state', 'in', ['running', 'done'])
      .execute()
    return new Set(rows.map(({ id }) => id))
  }
}

function toldOf(row: Selectable<CatalogTables['export_job']>): ExportJob {
  const { counts, left } = reportSchema.parse(JSON.parse(row.report))
  const finishedAt = row.finished_at === null ? null : Number(row.finished_at)
  return {
    ...exportChoicesSchema.parse(JSON.parse(row.choices)),
    id: row.id,
    state: exportJobState.parse(row.state),
    articles: z.array(z.string()).parse(JSON.parse(row.articles)).length,
    done: row.done,
    counts,
    left,
    fileName: row.file_name,
    bytes: row.bytes === null ? null : Number(row.bytes),
    note: row.note,
    by: row.person_id,
    createdAt: Number(row.created_at),
    finishedAt,
    goneAt: finishedAt === null ? null : finishedAt + EXPORT_KEPT_MS,
  }
}
