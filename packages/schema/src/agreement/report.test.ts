import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Span } from '../span.ts'
import type { Annotated, Value } from './annotated.ts'
import { driftOf } from './drift.ts'
import { alphaNominal, cohenKappa } from './nominal.ts'
import { type Report, type ReportOptions, reportOf } from './report.ts'
import { tokensOf } from './tokens.ts'

type Marked = [kind: string, start: number, end: number, at?: number]
type Linked = [type: string, from: string, to: string]

const kinds = ['claim', 'denial', 'citation']
const words = 'He said that it was so, and she denied it. '
const text = words.repeat(10)

const layer = (person: string, marks: Marked[], links: Linked[] = []) => ({
  person,
  annotations: marks.map(([kind, start, end, at = 1], i) => ({
    id: `${person}.${i}`,
    kind,
    spans: [[start, end] as [number, number]],
    at,
  })),
  relations: links.map(([type, from, to], i) => ({ id: `${person}.r${i}`, type, from, to })),
})

const article = (name: string, marks: Record<string, Marked[]>, more: Partial<Annotated> = {}): Annotated => ({
  article: name,
  length: text.length,
  text,
  layers: Object.entries(marks).map(([person, own]) => layer(person, own)),
  ...more,
})

const report = (articles: Annotated[], options: Partial<ReportOptions> = {}) =>
  reportOf(articles, { kinds, draws: 0, ...options })

const undefinedFor = (reason: string) => expect.objectContaining({ value: null, reason })
const about = (value: number) => expect.objectContaining({ value: expect.closeTo(value, 12) })

/** All numbers in a report, each with its way there. */
function numbersIn(node: unknown, path = ''): [string, number][] {
  if (typeof node === 'number') return [[path, node]]
  if (typeof node !== 'object' || node === null) return []
  return Object.entries(node).flatMap(([name, value]) => numbersIn(value, `${path}.${name}`))
}

const someMarks = fc.array(
  fc
    .tuple(fc.constantFrom(...kinds), fc.nat(60), fc.integer({ min: 1, max: 20 }))
    .map(([kind, start, length]): Marked => [kind, start, start + length]),
  { maxLength: 6 },
)
/** A few articles; in each some of three people have worked. */
const someArticles = fc
  .array(fc.record({ ada: fc.option(someMarks), bob: fc.option(someMarks), cyd: fc.option(someMarks) }), {
    maxLength: 3,
  })
  .map((all) =>
    all.map((marks, i) =>
      article(
        `a${i}`,
        Object.fromEntries(Object.entries(marks).filter(([, own]) => own !== null)) as Record<string, Marked[]>,
      ),
    ),
  )

describe('a report', () => {
  it('finds people who mark the same in full agreement', () => {
    const marks: Marked[] = [
      ['claim', 0, 20],
      ['denial', 28, 41],
    ]
    const { overall, pairs, persons, byArticle } = report([article('a', { ada: marks, bob: marks, cyd: marks })], {
      gamma: { isTogether: true },
    })
    for (const { pooled } of [overall.exact, overall.partial, overall.characters, overall.tokens, overall.unitizing])
      expect(pooled).toEqual(about(1))
    expect(overall.alphaCharacters.kinds['claim']).toEqual(about(1))
    expect(overall.gamma).toEqual({ value: 1, articles: 1, leftOut: 0 })
    expect(overall.gammaOfPairs).toEqual({ value: 1 })
    expect(pairs).toHaveLength(3)
    expect(persons.map(({ person, marks }) => [person, marks['claim']])).toEqual([
      ['ada', 1],
      ['bob', 1],
      ['cyd', 1],
    ])
    expect(byArticle[0]?.people).toEqual(['ada', 'bob', 'cyd'])
    expect(overall.counts).toEqual({ same: 6, borders: 0, kind: 0, both: 0, missing: 0 })
  })

  it('tells borders, kinds and missing marks apart, and counts half for other borders', () => {
    const { pairs } = report([
      article('a', {
        ada: [
          ['claim', 0, 10],
          ['claim', 20, 30],
          ['claim', 40, 50],
          ['denial', 60, 70],
        ],
        bob: [
          ['claim', 0, 10],
          ['claim', 21, 30],
          ['denial', 40, 50],
        ],
      }),
    ])
    const [pair] = pairs
    expect(pair?.counts).toEqual({ same: 1, borders: 1, kind: 1, both: 0, onlyA: 1, onlyB: 0 })
    expect(pair?.exact.pooled).toEqual(about(2 / 7))
    expect(pair?.partial.pooled).toEqual(about(3 / 7))
    expect(pair?.exact.kinds['claim']).toEqual(about(2 / 5))
    expect(pair?.exact.mean).toEqual(about((2 / 5 + 0) / 2))
    expect(pair?.schemes.exact.f1).toEqual(about(4 / 7))
    expect(pair?.schemes.type.f1).toEqual(about(4 / 7))
    expect(pair?.confusion).toEqual([
      [2, 1, 0, 0],
      [0, 0, 0, 1],
      [0, 0, 0, 0],
      [0, 0, 0, 0],
    ])
    expect(pair?.otherBorders.flat().filter(Boolean)).toEqual([1])
    expect(pair?.otherBorders[0]?.[0]).toBe(1)
  })

  it('takes whoever has no layer for absent, and whoever has an empty one for somebody who found nothing', () => {
    const marks: Marked[] = [['claim', 0, 20]]
    const absent = report([article('a', { ada: marks, bob: marks }), article('b', { ada: marks })])
    expect(absent.overall.exact.pooled).toEqual(about(1))
    expect(absent.shared).toBe(1)
    const empty = report([article('a', { ada: marks, bob: marks }), article('b', { ada: marks, bob: [] })])
    expect(empty.overall.exact.pooled).toEqual(about(2 / 3))
    expect(empty.overall.alphaCharacters.pooled.value).toBeLessThan(1)
  })

  it('says why a figure is not defined', () => {
    const nobody = report([article('a', { ada: [], bob: [] })], { gamma: {} })
    expect(nobody.overall.exact.pooled).toEqual(undefinedFor('no-marks'))
    expect(nobody.overall.characters.kinds['claim']).toEqual(undefinedFor('no-marks'))
    expect(nobody.overall.alphaTokens.mean).toEqual(undefinedFor('no-marks'))
    expect(nobody.overall.gamma).toEqual(undefinedFor('no-marks'))
    expect(nobody.overall.relations.exact).toEqual(undefinedFor('no-relations'))
    const alone = report([article('a', { ada: [['claim', 0, 5]] })])
    expect(alone.overall.exact.pooled).toEqual(undefinedFor('not-shared'))
    expect(alone.overall.alphaCharacters.pooled).toEqual(undefinedFor('not-shared'))
    expect(alone.overall.gamma).toEqual(undefinedFor('not-computed'))
    const { text: _, ...untold } = article('a', { ada: [['claim', 0, 5]], bob: [['claim', 0, 5]] })
    expect(report([untold]).overall.tokens.pooled).toEqual(undefinedFor('no-text'))
    const all: Marked[] = [['claim', 0, text.length]]
    const everything = report([article('a', { ada: all, bob: all })])
    expect(everything.overall.characters.kinds['claim']).toEqual(undefinedFor('one-category'))
    // As published: nothing differs, and it could have.
    expect(everything.overall.alphaCharacters.kinds['claim']).toEqual(about(1))
    expect(report([]).overall.exact.pooled).toEqual(undefinedFor('not-shared'))
    const many = report([article('a', { ada: all, bob: all })], { gamma: { mostMarks: 1 } })
    expect(many.overall.gamma).toEqual({ value: null, reason: 'too-many-marks', articles: 0, leftOut: 1 })
  })

  it('has the kappa and the alpha of a place-by-place count, with gaps', () => {
    fc.assert(
      fc.property(someArticles, (articles) => {
        const found = report(articles)
        const isIn = (marks: Annotated['layers'][number]['annotations'], kind: string, from: number, to: number) =>
          marks.some((mark) => mark.kind === kind && mark.spans.some(([start, end]) => start < to && from < end))
        const { starts, ends } = tokensOf(text)
        const places = {
          Characters: Array.from(text, (_, i): Span => [i, i + 1]),
          Tokens: starts.map((start, i): Span => [start, ends[i] as number]),
        }
        for (const [unit, spans] of Object.entries(places))
          for (const kind of kinds) {
            const items = articles.flatMap(({ layers }) =>
              spans.map(([from, to]) =>
                ['ada', 'bob', 'cyd'].map((person) => {
                  const own = layers.find((one) => one.person === person)
                  return own ? (isIn(own.annotations, kind, from, to) ? 'yes' : 'no') : null
                }),
              ),
            )
            const alpha = found.overall[`alpha${unit as 'Characters' | 'Tokens'}`].kinds[kind] as Value
            if (alpha.value !== null) expect(alpha.value).toBeCloseTo(alphaNominal(items, 2).value ?? Number.NaN, 9)
            else
              expect(items.filter((item) => item.filter((said) => said !== null).length > 1).flat()).not.toContain(
                'yes',
              )
            const count = (a: string, b: string) => items.filter((item) => item[0] === a && item[1] === b).length
            const pair = found.pairs.find(({ a, b }) => a === 'ada' && b === 'bob')
            const kappa = pair?.[unit === 'Characters' ? 'characters' : 'tokens'].kinds[kind]?.value
            const counted = cohenKappa([
              [count('yes', 'yes'), count('yes', 'no')],
              [count('no', 'yes'), count('no', 'no')],
            ]).value
            if (counted === null || !pair) expect(kappa ?? null).toBeNull()
            else expect(kappa).toBeCloseTo(counted, 9)
          }
      }),
      { numRuns: 25 },
    )
  })

  it('is the same in whatever order articles, people and marks come', () => {
    fc.assert(
      fc.property(someArticles, (articles) => {
        const turned = articles.toReversed().map((one) => ({
          ...one,
          layers: one.layers.toReversed().map((own) => ({ ...own, annotations: own.annotations.toReversed() })),
        }))
        const options = { draws: 20, gamma: { samples: 2, isTogether: true } }
        const [before, after] = [report(articles, options), report(turned, options)]
        const [numbers, others] = [numbersIn(before), numbersIn(after)]
        expect(others.map(([path]) => path)).toEqual(numbers.map(([path]) => path))
        const furthest = numbers.map(([path, number], i) => ({
          path,
          apart: Math.abs(number - (others[i]?.[1] ?? 9e9)),
        }))
        expect(furthest.filter(({ apart }) => apart > 1e-9)).toEqual([])
      }),
      { numRuns: 25 },
    )
  })

  it('does not change when people or kinds are called by other names', () => {
    fc.assert(
      fc.property(someArticles, (articles) => {
        const kindNames: Record<string, string> = { claim: 'zeal', denial: 'yaw', citation: 'xray' }
        const named = articles.map((one) => ({
          ...one,
          layers: one.layers.map((own) => ({
            ...own,
            person: own.person === 'ada' ? 'zoe' : own.person,
            annotations: own.annotations.map((mark) => ({ ...mark, kind: kindNames[mark.kind] ?? '' })),
          })),
        }))
        const after = report(named, { kinds: kinds.map((kind) => kindNames[kind] ?? '') })
        const before = report(articles)
        const renamed = (path: string) => path.replace(/claim|denial|citation/g, (kind) => kindNames[kind] ?? '')
        const figures = (of: Report['overall']) => new Map(numbersIn({ ...of, confusion: null, otherBorders: null }))
        for (const [path, number] of figures(before.overall))
          expect(figures(after.overall).get(renamed(path)), path).toBeCloseTo(number, 9)
      }),
      { numRuns: 40 },
    )
  })

  it('never has a number that is none, whatever was marked', () => {
    fc.assert(
      fc.property(someArticles, fc.nat(30), (articles, draws) => {
        const numbers = numbersIn(report(articles, { draws, gamma: { samples: 2, isTogether: true } }))
        expect(numbers.filter(([, number]) => !Number.isFinite(number))).toEqual([])
      }),
      { numRuns: 40 },
    )
  })

  it('holds people against gold as precision and recall', () => {
    const gold = {
      annotations: layer('gold', [
        ['claim', 0, 10],
        ['claim', 20, 30],
      ]).annotations,
      relations: [],
    }
    const found = report([
      article(
        'a',
        {
          ada: [
            ['claim', 0, 10],
            ['claim', 50, 60],
            ['claim', 21, 30],
          ],
        },
        { gold },
      ),
      article('b', { ada: [['claim', 0, 10]] }),
    ])
    const [ada] = found.gold?.persons ?? []
    expect(ada?.articles).toBe(1)
    expect(ada?.exactPrecision.pooled).toEqual(about(1 / 3))
    expect(ada?.exactRecall.pooled).toEqual(about(1 / 2))
    expect(ada?.partialPrecision.pooled).toEqual(about(1.5 / 3))
    expect(ada?.partialRecall.kinds['claim']).toEqual(about(1.5 / 2))
    expect(ada?.exactPrecision.kinds['denial']).toEqual(undefinedFor('no-marks'))
    expect(report([article('a', { ada: [] })]).gold).toBeNull()
    const silent = report([article('a', { ada: [] }, { gold })]).gold?.persons[0]
    expect(silent?.exactRecall.pooled).toEqual(about(0))
    expect(silent?.exactPrecision.pooled).toEqual(undefinedFor('no-marks'))
  })

  it('compares relations over aligned marks, also those that lead to somebody else’s', () => {
    const ada = layer(
      'ada',
      [
        ['denial', 0, 10],
        ['claim', 20, 30],
      ],
      [['denies', 'ada.0', 'ada.1']],
    )
    const bob = layer(
      'bob',
      [
        ['denial', 0, 10],
        ['claim', 21, 30],
      ],
      [
        ['denies', 'bob.0', 'bob.1'],
        ['same_as', 'bob.1', 'bob.0'],
      ],
    )
    const cyd = layer(
      'cyd',
      [['denial', 0, 10]],
      [
        ['denies', 'cyd.0', 'ada.1'],
        ['denies', 'cyd.0', 'gone.1'],
      ],
    )
    const found = report([article('a', {}, { layers: [ada, bob, cyd] })])
    const pair = (a: string, b: string) => found.pairs.find((one) => one.a === a && one.b === b)?.relations
    expect(pair('ada', 'bob')).toEqual({ aligned: about(2 / 3), exact: about(0) })
    expect(pair('ada', 'cyd')).toEqual({ aligned: about(1), exact: about(1) })
    // Bob's claim is aligned with Ada's, to which Cyd's relation leads.
    expect(pair('bob', 'cyd')).toEqual({ aligned: about(2 / 3), exact: about(0) })
    const without = report([article('a', {}, { layers: [ada, bob, cyd] })], { people: ['bob', 'cyd'] })
    expect(without.pairs[0]?.relations.aligned).toEqual(about(2 / 3))
  })

  it('leaves out people, kinds and times that were not asked for', () => {
    const articles = [
      article('a', {
        ada: [
          ['claim', 0, 9, 100],
          ['denial', 0, 9, 200],
        ],
        bob: [['claim', 0, 9, 150]],
        cyd: [],
      }),
      article('b', { ada: [['claim', 0, 9, 300]], bob: [] }),
    ]
    expect(report(articles, { people: ['bob', 'ada'] }).pairs.map(({ a, b }) => `${a} ${b}`)).toEqual(['ada bob'])
    expect(report(articles, { kinds: ['denial'] }).persons[0]?.marks).toEqual({ denial: 1 })
    const during = (from: number, to: number) =>
      report(articles, { during: { from, to } }).byArticle.map((one) => one.article)
    expect(during(0, 201)).toEqual(['a'])
    expect(during(150, 400)).toEqual(['a', 'b'])
    expect(during(201, 300)).toEqual([])
  })

  it('gives intervals around the figures, over articles when there are ten, else over blocks', () => {
    const marks = (i: number): Record<string, Marked[]> => ({
      ada: [
        ['claim', 0, 20],
        ['denial', 28, 41],
      ],
      bob:
        i % 3 === 0
          ? [['claim', 0, 20]]
          : [
              ['claim', i, 20],
              ['denial', 28, 41],
            ],
    })
    const many = Array.from({ length: 12 }, (_, i) => article(`a${String(i).padStart(2, '0')}`, marks(i)))
    const found = report(many, { draws: 200 })
    expect(found.method.bootstrap).toEqual({ over: 'articles', units: 12, draws: 200, seed: 1 })
    const { pooled } = found.overall.exact
    expect(pooled.interval?.low).toBeLessThan(pooled.value ?? 0)
    expect(pooled.interval?.high).toBeGreaterThan(pooled.value ?? 0)
    expect(found.pairs[0]?.exact.pooled).toEqual(pooled)
    expect(found.overall.alphaCharacters.pooled.interval).not.toBeNull()
    expect(report(many, { draws: 200 })).toEqual(found)
    // What only one person has worked on is not drawn, and of two who share few articles little can be said.
    const more = [...many, article('b', { ada: [] }), article('c', { ada: [['claim', 0, 9]], cyd: [['claim', 0, 9]] })]
    const wider = report(more, { draws: 200 })
    expect(wider.method.bootstrap?.units).toBe(13)
    expect(wider.pairs.map(({ a, b, exact }) => [a, b, exact.pooled.interval !== null])).toEqual([
      ['ada', 'bob', true],
      ['ada', 'cyd', false],
      ['bob', 'cyd', false],
    ])
    expect(report(many, { draws: 200, seed: 2 }).overall.characters).not.toEqual(found.overall.characters)

    const lines = `${words}\n`.repeat(30)
    const spread = (person: string, i: number): Marked => [
      'claim',
      44 * i + (person === 'bob' && i % 4 === 0 ? 3 : 0),
      44 * i + 7,
    ]
    const layers = ['ada', 'bob'].map((person) =>
      layer(
        person,
        Array.from({ length: 30 }, (_, i) => spread(person, i)),
      ),
    )
    const one = report([{ article: 'a', length: lines.length, text: lines, layers }], { draws: 200 })
    expect(one.method.bootstrap).toEqual({ over: 'blocks', units: 30, draws: 200, seed: 1 })
    expect(one.overall.exact.pooled.interval?.low).toBeLessThan(22 / 30)
    expect(one.overall.exact.pooled.interval?.high).toBeGreaterThan(22 / 30)
    expect(one.overall.unitizing.pooled.interval).toBeNull()
    const few = report([article('a', marks(1))], { draws: 200 })
    expect(few.method.bootstrap).toBeNull()
    expect(few.overall.exact.pooled.interval).toBeNull()
  })

  it('tells how each person’s marks fare over time', () => {
    const gold = { annotations: layer('gold', [['claim', 0, 9]]).annotations, relations: [] }
    const drift = driftOf(
      [
        article(
          'a',
          {
            ada: [
              ['claim', 0, 9, 10],
              ['claim', 20, 30, 10],
              ['claim', 40, 50, 20],
              ['denial', 60, 70, 99],
            ],
            bob: [
              ['claim', 0, 9, 30],
              ['claim', 40, 51, 30],
            ],
          },
          { gold },
        ),
      ],
      { kinds, cuts: [10, 20, 30] },
    )
    expect(drift).toEqual([
      {
        person: 'ada',
        periods: [
          {
            from: 10,
            to: 20,
            marks: 2,
            exact: about(1 / 2),
            partial: about(1 / 2),
            exactGold: about(1 / 2),
            partialGold: about(1 / 2),
          },
          {
            from: 20,
            to: 30,
            marks: 1,
            exact: about(0),
            partial: about(1 / 2),
            exactGold: about(0),
            partialGold: about(0),
          },
        ],
      },
      {
        person: 'bob',
        periods: [10, 20].map((from) => ({
          from,
          to: from + 10,
          marks: 0,
          exact: undefinedFor('no-marks'),
          partial: undefinedFor('no-marks'),
          exactGold: undefinedFor('no-marks'),
          partialGold: undefinedFor('no-marks'),
        })),
      },
    ])
  })
})
