import { describe, expect, it } from 'vitest'
import { densityOf } from './minimap.ts'

const density = (spans: [number, number][], length: number, rows: number) => [...densityOf(spans, length, rows)]

describe('the strip beside the text', () => {
  it('shows where along the text marks lie over each other', () => {
    expect(
      density(
        [
          [0, 50],
          [25, 100],
        ],
        100,
        4,
      ),
    ).toEqual([1, 2, 1, 1])
  })

  it('shows even the smallest mark, and one at the very end', () => {
    expect(
      density(
        [
          [501, 502],
          [9999, 10_000],
        ],
        10_000,
        10,
      ),
    ).toEqual([1, 0, 0, 0, 0, 0, 0, 0, 0, 1])
  })

  it('leaves out what lies beyond the text, as a mark of another version may', () => {
    expect(
      density(
        [
          [90, 500],
          [200, 300],
        ],
        100,
        2,
      ),
    ).toEqual([0, 1])
  })
})
