/** The page's side of marks on their way out and in. */
import {
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
import { ApiError, ask, post } from '../api.ts'

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

/** Of the marks with these ids alone, where there are any. */
export function exportUrl(article: string, choice: ExportChoice, marks: readonly string[] | null): string {
  return `/api/articles/${encodeURIComponent(article)}/export?${queryOf(choice, marks)}`
}

/** What the file would be, and what would be missing in it. */
export const exportReportQuery = (article: string, choice: ExportChoice, marks: readonly string[] | null) =>
  queryOptions({
    queryKey: ['export-report', article, choice, marks],
    queryFn: () =>
      ask(`/api/articles/${encodeURIComponent(article)}/export/report?${queryOf(choice, marks)}`, exportReportSchema),
    // Others mark meanwhile.
    staleTime: 0,
    gcTime: 0,
  })

function queryOf({ format, layers, isAnonymous, hasHistory }: ExportChoice, marks: readonly string[] | null): string {
  const query = new URLSearchParams({ format, layers: typeof layers === 'string' ? layers : layers.join(',') })
  if (marks) query.set('marks', marks.join(','))
  if (isAnonymous) query.set('anonymous', 'true')
  if (hasHistory) query.set('history', 'true')
  return String(query)
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

/** Fetches a file first, so that a refusal or a lost connection is a message here and not a page of its own. */
export async function fetchFile(url: string, fallbackName: string): Promise<{ content: Blob; name: string }> {
  const response = await fetch(url, { credentials: 'same-origin' }).catch(() => {
    throw new ApiError(0, 'The file comes from the server, which cannot be reached now.')
  })
  if (!response.ok) {
    const body: unknown = await response.json().catch(() => null)
    const problem = z.object({ detail: z.string() }).safeParse(body)
    throw new ApiError(response.status, problem.data?.detail ?? 'The server could not make the file. Please try again.')
  }
  const named = /filename="([^"]+)"/.exec(response.headers.get('content-disposition') ?? '')?.[1]
  return { content: await response.blob(), name: named ?? fallbackName }
}
