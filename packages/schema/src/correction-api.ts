/** The bodies about what others corrected of one's own marks, in all articles of a project. */
import * as z from 'zod'
import { annotationSchema } from './annotation.ts'
import { personSchema } from './api.ts'
import { entityId } from './article.ts'
import { labelSetSchema } from './labelset.ts'
import { outcomes } from './outcome.ts'
import { verdictSchema } from './verdict.ts'

export const receivedSchema = z.object({
  annotation: annotationSchema,
  outcome: z.enum(outcomes),
  /** Those that say more than yes, the oldest first. */
  verdicts: z.array(verdictSchema),
  /** The words under the spans of the mark and of its corrections, by `keyOfSpans`. */
  words: z.record(z.string(), z.string()),
})

export const correctionsSchema = z.object({
  labelSet: labelSetSchema,
  /** The authors of the verdicts. */
  people: z.array(personSchema),
  /** Only articles in which there is something. */
  articles: z.array(z.object({ id: entityId, title: z.string(), items: z.array(receivedSchema) })),
  /** Articles of which what is stored is damaged. */
  damaged: z.array(z.object({ id: entityId, title: z.string() })),
  /** Where to go on reading; null after the last article. */
  next: z.int().nullable(),
  /** How many articles there are to look through. */
  total: z.int(),
})

export type Received = z.infer<typeof receivedSchema>
export type Corrections = z.infer<typeof correctionsSchema>

export function keyOfSpans(spans: readonly (readonly [number, number])[]): string {
  return spans.join(' ')
}
