/**
 * The words of the wire: y-websocket's message types and the two of our own, close codes, refusals, limits.
 * PROTOCOL.md, beside this folder, has the grammar and what a client may count on.
 */
import * as z from 'zod'
import { personId } from './record.ts'

/** The first variable-length integer of each binary frame. 0 to 3 are y-websocket's. */
export const message = {
  sync: 0,
  awareness: 1,
  auth: 2,
  queryAwareness: 3,
  /** `[102, n]`: sent by a client after a change, sent back once all before it is on disk. */
  saved: 102,
  /**
   * `[103, reason]`: sent by the server before it closes with a code of 44xx; and, with the reason `damaged-room`, on
   * joining a room that can only be read: nothing sent to it is kept, and no barrier comes back.
   */
  refused: 103,
} as const

/**
 * Why a connection ends. y-websocket 3 takes 4400 to 4499 as final and comes back after any other code,
 * so a code in that range is only for what trying again cannot mend.
 */
export const closeCode = {
  goingAway: 1001,
  textFrame: 1003,
  malformed: 4400,
  signIn: 4401,
  noAccess: 4403,
  gone: 4404,
  startAfresh: 4409,
  refused: 4422,
  /** The frame or the queue is too large, or there are too many messages. */
  tooMuch: 1009,
  /** There are too many connections already, of this person, from this address or in this room. */
  tryLater: 1013,
  notSaved: 4500,
  /** The person's role, or what the room's records are judged against, is another now: read the article anew. */
  changed: 4501,
  tooSlow: 4503,
} as const

/** Every reason for which a change is refused; a closed list, because the page has words for each. */
export const refusals = [
  'malformed-update',
  'too-much',
  'malformed-record',
  'unknown-root',
  'not-a-record',
  'not-yours',
  'read-only',
  'clock-ahead',
  'out-of-range',
  'cuts-character',
  'unknown-kind',
  'unknown-attribute',
  'unknown-relation',
  'own-mark',
  'may-not-judge',
  'foreign-client',
  /** An owner of the project has taken this record out; only an owner can bring it back. */
  'removed',
  /** The article has a newer revision: what is in this one stays as it is. */
  'old-revision',
  /** The article is signed off: nothing in it changes until somebody reopens it. */
  'signed-off',
] as const

export type Refusal = (typeof refusals)[number]

/** What the server says without an update to refuse; all but `damaged-room` come with a final code. */
export const endings = [
  'no-session',
  'no-access',
  'no-such-room',
  'damaged-room',
  'malformed-message',
  'text-frame',
] as const

export const reasonSchema = z.enum([...refusals, ...endings])

export type Reason = z.infer<typeof reasonSchema>

export const limits = {
  /** Bytes of one websocket message. */
  frameBytes: 1024 * 1024,
  /** Bytes of one presence entry's JSON. */
  presenceBytes: 4096,
  /** Bytes waiting to be sent to one connection before it is cut off. */
  queuedBytes: 1024 * 1024,
  /** How long presence messages are gathered before they are sent on together, in milliseconds. */
  presenceBatchMs: 40,
  /** Structs of one update. */
  structs: 10_000,
  /** Properties of one object and items of one list in an update. */
  items: 64,
  /** Yjs client ids that one update may bring into a room. */
  newClients: 64,
  /** Yjs client ids of one person in one room, ever: each stays in the state vector for good. */
  clients: 4096,
  /** Yjs client ids of everybody in one room, ever. */
  roomClients: 65_536,
  /** Structs of one Yjs client id in a room; what follows on each other under one key counts once. */
  clientStructs: 100_000,
} as const

/** The path of a room; `y-websocket` is given `/sync` and the room's name. */
export const syncPath = '/sync'

const offsets = z
  .tuple([z.int().min(0), z.int().min(0)])
  .nullable()
  .optional()

/** What the others see of a person in the room. `user` is written by the server from the session, whatever is sent. */
export const presenceSchema = z.object({
  user: z.object({ id: personId, name: z.string().max(260), color: z.int().min(0).max(11) }),
  /** The words selected now, as [start, end) in UTF-16 code units. */
  selection: offsets,
  /** The part of the text that is in their window, as far as they show it. */
  view: offsets,
  /** The person whom they follow: what they see is what that person sees. */
  follows: personId.nullable().optional(),
})

export type Presence = z.infer<typeof presenceSchema>
