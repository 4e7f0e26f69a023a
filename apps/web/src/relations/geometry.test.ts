import { describe, expect, it } from 'vitest'
import { arcBetween, type Box, type Curve, placeLabels, pointOn } from './geometry.ts'

const window = { left: 0, top: 0, right: 1000, bottom: 800 }
const words = (left: number, top: number, width = 100): Box => ({ left, top, right: left + width, bottom: top + 24 })

describe('an arc between two marks', () => {
  it('rises over the line where both are in one', () => {
    const arc = arcBetween({ from: [words(100, 200)], to: [words(500, 200)], window })
    expect(arc?.curve[0]).toEqual({ x: 150, y: 198 })
    expect(arc?.curve[3]).toEqual({ x: 550, y: 198 })
    expect(arc && pointOn(arc.curve, 0.5).y).toBeLessThan(180)
  })

  it('goes from the lower edge down to the upper edge, and the other way up', () => {
    const [upper, lower] = [words(100, 200), words(400, 600)]
    expect(arcBetween({ from: [upper], to: [lower], window })?.curve.map(({ y }) => y)).toEqual([226, 412, 412, 598])
    const up = arcBetween({ from: [lower], to: [upper], window })
    expect([up?.curve[0].y, up?.curve[3].y]).toEqual([598, 226])
  })

  it('begins at the line of a long mark that is nearest', () => {
    const arc = arcBetween({ from: [words(100, 200), words(100, 240), words(100, 280)], to: [words(100, 400)], window })
    expect(arc?.curve[0].y).toBe(306)
  })

  it('points to an end outside the window from the edge, and is not drawn when both are', () => {
    const down = arcBetween({ from: [words(100, 200)], to: [words(100, 4000)], window })
    expect(down?.isCut).toEqual({ from: false, to: true })
    expect(down?.curve[3]).toEqual({ x: 150, y: 786 })
    const up = arcBetween({ from: [words(100, -900)], to: [words(100, 200)], window })
    expect(up?.isCut).toEqual({ from: true, to: false })
    expect(up?.curve[0].y).toBe(14)
    expect(arcBetween({ from: [words(0, -900)], to: [words(0, 4000)], window })).toBeNull()
    expect(arcBetween({ from: [], to: [words(0, 10)], window })).toBeNull()
  })
})

describe('labels on arcs', () => {
  const curve: Curve = [
    { x: 0, y: 0 },
    { x: 0, y: 200 },
    { x: 0, y: 400 },
    { x: 0, y: 600 },
  ]

  it('move along their own where another is in the way', () => {
    const placed = placeLabels([1, 2, 3].map(() => ({ curve, width: 60, height: 20 })))
    expect(placed[0]?.y).toBeCloseTo(300)
    for (const [i, one] of placed.entries())
      for (const other of placed.slice(i + 1)) expect(Math.abs(one.y - other.y)).toBeGreaterThanOrEqual(20)
  })
})
