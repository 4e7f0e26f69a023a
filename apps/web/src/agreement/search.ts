/** What of the page is in its address, so that figures can be linked to and come back to. Lists are comma separated. */
import * as z from 'zod'

/** What stands in an address may have been typed by hand: a figure is text as well, and nonsense is as good as nothing. */
const text = z
  .preprocess(
    (value) => (typeof value === 'number' || typeof value === 'boolean' ? String(value) : value),
    z.string().max(20_000).optional(),
  )
  .catch(undefined)

const day = z.iso.date().optional().catch(undefined)

/** What a pair is compared by in the picture. */
export const heatMeasures = ['exact', 'partial', 'characters', 'tokens', 'unitizing', 'gamma'] as const
export type HeatMeasure = (typeof heatMeasures)[number]

export const agreementSearchSchema = z.object({
  kinds: text,
  people: text,
  articles: text,
  /** Days in the reader's time; both are included. */
  from: day,
  to: day,
  gold: z
    .preprocess((value) => [true, 1, '1', 'true'].includes(value as never) || undefined, z.literal(true).optional())
    .catch(undefined),
  gamma: z.enum(['pairs', 'all']).optional().catch(undefined),
  seed: z.int().min(0).max(0xffff_ffff).optional().catch(undefined),
  measure: z.enum(heatMeasures).optional().catch(undefined),
  /** The kind in the heat map; all when there is none. */
  kind: text,
  /** The pair whose kinds are held against each other. */
  pair: text,
})

export type AgreementSearch = z.infer<typeof agreementSearchSchema>

export function listIn(search: AgreementSearch, name: 'kinds' | 'people' | 'articles'): string[] {
  return [...new Set(search[name]?.split(',').filter(Boolean) ?? [])]
}

/** Puts a value into a list, or takes it out; a list without any is everything. */
export function toggled(search: AgreementSearch, name: 'kinds' | 'people', value: string): AgreementSearch {
  const list = listIn(search, name)
  const next = list.includes(value) ? list.filter((one) => one !== value) : [...list, value]
  return { ...search, [name]: next.length > 0 ? next.join(',') : undefined }
}

/** What says how much is looked at, and not how. */
export function isFiltered({ kinds, people, articles, from, to }: AgreementSearch): boolean {
  return [kinds, people, articles, from, to].some((one) => one !== undefined)
}

export function startOfDay(day: string): number {
  return new Date(`${day}T00:00`).getTime()
}

/** The beginning of the next day, which may be 23 or 25 hours later. */
export function endOfDay(day: string): number {
  const date = new Date(`${day}T00:00`)
  date.setDate(date.getDate() + 1)
  return date.getTime()
}
