/**
 * What is wrong with a label set that somebody is writing, in sentences that name the place. It asks more than the
 * schema does, which has to read whatever an older version kept: here everything must also be of use.
 */
import type * as z from 'zod'
import { colorFlaws, nearestColor, type Theme, themes } from './color.ts'
import { type LabelSet, labelSetSchema } from './labelset.ts'

export interface LabelFlaw {
  /** Where it is, as in `kinds.0.color.light`. */
  path: string
  /** A sentence for a person. */
  text: string
  /** A value that would mend it. */
  instead?: string
}

/** Everything that keeps this from being a label set that people can work with; empty for one that is. */
export function labelFlaws(set: unknown): LabelFlaw[] {
  const parsed = labelSetSchema.safeParse(set)
  if (!parsed.success) return parsed.error.issues.map((issue) => flawOfIssue(issue, set))
  return [...flawsOfUse(parsed.data), ...flawsOfColor(parsed.data)]
}

function flawsOfUse({ kinds, relations }: LabelSet): LabelFlaw[] {
  const flaws: LabelFlaw[] = []
  const say = (path: string, text: string) => flaws.push({ path, text })
  kinds.forEach((kind, k) => {
    const path = `kinds.${k}`
    const name = `The kind “${kind.label}”`
    if (kind.label.trim() === '') say(`${path}.label`, `The kind ${k + 1} has no name.`)
    if (kinds.findIndex(({ label }) => isSame(label, kind.label)) < k)
      say(`${path}.label`, `Two kinds are called “${kind.label}”.`)
    kind.attributes.forEach((attribute, a) => {
      const at = `${path}.attributes.${a}`
      const its = `${name}, attribute “${attribute.label}”`
      if (attribute.label.trim() === '') say(`${at}.label`, `${name}, attribute ${a + 1}, has no name.`)
      if (kind.attributes.findIndex(({ id }) => id === attribute.id) < a)
        say(`${at}.id`, `${name} has two attributes with the id “${attribute.id}”.`)
      if (kind.attributes.findIndex(({ label }) => isSame(label, attribute.label)) < a)
        say(`${at}.label`, `${name} has two attributes called “${attribute.label}”.`)
      if (attribute.type !== 'enum') {
        if (attribute.values) say(`${at}.values`, `${its}: only a choice has values.`)
        return
      }
      const values = attribute.values ?? []
      if (values.length === 0) say(`${at}.values`, `${its}: a choice needs at least one value.`)
      const twice = values.find((value, v) => values.indexOf(value) < v)
      if (twice !== undefined) say(`${at}.values`, `${its} has the value “${twice}” twice.`)
      if (values.some((value) => value !== value.trim() || value === ''))
        say(`${at}.values`, `${its}: a value begins or ends with a blank.`)
    })
    for (const need of kind.needs ?? []) {
      const type = relations.find(({ id }) => id === need)
      if (!type) say(`${path}.needs`, `${name} needs the relation “${need}”, which there is not.`)
      else if (![...type.from, ...type.to].includes(kind.id))
        say(`${path}.needs`, `${name} needs the relation “${type.label}”, which no mark of this kind can have.`)
    }
  })
  relations.forEach((type, r) => {
    const path = `relations.${r}`
    if (type.label.trim() === '') say(`${path}.label`, `The relation type ${r + 1} has no name.`)
    if (relations.findIndex(({ label }) => isSame(label, type.label)) < r)
      say(`${path}.label`, `Two relation types are called “${type.label}”.`)
    for (const side of ['from', 'to'] as const)
      if (new Set(type[side]).size < type[side].length)
        say(`${path}.${side}`, `The relation type “${type.label}” names a kind twice.`)
  })
  return flaws
}

function flawsOfColor({ kinds }: LabelSet): LabelFlaw[] {
  return kinds.flatMap((kind, k) =>
    themes.flatMap((theme) => {
      const [worst] = colorFlaws(kind, kinds, theme)
      if (!worst) return []
      const instead = nearestColor(kind, kinds, theme)
      const text = `The ${themeNames[theme]} colour of “${kind.label}” is hard to see on ${worst.on}: its contrast is ${round(worst.contrast)}, and ${worst.needs} is the least.`
      return [{ path: `kinds.${k}.color.${theme}`, text, ...(instead && { instead }) }]
    }),
  )
}

const themeNames: Record<Theme, string> = { light: 'light', dark: 'dark' }

/** Down, so that what fails never reads as if it passed. */
function round(contrast: number): string {
  return (Math.floor(contrast * 10) / 10).toFixed(1)
}

function isSame(one: string, other: string): boolean {
  return one.trim().toLowerCase() === other.trim().toLowerCase()
}

function flawOfIssue(issue: z.core.$ZodIssue, set: unknown): LabelFlaw {
  return { path: issue.path.join('.'), text: `${placeOf(issue.path, set)} ${complaintOf(issue, set)}.` }
}

const nouns: Readonly<Record<string, string>> = {
  kinds: 'kind',
  relations: 'relation type',
  attributes: 'attribute',
  values: 'value',
  needs: 'needed relation',
  from: 'source',
  to: 'target',
}

/** The place in words: `The kind “Claim”, attribute “Cue”, hint`. */
function placeOf(path: readonly PropertyKey[], set: unknown): string {
  const parts: string[] = []
  let at: unknown = set
  for (const [i, step] of path.entries()) {
    at = Object(at)[step]
    if (typeof step === 'number') {
      const noun = nouns[String(path[i - 1])] ?? String(path[i - 1])
      const label: unknown = Object(at).label
      parts.push(typeof label === 'string' && label.trim() ? `${noun} “${shorten(label)}”` : `${noun} ${step + 1}`)
    } else if (typeof path[i + 1] !== 'number') parts.push(fields[String(step)] ?? `“${String(step)}”`)
  }
  return parts.length === 0 ? 'The label set' : `The ${parts.join(', ')}`
}

const fields: Readonly<Record<string, string>> = {
  id: 'id',
  label: 'name',
  name: 'name',
  key: 'key',
  color: 'colour',
  light: 'in light pages',
  dark: 'in dark pages',
  guideline: 'guideline',
  hint: 'hint',
  kinds: 'list of kinds',
  relations: 'list of relation types',
  attributes: 'list of attributes',
  values: 'list of values',
}

function complaintOf(issue: z.core.$ZodIssue, set: unknown): string {
  const last = String(issue.path.at(-1) ?? '')
  const isList = 'origin' in issue && issue.origin === 'array'
  if (issue.code === 'too_small') return isList || issue.origin === 'string' ? 'is empty' : 'is too small'
  if (issue.code === 'too_big')
    return isList ? `has more than ${issue.maximum} entries` : `is longer than ${issue.maximum} characters`
  if (issue.code === 'unrecognized_keys')
    return `has something that is not known: “${issue.keys.map(shorten).join('”, “')}”`
  if (issue.code === 'invalid_format') {
    if (last === 'key') return 'is not a digit from 1 to 9'
    if (last === 'light' || last === 'dark') return 'is not a colour as #rrggbb'
    return 'is not a name of small letters, digits, - and _ that begins with a letter, of at most 40'
  }
  if (issue.code === 'custom') return `is not sound: ${issue.message}`
  const value = issue.path.reduce<unknown>((at, step) => Object(at)[step], set)
  if (value === undefined) return 'is missing'
  if (issue.code === 'invalid_value') return `is none of ${issue.values.map((one) => `“${String(one)}”`).join(', ')}`
  return 'is not as it should be'
}

function shorten(text: string): string {
  return text.length > 60 ? `${text.slice(0, 59).toWellFormed()}…` : text
}
