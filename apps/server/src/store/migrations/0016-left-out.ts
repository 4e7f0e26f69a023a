/** Whose layers an owner left out of a reveal, because what is stored of them cannot be read. */
import type { Kysely } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  // Their ids as a JSON array; null where all were there.
  await db.schema.alterTable('reveal').addColumn('left_out', 'text').execute()
}
