/** Who has taken an import of marks back: not always whoever has brought it in. */
import type { Kysely } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('mark_import').addColumn('undone_by', 'text').execute()
}
