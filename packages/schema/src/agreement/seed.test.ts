/** The reference annotation of the sample article beside two layers made from it, whose differences are known. */
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import reference from '../../../../seeds/reference.json' with { type: 'json' }
import type { Span } from '../span.ts'
import type { MarkedLayer } from './annotated.ts'
import { cohenKappa } from './nominal.ts'
import { reportOf } from './report.ts'

const text = readFileSync(new URL('../../../../seeds/article.txt', import.meta.url), 'utf8')
const kinds = ['claim', 'denial', 'attribution', 'citation']
// The pairs of a JSON file are arrays to TypeScript.
const gold = reference as unknown as Pick<MarkedLayer, 'annotations' | 'relations'>

type Change = { spans?: [Span]; kind?: string } | null

/** The reference as if this person had made it, with what they did otherwise; null for a mark that they did not make. */
function madeBy(person: string, changes: Record<string, Change>, own: [kind: string, span: Span][] = []): MarkedLayer {
  const named = (id: string) => id.replace('reference', person)
  const changeOf = (id: string) => changes[id.replace('reference.', '')]
  return {
    person,
    annotations: [
      ...gold.annotations
        .filter(({ id }) => changeOf(id) !== null)
        .map((mark) => ({ ...mark, id: named(mark.id), ...(changeOf(mark.id) as { kind?: string }) })),
      ...own.map(([kind, [start, end]], i) => ({
        id: `${person}.own${i}`,
        kind,
        spans: [[start, end] as [number, number]],
        at: 1,
      })),
    ],
    relations: gold.relations
      .filter(({ from, to }) => changeOf(from) !== null && changeOf(to) !== null)
      .map((link) => ({ ...link, id: named(link.id), from: named(link.from), to: named(link.to) })),
  }
}

// Ben misses two of 47 marks, has two borders and a kind otherwise, and a claim of his own; Eve misses all citations.
const ben = madeBy(
  'ben',
  { m10: null, m34: null, m14: { spans: [[533, 626]] }, m46: { spans: [[2915, 3060]] }, m23: { kind: 'claim' } },
  [['claim', [1520, 1600]]],
)
const eve = madeBy('eve', { m10: null, m18: null, m33: null, m43: null })
const report = reportOf([{ article: 'sample', length: text.length, text, layers: [eve, ben], gold }], {
  kinds,
  draws: 200,
  gamma: { isTogether: true },
})
const about = (value: number) => expect.objectContaining({ value: expect.closeTo(value, 12) })

it('finds what Ben has done otherwise, and nothing else', () => {
  const found = report.gold?.persons.find(({ person }) => person === 'ben')
  expect(found?.counts).toEqual({ same: 42, borders: 2, kind: 1, both: 0, onlyA: 2, onlyB: 1 })
  expect(found?.exact.pooled).toEqual(about(84 / 93))
  expect(found?.partial.pooled).toEqual(about(86 / 93))
  expect(found?.exactPrecision.pooled).toEqual(about(42 / 46))
  expect(found?.exactRecall.pooled).toEqual(about(42 / 47))
  expect(found?.exact.kinds['claim']).toEqual(about(30 / 37))
  expect(found?.schemes.exact.f1).toEqual(about(86 / 93))
  expect(found?.schemes.type.f1).toEqual(about(88 / 93))
  expect(found?.confusion).toEqual([
    [17, 0, 0, 0, 1],
    [1, 4, 0, 0, 0],
    [0, 0, 20, 0, 0],
    [0, 0, 0, 3, 1],
    [1, 0, 0, 0, 0],
  ])
  // One of 36 relations lost its end; four lead to a mark that differs.
  expect(found?.relations).toEqual({ aligned: about(70 / 71), exact: about(62 / 71) })
})

it('counts the characters under Ben’s claims as they are', () => {
  const under = new Set<number>()
  for (const { kind, spans } of gold.annotations)
    if (kind === 'claim') for (const [start, end] of spans) for (let at = start; at < end; at++) under.add(at)
  const lost = 110 + 2 + 14
  const won = 44 + 80
  const table = [
    [under.size - lost, lost],
    [won, text.length - under.size - won],
  ]
  const found = report.gold?.persons.find(({ person }) => person === 'ben')
  expect(found?.characters.kinds['claim']).toEqual(about(cohenKappa(table).value ?? Number.NaN))
})

it('finds the others to agree on all but the citations that Eve misses', () => {
  const found = report.gold?.persons.find(({ person }) => person === 'eve')
  for (const kind of ['claim', 'denial', 'attribution']) {
    expect(found?.exact.kinds[kind]).toEqual(about(1))
    expect(found?.unitizing.kinds[kind]).toEqual(about(1))
  }
  expect(found?.exactRecall.kinds['citation']).toEqual(about(0))
  expect(found?.exactPrecision.kinds['citation']).toMatchObject({ value: null, reason: 'no-marks' })
  expect(found?.characters.kinds['citation']).toEqual(about(0))
  // Ben has three of the four.
  expect(report.pairs[0]?.confusion[3]).toEqual([0, 0, 0, 0, 3])
  expect(report.overall.gamma.value).toBeGreaterThan(0.8)
  expect(report.overall.gamma.value).toBeLessThan(1)
  const { pooled } = report.overall.exact
  expect(pooled.interval?.low).toBeLessThan(pooled.value ?? 0)
  expect(pooled.interval?.high).toBeGreaterThan(pooled.value ?? 0)
})
