/** Who works on what, how far it is, and the figures of it. */

import { setTimeout as sleep } from 'node:timers/promises'
import type { Person } from '@attest/schema/api'
import { isZone } from '@attest/schema/days'
import type { Role } from '@attest/schema/roles'
import { reopeningsSchema, seenSchema } from '@attest/schema/signoff'
import {
  type Assignment,
  articleWorkSchema,
  assignSchema,
  canAssign,
  changedSchema,
  dashboardSchema,
  disputedSchema,
  myWorkSchema,
  projectWorkSchema,
  reassignSchema,
  seesEverybody,
  setDueSchema,
  stepRefusal,
  stepTable,
  takenSchema,
  takeStepSchema,
  unassignSchema,
  workSettingsSchema,
} from '@attest/schema/work'
import { type Context, Hono } from 'hono'
import type * as z from 'zod'
import { parseBody, readJson } from '../body.ts'
import { HttpProblem } from '../problem.ts'
import { takeStep } from '../signoff/sign-off.ts'
import type { Act, Changed } from '../store/work.ts'
import type { CountedRoom } from '../store/work-figures.ts'
import { isVeiled, veiled } from '../work/veil.ts'
import { articleOf, type Env, projectOf, type RouteOptions, requirePerson } from './context.ts'
import { describe } from './describe.ts'

/** Five thousand ids of articles. */
const MAX_BYTES = 512 * 1024
/** How long an answer waits for what is not counted yet, before it says that there is more. */
const COUNTING_MS = 600
/** The same for a list of articles, which has other things to show. */
const LISTED_MS = 300

const refusals: Record<Exclude<Changed, { ok: true }>['reason'], string> = {
  'not-now': 'Nothing of this is in a state in which that can be done. Somebody may have been quicker.',
  'not-yours': 'That is for others to do: for those it is assigned to, or for those who review it.',
  'own-work': 'Somebody else has to review what you did.',
  'signed-off': 'It is signed off. Reopen it first, and say why.',
  'would-finish': 'All others have it done, so taking it away would sign it off. Sign it off, or send it back first.',
  'no-member': 'Only owners, reviewers and annotators of the project can be given articles.',
}

const common = {
  401: 'Nobody is signed in.',
  404: 'There is no such project for you.',
}
const managing = { ...common, 403: 'You are neither an owner nor a reviewer.', 422: 'The body is not as it should be.' }

export function workRoutes(options: RouteOptions): Hono<Env> {
  const { catalog, auth, counting, revealing } = options
  const { work } = catalog
  const routes = new Hono<Env>()
  for (const path of [
    '/work',
    '/work/*',
    '/projects/:id/work',
    '/projects/:id/work/*',
    '/projects/:id/dashboard',
    '/articles/:id/work',
  ])
    routes.use(path, requirePerson(auth))

  /** Where the route is about a project, for those who say who does what. */
  const managed = async (c: Context<Env>): Promise<Act> => {
    const project = await projectOf(c, catalog, c.req.param('id') ?? '')
    if (!canAssign(project.role))
      throw new HttpProblem(403, 'Only an owner or a reviewer of the project can say who works on what.')
    return { project: project.id, person: c.var.person.id }
  }

  routes.get(
    '/work',
    describe({
      summary: 'Your work',
      description: 'What is assigned to you and not done, by project, and how many articles you could take there.',
      tag: 'Work',
      answer: { schema: myWorkSchema, description: 'Your projects with what you have to do in them.' },
      problems: { 401: common[401] },
    }),
    async (c) => {
      const { id } = c.var.person
      const items = Map.groupBy(await work.mine(id), ({ projectId }) => projectId)
      const projects = await catalog.projects.of(id)
      const takeable = await work.takeable(
        projects.map((project) => project.id),
        id,
      )
      return c.json({
        projects: projects.map((project) => ({
          id: project.id,
          name: project.name,
          takeable: takeable.get(project.id) ?? 0,
          items: (items.get(project.id) ?? []).map(({ article, title, state, due, note }) => ({
            article,
            title,
            state,
            due,
            note,
          })),
        })),
      })
    },
  )

  routes.get(
    '/work/disputed',
    describe({
      summary: 'Disputed marks in your projects',
      description:
        'The articles of the projects that you own in which those who review are split about marks, so that you decide; ' +
        'nothing of what is signed off, or blind.',
      tag: 'Work',
      answer: { schema: disputedSchema, description: 'The articles, with how many such marks each has.' },
      problems: { 401: common[401] },
    }),
    async (c) => {
      const owned = (await catalog.projects.of(c.var.person.id)).filter(({ role }) => role === 'owner')
      const counted = owned.map(async ({ id }) => counting.count(id, roomsOf(await catalog.figures.uncounted(id))))
      // What is not counted by then is in the next answer.
      await Promise.race([Promise.all(counted), sleep(LISTED_MS, undefined, { ref: false })])
      const disputed = await catalog.figures.disputed(owned.map(({ id }) => id))
      return c.json(disputed, 200, { 'Cache-Control': 'no-store' })
    },
  )

  routes.get(
    '/work/reopened',
    describe({
      summary: 'What was reopened of your work',
      description: 'Articles that were signed off, on which you worked, until you have seen it.',
      tag: 'Work',
      answer: { schema: reopeningsSchema, description: 'Who reopened what, when and why, the newest first.' },
      problems: { 401: common[401] },
    }),
    async (c) => c.json(await catalog.signOffs.reopenedFor(c.var.person.id), 200, { 'Cache-Control': 'no-store' }),
  )

  routes.post(
    '/work/reopened/seen',
    describe({
      summary: 'Say that you have seen it',
      tag: 'Work',
      body: seenSchema,
      answer: { status: 204, schema: null, description: 'It is told no more.' },
      problems: { 401: common[401], 422: 'The body is not as it should be.' },
    }),
    async (c) => {
      await catalog.signOffs.see(c.var.person.id, parseBody(seenSchema, await readJson(c, MAX_BYTES)).ids)
      return c.body(null, 204)
    },
  )

  routes.get(
    '/projects/:id/work',
    describe({
      summary: 'The articles of a project and the work on them',
      description:
        'Who is assigned to what is told to owners and reviewers; to others, what is assigned to themselves.',
      tag: 'Work',
      answer: { schema: projectWorkSchema, description: 'All articles, the oldest first.' },
      problems: common,
    }),
    async (c) => {
      const me = c.var.person.id
      const project = await projectOf(c, catalog, c.req.param('id'))
      const uncounted = await catalog.figures.uncounted(project.id)
      // The next answer has what is not counted by then: a list of articles does not wait for all its figures.
      const late = sleep(LISTED_MS, uncounted, { ref: false })
      const left = await Promise.race([counting.count(project.id, roomsOf(uncounted)).then(() => []), late])
      // Of a blind article even that would tell when somebody marks.
      const unknown = new Set(left.flatMap(({ article, blind }) => (blind === 'open' ? [article] : [])))
      const all = await work.assignments(project.id)
      const takeable = await work.takeable([project.id], me)
      const onlooker = { person: me, role: project.memberRole }
      const articles = (await catalog.figures.articles(project.id)).map((one) => {
        const known = veiled(one, all.get(one.id) ?? [], onlooker)
        const { figures, layers: _, ...article } = known.article
        const { seen, others } = seenOf(known.assignments, me, project.memberRole)
        const marks = Object.values(figures.kinds).reduce((sum, count) => sum + count, 0)
        const { openThreads } = figures
        const isCounted = marks > 0 || !unknown.has(article.id)
        const ownMarks = figures.people[me] ?? 0
        return { ...article, assignments: seen, others, marks, isCounted, ownMarks, openThreads }
      })
      const members = await workersOf(project.id)
      const shown = members.filter(({ id }) => seesEverybody(project.memberRole) || id === me)
      const gone = await namesOf(
        articles.flatMap(({ assignments }) => assignments.map(({ person }) => person)),
        shown,
      )
      return c.json({
        role: project.role,
        settings: await work.settings(project.id),
        people: [...shown, ...gone.map((person) => ({ ...person, role: null }))],
        articles,
        takeable: takeable.get(project.id) ?? 0,
      })
    },
  )

  routes.get(
    '/articles/:id/work',
    describe({
      summary: 'The work on an article',
      tag: 'Work',
      answer: { schema: articleWorkSchema, description: 'Its state, the day it is due, and who works on it.' },
      problems: { 401: common[401], 404: 'There is no such article for you.' },
    }),
    async (c) => {
      const me = c.var.person.id
      const article = await articleOf(c, catalog, c.req.param('id'))
      const { role, memberRole } = await projectOf(c, catalog, article.projectId)
      const { state, due, assignments } = await work.ofArticle(article.id)
      const { seen } = seenOf(assignments, me, memberRole)
      const mine = assignments.find(({ person }) => person === me) ?? null
      const blind = await catalog.reveals.stateOf(article.id)
      const signOff = await catalog.signOffs.of(article.id)
      return c.json({
        state: isVeiled({ blind }, { person: me, role: memberRole }) ? (mine?.state ?? 'todo') : state,
        due,
        role,
        mine,
        assignments: seen,
        people: await namesOf([...seen.map(({ person }) => person), ...(signOff?.by ? [signOff.by] : [])], []),
        signOff,
      })
    },
  )

  routes.post(
    '/projects/:id/work/next',
    describe({
      summary: 'Take the next article',
      description:
        'Assigns one to you that still lacks somebody. Two who ask at once get two different ones. Blind articles cannot ' +
        'be taken before their reveal: what is left of them would tell who else was given some.',
      tag: 'Work',
      answer: { status: 201, schema: takenSchema, description: 'The article that is yours from now on.' },
      problems: { ...common, 403: 'You do not annotate here, or may not choose.', 409: 'There is none to take.' },
    }),
    async (c) => {
      const project = await projectOf(c, catalog, c.req.param('id'))
      const { mayTake } = await work.settings(project.id)
      if (stepRefusal('start', { state: 'todo', on: 'own', role: project.role }) !== null || !mayTake)
        throw new HttpProblem(403, 'In this project, articles are given out by its owners and reviewers.')
      const taken = await work.takeNext({ project: project.id, person: c.var.person.id })
      if (!taken)
        throw new HttpProblem(
          409,
          'There is no article left to take. Each has as many annotators as it needs, or is blind: those are given by whoever reviews.',
        )
      return c.json(taken, 201)
    },
  )

  routes.post(
    '/projects/:id/work/assign',
    describe({
      summary: 'Assign articles',
      description:
        'With `how` `all`, each of the people gets each of the articles; with `even`, each article gets `perArticle` ' +
        'of them, those it has already included, spread so that nobody gets more than one more than another.',
      tag: 'Work',
      body: assignSchema,
      answer: { schema: changedSchema, description: 'How many assignments were made.' },
      problems: managing,
    }),
    async (c) => {
      const act = await managed(c)
      return c.json(answerOf(await work.assign(act, parseBody(assignSchema, await readJson(c, MAX_BYTES)))))
    },
  )

  routes.post(
    '/projects/:id/work/unassign',
    describe({
      summary: 'Take articles from people',
      description: 'What they marked stays.',
      tag: 'Work',
      body: unassignSchema,
      answer: { schema: changedSchema, description: 'How many assignments are no more.' },
      problems: managing,
    }),
    async (c) => {
      const act = await managed(c)
      const changed = await work.unassign(act, parseBody(unassignSchema, await readJson(c, MAX_BYTES)))
      revealing.lookForDue()
      return c.json(answerOf(changed))
    },
  )

  routes.post(
    '/projects/:id/work/reassign',
    describe({
      summary: 'Give what is assigned to one to another',
      tag: 'Work',
      body: reassignSchema,
      answer: { schema: changedSchema, description: 'It is the other’s, who begins anew.' },
      problems: { ...managing, 409: 'It is not assigned to the one, or is to the other already.' },
    }),
    async (c) => {
      const act = await managed(c)
      const changed = await work.reassign(act, parseBody(reassignSchema, await readJson(c, MAX_BYTES)))
      revealing.lookForDue()
      return c.json(answerOf(changed))
    },
  )

  routes.post(
    '/projects/:id/work/due',
    describe({
      summary: 'Say when articles are due',
      description: 'A day, `2026-11-22`, which ends when it does where the reader is; null for none.',
      tag: 'Work',
      body: setDueSchema,
      answer: { schema: changedSchema, description: 'How many have another day now.' },
      problems: managing,
    }),
    async (c) => {
      const act = await managed(c)
      return c.json(answerOf(await work.setDue(act, parseBody(setDueSchema, await readJson(c, MAX_BYTES)))))
    },
  )

  routes.post(
    '/projects/:id/work/settings',
    describe({
      summary: 'Say how many annotators an article needs',
      tag: 'Work',
      body: workSettingsSchema,
      answer: { schema: workSettingsSchema, description: 'The settings as they are now.' },
      problems: managing,
    }),
    async (c) => {
      const act = await managed(c)
      const settings = parseBody(workSettingsSchema, await readJson(c, MAX_BYTES))
      await work.setSettings(act, settings)
      revealing.lookForDue()
      return c.json(settings)
    },
  )

  routes.post(
    '/projects/:id/work/step',
    describe({
      summary: 'Begin, submit, review, send back, sign off or reopen',
      description:
        'Takes a step for articles, or for one person’s assignment of them, wherever you may: annotators begin, submit ' +
        'and take back their own; reviewers and owners take into review, send back with a note, sign off and reopen with ' +
        'a note. What is signed off cannot be changed any more. Where something is open in it, only an owner can sign it ' +
        'off, and says why in `despite`. With a token, the steps of a review need the scope `review` as well.',
      tag: 'Work',
      body: takeStepSchema,
      answer: { schema: changedSchema, description: 'For how many it was taken; the others are as they were.' },
      problems: {
        ...common,
        403: 'The step is not yours to take.',
        409: 'Nothing is in a state for it, or what would be signed off has something open; the detail says what.',
        422: 'The body is not as it should be.',
      },
    }),
    async (c) => {
      const project = await projectOf(c, catalog, c.req.param('id'))
      const body = parseBody(takeStepSchema, await readJson(c, MAX_BYTES))
      if (!stepTable[body.step].by.assignee && c.var.grant && !c.var.grant.scopes.includes('review'))
        throw new HttpProblem(403, 'This token is not for that: the steps of a review need the scope review.')
      const changed = await takeStep(options, project, c.var.person.id, body)
      // Perhaps it was the last that had to be waited for.
      revealing.lookForDue()
      return c.json(answerOf(changed))
    },
  )

  routes.get(
    '/projects/:id/dashboard',
    describe({
      summary: 'The figures of a project',
      description:
        'Progress, marks by kind, and both over time, in the days of the time zone `zone` (UTC when not given). Owners ' +
        'and reviewers see everybody, annotators themselves and all others together, viewers all together.',
      tag: 'Work',
      query: { zone: { description: 'A time zone, such as `Europe/Zurich`.' } },
      answer: { schema: dashboardSchema, description: 'The figures; those of rooms still being counted are missing.' },
      problems: { ...common, 400: 'There is no such time zone.' },
    }),
    async (c) => {
      const project = await projectOf(c, catalog, c.req.param('id'))
      const zone = c.req.query('zone') ?? 'UTC'
      if (zone.length > 64 || !isZone(zone)) throw new HttpProblem(400, 'There is no such time zone.')
      const counted = counting.count(project.id, roomsOf(await catalog.figures.uncounted(project.id)))
      const waited = new AbortController()
      await Promise.race([counted, sleep(COUNTING_MS, undefined, { signal: waited.signal }).catch(() => {})])
      waited.abort()
      const members = await workersOf(project.id)
      const viewer = { person: c.var.person.id, role: project.memberRole, zone, now: Date.now() }
      const asked = { project: project.id, members, labelSet: project.labelSet, viewer }
      return c.body(await counting.figures(asked), 200, { 'Content-Type': 'application/json; charset=utf-8' })
    },
  )

  /** The members who can sign in: whoever only came with a file has nothing to do here. */
  async function workersOf(project: string) {
    const members = await catalog.projects.members(project)
    const accounts = await catalog.people.accountsAmong(members.map(({ id }) => id))
    return members.filter(({ id }) => accounts.has(id))
  }

  /** Those of the people who are not known yet. */
  async function namesOf(people: readonly string[], known: readonly Person[]): Promise<Person[]> {
    const ids = new Set(people)
    for (const { id } of known) ids.delete(id)
    return catalog.people.findAll([...ids])
  }

  return routes
}

function roomsOf(uncounted: readonly CountedRoom[]): string[] {
  return uncounted.map(({ room }) => room)
}

function seenOf(all: readonly Assignment[], me: string, role: Role): { seen: Assignment[]; others: number } {
  const seen = all.filter(({ person }) => seesEverybody(role) || person === me)
  return { seen, others: all.length - seen.length }
}

function answerOf(changed: Changed): z.infer<typeof changedSchema> {
  if (changed.ok) return { changed: changed.changed, skipped: changed.skipped }
  const { reason } = changed
  const status = reason === 'no-member' ? 422 : reason === 'not-yours' || reason === 'own-work' ? 403 : 409
  throw new HttpProblem(status, refusals[reason])
}
