import { labelFlaws } from '@attest/schema/label-flaws'
import { type LabelSet, labelSetSchema } from '@attest/schema/labelset'
import { describe, expect, it } from 'vitest'
import labelSetJson from '../../../../seeds/label-set.json' with { type: 'json' }
import { idFrom, move, newAttribute, newKind, newRelation, removeKind, removeRelation } from './draft.ts'

const fresh = () => labelSetSchema.parse(structuredClone(labelSetJson))

it.each([
  ['Certainty', 'certainty'],
  ['  How sure?  ', 'how_sure'],
  ['Élan vital', 'elan_vital'],
  ['42 reasons', 'reasons'],
  ['سؤال', 'kind'],
  ['', 'kind'],
  ['Claim', 'claim_2'],
  ['x'.repeat(60), 'x'.repeat(36)],
])('makes of the name “%s” the id %s', (name, id) => {
  expect(idFrom(name, ['claim'], 'kind')).toBe(id)
})

describe('a label set with everything that can be added', () => {
  it('is sound up to the ninth kind, whatever was there before', () => {
    const set: LabelSet = fresh()
    while (set.kinds.length < 9) set.kinds.push(newKind(set))
    for (const kind of set.kinds) while (kind.attributes.length < 8) kind.attributes.push(newAttribute(kind))
    while (set.relations.length < 8) set.relations.push(newRelation(set))
    expect(labelFlaws(set)).toEqual([])
    expect(new Set(set.kinds.map(({ pattern, color }) => pattern + color.light)).size).toBe(9)
  })

  it('is sound after things are taken out again', () => {
    const set: LabelSet = fresh()
    removeKind(set, 'claim')
    expect(labelFlaws(set)).toEqual([])
    expect(set.relations.map(({ id, to }) => [id, to])).toEqual([
      ['attributes', ['denial', 'attribution']],
      ['cites', ['denial', 'attribution']],
    ])
    expect(set.kinds.map(({ id, needs }) => [id, needs])).toEqual([
      ['denial', undefined],
      ['attribution', ['attributes']],
      ['citation', undefined],
    ])
    removeRelation(set, 'attributes')
    expect(set.kinds.every(({ needs }) => needs === undefined)).toBe(true)
  })
})

it('moves within the list and not out of it', () => {
  const list = ['a', 'b', 'c']
  move(list, 0, 1)
  move(list, 2, 1)
  move(list, 0, -1)
  expect(list).toEqual(['b', 'a', 'c'])
})
