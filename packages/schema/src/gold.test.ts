import { describe, expect, it } from 'vitest'
import labelSetJson from '../../../seeds/label-set.json' with { type: 'json' }
import reference from '../../../seeds/reference.json' with { type: 'json' }
import anaJson from '../../../tests/fixtures/review/ana.json' with { type: 'json' }
import benJson from '../../../tests/fixtures/review/ben.json' with { type: 'json' }
import { annotationSchema } from './annotation.ts'
import { clustersOf, fullest, isUnanimous } from './cluster.ts'
import { goldOf } from './gold.ts'
import { labelSetSchema } from './labelset.ts'
import { type Judging, rulingsOf } from './outcome.ts'
import { relationSchema } from './relation.ts'
import type { Role } from './roles.ts'
import { emptyRecords, type Records } from './room.ts'
import type { Decision, Verdict } from './verdict.ts'

const labelSet = labelSetSchema.parse(labelSetJson)
const roles: Record<string, Role> = {
  reference: 'annotator',
  ana: 'annotator',
  ben: 'annotator',
  rae: 'reviewer',
  rob: 'reviewer',
  olga: 'owner',
}
const judging: Judging = { roleOf: (person) => roles[person] ?? null, peersJudge: false }

function layers(...all: (typeof reference)[]): Records {
  const records = emptyRecords()
  for (const layer of all) {
    for (const one of annotationSchema.array().parse(layer.annotations)) records.annotations.set(one.id, one)
    for (const one of relationSchema.array().parse(layer.relations)) records.relations.set(one.id, one)
  }
  return records
}

/** All three layers of the sample article, whose differences `tests/fixtures/review` tells. */
const three = () => layers(reference, anaJson as typeof reference, benJson as typeof reference)

let made = 0

function judge(
  records: Records,
  author: string,
  decision: Decision,
  on: string,
  more: Partial<Pick<Verdict, 'of' | 'fix' | 'at'>> = {},
): void {
  const verdict: Verdict = { id: `${author}.v${made++}`, on, decision, author, at: made, ...more }
  records.verdicts.set(verdict.id, verdict)
}

/** Accepts one, and calls the others its duplicates. */
function decide(records: Records, author: string, chosen: string, others: readonly string[]): void {
  if (!chosen.startsWith(`${author}.`)) judge(records, author, 'accept', chosen)
  for (const other of others) if (other !== chosen) judge(records, author, 'duplicate', other, { of: chosen })
}

const ids = (all: readonly { id: string }[]) => all.map(({ id }) => id)

describe('gold', () => {
  it('is empty before anybody judged', () => {
    expect(goldOf(three(), judging, labelSet)).toEqual({ annotations: [], relations: [] })
  })

  it('of one layer that is accepted as it is, is that layer', () => {
    const records = layers(reference)
    for (const id of records.annotations.keys()) judge(records, 'rae', 'accept', id)
    const gold = goldOf(records, judging, labelSet)
    expect(ids(gold.annotations).sort()).toEqual([...records.annotations.keys()].sort())
    expect(gold.relations).toEqual([...records.relations.values()])
    expect(gold.annotations.some(({ isCorrected, standsFor }) => isCorrected || standsFor.length > 0)).toBe(false)
  })

  it('of three layers whose unanimous marks are accepted, has each of those once, and their links once', () => {
    const records = three()
    const agreed = clustersOf(records.annotations.values()).filter((one) => isUnanimous(one) && one.people.length === 3)
    for (const { annotations } of agreed) decide(records, 'rae', fullest(annotations)?.id ?? '', ids(annotations))
    const gold = goldOf(records, judging, labelSet)
    expect(gold.annotations).toHaveLength(30)
    expect(gold.annotations.every(({ standsFor }) => standsFor.length === 2)).toBe(true)
    const among = new Set(agreed.flatMap(({ annotations }) => ids(annotations)))
    const bare = (id: string) => id.replace(/^\w+\./, '')
    const expected = reference.relations.filter(({ from, to }) => among.has(from) && among.has(to))
    // Ben has r19 lead elsewhere, so both are there; what one of them left out, another has linked.
    expect(gold.relations.map(({ type, from, to }) => `${bare(from)} ${type} ${bare(to)}`).sort()).toEqual(
      [...expected.map(({ type, from, to }) => `${bare(from)} ${type} ${bare(to)}`), 'm24 same_as m04'].sort(),
    )
  })

  it('has a corrected mark as it should be, named after the one that it comes from', () => {
    const records = layers(reference)
    judge(records, 'rae', 'accept', 'reference.m30', {
      fix: { kind: 'claim', spans: [[1655, 1674]], attributes: { check_worthiness: 'low' } },
    })
    expect(goldOf(records, judging, labelSet).annotations).toMatchObject([
      {
        id: 'reference.m30',
        author: 'reference',
        kind: 'claim',
        spans: [[1655, 1674]],
        attributes: { check_worthiness: 'low' },
        isCorrected: true,
      },
    ])
    expect(records.annotations.get('reference.m30')?.kind).toBe('denial')
  })

  it('drops the attributes that another kind has not, where the correction names none', () => {
    const records = layers(reference)
    judge(records, 'rae', 'accept', 'reference.m30', { fix: { kind: 'claim' } })
    expect(goldOf(records, judging, labelSet).annotations[0]?.attributes).toEqual({})
  })

  it('has no link that the corrected kinds do not allow', () => {
    const records = layers(reference)
    for (const id of ['reference.m30', 'reference.m32']) judge(records, 'rae', 'accept', id)
    expect(ids(goldOf(records, judging, labelSet).relations)).toEqual(['reference.r24'])
    judge(records, 'rae', 'accept', 'reference.m30', { fix: { kind: 'citation' } })
    expect(goldOf(records, judging, labelSet).relations).toEqual([])
  })

  it('has what two accepted marks say alike once, the one that says more', () => {
    const records = layers(reference, anaJson as typeof reference)
    judge(records, 'rae', 'accept', 'ana.m30')
    judge(records, 'rae', 'accept', 'reference.m30', { fix: { kind: 'claim', attributes: {} } })
    expect(goldOf(records, judging, labelSet).annotations).toMatchObject([
      { id: 'ana.m30', standsFor: ['reference.m30'], isCorrected: false },
    ])
  })

  it('has a mark that nobody judged behind the accepted one that says the same', () => {
    const records = layers(reference, anaJson as typeof reference)
    judge(records, 'rae', 'accept', 'reference.m01')
    expect(goldOf(records, judging, labelSet).annotations).toMatchObject([
      { id: 'reference.m01', standsFor: ['ana.m01'], isCorrected: false },
    ])
    judge(records, 'rae', 'reject', 'ana.m01')
    expect(goldOf(records, judging, labelSet).annotations).toMatchObject([{ id: 'reference.m01', standsFor: [] }])
  })

  it('maps the links of duplicates to what stands for them, through several steps', () => {
    const records = three()
    judge(records, 'rae', 'accept', 'ana.m08')
    judge(records, 'rae', 'duplicate', 'ben.m08', { of: 'ana.m08' })
    judge(records, 'rae', 'duplicate', 'reference.m08', { of: 'ben.m08' })
    judge(records, 'rae', 'accept', 'reference.m05')
    judge(records, 'rae', 'reject', 'ana.m05')
    const gold = goldOf(records, judging, labelSet)
    expect(gold.annotations).toMatchObject([
      { id: 'reference.m05' },
      { id: 'ana.m08', standsFor: ['ben.m08', 'reference.m08'] },
    ])
    // The reference linked them; Ana's own link went to a mark that is wrong.
    expect(gold.relations).toMatchObject([{ id: 'reference.r04', from: 'ana.m08', to: 'reference.m05' }])
  })

  it('has nothing for marks that stand for each other in a circle, or for one that was not accepted', () => {
    const records = three()
    judge(records, 'rae', 'duplicate', 'ben.m08', { of: 'ana.m08' })
    judge(records, 'rae', 'duplicate', 'ana.m08', { of: 'ben.m08' })
    judge(records, 'rae', 'duplicate', 'ben.m01', { of: 'ana.m01' })
    expect(goldOf(records, judging, labelSet).annotations).toEqual([])
  })

  it('has no circle of links where there must be none, though two people linked the other way round', () => {
    const records = layers(reference)
    const link = {
      type: 'attributes',
      from: 'reference.m40',
      to: 'reference.m42',
      author: 'ana',
      at: 1_900_000_000_000,
    }
    records.relations.set('ana.back', { ...link, id: 'ana.back' })
    for (const id of ['reference.m40', 'reference.m42']) judge(records, 'rae', 'accept', id)
    expect(ids(goldOf(records, judging, labelSet).relations)).toEqual(['reference.r31'])
  })
})

describe('a curator’s own mark', () => {
  const own = { id: 'rae.own', kind: 'denial', spans: [[1648, 1674]] as [number, number][], attributes: {} }
  function withOwn(author = 'rae'): Records {
    const records = three()
    const id = `${author}.own`
    records.annotations.set(id, { ...own, id, author, at: 9 })
    return records
  }
  const outcomeOf = (records: Records, id: string) => rulingsOf(records, judging).get(id)?.outcome
  const answers = (records: Records, author: string) => {
    for (const id of ['ana.m30', 'ben.m30']) judge(records, author, 'duplicate', id, { of: `${author}.own` })
  }

  it('is the answer where they put it in the place of the others’, and links go to it', () => {
    const records = withOwn()
    answers(records, 'rae')
    judge(records, 'rae', 'accept', 'ana.m33')
    const gold = goldOf(records, judging, labelSet)
    expect(gold.annotations).toMatchObject([
      { id: 'rae.own', standsFor: ['ana.m30', 'ben.m30', 'reference.m30'] },
      { id: 'ana.m33' },
    ])
    expect(gold.relations).toMatchObject([{ type: 'cites', from: 'ana.m33', to: 'rae.own' }])
  })

  it('is none by itself, nor by a verdict of their own about it', () => {
    const records = withOwn()
    judge(records, 'rae', 'accept', 'rae.own')
    expect(outcomeOf(records, 'rae.own')).toBe('open')
  })

  it('is disputed when another reviewer says that it is wrong, and decided by an owner', () => {
    const records = withOwn()
    answers(records, 'rae')
    judge(records, 'rob', 'reject', 'rae.own')
    expect(outcomeOf(records, 'rae.own')).toBe('disputed')
    judge(records, 'olga', 'accept', 'rae.own')
    expect(outcomeOf(records, 'rae.own')).toBe('accepted')
  })

  it('is no answer any more when the mark that it should stand for is accepted by others', () => {
    const records = withOwn()
    judge(records, 'rae', 'duplicate', 'ana.m30', { of: 'rae.own' })
    judge(records, 'olga', 'accept', 'ana.m30')
    expect(outcomeOf(records, 'rae.own')).toBe('open')
    expect(outcomeOf(records, 'ana.m30')).toBe('accepted')
  })

  it('and another’s, each put in the other’s place, are both disputed', () => {
    const records = withOwn()
    records.annotations.set('rob.own', { ...own, id: 'rob.own', kind: 'claim', author: 'rob', at: 9 })
    judge(records, 'rae', 'duplicate', 'rob.own', { of: 'rae.own' })
    judge(records, 'rob', 'duplicate', 'rae.own', { of: 'rob.own' })
    expect([outcomeOf(records, 'rae.own'), outcomeOf(records, 'rob.own')]).toEqual(['disputed', 'disputed'])
  })

  it('of an owner is decided by that owner', () => {
    const records = withOwn('olga')
    answers(records, 'olga')
    judge(records, 'rae', 'reject', 'olga.own')
    expect(outcomeOf(records, 'olga.own')).toBe('accepted')
  })

  it('is no privilege of annotators, also where they judge each other', () => {
    const records = three()
    judge(records, 'ana', 'duplicate', 'ben.m30', { of: 'ana.m30' })
    expect(rulingsOf(records, { ...judging, peersJudge: true }).get('ana.m30')?.outcome).toBe('open')
  })
})
