import { describe, expect, it } from 'vitest'
import labelSetJson from '../../../seeds/label-set.json' with { type: 'json' }
import type { Annotation, Attributes } from './annotation.ts'
import { labelSetSchema } from './labelset.ts'
import type { Relation } from './relation.ts'
import { toDosOf } from './todo.ts'

const set = labelSetSchema.parse(labelSetJson)
const mark = (id: string, kind: string, start: number, attributes: Attributes = {}): Annotation => ({
  id,
  author: id.slice(0, id.indexOf('.')),
  at: 1,
  kind,
  spans: [[start, start + 5]],
  attributes,
})
const recordsOf = (annotations: Annotation[], relations: Relation[] = []) => ({
  annotations: new Map(annotations.map((one) => [one.id, one])),
  relations: new Map(relations.map((one) => [one.id, one])),
})
const told = (records: ReturnType<typeof recordsOf>, isAsked = (_: Annotation) => true) =>
  toDosOf(records, set, isAsked).map(({ annotation, relations, attributes }) => [
    annotation.id,
    ...relations,
    ...attributes.map(({ id }) => id),
  ])

describe('what is still to be done', () => {
  const claim = mark('ada.c', 'claim', 0)
  const denial = mark('ada.d', 'denial', 40)
  const attribution = mark('ben.a', 'attribution', 20, { source: null, cue: 'said' })
  const denies = { id: 'ben.r', author: 'ben', at: 1, type: 'denies', from: 'ada.d', to: 'ada.c' }

  it('is told in the order of the text, links before attributes', () => {
    expect(told(recordsOf([denial, claim, attribution]))).toEqual([
      ['ben.a', 'attributes'],
      ['ada.d', 'denies', 'mode'],
    ])
  })

  it('is less once somebody has linked or filled in', () => {
    expect(told(recordsOf([denial, claim], [denies]))).toEqual([['ada.d', 'mode']])
    expect(told(recordsOf([{ ...denial, attributes: { mode: 'explicit' } }, claim], [denies]))).toEqual([])
  })

  it('is asked about the marks of whom one wants to know', () => {
    expect(told(recordsOf([denial, claim, attribution]), ({ author }) => author === 'ben')).toEqual([
      ['ben.a', 'attributes'],
    ])
  })

  it('goes by the labels as they are now', () => {
    const records = recordsOf([denial, claim], [denies])
    const relaxed = { ...set, kinds: set.kinds.map((kind) => ({ ...kind, attributes: [] })) }
    expect(told(records)).toHaveLength(1)
    expect(toDosOf(records, relaxed, () => true)).toEqual([])
  })
})
