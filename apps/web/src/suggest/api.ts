/** The page's side of suggestions. */
import {
  type Ask,
  askedSchema,
  type NewService,
  type SuggestionAskers,
  serviceSchema,
  suggestersSchema,
  suggestionsSchema,
} from '@attest/schema/suggestion-api'
import { queryOptions } from '@tanstack/react-query'
import * as z from 'zod'
import { ask } from '../api.ts'

const articlePath = (article: string) => `/api/articles/${encodeURIComponent(article)}/suggestions`
const projectPath = (project: string) => `/api/projects/${encodeURIComponent(project)}/suggesters`

export const suggestionsQuery = (article: string) =>
  queryOptions({
    queryKey: ['suggestions', article],
    queryFn: () => ask(articlePath(article), suggestionsSchema),
    staleTime: 10_000,
  })

export const suggestersQuery = (project: string) =>
  queryOptions({
    queryKey: ['suggesters', project],
    queryFn: () => ask(projectPath(project), suggestersSchema),
    staleTime: 10_000,
  })

const json = (method: string, body: unknown): RequestInit => ({
  method,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
})

export function askForSuggestions(article: string, asked: Ask, signal: AbortSignal) {
  return ask(articlePath(article), askedSchema, { ...json('POST', asked), signal })
}

export function removeSuggestions(article: string, source: string) {
  return ask(`${articlePath(article)}/${encodeURIComponent(source)}`, z.null(), { method: 'DELETE' })
}

export function addService(project: string, service: NewService) {
  return ask(projectPath(project), serviceSchema, json('POST', service))
}

export function removeService(project: string, service: string) {
  return ask(`${projectPath(project)}/${encodeURIComponent(service)}`, z.null(), { method: 'DELETE' })
}

export function setAskers(project: string, askers: SuggestionAskers) {
  return ask(projectPath(project), z.null(), json('PUT', { askers }))
}
