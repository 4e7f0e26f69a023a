/**
 * Talk about an annotation, a relation, or the article as a whole. A thread is a comment without `replyTo` and the
 * replies to it; whoever resolves or reopens it adds a record of their own, and the newest of those holds.
 */
import * as z from 'zod'
import { personId, recordBase, recordId, timestamp } from './record.ts'

export const MOST_CHARACTERS = 10_000
export const MOST_MENTIONS = 50

const remark = z.strictObject({
  ...recordBase,
  on: z.union([recordId, z.literal('article')]),
  replyTo: recordId.optional(),
  body: z.string().min(1).max(MOST_CHARACTERS),
  /** The people who are named in the body, to be told of it. */
  mentions: z.array(personId).min(1).max(MOST_MENTIONS).optional(),
  /** When it was first said, where it was put again since: `at` is always of the last change. */
  since: timestamp.optional(),
  /** When its author last changed what it says. */
  editedAt: timestamp.optional(),
  /** Flags that the guidelines do not say what the mark it is about should be. */
  gap: z.literal(true).optional(),
})

const turn = z.strictObject({ ...recordBase, thread: recordId, state: z.enum(['resolved', 'reopened']) })

export const commentSchema = z.union([remark, turn])

export type Comment = z.infer<typeof commentSchema>
/** What somebody said. */
export type Remark = z.infer<typeof remark>
/** Somebody's word that a thread is done, or is not. */
export type Turn = z.infer<typeof turn>
