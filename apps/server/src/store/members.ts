/**
 * Who is what in a project, as its people change it. Each act is one transaction that looks at what holds at that
 * moment: that whoever asks is an owner still, and that somebody is left who can manage the project.
 */
import type { Person } from '@attest/schema/api'
import { type Role, roleSchema } from '@attest/schema/roles'
import type { Kysely } from 'kysely'
import type { Audit } from './audit.ts'
import { putMember } from './projects.ts'
import type { Roles } from './roles.ts'
import type { CatalogTables } from './tables.ts'

export interface ListedMember extends Person {
  role: Role
  /** False for somebody whose marks came with a file. */
  canSignIn: boolean
}

export interface FormerMember extends Person {
  leftAt: number
  /** By an owner; else they left. */
  isRemoved: boolean
}

/** Why it was not done: the asking person is no owner; there is no such member; nobody else could manage the project. */
export type MemberRefusal = 'not-owner' | 'no-member' | 'last-owner' | 'cannot-sign-in'

interface Act {
  projectId: string
  /** Who asks for it. */
  by: string
  person: string
}

export class Members {
  readonly #db: Kysely<CatalogTables>
  readonly #roles: Roles
  readonly #audit: Audit

  constructor(db: Kysely<CatalogTables>, roles: Roles, audit: Audit) {
    this.#db = db
    this.#roles = roles
    this.#audit = audit
  }

  async of(projectId: string): Promise<ListedMember[]> {
    const rows = await this.#db
      .selectFrom('member')
      .innerJoin('person', 'person.id', 'member.person_id')
      .select(['person.id', 'person.name', 'person.color', 'person.has_account', 'member.role'])
      .where('member.project_id', '=', projectId)
      .orderBy('person.name_key')
      .orderBy('person.id')
      .execute()
    return rows.map(({ has_account, ...row }) => ({
      ...row,
      role: roleSchema.parse(row.role),
      canSignIn: has_account === 1,
    }))
  }

  /** Who was in it and is not any more, the last first. */
  async formerOf(projectId: string): Promise<FormerMember[]> {
    const rows = await this.#db
      .selectFrom('former_member')
      .innerJoin('person', 'person.id', 'former_member.person_id')
      .select(['person.id', 'person.name', 'person.color', 'former_member.left_at', 'former_member.is_removed'])
      .where('former_member.project_id', '=', projectId)
      .orderBy('former_member.left_at', 'desc')
      .orderBy('person.id')
      .execute()
    return rows.map(({ left_at, is_removed, ...row }) => ({ ...row, leftAt: left_at, isRemoved: is_removed === 1 }))
  }

  /** Gives a member, or somebody who was one, a role. Anybody who can sign in, when the owner of the workspace asks. */
  async give({ projectId, by, person, role }: Act & { role: Role }): Promise<MemberRefusal | null> {
    const refusal = await this.#db.transaction().execute(async (db): Promise<MemberRefusal | null> => {
      if (!(await isOwner(db, projectId, by))) return 'not-owner'
      const before = await roleIn(db, projectId, person)
      if (before === role) return null
      if (!before && !(await mayBeAdded(db, { projectId, by, person }))) return 'no-member'
      if (role === 'owner' && !(await canSignIn(db, person))) return 'cannot-sign-in'
      if (before === 'owner' && !(await hasOtherOwner(db, projectId, person))) return 'last-owner'
      await putMember(db, projectId, person, role)
      if (before === 'owner') await endInvitationsOf(db, projectId, person)
      await this.#audit.note(
        {
          act: before ? 'member.role' : 'member.add',
          project: projectId,
          person: by,
          subject: person,
          detail: before ? `${before} → ${role}` : role,
        },
        db,
      )
      return null
    })
    if (refusal === null) this.#roles.remember(projectId, person, role)
    return refusal
  }

  /** Takes somebody out of the project, or oneself. Their records and their name on them stay. */
  async remove({ projectId, by, person }: Act): Promise<MemberRefusal | null> {
    const isLeaving = by === person
    const refusal = await this.#db.transaction().execute(async (db): Promise<MemberRefusal | null> => {
      if (!isLeaving && !(await isOwner(db, projectId, by))) return 'not-owner'
      const before = await roleIn(db, projectId, person)
      if (!before) return 'no-member'
      if (before === 'owner' && !(await hasOtherOwner(db, projectId, person))) return 'last-owner'
      await db.deleteFrom('member').where('project_id', '=', projectId).where('person_id', '=', person).execute()
      const left = { left_at: Date.now(), is_removed: isLeaving ? 0 : 1 }
      await db
        .insertInto('former_member')
        .values({ project_id: projectId, person_id: person, ...left })
        .onConflict((conflict) => conflict.columns(['project_id', 'person_id']).doUpdateSet(left))
        .execute()
      await endInvitationsOf(db, projectId, person)
      const act = isLeaving ? 'member.leave' : 'member.remove'
      await this.#audit.note({ act, project: projectId, person: by, subject: person, detail: before }, db)
      return null
    })
    if (refusal === null) this.#roles.forget(projectId, person)
    return refusal
  }

  /** Makes another member an owner, and oneself something less, as one act: there is no moment with none or with two. */
  async transfer({ projectId, by, person, role }: Act & { role: Role }): Promise<MemberRefusal | null> {
    const refusal = await this.#db.transaction().execute(async (db): Promise<MemberRefusal | null> => {
      if (!(await isOwner(db, projectId, by))) return 'not-owner'
      const before = await roleIn(db, projectId, person)
      if (!before || by === person) return 'no-member'
      if (!(await canSignIn(db, person))) return 'cannot-sign-in'
      await putMember(db, projectId, person, 'owner')
      await putMember(db, projectId, by, role)
      if (role !== 'owner') await endInvitationsOf(db, projectId, by)
      const note = { act: 'member.role', project: projectId, person: by } as const
      if (before !== 'owner')
        await this.#audit.note({ ...note, subject: person, detail: `${before} → owner, by transfer` }, db)
      if (role !== 'owner') await this.#audit.note({ ...note, subject: by, detail: `owner → ${role}, by transfer` }, db)
      return null
    })
    if (refusal === null) {
      this.#roles.remember(projectId, person, 'owner')
      this.#roles.remember(projectId, by, role)
    }
    return refusal
  }
}

async function roleIn(db: Kysely<CatalogTables>, projectId: string, person: string): Promise<Role | null> {
  const row = await db
    .selectFrom('member')
    .innerJoin('project', 'project.id', 'member.project_id')
    .select('member.role')
    .where('project_id', '=', projectId)
    .where('person_id', '=', person)
    .where('project.deleted_at', 'is', null)
    .executeTakeFirst()
  return row ? roleSchema.parse(row.role) : null
}

async function isOwner(db: Kysely<CatalogTables>, projectId: string, person: string): Promise<boolean> {
  return (await roleIn(db, projectId, person)) === 'owner'
}

/** Somebody who came with a file may be called an owner there, and can do nothing here. */
async function hasOtherOwner(db: Kysely<CatalogTables>, projectId: string, person: string): Promise<boolean> {
  const row = await db
    .selectFrom('member')
    .innerJoin('person', 'person.id', 'member.person_id')
    .select('person.id')
    .where('project_id', '=', projectId)
    .where('role', '=', 'owner')
    .where('person.has_account', '=', 1)
    .where('person.id', '!=', person)
    .executeTakeFirst()
  return row !== undefined
}

async function canSignIn(db: Kysely<CatalogTables>, person: string): Promise<boolean> {
  const row = await db.selectFrom('person').select('has_account').where('id', '=', person).executeTakeFirst()
  return row?.has_account === 1
}

/** Who was a member can be one again; the owner of the workspace knows all of its people. Others are invited. */
async function mayBeAdded(db: Kysely<CatalogTables>, { projectId, by, person }: Act): Promise<boolean> {
  const former = await db
    .selectFrom('former_member')
    .select('person_id')
    .where('project_id', '=', projectId)
    .where('person_id', '=', person)
    .executeTakeFirst()
  if (former) return true
  const owner = await db.selectFrom('person').select('owns_workspace').where('id', '=', by).executeTakeFirst()
  return owner?.owns_workspace === 1 && (await canSignIn(db, person))
}

async function endInvitationsOf(db: Kysely<CatalogTables>, projectId: string, person: string): Promise<void> {
  await db
    .updateTable('invitation')
    .set({ ended_at: Date.now() })
    .where('project_id', '=', projectId)
    .where('made_by', '=', person)
    .where('ended_at', 'is', null)
    .execute()
}
