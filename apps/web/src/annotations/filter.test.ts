import type { Annotation } from '@attest/schema/annotation'
import { describe, expect, it } from 'vitest'
import {
  choiceOf,
  choose,
  type Evidence,
  filterSchema,
  isFiltering,
  listOf,
  makeTest,
  showAll,
  toggle,
} from './filter.ts'

const mark = (id: string, kind: string): Annotation => ({
  id,
  kind,
  author: id.split('.')[0] ?? '',
  at: 0,
  spans: [[0, 1]],
  attributes: {},
})

const evidence = (given: Partial<Evidence> = {}): Evidence => ({
  outcomeOf: () => 'open',
  talkOf: () => null,
  lacksOf: () => [],
  wordsOf: () => [],
  ...given,
})

describe('the filter', () => {
  it('shows everything when it is empty', () => {
    expect(isFiltering({})).toBe(false)
    expect(makeTest({}, evidence())(mark('ada.1', 'claim'))).toBe(true)
  })

  it('shows any of what is chosen in a group, and only what every group agrees to', () => {
    const outcomeOf = (id: string) => (id === 'ada.2' ? ('accepted' as const) : ('open' as const))
    const shows = makeTest({ kind: 'claim,citation', state: 'open,disputed' }, evidence({ outcomeOf }))
    expect(shows(mark('ada.1', 'claim'))).toBe(true)
    expect(shows(mark('ada.1', 'citation'))).toBe(true)
    expect(shows(mark('ada.1', 'denial'))).toBe(false)
    expect(shows(mark('ada.2', 'claim'))).toBe(false)
  })

  it('hides a kind or a person, and shows whoever comes later', () => {
    const shows = makeTest({ hide: 'denial', without: 'reference' }, evidence())
    expect(shows(mark('ada.1', 'claim'))).toBe(true)
    expect(shows(mark('ada.1', 'denial'))).toBe(false)
    expect(shows(mark('reference.m1', 'claim'))).toBe(false)
    expect(shows(mark('newcomer.1', 'claim'))).toBe(true)
  })

  it('finds words whatever their case and accents, in the mark and in what is said of it', () => {
    const wordsOf = () => ['killed civilians', 'rene', 'is this so']
    const shows = (text: string) => makeTest({ text }, evidence({ wordsOf }))(mark('ada.1', 'claim'))
    expect(shows('  CIVILIANS René ')).toBe(true)
    expect(shows('civilians nobody')).toBe(false)
    expect(shows('   ')).toBe(true)
  })

  it('shows the marks with an open thread, or with any comment', () => {
    const talkOf = (id: string) => (id === 'ada.1' ? ('open' as const) : id === 'ada.2' ? ('resolved' as const) : null)
    const shown = (talk: 'open' | 'any') =>
      ['ada.1', 'ada.2', 'ada.3'].filter((id) => makeTest({ talk }, evidence({ talkOf }))(mark(id, 'claim')))
    expect(shown('open')).toEqual(['ada.1'])
    expect(shown('any')).toEqual(['ada.1', 'ada.2'])
  })

  it('shows the marks that lack something', () => {
    const lacksOf = ({ id }: Annotation) => (id === 'ada.1' ? (['link'] as const) : [])
    const shows = makeTest({ lacks: 'link' }, evidence({ lacksOf }))
    expect([shows(mark('ada.1', 'claim')), shows(mark('ada.2', 'claim'))]).toEqual([true, false])
  })

  it('puts a value in and takes it out again, leaving nothing in the address', () => {
    const once = toggle({ mark: 'ada.1' }, 'state', 'open')
    expect(once).toEqual({ mark: 'ada.1', state: 'open' })
    expect(listOf(toggle(once, 'state', 'disputed'), 'state')).toEqual(['open', 'disputed'])
    expect(toggle(once, 'state', 'open')).toEqual({ mark: 'ada.1' })
  })

  it('has a kind either shown or hidden, and brings a hidden one back with a click', () => {
    const hidden = choose({ kind: 'claim' }, 'kind', 'claim', 'hidden')
    expect(hidden).toEqual({ hide: 'claim' })
    expect(choiceOf(hidden, 'kind', 'claim')).toBe('hidden')
    expect(choose(hidden, 'kind', 'claim', 'shown')).toEqual({})
    expect(choose({}, 'person', 'ada', 'shown')).toEqual({ person: 'ada' })
  })

  it('keeps the selected mark and the order when all is shown again', () => {
    expect(showAll({ kind: 'claim', text: 'x', sort: 'time', mark: 'ada.1' })).toEqual({ sort: 'time', mark: 'ada.1' })
  })

  it('reads an address that somebody has mistyped as no filter at all', () => {
    expect(filterSchema.parse({ hide: {}, state: ['x'], talk: 'loud', sort: 7 })).toEqual({})
    expect(filterSchema.parse({ text: 1984 })).toEqual({ text: '1984' })
    expect(makeTest({ state: 'nonsense', lacks: 'sense' }, evidence())(mark('ada.1', 'claim'))).toBe(true)
  })
})
