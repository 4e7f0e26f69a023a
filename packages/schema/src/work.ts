/**
 * Who works on what: assignments, the states they go through, and who may take which step. One table, asked by the
 * routes and the page alike. What is kept of it is no record of a room: it is about articles, not about their words.
 */
import * as z from 'zod'
import { personSchema } from './api.ts'
import { entityId } from './article.ts'
import { dayString } from './days.ts'
import { kindSchema } from './labelset.ts'
import { blindSchema } from './layer.ts'
import { personId } from './record.ts'
import { canAnnotate, type Role, roleSchema } from './roles.ts'
import { signOffSchema } from './signoff.ts'

export const workStates = ['todo', 'in-progress', 'submitted', 'in-review', 'done'] as const
export const workStateSchema = z.enum(workStates)
export type WorkState = z.infer<typeof workStateSchema>

export const steps = ['start', 'submit', 'take-back', 'review', 'send-back', 'finish', 'reopen'] as const
export const stepSchema = z.enum(steps)
export type Step = z.infer<typeof stepSchema>

/** Who takes a step: whom the article is assigned to, or who looks over what others did. */
type Doer = 'assignee' | 'reviewer' | 'owner'

const unreviewed = ['submitted', 'in-review'] as const

/**
 * From which states each may take a step, and where it leads. An annotator may take a submit back until the review has
 * begun; an owner may close what nobody will go on with.
 */
export const stepTable: Record<Step, { to: WorkState; by: Partial<Record<Doer, readonly WorkState[]>> }> = {
  start: { to: 'in-progress', by: { assignee: ['todo'] } },
  // Nothing to mark is a result too.
  submit: { to: 'submitted', by: { assignee: ['todo', 'in-progress'] } },
  'take-back': { to: 'in-progress', by: { assignee: ['submitted'] } },
  review: { to: 'in-review', by: { reviewer: ['submitted'], owner: ['submitted'] } },
  'send-back': { to: 'in-progress', by: { reviewer: unreviewed, owner: unreviewed } },
  finish: { to: 'done', by: { reviewer: unreviewed, owner: ['todo', 'in-progress', 'submitted', 'in-review'] } },
  reopen: { to: 'in-progress', by: { reviewer: ['done'], owner: ['done'] } },
}

export interface StepCase {
  state: WorkState
  /** What is stepped: an assignment of the person's own, one of somebody else, or an article that nobody is assigned to. */
  on: 'own' | 'other' | 'article'
  role: Role
}

export type StepRefusal = 'not-now' | 'not-yours' | 'own-work'

/** Why a step is refused, null when it may be taken: not in this state; not for this role; not by who did the work. */
export function stepRefusal(step: Step, { state, on, role }: StepCase): StepRefusal | null {
  const { by } = stepTable[step]
  const doers = doersOf(on, role)
  const allowed = doers.flatMap((doer) => by[doer] ?? [])
  if (allowed.includes(state)) return null
  if (allowed.length > 0) return 'not-now'
  // A reviewer does not close their own work: somebody else looks at it.
  return on === 'own' && role === 'reviewer' && by.reviewer ? 'own-work' : 'not-yours'
}

function doersOf(on: StepCase['on'], role: Role): Doer[] {
  const doers: Doer[] = []
  const mayReview = role === 'reviewer' || role === 'owner'
  if ((on === 'own' && canAnnotate(role)) || (on === 'article' && mayReview)) doers.push('assignee')
  // An owner may be alone in a project.
  if (role === 'owner') doers.push('owner')
  if (role === 'reviewer' && on !== 'own') doers.push('reviewer')
  return doers
}

export function possibleSteps(one: StepCase): Step[] {
  return steps.filter((step) => stepRefusal(step, one) === null)
}

/** The state of an article that is assigned: as far as all of its assignments are. Throws when there is none. */
export function stateOfArticle(assigned: readonly WorkState[]): WorkState {
  if (assigned.length === 0) throw new RangeError('an article without assignments has a state of its own')
  if (assigned.every((state) => state === 'done')) return 'done'
  if (assigned.every((state) => state === 'todo')) return 'todo'
  if (assigned.some((state) => state === 'todo' || state === 'in-progress')) return 'in-progress'
  return assigned.every((state) => state === 'submitted') ? 'submitted' : 'in-review'
}

/** May say who works on what, and until when. */
export function canAssign(role: Role): boolean {
  return role === 'owner' || role === 'reviewer'
}

/** May see who did how much; everybody else sees what they did themselves, and what all did together. */
export function seesEverybody(role: Role): boolean {
  return role === 'owner' || role === 'reviewer'
}

/** The sooner of its own day and the article's holds: neither is put off by the other. */
export function dueOf(assignment: string | null, article: string | null): string | null {
  if (assignment === null || article === null) return assignment ?? article
  return assignment < article ? assignment : article
}

export function isOverdue(due: string | null, state: WorkState, today: string): boolean {
  return due !== null && due < today && (state === 'todo' || state === 'in-progress')
}

export interface Spread {
  article: string
  person: string
}

/**
 * Gives each article as many people as are wanted, those it has already included, so that nobody gets more than one more
 * than another; `load` is what each has to do already, and breaks ties. The same for the same input.
 */
export function spreadEvenly(
  articles: readonly { id: string; people: readonly string[] }[],
  people: readonly { id: string; load: number }[],
  perArticle: number,
): Spread[] {
  const counts = new Map(people.map(({ id }) => [id, 0]))
  const loads = new Map(people.map(({ id, load }) => [id, load]))
  const spread: Spread[] = []
  for (const article of articles) {
    const free = people.map(({ id }) => id).filter((id) => !article.people.includes(id))
    const least = free.sort(
      (a, b) =>
        (counts.get(a) ?? 0) - (counts.get(b) ?? 0) ||
        (loads.get(a) ?? 0) + (counts.get(a) ?? 0) - (loads.get(b) ?? 0) - (counts.get(b) ?? 0) ||
        (a < b ? -1 : 1),
    )
    for (const person of least.slice(0, Math.max(0, perArticle - article.people.length))) {
      counts.set(person, (counts.get(person) ?? 0) + 1)
      spread.push({ article: article.id, person })
    }
  }
  return spread
}

export const MOST_AN_ARTICLE = 20
/** Articles that one request may be about. */
export const MOST_AT_ONCE = 5000
export const NOTE_LENGTH = 2000

const due = dayString.nullable()
const articleIds = z.array(entityId).min(1).max(MOST_AT_ONCE)
const note = z.string().trim().max(NOTE_LENGTH)

export const assignSchema = z
  .object({
    articles: articleIds,
    people: z.array(personId).min(1).max(200),
    /** `all`: each of the people to each of the articles; `even`: as many an article as are wanted, spread over them. */
    how: z.enum(['all', 'even']),
    perArticle: z.int().min(1).max(MOST_AN_ARTICLE).optional(),
    due: due.optional(),
  })
  .refine(
    ({ how, perArticle }) => how === 'all' || perArticle !== undefined,
    'Say how many annotators an article gets.',
  )

export const unassignSchema = z.object({ articles: articleIds, people: z.array(personId).min(1).max(200) })

export const reassignSchema = z.object({ article: entityId, from: personId, to: personId })

export const setDueSchema = z.object({
  articles: articleIds,
  /** Whose assignment it is for; the article itself when not given. */
  person: personId.optional(),
  due,
})

export const takeStepSchema = z
  .object({
    step: stepSchema,
    articles: articleIds,
    /** Whose assignment; all of the article's, as far as they allow it, when not given. */
    person: personId.optional(),
    note: note.optional(),
    /** With `finish`: why an owner signs it off although something is open. */
    despite: note.min(1).optional(),
  })
  .refine(({ step, note }) => step !== 'send-back' || (note ?? '') !== '', 'Say in a note what is still to be done.')
  .refine(({ step, note }) => step !== 'reopen' || (note ?? '') !== '', 'Say in a note why it is reopened.')

export const workSettingsSchema = z.object({
  /** How many annotators an article should have: so many can take it. */
  perArticle: z.int().min(1).max(MOST_AN_ARTICLE),
  /** Whether annotators may take an article that still lacks somebody. */
  mayTake: z.boolean(),
})

/** What many at once came to. */
export const changedSchema = z.object({
  /** Assignments and articles that were changed. */
  changed: z.int(),
  /** Those for which it was not possible. */
  skipped: z.int(),
})

export const assignmentSchema = z.object({
  person: personId,
  state: workStateSchema,
  due,
  /** What was said when it was last sent back or reopened; null once it was submitted again. */
  note: z.string().nullable(),
  /** When it was given, in milliseconds since 1970. */
  at: z.int(),
})

export const workRowSchema = z.object({
  id: entityId,
  title: z.string(),
  length: z.int(),
  createdAt: z.int(),
  blind: blindSchema,
  /** Of a blind article, and to whoever does not review it: how far they are themselves. */
  state: workStateSchema,
  due,
  /** Those that the asking person may see. */
  assignments: z.array(assignmentSchema),
  /** How many there are beside those. */
  others: z.int(),
  marks: z.int(),
  /** False where nothing is known of the marks yet. */
  isCounted: z.boolean(),
  /** Of the asking person. */
  ownMarks: z.int(),
  openThreads: z.int(),
})

/** The articles of a project and the work on them. */
export const projectWorkSchema = z.object({
  role: roleSchema,
  settings: workSettingsSchema,
  /** Those who can be given something, and those of the assignments who have left since (role null). */
  people: z.array(personSchema.extend({ role: roleSchema.nullable() })),
  articles: z.array(workRowSchema),
  /** How many the asking person could take. */
  takeable: z.int(),
})

export const myWorkSchema = z.object({
  projects: z.array(
    z.object({
      id: entityId,
      name: z.string(),
      takeable: z.int(),
      items: z.array(
        z.object({
          article: entityId,
          title: z.string(),
          state: workStateSchema,
          due,
          note: z.string().nullable(),
        }),
      ),
    }),
  ),
})

export const articleWorkSchema = z.object({
  state: workStateSchema,
  due,
  role: roleSchema,
  /** The asking person's own; null when there is none. */
  mine: assignmentSchema.nullable(),
  /** Those that the asking person may see. */
  assignments: z.array(assignmentSchema),
  people: z.array(personSchema),
  /** Null while it is not signed off. */
  signOff: signOffSchema.nullable(),
})

/** The articles that have marks about which those who review are split, for their owners to decide. */
export const disputedSchema = z.array(
  z.object({
    article: entityId,
    title: z.string(),
    project: z.object({ id: entityId, name: z.string() }),
    marks: z.int().min(1),
  }),
)

export const takenSchema = z.object({ article: entityId, title: z.string() })

const count = z.int().min(0)
const counts = z.record(z.string(), count)
const whose = personId.nullable()

/** Marks by what was decided about them. */
const reviewFiguresSchema = z.object({ open: count, accepted: count, rejected: count, disputed: count })
export type ReviewFigures = z.infer<typeof reviewFiguresSchema>
export const noReview: ReviewFigures = { open: 0, accepted: 0, rejected: 0, disputed: 0 }

export const dashboardSchema = z.object({
  /** The day it is where the asking person is. */
  today: dayString,
  zone: z.string(),
  people: z.array(personSchema),
  /** Articles whose marks are still being counted: the figures grow until it is 0. */
  counting: count,
  articles: z.array(
    z.object({
      id: entityId,
      title: z.string(),
      state: workStateSchema,
      marks: count,
      openThreads: count,
      review: reviewFiguresSchema,
    }),
  ),
  totals: z.object({
    articles: count,
    marks: count,
    openThreads: count,
    overdue: count,
    people: count,
    review: reviewFiguresSchema,
    gaps: count,
  }),
  kinds: z.array(
    kindSchema.pick({ label: true, pattern: true, color: true }).extend({ kind: z.string(), marks: count }),
  ),
  /** By person, null for all whom the asking person may not see, together. */
  progress: z.array(
    z.object({ person: whose, states: z.record(workStateSchema, count), marks: count, overdue: count }),
  ),
  states: z.record(workStateSchema, count),
  burnDown: z.array(z.object({ day: dayString, open: count, review: count, done: count })),
  days: z.array(z.object({ day: dayString, person: whose, marks: count, reviews: count })),
  /** Of the last two days; `at` is the beginning of the hour, in milliseconds since 1970. */
  hours: z.array(z.object({ at: z.int(), person: whose, marks: count, reviews: count })),
})

/** What is counted of the records of a room. */
export const roomFiguresSchema = z.object({
  kinds: counts,
  people: counts,
  threads: count,
  openThreads: count,
  /** Marks by what was decided about them. Missing in what was counted by an earlier version. */
  review: reviewFiguresSchema.default(noReview),
  /** Remarks that flag the guidelines as unclear. */
  gaps: count.default(0),
  /** How many updates the room should have, where what is stored of it is damaged and only some could be counted. */
  damagedAt: count.optional(),
})

export type Assignment = z.infer<typeof assignmentSchema>
export type WorkRow = z.infer<typeof workRowSchema>
export type ProjectWork = z.infer<typeof projectWorkSchema>
export type MyWork = z.infer<typeof myWorkSchema>
export type ArticleWork = z.infer<typeof articleWorkSchema>
export type Disputed = z.infer<typeof disputedSchema>
export type Dashboard = z.infer<typeof dashboardSchema>
export type WorkSettings = z.infer<typeof workSettingsSchema>
export type RoomFigures = z.infer<typeof roomFiguresSchema>
export type TakeStep = z.infer<typeof takeStepSchema>
export type Assign = z.infer<typeof assignSchema>
