/**
 * Which mark of one layer stands for which of another: every mark is used once, and the best matches come first. How well
 * two marks match is the share of words they have in common (Dice: twice what both cover, over what each covers), halved
 * when they are of different kinds. So the same words as the same kind come first, and a mark of another kind is only
 * taken for it where no mark of its own kind covers half as much of the same. Marks that share no code unit are never
 * aligned.
 *
 * It is greedy, as SemEval-2013 task 9 and its tools are, not the best in sum: people must be able to see why two marks
 * were put together. Which layer is called first changes nothing.
 */
import { order } from '../order.ts'
import { isSameSpans, lengthOf, type Spans } from '../span.ts'
import type { Mark } from './annotated.ts'

/** How two aligned marks differ; `both` is in borders and in kind. */
export const differences = ['same', 'borders', 'kind', 'both'] as const

export type Difference = (typeof differences)[number]

export interface Aligned<A extends Mark = Mark, B extends Mark = A> {
  a: A
  b: B
  difference: Difference
}

/** In the order of the text, as far as the layers were; the best match first is only how they were found. */
export interface Alignment<A extends Mark = Mark, B extends Mark = A> {
  pairs: Aligned<A, B>[]
  onlyA: A[]
  onlyB: B[]
}

interface Placed<M> {
  mark: M
  start: number
  end: number
  length: number
  isTaken: boolean
}

interface Candidate<A, B> {
  a: Placed<A>
  b: Placed<B>
  score: number
}

export function align<A extends Mark, B extends Mark>(a: readonly A[], b: readonly B[]): Alignment<A, B> {
  const placedA = place(a)
  const placedB = place(b)
  const pairs: Aligned<A, B>[] = []
  const take = ({ a, b }: Pick<Candidate<A, B>, 'a' | 'b'>) => {
    if (a.isTaken || b.isTaken) return
    a.isTaken = true
    b.isTaken = true
    pairs.push({ a: a.mark, b: b.mark, difference: differenceOf(a.mark, b.mark) })
  }
  const open = <M>(placed: Placed<M>[]) => placed.filter(({ isTaken }) => !isTaken)
  const rest = <M>(placed: Placed<M>[]) => open(placed).map(({ mark }) => mark)
  // The same marks would be the best candidates; there may be thousands, and they are found without comparing all with all.
  for (const same of sameMarks(placedA, placedB)) take(same)
  for (const candidate of candidates(open(placedA), open(placedB)).sort(bestFirst)) take(candidate)
  return {
    pairs: pairs.sort((one, other) => startOf(one.a) - startOf(other.a) || startOf(one.b) - startOf(other.b)),
    onlyA: rest(placedA),
    onlyB: rest(placedB),
  }
}

export function differenceOf(a: Mark, b: Mark): Difference {
  if (isSameSpans(a.spans, b.spans)) return a.kind === b.kind ? 'same' : 'kind'
  return a.kind === b.kind ? 'borders' : 'both'
}

/**
 * The marks of one layer without those that say the same twice (same kind, same spans): the first of them stays. Agreement
 * is about sets.
 */
export function withoutTwins<M extends Mark>(marks: readonly M[]): { marks: M[]; standsFor: Map<string, string> } {
  const firsts = new Map<string, M>()
  /** For each that was left out, the id of the one that stayed. */
  const standsFor = new Map<string, string>()
  for (const mark of marks) {
    const key = `${mark.kind} ${mark.spans.join(' ')}`
    const first = firsts.get(key)
    if (first) standsFor.set(mark.id, first.id)
    else firsts.set(key, mark)
  }
  return { marks: [...firsts.values()], standsFor }
}

/** How many code units both cover. Both are sorted and apart, as a mark's spans are. */
export function sharedLength(a: Spans, b: Spans): number {
  let shared = 0
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    const [startA, endA] = a[i] as Spans[number]
    const [startB, endB] = b[j] as Spans[number]
    shared += Math.max(0, Math.min(endA, endB) - Math.max(startA, startB))
    if (endA < endB) i++
    else j++
  }
  return shared
}

function startOf(mark: Mark): number {
  return mark.spans[0]?.[0] ?? 0
}

/** Sorted by where they begin, the longer first, then by id. Marks without a length cannot be aligned, but are still there. */
function place<M extends Mark>(marks: readonly M[]): Placed<M>[] {
  return marks
    .map((mark) => ({
      mark,
      start: startOf(mark),
      end: mark.spans.at(-1)?.[1] ?? 0,
      length: lengthOf(mark.spans),
      isTaken: false,
    }))
    .sort((a, b) => inPlace(a, b) || order(a.mark.id, b.mark.id))
}

function inPlace(a: Placed<Mark>, b: Placed<Mark>): number {
  return a.start - b.start || b.end - a.end
}

/** The pairs of the same kind and spans; of twins, each with each. */
function sameMarks<A extends Mark, B extends Mark>(a: Placed<A>[], b: Placed<B>[]): Pick<Candidate<A, B>, 'a' | 'b'>[] {
  const found: Pick<Candidate<A, B>, 'a' | 'b'>[] = []
  let first = 0
  for (const one of a) {
    while (first < b.length && inPlace(b[first] as Placed<B>, one) < 0) first++
    for (let i = first; i < b.length && inPlace(b[i] as Placed<B>, one) === 0; i++) {
      const other = b[i] as Placed<B>
      if (one.length > 0 && differenceOf(one.mark, other.mark) === 'same') found.push({ a: one, b: other })
    }
  }
  return found
}

function candidates<A extends Mark, B extends Mark>(a: Placed<A>[], b: Placed<B>[]): Candidate<A, B>[] {
  const found: Candidate<A, B>[] = []
  // The furthest end so far never falls, so whatever lies before the first that reaches a mark need not be looked at again.
  const reach: number[] = []
  for (const { end } of b) reach.push(Math.max(end, reach.at(-1) ?? 0))
  let first = 0
  for (const one of a) {
    while (first < b.length && (reach[first] as number) <= one.start) first++
    for (let i = first; i < b.length; i++) {
      const other = b[i] as Placed<B>
      if (other.start >= one.end) break
      if (other.end <= one.start) continue
      const shared = sharedLength(one.mark.spans, other.mark.spans)
      if (shared === 0) continue
      const dice = (2 * shared) / (one.length + other.length)
      found.push({ a: one, b: other, score: one.mark.kind === other.mark.kind ? dice : dice / 2 })
    }
  }
  return found
}

/**
 * The better first, then the one that begins first. Where two candidates are as good, what decides may not depend on which
 * layer is called first, or the figures would.
 */
function bestFirst<A extends Mark, B extends Mark>(one: Candidate<A, B>, other: Candidate<A, B>): number {
  return (
    other.score - one.score ||
    Math.min(one.a.start, one.b.start) - Math.min(other.a.start, other.b.start) ||
    Math.max(one.a.start, one.b.start) - Math.max(other.a.start, other.b.start) ||
    Math.min(one.a.end, one.b.end) - Math.min(other.a.end, other.b.end) ||
    Math.max(one.a.end, one.b.end) - Math.max(other.a.end, other.b.end) ||
    order(bothOf(one), bothOf(other))
  )
}

function bothOf({ a, b }: Candidate<Mark, Mark>): string {
  const [keyA, keyB] = [keyOf(a.mark), keyOf(b.mark)]
  return keyA < keyB ? `${keyA} ${keyB}` : `${keyB} ${keyA}`
}

function keyOf(mark: Mark): string {
  return `${mark.kind} ${mark.spans.join(' ')} ${mark.id}`
}
