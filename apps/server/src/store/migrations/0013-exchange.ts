/** Layers that no person has made, the bringing in of marks, and exports that are made while nobody waits. */
import type { Kysely } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('mark_import')
    .addColumn('id', 'text', (column) => column.primaryKey().notNull())
    .addColumn('project_id', 'text', (column) => column.notNull().references('project.id').onDelete('cascade'))
    // The one article it is for; null where each text finds its own.
    .addColumn('article_id', 'text', (column) => column.references('article.id').onDelete('cascade'))
    .addColumn('person_id', 'text', (column) => column.notNull().references('person.id'))
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    // How it is to be read, what was found, what was tried, and what came of that: each as JSON.
    .addColumn('choices', 'text', (column) => column.notNull())
    .addColumn('reading', 'text')
    .addColumn('trial', 'text')
    .addColumn('report', 'text')
    // By which version of the labels it was tried.
    .addColumn('labels', 'text')
    .addColumn('note', 'text')
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('finished_at', 'bigint')
    .execute()
  await db.schema.createIndex('mark_import_project').on('mark_import').columns(['project_id', 'created_at']).execute()

  await db.schema
    .createTable('mark_import_file')
    .addColumn('id', 'text', (column) => column.primaryKey().notNull())
    .addColumn('import_id', 'text', (column) => column.notNull().references('mark_import.id').onDelete('cascade'))
    .addColumn('place', 'integer', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('bytes', 'integer', (column) => column.notNull())
    .execute()
  await db.schema
    .createIndex('mark_import_file_import')
    .on('mark_import_file')
    .columns(['import_id', 'place'])
    .execute()

  // The articles that a committed import writes into. Without a reference: a new one is there last.
  await db.schema
    .createTable('mark_import_article')
    .addColumn('import_id', 'text', (column) => column.notNull().references('mark_import.id').onDelete('cascade'))
    .addColumn('article_id', 'text', (column) => column.notNull())
    .addColumn('is_new', 'integer', (column) => column.notNull())
    .addColumn('is_done', 'integer', (column) => column.notNull())
    .addPrimaryKeyConstraint('mark_import_article_key', ['import_id', 'article_id'])
    .execute()

  await db.schema
    .createTable('source')
    .addColumn('id', 'text', (column) => column.primaryKey().notNull().references('person.id'))
    .addColumn('project_id', 'text', (column) => column.notNull().references('project.id').onDelete('cascade'))
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('format', 'text')
    .addColumn('file', 'text')
    .addColumn('model', 'text')
    .addColumn('version', 'text')
    .addColumn('import_id', 'text', (column) => column.references('mark_import.id').onDelete('set null'))
    .addColumn('by_id', 'text')
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .execute()
  await db.schema.createIndex('source_project').on('source').columns(['project_id', 'created_at']).execute()
  await db.schema.createIndex('source_import').on('source').column('import_id').execute()

  await db.schema
    .createTable('export_job')
    .addColumn('id', 'text', (column) => column.primaryKey().notNull())
    .addColumn('project_id', 'text', (column) => column.notNull().references('project.id').onDelete('cascade'))
    .addColumn('person_id', 'text', (column) => column.notNull().references('person.id'))
    // What they were when they asked: what is in it is what that one may see.
    .addColumn('role', 'text', (column) => column.notNull())
    .addColumn('choices', 'text', (column) => column.notNull())
    .addColumn('articles', 'text', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('done', 'integer', (column) => column.notNull())
    .addColumn('report', 'text', (column) => column.notNull())
    .addColumn('file_name', 'text', (column) => column.notNull())
    .addColumn('bytes', 'bigint')
    // Of the finished file: what a download that goes on has to be of.
    .addColumn('sha256', 'text')
    .addColumn('note', 'text')
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('finished_at', 'bigint')
    .execute()
  await db.schema.createIndex('export_job_project').on('export_job').columns(['project_id', 'created_at']).execute()
}
