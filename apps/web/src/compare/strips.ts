/**
 * What is drawn under a sentence: for each party a row with the lines of its marks, in lanes as in the article, and the
 * words cut into pieces at the borders of all of them. A piece says how far those who are compared agree about it.
 */
import type { Article } from '@attest/schema/article'
import { Layout } from '@attest/schema/segment'
import type { Span, Spans } from '@attest/schema/span'
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

/**
 * Where the marks lie, of all sentences, in lists of numbers: a worker finds it out, and what is handed over so costs the
 * page nothing, however many marks there are. Marks have numbers, in the order in which they were made.
 */
export interface Laid {
  /** Start and end of each sentence. */
  sentences: Int32Array
  ids: readonly string[]
  /** Those that occur, each once; a mark has the index of its own. */
  kinds: readonly string[]
  kindOf: Uint16Array
  rowOf: Uint8Array
  laneOf: Uint16Array
  /** 1 for a mark that no verdict holds about yet, where that matters. */
  isOpen: Uint8Array
  spans: Lists
  /** For each sentence, the marks in it. */
  marksIn: Lists
}

/** Lists of numbers, one behind the other; the list `i` goes from `from[i]` to `from[i + 1]`. */
interface Lists {
  from: Int32Array
  items: Int32Array
}

interface Placed {
  id: string
  kind: string
  spans: Spans
  row: number
  lane: number
  isOpen: boolean
}

export function layStrips(
  { blocks }: Pick<Article, 'blocks'>,
  sentences: readonly Span[],
  parties: readonly string[],
  shown: readonly Compared[],
): Laid {
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
  const kinds = [...new Set(marks.map(({ kind }) => kind))]
  const kindIndex = new Map(kinds.map((kind, i) => [kind, i]))
  const inSentence = sentences.map((): number[] => [])
  const laneOf = new Uint16Array(marks.length)
  for (const [i, mark] of marks.entries()) {
    const layout = layouts[rows.get(mark.author) ?? 0]
    layout?.put(mark)
    laneOf[i] = layout?.laneOf(mark.id) ?? 0
    for (const sentence of sentencesUnder(sentences, mark.spans)) inSentence[sentence]?.push(i)
  }
  return {
    sentences: Int32Array.from(sentences.flat()),
    ids: marks.map(({ id }) => id),
    kinds,
    kindOf: Uint16Array.from(marks, ({ kind }) => kindIndex.get(kind) ?? 0),
    rowOf: Uint8Array.from(marks, ({ author }) => rows.get(author) ?? 0),
    laneOf,
    isOpen: Uint8Array.from(marks, ({ id }) => Number(open.has(id))),
    spans: putLists(marks.map(({ spans }) => spans.flat())),
    marksIn: putLists(inSentence),
  }
}

/** What a message may hand over instead of copying it. */
export function buffersOf({ sentences, kindOf, rowOf, laneOf, isOpen, spans, marksIn }: Laid): ArrayBufferLike[] {
  const arrays = [sentences, kindOf, rowOf, laneOf, isOpen, spans.from, spans.items, marksIn.from, marksIn.items]
  return arrays.map(({ buffer }) => buffer)
}

/** `shown` is what `laid` was made of. */
export function readStrips(laid: Laid, parties: readonly string[], shown: readonly Compared[]): Strips {
  const sentences = pairsIn(laid.sentences)
  const beginning = sentences.map((): Compared[] => [])
  for (const one of shown) beginning[sentenceOf(sentences, one)]?.push(one)
  const marksIn = (sentence: number) => Array.from(listAt(laid.marksIn, sentence))
  const placed = (mark: number): Placed => ({
    id: laid.ids[mark] ?? '',
    kind: laid.kinds[laid.kindOf[mark] ?? 0] ?? '',
    spans: pairsIn(listAt(laid.spans, mark)),
    row: laid.rowOf[mark] ?? 0,
    lane: laid.laneOf[mark] ?? 0,
    isOpen: laid.isOpen[mark] === 1,
  })
  return {
    sentences,
    beginning,
    isMarked: (sentence) => listAt(laid.marksIn, sentence).length > 0,
    piecesOf(sentence) {
      const span = sentences[sentence]
      if (!span) throw new RangeError(`no sentence ${sentence}`)
      return cut(span, marksIn(sentence).map(placed), parties)
    },
    depthsOf(sentence) {
      const depths = parties.map(() => 1)
      for (const mark of marksIn(sentence)) {
        const row = laid.rowOf[mark] ?? 0
        depths[row] = Math.max(depths[row] ?? 1, Math.min(LANES, (laid.laneOf[mark] ?? 0) + 1))
      }
      return depths
    },
  }
}

function putLists(lists: readonly (readonly number[])[]): Lists {
  const from = new Int32Array(lists.length + 1)
  for (const [i, list] of lists.entries()) from[i + 1] = (from[i] ?? 0) + list.length
  return { from, items: Int32Array.from(lists.flat()) }
}

function listAt({ from, items }: Lists, index: number): Int32Array {
  return items.subarray(from[index], from[index + 1])
}

function pairsIn(numbers: Int32Array): Span[] {
  return Array.from({ length: numbers.length / 2 }, (_, i) => [numbers[2 * i] ?? 0, numbers[2 * i + 1] ?? 0] as const)
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
  for (const { spans } of within)
    for (const [start, end] of spans) {
      if (start > from && start < to) cuts.add(start)
      if (end > from && end < to) cuts.add(end)
    }
  const borders = [...cuts].sort((a, b) => a - b)
  return borders.slice(0, -1).map((start, i) => {
    const over = within.filter(({ spans }) => spans.some((span) => span[0] <= start && start < span[1]))
    return {
      start,
      end: borders[i + 1] ?? to,
      lines: over.map(({ row, lane, kind, id }) => ({ row, lane, kind, id })),
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
    [...new Set(over.filter(({ row }) => parties[row] === id).map(({ kind }) => kind))].sort().join(),
  )
  return Math.max(...Array.from(said.values(), (group) => group.length)) / asked.length
}
