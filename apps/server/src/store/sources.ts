/** Layers that no person has made: a row among the people, as an author of records has, and one that says what it is. */
import type { Person } from '@attest/schema/api'
import { blindSchema, isHidden } from '@attest/schema/layer'
import { type LayerSource, type ProjectSource, type SourceKind, sourceKinds } from '@attest/schema/source'
import { type Kysely, type Selectable, sql } from 'kysely'
import * as z from 'zod'
import { COLORS, nameKey, nextColor } from './people.ts'
import type { CatalogTables } from './tables.ts'

export interface NewSource {
  /** The id of the author of its records. */
  id: string
  projectId: string
  kind: SourceKind
  /** Of whoever made the marks. */
  name: string
  /** What people see in the place of a name. */
  title: string
  format?: string | null
  file?: string | null
  model?: string | null
  version?: string | null
  importId?: string | null
  by: string | null
}

export class Sources {
  readonly #db: Kysely<CatalogTables>

  constructor(db: Kysely<CatalogTables>) {
    this.#db = db
  }

  /** Adds layers with nothing in them yet; within a transaction where something else is done with it. */
  async add(sources: readonly NewSource[], db: Kysely<CatalogTables> = this.#db): Promise<void> {
    let color = await nextColor(db)
    for (const { id, projectId, kind, name, title, by, ...rest } of sources) {
      const at = Date.now()
      const shown = shorten(title)
      const person = { id, name: shown, name_key: nameKey(shown), color: color++ % COLORS }
      await db
        .insertInto('person')
        .values({ ...person, has_account: 0, owns_workspace: 0, created_at: at })
        .execute()
      await db
        .insertInto('source')
        .values({
          id,
          project_id: projectId,
          kind,
          name: shorten(name),
          format: rest.format ?? null,
          file: rest.file ?? null,
          model: rest.model ?? null,
          version: rest.version ?? null,
          import_id: rest.importId ?? null,
          by_id: by,
          created_at: at,
        })
        .execute()
    }
  }

  /** Says that it has records in these articles, so that its name is known there. Safe to say twice. */
  async contribute(source: string, articles: readonly string[], db: Kysely<CatalogTables> = this.#db): Promise<void> {
    for (const article of articles)
      await db
        .insertInto('contributor')
        .values({ article_id: article, person_id: source })
        .onConflict((conflict) => conflict.doNothing())
        .execute()
  }

  /** Those of a project, the newest first. */
  async inProject(projectId: string): Promise<ProjectSource[]> {
    const rows = await this.#db
      .selectFrom('source')
      .innerJoin('person', 'person.id', 'source.id')
      .selectAll('source')
      .select(['person.name as title', articleCount.as('articles')])
      .where('source.project_id', '=', projectId)
      .orderBy('source.created_at', 'desc')
      .orderBy('source.id')
      .execute()
    return rows.map((row) => ({
      ...sourceOf(row),
      id: row.id,
      title: row.title,
      importId: row.import_id,
      articles: Number(row.articles),
    }))
  }

  /** Those that have marks in articles that are not hidden, with how many such: all that is for who does not review. */
  async openIn(projectId: string): Promise<Map<string, number>> {
    const rows = await this.#db
      .selectFrom('source')
      .innerJoin('contributor', 'contributor.person_id', 'source.id')
      .innerJoin('article', 'article.id', 'contributor.article_id')
      .select(['source.id', 'article.blind'])
      .where('source.project_id', '=', projectId)
      .where('article.deleted_at', 'is', null)
      .execute()
    const counts = new Map<string, number>()
    for (const { id, blind } of rows) if (!isHidden(blindSchema.parse(blind))) counts.set(id, (counts.get(id) ?? 0) + 1)
    return counts
  }

  /** Those among people of a project that are none, by their ids. */
  async among(projectId: string): Promise<Map<string, LayerSource>> {
    const rows = await this.#db.selectFrom('source').selectAll().where('project_id', '=', projectId).execute()
    return new Map(rows.map((row) => [row.id, sourceOf(row)]))
  }

  /** What those of a project are called. */
  async titles(projectId: string): Promise<Set<string>> {
    const rows = await this.#db
      .selectFrom('source')
      .innerJoin('person', 'person.id', 'source.id')
      .select('person.name')
      .where('source.project_id', '=', projectId)
      .execute()
    return new Set(rows.map(({ name }) => name))
  }

  /** Those that came with an import. */
  async ofImport(importId: string): Promise<Pick<Person, 'id' | 'name'>[]> {
    return this.#db
      .selectFrom('source')
      .innerJoin('person', 'person.id', 'source.id')
      .select(['person.id', 'person.name'])
      .where('import_id', '=', importId)
      .orderBy('person.id')
      .execute()
  }

  /**
   * Takes layers out whose records are gone. The name stays where the history of an article names it; one that was never
   * seen (`isTrace` false) goes without a trace.
   */
  async remove(
    ids: readonly string[],
    { isTrace }: { isTrace: boolean },
    db: Kysely<CatalogTables> = this.#db,
  ): Promise<void> {
    for (let i = 0; i < ids.length; i += 500) {
      const some = ids.slice(i, i + 500)
      await db.deleteFrom('source').where('id', 'in', some).execute()
      if (isTrace) continue
      await db.deleteFrom('contributor').where('person_id', 'in', some).execute()
      await db.deleteFrom('person').where('id', 'in', some).where('has_account', '=', 0).execute()
    }
  }
}

const articleCount = sql<number>`(
  select count(*) from contributor inner join article on article.id = contributor.article_id and article.deleted_at is null
  where contributor.person_id = source.id
)`

function sourceOf(row: Selectable<CatalogTables['source']>): LayerSource {
  return {
    kind: z.enum(sourceKinds).parse(row.kind),
    name: row.name,
    format: row.format,
    file: row.file,
    model: row.model,
    version: row.version,
    by: row.by_id,
    at: Number(row.created_at),
  }
}

/** As long as a name may be in an exported file. */
const MOST_NAME = 240

function shorten(name: string): string {
  const clean = name
    .replace(/\p{Cc}/gu, ' ')
    .toWellFormed()
    .trim()
  return clean.length <= MOST_NAME ? clean || '?' : `${clean.slice(0, MOST_NAME - 1).toWellFormed()}…`
}
