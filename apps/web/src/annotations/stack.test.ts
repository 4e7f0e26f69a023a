import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { arrange, type Item, type Line, stack } from './stack.ts'

const box = (line: string, top: number, isFixed = false, height = 30): Item<string> => ({ line, top, height, isFixed })
const tops = (items: readonly Item<string>[]) => Object.fromEntries(items.map((item) => [item.line, item.top]))

describe('the margin', () => {
  it('leaves marks where their words are when there is room', () => {
    expect(tops(stack([box('a', 0), box('b', 100)]))).toEqual({ a: 0, b: 100 })
  })

  it('moves later ones down when they would cover each other', () => {
    expect(tops(stack([box('a', 0), box('b', 10), box('c', 15)]))).toEqual({ a: 0, b: 30, c: 60 })
  })

  it('keeps the selected mark exactly at its words and makes room above and below it', () => {
    expect(tops(stack([box('a', 0), box('b', 10), box('chosen', 20, true, 100), box('c', 30)]))).toEqual({
      a: -40,
      b: -10,
      chosen: 20,
      c: 120,
    })
  })

  it('never puts one over another, and never moves the selected one', () => {
    const item = fc.record({ top: fc.integer({ min: 0, max: 500 }), height: fc.integer({ min: 1, max: 80 }) })
    fc.assert(
      fc.property(fc.array(item, { maxLength: 40 }), fc.option(fc.nat()), (given, fixed) => {
        const items = given.map((one, i) => ({
          ...one,
          line: i,
          isFixed: fixed !== null && i === fixed % given.length,
        }))
        const placed = stack(items)
        expect(placed).toHaveLength(items.length)
        for (const [i, one] of placed.entries()) {
          const next = placed[i + 1]
          if (next) expect(one.top + one.height).toBeLessThanOrEqual(next.top)
          if (one.isFixed) expect(one.top).toBe(items[one.line]?.top)
        }
      }),
    )
  })
})

describe('the margin of a dense text', () => {
  const arranged = (ids: readonly string[], selected: string | null = null) =>
    arrange({
      blocks: [{ block: 0, top: 0, bottom: 100, ids }],
      topOf: (id) => ids.indexOf(id) * 5,
      selected,
      cardHeight: 200,
    })
  const shown = (items: readonly Item<Line>[]) =>
    items.map(({ line }) => ('id' in line ? line.id : `${line.more.length} more`))

  it('shows a line for each mark while there is room', () => {
    expect(shown(arranged(['a', 'b', 'c']))).toEqual(['a', 'b', 'c'])
  })

  it('puts those that have no room behind a chip that names how many', () => {
    expect(shown(arranged(['a', 'b', 'c', 'd', 'e', 'f']))).toEqual(['a', 'b', '4 more'])
  })

  it('shows the selected one in any case, open at its words', () => {
    const items = arranged(['a', 'b', 'c', 'd', 'e', 'f'], 'e')
    expect(shown(items)).toEqual(['a', 'b', 'e', '4 more'])
    expect(items.find(({ isFixed }) => isFixed)?.top).toBe(20)
  })

  it('does not drift away from the text however many dense blocks follow each other', () => {
    const blocks = Array.from({ length: 50 }, (_, block) => ({
      block,
      top: block * 100,
      bottom: block * 100 + 80,
      ids: Array.from({ length: 30 }, (_, i) => `${block}-${i}`),
    }))
    const topOf = (id: string) => Number(id.split('-')[0]) * 100
    for (const { line, top } of arrange({ blocks, topOf, selected: null, cardHeight: 0 }))
      expect(Math.abs(top - line.block * 100)).toBeLessThan(160)
  })
})
