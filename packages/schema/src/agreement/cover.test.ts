import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Span } from '../span.ts'
import { bothOf, coverOf, lengthsIn } from './cover.ts'
import { coverTokens, tokensBefore, tokensOf } from './tokens.ts'

const LENGTH = 30
const spans = fc.array(
  fc.tuple(fc.nat(LENGTH - 6), fc.integer({ min: 1, max: 6 })).map(([start, size]): Span => [start, start + size]),
  { maxLength: 6 },
)
const isIn = (some: readonly Span[], at: number) => some.some(([start, end]) => start <= at && at < end)
const marks = (some: readonly Span[]) => some.map((span) => ({ spans: [span] }))

describe('what marks cover', () => {
  it('is counted piece by piece as place by place', () => {
    fc.assert(
      fc.property(
        spans,
        spans,
        fc.uniqueArray(fc.integer({ min: 1, max: LENGTH - 1 }), { maxLength: 4 }),
        (a, b, cuts) => {
          const ends = [...cuts.sort((one, other) => one - other), LENGTH]
          const counted = ends.map((end, i) => {
            let both = 0
            for (let at = ends[i - 1] ?? 0; at < end; at++) if (isIn(a, at) && isIn(b, at)) both++
            return both
          })
          expect(lengthsIn(bothOf(coverOf(marks(a)), coverOf(marks(b))), ends)).toEqual(counted)
        },
      ),
    )
  })
})

describe('tokens', () => {
  const text = 'He said: “No, 3.5 km”.\n\nÜber 👩‍👧 всё'
  const tokens = tokensOf(text)
  const told = (cover: readonly number[]) =>
    cover.flatMap((from, i) => {
      if (i % 2 === 1) return []
      const to = cover[i + 1] as number
      return [text.slice(tokens.starts[from], tokens.ends[to - 1])]
    })

  it('are words and signs, without blanks', () => {
    expect(tokens.starts.map((start, i) => text.slice(start, tokens.ends[i]))).toEqual([
      ...['He', 'said', ':', '“', 'No', ',', '3.5', 'km', '”', '.', 'Über', '👩‍👧', 'всё'],
    ])
  })

  it('are covered when a mark has any of them', () => {
    const at = (words: string): Span => [text.indexOf(words), text.indexOf(words) + words.length]
    expect(told(coverTokens(coverOf(marks([at('aid: “N')])), tokens))).toEqual(['said: “No'])
    expect(told(coverTokens(coverOf(marks([at(' '), at('\n\n')])), tokens))).toEqual([])
    expect(told(coverTokens(coverOf(marks([at('He'), at('5 km')])), tokens))).toEqual(['He', '3.5 km'])
  })

  it('lie in the line they begin in', () => {
    expect(tokensBefore(tokens, text.indexOf('\n') + 1)).toBe(10)
    expect(tokensBefore(tokens, text.length)).toBe(13)
    expect(tokensBefore(tokens, 0)).toBe(0)
  })
})
