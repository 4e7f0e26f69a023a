/**
 * What the structures of a CAS say, in the words of `format.ts`. Whatever stands over words is a mark, but tokens and
 * sentences. A label is the feature that by convention holds one, or else the name of the type; all other values are
 * attributes. A relation is a structure that refers to two ends; a slot, or any other reference from mark to mark, is one
 * from the mark that has it.
 */
import { attributeOf, type Cas, METADATA, RELATION, type Sofa, SPAN, type Structure, taken } from './cas.ts'
import type { FoundDocument, FoundMark, FoundRelation } from './format.ts'
import { emptyDocument, shown, skipped } from './found.ts'

/** What says how a text was cut up or where it is from, and is nobody's mark. */
const infrastructure = new Set([
  'uima.tcas.DocumentAnnotation',
  METADATA,
  'de.tudarmstadt.ukp.dkpro.core.api.metadata.type.TagDescription',
  'de.tudarmstadt.ukp.dkpro.core.api.metadata.type.TagsetDescription',
  'de.tudarmstadt.ukp.dkpro.core.api.segmentation.type.Sentence',
  'de.tudarmstadt.ukp.dkpro.core.api.segmentation.type.Token',
  'de.tudarmstadt.ukp.dkpro.core.api.segmentation.type.TokenForm',
  'de.tudarmstadt.ukp.clarin.webanno.api.type.CASMetadata',
])

/** Where types put what we call kind or type: ours, INCEpTION's custom layers and named entities, and those of DKPro. */
const labelFeatures = ['label', 'value', 'PosValue', 'DependencyType', 'referenceType']

/** Two references that together say “this is a relation”: DKPro's names, and what people call them otherwise. */
const ends = [
  ['Governor', 'Dependent'],
  ['source', 'target'],
  ['from', 'to'],
] as const

type GrowingMark = FoundMark & { spans: [number, number][]; quotes: null[] }

/** A document on its way, with what of it is known by an id. */
interface Draft {
  document: FoundDocument
  marks: Map<string, GrowingMark>
  relations: Set<string>
}

/** One document for each text. `name` is of the file, without its extension. */
export function documentsOf(cas: Cas, name: string): FoundDocument[] {
  const reading = new Reading(cas, name)
  const structures = [...reading.structures.values()].filter(({ type }) => !infrastructure.has(type))
  for (const structure of structures) if (isAnnotation(structure) && !endsOf(structure)) reading.takeMark(structure)
  for (const structure of structures) reading.takeRelations(structure)
  reading.reportOthers(structures)
  return reading.documents
}

class Reading {
  readonly structures = new Map<string, Structure>()
  readonly #drafts: Map<string, Draft>
  readonly #first: Draft
  /** The mark that an annotation is, or is a piece of. */
  readonly #markOf = new Map<string, string>()
  /** Structures without words of their own that have said something about a mark. */
  readonly #heard = new Set<string>()

  constructor({ sofas, structures }: Cas, name: string) {
    const texts: readonly Sofa[] = sofas.length > 0 ? sofas : [{ id: '', name: '', text: null }]
    this.#drafts = new Map(
      texts.map((sofa) => [sofa.id, draft(sofa, texts.length > 1 ? `${name}/${sofa.name}` : name)]),
    )
    this.#first = this.#drafts.get(texts[0]?.id ?? '') as Draft
    for (const structure of structures) {
      if (this.structures.has(structure.id))
        this.#refuse(structure, `A second structure has the id ${shown(structure.id)}.`)
      else this.structures.set(structure.id, structure)
      if (infrastructure.has(structure.type)) describe(this.#draftOf(structure).document, structure)
    }
  }

  get documents(): FoundDocument[] {
    return Array.from(this.#drafts.values(), ({ document }) => document)
  }

  takeMark(structure: Structure): void {
    const flaw = flawOf(structure)
    if (flaw) {
      this.#refuse(structure, flaw)
      return
    }
    const { document, marks } = this.#draftOf(structure)
    const mark: GrowingMark = {
      ...described(structure),
      label: labelOf(structure).label,
      attributes: attributesOf(structure),
      score: null,
      spans: [[Number(structure.begin), Number(structure.end)]],
      quotes: [null],
    }
    const before = marks.get(mark.id)
    if (before && !(isOurs(structure) && structure.values.has('piece'))) {
      this.#refuse(structure, `A second mark has the id ${shown(mark.id)}.`)
      return
    }
    this.#markOf.set(structure.id, mark.id)
    if (before) {
      before.spans.push(...mark.spans)
      before.quotes.push(null)
    } else {
      marks.set(mark.id, mark)
      document.marks.push(mark)
    }
  }

  takeRelations(structure: Structure): void {
    const pair = endsOf(structure)
    if (pair) this.#takeLink(structure, pair)
    else if (this.#markOf.has(structure.id))
      for (const [feature, targets] of structure.references)
        for (const [i, target] of targets.entries()) this.#takeReference(structure, feature, target, i)
  }

  #takeLink(structure: Structure, [source, target]: readonly [string, string]): void {
    this.#heard.add(structure.id)
    const [from, to] = [this.structures.get(source), this.structures.get(target)]
    const { document } = this.#draftOf(structure.sofa === null && from ? from : structure)
    if (from && to && infrastructure.has(from.type) && infrastructure.has(to.type)) {
      document.reported.push(skipped(structure.where, `${structure.type} goes between tokens, which are no marks.`))
      return
    }
    this.#relate(from ?? structure, {
      ...described(structure),
      type: labelOf(structure).label,
      from: this.#markOf.get(source) ?? source,
      to: this.#markOf.get(target) ?? target,
    })
    const { feature } = labelOf(structure)
    const others = isOurs(structure) ? [] : [...structure.values.keys()].filter((name) => name !== feature)
    if (others.length > 0) {
      const why = `A relation has a type here and nothing else, so ${others.join(', ')} is left out.`
      document.reported.push(skipped(structure.where, why, 0))
    }
  }

  /** A reference from a mark to another, or to a slot: a structure between the two, with the role of the other. */
  #takeReference(structure: Structure, feature: string, target: string, i: number): void {
    const there = this.structures.get(target)
    const to = there && !isAnnotation(there) ? there.references.get('target')?.[0] : target
    if (to === undefined || infrastructure.has(this.structures.get(to)?.type ?? '')) return
    const role = to === target ? structure.values.get('referenceRelation') : there?.values.get('role')
    if (to !== target) this.#heard.add(target)
    this.#relate(structure, {
      id: `${structure.id}.${feature}.${i + 1}`,
      type: role ?? feature,
      from: this.#markOf.get(structure.id) ?? structure.id,
      to: this.#markOf.get(to) ?? to,
      by: null,
      at: null,
      where: structure.where,
    })
  }

  #relate(from: Structure, relation: FoundRelation): void {
    const { document, relations } = this.#draftOf(from)
    if (relations.has(relation.id)) {
      document.refused.push(skipped(relation.where, `A second relation has the id ${shown(relation.id)}.`))
      return
    }
    relations.add(relation.id)
    document.relations.push(relation)
  }

  /** Structures that are about no words; the head of a chain only says which mark of it is the first. */
  reportOthers(structures: readonly Structure[]): void {
    const others = structures.filter(
      (one) => !isAnnotation(one) && !this.#heard.has(one.id) && !one.references.has('first'),
    )
    const [other] = others
    if (!other) return
    const types = [...new Set(others.map(({ type }) => type))]
    const named = types.length > 3 ? `${types.slice(0, 3).join(', ')} and others` : types.join(', ')
    const why = `Structures of ${named} are about no words of the text.`
    this.#first.document.reported.push(skipped(other.where, why, others.length))
  }

  #draftOf({ sofa }: Structure): Draft {
    return this.#drafts.get(sofa ?? '') ?? this.#first
  }

  #refuse(structure: Structure, why: string): void {
    this.#draftOf(structure).document.refused.push(skipped(structure.where, why))
  }
}

function draft({ text }: Sofa, name: string): Draft {
  return { document: { ...emptyDocument(name, text), unit: 'utf16' }, marks: new Map(), relations: new Set() }
}

function describe(document: FoundDocument, { values }: Structure): void {
  const [title, language] = [values.get('documentTitle'), values.get('language')]
  if (title) document.title = title
  if (language && language !== 'x-unspecified') document.language = language
}

function isAnnotation({ begin, end }: Structure): boolean {
  return begin !== undefined || end !== undefined
}

function endsOf({ references }: Structure): [string, string] | null {
  for (const [source, target] of ends) {
    const [from, to] = [references.get(source)?.[0], references.get(target)?.[0]]
    if (from !== undefined && to !== undefined) return [from, to]
  }
  return null
}

function flawOf({ begin, end, type }: Structure): string | null {
  const [from, to] = [offsetOf(begin), offsetOf(end)]
  if (from === null || to === null)
    return `${type} goes from ${shown(begin)} to ${shown(end)}, which are no two offsets.`
  return from > to ? `${type} ends at ${to}, before it begins at ${from}.` : null
}

function offsetOf(value: unknown): number | null {
  const offset = typeof value === 'string' && /^\d{1,10}$/.test(value) ? Number(value) : value
  return typeof offset === 'number' && Number.isSafeInteger(offset) && offset >= 0 ? offset : null
}

/** Whether it is of our own making, so that its features mean what they mean in cas.ts. */
function isOurs({ type, values }: Structure): boolean {
  return (type === SPAN || type === RELATION) && values.has('recordId')
}

function described(structure: Structure): Pick<FoundRelation, 'id' | 'by' | 'at' | 'where'> {
  const { id, values, where } = structure
  if (!isOurs(structure)) return { id, by: null, at: null, where }
  return {
    id: values.get('recordId') ?? id,
    by: values.get('annotator') ?? null,
    at: timeOf(values.get('created')),
    where,
  }
}

/** The label, and the feature that has it; null where it is the type's name. */
function labelOf({ type, values }: Structure): { label: string; feature: string | null } {
  for (const feature of labelFeatures) {
    const label = values.get(feature)
    if (label) return { label, feature }
  }
  return { label: type.replace(/^.*\./, ''), feature: null }
}

function attributesOf(structure: Structure): Map<string, string | null> {
  const ours = isOurs(structure)
  const { feature } = labelOf(structure)
  const attributes = new Map<string, string | null>()
  for (const [name, value] of structure.values) {
    if (ours && name === 'noneOf') for (const none of value.split(' ')) attributes.set(none, null)
    else if (name !== feature && name !== 'referenceRelation' && !(ours && taken.has(name)))
      attributes.set(structure.type === SPAN ? attributeOf(name) : name, value)
  }
  return attributes
}

/** Milliseconds since 1970; null for what is no date, or is one before that. */
export function timeOf(stamp: string | null | undefined): number | null {
  const at = stamp ? Date.parse(stamp) : Number.NaN
  return at >= 0 ? at : null
}
