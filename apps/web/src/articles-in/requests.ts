/** What the server is asked while articles are brought in. */
import { articleSummarySchema } from '@attest/schema/api'
import type { ArticleContent } from '@attest/schema/article'
import {
  type Columns,
  importJobSchema,
  importPageSchema,
  type ReadingChoices,
  readingSchema,
} from '@attest/schema/importing'
import { queryOptions } from '@tanstack/react-query'
import * as z from 'zod'
import { ask, post } from '../api.ts'

const address = (project: string) => `/api/projects/${encodeURIComponent(project)}`

const RUNNING_MS = 700

function postFile<T extends z.ZodType>(path: string, schema: T, file: Blob): Promise<z.infer<T>> {
  return ask(path, schema, { method: 'POST', headers: { 'content-type': 'application/octet-stream' }, body: file })
}

export function readFile(project: string, name: string, file: Blob, choices: ReadingChoices) {
  const query = new URLSearchParams({ name })
  for (const [choice, value] of Object.entries(choices)) if (value) query.set(choice, value)
  return postFile(`${address(project)}/readings?${query}`, readingSchema, file)
}

export function readPage(project: string, url: string, choices: ReadingChoices) {
  return post(`${address(project)}/readings/page`, readingSchema, { url, choices })
}

export function keepArticle(project: string, content: ArticleContent) {
  return post(`${address(project)}/articles`, articleSummarySchema, { content })
}

export interface ImportSetting {
  name: string
  choices: ReadingChoices
  columns: Columns | null
  keepsKnown: boolean
}

export function beginImport(project: string, setting: ImportSetting) {
  return post(`${address(project)}/imports`, importJobSchema, setting)
}

export function sendFile(project: string, job: string, file: File) {
  const query = new URLSearchParams({ name: file.name })
  return postFile(`${address(project)}/imports/${job}/files?${query}`, z.unknown(), file)
}

export function completeImport(project: string, job: string) {
  return post(`${address(project)}/imports/${job}/complete`, importJobSchema, {})
}

export function cancelImport(project: string, job: string) {
  return post(`${address(project)}/imports/${job}/cancel`, importJobSchema, {})
}

export function reportUrl(project: string, job: string): string {
  return `${address(project)}/imports/${job}/report`
}

const isOpen = ({ state }: { state: string }) => state === 'running' || state === 'receiving'

export const importsQuery = (project: string) =>
  queryOptions({
    queryKey: ['projects', project, 'imports'],
    queryFn: () => ask(`${address(project)}/imports`, z.array(importJobSchema)),
    refetchInterval: (query) => (query.state.data?.some(isOpen) ? RUNNING_MS : false),
    staleTime: 0,
  })

export const importQuery = (project: string, job: string) =>
  queryOptions({
    queryKey: ['projects', project, 'imports', job],
    queryFn: () => ask(`${address(project)}/imports/${job}`, importPageSchema),
    refetchInterval: (query) => (query.state.data && isOpen(query.state.data) ? RUNNING_MS * 2 : false),
    staleTime: 0,
  })
