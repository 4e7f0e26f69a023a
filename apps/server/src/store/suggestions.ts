/** Services that propose marks, who may ask them, and what was proposed in which article, with its scores. */

import { builtIn } from '@attest/schema/suggest/suggest'
import {
  type NewService,
  type Prediction,
  type SuggestionAskers,
  serviceProtocols,
  suggestionAskers,
} from '@attest/schema/suggestion-api'
import type { Kysely, Selectable } from 'kysely'
import * as z from 'zod'
import type { Audit } from './audit.ts'
import { newId } from './id.ts'
import type { Sources } from './sources.ts'
import type { CatalogTables } from './tables.ts'

/** Its authorization is sealed. */
export interface StoredService extends NewService {
  id: string
  version: string | null
}

/** Which model of which version proposes; `askedOf` is what people asked: the built-in one, or a service. */
export interface Proposer {
  askedOf: string
  name: string
  model: string
  version: string
}

export interface StoredPrediction extends Prediction {
  askedOf: string
}

/** Of one project. */
export const MOST_SERVICES = 20

const scoresSchema = z.array(z.tuple([z.string(), z.number()]))

export class Suggestions {
  readonly #db: Kysely<CatalogTables>
  readonly #sources: Sources
  readonly #audit: Audit

  constructor(db: Kysely<CatalogTables>, sources: Sources, audit: Audit) {
    this.#db = db
    this.#sources = sources
    this.#audit = audit
  }

  // ---- Services ----

  async askers(project: string): Promise<SuggestionAskers> {
    const row = await this.#db
      .selectFrom('suggestion_setting')
      .select('askers')
      .where('project_id', '=', project)
      .executeTakeFirst()
    return z.enum(suggestionAskers).catch('annotators').parse(row?.askers)
  }

  async setAskers(project: string, person: string, askers: SuggestionAskers): Promise<void> {
    await this.#db.transaction().execute(async (db) => {
      await db
        .insertInto('suggestion_setting')
        .values({ project_id: project, askers })
        .onConflict((conflict) => conflict.column('project_id').doUpdateSet({ askers }))
        .execute()
      await this.#audit.note({ act: 'suggestions.askers', project, person, detail: askers }, db)
    })
  }

  async services(project: string): Promise<StoredService[]> {
    const rows = await this.#db
      .selectFrom('suggestion_service')
      .selectAll()
      .where('project_id', '=', project)
      .orderBy('created_at')
      .orderBy('id')
      .execute()
    return rows.map(serviceOf)
  }

  async service(project: string, id: string): Promise<StoredService | null> {
    const row = await this.#db
      .selectFrom('suggestion_service')
      .selectAll()
      .where('project_id', '=', project)
      .where('id', '=', id)
      .executeTakeFirst()
    return row ? serviceOf(row) : null
  }

  /** Or why it cannot be added: the project has as many as it can have, or something in it has this name. */
  async addService(
    project: string,
    person: string,
    service: NewService,
    version: string | null,
  ): Promise<StoredService | 'too-many' | 'name-taken'> {
    const { name, protocol, url, authorization = null, threshold } = service
    return this.#db.transaction().execute(async (db) => {
      const others = await db
        .selectFrom('suggestion_service')
        .select('name')
        .where('project_id', '=', project)
        .execute()
      if (others.length >= MOST_SERVICES) return 'too-many'
      const taken = [builtIn.name, ...others.map((one) => one.name)]
      if (taken.some((one) => one.toLowerCase() === name.toLowerCase())) return 'name-taken'
      const id = newId()
      const row = { id, project_id: project, name, protocol, url, authorization, threshold, version }
      await db
        .insertInto('suggestion_service')
        .values({ ...row, created_at: Date.now() })
        .execute()
      // What comes after its path may be a key.
      const { origin, pathname } = new URL(url)
      const detail = `${name} ${origin}${pathname}`
      await this.#audit.note({ act: 'suggestions.add', project, person, subject: id, detail }, db)
      return { ...service, id, version }
    })
  }

  /** Its suggestions stay; false where there is none of this id. */
  async removeService(project: string, person: string, id: string): Promise<boolean> {
    return this.#db.transaction().execute(async (db) => {
      const { numDeletedRows } = await db
        .deleteFrom('suggestion_service')
        .where('project_id', '=', project)
        .where('id', '=', id)
        .executeTakeFirstOrThrow()
      if (numDeletedRows === 0n) return false
      await this.#audit.note({ act: 'suggestions.remove', project, person, subject: id }, db)
      return true
    })
  }

  async noteVersion(id: string, version: string): Promise<void> {
    await this.#db.updateTable('suggestion_service').set({ version }).where('id', '=', id).execute()
  }

  // ---- Predictions ----

  /** The author of what this model proposes in a project; made where there is none yet. */
  async sourceFor(project: string, person: string, { name, model, version }: Proposer): Promise<string> {
    const row = await this.#db
      .selectFrom('source')
      .select('id')
      .where('project_id', '=', project)
      .where('kind', '=', 'prediction')
      .where('model', '=', model)
      .where('version', '=', version)
      .where('name', '=', name)
      // What came with a file is that file's, whatever it is called: it goes when its import is taken back.
      .where('import_id', 'is', null)
      .executeTakeFirst()
    if (row) return row.id
    const id = newId()
    const title = `${name} ${version}`
    await this.#sources.add([{ id, projectId: project, kind: 'prediction', name, title, model, version, by: person }])
    return id
  }

  async inArticle(article: string): Promise<StoredPrediction[]> {
    const rows = await this.#db
      .selectFrom('prediction')
      .innerJoin('source', 'source.id', 'prediction.source_id')
      .innerJoin('person', 'person.id', 'source.id')
      .select(['source.id', 'person.name as title', 'source.model', 'source.version'])
      .select(['prediction.asked_of', 'prediction.by_id', 'prediction.at', 'prediction.scores'])
      .where('prediction.article_id', '=', article)
      .orderBy('prediction.at')
      .orderBy('source.id')
      .execute()
    return rows.map((row) => ({
      source: row.id,
      title: row.title,
      model: row.model ?? '',
      version: row.version ?? '',
      askedOf: row.asked_of,
      by: row.by_id,
      at: Number(row.at),
      scores: scoresSchema.parse(JSON.parse(row.scores)),
    }))
  }

  /** Says what a source has proposed in an article now, in the place of what it had before. */
  async put(
    article: string,
    person: string,
    { source, askedOf, scores }: { source: string; askedOf: string; scores: readonly (readonly [string, number])[] },
  ): Promise<void> {
    const told = { asked_of: askedOf, by_id: person, at: Date.now(), scores: JSON.stringify(scores) }
    await this.#db.transaction().execute(async (db) => {
      await db
        .insertInto('prediction')
        .values({ article_id: article, source_id: source, ...told })
        .onConflict((conflict) => conflict.columns(['article_id', 'source_id']).doUpdateSet(told))
        .execute()
      await this.#sources.contribute(source, [article], db)
    })
  }

  async remove(article: string, source: string): Promise<void> {
    await this.#db.deleteFrom('prediction').where('article_id', '=', article).where('source_id', '=', source).execute()
  }
}

function serviceOf(row: Selectable<CatalogTables['suggestion_service']>): StoredService {
  return {
    id: row.id,
    name: row.name,
    protocol: z.enum(serviceProtocols).parse(row.protocol),
    url: row.url,
    ...(row.authorization !== null && { authorization: row.authorization }),
    threshold: row.threshold,
    version: row.version,
  }
}
