/**
 * What was signed off and reopened, and who has been told; what is unclear in the guidelines and which version of the
 * labels settled it; articles with gold as tests, and how people did in them.
 */
import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('sign_off')
    .addColumn('id', 'text', (column) => column.primaryKey().notNull())
    .addColumn('article_id', 'text', (column) => column.notNull().references('article.id').onDelete('cascade'))
    // Null for those of before this was kept.
    .addColumn('by_id', 'text')
    .addColumn('at', 'bigint', (column) => column.notNull())
    // How much was open, by what it was, as JSON; and why that was no reason to wait.
    .addColumn('open_points', 'text', (column) => column.notNull())
    .addColumn('reason', 'text')
    // From then on it holds no more.
    .addColumn('ended_at', 'bigint')
    .addColumn('ended_by', 'text')
    .addColumn('ended_why', 'text')
    .execute()
  await db.schema.createIndex('sign_off_article').on('sign_off').columns(['article_id', 'at']).execute()
  // What was done before this was kept is signed off as well.
  await sql`insert into sign_off (id, article_id, by_id, at, open_points, reason)
    select 'earlier-' || article_work.article_id, article_work.article_id, last.by_id, coalesce(last.at, 0), '{}', null
    from article_work left join state_change as last on last.seq = (
      select max(seq) from state_change where state_change.article_id = article_work.article_id
        and state_change.person_id is null and state_change.state = 'done')
    where article_work.state = 'done'`.execute(db)

  // Who is to know that an article was reopened; the row goes once they have seen it.
  await db.schema
    .createTable('reopening_news')
    .addColumn('sign_off_id', 'text', (column) => column.notNull().references('sign_off.id').onDelete('cascade'))
    .addColumn('person_id', 'text', (column) => column.notNull().references('person.id'))
    .addPrimaryKeyConstraint('reopening_news_key', ['sign_off_id', 'person_id'])
    .execute()
  await db.schema.createIndex('reopening_news_person').on('reopening_news').column('person_id').execute()

  // By whom marks were judged when they were counted: where that is another now, the figures of the review are old.
  await db.schema.alterTable('room_count').addColumn('judged_by', 'text').execute()

  // A gap is a comment in a room; what the version of the labels is that settled it is no record of anybody's.
  await db.schema
    .createTable('gap_settled')
    .addColumn('article_id', 'text', (column) => column.notNull().references('article.id').onDelete('cascade'))
    .addColumn('gap', 'text', (column) => column.notNull())
    .addColumn('version', 'integer', (column) => column.notNull())
    .addColumn('by_id', 'text', (column) => column.notNull())
    .addColumn('at', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('gap_settled_key', ['article_id', 'gap'])
    .execute()
  await db.schema
    .createTable('gap_checked')
    .addColumn('article_id', 'text', (column) => column.notNull().references('article.id').onDelete('cascade'))
    .addColumn('mark', 'text', (column) => column.notNull())
    .addColumn('version', 'integer', (column) => column.notNull())
    .addColumn('by_id', 'text', (column) => column.notNull())
    .addColumn('at', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('gap_checked_key', ['article_id', 'mark', 'version'])
    .execute()

  await db.schema
    .createTable('training_test')
    .addColumn('article_id', 'text', (column) =>
      column.primaryKey().notNull().references('article.id').onDelete('cascade'),
    )
    // The bar as JSON: which measure, how much, and by kind.
    .addColumn('bar', 'text', (column) => column.notNull())
    // How often one may try; null for as often as one likes.
    .addColumn('tries', 'integer')
    // What it becomes once it is no test any more.
    .addColumn('was_blind', 'integer', (column) => column.notNull())
    .addColumn('by_id', 'text', (column) => column.notNull())
    .addColumn('at', 'bigint', (column) => column.notNull())
    .execute()
  await db.schema
    .createTable('training_try')
    .addColumn('article_id', 'text', (column) => column.notNull().references('article.id').onDelete('cascade'))
    .addColumn('person_id', 'text', (column) => column.notNull().references('person.id'))
    .addColumn('number', 'integer', (column) => column.notNull())
    .addColumn('passed', 'integer', (column) => column.notNull())
    // The score as it was shown, as JSON.
    .addColumn('score', 'text', (column) => column.notNull())
    .addColumn('at', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('training_try_key', ['article_id', 'person_id', 'number'])
    .execute()
}
