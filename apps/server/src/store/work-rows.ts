/**
 * The rows of assignments and states, as they are read and written within a transaction: each change with the row that
 * says when it was, and the states of articles after those of their assignments.
 */
import { type Assignment, stateOfArticle, type WorkState, workStateSchema } from '@attest/schema/work'
import type { Kysely, Selectable } from 'kysely'
import type { CatalogTables } from './tables.ts'

type Db = Kysely<CatalogTables>

/** The one place that says which articles there are for the work. */
export function articlesOf(db: Db, project: string) {
  return db
    .selectFrom('article')
    .leftJoin('article_work', 'article_work.article_id', 'article.id')
    .select(['article.id', 'article.blind', 'article_work.state'])
    .where('article.project_id', '=', project)
    .where('article.deleted_at', 'is', null)
}

export async function statesOf(db: Db, project: string): Promise<Map<string, WorkState>> {
  return new Map((await articlesOf(db, project).execute()).map(({ id, state }) => [id, stateIn(state)]))
}

export function stateIn(state: string | null): WorkState {
  return workStateSchema.parse(state ?? 'todo')
}

export function assignmentOf(row: Selectable<CatalogTables['assignment']>): Assignment {
  return { person: row.person_id, state: stateIn(row.state), due: row.due, note: row.note, at: Number(row.at) }
}

interface Change {
  article: string
  person: string | null
  step: string
  state: WorkState | null
  by: string
  note: string | null
  at: number
}

export async function insertChanges(db: Db, changes: readonly Change[]): Promise<void> {
  for (const some of chunks(changes))
    await db
      .insertInto('state_change')
      .values(
        some.map(({ article, person, by, ...rest }) => ({
          article_id: article,
          person_id: person,
          by_id: by,
          ...rest,
        })),
      )
      .execute()
}

interface Given {
  article: string
  person: string
}

export async function insertAssignments(
  db: Db,
  given: readonly Given[],
  { by, due, step }: { by: string; due: string | null; step: string },
): Promise<void> {
  const at = Date.now()
  for (const some of chunks(given))
    await db
      .insertInto('assignment')
      .values(
        some.map(({ article, person }) => ({
          article_id: article,
          person_id: person,
          state: 'todo',
          due,
          note: null,
          at,
        })),
      )
      .execute()
  await insertChanges(
    db,
    given.map((one) => ({ ...one, step, state: 'todo', by, note: null, at })),
  )
}

export async function removeAssignments(db: Db, gone: readonly Given[], by: string): Promise<void> {
  const at = Date.now()
  for (const { article, person } of gone)
    await db.deleteFrom('assignment').where('article_id', '=', article).where('person_id', '=', person).execute()
  await insertChanges(
    db,
    gone.map((one) => ({ ...one, step: 'unassign', state: null, by, note: null, at })),
  )
}

export async function putState(db: Db, article: string, state: WorkState): Promise<void> {
  await db
    .insertInto('article_work')
    .values({ article_id: article, state, due: null })
    .onConflict((conflict) => conflict.column('article_id').doUpdateSet({ state }))
    .execute()
}

/** Brings the states of articles after those of their assignments; what nobody is assigned to stays as it is. */
export async function settle(
  db: Db,
  articles: readonly string[],
  { by, step, at = Date.now() }: { by: string; step: string; at?: number },
): Promise<void> {
  const changes: Change[] = []
  for (const some of chunks([...new Set(articles)])) {
    const rows = await db
      .selectFrom('assignment')
      .leftJoin('article_work', 'article_work.article_id', 'assignment.article_id')
      .select(['assignment.article_id', 'assignment.state', 'article_work.state as whole'])
      .where('assignment.article_id', 'in', some)
      .execute()
    for (const [article, own] of Map.groupBy(rows, (row) => row.article_id)) {
      const state = stateOfArticle(own.map((row) => stateIn(row.state)))
      if (state === stateIn(own[0]?.whole ?? null)) continue
      await putState(db, article, state)
      changes.push({ article, person: null, step, state, by, note: null, at })
    }
  }
  await insertChanges(db, changes)
}

/** Well under the number of parameters that a statement may have, eight to a row. */
export function* chunks<T>(rows: readonly T[]): Generator<T[]> {
  for (let i = 0; i < rows.length; i += 500) yield rows.slice(i, i + 500)
}
