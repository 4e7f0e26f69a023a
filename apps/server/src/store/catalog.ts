/**
 * The catalog on Kysely: people, projects, articles. Roles are also kept in memory, written through, because the gate
 * asks for one at every message; that is sound as long as one process writes, which the lock on the data folder sees to.
 */
import { randomBytes } from 'node:crypto'
import type { ArticleSummary, Me, Person } from '@attest/schema/api'
import { type Article, articleContentSchema } from '@attest/schema/article'
import { type LabelSet, labelSetSchema } from '@attest/schema/labelset'
import { type Role, roleSchema } from '@attest/schema/roles'
import { type Kysely, type Selectable, sql } from 'kysely'
import * as z from 'zod'
import type { RoomCatalog, RoomSetting, StoredProject } from './store.ts'

export interface CatalogTables {
  person: {
    id: string
    name: string
    name_key: string
    color: number
    has_account: number
    owns_workspace: number
    created_at: number
  }
  project: {
    id: string
    name: string
    mode: string
    peers_judge: number
    label_set: string
    guidelines: string
    created_at: number
  }
  member: { project_id: string; person_id: string; role: string }
  article: {
    id: string
    project_id: string
    title: string
    language: string | null
    direction: string
    length: number
    text: string
    sha256: string
    blocks: string
    inlines: string
    created_at: number
  }
  /** Whose records came with the file an article was imported from. */
  contributor: { article_id: string; person_id: string }
  seed: { name: string; at: number }
}

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
  adopt: { labelSet: LabelSet; peersJudge: boolean } | null
}

/** A new id for a person, a project or an article: 96 random bits that fit every place an id is used in. */
export function newId(): string {
  return randomBytes(12).toString('hex')
}

/** Names with the same key look the same to a hasty reader: case, width, ligatures and invisible characters aside. */
function nameKey(name: string): string {
  return name
    .normalize('NFKC')
    .toLowerCase()
    .replace(/\p{Default_Ignorable_Code_Point}/gu, '')
    .replace(/\s+/gu, ' ')
    .trim()
}

const COLORS = 12

/** How much text of rooms is kept in memory, in UTF-16 code units. */
const KEPT_LENGTH = 16 * 1024 * 1024

export class SqlCatalog implements RoomCatalog {
  readonly #db: Kysely<CatalogTables>
  readonly #roles = new Map<string, Map<string, Role>>()
  readonly #settings = new Map<string, RoomSetting>()
  #keptLength = 0

  /** Use `openCatalog`, which also reads the roles. */
  constructor(db: Kysely<CatalogTables>) {
    this.#db = db
  }

  async loadRoles(): Promise<void> {
    for (const { project_id, person_id, role } of await this.#db.selectFrom('member').selectAll().execute())
      this.#remember(project_id, person_id, roleSchema.parse(role))
  }

  // People

  async person(id: string): Promise<Person | null> {
    return (await this.people([id]))[0] ?? null
  }

  async people(ids: readonly string[]): Promise<Person[]> {
    const found: Person[] = []
    // SQLite takes a limited number of parameters in one statement.
    for (let i = 0; i < ids.length; i += 500) {
      const rows = await this.#db
        .selectFrom('person')
        .select(['id', 'name', 'color'])
        .where('id', 'in', ids.slice(i, i + 500))
        .execute()
      found.push(...rows)
    }
    return found
  }

  async me(id: string): Promise<Me | null> {
    const row = await this.#db
      .selectFrom('person')
      .select(['id', 'name', 'color', 'owns_workspace'])
      .where('id', '=', id)
      .executeTakeFirst()
    return row ? { id: row.id, name: row.name, color: row.color, ownsWorkspace: row.owns_workspace === 1 } : null
  }

  /** Those of the ids who can sign in here. */
  async accountsAmong(ids: readonly string[]): Promise<Set<string>> {
    const found = new Set<string>()
    for (let i = 0; i < ids.length; i += 500) {
      const rows = await this.#db
        .selectFrom('person')
        .select('id')
        .where('has_account', '=', 1)
        .where('id', 'in', ids.slice(i, i + 500))
        .execute()
      for (const { id } of rows) found.add(id)
    }
    return found
  }

  /**
   * Adds somebody who can sign in. The first one owns the workspace and every project in it; all others annotate in its
   * open projects. A name that is taken gets a number.
   */
  async join(id: string, name: string): Promise<Me> {
    const { me, roles } = await this.#db.transaction().execute(async (db) => {
      const owner = await db.selectFrom('person').select('id').where('owns_workspace', '=', 1).executeTakeFirst()
      const free = await freeName(db, name)
      const color = await nextColor(db)
      const me: Me = { id, name: free, color, ownsWorkspace: owner === undefined }
      await db
        .insertInto('person')
        .values({
          id,
          name: free,
          name_key: nameKey(free),
          color,
          has_account: 1,
          owns_workspace: me.ownsWorkspace ? 1 : 0,
          created_at: Date.now(),
        })
        .execute()
      const projects = await db.selectFrom('project').select(['id', 'mode']).execute()
      const roles = projects
        .filter((project) => me.ownsWorkspace || project.mode === 'open')
        .map((project) => ({
          project_id: project.id,
          person_id: id,
          role: me.ownsWorkspace ? ('owner' as const) : ('annotator' as const),
        }))
      if (roles.length > 0) await db.insertInto('member').values(roles).execute()
      return { me, roles }
    })
    for (const { project_id, person_id, role } of roles) this.#remember(project_id, person_id, role)
    return me
  }

  // Projects

  async projectsOf(person: string): Promise<(StoredProject & { role: Role; articleCount: number })[]> {
    const rows = await this.#db
      .selectFrom('project')
      .innerJoin('member', 'member.project_id', 'project.id')
      .selectAll('project')
      .select(['member.role', articleCount.as('articles')])
      .where('member.person_id', '=', person)
      .orderBy('project.created_at')
      .orderBy('project.id')
      .execute()
    return rows.map((row) => ({
      ...projectOf(row),
      role: roleSchema.parse(row.role),
      articleCount: row.articles,
    }))
  }

  /** The project as one of its members sees it; null for everybody else, as if it were not there. */
  async projectFor(person: string, id: string): Promise<(StoredProject & { role: Role; articleCount: number }) | null> {
    const row = await this.#db
      .selectFrom('project')
      .innerJoin('member', 'member.project_id', 'project.id')
      .selectAll('project')
      .select(['member.role', articleCount.as('articles')])
      .where('member.person_id', '=', person)
      .where('project.id', '=', id)
      .executeTakeFirst()
    return row ? { ...projectOf(row), role: roleSchema.parse(row.role), articleCount: row.articles } : null
  }

  async project(id: string): Promise<StoredProject | null> {
    const row = await this.#db.selectFrom('project').selectAll().where('id', '=', id).executeTakeFirst()
    return row ? projectOf(row) : null
  }

  async addProject(project: StoredProject, owner: string | null): Promise<void> {
    await this.#db.transaction().execute(async (db) => {
      await db
        .insertInto('project')
        .values({
          id: project.id,
          name: project.name,
          mode: project.mode,
          peers_judge: project.peersJudge ? 1 : 0,
          label_set: JSON.stringify(project.labelSet),
          guidelines: project.guidelines,
          created_at: Date.now(),
        })
        .execute()
      if (owner !== null)
        await db.insertInto('member').values({ project_id: project.id, person_id: owner, role: 'owner' }).execute()
    })
    if (owner !== null) this.#remember(project.id, owner, 'owner')
  }

  /** Makes annotators of all who can sign in and are not members yet: in a workspace joined by name, all are in all. */
  async enrol(projectId: string): Promise<void> {
    const rows = await this.#db
      .selectFrom('person')
      .select('id')
      .where('has_account', '=', 1)
      .where('id', 'not in', (eb) => eb.selectFrom('member').select('person_id').where('project_id', '=', projectId))
      .execute()
    for (const { id } of rows) await this.setRole(projectId, id, 'annotator')
  }

  async members(projectId: string): Promise<(Person & { role: Role })[]> {
    const rows = await this.#db
      .selectFrom('member')
      .innerJoin('person', 'person.id', 'member.person_id')
      .select(['person.id', 'person.name', 'person.color', 'member.role'])
      .where('member.project_id', '=', projectId)
      .orderBy('person.created_at')
      .orderBy('person.id')
      .execute()
    return rows.map((row) => ({ ...row, role: roleSchema.parse(row.role) }))
  }

  async setRole(projectId: string, person: string, role: Role): Promise<void> {
    await this.#db
      .insertInto('member')
      .values({ project_id: projectId, person_id: person, role })
      .onConflict((conflict) => conflict.columns(['project_id', 'person_id']).doUpdateSet({ role }))
      .execute()
    this.#remember(projectId, person, role)
  }

  roleOf(projectId: string, person: string): Role | null {
    return this.#roles.get(projectId)?.get(person) ?? null
  }

  // Articles

  async articlesOf(projectId: string): Promise<ArticleSummary[]> {
    const rows = await this.#db
      .selectFrom('article')
      .select(summaryColumns)
      .where('project_id', '=', projectId)
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

  /** The project an article is in, without reading its text. */
  async projectOfArticle(id: string): Promise<string | null> {
    const row = await this.#db.selectFrom('article').select('project_id').where('id', '=', id).executeTakeFirst()
    return row?.project_id ?? null
  }

  async article(id: string): Promise<Article | null> {
    const row = await this.#db.selectFrom('article').selectAll().where('id', '=', id).executeTakeFirst()
    return row ? articleOf(row) : null
  }

  /** The article as a member of its project sees it; null for everybody else, as if it were not there. */
  async articleFor(person: string, id: string): Promise<Article | null> {
    const row = await this.#db
      .selectFrom('article')
      .innerJoin('member', 'member.project_id', 'article.project_id')
      .selectAll('article')
      .where('member.person_id', '=', person)
      .where('article.id', '=', id)
      .executeTakeFirst()
    return row ? articleOf(row) : null
  }

  /** For an article that comes without records; `addArrival` is for one with them. */
  async addArticle(article: Article): Promise<void> {
    await this.#db.insertInto('article').values(articleRow(article)).execute()
  }

  /**
   * The last step of an import, all or nothing: the article with its people, and what the project takes over from it.
   * People who have an account keep the role they have, or have none; so does everybody who is a member already.
   */
  async addArrival({ article, people, adopt }: Arrival): Promise<void> {
    const given = await this.#db.transaction().execute(async (db) => {
      if (adopt)
        await db
          .updateTable('project')
          .set({ label_set: JSON.stringify(adopt.labelSet), peers_judge: adopt.peersJudge ? 1 : 0 })
          .where('id', '=', article.projectId)
          .execute()
      await db.insertInto('article').values(articleRow(article)).execute()
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
    for (const { id, role } of given) this.#remember(article.projectId, id, role)
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

  /**
   * Asked at every turn of a room, so it is answered from memory: a text never changes, nor does what a project judges
   * by once it has articles.
   */
  async roomSetting(room: string): Promise<RoomSetting | null> {
    const kept = this.#settings.get(room)
    if (kept) return kept
    const row = await this.#db
      .selectFrom('article')
      .innerJoin('project', 'project.id', 'article.project_id')
      .select(['article.text', 'project.id', 'project.mode', 'project.label_set', 'project.peers_judge'])
      .where('article.id', '=', room)
      .executeTakeFirst()
    // In a blind project an article's own room exists only after the reveal; until there is one, there is no room.
    if (row?.mode !== 'open') return null
    const setting: RoomSetting = {
      projectId: row.id,
      text: row.text,
      labelSet: labelSetOf(row.label_set),
      peersJudge: row.peers_judge === 1,
    }
    this.#keep(room, setting)
    return setting
  }

  // Seeds

  async isSeeded(name: string): Promise<boolean> {
    return (await this.#db.selectFrom('seed').select('name').where('name', '=', name).executeTakeFirst()) !== undefined
  }

  async markSeeded(name: string): Promise<void> {
    await this.#db.insertInto('seed').values({ name, at: Date.now() }).execute()
  }

  /** Throws when the database does not answer. */
  async ping(): Promise<void> {
    await sql`select 1`.execute(this.#db)
  }

  #keep(room: string, setting: RoomSetting): void {
    if (this.#settings.has(room)) return
    this.#settings.set(room, setting)
    this.#keptLength += setting.text.length
    for (const [oldest, { text }] of this.#settings) {
      if (this.#keptLength <= KEPT_LENGTH || oldest === room) return
      this.#settings.delete(oldest)
      this.#keptLength -= text.length
    }
  }

  #remember(projectId: string, person: string, role: Role): void {
    const roles = this.#roles.get(projectId) ?? new Map<string, Role>()
    this.#roles.set(projectId, roles)
    roles.set(person, role)
  }
}

export async function openCatalog(db: Kysely<CatalogTables>): Promise<SqlCatalog> {
  const catalog = new SqlCatalog(db)
  await catalog.loadRoles()
  return catalog
}

async function freeName(db: Kysely<CatalogTables>, name: string): Promise<string> {
  const key = nameKey(name)
  // A long name is cut to make place for its number, so only its beginning is sure to be in all that are like it.
  const start = key.slice(0, 100).replace(/[\ud800-\udbff]$/, '')
  const rows = await db
    .selectFrom('person')
    .select('name_key')
    .where('name_key', '>=', start)
    .where('name_key', '<', `${start}\u{10ffff}`)
    .execute()
  const taken = new Set(rows.map((row) => row.name_key))
  if (!taken.has(key)) return name
  let number = 2
  while (taken.has(nameKey(numbered(name, number)))) number++
  return numbered(name, number)
}

/** The number has to fit behind the name without making it longer than names may be. */
function numbered(name: string, number: number): string {
  const clusters = Array.from(new Intl.Segmenter('und').segment(name), ({ segment }) => segment)
  while (clusters.join('').length + ` ${number}`.length > 240) clusters.pop()
  return `${clusters.join('')} ${number}`
}

async function nextColor(db: Kysely<CatalogTables>): Promise<number> {
  const { count } = await db
    .selectFrom('person')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  return Number(count) % COLORS
}

const articleCount = sql<number>`(select count(*) from article where article.project_id = project.id)`

function projectOf(row: Selectable<CatalogTables['project']>): StoredProject {
  return {
    id: row.id,
    name: row.name,
    mode: z.enum(['open', 'blind']).parse(row.mode),
    peersJudge: row.peers_judge === 1,
    labelSet: labelSetOf(row.label_set),
    guidelines: row.guidelines,
  }
}

function labelSetOf(json: string): LabelSet {
  return labelSetSchema.parse(JSON.parse(json))
}

const summaryColumns = ['id', 'project_id', 'title', 'language', 'direction', 'length', 'created_at'] as const

function summaryOf(row: Pick<Selectable<CatalogTables['article']>, (typeof summaryColumns)[number]>): ArticleSummary {
  return {
    id: row.id,
    projectId: row.project_id,
    title: row.title,
    language: row.language,
    direction: articleContentSchema.shape.direction.parse(row.direction),
    length: row.length,
    createdAt: row.created_at,
  }
}

const storedBlocks = articleContentSchema.shape.blocks
const storedInlines = articleContentSchema.shape.inlines

function articleOf(row: Selectable<CatalogTables['article']>): Article {
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
  }
}

function articleRow(article: Article): CatalogTables['article'] {
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
    created_at: Date.now(),
  }
}
