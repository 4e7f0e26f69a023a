/** The audit log: who did what to accounts, projects and members. Marks have the log of their room. */
import { type AuditAct, type AuditEntry, auditActs } from '@attest/schema/audit'
import type { Kysely } from 'kysely'
import * as z from 'zod'
import { FullDisk } from './store.ts'
import type { CatalogTables } from './tables.ts'

export interface Noted {
  act: AuditAct
  /** Null or missing for what is of no project. */
  project?: string | null
  /** Null or missing where it is not known who did it. */
  person?: string | null
  subject?: string | null
  /** A few words for a person, at most 500 UTF-16 code units of them are kept. Never a secret. */
  detail?: string | null
}

export interface AuditQuery {
  before?: number | undefined
  limit: number
  acts?: readonly AuditAct[] | undefined
  person?: string | undefined
}

const DETAIL_LENGTH = 500

export class Audit {
  readonly #db: Kysely<CatalogTables>

  constructor(db: Kysely<CatalogTables>) {
    this.#db = db
  }

  /** Notes it; `db` is the transaction in which it was done, so that both are kept or neither is. */
  async note({ act, project, person, subject, detail }: Noted, db: Kysely<CatalogTables> = this.#db): Promise<void> {
    await db
      .insertInto('audit')
      .values({
        at: Date.now(),
        act,
        project_id: project ?? null,
        person_id: person ?? null,
        subject: subject ?? null,
        detail: detail?.slice(0, DETAIL_LENGTH).toWellFormed() ?? null,
      })
      .execute()
  }

  /** Notes that something was read. A full disk keeps nobody from reading, so then it goes without the note. */
  async noteReading(noted: Noted): Promise<void> {
    await this.note(noted).catch((error: unknown) => {
      if (!(error instanceof FullDisk)) throw error
    })
  }

  /** Those of a project, or with null those of none, the newest first; `before` is the last `seq` of the page before. */
  async entries(project: string | null, { before, limit, acts, person }: AuditQuery): Promise<AuditEntry[]> {
    let query = this.#db.selectFrom('audit').selectAll().orderBy('seq', 'desc').limit(limit)
    query = project === null ? query.where('project_id', 'is', null) : query.where('project_id', '=', project)
    if (before !== undefined) query = query.where('seq', '<', before)
    if (acts !== undefined) query = query.where('act', 'in', acts)
    if (person !== undefined) query = query.where('person_id', '=', person)
    return (await query.execute()).map(({ seq, at, act, person_id, subject, detail }) => ({
      seq,
      at,
      act: z.enum(auditActs).parse(act),
      person: person_id,
      subject,
      detail,
    }))
  }
}
