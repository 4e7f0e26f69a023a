/** What was done to accounts, projects and their members, for owners to look up. Rows are only ever added. */
import type { Kysely } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('audit')
    .addColumn('seq', 'integer', (column) => column.primaryKey().autoIncrement())
    .addColumn('at', 'integer', (column) => column.notNull())
    // Of no project: signing in, accounts.
    .addColumn('project_id', 'text')
    // Of nobody who is known: an attempt to sign in that failed.
    .addColumn('person_id', 'text')
    .addColumn('act', 'text', (column) => column.notNull())
    .addColumn('subject', 'text')
    .addColumn('detail', 'text')
    .execute()
  await db.schema.createIndex('audit_project').on('audit').columns(['project_id', 'seq']).execute()
}
