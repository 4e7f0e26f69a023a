/** The page's side of the work: what is asked, how often it is asked again, and what goes stale with a change. */
import {
  type Assign,
  articleWorkSchema,
  changedSchema,
  dashboardSchema,
  disputedSchema,
  myWorkSchema,
  projectWorkSchema,
  type TakeStep,
  takenSchema,
  type WorkSettings,
  workSettingsSchema,
} from '@attest/schema/work'
import { type QueryClient, queryOptions } from '@tanstack/react-query'
import { ask, post } from '../api.ts'
import { zone } from './days.ts'

/** Others work on it as well. Nothing is asked while the page is not looked at. */
const live = { refetchInterval: 10_000, refetchOnWindowFocus: 'always', staleTime: 5000 } as const

export const myWorkQuery = queryOptions({
  queryKey: ['work', 'mine'],
  queryFn: () => ask('/api/work', myWorkSchema),
  ...live,
})

/** What waits for an owner to decide; they are told of more within half a minute, wherever they are in Attest. */
export const disputedQuery = queryOptions({
  queryKey: ['work', 'disputed'],
  queryFn: () => ask('/api/work/disputed', disputedSchema),
  ...live,
  refetchInterval: 20_000,
})

export const projectWorkQuery = (project: string) =>
  queryOptions({
    queryKey: ['work', 'project', project],
    queryFn: () => ask(pathOf(project), projectWorkSchema),
    ...live,
    refetchInterval: ({ state }) =>
      state.data?.articles.some(({ isCounted }) => !isCounted) ? 1000 : live.refetchInterval,
  })

export const articleWorkQuery = (article: string) =>
  queryOptions({
    queryKey: ['work', 'article', article],
    queryFn: () => ask(`/api/articles/${encodeURIComponent(article)}/work`, articleWorkSchema),
    ...live,
  })

export const dashboardQuery = (project: string) =>
  queryOptions({
    queryKey: ['work', 'dashboard', project],
    queryFn: () =>
      ask(`/api/projects/${encodeURIComponent(project)}/dashboard?zone=${encodeURIComponent(zone)}`, dashboardSchema),
    ...live,
    // While marks are being counted, the next answer has more of them.
    refetchInterval: ({ state }) => (state.data && state.data.counting > 0 ? 1000 : live.refetchInterval),
  })

/** After a change of anybody's work; what is on screen is asked for again at once. */
export function refreshWork(queries: QueryClient): Promise<void> {
  return queries.invalidateQueries({ queryKey: ['work'] })
}

function pathOf(project: string): string {
  return `/api/projects/${encodeURIComponent(project)}/work`
}

export function takeNext(project: string) {
  return post(`${pathOf(project)}/next`, takenSchema, {})
}

export function assign(project: string, body: Assign) {
  return post(`${pathOf(project)}/assign`, changedSchema, body)
}

export function unassign(project: string, body: { articles: string[]; people: string[] }) {
  return post(`${pathOf(project)}/unassign`, changedSchema, body)
}

export function reassign(project: string, body: { article: string; from: string; to: string }) {
  return post(`${pathOf(project)}/reassign`, changedSchema, body)
}

export function setDue(project: string, body: { articles: string[]; person?: string; due: string | null }) {
  return post(`${pathOf(project)}/due`, changedSchema, body)
}

export function takeStep(project: string, body: TakeStep) {
  return post(`${pathOf(project)}/step`, changedSchema, body)
}

export function setWorkSettings(project: string, body: WorkSettings) {
  return post(`${pathOf(project)}/settings`, workSettingsSchema, body)
}
