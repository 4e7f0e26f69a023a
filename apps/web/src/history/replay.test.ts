import type { Annotation } from '@attest/schema/annotation'
import type { Act } from '@attest/schema/history'
import { describe, expect, it } from 'vitest'
import { busyness, daysIn, Replay } from './replay.ts'

const mark = (id: string, kind = 'claim', end = 5): Annotation => ({
  id: `ada.${id}`,
  kind,
  spans: [[0, end]],
  attributes: {},
  author: 'ada',
  at: 1,
})

function life(...after: [id: string, value: Annotation | null][]): Act[] {
  const last = new Map<string, Annotation | null>()
  return after.map(([id, value], i) => {
    const before = last.get(id) ?? null
    last.set(id, value)
    return {
      number: i + 1,
      turn: i + 1,
      at: i * 60_000,
      person: 'ada',
      root: 'annotations',
      id: `ada.${id}`,
      type: value === null ? 'deleted' : before ? 'changed' : 'put',
      before,
      after: value,
      isLast: false,
    }
  })
}

describe('a replay', () => {
  it('has the marks of each moment, forwards and backwards', () => {
    const replay = new Replay(life(['1', mark('1')], ['2', mark('2')], ['1', mark('1', 'denial')], ['2', null]), 10)
    const seen = () => [...replay.annotations.values()].map(({ id, kind }) => `${id} ${kind}`).sort()
    const moments = [
      [],
      ['ada.1 claim'],
      ['ada.1 claim', 'ada.2 claim'],
      ['ada.1 denial', 'ada.2 claim'],
      ['ada.1 denial'],
    ]
    for (const position of [0, 1, 2, 3, 4, 2, 0, 4, 1, 3]) {
      replay.seek(position)
      expect(seen()).toEqual(moments[position])
    }
    expect(replay.seek(-5).size).toBe(2)
    expect(replay.seek(99)).toEqual(new Set(['ada.1', 'ada.2']))
  })

  it('leaves out what lies outside of the text, and records it cannot read', () => {
    const acts = life(['1', mark('1', 'claim', 11)], ['2', { ...mark('2'), spans: [] }], ['3', mark('3')])
    const replay = new Replay(acts, 10)
    replay.seek(3)
    expect([...replay.annotations.keys()]).toEqual(['ada.3'])
  })

  it('goes through ten thousand acts and back within a few frames', () => {
    const many = Array.from({ length: 10_000 }, (_, i): [string, Annotation | null] => {
      const id = `${i % 4000}`
      return [id, i % 7 === 6 ? null : mark(id, i % 2 ? 'claim' : 'denial')]
    })
    const replay = new Replay(life(...many), 10)
    const from = performance.now()
    for (const position of [10_000, 0, 5000, 10_000]) replay.seek(position)
    expect(performance.now() - from).toBeLessThan(2000)
  })
})

it('shows where it was busy', () => {
  const acts = [0, 1, 2, 3, 3_600_000, 7_200_000, 10_800_000, 14_400_000].map((at) => ({ at }))
  const [busy = 0, calm = 1] = busyness(acts, 2)
  expect(busy).toBe(1)
  expect(calm).toBeLessThan(0.2)
  expect(busyness([], 10)).toEqual([])
})

it('finds where the days begin', () => {
  const day = (at: number) => String(Math.floor(at / 10))
  expect(daysIn([{ at: 1 }, { at: 2 }, { at: 11 }, { at: 35 }], day)).toEqual([0, 2, 3])
})
