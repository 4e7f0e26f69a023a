import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sentenceIndexAt, sentencesIn, tokensIn, wordsIn } from './reading.ts'
import { isGraphemeBoundary, type Span, sentenceAt } from './span.ts'

const seed = readFileSync(new URL('../../../seeds/article.txt', import.meta.url), 'utf8')
const slices = (text: string, spans: readonly Span[]) => spans.map(([start, end]) => text.slice(start, end))

describe('a text cut up for choosing', () => {
  it('is the sentences that are found at a cursor, all of them and each once', () => {
    const piece = fc.constantFrom('One. ', 'Two? ', 'a', ' ', '\n', '\u0301', '“No.” ', 'नमस्ते। ', '中。', '🇩🇪', '…')
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        const text = pieces.join('')
        const all = sentencesIn(text)
        let free = 0
        for (const [start, end] of all) {
          expect(start).toBeGreaterThanOrEqual(free)
          expect(end).toBeGreaterThan(start)
          expect(isGraphemeBoundary(text, start) && isGraphemeBoundary(text, end)).toBe(true)
          free = end
        }
        for (let offset = 0; offset < text.length; offset++)
          if (/\S/.test(text.charAt(offset)) && text.charAt(offset) !== '\u0301')
            expect(all.some(([start, end]) => start <= offset && offset < end)).toBe(true)
      }),
      { numRuns: 300 },
    )
    for (const span of sentencesIn(seed)) expect(sentenceAt(seed, span[0])).toEqual(span)
  })

  it('begins where the reader is', () => {
    const all = sentencesIn(seed)
    const at = seed.indexOf('planes got in the air')
    expect(slices(seed, [all[sentenceIndexAt(seed, all, at)] ?? [0, 0]])).toEqual([
      'The first reports about civilian casualties emerged even before our planes got in the air,” he said.',
    ])
    expect(sentenceIndexAt(seed, all, seed.length)).toBe(all.length - 1)
    expect(sentenceIndexAt('', [], 0)).toBe(-1)
  })

  it('is words and signs, with an address as one, and of two glued ones each', () => {
    const line = 'Putin: “We’re there,” http://t.co/igZwyCsMYMpic.twitter.com/N1E 👨‍👩‍👧 cafe\u0301.'
    expect(slices(line, tokensIn(line, [0, line.length]))).toEqual([
      'Putin',
      ':',
      '“',
      'We’re',
      'there',
      ',',
      '”',
      'http://t.co/igZwyCsMYM',
      'pic.twitter.com/N1E',
      '👨‍👩‍👧',
      'cafe\u0301',
      '.',
    ])
  })

  it('is offered as words with the signs at them, and signs alone only where they stand alone', () => {
    const line = '“As for the US-led (self-styled) one – at pic.twitter.com/N1E: no!” 中文，好。'
    expect(slices(line, wordsIn(line, [0, line.length]))).toEqual([
      '“As',
      'for',
      'the',
      'US-led',
      '(self-styled)',
      'one',
      '–',
      'at',
      'pic.twitter.com/N1E:',
      'no!”',
      '中文，',
      '好。',
    ])
    const glued = 'http://t.co/igZwyCsMYMpic.twitter.com/N1E'
    expect(slices(glued, wordsIn(glued, [0, glued.length]))).toEqual(['http://t.co/igZwyCsMYM', 'pic.twitter.com/N1E'])
  })
})
