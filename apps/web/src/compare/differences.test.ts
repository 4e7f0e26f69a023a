import type { Annotation } from '@attest/schema/annotation'
import { describe, expect, it } from 'vitest'
import article from '../../../../seeds/article.txt?raw'
import referenceLayer from '../../../../seeds/reference.json'
import anaLayer from '../../../../tests/fixtures/review/ana.json'
import benLayer from '../../../../tests/fixtures/review/ben.json'
import {
  compareParties,
  countTypes,
  type Difference,
  GOLD,
  isShown,
  type Party,
  partiesByDefault,
} from './differences.ts'
import { sayDifference } from './wording.ts'

function layer({ person, annotations }: { person: { id: string }; annotations: unknown }): Party {
  // What a JSON file holds is not known as pairs.
  return { id: person.id, annotations: annotations as Annotation[] }
}

const [reference, ana, ben] = [layer(referenceLayer), layer(anaLayer), layer(benLayer)]
const none = () => false

const text = 'The minister said that prices fell.'
const [ada, bob, cem] = ['ada', 'bob', 'cem']

let count = 0
/** A mark on these words by this person. */
function mark(author: string, words: string, more: Partial<Annotation> = {}): Annotation {
  const start = text.indexOf(words)
  if (start < 0) throw new RangeError(words)
  const span: [number, number] = [start, start + words.length]
  return { id: `${author}.${++count}`, kind: 'claim', spans: [span], attributes: {}, author, at: count, ...more }
}

function parties(...marks: Annotation[]): Party[] {
  return [ada, bob, cem].map((id) => ({ id, annotations: marks.filter(({ author }) => author === id) }))
}

function differencesIn(...marks: Annotation[]): readonly (readonly Difference[])[] {
  return compareParties(parties(...marks), none).map(({ differences }) => differences)
}

const vocabulary = {
  nameOf: (id: string) => id[0]?.toUpperCase() + id.slice(1),
  kindOf: (kind: string) => kind,
  quoteOf: (start: number, end: number) => `“${text.slice(start, end)}”`,
  attributeOf: (name: string) => name,
}

describe('what people differ in', () => {
  it('is nothing where all say the same', () => {
    expect(differencesIn(mark(ada, 'prices fell'), mark(bob, 'prices fell'), mark(cem, 'prices fell'))).toEqual([[]])
  })

  it('is who marked it and who did not', () => {
    const [differences = []] = differencesIn(mark(ada, 'prices fell'), mark(cem, 'prices fell'))
    expect(differences).toEqual([{ type: 'only', has: [ada, cem], lacks: [bob] }])
    expect(differences.map((one) => sayDifference(one, vocabulary))).toEqual(['Marked by Ada and Cem, not Bob'])
  })

  it('is the kind, with what most say first', () => {
    const [differences = []] = differencesIn(
      mark(ada, 'prices fell', { kind: 'denial' }),
      mark(bob, 'prices fell'),
      mark(cem, 'prices fell'),
    )
    expect(differences.map((one) => sayDifference(one, vocabulary))).toEqual([
      'Other kind: claim (Bob and Cem), denial (Ada)',
    ])
  })

  it('is the very words that some have and others have not', () => {
    const [differences = []] = differencesIn(
      mark(ada, 'that prices fell'),
      mark(bob, 'prices fell'),
      mark(cem, 'prices fell.'),
    )
    expect(differences.map((one) => sayDifference(one, vocabulary))).toEqual([
      'Other borders: “that ” (characters 18 to 23): only Ada; “.” (characters 34 to 35): only Cem',
    ])
  })

  it('is an answer to an attribute, also where somebody gave none', () => {
    const [differences = []] = differencesIn(
      mark(ada, 'prices fell', { attributes: { cue: 'said' } }),
      mark(bob, 'prices fell', { attributes: { cue: null } }),
      mark(cem, 'prices fell'),
    )
    expect(differences.map((one) => sayDifference(one, vocabulary))).toEqual([
      'Other answers: cue “said” (Ada), none (Bob), not filled in (Cem)',
    ])
  })

  it('is several things at once, what weighs most first', () => {
    const [one] = compareParties(
      parties(mark(ada, 'prices fell', { kind: 'denial' }), mark(bob, 'that prices fell')),
      none,
    )
    expect(one?.differences.map(({ type }) => type)).toEqual(['only', 'kind', 'borders'])
  })
})

describe('gold among those who are compared', () => {
  const gold = (...annotations: Annotation[]): Party => ({ id: GOLD, annotations })
  const people = parties(mark(ada, 'prices fell'), mark(bob, 'prices fell')).slice(0, 2)

  it('differs where a mark was rejected', () => {
    const [one] = compareParties([...people, gold()], none)
    expect(one?.differences).toEqual([{ type: 'only', has: [ada, bob], lacks: [GOLD] }])
  })

  it('does not differ where nothing is decided, and says so', () => {
    const [one] = compareParties([...people, gold()], () => true)
    expect(one).toMatchObject({ differences: [], isUndecided: true, isCompared: true })
  })

  it('is not alike somebody where nothing is decided: nothing is compared there', () => {
    const [ana] = people
    const alone = compareParties([ana as Party, gold()], () => true)
    expect(alone).toMatchObject([{ differences: [], isUndecided: true, isCompared: false }])
    const decided = compareParties([ana as Party, gold(mark(GOLD, 'prices fell'))], none)
    expect(decided).toMatchObject([{ differences: [], isUndecided: false, isCompared: true }])
  })
})

describe('layers made to differ in known ways', () => {
  it('are told apart in just those ways', () => {
    const all = compareParties([ana, ben], none)
    const quotes = (type: Difference['type']) =>
      all
        .filter((one) => one.differences.some((difference) => difference.type === type))
        .flatMap(({ annotations }) => annotations[0]?.id.split('.')[1] ?? [])
        .sort()
    expect({ kind: quotes('kind'), borders: quotes('borders'), attributes: quotes('attributes') }).toEqual({
      kind: ['m43', 'm44'],
      // What Ben marked in two, the first stands beside Ana's, which has all of it and other attributes.
      borders: ['m02', 'm08', 'm12', 'm17', 'm34', 'm41', 'm46'],
      attributes: ['m15', 'm22', 'm30', 'm34', 'x01'],
    })
    expect(quotes('only')).toEqual(['m03', 'm06', 'm36', 'm47', 'x02', 'x03', 'x04'])
  })

  it('count as many alike as their makers say', () => {
    const all = compareParties([reference, ana, ben], none)
    const everybody = all.filter(({ differences, marks }) => differences.length === 0 && marks.size === 3)
    expect(everybody).toHaveLength(30)
    expect(countTypes(all).kind).toBe(3)
  })

  it('are shown by kind and by way to differ', () => {
    const all = compareParties([ana, ben], none)
    const shown = all.filter((one) => isShown(one, { kinds: new Set(['denial']), types: new Set(['kind']) }))
    expect(shown.map(({ marks }) => [...marks.values()].map(({ kind }) => kind).sort())).toEqual([['claim', 'denial']])
  })

  it('say every stretch in which borders differ, whoever is named first', () => {
    const [one, other] = [compareParties([ana, ben], none), compareParties([ben, ana], none)]
    const parts = (all: typeof one) =>
      all
        .flatMap(({ differences }) => differences)
        .flatMap((difference) => (difference.type === 'borders' ? difference.parts : []))
        .map(({ span, has }) => `${article.slice(...span)} ${has}`)
    expect(parts(one)).toEqual(parts(other))
    expect(parts(one)).toContain(' said ana')
  })
})

it('compares oneself with the others, six at most, when nobody is named', () => {
  expect(partiesByDefault(['a', 'b', 'c', 'd', 'e', 'f', 'g'], 'f')).toEqual(['f', 'a', 'b', 'c', 'd', 'e'])
})
