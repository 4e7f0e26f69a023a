/**
 * The roles of all members, in memory and written through, because the gate asks for one at every message; that is sound
 * as long as one process writes, which the lock on the data folder sees to.
 */
import { type Role, roleSchema } from '@attest/schema/roles'
import type { Kysely } from 'kysely'
import type { CatalogTables } from './tables.ts'

export class Roles {
  readonly #byProject = new Map<string, Map<string, Role>>()
  readonly #archived = new Set<string>()

  /** The present role; null for somebody who is not a member. A deleted project has no members. */
  of(projectId: string, person: string): Role | null {
    return this.#byProject.get(projectId)?.get(person) ?? null
  }

  /** As what somebody may act now: in an archived project all of its members only read. */
  actingIn(projectId: string, person: string): Role | null {
    const role = this.of(projectId, person)
    return role && this.#archived.has(projectId) ? 'viewer' : role
  }

  /** After the database has it. */
  setArchived(projectId: string, isArchived: boolean): void {
    if (isArchived) this.#archived.add(projectId)
    else this.#archived.delete(projectId)
  }

  /** After the database has it. */
  remember(projectId: string, person: string, role: Role): void {
    const roles = this.#byProject.get(projectId) ?? new Map<string, Role>()
    this.#byProject.set(projectId, roles)
    roles.set(person, role)
  }

  /** After the database has it no more; without a person, the whole project. */
  forget(projectId: string, person?: string): void {
    if (person === undefined) this.#byProject.delete(projectId)
    else this.#byProject.get(projectId)?.delete(person)
  }
}

export async function readRoles(db: Kysely<CatalogTables>): Promise<Roles> {
  const roles = new Roles()
  const rows = await db
    .selectFrom('member')
    .innerJoin('project', 'project.id', 'member.project_id')
    .select(['project_id', 'person_id', 'role'])
    .where('project.deleted_at', 'is', null)
    .execute()
  for (const { project_id, person_id, role } of rows) roles.remember(project_id, person_id, roleSchema.parse(role))
  const archived = await db.selectFrom('project').select('id').where('archived_at', 'is not', null).execute()
  for (const { id } of archived) roles.setArchived(id, true)
  return roles
}
