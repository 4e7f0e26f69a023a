/** For tests: texts in which a border is easily put in the wrong place, and what Unicode itself says about them. */

import type { Span } from '@attest/schema/span'
import fc from 'fast-check'

const pieces = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.constantFrom('a', 'He said ', 'no. ', 'x ', 'U.S. ', "don't ", '12,500.5 ', '漢字', 'かな', 'カナ'),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      ' ',
      '\n',
      '\r\n',
      '\r',
      '\u00a0',
      '\u2028',
      '\u0085',
      '\u200b',
      '\ufeff',
      '\u3000',
      '\t',
    ),
  },
  { weight: 3, arbitrary: fc.constantFrom('📰', '👍🏽', '👩‍👩‍👧‍👦', '🏳️‍🌈', '❤️', '1️⃣', '#️⃣', '🏴󠁧󠁢󠁥󠁮󠁧󠁿', '©', '™️') },
  {
    weight: 2,
    arbitrary: fc.array(fc.constantFrom('🇩🇪', '🇫🇷', '🇸'), { minLength: 1, maxLength: 40 }).map((all) => all.join('')),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.constantFrom('e', ' ', '', '\n', 'क', '👩'), fc.nat(80))
      .map(([base, n]) => base + '\u0301'.repeat(n)),
  },
  {
    weight: 2,
    arbitrary: fc.array(fc.constantFrom('क्षत्रिय', 'क्', 'ष', 'हिन्दी', '্', 'ক্ষ', 'ൎ', 'കൎ')).map((all) => all.join('')),
  },
  {
    weight: 2,
    arbitrary: fc.array(fc.constantFrom('ᄀ', 'ᅡ', 'ᆨ', '가', '각', 'ힰ'), { maxLength: 8 }).map((all) => all.join('')),
  },
  {
    weight: 2,
    arbitrary: fc
      .array(fc.constantFrom('ภาษาไทย', 'กำ', 'น้ำ', 'ພາສາລາວ', 'ຳ', 'မြန်မာ', 'ខ្មែរ'), { maxLength: 30 })
      .map((all) => all.join('')),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      'אמר',
      'قال ',
      '\u202eabc\u202c',
      '\u2067שלום\u2069',
      '\u200f',
      '\u061c',
      '\u0600',
      'ﾞ',
      'ｶﾞ',
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom('\ud83d', '\udc4d', '\ud83c', '\u200d', '\ufe0f', '\u20e3', '\u{110bd}', '\u{11a3a}'),
  },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 6 }) },
)

export const anyText: fc.Arbitrary<string> = fc.array(pieces, { maxLength: 12 }).map((all) => all.join(''))

export function anySpanOf(text: string): fc.Arbitrary<Span> {
  return fc.tuple(fc.nat(text.length), fc.nat(text.length)).map(([a, b]) => [Math.min(a, b), Math.max(a, b)])
}

const graphemes = new Intl.Segmenter('und', { granularity: 'grapheme' })
const words = new Intl.Segmenter('und', { granularity: 'word' })

/** Every border between two characters, found by reading the text once from its start to its end. */
export function graphemeBorders(text: string): Set<number> {
  return new Set([...Array.from(graphemes.segment(text), ({ index }) => index), text.length])
}

/** Every word, found in the same way. */
export function wordsOf(text: string): Span[] {
  return Array.from(words.segment(text))
    .filter(({ isWordLike }) => isWordLike)
    .map(({ index, segment }) => [index, index + segment.length])
}
