/** A text cut up for choosing from it without selecting: into sentences, and a sentence into words. */
import { addressesIn } from './citation.ts'
import { isGraphemeBoundary, type Span, sentenceAt, snapToGraphemes, trimSpan } from './span.ts'

const sentences = new Intl.Segmenter('und', { granularity: 'sentence' })
const words = new Intl.Segmenter('und', { granularity: 'word' })

/** All sentences of a text in its order; each is what `sentenceAt` finds anywhere in it. */
export function sentencesIn(text: string): Span[] {
  const found: Span[] = []
  for (let from = 0; from <= text.length; ) {
    const stop = text.indexOf('\n', from)
    const to = stop < 0 ? text.length : stop
    for (const { index, segment } of sentences.segment(text.slice(from, to))) {
      const span = trimSpan(text, snapToGraphemes(text, [from + index, from + index + segment.length]))
      const before = found.at(-1)
      // A sentence can begin inside a character, which belongs to the one before it.
      if (span && (!before || span[0] >= before[1])) found.push(span)
    }
    from = to + 1
  }
  return found
}

/** The index of the sentence at an offset, or the first after it; -1 where there is none. */
export function sentenceIndexAt(text: string, all: readonly Span[], offset: number): number {
  const here = sentenceAt(text, Math.min(Math.max(offset, 0), text.length))
  const start = here ? here[0] : offset
  return all.findIndex(([, end]) => end > start)
}

/**
 * The words of a span with the signs that stand at them, for choosing from: nobody looks for a comma in a list of words.
 * Signs that stand alone are on their own.
 */
export function wordsIn(text: string, span: Span): Span[] {
  const found: [number, number][] = []
  for (const [start, end] of tokensIn(text, span)) {
    const last = found.at(-1)
    const before = last && last[1] === start ? text.slice(...last) : ''
    const token = text.slice(start, end)
    const isJoined = before !== '' && (isSign(token) || isSign(before) || /[\p{L}\p{N}][-‐‑'’]$/u.test(before))
    if (last && isJoined) last[1] = end
    else found.push([start, end])
  }
  return found
}

function isSign(token: string): boolean {
  return !/[\p{L}\p{N}]/u.test(token)
}

/**
 * The words and signs of a span, in their order and without the blanks: what a mark may begin and end with. An address is
 * one, and of glued ones each.
 */
export function tokensIn(text: string, [start, end]: Span): Span[] {
  const addresses = addressesIn(text, [start, end]).map((one) => one.span)
  const borders = new Set<number>([start, end])
  for (const { index } of words.segment(text.slice(start, end))) borders.add(start + index)
  for (const border of addresses.flat()) borders.add(border)
  const cuts = [...borders]
    .filter((cut) => cut >= start && cut <= end && isGraphemeBoundary(text, cut))
    .filter((cut) => !addresses.some(([from, to]) => cut > from && cut < to))
    .sort((a, b) => a - b)
  return cuts.map((cut, i) => trimSpan(text, [cut, cuts[i + 1] ?? cut])).filter((span) => span !== null)
}
