/**
 * An article's room as the page sees it: the records of everybody, who is here, and whether one's own work is saved.
 * It hides the Y.Doc, the socket, the copy in the browser, and what happens when the server refuses
 * something. What changes records goes through `put` and `remove`, and what shows them reads the cells.
 */

import type { Annotation } from '@attest/schema/annotation'
import type { ArticlePage, Me, Member, Person } from '@attest/schema/api'
import { refusalOf } from '@attest/schema/judge'
import { type Outcome, outcomeOf, standingVerdicts } from '@attest/schema/outcome'
import { closeCode, type Presence, presenceSchema, type Reason, type Refusal } from '@attest/schema/protocol'
import { makeRecordId } from '@attest/schema/record'
import type { Role } from '@attest/schema/roles'
import {
  emptyRecords,
  isRoot,
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
import type * as Y from 'yjs'
import { type Carried, openCarried, type Parcel, type Refused } from './carried.ts'
import { type Cell, makeCell } from './cell.ts'
import type { Storage } from './local-copy.ts'
import { Session } from './session.ts'

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

/** After so many documents in a row that the server would not even sync with, something else is wrong. */
const FRESH_STARTS = 3

export class ArticleRoom {
  readonly records: Cell<LiveRecords>
  readonly status: Cell<Status>
  readonly peers: Cell<readonly Peer[]> = makeCell<readonly Peer[]>([])
  readonly people: Cell<ReadonlyMap<string, Member>>
  readonly history: Cell<History> = makeCell<History>({ canUndo: false, canRedo: false })
  /** One's own changes that the server would not take, until the person tries again or lets go of them. */
  readonly refused: Cell<readonly Refused[]>

  readonly me: Me
  readonly page: ArticlePage
  readonly role: Role

  readonly #serverUrl: string
  readonly #carried: Carried
  readonly #listeners = new Set<RecordsListener>()
  #session: Session
  /** The carried record that was put last and is not confirmed: the one that a refusal is about. */
  #inFlight: string | null = null
  /** How often a fresh document was opened since one last came to sync. */
  #freshStarts = 0

  constructor(page: ArticlePage, me: Me, serverUrl: string) {
    this.page = page
    this.me = me
    this.role = page.project.role
    this.#serverUrl = serverUrl
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
    this.#carried = openCarried(`attest:carried:${me.id}:${page.id}`)
    this.refused = this.#carried.refused
    this.#session = this.#openSession(Promise.resolve())
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
    this.#session.act(() => putRecord(this.#session.doc, root, record))
    return { ok: true, id }
  }

  /** Takes records of one's own out, in one step of undo; others' are left alone. */
  remove(root: Root, ids: readonly string[]): void {
    const own = ids.filter((id) => id.startsWith(`${this.me.id}.`))
    this.#session.act(() => {
      for (const id of own) removeRecord(this.#session.doc, root, id)
    })
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
    this.#judgeAll()
  }

  nameOf(person: string): string {
    return this.personOf(person).name
  }

  personOf(id: string): Person {
    return this.people.get().get(id) ?? this.#presentPerson(id) ?? { id, name: 'Somebody', color: 0 }
  }

  /** What the server has not confirmed, or has refused. */
  unsaved(): Parcel[] {
    return [...this.#carried.pending, ...this.refused.get(), ...this.#session.waitingParcels()]
  }

  /** Puts a refused change again, as it was but for the time: the clock may have been what was wrong. */
  tryAgain({ key, value }: Refused): void {
    this.#carried.drop(key)
    this.#carried.add([{ key, value: value === null ? null : { ...Object(value), at: Date.now() } }])
    if (this.#inFlight === null) void this.#putCarried(this.#session)
  }

  /** Lets go of a refused change. */
  letGo(refused: Refused): void {
    this.#carried.drop(refused.key)
  }

  /** Tries the server again at once. */
  reconnect(): void {
    this.#session.reconnect()
  }

  close(): void {
    this.#session.close()
  }

  #openSession(after: Promise<void>): Session {
    const session: Session = new Session({
      serverUrl: this.#serverUrl,
      room: this.page.id,
      copyName: `attest:${this.me.id}:${this.page.id}`,
      after,
      onChange: (changed) => this.#read(changed),
      onOpen: () => {
        this.#show({ isLoaded: this.status.get().isLoaded || this.records.get().annotations.size > 0 })
        this.#showNews()
      },
      onPhase: (phase) => {
        if (session !== this.#session) return
        this.#show({ connection: { phase }, ...(phase === 'online' ? { isLoaded: true } : {}) })
        if (phase === 'online') {
          this.#freshStarts = 0
          this.#forgetMissing()
          void this.#putCarried(session)
        }
      },
      onClosed: (code, reason) => {
        if (code === closeCode.refused || code === closeCode.startAfresh) this.#startAfresh(session, reason)
        else this.#show({ connection: { phase: 'ended', reason } })
      },
      // The first news come before the session is ours.
      onNews: () => this.#session && this.#showNews(),
      onPeers: () => this.#readPeers(),
    })
    return session
  }

  /**
   * The document cannot go on: opens a fresh one, and puts there again, one by one, what the server had not confirmed.
   * If one of them is what it refuses, that one goes into the tray and the others follow in the next document.
   */
  #startAfresh(session: Session, reason: Reason | null): void {
    const parcels = session.waitingParcels().filter((parcel) => parcel.key !== this.#inFlight)
    const blamed = this.#inFlight
    if (blamed === null && (parcels.length === 0 || this.#freshStarts === FRESH_STARTS)) {
      this.#show({ connection: { phase: 'ended', reason } })
      return
    }
    if (blamed !== null) this.#carried.refuse(blamed, reason)
    this.#inFlight = null
    this.#carried.add(parcels)
    this.#freshStarts++
    this.#session = this.#openSession(session.discard())
    this.#showNews()
  }

  async #putCarried(session: Session): Promise<void> {
    if (this.#inFlight !== null) return
    for (let next = this.#carried.pending[0]; next; next = this.#carried.pending[0]) {
      const { key } = next
      this.#inFlight = key
      session.act(() => putParcel(session.doc, next))
      await session.saved()
      if (session !== this.#session) return
      this.#carried.drop(key)
      this.#inFlight = null
    }
  }

  /** After a fresh document has synced: what only the one before had is gone. */
  #forgetMissing(): void {
    const missing = new Map<Root, Set<string>>()
    for (const root of roots) {
      const map = rootMap(this.#session.doc, root)
      const gone = [...this.records.get()[root].keys()].filter((key) => !map.has(key))
      if (gone.length > 0) missing.set(root, new Set(gone))
    }
    if (missing.size > 0) this.#read(missing)
  }

  #read(changed: ReadonlyMap<Root, ReadonlySet<string>>): void {
    const { annotations, relations, comments, verdicts } = this.records.get()
    const records: Records = { annotations, relations, comments, verdicts }
    const seen = new Set<string>()
    const odd: Unreadable[] = []
    for (const root of roots)
      for (const key of changed.get(root) ?? []) {
        seen.add(`${root}/${key}`)
        const problem = this.#readOne(records, root, key)
        if (problem) odd.push({ root, key, problem })
      }
    const kept = this.records.get().unreadable.filter(({ root, key }) => !seen.has(`${root}/${key}`))
    for (const listener of this.#listeners) listener(changed)
    this.records.set({ ...this.records.get(), unreadable: [...kept, ...odd] })
    if (changed.has('verdicts') || changed.has('annotations')) this.#judgeAll()
  }

  #readOne<R extends Root>(records: Records, root: R, key: string): string | null {
    const map = rootMap(this.#session.doc, root)
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
      roleOf: (person: string) => {
        if (person === this.me.id) return this.role
        // Somebody who is here is a member, though the page may not have heard of it yet.
        return people.get(person)?.role ?? (this.#presentPerson(person) ? 'annotator' : null)
      },
      peersJudge: this.page.project.peersJudge,
    }
    const outcomes = new Map<string, Outcome>()
    for (const annotation of live.annotations.values())
      outcomes.set(annotation.id, outcomeOf(annotation, verdictsOn.get(annotation.id) ?? [], judging))
    this.records.set({ ...live, verdictsOn, outcomes })
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
  }

  #presentPerson(id: string): Person | undefined {
    return this.peers.get().find((peer) => peer.user.id === id)?.user
  }

  #showNews(): void {
    const { canUndo, canRedo, storage, waiting } = this.#session
    const before = this.history.get()
    if (before.canUndo !== canUndo || before.canRedo !== canRedo) this.history.set({ canUndo, canRedo })
    this.#show({ storage, waiting: waiting + this.#carried.pending.filter(({ key }) => key !== this.#inFlight).length })
  }

  #show(part: Partial<Status>): void {
    this.status.set({ ...this.status.get(), ...part })
  }
}

/** Puts a carried record as it was, with the time at which it was made. What is no record goes nowhere. */
function putParcel(doc: Y.Doc, { key, value }: Parcel): void {
  const [root = '', id = ''] = key.split('/')
  if (!isRoot(root)) return
  if (value === null) removeRecord(doc, root, id)
  else {
    const parsed = parseRecord(root, id, value)
    if (parsed.ok) putRecord(doc, root, parsed.record)
  }
}

/** By place in the text, the longer first, then by id: the order in which a reader meets them. */
export function inTextOrder(a: Annotation, b: Annotation): number {
  const [startA, endA] = [a.spans[0]?.[0] ?? 0, a.spans.at(-1)?.[1] ?? 0]
  const [startB, endB] = [b.spans[0]?.[0] ?? 0, b.spans.at(-1)?.[1] ?? 0]
  return startA - startB || endB - endA || (a.id < b.id ? -1 : 1)
}
