/** Projects: what they are called, what goes in them, and whether they are there, archived or deleted. */
import type { Person } from '@attest/schema/api'
import type { AuditAct } from '@attest/schema/audit'
import { type LabelSet, labelSetSchema } from '@attest/schema/labelset'
import { joiningSchema, type Role, roleSchema } from '@attest/schema/roles'
import { type Deleted, KEPT_DAYS, type ProjectChange } from '@attest/schema/teams'
import { type Kysely, type Selectable, sql } from 'kysely'
import * as z from 'zod'
import type { Audit } from './audit.ts'
import { signsIn } from './people.ts'
import type { Roles } from './roles.ts'
import type { StoredProject } from './store.ts'
import type { CatalogTables } from './tables.ts'

/** A project as one of its members sees it. */
export interface SeenProject extends StoredProject {
  revealsItself: boolean
  /** As what one may act in it now: a viewer, when it is archived. */
  role: Role
  /** What one is in it. */
  memberRole: Role
  /** Milliseconds since 1970; null while it is worked in. */
  archivedAt: number | null
  articleCount: number
}

export class Projects {
  readonly #db: Kysely<CatalogTables>
  readonly #roles: Roles
  readonly #audit: Audit

  constructor(db: Kysely<CatalogTables>, roles: Roles, audit: Audit) {
    this.#db = db
    this.#roles = roles
    this.#audit = audit
  }

  async of(person: string): Promise<SeenProject[]> {
    const rows = await this.#seen(person).orderBy('project.created_at').orderBy('project.id').execute()
    return rows.map(seenOf)
  }

  /** The project as one of its members sees it; null for everybody else, as if it were not there. */
  async seenBy(person: string, id: string): Promise<SeenProject | null> {
    const row = await this.#seen(person).where('project.id', '=', id).executeTakeFirst()
    return row ? seenOf(row) : null
  }

  async find(id: string): Promise<StoredProject | null> {
    const row = await this.#db
      .selectFrom('project')
      .selectAll()
      .where('id', '=', id)
      .where('deleted_at', 'is', null)
      .executeTakeFirst()
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
          joining: project.joining,
          reveals_itself: project.revealsItself ? 1 : 0,
          created_at: Date.now(),
        })
        .execute()
      if (owner === null) return
      await db.insertInto('member').values({ project_id: project.id, person_id: owner, role: 'owner' }).execute()
      const note = { act: 'project.create', project: project.id, person: owner, subject: project.id } as const
      await this.#audit.note({ ...note, detail: project.name }, db)
    })
    if (owner !== null) this.#roles.remember(project.id, owner, 'owner')
  }

  /**
   * Changes what is given and leaves the rest, when `by` is an owner at that moment; else false. What rooms judge by may
   * be another then, so the room settings have to forget it.
   */
  async change(id: string, by: string, change: ProjectChange): Promise<boolean> {
    const { name, joining, peersJudge, mode, revealsItself, isArchived } = change
    const isDone = await this.#db.transaction().execute(async (db) => {
      const before = await ownedRow(db, id, by)
      if (!before) return false
      const note = (act: AuditAct, detail: string | null = null) =>
        this.#audit.note({ act, project: id, person: by, subject: id, detail }, db)
      const wasArchived = before.archived_at !== null
      const isOther = isArchived !== undefined && isArchived !== wasArchived
      await db
        .updateTable('project')
        .set({
          name: name ?? before.name,
          joining: joining ?? before.joining,
          peers_judge: peersJudge === undefined ? before.peers_judge : peersJudge ? 1 : 0,
          mode: mode ?? before.mode,
          reveals_itself: revealsItself === undefined ? before.reveals_itself : revealsItself ? 1 : 0,
          archived_at: isOther ? (isArchived ? Date.now() : null) : before.archived_at,
        })
        .where('id', '=', id)
        .execute()
      if (name !== undefined && name !== before.name) await note('project.rename', `${before.name} → ${name}`)
      const settings: string[] = []
      if (joining !== undefined && joining !== before.joining)
        settings.push(joining === 'open' ? 'open to all who join by name' : 'by invitation only')
      if (peersJudge !== undefined && peersJudge !== (before.peers_judge === 1))
        settings.push(peersJudge ? 'annotators judge each other' : 'annotators do not judge each other')
      if (mode !== undefined && mode !== before.mode)
        settings.push(mode === 'blind' ? 'new articles are blind' : 'new articles are open')
      if (revealsItself !== undefined && revealsItself !== (before.reveals_itself === 1))
        settings.push(revealsItself ? 'revealed once all have submitted' : 'revealed by an owner')
      if (settings.length > 0) await note('project.settings', settings.join(', '))
      if (isOther) await note(isArchived ? 'project.archive' : 'project.unarchive')
      return true
    })
    if (isDone && isArchived !== undefined) this.#roles.setArchived(id, isArchived)
    return isDone
  }

  /** From now on it is there for nobody; `restore` brings it back as it was, until it is gone for good. */
  async remove(id: string, by: string): Promise<boolean> {
    const isDone = await this.#db.transaction().execute(async (db) => {
      const before = await ownedRow(db, id, by)
      if (!before) return false
      await db.updateTable('project').set({ deleted_at: Date.now(), deleted_by: by }).where('id', '=', id).execute()
      await this.#audit.note({ act: 'project.delete', project: id, person: by, subject: id, detail: before.name }, db)
      return true
    })
    if (isDone) this.#roles.forget(id)
    return isDone
  }

  /** The deleted projects of which this person is an owner, the newest first. */
  async deletedOf(person: string): Promise<Deleted[]> {
    const rows = await this.#db
      .selectFrom('project')
      .innerJoin('member', 'member.project_id', 'project.id')
      .leftJoin('person', 'person.id', 'project.deleted_by')
      .select(['project.id', 'project.name', 'project.deleted_at', 'person.name as by'])
      .where('member.person_id', '=', person)
      .where('member.role', '=', 'owner')
      .where('project.deleted_at', 'is not', null)
      .orderBy('project.deleted_at', 'desc')
      .orderBy('project.id')
      .execute()
    return rows.map(toldDeleted)
  }

  /** Brings it back; false when it is not among those that this person could bring back (any more). */
  async restore(id: string, by: string): Promise<boolean> {
    const members = await this.#db.transaction().execute(async (db) => {
      const { numUpdatedRows } = await db
        .updateTable('project')
        .set({ deleted_at: null, deleted_by: null })
        .where('id', '=', id)
        .where('deleted_at', 'is not', null)
        .where('id', 'in', (eb) =>
          eb.selectFrom('member').select('project_id').where('person_id', '=', by).where('role', '=', 'owner'),
        )
        .executeTakeFirstOrThrow()
      if (numUpdatedRows === 0n) return null
      await this.#audit.note({ act: 'project.restore', project: id, person: by, subject: id }, db)
      return db.selectFrom('member').selectAll().where('project_id', '=', id).execute()
    })
    for (const { person_id, role } of members ?? []) this.#roles.remember(id, person_id, roleSchema.parse(role))
    return members !== null
  }

  /**
   * Makes annotators of all who joined by name and are not members yet: among those all are in all. Who has an account is
   * invited.
   * Whoever was in it and is not any more stays out.
   */
  async enrol(projectId: string): Promise<void> {
    const rows = await this.#db
      .selectFrom('person')
      .select('id')
      .where('has_account', '=', 1)
      .where(signsIn, '=', 0)
      .where('id', 'not in', (eb) => eb.selectFrom('member').select('person_id').where('project_id', '=', projectId))
      .where('id', 'not in', (eb) =>
        eb.selectFrom('former_member').select('person_id').where('project_id', '=', projectId),
      )
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

  /** Unconditionally; what people ask for goes through `Members`, which sees to it that an owner is left. */
  async setRole(projectId: string, person: string, role: Role): Promise<void> {
    await this.#db.transaction().execute((db) => putMember(db, projectId, person, role))
    this.#roles.remember(projectId, person, role)
  }

  #seen(person: string) {
    return this.#db
      .selectFrom('project')
      .innerJoin('member', 'member.project_id', 'project.id')
      .selectAll('project')
      .select(['member.role', articleCount.as('articles')])
      .where('member.person_id', '=', person)
      .where('project.deleted_at', 'is', null)
  }
}

/** The project, when it is there and this person is an owner of it. */
async function ownedRow(db: Kysely<CatalogTables>, id: string, person: string): Promise<ProjectRow | null> {
  const row = await db
    .selectFrom('project')
    .innerJoin('member', 'member.project_id', 'project.id')
    .selectAll('project')
    .where('project.id', '=', id)
    .where('project.deleted_at', 'is', null)
    .where('member.person_id', '=', person)
    .where('member.role', '=', 'owner')
    .executeTakeFirst()
  return row ?? null
}

/** Makes somebody a member, or another one than they were. The roles in memory are to be told when it is on disk. */
export async function putMember(
  db: Kysely<CatalogTables>,
  projectId: string,
  person: string,
  role: Role,
): Promise<void> {
  await db
    .insertInto('member')
    .values({ project_id: projectId, person_id: person, role })
    .onConflict((conflict) => conflict.columns(['project_id', 'person_id']).doUpdateSet({ role }))
    .execute()
  await db.deleteFrom('former_member').where('project_id', '=', projectId).where('person_id', '=', person).execute()
}

const articleCount = sql<number>`(
  select count(*) from article
  where article.project_id = project.id and article.deleted_at is null and article.id not in (
    select replaces from revision inner join article as newer on newer.id = revision.article_id and newer.deleted_at is null
  )
)`

type ProjectRow = Selectable<CatalogTables['project']>

function seenOf(row: ProjectRow & { role: string; articles: number }): SeenProject {
  const memberRole = roleSchema.parse(row.role)
  return {
    ...projectOf(row),
    role: row.archived_at === null ? memberRole : 'viewer',
    memberRole,
    archivedAt: row.archived_at,
    articleCount: row.articles,
  }
}

function projectOf(row: ProjectRow): StoredProject & { revealsItself: boolean } {
  return {
    id: row.id,
    name: row.name,
    mode: z.enum(['open', 'blind']).parse(row.mode),
    revealsItself: row.reveals_itself === 1,
    joining: joiningSchema.parse(row.joining),
    peersJudge: row.peers_judge === 1,
    labelSet: labelSetOf(row.label_set),
    guidelines: row.guidelines,
  }
}

/** How long what was deleted can be brought back, in milliseconds. */
export const KEPT_MS = KEPT_DAYS * 24 * 60 * 60_000

/** What was deleted, as it is told to those who can bring it back. */
export function toldDeleted(row: { id: string; name: string; deleted_at: number | null; by: string | null }): Deleted {
  const deletedAt = row.deleted_at ?? 0
  return { id: row.id, name: row.name, deletedAt, goneAt: deletedAt + KEPT_MS, by: row.by }
}

export function labelSetOf(json: string): LabelSet {
  return labelSetSchema.parse(JSON.parse(json))
}
