/**
 * Makes one update out of many that passed the gate, as `Y.mergeUpdates` does, in a tenth of its time: what one client
 * wrote is put behind what it wrote before, byte for byte. It is told to every page, and is the answer to each that comes.
 */
import * as Y from 'yjs'
import { Reader } from './reader.ts'
import { type DeletedRange, passStruct, readDeleted } from './update.ts'
import { Writer } from './writer.ts'

/** What one client wrote, without a gap. */
interface Course {
  start: number
  end: number
  structs: number
  bytes: Uint8Array[]
}

/** In the order in which they were accepted. Where something is missing in between, Yjs is left to do it. */
export function mergeUpdates(updates: readonly Uint8Array[]): Uint8Array {
  const [first] = updates
  if (first && updates.length === 1) return first
  const courses = new Map<number, Course>()
  const deleted = new Map<number, DeletedRange[]>()
  let size = 0
  for (const update of updates) {
    const reader = new Reader(update)
    size += update.length
    if (!followOn(reader, courses)) return Y.mergeUpdates([...updates])
    for (const [client, ranges] of readDeleted(reader)) {
      const known = deleted.get(client)
      if (!known) deleted.set(client, ranges)
      else for (const range of ranges) known.push(range)
    }
  }
  return write(courses, deleted, size)
}

/** Puts what each client wrote behind what it wrote before; false when it does not follow on it. */
function followOn(reader: Reader, courses: Map<number, Course>): boolean {
  for (let lines = reader.uint(); lines > 0; lines--) {
    const structs = reader.uint()
    const client = reader.uint()
    const start = reader.uint()
    const from = reader.position
    let end = start
    for (let left = structs; left > 0; left--) {
      const length = passStruct(reader)
      if (length === 0) return false
      end += length
    }
    const course = courses.get(client) ?? { start, end: start, structs: 0, bytes: [] }
    if (course.end !== start) return false
    courses.set(client, course)
    course.end = end
    course.structs += structs
    course.bytes.push(reader.slice(from, reader.position))
  }
  return true
}

function write(courses: Map<number, Course>, deleted: Map<number, DeletedRange[]>, size: number): Uint8Array {
  const writer = new Writer(size)
  writer.uint(courses.size)
  // As Yjs writes them, and believes them to be when it merges.
  for (const [client, { structs, start, bytes }] of [...courses].sort(([a], [b]) => b - a)) {
    writer.uint(structs)
    writer.uint(client)
    writer.uint(start)
    for (const some of bytes) writer.bytes(some)
  }
  writer.uint(deleted.size)
  for (const [client, ranges] of deleted) {
    const joined = join(ranges)
    writer.uint(client)
    writer.uint(joined.length)
    for (const { clock, length } of joined) {
      writer.uint(clock)
      writer.uint(length)
    }
  }
  return writer.written
}

/** Sorted, and apart. */
function join(ranges: readonly DeletedRange[]): DeletedRange[] {
  const joined: DeletedRange[] = []
  for (const { clock, length } of ranges.toSorted((a, b) => a.clock - b.clock)) {
    const last = joined.at(-1)
    if (last && clock <= last.clock + last.length) last.length = Math.max(last.length, clock + length - last.clock)
    else joined.push({ clock, length })
  }
  return joined
}
