/** What requests with an `Idempotency-Key` were answered, for a day. */
import type { Kysely } from 'kysely'
import * as z from 'zod'
import type { CatalogTables } from './tables.ts'

export interface KeptAnswer {
  /** Tells whether a second request is the same. */
  requestHash: string
  status: number
  headers: Readonly<Record<string, string>>
  body: string
}

const KEPT_MS = 24 * 60 * 60_000

const headersSchema = z.record(z.string(), z.string())

export class KeptAnswers {
  readonly #db: Kysely<CatalogTables>

  constructor(db: Kysely<CatalogTables>) {
    this.#db = db
  }

  async find(person: string, key: string): Promise<KeptAnswer | null> {
    const row = await this.#db
      .selectFrom('kept_answer')
      .selectAll()
      .where('person_id', '=', person)
      .where('key', '=', key)
      .where('at', '>', Date.now() - KEPT_MS)
      .executeTakeFirst()
    if (!row) return null
    const { request_hash: requestHash, status, body } = row
    return { requestHash, status, body, headers: headersSchema.parse(JSON.parse(row.headers)) }
  }

  async keep(person: string, key: string, { requestHash, status, headers, body }: KeptAnswer): Promise<void> {
    const row = { request_hash: requestHash, status, headers: JSON.stringify(headers), body, at: Date.now() }
    await this.#db
      .insertInto('kept_answer')
      .values({ person_id: person, key, ...row })
      .onConflict((conflict) => conflict.columns(['person_id', 'key']).doUpdateSet(row))
      .execute()
    await this.#db
      .deleteFrom('kept_answer')
      .where('at', '<', Date.now() - KEPT_MS)
      .execute()
  }
}
