/**
 * Tokens as spaCy and Prodigy have them: end to end, but for single blanks that belong to the token before them. So the
 * text can be put together from its tokens, and other white space is a token too. Words are those of Unicode; the borders
 * of marks cut them, since neither tool takes a mark that begins or ends within a token.
 */
import type { Span } from '../span.ts'
import type { Loss } from './format.ts'

export interface Token {
  start: number
  end: number
  /** Whether a blank follows. */
  ws: boolean
}

export interface Tokens {
  all: readonly Token[]
  /** The number of the token that begins, or ends, at an offset. */
  startingAt: ReadonlyMap<number, number>
  endingAt: ReadonlyMap<number, number>
  /** The borders that lie within a word, where the tools’ own tokens have none. */
  cuts: ReadonlySet<number>
}

const words = new Intl.Segmenter('und', { granularity: 'word' })

/** The tokens of a text, with one that begins and one that ends where each of these spans does. */
export function toolTokensOf(text: string, spans: readonly Span[]): Tokens {
  const starts = new Set(spans.map(([start]) => start))
  const ends = new Set(spans.map(([, end]) => end))
  const borders = [...starts, ...ends].sort((a, b) => a - b)
  const all: Token[] = []
  const cuts = new Set<number>()
  const put = (from: number, end: number) => {
    const last = all.at(-1)
    const isAfter = last !== undefined && !last.ws && text.charAt(from) === ' '
    // A blank that a mark begins or ends with is a token of its own.
    const start = isAfter && !starts.has(from) && !ends.has(from + 1) ? from + 1 : from
    if (last && start > from) last.ws = true
    if (start < end) all.push({ start, end, ws: false })
  }
  let next = 0
  for (const { index, segment, isWordLike } of words.segment(text)) {
    let from = index
    const end = index + segment.length
    for (; (borders[next] ?? end) < end; next++) {
      const border = borders[next] as number
      if (border <= from) continue
      if (isWordLike) cuts.add(border)
      put(from, border)
      from = border
    }
    put(from, end)
  }
  return {
    all,
    startingAt: new Map(all.map(({ start }, i) => [start, i])),
    endingAt: new Map(all.map(({ end }, i) => [end, i])),
    cuts,
  }
}

export function cutsLeft({ cuts }: Tokens): Loss {
  return {
    what: 'borders of marks within a word: a token is cut there, where the tool’s own tokens may have no border',
    one: 'border of a mark within a word: a token is cut there, where the tool’s own tokens may have no border',
    count: cuts.size,
  }
}
