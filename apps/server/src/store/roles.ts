/**
 * The roles of all members, in memory and written through, because the gate asks for one at every message; that is sound
 * as long as one process writes, which the lock on the data folder sees to.
 */
import { type Role, roleSchema } from '@attest/schema/roles'
import type { Kysely } from 'kysely'
import type { CatalogTables } from './tables.ts'

export class Roles {
  readonly #byProject = new Map<string, Map<string, Role>>()

  /** The present role; null for somebody who is not a member. */
  of(projectId: string, person: string): Role | null {
    return this.#byProject.get(projectId)?.get(person) ?? null
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
  for (const { project_id, person_id, role } of await db.selectFrom('member').selectAll().execute())
    roles.remember(project_id, person_id, roleSchema.parse(role))
  return roles
}
