/**
 * Whose each Yjs client id is. Nothing is filled in: of the rooms there are, it is known from the records. Their
 * snapshots go, because what a snapshot's bytes mean changes with this step; everything is in the log.
 */
import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('room_client')
    .addColumn('room', 'text', (column) => column.notNull())
    // Up to 2^53, as Yjs makes them.
    .addColumn('client', 'bigint', (column) => column.notNull())
    .addColumn('person', 'text', (column) => column.notNull())
    .addColumn('at', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('room_client_key', ['room', 'client'])
    .execute()
  await sql`delete from room_snapshot`.execute(db)
}
