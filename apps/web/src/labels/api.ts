/** The labels of a project, as the server has them. */
import { currentLabelsSchema, labelsSchema, labelVersionSchema, type NewLabels } from '@attest/schema/label-api'
import { censusSchema } from '@attest/schema/label-mapping'
import { queryOptions } from '@tanstack/react-query'
import * as z from 'zod'
import { ask, post, put } from '../api.ts'

const address = (project: string) => `/api/projects/${encodeURIComponent(project)}/label-set`

/** While marks are being changed it is asked how far that is; and now and then whether somebody has saved another version. */
const RUNNING_MS = 1000
const QUIET_MS = 10_000

export const labelsQuery = (project: string) =>
  queryOptions({
    queryKey: ['projects', project, 'labels'],
    queryFn: () => ask(address(project), currentLabelsSchema),
    refetchInterval: (query) => (query.state.data?.job?.state === 'running' ? RUNNING_MS : QUIET_MS),
  })

export const versionsQuery = (project: string) =>
  queryOptions({
    queryKey: ['projects', project, 'labels', 'versions'],
    queryFn: () => ask(`${address(project)}/versions`, z.array(labelVersionSchema)),
    staleTime: 0,
  })

export const versionQuery = (project: string, number: number) =>
  queryOptions({
    queryKey: ['projects', project, 'labels', 'versions', number],
    queryFn: () => ask(`${address(project)}/versions/${number}`, labelsSchema),
    staleTime: Number.POSITIVE_INFINITY,
  })

export const censusQuery = (project: string) =>
  queryOptions({
    queryKey: ['projects', project, 'labels', 'census'],
    queryFn: () => ask(`${address(project)}/census`, censusSchema),
    staleTime: 0,
    gcTime: 0,
  })

export function saveLabels(project: string, labels: NewLabels) {
  return put(address(project), currentLabelsSchema, labels)
}

export function retryMarks(project: string) {
  return post(`${address(project)}/retry`, currentLabelsSchema, {})
}

export function exportUrl(project: string): string {
  return `${address(project)}/export`
}
