/**
 * What a new label set would leave without a place, and what becomes of it. A census counts the terms that the records
 * of a project use; from it follows, without another look at the records, which of them a new set does not have. An
 * owner decides about each, and the same decisions are then carried out on every record.
 *
 * All decisions are about a kind as it is afterwards: whether a mark came from another kind or was of this one before,
 * an attribute that the kind does not have is the same question. So carrying them out again changes nothing.
 */
import * as z from 'zod'
import { type Annotation, type Attributes, termId } from './annotation.ts'
import { entityId } from './article.ts'
import { type Attribute, allowsEnds, type Kind, type LabelSet } from './labelset.ts'
import { recordId } from './record.ts'
import type { Relation } from './relation.ts'
import { emptyRecords, type Records } from './room.ts'
import type { Verdict } from './verdict.ts'

/** A mark or link that shows what is meant. */
const exampleSchema = z.object({ article: entityId, title: z.string(), mark: recordId, quote: z.string() })

const counted = {
  count: z.int(),
  /** How many corrections in verdicts, besides, ask for it. */
  corrections: z.int(),
  examples: z.array(exampleSchema),
}

/** So many values of one attribute are counted each by itself, and so many examples are given of each. */
export const MOST_VALUES = 60
export const MOST_EXAMPLES = 3

export const censusSchema = z.object({
  articles: z.int(),
  /** Articles whose marks could not be read. */
  unread: z.array(z.object({ article: entityId, title: z.string() })),
  kinds: z.array(z.object({ kind: termId, ...counted })),
  attributes: z.array(
    z.object({
      kind: termId,
      attribute: termId,
      ...counted,
      values: z.array(z.object({ value: z.string(), ...counted })),
      /** How many more there are with a value that is not among those. */
      others: z.int(),
    }),
  ),
  relations: z.array(z.object({ type: termId, from: termId, to: termId, ...counted })),
})

export type Census = z.infer<typeof censusSchema>
export type Example = z.infer<typeof exampleSchema>
type Counted = { count: number; corrections: number; examples: Example[] }

/** What a decision is about. A value of null stands for every value that has no decision of its own. */
export const termSchema = z.discriminatedUnion('of', [
  z.strictObject({ of: z.literal('kind'), kind: termId }),
  z.strictObject({ of: z.literal('attribute'), kind: termId, attribute: termId }),
  z.strictObject({
    of: z.literal('value'),
    kind: termId,
    attribute: termId,
    value: z.string().max(2000).nullable(),
  }),
  z.strictObject({ of: z.literal('relation'), type: termId }),
  /** A relation type that does not join these two kinds any more. */
  z.strictObject({ of: z.literal('ends'), type: termId, from: termId, to: termId }),
])

export type Term = z.infer<typeof termSchema>

export const decisionSchema = z.discriminatedUnion('do', [
  /** It stays in the record, and is shown as what the project does not have. */
  z.strictObject({ term: termSchema, do: z.literal('keep') }),
  /** Attributes and values only: the mark goes on without. */
  z.strictObject({ term: termSchema, do: z.literal('drop') }),
  z.strictObject({ term: termSchema, do: z.literal('become'), as: z.string().min(1).max(60) }),
])

export type Decision = z.infer<typeof decisionSchema>

export const decisionsSchema = z.array(decisionSchema).max(2000)

export function termKey(term: Term): string {
  return JSON.stringify(Object.entries(term).sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** A new set with what was decided about the terms it has not. */
export interface Plan {
  readonly set: LabelSet
  decide(term: Term): Decision | null
}

export function makePlan(set: LabelSet, decisions: readonly Decision[]): Plan {
  const byTerm = new Map(decisions.map((decision) => [termKey(decision.term), decision]))
  return {
    set,
    decide(term) {
      const own = byTerm.get(termKey(term))
      if (own || term.of !== 'value') return own ?? null
      return byTerm.get(termKey({ ...term, value: null })) ?? null
    },
  }
}

/** The decisions that cannot be carried out, because the new set has no such thing, as sentences. */
export function decisionFlaws({ set }: Plan, decisions: readonly Decision[]): string[] {
  return decisions.flatMap((decision) => {
    const { term } = decision
    if (decision.do === 'drop')
      return term.of === 'attribute' || term.of === 'value'
        ? []
        : [`A mark or link cannot be left without “${nameOf(term)}”.`]
    if (decision.do === 'keep') return []
    return isThere(set, term, decision.as)
      ? []
      : [`“${nameOf(term)}” cannot become “${decision.as}”, which there is not.`]
  })
}

function isThere(set: LabelSet, term: Term, as: string): boolean {
  if (term.of === 'kind') return set.kinds.some(({ id }) => id === as)
  if (term.of === 'relation') return set.relations.some(({ id }) => id === as)
  if (term.of === 'ends') return allowsEnds(set, as, term.from, term.to)
  const kind = set.kinds.find(({ id }) => id === term.kind)
  if (term.of === 'attribute') return kind?.attributes.some(({ id }) => id === as) === true
  return kind?.attributes.some(({ id, values }) => id === term.attribute && values?.includes(as)) === true
}

function nameOf(term: Term): string {
  if (term.of === 'kind') return term.kind
  if (term.of === 'attribute') return term.attribute
  if (term.of === 'value') return term.value ?? 'every other value'
  return term.type
}

/** The kind that marks of this kind have afterwards; null for one that is kept and has no place. */
function kindAfter(kind: string, { set, decide }: Plan): Kind | null {
  const known = set.kinds.find(({ id }) => id === kind)
  if (known) return known
  const decision = decide({ of: 'kind', kind })
  return decision?.do === 'become' ? (set.kinds.find(({ id }) => id === decision.as) ?? null) : null
}

type Fate = { is: 'kept'; attribute: Attribute | null } | { is: 'dropped' }

/** Where an attribute goes in marks that are of this kind afterwards. */
function attributeAfter(id: string, kind: Kind, { decide }: Plan): Fate {
  const known = kind.attributes.find((one) => one.id === id)
  if (known) return { is: 'kept', attribute: known }
  const decision = decide({ of: 'attribute', kind: kind.id, attribute: id })
  if (decision?.do === 'drop') return { is: 'dropped' }
  if (decision?.do !== 'become') return { is: 'kept', attribute: null }
  return { is: 'kept', attribute: kind.attributes.find((one) => one.id === decision.as) ?? null }
}

function fits({ type, values }: Attribute, value: string | null): boolean {
  return type !== 'enum' || value === null || values?.includes(value) === true
}

/** The value afterwards; undefined for none at all. */
function valueAfter(
  attribute: Attribute,
  value: string | null,
  kind: Kind,
  { decide }: Plan,
): string | null | undefined {
  if (value === null || fits(attribute, value)) return value
  const decision = decide({ of: 'value', kind: kind.id, attribute: attribute.id, value })
  if (decision?.do === 'drop') return undefined
  return decision?.do === 'become' && fits(attribute, decision.as) ? decision.as : value
}

function attributesAfter(attributes: Attributes, kind: Kind, plan: Plan): Attributes {
  const after: Record<string, string | null> = {}
  for (const [id, value] of Object.entries(attributes)) {
    const fate = attributeAfter(id, kind, plan)
    if (fate.is === 'dropped') continue
    const { attribute } = fate
    const to = attribute?.id ?? id
    // Where both are filled in, what stood there stays.
    if (to !== id && (Object.hasOwn(attributes, to) || Object.hasOwn(after, to))) continue
    const left = attribute ? valueAfter(attribute, value, kind, plan) : value
    if (left !== undefined) after[to] = left
  }
  return after
}

function relationAfter(relation: Relation, ends: { from?: string; to?: string }, { set, decide }: Plan): string {
  let { type } = relation
  if (!set.relations.some(({ id }) => id === type)) {
    const decision = decide({ of: 'relation', type })
    if (decision?.do !== 'become' || !set.relations.some(({ id }) => id === decision.as)) return type
    type = decision.as
  }
  const { from, to } = ends
  if (from === undefined || to === undefined || allowsEnds(set, type, from, to)) return type
  const decision = decide({ of: 'ends', type, from, to })
  return decision?.do === 'become' && allowsEnds(set, decision.as, from, to) ? decision.as : type
}

/**
 * The records that are others under the plan, as they are then: ids, authors and times are as they were. Those that the
 * plan leaves alone are not among them.
 */
export function recordsAfter(records: Records, plan: Plan): Records {
  const changed = emptyRecords()
  const kinds = new Map<string, string>()
  for (const annotation of records.annotations.values()) {
    const kind = kindAfter(annotation.kind, plan)
    if (!kind) continue
    kinds.set(annotation.id, kind.id)
    const attributes = attributesAfter(annotation.attributes, kind, plan)
    if (kind.id !== annotation.kind || !isSame(attributes, annotation.attributes))
      changed.annotations.set(annotation.id, { ...annotation, kind: kind.id, attributes })
  }
  for (const relation of records.relations.values()) {
    const [from, to] = [kinds.get(relation.from), kinds.get(relation.to)]
    const type = relationAfter(relation, { ...(from && { from }), ...(to && { to }) }, plan)
    if (type !== relation.type) changed.relations.set(relation.id, { ...relation, type })
  }
  for (const verdict of records.verdicts.values()) {
    const after = verdictAfter(verdict, records.annotations.get(verdict.on), plan)
    if (after) changed.verdicts.set(verdict.id, after)
  }
  return changed
}

function verdictAfter(verdict: Verdict, on: Annotation | undefined, plan: Plan): Verdict | null {
  const { fix } = verdict
  const asked = fix?.kind ?? on?.kind
  const kind = asked === undefined ? null : kindAfter(asked, plan)
  // Without its mark nobody knows which kind its attributes belong to.
  if (!fix || !kind) return null
  const attributes = fix.attributes && attributesAfter(fix.attributes, kind, plan)
  const isOther =
    (fix.kind !== undefined && fix.kind !== kind.id) || (attributes && !isSame(attributes, fix.attributes ?? {}))
  if (!isOther) return null
  return {
    ...verdict,
    fix: { ...fix, ...(fix.kind !== undefined && { kind: kind.id }), ...(attributes && { attributes }) },
  }
}

function isSame(one: Attributes, other: Attributes): boolean {
  const [a, b] = [Object.entries(one), Object.entries(other)]
  return a.length === b.length && a.every(([id, value]) => Object.hasOwn(other, id) && other[id] === value)
}

/** What the records of one article use, added to what those before it use; undefined for what cannot be looked at. */
export function countRecords(
  into: CensusCount,
  records: Records,
  exampleOf: (annotation: Annotation) => Example | undefined,
): void {
  for (const annotation of records.annotations.values()) {
    const example = () => exampleOf(annotation)
    into.add([annotation.kind], 'count', example)
    for (const [attribute, value] of Object.entries(annotation.attributes)) {
      into.add([annotation.kind, attribute], 'count', example)
      if (value !== null) into.add([annotation.kind, attribute, value], 'count', example)
    }
  }
  for (const { on, fix } of records.verdicts.values()) {
    const mark = records.annotations.get(on)
    const kind = fix?.kind ?? mark?.kind
    if (!fix || kind === undefined) continue
    const example = () => mark && exampleOf(mark)
    if (fix.kind !== undefined) into.add([kind], 'corrections', example)
    for (const [attribute, value] of Object.entries(fix.attributes ?? {})) {
      into.add([kind, attribute], 'corrections', example)
      if (value !== null) into.add([kind, attribute, value], 'corrections', example)
    }
  }
  for (const { type, from, to } of records.relations.values()) {
    const [source, target] = [records.annotations.get(from), records.annotations.get(to)]
    // One whose end was deleted is shown nowhere, and still has a type that the server knows or does not.
    const ends = source && target ? [source.kind, target.kind] : ['', '']
    into.addLink([type, ...ends], () => source && exampleOf(source))
  }
}

/** Counts while articles are read one after the other. */
export class CensusCount {
  readonly #terms = new Map<string, { path: readonly string[] } & Counted>()
  readonly #links = new Map<string, { path: readonly string[] } & Counted>()

  add(path: readonly string[], what: 'count' | 'corrections', example: () => Example | undefined): void {
    count(this.#terms, path, what, example)
  }

  addLink(path: readonly string[], example: () => Example | undefined): void {
    count(this.#links, path, 'count', example)
  }

  /** The census; of values only the most frequent by name. */
  result(articles: number, unread: Census['unread']): Census {
    const kinds: Census['kinds'] = []
    const attributes = new Map<string, Census['attributes'][number]>()
    const terms = [...this.#terms.values()].sort((a, b) => b.count + b.corrections - (a.count + a.corrections))
    for (const { path, ...counts } of terms) {
      const [kind = '', attribute = ''] = path
      if (path.length === 1) kinds.push({ kind, ...counts })
      if (path.length === 2) attributes.set(path.join(' '), { kind, attribute, ...counts, values: [], others: 0 })
    }
    for (const { path, ...counts } of terms) {
      const [kind = '', attribute = '', value = ''] = path
      const of = path.length === 3 ? attributes.get(`${kind} ${attribute}`) : undefined
      if (!of) continue
      if (of.values.length < MOST_VALUES) of.values.push({ value, ...counts })
      else of.others += counts.count + counts.corrections
    }
    const relations = Array.from(this.#links.values(), ({ path: [type = '', from = '', to = ''], ...counts }) => ({
      type,
      from: from || GONE,
      to: to || GONE,
      ...counts,
    }))
    return { articles, unread, kinds, attributes: [...attributes.values()], relations }
  }
}

/** Stands for the kind of a mark that is not there any more; `termId` has it, and no editor makes such an id. */
const GONE = 'deleted_mark_of_no_kind'

function count(
  into: Map<string, { path: readonly string[] } & Counted>,
  path: readonly string[],
  what: 'count' | 'corrections',
  example: () => Example | undefined,
): void {
  const key = JSON.stringify(path)
  const found = into.get(key) ?? { path, count: 0, corrections: 0, examples: [] }
  into.set(key, found)
  found[what]++
  if (found.examples.length >= MOST_EXAMPLES) return
  const given = example()
  if (given && !found.examples.some(({ mark }) => mark === given.mark)) found.examples.push(given)
}

export interface Orphan extends Counted {
  term: Term
  /** What was decided about it; null where nobody has. */
  decision: Decision | null
  /** Whether it has no place in the set as it was, either: somebody has decided about it before. */
  isOld: boolean
}

/**
 * The terms that records use and a new set does not have, in the order in which they are to be decided: what becomes of
 * the attributes of a kind is a question only once it is known what becomes of the kind.
 */
export function orphansOf(census: Census, before: LabelSet, plan: Plan): Orphan[] {
  const found = new Map<string, Orphan>()
  const meet = (term: Term, { count, corrections, examples }: Counted, isOld: boolean) => {
    const key = termKey(term)
    const known = found.get(key)
    const merged = [...(known?.examples ?? []), ...examples].slice(0, MOST_EXAMPLES)
    found.set(key, {
      term,
      decision: known?.decision ?? plan.decide(term),
      count: (known?.count ?? 0) + count,
      corrections: (known?.corrections ?? 0) + corrections,
      examples: merged,
      isOld: (known?.isOld ?? true) && isOld,
    })
  }
  const kindBefore = (id: string) => before.kinds.find((kind) => kind.id === id)
  for (const one of census.kinds)
    if (!plan.set.kinds.some(({ id }) => id === one.kind))
      meet({ of: 'kind', kind: one.kind }, one, !kindBefore(one.kind))
  for (const one of census.attributes) {
    const kind = kindAfter(one.kind, plan)
    if (!kind) continue
    const was = kindBefore(one.kind)?.attributes.find(({ id }) => id === one.attribute)
    if (!kind.attributes.some(({ id }) => id === one.attribute))
      meet({ of: 'attribute', kind: kind.id, attribute: one.attribute }, one, !was)
    const fate = attributeAfter(one.attribute, kind, plan)
    const attribute = fate.is === 'kept' ? fate.attribute : null
    if (!attribute) continue
    for (const { value, ...counts } of one.values)
      if (!fits(attribute, value))
        meet({ of: 'value', kind: kind.id, attribute: attribute.id, value }, counts, !was || !fits(was, value))
    if (one.others > 0 && attribute.type === 'enum' && !isWithin(was, attribute))
      meet(
        { of: 'value', kind: kind.id, attribute: attribute.id, value: null },
        { count: one.others, corrections: 0, examples: [] },
        false,
      )
  }
  for (const one of census.relations) {
    const isKnown = plan.set.relations.some(({ id }) => id === one.type)
    if (!isKnown) meet({ of: 'relation', type: one.type }, one, !before.relations.some(({ id }) => id === one.type))
    const decision = isKnown ? null : plan.decide({ of: 'relation', type: one.type })
    const type = isKnown ? one.type : decision?.do === 'become' ? decision.as : null
    const [from, to] = [kindAfter(one.from, plan)?.id, kindAfter(one.to, plan)?.id]
    if (type && from && to && !allowsEnds(plan.set, type, from, to))
      meet({ of: 'ends', type, from, to }, one, !allowsEnds(before, one.type, one.from, one.to))
  }
  return [...found.values()]
}

function isWithin(was: Attribute | undefined, now: Attribute): boolean {
  return was?.type === 'enum' && (was.values ?? []).every((value) => now.values?.includes(value))
}

/** Whether a new set could leave anything without a place that has one now: else nobody need look at the records. */
export function takesAway(before: LabelSet, after: LabelSet): boolean {
  return (
    before.kinds.some((kind) => {
      const now = after.kinds.find(({ id }) => id === kind.id)
      return (
        !now ||
        kind.attributes.some((attribute) => {
          const left = now.attributes.find(({ id }) => id === attribute.id)
          return !left || (left.type === 'enum' && !isWithin(attribute, left))
        })
      )
    }) ||
    before.relations.some((type) => {
      const now = after.relations.find(({ id }) => id === type.id)
      return !now || (['from', 'to'] as const).some((side) => type[side].some((kind) => !now[side].includes(kind)))
    })
  )
}
