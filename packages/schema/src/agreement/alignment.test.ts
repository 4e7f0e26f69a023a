import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { mergeSpans, type Span } from '../span.ts'
import { align, sharedLength, withoutTwins } from './alignment.ts'
import type { Mark } from './annotated.ts'

let count = 0
const mark = (kind: string, ...spans: Span[]): Mark => ({
  id: `ada.m${++count}`,
  kind,
  spans: [...spans] as Mark['spans'],
})
const told = (a: Mark[], b: Mark[]) => {
  const { pairs, onlyA, onlyB } = align(a, b)
  const say = ({ kind, spans }: Mark) => `${kind} ${spans.map((span) => span.join('–')).join(', ')}`
  return [
    ...pairs.map(({ a, b, difference }) => `${say(a)} | ${say(b)} | ${difference}`),
    ...onlyA.map((one) => `${say(one)} | nothing`),
    ...onlyB.map((one) => `nothing | ${say(one)}`),
  ]
}

/** Layers of a few marks that are close enough to meet. */
const layers = fc
  .array(
    fc.record({
      kind: fc.constantFrom('claim', 'denial', 'citation'),
      ends: fc.array(fc.tuple(fc.nat(20), fc.integer({ min: 1, max: 8 })), { minLength: 1, maxLength: 2 }),
    }),
    { maxLength: 7 },
  )
  .map(
    (marks) =>
      withoutTwins(marks.map(({ kind, ends }) => mark(kind, ...mergeSpans(ends.map(([at, size]) => [at, at + size])))))
        .marks,
  )

describe('aligning two layers', () => {
  it('tells the same, other borders, other kinds and what only one has apart', () => {
    expect(
      told(
        [
          mark('claim', [0, 9]),
          mark('claim', [10, 20]),
          mark('claim', [30, 40]),
          mark('claim', [50, 60]),
          mark('claim', [70, 80]),
        ],
        [
          mark('claim', [0, 9]),
          mark('claim', [12, 20]),
          mark('denial', [30, 40]),
          mark('denial', [51, 60]),
          mark('claim', [80, 90]),
        ],
      ),
    ).toEqual([
      'claim 0–9 | claim 0–9 | same',
      'claim 10–20 | claim 12–20 | borders',
      'claim 30–40 | denial 30–40 | kind',
      'claim 50–60 | denial 51–60 | both',
      'claim 70–80 | nothing',
      'nothing | claim 80–90',
    ])
  })

  it('uses each mark once, the best match first', () => {
    expect(told([mark('claim', [0, 10]), mark('claim', [8, 20])], [mark('claim', [7, 20])])).toEqual([
      'claim 8–20 | claim 7–20 | borders',
      'claim 0–10 | nothing',
    ])
  })

  it('takes a mark of another kind only where none of its own kind covers half as much of the same', () => {
    const denial = mark('denial', [0, 20])
    expect(told([mark('claim', [0, 20])], [denial, mark('claim', [4, 20])])[0]).toContain('claim 4–20')
    expect(told([mark('claim', [0, 20])], [denial, mark('claim', [19, 40])])[0]).toContain('denial')
  })

  it('counts the words that marks of several pieces share, not what lies between these', () => {
    expect(
      sharedLength(
        [
          [0, 5],
          [10, 15],
        ],
        [[3, 12]],
      ),
    ).toBe(4)
    expect(told([mark('claim', [0, 5], [10, 15])], [mark('claim', [5, 10])])).toHaveLength(2)
  })

  it('comes out the same whichever layer is called first, and in whichever order their marks are', () => {
    fc.assert(
      fc.property(layers, layers, fc.boolean(), (a, b, turned) => {
        const [oneWay, otherWay] = [align(a, b), turned ? align(b.toReversed(), a) : align(b, a.toReversed())]
        const name = (one: Mark, other: Mark) => `${one.id} ${other.id}`
        expect(otherWay.pairs.map(({ a, b }) => name(b, a)).sort()).toEqual(
          oneWay.pairs.map(({ a, b }) => name(a, b)).sort(),
        )
      }),
    )
  })

  it('finds every pair that shares a code unit, as comparing all with all would', () => {
    fc.assert(
      fc.property(layers, layers, (a, b) => {
        const { pairs, onlyA, onlyB } = align(a, b)
        expect(pairs.length + onlyA.length).toBe(a.length)
        expect(pairs.length + onlyB.length).toBe(b.length)
        // Nothing is left over on both sides that could have been put together.
        for (const one of onlyA) for (const other of onlyB) expect(sharedLength(one.spans, other.spans)).toBe(0)
        const same = a.filter((one) =>
          b.some((other) => other.kind === one.kind && `${other.spans}` === `${one.spans}`),
        )
        expect(pairs.filter(({ difference }) => difference === 'same')).toHaveLength(same.length)
      }),
    )
  })

  it('counts what one person has marked twice once', () => {
    const twice = [mark('claim', [0, 5]), mark('claim', [0, 5]), mark('denial', [0, 5])]
    const { marks, standsFor } = withoutTwins(twice)
    expect(marks).toEqual([twice[0], twice[2]])
    expect(standsFor).toEqual(new Map([[twice[1]?.id, twice[0]?.id]]))
  })
})
