/** Where articles come from, and the bringing in of many at once. */
import type { Kysely } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('article').addColumn('source', 'text').execute()
  // Whether a text is there already is asked for each file that is brought in.
  await db.schema.createIndex('article_sha256').on('article').columns(['project_id', 'sha256']).execute()

  await db.schema
    .createTable('import_job')
    .addColumn('id', 'text', (column) => column.primaryKey().notNull())
    .addColumn('project_id', 'text', (column) => column.notNull().references('project.id').onDelete('cascade'))
    .addColumn('person_id', 'text', (column) => column.notNull().references('person.id'))
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('choices', 'text', (column) => column.notNull())
    .addColumn('columns', 'text')
    .addColumn('keeps_known', 'integer', (column) => column.notNull())
    .addColumn('note', 'text')
    .addColumn('created_at', 'integer', (column) => column.notNull())
    .addColumn('finished_at', 'integer')
    .execute()
  await db.schema.createIndex('import_job_project').on('import_job').columns(['project_id', 'created_at']).execute()

  await db.schema
    .createTable('import_item')
    .addColumn('id', 'text', (column) => column.primaryKey().notNull())
    .addColumn('job_id', 'text', (column) => column.notNull().references('import_job.id').onDelete('cascade'))
    .addColumn('place', 'integer', (column) => column.notNull())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('line', 'integer')
    .addColumn('bytes', 'integer', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('problem', 'text')
    .addColumn('report', 'text')
    .addColumn('title', 'text')
    .addColumn('article_id', 'text')
    .execute()
  await db.schema.createIndex('import_item_job').on('import_item').columns(['job_id', 'state', 'place']).execute()
}
