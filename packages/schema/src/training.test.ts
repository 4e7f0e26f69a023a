import { describe, expect, it } from 'vitest'
import type { Mark } from './agreement/annotated.ts'
import { barSchema, deviationsOf, passes, scoreOf } from './training.ts'

/** `claim 0-10` */
const marks = (...words: string[]): Mark[] =>
  words.map((word, i) => {
    const [kind = '', span = ''] = word.split(' ')
    const [start = 0, end = 0] = span.split('-').map(Number)
    return { id: `x.${i}`, kind, spans: [[start, end]] }
  })

const gold = marks('claim 0-10', 'denial 20-30', 'claim 40-50', 'citation 60-70')
const mine = marks('claim 0-10', 'claim 20-30', 'claim 40-45', 'claim 80-90')

describe('the score', () => {
  it('is 1 for the gold itself, and 0 for nothing', () => {
    for (const measure of ['exact', 'partial'] as const) {
      expect(scoreOf(gold, gold, measure)).toMatchObject({ f1: 1, precision: 1, recall: 1, gold: 4, marked: 4 })
      expect(scoreOf(gold, [], measure)).toMatchObject({ f1: 0, recall: 0, precision: null })
    }
  })

  it('counts other borders not at all, or half', () => {
    expect(scoreOf(gold, mine, 'exact').f1).toBeCloseTo(2 / 8)
    expect(scoreOf(gold, mine, 'partial').f1).toBeCloseTo(3 / 8)
  })

  it('is told by kind, also for kinds that the gold does not have', () => {
    const { kinds } = scoreOf(gold, mine, 'exact')
    expect(kinds.map(({ kind, f1, gold, marked }) => [kind, f1, gold, marked])).toEqual([
      ['citation', 0, 1, 0],
      ['claim', expect.closeTo(2 / 6), 2, 4],
      ['denial', 0, 1, 0],
    ])
  })
})

describe('the bar', () => {
  const bar = (f1: number, kinds = {}) => ({ measure: 'exact' as const, f1, kinds })
  it('is reached by what is as good, and for every kind that is asked for', () => {
    const score = scoreOf(gold, mine, 'exact')
    expect(passes(score, bar(0.25))).toBe(true)
    expect(passes(score, bar(0.26))).toBe(false)
    expect(passes(score, bar(0, { denial: 0.1 }))).toBe(false)
    expect(passes(score, bar(0.25, { claim: 1 / 3 }))).toBe(true)
    // There is no attribution to be found, and nobody found one.
    expect(passes(score, bar(0.25, { attribution: 1 }))).toBe(true)
  })

  it('lies between 0 and 1', () => {
    expect(barSchema.safeParse(bar(1)).success).toBe(true)
    for (const wrong of [bar(-0.1), bar(1.1), bar(0.5, { claim: 2 }), bar(0.5, { 'a b': 1 }), { f1: 1 }])
      expect(barSchema.safeParse(wrong).success).toBe(false)
  })
})

it('says of each mark how it differs, in the order of the text', () => {
  expect(deviationsOf(gold, mine).map(({ is, gold, mine }) => [is, gold?.kind, mine?.kind])).toEqual([
    ['same', 'claim', 'claim'],
    ['kind', 'denial', 'claim'],
    ['borders', 'claim', 'claim'],
    ['missing', 'citation', undefined],
    ['superfluous', undefined, 'claim'],
  ])
})
