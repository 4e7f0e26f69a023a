/**
 * Every version of what a project works by, and the changing of marks to a new one. A project that has none here yet is
 * at its first, which stands in its own row.
 */
import type { Kysely } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('label_version')
    .addColumn('project_id', 'text', (column) => column.notNull().references('project.id').onDelete('cascade'))
    .addColumn('number', 'integer', (column) => column.notNull())
    .addColumn('label_set', 'text', (column) => column.notNull())
    .addColumn('guidelines', 'text', (column) => column.notNull())
    .addColumn('note', 'text', (column) => column.notNull())
    // Null for what came with the project.
    .addColumn('person_id', 'text', (column) => column.references('person.id'))
    .addColumn('created_at', 'integer', (column) => column.notNull())
    .addPrimaryKeyConstraint('label_version_key', ['project_id', 'number'])
    .execute()
  await db.schema
    .createTable('label_job')
    .addColumn('project_id', 'text', (column) => column.notNull().references('project.id').onDelete('cascade'))
    // The version that marks are changed to.
    .addColumn('number', 'integer', (column) => column.notNull())
    .addColumn('person_id', 'text', (column) => column.notNull().references('person.id'))
    .addColumn('decisions', 'text', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('articles', 'integer', (column) => column.notNull())
    .addColumn('done', 'integer', (column) => column.notNull())
    .addColumn('changed', 'integer', (column) => column.notNull())
    // The id of the last article that was seen to, in the order of ids: what comes after it is still to be done.
    .addColumn('last_article', 'text', (column) => column.notNull())
    .addColumn('failures', 'text', (column) => column.notNull())
    .addColumn('created_at', 'integer', (column) => column.notNull())
    .addPrimaryKeyConstraint('label_job_key', ['project_id', 'number'])
    .execute()
}
