import { describe, expect, it } from 'vitest'
import { arcBetween, type Box, type Point, pathOf, placeLabels, shareLabels } from './geometry.ts'

const window = { left: 0, top: 0, right: 1000, bottom: 800 }
const words = (left: number, top: number, width = 100): Box => ({ left, top, right: left + width, bottom: top + 24 })

describe('an arc between two marks', () => {
  it('keeps close over the line where both are in one', () => {
    const arc = arcBetween({ from: [words(100, 200)], to: [words(500, 200)], window })
    expect(arc?.points).toEqual([
      { x: 150, y: 198 },
      { x: 150, y: 192 },
      { x: 550, y: 192 },
      { x: 550, y: 198 },
    ])
  })

  it('runs beside the text between two lines, and over the words before a mark', () => {
    const arc = arcBetween({ from: [words(300, 200)], to: [words(100, 600)], window })
    expect(arc?.points.map(({ x }) => x)).toEqual([314, 314, -9, -9, 114, 114])
    expect(arc?.points.map(({ y }) => y)).toEqual([198, 192, 192, 592, 592, 598])
  })

  it('comes straight to a line that begins where the text does', () => {
    const arc = arcBetween({ from: [words(300, 200), words(0, 240)], to: [words(0, 600)], window, track: 1 })
    expect(arc?.points.map(({ x }) => x)).toEqual([-2, -5, -5, -2])
    expect(arc?.points.map(({ y }) => y)).toEqual([252, 252, 612, 612])
  })

  it('points to an end outside the window from the edge, and is not drawn when both are', () => {
    const down = arcBetween({ from: [words(100, 200)], to: [words(100, 4000)], window })
    expect(down?.isCut).toEqual({ from: false, to: true })
    expect(down?.points.at(-1)).toEqual({ x: -9, y: 786 })
    const up = arcBetween({ from: [words(100, -900)], to: [words(100, 200)], window })
    expect(up?.isCut).toEqual({ from: true, to: false })
    expect(up?.points[0]).toEqual({ x: -9, y: 14 })
    expect(arcBetween({ from: [words(0, -900)], to: [words(0, 4000)], window })).toBeNull()
    expect(arcBetween({ from: [], to: [words(0, 10)], window })).toBeNull()
  })

  it('leaves two marks of which one holds the other at two places', () => {
    const arc = arcBetween({ from: [words(100, 200, 300)], to: [words(200, 200)], window })
    expect(arc?.points[0]?.x).toBe(102)
    expect(arc?.points.at(-1)?.x).toBe(250)
  })

  it('is drawn with corners no larger than there is room for', () => {
    expect(
      pathOf([
        { x: 0, y: 0 },
        { x: 0, y: 4 },
        { x: 40, y: 4 },
      ]),
    ).toBe('M0 0L0 2Q0 4 5 4L40 4')
  })
})

describe('labels on arcs', () => {
  const beside = [
    { x: -9, y: 0 },
    { x: -9, y: 600 },
  ] as const

  it('stand along those beside the text, each where no other is in the way', () => {
    const placed = placeLabels([1, 2, 3].map(() => ({ spine: beside, width: 60, height: 14, window })))
    expect(placed[0]).toEqual({ at: { x: -9, y: 300 }, isTurned: true })
    for (const [i, one] of placed.entries())
      for (const other of placed.slice(i + 1)) expect(Math.abs(one.at.y - other.at.y)).toBeGreaterThanOrEqual(60)
  })

  it('lie on those over a line', () => {
    const spine = [
      { x: 100, y: 50 },
      { x: 300, y: 50 },
    ] as const
    expect(placeLabels([{ spine, width: 60, height: 14, window }])).toEqual([
      { at: { x: 200, y: 50 }, isTurned: false },
    ])
  })
})

it('gives arcs beside the text that say the same one label, where most of it is seen, and leaves the others theirs', () => {
  const arc = (id: string, label: string, spine: [Point, Point], style = 'claim') => ({
    id,
    label,
    style,
    spine,
    window,
  })
  const beside = (length: number): [Point, Point] => [
    { x: -9, y: 0 },
    { x: -9, y: length },
  ]
  const over: [Point, Point] = [
    { x: 0, y: 5 },
    { x: 80, y: 5 },
  ]
  const arcs = [
    arc('a', 'denies', beside(-3000)),
    arc('b', 'denies', beside(-100)),
    arc('c', 'denies', beside(200)),
    arc('d', 'denies', over),
    arc('e', 'cites', beside(50)),
    arc('f', 'denies', beside(60), 'denial'),
  ]
  const shared = (pointed: string | null) => shareLabels(arcs, pointed).map(({ arc, count }) => [arc.id, count])
  expect(shared(null)).toEqual([
    ['c', 3],
    ['d', 1],
    ['e', 1],
    ['f', 1],
  ])
  expect(shared('b')).toContainEqual(['b', 1])
  expect(shared('b')).toContainEqual(['c', 2])
})
