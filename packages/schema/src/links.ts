/** Which relations could be made between two annotations, which are there, and which an annotation still lacks. */
import type { Annotation } from './annotation.ts'
import { allowsEnds, type LabelSet } from './labelset.ts'
import type { Relation } from './relation.ts'

/** A relation as it would be made: its type and ends. */
export type Link = Pick<Relation, 'type' | 'from' | 'to'>

/** Why a link is not made: to itself; made already by the same person; of a type that must not go round in a circle. */
export type LinkProblem = 'self' | 'duplicate' | 'cycle'

/** What the label set allows between these two, in its own order; of each type the way from the first one comes first. */
export function possibleLinks(
  set: LabelSet,
  first: Pick<Annotation, 'id' | 'kind'>,
  second: Pick<Annotation, 'id' | 'kind'>,
): Link[] {
  return set.relations.flatMap(({ id: type }) => {
    const links: Link[] = []
    if (allowsEnds(set, type, first.kind, second.kind)) links.push({ type, from: first.id, to: second.id })
    if (allowsEnds(set, type, second.kind, first.kind)) links.push({ type, from: second.id, to: first.id })
    return links
  })
}

/** The kinds of which the other end can be, whichever way the link goes. */
export function kindsOfOtherEnd(set: LabelSet, kind: string): Set<string> {
  return new Set(
    set.relations.flatMap(({ from, to }) => [...(from.includes(kind) ? to : []), ...(to.includes(kind) ? from : [])]),
  )
}

/**
 * What speaks against a link, given the relations of the person who makes it; null when nothing does. Those of others do
 * not count: two people who link the same marks, or link them the other way round, differ, and neither may be kept from
 * saying so.
 */
export function linkProblem(link: Link, own: Iterable<Relation>, set: LabelSet): LinkProblem | null {
  if (link.from === link.to) return 'self'
  const sameType = [...own].filter(({ type }) => type === link.type)
  if (sameType.some(({ from, to }) => from === link.from && to === link.to)) return 'duplicate'
  const isAcyclic = set.relations.find(({ id }) => id === link.type)?.isAcyclic
  if (isAcyclic && leadsTo(sameType, link.to, link.from)) return 'cycle'
  // “Same as” both ways round would say one thing twice.
  return sameType.some(({ from, to }) => from === link.to && to === link.from) ? 'duplicate' : null
}

function leadsTo(relations: readonly Relation[], start: string, goal: string): boolean {
  const onward = Map.groupBy(relations, ({ from }) => from)
  const seen = new Set([start])
  for (const id of seen) {
    if (id === goal) return true
    for (const { to } of onward.get(id) ?? []) seen.add(to)
  }
  return false
}

/** The relations by their ends, in no particular order. */
export interface RelationIndex {
  readonly from: ReadonlyMap<string, readonly Relation[]>
  readonly to: ReadonlyMap<string, readonly Relation[]>
}

/** Of the records of one moment: the page has a new object for each, around maps that live on. */
export interface Linked {
  readonly annotations: ReadonlyMap<string, Annotation>
  readonly relations: ReadonlyMap<string, Relation>
}

const indices = new WeakMap<Linked, RelationIndex>()

/** The index of these records, made once for each object: whoever asks in the same moment shares it. */
export function relationIndex(records: Linked): RelationIndex {
  const known = indices.get(records)
  if (known) return known
  const all = [...records.relations.values()]
  const index = { from: Map.groupBy(all, ({ from }) => from), to: Map.groupBy(all, ({ to }) => to) }
  indices.set(records, index)
  return index
}

/** All relations of an annotation: those from it, then those to it, of each the oldest first. */
export function relationsOf(id: string, records: Linked): readonly Relation[] {
  const { from, to } = relationIndex(records)
  return [from.get(id) ?? [], to.get(id) ?? []].flatMap((all) => all.toSorted(byAge))
}

function byAge(a: Relation, b: Relation): number {
  return a.at - b.at || (a.id < b.id ? -1 : 1)
}

/**
 * The types of relation that an annotation of its kind should have and has not, whoever would have made them. One whose
 * other end was deleted does not count.
 */
export function missingRelations({ id, kind }: Annotation, records: Linked, set: LabelSet): string[] {
  const needs = set.kinds.find((one) => one.id === kind)?.needs ?? []
  if (needs.length === 0) return []
  const index = relationIndex(records)
  return needs.filter((need) => {
    const type = set.relations.find((one) => one.id === need)
    if (!type) return false
    // Where a kind can be either end, being the source is what is asked of it: being spoken of needs no doing.
    const isFrom = type.from.includes(kind)
    const made = (isFrom ? index.from : index.to).get(id) ?? []
    return !made.some((one) => one.type === need && records.annotations.has(isFrom ? one.to : one.from))
  })
}

/** Whether a relation is missing that an annotation of its kind should have. */
export function lacksRelation(annotation: Annotation, records: Linked, set: LabelSet): boolean {
  return missingRelations(annotation, records, set).length > 0
}
