/** The page's side of tests. */
import { articleTrainingSchema, type NewTest, projectTrainingSchema, trySchema } from '@attest/schema/training'
import { type QueryClient, queryOptions } from '@tanstack/react-query'
import * as z from 'zod'
import { ask, post } from '../api.ts'

const pathOf = (article: string) => `/api/articles/${encodeURIComponent(article)}/training`

export const articleTrainingQuery = (article: string) =>
  queryOptions({
    queryKey: ['training', 'article', article],
    queryFn: () => ask(pathOf(article), articleTrainingSchema),
  })

export const projectTrainingQuery = (project: string) =>
  queryOptions({
    queryKey: ['training', 'project', project],
    queryFn: () => ask(`/api/projects/${encodeURIComponent(project)}/training`, projectTrainingSchema),
    refetchInterval: 10_000,
    refetchOnWindowFocus: 'always',
  })

export function refreshTraining(queries: QueryClient): Promise<void> {
  return queries.invalidateQueries({ queryKey: ['training'] })
}

export function handIn(article: string) {
  return post(`${pathOf(article)}/submit`, trySchema, {})
}

export function setTest(article: string, test: NewTest) {
  const body = JSON.stringify(test)
  return ask(pathOf(article), z.unknown(), { method: 'PUT', headers: { 'content-type': 'application/json' }, body })
}

export function endTest(article: string) {
  return ask(pathOf(article), z.unknown(), { method: 'DELETE' })
}
