/** The page's side of members, invitations, what was deleted, and links for the public. */
import { articleSummarySchema, projectSchema } from '@attest/schema/api'
import type { Role } from '@attest/schema/roles'
import {
  acceptedSchema,
  deletedSchema,
  invitationSchema,
  madeInvitationSchema,
  membersSchema,
  type NewInvitation,
  openInvitationSchema,
  type ProjectChange,
  publicLinkSchema,
} from '@attest/schema/teams'
import { queryOptions } from '@tanstack/react-query'
import * as z from 'zod'
import { ask } from '../api.ts'

/** Others change it as well. Nothing is asked while the page is not looked at. */
const live = { refetchInterval: 5000, refetchOnWindowFocus: 'always', staleTime: 2000 } as const

const part = encodeURIComponent
const projectPath = (project: string) => `/api/projects/${part(project)}`
const articlePath = (article: string) => `/api/articles/${part(article)}`

export const membersQuery = (project: string) =>
  queryOptions({
    queryKey: ['members', project],
    queryFn: () => ask(`${projectPath(project)}/members`, membersSchema),
    ...live,
  })

export const invitationsQuery = (project: string) =>
  queryOptions({
    queryKey: ['invitations', project],
    queryFn: () => ask(`${projectPath(project)}/invitations`, z.array(invitationSchema)),
    ...live,
  })

export const openInvitationQuery = (token: string) =>
  queryOptions({
    queryKey: ['invitation', token],
    queryFn: () => ask(`/api/invitations/${part(token)}`, openInvitationSchema),
    staleTime: 0,
  })

export const deletedProjectsQuery = queryOptions({
  queryKey: ['deleted-projects'],
  queryFn: () => ask('/api/projects/deleted', z.array(deletedSchema)),
})

export const deletedArticlesQuery = (project: string) =>
  queryOptions({
    queryKey: ['deleted-articles', project],
    queryFn: () => ask(`${projectPath(project)}/deleted-articles`, z.array(deletedSchema)),
  })

export const publicLinkQuery = (article: string) =>
  queryOptions({
    queryKey: ['public-link', article],
    queryFn: () => ask(`${articlePath(article)}/public-link`, publicLinkSchema),
  })

export function setRole(project: string, person: string, role: Role) {
  return send('PUT', `${projectPath(project)}/members/${part(person)}`, z.unknown(), { role })
}

export function removeMember(project: string, person: string) {
  return send('DELETE', `${projectPath(project)}/members/${part(person)}`, z.unknown())
}

export function handOver(project: string, person: string, role: Role) {
  return send('POST', `${projectPath(project)}/owner`, z.unknown(), { person, role })
}

export function invite(project: string, invitation: NewInvitation) {
  return send('POST', `${projectPath(project)}/invitations`, madeInvitationSchema, invitation)
}

export function endInvitation(project: string, invitation: string) {
  return send('DELETE', `${projectPath(project)}/invitations/${part(invitation)}`, z.unknown())
}

export function acceptInvitation(token: string) {
  return send('POST', `/api/invitations/${part(token)}/accept`, acceptedSchema)
}

export function changeProject(project: string, change: ProjectChange) {
  return send('PATCH', projectPath(project), projectSchema, change)
}

export function deleteProject(project: string) {
  return send('DELETE', projectPath(project), z.unknown())
}

export function restoreProject(project: string) {
  return send('POST', `${projectPath(project)}/restore`, projectSchema)
}

export function deleteArticle(article: string) {
  return send('DELETE', articlePath(article), z.unknown())
}

export function restoreArticle(article: string) {
  return send('POST', `${articlePath(article)}/restore`, articleSummarySchema)
}

export function openToPublic(article: string, showsNames: boolean) {
  return send('PUT', `${articlePath(article)}/public-link`, publicLinkSchema, { showsNames })
}

export function closeToPublic(article: string) {
  return send('DELETE', `${articlePath(article)}/public-link`, z.unknown())
}

function send<T extends z.ZodType>(method: string, path: string, schema: T, body?: unknown): Promise<z.infer<T>> {
  const given = { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
  return ask(path, schema, { method, ...(body === undefined ? {} : given) })
}
