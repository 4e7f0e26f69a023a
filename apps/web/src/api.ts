/** The page's side of the HTTP interface: each answer is parsed once, here, and each failure is one kind of error. */
import {
  articlePageSchema,
  articleSummarySchema,
  doorSchema,
  meSchema,
  problemSchema,
  projectSchema,
} from '@attest/schema/api'
import type { Beginning } from '@attest/schema/label-api'
import type { Joining } from '@attest/schema/roles'
import { QueryClient, queryOptions } from '@tanstack/react-query'
import * as z from 'zod'
import { makeClock } from './live/clock.ts'

/** What went wrong, in a sentence for a person; `status` is 0 when the server could not be reached at all. */
export class ApiError extends Error {
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

/** The server's time, learned from its answers. */
export const clock = makeClock()

/** Parses the answer by its schema; throws an `ApiError` for everything else. */
export async function ask<T extends z.ZodType>(path: string, schema: T, init: RequestInit = {}): Promise<z.infer<T>> {
  return read(await request(path, init), schema)
}

/** The same for what is asked for again and again: null for as long as the answer with this tag still holds. */
export async function askAgain<T extends z.ZodType>(
  path: string,
  schema: T,
  tag: string | null,
): Promise<{ value: z.infer<T>; tag: string | null } | null> {
  const response = await request(path, tag === null ? {} : { headers: { 'If-None-Match': tag } })
  if (response.status === 304) return null
  return { value: await read(response, schema), tag: response.headers.get('etag') }
}

/** The same, not read: for a worker, which reads it without holding up the page. */
export async function askAgainText(
  path: string,
  tag: string | null,
): Promise<{ text: string; tag: string | null } | null> {
  const response = await request(path, tag === null ? {} : { headers: { 'If-None-Match': tag } })
  if (response.status === 304) return null
  // Of a refusal it throws the reason.
  if (!response.ok) await read(response, z.unknown())
  return { text: await response.text(), tag: response.headers.get('etag') }
}

/** A file, with the name that the server has for it. It is asked for here, so that a refusal is a message and not a page. */
export async function askFile(path: string, init: RequestInit): Promise<{ content: Blob; name: string | null }> {
  const response = await request(path, init)
  if (!response.ok) await read(response, z.unknown())
  const name = /filename="([^"]+)"/.exec(response.headers.get('content-disposition') ?? '')?.[1] ?? null
  return { content: await response.blob(), name }
}

async function request(path: string, init: RequestInit): Promise<Response> {
  const response = await fetch(path, { credentials: 'same-origin', ...init }).catch(() => {
    throw new ApiError(0, 'The server cannot be reached. What you marked here is kept in this browser.')
  })
  clock.learn(response.headers.get('date'))
  return response
}

async function read<T extends z.ZodType>(response: Response, schema: T): Promise<z.infer<T>> {
  const body: unknown = await response.json().catch(() => null)
  if (!response.ok) {
    const problem = problemSchema.safeParse(body)
    throw new ApiError(
      response.status,
      problem.data?.detail ?? problem.data?.title ?? `The server answered ${response.status}.`,
    )
  }
  const parsed = schema.safeParse(body)
  if (!parsed.success)
    throw new ApiError(response.status, 'The server’s answer is not of this version of Attest. Please reload the page.')
  return parsed.data
}

export function post<T extends z.ZodType>(path: string, schema: T, body: unknown): Promise<z.infer<T>> {
  return send('POST', path, schema, body)
}

export function put<T extends z.ZodType>(path: string, schema: T, body: unknown): Promise<z.infer<T>> {
  return send('PUT', path, schema, body)
}

function send<T extends z.ZodType>(method: string, path: string, schema: T, body: unknown): Promise<z.infer<T>> {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  return ask(path, schema, { method, headers: { 'content-type': 'application/json' }, body: text })
}

/** Whether nobody has refused anything: the server was not there, or in trouble of its own. */
export function isOutOfReach(error: Error): boolean {
  return error instanceof ApiError && (error.status === 0 || error.status >= 500)
}

/** What was asked and answered, for all pages. Marks never go through it: they are the room's. */
export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      // What the server refuses it will refuse again; only a server out of reach is worth another try.
      retry: (failures, error) => failures < 2 && isOutOfReach(error),
      staleTime: 15_000,
      networkMode: 'always',
    },
    // What is asked for without a line fails, and says so, rather than waiting for one in silence.
    mutations: { networkMode: 'always' },
  },
})

/** Who one is, null before joining, and whether a name is enough to join. */
export const doorQuery = queryOptions({
  queryKey: ['door'],
  queryFn: () => ask('/api/join', doorSchema),
})

export const projectsQuery = queryOptions({
  queryKey: ['projects'],
  queryFn: () => ask('/api/projects', z.array(projectSchema)),
})

export const articlesQuery = (project: string) =>
  queryOptions({
    queryKey: ['projects', project, 'articles'],
    queryFn: () => ask(`/api/projects/${encodeURIComponent(project)}/articles`, z.array(articleSummarySchema)),
  })

export const articleQuery = (article: string) =>
  queryOptions({
    queryKey: ['articles', article],
    queryFn: () => ask(`/api/articles/${encodeURIComponent(article)}`, articlePageSchema),
  })

export function join(name: string) {
  return post('/api/join', meSchema, { name })
}

export function leave() {
  return post('/api/leave', z.unknown(), {})
}

export function createProject(project: { name: string; joining?: Joining; labels?: Beginning }) {
  return post('/api/projects', projectSchema, project)
}

const importedSchema = articleSummarySchema.extend({ notes: z.array(z.string()).optional() })

/** `content` is the text of an attest-json file as it is, so that what is wrong with it is the server's to say. */
export function importArticle(project: string, content: string) {
  return post(`/api/projects/${encodeURIComponent(project)}/articles`, importedSchema, content)
}
