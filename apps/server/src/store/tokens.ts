/**
 * Personal tokens. A lookup finds only one that is good at this moment, so a token that was revoked or has run out, and one
 * whose person or project is gone, opens nothing from the next request on.
 */
import { MOST_TOKENS, type Scope, scopeSchema, TOKEN_PREFIX, type Token } from '@attest/schema/token'
import type { Kysely, Selectable } from 'kysely'
import * as z from 'zod'
import { hashToken, makeToken } from '../token.ts'
import type { Audit } from './audit.ts'
import { newId } from './id.ts'
import { FullDisk } from './store.ts'
import type { CatalogTables } from './tables.ts'

/** What a token lets its bearer do, and as whom. */
export interface Grant {
  id: string
  person: string
  scopes: readonly Scope[]
  /** The only project it is for; null for all of its person's. */
  project: string | null
}

export interface NewTokenOf {
  person: string
  name: string
  scopes: readonly Scope[]
  project: string | null
  expiresAt: number
}

/** That it was used is noted once in so long. */
const NOTED_EVERY_MS = 60_000

const scopesSchema = z.array(scopeSchema)

export class Tokens {
  readonly #db: Kysely<CatalogTables>
  readonly #audit: Audit

  constructor(db: Kysely<CatalogTables>, audit: Audit) {
    this.#db = db
    this.#audit = audit
  }

  /** The one time that the token itself is seen; null where its person has as many as they can have. */
  async add({ person, name, scopes, project, expiresAt }: NewTokenOf): Promise<{ token: string; kept: Token } | null> {
    const token = TOKEN_PREFIX + makeToken()
    const id = newId()
    const row = await this.#db.transaction().execute(async (db) => {
      if ((await countOf(person, db)) >= MOST_TOKENS) return null
      const row = await db
        .insertInto('personal_token')
        .values({
          id,
          token_hash: hashToken(token),
          person_id: person,
          name,
          scopes: [...new Set(scopes)].join(' '),
          project_id: project,
          created_at: Date.now(),
          expires_at: expiresAt,
          used_at: null,
          revoked_at: null,
        })
        .returningAll()
        .executeTakeFirstOrThrow()
      await this.#audit.note(
        { act: 'token.create', project, person, subject: id, detail: `${name}: ${row.scopes}` },
        db,
      )
      return row
    })
    return row && { token, kept: tokenOf(row) }
  }

  /** The newest first; those that are no good any more stay in the list for a while. */
  async of(person: string): Promise<Token[]> {
    const rows = await this.#db
      .selectFrom('personal_token')
      .selectAll()
      .where('person_id', '=', person)
      .orderBy('created_at', 'desc')
      .orderBy('id')
      .limit(200)
      .execute()
    return rows.map(tokenOf)
  }

  /** False where this person has no such token that could be revoked. */
  async revoke(person: string, id: string): Promise<boolean> {
    return this.#db.transaction().execute(async (db) => {
      const row = await db
        .updateTable('personal_token')
        .set({ revoked_at: Date.now() })
        .where('id', '=', id)
        .where('person_id', '=', person)
        .where('revoked_at', 'is', null)
        .returning(['name', 'project_id'])
        .executeTakeFirst()
      if (!row) return false
      const note = { act: 'token.revoke', project: row.project_id, person, subject: id, detail: row.name } as const
      await this.#audit.note(note, db)
      return true
    })
  }

  /** All of a person's that are good now; says which those were. */
  async revokeAll(person: string, by: string): Promise<string[]> {
    return this.#db.transaction().execute(async (db) => {
      const rows = await db
        .updateTable('personal_token')
        .set({ revoked_at: Date.now() })
        .where('person_id', '=', person)
        .where('revoked_at', 'is', null)
        .where('expires_at', '>', Date.now())
        .returning(['id', 'name', 'project_id'])
        .execute()
      for (const { id, name, project_id } of rows)
        await this.#audit.note({ act: 'token.revoke', project: project_id, person: by, subject: id, detail: name }, db)
      return rows.map(({ id }) => id)
    })
  }

  /** Null for what is no token, or none that is good now. */
  async find(token: string): Promise<Grant | null> {
    const row = await this.#good().where('personal_token.token_hash', '=', hashToken(token)).executeTakeFirst()
    if (!row) return null
    if (row.used_at === null || Number(row.used_at) < Date.now() - NOTED_EVERY_MS) await this.#noteUse(row.id)
    return {
      id: row.id,
      person: row.person_id,
      scopes: scopesSchema.parse(row.scopes.split(' ')),
      project: row.project_id,
    }
  }

  /** Those of these that are good now. */
  async standing(ids: readonly string[]): Promise<string[]> {
    if (ids.length === 0) return []
    const rows = await this.#good().where('personal_token.id', 'in', ids).execute()
    return rows.map(({ id }) => id)
  }

  /** Of people who can still sign in, and of a project that is there. */
  #good() {
    return this.#db
      .selectFrom('personal_token')
      .innerJoin('user', 'user.id', 'personal_token.person_id')
      .leftJoin('project', 'project.id', 'personal_token.project_id')
      .select(['personal_token.id', 'personal_token.person_id', 'personal_token.scopes'])
      .select(['personal_token.project_id', 'personal_token.used_at'])
      .where('personal_token.revoked_at', 'is', null)
      .where('personal_token.expires_at', '>', Date.now())
      .where('project.deleted_at', 'is', null)
  }

  /** A disk that is full keeps nobody from reading with a token. */
  async #noteUse(id: string): Promise<void> {
    await this.#db
      .updateTable('personal_token')
      .set({ used_at: Date.now() })
      .where('id', '=', id)
      .execute()
      .catch((error: unknown) => {
        if (!(error instanceof FullDisk)) throw error
      })
  }
}

/** How many of a person's are good now. */
async function countOf(person: string, db: Kysely<CatalogTables>): Promise<number> {
  const { count } = await db
    .selectFrom('personal_token')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('person_id', '=', person)
    .where('revoked_at', 'is', null)
    .where('expires_at', '>', Date.now())
    .executeTakeFirstOrThrow()
  return Number(count)
}

function tokenOf(row: Selectable<CatalogTables['personal_token']>): Token {
  const at = (time: number | null) => (time === null ? null : Number(time))
  return {
    id: row.id,
    name: row.name,
    scopes: scopesSchema.parse(row.scopes.split(' ')),
    project: row.project_id,
    createdAt: Number(row.created_at),
    expiresAt: Number(row.expires_at),
    usedAt: at(row.used_at),
    revokedAt: at(row.revoked_at),
  }
}
