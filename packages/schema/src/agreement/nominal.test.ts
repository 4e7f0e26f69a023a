import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { alphaNominal, bennettS, cohenKappa, fleissKappa, observedAgreement, scottPi } from './nominal.ts'

const tables = fc
  .integer({ min: 2, max: 4 })
  .chain((size) =>
    fc.array(fc.array(fc.nat(9), { minLength: size, maxLength: size }), { minLength: size, maxLength: size }),
  )
const measures = { observedAgreement, cohenKappa, scottPi, bennettS }
const transposed = (table: number[][]) => table.map((_, i) => table.map((row) => row[i] as number))

describe('agreement on nominal items', () => {
  it('comes out as worked by hand, to the last digit', () => {
    const table = [
      [20, 10],
      [20, 50],
    ]
    // Artstein & Poesio 2008: Ao = 0.7; by chance 0.3 · 0.4 + 0.7 · 0.6 = 0.54, and 0.35² + 0.65² = 0.545.
    expect(cohenKappa(table)).toEqual({ value: expect.closeTo(0.16 / 0.46, 12) })
    expect(scottPi(table)).toEqual({ value: expect.closeTo(0.155 / 0.455, 12) })
    expect(bennettS(table)).toEqual({ value: expect.closeTo(0.4, 12) })
  })

  it('gives Fleiss’ kappa of the example in the encyclopaedia: 14 judges, 10 items, 0.210', () => {
    const counts = [
      [0, 0, 0, 0, 14],
      [0, 2, 6, 4, 2],
      [0, 0, 3, 5, 6],
      [0, 3, 9, 2, 0],
      [2, 2, 8, 1, 1],
      [7, 7, 0, 0, 0],
      [3, 2, 6, 3, 0],
      [2, 5, 3, 2, 2],
      [6, 5, 2, 1, 0],
      [0, 2, 2, 3, 7],
    ]
    expect(fleissKappa(counts)).toEqual({ value: expect.closeTo(0.21, 3) })
    expect(() =>
      fleissKappa([
        [1, 1],
        [2, 1],
      ]),
    ).toThrow(RangeError)
  })

  it('is not defined where there is nothing, or nothing but one category', () => {
    expect(observedAgreement([])).toEqual({ value: null, reason: 'not-shared' })
    expect(
      cohenKappa([
        [3, 0],
        [0, 0],
      ]),
    ).toEqual({ value: null, reason: 'one-category' })
    expect(
      scottPi([
        [3, 0],
        [0, 0],
      ]),
    ).toEqual({ value: null, reason: 'one-category' })
    expect(bennettS([[3]])).toEqual({ value: null, reason: 'one-category' })
    expect(
      fleissKappa([
        [2, 0],
        [2, 0],
      ]),
    ).toEqual({ value: null, reason: 'one-category' })
    expect(alphaNominal([['a', 'a']], 1)).toEqual({ value: null, reason: 'one-category' })
    expect(alphaNominal([['a', null]], 2)).toEqual({ value: null, reason: 'not-shared' })
  })

  it('does not change when the two change places, or the categories their names', () => {
    fc.assert(
      fc.property(tables, (table) => {
        for (const measure of Object.values(measures)) {
          expect(measure(transposed(table))).toEqual(measure(table))
          expect(measure(table.toReversed().map((row) => row.toReversed()))).toEqual(measure(table))
        }
      }),
    )
  })

  it('is 1 when all is alike, wherever more than one category is used', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 2, maxLength: 4 }), (counts) => {
        const table = counts.map((count, i) => counts.map((_, j) => (i === j ? count : 0)))
        for (const measure of Object.values(measures)) expect(measure(table)).toEqual({ value: 1 })
      }),
    )
  })

  it('has alpha go towards pi as there are more items, for two who judge all', () => {
    fc.assert(
      fc.property(tables, (table) => {
        const pi = scottPi(table).value
        fc.pre(pi !== null)
        const items = table.flatMap((row, i) =>
          row.flatMap((count, j) => Array.from({ length: count * 40 }, () => [`${i}`, `${j}`])),
        )
        // Alpha is pi with the chance of drawing without putting back: (1 - alpha) / (1 - pi) = (n - 1) / n.
        const n = 2 * items.length
        expect(1 - (alphaNominal(items, 9).value ?? Number.NaN)).toBeCloseTo(((1 - (pi ?? 0)) * (n - 1)) / n, 9)
      }),
      { numRuns: 30 },
    )
  })
})
