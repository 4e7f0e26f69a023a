import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { anyText } from '../../../../tests/support/hostile-text.ts'
import { foreignTerm, type LabelSet, labelSetSchema } from '../labelset.ts'
import { parseRecord, roots } from '../room.ts'
import { misfit, quotesOf } from '../span.ts'
import type { FoundComment, FoundDocument, FoundMark, FoundRelation, FoundVerdict, Skipped } from './format.ts'
import { nowhere } from './format.ts'
import { type Ground, land } from './landing.ts'
import { labelSetOf, type Mapping, mappingSchema, proposeMapping, withChoices } from './mapping.ts'
import { surveyOf } from './survey.ts'

const color = { light: '#000000', dark: '#ffffff' }

const labelSet: LabelSet = {
  id: 'labels',
  version: 1,
  name: 'Labels',
  kinds: [
    {
      id: 'claim',
      label: 'Claim',
      key: '1',
      pattern: 'solid',
      color,
      guideline: '',
      attributes: [
        { id: 'worth', label: 'Worth', type: 'enum', values: ['high', 'low'] },
        { id: 'gloss', label: 'Full sentence', type: 'text' },
      ],
    },
    { id: 'denial', label: 'Denial', key: '2', pattern: 'double', color, guideline: '', attributes: [] },
  ],
  relations: [
    { id: 'denies', label: 'denies', from: ['denial'], to: ['claim'], guideline: '' },
    { id: 'follows', label: 'follows', from: ['claim'], to: ['claim'], isAcyclic: true, guideline: '' },
  ],
}

const ground: Ground = {
  labelSet,
  layerOf: (name) => (name === null ? 'layer' : `layer-${name}`),
  personOf: (name) => (name === 'Ada Lovelace' ? 'ada-1' : null),
  at: 1000,
}
const text = '📰 Ada says no. Ben says no, and “no” again'

const where = { file: 'a.ann', line: 1 }
const base = { by: 'ada', at: null, where }

function mark(id: string, words: Partial<FoundMark> = {}): FoundMark {
  const spans = words.spans ?? [[3, 6]]
  const quotes = words.quotes ?? spans.map(() => null)
  return { ...base, id, label: 'claim', attributes: new Map(), score: null, ...words, spans, quotes } as FoundMark
}

const relation = (id: string, type: string, from: string, to: string): FoundRelation => ({
  ...base,
  id,
  type,
  from,
  to,
})
const comment = (id: string, on: string | null, replyTo: string | null = null): FoundComment => ({
  ...base,
  id,
  on,
  replyTo,
  body: 'why?',
})
const verdict = (on: string, by: string, words: Partial<FoundVerdict> = {}): FoundVerdict => ({
  on,
  decision: 'accept',
  note: null,
  at: null,
  where,
  by,
  ...words,
})

function documentOf(parts: Partial<FoundDocument>): FoundDocument {
  return {
    name: 'a',
    text: null,
    unit: 'utf16',
    marks: [],
    relations: [],
    comments: [],
    verdicts: [],
    refused: [],
    reported: [],
    ...parts,
  }
}

function landed(parts: Partial<FoundDocument>, changes: Partial<Mapping> = {}, into = text) {
  const document = documentOf(parts)
  const mapping = {
    ...proposeMapping(
      surveyOf([document], () => into),
      labelSet,
    ),
    ...changes,
  }
  const { records, report, scores } = land(document, into, mapping, ground)
  return {
    records,
    scores,
    report,
    quotes: Array.from(records.annotations.values(), ({ spans }) => quotesOf(into, spans).join(' … ')),
    whys: [...report.refused, ...report.reported, ...report.changed].map(({ why }) => why),
  }
}

describe('a mark', () => {
  it('comes into the layer of its annotator, under an id that is the same each time', () => {
    const once = landed({ marks: [mark('T1', { by: 'ben', at: 7, score: 0.5 }), mark('an id/of words', { by: null })] })
    expect([...once.records.annotations.values()]).toEqual([
      { id: 'layer-ben.ca978112-T1', kind: 'claim', spans: [[3, 6]], attributes: {}, author: 'layer-ben', at: 7 },
      {
        id: expect.stringMatching(/^layer\.ca978112-x[0-9a-f]{40}$/),
        kind: 'claim',
        spans: [[3, 6]],
        attributes: {},
        author: 'layer',
        at: 1000,
      },
    ])
    expect(once.scores).toEqual(new Map([['layer-ben.ca978112-T1', 0.5]]))
    expect(once.report).toEqual({ given: 2, imported: 2, refused: [], reported: [], changed: [] })
  })

  it('is counted in the unit by which the quotes fit, whatever the format says', () => {
    const { quotes } = landed({ unit: 'utf16', marks: [mark('1', { spans: [[2, 5]], quotes: ['Ada'] })] })
    expect(quotes).toEqual(['Ada'])
  })

  it.each<[string, Partial<FoundMark>, string]>([
    ['ends before it begins', { spans: [[6, 3]] }, '6–3 ends before it begins, or holds nothing'],
    ['is empty', { spans: [[3, 3]] }, '3–3 ends before it begins, or holds nothing'],
    ['lies outside', { spans: [[3, 4000]] }, '3–4000 lies outside the text, which has 43 UTF-16 code units'],
    ['has no number', { spans: [[Number.NaN, 4]] }, 'NaN–4 lies outside the text, which has 43 UTF-16 code units'],
    ['cuts a pair', { spans: [[1, 4]] }, '1–4 begins or ends within a character, counted in UTF-16 code units'],
    ['says other words', { spans: [[3, 6]], quotes: ['Eve'] }, 'says “Eve”, and the text at 3–6 is “Ada”'],
    ['has no place', { spans: [] }, 'has no place'],
    ['has the id of another', { id: '0' }, 'has the id of one before it'],
    [
      'has too many parts',
      { spans: Array.from({ length: 65 }, (_, i) => [2 * i, 2 * i + 1] as const) },
      'has 65 parts, and at most 64 can be kept',
    ],
  ])('is refused where it %s, with file, line and value', (_, words, why) => {
    const long = `${text} ${'x'.repeat(100)}`
    const into = why.startsWith('has 65') ? long.slice(2) : text
    const { report } = landed({ marks: [mark('0'), mark('1', words)] }, { unit: 'utf16' }, into)
    expect(report).toMatchObject({ given: 2, imported: 1, reported: [] })
    expect(report.refused).toEqual([{ where, why: `The mark “${words.id ?? '1'}” (“claim”) ${why}.`, count: 1 }])
  })

  it('may cut no cluster, unless somebody wants it widened', () => {
    const flags = 'a 🇩🇪 b'
    const marks = [mark('1', { spans: [[2, 4]] })]
    expect(landed({ marks }, {}, flags).whys).toEqual(['The mark “1” (“claim”) cuts a character at 2–4.'])
    const widened = landed({ marks }, { cut: 'widen' }, flags)
    expect(widened.quotes).toEqual(['🇩🇪'])
    expect(widened.report).toMatchObject({ imported: 1, refused: [] })
    expect(widened.whys).toEqual(['The mark “1” (“claim”) was widened to whole characters; it was at 2–4.'])
  })

  it('is put in order, with parts that touch joined', () => {
    const { quotes, report } = landed({
      marks: [
        mark('1', {
          spans: [
            [12, 14],
            [7, 8],
            [3, 7],
          ],
        }),
      ],
    })
    expect(quotes).toEqual(['Ada s … no'])
    expect(report.changed).toHaveLength(1)
  })

  it('is looked for by its words where the format or somebody says so, and taken where they stand once', () => {
    const around = (prefix: string, suffix: string) => [{ prefix, suffix }]
    const marks = [
      mark('once', { spans: [[5, 8]], quotes: ['Ben'] }),
      mark('often', { spans: [[5, 7]], quotes: ['no'] }),
      mark('never', { spans: [[5, 8]], quotes: ['Eve'] }),
    ]
    expect(landed({ marks }).report).toMatchObject({ imported: 0 })
    const found = landed({ marks }, { seeks: true, unit: 'utf16' })
    expect(found.quotes).toEqual(['Ben'])
    expect(found.whys).toEqual([
      'The mark “often” (“claim”) says “no”, and the text at 5–7 is “a ”; these words stand 3 times in the text.',
      'The mark “never” (“claim”) says “Eve”, and the text at 5–8 is “a s”; these words stand nowhere in the text.',
      'The mark “once” (“claim”) was looked for by its words: the text at 5–8 is “a s”; they stand at 16–19.',
    ])
    const told = landed({
      marks: [
        mark('1', { spans: [nowhere], quotes: ['no'], around: around('Ben says ', ',') }),
        mark('2', { spans: [nowhere], quotes: ['no'], around: around('says ', '') }),
      ],
    })
    expect(told.records.annotations.get('layer-ada.ca978112-1')?.spans).toEqual([[25, 27]])
    expect(told.whys).toEqual([
      'The mark “2” (“claim”) says “no”, and the file does not say where; these words stand 3 times in the text.',
    ])
  })

  it('is not taken where its words stand too often to say that they are meant', () => {
    const marks = [mark('1', { spans: [nowhere], quotes: ['no'], around: [{ prefix: 'oh ', suffix: '' }] })]
    const { whys } = landed({ marks }, {}, `oh no, ${'no '.repeat(1000)} oh no`)
    expect(whys).toEqual([
      'The mark “1” (“claim”) says “no”, and the file does not say where; these words stand more than 1000 times in the text.',
    ])
  })

  it('moves with its words where the text of the file is an older one', () => {
    const own = '📰 New: Ada says no.\r\nBen says no, and “no” again'
    const { quotes, report } = landed(
      { text: own, marks: [mark('1', { spans: [[22, 30]] }), mark('2', { spans: [[3, 7]], quotes: ['New:'] })] },
      { unit: 'utf16' },
    )
    expect(quotes).toEqual(['Ben says'])
    expect(report).toMatchObject({ imported: 1, refused: [{ count: 1 }] })
  })

  it('that is nobody’s is in the layer that was given to those', () => {
    const authorsBy = (name: string | null) => {
      const { records } = landed({ marks: [mark('1', { by: null })] }, { annotators: [{ by: null, name }] })
      return Array.from(records.annotations.values(), ({ author }) => author)
    }
    expect([authorsBy('Brat'), authorsBy(null)]).toEqual([['layer-Brat'], ['layer']])
  })

  it('is left out where nobody wants its label or its annotator', () => {
    const { report, whys } = landed(
      { marks: [mark('1', { label: '__proto__' }), mark('2', { by: 'eve' })] },
      { annotators: [{ by: 'eve', name: null }] },
    )
    expect(report).toMatchObject({ given: 2, imported: 0, refused: [] })
    expect(whys).toEqual([
      'The mark “1” (“__proto__”) is of no kind here.',
      'The mark “2” (“claim”) is of “eve”, whose were not wanted.',
    ])
  })

  it('of a model is left out where it is not sure enough, and is of another layer in each version', () => {
    const made: [string | null, string | undefined][] = []
    const layerOf = (name: string | null, prediction: { version: string } | null) => {
      made.push([name, prediction?.version])
      return `layer-${name}`
    }
    const document = documentOf({
      marks: [mark('1', { by: 'm', score: 0.4 }), mark('2', { by: 'm', score: 0.5 }), mark('3', { by: 'm' })],
    })
    const proposed = proposeMapping(
      surveyOf([document], () => text),
      labelSet,
    )
    const annotators = [{ by: 'm', name: 'Bert', prediction: { version: '3', threshold: 0.5 } }]
    const { records, report } = land(document, text, { ...proposed, annotators }, { ...ground, layerOf })
    expect(records.annotations.size).toBe(2)
    expect(report.reported.map(({ why }) => why)).toEqual([
      'The mark “1” (“claim”) has the score 0.4, and less than 0.5 was not wanted.',
    ])
    expect(new Set(made.map(String))).toEqual(new Set(['Bert,3']))
  })

  it('is mapped as it was before, where the files were read again with others', () => {
    const [one, other] = [
      documentOf({ marks: [mark('1', { label: 'odd', by: 'ben' })] }),
      documentOf({ marks: [mark('1')] }),
    ]
    const first = proposeMapping(surveyOf([one]), labelSet)
    const chosen = {
      ...first,
      labels: [{ label: 'odd', kind: 'claim', attributes: [] }],
      annotators: [{ by: 'ben', name: 'Benedikt' }],
      seeks: true,
    }
    const again = withChoices(proposeMapping(surveyOf([one, other]), labelSet), chosen)
    expect(again.labels.map(({ label, kind }) => [label, kind])).toEqual([
      ['odd', 'claim'],
      ['claim', 'claim'],
    ])
    expect(again).toMatchObject({ seeks: true, unit: first.unit })
    expect(again.annotators[0]).toEqual({ by: 'ben', name: 'Benedikt' })
  })

  it('comes in without the attributes that have no place, and the report names them', () => {
    const attributes = new Map([
      ['Worth', 'HIGH'],
      ['worth', 'low'],
      ['full-sentence', null],
      ['constructor', 'x'],
    ])
    const { records, whys } = landed({
      marks: [mark('1', { attributes }), mark('2', { attributes: new Map([['worth', 'none']]) })],
    })
    expect(Array.from(records.annotations.values(), (one) => one.attributes)).toEqual([
      { worth: 'high', gloss: null },
      {},
    ])
    expect(whys).toEqual([
      'The mark “1” (“claim”) came in without its attribute “worth”, as another stands for the same.',
      'The mark “1” (“claim”) came in without its attribute “constructor”, which “claim” has not.',
      'The mark “2” (“claim”) came in without its attribute “worth”, which cannot be “none”.',
    ])
  })
})

describe('a relation', () => {
  const marks = [mark('c1'), mark('c2'), mark('c3'), mark('d', { label: 'DENIALS' }), mark('odd', { spans: [[9, 3]] })]

  it('comes in where its type joins these kinds, also the other way round', () => {
    const { records } = landed({ marks, relations: [relation('r', 'Denies', 'd', 'c1')] })
    expect([...records.relations.values()]).toMatchObject([
      { type: 'denies', from: 'layer-ada.ca978112-d', to: 'layer-ada.ca978112-c1' },
    ])
    const turned = landed({ marks, relations: [relation('r', 'denies', 'c1', 'd')] })
    expect([...turned.records.relations.values()]).toEqual([...records.relations.values()])
  })

  it('is refused or left out otherwise', () => {
    const { report, whys } = landed({
      marks,
      relations: [
        relation('1', 'denies', 'd', 'c9'),
        relation('2', 'denies', 'd', 'odd'),
        relation('3', 'follows', 'c1', 'c1'),
        relation('4', 'follows', 'c1', 'd'),
        relation('5', 'cites', 'c1', 'd'),
        relation('6', 'denies', 'd', 'c1'),
        relation('6', 'denies', 'd', 'c2'),
      ],
    })
    expect(report).toMatchObject({ given: 12, imported: 5 })
    expect(whys.filter((why) => why.includes('relation'))).toEqual([
      'The relation “1” (“denies”) names the mark “c9”, which is not there.',
      'The relation “2” (“denies”) names the mark “odd”, which did not come in.',
      'The relation “3” (“follows”) leads from a mark to itself.',
      'The relation “6” (“denies”) has the id of one before it.',
      'The relation “4” (“follows”) does not lead from “claim” to “denial” here.',
      'The relation “5” (“cites”) is of no type here.',
    ])
  })

  it('never closes a circle of a type that has none', () => {
    const { records, whys } = landed({
      marks,
      relations: [
        relation('1', 'follows', 'c1', 'c2'),
        relation('2', 'follows', 'c2', 'c3'),
        relation('3', 'follows', 'c3', 'c1'),
        relation('4', 'follows', 'c1', 'c3'),
      ],
    })
    expect([...records.relations.keys()].map((id) => id.at(-1))).toEqual(['1', '2', '4'])
    expect(whys[1]).toBe('The relation “3” (“follows”) leads back to where it began, which its type must not.')
  })
})

describe('what was said', () => {
  it('keeps its threads, flat and in whatever order', () => {
    const { records, report } = landed({
      marks: [mark('m')],
      comments: [
        comment('c', null, 'b'),
        comment('b', null, 'a'),
        comment('a', 'm'),
        { ...comment('d', null, 'a'), body: '', turn: 'resolved' },
      ],
    })
    expect(report).toMatchObject({ given: 5, imported: 5 })
    const local = (id: string) => `layer-ada.ca978112-${id}`
    expect([...records.comments.values()]).toMatchObject([
      { id: local('a'), on: local('m'), body: 'why?' },
      { id: local('c'), on: local('m'), replyTo: local('a') },
      { id: local('b'), on: local('m'), replyTo: local('a') },
      { id: local('d'), thread: local('a'), state: 'resolved' },
    ])
  })

  it('keeps when it was changed, its flag, and whom it names, where they are here or have a layer', () => {
    const said = { ...comment('a', null), by: 'ben', at: 7, since: 5, editedAt: 8, isGap: true }
    const { records, report, whys } = landed({
      comments: [{ ...said, mentions: ['Ada Lovelace', 'ben', 'eve', 'ben'] }, comment('b', null, 'a')],
    })
    expect([...records.comments.values()][0]).toEqual({
      id: 'layer-ben.ca978112-a',
      author: 'layer-ben',
      at: 7,
      since: 5,
      editedAt: 8,
      gap: true,
      on: 'article',
      body: 'why?',
      mentions: ['ada-1', 'layer-ben'],
    })
    expect(report).toMatchObject({ given: 2, imported: 2 })
    expect(whys).toEqual(['The comment “a” came in without its mention of “eve”, who is not here.'])
    // Of times that cannot be, none is kept.
    const [odd] = landed({ comments: [{ ...said, since: 9, editedAt: 5000 }] }).records.comments.values()
    expect(odd).not.toHaveProperty('since')
    expect(odd).not.toHaveProperty('editedAt')
  })

  it('is refused where it answers itself, nothing, or what is not there', () => {
    const { report } = landed({
      comments: [
        comment('a', null, 'b'),
        comment('b', null, 'a'),
        comment('c', null, 'x'),
        comment('d', 'x'),
        { ...comment('e', null), body: '' },
        { ...comment('f', null), body: 'x'.repeat(10_001) },
        { ...comment('g', null), body: 'half \ud83d' },
        comment('h', null),
        comment('i', 'h'),
      ],
    })
    expect(report).toMatchObject({ given: 9, imported: 1 })
    expect(report.refused).toHaveLength(8)
  })

  it('is a verdict with its correction, where that has a place', () => {
    const { records, report } = landed({
      marks: [mark('1'), mark('2', { by: 'ben' })],
      verdicts: [
        verdict('1', 'ben', { fix: { label: 'denial', spans: [[7, 11]] }, note: 'rather' }),
        verdict('1', 'eve', { fix: { label: 'lie' } }),
        verdict('1', 'dan', { decision: 'duplicate', of: '2' }),
        verdict('1', 'ada'),
        verdict('9', 'ben'),
      ],
    })
    expect([...records.verdicts.values()]).toMatchObject([
      { decision: 'accept', fix: { kind: 'denial', spans: [[7, 11]] }, note: 'rather' },
      { decision: 'accept' },
      { decision: 'duplicate', of: 'layer-ben.ca978112-2' },
    ])
    expect(report).toMatchObject({ given: 7, imported: 5, reported: [{ count: 1 }], refused: [{ count: 1 }] })
    expect(report.changed.map(({ why }) => why)).toEqual([
      'The verdict on “1” came in without its correction, which has no place here.',
    ])
  })
})

describe('any document', () => {
  const id = fc.constantFrom('1', '2', '3', '__proto__', 'constructor', '')
  const by = fc.constantFrom(null, 'ada', 'ben', 'toString')
  const label = fc.constantFrom('claim', 'Denials', 'denies', 'follows', '__proto__', 'constructor')
  const value = fc.constantFrom(null, 'high', 'HIGH', '', 'x'.repeat(2001), '\ud83d')
  const attributes = fc
    .array(fc.tuple(fc.constantFrom('worth', 'gloss', '__proto__'), value))
    .map((all) => new Map(all))
  const at = fc.constantFrom(null, 5, -1, 1e9, Number.NaN)
  const offset = fc.oneof(fc.integer({ min: -2, max: 40 }), fc.constantFrom(Number.NaN, 1e12, 0.5))
  const anyDocument = fc.record({
    name: fc.string(),
    text: fc.option(anyText),
    unit: fc.constantFrom(null, 'utf16', 'code-points', 'bytes', 'graphemes'),
    marks: fc.array(
      fc.record({
        id,
        label,
        attributes,
        by,
        at,
        score: fc.constantFrom(null, 0.25),
        where: fc.constant(where),
        spans: fc.array(fc.tuple(offset, offset), { maxLength: 3 }),
        quotes: fc.array(fc.constantFrom(null, 'a', 'no. '), { maxLength: 3 }),
      }),
    ),
    relations: fc.array(fc.record({ id, type: label, from: id, to: id, by, at, where: fc.constant(where) })),
    comments: fc.array(
      fc.record({
        id,
        on: fc.option(id),
        replyTo: fc.option(id),
        body: fc.string(),
        by,
        at,
        where: fc.constant(where),
      }),
    ),
    verdicts: fc.array(
      fc.record({
        on: id,
        decision: fc.constantFrom('accept', 'duplicate'),
        of: id,
        fix: fc.record({ label, attributes }),
        note: fc.option(fc.string()),
        by,
        at,
        where: fc.constant(where),
      }),
    ),
    refused: fc.array(fc.constant({ where, why: 'Broken.', count: 2 }), { maxLength: 2 }),
    reported: fc.constant<Skipped[]>([]),
  })

  it('lands as sound records, with everything else in the report, and the same way each time', () => {
    fc.assert(
      fc.property(anyDocument, anyText, fc.boolean(), fc.constantFrom('refuse', 'widen'), (found, into, seeks, cut) => {
        const document = found as FoundDocument
        const mapping = {
          ...proposeMapping(
            surveyOf([document], () => into),
            labelSet,
          ),
          seeks,
          cut,
        } as Mapping
        expect(mappingSchema.parse(mapping)).toEqual(mapping)
        const { records, report } = land(document, into, mapping, ground)
        const sum = (all: readonly { count: number }[]) => all.reduce((total, { count }) => total + count, 0)
        expect(report.given).toBe(report.imported + sum(report.refused) + sum(report.reported))
        for (const root of roots)
          for (const [key, record] of records[root]) expect(parseRecord(root, key, record)).toMatchObject({ ok: true })
        for (const annotation of records.annotations.values()) {
          expect(misfit(into, annotation.spans)).toBeNull()
          expect(foreignTerm(annotation, labelSet)).toBeNull()
        }
        for (const { from, to } of records.relations.values())
          expect([records.annotations.has(from), records.annotations.has(to)]).toEqual([true, true])
        expect(land(document, into, mapping, ground)).toMatchObject({ records, report })
      }),
      { numRuns: 200 },
    )
  })

  it('makes a label set of thousands of labels without holding each against all', () => {
    const marks = Array.from({ length: 8000 }, (_, i) => mark(`${i}`, { label: `${'a long label '.repeat(6)}${i}` }))
    expect(labelSetOf(surveyOf([documentOf({ marks })])).labelSet.kinds).toHaveLength(8000)
  })

  it('makes a label set that all of it fits, where there is none', () => {
    fc.assert(
      fc.property(anyDocument, anyText, fc.boolean(), (found, into, isStrict) => {
        const document = found as FoundDocument
        const made = labelSetOf(
          surveyOf([document], () => into),
          { isStrict },
        )
        if (isStrict && made.labelSet.kinds.length > 0)
          expect(labelSetSchema.safeParse(made.labelSet)).toMatchObject({ success: true })
        const { report } = land(document, into, made.mapping, { ...ground, labelSet: made.labelSet })
        for (const { why } of report.reported) expect(why).toMatch(/layer of its mark|did not come in/)
      }),
      { numRuns: 100 },
    )
  })
})

describe('a proposal', () => {
  it('goes by names that are nearly the same', () => {
    const { labels, relations } = proposeMapping(
      surveyOf([
        documentOf({
          marks: ['CLAIMS', 'http://example.org/terms#Claim', 'Den-ial', 'lie'].map((label, i) =>
            mark(`${i}`, { label }),
          ),
          relations: [relation('r', 'custom.Denies', '2', '0')],
        }),
      ]),
      labelSet,
    )
    expect(labels.map(({ kind }) => kind)).toEqual(['claim', 'claim', 'denial', null])
    expect(relations).toEqual([{ type: 'custom.Denies', to: 'denies', isTurned: false }])
  })

  it('takes ten thousand broken marks, and the words of as many, in no time to speak of', () => {
    const long = 'no '.repeat(300_000)
    const marks = Array.from({ length: 10_000 }, (_, i) => mark(`${i}`, { spans: [[5, 4]], quotes: [`x${i}`] }))
    const before = performance.now()
    expect(landed({ marks }, { seeks: true }, long).report).toMatchObject({ imported: 0 })
    expect(performance.now() - before).toBeLessThan(30_000)
  })
})
