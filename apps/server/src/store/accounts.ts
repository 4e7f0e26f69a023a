/**
 * How people sign in: addresses, hashes of passwords, providers, and links that do one thing once. It writes better-auth's
 * own tables, in the form better-auth reads them (its sessions stay its own), because an account, its person and the link
 * that allowed it have to be there together or not at all.
 */
import type { ListedPerson } from '@attest/schema/accounts'
import { type Kysely, sql } from 'kysely'
import { hashToken, makeToken } from '../token.ts'
import type { Audit } from './audit.ts'
import { newId } from './id.ts'
import type { People } from './people.ts'
import type { CatalogTables } from './tables.ts'

/** better-auth's name for a password. */
const CREDENTIAL = 'credential'

/** An account of a provider: who says so, and whom it means. */
export interface Identity {
  issuer: string
  subject: string
}

export interface SignIn {
  email: string
  isConfirmed: boolean
  /** Null for somebody who comes through a provider only. */
  passwordHash: string | null
  issuers: string[]
}

export type LinkKind = 'first' | 'password' | 'email'

export interface AccountLink {
  kind: LinkKind
  person: string | null
  email: string | null
  madeBy: string | null
  expiresAt: number | null
}

export interface NewAccount {
  name: string
  email: string
  isConfirmed: boolean
  passwordHash?: string
  identity?: Identity
}

/** Why there is no account: somebody has the address, or the link is used, over, or never was. */
export type NoAccount = 'email-taken' | 'link-used'

export interface StoredSession {
  id: string
  userAgent: string | null
  createdAt: number
  usedAt: number
}

export class Accounts {
  readonly #db: Kysely<CatalogTables>
  readonly #people: People
  readonly #audit: Audit

  constructor(db: Kysely<CatalogTables>, people: People, audit: Audit) {
    this.#db = db
    this.#people = people
    this.#audit = audit
  }

  /** How this person signs in; null for somebody who has only a name, or no account at all. */
  async find(person: string): Promise<SignIn | null> {
    return findIn(this.#db, person)
  }

  async withEmail(email: string): Promise<{ person: string; signIn: SignIn } | null> {
    const row = await this.#db.selectFrom('user').select('id').where('email', '=', email).executeTakeFirst()
    const signIn = row && (await findIn(this.#db, row.id))
    return signIn ? { person: row.id, signIn } : null
  }

  async withIdentity({ issuer, subject }: Identity): Promise<string | null> {
    const row = await this.#db
      .selectFrom('account')
      .select('userId')
      .where('providerId', '=', issuer)
      .where('accountId', '=', subject)
      .executeTakeFirst()
    return row?.userId ?? null
  }

  /**
   * Makes somebody new, who is a member of nothing. With the first link, the owner of the workspace: somebody new, or
   * whoever owns it by name.
   */
  async add(
    account: NewAccount,
    first?: string,
  ): Promise<{ ok: true; person: string } | { ok: false; why: NoAccount }> {
    const made = await this.#db
      .transaction()
      .execute(async (db) => {
        const link = first === undefined ? null : await takeLink(db, first, 'first')
        if (first !== undefined && !link) return { ok: false, why: 'link-used' } as const
        const owner = link && (await ownerIn(db))
        // They have found another way meanwhile, and the link must not become one into their account.
        if (owner && (await findIn(db, owner))) return { ok: false, why: 'link-used' } as const
        if (await isTaken(db, account.email, owner)) {
          // The link is as it was.
          throw new Refused('email-taken')
        }
        const person = owner ?? newId()
        if (owner === null) await this.#people.add(db, person, account.name, { ownsWorkspace: link !== null })
        await putSignIn(db, person, account)
        await this.#audit.note(
          { act: 'account.create', person, subject: person, detail: link ? 'the first' : null },
          db,
        )
        return { ok: true, person } as const
      })
      .catch(refusal)
    if (made.ok) await this.#people.rememberRoles(made.person)
    return made
  }

  /** A way back for somebody who had only a name. False when somebody has the address. */
  async addSignIn(person: string, account: Omit<NewAccount, 'name'>): Promise<boolean> {
    return this.#db.transaction().execute(async (db) => {
      if (await isTaken(db, account.email, person)) return false
      await putSignIn(db, person, account)
      await this.#audit.note({ act: 'account.create', person, subject: person, detail: 'from a name' }, db)
      return true
    })
  }

  /** One more way to the same account. False when the identity is another’s. */
  async connect(person: string, identity: Identity): Promise<boolean> {
    return this.#db
      .transaction()
      .execute(async (db) => {
        await putIdentity(db, person, identity)
        return true
      })
      .catch((error: unknown) => refusal(error).ok)
  }

  /** Parts it from every provider. False when nothing would be left to sign in with. */
  async disconnect(person: string): Promise<boolean> {
    return this.#db.transaction().execute(async (db) => {
      const signIn = await findIn(db, person)
      if (!signIn || signIn.passwordHash === null) return false
      await db.deleteFrom('account').where('userId', '=', person).where('providerId', '!=', CREDENTIAL).execute()
      return true
    })
  }

  /** Also where it has none yet. */
  async setPassword(person: string, passwordHash: string, detail: string): Promise<void> {
    await this.#db.transaction().execute(async (db) => {
      await putPassword(db, person, passwordHash)
      // Links to set one are for somebody who does not know it.
      await db.deleteFrom('account_link').where('person_id', '=', person).where('kind', '=', 'password').execute()
      await this.#audit.note({ act: 'account.password', person, subject: person, detail }, db)
    })
  }

  /** Sets the password that a link allows, once. With `email`, for somebody who had only a name. */
  async resetPassword(
    token: string,
    passwordHash: string,
    email: string | undefined,
  ): Promise<{ ok: true; person: string } | { ok: false; why: NoAccount }> {
    return this.#db
      .transaction()
      .execute(async (db) => {
        const link = await takeLink(db, token, 'password')
        if (!link?.person) return { ok: false, why: 'link-used' } as const
        const { person } = link
        const known = await findIn(db, person)
        if (!known) {
          if (email === undefined) throw new Refused('link-used')
          if (await isTaken(db, email, person)) throw new Refused('email-taken')
          await putSignIn(db, person, { email, isConfirmed: false, passwordHash })
        } else {
          await putPassword(db, person, passwordHash)
          // Whoever has it was sent it at this address.
          if (link.email !== null && link.email === known.email) {
            await db.updateTable('user').set({ emailVerified: 1 }).where('id', '=', person).execute()
            // Somebody else may have written it into a form before, and joined an identity of their own to the account.
            if (!known.isConfirmed)
              await db
                .deleteFrom('account')
                .where('userId', '=', person)
                .where('providerId', '!=', CREDENTIAL)
                .execute()
          }
        }
        // All others of the kind as well, wherever they were sent.
        await db.deleteFrom('account_link').where('person_id', '=', person).execute()
        await this.#audit.note(
          {
            act: 'account.password',
            person,
            subject: person,
            detail: link.madeBy ? 'by a link of the owner' : 'by a link',
          },
          db,
        )
        return { ok: true, person } as const
      })
      .catch(refusal)
  }

  /** False when somebody has it. */
  async setEmail(person: string, email: string, isConfirmed: boolean): Promise<boolean> {
    return this.#db.transaction().execute(async (db) => {
      if (await isTaken(db, email, person)) return false
      await putEmail(db, person, email, isConfirmed)
      return true
    })
  }

  /** Takes the address that a link was sent to for its person's own. */
  async confirmEmail(token: string): Promise<{ ok: true; email: string } | { ok: false; why: NoAccount }> {
    return this.#db
      .transaction()
      .execute(async (db) => {
        const link = await takeLink(db, token, 'email')
        if (!link?.person || link.email === null) return { ok: false, why: 'link-used' } as const
        if (await isTaken(db, link.email, link.person)) throw new Refused('email-taken')
        await putEmail(db, link.person, link.email, true)
        return { ok: true, email: link.email } as const
      })
      .catch(refusal)
  }

  /** A link that does one thing once; the token is only ever known here and to whom it is given. */
  async makeLink(
    link: Omit<AccountLink, 'expiresAt'> & { forMs: number; detail?: string },
  ): Promise<{ token: string; expiresAt: number }> {
    const token = makeToken()
    const expiresAt = Date.now() + link.forMs
    await this.#db.transaction().execute(async (db) => {
      await db.deleteFrom('account_link').where('expires_at', '<', Date.now()).execute()
      // A new one is made where the old one was lost.
      await db.deleteFrom('account_link').where('person_id', '=', link.person).where('kind', '=', link.kind).execute()
      await putLink(db, token, { ...link, expiresAt })
      if (link.kind === 'password')
        await this.#audit.note(
          {
            act: 'account.reset-link',
            person: link.madeBy,
            subject: link.person,
            detail: link.detail ?? (link.madeBy ? 'made' : 'by mail'),
          },
          db,
        )
    })
    return { token, expiresAt }
  }

  async readLink(token: string): Promise<AccountLink | null> {
    return readLinkIn(this.#db, token)
  }

  /** Whether nobody can sign in who owns the workspace. */
  async isNew(): Promise<boolean> {
    const row = await this.#db
      .selectFrom('person')
      .innerJoin('account', 'account.userId', 'person.id')
      .select('person.id')
      .where('owns_workspace', '=', 1)
      .executeTakeFirst()
    return row === undefined
  }

  /** Whoever owns the workspace and has only a name; the first account becomes theirs. */
  async ownerByName(): Promise<string | null> {
    const owner = await ownerIn(this.#db)
    return owner !== null && !(await this.find(owner)) ? owner : null
  }

  /** The link for the first account, in place of an older one. */
  async putFirstLink(token: string): Promise<void> {
    await this.#db.transaction().execute(async (db) => {
      await db.deleteFrom('account_link').where('kind', '=', 'first').execute()
      await putLink(db, token, { kind: 'first', person: null, email: null, madeBy: null, expiresAt: null })
    })
  }

  /** Sessions that have neither ended nor run out, the last used first. */
  async sessions(person: string): Promise<StoredSession[]> {
    const rows = await this.#db
      .selectFrom('session')
      .select(['id', 'userAgent', 'createdAt', 'updatedAt'])
      .where('userId', '=', person)
      .where('expiresAt', '>', new Date().toISOString())
      .orderBy('updatedAt', 'desc')
      .orderBy('id')
      .execute()
    return rows.map(({ id, userAgent, createdAt, updatedAt }) => ({
      id,
      userAgent,
      createdAt: Date.parse(createdAt),
      usedAt: Date.parse(updatedAt),
    }))
  }

  /** Ends one session of this person, or all but one; says which were ended. */
  async endSessions(
    person: string,
    which: { only: string } | { except: string | null },
    by: string,
  ): Promise<string[]> {
    return this.#db.transaction().execute(async (db) => {
      let deletion = db.deleteFrom('session').where('userId', '=', person)
      if ('only' in which) deletion = deletion.where('id', '=', which.only)
      else if (which.except !== null) deletion = deletion.where('id', '!=', which.except)
      const ended = (await deletion.returning('id').execute()).map(({ id }) => id)
      if (ended.length > 0)
        await this.#audit.note(
          {
            act: 'account.session-end',
            person: by,
            subject: person,
            detail: ended.length === 1 ? 'one session' : `${ended.length} sessions`,
          },
          db,
        )
      return ended
    })
  }

  /**
   * Takes the account away, and leaves the name on what they made. Nothing of them acts any more: sessions and links
   * end, and says which sessions those were. Their memberships are to be ended before.
   */
  async close(person: string, by: string): Promise<string[]> {
    return this.#db.transaction().execute(async (db) => {
      const sessions = await db.deleteFrom('session').where('userId', '=', person).returning('id').execute()
      await db.deleteFrom('account').where('userId', '=', person).execute()
      await db.deleteFrom('user').where('id', '=', person).execute()
      await db
        .deleteFrom('account_link')
        .where((or) => or.or([or('person_id', '=', person), or('made_by', '=', person)]))
        .execute()
      await db.updateTable('person').set({ has_account: 0 }).where('id', '=', person).execute()
      await this.#audit.note({ act: 'account.close', person: by, subject: person }, db)
      return sessions.map(({ id }) => id)
    })
  }

  /** The projects that nobody else could manage who can sign in. */
  async ownedAlone(person: string): Promise<{ id: string; name: string }[]> {
    return this.#db
      .selectFrom('member as own')
      .innerJoin('project', 'project.id', 'own.project_id')
      .select(['project.id', 'project.name'])
      .where('own.person_id', '=', person)
      .where('own.role', '=', 'owner')
      .where('project.deleted_at', 'is', null)
      .where((eb) =>
        eb.not(
          eb.exists(
            eb
              .selectFrom('member as other')
              .innerJoin('person', 'person.id', 'other.person_id')
              .select('other.person_id')
              .whereRef('other.project_id', '=', 'own.project_id')
              .where('other.person_id', '!=', person)
              .where('other.role', '=', 'owner')
              .where('person.has_account', '=', 1),
          ),
        ),
      )
      .orderBy('project.name')
      .execute()
  }

  /** The projects somebody is in. */
  async projectsOf(person: string): Promise<string[]> {
    const rows = await this.#db.selectFrom('member').select('project_id').where('person_id', '=', person).execute()
    return rows.map((row) => row.project_id)
  }

  /** Everybody who can or could sign in here, for the owner of the workspace. */
  async list(): Promise<ListedPerson[]> {
    const rows = await this.#db
      .selectFrom('person')
      .leftJoin('user', 'user.id', 'person.id')
      .select(['person.id', 'person.name', 'person.color', 'person.owns_workspace', 'person.created_at', 'user.email'])
      .select((eb) => [
        eb
          .selectFrom('session')
          .whereRef('session.userId', '=', 'person.id')
          .where('session.expiresAt', '>', new Date().toISOString())
          .select(sql<string | null>`max(session."updatedAt")`.as('at'))
          .as('used_at'),
        eb
          .exists(eb.selectFrom('account').whereRef('account.userId', '=', 'person.id').select('account.id'))
          .as('signs_in'),
      ])
      // Those who are only the author of what was imported never were here.
      .where((or) =>
        or.or([
          or('person.has_account', '=', 1),
          or.exists(
            or
              .selectFrom('audit')
              .whereRef('audit.subject', '=', 'person.id')
              .where('act', '=', 'account.close')
              .select('audit.seq'),
          ),
        ]),
      )
      .orderBy('person.created_at')
      .orderBy('person.id')
      .execute()
    return rows.map((row) => ({
      id: row.id,
      name: row.name,
      color: row.color,
      email: row.signs_in ? row.email : null,
      ownsWorkspace: row.owns_workspace === 1,
      isClosed: row.email === null,
      createdAt: row.created_at,
      usedAt: row.used_at === null ? null : Date.parse(row.used_at),
    }))
  }
}

/** Carries a refusal out of a transaction, so that it is rolled back. */
class Refused extends Error {
  readonly why: NoAccount

  constructor(why: NoAccount) {
    super(why)
    this.why = why
  }
}

function refusal(error: unknown): { ok: false; why: NoAccount } {
  if (error instanceof Refused) return { ok: false, why: error.why }
  throw error
}

async function findIn(db: Kysely<CatalogTables>, person: string): Promise<SignIn | null> {
  const rows = await db
    .selectFrom('user')
    .innerJoin('account', 'account.userId', 'user.id')
    .select(['user.email', 'user.emailVerified', 'account.providerId', 'account.password'])
    .where('user.id', '=', person)
    .execute()
  const [first] = rows
  if (!first) return null
  return {
    email: first.email,
    isConfirmed: first.emailVerified === 1,
    passwordHash: rows.find((row) => row.providerId === CREDENTIAL)?.password ?? null,
    issuers: rows.flatMap((row) => (row.providerId === CREDENTIAL ? [] : [row.providerId])),
  }
}

async function ownerIn(db: Kysely<CatalogTables>): Promise<string | null> {
  const row = await db.selectFrom('person').select('id').where('owns_workspace', '=', 1).executeTakeFirst()
  return row?.id ?? null
}

async function isTaken(db: Kysely<CatalogTables>, email: string, person: string | null): Promise<boolean> {
  const row = await db.selectFrom('user').select('id').where('email', '=', email).executeTakeFirst()
  return row !== undefined && row.id !== person
}

async function putSignIn(db: Kysely<CatalogTables>, person: string, account: Omit<NewAccount, 'name'>): Promise<void> {
  const now = new Date().toISOString()
  const { email, isConfirmed, passwordHash, identity } = account
  const verified = isConfirmed ? 1 : 0
  await db
    .insertInto('user')
    // The name people see is the catalog's.
    .values({ id: person, name: person, email, emailVerified: verified, createdAt: now, updatedAt: now })
    .onConflict((conflict) => conflict.column('id').doUpdateSet({ email, emailVerified: verified, updatedAt: now }))
    .execute()
  if (passwordHash !== undefined) await putPassword(db, person, passwordHash)
  if (identity) await putIdentity(db, person, identity)
}

async function putPassword(db: Kysely<CatalogTables>, person: string, password: string): Promise<void> {
  const updatedAt = new Date().toISOString()
  const { numUpdatedRows } = await db
    .updateTable('account')
    .set({ password, updatedAt })
    .where('userId', '=', person)
    .where('providerId', '=', CREDENTIAL)
    .executeTakeFirstOrThrow()
  if (numUpdatedRows > 0n) return
  const row = { id: newId(), accountId: person, providerId: CREDENTIAL, userId: person, password }
  await db
    .insertInto('account')
    .values({ ...row, createdAt: updatedAt, updatedAt })
    .execute()
}

async function putIdentity(db: Kysely<CatalogTables>, person: string, { issuer, subject }: Identity): Promise<void> {
  const now = new Date().toISOString()
  const known = await db
    .selectFrom('account')
    .select('userId')
    .where('providerId', '=', issuer)
    .where('accountId', '=', subject)
    .executeTakeFirst()
  if (known?.userId === person) return
  if (known) throw new Refused('email-taken')
  const row = { id: newId(), accountId: subject, providerId: issuer, userId: person, password: null }
  await db
    .insertInto('account')
    .values({ ...row, createdAt: now, updatedAt: now })
    .execute()
}

async function putEmail(db: Kysely<CatalogTables>, person: string, email: string, isConfirmed: boolean): Promise<void> {
  await db
    .updateTable('user')
    .set({ email, emailVerified: isConfirmed ? 1 : 0, updatedAt: new Date().toISOString() })
    .where('id', '=', person)
    .execute()
  // What was sent to the address before could confirm it, or set a password.
  await db.deleteFrom('account_link').where('person_id', '=', person).execute()
}

async function putLink(db: Kysely<CatalogTables>, token: string, link: AccountLink): Promise<void> {
  await db
    .insertInto('account_link')
    .values({
      token_hash: hashToken(token),
      kind: link.kind,
      person_id: link.person,
      email: link.email,
      made_by: link.madeBy,
      created_at: Date.now(),
      expires_at: link.expiresAt,
    })
    .execute()
}

async function readLinkIn(db: Kysely<CatalogTables>, token: string): Promise<AccountLink | null> {
  const row = await db
    .selectFrom('account_link')
    .selectAll()
    .where('token_hash', '=', hashToken(token))
    .executeTakeFirst()
  if (!row || (row.expires_at !== null && row.expires_at <= Date.now())) return null
  // Only this class writes it.
  const kind = row.kind as LinkKind
  return { kind, person: row.person_id, email: row.email, madeBy: row.made_by, expiresAt: row.expires_at }
}

/** The link, if it is good for this; from now on it is good for nothing. */
async function takeLink(db: Kysely<CatalogTables>, token: string, kind: LinkKind): Promise<AccountLink | null> {
  const link = await readLinkIn(db, token)
  if (link?.kind !== kind) return null
  await db.deleteFrom('account_link').where('token_hash', '=', hashToken(token)).execute()
  return link
}
