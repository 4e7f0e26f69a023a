/** What marks still lack to be complete: links that their kind needs, attributes that it requires. It never blocks anything. */
import { type Annotation, inTextOrder } from './annotation.ts'
import { type Attribute, type LabelSet, missingAttributes } from './labelset.ts'
import { type Linked, missingRelations } from './links.ts'

export interface ToDo {
  annotation: Annotation
  /** Types of relation. */
  relations: readonly string[]
  attributes: readonly Attribute[]
}

/** What one annotation lacks; null when it is complete. */
export function toDoOf(annotation: Annotation, records: Linked, set: LabelSet): ToDo | null {
  const relations = missingRelations(annotation, records, set)
  const attributes = attributesOf(annotation, set)
  return relations.length + attributes.length > 0 ? { annotation, relations, attributes } : null
}

/** The incomplete ones among the annotations that are asked about, in the order of the text. */
export function toDosOf(records: Linked, set: LabelSet, isAsked: (annotation: Annotation) => boolean): ToDo[] {
  const found: ToDo[] = []
  for (const annotation of records.annotations.values()) {
    const toDo = isAsked(annotation) ? toDoOf(annotation, records, set) : null
    if (toDo) found.push(toDo)
  }
  return found.sort((a, b) => inTextOrder(a.annotation, b.annotation))
}

// Records are replaced whole, so what an object lacks holds for as long as the labels are these: of ten thousand marks
// only the one that changed is looked at again.
const known = new WeakMap<LabelSet, WeakMap<Annotation, readonly Attribute[]>>()

function attributesOf(annotation: Annotation, set: LabelSet): readonly Attribute[] {
  const ofSet = known.get(set) ?? new WeakMap<Annotation, readonly Attribute[]>()
  known.set(set, ofSet)
  const found = ofSet.get(annotation) ?? missingAttributes(annotation, set)
  ofSet.set(annotation, found)
  return found
}
