import { describe, expect, it } from 'vitest'
import labelSetJson from '../../../seeds/label-set.json' with { type: 'json' }
import type { Annotation } from './annotation.ts'
import { labelSetSchema } from './labelset.ts'
import { kindsOfOtherEnd, lacksRelation, linkProblem, missingRelations, possibleLinks, relationsOf } from './links.ts'
import type { Relation } from './relation.ts'

const set = labelSetSchema.parse(labelSetJson)

const mark = (name: string, kind: string): Annotation => ({
  id: `ada.${name}`,
  author: 'ada',
  at: 1,
  kind,
  spans: [[0, 1]],
  attributes: {},
})
let count = 0
const link = (type: string, from: string, to: string): Relation => ({
  id: `ada.r${++count}`,
  author: 'ada',
  at: count,
  type,
  from: `ada.${from}`,
  to: `ada.${to}`,
})
const recordsOf = (annotations: Annotation[], relations: Relation[]) => ({
  annotations: new Map(annotations.map((one) => [one.id, one])),
  relations: new Map(relations.map((one) => [one.id, one])),
})

describe('what can be linked', () => {
  const between = (a: string, b: string) =>
    possibleLinks(set, mark('a', a), mark('b', b)).map(({ type, from, to }) => `${from.at(-1)} ${type} ${to.at(-1)}`)

  it('goes the way that the label set allows, from whichever end one begins', () => {
    expect(between('denial', 'claim')).toEqual(['a denies b'])
    expect(between('claim', 'denial')).toEqual(['b denies a'])
    expect(between('claim', 'claim')).toEqual(['a same_as b', 'b same_as a'])
    expect(between('attribution', 'citation')).toEqual(['b cites a'])
    expect(between('citation', 'citation')).toEqual([])
    expect(between('rumour', 'claim')).toEqual([])
  })

  it('is what kinds the other end may be of', () => {
    expect([...kindsOfOtherEnd(set, 'denial')].sort()).toEqual(['attribution', 'citation', 'claim'])
    expect([...kindsOfOtherEnd(set, 'rumour')]).toEqual([])
  })
})

describe('a link', () => {
  const own = [link('attributes', 'a', 'b'), link('attributes', 'b', 'c'), link('same_as', 'x', 'y')]
  const problem = (type: string, from: string, to: string) => linkProblem(link(type, from, to), own, set)

  it('is not made from a mark to itself', () => {
    expect(problem('same_as', 'x', 'x')).toBe('self')
  })

  it('is not made twice, and not back again', () => {
    expect(problem('attributes', 'a', 'b')).toBe('duplicate')
    expect(problem('same_as', 'y', 'x')).toBe('duplicate')
    expect(problem('denies', 'a', 'b')).toBeNull()
  })

  it('does not go round in a circle where its type must not', () => {
    expect(problem('attributes', 'b', 'a')).toBe('cycle')
    expect(problem('attributes', 'c', 'a')).toBe('cycle')
    expect(problem('attributes', 'a', 'c')).toBeNull()
    expect(linkProblem(link('same_as', 'z', 'x'), [...own, link('same_as', 'y', 'z')], set)).toBeNull()
  })

  it('may go where the links of others have a circle already', () => {
    const others = [link('attributes', 'p', 'q'), link('attributes', 'q', 'p')]
    expect(linkProblem(link('attributes', 'o', 'p'), others, set)).toBeNull()
  })
})

describe('a mark', () => {
  const denial = mark('d', 'denial')
  const claim = mark('c', 'claim')
  const outer = mark('o', 'attribution')
  const inner = mark('i', 'attribution')

  it('lacks the link that its kind needs until somebody makes it', () => {
    expect(missingRelations(denial, recordsOf([denial, claim], []), set)).toEqual(['denies'])
    expect(lacksRelation(denial, recordsOf([denial, claim], [link('denies', 'd', 'c')]), set)).toBe(false)
    expect(lacksRelation(claim, recordsOf([claim], []), set)).toBe(false)
    expect(lacksRelation(mark('r', 'rumour'), recordsOf([], []), set)).toBe(false)
  })

  it('lacks it again when the other end is deleted', () => {
    expect(lacksRelation(denial, recordsOf([denial], [link('denies', 'd', 'c')]), set)).toBe(true)
  })

  it('needs to be the source of something, where being spoken of is not enough', () => {
    const records = recordsOf([outer, inner], [link('attributes', 'o', 'i')])
    expect(lacksRelation(outer, records, set)).toBe(false)
    expect(lacksRelation(inner, records, set)).toBe(true)
  })

  it('has its relations in the order in which they were made, those from it first', () => {
    const [first, second, third] = [
      link('attributes', 'o', 'i'),
      link('denies', 'i', 'c'),
      link('attributes', 'i', 'c'),
    ]
    const records = recordsOf([outer, inner, claim], [third, second, first])
    expect(relationsOf('ada.i', records)).toEqual([second, third, first])
  })
})
