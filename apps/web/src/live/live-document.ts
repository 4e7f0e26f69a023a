/**
 * The document of a room, whatever becomes of the one that Yjs holds. When the server will not go on with one, a fresh
 * one takes its place, and one's own records that the server has not are put again in it. It hides sessions, the queue
 * of what is to be put, and the healing of a server that has lost something.
 */
import { closeCode, type Reason, type Refusal } from '@attest/schema/protocol'
import { CLOCK_AHEAD_MS } from '@attest/schema/record'
import { parseRecord, putRecord, type Root, readRecordKey, recordKey, removeRecord, rootMap } from '@attest/schema/room'
import type * as Y from 'yjs'
import { lostSince } from './healing.ts'
import { isSameValue, type LocalCopy, type Parcels, type Refused } from './local-copy.ts'
import { Recovery } from './recovery.ts'
import { type Line, Session, type SessionOptions } from './session.ts'

export interface LiveDocumentOptions
  extends Pick<SessionOptions, 'serverUrl' | 'room' | 'person' | 'socket' | 'onChange' | 'onNews' | 'onPeers'> {
  /** The server's time, in milliseconds since 1970. */
  now: () => number
  /** Why the server would refuse this, as far as the page knows. The value is null for a deletion. */
  refusalOf: (root: Root, id: string, value: unknown) => Refusal | null
  /** Resolves when the page knows what the server goes by in what it has just refused, or cannot know it now. */
  learnFrom: (reason: Reason) => Promise<void>
  onLine: (line: Line) => void
  /** A change of one's own that the server will not take. */
  onRefused: (refused: Refused) => void
  /** A fresh document is as the server has it: all that is shown has to be read again. */
  onFresh: () => void
  /** Whether this was refused before, and is the person's to decide about. */
  isRefused: (key: string, value: unknown) => boolean
}

/** After so many documents in a row that the server would not even sync with, something else is wrong. */
const FRESH_STARTS = 3

export class LiveDocument {
  readonly #options: LiveDocumentOptions
  readonly #recovery = new Recovery()
  #session: Session
  #copy: LocalCopy | null = null
  /** The document before the fresh one, until that has synced. */
  #before: Y.Doc | null = null
  /** Why the one before was refused. */
  #reason: Reason | null = null
  /** What was refused for its time, and put again with another. */
  readonly #retimed = new Set<string>()
  #freshStarts = 0

  constructor(options: LiveDocumentOptions) {
    this.#options = options
    this.#session = this.#openSession()
  }

  get awareness() {
    return this.#session.awareness
  }

  get clientId(): number {
    return this.#session.doc.clientID
  }

  /** How many of one's own records have changes that are not known to be on the server's disk. */
  get waiting(): number {
    return this.#session.waiting + this.#recovery.size
  }

  get canUndo(): boolean {
    return this.#session.canUndo
  }

  get canRedo(): boolean {
    return this.#session.canRedo
  }

  /** Goes to the server with what the browser kept. Returns the keys that waited and are not in the document. */
  start(copy: LocalCopy): Iterable<string> {
    this.#copy = copy
    const missing = this.#session.start(copy, { withUpdates: true })
    const done = new Map([...missing].filter(([key, value]) => !isNewer(value, valueIn(this.#session.doc, key))))
    copy.confirm(done)
    for (const key of done.keys()) missing.delete(key)
    if (missing.size === 0) return []
    // Left over from a document that was given up: it goes on where it was when the page was closed.
    this.#recovery.begin([], { wasRefused: false })
    this.#recovery.addAll(missing)
    return missing.keys()
  }

  /** What is to be shown under a key; undefined for nothing. */
  valueAt(root: Root, id: string): unknown {
    const queued = this.#recovery.isSettled ? null : this.#recovery.find(recordKey(root, id))
    return queued ? (queued.value ?? undefined) : rootMap(this.#session.doc, root).get(id)
  }

  /**
   * Puts values under their `recordKey` as one act of the person; null takes one out. While a document is being
   * recovered, acts wait for their turn in it: then it returns their keys, because nothing else tells that they are to
   * be shown.
   */
  write(parcels: Parcels): Iterable<string> {
    const { doc } = this.#session
    if (this.#recovery.isSettled) {
      this.#session.act(() => putAll(doc, parcels))
      return []
    }
    for (const [key, value] of parcels) this.#recovery.add(key, value)
    this.#copy?.keep(null, parcels)
    this.#options.onNews()
    return parcels.keys()
  }

  /**
   * Puts what another tab has left, where it is newer than what is here; undo knows nothing of it. Returns the keys of
   * what has become of no use: the same is here, or something newer.
   */
  adopt(parcels: Parcels): { shown: Iterable<string>; done: Parcels } {
    const wanted = new Map([...parcels].filter(([key, value]) => isNewer(value, valueIn(this.#session.doc, key))))
    const done = new Map([...parcels].filter(([key]) => !wanted.has(key)))
    if (this.#recovery.isSettled) void this.#session.repeat([() => putAll(this.#session.doc, wanted)])
    else this.#recovery.addAll(wanted)
    this.#options.onNews()
    return { shown: wanted.keys(), done }
  }

  /**
   * Puts what was made in another document and never sent, as `adopt` does. `sent` resolves when all of it that is wanted
   * here is on the server's disk; never, if this is closed before.
   */
  bringOver(parcels: Parcels): { shown: Iterable<string>; sent: Promise<void> } {
    const wanted = new Map([...parcels].filter(([key, value]) => isNewer(value, valueIn(this.#session.doc, key))))
    this.#options.onNews()
    if (wanted.size === 0) return { shown: [], sent: Promise.resolve() }
    if (this.#recovery.isSettled) {
      const sent = this.#session.repeat([() => putAll(this.#session.doc, wanted)])
      return { shown: wanted.keys(), sent }
    }
    this.#recovery.addAll(wanted)
    return { shown: wanted.keys(), sent: new Promise(() => {}) }
  }

  undo(): void {
    this.#session.undo()
  }

  redo(): void {
    this.#session.redo()
  }

  /** What the server has not confirmed, as it was last written. */
  parcels(): Map<string, unknown> {
    return new Map([...this.#session.waitingParcels(), ...this.#recovery.parcels()])
  }

  /** Tries the server again at once. */
  reconnect(): void {
    this.#session.reconnect()
  }

  close(): void {
    this.#session.close()
  }

  #openSession(): Session {
    const isCurrent = () => session === this.#session
    const session: Session = new Session({
      ...this.#options,
      onLine: (line) => isCurrent() && this.#hear(session, line),
      onTooLarge: () => isCurrent() && this.#startAfresh(session, null),
      onNews: () => isCurrent() && this.#options.onNews(),
      onPeers: () => isCurrent() && this.#options.onPeers(),
    })
    return session
  }

  #hear(session: Session, line: Line): void {
    if (line.phase === 'ended' && (line.code === closeCode.refused || line.code === closeCode.startAfresh)) {
      this.#startAfresh(session, line)
      return
    }
    if (line.phase === 'online') this.#freshStarts = 0
    this.#options.onLine(line)
    // Not when it has synced: a damaged room answers too, and what is missing from that answer may not be gone. A line
    // that was cut while something was being put takes it up where it was.
    if (line.phase === 'online' && this.#recovery.isAwaitingSync) void this.#goOn(session)
  }

  /** The document cannot go on: opens a fresh one, where what the server has not confirmed is put again. */
  #startAfresh(session: Session, ending: (Line & { phase: 'ended' }) | null): void {
    if (this.#freshStarts >= FRESH_STARTS) {
      this.#options.onLine(ending ?? { phase: 'ended', code: closeCode.tooMuch, reason: 'too-much' })
      return
    }
    this.#freshStarts++
    this.#reason = ending?.reason ?? null
    this.#recovery.begin(session.sent(), { wasRefused: ending?.code === closeCode.refused })
    this.#before ??= session.doc
    session.close()
    this.#session = this.#openSession()
    if (this.#copy) this.#session.start(this.#copy, { withUpdates: false })
    this.#options.onNews()
  }

  /** The document is as the server has it. */
  async #goOn(session: Session): Promise<void> {
    const [before, reason] = [this.#before, this.#reason]
    this.#before = null
    this.#reason = null
    const lost = before ? lostSince(before, session.doc, this.#options.person) : new Map<string, unknown>()
    // What was waiting is seen to below, and what was refused is not lost.
    for (const [key, value] of lost)
      if (this.#recovery.find(key) || this.#options.isRefused(key, value)) lost.delete(key)
    const refused = this.#recovery.examine((key, value) => isSameValue(valueIn(session.doc, key), value))
    this.#recovery.addAll(lost)
    if (before) {
      session.takeOverCopy()
      this.#options.onFresh()
    }
    for (const [key, value] of refused) this.#refuse(key, value, reason)
    this.#options.onNews()
    if (reason) await this.#options.learnFrom(reason)
    if (session !== this.#session) return
    if (this.#explains(reason)) this.#recovery.trust()
    await this.#putNext(session)
  }

  /** Whether the page can tell itself what was refused for this reason. */
  #explains(reason: Reason | null): boolean {
    return [...this.#recovery.parcels()].some(([key, value]) => {
      const found = readRecordKey(key)
      return found && reason && this.#options.refusalOf(found.root, found.id, value) === reason
    })
  }

  /** A mark by a wrong clock needs only the right time, once; all else that was refused is the person's to decide about. */
  #refuse(key: string, value: unknown, reason: Reason | null): void {
    if (reason === 'clock-ahead' && !this.#retimed.has(key)) {
      this.#retimed.add(key)
      this.#recovery.add(key, value)
    } else this.#options.onRefused({ key, value, reason })
  }

  async #putNext(session: Session): Promise<void> {
    const next = () => this.#recovery.next((key, value) => this.#prepare(key, value))
    for (let parts = next(); parts; parts = next()) {
      await session.repeat(parts.map((part) => () => putAll(session.doc, part)))
      if (session !== this.#session) return
    }
    this.#options.onNews()
  }

  /** Asks ourselves first: what is refused anyhow needs no further document. */
  #prepare(key: string, given: unknown): { value: unknown } | null {
    const value = this.#timely(given)
    const found = readRecordKey(key)
    if (!found) return null
    const reason = this.#options.refusalOf(found.root, found.id, value)
    if (!reason) return { value }
    this.#options.onRefused({ key, value, reason })
    return null
  }

  /** The value, with a time that the server takes. */
  #timely(value: unknown): unknown {
    const now = this.#options.now()
    const isAhead =
      typeof value === 'object' && value !== null && 'at' in value && Number(value.at) > now + CLOCK_AHEAD_MS
    return isAhead ? { ...value, at: now } : value
  }
}

function valueIn(doc: Y.Doc, key: string): unknown {
  const found = readRecordKey(key)
  return found ? (rootMap(doc, found.root).get(found.id) ?? null) : null
}

function putAll(doc: Y.Doc, parcels: Parcels): void {
  for (const [key, value] of parcels) {
    const found = readRecordKey(key)
    if (found) putValue(doc, found.root, found.id, value)
  }
}

/** Whether a value that was left is still to be put: not where the same is there, or was written over since. */
function isNewer(left: unknown, there: unknown): boolean {
  if (isSameValue(left, there)) return false
  return left === null || there === null || timeOf(left) > timeOf(there)
}

function timeOf(value: unknown): number {
  const { at } = Object(value) as { at?: unknown }
  return typeof at === 'number' ? at : 0
}

/** Puts a record, or takes it out when the value is null. What is no record goes nowhere. */
function putValue(doc: Y.Doc, root: Root, id: string, value: unknown): void {
  if (value === null) removeRecord(doc, root, id)
  else {
    const parsed = parseRecord(root, id, value)
    if (parsed.ok) putRecord(doc, root, parsed.record)
  }
}
