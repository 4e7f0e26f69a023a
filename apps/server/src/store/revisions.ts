/** Which article takes the place of which, and the marks of the one before that a person has to look at. */
import type { Annotation } from '@attest/schema/annotation'
import { annotationSchema } from '@attest/schema/annotation'
import type { Article } from '@attest/schema/article'
import { type Doubt, doubtReasons, doubtStates, type Revision } from '@attest/schema/revision'
import { spansSchema } from '@attest/schema/span'
import type { ExpressionBuilder, Kysely, Selectable } from 'kysely'
import * as z from 'zod'
import { articleRow } from './articles.ts'
import type { Audit } from './audit.ts'
import type { CatalogTables } from './tables.ts'

export type StoredDoubt = Omit<Doubt, 'isYours'>

export type NewDoubt = Pick<Doubt, 'mark' | 'quotes' | 'reason' | 'proposals'>

/** Where an article stands among its revisions. */
export interface Standing {
  /** The article it takes the place of; null for the first. */
  replaces: string | null
  first: string
  number: number
  /** The one that takes its place; null for the newest. */
  replacedBy: string | null
}

const ROWS_A_STATEMENT = 100

/** The articles that a newer revision has taken the place of; one that was deleted does so no more. */
export function replaced(eb: ExpressionBuilder<CatalogTables, 'article'>) {
  return eb
    .selectFrom('revision')
    .innerJoin('article as newer', 'newer.id', 'revision.article_id')
    .select('revision.replaces')
    .where('newer.deleted_at', 'is', null)
}

export class Revisions {
  readonly #db: Kysely<CatalogTables>
  readonly #audit: Audit

  constructor(db: Kysely<CatalogTables>, audit: Audit) {
    this.#db = db
    this.#audit = audit
  }

  async standing(article: string): Promise<Standing> {
    const own = await this.#db.selectFrom('revision').selectAll().where('article_id', '=', article).executeTakeFirst()
    const next = await this.#db
      .selectFrom('revision')
      .innerJoin('article', 'article.id', 'revision.article_id')
      .select('article_id')
      .where('replaces', '=', article)
      .where('article.deleted_at', 'is', null)
      .executeTakeFirst()
    return {
      replaces: own?.replaces ?? null,
      first: own?.first ?? article,
      number: own?.number ?? 1,
      replacedBy: next?.article_id ?? null,
    }
  }

  /** The id of the newest revision of an article; null when that is the one asked for. */
  async newer(article: string): Promise<string | null> {
    const { first, replacedBy } = await this.standing(article)
    if (replacedBy === null) return null
    const row = await this.#db
      .selectFrom('revision')
      .innerJoin('article', 'article.id', 'revision.article_id')
      .select('article_id')
      .where('first', '=', first)
      .where('article.deleted_at', 'is', null)
      .orderBy('number', 'desc')
      .limit(1)
      .executeTakeFirst()
    return row?.article_id ?? replacedBy
  }

  /** All revisions of the article that this is one of, the first one first. */
  async all(article: string): Promise<Revision[]> {
    const { first } = await this.standing(article)
    const rows = await this.#db
      .selectFrom('article')
      .leftJoin('revision', 'revision.article_id', 'article.id')
      .select(['article.id', 'article.title', 'article.created_at', 'revision.number', 'revision.person_id'])
      .select((eb) =>
        eb
          .selectFrom('doubt')
          .select((one) => one.fn.countAll<number>().as('count'))
          .whereRef('doubt.article_id', '=', 'article.id')
          .where('doubt.state', '=', 'open')
          .as('doubts'),
      )
      .where((eb) => eb.or([eb('article.id', '=', first), eb('revision.first', '=', first)]))
      .where('article.deleted_at', 'is', null)
      .execute()
    return rows
      .map((row) => ({
        id: row.id,
        number: row.number ?? 1,
        title: row.title,
        person: row.person_id,
        at: row.created_at,
        openDoubts: Number(row.doubts ?? 0),
      }))
      .sort((a, b) => a.number - b.number)
  }

  /**
   * Makes the article the newest revision; its records are in its room already. False when the one before has been
   * replaced by another meanwhile.
   */
  async add(
    article: Article,
    { replaces, person, doubts }: { replaces: string; person: string; doubts: readonly NewDoubt[] },
  ): Promise<boolean> {
    return this.#db.transaction().execute(async (db) => {
      const taken = await db
        .selectFrom('revision')
        .innerJoin('article', 'article.id', 'revision.article_id')
        .select(['revision.article_id', 'article.deleted_at'])
        .where('replaces', '=', replaces)
        .executeTakeFirst()
      if (taken && taken.deleted_at === null) return false
      // Should it ever be taken back, it is an article beside this one.
      if (taken) await db.deleteFrom('revision').where('article_id', '=', taken.article_id).execute()
      const before = await db.selectFrom('revision').selectAll().where('article_id', '=', replaces).executeTakeFirst()
      // What was marked in the one before goes along, for all to see.
      await db
        .insertInto('article')
        .values({ ...articleRow(article), blind: 'open' })
        .execute()
      await db
        .insertInto('contributor')
        .columns(['article_id', 'person_id'])
        .expression((eb) =>
          eb
            .selectFrom('contributor')
            .select((one) => [one.val(article.id).as('article_id'), 'person_id'])
            .where('article_id', '=', replaces),
        )
        .execute()
      const number = (before?.number ?? 1) + 1
      await db
        .insertInto('revision')
        .values({
          article_id: article.id,
          replaces,
          first: before?.first ?? replaces,
          number,
          person_id: person,
          created_at: Date.now(),
        })
        .execute()
      await insertDoubts(db, article.id, doubts)
      await this.#audit.note(
        { act: 'article.revise', project: article.projectId, person, subject: article.id, detail: article.title },
        db,
      )
      return true
    })
  }

  /** For marks that came late; those that are there stay as they are. */
  async addDoubts(article: string, doubts: readonly NewDoubt[]): Promise<void> {
    await insertDoubts(this.#db, article, doubts)
  }

  /** In no order. */
  async doubts(article: string): Promise<StoredDoubt[]> {
    const rows = await this.#db.selectFrom('doubt').selectAll().where('article_id', '=', article).execute()
    return rows.map(doubtOf)
  }

  async doubt(article: string, mark: string): Promise<StoredDoubt | null> {
    const row = await this.#db
      .selectFrom('doubt')
      .selectAll()
      .where('article_id', '=', article)
      .where('mark_id', '=', mark)
      .executeTakeFirst()
    return row ? doubtOf(row) : null
  }

  async decide(article: string, mark: string, state: Doubt['state'], person: string): Promise<void> {
    const isOpen = state === 'open'
    await this.#db
      .updateTable('doubt')
      .set({ state, decided_by: isOpen ? null : person, decided_at: isOpen ? null : Date.now() })
      .where('article_id', '=', article)
      .where('mark_id', '=', mark)
      .execute()
  }
}

async function insertDoubts(db: Kysely<CatalogTables>, article: string, doubts: readonly NewDoubt[]): Promise<void> {
  for (let i = 0; i < doubts.length; i += ROWS_A_STATEMENT)
    await db
      .insertInto('doubt')
      .values(
        doubts.slice(i, i + ROWS_A_STATEMENT).map(({ mark, quotes, reason, proposals }) => ({
          article_id: article,
          mark_id: mark.id,
          reason,
          proposals: JSON.stringify(proposals),
          mark: JSON.stringify({ mark, quotes }),
          state: 'open',
          decided_by: null,
          decided_at: null,
        })),
      )
      .onConflict((conflict) => conflict.doNothing())
      .execute()
}

const storedMark = z.object({ mark: annotationSchema, quotes: z.array(z.string()) })

function doubtOf(row: Selectable<CatalogTables['doubt']>): StoredDoubt {
  const { mark, quotes }: { mark: Annotation; quotes: string[] } = storedMark.parse(JSON.parse(row.mark))
  return {
    mark,
    quotes,
    reason: z.enum(doubtReasons).parse(row.reason),
    proposals: z.array(spansSchema).parse(JSON.parse(row.proposals)),
    state: z.enum(doubtStates).parse(row.state),
    decidedBy: row.decided_by,
    decidedAt: row.decided_at,
  }
}
