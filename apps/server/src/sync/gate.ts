/**
 * The gate: judges an update before anything of it is applied, on what it says alone. Yjs takes anything from anybody;
 * here a struct must be one record under a key of the sender, also where the key is inherited from the struct it
 * replaces, and a deletion must be of the sender's own. What passes is written anew and holds only what the room has
 * not: so a resent document costs nothing, and no byte that was not judged reaches the log or a peer.
 */
import { refusalOf, type Setting, type Writer } from '@attest/schema/judge'
import { limits, type Refusal } from '@attest/schema/protocol'
import { authorOf, recordId } from '@attest/schema/record'
import { canAnnotate } from '@attest/schema/roles'
import { isRoot, type Root, recordKey, rootMap, roots } from '@attest/schema/room'
import * as Y from 'yjs'
import type { RoomSetting } from '../store/store.ts'
import { Malformed, NotJson, TooMuch } from './reader.ts'
import { finish, type Steps } from './steps.ts'
import {
  type DeletedRange,
  type Id,
  type Line,
  readingUpdate,
  type Struct,
  UnknownContent,
  type Update,
  writingUpdate,
} from './update.ts'

export type Judgement =
  /** What is new in the update; null when nothing is. */
  | { is: 'accepted'; update: Uint8Array | null }
  | { is: 'refused'; reason: Refusal }
  /** It depends on structs that are not here: ask for them, keep nothing of it. */
  | { is: 'early' }

export interface Case {
  writer: Writer
  setting: Setting & Pick<RoomSetting, 'isReplaced' | 'isSignedOff' | 'isHeld' | 'removed'>
  /** Milliseconds since 1970. */
  now: number
  /** Whose Yjs client this is; null when it is not known to be anybody's yet. */
  ownerOf: (client: number) => string | null
  /** With how many Yjs clients this person has written. */
  clientsOf: (person: string) => number
  /** With how many everybody has. */
  clientsInRoom: number
  /**
   * Whether it is the answer to our sync step 1. That names all deletions its sender knows of, also of structs that
   * were lost here, and asking again would bring the same ones: they are left out instead.
   */
  isAnswer: boolean
}

/** Changes nothing: after a refusal the document is what it was, to the byte. */
export function judge(doc: Y.Doc, bytes: Uint8Array, about: Case): Judgement {
  return finish(judging(doc, bytes, about))
}

/** The same in steps, for a large update: between them others may work, but the document must stay as it is. */
export function* judging(doc: Y.Doc, bytes: Uint8Array, about: Case): Steps<Judgement> {
  const update = yield* reading(bytes)
  if (typeof update === 'string') return refused(update)
  const lines = newLines(doc, update.lines)
  if (lines === 'early') return early
  const effort = new Effort(doc)
  const problem = refusalOfClients(doc, lines, about) ?? (yield* placing(doc, lines, effort))
  if (problem) return problem === 'early' ? early : refused(problem)

  const written: Line[] = []
  for (const line of lines.values()) {
    const ranges = update.deleted.get(line.client) ?? []
    const structs: Struct[] = []
    for (const { struct, place } of line.structs) {
      // What was there and is not any more tells nobody anything, so it need not have been right.
      const parts = withoutDeleted(struct, line.client, ranges)
      const reason = place
        ? (refusalOfPlace(doc, parts, place, about) ?? (yield* refusingStructs(parts, place, about)))
        : 'malformed-update'
      if (reason) return refused(reason)
      for (const part of parts) structs.push(part)
      yield
    }
    written.push({ client: line.client, structs })
  }

  const deleted = yield* findingDeletions(doc, update.deleted, lines, effort, about)
  if (typeof deleted === 'string') return deleted === 'early' ? early : refused(deleted)
  if (written.length === 0 && deleted.size === 0) return { is: 'accepted', update: null }
  return { is: 'accepted', update: yield* writingUpdate({ lines: written, deleted }) }
}

/** Records that come as they are, and not in an update of somebody's document. */
export interface Records {
  put: readonly { root: Root; record: { id: string } }[]
  remove: readonly { root: Root; id: string }[]
}

export interface RefusedRecord {
  root: Root
  id: string
  reason: Refusal
}

/** The first of these that is refused, and why, by the same rules as a struct is that holds it; null when none is. */
export function* judgingRecords(
  doc: Y.Doc,
  { put, remove }: Records,
  { writer, setting, now }: Pick<Case, 'writer' | 'setting' | 'now'>,
): Steps<RefusedRecord | null> {
  for (const { root, record } of put) {
    const { id } = record
    const reason =
      refusalOfPutting(doc, { root, key: id }, setting) ??
      refusalOfKey(id, writer) ??
      refusalOf(root, id, record, writer, setting, now)
    if (reason) return { root, id, reason }
    yield
  }
  for (const { root, id } of remove) {
    const reason = refusalOfTaking(id, writer, setting)
    if (reason) return { root, id, reason }
  }
  return null
}

const early: Judgement = { is: 'early' }

function refused(reason: Refusal): Judgement {
  return { is: 'refused', reason }
}

function* reading(bytes: Uint8Array): Steps<Update | Refusal> {
  try {
    return yield* readingUpdate(bytes)
  } catch (error) {
    if (error instanceof UnknownContent || error instanceof NotJson) return 'not-a-record'
    if (error instanceof TooMuch) return 'too-much'
    if (error instanceof Malformed) return 'malformed-update'
    throw error
  }
}

interface Place {
  root: Root
  key: string
}

interface Placed {
  struct: Struct
  /** Null until `placing` found it. */
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
 * thousand of them and no sync step 1 fits into a frame any more, so that nobody gets into the room again. Nor may one
 * of them have so many structs that Yjs needs long to put another one among them.
 */
function refusalOfClients(
  doc: Y.Doc,
  lines: ReadonlyMap<number, NewLine>,
  { writer, ownerOf, clientsOf, clientsInRoom }: Case,
): 'foreign-client' | 'too-much' | null {
  let added = 0
  for (const { client, structs } of lines.values()) {
    if ((doc.store.clients.get(client)?.length ?? 0) + structs.length > limits.clientStructs) return 'too-much'
    const owner = ownerOf(client)
    if (owner !== null && owner !== writer.person) return 'foreign-client'
    // Also one that is known to be theirs: by presence alone a person can have any number.
    if (!doc.store.clients.has(client)) added++
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

const PLACES_A_STEP = 8

/**
 * Finds the place of every new struct, in an order in which Yjs can integrate them: one after its left neighbour in
 * time, and one after its origin. A circle of origins, which no honest client can make, is refused.
 */
function* placing(doc: Y.Doc, lines: Map<number, NewLine>, effort: Effort): Steps<Refusal | 'early' | null> {
  let steps = 0
  for (const first of lines.values()) {
    // A line that waits for another one, which may wait itself; each goes only as far as it is waited for.
    const stack = [{ line: first, until: first.structs.length }]
    for (let top = stack.at(-1); top; top = stack.at(-1)) {
      if (++steps % PLACES_A_STEP === 0) yield
      const { line, until } = top
      line.isWaiting = false
      const placed = line.placed < until ? line.structs[line.placed] : undefined
      if (!placed) {
        stack.pop()
        continue
      }
      const { origin, place: named } = placed.struct
      const found = origin ? placeOf(doc, lines, origin) : namedPlace(named)
      if (typeof found === 'string') return found
      if ('waits' in found) {
        line.isWaiting = true
        if (found.waits.isWaiting) return 'malformed-update'
        stack.push({ line: found.waits, until: found.until })
        continue
      }
      placed.place = found
      effort.add(line.client, placed.struct, found)
      if (effort.isTooMuch) return 'too-much'
      line.placed++
    }
  }
  return null
}

function namedPlace(named: Struct['place']): Place | 'unknown-root' {
  return named && isRoot(named.root) ? { root: named.root, key: named.key } : 'unknown-root'
}

function placeOf(
  doc: Y.Doc,
  lines: Map<number, NewLine>,
  id: Id,
): Place | 'early' | 'not-a-record' | { waits: NewLine; until: number } {
  if (id.clock < Y.getState(doc.store, id.client)) return storedPlace(doc, id) ?? 'not-a-record'
  const line = lines.get(id.client)
  if (!line || id.clock >= line.end) return 'early'
  const index = indexAt(line.structs, id.clock)
  return line.structs[index]?.place ?? { waits: line, until: index + 1 }
}

/** More steps than this take Yjs some milliseconds; a person's pages, off line for days, need a few thousand. */
const RIVAL_STEPS = 50_000
/** What one key may cost whoever loads the document, each time. */
const RIVAL_STEPS_OF_KEY = 5_000
/** So many take Yjs some 50 ms; a thousand marks changed of fifty thousand by one client are half of it at most. */
const MOVES = 100_000_000

/**
 * How much an update would give Yjs to do.
 *
 * Rivals: a struct that follows the last of its key finds its place at once; one that was made without knowing that is
 * a rival, and compared with all that came since, so some kilobytes of them could hold up every room for seconds. In
 * another order, as when all of the document is loaded, it is others that are compared; but never more rivals than here,
 * each with no more than there are under the key.
 *
 * Moves: the structs of a client are one array. Where a stored one is split, or deleted and joined to the one before,
 * all that come after it move; in an array of a million, that takes some milliseconds each time.
 */
class Effort {
  readonly #doc: Y.Doc
  readonly #keys = new Map<string, Keyed>()
  #steps = 0
  #moves = 0
  #isTooMuchOfKey = false

  constructor(doc: Y.Doc) {
    this.#doc = doc
  }

  get isTooMuch(): boolean {
    return this.#isTooMuchOfKey || this.#steps > RIVAL_STEPS || this.#moves > MOVES
  }

  add(client: number, { clock, length, origin }: Struct, { root, key }: Place): void {
    const name = `${root} ${key}`
    let found = this.#keys.get(name)
    if (!found) {
      const rightmost = rootMap(this.#doc, root)._map.get(key) ?? null
      found = { last: rightmost?.lastId ?? null, rightmost, added: 0, rivals: 0, stored: null }
      this.#keys.set(name, found)
      if (rightmost) this.touch(rightmost.id)
    }
    if (!isSame(origin, found.last)) {
      found.stored ??= rivalsBefore(found.rightmost)
      found.rivals++
      this.#steps += found.stored.items + found.added
      if (origin) this.touch(origin)
    }
    found.last = { client, clock: clock + length - 1 }
    found.added++
    const { stored, rivals, added } = found
    if (stored) this.#isTooMuchOfKey ||= (stored.rivals + rivals) * (stored.items + added) > RIVAL_STEPS_OF_KEY
  }

  /** A struct that will be split or deleted, if it is stored. */
  touch({ client, clock }: Id): void {
    const structs = this.#doc.store.clients.get(client)
    if (structs && clock < Y.getState(this.#doc.store, client))
      this.#moves += structs.length - Y.findIndexSS(structs, clock)
  }
}

interface Keyed {
  last: Id | null
  /** Of those that are stored. */
  rightmost: Y.Item | null
  added: number
  /** Of those that were added. */
  rivals: number
  /** Counted only for the first rival. */
  stored: { items: number; rivals: number } | null
}

function rivalsBefore(rightmost: Y.Item | null): { items: number; rivals: number } {
  let items = 0
  let rivals = 0
  for (let item = rightmost; item && items < RIVAL_STEPS; item = item.left) {
    items++
    if (!isSame(item.origin, item.left?.lastId ?? null)) rivals++
  }
  return { items, rivals }
}

function isSame(a: Id | null, b: Id | null): boolean {
  return a?.client === b?.client && a?.clock === b?.clock
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

/** Whether something may be put there at all now; what was put and is deleted in the same update does no harm. */
function refusalOfPlace(doc: Y.Doc, structs: readonly Struct[], place: Place, { setting }: Case): Refusal | null {
  return structs.some(({ values }) => values) ? refusalOfPutting(doc, place, setting) : null
}

function refusalOfPutting(
  doc: Y.Doc,
  { root, key }: Place,
  { isReplaced, isSignedOff, isHeld, removed }: Case['setting'],
): Refusal | null {
  if (isSignedOff || isHeld) return 'signed-off'
  if (removed?.has(recordKey(root, key))) return 'removed'
  return isReplaced && rootMap(doc, root)._map.has(key) ? 'old-revision' : null
}

function* refusingStructs(
  structs: readonly Struct[],
  { root, key }: Place,
  { writer, setting, now }: Case,
): Steps<Refusal | null> {
  const mayWrite = refusalOfKey(key, writer)
  if (mayWrite) return mayWrite
  for (const { values } of structs) {
    // Of several only the last would be seen, and no page makes them: the ones before are deleted when it is put.
    if (values && values.length > 1) return 'not-a-record'
    const [put] = values ?? []
    // A record repeats its key, so with one the key is judged as well.
    const reason = put
      ? refusalOf(root, key, put.value, writer, setting, now)
      : recordId.safeParse(key).success
        ? null
        : 'malformed-record'
    if (reason) return reason
    if (structs.length > 1) yield
  }
  return null
}

function refusalOfTaking(key: string, writer: Writer, setting: Case['setting']): Refusal | null {
  const reason = refusalOfKey(key, writer)
  if (reason) return reason
  if (setting.isReplaced) return 'old-revision'
  return setting.isSignedOff || setting.isHeld ? 'signed-off' : null
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

const STRUCTS_A_STEP = 500

/** The deletions of what is live in the room: each must be of a record of the writer's own. */
function* findingDeletions(
  doc: Y.Doc,
  deleted: Update['deleted'],
  lines: Map<number, NewLine>,
  effort: Effort,
  { writer, setting, isAnswer }: Case,
): Steps<Update['deleted'] | Refusal | 'early'> {
  const found: Update['deleted'] = new Map()
  let visited = 0
  for (const [client, ranges] of deleted) {
    const structs = doc.store.clients.get(client) ?? []
    const state = Y.getState(doc.store, client)
    const known = lines.get(client)?.end ?? state
    const live: DeletedRange[] = []
    for (const { clock, length } of ranges) {
      const end = clock + length
      if (end > known && !isAnswer) return 'early'
      const until = Math.min(end, state)
      for (let i = clock < until ? Y.findIndexSS(structs, clock) : structs.length; ; i++) {
        if (++visited % STRUCTS_A_STEP === 0) yield
        const item = structs[i]
        if (!item || item.id.clock >= until) break
        if (item.deleted || !(item instanceof Y.Item)) continue
        const place = placeOfItem(doc, item)
        const reason = place ? refusalOfTaking(place.key, writer, setting) : 'not-a-record'
        if (reason) return reason
        effort.touch(item.id)
        if (effort.isTooMuch) return 'too-much'
        const from = Math.max(clock, item.id.clock)
        live.push({ clock: from, length: Math.min(end, item.id.clock + item.length) - from })
      }
    }
    if (live.length > 0) found.set(client, live)
  }
  return found
}
