/**
 * The gate: judges an update before anything of it is applied, on what it says alone. Yjs takes anything from anybody;
 * here a struct must be one record under a key of the sender, also where the key is inherited from the struct it
 * replaces, and a deletion must be of the sender's own. What passes is written anew and holds only what the room has
 * not: so a resent document costs nothing, and no byte that was not judged reaches the log or a peer.
 *
 * Its place for later: budgets of a connection belong before `judge`, in room.ts.
 */
import { refusalOf, type Setting, type Writer } from '@attest/schema/judge'
import { limits, type Refusal } from '@attest/schema/protocol'
import { authorOf, recordId } from '@attest/schema/record'
import { canAnnotate } from '@attest/schema/roles'
import { isRoot, type Root, rootMap, roots } from '@attest/schema/room'
import * as Y from 'yjs'
import { Malformed, NotJson, TooMuch } from './reader.ts'
import {
  type DeletedRange,
  type Id,
  type Line,
  readUpdate,
  type Struct,
  UnknownContent,
  type Update,
  writeUpdate,
} from './update.ts'

export type Judgement =
  /** What is new in the update; null when nothing is. */
  | { is: 'accepted'; update: Uint8Array | null }
  | { is: 'refused'; reason: Refusal }
  /** It depends on structs that are not here: ask for them, keep nothing of it. */
  | { is: 'early' }

export interface Case {
  writer: Writer
  setting: Setting
  /** Milliseconds since 1970. */
  now: number
  /** Whose Yjs client this is; null when it is not known to be anybody's yet. */
  ownerOf: (client: number) => string | null
  /** How many Yjs clients are known to be this person's. */
  clientsOf: (person: string) => number
  /** How many are known to be anybody's. */
  clientsInRoom: number
  /**
   * Whether it is the answer to our sync step 1. That names all deletions its sender knows of, also of structs that
   * were lost here, and asking again would bring the same ones: they are left out instead.
   */
  isAnswer: boolean
}

/** Changes nothing: after a refusal the document is what it was, to the byte. */
export function judge(doc: Y.Doc, bytes: Uint8Array, about: Case): Judgement {
  let update: Update
  try {
    update = readUpdate(bytes)
  } catch (error) {
    if (error instanceof UnknownContent || error instanceof NotJson) return refused('not-a-record')
    if (error instanceof TooMuch) return refused('too-much')
    if (error instanceof Malformed) return refused('malformed-update')
    throw error
  }

  const lines = newLines(doc, update.lines)
  if (lines === 'early') return { is: 'early' }
  const unfit = refusalOfClients(lines.keys(), about)
  if (unfit) return refused(unfit)
  const rivals = new Rivals(doc)
  const problem = place(doc, lines, rivals)
  if (problem === 'early') return { is: 'early' }
  if (problem) return refused(problem)
  if (rivals.areTooMany) return refused('too-much')

  const written: Line[] = []
  for (const line of lines.values()) {
    const ranges = update.deleted.get(line.client) ?? []
    const structs: Struct[] = []
    for (const { struct, place } of line.structs) {
      // What was there and is not any more tells nobody anything, so it need not have been right.
      const parts = withoutDeleted(struct, line.client, ranges)
      const reason = place ? refusalOfStructs(parts, place, about) : 'malformed-update'
      if (reason) return refused(reason)
      structs.push(...parts)
    }
    written.push({ client: line.client, structs })
  }

  const deletions = newDeletions(doc, update.deleted, lines, about)
  if ('is' in deletions) return deletions
  if (written.length === 0 && deletions.deleted.size === 0) return { is: 'accepted', update: null }
  return { is: 'accepted', update: writeUpdate({ lines: written, deleted: deletions.deleted }) }
}

function refused(reason: Refusal): Judgement & { is: 'refused' } {
  return { is: 'refused', reason }
}

interface Place {
  root: Root
  key: string
}

interface Placed {
  struct: Struct
  /** Null until `place` found it. */
  place: Place | null
}

interface NewLine {
  client: number
  structs: Placed[]
  /** How many of them have their place. */
  placed: number
  /** Whether its next one waits for another line. */
  isWaiting: boolean
  end: number
}

/** The structs the room does not have yet, by client. */
function newLines(doc: Y.Doc, lines: readonly Line[]): Map<number, NewLine> | 'early' {
  const found = new Map<number, NewLine>()
  for (const { client, structs } of lines) {
    let end = Y.getState(doc.store, client)
    const fresh: Placed[] = []
    for (const struct of structs) {
      if (struct.clock + struct.length <= end) continue
      if (struct.clock > end) return 'early'
      fresh.push({ struct: struct.clock < end ? cutBefore(struct, client, end) : struct, place: null })
      end = struct.clock + struct.length
    }
    if (fresh.length > 0) found.set(client, { client, structs: fresh, placed: 0, isWaiting: false, end })
  }
  return found
}

/**
 * The clients must be the writer's, and the new ones no more than a page ever makes, or a person and a room may have. A
 * client that has written once is in every state vector from then on, even if all it wrote is deleted: some hundred
 * thousand of them and no sync step 1 fits into a frame any more, so that nobody gets into the room again.
 */
function refusalOfClients(
  clients: Iterable<number>,
  { writer, ownerOf, clientsOf, clientsInRoom }: Case,
): 'foreign-client' | 'too-much' | null {
  let added = 0
  for (const client of clients) {
    const owner = ownerOf(client)
    if (owner === null) added++
    else if (owner !== writer.person) return 'foreign-client'
  }
  if (added === 0) return null
  const areTooMany =
    added > limits.newClients ||
    clientsOf(writer.person) + added > limits.clients ||
    clientsInRoom + added > limits.roomClients
  return areTooMany ? 'too-much' : null
}

/** The rest of a run whose beginning is known. */
function cutBefore(struct: Struct, client: number, clock: number): Struct {
  const known = clock - struct.clock
  return {
    clock,
    length: struct.length - known,
    origin: { client, clock: clock - 1 },
    place: null,
    values: struct.values?.slice(known) ?? null,
  }
}

/**
 * Finds the place of every new struct, in an order in which Yjs can integrate them: one after its left neighbour in
 * time, and one after its origin. A circle of origins, which no honest client can make, is refused.
 */
function place(doc: Y.Doc, lines: Map<number, NewLine>, rivals: Rivals): Refusal | 'early' | null {
  for (const first of lines.values()) {
    // A line that waits for another one, which may wait itself; each goes only as far as it is waited for.
    const stack = [{ line: first, until: first.structs.length }]
    for (let top = stack.at(-1); top; top = stack.at(-1)) {
      const { line, until } = top
      line.isWaiting = false
      const placed = line.placed < until ? line.structs[line.placed] : undefined
      if (!placed) {
        stack.pop()
        continue
      }
      const { origin, place: named } = placed.struct
      if (!origin) {
        if (!named || !isRoot(named.root)) return 'unknown-root'
        placed.place = { root: named.root, key: named.key }
        rivals.add(line.client, placed.struct, placed.place)
        line.placed++
        continue
      }
      const found = placeOf(doc, lines, origin)
      if (found === 'unknown') return 'early'
      if (found === 'no-record') return 'not-a-record'
      if ('waits' in found) {
        line.isWaiting = true
        if (found.waits.isWaiting) return 'malformed-update'
        stack.push({ line: found.waits, until: found.until })
        continue
      }
      placed.place = found
      rivals.add(line.client, placed.struct, found)
      line.placed++
    }
  }
  return null
}

function placeOf(
  doc: Y.Doc,
  lines: Map<number, NewLine>,
  id: Id,
): Place | 'unknown' | 'no-record' | { waits: NewLine; until: number } {
  if (id.clock < Y.getState(doc.store, id.client)) return storedPlace(doc, id) ?? 'no-record'
  const line = lines.get(id.client)
  if (!line || id.clock >= line.end) return 'unknown'
  const index = indexAt(line.structs, id.clock)
  return line.structs[index]?.place ?? { waits: line, until: index + 1 }
}

/** More steps than this take Yjs some milliseconds; a person's pages, off line for days, need a few thousand. */
const RIVAL_STEPS = 50_000

/**
 * How many steps Yjs needs to find the place of structs among others of their key. One that follows the last of its key
 * needs none; one that was made without knowing that is compared with all that came since, so some kilobytes of them
 * could hold up every room for seconds.
 */
class Rivals {
  readonly #doc: Y.Doc
  readonly #keys = new Map<string, { last: Id | null; added: number; stored: number }>()
  #steps = 0

  constructor(doc: Y.Doc) {
    this.#doc = doc
  }

  get areTooMany(): boolean {
    return this.#steps > RIVAL_STEPS
  }

  add(client: number, { clock, length, origin }: Struct, { root, key }: Place): void {
    const name = `${root} ${key}`
    const found = this.#keys.get(name) ?? this.#start(root, key)
    this.#keys.set(name, found)
    const { last } = found
    if (origin?.client !== last?.client || origin?.clock !== last?.clock) this.#steps += found.stored + found.added
    found.last = { client, clock: clock + length - 1 }
    found.added++
  }

  #start(root: Root, key: string): { last: Id | null; added: number; stored: number } {
    const last = rootMap(this.#doc, root)._map.get(key) ?? null
    let stored = 0
    for (let item = last; item && stored < RIVAL_STEPS; item = item.left) stored++
    return { last: last ? last.lastId : null, added: 0, stored }
  }
}

/** The place of a struct the room has; null for one that is no record, of which there should be none. */
function storedPlace(doc: Y.Doc, id: Id): Place | null {
  const structs = doc.store.clients.get(id.client) ?? []
  const struct = structs[Y.findIndexSS(structs, id.clock)]
  return struct instanceof Y.Item ? placeOfItem(doc, struct) : null
}

function placeOfItem(doc: Y.Doc, { parent, parentSub }: Y.Item): Place | null {
  const root = roots.find((name) => rootMap(doc, name) === parent)
  return root && parentSub !== null ? { root, key: parentSub } : null
}

/** Whose client this is by what it has written: each one's structs are all of one person. */
export function writerOf(doc: Y.Doc, client: number): string | null {
  const first = doc.store.clients.get(client)?.[0]
  return first instanceof Y.Item && first.parentSub !== null ? authorOf(first.parentSub) : null
}

function indexAt(structs: readonly Placed[], clock: number): number {
  let low = 0
  let high = structs.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if ((structs[middle]?.struct.clock ?? 0) <= clock) low = middle
    else high = middle - 1
  }
  return low
}

/** The struct as it is, or in parts of one value where the same update deletes some of them again. */
function withoutDeleted(struct: Struct, client: number, deleted: readonly DeletedRange[]): Struct[] {
  const { clock, values } = struct
  if (!values?.some((_, i) => covers(deleted, clock + i))) return [struct]
  return values.map((value, i) => ({
    clock: clock + i,
    length: 1,
    ...(i === 0
      ? { origin: struct.origin, place: struct.place }
      : { origin: { client, clock: clock + i - 1 }, place: null }),
    values: covers(deleted, clock + i) ? null : [value],
  }))
}

function refusalOfStructs(
  structs: readonly Struct[],
  { root, key }: Place,
  { writer, setting, now }: Case,
): Refusal | null {
  const mayWrite = refusalOfKey(key, writer)
  if (mayWrite) return mayWrite
  if (!recordId.safeParse(key).success) return 'malformed-record'
  for (const { values } of structs)
    for (const { value } of values ?? []) {
      const reason = refusalOf(root, key, value, writer, setting, now)
      if (reason) return reason
    }
  return null
}

function refusalOfKey(key: string, writer: Writer): Refusal | null {
  if (authorOf(key) !== writer.person) return 'not-yours'
  return canAnnotate(writer.role) ? null : 'read-only'
}

function covers(ranges: readonly DeletedRange[], clock: number): boolean {
  let low = 0
  let high = ranges.length - 1
  while (low <= high) {
    const middle = (low + high) >> 1
    const range = ranges[middle]
    if (!range) break
    if (clock < range.clock) high = middle - 1
    else if (clock >= range.clock + range.length) low = middle + 1
    else return true
  }
  return false
}

/** The deletions of what is live in the room: each must be of a record of the writer's own. */
function newDeletions(
  doc: Y.Doc,
  deleted: Update['deleted'],
  lines: Map<number, NewLine>,
  { writer, isAnswer }: Case,
): { deleted: Update['deleted'] } | (Judgement & { is: 'refused' | 'early' }) {
  const found: Update['deleted'] = new Map()
  for (const [client, ranges] of deleted) {
    const state = Y.getState(doc.store, client)
    const known = lines.get(client)?.end ?? state
    const live: DeletedRange[] = []
    for (const { clock, length } of ranges) {
      const end = clock + length
      if (end > known && !isAnswer) return { is: 'early' }
      for (const item of liveItems(doc, client, clock, Math.min(end, state))) {
        const place = placeOfItem(doc, item)
        const reason = place ? refusalOfKey(place.key, writer) : 'not-a-record'
        if (reason) return refused(reason)
        const from = Math.max(clock, item.id.clock)
        live.push({ clock: from, length: Math.min(end, item.id.clock + item.length) - from })
      }
    }
    if (live.length > 0) found.set(client, live)
  }
  return { deleted: found }
}

function* liveItems(doc: Y.Doc, client: number, start: number, end: number): Generator<Y.Item> {
  if (start >= end) return
  const structs = doc.store.clients.get(client) ?? []
  for (let i = Y.findIndexSS(structs, start); i < structs.length; i++) {
    const struct = structs[i]
    if (!struct || struct.id.clock >= end) return
    if (!struct.deleted && struct instanceof Y.Item) yield struct
  }
}
