/** The rooms: how far each one's log goes, the log itself, and the newest snapshot of each. */
import type { Kysely } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('room')
    .addColumn('name', 'text', (column) => column.primaryKey().notNull())
    .addColumn('seq', 'integer', (column) => column.notNull())
    .addColumn('checksum', 'blob', (column) => column.notNull())
    .execute()

  await db.schema
    .createTable('room_update')
    .addColumn('room', 'text', (column) => column.notNull())
    .addColumn('seq', 'integer', (column) => column.notNull())
    .addColumn('update', 'blob', (column) => column.notNull())
    .addColumn('person', 'text', (column) => column.notNull())
    .addColumn('at', 'integer', (column) => column.notNull())
    .addColumn('checksum', 'blob', (column) => column.notNull())
    .addPrimaryKeyConstraint('room_update_key', ['room', 'seq'])
    .execute()

  await db.schema
    .createTable('room_snapshot')
    .addColumn('room', 'text', (column) => column.primaryKey().notNull())
    .addColumn('seq', 'integer', (column) => column.notNull())
    .addColumn('snapshot', 'blob', (column) => column.notNull())
    .addColumn('chained', 'blob', (column) => column.notNull())
    .addColumn('checksum', 'blob', (column) => column.notNull())
    .execute()
}
