/** Every value of tests/fixtures/agreement-vectors.json: published examples, and unit tests of other projects. */
import { describe, expect, it } from 'vitest'
import fixture from '../../../../tests/fixtures/agreement-vectors.json' with { type: 'json' }
import { align } from './alignment.ts'
import type { Mark, Value } from './annotated.ts'
import { countDifferences, countsOf, type Scheme, scoresOf } from './f1.ts'
import { dissimilarity } from './gamma.ts'
import { alphaNominal, bennettS, cohenKappa, observedAgreement, scottPi, type Table } from './nominal.ts'
import { disagreementOf, unitizingAlpha, unitsOf } from './unitizing.ts'

type Item = (string | null)[]
type SpanOf = [number, number, string]

interface Vector {
  id: string
  data: {
    type: string
    labels?: string[]
    counts?: number[][]
    items?: Item[]
    begin?: number
    end?: number
    units?: { rater: number; start: number; length: number; category: string }[]
    a?: SpanOf[]
    b?: SpanOf[]
    pairs?: [[number, number], [number, number]][]
  }
  // Which measures there are differs from vector to vector.
  expected: Record<string, unknown>
  tolerance: number
}

// The tuples of a JSON file are arrays to TypeScript.
const vectors = fixture.vectors as unknown as Vector[]

/** What each of the measures comes out as; a number for each number that is expected. */
function computed({ data }: Vector): Record<string, unknown> {
  if (data.counts) {
    const table = data.counts
    const labels = data.labels ?? []
    const items = table.flatMap((row, i) =>
      row.flatMap((count, j) => Array.from({ length: count }, () => [labels[i] ?? null, labels[j] ?? null])),
    )
    return {
      observed: observedAgreement(table),
      bennett_s: bennettS(table),
      scott_pi: scottPi(table),
      cohen_kappa: cohenKappa(table),
      alpha_nominal: alphaNominal(items, labels.length),
    }
  }
  if (data.items)
    return {
      // The scheme of each has a category more than is used.
      alpha_nominal: alphaNominal(data.items, new Set(data.items.flat()).size + 1),
      cohen_kappa: cohenKappa(tableOf(data.items)),
    }
  if (data.units) return ofUnits(data)
  if (data.a && data.b) {
    const marks = (spans: SpanOf[]) =>
      spans.map(([start, end, kind], i): Mark => ({ id: `ada.${i}`, kind, spans: [[start, end]] }))
    const differences = countDifferences(align(marks(data.a), marks(data.b)))
    const counted = (scheme: Scheme) => {
      const { correct: cor, incorrect: inc, partial: par, missing: mis, spurious: spu } = countsOf(differences, scheme)
      return { cor, inc, par, mis, spu }
    }
    return {
      exact_f1: scoresOf(countsOf(differences, 'strict')).f1,
      strict: counted('strict'),
      exact: counted('exact'),
      partial: counted('partial'),
      type: counted('type'),
    }
  }
  const unit = ([start, end]: [number, number]) => ({ start, end, kind: 'unit' })
  const weights = { alpha: 1, beta: 1 }
  return {
    dissimilarity: data.pairs?.map(([one, other]) => ({ value: dissimilarity(unit(one), unit(other), weights) })),
  }
}

function tableOf(items: readonly Item[]): Table {
  const categories = [...new Set(items.flat())].filter((category) => category !== null)
  const counts = categories.map(() => categories.map(() => 0))
  for (const [a, b] of items) {
    const [row, column] = [categories.indexOf(a ?? ''), categories.indexOf(b ?? '')]
    if (row >= 0 && column >= 0) (counts[row] as number[])[column] = ((counts[row] as number[])[column] as number) + 1
  }
  return counts
}

function ofUnits({ units = [], begin = 0, end = 0 }: Vector['data']): Record<string, unknown> {
  const kinds = Map.groupBy(units, ({ category }) => category)
  const of = (rater: number, some: typeof units) =>
    unitsOf(
      some.filter((one) => one.rater === rater).map(({ start, length }) => ({ spans: [[start, start + length]] })),
    ).units
  const found = Array.from(kinds, ([kind, some]) => ({ kind, ...disagreementOf(of(0, some), of(1, some), begin, end) }))
  return {
    u_alpha: unitizingAlpha(found),
    by_category: Object.fromEntries(
      found.map(({ kind, observed, expected }) => [
        kind,
        {
          observed: { value: observed },
          expected: { value: expected },
          alpha: unitizingAlpha([{ observed, expected }]),
        },
      ]),
    ),
  }
}

/** Each single value that a vector expects, by its way there. */
function leaves(expected: unknown, path: string[] = []): { path: string[]; wanted: number | string }[] {
  if (typeof expected === 'number' || typeof expected === 'string') return [{ path, wanted: expected }]
  return Object.entries(expected as object).flatMap(([name, value]) => leaves(value, [...path, name]))
}

function at(path: string[], from: unknown): unknown {
  return path.reduce<unknown>((value, name) => (value as Record<string, unknown>)[name], from)
}

describe.each(vectors)('$id', (vector) => {
  const found = computed(vector)
  it.each(leaves(vector.expected))('$path is $wanted', ({ path, wanted }) => {
    const value = at(path, found)
    if (wanted === 'NaN') return expect(value).toEqual({ value: null, reason: 'not-shared' })
    const number = typeof value === 'number' ? value : (value as Value).value
    // The vector of gamma gives its tolerance as a share, as the test that it is from does.
    const tolerance = path[0] === 'dissimilarity' ? vector.tolerance * Number(wanted) : vector.tolerance
    expect(Math.abs((number ?? Number.NaN) - Number(wanted))).toBeLessThanOrEqual(tolerance)
  })
})

it('leaves no value of the file untested', () => {
  expect(vectors.flatMap(({ expected }) => leaves(expected))).toHaveLength(54)
})
