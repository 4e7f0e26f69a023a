/**
 * What rooms need of what is on disk: the log of each, which has one suite of tests that every implementation passes,
 * and who may do what in them. And what a project is when it is stored.
 */
import type { Setting } from '@attest/schema/judge'
import type { LabelSet } from '@attest/schema/labelset'
import type { Joining, Role } from '@attest/schema/roles'

/** One change on its way into a room's log. */
export interface Entry {
  room: string
  /** A Yjs update, v1. */
  update: Uint8Array
  /** Who sent it. */
  person: string
}

/** Binds a Yjs client id to a person in a room, for ever. */
export interface Binding {
  room: string
  client: number
  person: string
}

/** What is on disk of a room: the newest snapshot and every update after it. */
export interface StoredRoom {
  /** As it was given to `writeSnapshot`; null when there is none or it does not verify: everything is in the log. */
  snapshot: Uint8Array | null
  /** Yjs updates, v1, in order. */
  updates: Uint8Array[]
  /** The number of the last update, 0 when there is none. */
  seq: number
  /** Whose each Yjs client id is that was bound in the room. */
  clients: Map<number, string>
}

export interface Log {
  /** An unknown room is one that has nothing yet, with seq 0. Rejects with a `DamagedRoom` when it does not verify. */
  read(room: string): Promise<StoredRoom>
  /**
   * Appends them all or none, in order, in one commit; resolves once it is on disk. A client id that is bound already
   * stays whose it is, whatever is bound now. Rejects with a `FullDisk` or a `BrokenDisk` when that is the reason.
   */
  append(entries: readonly Entry[], bindings?: readonly Binding[]): Promise<void>
  /** Keeps a snapshot of all updates up to `seq`, whatever its bytes mean; the log itself stays, for history. */
  writeSnapshot(room: string, seq: number, snapshot: Uint8Array): Promise<void>
}

/** What is stored of a room does not verify. It is never opened as if it were whole: that would shorten it in silence. */
export class DamagedRoom extends Error {
  override name = 'DamagedRoom'
  readonly room: string
  readonly what: string
  /** What does verify: the snapshot, and the updates up to the first that is missing or was changed, never past it. */
  readonly sound: StoredRoom

  constructor(room: string, what: string, sound: StoredRoom) {
    super(`room ${room}: ${what}`)
    this.room = room
    this.what = what
    this.sound = sound
  }
}

/**
 * The disk did not do what it was told while something was written. What this process holds in memory may be more, or
 * other, than what is on disk, so nothing more may be acknowledged until all of it was read again.
 */
export class BrokenDisk extends Error {
  override name = 'BrokenDisk'

  constructor(cause: unknown) {
    super(`the disk failed: ${cause instanceof Error ? cause.message : String(cause)}`, { cause })
  }
}

/** There is no room left on the disk. Nothing was written; what is there can be read, and goes on when there is room. */
export class FullDisk extends Error {
  override name = 'FullDisk'

  constructor(cause: unknown) {
    super('the disk is full', { cause })
  }
}

/** A part of the disk, or of the file, cannot be read. What does not need it is as good as ever. */
export class UnreadableDisk extends Error {
  override name = 'UnreadableDisk'

  constructor(cause: unknown) {
    super(`what is stored cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`, { cause })
  }
}

/** A project as it is stored; what a person is in it, and how many articles it has, are asked apart. */
export interface StoredProject {
  id: string
  name: string
  mode: 'open' | 'blind'
  revealsItself?: boolean
  /** Whether everybody who joins by name becomes an annotator in it, or only who is invited. */
  joining: Joining
  peersJudge: boolean
  labelSet: LabelSet
  guidelines: string
}

/** What the gate asks of a room: the project whose roles count, and what its records are judged against. */
export interface RoomSetting extends Setting {
  projectId: string
  /** The one person who may open it: it is where they mark a blind article. Missing for everybody's room. */
  layerOf?: string
  /** Whether nobody may open it now: that of a blind article before the reveal, those of its annotators after it. */
  isClosed?: boolean
  /** Whether the article has a newer revision. Then what is there stays as it is; what was made before may still come. */
  isReplaced?: boolean
  /** Whether the article is signed off: then nothing in it changes. */
  isSignedOff?: boolean
  /** Whether it may be in a moment, and is looked at. */
  isHeld?: boolean
  /** The `recordKey`s of what an owner has taken out: its author cannot put it again. */
  removed?: ReadonlySet<string>
}

/** What rooms ask of the catalog; the rest of the program uses it as it is. */
export interface RoomCatalog {
  /** The present role, asked anew for every message; null for somebody who is not a member. */
  roleOf(projectId: string, person: string): Role | null
  /** Null when there is no such room. */
  roomSetting(room: string): Promise<RoomSetting | null>
}
