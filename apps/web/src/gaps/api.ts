/** The page's side of the gaps of the guidelines. */
import { gapsSchema, rechecksSchema } from '@attest/schema/gap'
import { queryOptions } from '@tanstack/react-query'
import * as z from 'zod'
import { ask, post } from '../api.ts'

const pathOf = (project: string) => `/api/projects/${encodeURIComponent(project)}/gaps`

export const gapsQuery = (project: string) =>
  queryOptions({
    queryKey: ['projects', project, 'gaps'],
    queryFn: () => ask(pathOf(project), gapsSchema),
    // While articles are being looked through, the next answer has more.
    refetchInterval: ({ state }) => (state.data && state.data.counting > 0 ? 1000 : 10_000),
    refetchOnWindowFocus: 'always',
    staleTime: 3000,
  })

export const rechecksQuery = (project: string, version: number) =>
  queryOptions({
    queryKey: ['projects', project, 'gaps', version],
    queryFn: () => ask(`${pathOf(project)}/rechecks/${version}`, rechecksSchema),
    refetchOnWindowFocus: 'always',
    staleTime: 3000,
  })

export function settle(project: string, gaps: { article: string; gap: string }[], version: number | null) {
  return post(`${pathOf(project)}/settle`, z.unknown(), { gaps, version })
}

export function check(
  project: string,
  version: number,
  marks: { article: string; mark: string }[],
  isChecked: boolean,
) {
  return post(`${pathOf(project)}/rechecks/${version}`, z.unknown(), { marks, isChecked })
}
