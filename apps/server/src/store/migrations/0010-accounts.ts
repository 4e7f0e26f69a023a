/** Links that let one person do one thing once: make the first account, set a password, confirm an address. */
import type { Kysely } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('account_link')
    // What is stored does not open the door.
    .addColumn('token_hash', 'text', (column) => column.primaryKey().notNull())
    .addColumn('kind', 'text', (column) => column.notNull())
    // Null for the first account, which is nobody's yet.
    .addColumn('person_id', 'text', (column) => column.references('person.id'))
    // The address that is to be confirmed, or to which the link was sent.
    .addColumn('email', 'text')
    .addColumn('made_by', 'text', (column) => column.references('person.id'))
    .addColumn('created_at', 'integer', (column) => column.notNull())
    // Null for one that stands until it is used.
    .addColumn('expires_at', 'integer')
    .execute()
  await db.schema.createIndex('account_link_person').on('account_link').column('person_id').execute()
}
