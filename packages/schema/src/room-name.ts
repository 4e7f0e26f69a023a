/**
 * The names of rooms: the id of an article, or of one person's own room for it. This is the only file that makes and
 * reads them, so that no second spelling opens the same room.
 */
import * as z from 'zod'
import { entityId } from './article.ts'
import { personId } from './record.ts'

/** It is in no id, means nothing in an address, and sorts after all that ids are made of. */
const MARK = '~'

/** `<article>` or `<article>~<person>` */
export const roomName = z.string().refine((name) => readRoomName(name) !== null, 'This is no name of a room.')

/** Where a person marks a blind article, unseen by the others. Throws when either is no id. */
export function layerRoom(article: string, person: string): string {
  const name = `${article}${MARK}${person}`
  if (!readRoomName(name)?.person)
    throw new RangeError(`no room for the article “${article}” and the person “${person}”`)
  return name
}

/** The article a room is of, and whose it is, null for everybody's; null for what is no name of a room. */
export function readRoomName(name: string): { article: string; person: string | null } | null {
  const at = name.indexOf(MARK)
  const article = at < 0 ? name : name.slice(0, at)
  if (!entityId.safeParse(article).success) return null
  if (at < 0) return { article, person: null }
  const person = name.slice(at + 1)
  return personId.safeParse(person).success ? { article, person } : null
}

/** The names of all layer rooms of an article, and of nothing else, are after the first and before the second of these. */
export const layerRoomBounds = [MARK, String.fromCharCode(MARK.charCodeAt(0) + 1)] as const
