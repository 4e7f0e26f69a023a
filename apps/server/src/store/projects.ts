/** Projects and who is what in them. */
import type { Person } from '@attest/schema/api'
import { type LabelSet, labelSetSchema } from '@attest/schema/labelset'
import { type Role, roleSchema } from '@attest/schema/roles'
import { type Kysely, type Selectable, sql } from 'kysely'
import * as z from 'zod'
import type { Roles } from './roles.ts'
import type { StoredProject } from './store.ts'
import type { CatalogTables } from './tables.ts'

/** A project as one of its members sees it. */
export interface SeenProject extends StoredProject {
  role: Role
  articleCount: number
}

export class Projects {
  readonly #db: Kysely<CatalogTables>
  readonly #roles: Roles

  constructor(db: Kysely<CatalogTables>, roles: Roles) {
    this.#db = db
    this.#roles = roles
  }

  async of(person: string): Promise<SeenProject[]> {
    const rows = await this.#db
      .selectFrom('project')
      .innerJoin('member', 'member.project_id', 'project.id')
      .selectAll('project')
      .select(['member.role', articleCount.as('articles')])
      .where('member.person_id', '=', person)
      .orderBy('project.created_at')
      .orderBy('project.id')
      .execute()
    return rows.map((row) => ({
      ...projectOf(row),
      role: roleSchema.parse(row.role),
      articleCount: row.articles,
    }))
  }

  /** The project as one of its members sees it; null for everybody else, as if it were not there. */
  async seenBy(person: string, id: string): Promise<SeenProject | null> {
    const row = await this.#db
      .selectFrom('project')
      .innerJoin('member', 'member.project_id', 'project.id')
      .selectAll('project')
      .select(['member.role', articleCount.as('articles')])
      .where('member.person_id', '=', person)
      .where('project.id', '=', id)
      .executeTakeFirst()
    return row ? { ...projectOf(row), role: roleSchema.parse(row.role), articleCount: row.articles } : null
  }

  async find(id: string): Promise<StoredProject | null> {
    const row = await this.#db.selectFrom('project').selectAll().where('id', '=', id).executeTakeFirst()
    return row ? projectOf(row) : null
  }

  async add(project: StoredProject, owner: string | null): Promise<void> {
    await this.#db.transaction().execute(async (db) => {
      await db
        .insertInto('project')
        .values({
          id: project.id,
          name: project.name,
          mode: project.mode,
          peers_judge: project.peersJudge ? 1 : 0,
          label_set: JSON.stringify(project.labelSet),
          guidelines: project.guidelines,
          created_at: Date.now(),
        })
        .execute()
      if (owner !== null)
        await db.insertInto('member').values({ project_id: project.id, person_id: owner, role: 'owner' }).execute()
    })
    if (owner !== null) this.#roles.remember(project.id, owner, 'owner')
  }

  /** Makes annotators of all who can sign in and are not members yet: in a workspace joined by name, all are in all. */
  async enrol(projectId: string): Promise<void> {
    const rows = await this.#db
      .selectFrom('person')
      .select('id')
      .where('has_account', '=', 1)
      .where('id', 'not in', (eb) => eb.selectFrom('member').select('person_id').where('project_id', '=', projectId))
      .execute()
    for (const { id } of rows) await this.setRole(projectId, id, 'annotator')
  }

  async members(projectId: string): Promise<(Person & { role: Role })[]> {
    const rows = await this.#db
      .selectFrom('member')
      .innerJoin('person', 'person.id', 'member.person_id')
      .select(['person.id', 'person.name', 'person.color', 'member.role'])
      .where('member.project_id', '=', projectId)
      .orderBy('person.created_at')
      .orderBy('person.id')
      .execute()
    return rows.map((row) => ({ ...row, role: roleSchema.parse(row.role) }))
  }

  async setRole(projectId: string, person: string, role: Role): Promise<void> {
    await this.#db
      .insertInto('member')
      .values({ project_id: projectId, person_id: person, role })
      .onConflict((conflict) => conflict.columns(['project_id', 'person_id']).doUpdateSet({ role }))
      .execute()
    this.#roles.remember(projectId, person, role)
  }
}

const articleCount = sql<number>`(select count(*) from article where article.project_id = project.id)`

function projectOf(row: Selectable<CatalogTables['project']>): StoredProject {
  return {
    id: row.id,
    name: row.name,
    mode: z.enum(['open', 'blind']).parse(row.mode),
    peersJudge: row.peers_judge === 1,
    labelSet: labelSetOf(row.label_set),
    guidelines: row.guidelines,
  }
}

export function labelSetOf(json: string): LabelSet {
  return labelSetSchema.parse(JSON.parse(json))
}
