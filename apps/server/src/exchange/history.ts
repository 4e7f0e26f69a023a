/** The history of an article, as the log of its room has it: what was done to its records, by whom and when. */
import type { Act } from '@attest/schema/history'
import type { BlindState } from '@attest/schema/layer'
import type { Kysely } from 'kysely'
import { type Looker, roomSeen } from '../blind/layers.ts'
import { Chronicle } from '../chronicle/chronicle.ts'
import type { Database } from '../store/sqlite.ts'

const UPDATES_AT_ONCE = 2000

/** The oldest first. Of a blind article it is the history of what is for whoever asks. */
export async function actsOf(
  db: Kysely<Database>,
  article: { id: string; state: BlindState },
  looker: Looker,
): Promise<Act[]> {
  const chronicle = new Chronicle()
  const room = roomSeen(article.id, article.state, looker)
  while (room !== null) {
    const updates = await db
      .selectFrom('room_update')
      .select(['seq', 'update', 'person', 'at'])
      .where('room', '=', room)
      .where('seq', '>', chronicle.seq)
      .orderBy('seq')
      .limit(UPDATES_AT_ONCE)
      .execute()
    const before = chronicle.seq
    chronicle.read(updates)
    if (updates.length < UPDATES_AT_ONCE || chronicle.seq === before) break
  }
  return chronicle.page({ limit: Number.POSITIVE_INFINITY, isOldestFirst: true }).acts
}
