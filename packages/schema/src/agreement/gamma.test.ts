import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  alignmentDisorder,
  bestAlignment,
  disorderOf,
  dissimilarity,
  gammaDefaults,
  gammaOf,
  type Unit,
  type UnitaryAlignment,
} from './gamma.ts'
import { bestMatching } from './matching.ts'

const some = (most: number) =>
  fc.array(
    fc
      .tuple(fc.nat(24), fc.integer({ min: 1, max: 9 }), fc.constantFrom('claim', 'denial'))
      .map(([start, length, kind]): Unit => ({ start, end: start + length, kind })),
    { maxLength: most },
  )

/** Every way there is of aligning, tried one after the other. */
function leastDisorder(people: Unit[][]): number {
  let least = Number.POSITIVE_INFINITY
  const all = people.flatMap((units, person) => units.map((unit) => ({ unit, person })))
  const put = (at: number, alignment: (Unit | null)[][]) => {
    const next = all[at]
    if (!next) {
      least = Math.min(least, alignmentDisorder(alignment, gammaDefaults))
      return
    }
    for (const unitary of [...alignment, people.map(() => null)]) {
      if (unitary[next.person]) continue
      const taken = unitary.with(next.person, next.unit)
      put(at + 1, [...alignment.filter((one) => one !== unitary), taken])
    }
  }
  put(0, [])
  return least
}

const unitsOf = (alignment: UnitaryAlignment[], person: number) => alignment.flatMap((unitary) => unitary[person] ?? [])

describe('the best matching', () => {
  it('saves as much as the best of all that there are', () => {
    const savings = fc.array(fc.array(fc.nat(9), { minLength: 4, maxLength: 4 }), { maxLength: 4 })
    const most = (rows: number[][], taken: number[] = []): number =>
      rows.length === 0
        ? 0
        : Math.max(
            most(rows.slice(1), taken),
            ...[0, 1, 2, 3].map((j) =>
              taken.includes(j) || !rows[0]?.[j] ? 0 : (rows[0][j] as number) + most(rows.slice(1), [...taken, j]),
            ),
          )
    fc.assert(
      fc.property(savings, (rows) => {
        const edges = rows.map((row) => row.flatMap((saving, column) => (saving > 0 ? [{ column, saving }] : [])))
        const columns = [...bestMatching(edges, 4)]
        const taken = columns.filter((column) => column >= 0)
        expect(new Set(taken).size).toBe(taken.length)
        expect(columns.reduce((sum, column, row) => sum + (rows[row]?.[column] ?? 0), 0)).toBe(most(rows))
      }),
    )
  })
})

describe('gamma', () => {
  it('finds the best alignment of two, as trying all of them would', () => {
    fc.assert(
      fc.property(some(4), some(3), (a, b) => {
        const alignment = bestAlignment([a, b], gammaDefaults)
        expect(unitsOf(alignment, 0).length + unitsOf(alignment, 1).length).toBe(a.length + b.length)
        fc.pre(a.length + b.length > 0)
        expect(alignmentDisorder(alignment, gammaDefaults)).toBeCloseTo(leastDisorder([a, b]), 9)
      }),
    )
  })

  it('never finds one of three that is better than the best, and seldom a worse one', () => {
    let worse = 0
    fc.assert(
      fc.property(some(2), some(2), some(2), (a, b, c) => {
        fc.pre(a.length + b.length + c.length > 0)
        const [found, best] = [
          alignmentDisorder(bestAlignment([a, b, c], gammaDefaults), gammaDefaults),
          leastDisorder([a, b, c]),
        ]
        expect(found).toBeGreaterThan(best - 1e-9)
        if (found > best + 1e-9) worse++
      }),
      { numRuns: 200, seed: 1 },
    )
    expect(worse).toBeLessThan(3)
  })

  it('comes out as published for Alex, Paul and Suzan: a disorder of 0.96, and gamma from 0.44 to 0.47', () => {
    // The data and values of pygamma-agreement's tests (MIT), with α = 3 and β = 1; gamma itself depends on the draws.
    const units = (...all: [number, number, number][]): Unit[] =>
      all.map(([kind, start, end]) => ({ kind: `${kind}`, start, end }))
    const people = [
      units([1, 2, 9], [2, 11, 17], [5, 24, 30], [6, 32, 36], [6, 36, 44], [7, 44, 60]),
      units([1, 2, 9], [3, 11, 17], [5, 19, 25], [6, 32, 44]),
      units([1, 2, 9], [4, 11, 17], [5, 21, 27], [6, 32, 36], [6, 36, 40], [6, 40, 44]),
    ]
    const options = { ...gammaDefaults, alpha: 3, samples: 100 }
    const alignment = bestAlignment(people, options)
    expect(alignment.flatMap((unitary) => unitary.filter((unit) => unit !== null))).toHaveLength(16)
    expect(alignmentDisorder(alignment, options)).toBeCloseTo(0.96, 2)
    const disorder = disorderOf(people, 60, options)
    const { value } = gammaOf(disorder ? [disorder] : [])
    expect(value).toBeGreaterThan(0.42)
    expect(value).toBeLessThan(0.49)
  })

  it('is 1 when all have marked the same, for two and for five', () => {
    fc.assert(
      fc.property(some(6), fc.constantFrom(2, 5), (units, people) => {
        // Two equal units of one person would be the same mark made twice.
        const own = [...new Map(units.map((unit) => [`${unit.start} ${unit.end} ${unit.kind}`, unit])).values()]
        const all = Array.from({ length: people }, () => own)
        expect(alignmentDisorder(bestAlignment(all, gammaDefaults), gammaDefaults)).toBeCloseTo(0, 12)
        const disorder = disorderOf(all, 200, { ...gammaDefaults, samples: 3 })
        if (disorder && disorder.expected > 0) expect(gammaOf([disorder])).toEqual({ value: 1 })
      }),
      { numRuns: 40 },
    )
  })

  it('costs what the paper says: nothing for the same, 1 beside nothing, β for another kind', () => {
    const unit = (start: number, end: number, kind = 'claim'): Unit => ({ start, end, kind })
    expect(dissimilarity(unit(4, 14), unit(4, 14), gammaDefaults)).toBe(0)
    expect(dissimilarity(unit(4, 14), unit(4, 14, 'denial'), gammaDefaults)).toBe(1)
    expect(dissimilarity(unit(4, 14), unit(20, 25), gammaDefaults)).toBeCloseTo((27 / 15) ** 2, 12)
    expect(alignmentDisorder([[unit(4, 14), null]], gammaDefaults)).toBe(2)
  })

  it('is the same again from the same seed, and another from another', () => {
    const people = [
      [
        { start: 3, end: 9, kind: 'claim' },
        { start: 20, end: 31, kind: 'claim' },
      ],
      [
        { start: 4, end: 9, kind: 'claim' },
        { start: 50, end: 58, kind: 'denial' },
      ],
    ]
    const once = disorderOf(people, 100, gammaDefaults)
    expect(disorderOf(people, 100, gammaDefaults)).toEqual(once)
    expect(disorderOf(people, 100, { ...gammaDefaults, seed: 2 })?.expected).not.toBe(once?.expected)
  })

  it('is not defined where nobody has marked anything, or only one person has worked', () => {
    expect(disorderOf([[], []], 10, gammaDefaults)).toBeNull()
    expect(disorderOf([[{ start: 1, end: 2, kind: 'claim' }]], 10, gammaDefaults)).toBeNull()
    expect(gammaOf([])).toEqual({ value: null, reason: 'no-marks' })
  })
})
