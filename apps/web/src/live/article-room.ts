/**
 * An article's room as the page sees it: the records of everybody, who is here, and whether one's own work is saved.
 * It hides the Y.Doc, the socket, the copy in the browser, and the counting of what waits. Everything that changes
 * records goes through `write`, and everything that shows them reads the cells.
 */

import type { Annotation } from '@attest/schema/annotation'
import type { ArticlePage, Me, Member, Person } from '@attest/schema/api'
import { refusalOf } from '@attest/schema/judge'
import { type Outcome, outcomeOf, standingVerdicts } from '@attest/schema/outcome'
import {
  closeCode,
  message,
  type Presence,
  presenceSchema,
  type Reason,
  type Refusal,
  reasonSchema,
  syncPath,
} from '@attest/schema/protocol'
import { makeRecordId } from '@attest/schema/record'
import type { Role } from '@attest/schema/roles'
import {
  emptyRecords,
  isRoot,
  makeUndoManager,
  observeRecords,
  parseRecord,
  putRecord,
  type RecordOf,
  type Records,
  type Root,
  removeRecord,
  rootMap,
  roots,
  type Unreadable,
} from '@attest/schema/room'
import type { Span } from '@attest/schema/span'
import type { Verdict } from '@attest/schema/verdict'
import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'
import { WebsocketProvider } from 'y-websocket'
import * as Y from 'yjs'
import { type Cell, makeCell } from './cell.ts'
import { isFromLocalCopy, type LocalCopy, openLocalCopy, type Storage } from './local-copy.ts'

/** The marks and what is said of them, as of one moment. The maps are the living ones: a new object announces a change. */
export interface LiveRecords extends Readonly<Records> {
  outcomes: ReadonlyMap<string, Outcome>
  /** For each annotation, the verdict that counts of each judge, oldest first. */
  verdictsOn: ReadonlyMap<string, readonly Verdict[]>
  unreadable: readonly Unreadable[]
}

export type Connection =
  | { phase: 'connecting' }
  | { phase: 'online' }
  | { phase: 'offline' }
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

/** Somebody else in the room, or oneself in another tab. */
export interface Peer extends Presence {
  clientId: number
  isMe: boolean
}

export interface History {
  canUndo: boolean
  canRedo: boolean
}

type RecordsListener = (changed: ReadonlyMap<Root, ReadonlySet<string>>) => void

/** A record as its author gives it: the id and the time are ours to set. */
type Draft<R extends Root> = Omit<RecordOf[R], 'id' | 'author' | 'at'> & { id?: string }

const mine = Symbol('my own act')

export class ArticleRoom {
  readonly records: Cell<LiveRecords>
  readonly status: Cell<Status>
  readonly peers: Cell<readonly Peer[]> = makeCell<readonly Peer[]>([])
  readonly people: Cell<ReadonlyMap<string, Member>>
  readonly history: Cell<History> = makeCell<History>({ canUndo: false, canRedo: false })

  readonly me: Me
  readonly page: ArticlePage
  readonly role: Role

  readonly #doc = new Y.Doc()
  readonly #provider: WebsocketProvider
  readonly #undo: Y.UndoManager
  readonly #copy: Promise<LocalCopy>
  readonly #listeners = new Set<RecordsListener>()
  /** Each waiting key with the number of the barrier that will confirm it. */
  readonly #waiting = new Map<string, number>()
  #barrier = 0
  #isClosed = false

  constructor(page: ArticlePage, me: Me, serverUrl: string) {
    this.page = page
    this.me = me
    this.role = page.project.role
    this.people = makeCell<ReadonlyMap<string, Member>>(new Map(page.people.map((person) => [person.id, person])))
    this.records = makeCell<LiveRecords>({
      ...emptyRecords(),
      outcomes: new Map(),
      verdictsOn: new Map(),
      unreadable: [],
    })
    this.status = makeCell<Status>({
      connection: { phase: 'connecting' },
      waiting: 0,
      storage: 'opening',
      isLoaded: false,
    })

    observeRecords(this.#doc, (changed, transaction) => this.#read(changed, transaction))
    this.#undo = makeUndoManager(this.#doc, mine)
    for (const event of ['stack-item-added', 'stack-item-popped', 'stack-cleared'] as const)
      this.#undo.on(event, () => this.#showHistory())

    // Not connected yet: what the browser kept is part of the first thing that the server hears.
    this.#provider = new WebsocketProvider(serverUrl + syncPath, page.id, this.#doc, {
      connect: false,
      disableBc: true,
      maxBackoffTime: 5000,
    })
    this.#provider.awareness.setLocalState({ selection: null })
    this.#listen()
    this.#copy = openLocalCopy(`attest:${me.id}:${page.id}`, this.#doc, {
      onStorage: (storage) => this.#show({ storage }),
    })
    void this.#open()
  }

  /** Puts a record of one's own, new or in place of the one with its id. A refusal names why, and nothing was written. */
  put<R extends Root>(root: R, draft: Draft<R>): { ok: true; id: string } | { ok: false; reason: Refusal } {
    const id = draft.id ?? makeRecordId(this.me.id)
    // Of the keys of a record, `Draft` leaves out just the three that are added here.
    const record = { ...draft, id, author: this.me.id, at: Date.now() } as unknown as RecordOf[R]
    const { text, labelSet, project } = this.page
    const setting = { text, labelSet, peersJudge: project.peersJudge }
    const reason = refusalOf(root, id, record, { person: this.me.id, role: this.role }, setting, Date.now())
    if (reason) return { ok: false, reason }
    this.#doc.transact(() => putRecord(this.#doc, root, record), mine)
    return { ok: true, id }
  }

  /** Takes records of one's own out, in one step of undo; others' are left alone. */
  remove(root: Root, ids: readonly string[]): void {
    const own = ids.filter((id) => id.startsWith(`${this.me.id}.`))
    this.#doc.transact(() => {
      for (const id of own) removeRecord(this.#doc, root, id)
    }, mine)
  }

  undo(): void {
    this.#undo.undo()
  }

  redo(): void {
    this.#undo.redo()
  }

  /** Shows the others which words one has selected. */
  select(selection: Span | null): void {
    this.#provider.awareness.setLocalStateField('selection', selection)
  }

  /** Calls back with the changed keys after each change of records, before React hears of it. */
  onRecords(listener: RecordsListener): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Takes the people of the project anew, as when somebody joined since. */
  setPeople(people: readonly Member[]): void {
    this.people.set(new Map(people.map((person) => [person.id, person])))
    this.#judgeAll()
    this.records.set({ ...this.records.get() })
  }

  /** One's own records that the server has not confirmed, by root and id; null for one that was deleted. */
  waitingRecords(): Record<string, unknown> {
    return Object.fromEntries(
      Array.from(this.#waiting.keys(), (key) => {
        const [root = '', id = ''] = key.split('/')
        return [key, isRoot(root) ? (rootMap(this.#doc, root).get(id) ?? null) : null]
      }),
    )
  }

  nameOf(person: string): string {
    return this.people.get().get(person)?.name ?? this.#presentPerson(person)?.name ?? 'Somebody'
  }

  personOf(id: string): Person {
    return this.people.get().get(id) ?? this.#presentPerson(id) ?? { id, name: 'Somebody', color: 0 }
  }

  /** Ends the room here and gives up this browser's copy of it, with all that the server never took. */
  async forgetWaiting(): Promise<void> {
    this.close()
    await (await this.#copy).remove()
  }

  /** Tries the server again at once. */
  reconnect(): void {
    if (this.status.get().connection.phase === 'ended') this.#show({ connection: { phase: 'connecting' } })
    this.#provider.disconnect()
    this.#provider.connect()
  }

  close(): void {
    this.#isClosed = true
    this.#provider.destroy()
    this.#undo.destroy()
    void this.#copy.then((copy) => copy.close())
    this.#doc.destroy()
  }

  async #open(): Promise<void> {
    const copy = await this.#copy
    if (this.#isClosed) return
    for (const key of copy.waiting) this.#waiting.set(key, this.#barrier)
    this.#show({ waiting: this.#waiting.size, isLoaded: this.records.get().annotations.size > 0 })
    this.#doc.on('update', (update: Uint8Array, origin: unknown) => {
      if (!isFromLocalCopy(origin)) copy.keep(update, this.#isOwn(origin) ? [...this.#justWritten.splice(0)] : [])
      // Registered after the provider's own listener, so the barrier leaves right behind the update it stands for.
      if (this.#isOwn(origin)) this.#sendBarrier()
    })
    this.#provider.connect()
  }

  /** Keys written since the last update was handed on; filled by `#read`, which Yjs calls just before. */
  readonly #justWritten: string[] = []

  #isOwn(origin: unknown): boolean {
    return origin === mine || origin === this.#undo
  }

  #listen(): void {
    const provider = this.#provider
    provider.on('status', ({ status }) => {
      const { connection } = this.status.get()
      // "connecting" comes at every attempt; somebody who is offline stays so until one succeeds.
      if (status === 'disconnected' && connection.phase !== 'ended') this.#show({ connection: { phase: 'offline' } })
    })
    provider.on('connection-error', () => {
      if (this.status.get().connection.phase !== 'ended') this.#show({ connection: { phase: 'offline' } })
    })
    provider.on('sync', (isSynced) => {
      if (isSynced) this.#show({ connection: { phase: 'online' }, isLoaded: true })
    })
    let reason: Reason | null = null
    provider.on('closed', ({ code }) => {
      this.#show({
        connection: { phase: 'ended', reason: reason ?? (code === closeCode.signIn ? 'no-session' : null) },
      })
    })
    const readSync = provider.messageHandlers[message.sync]
    if (!readSync) throw new Error('y-websocket has no handler for sync messages')
    provider.messageHandlers[message.sync] = (encoder, decoder, ...rest) => {
      readSync(encoder, decoder, ...rest)
      // The answer to the server's question holds all that it lacks; y-websocket sends it when this returns.
      if (encoding.length(encoder) > 1) queueMicrotask(() => this.#sendBarrier())
    }
    provider.messageHandlers[message.saved] = (_, decoder) => this.#confirm(decoding.readVarUint(decoder))
    provider.messageHandlers[message.refused] = (_, decoder) => {
      const parsed = reasonSchema.safeParse(decoding.readVarString(decoder))
      reason = parsed.success ? parsed.data : null
    }
    provider.awareness.on('change', () => this.#readPeers())
  }

  #sendBarrier(): void {
    const socket = this.#provider.ws
    if (!this.#provider.wsconnected || socket?.readyState !== WebSocket.OPEN) return
    const encoder = encoding.createEncoder()
    encoding.writeVarUint(encoder, message.saved)
    encoding.writeVarUint(encoder, this.#barrier)
    socket.send(encoding.toUint8Array(encoder))
  }

  #confirm(barrier: number): void {
    const saved = [...this.#waiting].filter(([, number]) => number <= barrier).map(([key]) => key)
    if (saved.length === 0) return
    for (const key of saved) this.#waiting.delete(key)
    this.#show({ waiting: this.#waiting.size })
    void this.#copy.then((copy) => copy.confirm(saved))
  }

  #read(changed: ReadonlyMap<Root, ReadonlySet<string>>, transaction: Y.Transaction): void {
    const { annotations, relations, comments, verdicts } = this.records.get()
    const records: Records = { annotations, relations, comments, verdicts }
    const lost = new Set<string>()
    const odd: Unreadable[] = []
    for (const root of roots)
      for (const key of changed.get(root) ?? []) {
        lost.add(`${root}/${key}`)
        const problem = this.#readOne(records, root, key)
        if (problem) odd.push({ root, key, problem })
      }
    const unreadable = [...this.records.get().unreadable.filter(({ root, key }) => !lost.has(`${root}/${key}`)), ...odd]
    if (this.#isOwn(transaction.origin)) {
      this.#barrier++
      for (const key of lost) this.#waiting.set(key, this.#barrier)
      this.#justWritten.push(...lost)
      this.#show({ waiting: this.#waiting.size })
    }
    if (changed.has('verdicts') || changed.has('annotations')) this.#judgeAll()
    for (const listener of this.#listeners) listener(changed)
    this.records.set({ ...this.records.get(), unreadable })
  }

  #readOne<R extends Root>(records: Records, root: R, key: string): string | null {
    const map = rootMap(this.#doc, root)
    records[root].delete(key)
    if (!map.has(key)) return null
    const parsed = parseRecord(root, key, map.get(key))
    if (!parsed.ok) return parsed.problem
    records[root].set(key, parsed.record)
    return null
  }

  #judgeAll(): void {
    const live = this.records.get()
    const verdictsOn = standingVerdicts(live.verdicts.values())
    const people = this.people.get()
    const judging = {
      roleOf: (person: string) =>
        person === this.me.id
          ? this.role
          : (people.get(person)?.role ?? (this.#presentPerson(person) ? 'annotator' : null)),
      peersJudge: this.page.project.peersJudge,
    }
    const outcomes = new Map<string, Outcome>()
    for (const annotation of live.annotations.values())
      outcomes.set(annotation.id, outcomeOf(annotation, verdictsOn.get(annotation.id) ?? [], judging))
    this.records.set({ ...live, verdictsOn, outcomes })
  }

  #readPeers(): void {
    const peers: Peer[] = []
    for (const [clientId, state] of this.#provider.awareness.getStates()) {
      if (clientId === this.#doc.clientID) continue
      const parsed = presenceSchema.safeParse(state)
      if (parsed.success) peers.push({ ...parsed.data, clientId, isMe: parsed.data.user.id === this.me.id })
    }
    this.peers.set(peers)
  }

  #presentPerson(id: string): Person | undefined {
    return this.peers.get().find((peer) => peer.user.id === id)?.user
  }

  #showHistory(): void {
    const { canUndo, canRedo } = this.history.get()
    const now = { canUndo: this.#undo.canUndo(), canRedo: this.#undo.canRedo() }
    if (now.canUndo !== canUndo || now.canRedo !== canRedo) this.history.set(now)
  }

  #show(part: Partial<Status>): void {
    this.status.set({ ...this.status.get(), ...part })
  }
}

/** By place in the text, the longer first, then by id: the order in which a reader meets them. */
export function inTextOrder(a: Annotation, b: Annotation): number {
  const [startA, endA] = [a.spans[0]?.[0] ?? 0, a.spans.at(-1)?.[1] ?? 0]
  const [startB, endB] = [b.spans[0]?.[0] ?? 0, b.spans.at(-1)?.[1] ?? 0]
  return startA - startB || endB - endA || (a.id < b.id ? -1 : 1)
}
