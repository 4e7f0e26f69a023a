/**
 * Revisions of articles, what in them is to be decided by a person, and what owners have taken out. The records
 * themselves, also those that were taken out, are in the logs of their rooms.
 */
import type { Kysely } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('revision')
    .addColumn('article_id', 'text', (column) =>
      column.primaryKey().notNull().references('article.id').onDelete('cascade'),
    )
    // Each article is replaced by one at most, whatever two owners do at once.
    .addColumn('replaces', 'text', (column) => column.notNull().unique().references('article.id').onDelete('cascade'))
    .addColumn('first', 'text', (column) => column.notNull())
    .addColumn('number', 'integer', (column) => column.notNull())
    .addColumn('person_id', 'text', (column) => column.notNull())
    .addColumn('created_at', 'integer', (column) => column.notNull())
    .execute()
  await db.schema.createIndex('revision_first').on('revision').columns(['first', 'number']).execute()

  await db.schema
    .createTable('doubt')
    .addColumn('article_id', 'text', (column) => column.notNull().references('article.id').onDelete('cascade'))
    .addColumn('mark_id', 'text', (column) => column.notNull())
    .addColumn('reason', 'text', (column) => column.notNull())
    .addColumn('proposals', 'text', (column) => column.notNull())
    // As it was in the revision before, with its words.
    .addColumn('mark', 'text', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('decided_by', 'text')
    .addColumn('decided_at', 'integer')
    .addPrimaryKeyConstraint('doubt_key', ['article_id', 'mark_id'])
    .execute()

  await db.schema
    .createTable('removal')
    .addColumn('id', 'text', (column) => column.primaryKey().notNull())
    .addColumn('project_id', 'text', (column) => column.notNull().references('project.id').onDelete('cascade'))
    .addColumn('article_id', 'text')
    .addColumn('of_person', 'text', (column) => column.notNull())
    .addColumn('by_person', 'text', (column) => column.notNull())
    .addColumn('since', 'integer')
    .addColumn('at', 'integer', (column) => column.notNull())
    .addColumn('count', 'integer', (column) => column.notNull())
    .addColumn('undone_at', 'integer')
    .execute()
  await db.schema.createIndex('removal_project').on('removal').columns(['project_id', 'at']).execute()

  await db.schema
    .createTable('removed_record')
    .addColumn('room', 'text', (column) => column.notNull())
    .addColumn('record_key', 'text', (column) => column.notNull())
    .addColumn('removal_id', 'text', (column) => column.notNull().references('removal.id').onDelete('cascade'))
    .addPrimaryKeyConstraint('removed_record_key', ['room', 'record_key'])
    .execute()
  await db.schema.createIndex('removed_record_removal').on('removed_record').column('removal_id').execute()
}
