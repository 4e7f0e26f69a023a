/** What of the page is in its address, so that a comparison can be linked to and come back to. */
import * as z from 'zod'
import { type DifferenceType, differenceTypes, MOST_PARTIES } from './differences.ts'
import { whens } from './layers.ts'

/** What stands in an address may have been typed by hand: a figure is text as well, and nonsense is as good as nothing. */
const text = z
  .preprocess(
    (value) => (typeof value === 'number' || typeof value === 'boolean' ? String(value) : value),
    z.string().max(2000).optional(),
  )
  .catch(undefined)

/** Lists are comma separated. */
export const compareSchema = z.object({
  /** Who is compared. */
  who: text,
  /** The kinds and the ways to differ that are shown; all when there are none. */
  kind: text,
  how: text,
  /** Only the sentences in which something differs. */
  only: z
    .preprocess(
      (value) => value === true || value === 1 || value === '1' || value === 'true' || undefined,
      z.literal(true).optional(),
    )
    .catch(undefined),
  view: z.enum(['table']).optional().catch(undefined),
  when: z.enum(whens).exclude(['now']).optional().catch(undefined),
  /** A mark of the difference that is gone to. */
  at: text,
})

export type CompareSearch = z.infer<typeof compareSchema>

export function listIn(search: CompareSearch, name: 'who' | 'kind' | 'how'): string[] {
  return [...new Set(search[name]?.split(',').filter(Boolean) ?? [])]
}

export function withList(
  search: CompareSearch,
  name: 'who' | 'kind' | 'how',
  values: readonly string[],
): CompareSearch {
  const { [name]: _, ...rest } = search
  return values.length > 0 ? { ...rest, [name]: values.join(',') } : rest
}

export function typesIn(search: CompareSearch): Set<DifferenceType> {
  const asked = listIn(search, 'how')
  return new Set(differenceTypes.filter((type) => asked.includes(type)))
}

/** Who is compared, of those who can be; null when the address names fewer than two of them. */
export function partiesIn(search: CompareSearch, known: ReadonlySet<string>): string[] | null {
  const named = listIn(search, 'who')
    .filter((id) => known.has(id))
    .slice(0, MOST_PARTIES)
  return named.length < 2 ? null : named
}
