/** Blind articles, what became of them, and what projects hold of it. What is marked in them is in the logs of their rooms. */
import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .alterTable('article')
    .addColumn('blind', 'text', (column) => column.notNull().defaultTo('open'))
    .execute()
  // Whatever says that a project is blind keeps its articles so.
  await sql`update article set blind = 'blind' where project_id in (select id from project where mode = 'blind')`.execute(
    db,
  )
  await db.schema
    .alterTable('project')
    .addColumn('reveals_itself', 'integer', (column) => column.notNull().defaultTo(0))
    .execute()

  await db.schema
    .createTable('reveal')
    .addColumn('article_id', 'text', (column) =>
      column.primaryKey().notNull().references('article.id').onDelete('cascade'),
    )
    // Null where it was by itself.
    .addColumn('by_id', 'text')
    .addColumn('begun_at', 'bigint', (column) => column.notNull())
    .addColumn('done_at', 'bigint')
    // What is in the log of the article's own room between these was made before, in the rooms of its annotators.
    .addColumn('seq_before', 'integer', (column) => column.notNull())
    .addColumn('seq_after', 'integer')
    .execute()
}
