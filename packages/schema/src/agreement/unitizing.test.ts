import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Disagreement, disagreementOf, unitizingAlpha, unitsOf } from './unitizing.ts'

const LENGTH = 40

/** Units that do not overlap, on a continuum of 40. */
const someUnits = fc.array(fc.tuple(fc.nat(6), fc.integer({ min: 1, max: 7 })), { maxLength: 6 }).map((steps) => {
  const units: number[] = []
  let at = 0
  for (const [gap, length] of steps) {
    if (at + gap + length > LENGTH) break
    units.push(at + gap, at + gap + length)
    at += gap + length
  }
  return units
})

const unitsIn = (cover: readonly number[]) =>
  cover.flatMap((start, i) => (i % 2 === 0 ? [[start, cover[i + 1] as number] as const] : []))

/** By the words of the definition: every unit against every unit and every gap. */
function byDefinition(a: readonly number[], b: readonly number[]): Disagreement {
  const sides = [unitsIn(a), unitsIn(b)]
  const gaps = sides.map((units) => {
    const free = Array.from({ length: LENGTH }, (_, at) => !units.some(([start, end]) => start <= at && at < end))
    const found: [number, number][] = []
    for (const [at, isFree] of free.entries())
      if (isFree && free[at - 1]) (found.at(-1) as [number, number])[1] = at + 1
      else if (isFree) found.push([at, at + 1])
    return found
  })
  let apart = 0
  for (const [s, e] of sides[0] ?? [])
    for (const [t, f] of sides[1] ?? []) if (s < f && t < e) apart += (s - t) ** 2 + (e - f) ** 2
  for (const [own, other] of [
    [0, 1],
    [1, 0],
  ] as const)
    for (const [s, e] of sides[own] ?? []) if (gaps[other]?.some(([t, f]) => t <= s && e <= f)) apart += (e - s) ** 2
  const all = sides.flat().map(([s, e]) => e - s)
  const chance = all.reduce((sum, l) => {
    const places = gaps.flat().reduce((places, [s, e]) => places + Math.max(0, e - s - l + 1), 0)
    return sum + ((all.length - 1) / 3) * (2 * l ** 3 - 3 * l ** 2 + l) + l ** 2 * places
  }, 0)
  const ways = 2 * LENGTH * (2 * LENGTH - 1) - all.reduce((sum, l) => sum + l * (l - 1), 0)
  return { observed: apart / LENGTH ** 2, expected: ((2 / LENGTH) * chance) / ways }
}

describe('alpha for unitizing', () => {
  it('is what the definition says, unit by unit and gap by gap', () => {
    fc.assert(
      fc.property(someUnits, someUnits, (a, b) => {
        const found = disagreementOf(a, b, 0, LENGTH)
        const wanted = byDefinition(a, b)
        expect(found.observed).toBeCloseTo(wanted.observed, 12)
        expect(found.expected).toBeCloseTo(wanted.expected, 12)
        expect(disagreementOf(b, a, 0, LENGTH)).toEqual({ ...found, expected: expect.closeTo(found.expected, 12) })
      }),
    )
  })

  it('is 1 for the same units, and less the further they are moved apart', () => {
    const alpha = (shift: number) =>
      unitizingAlpha([disagreementOf([20, 40], [20 + shift, 40 + shift], 0, 200)]).value ?? 9
    expect(alpha(0)).toBe(1)
    for (const shift of [1, 5, 10]) expect(alpha(shift)).toBeLessThan(alpha(shift - 1))
    expect(alpha(60)).toBeLessThan(0)
  })

  it('is not defined where nobody has marked anything', () => {
    expect(unitizingAlpha([disagreementOf([], [], 0, 10)])).toEqual({ value: null, reason: 'one-category' })
  })

  it('keeps of overlapping units the one that begins first, and of these the longest', () => {
    const spans = (...all: [number, number][]) => all.map((span) => ({ spans: [span] }))
    expect(unitsOf(spans([3, 9], [0, 2], [0, 4], [9, 12]))).toEqual({ units: [0, 4, 9, 12], leftOut: 2 })
  })
})
