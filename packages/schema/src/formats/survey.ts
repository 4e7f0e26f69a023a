/** What files have, in their own words: what there is to map before marks can be brought in. */
import * as z from 'zod'
import { type FoundDocument, type FoundMark, type FoundVerdict, offsetUnits } from './format.ts'
import { type Fit, fittingUnits, joinFits, unitOf, unitToTake } from './unit.ts'

/** So many values of an attribute are told each by itself, and so many examples of each label. */
const MOST_VALUES = 60
const MOST_EXAMPLES = 3
const LONGEST_EXAMPLE = 80

const examples = z.array(z.string())

export const surveySchema = z.object({
  labels: z.array(
    z.object({
      label: z.string(),
      count: z.int(),
      /** Words under such marks. */
      examples,
      attributes: z.array(
        z.object({
          name: z.string(),
          count: z.int(),
          /** The most frequent ones; null is “there is none”. */
          values: z.array(z.object({ value: z.string().nullable(), count: z.int() })),
          /** How many different ones there are. */
          distinct: z.int(),
        }),
      ),
    }),
  ),
  relations: z.array(
    z.object({
      type: z.string(),
      count: z.int(),
      examples,
      /** From which label to which; those whose ends are not there are in none. */
      ends: z.array(z.object({ from: z.string(), to: z.string(), count: z.int() })),
    }),
  ),
  /** Null for what of which the files do not say whose it is. */
  annotators: z.array(
    z.object({
      by: z.string().nullable(),
      count: z.int(),
      /** Whether it looks like a model, and no person. */
      isModel: z.boolean().default(false),
    }),
  ),
  /** The unit that the format counts in; null where it leaves that open. */
  unit: z.enum(offsetUnits).nullable(),
  /** Of how many quotes each unit makes words that are the quote. */
  units: z.array(z.object({ unit: z.enum(offsetUnits), fits: z.int(), quotes: z.int() })),
})

export type Survey = z.infer<typeof surveySchema>

/** `textOf` tells the text that the marks of a document are about: its own, or that of the article they go to. */
export function surveyOf(
  documents: readonly FoundDocument[],
  textOf: (document: FoundDocument) => string | null = ({ text }) => text,
): Survey {
  const labels = new Map<string, LabelCount>()
  const relations = new Map<string, RelationCount>()
  const annotators = new Map<string | null, number>()
  const models = new Set<string | null>()
  const scored = new Set<string | null>()
  const unscored = new Set<string | null>()
  const fits: Fit[] = []
  for (const document of documents) {
    const { marks, comments, verdicts } = document
    const text = textOf(document)
    const countable = text?.isWellFormed() ? text : null
    const fit = fittingUnits(countable ?? '', countable === null ? [] : marks)
    fits.push(fit)
    const byId = new Map(marks.map((mark) => [mark.id, mark]))
    const wordsOf = countable === null ? quoteOf : wordsIn(countable, document, fit)
    for (const mark of marks) countMark(labels, mark, wordsOf)
    for (const { on, fix } of verdicts) if (fix) countFix(labels, fix, byId.get(on)?.label)
    for (const relation of document.relations) countRelation(relations, relation, byId, wordsOf)
    for (const model of document.models ?? []) models.add(model)
    for (const { by, score } of marks) (score === null ? unscored : scored).add(by)
    for (const { by } of [...marks, ...document.relations, ...comments, ...verdicts])
      annotators.set(by, (annotators.get(by) ?? 0) + 1)
  }
  const { quotes, fitting } = joinFits(fits)
  const stated = new Set(documents.map(({ unit }) => unit))
  return {
    labels: frequent(labels).map(([label, { count, examples, attributes }]) => ({
      label,
      count,
      examples: [...examples],
      attributes: frequent(attributes).map(([name, { count, values }]) => ({
        name,
        count,
        values: frequent(values)
          .slice(0, MOST_VALUES)
          .map(([value, { count }]) => ({ value, count })),
        distinct: values.size,
      })),
    })),
    relations: frequent(relations).map(([type, { count, examples, ends }]) => ({
      type,
      count,
      examples: [...examples],
      ends: [...ends.values()],
    })),
    // A score that stands beside a name is left from what that person has looked at.
    annotators: Array.from(annotators, ([by, count]) => ({
      by,
      count,
      isModel: models.has(by) || (by === null && scored.has(by) && !unscored.has(by)),
    })),
    unit: stated.size === 1 ? ([...stated][0] ?? null) : null,
    units: offsetUnits.map((unit) => ({ unit, fits: fitting[unit], quotes })),
  }
}

interface LabelCount {
  count: number
  examples: Set<string>
  attributes: Map<string, { count: number; values: Map<string | null, { count: number }> }>
}

interface RelationCount {
  count: number
  examples: Set<string>
  ends: Map<string, { from: string; to: string; count: number }>
}

type WordsOf = (mark: FoundMark) => string

function countMark(labels: Map<string, LabelCount>, mark: FoundMark, wordsOf: WordsOf): void {
  const label = meet(labels, mark.label, emptyLabel)
  label.count++
  exemplify(label.examples, () => wordsOf(mark))
  countAttributes(label, mark.attributes)
}

/** What only a correction asks for has no mark, and is mapped all the same. */
function countFix(labels: Map<string, LabelCount>, fix: NonNullable<FoundVerdict['fix']>, marked = ''): void {
  const label = fix.label ?? marked
  if (label !== '') countAttributes(meet(labels, label, emptyLabel), fix.attributes ?? new Map())
}

function countAttributes(label: LabelCount, attributes: FoundMark['attributes']): void {
  for (const [name, value] of attributes) {
    const attribute = meet(label.attributes, name, () => ({ count: 0, values: new Map() }))
    attribute.count++
    meet(attribute.values, value, () => ({ count: 0 })).count++
  }
}

function emptyLabel(): LabelCount {
  return { count: 0, examples: new Set(), attributes: new Map() }
}

function countRelation(
  relations: Map<string, RelationCount>,
  { type, from, to }: FoundDocument['relations'][number],
  byId: ReadonlyMap<string, FoundMark>,
  wordsOf: WordsOf,
): void {
  const relation = meet(relations, type, (): RelationCount => ({ count: 0, examples: new Set(), ends: new Map() }))
  relation.count++
  const [source, target] = [byId.get(from), byId.get(to)]
  if (!source || !target) return
  exemplify(relation.examples, () => `${wordsOf(source)} → ${wordsOf(target)}`)
  const ends = { from: source.label, to: target.label, count: 0 }
  meet(relation.ends, JSON.stringify([ends.from, ends.to]), () => ends).count++
}

function exemplify(examples: Set<string>, example: () => string): void {
  if (examples.size >= MOST_EXAMPLES) return
  const words = example()
  if (words !== '') examples.add(words)
}

function quoteOf({ quotes }: FoundMark): string {
  return shorten(quotes.flatMap((quote) => quote ?? []).join(' … '))
}

/** Where the file has no quotes, the words that stand where its marks say. */
function wordsIn(text: string, { unit }: FoundDocument, fit: Fit): WordsOf {
  const { toUtf16 } = unitOf(text, unitToTake(fit, unit))
  return (mark) => {
    const quote = quoteOf(mark)
    if (quote !== '') return quote
    const words = mark.spans.flatMap(([start, end]) => {
      const [from, to] = [toUtf16(start), toUtf16(end)]
      return from !== null && to !== null && from < to ? [text.slice(from, Math.min(to, from + LONGEST_EXAMPLE))] : []
    })
    return shorten(words.join(' … '))
  }
}

function shorten(words: string): string {
  return words.length > LONGEST_EXAMPLE ? `${words.slice(0, LONGEST_EXAMPLE - 1).toWellFormed()}…` : words
}

function meet<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const found = map.get(key) ?? make()
  map.set(key, found)
  return found
}

/** The most frequent first; of equals those that came first. */
function frequent<K, V extends { count: number }>(map: ReadonlyMap<K, V>): [K, V][] {
  return [...map].sort(([, a], [, b]) => b.count - a.count)
}
