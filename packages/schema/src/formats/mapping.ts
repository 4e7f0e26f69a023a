/**
 * What becomes of the words of files: which of our kinds, attributes and relation types they stand for. What stands for
 * nothing is left out, and reported. All of it is in lists, because a label may well be called `constructor`.
 */
import * as z from 'zod'
import { allowsEnds, type Kind, type LabelSet, patterns } from '../labelset.ts'
import { offsetUnits } from './format.ts'
import type { Survey } from './survey.ts'
import { noFit, unitToTake } from './unit.ts'

const MOST = 5000
const word = z.string().max(2000)

export const mappingSchema = z.strictObject({
  labels: z
    .array(
      z.strictObject({
        label: word,
        kind: z.string().nullable(),
        attributes: z
          .array(
            z.strictObject({
              name: word,
              attribute: z.string().nullable(),
              /** Values that are called otherwise here; one that becomes null is left out. */
              values: z.array(z.strictObject({ value: word, to: word.nullable() })).max(MOST),
            }),
          )
          .max(MOST),
      }),
    )
    .max(MOST),
  relations: z
    .array(
      z.strictObject({
        type: word,
        to: z.string().nullable(),
        /** Whether it goes the other way here. */
        isTurned: z.boolean(),
      }),
    )
    .max(MOST),
  /** Under which name those of somebody come in; those who are not named here keep theirs. Null leaves theirs out. */
  annotators: z
    .array(
      z.strictObject({
        by: word.nullable(),
        name: word.nullable(),
        /** Where a model of this name, in this version, has proposed them; what it is less sure of is left out. */
        prediction: z.strictObject({ version: z.string().max(100), threshold: z.number().min(0).max(1) }).optional(),
      }),
    )
    .max(MOST),
  unit: z.enum(offsetUnits),
  /** Whether quotes that do not stand where the file says are taken where they stand once. */
  seeks: z.boolean().default(false),
  /** What becomes of marks that end within a character: nothing, or they hold all of it. */
  cut: z.enum(['refuse', 'widen']).default('refuse'),
})

export type Mapping = z.infer<typeof mappingSchema>

/** By equal names, as far as upper case, blanks, accents, plurals and name spaces go; the rest is left to a person. */
export function proposeMapping(survey: Survey, labelSet: LabelSet): Mapping {
  const labels = survey.labels.map(({ label, attributes }) => {
    const kind = likest(label, labelSet.kinds)
    return {
      label,
      kind: kind?.id ?? null,
      attributes: attributes.map(({ name, values }) => {
        const attribute = likest(name, kind?.attributes ?? [])
        return { name, attribute: attribute?.id ?? null, values: renamedValues(values, attribute?.values ?? []) }
      }),
    }
  })
  const kinds = new Map(labels.map(({ label, kind }) => [label, kind ?? '']))
  const relations = survey.relations.map(({ type, ends }) => {
    const found = likest(type, labelSet.relations)
    const fitting = (isTurned: boolean) =>
      ends.reduce((sum, { from, to, count }) => {
        const [source, target] = [kinds.get(isTurned ? to : from) ?? '', kinds.get(isTurned ? from : to) ?? '']
        return sum + (found && allowsEnds(labelSet, found.id, source, target) ? count : 0)
      }, 0)
    return { type, to: found?.id ?? null, isTurned: fitting(true) > fitting(false) }
  })
  return { labels, relations, ...proposeOthers(survey) }
}

/** What goes by no names of ours. */
function proposeOthers(survey: Survey): Omit<Mapping, 'labels' | 'relations'> {
  const fitting = Object.fromEntries(survey.units.map(({ unit, fits }) => [unit, fits]))
  return {
    annotators: survey.annotators.map(({ by, isModel }) => ({
      by,
      name: by,
      ...(isModel && { prediction: { version: '', threshold: 0 } }),
    })),
    unit: unitToTake({ quotes: survey.units[0]?.quotes ?? 0, fitting: { ...noFit.fitting, ...fitting } }, survey.unit),
    seeks: false,
    cut: 'refuse',
  }
}

/** What is proposed, with what somebody has chosen before of the same words: files were added since, or taken away. */
export function withChoices(proposed: Mapping, earlier: Mapping): Mapping {
  const labels = new Map(earlier.labels.map((one) => [one.label, one]))
  const relations = new Map(earlier.relations.map((one) => [one.type, one]))
  const annotators = new Map(earlier.annotators.map((one) => [one.by, one]))
  return {
    ...proposed,
    labels: proposed.labels.map((one) => {
      const before = labels.get(one.label)
      if (!before) return one
      const attributes = new Map(before.attributes.map((attribute) => [attribute.name, attribute]))
      return { ...before, attributes: one.attributes.map((attribute) => attributes.get(attribute.name) ?? attribute) }
    }),
    relations: proposed.relations.map((one) => relations.get(one.type) ?? one),
    annotators: proposed.annotators.map((one) => annotators.get(one.by) ?? one),
    seeks: earlier.seeks,
    cut: earlier.cut,
  }
}

function renamedValues(values: readonly { value: string | null }[], known: readonly string[]) {
  return values.flatMap(({ value }) => {
    if (value === null || known.length === 0 || known.includes(value)) return []
    const like = known.find((one) => plain(one) === plain(value))
    return like === undefined ? [] : [{ value, to: like }]
  })
}

/** The one that is called so, or nearly. */
function likest<T extends { id: string; label: string }>(name: string, known: readonly T[]): T | undefined {
  const namesOf = ({ id, label }: T) => [id, label]
  return (
    known.find((one) => namesOf(one).includes(name)) ??
    known.find((one) => namesOf(one).some((other) => plain(other) === plain(name))) ??
    known.find((one) => namesOf(one).some((other) => aliasOf(other) === aliasOf(name)))
  )
}

/** The letters and digits of the last part of a name. */
function plain(name: string): string {
  const last = name.split(/[./:#]/).findLast((part) => part !== '') ?? name
  const letters = last
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '')
  return letters.length > 3 ? letters.replace(/s$/, '') : letters
}

/** What the tag sets of common corpora call by three letters. */
const aliases = new Map([
  ['per', 'person'],
  ['org', 'organization'],
  ['organisation', 'organization'],
  ['loc', 'location'],
  ['misc', 'miscellaneous'],
  ['attr', 'attribution'],
  ['cit', 'citation'],
  ['quote', 'citation'],
])

function aliasOf(name: string): string {
  return aliases.get(plain(name)) ?? plain(name)
}

// ---- Without a project ----

/** On the two grounds of our pages they are far from each other. */
const colors = [
  { light: '#c04000', dark: '#ffb13f' },
  { light: '#890358', dark: '#ef69ab' },
  { light: '#077e61', dark: '#32e4a9' },
  { light: '#0f4892', dark: '#a5affd' },
] as const

/** So many values an attribute of its own kind may have, before it is taken for free text. */
const FEW_VALUES = 12

/**
 * A label set with all that files have, for where there is no project: one file is made of another. Ids are the labels
 * themselves where every format can hold them; `isStrict` makes ids as a project would have them, in lower case. A set
 * with more than nine kinds is none that a project could have.
 */
export function labelSetOf(survey: Survey, { isStrict = false } = {}): { labelSet: LabelSet; mapping: Mapping } {
  const kindIds = naming('kind', isStrict)
  const kinds = survey.labels.map(({ label, attributes }, i): Kind => {
    const attributeIds = naming('attribute', isStrict)
    return {
      id: kindIds(label),
      label: titleOf(label),
      key: `${Math.min(9, i + 1)}`,
      pattern: patterns[Math.floor(i / colors.length) % patterns.length] ?? 'solid',
      color: { ...(colors[i % colors.length] ?? colors[0]) },
      guideline: '',
      attributes: attributes.map(({ name, values, distinct }) => {
        const all = values.flatMap(({ value }) => value ?? [])
        const isClosed =
          all.length > 0 && distinct <= FEW_VALUES && all.every((value) => value !== '' && value.length <= 60)
        return {
          id: attributeIds(name),
          label: titleOf(name),
          ...(isClosed ? { type: 'enum' as const, values: all } : { type: 'text' as const }),
        }
      }),
    }
  })
  const kindOf = new Map(survey.labels.map(({ label }, i) => [label, kinds[i]?.id ?? '']))
  const relationIds = naming('relation', isStrict)
  const kindsOf = (labels: readonly string[]) =>
    labels.length > 0 ? [...new Set(labels.map((label) => kindOf.get(label) ?? ''))] : kinds.map(({ id }) => id)
  const relations = survey.relations.map(({ type, ends }) => ({
    id: relationIds(type),
    label: titleOf(type),
    from: kindsOf(ends.map(({ from }) => from)),
    to: kindsOf(ends.map(({ to }) => to)),
    guideline: '',
  }))
  const labelSet = { id: 'converted', version: 1, name: 'Converted', kinds, relations }
  return {
    labelSet,
    mapping: {
      ...proposeOthers(survey),
      labels: survey.labels.map(({ label, attributes }, i) => ({
        label,
        kind: kinds[i]?.id ?? null,
        attributes: attributes.map(({ name }, j) => ({
          name,
          attribute: kinds[i]?.attributes[j]?.id ?? null,
          values: [],
        })),
      })),
      relations: survey.relations.map(({ type }, i) => ({ type, to: relations[i]?.id ?? null, isTurned: false })),
    },
  }
}

/** Gives each name an id that none before it has. */
function naming(fallback: string, isStrict: boolean): (name: string) => string {
  const taken = new Set<string>()
  const next = new Map<string, number>()
  return (name) => {
    const stem = (!isStrict && /^[A-Za-z][A-Za-z0-9_-]{0,39}$/.test(name) ? name : termFrom(name)) || fallback
    let id = stem
    for (let i = next.get(stem) ?? 2; taken.has(id.toLowerCase()); i++) {
      id = `${stem.slice(0, 32)}_${i}`
      // Thousands of names that are alike but for their signs take their turns, and not a search each.
      next.set(stem, i + 1)
    }
    taken.add(id.toLowerCase())
    return id
  }
}

function termFrom(name: string): string {
  return name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9-]+/g, '_')
    .replace(/^[^a-z]+/, '')
    .slice(0, 40)
    .replace(/_$/, '')
}

function titleOf(name: string): string {
  return [...name].slice(0, 60).join('').trim() || '?'
}
