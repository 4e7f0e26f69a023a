/**
 * The Y.Doc of a room and whose each client id in it is: judging what is to go into it, applying it, and what has
 * changed by that. Whatever takes longer than a slice lets the others work in between, and must have ended before the
 * next is begun. It knows nothing of peers and of the disk.
 */
import { setImmediate as nextTick } from 'node:timers/promises'
import { limits, type Refusal } from '@attest/schema/protocol'
import type { Role } from '@attest/schema/roles'
import {
  emptyRecords,
  putRecord,
  type RecordOf,
  type Records,
  type Root,
  readInto,
  removeRecord,
  rootMap,
  roots,
  type Unreadable,
} from '@attest/schema/room'
import * as Y from 'yjs'
import type { RoomSetting } from '../store/store.ts'
import type { Clients } from './clients.ts'
import { type Case, type Judgement, judge, judging, judgingRecords } from './gate.ts'
import { splitting } from './split.ts'
import { inSlices, Pace } from './steps.ts'

export interface Read {
  records: Records
  unreadable: Unreadable[]
}

/** What the server does to records of whomever. */
export interface ServerChange {
  put?: Records
  /** Leaves alone what is there already, under the keys of `put`. */
  isOnlyMissing?: boolean
  remove?: readonly { root: Root; id: string }[]
}

/** An update on its way in, and who sent it. */
export interface Submission {
  update: Uint8Array
  /** Whether it is the answer to our sync step 1. */
  isAnswer: boolean
  person: string
  role: Role
  setting: RoomSetting
}

/** What a person does to records of their own, not over a socket; all of it or nothing. */
export interface Writing {
  put: readonly Put[]
  remove: readonly { root: Root; id: string; isKnown?: IsKnown }[]
}

/** Whether what is there, undefined for nothing, is what the writer takes it for. */
type IsKnown = ((there: unknown) => boolean) | undefined

/** `record` is one of `root`; with `isNew` there must be no other of its id. */
export interface Put {
  root: Root
  record: RecordOf[Root]
  isNew?: boolean
  isKnown?: IsKnown
}

/** Besides what the gate refuses: it is there already, it is not there, or it is another than the writer knows. */
export type NotWritten = Refusal | 'exists' | 'missing' | 'not-as-known' | 'no-such-room'

/** Null when all of it was. */
export type Written = { root: Root; id: string; reason: NotWritten } | null

/** An update of more than this may take longer than a slice. */
const LONG_BYTES = 16 * 1024
/** Bytes that Yjs takes about half a slice to apply. */
const PART_BYTES = 32 * 1024
/** What a submission has that is no update. */
const asValues = { update: new Uint8Array(0), isAnswer: false }
/** Records that are put in one slice. */
const PUT_AT_ONCE = 200

export class RoomDocument {
  readonly clients: Clients
  readonly #doc = new Y.Doc()
  readonly #now: () => number
  readonly #onError: (error: unknown) => void
  #changes: Uint8Array[] = []
  readonly #pace = new Pace()

  /** `onError` is told of mistakes in the gate, which end nothing but the submission that brought them to light. */
  constructor(clients: Clients, now: () => number, onError: (error: unknown) => void) {
    this.clients = clients
    this.#now = now
    this.#onError = onError
    // The types exist before anything arrives, so that every struct has its map for a parent.
    for (const root of roots) rootMap(this.#doc, root)
  }

  /**
   * Takes in what is stored; the number of updates that could be. When it is less than all, the next one depends on
   * what is missing or cannot be read, and the document is not to be used.
   */
  async load(updates: readonly Uint8Array[]): Promise<number> {
    for (const [i, update] of updates.entries()) {
      try {
        await this.#applyInSlices(update)
      } catch {
        return i
      }
      if (this.isPending) return i
    }
    this.clients.follow(this.#doc, null)
    this.#doc.on('update', (update: Uint8Array) => this.#changes.push(update))
    return updates.length
  }

  /** Whether it holds structs that depend on what is not there: then it is not to be used any more. */
  get isPending(): boolean {
    return this.#doc.store.pendingStructs !== null || this.#doc.store.pendingDs !== null
  }

  get vector(): Uint8Array {
    return Y.encodeStateVector(this.#doc)
  }

  /** What somebody with this state vector lacks. */
  beyond(vector: Uint8Array): Uint8Array {
    return Y.encodeStateAsUpdate(this.#doc, vector)
  }

  /** All records, read while nothing else is done to the document. */
  async read(): Promise<Read> {
    const records = emptyRecords()
    const unreadable: Unreadable[] = []
    for (const root of roots)
      for (const [key, value] of rootMap(this.#doc, root)) {
        const problem = readInto(records, root, key, value)
        if (problem !== null) unreadable.push({ root, key, problem })
        await this.#pace.pause()
      }
    return { records, unreadable }
  }

  /** About how much somebody with this state vector lacks, in acts. */
  lackOf(vector: Uint8Array): number {
    const theirs = Y.decodeStateVector(vector)
    let lack = 0
    for (const client of this.#doc.store.clients.keys())
      lack += Math.max(0, Y.getState(this.#doc.store, client) - (theirs.get(client) ?? 0))
    return lack
  }

  /** What changed since the last time. */
  takeChanges(): Uint8Array[] {
    return this.#changes.splice(0)
  }

  /** Makes one change of all that is applied meanwhile. */
  together(work: () => void): void {
    this.#doc.transact(work)
  }

  judge(submission: Submission): Judgement {
    try {
      return judge(this.#doc, submission.update, this.#caseOf(submission))
    } catch (error) {
      return this.#refuseFor(error)
    }
  }

  judgeLong(submission: Submission): Promise<Judgement> {
    const steps = judging(this.#doc, submission.update, this.#caseOf(submission))
    return inSlices(steps).catch((error: unknown) => this.#refuseFor(error))
  }

  /** Applies what was accepted of this person's. */
  apply(update: Uint8Array, person: string): void {
    Y.applyUpdate(this.#doc, update)
    this.clients.follow(this.#doc, person)
  }

  async applyLong(update: Uint8Array, person: string): Promise<void> {
    await this.#applyInSlices(update)
    this.clients.follow(this.#doc, person)
  }

  /** What keeps this from being written; null when nothing does. `tagOf` says by which tag a record goes. */
  async refusalOf(
    { put, remove }: Writing,
    by: Omit<Submission, 'update' | 'isAnswer'>,
    tagOf: (record: unknown) => string,
  ): Promise<Written> {
    const refused = await inSlices(judgingRecords(this.#doc, { put, remove }, this.#caseOf({ ...by, ...asValues })))
    if (refused) return refused
    const own = this.#doc.store.clients.get(this.#doc.clientID)?.length ?? 0
    for (const { root, record, isNew, isKnown } of put) {
      const there: unknown = rootMap(this.#doc, root).get(record.id)
      const isOther = () => tagOf({ ...Object(there), at: 0 }) !== tagOf({ ...record, at: 0 })
      if (isNew && there !== undefined && isOther()) return { root, id: record.id, reason: 'exists' }
      if (isKnown?.(there) === false) return { root, id: record.id, reason: 'not-as-known' }
    }
    for (const { root, id, isKnown } of remove) {
      const there: unknown = rootMap(this.#doc, root).get(id)
      if (there === undefined) return { root, id, reason: 'missing' }
      if (isKnown?.(there) === false) return { root, id, reason: 'not-as-known' }
    }
    if (own + put.length > limits.clientStructs) this.writeAs(new Y.Doc().clientID)
    return null
  }

  /** The Yjs client id by which the server writes. */
  get ownClient(): number {
    return this.#doc.clientID
  }

  /**
   * Goes on under an id of its own that it has had before: a script that writes a mark a minute would else bring a new
   * one into the room each time that it is opened, and they stay for good.
   */
  writeAs(client: number): void {
    if (this.clients.ownerOf(client) !== null && !this.clients.isServer(client)) return
    this.#doc.clientID = client
  }

  /** Changes records of whomever, unjudged; the updates that did it. */
  async change({ put, isOnlyMissing = false, remove = [] }: ServerChange, person: string): Promise<Uint8Array[]> {
    this.clients.bindToServer(this.#doc.clientID)
    const before = this.#changes.length
    for (const root of put ? roots : [])
      for (const some of chunks([...(put?.[root].values() ?? [])], PUT_AT_ONCE)) {
        this.#doc.transact(() => {
          for (const record of some)
            if (!isOnlyMissing || !rootMap(this.#doc, root).has(record.id)) putRecord(this.#doc, root, record)
        })
        await nextTick()
      }
    for (const some of chunks(remove, PUT_AT_ONCE)) {
      this.#doc.transact(() => {
        for (const { root, id } of some) removeRecord(this.#doc, root, id)
      })
      await nextTick()
    }
    this.clients.follow(this.#doc, person)
    return this.#changes.slice(before)
  }

  destroy(): void {
    this.#doc.destroy()
  }

  async #applyInSlices(update: Uint8Array): Promise<void> {
    const parts = update.length > 2 * PART_BYTES ? await inSlices(splitting(update, PART_BYTES)) : [update]
    for (const part of parts) {
      Y.applyUpdate(this.#doc, part)
      await this.#pace.pause()
    }
  }

  #caseOf({ person, role, setting, isAnswer }: Submission): Case {
    return {
      writer: { person, role },
      setting,
      now: this.#now(),
      ownerOf: (client) => this.clients.ownerOf(client),
      clientsOf: (whose) => this.clients.writersOf(whose),
      clientsInRoom: this.clients.writers,
      isAnswer,
    }
  }

  /** The gate changes nothing, so an error in it is one bad message and no reason to close the room for the others. */
  #refuseFor(error: unknown): Judgement {
    this.#onError(error)
    return { is: 'refused', reason: 'malformed-update' }
  }
}

export function isLong(update: Uint8Array): boolean {
  return update.length > LONG_BYTES
}

function* chunks<T>(values: readonly T[], size: number): Generator<readonly T[]> {
  for (let i = 0; i < values.length; i += size) yield values.slice(i, i + size)
}
