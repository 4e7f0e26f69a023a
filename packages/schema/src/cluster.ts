/**
 * Marks of several people over the same words, put together to be reviewed as one. Marks nest and overlap in any honest
 * annotation, so whatever touches is not yet the same: marks are paired best first, a person has one mark in a cluster,
 * and every two of it share most of their words. So the claim inside of a claim finds the other's claim inside of theirs.
 */
import { type Annotation, sortInTextOrder } from './annotation.ts'
import { order } from './order.ts'
import type { Outcome } from './outcome.ts'
import { hullOf, type Span, type Spans } from './span.ts'

/** The most that its marks differ in; `alone` where only one person marked the words. */
export const differences = ['alone', 'same', 'borders', 'kind'] as const
export type Difference = (typeof differences)[number]

export interface Cluster {
  /** The smallest id of its marks. */
  id: string
  /** In the order of a reader. */
  annotations: readonly Annotation[]
  /** Who made them, sorted. */
  people: readonly string[]
  difference: Difference
  /** The attributes to which two of them give different answers, sorted; where one gives none, they do not differ. */
  attributes: readonly string[]
  /** From the first to the last of all their words. */
  hull: Span
}

/** Marks that say the same of the same words. */
interface Unit {
  kind: string
  spans: Spans
  start: number
  end: number
  length: number
  marks: Annotation[]
  authors: Set<string>
}

/** Marks overlap a few deep; where somebody piles up thousands, each is compared with the nearest that began before it. */
const MOST_COMPARED = 96
/** Nobody could choose among more ways of marking the same words. */
const MOST_VIEWS = 24

/** All annotations in clusters, each in exactly one; in the order of a reader, and the same for everybody. */
export function clustersOf(annotations: Iterable<Annotation>): Cluster[] {
  const units = unitsOf(annotations)
  const clusterOf = units.map((_, i) => i)
  const members = units.map((_, i) => [i])
  const authors = units.map((unit) => unit.authors)
  for (const [a, b] of pairsOf(units)) {
    const [into, from] = [clusterOf[a] ?? a, clusterOf[b] ?? b]
    if (into === from) continue
    const [mine, theirs] = [members[into] ?? [], members[from] ?? []]
    if (mine.length + theirs.length > MOST_VIEWS || meet(authors[into], authors[from])) continue
    // Through a chain of neighbours marks would meet that have no word in common.
    const arePairs = mine.length + theirs.length === 2
    if (!arePairs && !mine.every((one) => theirs.every((other) => likeness(units[one], units[other]) > 0))) continue
    for (const one of theirs) clusterOf[one] = into
    members[into] = [...mine, ...theirs]
    authors[into] = new Set([...(authors[into] ?? []), ...(authors[from] ?? [])])
    members[from] = []
  }
  return members
    .filter((ones) => ones.length > 0)
    .map((ones) => clusterFrom(ones.flatMap((one) => units[one] ?? [])))
    .sort((a, b) => a.hull[0] - b.hull[0] || b.hull[1] - a.hull[1] || order(a.id, b.id))
}

function meet(a: ReadonlySet<string> | undefined, b: ReadonlySet<string> | undefined): boolean {
  if (!a || !b) return false
  const [few, many] = a.size < b.size ? [a, b] : [b, a]
  for (const one of few) if (many.has(one)) return true
  return false
}

function unitsOf(annotations: Iterable<Annotation>): Unit[] {
  const units = new Map<string, Unit>()
  for (const annotation of annotations) {
    const { kind, spans, author } = annotation
    const key = sameKey(annotation)
    const unit = units.get(key)
    if (!unit) {
      const [start, end] = hullOf(spans)
      const length = spans.reduce((sum, span) => sum + span[1] - span[0], 0)
      units.set(key, { kind, spans, start, end, length, marks: [annotation], authors: new Set([author]) })
    } else {
      unit.marks.push(annotation)
      unit.authors.add(author)
    }
  }
  // A total order, whatever order the marks came in.
  return [...units]
    .sort(([keyA, a], [keyB, b]) => a.start - b.start || b.end - a.end || order(keyA, keyB))
    .map(([, unit]) => unit)
}

/** The same for two annotations that say the same of the same words, whatever their attributes. */
export function sameKey({ kind, spans }: Pick<Annotation, 'kind' | 'spans'>): string {
  return `${kind} ${spans.join(' ')}`
}

/** The pairs that could be one, the most alike first; of equals, the first in the text. */
function pairsOf(units: readonly Unit[]): (readonly [number, number])[] {
  const pairs: (readonly [number, number])[] = []
  const keys: number[] = []
  let open: number[] = []
  units.forEach((unit, i) => {
    open = open.filter((one) => (units[one]?.end ?? 0) > unit.start)
    if (open.length > MOST_COMPARED) open = open.slice(-MOST_COMPARED)
    for (const one of open) {
      const score = likeness(units[one], unit)
      if (score === 0) continue
      // One number to sort by, which is many times faster than pairs: how unlike, and then which.
      keys.push(Math.round((2 - score) * 0xf_ffff) * 0x8000_0000 + pairs.length)
      pairs.push([one, i])
    }
    open.push(i)
  })
  return Array.from(Float64Array.from(keys).sort(), (key) => pairs[key % 0x8000_0000] ?? [0, 0])
}

/**
 * How alike two are, above 0 when they may be one. Of one kind, they share half of the shorter one's words, since people
 * mean the same and differ in how far it goes; of two kinds, half of all words, since an attribution within a claim is
 * not another view of it. The same kind weighs as much as half of the words.
 */
function likeness(a: Unit | undefined, b: Unit | undefined): number {
  if (!a || !b) return 0
  const shared = sharedLength(a.spans, b.spans)
  const all = a.length + b.length - shared
  if (a.kind === b.kind) return 2 * shared >= Math.min(a.length, b.length) ? 0.5 + shared / all : 0
  return 2 * shared >= all ? shared / all : 0
}

/** How many code units lie in both. */
export function sharedLength(a: Spans, b: Spans): number {
  let shared = 0
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    const [startA, endA] = a[i] ?? [0, 0]
    const [startB, endB] = b[j] ?? [0, 0]
    shared += Math.max(0, Math.min(endA, endB) - Math.max(startA, startB))
    if (endA < endB) i++
    else j++
  }
  return shared
}

function clusterFrom(units: readonly Unit[]): Cluster {
  const [only] = units
  const [mark] = only?.marks ?? []
  // Most are so.
  if (only && mark && units.length === 1 && only.marks.length === 1) {
    const { id, author } = mark
    return {
      id,
      annotations: [mark],
      people: [author],
      difference: 'alone',
      attributes: [],
      hull: [only.start, only.end],
    }
  }
  const annotations = sortInTextOrder(units.flatMap((unit) => unit.marks))
  const people = [...new Set(annotations.map(({ author }) => author))].sort(order)
  return {
    id: annotations.map(({ id }) => id).sort(order)[0] ?? '',
    annotations,
    people,
    difference: differenceOf(units, people.length),
    attributes: differingAttributes(annotations),
    hull: [Math.min(...units.map(({ start }) => start)), Math.max(...units.map(({ end }) => end))],
  }
}

function differenceOf(units: readonly Unit[], people: number): Difference {
  if (people === 1) return 'alone'
  if (units.some(({ kind }) => kind !== units[0]?.kind)) return 'kind'
  return units.length > 1 ? 'borders' : 'same'
}

/** The names of the attributes to which two of these give different answers. */
export function differingAttributes(annotations: readonly Annotation[]): string[] {
  if (annotations.length === 1) return []
  const answers = new Map<string, string | null>()
  const differing = new Set<string>()
  for (const { attributes } of annotations)
    for (const [name, value] of Object.entries(attributes)) {
      const other = answers.get(name)
      if (other === undefined) answers.set(name, value)
      else if (other !== value) differing.add(name)
    }
  return [...differing].sort(order)
}

/** Whether several people say the same in every respect. */
export function isUnanimous({ difference, attributes }: Cluster): boolean {
  return difference === 'same' && attributes.length === 0
}

/** The mark that says most of the words of a cluster whose marks agree; of equals, the first by id. */
export function fullest(annotations: readonly Annotation[]): Annotation | undefined {
  const answers = ({ attributes }: Annotation) => Object.keys(attributes).length
  return annotations.toSorted((a, b) => answers(b) - answers(a) || order(a.id, b.id))[0]
}

/**
 * Where the review of a cluster is: disputed or open for as long as one of its marks is, else accepted when one of them
 * is, else rejected. A mark that nobody judged and that says what an accepted one says keeps nothing open: it may be the
 * reviewer's own.
 */
export function stateOf({ annotations }: Cluster, outcomeOf: (id: string) => Outcome | undefined): Outcome {
  const accepted = new Set(annotations.filter(({ id }) => outcomeOf(id) === 'accepted').map(sameKey))
  const outcomes = annotations.map((one) => {
    const outcome = outcomeOf(one.id) ?? 'open'
    return outcome === 'open' && accepted.has(sameKey(one)) ? 'accepted' : outcome
  })
  return (['disputed', 'open', 'accepted'] as const).find((one) => outcomes.includes(one)) ?? 'rejected'
}
