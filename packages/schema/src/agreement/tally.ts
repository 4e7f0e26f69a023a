/**
 * What two layers of an article add up to: counts from which every figure of a pair is computed. They are sums over the
 * text, so those of several articles are added (pooled), and a bootstrap adds some of them more than once.
 */
import { align } from './alignment.ts'
import type { Mark } from './annotated.ts'
import { bothOf, type Cover, lengthsIn } from './cover.ts'
import { countDifferences, type DifferenceCounts } from './f1.ts'
import type { Relations } from './relations.ts'
import type { Place, Side } from './side.ts'
import { disagreementOf } from './unitizing.ts'

/** The counts of one kind, by their places in a tally. Marks of a kind are aligned with marks of that kind only. */
export const ofKind = {
  marksA: 0,
  marksB: 1,
  same: 2,
  borders: 3,
  /** Code units that both, only the first, only the second have marked, and all there are. */
  characters: 4,
  /** The same of tokens. */
  tokens: 8,
  /** Disagreement on where units begin and end: observed and expected, times the length of the text. */
  observed: 12,
  expected: 13,
} as const

const KIND_SIZE = 14

/** The counts of relations, behind those of the kinds. */
export const ofRelations = { relationsA: 0, relationsB: 1, exact: 2, aligned: 3 } as const

const RELATIONS_SIZE = 4

export type Tally = Float64Array

export function emptyTally(kinds: number): Tally {
  return new Float64Array(kinds * KIND_SIZE + RELATIONS_SIZE)
}

export function countOfKind(tally: Tally, kind: number, count: number): number {
  return tally[kind * KIND_SIZE + count] as number
}

export function countOfRelations(tally: Tally, count: number): number {
  return tally[tally.length - RELATIONS_SIZE + count] as number
}

export function addTally(sum: Tally, tally: Tally, times = 1): void {
  for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] as number) + times * (tally[i] as number)
}

export interface Compared {
  /** One for each piece of the article. What lies in two pieces counts where it begins. */
  pieces: Tally[]
  /** Over the marks of all kinds, aligned together. */
  differences: DifferenceCounts
  confusion: number[][]
  /** How many of the pairs in each cell of it have other borders. */
  otherBorders: number[][]
}

/** `kinds` are those the sides were made with; `relations` is null where nobody has any. */
export function compare(
  a: Side,
  b: Side,
  place: Place,
  kinds: readonly string[],
  relations: Relations | null,
): Compared {
  const pieces = place.ends.map(() => emptyTally(kinds.length))
  const add = (at: number, index: number, amount = 1) => {
    const piece = pieces[at] as Tally
    piece[index] = (piece[index] as number) + amount
  }
  for (const [i, ofA] of a.byKind.entries()) {
    const ofB = b.byKind[i] as Side['byKind'][number]
    const base = i * KIND_SIZE
    const { pairs, onlyA, onlyB } = align(ofA.marks, ofB.marks)
    for (const pair of pairs) {
      const at = pieceOf(place, pair.a, pair.b)
      add(at, base + ofKind.marksA)
      add(at, base + ofKind.marksB)
      add(at, base + (pair.difference === 'same' ? ofKind.same : ofKind.borders))
    }
    for (const mark of onlyA) add(pieceOf(place, mark), base + ofKind.marksA)
    for (const mark of onlyB) add(pieceOf(place, mark), base + ofKind.marksB)
    addCovers(ofA.characters, ofB.characters, place.ends, pieces, base + ofKind.characters)
    if (ofA.tokens && ofB.tokens) addCovers(ofA.tokens, ofB.tokens, place.tokenEnds, pieces, base + ofKind.tokens)
    // It has no pieces: a unit is near to or far from all others of the text.
    const { observed, expected } = disagreementOf(ofA.units, ofB.units, 0, place.length)
    add(0, base + ofKind.observed, observed * place.length)
    add(0, base + ofKind.expected, expected * place.length)
  }
  const together = align(a.marks, b.marks)
  if (relations) {
    const base = kinds.length * KIND_SIZE
    const { pairs, onlyA, onlyB } = relations.align(a, b, together)
    for (const { a, b, isExact } of pairs) {
      const at = pieceOf(place, a.from, b.from)
      add(at, base + ofRelations.relationsA)
      add(at, base + ofRelations.relationsB)
      add(at, base + ofRelations.aligned)
      if (isExact) add(at, base + ofRelations.exact)
    }
    for (const { from } of onlyA) add(pieceOf(place, from), base + ofRelations.relationsA)
    for (const { from } of onlyB) add(pieceOf(place, from), base + ofRelations.relationsB)
  }
  const [confusion, otherBorders] = [emptyConfusion(kinds.length), emptyConfusion(kinds.length)]
  const count = (matrix: number[][], row: number, column: number) => {
    const counts = matrix[row] as number[]
    counts[column] = (counts[column] as number) + 1
  }
  const none = kinds.length
  for (const { a, b, difference } of together.pairs) {
    const [row, column] = [kinds.indexOf(a.kind), kinds.indexOf(b.kind)]
    count(confusion, row, column)
    if (difference === 'borders' || difference === 'both') count(otherBorders, row, column)
  }
  for (const { kind } of together.onlyA) count(confusion, kinds.indexOf(kind), none)
  for (const { kind } of together.onlyB) count(confusion, none, kinds.indexOf(kind))
  return { pieces, differences: countDifferences(together), confusion, otherBorders }
}

/** Rows and columns are the kinds, and then “none”. */
export function emptyConfusion(kinds: number): number[][] {
  return Array.from({ length: kinds + 1 }, () => new Array<number>(kinds + 1).fill(0))
}

function addCovers(a: Cover, b: Cover, ends: readonly number[], pieces: Tally[], base: number): void {
  const [inA, inB, inBoth] = [lengthsIn(a, ends), lengthsIn(b, ends), lengthsIn(bothOf(a, b), ends)]
  for (const [i, tally] of pieces.entries()) {
    const both = inBoth[i] as number
    tally[base] = both
    tally[base + 1] = (inA[i] as number) - both
    tally[base + 2] = (inB[i] as number) - both
    tally[base + 3] = (ends[i] as number) - (ends[i - 1] ?? 0)
  }
}

/** The piece in which the first of the marks begins. */
function pieceOf({ ends }: Place, mark: Mark, other: Mark = mark): number {
  if (ends.length === 1) return 0
  const start = Math.min(mark.spans[0]?.[0] ?? 0, other.spans[0]?.[0] ?? 0)
  let low = 0
  let high = ends.length - 1
  while (low < high) {
    const middle = (low + high) >> 1
    if ((ends[middle] as number) > start) high = middle
    else low = middle + 1
  }
  return low
}
