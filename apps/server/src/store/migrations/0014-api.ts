/** What programs need: tokens of people, answers kept for requests that come twice, and webhooks with what they were sent. */
import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('personal_token')
    .addColumn('id', 'text', (column) => column.primaryKey().notNull())
    // What is stored does not open the door.
    .addColumn('token_hash', 'text', (column) => column.notNull().unique())
    .addColumn('person_id', 'text', (column) => column.notNull().references('person.id'))
    .addColumn('name', 'text', (column) => column.notNull())
    // Separated by spaces.
    .addColumn('scopes', 'text', (column) => column.notNull())
    // Null for one that is good for all projects of its person.
    .addColumn('project_id', 'text', (column) => column.references('project.id').onDelete('cascade'))
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('expires_at', 'bigint', (column) => column.notNull())
    .addColumn('used_at', 'bigint')
    .addColumn('revoked_at', 'bigint')
    .execute()
  await db.schema.createIndex('personal_token_person').on('personal_token').column('person_id').execute()

  await db.schema
    .createTable('kept_answer')
    .addColumn('person_id', 'text', (column) => column.notNull().references('person.id'))
    .addColumn('key', 'text', (column) => column.notNull())
    .addColumn('request_hash', 'text', (column) => column.notNull())
    .addColumn('status', 'integer', (column) => column.notNull())
    // JSON; and the body as it was sent.
    .addColumn('headers', 'text', (column) => column.notNull())
    .addColumn('body', 'text', (column) => column.notNull())
    .addColumn('at', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('kept_answer_key', ['person_id', 'key'])
    .execute()
  await db.schema.createIndex('kept_answer_at').on('kept_answer').column('at').execute()

  await db.schema
    .createTable('webhook')
    .addColumn('id', 'text', (column) => column.primaryKey().notNull())
    .addColumn('project_id', 'text', (column) => column.notNull().references('project.id').onDelete('cascade'))
    // In whose name it is: it ends when they do not own the project any more.
    .addColumn('person_id', 'text', (column) => column.notNull().references('person.id'))
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('url', 'text', (column) => column.notNull())
    // Sealed: it has to be read again to sign with it.
    .addColumn('secret', 'text', (column) => column.notNull())
    // Separated by spaces.
    .addColumn('events', 'text', (column) => column.notNull())
    .addColumn('has_contents', 'integer', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    // What happened before is not told: since it was made, or goes on.
    .addColumn('told_from', 'bigint', (column) => column.notNull())
    // Null while it runs; else why it does not.
    .addColumn('paused_why', 'text')
    .addColumn('paused_at', 'bigint')
    .execute()
  await db.schema.createIndex('webhook_project').on('webhook').column('project_id').execute()

  await db.schema
    .createTable('webhook_delivery')
    .addColumn('id', 'text', (column) => column.primaryKey().notNull())
    .addColumn('webhook_id', 'text', (column) => column.notNull().references('webhook.id').onDelete('cascade'))
    .addColumn('event', 'text', (column) => column.notNull())
    // Byte for byte what is sent, and signed.
    .addColumn('body', 'text', (column) => column.notNull())
    // `waiting`, `arrived` or `failed`.
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('tries', 'integer', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    // When it is tried next, while it waits.
    .addColumn('next_at', 'bigint', (column) => column.notNull())
    .execute()
  await db.schema.createIndex('webhook_delivery_due').on('webhook_delivery').columns(['state', 'next_at']).execute()
  await db.schema
    .createIndex('webhook_delivery_webhook')
    .on('webhook_delivery')
    .columns(['webhook_id', 'created_at'])
    .execute()

  await db.schema
    .createTable('webhook_try')
    .addColumn('delivery_id', 'text', (column) =>
      column.notNull().references('webhook_delivery.id').onDelete('cascade'),
    )
    .addColumn('number', 'integer', (column) => column.notNull())
    .addColumn('at', 'bigint', (column) => column.notNull())
    .addColumn('ms', 'integer', (column) => column.notNull())
    // Null where there was no answer; then `problem` says why.
    .addColumn('status', 'integer')
    .addColumn('problem', 'text')
    .addPrimaryKeyConstraint('webhook_try_key', ['delivery_id', 'number'])
    .execute()

  // How far what happens was told: by the number of its row in the audit log and among the steps of the work, and of
  // a room by the number of the act.
  await db.schema
    .createTable('webhook_position')
    .addColumn('source', 'text', (column) => column.primaryKey().notNull())
    .addColumn('seq', 'integer', (column) => column.notNull())
    .execute()
  await sql`insert into webhook_position (source, seq) values
    ('audit', coalesce((select max(seq) from audit), 0)),
    ('work', coalesce((select max(seq) from state_change), 0))`.execute(db)
  await db.schema
    .createTable('webhook_room')
    .addColumn('article_id', 'text', (column) =>
      column.primaryKey().notNull().references('article.id').onDelete('cascade'),
    )
    // How far the log of its room was looked at, and its history told.
    .addColumn('seq', 'integer', (column) => column.notNull())
    .addColumn('act', 'integer', (column) => column.notNull())
    .execute()
}
