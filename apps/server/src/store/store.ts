/**
 * What rooms need of what is on disk: the log of each, which has one suite of tests that every implementation passes,
 * and who may do what in them. And what a project is when it is stored.
 */
import type { Setting } from '@attest/schema/judge'
import type { LabelSet } from '@attest/schema/labelset'
import type { Role } from '@attest/schema/roles'

/** One change on its way into a room's log. */
export interface Entry {
  room: string
  /** A Yjs update, v1. */
  update: Uint8Array
  /** Who sent it. */
  person: string
}

/** What is on disk of a room: the newest snapshot (v2) and every update (v1) after it; `seq` is that of the last one. */
export interface StoredRoom {
  snapshot: Uint8Array | null
  updates: Uint8Array[]
  seq: number
}

export interface Log {
  /** An unknown room is one that has nothing yet, with seq 0. */
  read(room: string): Promise<StoredRoom>
  /** Appends them all or none, in order, in one commit; resolves once it is on disk. */
  append(entries: readonly Entry[]): Promise<void>
  /** Keeps a snapshot of all updates up to `seq`; the log itself stays, for history. */
  writeSnapshot(room: string, seq: number, snapshot: Uint8Array): Promise<void>
}

/** A project as it is stored; what a person is in it, and how many articles it has, are asked apart. */
export interface StoredProject {
  id: string
  name: string
  mode: 'open' | 'blind'
  peersJudge: boolean
  labelSet: LabelSet
  guidelines: string
}

/** What the gate asks of a room: the project whose roles count, and what its records are judged against. */
export interface RoomSetting extends Setting {
  projectId: string
}

/** What rooms ask of the catalog; the rest of the program uses `SqlCatalog` as it is. */
export interface RoomCatalog {
  /** The present role, asked anew for every message; null for somebody who is not a member. */
  roleOf(projectId: string, person: string): Role | null
  /** Null when there is no such room. */
  roomSetting(room: string): Promise<RoomSetting | null>
}
