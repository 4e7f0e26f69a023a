/** What projects work by, version by version, and how far marks are with being changed to the newest one. */
import type { Labels } from '@attest/schema/formats/label-json'
import { type LabelJob, type LabelVersion, labelJobSchema, type StoredLabels } from '@attest/schema/label-api'
import { type Decision, decisionsSchema } from '@attest/schema/label-mapping'
import type { LabelSet } from '@attest/schema/labelset'
import type { Kysely, Selectable } from 'kysely'
import type { Audit } from './audit.ts'
import { labelSetOf } from './projects.ts'
import type { RoomSettings } from './room-settings.ts'
import type { CatalogTables } from './tables.ts'

/** A change of marks that is under way, with what carries it out. */
export interface StoredJob extends LabelJob {
  projectId: string
  person: string
  decisions: Decision[]
  lastArticle: string
}

export interface Saving extends Labels {
  projectId: string
  /** The number of the version that was changed. */
  base: number
  note: string
  person: string
  /** What is to be carried out on marks; null when nothing is. */
  decisions: readonly Decision[] | null
  /** What changed, in a few words, for the audit log. */
  what: string
}

export type Saved =
  | { is: 'saved'; number: number }
  /** Another version was saved meanwhile. */
  | { is: 'stale' }
  /** Marks are still being changed to the version before. */
  | { is: 'busy' }

export class LabelSets {
  readonly #db: Kysely<CatalogTables>
  readonly #rooms: RoomSettings
  readonly #audit: Audit

  constructor(db: Kysely<CatalogTables>, rooms: RoomSettings, audit: Audit) {
    this.#db = db
    this.#rooms = rooms
    this.#audit = audit
  }

  /** What a project works by now. Throws when there is no such project. */
  async current(projectId: string): Promise<StoredLabels> {
    const newest = await this.#versions(projectId).limit(1).executeTakeFirst()
    return newest ? labelsOf(newest) : this.#first(projectId)
  }

  /** Null when there is no such version. */
  async version(projectId: string, number: number): Promise<StoredLabels | null> {
    const row = await this.#versions(projectId).where('label_version.number', '=', number).executeTakeFirst()
    if (row) return labelsOf(row)
    return number === 1 && (await newestOf(this.#db, projectId)) === 0 ? this.#first(projectId) : null
  }

  /** All of them, the newest first. */
  async versions(projectId: string): Promise<LabelVersion[]> {
    const rows = await this.#versions(projectId).execute()
    return rows.length > 0 ? rows.map(versionOf) : [versionOnly(await this.#first(projectId))]
  }

  /** The newest change of marks, whether it is under way or not. */
  async job(projectId: string): Promise<LabelJob | null> {
    const row = await this.#db
      .selectFrom('label_job')
      .selectAll()
      .where('project_id', '=', projectId)
      .orderBy('number', 'desc')
      .executeTakeFirst()
    return row ? toldJob(jobOf(row)) : null
  }

  /** Keeps a new version and, in the same breath, what is to become of marks; from then on rooms judge by it. */
  async save({ projectId, base, labelSet, guidelines, note, person, decisions, what }: Saving): Promise<Saved> {
    const saved = await this.#db.transaction().execute(async (db): Promise<Saved> => {
      await keepFirst(db, projectId)
      if ((await newestOf(db, projectId)) !== base) return { is: 'stale' }
      const running = await db
        .selectFrom('label_job')
        .select('number')
        .where('project_id', '=', projectId)
        .where('state', '=', 'running')
        .executeTakeFirst()
      if (running) return { is: 'busy' }
      const number = base + 1
      await addVersion(db, projectId, { labelSet: { ...labelSet, version: number }, guidelines, note, person })
      if (decisions) {
        const { articles } = await db
          .selectFrom('article')
          .select((eb) => eb.fn.countAll<number>().as('articles'))
          .where('project_id', '=', projectId)
          .executeTakeFirstOrThrow()
        await db
          .insertInto('label_job')
          .values({
            project_id: projectId,
            number,
            person_id: person,
            decisions: JSON.stringify(decisions),
            state: 'running',
            articles,
            done: 0,
            changed: 0,
            last_article: '',
            failures: '[]',
            created_at: Date.now(),
          })
          .execute()
      }
      await this.#audit.note(
        { act: 'label-set.change', project: projectId, person, subject: String(number), detail: note || what },
        db,
      )
      return { is: 'saved', number }
    })
    this.#rooms.forget(projectId)
    return saved
  }

  /** Those that are under way, in every project. */
  async running(): Promise<StoredJob[]> {
    const rows = await this.#db.selectFrom('label_job').selectAll().where('state', '=', 'running').execute()
    return rows.map(jobOf)
  }

  /** Null when nothing is under way in this project. */
  async runningIn(projectId: string): Promise<StoredJob | null> {
    return (await this.running()).find((job) => job.projectId === projectId) ?? null
  }

  /** Notes how far it is. */
  async keepJob({ projectId, number, state, done, changed, lastArticle, failures }: StoredJob): Promise<void> {
    await this.#db
      .updateTable('label_job')
      .set({ state, done, changed, last_article: lastArticle, failures: JSON.stringify(failures) })
      .where('project_id', '=', projectId)
      .where('number', '=', number)
      .execute()
  }

  /** Has those articles tried again that could not be changed; whether there were any. */
  async tryAgain(projectId: string): Promise<boolean> {
    return this.#db.transaction().execute(async (db) => {
      const number = await newestOf(db, projectId)
      const row = await db
        .selectFrom('label_job')
        .selectAll()
        .where('project_id', '=', projectId)
        .orderBy('number', 'desc')
        .executeTakeFirst()
      // What was decided for one version says nothing of a later one.
      if (row?.state !== 'done' || row.number !== number || row.failures === '[]') return false
      await db
        .updateTable('label_job')
        .set({ state: 'running', done: 0, last_article: '', failures: '[]' })
        .where('project_id', '=', projectId)
        .where('number', '=', number)
        .execute()
      return true
    })
  }

  /** The next articles of a project in the order of their ids, also those that nobody is shown. */
  async articlesAfter(projectId: string, last: string): Promise<{ id: string; title: string }[]> {
    return this.#db
      .selectFrom('article')
      .select(['id', 'title'])
      .where('project_id', '=', projectId)
      .where('id', '>', last)
      .orderBy('id')
      .limit(100)
      .execute()
  }

  #versions(projectId: string) {
    return this.#db
      .selectFrom('label_version')
      .leftJoin('person', 'person.id', 'label_version.person_id')
      .selectAll('label_version')
      .select(['person.name', 'person.color'])
      .where('label_version.project_id', '=', projectId)
      .orderBy('label_version.number', 'desc')
  }

  async #first(projectId: string): Promise<StoredLabels> {
    const row = await this.#db
      .selectFrom('project')
      .select(['label_set', 'guidelines', 'created_at'])
      .where('id', '=', projectId)
      .executeTakeFirstOrThrow()
    const { guidelines } = row
    return { number: 1, at: row.created_at, by: null, note: '', labelSet: labelSetOf(row.label_set), guidelines }
  }
}

/** An article's file sets an empty project up: what it brings is kept as it is, and as a version of the project. */
export async function adoptLabels(
  db: Kysely<CatalogTables>,
  projectId: string,
  { labelSet, person }: { labelSet: LabelSet; person: string | null },
): Promise<void> {
  await keepFirst(db, projectId)
  const { guidelines } = await db
    .selectFrom('project')
    .select('guidelines')
    .where('id', '=', projectId)
    .executeTakeFirstOrThrow()
  await addVersion(db, projectId, { labelSet, guidelines, note: '', person })
}

async function addVersion(
  db: Kysely<CatalogTables>,
  projectId: string,
  { labelSet, guidelines, note, person }: Labels & { note: string; person: string | null },
): Promise<void> {
  const stored = { label_set: JSON.stringify(labelSet), guidelines }
  await db.updateTable('project').set(stored).where('id', '=', projectId).execute()
  await db
    .insertInto('label_version')
    .values({
      project_id: projectId,
      number: (await newestOf(db, projectId)) + 1,
      ...stored,
      note,
      person_id: person,
      created_at: Date.now(),
    })
    .execute()
}

/** Keeps what a project began with, before something else takes its place. */
async function keepFirst(db: Kysely<CatalogTables>, projectId: string): Promise<void> {
  if ((await newestOf(db, projectId)) > 0) return
  const { label_set, guidelines, created_at } = await db
    .selectFrom('project')
    .select(['label_set', 'guidelines', 'created_at'])
    .where('id', '=', projectId)
    .executeTakeFirstOrThrow()
  await db
    .insertInto('label_version')
    .values({ project_id: projectId, number: 1, label_set, guidelines, note: '', person_id: null, created_at })
    .execute()
}

/** 0 for a project that is still as it began. */
async function newestOf(db: Kysely<CatalogTables>, projectId: string): Promise<number> {
  const { newest } = await db
    .selectFrom('label_version')
    .select((eb) => eb.fn.max<number | null>('number').as('newest'))
    .where('project_id', '=', projectId)
    .executeTakeFirstOrThrow()
  return newest ?? 0
}

type VersionRow = Selectable<CatalogTables['label_version']> & { name: string | null; color: number | null }

function versionOf({ number, created_at, note, person_id, name, color }: VersionRow): LabelVersion {
  const by = person_id === null ? null : { id: person_id, name: name ?? person_id, color: color ?? 0 }
  return { number, at: created_at, by, note }
}

function versionOnly({ number, at, by, note }: StoredLabels): LabelVersion {
  return { number, at, by, note }
}

function labelsOf(row: VersionRow): StoredLabels {
  return { ...versionOf(row), labelSet: labelSetOf(row.label_set), guidelines: row.guidelines }
}

function jobOf(row: Selectable<CatalogTables['label_job']>): StoredJob {
  return {
    ...labelJobSchema.parse({ ...row, failures: JSON.parse(row.failures) }),
    projectId: row.project_id,
    person: row.person_id,
    decisions: decisionsSchema.parse(JSON.parse(row.decisions)),
    lastArticle: row.last_article,
  }
}

function toldJob({ number, state, articles, done, changed, failures }: StoredJob): LabelJob {
  return { number, state, articles, done, changed, failures }
}
