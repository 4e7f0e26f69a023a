/**
 * Spans of a text: half-open ranges [start, end) counted in UTF-16 code units, the unit of JavaScript strings, the DOM
 * and ProseMirror. Whatever a person selects is fitted here, so that no span ever cuts a surrogate pair or a grapheme
 * cluster (W3C Web Annotation, 4.2.5: a selection should not start or end in the middle of one).
 */
import * as z from 'zod'

export type Span = readonly [start: number, end: number]

/** So many spans a mark may have. */
export const MAX_SPANS = 64

const LARGEST = 0x7fffffff
const offset = z.int().min(0).max(LARGEST)

/** A mark may be discontinuous; its spans are sorted, not empty, and apart (two that touch are one). */
export const spansSchema = z
  .array(z.tuple([offset, offset]))
  .min(1)
  .max(MAX_SPANS)
  .refine((spans) => spans.every(([start, end]) => start < end), 'a span is empty')
  .refine(
    (spans) => spans.every(([start], i) => i === 0 || (spans[i - 1]?.[1] ?? 0) < start),
    'spans are not sorted and apart',
  )

export type Spans = readonly Span[]

/** What `spansSchema` takes, for where there are thousands. */
export function areSpans(value: unknown): boolean {
  if (!Array.isArray(value) || value.length === 0 || value.length > MAX_SPANS) return false
  let last = -1
  for (const span of value) {
    if (!Array.isArray(span) || span.length !== 2) return false
    const [start, end] = span
    if (!Number.isInteger(start) || !Number.isInteger(end) || start <= last || start >= end || end > LARGEST)
      return false
    last = end
  }
  return true
}

const graphemes = new Intl.Segmenter('und', { granularity: 'grapheme' })
const words = new Intl.Segmenter('und', { granularity: 'word' })
const sentences = new Intl.Segmenter('und', { granularity: 'sentence' })

/** The grapheme cluster around `offset`, as [start, end); at the end of the text, an empty span there. */
export function clusterAt(text: string, offset: number): Span {
  if (offset >= text.length) return [text.length, text.length]
  const borders = bordersAround(text, offset)
  let [start, end] = [offset, offset + 1]
  while (borders[start] === INSIDE) start--
  while (borders[end] === INSIDE) end++
  return [start, end]
}

const UNKNOWN = 0
const INSIDE = 1
const BORDER = 2

/**
 * What is known of each offset of a text, with the stretch around `offset` found out. A stretch begins and ends at a
 * place that is a border whatever surrounds it, never at a guess: in a row of flags or a family joined by ZWJ, a window
 * that begins in the middle finds borders that are not there. A megabyte of flags is one stretch, which takes some 50 ms
 * to segment; so each is segmented once, and asking about it again is a look-up.
 */
function bordersAround(text: string, offset: number): Uint8Array {
  const borders = bordersOf(text)
  if (borders[offset] !== UNKNOWN && borders[offset + 1] !== UNKNOWN) return borders
  let from = offset
  while (from > 0 && !isPlainBorder(text, from)) from--
  let to = offset + 1
  while (to < text.length && !isPlainBorder(text, to)) to++
  borders.fill(INSIDE, from, to)
  for (const { index } of graphemes.segment(text.slice(from, to))) borders[from + index] = BORDER
  borders[to] = BORDER
  return borders
}

// A memo and nothing else: by text, the one asked about last at the end, and few of them.
const known = new Map<string, Uint8Array>()
const MOST_KNOWN = 16

function bordersOf(text: string): Uint8Array {
  const borders = known.get(text) ?? new Uint8Array(text.length + 1)
  known.delete(text)
  known.set(text, borders)
  const [oldest] = known.keys()
  if (known.size > MOST_KNOWN && oldest !== undefined) known.delete(oldest)
  return borders
}

const plain = /[\n -~\u3041-\u3096\u30a1-\u30fa\u4e00-\u9fff]/
// Letters that join what is before them all the same: Thai and Lao AM, half-width voiced marks.
const plainOrLetter = /(?![\u0e33\u0eb3\uff9e\uff9f])[ -~\p{L}]/u

/** Whether UAX 29 has a border here by the two code units alone: the common case, at the cost of two look-ups. */
function isPlainBorder(text: string, offset: number): boolean {
  return plain.test(text.charAt(offset - 1)) && plainOrLetter.test(text.charAt(offset))
}

/** Whether a border at `offset` would leave every grapheme cluster of the text whole. */
export function isGraphemeBoundary(text: string, offset: number): boolean {
  if (offset <= 0 || offset >= text.length) return offset === 0 || offset === text.length
  return isPlainBorder(text, offset) || bordersAround(text, offset)[offset] === BORDER
}

/** The smallest span of whole grapheme clusters that holds `span`. Throws when it lies outside the text. */
export function snapToGraphemes(text: string, span: Span): Span {
  const [start, end] = inside(text, span)
  const first = clusterAt(text, start)[0]
  return [first, isGraphemeBoundary(text, end) ? end : clusterAt(text, end)[1]]
}

/**
 * `span` grown to whole words (Unicode word borders), with blanks at its ends dropped; null when only blanks are left.
 * A border between a word and punctuation stays where it is.
 */
export function snapToWords(text: string, span: Span): Span | null {
  const trimmed = trimSpan(text, snapToGraphemes(text, span))
  if (!trimmed) return null
  let [start, end] = trimmed
  for (;;) {
    const [from] = wordAt(text, start) ?? clusterAt(text, start)
    const [, to] = wordAt(text, end - 1) ?? clusterAt(text, end - 1)
    const grown = snapToGraphemes(text, [from, Math.max(end, to)])
    // A cluster can reach into the next word (a number sign and the ideograph after it), and then that one is taken whole.
    if (grown[0] === start && grown[1] === end) return trimSpan(text, grown)
    ;[start, end] = grown
  }
}

/** The word around `offset`; null when a blank or a sign stands there. Its ends may lie within a grapheme cluster. */
export function wordAt(text: string, offset: number): Span | null {
  let from = offset
  while (from > 0 && !isPlainGap(text, from)) from--
  let to = offset + 1
  while (to < text.length && !isPlainGap(text, to)) to++
  const word = words.segment(text.slice(from, to)).containing(offset - from)
  if (!word?.isWordLike) return null
  return [from + word.index, from + word.index + word.segment.length]
}

/** Whether a word may begin here whatever surrounds it; words are looked for between two such places. */
function isPlainGap(text: string, offset: number): boolean {
  return /[\n ]/.test(text.charAt(offset - 1)) && isPlainBorder(text, offset)
}

/** `span` without the blanks (Unicode White_Space, ZWSP, BOM) at its two ends; null when nothing else is in it. */
export function trimSpan(text: string, span: Span): Span | null {
  let [start, end] = inside(text, span)
  while (start < end && isBlank(text, start)) start++
  while (end > start && isBlank(text, end - 1)) end--
  return start < end ? [start, end] : null
}

const blank = /[\s\u0085\u200b]/

/** Whether the grapheme cluster around `offset` is a blank. */
export function isBlank(text: string, offset: number): boolean {
  // A blank that carries a combining mark is a visible character; the cluster decides, not the code unit.
  const [start, end] = clusterAt(text, offset)
  for (let i = start; i < end; i++) if (!blank.test(text.charAt(i))) return false
  return true
}

/** The sentence around `offset` within its line (UAX 29), without outer blanks; null on an empty line. */
export function sentenceAt(text: string, offset: number): Span | null {
  if (offset < 0 || offset > text.length) throw new RangeError(`offset ${offset} is outside a text of ${text.length}`)
  const from = text.lastIndexOf('\n', offset - 1) + 1
  const stop = text.indexOf('\n', offset)
  const to = stop < 0 ? text.length : stop
  if (from === to) return null
  const sentence = sentences.segment(text.slice(from, to)).containing(Math.min(offset, to - 1) - from)
  if (!sentence) return null
  // A sentence can begin inside a character: with a vowel that is drawn onto the blank before it.
  return trimSpan(text, snapToGraphemes(text, [from + sentence.index, from + sentence.index + sentence.segment.length]))
}

/** The words under the spans, one string a span. */
export function quotesOf(text: string, spans: Spans): string[] {
  return spans.map(([start, end]) => text.slice(start, end))
}

/** What is wrong with `spans` as spans of this text, or null. Their order and shape are the schema's business. */
export function misfit(text: string, spans: Spans): 'out-of-range' | 'cuts-character' | null {
  for (const [start, end] of spans) {
    if (end > text.length) return 'out-of-range'
    if (!isGraphemeBoundary(text, start) || !isGraphemeBoundary(text, end)) return 'cuts-character'
  }
  return null
}

/** Sorted spans with those that overlap or touch joined; empty ones vanish. */
export function mergeSpans(spans: Spans): Span[] {
  const merged: Span[] = []
  for (const span of spans.filter(([start, end]) => start < end).toSorted((a, b) => a[0] - b[0] || a[1] - b[1])) {
    const last = merged.at(-1)
    if (last && span[0] <= last[1]) merged[merged.length - 1] = [last[0], Math.max(last[1], span[1])]
    else merged.push(span)
  }
  return merged
}

/**
 * The spans with one more; what it touches, or is parted from by blanks only, becomes one with it, as people mark the
 * next word to have both. There may be more than a mark can have.
 */
export function addSpan(text: string, spans: Spans, added: Span): Span[] {
  let [start, end] = added
  // Apart and sorted, so one sweep each way meets every neighbour that the growing span reaches.
  for (const [from, to] of spans.toReversed()) if (from < start && isGap(text, to, start)) start = from
  for (const [from, to] of spans) if (to > end && isGap(text, end, from)) end = to
  return mergeSpans([...spans, [start, end]])
}

/** Whether nothing but blanks lies between two places, or they overlap. */
function isGap(text: string, from: number, to: number): boolean {
  return from >= to || trimSpan(text, [from, to]) === null
}

/** The spans without these words, and without the blanks that then stand at an end; empty when nothing is left. */
export function subtractSpan(text: string, spans: Spans, [from, to]: Span): Span[] {
  const rests: Span[] = []
  for (const [start, end] of spans) {
    if (to <= start || end <= from) rests.push([start, end])
    else
      for (const rest of [trimSpan(text, [start, Math.max(start, from)]), trimSpan(text, [Math.min(end, to), end])])
        if (rest) rests.push(rest)
  }
  return rests
}

/** Whether they are the same places. */
export function isSameSpans(a: Spans, b: Spans): boolean {
  return a.length === b.length && a.every(([start, end], i) => b[i]?.[0] === start && b[i]?.[1] === end)
}

/** How many code units the spans cover; what a click picks is the mark that covers least. */
export function lengthOf(spans: Spans): number {
  return spans.reduce((sum, [start, end]) => sum + end - start, 0)
}

/** The smallest single span around them all. Throws when there is none. */
export function hullOf(spans: Spans): Span {
  const first = spans[0]
  const last = spans.at(-1)
  if (!first || !last) throw new RangeError('no spans')
  return [first[0], last[1]]
}

function inside(text: string, [start, end]: Span): [number, number] {
  if (!(start >= 0 && start <= end && end <= text.length))
    throw new RangeError(`span ${start}–${end} is outside a text of ${text.length}`)
  return [start, end]
}
