/**
 * An article's room as the page sees it: the records of everybody, who is here, what one may do, and whether one's own
 * work is saved. It hides the document, the socket and the copy in the browser. What changes records goes through `put`
 * and `remove`, and what shows them reads the cells.
 */
import type { ArticlePage, Me, Member, Person } from '@attest/schema/api'
import { refusalOf } from '@attest/schema/judge'
import { isHidden } from '@attest/schema/layer'
import { closeCode, type Presence, presenceSchema, type Reason, type Refusal } from '@attest/schema/protocol'
import { authorOf, makeRecordId } from '@attest/schema/record'
import { canAnnotate, type Role } from '@attest/schema/roles'
import { type RecordOf, type Root, readRecordKey, recordKey, roots } from '@attest/schema/room'
import { layerRoom } from '@attest/schema/room-name'
import type { Span, Spans } from '@attest/schema/span'
import { type Cell, makeCell } from './cell.ts'
import { LiveDocument } from './live-document.ts'
import { type Keys, type LiveRecords, makeReader, type Reader } from './live-records.ts'
import {
  copyName,
  isSameValue,
  type LocalCopy,
  openLeft,
  openLocalCopy,
  type Parcels,
  type Refused,
} from './local-copy.ts'
import type { Line } from './session.ts'
import { type Bar, connectionOf, isBar, type Status } from './status.ts'
import { openTabs, type Tabs } from './tabs.ts'

/** Somebody else in the room, or oneself in another tab. */
export interface Peer extends Omit<Presence, 'view'> {
  clientId: number
  isMe: boolean
}

export interface History {
  canUndo: boolean
  canRedo: boolean
}

/** What the server had not got of a person's in one room of an article, and goes to it in another. */
export interface Left {
  person: string
  article: string
  waiting: Parcels
  refused: readonly Refused[]
}

export interface RoomOptions {
  page: ArticlePage
  me: Me
  /** Of the room before this one, on the same page: a browser may have kept nothing of it. */
  left?: Left | null
  /** The server's address, as ws: or wss: */
  serverUrl: string
  /** Asks the server for the article anew: what may be done in it can change. Null when there is no answer. */
  readPage: () => Promise<ArticlePage | null>
  /** The server's time, in milliseconds since 1970, as well as the page knows it. */
  now: () => number
  /** What to connect with, where it is not the browser's own. */
  socket?: typeof WebSocket
}

export type Answer = { ok: true; id: string } | { ok: false; reason: Refusal | Bar }

type RecordsListener = (changed: Keys) => void

export type Acted = { ok: true; ids: readonly string[] } | { ok: false; reason: Refusal | Bar }

/** One change within an act: a record put, new or in place of the one with its id, or one's own taken out. */
export type RecordChange = { root: Root; remove: string } | { [R in Root]: { root: R; put: Draft<R> } }[Root]

/** A record as its author gives it: the id and the time are ours to set. */
type Draft<R extends Root> = RecordOf[R] extends infer One
  ? One extends RecordOf[Root]
    ? Omit<One, 'id' | 'author' | 'at'> & { id?: string }
    : never
  : never

/** So long what was refused waits for the server to say what it goes by now, in milliseconds. */
const LEARN_MS = 2000

/** So long parts of the first answer are gathered before they are shown, in milliseconds. */
const GATHER_MS = 500
/** How long after its farewell what a tab wrote may come to the disk. */
const LAST_WORDS_MS = 3000

export class ArticleRoom {
  readonly records: Cell<LiveRecords>
  readonly status: Cell<Status> = makeCell<Status>({
    connection: { phase: 'connecting' },
    waiting: 0,
    storage: 'opening',
    isLoaded: false,
  })
  readonly peers: Cell<readonly Peer[]> = makeCell<readonly Peer[]>([])
  /** What the others have in their windows, by `clientId`; apart from `peers`, for it changes whenever one scrolls. */
  readonly views: Cell<ReadonlyMap<number, Span>> = makeCell<ReadonlyMap<number, Span>>(new Map<number, Span>())
  /** The article with what the server last said about it. Only what surrounds the text changes. */
  readonly article: Cell<ArticlePage>
  readonly people: Cell<ReadonlyMap<string, Member>>
  /** Why nothing can be marked now; null while it can. */
  readonly barred: Cell<Bar | null>
  readonly history: Cell<History> = makeCell<History>({ canUndo: false, canRedo: false })
  /** One's own changes that the server would not take, until the person tries again or lets go of them. */
  readonly refused: Cell<readonly Refused[]> = makeCell<readonly Refused[]>([])

  readonly me: Me
  /** Where it is marked: another one before a reveal than after it. Null where there is none for this person. */
  readonly room: string | null

  readonly #options: RoomOptions
  readonly #copy: Promise<LocalCopy>
  readonly #reader: Reader
  readonly #listeners = new Set<RecordsListener>()
  readonly #document: LiveDocument
  readonly #tabs: Tabs
  #isPageOld = false
  /** The room was closed, and where to go from it is not known yet. */
  #isBetweenRooms = false
  #hasBroughtOver = false
  #pageReading: Promise<void> | null = null
  #isClosed = false
  /** What has come of the first answer and is not shown yet. */
  #gathered = new Map<Root, Set<string>>()
  #gathering: ReturnType<typeof setTimeout> | undefined

  constructor(options: RoomOptions) {
    const { page, me, serverUrl, now, socket } = options
    this.#options = options
    this.me = me
    this.room = page.room
    this.article = makeCell(page)
    this.people = makeCell(byId(page.people))
    this.barred = makeCell(this.#barNow())
    this.#reader = makeReader({
      misplaced: (record) => ('spans' in record ? outside(record.spans, page.text.length) : null),
      roleOf: (person) => this.#roleOf(person),
      peersJudge: () => this.#peersJudge,
      isModel: (person) => this.isModel(person),
    })
    this.records = this.#reader.cell
    this.#document = new LiveDocument({
      serverUrl,
      room: page.room ?? page.id,
      person: me.id,
      ...(socket && { socket }),
      now,
      refusalOf: (root, id, value) => this.#refusalOf(root, id, value),
      learnFrom: (reason) => this.#learnFrom(reason),
      isRefused: (key, value) => this.refused.get().some((one) => one.key === key && isSameValue(one.value, value)),
      onChange: (changed) => this.#read(changed),
      onLine: (line) => this.#hear(line),
      onRefused: (refused) => this.#refuse(refused),
      onFresh: () => this.#readAll(),
      onNews: () => this.#showNews(),
      onPeers: () => this.#readPeers(),
    })
    const name = copyName(me.id, page.room ?? page.id)
    this.#copy = openLocalCopy(name, (storage) => this.#show({ storage }))
    this.#tabs = openTabs(name, {
      waitingKeys: () => this.#document.parcels().keys(),
      onLeft: () => {
        void this.#adopt()
        // It says farewell before its last words are on the disk.
        setTimeout(() => void this.#adopt(), LAST_WORDS_MS)
      },
      onTray: () => void this.#readTray(),
    })
    void this.#open()
  }

  get page(): ArticlePage {
    return this.article.get()
  }

  get role(): Role {
    return this.page.project.role
  }

  /** Puts a record of one's own, new or in place of the one with its id. A refusal names why, and nothing was written. */
  put<R extends Root>(root: R, draft: Draft<R>): Answer {
    // The pair of a root and its draft is one of `RecordChange`, which TypeScript cannot see of a generic one.
    const answer = this.act([{ root, put: draft } as RecordChange])
    return answer.ok ? { ok: true, id: answer.ids[0] ?? '' } : answer
  }

  /**
   * Does several changes of records of one's own as one act: one step of undo, and all of it or, when one of them is
   * refused, nothing. Answers with the ids in the order of the changes.
   */
  act(changes: readonly RecordChange[]): Acted {
    const barred = this.barred.get()
    if (barred) return { ok: false, reason: barred }
    const parcels = new Map<string, unknown>()
    const ids: string[] = []
    for (const change of changes) {
      const { root } = change
      const id = 'remove' in change ? change.remove : (change.put.id ?? makeRecordId(this.me.id))
      const value = 'remove' in change ? null : { ...change.put, id, author: this.me.id, at: this.#options.now() }
      const reason = authorOf(id) === this.me.id ? this.#refusalOf(root, id, value) : 'not-yours'
      if (reason) return { ok: false, reason }
      parcels.set(recordKey(root, id), value)
      ids.push(id)
    }
    this.#write(parcels)
    return { ok: true, ids }
  }

  /** Takes records of one's own out, in one step of undo; others' are left alone, and all where nothing can be marked. */
  remove(root: Root, ids: readonly string[]): void {
    const own = ids.filter((id) => authorOf(id) === this.me.id)
    this.act(own.map((id) => ({ root, remove: id })))
  }

  undo(): void {
    if (this.barred.get()) return
    this.#document.undo()
    this.#readGathered()
  }

  redo(): void {
    if (this.barred.get()) return
    this.#document.redo()
    this.#readGathered()
  }

  /** Why the server would not take this record again as it is, were it put now; null when it would. */
  refusalOfRecord<R extends Root>(root: R, record: RecordOf[R]): Refusal | null {
    return this.#refusalOf(root, record.id, record)
  }

  /** Shows the others which words one has selected. */
  select(selection: Span | null): void {
    this.#document.awareness.setLocalStateField('selection', selection)
  }

  /** Shows the others what part of the text one sees, or whom one follows in what they see. */
  look({ view, follows }: { view: Span | null; follows: string | null }): void {
    const { awareness } = this.#document
    awareness.setLocalState({ ...awareness.getLocalState(), view, follows })
  }

  /** Calls back with the changed keys after each change of records, before React hears of it. */
  onRecords(listener: RecordsListener): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Takes what the server says about the article anew: one's role, the labels, the people. */
  setPage(page: ArticlePage): void {
    if (page === this.page) return
    this.article.set(page)
    this.people.set(byId(page.people))
    this.barred.set(this.#barNow())
    this.#reader.judgeAll()
    // Nothing came of it, and the room is there again.
    if (!this.#isBetweenRooms || page.room !== this.room || page.blind === 'revealing') return
    this.#isBetweenRooms = false
    this.reconnect()
  }

  nameOf(person: string): string {
    return this.personOf(person).name
  }

  personOf(id: string): Person & Pick<Member, 'source'> {
    return this.people.get().get(id) ?? this.#presentPerson(id) ?? { id, name: 'Somebody', color: 0 }
  }

  /** What the server has not confirmed, or has refused, by `recordKey`; null for a deletion. */
  unsaved(): Record<string, unknown> {
    const refused = this.refused.get().map(({ key, value }) => [key, value] as const)
    return Object.fromEntries([...refused, ...this.#document.parcels()])
  }

  /**
   * Puts refused changes again, in one act, as they were but for the time. What would be refused again stays where it
   * is; returns why that is, for the last of those.
   */
  tryAgain(all: readonly Refused[]): Refusal | Bar | null {
    let reason: Refusal | Bar | null = this.barred.get()
    if (reason) return reason
    const parcels = new Map<string, unknown>()
    for (const { key, value } of all) {
      const found = readRecordKey(key)
      if (!found) continue
      const anew = value === null ? null : { ...Object(value), at: this.#options.now() }
      const refusal = this.#refusalOf(found.root, found.id, anew)
      if (refusal) reason = refusal
      else {
        this.letGo(key)
        parcels.set(key, anew)
      }
    }
    if (parcels.size > 0) this.#write(parcels)
    return reason
  }

  /** Lets go of a refused change. */
  letGo(key: string): void {
    this.refused.set(this.refused.get().filter((one) => one.key !== key))
    void this.#copy.then((copy) => copy.drop(key)).then(() => this.#tabs.tellTray())
  }

  /** Keeps a change that the server would not take, for the person to decide about. */
  keepRefused(refused: Refused): void {
    this.#refuse(refused)
  }

  /** What goes along when this article goes on in another room. */
  leave(): Left {
    const [person, article] = [this.me.id, this.page.id]
    return { person, article, waiting: this.#document.parcels(), refused: this.refused.get() }
  }

  /** Tries the server again at once. */
  reconnect(): void {
    this.#document.reconnect()
  }

  close(): void {
    this.#isClosed = true
    clearTimeout(this.#gathering)
    this.#document.close()
    // What was asked of the copy before is still done: a database closes after its last transaction.
    void this.#copy.then((copy) => {
      copy.close()
      this.#tabs.close()
    })
  }

  async #open(): Promise<void> {
    const copy = await this.#copy
    if (this.#isClosed) return
    this.refused.set(copy.refused)
    if (this.room === null) {
      this.#show({ connection: { phase: 'online' }, isLoaded: true })
      return
    }
    this.#readKeys(this.#document.start(copy))
    this.#readGathered()
    this.#show({ isLoaded: this.status.get().isLoaded || this.records.get().annotations.size > 0 })
    this.#showNews()
  }

  /** Takes over what a tab of the same person has left in the browser without having sent it. */
  async #adopt(): Promise<void> {
    if (this.#isClosed) return
    const copy = await this.#copy
    const orphans = await this.#tabs.orphans([...(await this.#unsent(copy)).keys()])
    if (orphans.length === 0) return
    // Some may have been seen to while the other tabs were asked.
    const left = await this.#unsent(copy)
    const { shown, done } = this.#document.adopt(new Map([...left].filter(([key]) => orphans.includes(key))))
    copy.confirm(done)
    this.#readKeys(shown)
  }

  /**
   * Takes over what was made in another room of this article and never sent: before a reveal, in one's own. It stays
   * where it was until it is on the server's disk.
   */
  async #bringOver(): Promise<void> {
    if (this.#hasBroughtOver) return
    this.#hasBroughtOver = true
    const { id } = this.page
    const { left: before } = this.#options
    if (before?.person === this.me.id && before.article === id) {
      for (const one of before.refused) this.keepRefused(one)
      this.#readKeys(this.#document.bringOver(before.waiting).shown)
    }
    for (const other of [id, layerRoom(id, this.me.id)]) {
      const left = other === this.room ? null : await openLeft(copyName(this.me.id, other))
      if (!left || this.#isClosed) {
        left?.close()
        continue
      }
      for (const one of left.refused) {
        this.keepRefused(one)
        left.drop(one.key)
      }
      const { shown, sent } = this.#document.bringOver(left.waiting)
      this.#readKeys(shown)
      // Not awaited: the line may be cut before, and then it is done when the article is opened the next time.
      void sent.then(() => {
        left.confirm(left.waiting)
        left.close()
      })
    }
  }

  /** What the browser keeps as waiting and this tab knows nothing of. */
  async #unsent(copy: LocalCopy): Promise<Parcels> {
    const kept = await this.#readCopy(copy)
    const seen = new Set([...this.#document.parcels().keys(), ...this.refused.get().map(({ key }) => key)])
    return new Map([...(kept?.waiting ?? [])].filter(([key]) => !seen.has(key)))
  }

  async #readTray(): Promise<void> {
    const found = await this.#readCopy(await this.#copy)
    if (found && !this.#isClosed) this.refused.set(found.refused)
  }

  /** What the browser has now; null where it does not keep all that it is given. */
  async #readCopy(copy: LocalCopy): Promise<Awaited<ReturnType<LocalCopy['read']>> | null> {
    if (this.#isClosed || this.status.get().storage !== 'kept') return null
    // It may have been closed, or taken away, since.
    return copy.read().catch(() => null)
  }

  #hear(line: Line): void {
    if (line.phase === 'ended' && line.reason === 'no-such-room' && !this.#isBetweenRooms) {
      void this.#lookForRoom(line)
      return
    }
    // A damaged room answers too, and says so first.
    if (line.phase === 'synced' || line.phase === 'damaged') this.#readGathered()
    if (line.phase === 'synced') this.#show({ isLoaded: true })
    else {
      if (line.phase === 'offline') this.#isPageOld = true
      this.#show({ connection: connectionOf(line), ...(line.phase === 'damaged' ? { isLoaded: true } : {}) })
    }
    if (line.phase === 'online') void this.#adopt().then(() => this.#bringOver())
    // What was changed while nobody could tell us is asked for when the server is there again.
    const isTold = line.phase === 'offline' && line.code === closeCode.changed
    if (isTold || (line.phase === 'online' && this.#isPageOld)) void this.#readPage()
  }

  /** The room is there no more. When the article is, there is another, or there will be once it is revealed. */
  async #lookForRoom(line: Line & { phase: 'ended' }): Promise<void> {
    this.#isBetweenRooms = true
    this.#show({ connection: { phase: 'connecting' } })
    const page = await this.#options.readPage()
    if (this.#isClosed) return
    const isElsewhere = page !== null && (page.room !== this.room || page.blind === 'revealing')
    if (!isElsewhere) {
      this.#isBetweenRooms = false
      this.#show({ connection: connectionOf(line) })
    }
    if (page) this.setPage(page)
  }

  /** What the server refused, it refused by what holds now, which the page may not have heard of yet. */
  async #learnFrom(reason: Reason): Promise<void> {
    if (reason === 'read-only') {
      // That much is known without asking.
      this.setPage({ ...this.page, project: { ...this.page.project, role: 'viewer' } })
      void this.#readPage()
    } else if (isOfSetting(reason))
      await Promise.race([this.#readPage(), new Promise((resolve) => setTimeout(resolve, LEARN_MS))])
  }

  #readPage(): Promise<void> {
    this.#pageReading ??= this.#options.readPage().then((page) => {
      this.#pageReading = null
      if (!page || this.#isClosed) return
      this.#isPageOld = false
      this.setPage(page)
    })
    return this.#pageReading
  }

  #write(parcels: Parcels): void {
    this.#readKeys(this.#document.write(parcels))
    // One's own act is seen at once.
    this.#readGathered()
  }

  #refuse(refused: Refused): void {
    this.refused.set([...this.refused.get().filter((one) => one.key !== refused.key), refused])
    void this.#copy.then((copy) => copy.refuse(refused)).then(() => this.#tabs.tellTray())
    this.#readKeys([refused.key])
  }

  #refusalOf(root: Root, id: string, value: unknown): Refusal | null {
    if (value === null) return canAnnotate(this.role) ? null : 'read-only'
    const { text, labelSet } = this.page
    const setting = { text, labelSet, peersJudge: this.#peersJudge }
    return refusalOf(root, id, value, { person: this.me.id, role: this.role }, setting, this.#options.now())
  }

  #barNow(): Bar | null {
    const { connection } = this.status.get()
    if (connection.phase === 'damaged') return 'damaged-room'
    if (connection.phase === 'ended' && isBar(connection.reason)) return connection.reason
    if (this.page.revision?.newest) return 'old-revision'
    if (this.page.signedOff) return 'signed-off'
    return canAnnotate(this.role) ? null : 'read-only'
  }

  /** After a fresh document has synced: what only the one before had is gone. */
  #readAll(): void {
    const { unreadable, ...shown } = this.records.get()
    const all = new Map<Root, Set<string>>()
    for (const root of roots) all.set(root, new Set(shown[root].keys()))
    for (const { root, key } of unreadable) all.get(root)?.add(key)
    this.#read(all)
  }

  #readKeys(keys: Iterable<string>): void {
    const changed = new Map<Root, Set<string>>()
    for (const key of keys) {
      const found = readRecordKey(key)
      if (found) changed.set(found.root, (changed.get(found.root) ?? new Set()).add(found.id))
    }
    if (changed.size > 0) this.#read(changed)
  }

  #read(changed: Keys): void {
    if (this.status.get().isLoaded) this.#readNow(changed)
    else this.#gather(changed)
  }

  /** The first answer comes in parts. Showing each would hold up the next; those in between are shown now and then. */
  #gather(changed: Keys): void {
    for (const [root, ids] of changed) {
      const gathered = this.#gathered.get(root) ?? new Set()
      for (const id of ids) gathered.add(id)
      this.#gathered.set(root, gathered)
    }
    this.#gathering ??= setTimeout(() => this.#readGathered(), GATHER_MS)
  }

  #readGathered(): void {
    clearTimeout(this.#gathering)
    this.#gathering = undefined
    const gathered = this.#gathered
    this.#gathered = new Map()
    if (gathered.size > 0) this.#readNow(gathered)
  }

  #readNow(changed: Keys): void {
    const news = this.#reader.read(changed, (root, id) => this.#document.valueAt(root, id))
    if (news.size > 0) for (const listener of this.#listeners) listener(news)
  }

  /** Before a reveal there is nothing of others to judge. */
  get #peersJudge(): boolean {
    return this.page.project.peersJudge && !isHidden(this.page.blind)
  }

  /** Whether marks by this author are what a model proposes. */
  isModel(person: string): boolean {
    return this.people.get().get(person)?.source?.kind === 'prediction'
  }

  #roleOf(person: string): Role | null {
    // In an archived project one only reads, and what one has said before counts as it did.
    if (person === this.me.id) return this.page.project.memberRole
    // Somebody who is here is a member, though the page may not have heard of it yet.
    return this.people.get().get(person)?.role ?? (this.#presentPerson(person) ? 'annotator' : null)
  }

  #readPeers(): void {
    const peers: Peer[] = []
    const views = new Map<number, Span>()
    for (const [clientId, state] of this.#document.awareness.getStates()) {
      if (clientId === this.#document.clientId) continue
      const parsed = presenceSchema.safeParse(state)
      if (!parsed.success) continue
      const { view, ...rest } = parsed.data
      peers.push({ ...rest, clientId, isMe: rest.user.id === this.me.id })
      if (view) views.set(clientId, view)
    }
    // Whoever only scrolls must not have all selections drawn again.
    if (!isSameValue(peers, this.peers.get())) this.peers.set(peers)
    this.views.set(views)
    // Whoever is here and not among the people yet counts as a member, so what they said counts from now on.
    if (peers.some((peer) => !this.people.get().has(peer.user.id))) this.#reader.judgeAll()
  }

  #presentPerson(id: string): Person | undefined {
    return this.peers.get().find((peer) => peer.user.id === id)?.user
  }

  #showNews(): void {
    const { canUndo, canRedo, waiting } = this.#document
    const before = this.history.get()
    if (before.canUndo !== canUndo || before.canRedo !== canRedo) this.history.set({ canUndo, canRedo })
    this.#show({ waiting })
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
    if (part.connection) this.barred.set(this.#barNow())
  }
}

/** Whether it was refused by something that can be read anew: one's role, the labels, the time. */
function isOfSetting(reason: Reason): boolean {
  return [
    'unknown-kind',
    'unknown-attribute',
    'unknown-relation',
    'may-not-judge',
    'clock-ahead',
    'old-revision',
    'signed-off',
  ].includes(reason)
}

/** A record of another text, or one that never went through the server's gate: nothing on the page could bear it. */
function outside(spans: Spans, length: number): string | null {
  const span = spans.find(([, end]) => end > length)
  return span ? `Its words, ${span[0]}–${span[1]}, are outside the text, which has ${length} characters.` : null
}

function byId(people: readonly Member[]): Map<string, Member> {
  return new Map(people.map((person) => [person.id, person]))
}
