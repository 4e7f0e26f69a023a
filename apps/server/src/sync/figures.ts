/** What the rooms tell of their work while they do it; who counts it, and how, is none of their business. */
import type { Refusal } from '@attest/schema/protocol'

export interface Figures {
  /** That many updates of one turn passed the gate and were applied, with so many bytes in all. */
  accepted(count: number, bytes: number): void
  /** A change was refused. */
  refused(reason: Refusal): void
  /** The server ended a connection, with this code; 1006 for one that was cut because it gave no sign of life. */
  ended(code: number): void
  /** One commit, of whatever rooms, is on disk. */
  committed(ms: number, entries: number): void
  /** A room judged, applied, committed and told what had come in; without the time it waited for the disk. */
  turned(ms: number): void
  /** A snapshot was made and written. */
  compacted(ms: number): void
}

/** What is counted at the moment it is asked for. */
export interface SyncStats {
  rooms: number
  connections: number
  /** Rooms that are open and do not verify. */
  readOnlyRooms: number
  /** Bytes that wait to be sent, to all connections together and to the one with the most. */
  queuedBytes: number
  queuedBytesMax: number
  /** Updates since the last snapshot, of the room with the most: so many are read when it is opened. */
  logTailMax: number
}

/** For rooms that nobody watches. */
export const silent: Figures = {
  accepted() {},
  refused() {},
  ended() {},
  committed() {},
  turned() {},
  compacted() {},
}
