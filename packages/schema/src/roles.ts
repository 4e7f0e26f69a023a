/** What each role in a project may do: one table, asked by the gate, the routes and the page alike. */
import * as z from 'zod'

export const roleSchema = z.enum(['owner', 'reviewer', 'annotator', 'viewer'])

export type Role = z.infer<typeof roleSchema>

/** May put, replace and delete records of their own: annotations, relations, comments. */
export function canAnnotate(role: Role): boolean {
  return role !== 'viewer'
}

/** May judge the annotations of others. Nobody judges their own. */
export function canJudge(role: Role, project: { peersJudge: boolean }): boolean {
  return role === 'owner' || role === 'reviewer' || (role === 'annotator' && project.peersJudge)
}

/** May change the project itself: bring articles in, import annotated ones. */
export function canManage(role: Role): boolean {
  return role === 'owner'
}
