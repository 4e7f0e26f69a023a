/** Who proposes marks in a project, who may ask them, and how sure what they proposed is. */
import type { Kysely } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('suggestion_service')
    .addColumn('id', 'text', (column) => column.primaryKey().notNull())
    .addColumn('project_id', 'text', (column) => column.notNull().references('project.id').onDelete('cascade'))
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('protocol', 'text', (column) => column.notNull())
    .addColumn('url', 'text', (column) => column.notNull())
    .addColumn('authorization', 'text')
    .addColumn('threshold', 'real', (column) => column.notNull())
    .addColumn('version', 'text')
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .execute()
  await db.schema
    .createIndex('suggestion_service_project')
    .on('suggestion_service')
    .columns(['project_id', 'created_at'])
    .execute()

  // A project without a row leaves it to whoever may mark.
  await db.schema
    .createTable('suggestion_setting')
    .addColumn('project_id', 'text', (column) =>
      column.primaryKey().notNull().references('project.id').onDelete('cascade'),
    )
    .addColumn('askers', 'text', (column) => column.notNull())
    .execute()

  await db.schema
    .createTable('prediction')
    .addColumn('article_id', 'text', (column) => column.notNull().references('article.id').onDelete('cascade'))
    .addColumn('source_id', 'text', (column) => column.notNull().references('source.id').onDelete('cascade'))
    // `built-in` or a service, which may be gone by now.
    .addColumn('asked_of', 'text', (column) => column.notNull())
    .addColumn('by_id', 'text')
    .addColumn('at', 'bigint', (column) => column.notNull())
    // Pairs of a mark and its score, as JSON.
    .addColumn('scores', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('prediction_key', ['article_id', 'source_id'])
    .execute()
}
