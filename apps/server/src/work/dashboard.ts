/**
 * The figures of a project as one of its members may see them, put together from rows. Who may not see others gets what those did together, under nobody's name.
 */
import type { Person } from '@attest/schema/api'
import { burnDown } from '@attest/schema/burn-down'
import { addDays, type Day, dayTeller } from '@attest/schema/days'
import type { LabelSet } from '@attest/schema/labelset'
import { outcomes } from '@attest/schema/outcome'
import { canAnnotate, type Role } from '@attest/schema/roles'
import {
  type Assignment,
  type Dashboard,
  dueOf,
  isOverdue,
  noReview,
  seesEverybody,
  type WorkState,
  workStates,
} from '@attest/schema/work'
import type { Kysely } from 'kysely'
import { Audit } from '../store/audit.ts'
import { People } from '../store/people.ts'
import { Roles } from '../store/roles.ts'
import type { CatalogTables } from '../store/tables.ts'
import { type StateChange, Work } from '../store/work.ts'
import { type WorkArticle, WorkFigures } from '../store/work-figures.ts'
import { isVeiled, veiled, veiledChanges } from './veil.ts'

interface Past {
  articles: readonly WorkArticle[]
  assignments: ReadonlyMap<string, readonly Assignment[]>
  changes: readonly StateChange[]
  activity: readonly { at: number; person: string; marks: number; reviews: number }[]
  /** Members, and everybody else whose name may be needed. */
  people: readonly (Person & { role: Role | null })[]
  labelSet: LabelSet
}

interface Viewer {
  person: string
  role: Role
  zone: string
  now: number
}

/** What the thread is asked: all that it cannot read itself. */
export interface AskedFigures {
  project: string
  members: readonly (Person & { role: Role })[]
  labelSet: LabelSet
  viewer: Viewer
}

/** Reads what there is and puts it together; takes a while where much was done, so it has no place on the main thread. */
export async function readDashboard(db: Kysely<CatalogTables>, asked: AskedFigures): Promise<Dashboard> {
  const { project, members, labelSet, viewer } = asked
  const roles = new Roles()
  const work = new Work(db, roles, new Audit(db))
  const figures = new WorkFigures(db)
  const all = await work.assignments(project)
  const activity = await figures.activity(
    project,
    viewer.now - (MOST_DAYS + 1) * 86_400_000,
    (one) => !isVeiled(one, viewer) || one.person === viewer.person,
  )
  const seen = (await figures.articles(project)).map((one) => veiled(one, all.get(one.id) ?? [], viewer))
  const articles = seen.map(({ article }) => article)
  const assignments = new Map(seen.map(({ article, assignments }) => [article.id, assignments]))
  const hidden = new Set(articles.flatMap((one) => (isVeiled(one, viewer) ? [one.id] : [])))
  const changes = veiledChanges(await work.changes(project), (id) => hidden.has(id), viewer)
  const named = new Set([
    ...activity.map(({ person }) => person),
    ...changes.map(({ by }) => by),
    ...[...assignments.values()].flat().map(({ person }) => person),
    ...articles.flatMap(({ figures }) => Object.keys(figures.people)),
  ])
  for (const { id } of members) named.delete(id)
  const left = await new People(db, roles).findAll([...named])
  const people = [...members, ...left.map((person) => ({ ...person, role: null }))]
  const uncounted = await figures.uncounted(project)
  const counting = uncounted.filter(
    (one) => !one.isDamaged && (!isVeiled(one, viewer) || one.person === viewer.person),
  ).length
  return dashboardOf({ articles, assignments, changes, activity, people, labelSet }, viewer, counting)
}

/** As far as the pictures over time go back, in days. */
const MOST_DAYS = 366
/** As far as the one by the hour goes back. */
const HOURS_MS = 48 * 3_600_000

/** Of a kind that the label set had once. */
const noColor = { light: '#5a5f66', dark: '#a5abb2' }

/** What people do that is looking over the work of others. */
const reviewSteps = new Set(['review', 'send-back', 'finish', 'reopen'])

function dashboardOf(past: Past, viewer: Viewer, counting: number): Dashboard {
  const { articles, assignments, changes, activity, labelSet } = past
  const dayOf = dayTeller(viewer.zone)
  const today = dayOf(viewer.now)
  const isSeen = (person: string) =>
    seesEverybody(viewer.role) || (person === viewer.person && canAnnotate(viewer.role))
  const shown = (person: string) => (isSeen(person) ? person : null)

  const states = noStates()
  const kinds = new Map(
    labelSet.kinds.map(({ id, label, pattern, color }) => [id, { label, pattern, color, marks: 0 }]),
  )
  const progress = new Map<string | null, { states: Record<WorkState, number>; marks: number; overdue: number }>()
  const progressOf = (person: string) => {
    const key = shown(person)
    const found = progress.get(key) ?? { states: noStates(), marks: 0, overdue: 0 }
    progress.set(key, found)
    return found
  }
  for (const { id, role } of past.people) if (role && canAnnotate(role)) progressOf(id)

  const review = { ...noReview }
  const totals = { articles: articles.length, marks: 0, openThreads: 0, overdue: 0, people: 0, review, gaps: 0 }
  for (const { id, state, due, figures } of articles) {
    states[state]++
    const isLate = (one: Assignment) => isOverdue(dueOf(one.due, due), one.state, today)
    if (isOverdue(due, state, today) || assignments.get(id)?.some(isLate)) totals.overdue++
    totals.openThreads += figures.openThreads
    totals.gaps += figures.gaps
    for (const outcome of outcomes) review[outcome] += figures.review[outcome]
    for (const [kind, count] of Object.entries(figures.kinds)) {
      const known = kinds.get(kind) ?? { label: kind, pattern: 'solid' as const, color: noColor, marks: 0 }
      kinds.set(kind, { ...known, marks: known.marks + count })
      totals.marks += count
    }
    for (const [person, count] of Object.entries(figures.people)) progressOf(person).marks += count
    for (const one of assignments.get(id) ?? []) {
      const whose = progressOf(one.person)
      whose.states[one.state]++
      if (isLate(one)) whose.overdue++
    }
  }
  totals.people = past.people.filter(({ role }) => role !== null && canAnnotate(role)).length

  const events = [...activity, ...reviewsIn(changes)]
  const first = addDays(today, 1 - MOST_DAYS)
  // Many did something in the same quarter of an hour, and to write a date takes a while.
  const known = new Map<number, Day>()
  const dayAt = ({ at }: { at: number }) => {
    const day = known.get(at) ?? dayOf(at)
    known.set(at, day)
    return day
  }
  const days = tally(events, dayAt, shown).filter(({ key }) => key >= first && key <= today)
  const since = viewer.now - HOURS_MS
  const hours = tally(
    events.filter(({ at }) => at >= since && at <= viewer.now),
    ({ at }) => Math.floor(at / 3_600_000) * 3_600_000,
    shown,
  )

  return {
    today,
    zone: viewer.zone,
    people: past.people.filter(({ id }) => isSeen(id)).map(({ id, name, color }) => ({ id, name, color })),
    counting,
    articles: articles.map(({ id, title, state, figures }) => ({
      id,
      title,
      state,
      marks: sum(Object.values(figures.kinds)),
      openThreads: figures.openThreads,
      review: figures.review,
    })),
    totals,
    kinds: Array.from(kinds, ([kind, one]) => ({ kind, ...one })),
    progress: Array.from(progress, ([person, one]) => ({ person, ...one })),
    states,
    burnDown: burnDown({
      articles,
      changes: changes.flatMap(({ article, person, state, at }) =>
        person === null && state !== null ? [{ article, to: state, at }] : [],
      ),
      zone: viewer.zone,
      now: viewer.now,
      most: MOST_DAYS,
    }),
    days: days.map(({ key, ...rest }) => ({ day: key as Day, ...rest })),
    hours: hours.map(({ key, ...rest }) => ({ at: key, ...rest })),
  }
}

/** A step that is taken for all who are assigned to an article, and so for the article, is one act. */
function reviewsIn(changes: readonly StateChange[]) {
  const acts = new Map<string, { at: number; person: string; marks: number; reviews: number }>()
  for (const { article, by, at, step } of changes)
    if (reviewSteps.has(step)) acts.set(`${article} ${by} ${at}`, { at, person: by, marks: 0, reviews: 1 })
  return [...acts.values()]
}

interface Counted<Key> {
  key: Key
  person: string | null
  marks: number
  reviews: number
}

/** Adds up by key and person, in the order of the keys. */
function tally<Key extends string | number>(
  events: Past['activity'],
  keyOf: (event: { at: number }) => Key,
  shown: (person: string) => string | null,
): Counted<Key>[] {
  const found = new Map<string, Counted<Key>>()
  for (const event of events) {
    const key = keyOf(event)
    const person = shown(event.person)
    const name = `${key} ${person ?? ''}`
    const one = found.get(name) ?? { key, person, marks: 0, reviews: 0 }
    found.set(name, one)
    one.marks += event.marks
    one.reviews += event.reviews
  }
  return [...found.values()].sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
}

function noStates(): Record<WorkState, number> {
  // One of each, so that nothing has to be asked whether it is there.
  return Object.fromEntries(workStates.map((state) => [state, 0])) as Record<WorkState, number>
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((all, one) => all + one, 0)
}
