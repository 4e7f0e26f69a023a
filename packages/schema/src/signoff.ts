/**
 * What still stands against signing an article off: computed from its records alone, so that the page can list it and
 * the server, before it closes anything, can say the same.
 *
 * What was begun has to be brought to an end, or the gold would say less than people think: what is disputed, a review
 * that left marks out, a mark in doubt since the text changed, a thread without a last word, a mark that lacks what its
 * kind asks for. Where nobody has judged
 * anything, the project may well do without: then undecided marks are told, and keep nobody from signing off.
 */
import * as z from 'zod'
import { type Annotation, inTextOrder } from './annotation.ts'
import { fullest, sameKey } from './cluster.ts'
import { applyFix } from './correction.ts'
import type { LabelSet } from './labelset.ts'
import type { Linked } from './links.ts'
import { order } from './order.ts'
import { type Judging, type Ruling, rulingsOf } from './outcome.ts'
import { personId } from './record.ts'
import type { Relation } from './relation.ts'
import type { Doubt } from './revision.ts'
import type { Records } from './room.ts'
import { threadsOf } from './thread.ts'
import { toDosOf } from './todo.ts'

/** In the order in which they are best seen to. */
export const checkKinds = ['disputed', 'undecided', 'doubts', 'relations', 'attributes', 'threads'] as const
export const checkKindSchema = z.enum(checkKinds)
export type CheckKind = z.infer<typeof checkKindSchema>

/** One thing that is open, with where it is. */
export interface Point {
  /** The annotation it is about, of the revision before with `doubts`; a relation or `article` where a thread is about that. */
  on: string
  /** With `threads`: which. */
  thread?: string
  /** With `relations` and `attributes`: the types or names that are missing. */
  lacks?: readonly string[]
}

export interface Check {
  is: CheckKind
  /** Whether it keeps the article from being signed off, but for an owner who says why. */
  isBlocking: boolean
  /** None where all is well; those about marks as they stand in the text. */
  points: readonly Point[]
}

/**
 * Every check, passed or not. `doubts` are the marks of the revision before of which nobody has said where they stand
 * now: those are in no room.
 */
export function checksOf(
  records: Records,
  labelSet: LabelSet,
  judging: Judging,
  doubts: readonly Pick<Doubt, 'mark' | 'state'>[] = [],
): Check[] {
  const rulings = rulingsOf(records, judging)
  const marks = [...records.annotations.values()].sort(inTextOrder)
  const outcomeOf = ({ id }: Annotation) => rulings.get(id)?.outcome ?? 'open'
  const accepted = new Set(marks.filter((one) => outcomeOf(one) === 'accepted').map(sameKey))
  const on = ({ id }: Annotation): Point => ({ on: id })
  const toDos = toDosOf(standing(records, rulings, labelSet), labelSet, () => true)
  const found: Record<CheckKind, Point[]> = {
    disputed: marks.filter((one) => outcomeOf(one) === 'disputed').map(on),
    // Whoever says what an accepted mark says has been answered with it.
    undecided: marks.filter((one) => outcomeOf(one) === 'open' && !accepted.has(sameKey(one))).map(on),
    doubts: doubts.flatMap(({ mark, state }) => (state === 'open' ? [{ on: mark.id }] : [])),
    relations: toDos.flatMap(({ annotation, relations }) =>
      relations.length > 0 ? [{ on: annotation.id, lacks: relations }] : [],
    ),
    attributes: toDos.flatMap(({ annotation, attributes }) =>
      attributes.length > 0 ? [{ on: annotation.id, lacks: attributes.map(({ id }) => id) }] : [],
    ),
    threads: threadsOf(records.comments.values())
      .all.filter(({ isResolved }) => !isResolved)
      .map(({ id, on }) => ({ on, thread: id })),
  }
  const isReviewed = [...rulings.values()].some(({ outcome }) => outcome !== 'open')
  return checkKinds.map((is) => ({ is, isBlocking: is !== 'undecided' || isReviewed, points: found[is] }))
}

/** The checks that keep an article from being signed off. */
export function blocking(checks: readonly Check[]): Check[] {
  return checks.filter(({ isBlocking, points }) => isBlocking && points.length > 0)
}

/**
 * What would stand if the article were signed off now: nothing that was rejected, all corrections carried out, what
 * several say alike said once. So the link that one of two people made is missing at neither.
 */
function standing(records: Records, rulings: ReadonlyMap<string, Ruling>, labelSet: LabelSet): Linked {
  const left: Annotation[] = []
  for (const annotation of records.annotations.values()) {
    const ruling = rulings.get(annotation.id)
    if (ruling?.outcome !== 'rejected') left.push(applyFix(annotation, ruling?.fix, labelSet))
  }
  const annotations = new Map<string, Annotation>()
  const standIns = new Map<string, string>()
  for (const same of Map.groupBy(left, sameKey).values()) {
    const one = fullest(same)
    if (!one) continue
    annotations.set(one.id, one)
    for (const { id } of same) standIns.set(id, one.id)
  }
  const endOf = (id: string) => {
    const seen = new Set<string>()
    for (let at: string | null = id; at !== null && !seen.has(at); at = rulings.get(at)?.of ?? null) {
      const found = standIns.get(at)
      if (found !== undefined) return found
      seen.add(at)
    }
    return null
  }
  const relations = new Map<string, Relation>()
  for (const relation of [...records.relations.values()].sort((a, b) => order(a.id, b.id))) {
    const [from, to] = [endOf(relation.from), endOf(relation.to)]
    if (from !== null && to !== null && from !== to) relations.set(relation.id, { ...relation, from, to })
  }
  return { annotations, relations }
}

/** How much was open when an article was signed off, by what it is. */
export const openPointsSchema = z.partialRecord(checkKindSchema, z.int().min(1))
export type OpenPoints = z.infer<typeof openPointsSchema>

export function openPoints(checks: readonly Check[]): OpenPoints {
  return Object.fromEntries(checks.flatMap(({ is, points }) => (points.length > 0 ? [[is, points.length]] : [])))
}

export const signOffSchema = z.object({
  /** Null for one of before this was kept. */
  by: personId.nullable(),
  at: z.int(),
  /** What was open then. */
  open: openPointsSchema,
  /** Why it was signed off all the same; null where nothing spoke against it. */
  reason: z.string().nullable(),
})

/** That an article on which one has worked was reopened. */
export const reopeningSchema = z.object({
  id: z.string(),
  article: z.string(),
  title: z.string(),
  project: z.object({ id: z.string(), name: z.string() }),
  by: z.object({ id: personId, name: z.string() }),
  at: z.int(),
  reason: z.string(),
})

export const reopeningsSchema = z.array(reopeningSchema)
export const seenSchema = z.strictObject({ ids: z.array(z.string().max(64)).min(1).max(200) })

export type SignOff = z.infer<typeof signOffSchema>
export type Reopening = z.infer<typeof reopeningSchema>
