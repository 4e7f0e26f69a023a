/**
 * An article's room as the page sees it: the records of everybody, who is here, and whether one's own work is saved.
 * It hides the Y.Doc, the socket, the copy in the browser, and what happens when the server refuses something. What
 * changes records goes through `put` and `remove`, and what shows them reads the cells.
 */
import type { ArticlePage, Me, Member, Person } from '@attest/schema/api'
import { refusalOf } from '@attest/schema/judge'
import { closeCode, type Presence, presenceSchema, type Reason, type Refusal } from '@attest/schema/protocol'
import { authorOf, makeRecordId } from '@attest/schema/record'
import type { Role } from '@attest/schema/roles'
import {
  parseRecord,
  putRecord,
  type RecordOf,
  type Root,
  readRecordKey,
  recordKey,
  removeRecord,
  rootMap,
  roots,
} from '@attest/schema/room'
import type { Span } from '@attest/schema/span'
import { type Cell, makeCell } from './cell.ts'
import { type LiveRecords, makeReader, type Reader } from './live-records.ts'
import { type LocalCopy, openLocalCopy, type Parcels, type Refused, type Storage } from './local-copy.ts'
import { Recovery } from './recovery.ts'
import { Session } from './session.ts'

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

/** After so many documents in a row that the server would not even sync with, something else is wrong. */
const FRESH_STARTS = 3

export class ArticleRoom {
  readonly records: Cell<LiveRecords>
  readonly status: Cell<Status> = makeCell<Status>({
    connection: { phase: 'connecting' },
    waiting: 0,
    storage: 'opening',
    isLoaded: false,
  })
  readonly peers: Cell<readonly Peer[]> = makeCell<readonly Peer[]>([])
  readonly people: Cell<ReadonlyMap<string, Member>>
  readonly history: Cell<History> = makeCell<History>({ canUndo: false, canRedo: false })
  /** One's own changes that the server would not take, until the person tries again or lets go of them. */
  readonly refused: Cell<readonly Refused[]> = makeCell<readonly Refused[]>([])

  readonly me: Me
  readonly page: ArticlePage
  readonly role: Role

  readonly #serverUrl: string
  readonly #copy: Promise<LocalCopy>
  readonly #reader: Reader
  readonly #listeners = new Set<RecordsListener>()
  readonly #recovery = new Recovery()
  #session: Session
  /** Own records that were confirmed once, in a document that was refused: an older server may have lost them. */
  #confirmedBefore: Parcels = new Map()
  #freshStarts = 0
  #isClosed = false

  constructor(page: ArticlePage, me: Me, serverUrl: string) {
    this.page = page
    this.me = me
    this.role = page.project.role
    this.#serverUrl = serverUrl
    this.people = makeCell<ReadonlyMap<string, Member>>(new Map(page.people.map((person) => [person.id, person])))
    this.#reader = makeReader({ roleOf: (person) => this.#roleOf(person), peersJudge: page.project.peersJudge })
    this.records = this.#reader.cell
    this.#session = this.#openSession()
    this.#copy = openLocalCopy(`attest/${me.id}/${page.id}`, (storage) => this.#show({ storage }))
    void this.#open()
  }

  /** Puts a record of one's own, new or in place of the one with its id. A refusal names why, and nothing was written. */
  put<R extends Root>(root: R, draft: Draft<R>): { ok: true; id: string } | { ok: false; reason: Refusal } {
    const id = draft.id ?? makeRecordId(this.me.id)
    const value = { ...draft, id, author: this.me.id, at: Date.now() }
    const reason = this.#refusalOf(root, id, value)
    if (reason) return { ok: false, reason }
    const parsed = parseRecord(root, id, value)
    if (!parsed.ok) throw new TypeError(`a ${root} record passed its judge and not its parser: ${parsed.problem}`)
    this.#write(root, new Map([[id, parsed.record]]))
    return { ok: true, id }
  }

  /** Takes records of one's own out, in one step of undo; others' are left alone. */
  remove(root: Root, ids: readonly string[]): void {
    const own = ids.filter((id) => authorOf(id) === this.me.id)
    this.#write(root, new Map(own.map((id) => [id, null])))
  }

  undo(): void {
    this.#session.undo()
  }

  redo(): void {
    this.#session.redo()
  }

  /** Shows the others which words one has selected. */
  select(selection: Span | null): void {
    this.#session.awareness.setLocalStateField('selection', selection)
  }

  /** Calls back with the changed keys after each change of records, before React hears of it. */
  onRecords(listener: RecordsListener): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Takes the people of the project anew, as when somebody joined since. */
  setPeople(people: readonly Member[]): void {
    this.people.set(new Map(people.map((person) => [person.id, person])))
    this.#reader.judgeAll()
  }

  nameOf(person: string): string {
    return this.personOf(person).name
  }

  personOf(id: string): Person {
    return this.people.get().get(id) ?? this.#presentPerson(id) ?? { id, name: 'Somebody', color: 0 }
  }

  /** What the server has not confirmed, or has refused, by `recordKey`; null for a deletion. */
  unsaved(): Record<string, unknown> {
    const refused = this.refused.get().map(({ key, value }) => [key, value] as const)
    return Object.fromEntries([...refused, ...this.#session.waitingParcels(), ...this.#recovery.parcels()])
  }

  /** Puts a refused change again, as it was but for the time: the clock may have been what was wrong. */
  tryAgain({ key, value }: Refused): void {
    const found = readRecordKey(key)
    this.letGo(key)
    if (found)
      this.#write(found.root, new Map([[found.id, value === null ? null : { ...Object(value), at: Date.now() }]]))
  }

  /** Lets go of a refused change. */
  letGo(key: string): void {
    this.refused.set(this.refused.get().filter((one) => one.key !== key))
    void this.#copy.then((copy) => copy.drop(key))
  }

  /** Tries the server again at once. */
  reconnect(): void {
    this.#session.reconnect()
  }

  close(): void {
    this.#isClosed = true
    this.#session.close()
    // What was asked of the copy before is still done: a database closes after its last transaction.
    void this.#copy.then((copy) => copy.close())
  }

  async #open(): Promise<void> {
    const copy = await this.#copy
    if (this.#isClosed) return
    this.refused.set(copy.refused)
    const missing = this.#session.start(copy, { withUpdates: true })
    // Left over from a document that was given up: it goes on where it was when the page was closed.
    if (missing.size > 0) {
      this.#recovery.begin(missing)
      this.#readKeys(missing.keys())
    }
    this.#show({ isLoaded: this.status.get().isLoaded || this.records.get().annotations.size > 0 })
    this.#showNews()
  }

  #openSession(): Session {
    const session: Session = new Session({
      serverUrl: this.#serverUrl,
      room: this.page.id,
      person: this.me.id,
      onChange: (changed) => this.#read(changed),
      onPhase: (phase) => {
        if (session !== this.#session) return
        this.#show({ connection: { phase }, ...(phase === 'online' ? { isLoaded: true } : {}) })
        if (phase === 'online') this.#goOn(session)
      },
      onClosed: (code, reason) => {
        if (session !== this.#session) return
        if (code === closeCode.refused || code === closeCode.startAfresh) this.#startAfresh(session, reason)
        else this.#show({ connection: { phase: 'ended', reason } })
      },
      onTooLarge: () => session === this.#session && this.#startAfresh(session, null),
      onNews: () => session === this.#session && this.#showNews(),
      onPeers: () => session === this.#session && this.#readPeers(),
    })
    return session
  }

  /** While a document is being recovered, acts wait for their turn in it, and are shown at once all the same. */
  #write(root: Root, changes: ReadonlyMap<string, unknown>): void {
    const { doc } = this.#session
    if (this.#recovery.isSettled) {
      this.#session.act(() => {
        for (const [id, value] of changes) putValue(doc, root, id, value)
      })
      return
    }
    const parcels = new Map(Array.from(changes, ([id, value]) => [recordKey(root, id), value]))
    for (const [key, value] of parcels) this.#recovery.add(key, value)
    void this.#copy.then((copy) => copy.keep(null, parcels))
    this.#readKeys(parcels.keys())
    this.#showNews()
  }

  /** The document cannot go on: opens a fresh one, where `Recovery` puts again what the server had not confirmed. */
  #startAfresh(session: Session, reason: Reason | null): void {
    if (this.#freshStarts >= FRESH_STARTS) {
      this.#show({ connection: { phase: 'ended', reason } })
      return
    }
    this.#freshStarts++
    const waiting = session.waitingParcels()
    if (this.#recovery.isSettled && waiting.size === 0) this.#confirmedBefore = this.#ownRecords()
    const alone = this.#recovery.begin(waiting)
    // Nothing of a viewer's is taken, so there is nothing to find out one by one.
    if (reason === 'read-only')
      for (const [key, value] of this.#recovery.parcels()) {
        this.#recovery.drop(key)
        this.#refuse({ key, value, reason })
      }
    // If the person has changed it meanwhile, that is what counts.
    if (alone !== null && this.#recovery.find(alone) === null)
      this.#refuse({ key: alone, value: waiting.get(alone) ?? null, reason })
    session.close()
    this.#session = this.#openSession()
    const fresh = this.#session
    void this.#copy.then((copy) => {
      copy.forgetUpdates()
      fresh.start(copy, { withUpdates: false })
    })
    this.#showNews()
  }

  /** The document is as the server has it. */
  #goOn(session: Session): void {
    this.#freshStarts = 0
    // A line that was cut while a group was under way takes it up where it was.
    if (!this.#recovery.isAwaitingSync) return
    for (const [key, value] of this.#confirmedBefore) {
      const found = readRecordKey(key)
      if (found && !rootMap(session.doc, found.root).has(found.id)) this.#recovery.add(key, value)
    }
    this.#confirmedBefore = new Map()
    this.#forgetMissing()
    void this.#putNext(session)
  }

  async #putNext(session: Session): Promise<void> {
    const next = () => this.#recovery.next((key, value) => !this.#isRefusedHere(key, value))
    for (let wanted = next(); wanted; wanted = next()) {
      await session.repeat(() => {
        for (const [key, value] of wanted) {
          const found = readRecordKey(key)
          if (found) putValue(session.doc, found.root, found.id, value)
        }
      })
      if (session !== this.#session) return
    }
    this.#showNews()
  }

  /** Asks ourselves first: a group without what is refused anyhow needs no second document. */
  #isRefusedHere(key: string, value: unknown): boolean {
    const found = readRecordKey(key)
    const reason = found && value !== null ? this.#refusalOf(found.root, found.id, value) : null
    if (reason) this.#refuse({ key, value, reason })
    return reason !== null || found === null
  }

  #refuse(refused: Refused): void {
    this.refused.set([...this.refused.get().filter((one) => one.key !== refused.key), refused])
    void this.#copy.then((copy) => copy.refuse(refused))
    this.#readKeys([refused.key])
  }

  #refusalOf(root: Root, id: string, value: unknown): Refusal | null {
    const { text, labelSet, project } = this.page
    const setting = { text, labelSet, peersJudge: project.peersJudge }
    return refusalOf(root, id, value, { person: this.me.id, role: this.role }, setting, Date.now())
  }

  /** After a fresh document has synced: what only the one before had is gone. */
  #forgetMissing(): void {
    const missing = new Map<Root, Set<string>>()
    for (const root of roots) {
      const map = rootMap(this.#session.doc, root)
      missing.set(root, new Set([...this.records.get()[root].keys()].filter((id) => !map.has(id))))
    }
    this.#read(missing)
  }

  #ownRecords(): Parcels {
    const own = new Map<string, unknown>()
    for (const root of roots)
      for (const [id, record] of this.records.get()[root])
        if (record.author === this.me.id) own.set(recordKey(root, id), record)
    return own
  }

  #readKeys(keys: Iterable<string>): void {
    const changed = new Map<Root, Set<string>>()
    for (const key of keys) {
      const found = readRecordKey(key)
      if (found) changed.set(found.root, (changed.get(found.root) ?? new Set()).add(found.id))
    }
    this.#read(changed)
  }

  #read(changed: ReadonlyMap<Root, ReadonlySet<string>>): void {
    this.#reader.read(changed, (root, id) => {
      const queued = this.#recovery.find(recordKey(root, id))
      return queued ? (queued.value ?? undefined) : rootMap(this.#session.doc, root).get(id)
    })
    for (const listener of this.#listeners) listener(changed)
  }

  #roleOf(person: string): Role | null {
    if (person === this.me.id) return this.role
    // Somebody who is here is a member, though the page may not have heard of it yet.
    return this.people.get().get(person)?.role ?? (this.#presentPerson(person) ? 'annotator' : null)
  }

  #readPeers(): void {
    const { awareness, doc } = this.#session
    const peers: Peer[] = []
    for (const [clientId, state] of awareness.getStates()) {
      if (clientId === doc.clientID) continue
      const parsed = presenceSchema.safeParse(state)
      if (parsed.success) peers.push({ ...parsed.data, clientId, isMe: parsed.data.user.id === this.me.id })
    }
    this.peers.set(peers)
    // Whoever is here and not among the people yet counts as a member, so what they said counts from now on.
    if (peers.some((peer) => !this.people.get().has(peer.user.id))) this.#reader.judgeAll()
  }

  #presentPerson(id: string): Person | undefined {
    return this.peers.get().find((peer) => peer.user.id === id)?.user
  }

  #showNews(): void {
    const { canUndo, canRedo, waiting } = this.#session
    const before = this.history.get()
    if (before.canUndo !== canUndo || before.canRedo !== canRedo) this.history.set({ canUndo, canRedo })
    this.#show({ waiting: waiting + this.#recovery.size })
  }

  #show(part: Partial<Status>): void {
    const before = this.status.get()
    const now = { ...before, ...part }
    if (
      now.waiting !== before.waiting ||
      now.storage !== before.storage ||
      now.isLoaded !== before.isLoaded ||
      part.connection
    )
      this.status.set(now)
  }
}

/** Puts a record, or takes it out when the value is null. What is no record goes nowhere. */
function putValue(doc: Session['doc'], root: Root, id: string, value: unknown): void {
  if (value === null) removeRecord(doc, root, id)
  else {
    const parsed = parseRecord(root, id, value)
    if (parsed.ok) putRecord(doc, root, parsed.record)
  }
}
