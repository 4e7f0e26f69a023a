/**
 * What several annotators, and gold as one of them, make of the same words: each cluster of their marks with all that
 * they differ in. What nobody has decided yet is nothing that gold could differ in.
 */
import type { Annotation } from '@attest/schema/annotation'
import { clustersOf } from '@attest/schema/cluster'
import type { Span } from '@attest/schema/span'

/** Gold where it stands beside people; no person's id has this sign. */
export const GOLD = '~gold'

/** Somebody who is compared. All annotations of a person have their id as author, those of gold `GOLD`. */
export interface Party {
  id: string
  annotations: readonly Annotation[]
}

/** The most that can be told apart at once. */
export const MOST_PARTIES = 6

/** From what weighs most: words that only some have marked, other kinds, other borders, other answers. */
export const differenceTypes = ['only', 'kind', 'borders', 'attributes'] as const
export type DifferenceType = (typeof differenceTypes)[number]

/** Lists of parties are in the order in which those were given. */
export type Difference =
  | { type: 'only'; has: readonly string[]; lacks: readonly string[] }
  /** Who says what, the most named first. */
  | { type: 'kind'; said: readonly { kind: string; by: readonly string[] }[] }
  /** The words that some have and others of those who marked have not, in the order of the text. */
  | { type: 'borders'; parts: readonly { span: Span; has: readonly string[]; lacks: readonly string[] }[] }
  /** Of one attribute; undefined is said by those who did not fill it in. */
  | {
      type: 'attributes'
      name: string
      said: readonly { value: string | null | undefined; by: readonly string[] }[]
    }

/** What is shown of a mark. */
export type MarkCompared = Pick<Annotation, 'id' | 'author' | 'kind' | 'spans' | 'at'>

/** One cluster as it is compared. */
export interface Compared {
  /** That of the cluster. */
  id: string
  hull: Span
  /** In the order of a reader. */
  annotations: readonly MarkCompared[]
  /** By party; of two that say the same, the first. */
  marks: ReadonlyMap<string, MarkCompared>
  /** None where all agree. */
  differences: readonly Difference[]
  /** Whether gold is among those compared and has nothing here only because nothing is decided. */
  isUndecided: boolean
  /** Whether two or more can differ here: against gold alone nobody can where nothing is decided. */
  isCompared: boolean
}

/** All that these parties have marked. `isOpen` says of an annotation of a person that no verdict holds about it yet. */
export function compareParties(parties: readonly Party[], isOpen: (id: string) => boolean): Compared[] {
  const rank = new Map(parties.map(({ id }, i) => [id, i]))
  const inOrder = (people: Iterable<string>) => [...people].sort((a, b) => (rank.get(a) ?? 0) - (rank.get(b) ?? 0))
  const all = inOrder(rank.keys())
  return clustersOf(parties.flatMap(({ annotations }) => annotations)).map(({ id, hull, annotations, attributes }) => {
    const marks = new Map<string, Annotation>()
    for (const one of annotations) if (!marks.has(one.author)) marks.set(one.author, one)
    const isUndecided = rank.has(GOLD) && !marks.has(GOLD) && annotations.some((one) => isOpen(one.id))
    const asked = isUndecided ? all.filter((party) => party !== GOLD) : all
    const has = inOrder(marks.keys())
    const lacks = asked.filter((party) => !marks.has(party))
    const differences: Difference[] = []
    if (lacks.length > 0) differences.push({ type: 'only', has, lacks })
    const kinds = groupBy(has, (party) => marks.get(party)?.kind ?? '')
    if (kinds.length > 1)
      differences.push({ type: 'kind', said: kinds.map(({ said, by }) => ({ kind: said, by: inOrder(by) })) })
    const parts = partsOf(marks, has)
    if (parts.length > 0) differences.push({ type: 'borders', parts })
    // Each kind has attributes of its own, so of two kinds other answers are no news.
    if (kinds.length === 1)
      for (const name of attributes)
        differences.push({
          type: 'attributes',
          name,
          said: groupBy(has, (party) => answerOf(marks.get(party), name)).map(({ said, by }) => ({ value: said, by })),
        })
    return { id, hull, annotations, marks, differences, isUndecided, isCompared: asked.length > 1 }
  })
}

/** By what they say, the most first; of as many, whoever comes first. */
function groupBy<T>(parties: readonly string[], say: (party: string) => T): { said: T; by: string[] }[] {
  return Array.from(Map.groupBy(parties, say), ([said, by]) => ({ said, by })).sort((a, b) => b.by.length - a.by.length)
}

/** Names come from files: `constructor` is one that nobody has answered. */
function answerOf(mark: Annotation | undefined, name: string): string | null | undefined {
  return mark && Object.hasOwn(mark.attributes, name) ? mark.attributes[name] : undefined
}

/** The stretches of text that some of the marks cover and others do not. */
function partsOf(marks: ReadonlyMap<string, MarkCompared>, parties: readonly string[]) {
  const parts: { span: Span; has: string[]; lacks: string[] }[] = []
  if (parties.length < 2) return parts
  const cuts = new Set<number>()
  for (const mark of marks.values()) for (const [start, end] of mark.spans) cuts.add(start).add(end)
  const borders = [...cuts].sort((a, b) => a - b)
  for (const [i, start] of borders.entries()) {
    const end = borders[i + 1]
    if (end === undefined) break
    const has = parties.filter((party) => marks.get(party)?.spans.some(([from, to]) => from <= start && start < to))
    if (has.length === 0 || has.length === parties.length) continue
    const last = parts.at(-1)
    if (last && last.span[1] === start && last.has.join() === has.join()) last.span = [last.span[0], end]
    else parts.push({ span: [start, end], has, lacks: parties.filter((party) => !has.includes(party)) })
  }
  return parts
}

export interface Shown {
  /** Only what one of the parties calls one of these kinds; all with none. */
  kinds: ReadonlySet<string>
  /** Only what differs in one of these ways; all with none. */
  types: ReadonlySet<DifferenceType>
}

/** Whether the filters let it through. */
export function isShown({ annotations, differences }: Compared, { kinds, types }: Shown): boolean {
  if (kinds.size > 0 && !annotations.some(({ kind }) => kinds.has(kind))) return false
  return types.size === 0 || differences.some(({ type }) => types.has(type))
}

/** How many differ in each way; one that differs in two counts for both. */
export function countTypes(all: readonly Compared[]): Record<DifferenceType, number> {
  const counts = { only: 0, kind: 0, borders: 0, attributes: 0 }
  for (const { differences } of all) for (const type of new Set(differences.map((one) => one.type))) counts[type]++
  return counts
}

/** Those who are compared when nobody was named: oneself first, then the others as they come, as many as there is room for. */
export function partiesByDefault(people: readonly string[], me: string): string[] {
  const sorted = people.toSorted((a, b) => Number(b === me) - Number(a === me))
  return sorted.slice(0, MOST_PARTIES)
}
