/** The histories of all rooms, read on a thread of its own, from the disk: a long one must not hold up any room. */
import type { Act, ActsPage, ActsQuery } from '@attest/schema/history'
import type { Root } from '@attest/schema/room'
import { Thread } from '../thread.ts'

export interface History {
  page(room: string, query: ActsQuery): Promise<ActsPage>
  /** The newest act on each of these records; null for one that was never there. */
  last(room: string, records: readonly { root: Root; id: string }[]): Promise<(Act | null)[]>
  /** Those of the `recordKey`s under which there ever was a record. */
  known(room: string, keys: readonly string[]): Promise<string[]>
  /** The `recordKey`s of this author's records that are there, and were first put at `since` or later. */
  present(room: string, author: string, since: number): Promise<string[]>
}

export type Question = { room: string } & (
  | { ask: 'page'; query: ActsQuery }
  | { ask: 'last'; records: readonly { root: Root; id: string }[] }
  | { ask: 'known'; keys: readonly string[] }
  | { ask: 'present'; author: string; since: number }
)

export interface OpenHistory extends History {
  close(): Promise<void>
}

/** Of the logs in an SQLite file that has its tables already. */
export function openHistory(file: string): OpenHistory {
  const thread = new Thread<Question>(new URL('chronicle-thread.ts', import.meta.url), file)
  return {
    page: (room, query) => thread.ask({ room, ask: 'page', query }),
    last: (room, records) => thread.ask({ room, ask: 'last', records }),
    known: (room, keys) => thread.ask({ room, ask: 'known', keys }),
    present: (room, author, since) => thread.ask({ room, ask: 'present', author, since }),
    close: () => thread.close(),
  }
}
