/** The thread of `openHistory`: reads logs as far as they go, and keeps what was asked for last. */
import { workerData } from 'node:worker_threads'
import { readSqlite } from '../store/sqlite.ts'
import { answerQuestions } from '../thread.ts'
import { Chronicle } from './chronicle.ts'
import type { Question } from './chronicles.ts'

/** Acts of all histories that are kept in memory; some 400 bytes each. */
const KEPT_ACTS = 300_000

const UPDATES_A_STATEMENT = 2000

const { rooms: db } = await readSqlite(String(workerData))
/** The one that was asked for last is the last. */
const kept = new Map<string, Chronicle>()

answerQuestions(async (question: Question) => {
  const chronicle = await open(question.room)
  switch (question.ask) {
    case 'page':
      return chronicle.page(question.query)
    case 'last':
      return question.records.map(({ root, id }) => chronicle.lastOn(root, id))
    case 'known':
      return chronicle.known(question.keys)
    case 'present':
      return chronicle.present(question.author, question.since)
  }
})

async function open(room: string): Promise<Chronicle> {
  const chronicle = kept.get(room) ?? new Chronicle()
  kept.delete(room)
  kept.set(room, chronicle)
  for (;;) {
    const updates = await db
      .selectFrom('room_update')
      .select(['seq', 'update', 'person', 'at'])
      .where('room', '=', room)
      .where('seq', '>', chronicle.seq)
      .orderBy('seq')
      .limit(UPDATES_A_STATEMENT)
      .execute()
    const before = chronicle.seq
    chronicle.read(updates)
    if (updates.length < UPDATES_A_STATEMENT || chronicle.seq === before) break
  }
  let acts = 0
  for (const { size } of kept.values()) acts += size
  for (const [oldest, { size }] of kept) {
    if (acts <= KEPT_ACTS || oldest === room) break
    kept.delete(oldest)
    acts -= size
  }
  return chronicle
}
