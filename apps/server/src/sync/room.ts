/**
 * A room works in turns: judge what has come in, apply it, commit it, and only then tell anybody; turns are told in the
 * order in which they were applied, and nobody is told what is not on disk. It keeps to itself its document, its audience,
 * compaction and timers.
 */
import { setImmediate as nextTick, setTimeout as sleep } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import { closeCode } from '@attest/schema/protocol'
import type { Role } from '@attest/schema/roles'
import { emptyRecords, type RecordOf, type Records, type Root } from '@attest/schema/room'
import {
  type Binding,
  DamagedRoom,
  type Entry,
  FullDisk,
  type Log,
  type RoomCatalog,
  type RoomSetting,
} from '../store/store.ts'
import { Audience, type Barrier, isEmpty, type Peer, type Standing } from './audience.ts'
import { Baseline } from './baseline.ts'
import { Board } from './board.ts'
import { Clients } from './clients.ts'
import type { Committer } from './commit.ts'
import type { Compactor } from './compactor.ts'
import {
  isLong,
  type Read,
  RoomDocument,
  type ServerChange,
  type Submission,
  type Writing,
  type Written,
} from './document.ts'
import type { Figures } from './figures.ts'
import type { Judgement } from './gate.ts'
import { Malformed } from './reader.ts'
import { unpack } from './snapshot.ts'
import { Pace } from './steps.ts'
import { type Message, writeRefused } from './wire.ts'

export interface World {
  log: Log
  committer: Committer
  compactor: Compactor
  catalog: RoomCatalog
  figures: Figures
  now: () => number
  onError: (error: unknown) => void
  /** By which Yjs client id the server has written into each room, since it was started. */
  ownClients: Map<string, number>
}

interface PeerTask {
  is: 'message'
  peer: Peer
  message: Message
}

/** What is to be put, given what there is. It must not throw. */
export type Change = (records: Records) => Records
/** The same of what is to be taken out. */
export type Taking = (records: Records) => readonly { root: Root; id: string }[]

/** What the server does to records of whomever; what it puts and takes out may depend on what there is. */
export type RoomChange = Omit<ServerChange, 'put' | 'remove'> & {
  put?: Records | Change
  remove?: NonNullable<ServerChange['remove']> | Taking
}

/** What somebody writes who is no peer. */
export interface WritingAs {
  writing: Writing
  person: string
  /** What a record goes by when one says which one means to replace. */
  tagOf: (record: unknown) => string
}

type Task =
  | PeerTask
  | { is: 'asking'; peer: Peer }
  | { is: 'change'; change: RoomChange; person: string; resolve: () => void; reject: (error: unknown) => void }
  | ({ is: 'writing'; resolve: (written: Written) => void; reject: (error: unknown) => void } & WritingAs)
  | { is: 'read'; resolve: (found: Read) => void; reject: (error: unknown) => void }
  /** Nothing came in, and something is waited for. */
  | { is: 'nothing' }

/** What was done in one go, and is to be said of it when it is on disk. */
interface Turn {
  changes: Uint8Array[]
  entries: Entry[]
  bindings: Binding[]
  barriers: Barrier[]
  /** Those who are to be asked for what they have. */
  asking: Peer[]
  changed: { resolve: () => void; reject: (error: unknown) => void }[]
  reads: (Task & { is: 'read' })[]
  /** Those who have sent changes in it. */
  writers: Set<Peer>
}

/** A long inbox is worked off in several turns, so that those whose changes came first do not wait for the last. */
const TURN_MS = 25
/** Turns that may wait for the disk at a time. */
const TURNS_UNDER_WAY = 2
/** After a commit for which the disk had no room, before the next is tried. */
const FULL_MS = 1000
/** After a compaction that failed. */
const COMPACT_AGAIN_MS = 60_000

export class Room {
  readonly name: string
  readonly #clients: Clients
  #doc: RoomDocument
  readonly #world: World
  readonly #audience: Audience
  readonly #board: Board
  #baseline: Baseline
  #phase: 'loading' | 'idle' | 'working' | 'lost' = 'loading'
  #damage: DamagedRoom | null
  #work: Promise<void>
  #compaction: Promise<void> | null = null
  #inbox: Task[] = []
  #setting: RoomSetting | null = null
  #seq: number
  /** Begun and not told yet, in their order; `#told` is when the last of them is. */
  #turns: Turn[] = []
  #told: Promise<void> = Promise.resolve()
  /** There was no room on the disk for a turn: nothing after it counts. */
  #isFull = false
  #bindTimer: NodeJS.Timeout | undefined

  /** Resolves as soon as what is on disk was read and verified; the document follows, and what needs it waits. */
  static async open(name: string, world: World): Promise<Room> {
    let damage: DamagedRoom | null = null
    const { snapshot, updates, seq, clients } = await world.log.read(name).catch((error: unknown) => {
      if (!(error instanceof DamagedRoom)) throw error
      damage = error
      world.onError(error)
      return error.sound
    })
    const baseline = new Baseline(snapshot ? await unpack(snapshot) : [], updates)
    return new Room(name, world, { baseline, seq, clients, damage })
  }

  private constructor(
    name: string,
    world: World,
    stored: { baseline: Baseline; seq: number; clients: Map<number, string>; damage: DamagedRoom | null },
  ) {
    this.name = name
    this.#world = world
    this.#audience = new Audience(world.now)
    this.#board = new Board({
      audience: this.#audience,
      // A client id is shown to nobody before it is known for ever whose it is.
      mayTell: () => !this.#clients.hasFresh && this.#turns.every(({ bindings }) => bindings.length === 0),
      now: world.now,
      onError: world.onError,
    })
    this.#clients = new Clients(stored.clients)
    this.#doc = this.#newDocument()
    this.#baseline = stored.baseline
    this.#seq = stored.seq
    this.#damage = stored.damage
    this.#work = this.#load()
  }

  get peers(): Iterable<Peer> {
    return this.#audience.peers
  }

  /** Whether a commit failed: what is on disk has to be read again, in a new room. */
  get isLost(): boolean {
    return this.#phase === 'lost'
  }

  /** Whether what is stored does not verify: what does is shown, and nothing is added to it. */
  get isReadOnly(): boolean {
    return this.#damage !== null
  }

  /** Updates since the last compaction. */
  get tail(): number {
    return this.#baseline.tail
  }

  join(peer: Peer, role: Role): void {
    this.#audience.join(peer, role)
    if (this.isReadOnly) peer.send(writeRefused('damaged-room'))
    this.#board.welcome(peer)
    // Lost in the moment between its being found open and this.
    if (this.isLost) peer.end(closeCode.notSaved)
  }

  /** Safe to call for one who has left. */
  leave(peer: Peer): void {
    if (this.#audience.leave(peer)) this.#board.leave(peer)
  }

  /** Throws `Malformed` at a presence that cannot be read. */
  receive(peer: Peer, message: Message): void {
    const standing = this.#audience.standingOf(peer)
    if (!standing) return
    if (message.type === 'presence-query') {
      this.#board.welcome(peer)
    } else if (message.type === 'presence' && this.#board.knows(peer)) {
      this.#hearPresence(peer, message.update)
    } else if (this.#phase === 'loading' && message.type === 'ask' && isEmpty(message.vector)) {
      // What it lacks is everything, so the document is not needed to tell it.
      this.#audience.answerFrom(this.#baseline, peer, standing)
      this.#take({ is: 'asking', peer })
    } else {
      this.#take({ is: 'message', peer, message })
    }
  }

  /** The records as they are on disk. Rejects with a `DamagedRoom` when not all of them are readable there. */
  read(): Promise<Read> {
    return new Promise((resolve, reject) => this.#take({ is: 'read', resolve, reject }))
  }

  /** Changes records of whomever, in the name of `person`; it was judged elsewhere. On disk when it resolves. */
  change(change: RoomChange, person: string): Promise<void> {
    return new Promise((resolve, reject) => this.#take({ is: 'change', change, person, resolve, reject }))
  }

  /**
   * Writes in somebody's name what is judged as what comes over their sockets: all of it or nothing. On disk when it
   * resolves; then with null, else with what was refused.
   */
  write(given: WritingAs): Promise<Written> {
    return new Promise((resolve, reject) => this.#take({ is: 'writing', ...given, resolve, reject }))
  }

  /** Says again who is here: pages forget it after 30 seconds. */
  renew(): void {
    this.#board.renew()
  }

  /** Ends the connections of those who may not be here any more, or as something else. */
  async check(): Promise<void> {
    const setting = await this.#world.catalog.roomSetting(this.name)
    this.#follow(setting)
    for (const peer of [...this.#audience.peers]) this.#roleOf(peer, setting)
    if (setting?.isClosed) await this.settled()
  }

  /** Finishes what has come in. Nobody may be in the room any more. */
  async close(): Promise<void> {
    await this.settled()
    this.#board.close()
    clearTimeout(this.#bindTimer)
    await this.#compaction
    this.#doc.destroy()
  }

  /** Resolves when there is nothing left to be done. */
  async settled(): Promise<void> {
    await this.#work
    await this.#told
  }

  #newDocument(): RoomDocument {
    return new RoomDocument(this.#clients, this.#world.now, this.#world.onError)
  }

  async #load(): Promise<void> {
    const { updates } = this.#baseline
    const sound = await this.#doc.load(updates)
    if (sound < updates.length) await this.#keep(updates.slice(0, sound))
    const client = this.#world.ownClients.get(this.name)
    if (client !== undefined) this.#doc.writeAs(client)
    this.#phase = 'working'
    await this.#workOff()
  }

  /** What was stored verifies and does not fit together. Nothing is shown of it but what comes before the gap. */
  async #keep(sound: readonly Uint8Array[]): Promise<void> {
    const nothing = { snapshot: null, updates: [], seq: 0, clients: new Map() }
    this.#damage ??= new DamagedRoom(this.name, 'an update depends on one that was never written', nothing)
    this.#world.onError(this.#damage)
    this.#baseline = new Baseline(sound, [])
    this.#clients.startOver([])
    this.#doc = this.#newDocument()
    await this.#doc.load(sound)
    // Who came meanwhile may have been sent all of it.
    this.#audience.endAll(closeCode.notSaved)
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
        const turn = await this.#turn()
        // Nobody is told what the document holds while that is more than what is on disk.
        const asksForRest =
          this.#audience.hasQuestions || turn.asking.length + turn.changed.length + turn.reads.length > 0
        if (asksForRest || this.#turns.length >= TURNS_UNDER_WAY || this.#inbox.length === 0) await this.#told
        if (this.isLost) return
        if (this.#isFull) await this.#startOver()
        else await this.#read(turn.reads)
      }
      this.#phase = 'idle'
    } catch (error) {
      this.#lose(error)
    }
  }

  /** Applies what has come in. It is told once it is on disk; while the disk is waited for, the next may begin. */
  async #turn(): Promise<Turn> {
    const turn: Turn = {
      changes: [],
      entries: [],
      bindings: [],
      barriers: [],
      asking: [],
      changed: [],
      reads: [],
      writers: new Set(),
    }
    this.#turns.push(turn)
    const from = performance.now()
    const setting = await this.#world.catalog.roomSetting(this.name)
    this.#follow(setting)
    await this.#apply(setting, turn)
    turn.changes = this.#doc.takeChanges()
    const fresh = this.#clients.take()
    if (!this.isReadOnly) turn.bindings = fresh.map((binding) => ({ room: this.name, ...binding }))
    this.#world.figures.turned(performance.now() - from)
    // What it follows on may have failed meanwhile; then it must not get to the disk.
    if (this.isLost) this.#drop(turn, new Error(`room ${this.name} is read from disk again`))
    else if (!this.#isFull) this.#told = this.#tellAfter(this.#commit(turn), this.#told, turn)
    return turn
  }

  async #commit({ entries, bindings }: Turn): Promise<void> {
    if (entries.length === 0 && bindings.length === 0) return
    await this.#world.committer.commit(entries, bindings)
  }

  async #tellAfter(committed: Promise<void>, before: Promise<void>, turn: Turn): Promise<void> {
    const failure: unknown = await committed.then(
      () => null,
      (error: unknown) => error,
    )
    // Told in their order, also when they failed together.
    await before
    if (failure instanceof FullDisk && turn.entries.length === 0) this.#bindLater(turn)
    else if (failure instanceof FullDisk) this.#isFull = true
    else if (failure !== null && !this.isLost) this.#lose(failure)
    if (this.isLost) this.#drop(turn, new Error(`room ${this.name} is read from disk again`))
    else if (!this.#isFull) this.#tell(turn)
  }

  /** Who only looks needs no room on the disk. Until there is some, the others do not see that they are here. */
  #bindLater(turn: Turn): void {
    this.#clients.giveBack(turn.bindings.splice(0))
    this.#bindTimer ??= setTimeout(() => {
      this.#bindTimer = undefined
      this.#take({ is: 'nothing' })
    }, FULL_MS).unref()
  }

  /**
   * The disk was full: what was applied and could not be kept is in the document. It is made anew of what is on disk;
   * those who wrote are sent away to come back with it, and those who only read need not notice.
   */
  async #startOver(): Promise<void> {
    this.#phase = 'loading'
    this.#world.ownClients.delete(this.name)
    const turns = this.#turns.splice(0)
    const error = new FullDisk(new Error(`room ${this.name} could not keep a change`))
    this.#world.onError(error)
    this.#clients.startOver([...turns.flatMap(({ bindings }) => bindings), ...this.#clients.take()])
    this.#doc.destroy()
    this.#doc = this.#newDocument()
    for (const { writers, barriers, asking, changed } of turns) {
      for (const peer of [...writers, ...barriers.map(({ peer }) => peer)]) peer.end(closeCode.notSaved)
      for (const { reject } of changed) reject(error)
      this.#inbox.push(...asking.map((peer) => ({ is: 'asking', peer }) as const))
    }
    await this.#doc.load(this.#baseline.updates)
    this.#isFull = false
    // At once: the next turn may fail as well, and what they ask for is here.
    await this.#read(turns.flatMap(({ reads }) => reads))
    this.#audience.answer(this.#doc, this.#baseline)
    await sleep(FULL_MS)
    this.#phase = 'working'
  }

  async #apply(setting: RoomSetting | null, turn: Turn): Promise<void> {
    const end = performance.now() + TURN_MS
    while (this.#inbox.length > 0) {
      this.#applyShort(setting, turn)
      const [next] = this.#inbox
      if (next && takesLong(next)) {
        this.#inbox.shift()
        await this.#applyLong(next, setting, turn)
      }
      if (performance.now() > end) break
      if (this.#inbox.length > 0) await nextTick()
    }
    if (this.#doc.isPending) throw new Error(`room ${this.name} holds structs that depend on what is not there`)
  }

  /** Applies what has come in and may be, up to the first long one; in one transaction, so that it is one change. */
  #applyShort(setting: RoomSetting | null, turn: Turn): void {
    const pace = new Pace()
    this.#doc.together(() => {
      while (!pace.isOver) {
        const [task] = this.#inbox
        if (!task || takesLong(task)) return
        this.#inbox.shift()
        if (task.is === 'message') this.#hear(task, setting, turn)
        else if (task.is === 'asking') turn.asking.push(task.peer)
        else if (task.is === 'read') turn.reads.push(task)
      }
    })
  }

  /** Applies one thing that takes more than its slice, a part at a time. */
  async #applyLong(task: Task, setting: RoomSetting | null, turn: Turn): Promise<void> {
    if (task.is === 'change' && this.#damage) {
      task.reject(this.#damage)
    } else if (task.is === 'change') {
      turn.changed.push(task)
      for (const update of await this.#doc.change(await this.#made(task.change), task.person))
        turn.entries.push({ room: this.name, update, person: task.person })
    } else if (task.is === 'writing') {
      await this.#write(task, setting, turn)
    } else if (task.is === 'message') {
      await this.#hearLong(task, setting, turn)
    }
  }

  /** Decided by what there is now: nothing else is applied until it is done. */
  async #made({ put, remove, ...rest }: RoomChange): Promise<ServerChange> {
    const isAsked = typeof put === 'function' || typeof remove === 'function'
    const records = isAsked ? (await this.#doc.read()).records : emptyRecords()
    const made = typeof put === 'function' ? put(records) : put
    const taken = typeof remove === 'function' ? remove(records) : remove
    return { ...rest, ...(made && { put: made }), ...(taken && { remove: taken }) }
  }

  async #write(task: Task & { is: 'writing' }, setting: RoomSetting | null, turn: Turn): Promise<void> {
    const { writing, person, tagOf, resolve, reject } = task
    if (this.#damage) {
      reject(this.#damage)
      return
    }
    const role = setting && isOpenTo(setting, person) && this.#world.catalog.roleOf(setting.projectId, person)
    const [first] = [...writing.put.map(({ root, record: { id } }) => ({ root, id })), ...writing.remove]
    if (!first || !setting || !role || setting.isClosed) {
      resolve(first ? { root: first.root, id: first.id, reason: 'no-such-room' } : null)
      return
    }
    const refused = await this.#doc.refusalOf(writing, { person, role, setting }, tagOf)
    if (refused) {
      resolve(refused)
      return
    }
    turn.changed.push({ resolve: () => resolve(null), reject })
    this.#world.ownClients.set(this.name, this.#doc.ownClient)
    const put = emptyRecords()
    // What it is put as has been parsed by the schema of its root.
    for (const { root, record } of writing.put) (put[root] as Map<string, RecordOf[Root]>).set(record.id, record)
    for (const update of await this.#doc.change({ put, remove: writing.remove }, person))
      turn.entries.push({ room: this.name, update, person })
  }

  #hear({ peer, message }: PeerTask, setting: RoomSetting | null, turn: Turn): void {
    const standing = this.#audience.standingOf(peer)
    const role = standing && this.#roleOf(peer, setting)
    if (!standing || !role || !setting) return
    if (message.type === 'ask') {
      this.#audience.asks(peer, message.vector)
    } else if (message.type === 'saved') {
      // Nothing is saved in a room that is only read.
      if (!this.isReadOnly && this.#audience.isReady(peer, standing, message.number))
        turn.barriers.push({ peer, number: message.number })
    } else if (message.type === 'presence') {
      this.#hearPresence(peer, message.update)
    } else if (message.type === 'update' && !this.isReadOnly) {
      const submission = { ...message, person: peer.person.id, role, setting }
      const update = this.#settle(peer, standing, this.#doc.judge(submission), { submission, turn })
      if (update) this.#doc.apply(update, submission.person)
    }
  }

  /** The same for an update that takes longer than the others can wait. */
  async #hearLong({ peer, message }: PeerTask, setting: RoomSetting | null, turn: Turn): Promise<void> {
    const standing = this.#audience.standingOf(peer)
    const role = standing && this.#roleOf(peer, setting)
    if (!standing || !role || !setting || message.type !== 'update' || this.isReadOnly) return
    const submission = { ...message, person: peer.person.id, role, setting }
    const judgement = await this.#doc.judgeLong(submission)
    const update = this.#settle(peer, standing, judgement, { submission, turn })
    if (update) await this.#doc.applyLong(update, submission.person)
  }

  /** Does what follows from a judgement; the update that is to be applied, if there is one. */
  #settle(
    peer: Peer,
    standing: Standing,
    judgement: Judgement,
    { submission: { isAnswer, person }, turn }: { submission: Submission; turn: Turn },
  ): Uint8Array | null {
    if (judgement.is === 'refused') {
      this.#world.figures.refused(judgement.reason)
      peer.end(closeCode.refused, judgement.reason)
      return null
    }
    if (judgement.is === 'early') {
      this.#hearEarly(peer, standing, isAnswer)
      return null
    }
    if (isAnswer) {
      const { barriers, askIn } = this.#audience.hears(peer, standing)
      turn.barriers.push(...barriers)
      this.#askIn(askIn, peer)
    }
    const { update } = judgement
    if (!update) return null
    turn.entries.push({ room: this.name, update, person })
    turn.writers.add(peer)
    return update
  }

  /** An update that depends on what is not here is dropped, and its sender asked for all that it has. */
  #hearEarly(peer: Peer, standing: Standing, isAnswer: boolean): void {
    if (isAnswer) {
      // It has just said all it has, and still something is missing that nobody can send.
      peer.end(closeCode.startAfresh, 'malformed-update')
      return
    }
    this.#askIn(this.#audience.misses(standing), peer)
  }

  #askIn(milliseconds: number | null, peer: Peer): void {
    if (milliseconds === null) return
    setTimeout(() => {
      if (this.#audience.standingOf(peer)) this.#take({ is: 'asking', peer })
    }, milliseconds).unref()
  }

  #hearPresence(peer: Peer, update: Uint8Array): void {
    try {
      this.#board.receive(peer, update, (client) => this.#clients.bind(client, peer.person.id))
    } catch (error) {
      if (!(error instanceof Malformed)) throw error
      peer.end(closeCode.malformed, 'malformed-message')
    }
  }

  /** The peer's role; null when it has none, or another than its page knows: then its connection has been ended. */
  #roleOf(peer: Peer, setting: RoomSetting | null): Role | null {
    if (setting && isOpenTo(setting, peer.person.id) && setting.isClosed) {
      // There is another room to go to, or there will be.
      peer.end(closeCode.changed)
      return null
    }
    if (!setting || !isOpenTo(setting, peer.person.id)) {
      peer.end(closeCode.gone, 'no-such-room')
      return null
    }
    const role = this.#world.catalog.roleOf(setting.projectId, peer.person.id)
    if (!role) {
      peer.end(closeCode.noAccess, 'no-access')
      return null
    }
    if (role === this.#audience.standingOf(peer)?.role) return role
    peer.end(closeCode.changed)
    return null
  }

  /** Sends pages away to read the article anew when what its records are judged against is another now. */
  #follow(setting: RoomSetting | null): void {
    const before = this.#setting
    if (setting === before || !setting) return
    this.#setting = setting
    const isSame =
      before?.peersJudge === setting.peersJudge &&
      before.isReplaced === setting.isReplaced &&
      before.isSignedOff === setting.isSignedOff &&
      isDeepStrictEqual(before.labelSet, setting.labelSet)
    if (before && !isSame) this.#audience.endAll(closeCode.changed)
  }

  /** It and all that was done before it is on disk. */
  #tell(turn: Turn): void {
    const { changes, entries, barriers, asking, changed } = turn
    this.#turns = this.#turns.filter((other) => other !== turn)
    this.#seq += entries.length
    this.#baseline.push(entries.map(({ update }) => update))
    this.#audience.tell(changes)
    if (entries.length > 0)
      this.#world.figures.accepted(
        entries.length,
        entries.reduce((sum, { update }) => sum + update.length, 0),
      )
    // Else another is being applied, which may hold what is not on disk; whoever asked is answered after it.
    if (this.#turns.length === 0) this.#audience.answer(this.#doc, this.#baseline)
    if (asking.length > 0) {
      const { vector } = this.#doc
      for (const peer of asking) this.#audience.ask(peer, vector)
    }
    this.#audience.confirm(barriers)
    for (const { resolve } of changed) resolve()
    if (this.#baseline.isLong) this.#compaction ??= this.#compact()
  }

  /** Answers who asked for the records; all of them are on disk. */
  async #read(reads: Turn['reads']): Promise<void> {
    if (reads.length === 0) return
    const found = this.#damage ?? (await this.#doc.read())
    for (const { resolve, reject } of reads) {
      if (found instanceof DamagedRoom) reject(found)
      else resolve(found)
    }
  }

  #drop({ changed, reads }: Turn, error: unknown): void {
    for (const { reject } of [...changed, ...reads]) reject(error)
  }

  async #compact(): Promise<void> {
    const from = performance.now()
    const { updates, rebase } = this.#baseline.begin()
    const seq = this.#seq
    try {
      const compacted = await this.#world.compactor.compact(updates)
      if (!compacted || this.isLost) return
      await this.#world.log.writeSnapshot(this.name, seq, compacted.packed)
      rebase(compacted.parts)
      this.#compaction = null
      this.#world.figures.compacted(performance.now() - from)
    } catch (error) {
      // All of it is in the log, only the next opening is slower.
      this.#world.onError(error)
      setTimeout(() => {
        this.#compaction = null
      }, COMPACT_AGAIN_MS).unref()
    }
  }

  /** After a commit that may have failed: what is here may be more than what is on disk, so it is not used any more. */
  #lose(error: unknown): void {
    this.#phase = 'lost'
    // Under it may be more, somewhere, than is on disk.
    this.#world.ownClients.delete(this.name)
    this.#board.close()
    this.#world.onError(error)
    for (const turn of this.#turns) this.#drop(turn, error)
    for (const task of this.#inbox.splice(0)) drop(task, error)
    this.#audience.endAll(closeCode.notSaved)
  }
}

/** Whether it is everybody's room, or that of this person. */
export function isOpenTo({ layerOf }: RoomSetting, person: string): boolean {
  return layerOf === undefined || layerOf === person
}

function takesLong(task: Task): boolean {
  return (
    task.is === 'change' ||
    task.is === 'writing' ||
    (task.is === 'message' && task.message.type === 'update' && isLong(task.message.update))
  )
}

function drop(task: Task, error: unknown): void {
  if (task.is === 'change' || task.is === 'writing' || task.is === 'read') task.reject(error)
}
