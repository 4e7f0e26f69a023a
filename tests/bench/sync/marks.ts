/**
 * Marks as bytes, written and found again without Yjs. Each is one new record under a key of its own, as the page makes
 * it, in a version 1 update of one struct. Its id ends with who sent it and which one it is, at a fixed width, so that a
 * merged frame is read by looking for ids and nothing else.
 */
import * as encoding from 'lib0/encoding'

export interface Author {
  /** The person's id. */
  id: string
  /** Yjs' number for this page. */
  client: number
  /** Who this is in the crowd. */
  index: number
}

/** As long as the uuid that a page takes. */
const LOCAL_LENGTH = 36
const INDEX_DIGITS = 5
const NUMBER_DIGITS = 8
const filler = 'bench-mark-'.padEnd(LOCAL_LENGTH - INDEX_DIGITS - NUMBER_DIGITS, '0')

/** What stands before the id inside a record: the property's name and "a string follows". */
const beforeId = Buffer.from([2, 0x69, 0x64, 119])

/** Words of the sample article, which every room here has. */
const spans: [number, number][] = [
  [0, 5],
  [7, 13],
  [14, 21],
  [22, 26],
  [27, 33],
  [34, 43],
  [47, 52],
]

export interface Mark {
  author: Author
  /** Which one of this author: 0, 1, 2 … */
  number: number
  at: number
  /** Letters to add, for a mark that weighs more. */
  gloss?: string
  /** For a mark that is changed: the number under which it was first put, and that of its last state. */
  replaces?: { first: number; last: number }
}

/** The update that puts a mark; the author's `number` is its clock as well. */
export function writeMark(mark: Mark): Uint8Array {
  const { author, number, replaces } = mark
  const key = `${author.id}.${localOf(author.index, replaces?.first ?? number)}`
  return encoding.encode((encoder) => {
    encoding.writeVarUint(encoder, 1)
    encoding.writeVarUint(encoder, 1)
    encoding.writeVarUint(encoder, author.client)
    encoding.writeVarUint(encoder, number)
    if (replaces === undefined) {
      // One JSON value (8) under a key (0x20) of a root map (1).
      encoding.writeUint8(encoder, 0x28)
      encoding.writeVarUint(encoder, 1)
      encoding.writeVarString(encoder, 'annotations')
      encoding.writeVarString(encoder, key)
    } else {
      // One JSON value after another struct (0x80), whose key it has.
      encoding.writeUint8(encoder, 0x88)
      encoding.writeVarUint(encoder, author.client)
      encoding.writeVarUint(encoder, replaces.last)
    }
    encoding.writeVarUint(encoder, 1)
    writeRecord(encoder, mark, key)
    if (replaces === undefined) {
      encoding.writeVarUint(encoder, 0)
      return
    }
    for (const part of [1, author.client, 1, replaces.last, 1]) encoding.writeVarUint(encoder, part)
  })
}

function writeRecord(encoder: encoding.Encoder, { author, number, at, gloss }: Mark, id: string): void {
  encoding.writeAny(encoder, {
    kind: 'claim',
    spans: [spans[number % spans.length] ?? [0, 5]],
    attributes: gloss === undefined ? {} : { gloss },
    id,
    author: author.id,
    at,
  })
}

function localOf(index: number, number: number): string {
  return filler + String(index).padStart(INDEX_DIGITS, '0') + String(number).padStart(NUMBER_DIGITS, '0')
}

/** Who and which, of every mark in a frame: [index, number, index, number, …]. */
export function findMarks(frame: Buffer): readonly number[] {
  return frame.length < CACHED_FROM ? scan(frame) : (cached(frame) ?? remember(frame))
}

// A merged frame goes to everybody, so it is read once and then recognised: comparing is many times faster than reading.
const CACHED_FROM = 2048
const CACHE = 32
const recent: { frame: Buffer; marks: readonly number[] }[] = []
let oldest = 0

function cached(frame: Buffer): readonly number[] | null {
  for (const entry of recent) if (entry.frame.length === frame.length && entry.frame.equals(frame)) return entry.marks
  return null
}

function remember(frame: Buffer): readonly number[] {
  const marks = scan(frame)
  recent[oldest] = { frame: Buffer.from(frame), marks }
  oldest = (oldest + 1) % CACHE
  return marks
}

function scan(frame: Buffer): readonly number[] {
  const marks: number[] = []
  for (let at = frame.indexOf(beforeId); at >= 0; at = frame.indexOf(beforeId, at)) {
    // Ids are shorter than 128 bytes, so the length is one byte.
    const length = frame[at + beforeId.length] ?? 0
    at += beforeId.length + 1 + length
    marks.push(
      digits(frame, at - NUMBER_DIGITS - INDEX_DIGITS, INDEX_DIGITS),
      digits(frame, at - NUMBER_DIGITS, NUMBER_DIGITS),
    )
  }
  return marks
}

function digits(bytes: Buffer, from: number, count: number): number {
  let value = 0
  for (let i = from; i < from + count; i++) value = value * 10 + (bytes[i] as number) - 48
  return value
}
