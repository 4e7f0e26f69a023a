import type { Annotation } from '@attest/schema/annotation'
import { describe, expect, it } from 'vitest'
import { filterSchema, isFiltering, listOf, makeTest, toggle } from './filter.ts'

const mark = (id: string, kind: string): Annotation => ({
  id,
  kind,
  author: id.split('.')[0] ?? '',
  at: 0,
  spans: [[0, 1]],
  attributes: {},
})

describe('the filter', () => {
  it('shows everything when it is empty', () => {
    expect(isFiltering({})).toBe(false)
    expect(makeTest({}, () => 'open')(mark('ada.1', 'claim'))).toBe(true)
  })

  it('hides a kind and a person, and shows only the chosen states', () => {
    const shows = makeTest({ hide: 'denial', without: 'reference', state: 'open,disputed' }, (id) =>
      id === 'ada.2' ? 'accepted' : 'open',
    )
    expect(shows(mark('ada.1', 'claim'))).toBe(true)
    expect(shows(mark('ada.1', 'denial'))).toBe(false)
    expect(shows(mark('reference.m1', 'claim'))).toBe(false)
    expect(shows(mark('ada.2', 'claim'))).toBe(false)
  })

  it('puts a value in and takes it out again, leaving nothing in the address', () => {
    const once = toggle({ mark: 'ada.1' }, 'hide', 'claim')
    expect(once).toEqual({ mark: 'ada.1', hide: 'claim' })
    expect(listOf(toggle(once, 'hide', 'denial'), 'hide')).toEqual(['claim', 'denial'])
    expect(toggle(once, 'hide', 'claim')).toEqual({ mark: 'ada.1' })
  })

  it('reads an address that somebody has mistyped as no filter at all', () => {
    expect(filterSchema.parse({ hide: 7, state: ['x'] })).toEqual({})
    expect(makeTest({ state: 'nonsense' }, () => 'open')(mark('ada.1', 'claim'))).toBe(true)
  })
})
