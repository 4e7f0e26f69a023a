/**
 * What every record has: an id that names its author, so that one glance at a key tells who may write it, and the time
 * of the writer's clock. Records are plain JSON objects, replaced whole.
 */
import { uuidv4 } from 'lib0/random'
import * as z from 'zod'

/** The id of a person: what better-auth makes, or the name of an imported layer. It holds no dot. */
const person = /^[A-Za-z0-9_-]{1,64}$/
export const personId = z.string().regex(person)

/** `<author>.<local id>` */
const record = /^[A-Za-z0-9_-]{1,64}\.[A-Za-z0-9_-]{1,64}$/
export const recordId = z.string().regex(record)

/** What `personId` and `recordId` take, for where there are thousands. */
export const isPersonId = (value: unknown): boolean => typeof value === 'string' && person.test(value)
export const isRecordId = (value: unknown): boolean => typeof value === 'string' && record.test(value)

/** Milliseconds since 1970 by the writer's clock. */
export const timestamp = z.int().min(0)

/** How far a writer's clock may be ahead of the server's before a record is refused, in milliseconds. */
export const CLOCK_AHEAD_MS = 5 * 60_000

export const recordBase = { id: recordId, author: personId, at: timestamp }

/** A new id for a record of this author. (`crypto.randomUUID` is missing on pages served without TLS.) */
export function makeRecordId(author: string): string {
  return `${author}.${uuidv4()}`
}

/** The author named in a record's key; the empty string when the key names none. */
export function authorOf(id: string): string {
  return id.slice(0, Math.max(0, id.indexOf('.')))
}
