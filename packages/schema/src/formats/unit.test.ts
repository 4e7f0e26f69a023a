import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import cases from '../../../../tests/fixtures/offset-units.json' with { type: 'json' }
import { anyText, graphemeBorders } from '../../../../tests/support/hostile-text.ts'
import { offsetUnits } from './format.ts'
import { fittingUnits, joinFits, possibleUnits, unitOf, unitToTake } from './unit.ts'

const wellFormed = anyText.map((text) => text.toWellFormed())
const runs = { numRuns: 150 }

const mark = (start: number, end: number, quote: string | null) => ({ spans: [[start, end] as const], quotes: [quote] })

describe('a unit', () => {
  it.each(cases.cases)('counts $id as it was counted by other programs', ({ text, length, spans }) => {
    expect({
      utf16: unitOf(text, 'utf16').length,
      code_points: unitOf(text, 'code-points').length,
      utf8_bytes: unitOf(text, 'bytes').length,
      graphemes: unitOf(text, 'graphemes').length,
    }).toEqual(length)
    for (const { utf16, code_points, utf8_bytes } of spans) {
      expect(utf16.map(unitOf(text, 'code-points').fromUtf16)).toEqual(code_points)
      expect(utf16.map(unitOf(text, 'bytes').fromUtf16)).toEqual(utf8_bytes)
      expect(code_points.map(unitOf(text, 'code-points').toUtf16)).toEqual(utf16)
      expect(utf8_bytes.map(unitOf(text, 'bytes').toUtf16)).toEqual(utf16)
    }
  })

  it('agrees with the platform about any text, there and back, and knows no other places', () => {
    fc.assert(
      fc.property(wellFormed, (text) => {
        const borders = {
          utf16: new Set([...Array.from(text.matchAll(/./gsu), ({ index }) => index), text.length]),
          graphemes: graphemeBorders(text),
        }
        const count = {
          utf16: (before: string) => before.length,
          'code-points': (before: string) => [...before].length,
          bytes: (before: string) => new TextEncoder().encode(before).length,
          graphemes: (before: string) => [...borders.graphemes].filter((border) => border < before.length).length,
        }
        for (const unit of offsetUnits) {
          const { length, fromUtf16, toUtf16 } = unitOf(text, unit)
          const places = unit === 'graphemes' ? borders.graphemes : borders.utf16
          const found = new Map<number, number>()
          for (let offset = 0; offset <= text.length; offset++) {
            if (!places.has(offset)) expect(() => fromUtf16(offset)).toThrow(RangeError)
            else {
              expect(fromUtf16(offset)).toBe(count[unit](text.slice(0, offset)))
              found.set(fromUtf16(offset), offset)
            }
          }
          expect(length).toBe(count[unit](text))
          for (let offset = -1; offset <= length + 2; offset++) expect(toUtf16(offset)).toBe(found.get(offset) ?? null)
        }
      }),
      runs,
    )
  })

  it.each([Number.NaN, Number.POSITIVE_INFINITY, -1, 0.5, 2 ** 31, 2 ** 53])('has no place at %s', (offset) => {
    for (const unit of offsetUnits) {
      expect(unitOf('a word', unit).toUtf16(offset)).toBeNull()
      expect(() => unitOf('a word', unit).fromUtf16(offset)).toThrow(RangeError)
    }
  })

  it('is not made of a text with half of a surrogate pair', () => {
    expect(() => unitOf('half \ud83d of it', 'code-points')).toThrow(RangeError)
  })
})

describe('the quotes of marks', () => {
  it('tell the unit they were counted in, wherever the text can tell it', () => {
    fc.assert(
      fc.property(wellFormed, fc.constantFrom(...offsetUnits), (words, unit) => {
        // Each unit counts what stands before the word otherwise.
        const text = `${words}📰 👍🏽 é\u0301 word`
        const { length, fromUtf16 } = unitOf(text, unit)
        const fit = fittingUnits(text, [mark(fromUtf16(text.length - 4), length, 'word'), mark(0, 1, null)])
        expect(fit.quotes).toBe(1)
        expect(possibleUnits(fit)).toEqual([unit])
        expect(unitToTake(fit, 'code-points')).toBe(unit)
      }),
      runs,
    )
  })

  it('leave it to the format where all units are the same', () => {
    const fit = fittingUnits('Putin denied it', [mark(6, 12, 'denied')])
    expect(possibleUnits(fit)).toEqual(offsetUnits)
    expect(unitToTake(fit, 'bytes')).toBe('bytes')
    expect(unitToTake(fit, null)).toBe('utf16')
  })

  it('tell it together, where some of them fit by none', () => {
    const fit = joinFits([
      fittingUnits('no emoji', [mark(0, 2, 'no'), mark(0, 2, 'oh')]),
      fittingUnits('📰 Putin', [mark(2, 7, 'Putin')]),
    ])
    expect(fit).toEqual({ quotes: 3, fitting: { utf16: 1, 'code-points': 2, bytes: 1, graphemes: 2 } })
    expect(unitToTake(fit, 'utf16')).toBe('code-points')
  })
})
