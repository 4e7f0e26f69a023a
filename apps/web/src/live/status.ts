/** What a person is told about their work: whether the server is there, what waits, and whether anything can be marked. */
import { closeCode, type Reason } from '@attest/schema/protocol'
import type { Storage } from './local-copy.ts'
import type { Line } from './session.ts'

export type Connection =
  | { phase: 'connecting' }
  | { phase: 'online' }
  | { phase: 'offline'; why: 'unreachable' | 'crowded' | 'not-saved' }
  /** What is stored of the room is damaged: what can be read of it is here, and nothing is kept. */
  | { phase: 'damaged' }
  /** The server ended it for good; trying again as it is would not help. */
  | { phase: 'ended'; reason: Reason | null }

export interface Status {
  connection: Connection
  /** How many of one's own records have changes that the server has not confirmed to be on disk. */
  waiting: number
  storage: Storage
  /** Whether the records shown are what the server or this browser had, rather than nothing yet. */
  isLoaded: boolean
}

/** Why nothing can be marked here, whatever it is. */
export type Bar = 'read-only' | 'old-revision' | 'signed-off' | 'no-access' | 'no-such-room' | 'damaged-room'

/** Whether all of one's own work is on the server's disk. What was refused is not work that could be. */
export function isSaved({ connection, waiting }: Status): boolean {
  return connection.phase === 'online' && waiting === 0
}

/** What to say of the line; what it says of the records is the room's to act on. */
export function connectionOf(line: Exclude<Line, { phase: 'synced' }>): Connection {
  if (line.phase === 'ended') return { phase: 'ended', reason: line.reason }
  if (line.phase !== 'offline') return { phase: line.phase }
  switch (line.code) {
    case closeCode.changed:
    case closeCode.refused:
    case closeCode.startAfresh:
    case closeCode.tooMuch:
    case closeCode.tooSlow:
      // The server is there, and it is a moment until it is spoken to again.
      return { phase: 'connecting' }
    case closeCode.tryLater:
      return { phase: 'offline', why: 'crowded' }
    case closeCode.notSaved:
      return { phase: 'offline', why: 'not-saved' }
    default:
      return { phase: 'offline', why: 'unreachable' }
  }
}

/** Whether the end of the line also ends all marking. */
export function isBar(reason: Reason | null): reason is Bar {
  return reason === 'no-access' || reason === 'no-such-room' || reason === 'damaged-room'
}
