import { expect, it } from 'vitest'
import { pairsInOrder } from './in-name-order.ts'

it('puts the first by name in front, with all that is counted of them', () => {
  const pair = (a: string, b: string, confusion: number[][]) => ({
    a,
    b,
    counts: { same: 1, onlyA: 2, onlyB: 3 },
    confusion,
    otherBorders: confusion,
  })
  const known = new Map([
    ['x', 'Zoë'],
    ['y', 'Ada'],
    ['z', 'Bo'],
  ])
  const compare = (a: string, b: string) => (known.get(a) ?? '').localeCompare(known.get(b) ?? '') || 1
  const pairs = [
    pair('x', 'y', [
      [1, 2],
      [3, 4],
    ]),
    pair('x', 'z', [
      [1, 0],
      [0, 1],
    ]),
    pair('y', 'z', [
      [5, 6],
      [7, 8],
    ]),
  ]
  const found = pairsInOrder(pairs, compare)
  expect(found.map(({ a, b }) => `${known.get(a)}, ${known.get(b)}`)).toEqual(['Ada, Bo', 'Ada, Zoë', 'Bo, Zoë'])
  expect(found[0]).toEqual(pairs[2])
  expect(found[1]).toMatchObject({
    counts: { same: 1, onlyA: 3, onlyB: 2 },
    confusion: [
      [1, 3],
      [2, 4],
    ],
    otherBorders: [
      [1, 3],
      [2, 4],
    ],
  })
})
