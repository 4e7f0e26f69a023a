/** History, revisions, moderation and the audit log, as the page asks the server for them. */
import { articleSummarySchema } from '@attest/schema/api'
import { auditPageSchema } from '@attest/schema/audit'
import {
  type Act,
  actsPageSchema,
  MOST_ACTS,
  type RemovalRequest,
  removalPreviewSchema,
  removalSchema,
} from '@attest/schema/history'
import {
  type Decided,
  doubtSchema,
  type NewRevision,
  revisionPreviewSchema,
  revisionSchema,
} from '@attest/schema/revision'
import type { Root } from '@attest/schema/room'
import { membersSchema } from '@attest/schema/teams'
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import * as z from 'zod'
import { ask, post } from '../api.ts'

export interface HistoryFilter {
  person: string
  type: Act['type'] | ''
  root: Root | ''
  /** The id of a mark; empty for all of the article. */
  about: string
}

const ACTS_A_PAGE = 60

function under(article: string, path: string): string {
  return `/api/articles/${encodeURIComponent(article)}/${path}`
}

function inProject(project: string, path: string): string {
  return `/api/projects/${encodeURIComponent(project)}/${path}`
}

/** Those of the values that say something. */
function search(values: Record<string, string | number | undefined>): string {
  const given = Object.entries(values).flatMap(([name, value]) =>
    value === undefined || value === '' ? [] : [[name, String(value)]],
  )
  return new URLSearchParams(given).toString()
}

export const historyKey = (article: string) => ['articles', article, 'history'] as const

export const historyQuery = (article: string, filter: HistoryFilter) =>
  infiniteQueryOptions({
    queryKey: [...historyKey(article), filter],
    queryFn: ({ pageParam }) =>
      ask(
        under(article, `history?${search({ ...filter, limit: ACTS_A_PAGE, from: pageParam ?? undefined })}`),
        actsPageSchema,
      ),
    initialPageParam: null as number | null,
    getNextPageParam: ({ next }) => next,
  })

/** All acts, the oldest first; `onProgress` is told how many of them are here. */
export async function readAllActs(
  article: string,
  signal: AbortSignal,
  onProgress: (count: number, total: number) => void,
): Promise<Act[]> {
  const acts: Act[] = []
  for (let from: number | undefined; ; ) {
    const query = search({ order: 'oldest', limit: MOST_ACTS, from })
    const page = await ask(under(article, `history?${query}`), actsPageSchema, { signal })
    for (const act of page.acts) acts.push(act)
    onProgress(acts.length, page.total)
    if (page.next === null) return acts
    from = page.next
  }
}

export function restore(article: string, records: readonly { root: Root; id: string }[]) {
  return post(under(article, 'history/restore'), z.object({ count: z.int() }), { records })
}

export const revisionsQuery = (article: string) =>
  queryOptions({
    queryKey: ['articles', article, 'revisions'],
    queryFn: () => ask(under(article, 'revisions'), z.array(revisionSchema)),
  })

export function previewRevision(article: string, revision: NewRevision) {
  return post(under(article, 'revisions/preview'), revisionPreviewSchema, revision)
}

export function makeRevision(article: string, revision: NewRevision) {
  return post(under(article, 'revisions'), articleSummarySchema, revision)
}

export const doubtsQuery = (article: string) =>
  queryOptions({
    queryKey: ['articles', article, 'doubts'],
    queryFn: () => ask(under(article, 'doubts'), z.array(doubtSchema)),
    refetchInterval: 15_000,
  })

export function decide(article: string, mark: string, decided: Decided) {
  return post(under(article, `doubts/${encodeURIComponent(mark)}`), z.unknown(), decided)
}

/** Everybody who is a member, or was. */
export const peopleQuery = (project: string) =>
  queryOptions({
    queryKey: ['projects', project, 'members', 'all'],
    queryFn: async () => {
      const { members, former } = await ask(inProject(project, 'members'), membersSchema)
      return [...members, ...former].map(({ id, name }) => ({ id, name }))
    },
  })

export const removalsQuery = (project: string) =>
  queryOptions({
    queryKey: ['projects', project, 'removals'],
    queryFn: () => ask(inProject(project, 'removals'), z.array(removalSchema)),
  })

export function previewRemoval(project: string, request: RemovalRequest) {
  return post(inProject(project, 'removals/preview'), removalPreviewSchema, request)
}

export function removeRecords(project: string, request: RemovalRequest) {
  return post(inProject(project, 'removals'), removalSchema, request)
}

export function undoRemoval(project: string, removal: string) {
  return post(inProject(project, `removals/${encodeURIComponent(removal)}/undo`), z.unknown(), {})
}

export interface AuditFilter {
  act: string
  person: string
}

/** The log of a project, or with null that of the workspace. */
export const auditQuery = (project: string | null, filter: AuditFilter) =>
  infiniteQueryOptions({
    queryKey: ['audit', project, filter],
    queryFn: ({ pageParam }) => ask(auditUrl(project, filter, { before: pageParam ?? undefined }), auditPageSchema),
    initialPageParam: null as number | null,
    getNextPageParam: ({ next }) => next,
  })

export function auditUrl(
  project: string | null,
  filter: AuditFilter,
  { before, isFile = false }: { before?: number | undefined; isFile?: boolean } = {},
): string {
  const path = `audit${isFile ? '.csv' : ''}?${search({ ...filter, before })}`
  return project === null ? `/api/${path}` : inProject(project, path)
}
