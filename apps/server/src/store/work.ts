/**
 * Assignments, states and due days. Each change is one transaction with the rows that say when it was, so that what a
 * picture over time shows is what was; and the state of an article follows those of its assignments in the same one.
 */
import { blindSchema, blindStates, isHidden } from '@attest/schema/layer'
import { canAnnotate, type Role } from '@attest/schema/roles'
import {
  type Assign,
  type Assignment,
  type Step,
  type StepRefusal,
  spreadEvenly,
  stepRefusal,
  stepTable,
  type TakeStep,
  type WorkSettings,
  type WorkState,
} from '@attest/schema/work'
import { type Kysely, sql } from 'kysely'
import type { Audit } from './audit.ts'
import type { Roles } from './roles.ts'
import { endSignOff, putSignOff, type Signing } from './sign-offs.ts'
import type { CatalogTables } from './tables.ts'
import {
  articlesOf,
  assignmentOf,
  chunks,
  insertAssignments,
  insertChanges,
  putState,
  removeAssignments,
  settle,
  stateIn,
  statesOf,
} from './work-rows.ts'

type Db = Kysely<CatalogTables>

export interface MyItem {
  article: string
  title: string
  projectId: string
  projectName: string
  state: WorkState
  due: string | null
  note: string | null
}

export interface StateChange {
  article: string
  person: string | null
  step: string
  state: WorkState | null
  by: string
  at: number
}

export type Changed =
  | { ok: true; changed: number; skipped: number }
  | { ok: false; reason: StepRefusal | 'no-member' | 'signed-off' | 'would-finish' }

const defaults: WorkSettings = { perArticle: 1, mayTake: true }

/** Who does it, where. */
export interface Act {
  project: string
  person: string
}

export class Work {
  readonly #db: Db
  readonly #roles: Roles
  readonly #audit: Audit

  constructor(db: Db, roles: Roles, audit: Audit) {
    this.#db = db
    this.#roles = roles
    this.#audit = audit
  }

  async settings(project: string, db: Db = this.#db): Promise<WorkSettings> {
    const row = await db.selectFrom('work_setting').selectAll().where('project_id', '=', project).executeTakeFirst()
    return row ? { perArticle: row.per_article, mayTake: row.may_take === 1 } : defaults
  }

  async setSettings({ project, person }: Act, settings: WorkSettings): Promise<void> {
    await this.#db.transaction().execute(async (db) => {
      const row = { per_article: settings.perArticle, may_take: settings.mayTake ? 1 : 0 }
      await db
        .insertInto('work_setting')
        .values({ project_id: project, ...row })
        .onConflict((conflict) => conflict.column('project_id').doUpdateSet(row))
        .execute()
      const detail = `${settings.perArticle} an article, ${settings.mayTake ? 'may be taken' : 'are given only'}`
      await this.#audit.note({ act: 'work.assign', project, person, subject: project, detail }, db)
    })
  }

  /** All assignments of a project by their article, the oldest first. */
  async assignments(project: string, db: Db = this.#db): Promise<Map<string, Assignment[]>> {
    const rows = await db
      .selectFrom('assignment')
      .innerJoin('article', 'article.id', 'assignment.article_id')
      .selectAll('assignment')
      .where('article.project_id', '=', project)
      .where('article.deleted_at', 'is', null)
      .orderBy('assignment.at')
      .orderBy('assignment.person_id')
      .execute()
    const found = new Map<string, Assignment[]>()
    for (const row of rows) {
      const ofArticle = found.get(row.article_id)
      if (ofArticle) ofArticle.push(assignmentOf(row))
      else found.set(row.article_id, [assignmentOf(row)])
    }
    return found
  }

  async ofArticle(article: string): Promise<{ state: WorkState; due: string | null; assignments: Assignment[] }> {
    const row = await this.#db
      .selectFrom('article_work')
      .selectAll()
      .where('article_id', '=', article)
      .executeTakeFirst()
    const rows = await this.#db
      .selectFrom('assignment')
      .selectAll()
      .where('article_id', '=', article)
      .orderBy('at')
      .orderBy('person_id')
      .execute()
    return { state: stateIn(row?.state ?? null), due: row?.due ?? null, assignments: rows.map(assignmentOf) }
  }

  /** What a person is assigned to in all their projects, without what is done. */
  async mine(person: string): Promise<MyItem[]> {
    const rows = await this.#db
      .selectFrom('assignment')
      .innerJoin('article', 'article.id', 'assignment.article_id')
      .innerJoin('project', 'project.id', 'article.project_id')
      .innerJoin('member', (join) =>
        join.onRef('member.project_id', '=', 'project.id').onRef('member.person_id', '=', 'assignment.person_id'),
      )
      .leftJoin('article_work', 'article_work.article_id', 'article.id')
      .selectAll('assignment')
      .select(['article.title', 'article.project_id', 'project.name', 'article_work.due as article_due'])
      .where('assignment.person_id', '=', person)
      .where('assignment.state', '<>', 'done')
      .where('article.deleted_at', 'is', null)
      .where('project.deleted_at', 'is', null)
      .where('project.archived_at', 'is', null)
      .orderBy('project.created_at')
      .orderBy('article.created_at')
      .orderBy('article.id')
      .execute()
    return rows.map((row) => ({
      article: row.article_id,
      title: row.title,
      projectId: row.project_id,
      projectName: row.name,
      state: stateIn(row.state),
      due: sooner(row.due, row.article_due),
      note: row.note,
    }))
  }

  /** How many articles of each of these projects a person could take. */
  async takeable(projects: readonly string[], person: string): Promise<Map<string, number>> {
    const found = new Map<string, number>()
    for (const project of projects) {
      const role = this.#roles.actingIn(project, person)
      const { mayTake, perArticle } = await this.settings(project)
      if (!mayTake || !role || !canAnnotate(role)) continue
      const row = await takeableOf(this.#db, { project, person }, perArticle)
        .select(({ fn }) => fn.countAll<number>().as('count'))
        .executeTakeFirst()
      found.set(project, Number(row?.count ?? 0))
    }
    return found
  }

  /**
   * Assigns the article that most needs somebody to the person: what is due first, then what others have begun. Null
   * when there is none. Whoever asks at the same moment waits, and gets another one.
   */
  takeNext(act: Act): Promise<{ article: string; title: string } | null> {
    const { project, person } = act
    return this.#db.transaction().execute(async (db) => {
      const { mayTake, perArticle } = await this.settings(project, db)
      if (!mayTake) return null
      const next = await takeableOf(db, act, perArticle)
        .select(['article.id', 'article.title'])
        .orderBy(sql`article_work.due is null`)
        .orderBy('article_work.due')
        .orderBy(sql`(${assignedCount}) desc`)
        .orderBy('article.created_at')
        .orderBy('article.id')
        .limit(1)
        .executeTakeFirst()
      if (!next) return null
      await insertAssignments(db, [{ article: next.id, person }], { by: person, due: null, step: 'take' })
      await settle(db, [next.id], { by: person, step: 'take' })
      await this.#audit.note({ act: 'work.assign', project, person, subject: next.id, detail: 'took it' }, db)
      return { article: next.id, title: next.title }
    })
  }

  assign(act: Act, { articles, people, how, perArticle, due }: Assign): Promise<Changed> {
    const { project, person: by } = act
    return this.#db.transaction().execute(async (db) => {
      if (!people.every((person) => this.#mayWork(project, person))) return { ok: false, reason: 'no-member' }
      const all = await this.assignments(project, db)
      // Whoever wants more of one that is signed off reopens it, and says why.
      const known = await this.#unfinished(db, project, articles)
      if (known.length === 0 && (await this.#known(db, project, articles)).length > 0)
        return { ok: false, reason: 'signed-off' }
      const open = new Map<string, number>()
      for (const one of [...all.values()].flat())
        if (one.state === 'todo' || one.state === 'in-progress') open.set(one.person, (open.get(one.person) ?? 0) + 1)
      const has = known.map((id) => ({ id, people: (all.get(id) ?? []).map(({ person }) => person) }))
      const fresh =
        how === 'even'
          ? spreadEvenly(
              has,
              people.map((id) => ({ id, load: open.get(id) ?? 0 })),
              perArticle ?? 1,
            )
          : has.flatMap(({ id, people: present }) =>
              people.filter((person) => !present.includes(person)).map((person) => ({ article: id, person })),
            )
      await insertAssignments(db, fresh, { by, due: due ?? null, step: 'assign' })
      await settle(db, [...new Set(fresh.map(({ article }) => article))], { by, step: 'assign' })
      if (fresh.length > 0) await this.#noteMany(db, act, fresh)
      return { ok: true, changed: fresh.length, skipped: articles.length - known.length }
    })
  }

  unassign(
    act: Act,
    { articles, people }: { articles: readonly string[]; people: readonly string[] },
  ): Promise<Changed> {
    const { project, person: by } = act
    return this.#db.transaction().execute(async (db) => {
      const known = await this.#known(db, project, articles)
      const all = await this.assignments(project, db)
      const states = await statesOf(db, project)
      let keeps = 0
      const gone = known.flatMap((article) => {
        const present = all.get(article) ?? []
        const left = present.filter(({ person }) => !people.includes(person))
        // What is left would be done, and nobody has looked whether it can be signed off.
        if (left.length > 0 && left.every(({ state }) => state === 'done') && states.get(article) !== 'done') {
          keeps++
          return []
        }
        return present.flatMap(({ person }) => (people.includes(person) ? [{ article, person }] : []))
      })
      if (gone.length === 0 && keeps > 0) return { ok: false, reason: 'would-finish' }
      await removeAssignments(db, gone, by)
      await settle(db, [...new Set(gone.map(({ article }) => article))], { by, step: 'unassign' })
      if (gone.length > 0) await this.#noteMany(db, act, gone, 'taken from ')
      return { ok: true, changed: gone.length, skipped: articles.length * people.length - gone.length }
    })
  }

  /** Gives what one person was to do to another, who begins anew; the day it is due stays. */
  reassign(act: Act, { article, from, to }: { article: string; from: string; to: string }): Promise<Changed> {
    const { project, person: by } = act
    return this.#db.transaction().execute(async (db) => {
      if (!this.#mayWork(project, to)) return { ok: false, reason: 'no-member' }
      const [known] = await this.#unfinished(db, project, [article])
      const present = known ? ((await this.assignments(project, db)).get(known) ?? []) : []
      const given = present.find(({ person }) => person === from)
      if (!given || present.some(({ person }) => person === to)) return { ok: false, reason: 'not-now' }
      await removeAssignments(db, [{ article, person: from }], by)
      await insertAssignments(db, [{ article, person: to }], { by, due: given.due, step: 'assign' })
      await settle(db, [article], { by, step: 'assign' })
      await this.#noteMany(db, act, [{ article, person: from }], 'taken from ')
      await this.#noteMany(db, act, [{ article, person: to }])
      return { ok: true, changed: 1, skipped: 0 }
    })
  }

  setDue(
    act: Act,
    { articles, person, due }: { articles: readonly string[]; person?: string | undefined; due: string | null },
  ): Promise<Changed> {
    return this.#db.transaction().execute(async (db) => {
      const known = await this.#known(db, act.project, articles)
      let changed = 0
      for (const some of chunks(known)) {
        if (person !== undefined) {
          const { numUpdatedRows } = await db
            .updateTable('assignment')
            .set({ due })
            .where('article_id', 'in', some)
            .where('person_id', '=', person)
            .executeTakeFirst()
          changed += Number(numUpdatedRows)
        } else {
          await db
            .insertInto('article_work')
            .values(some.map((article_id) => ({ article_id, state: 'todo', due })))
            .onConflict((conflict) => conflict.column('article_id').doUpdateSet({ due }))
            .execute()
          changed += some.length
        }
      }
      if (changed > 0) {
        const [one] = known.length === 1 ? known : []
        const what = known.length === 1 ? '' : `${known.length} articles: `
        await this.#audit.note(
          { act: 'work.due', ...act, subject: one ?? act.project, detail: `${what}${due ?? 'no day'}` },
          db,
        )
      }
      return { ok: true, changed, skipped: articles.length - (person === undefined ? known.length : changed) }
    })
  }

  /** The articles that this step would sign off, were it taken now. */
  async closedBy(act: Act, { articles, person, step }: TakeStep): Promise<string[]> {
    if (step !== 'finish') return []
    const all = await this.assignments(act.project)
    const states = await statesOf(this.#db, act.project)
    return [...new Set(articles)].filter((article) => {
      const present = all.get(article) ?? []
      const state = states.get(article)
      if (state === undefined || state === 'done') return false
      if (present.length === 0) return person === undefined
      const isTaken = (one: Assignment) =>
        (person === undefined || one.person === person) && this.#refusalOf('finish', act, one) === null
      return present.some(isTaken) && present.every((one) => one.state === 'done' || isTaken(one))
    })
  }

  #refusalOf(step: Step, { project, person: by }: Act, one: Pick<Assignment, 'person' | 'state'>): StepRefusal | null {
    const role = this.#roles.actingIn(project, by)
    return role ? stepRefusal(step, { state: one.state, on: one.person === by ? 'own' : 'other', role }) : 'not-yours'
  }

  /**
   * Takes a step wherever the person may; refused when they may nowhere, with the reason. What it signs off is in
   * `signing`, and is left as it is when it is not; `authors` are those with records in what it reopens.
   */
  takeStep(
    act: Act,
    { step, articles, person, note }: TakeStep,
    signing: ReadonlyMap<string, Signing> = new Map(),
    authors: ReadonlyMap<string, Iterable<string>> = new Map(),
  ): Promise<Changed> {
    const { project, person: by } = act
    const role = this.#roles.actingIn(project, by)
    if (!role) return Promise.resolve({ ok: false, reason: 'not-yours' })
    return this.#db.transaction().execute(async (db) => {
      const all = await this.assignments(project, db)
      const rows = await articlesOf(db, project).execute()
      const states = new Map(rows.map(({ id, state }) => [id, stateIn(state)]))
      // Of a hidden article, an annotator is not even told how many others there are.
      const hidden = new Set(
        isReviewing(role) ? [] : rows.flatMap(({ id, blind }) => (isHidden(blindSchema.parse(blind)) ? [id] : [])),
      )
      const taken: { article: string; person: string | null; before: WorkState }[] = []
      let skipped = 0
      let reason: StepRefusal | null = null
      for (const article of new Set(articles)) {
        const state = states.get(article)
        const present = (all.get(article) ?? []).filter((one) => !hidden.has(article) || one.person === by)
        const targets: { person: string | null; state: WorkState }[] =
          present.length === 0 && person === undefined && state !== undefined
            ? [{ person: null, state }]
            : present.filter((one) => person === undefined || one.person === person)
        if (targets.length === 0) skipped++
        for (const target of targets) {
          const on = target.person === null ? 'article' : target.person === by ? 'own' : 'other'
          const refusal = stepRefusal(step, { state: target.state, on, role })
          if (refusal === null) taken.push({ article, person: target.person, before: target.state })
          else {
            skipped++
            // What could be done at another time says more than what is for others to do.
            if (reason === null || refusal === 'not-now') reason = refusal
          }
        }
      }
      if (taken.length === 0) return { ok: false, reason: reason ?? (isReviewing(role) ? 'not-now' : 'not-yours') }
      const { to } = stepTable[step]
      const at = Date.now()
      const said = note ? note : null
      for (const { article, person } of taken) {
        if (person === null) await putState(db, article, to)
        else
          await db
            .updateTable('assignment')
            .set(keepsNote(step) ? { state: to } : { state: to, note: said })
            .where('article_id', '=', article)
            .where('person_id', '=', person)
            .execute()
      }
      await insertChanges(
        db,
        taken.map(({ article, person }) => ({ article, person, step, state: to, by, note: said, at })),
      )
      await settle(
        db,
        taken.flatMap(({ article, person }) => (person === null ? [] : [article])),
        { by, step, at },
      )
      const now = await statesOf(db, project)
      const touched = [...new Set(taken.map(({ article }) => article))]
      const signed = touched.filter((one) => states.get(one) !== 'done' && now.get(one) === 'done')
      for (const article of signed) {
        const found = signing.get(article)
        // Somebody submitted or left since it was looked at: the whole step is taken back, and can be tried again.
        if (!found) throw new UncheckedSignOff(article)
        await putSignOff(db, article, { ...found, by, at })
      }
      const reopened = touched.filter((one) => states.get(one) === 'done' && now.get(one) !== 'done')
      for (const article of reopened) {
        const told = [...(all.get(article) ?? []).map((one) => one.person), ...(authors.get(article) ?? [])]
        await endSignOff(db, article, { by, why: said, at, told })
      }
      // To begin is not worth a line for the owners; the rows of the states have it.
      const rest = taken.filter(({ article }) => !signed.includes(article) && !reopened.includes(article))
      if (step !== 'start' && rest.length > 0) await this.#noteStep(db, act, step, rest)
      const despite = signing.get(signed[0] ?? '')?.reason ?? null
      await this.#noteClosing(db, { ...act, act: 'article.sign-off', articles: signed, detail: despite })
      await this.#noteClosing(db, { ...act, act: 'article.reopen', articles: reopened, detail: said })
      return { ok: true, changed: taken.length, skipped }
    })
  }

  /** Every change of a state in a project, in order. */
  async changes(project: string): Promise<StateChange[]> {
    const rows = await this.#db
      .selectFrom('state_change')
      .innerJoin('article', 'article.id', 'state_change.article_id')
      .selectAll('state_change')
      .where('article.project_id', '=', project)
      .where('article.deleted_at', 'is', null)
      .orderBy('state_change.seq')
      .execute()
    return rows.map((row) => ({
      article: row.article_id,
      person: row.person_id,
      step: row.step,
      state: row.state === null ? null : stateIn(row.state),
      by: row.by_id,
      at: Number(row.at),
    }))
  }

  #mayWork(project: string, person: string): boolean {
    const role = this.#roles.actingIn(project, person)
    return role !== null && canAnnotate(role)
  }

  /** Those of the ids that are articles of the project, once each. */
  async #known(db: Db, project: string, articles: readonly string[]): Promise<string[]> {
    const states = await statesOf(db, project)
    return [...new Set(articles)].filter((id) => states.has(id))
  }

  /** The same, without those that are signed off. */
  async #unfinished(db: Db, project: string, articles: readonly string[]): Promise<string[]> {
    const states = await statesOf(db, project)
    return (await this.#known(db, project, articles)).filter((id) => states.get(id) !== 'done')
  }

  async #noteClosing(
    db: Db,
    noted: Act & { act: 'article.sign-off' | 'article.reopen'; articles: readonly string[]; detail: string | null },
  ): Promise<void> {
    const { act, project, person, articles, detail } = noted
    const [first] = articles
    if (first === undefined) return
    const [subject, what] = articles.length === 1 ? [first, ''] : [project, `${articles.length} articles`]
    const said = [what, detail ?? ''].filter((part) => part !== '').join(': ')
    await this.#audit.note({ act, project, person, subject, detail: said === '' ? null : said }, db)
  }

  async #noteMany(db: Db, act: Act, all: readonly { article: string; person: string }[], how = ''): Promise<void> {
    const [first] = all
    const articles = new Set(all.map(({ article }) => article))
    const people = [...new Set(all.map(({ person }) => person))]
    const names = await db.selectFrom('person').select('name').where('id', 'in', people).orderBy('name').execute()
    const what = articles.size === 1 ? '' : `${articles.size} articles: `
    const detail = `${what}${how}${names.map(({ name }) => name).join(', ')}`
    const subject = articles.size === 1 && first ? first.article : act.project
    await this.#audit.note({ act: 'work.assign', ...act, subject, detail }, db)
  }

  async #noteStep(
    db: Db,
    act: Act,
    step: Step,
    taken: readonly { article: string; before: WorkState }[],
  ): Promise<void> {
    const articles = new Set(taken.map(({ article }) => article))
    const [first] = taken
    const { to } = stepTable[step]
    if (articles.size === 1 && first)
      await this.#audit.note(
        { act: 'article.state', ...act, subject: first.article, detail: `${first.before} → ${to}` },
        db,
      )
    else
      await this.#audit.note(
        { act: 'article.state', ...act, subject: act.project, detail: `${articles.size} articles → ${to}` },
        db,
      )
  }
}

/** An article would have been signed off that was not looked at. */
export class UncheckedSignOff extends Error {
  override name = 'UncheckedSignOff'

  constructor(article: string) {
    super(`nobody has looked whether ${article} can be signed off`)
  }
}

function isReviewing(role: Role): boolean {
  return role === 'owner' || role === 'reviewer'
}

/** To begin, or to look at it, answers nothing of what was asked for when it was sent back. */
function keepsNote(step: Step): boolean {
  return step === 'start' || step === 'review' || step === 'take-back'
}

const assignedCount = sql<number>`select count(*) from assignment where assignment.article_id = article.id`

function takeableOf(db: Db, { project, person }: Act, perArticle: number) {
  return (
    db
      .selectFrom('article')
      .leftJoin('article_work', 'article_work.article_id', 'article.id')
      .where('article.project_id', '=', project)
      .where('article.deleted_at', 'is', null)
      // A blind one that is offered no more would tell that others were given it.
      .where('article.blind', 'not in', blindStates.filter(isHidden))
      .where(sql<boolean>`(${assignedCount}) < ${perArticle}`)
      .where(({ not, exists, selectFrom }) =>
        not(
          exists(
            selectFrom('assignment')
              .select('assignment.person_id')
              .whereRef('assignment.article_id', '=', 'article.id')
              .where('assignment.person_id', '=', person),
          ),
        ),
      )
      .where(sql<boolean>`coalesce(article_work.state, 'todo') <> 'done'`)
      // What others are assigned to and have submitted lacks somebody all the same; what nobody was given does not.
      .where(sql<boolean>`(coalesce(article_work.state, 'todo') in ('todo', 'in-progress') or (${assignedCount}) > 0)`)
  )
}

function sooner(one: string | null, other: string | null): string | null {
  if (one === null || other === null) return one ?? other
  return one < other ? one : other
}
