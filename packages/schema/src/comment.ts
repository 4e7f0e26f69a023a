/**
 * Talk about an annotation, a relation, or the article as a whole. A thread is a comment without `replyTo` and the
 * replies to it; whoever resolves or reopens it adds a record of their own, and the newest of those holds.
 */
import * as z from 'zod'
import { personId, recordBase, recordId } from './record.ts'

const remark = z.strictObject({
  ...recordBase,
  on: z.union([recordId, z.literal('article')]),
  replyTo: recordId.optional(),
  body: z.string().min(1).max(10_000),
  /** The people who are named in the body, to be told of it. */
  mentions: z.array(personId).min(1).max(50).optional(),
})

const turn = z.strictObject({ ...recordBase, thread: recordId, state: z.enum(['resolved', 'reopened']) })

export const commentSchema = z.union([remark, turn])

export type Comment = z.infer<typeof commentSchema>
