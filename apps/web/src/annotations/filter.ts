/**
 * Which marks are shown. The filter is in the address, so that a view can be linked to. It has one logic: what is chosen
 * is shown, within a group any of it, and every group that has something chosen must agree; a group without a choice
 * shows all. A kind or a person can also be hidden, which is the choice of all others, those to come included.
 */
import type { Annotation } from '@attest/schema/annotation'
import { type Outcome, outcomes } from '@attest/schema/outcome'
import * as z from 'zod'

/** What stands in an address may have been typed by hand: a figure is text as well, and nonsense is as good as nothing. */
const text = z
  .preprocess(
    (value) => (typeof value === 'number' || typeof value === 'boolean' ? String(value) : value),
    z.string().max(2000).optional(),
  )
  .catch(undefined)

export const sorts = ['text', 'time', 'kind', 'person'] as const
export type Sort = (typeof sorts)[number]

/** What a mark can lack: a link that its kind needs, or an attribute that is required. */
export const lacks = ['link', 'attribute'] as const
export type Lack = (typeof lacks)[number]

/** Lists are comma separated. */
export const filterSchema = z.object({
  /** The kinds that are shown, and those that are hidden. */
  kind: text,
  hide: text,
  /** The people whose marks are shown, and those whose are hidden. */
  person: text,
  without: text,
  /** The outcomes that are shown. */
  state: text,
  /** Words that the mark, its attributes, its author or its comments must have. */
  text,
  /** `open`: only marks with a thread that is not resolved; `any`: with any comment. */
  talk: z.enum(['open', 'any']).optional().catch(undefined),
  lacks: text,
  /** The order of the list. */
  sort: z.enum(sorts).optional().catch(undefined),
  /** The mark that is selected. */
  mark: text,
  /** While the review is open: which state it shows, and of whom, of what kind, and differing how. It hides no mark. */
  review: z
    .enum(['all', 'todo', ...outcomes])
    .optional()
    .catch(undefined),
  reviewWho: text,
  reviewKind: text,
  reviewHow: text,
})

export type Filter = z.infer<typeof filterSchema>

type ListName = 'kind' | 'hide' | 'person' | 'without' | 'state' | 'lacks'

export function listOf(filter: Filter, name: ListName): string[] {
  return filter[name]?.split(',').filter(Boolean) ?? []
}

/** The filter with exactly these values in a list; none takes the list out of the address. */
export function withList(filter: Filter, name: ListName, values: readonly string[]): Filter {
  const { [name]: _, ...rest } = filter
  return values.length > 0 ? { ...rest, [name]: values.join(',') } : rest
}

/** The filter with `value` put into a list, or taken out when it is there. */
export function toggle(filter: Filter, name: ListName, value: string): Filter {
  const before = listOf(filter, name)
  return withList(filter, name, before.includes(value) ? before.filter((one) => one !== value) : [...before, value])
}

/** A group of which single values can be hidden as well: the list of what is shown, and the list of what is not. */
const pairs = { kind: 'hide', person: 'without' } as const
export type Hideable = keyof typeof pairs

export type Choice = 'shown' | 'hidden' | null

export function choiceOf(filter: Filter, group: Hideable, value: string): Choice {
  if (listOf(filter, pairs[group]).includes(value)) return 'hidden'
  return listOf(filter, group).includes(value) ? 'shown' : null
}

/** The filter with the value chosen to be shown or hidden, or with neither when it was so already. */
export function choose(filter: Filter, group: Hideable, value: string, choice: 'shown' | 'hidden'): Filter {
  const before = choiceOf(filter, group, value)
  const hidden = pairs[group]
  const without = (name: ListName) => listOf(filter, name).filter((one) => one !== value)
  const shown = without(group)
  const cleared = withList(withList(filter, group, shown), hidden, without(hidden))
  // A click on what is hidden brings it back; it does not hide all the others.
  if (before === choice || (before === 'hidden' && choice === 'shown')) return cleared
  return toggle(cleared, choice === 'shown' ? group : hidden, value)
}

/** The filter with nothing hidden; the selected mark, the order of the list and the review stay. */
export function showAll(filter: Filter): Filter {
  const { kind, hide, person, without, state, text, talk, lacks, ...rest } = filter
  return rest
}

export function isFiltering(filter: Filter): boolean {
  const { kind, hide, person, without, state, text, talk, lacks } = filter
  return [kind, hide, person, without, state, text?.trim(), talk, lacks].some(Boolean)
}

/** What the filter asks about a mark beyond the mark itself; as of now, whenever it is asked. */
export interface Evidence {
  outcomeOf: (id: string) => Outcome
  /** Whether it is talked about, and if so whether a thread is open. */
  talkOf: (id: string) => 'open' | 'resolved' | null
  lacksOf: (annotation: Annotation) => readonly Lack[]
  /** All words of a mark and about it, folded with `foldWords`. */
  wordsOf: (annotation: Annotation) => readonly string[]
}

/** Whether what others do to a mark can change whether it is shown. */
export function dependsOnRecords({ state, text, talk, lacks }: Filter): boolean {
  return Boolean(state || text || talk || lacks)
}

/** The test that the filter stands for. */
export function makeTest(filter: Filter, evidence: Evidence): (annotation: Annotation) => boolean {
  const [kinds, hidden, people, without] = (['kind', 'hide', 'person', 'without'] as const).map(
    (name) => new Set(listOf(filter, name)),
  ) as [Set<string>, Set<string>, Set<string>, Set<string>]
  const states = new Set(listOf(filter, 'state').filter((state) => outcomes.some((one) => one === state)))
  const lacking = listOf(filter, 'lacks').filter((lack) => lacks.some((one) => one === lack))
  const words = foldWords(filter.text ?? '')
    .split(/\s+/)
    .filter(Boolean)
  return (annotation) => {
    const { id, kind, author } = annotation
    if (hidden.has(kind) || without.has(author)) return false
    if ((kinds.size > 0 && !kinds.has(kind)) || (people.size > 0 && !people.has(author))) return false
    if (states.size > 0 && !states.has(evidence.outcomeOf(id))) return false
    if (filter.talk) {
      const talk = evidence.talkOf(id)
      if (talk === null || (filter.talk === 'open' && talk !== 'open')) return false
    }
    if (lacking.length > 0 && !evidence.lacksOf(annotation).some((lack) => lacking.includes(lack))) return false
    if (words.length === 0) return true
    const said = evidence.wordsOf(annotation)
    return words.every((word) => said.some((part) => part.includes(word)))
  }
}

/** Words without case and accents, so that whoever types `rene` finds `René`. */
export function foldWords(words: string): string {
  return words
    .normalize('NFD')
    .replaceAll(/\p{Mn}/gu, '')
    .normalize('NFC')
    .toLowerCase()
}
