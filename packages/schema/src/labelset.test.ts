import { describe, expect, it } from 'vitest'
import labelSetJson from '../../../seeds/label-set.json' with { type: 'json' }
import { allowsEnds, foreignTerm, labelSetSchema, missingAttributes } from './labelset.ts'

const set = labelSetSchema.parse(labelSetJson)
const [claim, denial] = set.kinds as [(typeof set.kinds)[0], (typeof set.kinds)[0]]
const [attributes] = set.relations as [(typeof set.relations)[0]]

describe('a label set', () => {
  it.each([
    ['no kinds', { ...set, kinds: [], relations: [] }],
    ['two kinds of one id', { ...set, kinds: [claim, { ...denial, id: 'claim' }], relations: [] }],
    ['two kinds on one key', { ...set, kinds: [claim, { ...denial, key: '1' }], relations: [] }],
    ['ten kinds', { ...set, kinds: Array.from({ length: 10 }, (_, i) => ({ ...claim, id: `k${i}` })), relations: [] }],
    ['a key that is no digit', { ...set, kinds: [{ ...claim, key: 'c' }], relations: [] }],
    ['a pattern nobody can draw', { ...set, kinds: [{ ...claim, pattern: 'wavy' }], relations: [] }],
    [
      'a colour that could carry more than a colour',
      { ...set, kinds: [{ ...claim, color: { light: 'red;x:y', dark: '#fff' } }] },
    ],
    ['two relations of one id', { ...set, relations: [attributes, attributes] }],
    ['a relation from a kind that is not there', { ...set, relations: [{ ...attributes, from: ['rumour'] }] }],
    ['a relation to a kind that is not there', { ...set, relations: [{ ...attributes, to: ['claim', 'rumour'] }] }],
    ['a relation to nothing', { ...set, relations: [{ ...attributes, to: [] }] }],
    ['an id with a capital letter', { ...set, id: 'Default' }],
    ['version 0', { ...set, version: 0 }],
    ['something unknown', { ...set, owner: 'ada' }],
  ])('with %s is refused', (_, broken) => {
    expect(labelSetSchema.safeParse(broken).success).toBe(false)
  })

  it('may be of another project, with other kinds', () => {
    const other = {
      id: 'rumours',
      version: 3,
      name: 'Rumours',
      kinds: [{ ...claim, id: 'rumour', label: 'Gerücht', attributes: [], needs: ['spreads'] }],
      relations: [{ id: 'spreads', label: 'spreads', from: ['rumour'], to: ['rumour'], guideline: '' }],
    }
    expect(labelSetSchema.safeParse(other).success).toBe(true)
  })

  it('knows the kinds, attributes and values that are its own', () => {
    expect(foreignTerm({ kind: 'claim', attributes: {} }, set)).toBeNull()
    expect(foreignTerm({ kind: 'claim', attributes: { gloss: 'Anything at all' } }, set)).toBeNull()
    expect(foreignTerm({ kind: 'claim', attributes: { verdict: 'mostly-true' } }, set)).toBeNull()
    expect(foreignTerm({ kind: 'claim', attributes: { verdict: null } }, set)).toBeNull()
    expect(foreignTerm({ kind: 'claim', attributes: { verdict: 'Mostly-true' } }, set)).toBe('unknown-attribute')
    expect(foreignTerm({ kind: 'claim', attributes: { source: 'TASS' } }, set)).toBe('unknown-attribute')
    expect(foreignTerm({ kind: 'claim', attributes: { constructor: 'x' } }, set)).toBe('unknown-attribute')
    expect(foreignTerm({ kind: 'rumour', attributes: {} }, set)).toBe('unknown-kind')
  })

  it('misses what is required and not filled in, and takes “there is none” for an answer', () => {
    const missing = (attributes: Record<string, string | null>, kind = 'attribution') =>
      missingAttributes({ kind, attributes }, set).map(({ id }) => id)
    expect(missing({})).toEqual(['source', 'cue'])
    expect(missing({ source: null, cue: 'alleged', mode: 'direct' })).toEqual([])
    expect(missing({ source: ' ', cue: '' })).toEqual(['source', 'cue'])
    expect(missing({}, 'claim')).toEqual([])
    expect(missing({}, 'rumour')).toEqual([])
    const odd = { ...claim, attributes: [{ id: 'constructor', label: 'By', type: 'text' as const, isRequired: true }] }
    expect(missingAttributes({ kind: 'claim', attributes: {} }, { ...set, kinds: [odd] })).toHaveLength(1)
  })

  it('allows each relation from and to the kinds it names, and no others', () => {
    const kinds = [...set.kinds.map(({ id }) => id), 'rumour']
    for (const { id, from, to } of set.relations)
      for (const start of kinds)
        for (const end of kinds)
          expect(allowsEnds(set, id, start, end), `${start} ${id} ${end}`).toBe(
            from.includes(start) && to.includes(end),
          )
    expect(allowsEnds(set, 'supports', 'claim', 'claim')).toBe(false)
  })
})
