/**
 * What is drawn under a sentence: for each party a row with the lines of its marks, in lanes as in the article, and the
 * words cut into pieces at the borders of all of them. A piece says how far those who are compared agree about it.
 */
import type { Annotation } from '@attest/schema/annotation'
import type { Article } from '@attest/schema/article'
import { Layout } from '@attest/schema/segment'
import type { Span } from '@attest/schema/span'
import { type Compared, GOLD } from './differences.ts'

/** Lanes of a row that have a line of their own, as in the article; marks in deeper ones share one hatched line. */
export const LANES = 3

export interface Line {
  /** The index of the party. */
  row: number
  lane: number
  kind: string
  id: string
}

export interface Piece {
  start: number
  end: number
  lines: readonly Line[]
  /** How large the part of those is who say the same of these words; null where nobody says anything to compare. */
  agreement: number | null
}

export interface Strips {
  /** The sentences that the text is cut into, each with the index of what touches it. */
  readonly sentences: readonly Span[]
  /** By sentence, the comparisons whose first word is in it, in the order of the text. */
  readonly beginning: readonly (readonly Compared[])[]
  /** Whether any mark that is shown lies in the sentence. */
  isMarked(sentence: number): boolean
  /** The pieces of a sentence, one after the other and without a gap. */
  piecesOf(sentence: number): Piece[]
  /** For each party how many lanes its marks need in this sentence: 1 to `LANES`. */
  depthsOf(sentence: number): number[]
}

interface Placed {
  mark: Annotation
  row: number
  lane: number
  isOpen: boolean
}

export function makeStrips(
  { blocks }: Pick<Article, 'blocks'>,
  sentences: readonly Span[],
  parties: readonly string[],
  shown: readonly Compared[],
): Strips {
  const rows = new Map(parties.map((id, i) => [id, i]))
  const end = blocks.at(-1)?.end ?? 0
  const layouts = parties.map(() => new Layout(blocks))
  const open = new Set(shown.flatMap((one) => (one.isUndecided ? one.annotations.map(({ id }) => id) : [])))
  const marks = shown
    .flatMap((one) => one.annotations)
    // What is of another version of the text has no place in this one.
    .filter((one) => rows.has(one.author) && (one.spans.at(-1)?.[1] ?? 0) <= end)
    // Oldest first, as in the article, so that its lanes are the same as there.
    .sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1))
  const inSentence = new Map<number, Placed[]>()
  for (const mark of marks) {
    const row = rows.get(mark.author) ?? 0
    const layout = layouts[row]
    if (!layout) continue
    layout.put(mark)
    const placed = { mark, row, lane: layout.laneOf(mark.id), isOpen: open.has(mark.id) }
    for (const sentence of sentencesUnder(sentences, mark.spans)) {
      const within = inSentence.get(sentence)
      if (within) within.push(placed)
      else inSentence.set(sentence, [placed])
    }
  }
  const beginning = sentences.map((): Compared[] => [])
  for (const one of shown) beginning[sentenceOf(sentences, one)]?.push(one)
  return {
    sentences,
    beginning,
    isMarked: (sentence) => inSentence.has(sentence),
    piecesOf(sentence) {
      const span = sentences[sentence]
      if (!span) throw new RangeError(`no sentence ${sentence}`)
      return cut(span, inSentence.get(sentence) ?? [], parties)
    },
    depthsOf(sentence) {
      const depths = parties.map(() => 1)
      for (const { row, lane } of inSentence.get(sentence) ?? [])
        depths[row] = Math.max(depths[row] ?? 1, Math.min(LANES, lane + 1))
      return depths
    },
  }
}

/** The index of the sentence in which a comparison begins; -1 where there are no sentences. */
export function sentenceOf(sentences: readonly Span[], { hull }: Pick<Compared, 'hull'>): number {
  return Math.min(firstEndingAfter(sentences, hull[0]), sentences.length - 1)
}

function firstEndingAfter(sentences: readonly Span[], offset: number): number {
  let low = 0
  let high = sentences.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((sentences[middle]?.[1] ?? 0) <= offset) low = middle + 1
    else high = middle
  }
  return low
}

function sentencesUnder(sentences: readonly Span[], spans: readonly Span[]): Set<number> {
  const found = new Set<number>()
  for (const [start, end] of spans)
    for (let i = firstEndingAfter(sentences, start); i < sentences.length; i++) {
      if ((sentences[i]?.[0] ?? 0) >= end) break
      found.add(i)
    }
  return found
}

function cut([from, to]: Span, within: readonly Placed[], parties: readonly string[]): Piece[] {
  const cuts = new Set([from, to])
  for (const { mark } of within)
    for (const [start, end] of mark.spans) {
      if (start > from && start < to) cuts.add(start)
      if (end > from && end < to) cuts.add(end)
    }
  const borders = [...cuts].sort((a, b) => a - b)
  return borders.slice(0, -1).map((start, i) => {
    const over = within.filter(({ mark }) => mark.spans.some((span) => span[0] <= start && start < span[1]))
    return {
      start,
      end: borders[i + 1] ?? to,
      lines: over.map(({ row, lane, mark }) => ({ row, lane, kind: mark.kind, id: mark.id })),
      agreement: agreementOn(over, parties),
    }
  })
}

/** The part of the parties that says the same kinds of these words, of the largest group that does. */
function agreementOn(over: readonly Placed[], parties: readonly string[]): number | null {
  if (over.length === 0) return null
  const isOpen = over.some((one) => one.isOpen) && !over.some(({ row }) => parties[row] === GOLD)
  const asked = isOpen ? parties.filter((id) => id !== GOLD) : parties
  if (asked.length < 2) return null
  const said = Map.groupBy(asked, (id) =>
    [...new Set(over.filter(({ row }) => parties[row] === id).map(({ mark }) => mark.kind))].sort().join(),
  )
  return Math.max(...Array.from(said.values(), (group) => group.length)) / asked.length
}
