/** The thread of `openAgreements`: reads rooms with a connection of its own, and keeps what it read and computed. */
import { setImmediate as nextTick } from 'node:timers/promises'
import { workerData } from 'node:worker_threads'
import type { AgreementQuery, DifferencesQuery } from '@attest/schema/agreement-api'
import { readSqlite } from '../store/sqlite.ts'
import { answerQuestions } from '../thread.ts'
import { differencesOf, figuresOf, type Study } from './figures.ts'
import { readScope, roomsOf } from './scope.ts'
import { Shelf } from './shelf.ts'

export type Question =
  /** Which rooms have to be read, or read again. */
  | { ask: 'missing'; study: Study; query: AgreementQuery }
  | { ask: 'read'; rooms: readonly string[] }
  | { ask: 'figures'; study: Study; query: AgreementQuery }
  | { ask: 'differences'; study: Study; query: DifferencesQuery }

/** So many answers are kept. */
const KEPT_ANSWERS = 24

const { db } = await readSqlite(String(workerData))
const parts = { db, shelf: new Shelf(db) }
/** By the question, with the state of the rooms it was answered from. */
const kept = new Map<string, { from: string; answer: Uint8Array<ArrayBuffer> }>()

/** Bytes, as they are sent: turning a megabyte of text into them would hold up the thread on which people mark. */
const write = (answer: unknown) => new TextEncoder().encode(JSON.stringify(answer))

answerQuestions(async (question: Question) => {
  // Other threads' work on this one's queue goes first.
  await nextTick()
  if (question.ask === 'read') return parts.shelf.read(question.rooms)
  const { study, query } = question
  const { articles, when } = query
  const scope = await readScope(db, { project: study.project, seesHidden: study.seesHidden, articles, when })
  if (question.ask === 'missing') return parts.shelf.missing(roomsOf(scope)).map(({ room }) => room)
  if (question.ask === 'differences') return write(await differencesOf(parts, study, question.query, scope))
  const [key, from] = [JSON.stringify([study, query]), JSON.stringify(scope)]
  const before = kept.get(key)
  if (before?.from === from) return before.answer
  const answer = write(await figuresOf(parts, study, question.query, scope))
  kept.delete(key)
  kept.set(key, { from, answer })
  for (const oldest of kept.keys()) {
    if (kept.size <= KEPT_ANSWERS) break
    kept.delete(oldest)
  }
  return answer
})
