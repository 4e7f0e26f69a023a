/**
 * Offsets in other units than ours. Each text is swept once for each unit, and whatever is asked after that is a look-up
 * or a search among what was counted: O(n) for a text, and next to nothing for a mark. An offset within a character is
 * never rounded: whoever wrote it counted something else, and all their marks would be shifted in silence.
 */
import { isGraphemeBoundary } from '../span.ts'
import { type FoundMark, type OffsetUnit, offsetUnits } from './format.ts'

export interface Unit {
  /** Of the whole text. */
  length: number
  /** Throws where no character of this unit ends: what we store lies on borders of all of them. */
  fromUtf16(offset: number): number
  /** Null outside of the text, and within a surrogate pair, a sequence of UTF-8 or a grapheme cluster. */
  toUtf16(offset: number): number | null
}

/** Throws for a text with half of a surrogate pair, which has neither code points nor bytes; it is refused before. */
export function unitOf(text: string, unit: OffsetUnit): Unit {
  if (!text.isWellFormed()) throw new RangeError('a text with half of a surrogate pair can only be counted in halves')
  const counts = new Uint32Array(text.length + 1)
  for (let offset = 1; offset <= text.length; offset++)
    counts[offset] = (counts[offset - 1] as number) + endingAt[unit](text, offset)
  return {
    length: counts[text.length] as number,
    fromUtf16(offset) {
      const count = counts[offset]
      if (count === undefined || (offset > 0 && count === counts[offset - 1]))
        throw new RangeError(`no character ends at ${offset} in a text of ${text.length}, counted in ${unit}`)
      return count
    },
    toUtf16(offset) {
      const found = firstAtLeast(counts, offset)
      return counts[found] === offset ? found : null
    },
  }
}

/** How many units the character has that ends at an offset, which is not the first; 0 within one. */
const endingAt: Record<OffsetUnit, (text: string, offset: number) => number> = {
  utf16: (text, offset) => (isWithinPair(text, offset) ? 0 : isLow(text.charCodeAt(offset - 1)) ? 2 : 1),
  'code-points': (text, offset) => (isWithinPair(text, offset) ? 0 : 1),
  bytes(text, offset) {
    if (isWithinPair(text, offset)) return 0
    const last = text.charCodeAt(offset - 1)
    return last < 0x80 ? 1 : last < 0x800 ? 2 : isLow(last) ? 4 : 3
  },
  graphemes: (text, offset) => (isGraphemeBoundary(text, offset) ? 1 : 0),
}

/** In a well-formed text a low surrogate follows a high one, and nothing else does. */
function isWithinPair(text: string, offset: number): boolean {
  return isLow(text.charCodeAt(offset))
}

function isLow(code: number): boolean {
  return code >= 0xdc00 && code <= 0xdfff
}

/** Of the places with the same count the first is the border; the others lie within the character behind it. */
function firstAtLeast(counts: Uint32Array, count: number): number {
  let low = 0
  let high = counts.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((counts[middle] as number) < count) low = middle + 1
    else high = middle
  }
  return low
}

/** By which units the quotes of marks are the words of their text. */
export interface Fit {
  /** How many quotes there are to tell by. */
  quotes: number
  fitting: Readonly<Record<OffsetUnit, number>>
}

/** How many of the quotes fit by each unit. A mark without quotes tells nothing. */
export function fittingUnits(text: string, marks: readonly Pick<FoundMark, 'spans' | 'quotes'>[]): Fit {
  const quoted = marks.flatMap(({ spans, quotes }) =>
    spans.flatMap(([start, end], i) => {
      const quote = quotes[i]
      return typeof quote === 'string' ? [{ start, end, quote }] : []
    }),
  )
  const fitting = { ...noFit.fitting }
  if (quoted.length > 0)
    for (const unit of offsetUnits) {
      const { toUtf16 } = unitOf(text, unit)
      for (const { start, end, quote } of quoted) {
        const [from, to] = [toUtf16(start), toUtf16(end)]
        if (from !== null && to !== null && to - from === quote.length && text.startsWith(quote, from)) fitting[unit]++
      }
    }
  return { quotes: quoted.length, fitting }
}

export const noFit: Fit = { quotes: 0, fitting: { utf16: 0, 'code-points': 0, bytes: 0, graphemes: 0 } }

/** Of several texts what they tell together: a tool counts all of them the same way. */
export function joinFits(fits: Iterable<Fit>): Fit {
  const joined = { quotes: 0, fitting: { ...noFit.fitting } }
  for (const { quotes, fitting } of fits) {
    joined.quotes += quotes
    for (const unit of offsetUnits) joined.fitting[unit] += fitting[unit]
  }
  return joined
}

/** The units that no other fits better than; all four where there is nothing to tell them apart. */
export function possibleUnits({ fitting }: Fit): OffsetUnit[] {
  const most = Math.max(...Object.values(fitting))
  return offsetUnits.filter((unit) => fitting[unit] === most)
}

/** The unit to take: the one the format should have, unless the quotes say that it was another. */
export function unitToTake(fit: Fit, usual: OffsetUnit | null): OffsetUnit {
  const possible = possibleUnits(fit)
  return usual && possible.includes(usual) ? usual : (possible[0] ?? 'utf16')
}
