/**
 * A live document. It works in turns: judge what has come in, apply it, commit it, and only then tell anybody; the next
 * turn begins when this one has ended, so what is told is always exactly what is on disk. It keeps to itself the Y.Doc,
 * who has been told what, merging, snapshots and timers.
 */

import { setImmediate as nextTick } from 'node:timers/promises'
import { closeCode, limits, type Reason } from '@attest/schema/protocol'
import type { Role } from '@attest/schema/roles'
import type { Records, Unreadable } from '@attest/schema/room'
import { putRecord, readRecords, rootMap, roots } from '@attest/schema/room'
import * as Y from 'yjs'
import { DamagedRoom, type Entry, type Log, type RoomCatalog, type RoomSetting } from '../store/store.ts'
import type { Committer } from './commit.ts'
import { type Judgement, judge, writerOf } from './gate.ts'
import { type Attendant, Presence } from './presence.ts'
import { type Message, writeAnswer, writeAsk, writeSaved, writeUpdate } from './wire.ts'

export interface Peer extends Attendant {
  send(frame: Uint8Array): void
  /** Sends the answer to sync step 1. */
  answer(frame: Uint8Array): void
  /** Ends the connection; it leaves the room at once. */
  end(code: number, reason?: Reason): void
}

export interface World {
  log: Log
  committer: Committer
  catalog: RoomCatalog
  now: () => number
  onError: (error: unknown) => void
}

/** What a peer has been told, and what is awaited of it. */
interface Standing {
  /** It had its first answer, and has been told every change since. */
  isLive: boolean
  /** The state vector it asked with, until it is answered. */
  asked: Uint8Array | null
  /**
   * Our sync step 1 is not answered yet, so it may have changes that we have not: no barrier is sent back before.
   */
  owesAnswer: boolean
  barriers: number[]
  askedAt: number
}

interface PeerTask {
  is: 'message'
  peer: Peer
  message: Exclude<Message, { type: 'presence' | 'presence-query' }>
}

type Task =
  | PeerTask
  | { is: 'asking'; peer: Peer }
  | { is: 'put'; records: Records; person: string; resolve: () => void; reject: (error: unknown) => void }
  | { is: 'read'; resolve: (found: Read) => void; reject: (error: unknown) => void }

export interface Read {
  records: Records
  unreadable: Unreadable[]
}

/** What a turn leaves to be said when it is on disk. */
interface Outcome {
  entries: Entry[]
  barriers: { peer: Peer; number: number }[]
  asking: Peer[]
  settled: { resolve: () => void; reject: (error: unknown) => void }[]
}

/** A long inbox is worked off in several turns, so that other rooms get theirs. */
const TURN_MS = 20

const SNAPSHOT_AFTER = 500
/** Fewer updates than this are read as quickly as a snapshot. */
const SNAPSHOT_AT_CLOSE = 20

const ASK_EVERY_MS = 1000
const BARRIERS_WAITING = 1000

export class Room {
  readonly name: string
  readonly #doc: Y.Doc
  readonly #world: World
  readonly #presence: Presence<Peer>
  readonly #peers = new Map<Peer, Standing>()
  #phase: 'idle' | 'working' | 'lost' = 'idle'
  #work: Promise<void> = Promise.resolve()
  #inbox: Task[] = []
  /** What changed since the last time peers were told. */
  #changes: Uint8Array[] = []
  #seq: number
  #sinceSnapshot: number
  #presenceTimer: NodeJS.Timeout | undefined

  private constructor(name: string, doc: Y.Doc, world: World, at: { seq: number; sinceSnapshot: number }) {
    this.name = name
    this.#doc = doc
    this.#world = world
    this.#presence = new Presence(world.now)
    this.#seq = at.seq
    this.#sinceSnapshot = at.sinceSnapshot
    doc.on('update', (update: Uint8Array) => this.#changes.push(update))
  }

  /** Rejects when what is stored does not verify. */
  static async open(name: string, world: World): Promise<Room> {
    const stored = await world.log.read(name)
    const { snapshot, updates, seq } = stored
    const doc = new Y.Doc()
    // The types exist before anything arrives, so that every struct has its map for a parent.
    for (const root of roots) rootMap(doc, root)
    doc.transact(() => {
      if (snapshot) Y.applyUpdateV2(doc, snapshot)
      for (const update of updates) Y.applyUpdate(doc, update)
    })
    if (isPending(doc)) throw new DamagedRoom(name, 'an update depends on one that was never written', stored)
    return new Room(name, doc, world, { seq, sinceSnapshot: updates.length })
  }

  get peers(): Iterable<Peer> {
    return this.#peers.keys()
  }

  /** Whether a commit failed: what is on disk has to be read again, in a new room. */
  get isLost(): boolean {
    return this.#phase === 'lost'
  }

  join(peer: Peer): void {
    this.#peers.set(peer, { isLive: false, asked: null, owesAnswer: true, barriers: [], askedAt: 0 })
    this.#presence.welcome(peer)
    this.#tellPresenceSoon()
    // Lost in the moment between its being found open and this.
    if (this.isLost) peer.end(closeCode.notSaved)
  }

  /** Safe to call for one who has left. */
  leave(peer: Peer): void {
    if (!this.#peers.delete(peer)) return
    this.#presence.leave(peer)
    this.#tellPresenceSoon()
  }

  /** Throws `Malformed` at a presence that cannot be read. */
  receive(peer: Peer, message: Message): void {
    if (!this.#peers.has(peer)) return
    if (message.type === 'presence') {
      this.#presence.receive(peer, message.update, (client) => {
        const owner = this.#ownerOf(client)
        return owner === null || owner === peer.person.id
      })
      this.#tellPresenceSoon()
    } else if (message.type === 'presence-query') {
      this.#presence.welcome(peer)
      this.#tellPresenceSoon()
    } else {
      this.#take({ is: 'message', peer, message })
    }
  }

  /** The records as they are on disk. */
  read(): Promise<Read> {
    return new Promise((resolve, reject) => this.#take({ is: 'read', resolve, reject }))
  }

  /** Puts records of whomever, which were judged elsewhere. They are on disk when it resolves. */
  put(records: Records, person: string): Promise<void> {
    return new Promise((resolve, reject) => this.#take({ is: 'put', records, person, resolve, reject }))
  }

  /** Keeps presence alive, and ends the connections of those who may not be here any more. */
  async renew(): Promise<void> {
    this.#presence.renew()
    this.#tellPresence()
    const setting = await this.#world.catalog.roomSetting(this.name)
    for (const peer of [...this.#peers.keys()]) this.#roleOf(peer, setting)
  }

  /** Finishes what has come in, and leaves a snapshot for the next time. Nobody may be in the room any more. */
  async close(): Promise<void> {
    await this.settled()
    clearTimeout(this.#presenceTimer)
    if (!this.isLost && this.#sinceSnapshot >= SNAPSHOT_AT_CLOSE) await this.#snapshot()
    this.#doc.destroy()
  }

  /** Resolves when there is nothing left to be done. */
  settled(): Promise<void> {
    return this.#work
  }

  #take(task: Task): void {
    if (this.isLost) {
      drop(task, new Error(`room ${this.name} is read from disk again`))
      return
    }
    this.#inbox.push(task)
    if (this.#phase !== 'idle') return
    this.#phase = 'working'
    this.#work = this.#workOff()
  }

  async #workOff(): Promise<void> {
    try {
      while (this.#inbox.length > 0) {
        // What else has arrived in this tick shares the turn, and with it the commit.
        await nextTick()
        await this.#turn()
      }
      this.#phase = 'idle'
    } catch (error) {
      this.#lose(error)
    }
  }

  async #turn(): Promise<void> {
    const outcome: Outcome = { entries: [], barriers: [], asking: [], settled: [] }
    try {
      const setting = await this.#world.catalog.roomSetting(this.name)
      this.#apply(setting, outcome)
      if (outcome.entries.length > 0) {
        await this.#world.committer.commit(outcome.entries)
        this.#seq += outcome.entries.length
        this.#sinceSnapshot += outcome.entries.length
      }
    } catch (error) {
      for (const { reject } of outcome.settled) reject(error)
      throw error
    }
    this.#tell(outcome)
    if (this.#sinceSnapshot >= SNAPSHOT_AFTER) await this.#snapshot()
  }

  /** Applies what has come in and may be; in one transaction, so that it becomes one change to be told. */
  #apply(setting: RoomSetting | null, outcome: Outcome): void {
    const until = performance.now() + TURN_MS
    const puts: (Task & { is: 'put' })[] = []
    this.#doc.transact(() => {
      while (performance.now() < until) {
        const task = this.#inbox.shift()
        if (!task) break
        if (task.is === 'message') this.#hear(task.peer, task.message, setting, outcome)
        else if (task.is === 'asking') outcome.asking.push(task.peer)
        else if (task.is === 'put') puts.push(task)
        else outcome.settled.push({ resolve: () => task.resolve(readRecords(this.#doc)), reject: task.reject })
      }
    })
    for (const put of puts) {
      outcome.settled.push(put)
      this.#putRecords(put, outcome)
    }
    if (isPending(this.#doc)) throw new Error(`room ${this.name} holds structs that depend on what is not there`)
  }

  #hear(peer: Peer, message: PeerTask['message'], setting: RoomSetting | null, outcome: Outcome): void {
    const standing = this.#peers.get(peer)
    if (!standing) return
    const role = this.#roleOf(peer, setting)
    if (!role || !setting) return
    if (message.type === 'ask') {
      standing.asked = message.vector
    } else if (message.type === 'saved') {
      if (standing.owesAnswer) standing.barriers.push(message.number)
      else outcome.barriers.push({ peer, number: message.number })
      if (standing.barriers.length > BARRIERS_WAITING) peer.end(closeCode.tooMuch)
    } else {
      this.#hearUpdate(peer, standing, this.#judge(peer, role, setting, message), message.isAnswer, outcome)
    }
  }

  #hearUpdate(peer: Peer, standing: Standing, judgement: Judgement, isAnswer: boolean, outcome: Outcome): void {
    if (judgement.is === 'refused') {
      peer.end(closeCode.refused, judgement.reason)
    } else if (judgement.is === 'early') {
      this.#hearEarly(peer, standing, isAnswer)
    } else {
      if (judgement.update) {
        Y.applyUpdate(this.#doc, judgement.update)
        outcome.entries.push({ room: this.name, update: judgement.update, person: peer.person.id })
      }
      if (!isAnswer) return
      standing.owesAnswer = false
      for (const number of standing.barriers.splice(0)) outcome.barriers.push({ peer, number })
    }
  }

  #judge(peer: Peer, role: Role, setting: RoomSetting, message: { update: Uint8Array; isAnswer: boolean }): Judgement {
    try {
      return judge(this.#doc, message.update, {
        writer: { person: peer.person.id, role },
        setting,
        now: this.#world.now(),
        ownerOf: (client) => this.#ownerOf(client),
        clientsOf: (person) => {
          let count = 0
          for (const client of this.#doc.store.clients.keys()) if (writerOf(this.#doc, client) === person) count++
          return count
        },
        clientsInRoom: this.#doc.store.clients.size,
        isAnswer: message.isAnswer,
      })
    } catch (error) {
      // The gate changes nothing, so an error in it is one bad message and no reason to close the room for the others.
      this.#world.onError(error)
      return { is: 'refused', reason: 'malformed-update' }
    }
  }

  /** An update that depends on what is not here is dropped, and its sender asked for all that it has. */
  #hearEarly(peer: Peer, standing: Standing, isAnswer: boolean): void {
    if (isAnswer) {
      // It has just said all it has, and still something is missing that nobody can send.
      peer.end(closeCode.startAfresh, 'malformed-update')
    } else if (!standing.owesAnswer) {
      standing.owesAnswer = true
      const wait = Math.max(0, standing.askedAt + ASK_EVERY_MS - this.#world.now())
      setTimeout(() => {
        if (this.#peers.has(peer)) this.#take({ is: 'asking', peer })
      }, wait).unref()
    }
  }

  #roleOf(peer: Peer, setting: RoomSetting | null): Role | null {
    if (!setting) {
      peer.end(closeCode.gone, 'no-such-room')
      return null
    }
    const role = this.#world.catalog.roleOf(setting.projectId, peer.person.id)
    if (!role) peer.end(closeCode.noAccess, 'no-access')
    return role
  }

  /** A person by what their client wrote, or showed: never two people's, so that nobody writes in another's name. */
  #ownerOf(client: number): string | null {
    return writerOf(this.#doc, client) ?? this.#presence.ownerOf(client)
  }

  #putRecords({ records, person }: Task & { is: 'put' }, outcome: Outcome): void {
    const before = this.#changes.length
    this.#doc.transact(() => {
      for (const root of roots) for (const record of records[root].values()) putRecord(this.#doc, root, record)
    }, person)
    for (const update of this.#changes.slice(before)) outcome.entries.push({ room: this.name, update, person })
  }

  #tell({ barriers, asking, settled }: Outcome): void {
    const changes = this.#changes.splice(0)
    const [first] = changes
    if (first) {
      const frame = writeUpdate(changes.length === 1 ? first : Y.mergeUpdates(changes))
      for (const [peer, standing] of [...this.#peers]) if (standing.isLive) peer.send(frame)
    }
    this.#answer()
    for (const peer of asking) this.#ask(peer)
    for (const { peer, number } of barriers) peer.send(writeSaved(number))
    for (const { resolve } of settled) resolve()
  }

  #answer(): void {
    // After a restart everybody asks at once, and many with the same vector: each answer is made once.
    const answers = new Map<string, Uint8Array>()
    for (const [peer, standing] of [...this.#peers]) {
      const { asked } = standing
      if (!asked) continue
      const key = Buffer.from(asked).toString('latin1')
      const answer = answers.get(key) ?? writeAnswer(Y.encodeStateAsUpdate(this.#doc, asked))
      answers.set(key, answer)
      standing.asked = null
      peer.answer(answer)
      if (standing.isLive) continue
      // Not before: what depends on the first answer would be kept by Yjs as pending, and sent back so.
      standing.isLive = true
      this.#ask(peer)
    }
  }

  #ask(peer: Peer): void {
    const standing = this.#peers.get(peer)
    if (!standing) return
    standing.askedAt = this.#world.now()
    peer.send(writeAsk(Y.encodeStateVector(this.#doc)))
  }

  #tellPresenceSoon(): void {
    this.#presenceTimer ??= setTimeout(() => this.#tellPresence(), limits.presenceBatchMs)
  }

  #tellPresence(): void {
    clearTimeout(this.#presenceTimer)
    this.#presenceTimer = undefined
    if (!this.#presence.isChanged) return
    const frames = this.#presence.flush(this.#peers.keys())
    for (const [peer, frame] of frames) peer.send(frame)
  }

  /** Its place is on another thread; here it holds up the room, and all others while it encodes. */
  async #snapshot(): Promise<void> {
    this.#sinceSnapshot = 0
    try {
      await this.#world.log.writeSnapshot(this.name, this.#seq, Y.encodeStateAsUpdateV2(this.#doc))
    } catch (error) {
      // All of it is in the log; only the next opening is slower.
      this.#world.onError(error)
    }
  }

  /** After a commit that may have failed: what is here may be more than what is on disk, so it is not used any more. */
  #lose(error: unknown): void {
    this.#phase = 'lost'
    this.#world.onError(error)
    for (const task of this.#inbox.splice(0)) drop(task, error)
    for (const peer of [...this.#peers.keys()]) peer.end(closeCode.notSaved)
  }
}

function drop(task: Task, error: unknown): void {
  if (task.is === 'put' || task.is === 'read') task.reject(error)
}

function isPending(doc: Y.Doc): boolean {
  return doc.store.pendingStructs !== null || doc.store.pendingDs !== null
}
