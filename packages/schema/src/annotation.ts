/** An annotation: one person says that these words are a claim, a denial, an attribution, a citation … */
import * as z from 'zod'
import { order } from './order.ts'
import { recordBase } from './record.ts'
import { spansSchema } from './span.ts'

/** The name of a kind, a relation type or an attribute, as the label set defines it. */
export const termId = z.string().regex(/^[a-z][a-z0-9_-]{0,39}$/)

/** Null says "looked for, and there is none" (an attribution without a source); a missing key says "not filled in". */
export const attributesSchema = z
  .record(termId, z.union([z.string().max(2000), z.null()]))
  .refine((attributes) => Object.keys(attributes).length <= 32, 'more than 32 attributes')

export const annotationSchema = z.strictObject({
  ...recordBase,
  kind: termId,
  spans: spansSchema,
  attributes: attributesSchema,
})

export type Annotation = z.infer<typeof annotationSchema>
export type Attributes = z.infer<typeof attributesSchema>

/** The order of a reader: by start, then the longer first, then by kind and id, so that it is the same for everybody. */
export function inTextOrder(a: Annotation, b: Annotation): number {
  const [startA, endA] = [a.spans[0]?.[0] ?? 0, a.spans.at(-1)?.[1] ?? 0]
  const [startB, endB] = [b.spans[0]?.[0] ?? 0, b.spans.at(-1)?.[1] ?? 0]
  return startA - startB || endB - endA || order(a.kind, b.kind) || order(a.id, b.id)
}

/** The annotations in the order of a reader. With the ends looked up once, ten thousand take a few milliseconds. */
export function sortInTextOrder(annotations: Iterable<Annotation>): Annotation[] {
  const keyed = Array.from(annotations, (one) => ({
    one,
    start: one.spans[0]?.[0] ?? 0,
    end: one.spans.at(-1)?.[1] ?? 0,
  }))
  keyed.sort((a, b) => a.start - b.start || b.end - a.end || inTextOrder(a.one, b.one))
  return keyed.map(({ one }) => one)
}
