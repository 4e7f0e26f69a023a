/** Which articles are tests, with what bar, and how people did in them. The gold is in the rooms, and never here but in what somebody was shown. */
import { barSchema, type NewTest, type Try, trySchema } from '@attest/schema/training'
import { type Kysely, sql } from 'kysely'
import type { Audit } from './audit.ts'
import type { CatalogTables } from './tables.ts'
import type { Act } from './work.ts'

export interface StoredTest extends NewTest {
  article: string
  title: string
  at: number
  /** Whether it was blind before it became one. */
  wasBlind: boolean
}

export interface PersonsTry extends Try {
  article: string
  person: string
}

export class Trainings {
  readonly #db: Kysely<CatalogTables>
  readonly #audit: Audit

  constructor(db: Kysely<CatalogTables>, audit: Audit) {
    this.#db = db
    this.#audit = audit
  }

  async of(article: string): Promise<StoredTest | null> {
    return (await this.#tests().where('training_test.article_id', '=', article).execute()).map(testOf)[0] ?? null
  }

  async in(project: string): Promise<StoredTest[]> {
    const rows = await this.#tests()
      .where('article.project_id', '=', project)
      .where('article.deleted_at', 'is', null)
      .orderBy('training_test.at')
      .orderBy('training_test.article_id')
      .execute()
    return rows.map(testOf)
  }

  /** Makes an article a test, or changes the bar of one; from then on its annotators see nothing of each other's marks. */
  async set({ project, person }: Act, article: string, { bar, tries }: NewTest): Promise<void> {
    await this.#db.transaction().execute(async (db) => {
      const row = { bar: JSON.stringify(bar), tries, by_id: person }
      const { blind } = await db
        .selectFrom('article')
        .select('blind')
        .where('id', '=', article)
        .executeTakeFirstOrThrow()
      await db
        .insertInto('training_test')
        .values({ article_id: article, ...row, was_blind: blind === 'blind' ? 1 : 0, at: Date.now() })
        .onConflict((conflict) => conflict.column('article_id').doUpdateSet(row))
        .execute()
      await db.updateTable('article').set({ blind: 'blind' }).where('id', '=', article).execute()
      const kinds = Object.entries(bar.kinds).map(([kind, f1]) => `, ${kind} ${f1}`)
      const detail = `F1 ${bar.measure} ${bar.f1}${kinds.join('')}, ${tries === null ? 'any number of tries' : `${tries} tries`}`
      await this.#audit.note({ act: 'training.set', project, person, subject: article, detail }, db)
    })
  }

  /** What people did in it goes with it, their marks stay. False when it was none. */
  async end({ project, person }: Act, article: string): Promise<boolean> {
    return this.#db.transaction().execute(async (db) => {
      const row = await db.selectFrom('training_test').selectAll().where('article_id', '=', article).executeTakeFirst()
      if (!row) return false
      await db.deleteFrom('training_test').where('article_id', '=', article).execute()
      await db.deleteFrom('training_try').where('article_id', '=', article).execute()
      if (row.was_blind === 0)
        await db.updateTable('article').set({ blind: 'open' }).where('id', '=', article).execute()
      await this.#audit.note({ act: 'training.end', project, person, subject: article }, db)
      return true
    })
  }

  /** What a person did in a test, or everybody in all those of a project; the newest first. */
  async tries(of: { article: string; person: string } | { project: string }): Promise<PersonsTry[]> {
    const query = this.#db
      .selectFrom('training_try')
      .innerJoin('article', 'article.id', 'training_try.article_id')
      .selectAll('training_try')
      .orderBy('training_try.number', 'desc')
      .orderBy('training_try.person_id')
    const rows = await ('project' in of
      ? query.where('article.project_id', '=', of.project).where('article.deleted_at', 'is', null)
      : query.where('training_try.article_id', '=', of.article).where('training_try.person_id', '=', of.person)
    ).execute()
    return rows.map((row) => ({
      ...trySchema.parse({
        ...JSON.parse(row.score),
        number: row.number,
        passed: row.passed === 1,
        at: Number(row.at),
      }),
      article: row.article_id,
      person: row.person_id,
    }))
  }

  /** Null when they have no try left: whoever hands in twice at once has tried once. */
  async addTry(
    { project, person }: Act,
    { article, tries }: StoredTest,
    result: Pick<Try, 'score' | 'deviations' | 'passed'>,
  ): Promise<Try | null> {
    return this.#db.transaction().execute(async (db) => {
      const { count } = await db
        .selectFrom('training_try')
        .select(sql<number>`count(*)`.as('count'))
        .where('article_id', '=', article)
        .where('person_id', '=', person)
        .executeTakeFirstOrThrow()
      const number = Number(count) + 1
      if (tries !== null && number > tries) return null
      const { score, deviations, passed } = result
      const at = Date.now()
      await db
        .insertInto('training_try')
        .values({
          article_id: article,
          person_id: person,
          number,
          passed: passed ? 1 : 0,
          score: JSON.stringify({ score, deviations }),
          at,
        })
        .execute()
      const f1 = score.f1 === null ? 'nothing to compare' : `F1 ${score.f1.toFixed(2)}`
      const detail = `${f1}, ${passed ? 'passed' : 'not passed'}`
      await this.#audit.note({ act: 'training.try', project, person, subject: article, detail }, db)
      return { number, at, passed, score, deviations }
    })
  }

  #tests() {
    return this.#db
      .selectFrom('training_test')
      .innerJoin('article', 'article.id', 'training_test.article_id')
      .selectAll('training_test')
      .select('article.title')
  }
}

function testOf(row: {
  article_id: string
  title: string
  bar: string
  tries: number | null
  was_blind: number
  at: number
}): StoredTest {
  return {
    article: row.article_id,
    title: row.title,
    bar: barSchema.parse(JSON.parse(row.bar)),
    tries: row.tries,
    at: Number(row.at),
    wasBlind: row.was_blind === 1,
  }
}
