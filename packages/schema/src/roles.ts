/** What each role in a project may do: one table, asked by the gate, the routes and the page alike. */
import * as z from 'zod'

export const roleSchema = z.enum(['owner', 'reviewer', 'annotator', 'viewer'])

export type Role = z.infer<typeof roleSchema>

/** Who becomes a member of a project: everybody who joins the workspace by name, or only who is invited. */
export const joiningSchema = z.enum(['open', 'invited'])

export type Joining = z.infer<typeof joiningSchema>

/** From the one that may do most to the one that only reads; each may do all that the next one may. */
const ranks = roleSchema.options

/** Whether the first may do more than the second. */
export function outranks(role: Role, other: Role): boolean {
  return ranks.indexOf(role) < ranks.indexOf(other)
}

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
