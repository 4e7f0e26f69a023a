/** What the words of a file stand for in a project, by a mapping: looked up once for all of the marks of a document. */
import type { Attributes } from '../annotation.ts'
import type { Kind, LabelSet } from '../labelset.ts'
import type { FoundMark } from './format.ts'
import type { Mapping } from './mapping.ts'

/** The longest value of an attribute. */
const LONGEST = 2000

interface AttributeMapping {
  attribute: string | null
  values: ReadonlyMap<string, string | null>
}

export type Prediction = NonNullable<Mapping['annotators'][number]['prediction']>

export class Terms {
  readonly #labelSet: LabelSet
  readonly #kinds: ReadonlyMap<string, Kind>
  readonly #labels: ReadonlyMap<string, Mapping['labels'][number]>
  readonly #relations: ReadonlyMap<string, Mapping['relations'][number]>
  readonly #annotators: ReadonlyMap<string | null, Mapping['annotators'][number]>
  readonly #attributes = new Map<string, ReadonlyMap<string, AttributeMapping>>()

  constructor(mapping: Mapping, labelSet: LabelSet) {
    this.#labelSet = labelSet
    this.#kinds = new Map(labelSet.kinds.map((kind) => [kind.id, kind]))
    this.#labels = new Map(mapping.labels.map((one) => [one.label, one]))
    this.#relations = new Map(mapping.relations.map((one) => [one.type, one]))
    this.#annotators = new Map(mapping.annotators.map((one) => [one.by, one]))
    for (const { label, attributes } of mapping.labels)
      this.#attributes.set(
        label,
        new Map(
          attributes.map(({ name, attribute, values }) => [
            name,
            { attribute, values: new Map(values.map(({ value, to }) => [value, to])) },
          ]),
        ),
      )
  }

  kind(id: string): Kind | null {
    return this.#kinds.get(id) ?? null
  }

  kindOf(label: string): Kind | null {
    return this.kind(this.#labels.get(label)?.kind ?? '')
  }

  relationOf(type: string): { id: string; isTurned: boolean } | null {
    const found = this.#relations.get(type)
    const isKnown = this.#labelSet.relations.some(({ id }) => id === found?.to)
    return found?.to != null && isKnown ? { id: found.to, isTurned: found.isTurned } : null
  }

  isAcyclic(type: string): boolean {
    return this.#labelSet.relations.some(({ id, isAcyclic }) => id === type && isAcyclic === true)
  }

  /**
   * Undefined for somebody whose marks are not wanted. Who is not in the mapping keeps their name; what is nobody's may
   * have one given to it.
   */
  annotatorOf(by: string | null): string | null | undefined {
    const found = this.#annotators.get(by)
    if (!found) return by
    return by === null ? found.name : (found.name ?? undefined)
  }

  /** Where a model has proposed them: in which version, and how sure it has to be. */
  predictionOf(by: string | null): Prediction | null {
    return this.#annotators.get(by)?.prediction ?? null
  }

  /** Those that the kind has, and of the others why not, as the ends of sentences. */
  attributesOf(
    label: string,
    given: FoundMark['attributes'],
    kind: Kind,
  ): { attributes: Attributes; changes: string[] } {
    const attributes: Attributes = {}
    const changes: string[] = []
    const mapped = this.#attributes.get(label)
    for (const [name, value] of given) {
      const { attribute: id, values } = mapped?.get(name) ?? { attribute: null, values: new Map() }
      const attribute = kind.attributes.find((one) => one.id === id)
      const what = `came in without its attribute ${quoted(name)}`
      const to = value === null ? null : values.has(value) ? values.get(value) : value
      if (!attribute) changes.push(`${what}, which “${kind.id}” has not`)
      else if (Object.hasOwn(attributes, attribute.id)) changes.push(`${what}, as another stands for the same`)
      else if (value !== null && to === null) changes.push(`${what}, whose value ${quoted(value)} was not wanted`)
      else if (to !== null && (to.length > LONGEST || !to.isWellFormed()))
        changes.push(`${what}, whose ${to.length} characters cannot be kept`)
      else if (to !== null && attribute.type === 'enum' && !attribute.values?.includes(to))
        changes.push(`${what}, which cannot be ${quoted(to)}`)
      else attributes[attribute.id] = to
    }
    return { attributes, changes }
  }
}

/** A word of the file in a sentence. */
export function quoted(word: string): string {
  return `“${(word.length > 60 ? `${word.slice(0, 59)}…` : word).toWellFormed()}”`
}
