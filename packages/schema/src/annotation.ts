/** An annotation: one person says that these words are a claim, a denial, an attribution, a citation … */
import * as z from 'zod'
import { order } from './order.ts'
import { isPersonId, isRecordId, recordBase } from './record.ts'
import { areSpans, spansSchema } from './span.ts'

/** The name of a kind, a relation type or an attribute, as the label set defines it. */
const term = /^[a-z][a-z0-9_-]{0,39}$/
export const termId = z.string().regex(term)

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

/**
 * Whether a value is an annotation, for the many that are: it says so of none that the schema would not take as it is. What
 * it does not know the schema may take all the same. An article may open with ten thousand, and the schema, without the
 * code that a strict page does not let it make, takes ten times as long for each.
 */
export function isPlainAnnotation(value: unknown): value is Annotation {
  if (!isPlain(value) || Object.keys(value).length !== 6) return false
  const { id, kind, spans, attributes, author, at } = value
  return (
    isRecordId(id) &&
    typeof kind === 'string' &&
    term.test(kind) &&
    areSpans(spans) &&
    areAttributes(attributes) &&
    isPersonId(author) &&
    Number.isSafeInteger(at) &&
    (at as number) >= 0
  )
}

function areAttributes(value: unknown): boolean {
  if (!isPlain(value)) return false
  const names = Object.keys(value)
  return names.length <= 32 && names.every((name) => term.test(name) && isAttribute(value[name]))
}

function isAttribute(value: unknown): boolean {
  return value === null || (typeof value === 'string' && value.length <= 2000)
}

/** Not one whose prototype somebody has set by a key: it would have more than its keys say. */
function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
}

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
