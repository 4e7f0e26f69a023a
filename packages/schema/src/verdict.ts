/** A verdict: one reviewer's decision about one annotation, with the correction they propose; never a write into it. */
import * as z from 'zod'
import { attributesSchema, termId } from './annotation.ts'
import { recordBase, recordId } from './record.ts'
import { spansSchema } from './span.ts'

export const decisions = ['accept', 'reject', 'duplicate', 'unsure'] as const

export const verdictSchema = z
  .strictObject({
    ...recordBase,
    /** The annotation it is about. */
    on: recordId,
    decision: z.enum(decisions),
    /** With `duplicate`: the annotation that stands for both. */
    of: recordId.optional(),
    fix: z
      .strictObject({
        kind: termId.optional(),
        spans: spansSchema.optional(),
        attributes: attributesSchema.optional(),
      })
      .optional(),
    note: z.string().min(1).max(2000).optional(),
  })
  .refine((verdict) => (verdict.decision === 'duplicate') === (verdict.of !== undefined), '`of` goes with duplicate')

export type Verdict = z.infer<typeof verdictSchema>
export type Decision = Verdict['decision']
