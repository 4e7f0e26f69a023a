/**
 * How far people agree, computed on a thread of its own: neither the reading of many rooms nor the figures hold anybody up.
 * Whoever asks the same while it is under way waits for the same.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import type { AgreementQuery, AgreementWorking, DifferencesQuery } from '@attest/schema/agreement-api'
import { Thread } from '../thread.ts'
import type { Question } from './agreement-thread.ts'
import type { Study } from './figures.ts'

/** JSON, as it is sent. */
type Json = Uint8Array<ArrayBuffer>

export interface Agreements {
  /** The answer; how far it is, when it is not there within `waitMs`. */
  figures(study: Study, query: AgreementQuery, waitMs: number): Promise<Json | AgreementWorking>
  differences(study: Study, query: DifferencesQuery): Promise<Json>
}

export interface OpenAgreements extends Agreements {
  close(): Promise<void>
}

/** Rooms that are read at once; other questions are answered in between. */
const ROOMS_AT_ONCE = 10

interface Running {
  answer: Promise<Json>
  progress: AgreementWorking
}

/** Of an SQLite file that has its tables already. */
export function openAgreements(file: string): OpenAgreements {
  const thread = new Thread<Question>(new URL('agreement-thread.ts', import.meta.url), file)
  const running = new Map<string, Running>()

  const start = (key: string, study: Study, query: AgreementQuery): Running => {
    const progress: AgreementWorking = { state: 'working', step: 'reading', done: 0, of: 0 }
    const answer = (async () => {
      const rooms = await thread.ask<string[]>({ ask: 'missing', study, query })
      progress.of = rooms.length
      while (progress.done < rooms.length) {
        const some = rooms.slice(progress.done, progress.done + ROOMS_AT_ONCE)
        await thread.ask({ ask: 'read', rooms: some })
        progress.done += some.length
      }
      progress.step = 'computing'
      return thread.ask<Json>({ ask: 'figures', study, query })
    })()
    // Whoever asked may have stopped waiting; the next to ask is told of a failure by an answer of their own.
    answer.catch(() => {}).finally(() => running.delete(key))
    const one = { answer, progress }
    running.set(key, one)
    return one
  }

  return {
    async figures(study, query, waitMs) {
      const key = JSON.stringify([study, query])
      const { answer, progress } = running.get(key) ?? start(key, study, query)
      const waited = new AbortController()
      try {
        const late = sleep(waitMs, null, { signal: waited.signal }).catch(() => null)
        return (await Promise.race([answer, late])) ?? { ...progress }
      } finally {
        waited.abort()
      }
    },
    differences: (study, query) => thread.ask({ ask: 'differences', study, query }),
    close: () => thread.close(),
  }
}
