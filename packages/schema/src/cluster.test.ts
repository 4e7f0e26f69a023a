import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import reference from '../../../seeds/reference.json' with { type: 'json' }
import anaJson from '../../../tests/fixtures/review/ana.json' with { type: 'json' }
import benJson from '../../../tests/fixtures/review/ben.json' with { type: 'json' }
import { type Annotation, annotationSchema } from './annotation.ts'
import { type Cluster, clustersOf, fullest, isUnanimous, sharedLength, stateOf } from './cluster.ts'
import type { Span } from './span.ts'

const layers = [reference, anaJson, benJson].map((layer) => annotationSchema.array().parse(layer.annotations))

let made = 0

/** `mark('ana claim 0-10 20-30')` */
function mark(words: string, attributes: Annotation['attributes'] = {}): Annotation {
  const [author = '', kind = '', ...places] = words.split(' ')
  const spans = places.map((place): Span => {
    const [start = 0, end = 0] = place.split('-').map(Number)
    return [start, end]
  })
  return { id: `${author}.${made++}`, kind, spans: spans.map(([a, b]) => [a, b]), attributes, author, at: 1 }
}

/** Each cluster as its difference and whose marks are in it. */
function told(annotations: readonly Annotation[]): string[] {
  return clustersOf(annotations).map(
    ({ difference, annotations }) =>
      `${difference}: ${annotations.map(({ author, kind, spans }) => `${author} ${kind} ${spans.map((one) => one.join('-')).join(' ')}`).join(', ')}`,
  )
}

describe('marks of several people', () => {
  it.each<[string, string[], string[]]>([
    [
      'of the same words and kind are one',
      ['ana claim 0-10', 'ben claim 0-10', 'cy claim 0-10'],
      ['same: ana claim 0-10, ben claim 0-10, cy claim 0-10'],
    ],
    ['that one made alone stay alone', ['ana claim 0-10'], ['alone: ana claim 0-10']],
    ['with other borders are one', ['ana claim 0-10', 'ben claim 0-8'], ['borders: ana claim 0-10, ben claim 0-8']],
    ['of another kind are one', ['ana claim 0-10', 'ben denial 0-9'], ['kind: ana claim 0-10, ben denial 0-9']],
    [
      'that only lie within each other, of two kinds, are two',
      ['ana claim 0-100', 'ben attribution 0-10'],
      ['alone: ana claim 0-100', 'alone: ben attribution 0-10'],
    ],
    [
      'that nest find each its own',
      ['ana claim 0-100', 'ana claim 20-40', 'ben claim 18-40', 'ben claim 0-90'],
      ['borders: ana claim 0-100, ben claim 0-90', 'borders: ben claim 18-40, ana claim 20-40'],
    ],
    [
      'are not one where they share a few words only',
      ['ana claim 0-50', 'ben claim 40-90'],
      ['alone: ana claim 0-50', 'alone: ben claim 40-90'],
    ],
    [
      'meet through no third that both are like',
      ['ana claim 0-40', 'ben claim 20-60', 'cy claim 40-80'],
      ['borders: ana claim 0-40, ben claim 20-60', 'alone: cy claim 40-80'],
    ],
    [
      'of whom one has two for the words of one, leave the second alone',
      ['ana claim 0-100', 'ben claim 0-60', 'ben claim 61-100'],
      ['borders: ana claim 0-100, ben claim 0-60', 'alone: ben claim 61-100'],
    ],
    [
      'in parts are one by the words that they share',
      ['ana claim 0-10 20-30', 'ben claim 0-30', 'cy claim 11-19'],
      ['borders: ana claim 0-10 20-30, ben claim 0-30', 'alone: cy claim 11-19'],
    ],
    [
      'of one person twice the same are one too',
      ['ana claim 0-10', 'ana claim 0-10'],
      ['alone: ana claim 0-10, ana claim 0-10'],
    ],
    [
      'find the same kind before the same borders, where either would do',
      ['ana claim 0-10', 'ben denial 0-10', 'ben claim 0-9'],
      ['borders: ana claim 0-10, ben claim 0-9', 'alone: ben denial 0-10'],
    ],
  ])('%s', (_, marks, clusters) => {
    expect(told(marks.map((words) => mark(words)))).toEqual(clusters)
  })

  it('differ in an attribute where two give different answers, not where one gives none', () => {
    const all = [
      mark('ana claim 0-10', { check_worthiness: 'high', gloss: 'It is' }),
      mark('ben claim 0-10', { check_worthiness: 'low' }),
    ]
    const [cluster] = clustersOf(all)
    expect(cluster).toMatchObject({ difference: 'same', attributes: ['check_worthiness'] })
    expect(cluster && isUnanimous(cluster)).toBe(false)
    expect(fullest(all)?.author).toBe('ana')
    const [agreed] = clustersOf([mark('ana claim 0-10', { gloss: 'It is' }), mark('ben claim 0-10')])
    expect(agreed && isUnanimous(agreed)).toBe(true)
  })

  it('are undecided as long as one of them is, and then accepted when one of them is', () => {
    const [cluster] = clustersOf([mark('ana claim 0-10'), mark('ben claim 0-9')])
    const state = (...outcomes: ('open' | 'accepted' | 'rejected' | 'disputed')[]) =>
      cluster && stateOf(cluster, (id) => outcomes[cluster.annotations.findIndex((one) => one.id === id)])
    expect(state('accepted', 'open')).toBe('open')
    expect(state('accepted', 'rejected')).toBe('accepted')
    expect(state('rejected', 'rejected')).toBe('rejected')
    expect(state('disputed', 'open')).toBe('disputed')
    const [same] = clustersOf([mark('ana claim 0-10'), mark('ben claim 0-10')])
    expect(same && stateOf(same, (id) => (id === same.id ? 'accepted' : 'open'))).toBe('accepted')
  })
})

describe('the layers of the sample article', () => {
  const clusters = clustersOf(layers.flat())
  const of = (id: string) => clusters.find(({ annotations }) => annotations.some((one) => one.id === id))
  const ids = (cluster: Cluster | undefined) => cluster?.annotations.map(({ id }) => id).sort()

  it.each<[string, Cluster['difference'], string]>([
    ['reference.m01', 'same', 'ana.m01 ben.m01 reference.m01'],
    ['reference.m02', 'borders', 'ana.m02 ben.m02 reference.m02'],
    ['reference.m03', 'same', 'ben.m03 reference.m03'],
    ['reference.m04', 'same', 'ana.m04 ben.m04 reference.m04'],
    ['reference.m08', 'borders', 'ana.m08 ben.m08 reference.m08'],
    ['reference.m19', 'alone', 'reference.m19'],
    ['reference.m30', 'kind', 'ana.m30 ben.m30 reference.m30'],
    ['reference.m34', 'borders', 'ana.m34 ben.x02 reference.m34'],
    ['ben.x03', 'alone', 'ben.x03'],
    ['reference.m41', 'borders', 'ana.m41 ben.m41 reference.m41'],
    ['reference.m43', 'kind', 'ana.m43 ben.m43 reference.m43'],
    ['reference.m44', 'kind', 'ana.m44 ben.m44 reference.m44'],
    ['ana.x01', 'same', 'ana.x01 ben.x01'],
    ['ana.x02', 'alone', 'ana.x02'],
    ['ben.x04', 'alone', 'ben.x04'],
  ])('come together where they were made to: %s', (id, difference, expected) => {
    expect(ids(of(id))?.join(' ')).toBe(expected)
    expect(of(id)?.difference).toBe(difference)
  })

  it('agree on as many marks as was meant', () => {
    expect(clusters.filter((one) => isUnanimous(one) && one.people.length === 3)).toHaveLength(30)
    expect(of('reference.m15')?.attributes).toEqual(['check_worthiness'])
  })
})

describe('clusters', () => {
  const marks = fc.array(
    fc
      .record({
        author: fc.constantFrom('ana', 'ben', 'cy', 'di'),
        kind: fc.constantFrom('claim', 'denial'),
        start: fc.integer({ min: 0, max: 60 }),
        length: fc.integer({ min: 1, max: 30 }),
      })
      .map(({ author, kind, start, length }) => mark(`${author} ${kind} ${start}-${start + length}`)),
    { maxLength: 30 },
  )

  it('hold each mark once, and of each person one, whatever the marks are', () => {
    fc.assert(
      fc.property(marks, (all) => {
        const clusters = clustersOf(all)
        expect(clusters.flatMap(({ annotations }) => annotations.map(({ id }) => id)).sort()).toEqual(
          all.map(({ id }) => id).sort(),
        )
        for (const { annotations, people } of clusters) {
          const distinct = new Set(annotations.map(({ author, kind, spans }) => `${author} ${kind} ${spans}`))
          expect(distinct.size).toBe(people.length)
        }
      }),
    )
  })

  it('are the same in whatever order the marks came', () => {
    fc.assert(
      fc.property(marks, fc.integer(), (all, seed) => {
        const shuffled = all.toSorted((a, b) => Math.sin(seed + a.id.length + a.at) || (a.id < b.id ? 1 : -1))
        expect(clustersOf(shuffled)).toEqual(clustersOf(all))
      }),
    )
  })

  it('are found among ten thousand marks before anybody notices', () => {
    const many = Array.from({ length: 10_000 }, (_, i) => {
      const start = Math.floor(i / 5) * 40 + ((i * 7) % 11)
      return mark(`${'abcde'[i % 5]} ${i % 7 === 0 ? 'denial' : 'claim'} ${start}-${start + 60}`)
    })
    const before = performance.now()
    const found = clustersOf(many)
    // Some 50 ms on a quiet machine; comparing each with each would take minutes.
    expect(performance.now() - before).toBeLessThan(5000)
    expect(found.length).toBeLessThan(5000)
  })

  it('do not take for ever over thousands of marks of the same words', () => {
    const piled = Array.from({ length: 2000 }, (_, i) => mark(`p${i} claim ${i}-${10_000 + i}`))
    const before = performance.now()
    clustersOf(piled)
    expect(performance.now() - before).toBeLessThan(5000)
  })
})

describe('words that two marks share', () => {
  it('are counted part by part', () => {
    expect(sharedLength([[0, 10]], [[5, 8]])).toBe(3)
    expect(
      sharedLength(
        [
          [0, 10],
          [20, 30],
        ],
        [[5, 25]],
      ),
    ).toBe(10)
    expect(sharedLength([[0, 10]], [[10, 20]])).toBe(0)
  })
})
