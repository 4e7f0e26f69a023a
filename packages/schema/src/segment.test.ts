import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { blocksOf } from './article.ts'
import { Layout } from './segment.ts'
import { mergeSpans, type Span, type Spans } from './span.ts'

const text = 'Title here\nA first line\n\nAnd a last one'
const blocks = blocksOf(text)

type Placed = { id: string; spans: [number, number][] }

const anySpans = fc
  .array(fc.tuple(fc.nat(text.length), fc.nat(text.length)), { minLength: 1, maxLength: 3 })
  .map((pairs) => mergeSpans(pairs.map(([a, b]): Span => [Math.min(a, b), Math.max(a, b)])))
  .filter((spans) => spans.length > 0)
  .map((spans) => spans.map(([start, end]): [number, number] => [start, end]))

const anyId = fc.integer({ min: 1, max: 12 }).map((n) => `ada.${n}`)

/** What people do to the marks of an article, in any order: put (or move) one, take one out. */
const anyActs = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: fc.record({ id: anyId, spans: anySpans }) },
    { weight: 1, arbitrary: fc.record({ id: anyId, spans: fc.constant(null) }) },
  ),
  { maxLength: 40 },
)

type Act = { id: string; spans: [number, number][] | null }

function play(acts: readonly Act[], afterEach: (layout: Layout, placed: Map<string, Placed>, act: Act) => void) {
  const layout = new Layout(blocks)
  const placed = new Map<string, Placed>()
  for (const act of acts) {
    if (act.spans) {
      layout.put({ id: act.id, spans: act.spans })
      placed.set(act.id, { id: act.id, spans: act.spans })
    } else {
      layout.remove(act.id)
      placed.delete(act.id)
    }
    afterEach(layout, placed, act)
  }
  return { layout, placed }
}

function covers(spans: Spans, offset: number): boolean {
  return spans.some(([start, end]) => start <= offset && offset < end)
}

/** Every segment of the article, with ids in one order, so that two layouts can be compared. */
function paintingOf(layout: Layout, isShown?: (id: string) => boolean) {
  return blocks.map((_, index) =>
    layout.segmentsOf(index, isShown).map(({ start, end, ids }) => ({ start, end, ids: ids.toSorted() })),
  )
}

describe('the segments of an article', () => {
  it('have over each character exactly the marks that cover it', () => {
    fc.assert(
      fc.property(anyActs, (acts) => {
        const { layout, placed } = play(acts, () => {})
        for (const [index, block] of blocks.entries()) {
          const segments = layout.segmentsOf(index)
          for (let offset = block.start; offset < block.end; offset++) {
            const expected = [...placed.values()].filter(({ spans }) => covers(spans, offset)).map(({ id }) => id)
            const found = segments.filter(({ start, end }) => start <= offset && offset < end)
            expect(found.length).toBe(expected.length > 0 ? 1 : 0)
            expect([...(found[0]?.ids ?? [])].sort()).toEqual(expected.sort())
            expect(layout.idsAt(offset).sort()).toEqual(expected)
          }
        }
      }),
    )
  })

  it('lie in their block, in order, none empty, and are no more than needed', () => {
    fc.assert(
      fc.property(anyActs, (acts) => {
        const { layout } = play(acts, () => {})
        for (const [index, segments] of paintingOf(layout).entries()) {
          let last = blocks[index]?.start ?? 0
          for (const [i, { start, end, ids }] of segments.entries()) {
            expect(start).toBeGreaterThanOrEqual(last)
            expect(end).toBeGreaterThan(start)
            const before = segments[i - 1]
            if (before?.end === start) expect(ids).not.toEqual(before.ids)
            last = end
          }
          expect(last).toBeLessThanOrEqual(blocks[index]?.end ?? 0)
        }
      }),
    )
  })

  it('are the same after many changes as when built anew', () => {
    fc.assert(
      fc.property(anyActs, (acts) => {
        const { layout, placed } = play(acts, () => {})
        const anew = new Layout(blocks)
        for (const annotation of placed.values()) anew.put(annotation)
        expect(paintingOf(layout)).toEqual(paintingOf(anew))
      }),
    )
  })

  it('change in no block that was not named as changed', () => {
    fc.assert(
      fc.property(anyActs, (acts) => {
        const layout = new Layout(blocks)
        let before = paintingOf(layout)
        for (const { id, spans } of acts) {
          const named = spans ? layout.put({ id, spans }) : layout.remove(id)
          const after = paintingOf(layout)
          for (const index of blocks.keys()) if (!named.includes(index)) expect(after[index]).toEqual(before[index])
          before = after
        }
      }),
    )
  })

  it('without the hidden marks are as if those were not there', () => {
    fc.assert(
      fc.property(anyActs, fc.func(fc.boolean()), (acts, isShown) => {
        const { layout, placed } = play(acts, () => {})
        const shown = new Layout(blocks)
        for (const annotation of placed.values()) if (isShown(annotation.id)) shown.put(annotation)
        expect(paintingOf(layout, (id) => isShown(id))).toEqual(paintingOf(shown))
      }),
    )
  })

  it('cut two marks that overlap into three', () => {
    const layout = new Layout(blocks)
    layout.put({ id: 'ada.1', spans: [[11, 18]] })
    layout.put({ id: 'bo.1', spans: [[13, 23]] })
    expect(layout.segmentsOf(1)).toEqual([
      { start: 11, end: 13, ids: ['ada.1'] },
      { start: 13, end: 18, ids: ['ada.1', 'bo.1'] },
      { start: 18, end: 23, ids: ['bo.1'] },
    ])
  })

  it('of a mark across lines are one in each line', () => {
    const layout = new Layout(blocks)
    expect(layout.put({ id: 'ada.1', spans: [[6, 28]] })).toEqual([0, 1, 2, 3])
    expect(blocks.map((_, index) => layout.segmentsOf(index).map(({ start, end }) => text.slice(start, end)))).toEqual([
      ['here'],
      ['A first line'],
      [],
      ['And'],
    ])
  })

  it('of a block or a place that is not there are a mistake of the caller', () => {
    const layout = new Layout(blocks)
    expect(() => layout.segmentsOf(4)).toThrow(RangeError)
    expect(() => layout.idsAt(text.length + 1)).toThrow(RangeError)
    expect(() => layout.laneOf('ada.1')).toThrow(RangeError)
  })
})

describe('the lane of a mark', () => {
  const overlap = (a: Spans, b: Spans) => text.split('').some((_, offset) => covers(a, offset) && covers(b, offset))

  it('is never that of a mark over the same words', () => {
    fc.assert(
      fc.property(anyActs, (acts) => {
        const { layout, placed } = play(acts, () => {})
        for (const a of placed.values())
          for (const b of placed.values())
            if (a.id < b.id && overlap(a.spans, b.spans)) expect(layout.laneOf(a.id)).not.toBe(layout.laneOf(b.id))
      }),
    )
  })

  it('stays when other marks come, move and go, and when its own kind changes', () => {
    fc.assert(
      fc.property(anyActs, (acts) => {
        let before = new Map<string, { lane: number; spans: string }>()
        play(acts, (layout, placed, act) => {
          const after = new Map(
            [...placed.values()].map(({ id, spans }) => [
              id,
              { lane: layout.laneOf(id), spans: JSON.stringify(spans) },
            ]),
          )
          for (const [id, { lane, spans }] of after) {
            const old = before.get(id)
            if (old && (id !== act.id || old.spans === spans)) expect(lane).toBe(old.lane)
          }
          before = after
        })
      }),
    )
  })

  it('is the lowest that is free when the mark comes', () => {
    fc.assert(
      fc.property(anyActs, (acts) => {
        const { layout, placed } = play(acts, () => {})
        fc.assert(
          fc.property(anySpans, (spans) => {
            layout.put({ id: 'new.1', spans })
            const taken = new Set(
              [...placed.values()].filter((other) => overlap(other.spans, spans)).map(({ id }) => layout.laneOf(id)),
            )
            expect(layout.laneOf('new.1')).toBe(Array.from({ length: 99 }, (_, i) => i).find((i) => !taken.has(i)))
            layout.remove('new.1')
          }),
          { numRuns: 5 },
        )
      }),
    )
  })
})

it('knows which marks begin in a block, and which blocks a mark is over', () => {
  const layout = new Layout(blocks)
  layout.put({ id: 'ada.1', spans: [[2, 14]] })
  layout.put({ id: 'ada.2', spans: [[12, 15]] })
  expect(layout.idsFrom(0)).toEqual(['ada.1'])
  expect(layout.idsFrom(1)).toEqual(['ada.2'])
  expect(layout.blocksOf('ada.1')).toEqual([0, 1])
  expect(layout.blocksOf('ada.3')).toEqual([])
  expect([...layout.ids()]).toEqual(['ada.1', 'ada.2'])
})

it('lays out ten thousand marks, and one more, without delay', () => {
  const line = 'The tasks set for the air force have been completed. '.repeat(20)
  const long = blocksOf(Array.from({ length: 100 }, () => line).join('\n'))
  const layout = new Layout(long)
  const length = long.at(-1)?.end ?? 0
  const begun = performance.now()
  for (let i = 0; i < 10_000; i++) {
    const start = (i * 7919) % (length - 600)
    layout.put({ id: `ada.${i}`, spans: [[start, start + 12 + (i % 588)]] })
  }
  const built = performance.now()
  for (const index of layout.put({ id: 'bo.1', spans: [[5000, 5100]] })) layout.segmentsOf(index)
  expect(performance.now() - built).toBeLessThan(50)
  expect(built - begun).toBeLessThan(2000)
})
