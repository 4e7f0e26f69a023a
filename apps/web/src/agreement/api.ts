/** The page's side of the agreement of a project: what is asked, and how the address says what of. */
import { type Agreement, agreementSchema, type Differing, differencesSchema } from '@attest/schema/agreement-api'
import { queryOptions } from '@tanstack/react-query'
import { ask } from '../api.ts'
import { type AgreementSearch, endOfDay, startOfDay } from './search.ts'

/** So long an answer is waited for before it says how far it is. */
const WAIT_MS = 700
const AGAIN_MS = 300

export const agreementQuery = (project: string, search: AgreementSearch, when: 'now' | 'before' = 'now') => {
  const query = scopeOf(search)
  query.set('when', when)
  if (search.gold) query.set('against', 'gold')
  if (search.gamma) query.set('gamma', search.gamma)
  if (search.seed !== undefined) query.set('seed', String(search.seed))
  query.set('wait', String(WAIT_MS))
  return queryOptions({
    queryKey: ['agreement', project, String(query)],
    queryFn: (): Promise<Agreement> => ask(`${pathOf(project)}?${query}`, agreementSchema),
    // While it is under way the next answer says more of it.
    refetchInterval: ({ state }) => (state.data?.state === 'working' ? AGAIN_MS : false),
    refetchOnWindowFocus: 'always',
    staleTime: 10_000,
  })
}

/** Which differing marks are listed. */
export interface Cell {
  a: string
  b: string
  row?: string
  column?: string
  what?: 'borders' | 'kind' | 'missing'
  kind?: string
}

/** So many differences are listed at first, and so many at most. */
export const listed = { first: 200, most: 1000 } as const

export const differencesQuery = (project: string, search: AgreementSearch, cell: Cell, limit: number) => {
  const query = scopeOf(cell.kind ? { ...search, kinds: cell.kind } : search)
  for (const name of ['a', 'b', 'row', 'column', 'what'] as const) {
    const value = cell[name]
    if (value !== undefined) query.set(name, value)
  }
  query.set('limit', String(limit))
  return queryOptions({
    queryKey: ['agreement', project, 'differences', String(query)],
    queryFn: (): Promise<Differing> => ask(`${pathOf(project)}/differences?${query}`, differencesSchema),
  })
}

function scopeOf({ kinds, people, articles, from, to }: AgreementSearch): URLSearchParams {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries({ kinds, people, articles })) if (value) query.set(name, value)
  const [start, end] = [from && startOfDay(from), to && endOfDay(to)]
  if (start) query.set('from', String(start))
  if (end) query.set('to', String(end))
  return query
}

function pathOf(project: string): string {
  return `/api/projects/${encodeURIComponent(project)}/agreement`
}
