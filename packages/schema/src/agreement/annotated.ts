/**
 * What agreement is computed from: an article, and what each person has marked in it. All offsets and lengths are UTF-16
 * code units, the unit of spans; a character outside the Basic Multilingual Plane counts as two of them.
 *
 * A person who has worked on an article has a layer in it, with nothing in it when they found nothing to mark. Whoever has
 * no layer has not seen it, and what they would have marked is a gap, never a disagreement.
 */
import type { Annotation } from '../annotation.ts'
import type { Relation } from '../relation.ts'

/** What is compared of a mark; annotations are marks. */
export type Mark = Pick<Annotation, 'id' | 'kind' | 'spans'>
export type Link = Pick<Relation, 'id' | 'type' | 'from' | 'to'>

/** The marks of one person in one article. A `Layer` is one. */
export interface MarkedLayer {
  person: string
  annotations: readonly (Mark & Pick<Annotation, 'at'>)[]
  relations: readonly Link[]
}

export interface Annotated {
  /** The id of the article. */
  article: string
  /** The length of its text. */
  length: number
  /** Without its text nothing is computed by tokens, and no interval within one article. */
  text?: string
  layers: readonly MarkedLayer[]
  /** What the marks are held against; without it the article does not count in what is said of gold. */
  gold?: { annotations: readonly Mark[]; relations: readonly Link[] }
}

/** Why a figure is not defined. */
export const reasons = [
  /** Nobody of those compared has marked anything (of this kind), or a layer without marks has no precision. */
  'no-marks',
  'no-relations',
  /** All that was seen falls into one category, so agreement by chance is certain, and the figure is 0 / 0. */
  'one-category',
  /** Fewer than two people have worked on the same article. */
  'not-shared',
  'no-text',
  /** More marks than the measure is computed for. */
  'too-many-marks',
  /** It was not asked for. */
  'not-computed',
] as const

export type Reason = (typeof reasons)[number]

/** A figure, or why there is none; never NaN. */
export type Value = { value: number } | { value: null; reason: Reason }

/** A quotient; `reason` says why there is none when nothing is divided by. */
export function quotient(above: number, below: number, reason: Reason): Value {
  return below === 0 ? { value: null, reason } : { value: above / below }
}

/** The plain mean of those that are defined; when none is, there is none for the reason of the first. */
export function meanOf(values: readonly Value[]): Value {
  const defined = values.filter(isDefined)
  if (defined.length > 0) return { value: defined.reduce((sum, { value }) => sum + value, 0) / defined.length }
  const [first] = values
  return { value: null, reason: first && !isDefined(first) ? first.reason : 'not-shared' }
}

export function isDefined(value: Value): value is { value: number } {
  return value.value !== null
}
