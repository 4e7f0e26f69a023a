/**
 * The Yjs update format, version 1, as far as our documents use it: read with our own limits, and written again. Yjs
 * believes the counts it reads; here they are held against the bytes. What a document of flat records never holds
 * (nested types, text, lists, garbage structs) is named, not read: `UnknownContent`.
 */
import { limits } from '@attest/schema/protocol'
import { Malformed, Reader, TooMuch } from './reader.ts'
import { finish, type Steps } from './steps.ts'
import { Writer } from './writer.ts'

export interface Id {
  client: number
  clock: number
}

interface Value {
  value: unknown
  /** As it stood in the update. */
  bytes: Uint8Array
}

export interface NamedPlace {
  root: string
  key: string
  /** As they stood in the update. */
  bytes: Uint8Array
}

/** One value put under a key, or a run of such that were deleted since (then there is nothing left but their number). */
export interface Struct {
  clock: number
  length: number
  /** The struct to its left when it was made: it has the same key. Null for the first of a key, which names it. */
  origin: Id | null
  place: NamedPlace | null
  /** Null for a run of deleted ones. */
  values: Value[] | null
}

export interface Line {
  client: number
  structs: Struct[]
}

export interface DeletedRange {
  clock: number
  length: number
}

export interface Update {
  /** In the order of their clocks; there may be gaps between them. */
  lines: Line[]
  /** Sorted and apart. */
  deleted: Map<number, DeletedRange[]>
}

/** The update holds something that is no record under a key of a map. */
export class UnknownContent extends Error {
  override name = 'UnknownContent'
}

const content = { deleted: 1, any: 8, skip: 10 } as const

const LOW_FIVE = 0b0001_1111
const HAS_KEY = 0b0010_0000
const HAS_RIGHT_ORIGIN = 0b0100_0000
const HAS_ORIGIN = 0b1000_0000

/** A clock counts one person's acts on one page; past this, arithmetic on it would no longer be exact in all clients. */
const MAX_CLOCK = 2 ** 31

const RANGES_A_STEP = 256

// Of clients, clocks and lengths as they usually are; what is counted by itself comes on top.
const LINE_BYTES = 12
const STRUCT_BYTES = 12
export const RANGE_BYTES = 7

/** It is too much with more than so many structs, or values in them. */
export function* readingUpdate(bytes: Uint8Array, mostStructs: number = limits.structs): Steps<Update> {
  const reader = new Reader(bytes)
  const budget = { structs: mostStructs }
  const lines: Line[] = []
  for (let left = reader.count(5); left > 0; left--) {
    lines.push(yield* readingLine(reader, budget))
    if (left > 1) yield
  }
  const clients = new Set(lines.map((line) => line.client))
  if (clients.size < lines.length) throw new Malformed('two lines of one client')
  const deleted = yield* readingDeleted(reader)
  if (reader.remaining > 0) throw new Malformed(`${reader.remaining} bytes after the end`)
  return { lines, deleted }
}

function* readingLine(reader: Reader, budget: { structs: number }): Steps<Line> {
  const declared = reader.uint()
  const client = reader.uint()
  let clock = reader.uint()
  // Empty lines say nothing, and a few hundred thousand of them take time and memory.
  if (declared === 0) throw new Malformed(`an empty line of client ${client}`)
  if (declared * 2 > reader.remaining) throw new Malformed(`${declared} structs in ${reader.remaining} bytes`)
  spend(budget, declared)
  const structs: Struct[] = []
  for (let i = 0; i < declared; i++) {
    if (i > 0) yield
    const info = reader.byte()
    if ((info & LOW_FIVE) === content.skip) {
      clock += reader.uint()
    } else {
      const struct = readHead(reader, info, clock)
      if (struct.values) {
        spend(budget, struct.length - 1)
        for (let value = 0; value < struct.length; value++) {
          if (value > 0) yield
          struct.values.push(readValue(reader))
        }
      }
      structs.push(struct)
      clock += struct.length
    }
    if (clock > MAX_CLOCK) throw new Malformed(`a clock of ${clock}`)
  }
  return { client, structs }
}

function spend(budget: { structs: number }, structs: number): void {
  budget.structs -= structs
  if (budget.structs < 0) throw new TooMuch(`${-budget.structs} structs more than an update may have`)
}

/** A struct, of which the values are still to be read. */
function readHead(reader: Reader, info: number, clock: number): Struct {
  if (info & HAS_RIGHT_ORIGIN) throw new UnknownContent('a struct with a right neighbour')
  const origin = info & HAS_ORIGIN ? { client: reader.uint(), clock: reader.uint() } : null
  const place = origin ? null : readPlace(reader, info)
  const type = info & LOW_FIVE
  if (type !== content.deleted && type !== content.any) throw new UnknownContent(`content of type ${type}`)
  const length = type === content.any ? reader.count(1) : reader.uint()
  if (length === 0) throw new Malformed('an empty struct')
  return { clock, length, origin, place, values: type === content.any ? [] : null }
}

function readValue(reader: Reader): Value {
  const start = reader.position
  const value = reader.json()
  return { value, bytes: reader.slice(start, reader.position) }
}

/** Passes over a struct that was read before: its length, or 0 for one of no kind that holds records. */
export function passStruct(reader: Reader): number {
  const info = reader.byte()
  const kind = info & LOW_FIVE
  if (kind !== content.any && kind !== content.deleted) return 0
  if (info & HAS_ORIGIN) {
    reader.uint()
    reader.uint()
  } else {
    reader.uint()
    reader.bytes()
    reader.bytes()
  }
  const length = reader.uint()
  if (kind === content.any) for (let left = length; left > 0; left--) reader.passJson()
  return length
}

function readPlace(reader: Reader, info: number): NamedPlace {
  if (reader.uint() !== 1) throw new UnknownContent('a struct inside another one')
  const start = reader.position
  const root = reader.string()
  if (!(info & HAS_KEY)) throw new UnknownContent('an item of a list')
  const key = reader.string()
  return { root, key, bytes: reader.slice(start, reader.position) }
}

export function readDeleted(reader: Reader): Update['deleted'] {
  return finish(readingDeleted(reader))
}

function* readingDeleted(reader: Reader): Steps<Map<number, DeletedRange[]>> {
  const deleted = new Map<number, DeletedRange[]>()
  const lists = reader.count(2)
  // A list takes a quarter of a kilobyte of memory, and no room has had more clients.
  if (lists > limits.roomClients) throw new TooMuch(`deletions of ${lists} clients`)
  for (let left = lists; left > 0; left--) {
    if (left % RANGES_A_STEP === 0) yield
    const client = reader.uint()
    if (deleted.has(client)) throw new Malformed(`two lists of deletions of client ${client}`)
    const ranges: DeletedRange[] = []
    let end = 0
    for (let ranged = reader.count(2); ranged > 0; ranged--) {
      if (ranged % RANGES_A_STEP === 0) yield
      const clock = reader.uint()
      const length = reader.uint()
      // Sorted, so that reading a list of them costs one walk over the structs they name.
      if (clock < end || length === 0) throw new Malformed(`deletions of ${length} at ${clock} after ${end}`)
      end = clock + length
      if (end > MAX_CLOCK) throw new Malformed(`a clock of ${end}`)
      ranges.push({ clock, length })
    }
    if (ranges.length > 0) deleted.set(client, ranges)
  }
  return deleted
}

/** Each line must have structs, which follow one another without a gap. */
export function writeUpdate(update: Update): Uint8Array {
  return finish(writingUpdate(update))
}

export function* writingUpdate({ lines: unsorted, deleted }: Update): Steps<Uint8Array> {
  // As Yjs itself writes them. It merges updates in the belief that all are so, and loses what is not.
  const lines = unsorted.toSorted((a, b) => b.client - a.client)
  const writer = new Writer(sizeOf(lines, deleted))
  writer.uint(lines.length)
  for (const { client, structs } of lines) {
    if (lines.length > 1) yield
    writer.uint(structs.length)
    writer.uint(client)
    writer.uint(structs[0]?.clock ?? 0)
    for (const [i, struct] of structs.entries()) {
      if (i > 0) yield
      writeStruct(writer, struct)
    }
  }
  writer.uint(deleted.size)
  for (const [client, ranges] of deleted) {
    writer.uint(client)
    writer.uint(ranges.length)
    for (const [i, { clock, length }] of ranges.entries()) {
      if (i % RANGES_A_STEP === RANGES_A_STEP - 1) yield
      writer.uint(clock)
      writer.uint(length)
    }
  }
  return writer.written
}

/** About how many bytes it takes to write this. */
function sizeOf(lines: readonly Line[], deleted: Update['deleted']): number {
  let size = 2
  for (const { structs } of lines) {
    size += LINE_BYTES
    for (const struct of structs) size += sizeOfStruct(struct)
  }
  for (const ranges of deleted.values()) size += LINE_BYTES + ranges.length * RANGE_BYTES
  return size
}

export function sizeOfStruct({ place, values }: Struct): number {
  let size = place ? STRUCT_BYTES + place.bytes.length : STRUCT_BYTES
  if (values) for (const { bytes } of values) size += bytes.length
  return size
}

function writeStruct(writer: Writer, { origin, place, length, values }: Struct): void {
  writer.byte((values ? content.any : content.deleted) | (origin ? HAS_ORIGIN : HAS_KEY))
  if (origin) {
    writer.uint(origin.client)
    writer.uint(origin.clock)
  } else if (place) {
    writer.uint(1)
    writer.bytes(place.bytes)
  } else {
    throw new TypeError('a struct needs an origin or a place')
  }
  writer.uint(length)
  for (const { bytes } of values ?? []) writer.bytes(bytes)
}
