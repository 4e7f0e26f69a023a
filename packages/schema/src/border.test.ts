import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { anyText, graphemeBorders } from '../../../tests/support/hostile-text.ts'
import { type Border, moveBorder, placeOf, snapBorder, stepBorder } from './border.ts'
import { mergeSpans, misfit, type Span, type Spans, snapToGraphemes, spansSchema, trimSpan } from './span.ts'

const text = 'He said: “no, never”. Then\nhe left.'
const at = (words: string, within = text): Span => [within.indexOf(words), within.indexOf(words) + words.length]
const wordsOf = (spans: Spans) => spans.map(([start, end]) => text.slice(start, end))
const sides = fc.constantFrom('start' as const, 'end' as const)
const steps = fc.constantFrom(1 as const, -1 as const)
const units = fc.constantFrom('character' as const, 'word' as const)

/** A text with spans as a mark has them: sorted, apart, on characters, without blanks at their ends. */
const markedText = fc
  .tuple(
    anyText.filter((one) => one.isWellFormed()),
    fc.array(fc.tuple(fc.nat(), fc.nat()), { minLength: 1, maxLength: 5 }),
  )
  .map(([one, pairs]): [string, Span[]] => {
    const spans = pairs.flatMap(([a, b]) => {
      const [start, end] = [a % (one.length + 1), b % (one.length + 1)]
      const found = trimSpan(one, snapToGraphemes(one, [Math.min(start, end), Math.max(start, end)]))
      return found ? [found] : []
    })
    return [one, mergeSpans(spans)]
  })
  .filter(([, spans]) => spans.length > 0)

describe('a border', () => {
  it('goes anywhere without ever breaking the mark or another fragment of it', () => {
    fc.assert(
      fc.property(markedText, fc.nat(), sides, fc.nat(), ([one, spans], which, side, where) => {
        const border: Border = { index: which % spans.length, side }
        const moved = moveBorder(one, spans, border, where % (one.length + 2))
        expect(spansSchema.safeParse(moved).success).toBe(true)
        expect(misfit(one, moved)).toBeNull()
        expect(moved.length).toBe(spans.length)
        for (const [i, span] of moved.entries()) {
          if (i !== border.index) expect(span).toEqual(spans[i])
          else
            expect(placeOf([span], { index: 0, side: side === 'start' ? 'end' : 'start' })).toBe(
              placeOf(spans, { ...border, side: side === 'start' ? 'end' : 'start' }),
            )
          expect(trimSpan(one, span)).toEqual(span)
        }
      }),
      { numRuns: 500 },
    )
  })

  it('stands on a character after a step or a drop, and a step leads on until the text ends', () => {
    fc.assert(
      fc.property(anyText, fc.nat(), sides, steps, units, (one, place, side, step, by) => {
        const borders = graphemeBorders(one)
        const from = [...borders][place % borders.size] ?? 0
        const to = stepBorder(one, from, side, step, by)
        expect(borders.has(to)).toBe(true)
        if (from !== (step === 1 ? one.length : 0)) expect(Math.sign(to - from)).toBe(step)
        expect(borders.has(snapBorder(one, place % (one.length + 1), side, by))).toBe(true)
      }),
      { numRuns: 500 },
    )
  })

  it('steps by words to where words end, or begin', () => {
    const spans = [at('said')]
    const stepped = (side: Border['side'], step: 1 | -1, by: 'character' | 'word') => {
      const border = { index: 0, side }
      return wordsOf(moveBorder(text, spans, border, stepBorder(text, placeOf(spans, border), side, step, by)))
    }
    expect(stepped('end', 1, 'word')).toEqual(['said: “no'])
    expect(stepped('end', 1, 'character')).toEqual(['said:'])
    expect(stepped('end', -1, 'character')).toEqual(['sai'])
    expect(stepped('start', -1, 'word')).toEqual(['He said'])
    expect(stepped('start', 1, 'character')).toEqual(['aid'])
    // The mark never vanishes under its borders.
    expect(stepped('end', -1, 'word')).toEqual(['s'])
    expect(stepped('start', 1, 'word')).toEqual(['d'])
  })

  it('passes over blanks and the end of a line', () => {
    const [, end] = at('Then')
    expect(stepBorder(text, end, 'end', 1, 'character')).toBe(at('he left')[0] + 1)
    expect(stepBorder(text, at('he left')[0], 'start', -1, 'word')).toBe(at('Then')[0])
  })

  it('is dropped at the nearer end of a word, or where it is when by character', () => {
    const [start, end] = at('never')
    expect(snapBorder(text, start + 1, 'end', 'word')).toBe(at('no,')[1])
    expect(snapBorder(text, end - 1, 'end', 'word')).toBe(end)
    expect(snapBorder(text, end + 1, 'end', 'word')).toBe(end + 1)
    expect(snapBorder(text, start + 1, 'start', 'word')).toBe(start)
    expect(snapBorder(text, start + 1, 'end', 'character')).toBe(start + 1)
    expect(snapBorder(text, at('He ')[1] - 1, 'start', 'word')).toBe(at('said')[0])
  })

  it('stops before the next fragment and before its own other end', () => {
    const spans = [at('said'), at('never')]
    expect(wordsOf(moveBorder(text, spans, { index: 0, side: 'end' }, text.length))).toEqual(['said: “no,', 'never'])
    expect(wordsOf(moveBorder(text, spans, { index: 1, side: 'start' }, 0))).toEqual(['said', '“no, never'])
    expect(wordsOf(moveBorder(text, spans, { index: 1, side: 'start' }, text.length))).toEqual(['said', 'r'])
    expect(() => moveBorder(text, spans, { index: 2, side: 'start' }, 0)).toThrow(RangeError)
  })
})
