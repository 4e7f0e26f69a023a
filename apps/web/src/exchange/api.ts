/** The page's side of marks on their way out and in. */
import {
  type ArticleExport,
  type ExportJob,
  exportJobSchema,
  exportReportSchema,
  formatSchema,
  type MarkImportPage,
  type MarkReadingChoices,
  type MarkTrial,
  markImportPageSchema,
  markImportSchema,
  markUndoSchema,
  type NewExport,
} from '@attest/schema/exchange-api'
import type { FormatName } from '@attest/schema/formats/format'
import { projectSourceSchema } from '@attest/schema/source'
import { queryOptions } from '@tanstack/react-query'
import * as z from 'zod'
import { ApiError, ask, askFile, isOutOfReach, post } from '../api.ts'

/** While something goes on over there, it is asked for so often, in milliseconds; and while somebody else may decide. */
const WATCH_MS = 700
const LOOK_MS = 4000

export const formatsQuery = queryOptions({
  queryKey: ['formats'],
  queryFn: () => ask('/api/formats', z.array(formatSchema)),
  staleTime: Number.POSITIVE_INFINITY,
})

// ---- Out ----

/** What somebody has chosen of an article. */
export interface ExportChoice {
  format: FormatName
  layers: 'all' | 'gold' | 'accepted' | readonly string[]
  isAnonymous: boolean
  hasHistory: boolean
}

/** The file, of the marks with these ids alone where there are any. */
export async function fetchExport(article: string, choice: ExportChoice, marks: readonly string[] | null) {
  const { content, name } = await askFile(exportPath(article), bodyOf(choice, marks))
  return { content, name: name ?? article }
}

/** What the file would be, and what would be missing in it. */
export const exportReportQuery = (article: string, choice: ExportChoice, marks: readonly string[] | null) =>
  queryOptions({
    queryKey: ['export-report', article, choice, marks],
    queryFn: () => ask(`${exportPath(article)}/report`, exportReportSchema, bodyOf(choice, marks)),
    // Whoever looks through the formats asks faster than a large article is looked through.
    retry: (failures, error) =>
      error instanceof ApiError && error.status === 429 ? failures < MOST_RETRIES : failures < 2 && isOutOfReach(error),
    retryDelay: RETRY_MS,
    // Others mark meanwhile.
    staleTime: 0,
    gcTime: 0,
  })

const MOST_RETRIES = 20
const RETRY_MS = 1000

const exportPath = (article: string) => `/api/articles/${encodeURIComponent(article)}/export`

/** Some hundred ids of marks are longer than an address may be. */
function bodyOf(choice: ExportChoice, marks: readonly string[] | null): RequestInit {
  const { format, layers, isAnonymous, hasHistory } = choice
  const asked: ArticleExport = {
    format,
    layers: typeof layers === 'string' ? layers : [...layers],
    anonymous: isAnonymous,
    history: hasHistory,
    ...(marks && { marks: [...marks] }),
  }
  return { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(asked) }
}

const exportsPath = (project: string) => `/api/projects/${encodeURIComponent(project)}/exports`

export const exportsQuery = (project: string) =>
  queryOptions({
    queryKey: ['exports', project],
    queryFn: () => ask(exportsPath(project), z.array(exportJobSchema)),
    refetchInterval: ({ state }) => (state.data?.some((job) => job.state === 'running') ? WATCH_MS : false),
  })

export function makeExport(project: string, choice: NewExport): Promise<ExportJob> {
  return post(exportsPath(project), exportJobSchema, choice)
}

export function cancelExport(project: string, job: string): Promise<ExportJob> {
  return post(`${exportsPath(project)}/${job}/cancel`, exportJobSchema, {})
}

export function exportFileUrl(project: string, job: string): string {
  return `${exportsPath(project)}/${job}/file`
}

// ---- In ----

const importsPath = (project: string) => `/api/projects/${encodeURIComponent(project)}/mark-imports`
const importPath = (project: string, id: string) => `${importsPath(project)}/${encodeURIComponent(id)}`

const busy: readonly MarkImportPage['state'][] = ['reading', 'trying', 'committing', 'undoing']

/** Whether it waits for somebody to decide. */
export function isOpen(state: MarkImportPage['state']): boolean {
  return ['receiving', 'read', 'tried'].includes(state)
}

function watchOf(states: readonly MarkImportPage['state'][]): number | false {
  if (states.some((state) => busy.includes(state))) return WATCH_MS
  return states.some(isOpen) ? LOOK_MS : false
}

export const markImportsQuery = (project: string) =>
  queryOptions({
    queryKey: ['mark-imports', project],
    queryFn: () => ask(importsPath(project), z.array(markImportSchema)),
    refetchInterval: ({ state }) => watchOf(state.data?.map((one) => one.state) ?? []),
  })

export const markImportQuery = (project: string, id: string) =>
  queryOptions({
    queryKey: ['mark-imports', project, id],
    queryFn: () => ask(importPath(project, id), markImportPageSchema),
    refetchInterval: ({ state }) => watchOf(state.data ? [state.data.state] : []),
  })

export const sourcesQuery = (project: string) =>
  queryOptions({
    queryKey: ['sources', project],
    queryFn: () => ask(`/api/projects/${encodeURIComponent(project)}/sources`, z.array(projectSourceSchema)),
  })

export function beginImport(project: string, name: string, article: string | null) {
  return post(importsPath(project), markImportSchema, { name, article })
}

/** One after the other, so that they stay in their order. */
export async function sendFiles(
  project: string,
  id: string,
  files: readonly File[],
  onSent: (count: number) => void,
): Promise<void> {
  for (const [i, file] of files.entries()) {
    await ask(`${importPath(project, id)}/files?name=${encodeURIComponent(file.name)}`, z.unknown(), {
      method: 'POST',
      headers: { 'content-type': 'application/octet-stream' },
      body: file,
    })
    onSent(i + 1)
  }
}

export function removeFile(project: string, id: string, file: string) {
  return ask(`${importPath(project, id)}/files/${encodeURIComponent(file)}`, markImportSchema, { method: 'DELETE' })
}

export function readImport(project: string, id: string, choices: MarkReadingChoices) {
  return post(`${importPath(project, id)}/read`, markImportSchema, choices)
}

export function tryImport(project: string, id: string, trial: MarkTrial) {
  return post(`${importPath(project, id)}/try`, markImportSchema, trial)
}

export function commitImport(project: string, id: string) {
  return post(`${importPath(project, id)}/commit`, markImportSchema, {})
}

export function cancelImport(project: string, id: string) {
  return post(`${importPath(project, id)}/cancel`, markImportSchema, {})
}

export function reportUrl(project: string, id: string): string {
  return `${importPath(project, id)}/report`
}

export function askUndo(project: string, id: string) {
  return ask(`${importPath(project, id)}/undo`, markUndoSchema)
}

export function undoImport(project: string, id: string) {
  return post(`${importPath(project, id)}/undo`, markImportSchema, {})
}
