import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import offsetUnits from '../../../tests/fixtures/offset-units.json' with { type: 'json' }
import { anySpanOf, anyText, graphemeBorders, wordsOf } from '../../../tests/support/hostile-text.ts'
import {
  addSpan,
  hullOf,
  isGraphemeBoundary,
  lengthOf,
  mergeSpans,
  misfit,
  quotesOf,
  type Span,
  sentenceAt,
  snapToGraphemes,
  snapToWords,
  spansSchema,
  subtractSpan,
  trimSpan,
} from './span.ts'

const textAndSpan = anyText.chain((text) => fc.tuple(fc.constant(text), anySpanOf(text)))
const wellFormedTextAndSpan = textAndSpan.filter(([text]) => text.isWellFormed())

describe('a character', () => {
  it('ends exactly where Unicode says, at every offset of any text', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const borders = graphemeBorders(text)
        for (let offset = 0; offset <= text.length; offset++)
          expect(isGraphemeBoundary(text, offset), `${offset} of ${JSON.stringify(text)}`).toBe(borders.has(offset))
      }),
      { numRuns: 600 },
    )
  })

  it('ends there in whatever order the offsets are asked about', () => {
    fc.assert(
      fc.property(anyText, fc.infiniteStream(fc.nat()), (text, numbers) => {
        const borders = graphemeBorders(text)
        for (let i = 0; i < 20; i++) {
          const offset = (numbers.next().value ?? 0) % (text.length + 1)
          expect(isGraphemeBoundary(text, offset)).toBe(borders.has(offset))
        }
      }),
    )
  })

  it.each([
    ...['\n', ' ', '0', 'a', 'ゖ', 'ヺ', '一'].map((left) => [left, '']),
    ...['a', ' ', 'א', 'क', 'ᅡ', '漢', 'ﾞ', '\u0301', 'ำ'].map((right) => ['', right]),
  ] as const)('ends where Unicode says, for every character after %j and before %j', (left, right) => {
    // Each pair stands on a line of its own, so none touches the next.
    const lines = Array.from({ length: 0x10000 }, (_, code) => `${left}${String.fromCharCode(code)}${right}`)
    const text = lines.join('\n')
    const borders = graphemeBorders(text)
    const wrong = lines.filter((_, i) => isGraphemeBoundary(text, i * 3 + 1) !== borders.has(i * 3 + 1))
    expect(wrong).toEqual([])
  })

  it('has no border outside the text', () => {
    expect(isGraphemeBoundary('abc', -1)).toBe(false)
    expect(isGraphemeBoundary('abc', 4)).toBe(false)
    expect(isGraphemeBoundary('', 0)).toBe(true)
  })

  it.each([
    ['flags', '🇩🇪'.repeat(1 << 18)],
    ['combining marks on one letter', `a${'\u0301'.repeat(1 << 20)}`],
    ['Devanagari without a space', 'क्षत्रियाणां'.repeat((1 << 20) / 12)],
    ['families joined into one', '👩\u200d'.repeat((1 << 20) / 3)],
    ['jamo in one syllable', 'ᄀ'.repeat(1 << 20)],
    ['no-break spaces', '\u00a0'.repeat(1 << 20)],
  ])('is found quickly in a megabyte of %s', (_, text) => {
    const borders = graphemeBorders(text)
    const offsets = Array.from({ length: 20_000 }, (_, i) => Math.floor((i * text.length) / 20_000))
    const begun = performance.now()
    const found = offsets.filter((offset) => isGraphemeBoundary(text, offset))
    const took = performance.now() - begun
    expect(found).toEqual(offsets.filter((offset) => borders.has(offset)))
    // Reading it once takes some 100 ms; reading it for each question would take minutes.
    expect(took).toBeLessThan(3000)
  })
})

describe('a selection by characters', () => {
  it('grows to whole characters and no further', () => {
    fc.assert(
      fc.property(textAndSpan, ([text, span]) => {
        const borders = [...graphemeBorders(text)]
        const [start, end] = span
        const expected: Span = [
          borders.findLast((border) => border <= start) ?? 0,
          borders.find((border) => border >= end) ?? text.length,
        ]
        // An empty selection inside a character takes that character.
        expect(snapToGraphemes(text, span)).toEqual(expected)
      }),
      { numRuns: 500 },
    )
  })

  it('never cuts a surrogate pair', () => {
    fc.assert(
      fc.property(wellFormedTextAndSpan, ([text, span]) => {
        expect(quotesOf(text, [snapToGraphemes(text, span)])[0]?.isWellFormed()).toBe(true)
      }),
    )
  })

  it('fits the text it was made in', () => {
    fc.assert(
      fc.property(textAndSpan, ([text, span]) => {
        expect(misfit(text, [snapToGraphemes(text, span)])).toBeNull()
      }),
    )
  })

  it.each([[[-1, 2]], [[2, 1]], [[0, 4]], [[Number.NaN, 1]]] as [Span][])(
    'outside the text is a mistake of the caller: %j',
    (span) => {
      expect(() => snapToGraphemes('abc', span)).toThrow(RangeError)
      expect(() => trimSpan('abc', span)).toThrow(RangeError)
    },
  )
})

describe('a selection by words', () => {
  const trimmed = (text: string, span: Span) => trimSpan(text, snapToGraphemes(text, span))

  it('holds what was selected, without the blanks around it', () => {
    fc.assert(
      fc.property(textAndSpan, ([text, span]) => {
        const chosen = trimmed(text, span)
        const snapped = snapToWords(text, span)
        expect(snapped === null).toBe(chosen === null)
        if (!chosen || !snapped) return
        expect(snapped[0]).toBeLessThanOrEqual(chosen[0])
        expect(snapped[1]).toBeGreaterThanOrEqual(chosen[1])
        expect(misfit(text, [snapped])).toBeNull()
        expect(trimSpan(text, snapped)).toEqual(snapped)
      }),
      { numRuns: 500 },
    )
  })

  it('stays as it is when it is fitted again', () => {
    fc.assert(
      fc.property(textAndSpan, ([text, span]) => {
        const once = snapToWords(text, span)
        if (once) expect(snapToWords(text, once)).toEqual(once)
      }),
      { numRuns: 500 },
    )
  })

  it('ends inside no word, as words are in the text as a whole', () => {
    fc.assert(
      fc.property(textAndSpan, ([text, span]) => {
        const snapped = snapToWords(text, span)
        if (!snapped) return
        for (const [start, end] of wordsOf(text)) {
          // A BOM counts as part of the word before it, and is dropped as a blank all the same.
          const word = trimSpan(text, [start, end]) ?? [start, end]
          for (const border of snapped) expect(word[0] < border && border < word[1], `${border} in ${word}`).toBe(false)
        }
      }),
      { numRuns: 500 },
    )
  })

  it('takes a word of any length whole', () => {
    const text = `see ${'Donaudampfschiff'.repeat(400)} there`
    expect(snapToWords(text, [3000, 3001])).toEqual([4, 4 + 6400])
  })

  it.each([
    ['He said no.', [4, 5], 'said'],
    ['He said no.', [3, 11], 'said no.'],
    ['He said no.', [8, 9], 'no'],
    ['He said no.', [10, 11], '.'],
    ['“Other nations”', [3, 5], 'Other'],
    ['“Other nations”', [0, 5], '“Other'],
    ["don't go", [1, 2], "don't"],
    ['a well-known man', [3, 4], 'well'],
    ['12,500.5 people', [1, 2], '12,500.5'],
    ['  \n said \n', [0, 10], 'said'],
    ['👍🏽 yes', [1, 2], '👍🏽'],
    ['cafe\u0301 noir', [1, 2], 'cafe\u0301'],
    ['אמר שלום', [1, 2], 'אמר'],
  ] as [string, Span, string][])('in %j from %j takes %j', (text, span, quote) => {
    const snapped = snapToWords(text, span)
    expect(snapped && text.slice(...snapped)).toBe(quote)
  })

  it.each(['   ', '\n', '\u00a0\u2028\u3000', '\u0085\u200b\ufeff', '\r\n', ''])(
    'of nothing but blanks is none: %j',
    (text) => {
      expect(snapToWords(text, [0, text.length])).toBeNull()
    },
  )

  it('keeps a blank that carries an accent, which is a character to see', () => {
    expect(snapToWords('a \u0301 b', [1, 3])).toEqual([1, 3])
  })

  it('is quick in a megabyte of prose on one line', () => {
    const text = 'The tasks set for the air force have been completed. '.repeat(20_000)
    const begun = performance.now()
    for (let i = 0; i < 1000; i++) snapToWords(text, [i * 1000, i * 1000 + 200])
    expect(performance.now() - begun).toBeLessThan(1000)
  })
})

describe('the sentence at the cursor', () => {
  it('stays in its line, cuts no character and has no blanks around it', () => {
    fc.assert(
      fc.property(
        anyText.chain((text) => fc.tuple(fc.constant(text), fc.nat(text.length))),
        ([text, offset]) => {
          const found = sentenceAt(text, offset)
          if (!found) return
          expect(text.slice(...found)).not.toContain('\n')
          expect(misfit(text, [found])).toBeNull()
          expect(trimSpan(text, found)).toEqual(found)
        },
      ),
      { numRuns: 500 },
    )
  })

  it('is the one around it', () => {
    const text = 'One. He said “two”!\nThree'
    expect(sentenceAt(text, 2)).toEqual([0, 4])
    expect(sentenceAt(text, 8)).toEqual([5, 19])
    expect(sentenceAt(text, 19)).toEqual([5, 19])
    expect(sentenceAt(text, 20)).toEqual([20, 25])
    expect(sentenceAt(text, 25)).toEqual([20, 25])
    expect(sentenceAt('a\n\nb', 2)).toBeNull()
    expect(() => sentenceAt('a', 2)).toThrow(RangeError)
  })
})

describe('spans as they are stored', () => {
  it.each(offsetUnits.cases)('are UTF-16 and lie on characters: $id', ({ text, length, spans }) => {
    expect(text.length).toBe(length.utf16)
    expect(graphemeBorders(text).size - 1).toBe(length.graphemes)
    for (const { quote, utf16, on_grapheme_boundaries } of spans) {
      const span = utf16 as [number, number]
      expect(quotesOf(text, [span])).toEqual([quote])
      expect(misfit(text, [span]) === null).toBe(on_grapheme_boundaries)
    }
  })

  it('do not fit a text that is shorter, or whose characters they cut', () => {
    expect(misfit('abc', [[0, 3]])).toBeNull()
    expect(misfit('abc', [[0, 4]])).toBe('out-of-range')
    expect(misfit('a🇩🇪b', [[0, 3]])).toBe('cuts-character')
    expect(
      misfit('a🇩🇪b', [
        [0, 1],
        [3, 6],
      ]),
    ).toBe('cuts-character')
    expect(misfit('a\r\nb', [[2, 4]])).toBe('cuts-character')
  })

  it.each([
    [[], false],
    [[[1, 1]], false],
    [[[2, 1]], false],
    [[[-1, 1]], false],
    [[[0.5, 1]], false],
    [[[0, 2 ** 31]], false],
    [
      [
        [0, 1],
        [1, 2],
      ],
      false,
    ],
    [
      [
        [3, 4],
        [0, 1],
      ],
      false,
    ],
    [[[0, 1, 2]], false],
    [Array.from({ length: 65 }, (_, i) => [i * 2, i * 2 + 1]), false],
    [Array.from({ length: 64 }, (_, i) => [i * 2, i * 2 + 1]), true],
    [
      [
        [0, 1],
        [2, 3],
      ],
      true,
    ],
  ])('are sorted, apart and not empty: %j', (spans, isValid) => {
    expect(spansSchema.safeParse(spans).success).toBe(isValid)
  })

  it('cover after joining exactly what they covered before', () => {
    const anySpans = fc.array(fc.tuple(fc.nat(40), fc.nat(40)).map(([a, b]): Span => [Math.min(a, b), Math.max(a, b)]))
    const unitsOf = (spans: readonly Span[]) =>
      Array.from({ length: 41 }, (_, i) => spans.some(([start, end]) => start <= i && i < end))
    fc.assert(
      fc.property(anySpans, (spans) => {
        const merged = mergeSpans(spans)
        expect(unitsOf(merged)).toEqual(unitsOf(spans))
        expect(lengthOf(merged)).toBe(unitsOf(spans).filter(Boolean).length)
        if (merged.length === 0) {
          expect(() => hullOf(merged)).toThrow(RangeError)
          return
        }
        expect(spansSchema.safeParse(merged).success).toBe(true)
        expect(hullOf(merged)).toEqual([merged[0]?.[0], merged.at(-1)?.[1]])
      }),
    )
  })
})

describe('fragments', () => {
  const text = 'He said: “no, never”. Then he left.'
  const at = (words: string): Span => [text.indexOf(words), text.indexOf(words) + words.length]
  const words = (spans: readonly Span[]) => quotesOf(text, spans)

  it('are added apart, or joined with what they touch or only blanks part them from', () => {
    expect(words(addSpan(text, [at('He')], at('no')))).toEqual(['He', 'no'])
    expect(words(addSpan(text, [at('He')], at('said')))).toEqual(['He said'])
    expect(words(addSpan(text, [at('Then'), at('left')], at('he left')))).toEqual(['Then he left'])
    expect(words(addSpan(text, [at('He'), at('no')], at('said: “')))).toEqual(['He said: “no'])
    expect(words(addSpan(text, [at('He'), at('Then'), at('left')], at('no')))).toEqual(['He', 'no', 'Then', 'left'])
  })

  it('are taken out whole, at an end, or from the middle', () => {
    expect(words(subtractSpan(text, [at('He said'), at('no')], at('no')))).toEqual(['He said'])
    expect(words(subtractSpan(text, [at('He said')], at('He')))).toEqual(['said'])
    expect(words(subtractSpan(text, [at('Then he left')], at(' he')))).toEqual(['Then', 'left'])
    expect(subtractSpan(text, [at('he left')], at('Then he left'))).toEqual([])
    expect(words(subtractSpan(text, [at('no')], at('never')))).toEqual(['no'])
  })

  it('can be added and taken out of any text, and the rest is still a mark', () => {
    fc.assert(
      fc.property(wellFormedTextAndSpan, fc.nat(), fc.nat(), ([one, raw], a, b) => {
        const span = trimSpan(one, snapToGraphemes(one, raw))
        const [low, high] = [a % (one.length + 1), b % (one.length + 1)].toSorted((x, y) => x - y) as [number, number]
        const other = trimSpan(one, snapToGraphemes(one, [low, high]))
        if (!span || !other) return
        const added = addSpan(one, [span], other)
        expect(spansSchema.safeParse(added).success).toBe(true)
        expect(misfit(one, added)).toBeNull()
        const rest = subtractSpan(one, added, other)
        expect(misfit(one, rest)).toBeNull()
        expect(rest.length === 0 || spansSchema.safeParse(rest).success).toBe(true)
        for (const [start, end] of rest) expect(end <= other[0] || start >= other[1]).toBe(true)
      }),
      { numRuns: 500 },
    )
  })
})
