/**
 * Who works on which article, how far they are, and until when; every change of a state with its time, for the pictures
 * over time; and what was counted of the rooms, which can be thrown away: it is counted anew from their logs.
 */
import type { Kysely } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('assignment')
    .addColumn('article_id', 'text', (column) => column.notNull().references('article.id').onDelete('cascade'))
    .addColumn('person_id', 'text', (column) => column.notNull().references('person.id'))
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('due', 'text')
    .addColumn('note', 'text')
    .addColumn('at', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('assignment_key', ['article_id', 'person_id'])
    .execute()
  await db.schema.createIndex('assignment_person').on('assignment').column('person_id').execute()

  // An article without a row is to do, and due on no day.
  await db.schema
    .createTable('article_work')
    .addColumn('article_id', 'text', (column) =>
      column.primaryKey().notNull().references('article.id').onDelete('cascade'),
    )
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('due', 'text')
    .execute()

  await db.schema
    .createTable('state_change')
    .addColumn('seq', 'integer', (column) => column.primaryKey().autoIncrement())
    .addColumn('article_id', 'text', (column) => column.notNull().references('article.id').onDelete('cascade'))
    // Whose assignment; null for the article itself.
    .addColumn('person_id', 'text')
    .addColumn('step', 'text', (column) => column.notNull())
    // Null for an assignment that is no more.
    .addColumn('state', 'text')
    .addColumn('by_id', 'text', (column) => column.notNull())
    .addColumn('note', 'text')
    .addColumn('at', 'bigint', (column) => column.notNull())
    .execute()
  await db.schema.createIndex('state_change_article').on('state_change').columns(['article_id', 'seq']).execute()

  await db.schema
    .createTable('work_setting')
    .addColumn('project_id', 'text', (column) =>
      column.primaryKey().notNull().references('project.id').onDelete('cascade'),
    )
    .addColumn('per_article', 'integer', (column) => column.notNull())
    .addColumn('may_take', 'integer', (column) => column.notNull())
    .execute()

  await db.schema
    .createTable('room_count')
    .addColumn('room', 'text', (column) => column.primaryKey().notNull())
    // The last update that is in it.
    .addColumn('seq', 'integer', (column) => column.notNull())
    .addColumn('figures', 'text', (column) => column.notNull())
    .execute()
  // By quarters of an hour: there are time zones that begin at one.
  await db.schema
    .createTable('room_activity')
    .addColumn('room', 'text', (column) => column.notNull())
    .addColumn('quarter', 'integer', (column) => column.notNull())
    .addColumn('person', 'text', (column) => column.notNull())
    .addColumn('marks', 'integer', (column) => column.notNull())
    .addColumn('reviews', 'integer', (column) => column.notNull())
    .addPrimaryKeyConstraint('room_activity_key', ['room', 'quarter', 'person'])
    .execute()
}
