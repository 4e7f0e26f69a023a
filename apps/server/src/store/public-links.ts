/** Links with which everybody who has one can read one article. */
import type { Article } from '@attest/schema/article'
import type { Kysely } from 'kysely'
import { makeToken } from '../token.ts'
import { articleOf } from './articles.ts'
import type { Audit } from './audit.ts'
import type { CatalogTables } from './tables.ts'

export interface PublicLink {
  token: string
  showsNames: boolean
}

export class PublicLinks {
  readonly #db: Kysely<CatalogTables>
  readonly #audit: Audit

  constructor(db: Kysely<CatalogTables>, audit: Audit) {
    this.#db = db
    this.#audit = audit
  }

  /** Null where there is none. */
  async of(articleId: string): Promise<PublicLink | null> {
    const row = await this.#db
      .selectFrom('public_link')
      .select(['token', 'shows_names'])
      .where('article_id', '=', articleId)
      .executeTakeFirst()
    return row ? { token: row.token, showsNames: row.shows_names === 1 } : null
  }

  /** Makes one, or changes what the one there shows: its token stays, so that links that were given out go on. */
  async put(article: Pick<Article, 'id' | 'projectId'>, by: string, showsNames: boolean): Promise<PublicLink> {
    return this.#db.transaction().execute(async (db) => {
      const names = { shows_names: showsNames ? 1 : 0 }
      const row = await db
        .insertInto('public_link')
        .values({ article_id: article.id, token: makeToken(), created_at: Date.now(), ...names })
        .onConflict((conflict) => conflict.column('article_id').doUpdateSet(names))
        .returning('token')
        .executeTakeFirstOrThrow()
      const note = { act: 'public-link.create', project: article.projectId, person: by, subject: article.id } as const
      await this.#audit.note({ ...note, detail: showsNames ? 'with names' : 'without names' }, db)
      return { token: row.token, showsNames }
    })
  }

  /** From now on the link opens nothing, also where it is open. */
  async remove(article: Pick<Article, 'id' | 'projectId'>, by: string): Promise<void> {
    await this.#db.transaction().execute(async (db) => {
      const { numDeletedRows } = await db
        .deleteFrom('public_link')
        .where('article_id', '=', article.id)
        .executeTakeFirstOrThrow()
      if (numDeletedRows === 0n) return
      const note = { act: 'public-link.revoke', project: article.projectId, person: by, subject: article.id } as const
      await this.#audit.note(note, db)
    })
  }

  /** What a token opens; null for one that was never given out or does not count any more. */
  async find(token: string): Promise<{ article: Article; showsNames: boolean } | null> {
    const row = await this.#db
      .selectFrom('public_link')
      .innerJoin('article', 'article.id', 'public_link.article_id')
      .innerJoin('project', 'project.id', 'article.project_id')
      .selectAll('article')
      .select('public_link.shows_names')
      .where('public_link.token', '=', token)
      .where('article.deleted_at', 'is', null)
      .where('project.deleted_at', 'is', null)
      // What nobody may see of the others' work in the project itself, nobody may see from outside.
      .where('article.blind', 'in', ['open', 'revealed'])
      .executeTakeFirst()
    return row ? { article: articleOf(row), showsNames: row.shows_names === 1 } : null
  }
}
