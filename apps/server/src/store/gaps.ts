/** What became of gaps of the guidelines: which version of the labels settled each, and which marks were looked at again. */
import type { Kysely } from 'kysely'
import type { Audit } from './audit.ts'
import type { CatalogTables } from './tables.ts'
import type { Act } from './work.ts'

interface Named {
  article: string
  gap: string
}

export interface Settled {
  version: number
  by: string
  at: number
}

export interface Checked {
  by: string
  at: number
}

/** The name of something of an article, in maps of several articles. */
export function placeKey(article: string, record: string): string {
  return `${article}/${record}`
}

export class Gaps {
  readonly #db: Kysely<CatalogTables>
  readonly #audit: Audit

  constructor(db: Kysely<CatalogTables>, audit: Audit) {
    this.#db = db
    this.#audit = audit
  }

  /** By `placeKey` of article and gap. */
  async settledIn(project: string): Promise<Map<string, Settled>> {
    const rows = await this.#db
      .selectFrom('gap_settled')
      .innerJoin('article', 'article.id', 'gap_settled.article_id')
      .selectAll('gap_settled')
      .where('article.project_id', '=', project)
      .where('article.deleted_at', 'is', null)
      .execute()
    return new Map(
      rows.map(({ article_id, gap, version, by_id, at }) => [
        placeKey(article_id, gap),
        { version, by: by_id, at: Number(at) },
      ]),
    )
  }

  /** Notes that a version of the labels answers these, or with null that none does. */
  async settle({ project, person }: Act, gaps: readonly Named[], version: number | null): Promise<void> {
    await this.#db.transaction().execute(async (db) => {
      const at = Date.now()
      for (const { article, gap } of gaps) {
        const row = { version: version ?? 0, by_id: person, at }
        if (version === null)
          await db.deleteFrom('gap_settled').where('article_id', '=', article).where('gap', '=', gap).execute()
        else
          await db
            .insertInto('gap_settled')
            .values({ article_id: article, gap, ...row })
            .onConflict((conflict) => conflict.columns(['article_id', 'gap']).doUpdateSet(row))
            .execute()
      }
      const what = gaps.length === 1 ? '1 gap' : `${gaps.length} gaps`
      const detail = version === null ? `${what}, not settled any more` : `${what}, by version ${version} of the labels`
      await this.#audit.note({ act: 'gap.settle', project, person, subject: project, detail }, db)
    })
  }

  /** By `placeKey` of article and mark. */
  async checkedFor(project: string, version: number): Promise<Map<string, Checked>> {
    const rows = await this.#db
      .selectFrom('gap_checked')
      .innerJoin('article', 'article.id', 'gap_checked.article_id')
      .selectAll('gap_checked')
      .where('article.project_id', '=', project)
      .where('gap_checked.version', '=', version)
      .execute()
    return new Map(
      rows.map(({ article_id, mark, by_id, at }) => [placeKey(article_id, mark), { by: by_id, at: Number(at) }]),
    )
  }

  async check(
    person: string,
    version: number,
    marks: readonly { article: string; mark: string }[],
    isChecked: boolean,
  ): Promise<void> {
    await this.#db.transaction().execute(async (db) => {
      for (const { article, mark } of marks)
        if (isChecked)
          await db
            .insertInto('gap_checked')
            .values({ article_id: article, mark, version, by_id: person, at: Date.now() })
            .onConflict((conflict) => conflict.doNothing())
            .execute()
        else
          await db
            .deleteFrom('gap_checked')
            .where('article_id', '=', article)
            .where('mark', '=', mark)
            .where('version', '=', version)
            .execute()
    })
  }
}
