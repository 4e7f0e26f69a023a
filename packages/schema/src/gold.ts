/**
 * Gold: what the review of an article has come to. The accepted marks with the corrections of those who decided, what
 * several accepted marks say alike said once, and the relations between them. It is computed and never stored.
 */
import { type Annotation, inTextOrder } from './annotation.ts'
import { sameKey } from './cluster.ts'
import { applyFix } from './correction.ts'
import { allowsEnds, type LabelSet } from './labelset.ts'
import { order } from './order.ts'
import { type Judging, type Ruling, rulingsOf } from './outcome.ts'
import type { Relation } from './relation.ts'
import type { Records } from './room.ts'

/** An accepted annotation as it should be; id, author and time are those of the one it comes from. */
export interface GoldAnnotation extends Annotation {
  /** The others that it stands for, by id: called its duplicates, or saying the same, accepted or not judged. */
  standsFor: readonly string[]
  /** Whether it is other than its author has it. */
  isCorrected: boolean
}

export interface Gold {
  /** In the order of a reader. */
  annotations: GoldAnnotation[]
  /** Between those, each once; the oldest of those who made it. */
  relations: Relation[]
}

/**
 * The gold of an article. Where the label set is given, relations that it does not allow between the ends as they are now
 * are left out, and so is one that would close a circle of a type that has none.
 */
export function goldOf(
  records: Pick<Records, 'annotations' | 'relations' | 'verdicts'>,
  judging: Judging,
  labelSet?: LabelSet,
): Gold {
  const rulings = rulingsOf(records, judging)
  const standIns = standInsOf(records.annotations, rulings, labelSet)
  const standsFor = Map.groupBy(
    [...standIns].filter(([id, gold]) => id !== gold.id),
    ([, gold]) => gold.id,
  )
  const annotations = [...new Set(standIns.values())].sort(inTextOrder).map(
    (gold): GoldAnnotation => ({
      ...gold,
      standsFor: (standsFor.get(gold.id) ?? []).map(([id]) => id).sort(order),
      isCorrected: gold !== records.annotations.get(gold.id),
    }),
  )
  return { annotations, relations: relationsAmong(records.relations.values(), standIns, labelSet) }
}

/** For each annotation that is in the gold or has something there that stands for it: what is there. */
function standInsOf(
  annotations: Records['annotations'],
  rulings: ReadonlyMap<string, Ruling>,
  labelSet: LabelSet | undefined,
): Map<string, Annotation> {
  const fixed = new Map<string, Annotation>()
  for (const [id, { outcome, fix }] of rulings) {
    const annotation = annotations.get(id)
    if (annotation && outcome === 'accepted') fixed.set(id, applyFix(annotation, fix, labelSet))
  }
  const found = new Map<string, Annotation>()
  const byContent = new Map<string, Annotation>()
  for (const [key, same] of Map.groupBy(fixed.values(), sameKey)) {
    const [first] = same.toSorted(
      (a, b) => Object.keys(b.attributes).length - Object.keys(a.attributes).length || order(a.id, b.id),
    )
    if (!first) continue
    byContent.set(key, first)
    for (const { id } of same) found.set(id, first)
  }
  // What nobody judged and says the same: a reviewer's own, or one that came later.
  for (const [id, { outcome }] of rulings) {
    const annotation = annotations.get(id)
    const gold = annotation && outcome === 'open' ? byContent.get(sameKey(annotation)) : undefined
    if (gold) found.set(id, gold)
  }
  for (const id of rulings.keys()) {
    const gold = found.get(id) ?? found.get(endOf(id, rulings))
    if (gold) found.set(id, gold)
  }
  return found
}

/** What stands for a duplicate in the end; itself where they stand for each other in a circle. */
function endOf(id: string, rulings: ReadonlyMap<string, Ruling>): string {
  const seen = new Set<string>()
  let at = id
  for (let next = rulings.get(at)?.of; next; next = rulings.get(at)?.of) {
    if (seen.has(at)) return id
    seen.add(at)
    at = next
  }
  return at
}

function relationsAmong(
  relations: Iterable<Relation>,
  standIns: ReadonlyMap<string, Annotation>,
  labelSet: LabelSet | undefined,
): Relation[] {
  const kept = new Map<string, Relation>()
  const onward = new Map<string, string[]>()
  const acyclic = new Set(labelSet?.relations.filter(({ isAcyclic }) => isAcyclic).map(({ id }) => id))
  for (const relation of [...relations].sort((a, b) => a.at - b.at || order(a.id, b.id))) {
    const { type } = relation
    const [from, to] = [standIns.get(relation.from), standIns.get(relation.to)]
    if (!from || !to || from === to) continue
    if (labelSet && !allowsEnds(labelSet, type, from.kind, to.kind)) continue
    const key = `${type} ${from.id} ${to.id}`
    if (kept.has(key)) continue
    // Two people linked the other way round each; together they would go in a circle.
    const way = (id: string) => onward.get(`${type} ${id}`) ?? []
    if (acyclic.has(type) && leadsTo(way, to.id, from.id)) continue
    onward.set(`${type} ${from.id}`, [...way(from.id), to.id])
    kept.set(key, { ...relation, from: from.id, to: to.id })
  }
  return [...kept.values()].sort((a, b) => order(a.id, b.id))
}

function leadsTo(way: (id: string) => readonly string[], start: string, goal: string): boolean {
  const seen = new Set([start])
  for (const id of seen) {
    if (id === goal) return true
    for (const next of way(id)) seen.add(next)
  }
  return false
}
