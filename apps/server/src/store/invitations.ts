/**
 * Invitations into a project: by a link that holds a token, of which only the hash is kept. Each ends with its time, its
 * uses, its project, or with the right of its maker to invite.
 */
import type { Person } from '@attest/schema/api'
import { outranks, type Role, roleSchema } from '@attest/schema/roles'
import type { Kysely } from 'kysely'
import { hashToken, makeToken } from '../token.ts'
import type { Audit } from './audit.ts'
import { newId } from './id.ts'
import { putMember } from './projects.ts'
import type { Roles } from './roles.ts'
import type { CatalogTables } from './tables.ts'

/** Why an invitation lets nobody in: it never was or its project is gone; its time, its uses, or itself is over. */
export type WhyNot = 'unknown' | 'expired' | 'used-up' | 'ended'

/** A good invitation, as whoever has the link may see it. */
export interface GoodInvitation {
  id: string
  project: { id: string; name: string }
  role: Role
  /** Who invites. */
  by: Person
  expiresAt: number
  createdAt: number
}

export type FoundInvitation = { ok: true; invitation: GoodInvitation } | { ok: false; why: WhyNot }

export type Accepted =
  /** `isNew` is false for somebody who had this role or a higher one already: nothing was changed or used up. */
  { ok: true; projectId: string; role: Role; isNew: boolean } | { ok: false; why: WhyNot | 'removed' }

export interface NewInvitation {
  projectId: string
  role: Role
  by: string
  email: string | null
  expiresAt: number
  /** Null for any number. */
  maxUses: number | null
}

/** An invitation as the owners of its project see it. */
export interface ListedInvitation extends Omit<NewInvitation, 'projectId' | 'by'> {
  id: string
  by: Person
  createdAt: number
  uses: { person: Person; at: number }[]
  /** Null while it lets people in. */
  whyNot: Exclude<WhyNot, 'unknown'> | null
}

export class Invitations {
  readonly #db: Kysely<CatalogTables>
  readonly #roles: Roles
  readonly #audit: Audit

  constructor(db: Kysely<CatalogTables>, roles: Roles, audit: Audit) {
    this.#db = db
    this.#roles = roles
    this.#audit = audit
  }

  /** The token is only ever known here and to whom it is given. Null when its maker may not invite (any more). */
  async add(invitation: NewInvitation): Promise<{ id: string; token: string } | null> {
    const { projectId, role, by, email, expiresAt, maxUses } = invitation
    const token = makeToken()
    const id = newId()
    const isDone = await this.#db.transaction().execute(async (db) => {
      if (!(await isOwner(db, projectId, by))) return false
      await db
        .insertInto('invitation')
        .values({
          id,
          project_id: projectId,
          token_hash: hashToken(token),
          role,
          made_by: by,
          email,
          created_at: Date.now(),
          expires_at: expiresAt,
          max_uses: maxUses,
        })
        .execute()
      await this.#audit.note(
        { act: 'invitation.create', project: projectId, person: by, subject: id, detail: role },
        db,
      )
      return true
    })
    return isDone ? { id, token } : null
  }

  /** Whether it is good, and for what. It says nothing of a project that is not there (any more). */
  async find(token: string): Promise<FoundInvitation> {
    return findIn(this.#db, token)
  }

  /** Makes somebody a member. All of it is one transaction: of two who take the last use at once, one is let in. */
  async accept(token: string, person: string): Promise<Accepted> {
    const accepted = await this.#db.transaction().execute(async (db): Promise<Accepted> => {
      const found = await findIn(db, token)
      if (!found.ok) return found
      const { id, project, role, createdAt } = found.invitation
      const member = await db
        .selectFrom('member')
        .select('role')
        .where('project_id', '=', project.id)
        .where('person_id', '=', person)
        .executeTakeFirst()
      const now = member && roleSchema.parse(member.role)
      // It never lowers a role.
      if (now && !outranks(role, now)) return { ok: true, projectId: project.id, role: now, isNew: false }
      const former = await db
        .selectFrom('former_member')
        .select(['left_at', 'is_removed'])
        .where('project_id', '=', project.id)
        .where('person_id', '=', person)
        .executeTakeFirst()
      // Else whoever still has a link for many would be back a minute after they were removed.
      if (former?.is_removed === 1 && former.left_at >= createdAt) return { ok: false, why: 'removed' }
      await db
        .updateTable('invitation')
        .set((eb) => ({ uses: eb('uses', '+', 1) }))
        .where('id', '=', id)
        .execute()
      await db
        .insertInto('invitation_use')
        .values({ invitation_id: id, person_id: person, at: Date.now() })
        .onConflict((conflict) => conflict.doNothing())
        .execute()
      await putMember(db, project.id, person, role)
      const act = now ? 'member.role' : 'member.add'
      const detail = now ? `${now} → ${role}, by an invitation` : `${role}, by an invitation`
      await this.#audit.note({ act, project: project.id, person, subject: person, detail }, db)
      return { ok: true, projectId: project.id, role, isNew: true }
    })
    if (accepted.ok && accepted.isNew) this.#roles.remember(accepted.projectId, person, accepted.role)
    return accepted
  }

  /** Those of a project, the newest first, with who used them. */
  async of(projectId: string): Promise<ListedInvitation[]> {
    const rows = await this.#db
      .selectFrom('invitation')
      .innerJoin('person', 'person.id', 'invitation.made_by')
      .selectAll('invitation')
      .select(['person.name', 'person.color'])
      .where('project_id', '=', projectId)
      .orderBy('invitation.created_at', 'desc')
      .orderBy('invitation.id')
      .limit(MOST_LISTED)
      .execute()
    const uses = await this.#db
      .selectFrom('invitation_use')
      .innerJoin('invitation', 'invitation.id', 'invitation_use.invitation_id')
      .innerJoin('person', 'person.id', 'invitation_use.person_id')
      .select(['invitation_use.invitation_id', 'invitation_use.at', 'person.id', 'person.name', 'person.color'])
      .where('invitation.project_id', '=', projectId)
      .orderBy('invitation_use.at')
      .execute()
    const byInvitation = Map.groupBy(uses, ({ invitation_id }) => invitation_id)
    return rows.map((row) => ({
      id: row.id,
      role: roleSchema.parse(row.role),
      by: { id: row.made_by, name: row.name, color: row.color },
      email: row.email,
      createdAt: row.created_at,
      expiresAt: row.expires_at,
      maxUses: row.max_uses,
      uses: (byInvitation.get(row.id) ?? []).map(({ id, name, color, at }) => ({ person: { id, name, color }, at })),
      whyNot: whyNot(row),
    }))
  }

  /** How many of a project still let people in. */
  async countOpen(projectId: string): Promise<number> {
    return (await this.of(projectId)).filter((one) => one.whyNot === null).length
  }

  /** Ends it; false when the project has no such invitation that is open. */
  async end(projectId: string, id: string, by: string): Promise<boolean> {
    return this.#db.transaction().execute(async (db) => {
      const { numUpdatedRows } = await db
        .updateTable('invitation')
        .set({ ended_at: Date.now() })
        .where('project_id', '=', projectId)
        .where('id', '=', id)
        .where('ended_at', 'is', null)
        .executeTakeFirstOrThrow()
      if (numUpdatedRows === 0n) return false
      await this.#audit.note({ act: 'invitation.revoke', project: projectId, person: by, subject: id }, db)
      return true
    })
  }
}

/** The older ones of a project that has had more are not of interest to anybody. */
const MOST_LISTED = 300

async function findIn(db: Kysely<CatalogTables>, token: string): Promise<FoundInvitation> {
  const row = await db
    .selectFrom('invitation')
    .innerJoin('project', 'project.id', 'invitation.project_id')
    .innerJoin('person', 'person.id', 'invitation.made_by')
    .selectAll('invitation')
    .select(['project.name as projectName', 'person.name', 'person.color'])
    .where('token_hash', '=', hashToken(token))
    .where('project.deleted_at', 'is', null)
    .executeTakeFirst()
  if (!row) return { ok: false, why: 'unknown' }
  const why = whyNot(row)
  if (why) return { ok: false, why }
  // Their invitations are ended with their right to invite; this is the second lock on that door.
  if (!(await isOwner(db, row.project_id, row.made_by))) return { ok: false, why: 'ended' }
  return {
    ok: true,
    invitation: {
      id: row.id,
      project: { id: row.project_id, name: row.projectName },
      role: roleSchema.parse(row.role),
      by: { id: row.made_by, name: row.name, color: row.color },
      expiresAt: row.expires_at,
      createdAt: row.created_at,
    },
  }
}

function whyNot(row: {
  ended_at: number | null
  expires_at: number
  max_uses: number | null
  uses: number
}): Exclude<WhyNot, 'unknown'> | null {
  if (row.ended_at !== null) return 'ended'
  if (row.expires_at <= Date.now()) return 'expired'
  if (row.max_uses !== null && row.uses >= row.max_uses) return 'used-up'
  return null
}

async function isOwner(db: Kysely<CatalogTables>, projectId: string, person: string): Promise<boolean> {
  const row = await db
    .selectFrom('member')
    .innerJoin('project', 'project.id', 'member.project_id')
    .select('member.role')
    .where('project_id', '=', projectId)
    .where('person_id', '=', person)
    .where('project.deleted_at', 'is', null)
    .executeTakeFirst()
  return row?.role === 'owner'
}
