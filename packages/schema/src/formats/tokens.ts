/**
 * Tokens and sentences, for formats that are made of them. They are those of Unicode (UAX 29), as every browser and Node
 * have them in `Intl.Segmenter`: a word or a sign is a token, blanks are none, and a sentence is what ends in a full stop
 * or at a line end. No model of a language is behind it, so a token is no claim about grammar.
 */
import type { Span } from '../span.ts'

const words = new Intl.Segmenter('und', { granularity: 'word' })
const sentences = new Intl.Segmenter('und', { granularity: 'sentence' })

const blank = /[\s\u0085\u200b\ufeff]/
const ofNoBlanks = /[^\s\u0085\u200b\ufeff]+/g

/** Whether a code unit is one that no token has in it. */
export function isBlankUnit(text: string, offset: number): boolean {
  return blank.test(text.charAt(offset))
}

/** The words and signs of a text, in order. No token has a blank in it, not even one that carries an accent. */
export function tokensOf(text: string): Span[] {
  const tokens: Span[] = []
  for (const { segment, index } of words.segment(text)) {
    if (!blank.test(segment)) tokens.push([index, index + segment.length])
    else
      for (const found of segment.matchAll(ofNoBlanks))
        tokens.push([index + found.index, index + found.index + found[0].length])
  }
  return tokens
}

/**
 * The tokens with the blanks between them made tokens as well, where a span begins or ends among these: so that every span
 * begins and ends in a token. Whatever stands before the first token is one too, if it is more than plain spaces, and a
 * text of nothing but blanks is a single token.
 */
export function tokensUnder(text: string, spans: Iterable<Span>): Span[] {
  const touched = new Uint8Array(text.length)
  for (const [start, end] of spans) if (start < end) touched[start] = touched[end - 1] = 1
  const all: Span[] = []
  let from = 0
  for (const token of [...tokensOf(text), [text.length, text.length] as const]) {
    const [start] = token
    const isFirst = all.length === 0 && (start === text.length || /[^ ]/.test(text.slice(0, start)))
    if (from < start && (isFirst || touched.subarray(from, start).includes(1))) all.push([from, start])
    if (start < text.length) all.push(token)
    from = token[1]
  }
  return all
}

/** The tokens cut wherever a border lies within one. Borders are sorted. */
export function cutAt(tokens: readonly Span[], borders: readonly number[]): Span[] {
  const cut: Span[] = []
  let next = 0
  for (const [start, end] of tokens) {
    let from = start
    while ((borders[next] ?? Number.POSITIVE_INFINITY) <= from) next++
    for (let border = borders[next]; border !== undefined && border < end; border = borders[++next]) {
      if (border > from) cut.push([from, border])
      from = border
    }
    cut.push([from, end])
  }
  return cut
}

/** The tokens by the sentence they begin in; no sentence is empty. */
export function sentencesOf(text: string, tokens: readonly Span[]): Span[][] {
  const found: Span[][] = []
  const starts = sentences.segment(text)[Symbol.iterator]()
  let until = 0
  for (const token of tokens) {
    let current = found.at(-1)
    if (!current || token[0] >= until) {
      while (until <= token[0]) {
        const { value, done } = starts.next()
        until = done ? Number.POSITIVE_INFINITY : value.index + value.segment.length
      }
      current = []
      found.push(current)
    }
    current.push(token)
  }
  return found
}
