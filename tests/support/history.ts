/**
 * What people did to a room and what they were told, and whether what is there afterwards agrees with it. The history is
 * taken from the documents themselves: whatever changed a record, a hand or an undo, is in it. Each version of a record
 * has an author, so versions have an order, and the promise can be checked by counting: what stands must be the newest
 * that was acknowledged or seen by somebody else, or a newer one of the same author.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { attestJsonSchema } from '@attest/schema/formats/attest-json'
import { authorOf } from '@attest/schema/record'
import { putRecord, type RecordOf, type Root, readRecordKey, readRecords, recordKey, roots } from '@attest/schema/room'
import * as Y from 'yjs'
import type { StoredRoom } from '../../apps/server/src/store/store.ts'
import { unpack } from '../../apps/server/src/sync/snapshot.ts'
import type { Peer } from './sync-peer.ts'

/** Every record of a room in one place, each as JSON with its keys in order; and what should not be there. */
export interface View {
  name: string
  records: ReadonlyMap<string, string>
  problems: readonly string[]
}

/** What happened, in order. `value` is a record as JSON, or null where it was taken out. */
type Event =
  | { is: 'edit'; who: string; key: string; value: string | null; at: number }
  /** Everything that this page did up to its edit number `upTo` is acknowledged. */
  | { is: 'saved'; who: string; upTo: number; at: number }
  | { is: 'saw'; who: string; key: string; value: string | null; at: number }
  | { is: 'ended'; who: string; code: number; reason: string; at: number }

/** One page of which everything is noted. */
export interface Follower {
  readonly peer: Peer
  /** Asks the server whether all up to now is saved; its answer is noted. Null where there is no line. */
  asksSaved(): number | null
  /** How many edits were made, and how many of them are acknowledged. */
  readonly edits: number
  readonly acknowledged: number
}

interface Required {
  version: number
  because: string
}

export class History {
  readonly events: Event[] = []
  readonly #followers: (Follower & { due: Map<string, number> })[] = []
  /** Every value that was ever given to a record, by its author, in order. */
  readonly #versions = new Map<string, (string | null)[]>()
  /** The index of the version that has to be there, or a newer one. */
  readonly #required = new Map<string, Required>()

  /** With what was in the room before anybody was followed, which nobody here changes. */
  constructor(before?: View) {
    for (const [key, value] of before?.records ?? []) {
      this.#versions.set(key, [value])
      this.#required.set(key, { version: 0, because: 'was there before' })
    }
  }

  get followers(): readonly Follower[] {
    return this.#followers
  }

  follow(peer: Peer): Follower {
    const asked: { number: number; edits: number }[] = []
    const own: { key: string; version: number }[] = []
    let acknowledged = 0
    const name = peer.name
    peer.doc.on('afterTransaction', (transaction: Y.Transaction) => {
      for (const { key, value } of changesIn(peer.doc, transaction)) {
        if (transaction.local) own.push({ key, version: this.#edit(name, key, value) })
        else this.#saw(name, key, value)
      }
    })
    peer.onSaved((number) => {
      while (asked[0] && asked[0].number <= number) {
        const { edits } = asked.shift() ?? { edits: 0 }
        if (edits <= acknowledged) continue
        for (const { key, version } of own.slice(acknowledged, edits)) this.#require(key, version, 'was acknowledged')
        acknowledged = edits
        this.events.push({ is: 'saved', who: name, upTo: edits, at: Date.now() })
      }
    })
    peer.provider.on('connection-close', (event) => {
      if (event) this.events.push({ is: 'ended', who: name, code: event.code, reason: event.reason, at: Date.now() })
    })
    const follower = {
      peer,
      due: new Map<string, number>(),
      asksSaved() {
        if (!peer.isConnected) return null
        const number = peer.asksSaved()
        asked.push({ number, edits: own.length })
        return number
      },
      get edits() {
        return own.length
      },
      get acknowledged() {
        return acknowledged
      },
    }
    this.#followers.push(follower)
    return follower
  }

  #edit(who: string, key: string, value: string | null): number {
    const versions = this.#versions.get(key) ?? []
    this.#versions.set(key, versions)
    versions.push(value)
    this.events.push({ is: 'edit', who, key, value, at: Date.now() })
    return versions.length - 1
  }

  #saw(who: string, key: string, value: string | null): void {
    this.events.push({ is: 'saw', who, key, value, at: Date.now() })
    // A value that nobody wrote is found in the views; here it has no place in the order.
    const version = this.#versions.get(key)?.indexOf(value) ?? -1
    if (version >= 0) this.#require(key, version, `was seen by ${who}`)
  }

  #require(key: string, version: number, because: string): void {
    const required = this.#required.get(key)
    if (!required || required.version < version) this.#required.set(key, { version, because })
  }

  /** How many records somebody was told are safe, or saw. */
  get required(): number {
    return this.#required.size
  }

  /** What this view lacks, and what it has that nobody wrote. Empty when it keeps the promise. */
  faultsOf(view: View, required: ReadonlyMap<string, Required> = this.#required): string[] {
    const faults = view.problems.map((problem) => `${view.name}: ${problem}`)
    for (const [key, { version, because }] of required) {
      const versions = this.#versions.get(key) ?? []
      const found = versions.lastIndexOf(view.records.get(key) ?? null)
      if (found < version)
        faults.push(
          `${view.name}: ${key} is ${found < 0 ? 'missing' : `at version ${found}`}, but version ${version} ${because}`,
        )
    }
    for (const [key, value] of view.records)
      if (!this.#versions.get(key)?.includes(value)) faults.push(`${view.name}: nobody wrote ${key} as ${value}`)
    return faults
  }

  /** The same for several views of one moment, which have to be equal as well. */
  faultsIn(views: readonly View[]): string[] {
    const [first, ...others] = views
    const faults = views.flatMap((view) => this.faultsOf(view))
    for (const other of others)
      for (const key of new Set([...(first?.records.keys() ?? []), ...other.records.keys()]))
        if (first?.records.get(key) !== other.records.get(key))
          faults.push(`${first?.name} and ${other.name} differ in ${key}`)
    return faults
  }

  /** Throws with the first of the faults. */
  check(...views: View[]): void {
    complain(this.faultsIn(views))
  }

  /** Checks what is read against what was told before the reading began: people may go on meanwhile. */
  async checkWhileWriting(read: () => Promise<View>): Promise<void> {
    const required = new Map(this.#required)
    complain(this.faultsOf(await read(), required))
  }

  /** Views of all who are followed. */
  get pages(): View[] {
    return this.#followers.map(({ peer }) => viewOfDoc(`the page of ${peer.name}`, peer.doc))
  }

  /** How long each version took from its author's hand to each other page, in milliseconds, in no order. */
  delays(): number[] {
    const madeAt = new Map<string, number>()
    const delays: number[] = []
    for (const event of this.events) {
      if (event.is === 'edit') madeAt.set(`${event.key} ${event.value}`, event.at)
      else if (event.is === 'saw') {
        const at = madeAt.get(`${event.key} ${event.value}`)
        if (at !== undefined) delays.push(event.at - at)
      }
    }
    return delays
  }

  /** One event a line, for whoever looks into a failure. */
  save(file: string): void {
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, this.events.map((event) => JSON.stringify(event)).join('\n'))
  }
}

function complain(faults: readonly string[]): void {
  if (faults.length > 0) throw new Error(`${faults.length} faults:\n${faults.slice(0, 20).join('\n')}`)
}

function* changesIn(doc: Y.Doc, transaction: Y.Transaction): Generator<{ key: string; value: string | null }> {
  for (const root of roots) {
    const map = doc.getMap<unknown>(root)
    for (const [type, keys] of transaction.changed)
      if ((type as unknown) === map)
        for (const id of keys)
          if (id !== null) yield { key: recordKey(root, id), value: map.has(id) ? inOrder(map.get(id)) : null }
  }
}

export function viewOfDoc(name: string, doc: Y.Doc): View {
  const { records, unreadable } = readRecords(doc)
  const problems = unreadable.map(({ root, key, problem }) => `half a record at ${root}/${key}: ${problem}`)
  if (doc.store.pendingStructs !== null || doc.store.pendingDs !== null) problems.push('changes are pending')
  const all = new Map<string, string>()
  for (const root of roots) for (const [id, record] of records[root]) all.set(recordKey(root, id), inOrder(record))
  return { name, records: all, problems }
}

/** What is on disk, put together as the server does it. */
export async function viewOfStored(name: string, { snapshot, updates }: StoredRoom): Promise<View> {
  return viewOfUpdates(name, [...(snapshot ? await unpack(snapshot) : []), ...updates])
}

export function viewOfUpdates(name: string, updates: readonly Uint8Array[]): View {
  const doc = new Y.Doc()
  for (const update of updates) Y.applyUpdate(doc, update)
  return viewOfDoc(name, doc)
}

export function viewOfExport(name: string, file: unknown): View {
  const content = attestJsonSchema.parse(file)
  const problems: string[] = []
  const records = new Map<string, string>()
  const add = (root: Root, record: { id: string; author: string }) => {
    const key = recordKey(root, record.id)
    if (records.has(key)) problems.push(`${key} is there twice`)
    if (authorOf(record.id) !== record.author) problems.push(`${key} is by ${record.author}`)
    records.set(key, inOrder(record))
  }
  for (const { quotes: _, ...annotation } of content.annotations) add('annotations', annotation)
  for (const root of ['relations', 'comments', 'verdicts'] as const)
    for (const record of content[root]) add(root, record)
  return { name, records, problems }
}

/** JSON in which the order of keys says nothing. */
function inOrder(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  )
}

/** Puts the records of a view into a document, as pages of them would. */
export function docOf(view: View): Y.Doc {
  const doc = new Y.Doc()
  for (const [key, value] of view.records) {
    const place = readRecordKey(key)
    // It was written from a record of this root.
    if (place) putRecord(doc, place.root, JSON.parse(value) as RecordOf[Root])
  }
  return doc
}
