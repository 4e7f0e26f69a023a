/** Articles: their texts never change, so all that is written is a new one. */
import type { ArticleSummary, Person } from '@attest/schema/api'
import { type Article, articleContentSchema, type Source, sourceSchema } from '@attest/schema/article'
import type { LabelSet } from '@attest/schema/labelset'
import { blindSchema } from '@attest/schema/layer'
import type { Role } from '@attest/schema/roles'
import type { Deleted } from '@attest/schema/teams'
import { type InsertObject, type Kysely, type Selectable, sql } from 'kysely'
import type { Audit } from './audit.ts'
import { adoptLabels } from './label-sets.ts'
import { COLORS, nameKey, nextColor } from './people.ts'
import { toldDeleted } from './projects.ts'
import { replaced } from './revisions.ts'
import type { Roles } from './roles.ts'
import type { CatalogTables } from './tables.ts'

/** Somebody who comes with a file or a seed and cannot sign in. */
export interface Guest {
  id: string
  name: string
  /** The role to give where the person has no account; null for none. */
  role: Role | null
}

export interface Arrival {
  article: Article
  people: readonly Guest[]
  /** What the project takes over from the file; only for a project that has no articles yet. */
  adopt: { labelSet: LabelSet; peersJudge: boolean; person: string | null } | null
  /** Who brings it in; nobody for what is there from the start. */
  by?: string | null
}

export class Articles {
  readonly #db: Kysely<CatalogTables>
  readonly #roles: Roles
  readonly #audit: Audit

  constructor(db: Kysely<CatalogTables>, roles: Roles, audit: Audit) {
    this.#db = db
    this.#roles = roles
    this.#audit = audit
  }

  async inProject(projectId: string): Promise<ArticleSummary[]> {
    const rows = await this.#db
      .selectFrom('article')
      .select(summaryColumns)
      .where('project_id', '=', projectId)
      .where('deleted_at', 'is', null)
      // Of an article with several revisions, the newest.
      .where('id', 'not in', replaced)
      .orderBy('created_at')
      .orderBy('id')
      .execute()
    return rows.map(summaryOf)
  }

  /** Throws when there is no such article. */
  async summary(id: string): Promise<ArticleSummary> {
    const row = await this.#db
      .selectFrom('article')
      .select(summaryColumns)
      .where('id', '=', id)
      .executeTakeFirstOrThrow()
    return summaryOf(row)
  }

  /** What these articles are called, also those that were deleted. */
  async titles(ids: readonly string[]): Promise<{ id: string; title: string }[]> {
    const found: { id: string; title: string }[] = []
    for (let i = 0; i < ids.length; i += 500)
      found.push(
        ...(await this.#db
          .selectFrom('article')
          .select(['id', 'title'])
          .where('id', 'in', ids.slice(i, i + 500))
          .execute()),
      )
    return found
  }

  /** All in a project, also those that have a newer revision, and those that were deleted and can come back. */
  async everyIn(projectId: string): Promise<{ id: string; title: string }[]> {
    return this.#db
      .selectFrom('article')
      .select(['id', 'title'])
      .where('project_id', '=', projectId)
      .orderBy('created_at')
      .orderBy('id')
      .execute()
  }

  /** The project an article is in, also while it is deleted: its id and its room are taken until it is gone for good. */
  async projectOf(id: string): Promise<string | null> {
    const row = await this.#db.selectFrom('article').select('project_id').where('id', '=', id).executeTakeFirst()
    return row?.project_id ?? null
  }

  async find(id: string): Promise<Article | null> {
    const row = await this.#db
      .selectFrom('article')
      .selectAll()
      .where('id', '=', id)
      .where('deleted_at', 'is', null)
      .executeTakeFirst()
    return row ? articleOf(row) : null
  }

  /** The article as a member of its project sees it; null for everybody else, as if it were not there. */
  async seenBy(person: string, id: string): Promise<Article | null> {
    const row = await this.#db
      .selectFrom('article')
      .innerJoin('project', 'project.id', 'article.project_id')
      .innerJoin('member', 'member.project_id', 'article.project_id')
      .selectAll('article')
      .where('member.person_id', '=', person)
      .where('article.id', '=', id)
      .where('article.deleted_at', 'is', null)
      .where('project.deleted_at', 'is', null)
      .executeTakeFirst()
    return row ? articleOf(row) : null
  }

  /** The oldest article of a project with this very text; null when there is none. */
  async withText(projectId: string, sha256: string): Promise<{ id: string; title: string } | null> {
    const row = await this.#db
      .selectFrom('article')
      .select(['id', 'title'])
      .where('project_id', '=', projectId)
      .where('sha256', '=', sha256)
      .where('deleted_at', 'is', null)
      .orderBy('created_at')
      .orderBy('id')
      .executeTakeFirst()
    return row ?? null
  }

  /** Which texts there are in a project, of articles with several revisions the newest: by their hashes. */
  async textsIn(projectId: string): Promise<{ id: string; title: string; sha256: string }[]> {
    return this.#db
      .selectFrom('article')
      .select(['id', 'title', 'sha256'])
      .where('project_id', '=', projectId)
      .where('deleted_at', 'is', null)
      .where('id', 'not in', replaced)
      .orderBy('created_at', 'desc')
      .orderBy('id')
      .execute()
  }

  /** From now on it is there for nobody; `restore` brings it back as it was, until it is gone for good. */
  async remove(id: string, by: string): Promise<void> {
    await this.#db.transaction().execute(async (db) => {
      const row = await db
        .updateTable('article')
        .set({ deleted_at: Date.now(), deleted_by: by })
        .where('id', '=', id)
        .where('deleted_at', 'is', null)
        .returning(['project_id', 'title'])
        .executeTakeFirst()
      if (!row) return
      const note = { act: 'article.delete', project: row.project_id, person: by, subject: id } as const
      await this.#audit.note({ ...note, detail: row.title }, db)
    })
  }

  /** Those of a project that can still be brought back, the newest first. */
  async deletedIn(projectId: string): Promise<Deleted[]> {
    const rows = await this.#db
      .selectFrom('article')
      .leftJoin('person', 'person.id', 'article.deleted_by')
      .select(['article.id', 'article.title as name', 'article.deleted_at', 'person.name as by'])
      .where('article.project_id', '=', projectId)
      .where('article.deleted_at', 'is not', null)
      .orderBy('article.deleted_at', 'desc')
      .orderBy('article.id')
      .execute()
    return rows.map(toldDeleted)
  }

  /** The project of a deleted article that this person is a member of; null when there is none such. */
  async projectOfDeleted(person: string, id: string): Promise<string | null> {
    const row = await this.#db
      .selectFrom('article')
      .innerJoin('member', 'member.project_id', 'article.project_id')
      .select('article.project_id')
      .where('member.person_id', '=', person)
      .where('article.id', '=', id)
      .where('article.deleted_at', 'is not', null)
      .executeTakeFirst()
    return row?.project_id ?? null
  }

  async restore(id: string, by: string): Promise<void> {
    await this.#db.transaction().execute(async (db) => {
      const row = await db
        .updateTable('article')
        .set({ deleted_at: null, deleted_by: null })
        .where('id', '=', id)
        .where('deleted_at', 'is not', null)
        .returning(['project_id', 'title'])
        .executeTakeFirst()
      if (!row) return
      const note = { act: 'article.restore', project: row.project_id, person: by, subject: id } as const
      await this.#audit.note({ ...note, detail: row.title }, db)
    })
  }

  /** For an article that comes without records; `addArrival` is for one with them. */
  async add(article: Article, by: string | null = null): Promise<void> {
    await this.#db.transaction().execute(async (db) => {
      await db.insertInto('article').values(articleRow(article)).execute()
      await this.#noteAdded(db, article, by)
    })
  }

  /** What is there from the start was brought in by nobody, and is not noted. */
  async #noteAdded(db: Kysely<CatalogTables>, { id, projectId, title }: Article, by: string | null): Promise<void> {
    if (by === null) return
    await this.#audit.note({ act: 'article.add', project: projectId, person: by, subject: id, detail: title }, db)
  }

  /**
   * The last step of an import, all or nothing: the article with its people, and what the project takes over from it.
   * People who have an account keep the role they have, or have none; so does everybody who is a member already.
   */
  async addArrival({ article, people, adopt, by = null }: Arrival): Promise<void> {
    const given = await this.#db.transaction().execute(async (db) => {
      if (adopt) {
        await adoptLabels(db, article.projectId, adopt)
        await db
          .updateTable('project')
          .set({ peers_judge: adopt.peersJudge ? 1 : 0 })
          .where('id', '=', article.projectId)
          .execute()
      }
      await db.insertInto('article').values(articleRow(article)).execute()
      await this.#noteAdded(db, article, by)
      const given: { id: string; role: Role }[] = []
      let color = await nextColor(db)
      for (const { id, name, role } of people) {
        const known = await db.selectFrom('person').select('has_account').where('id', '=', id).executeTakeFirst()
        if (!known)
          await db
            .insertInto('person')
            .values({
              id,
              name,
              name_key: nameKey(name),
              color: color++ % COLORS,
              has_account: 0,
              owns_workspace: 0,
              created_at: Date.now(),
            })
            .execute()
        if (role !== null && known?.has_account !== 1) {
          const { numInsertedOrUpdatedRows } = await db
            .insertInto('member')
            .values({ project_id: article.projectId, person_id: id, role })
            .onConflict((conflict) => conflict.doNothing())
            .executeTakeFirstOrThrow()
          if (numInsertedOrUpdatedRows === 1n) given.push({ id, role })
        }
        await db.insertInto('contributor').values({ article_id: article.id, person_id: id }).execute()
      }
      return given
    })
    for (const { id, role } of given) this.#roles.remember(article.projectId, id, role)
  }

  /** People whose records came with the article's file. */
  async contributors(articleId: string): Promise<Person[]> {
    return this.#db
      .selectFrom('contributor')
      .innerJoin('person', 'person.id', 'contributor.person_id')
      .select(['person.id', 'person.name', 'person.color'])
      .where('contributor.article_id', '=', articleId)
      .orderBy('person.id')
      .execute()
  }
}

const summaryColumns = [
  'id',
  'project_id',
  'title',
  'language',
  'direction',
  'length',
  'source',
  'created_at',
  'blind',
] as const

function summaryOf(row: Pick<Selectable<CatalogTables['article']>, (typeof summaryColumns)[number]>): ArticleSummary {
  return {
    id: row.id,
    projectId: row.project_id,
    title: row.title,
    language: row.language,
    direction: articleContentSchema.shape.direction.parse(row.direction),
    length: row.length,
    source: sourceOf(row.source),
    createdAt: row.created_at,
    blind: blindSchema.parse(row.blind),
  }
}

const storedBlocks = articleContentSchema.shape.blocks
const storedInlines = articleContentSchema.shape.inlines

function sourceOf(json: string | null): Source | null {
  return json === null ? null : sourceSchema.parse(JSON.parse(json))
}

export function articleOf(row: Selectable<CatalogTables['article']>): Article {
  const source = sourceOf(row.source)
  return {
    id: row.id,
    projectId: row.project_id,
    title: row.title,
    language: row.language,
    direction: articleContentSchema.shape.direction.parse(row.direction),
    text: row.text,
    sha256: row.sha256,
    blocks: storedBlocks.parse(JSON.parse(row.blocks)),
    inlines: storedInlines.parse(JSON.parse(row.inlines)),
    // Left out where there is none, so that what came without one is exported without one.
    ...(source && { source }),
  }
}

/** The article as it is stored; blind, where its project has it so at that moment. */
export function articleRow(article: Article): InsertObject<CatalogTables, 'article'> {
  return {
    id: article.id,
    project_id: article.projectId,
    title: article.title,
    language: article.language,
    direction: article.direction,
    length: article.text.length,
    text: article.text,
    sha256: article.sha256,
    blocks: JSON.stringify(article.blocks),
    inlines: JSON.stringify(article.inlines),
    source: article.source ? JSON.stringify(article.source) : null,
    created_at: Date.now(),
    blind: sql<string>`(select case mode when 'blind' then 'blind' else 'open' end from project where id = ${article.projectId})`,
  }
}
