import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import labelSetJson from '../../../seeds/label-set.json' with { type: 'json' }
import type { Annotation } from './annotation.ts'
import { refusalOf } from './judge.ts'
import {
  type Census,
  CensusCount,
  countRecords,
  type Decision,
  decisionFlaws,
  makePlan,
  orphansOf,
  recordsAfter,
  type Term,
  takesAway,
} from './label-mapping.ts'
import { foreignTerm, type Kind, type LabelSet, labelSetSchema } from './labelset.ts'
import { emptyRecords, type Records, roots } from './room.ts'

const set = labelSetSchema.parse(labelSetJson)
const kind = (of: LabelSet, id: string) => of.kinds.find((one) => one.id === id) as Kind
const changed = (change: (set: LabelSet) => void): LabelSet => {
  const after = structuredClone(set)
  change(after)
  return labelSetSchema.parse(after)
}
const text = 'The quick brown fox jumps over the lazy dog.'

function mark(id: string, kindId: string, attributes: Annotation['attributes'] = {}): Annotation {
  return { id: `ada.${id}`, author: 'ada', at: 5, kind: kindId, spans: [[0, 3]], attributes }
}

function recordsOf(marks: readonly Annotation[]): Records {
  return { ...emptyRecords(), annotations: new Map(marks.map((one) => [one.id, one])) }
}

function censusOf(records: Records): Census {
  const count = new CensusCount()
  countRecords(count, records, ({ id }) => ({ article: 'a', title: 'A', mark: id, quote: 'The' }))
  return count.result(1, [])
}

const withoutCitation = changed((after) => {
  after.kinds.pop()
  after.relations = after.relations.filter(({ id }) => id !== 'cites')
})

describe('a change that leaves marks without a place', () => {
  const records = recordsOf([
    mark('1', 'citation', { outlet: 'TASS', url: 'x' }),
    mark('2', 'citation', {}),
    mark('3', 'claim', { gloss: 'All of it.' }),
    mark('4', 'attribution', { mode: 'mixed', source: null, cue: 'said' }),
  ])
  records.relations.set('ada.r', { id: 'ada.r', author: 'ada', at: 1, type: 'cites', from: 'ada.1', to: 'ada.3' })
  const census = censusOf(records)

  it('says which, how many, and where', () => {
    const orphans = orphansOf(census, set, makePlan(withoutCitation, []))
    expect(orphans).toMatchObject([
      { term: { of: 'kind', kind: 'citation' }, count: 2, decision: null, isOld: false },
      { term: { of: 'relation', type: 'cites' }, count: 1, decision: null },
    ])
    expect(orphans[0]?.examples).toMatchObject([{ article: 'a', mark: 'ada.1' }, { mark: 'ada.2' }])
  })

  it('asks about the attributes of a kind once it is known what becomes of it', () => {
    const decisions: Decision[] = [{ term: { of: 'kind', kind: 'citation' }, do: 'become', as: 'attribution' }]
    const open = orphansOf(census, set, makePlan(withoutCitation, decisions)).filter(({ decision }) => !decision)
    expect(open.map(({ term }) => term)).toEqual([
      { of: 'attribute', kind: 'attribution', attribute: 'outlet' },
      { of: 'attribute', kind: 'attribution', attribute: 'url' },
      { of: 'relation', type: 'cites' },
    ])
  })

  it('is nobody’s business where nothing is taken away', () => {
    const wider = changed((after) => {
      kind(after, 'attribution').attributes[2]?.values?.push('free')
      Object.assign(kind(after, 'denial').attributes[0] ?? {}, { type: 'text', values: undefined })
    })
    expect(takesAway(set, wider)).toBe(false)
    expect(orphansOf(census, set, makePlan(wider, []))).toEqual([])
    expect(takesAway(set, withoutCitation)).toBe(true)
    expect(
      takesAway(
        set,
        changed((after) => kind(after, 'attribution').attributes[2]?.values?.pop()),
      ),
    ).toBe(true)
    expect(
      takesAway(
        set,
        changed((after) => after.relations[0]?.to.pop()),
      ),
    ).toBe(true)
  })

  it('counts a text that becomes a choice by its values, and the rest together', () => {
    const many = recordsOf(Array.from({ length: 100 }, (_, i) => mark(`m${i}`, 'claim', { gloss: `Gloss ${i}` })))
    const choice = changed((after) =>
      Object.assign(kind(after, 'claim').attributes[2] ?? {}, { type: 'enum', values: ['Gloss 3'] }),
    )
    const orphans = orphansOf(censusOf(many), set, makePlan(choice, []))
    expect(orphans).toHaveLength(60)
    expect(orphans.at(-1)).toMatchObject({ term: { value: null }, count: 40 })
    const rest: Decision = { term: { of: 'value', kind: 'claim', attribute: 'gloss', value: null }, do: 'drop' }
    const after = recordsAfter(many, makePlan(choice, [rest]))
    expect(after.annotations.size).toBe(99)
    expect(after.annotations.get('ada.m7')?.attributes).toEqual({})
  })

  it('keeps what stood there where something else is moved to it', () => {
    const decisions: Decision[] = [
      { term: { of: 'attribute', kind: 'attribution', attribute: 'addressee' }, do: 'become', as: 'source' },
    ]
    const plan = makePlan(
      changed((after) => kind(after, 'attribution').attributes.pop()),
      decisions,
    )
    const after = recordsAfter(
      recordsOf([
        mark('1', 'attribution', { addressee: 'Ben' }),
        mark('2', 'attribution', { addressee: 'Ben', source: 'Ada' }),
      ]),
      plan,
    )
    expect(after.annotations.get('ada.1')?.attributes).toEqual({ source: 'Ben' })
    expect(after.annotations.get('ada.2')?.attributes).toEqual({ source: 'Ada' })
  })

  it('says which decisions cannot be carried out', () => {
    const decisions: Decision[] = [
      { term: { of: 'kind', kind: 'citation' }, do: 'become', as: 'rumour' },
      { term: { of: 'kind', kind: 'citation' }, do: 'drop' },
      { term: { of: 'relation', type: 'cites' }, do: 'become', as: 'denies' },
    ]
    expect(decisionFlaws(makePlan(withoutCitation, decisions), decisions)).toEqual([
      '“citation” cannot become “rumour”, which there is not.',
      'A mark or link cannot be left without “citation”.',
    ])
  })
})

/** Any label set of a few kinds whose names come again in others, so that much of one fits the other and much does not. */
const anySet: fc.Arbitrary<LabelSet> = fc
  .uniqueArray(fc.constantFrom('alpha', 'beta', 'gamma', 'delta'), { minLength: 1, maxLength: 4 })
  .chain((ids) =>
    fc.record({
      kinds: fc.tuple(
        ...ids.map((id, i) =>
          fc
            .uniqueArray(
              fc.record({
                id: fc.constantFrom('one', 'two', 'three'),
                label: fc.constant('Attribute'),
                choice: fc.option(fc.uniqueArray(fc.constantFrom('x', 'y', 'z'), { minLength: 1 }), { nil: null }),
              }),
              { selector: ({ id }) => id, maxLength: 3 },
            )
            .map((attributes) => ({
              ...(set.kinds[0] as Kind),
              id,
              label: id,
              key: String(i + 1),
              attributes: attributes.map(({ choice, ...rest }) =>
                choice ? { ...rest, type: 'enum' as const, values: choice } : { ...rest, type: 'text' as const },
              ),
            })),
        ),
      ),
      relations: fc
        .uniqueArray(fc.constantFrom('joins', 'parts', 'meets'), { minLength: 1 })
        .map((names) => names.map((id) => ({ id, label: id, from: ids, to: ids, guideline: '' }))),
    }),
  )
  .map((parts) => ({ id: 'any', version: 1, name: 'Any', ...parts }))

const word = fc.constantFrom('x', 'y', 'z', 'w')

function anyRecords(of: LabelSet): fc.Arbitrary<Records> {
  const anyAttributes = (one: Kind) =>
    fc
      .tuple(
        ...one.attributes.map(({ id, values }) =>
          fc
            .option(fc.oneof(fc.constant(null), values ? fc.constantFrom(...values) : word), { nil: undefined })
            .map((value) => [id, value] as const),
        ),
      )
      .map((pairs) => Object.fromEntries(pairs.filter(([, value]) => value !== undefined)) as Annotation['attributes'])
  const anyMark = fc
    .constantFrom(...of.kinds)
    .chain((one) => anyAttributes(one).map((attributes) => ({ kind: one.id, attributes })))
  return fc
    .record({
      marks: fc.array(anyMark, { minLength: 1, maxLength: 8 }),
      links: fc.array(fc.tuple(fc.nat(7), fc.nat(7), fc.constantFrom(...of.relations))),
      fixes: fc.array(fc.tuple(fc.nat(7), fc.option(anyMark, { nil: null }))),
    })
    .map(({ marks, links, fixes }) => {
      const records = recordsOf(marks.map((one, i) => ({ ...mark(String(i), one.kind), ...one })))
      links.forEach(([from, to, type], i) => {
        if (from !== to && from < marks.length && to < marks.length)
          records.relations.set(`ada.l${i}`, {
            id: `ada.l${i}`,
            author: 'ada',
            at: 1,
            type: type.id,
            from: `ada.${from}`,
            to: `ada.${to}`,
          })
      })
      fixes.forEach(([on, fix], i) => {
        const about = marks[on]
        if (!about) return
        // Without a kind it is about the attributes of the mark as it is.
        const given = fix ?? { attributes: about.attributes }
        records.verdicts.set(`ben.v${i}`, {
          id: `ben.v${i}`,
          author: 'ben',
          at: 2,
          on: `ada.${on}`,
          decision: 'reject',
          fix: given,
        })
      })
      return records
    })
}

/** Decides about everything that is open until nothing is, as somebody would who keeps nothing. */
function decideAll(census: Census, before: LabelSet, after: LabelSet, pick: (most: number) => number): Decision[] {
  const decisions: Decision[] = []
  for (;;) {
    const open = orphansOf(census, before, makePlan(after, decisions)).find(({ decision }) => !decision)
    if (!open) return decisions
    const ways = waysOf(open.term, after)
    decisions.push({ term: open.term, ...(ways[pick(ways.length)] ?? { do: 'keep' as const }) })
  }
}

function waysOf(term: Term, { kinds, relations }: LabelSet): ({ do: 'drop' } | { do: 'become'; as: string })[] {
  const become = (ids: readonly string[] = []) => ids.map((as) => ({ do: 'become' as const, as }))
  if (term.of === 'kind') return become(kinds.map(({ id }) => id))
  if (term.of === 'relation' || term.of === 'ends') return become(relations.map(({ id }) => id))
  const attributes = kinds.find(({ id }) => id === term.kind)?.attributes ?? []
  if (term.of === 'attribute') return [{ do: 'drop' }, ...become(attributes.map(({ id }) => id))]
  return [{ do: 'drop' }, ...become(attributes.find(({ id }) => id === term.attribute)?.values)]
}

function merged(records: Records, over: Records): Records {
  const all = emptyRecords()
  // Each root keeps records of its own kind.
  for (const root of roots)
    all[root] = new Map<string, never>([...records[root], ...over[root]] as [string, never][]) as never
  return all
}

describe('a mapping', () => {
  it('leaves no record without a place, whatever the sets were, and none of anybody else or of another time', () => {
    fc.assert(
      fc.property(
        anySet.chain((before) =>
          fc.tuple(fc.constant(before), anySet, anyRecords(before), fc.array(fc.nat(100), { minLength: 1 })),
        ),
        ([before, after, records, picks]) => {
          let at = 0
          const pick = (most: number) => (picks[at++ % picks.length] ?? 0) % Math.max(1, most)
          const decisions = decideAll(censusOf(records), before, after, pick)
          const plan = makePlan(after, decisions)
          expect(decisionFlaws(plan, decisions)).toEqual([])
          const mapped = merged(records, recordsAfter(records, plan))
          const setting = { text, labelSet: after, peersJudge: true }
          for (const root of roots)
            for (const [id, record] of mapped[root]) {
              expect(refusalOf(root, id, record, { person: record.author, role: 'owner' }, setting, 10)).toBeNull()
              const was = records[root].get(id)
              expect([record.id, record.author, record.at]).toEqual([was?.id, was?.author, was?.at])
            }
          for (const annotation of mapped.annotations.values()) expect(foreignTerm(annotation, after)).toBeNull()
          // And once more, as after a crash: nothing is left to be done.
          for (const root of roots) expect(recordsAfter(mapped, plan)[root].size).toBe(0)
          expect(orphansOf(censusOf(mapped), before, makePlan(after, []))).toEqual([])
        },
      ),
      { numRuns: 300 },
    )
  })

  it('changes nothing twice where things are kept as well', () => {
    fc.assert(
      fc.property(
        anySet.chain((before) =>
          fc.tuple(fc.constant(before), anySet, anyRecords(before), fc.array(fc.nat(100), { minLength: 1 })),
        ),
        ([before, after, records, picks]) => {
          let at = 0
          const pick = (most: number) => (picks[at++ % picks.length] ?? 0) % (most + 1)
          const plan = makePlan(after, decideAll(censusOf(records), before, after, pick))
          const once = merged(records, recordsAfter(records, plan))
          for (const root of roots) expect(recordsAfter(once, plan)[root].size).toBe(0)
        },
      ),
      { numRuns: 300 },
    )
  })
})
