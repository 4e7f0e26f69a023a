/** The page's side of reopened work. */
import { reopeningsSchema } from '@attest/schema/signoff'
import { type QueryClient, queryOptions } from '@tanstack/react-query'
import * as z from 'zod'
import { ask, post } from '../api.ts'

/** Whoever worked on what is reopened is told within five seconds, wherever they are in Attest. */
const TOLD_MS = 4000

export const reopenedQuery = queryOptions({
  queryKey: ['work', 'reopened'],
  queryFn: () => ask('/api/work/reopened', reopeningsSchema),
  refetchInterval: TOLD_MS,
  refetchOnWindowFocus: 'always',
  staleTime: TOLD_MS - 500,
})

export async function seeReopened(queries: QueryClient, ids: string[]): Promise<void> {
  await post('/api/work/reopened/seen', z.unknown(), { ids })
  await queries.invalidateQueries({ queryKey: reopenedQuery.queryKey })
}
