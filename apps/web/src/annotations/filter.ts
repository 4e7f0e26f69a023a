/** Which marks are shown. The filter is in the address, so that a view can be linked to. */
import type { Annotation } from '@attest/schema/annotation'
import { type Outcome, outcomes } from '@attest/schema/outcome'
import * as z from 'zod'

/** Lists are comma separated: kinds and people that are hidden, the people and outcomes that are shown, the mark that is selected. */
export const filterSchema = z.object({
  hide: z.string().optional().catch(undefined),
  without: z.string().optional().catch(undefined),
  person: z.string().optional().catch(undefined),
  state: z.string().optional().catch(undefined),
  mark: z.string().optional().catch(undefined),
})

export type Filter = z.infer<typeof filterSchema>

type ListName = 'hide' | 'without' | 'person' | 'state'

export function listOf(filter: Filter, name: ListName): string[] {
  return filter[name]?.split(',').filter(Boolean) ?? []
}

/** The filter with `value` put into a list, or taken out when it is there. */
export function toggle(filter: Filter, name: ListName, value: string): Filter {
  const before = listOf(filter, name)
  const after = before.includes(value) ? before.filter((one) => one !== value) : [...before, value]
  const { [name]: _, ...rest } = filter
  return after.length > 0 ? { ...rest, [name]: after.join(',') } : rest
}

export function isFiltering(filter: Filter): boolean {
  return Boolean(filter.hide || filter.without || filter.person || filter.state)
}

/** The test that the filter stands for. */
export function makeTest(filter: Filter, outcomeOf: (id: string) => Outcome): (annotation: Annotation) => boolean {
  const hidden = new Set(listOf(filter, 'hide'))
  const without = new Set(listOf(filter, 'without'))
  const people = listOf(filter, 'person')
  const states = listOf(filter, 'state').filter((state) => outcomes.some((one) => one === state))
  return ({ id, kind, author }) =>
    !hidden.has(kind) &&
    !without.has(author) &&
    (people.length === 0 || people.includes(author)) &&
    (states.length === 0 || states.includes(outcomeOf(id)))
}
