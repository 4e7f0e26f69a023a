import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { occurrencesOf } from './occurrences.ts'
import { isGraphemeBoundary, type Span, snapToWords } from './span.ts'

const any = { isWholeWords: false, isSameCase: false }
const found = (words: string, text: string, likeness = any) =>
  occurrencesOf(words, text, likeness).map(([start, end]) => text.slice(start, end))

describe('the places where the same words stand', () => {
  it('are told apart by whole words and by case only when asked to', () => {
    const text = 'Us, bus and US; the US’s'
    expect(found('us', text)).toEqual(['Us', 'us', 'US', 'US'])
    expect(found('us', text, { ...any, isWholeWords: true })).toEqual(['Us', 'US'])
    expect(found('US', text, { isWholeWords: true, isSameCase: true })).toEqual(['US'])
  })

  it('may lie over a line end, or have other blanks', () => {
    expect(found('Russian jets', 'Russian\njets, Russian\u00a0jets, Russianjets')).toEqual([
      'Russian\njets',
      'Russian\u00a0jets',
    ])
  })

  it('hold signs that mean something elsewhere as themselves', () => {
    expect(found('(a.b)* [x]?', 'ab (a.b)* [x]? axb')).toEqual(['(a.b)* [x]?'])
    expect(found('  ', 'a  b')).toEqual([])
  })

  it('are of the same encoding, and never a part of a character', () => {
    expect(found('cafe\u0301', 'caf\u00e9 cafe\u0301')).toEqual(['cafe\u0301'])
    expect(found('cafe', 'cafe\u0301 cafe')).toEqual(['cafe'])
    expect(found('👨‍👩‍👧', '👨‍👩‍👧‍👦 👨‍👩‍👧')).toEqual(['👨‍👩‍👧'])
    expect(occurrencesOf('🇪🇫', '🇩🇪🇫🇷', any)).toEqual([])
  })

  it('are all there are: none is left out, none lies over another, none cuts a character or a word', () => {
    const piece = fc.constantFrom('a', 'A', 'b', ' ', '\n', '.', 'e\u0301', 'é', '👩‍👧', '🇩🇪', '🇫', 'ß', 'ي', '中')
    const string = (maxLength: number) => fc.array(piece, { maxLength }).map((pieces) => pieces.join(''))
    fc.assert(
      fc.property(string(24), string(3), fc.boolean(), fc.boolean(), (text, words, isWholeWords, isSameCase) => {
        const spans = occurrencesOf(words, text, { isWholeWords, isSameCase })
        const fold = (one: string) => (isSameCase ? one : one.toLowerCase()).replaceAll(/\s+/g, ' ')
        const isOne = ([start, end]: Span) =>
          fold(text.slice(start, end)) === fold(words.trim()) &&
          isGraphemeBoundary(text, start) &&
          isGraphemeBoundary(text, end) &&
          (!isWholeWords || String(snapToWords(text, [start, end])) === String([start, end]))
        let free = 0
        for (const span of spans) {
          expect(isOne(span)).toBe(true)
          expect(span[0]).toBeGreaterThanOrEqual(free)
          free = span[1]
        }
        if (words.trim() === '') expect(spans).toEqual([])
        else
          for (let start = 0; start < text.length; start++)
            for (let end = start + 1; end <= text.length; end++)
              if (isOne([start, end])) expect(spans.some(([from, to]) => from < end && to > start)).toBe(true)
      }),
      { numRuns: 400 },
    )
  })
})
