/** The history of an article as a file beside it: what was done to its records, by whom and when, as the log has it. */

import type { ExportLayers } from '@attest/schema/exchange-api'
import type { BlindState } from '@attest/schema/layer'
import { authorOf } from '@attest/schema/record'
import type { Kysely } from 'kysely'
import { type Looker, roomSeen } from '../blind/layers.ts'
import { Chronicle } from '../chronicle/chronicle.ts'
import type { Database } from '../store/sqlite.ts'

const UPDATES_AT_ONCE = 2000
const ACTS_AT_ONCE = 1000

/** The parts of the file, one after the other. Of a blind article it is the history of what is for whoever asks. */
export async function* historyOf(
  db: Kysely<Database>,
  article: { id: string; state: BlindState },
  looker: Looker,
  layers: ExportLayers,
): AsyncGenerator<string> {
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
  const wanted = typeof layers === 'string' ? null : new Set(layers)
  const head = { format: 'attest-history', version: 1, article: article.id, flaw: chronicle.page({ limit: 1 }).flaw }
  yield `${JSON.stringify(head).slice(0, -1)},"acts":[`
  let separator = '\n'
  for (let from: number | undefined; ; ) {
    const { acts, next } = chronicle.page({
      limit: ACTS_AT_ONCE,
      isOldestFirst: true,
      ...(from !== undefined && { from }),
    })
    for (const { isLast: _, ...act } of acts) {
      if (wanted && !wanted.has(authorOf(act.id))) continue
      yield `${separator}${JSON.stringify(act)}`
      separator = ',\n'
    }
    if (next === null) break
    from = next
  }
  yield '\n]}\n'
}
