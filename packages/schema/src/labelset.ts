/** The label set of a project: which kinds of marks, attributes and relations there are, how they look, what they mean. */
import * as z from 'zod'
import { type Annotation, termId } from './annotation.ts'
import type { Relation } from './relation.ts'

/** Kind is pattern first, hue second: each pattern can be told from the others without any colour. */
export const patterns = ['solid', 'double', 'dashed', 'dotted'] as const

const color = z.string().regex(/^#[0-9a-f]{6}$/)

export const attributeSchema = z.strictObject({
  id: termId,
  label: z.string().min(1).max(60),
  type: z.enum(['enum', 'text', 'url', 'date']),
  /** With `enum`: the values there are. */
  values: z.array(z.string().min(1).max(60)).min(1).max(50).optional(),
  hint: z.string().max(300).optional(),
  /** Marks without it are flagged, never refused; null (“there is none”) counts as filled in. */
  isRequired: z.boolean().optional(),
})

export const kindSchema = z.strictObject({
  id: termId,
  label: z.string().min(1).max(60),
  /** The digit that marks the selection with this kind. */
  key: z.string().regex(/^[1-9]$/),
  pattern: z.enum(patterns),
  color: z.strictObject({ light: color, dark: color }),
  /** What is marked and what is not, for the annotator; Markdown. */
  guideline: z.string().max(10_000),
  attributes: z.array(attributeSchema).max(32),
  /** Relation types of which a mark of this kind should have at least one; missing ones are flagged, never blocking. */
  needs: z.array(termId).max(10).optional(),
})

export const relationTypeSchema = z.strictObject({
  id: termId,
  label: z.string().min(1).max(60),
  from: z.array(termId).min(1),
  to: z.array(termId).min(1),
  isAcyclic: z.boolean().optional(),
  guideline: z.string().max(10_000),
})

const isUnique = (items: readonly { id: string }[]) => new Set(items.map((item) => item.id)).size === items.length

export const labelSetSchema = z
  .strictObject({
    id: termId,
    version: z.int().min(1),
    name: z.string().min(1).max(100),
    kinds: z.array(kindSchema).min(1).max(9).refine(isUnique, 'two kinds have the same id'),
    relations: z.array(relationTypeSchema).max(30).refine(isUnique, 'two relation types have the same id'),
  })
  .refine((set) => new Set(set.kinds.map((kind) => kind.key)).size === set.kinds.length, 'two kinds have the same key')
  .refine((set) => {
    const kinds = new Set(set.kinds.map((kind) => kind.id))
    return set.relations.every((type) => [...type.from, ...type.to].every((end) => kinds.has(end)))
  }, 'a relation type names a kind that is not there')

export type LabelSet = z.infer<typeof labelSetSchema>
export type Kind = z.infer<typeof kindSchema>
export type Attribute = z.infer<typeof attributeSchema>
export type Pattern = Kind['pattern']

/** Whether the kind, its attributes and their values are ones of this label set; the reason when not. */
export function foreignTerm(
  annotation: Pick<Annotation, 'kind' | 'attributes'>,
  set: LabelSet,
): 'unknown-kind' | 'unknown-attribute' | null {
  const kind = set.kinds.find((one) => one.id === annotation.kind)
  if (!kind) return 'unknown-kind'
  for (const [id, value] of Object.entries(annotation.attributes)) {
    const attribute = kind.attributes.find((one) => one.id === id)
    if (!attribute) return 'unknown-attribute'
    if (attribute.type === 'enum' && value !== null && !attribute.values?.includes(value)) return 'unknown-attribute'
  }
  return null
}

/**
 * Those attributes that an annotation would keep as this kind; by value, not by name: two kinds can have an attribute of
 * the same name with other values.
 */
export function knownAttributes(
  { attributes }: Pick<Annotation, 'attributes'>,
  kind: string,
  set: LabelSet,
): Annotation['attributes'] {
  return Object.fromEntries(
    Object.entries(attributes).filter(
      ([name, value]) => foreignTerm({ kind, attributes: { [name]: value } }, set) === null,
    ),
  )
}

/** The required attributes of its kind that nobody has filled in yet; “there is none” (null) is an answer, blanks are not. */
export function missingAttributes(annotation: Pick<Annotation, 'kind' | 'attributes'>, set: LabelSet): Attribute[] {
  const kind = set.kinds.find((one) => one.id === annotation.kind)
  return (kind?.attributes ?? []).filter(({ id, isRequired }) => {
    const value = Object.hasOwn(annotation.attributes, id) ? annotation.attributes[id] : undefined
    return isRequired === true && (value === undefined || value?.trim() === '')
  })
}

/** Whether a relation of this type may go from the one kind to the other. */
export function allowsEnds(set: LabelSet, type: Relation['type'], from: string, to: string): boolean {
  const found = set.relations.find((one) => one.id === type)
  return found?.from.includes(from) === true && found.to.includes(to)
}
