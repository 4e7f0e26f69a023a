/**
 * What was signed off, and who has to be told that it was reopened. That an article is signed off is its state, `done`;
 * the rows here say by whom, over what, and what became of it, and are written in the transaction of the state.
 */
import { type OpenPoints, openPointsSchema, type Reopening, type SignOff } from '@attest/schema/signoff'
import type { Kysely } from 'kysely'
import { newId } from './id.ts'
import type { CatalogTables } from './tables.ts'

type Db = Kysely<CatalogTables>

/** What is known of an article that is about to be signed off. */
export interface Signing {
  open: OpenPoints
  reason: string | null
}

export class SignOffs {
  readonly #db: Db

  constructor(db: Db) {
    this.#db = db
  }

  /** Null for an article that is not signed off. */
  async of(article: string): Promise<SignOff | null> {
    const row = await this.#db
      .selectFrom('sign_off')
      .innerJoin('article_work', 'article_work.article_id', 'sign_off.article_id')
      .selectAll('sign_off')
      .where('sign_off.article_id', '=', article)
      .where('sign_off.ended_at', 'is', null)
      .where('article_work.state', '=', 'done')
      .orderBy('sign_off.at', 'desc')
      .executeTakeFirst()
    if (!row) return null
    const open = openPointsSchema.catch({}).parse(JSON.parse(row.open_points))
    return { by: row.by_id, at: Number(row.at), open, reason: row.reason }
  }

  /** What a person has worked on that was reopened, the newest first, without what they have seen. */
  async reopenedFor(person: string): Promise<Reopening[]> {
    const rows = await this.#db
      .selectFrom('reopening_news')
      .innerJoin('sign_off', 'sign_off.id', 'reopening_news.sign_off_id')
      .innerJoin('article', 'article.id', 'sign_off.article_id')
      .innerJoin('project', 'project.id', 'article.project_id')
      .innerJoin('member', (join) =>
        join.onRef('member.project_id', '=', 'project.id').onRef('member.person_id', '=', 'reopening_news.person_id'),
      )
      .innerJoin('person', 'person.id', 'sign_off.ended_by')
      .select([
        'sign_off.id',
        'article.id as article',
        'article.title',
        'project.id as projectId',
        'project.name as projectName',
        'person.id as byId',
        'person.name as byName',
        'sign_off.ended_at',
        'sign_off.ended_why',
      ])
      .where('reopening_news.person_id', '=', person)
      .where('article.deleted_at', 'is', null)
      .where('project.deleted_at', 'is', null)
      .orderBy('sign_off.ended_at', 'desc')
      .orderBy('sign_off.id')
      .limit(200)
      .execute()
    return rows.map((row) => ({
      id: row.id,
      article: row.article,
      title: row.title,
      project: { id: row.projectId, name: row.projectName },
      by: { id: row.byId, name: row.byName },
      at: Number(row.ended_at),
      reason: row.ended_why ?? '',
    }))
  }

  async see(person: string, ids: readonly string[]): Promise<void> {
    await this.#db
      .deleteFrom('reopening_news')
      .where('person_id', '=', person)
      .where('sign_off_id', 'in', ids)
      .execute()
  }
}

export async function putSignOff(
  db: Db,
  article: string,
  { by, at, open, reason }: Signing & { by: string; at: number },
): Promise<void> {
  await db
    .insertInto('sign_off')
    .values({ id: newId(), article_id: article, by_id: by, at, open_points: JSON.stringify(open), reason })
    .execute()
}

/** Ends the sign-off of an article that holds, and keeps who is to be told of it. */
export async function endSignOff(
  db: Db,
  article: string,
  { by, why, at, told }: { by: string; why: string | null; at: number; told: Iterable<string> },
): Promise<void> {
  const row = await db
    .selectFrom('sign_off')
    .select('id')
    .where('article_id', '=', article)
    .where('ended_at', 'is', null)
    .orderBy('at', 'desc')
    .executeTakeFirst()
  if (!row) return
  await db
    .updateTable('sign_off')
    .set({ ended_at: at, ended_by: by, ended_why: why })
    .where('article_id', '=', article)
    .where('ended_at', 'is', null)
    .execute()
  const people = [...new Set(told)].filter((person) => person !== by)
  if (people.length === 0) return
  // An author whose marks came with a file may be nobody here.
  const known = await db
    .selectFrom('person')
    .select('id')
    .where('id', 'in', people)
    .where('has_account', '=', 1)
    .execute()
  for (const { id } of known)
    await db
      .insertInto('reopening_news')
      .values({ sign_off_id: row.id, person_id: id })
      .onConflict((conflict) => conflict.doNothing())
      .execute()
}
