/**
 * The tokens of a text: what `Intl.Segmenter` takes for words after UAX 29, and each sign that is no blank. For scripts that
 * do not part words (Chinese, Japanese, Thai …) the words come from the ICU dictionary of the program that computes, which
 * may differ from one version to the next; for all others the rules are the same everywhere.
 */
import { type Cover, joined } from './cover.ts'

const words = new Intl.Segmenter('und', { granularity: 'word' })
/** As in span.ts: Unicode White_Space, ZWSP, BOM. */
const blanks = /^[\s\u0085\u200b]+$/

/** Where the tokens start and end, in UTF-16 code units, in the order of the text. */
export interface Tokens {
  starts: readonly number[]
  ends: readonly number[]
}

export function tokensOf(text: string): Tokens {
  const starts: number[] = []
  const ends: number[] = []
  for (const { segment, index, isWordLike } of words.segment(text)) {
    if (!isWordLike && blanks.test(segment)) continue
    starts.push(index)
    ends.push(index + segment.length)
  }
  return { starts, ends }
}

/** The tokens of which at least one code unit is covered, as runs over the numbers of the tokens. */
export function coverTokens(cover: Cover, tokens: Tokens): Cover {
  const runs: [number, number][] = []
  for (let i = 0; i < cover.length; i += 2) {
    const first = firstAfter(tokens.ends, cover[i] as number)
    const end = firstAfter(tokens.starts, (cover[i + 1] as number) - 1)
    if (first < end) runs.push([first, end])
  }
  return joined(runs)
}

/** How many tokens start before `offset`. */
export function tokensBefore(tokens: Tokens, offset: number): number {
  return firstAfter(tokens.starts, offset - 1)
}

/** The index of the first of these sorted offsets that is beyond `offset`. */
function firstAfter(offsets: readonly number[], offset: number): number {
  let low = 0
  let high = offsets.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((offsets[middle] as number) > offset) high = middle
    else low = middle + 1
  }
  return low
}
