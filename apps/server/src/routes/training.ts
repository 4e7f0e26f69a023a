/**
 * Articles with gold as tests. Nothing that is told to somebody who can be tested says what the gold is, nor how much of
 * it there is, before they have handed in.
 */

import { type GoldAnnotation, goldOf } from '@attest/schema/gold'
import { hasLayer, seesHidden } from '@attest/schema/layer'
import type { Role } from '@attest/schema/roles'
import { layerRoom } from '@attest/schema/room-name'
import {
  articleTrainingSchema,
  deviationsOf,
  newTestSchema,
  passes,
  projectTrainingSchema,
  scoreOf,
  type Try,
  trySchema,
} from '@attest/schema/training'
import { type Context, Hono } from 'hono'
import { parseBody, readJson } from '../body.ts'
import { HttpProblem } from '../problem.ts'
import type { SeenProject } from '../store/projects.ts'
import {
  articleOf,
  type Env,
  ownedProjectOf,
  projectOf,
  type RouteOptions,
  refuseArchived,
  requirePerson,
} from './context.ts'
import { describe } from './describe.ts'

const common = { 401: 'Nobody is signed in.', 404: 'There is no such article for you.' }

export function trainingRoutes({ catalog, auth, rooms, recheckRooms }: RouteOptions): Hono<Env> {
  const routes = new Hono<Env>()
  for (const path of ['/articles/:id/training', '/articles/:id/training/*', '/projects/:id/training'])
    routes.use(path, requirePerson(auth))

  routes.get(
    '/projects/:id/training',
    describe({
      summary: 'The tests of a project',
      description:
        'With one’s own results; owners and reviewers are told those of everybody, and how large the gold is.',
      tag: 'Work',
      answer: { schema: projectTrainingSchema, description: 'The tests, the oldest first.' },
      problems: { ...common, 404: 'There is no such project for you.' },
    }),
    async (c) => {
      const me = c.var.person.id
      const project = await projectOf(c, catalog, c.req.param('id'))
      const seesAll = seesHidden(project.memberRole)
      const tries = (await catalog.trainings.tries({ project: project.id })).filter(
        ({ person }) => seesAll || person === me,
      )
      const tests = []
      for (const { article, title, bar, tries: most, at } of await catalog.trainings.in(project.id))
        tests.push({
          article,
          title,
          bar,
          tries: most,
          at,
          gold: seesAll ? (await goldIn(project, article)).length : null,
          results: tries
            .filter((one) => one.article === article)
            .map(({ person, number, at, passed, score }) => ({ person, number, at, passed, score })),
        })
      const tested = (await catalog.projects.members(project.id))
        .filter(({ role }) => isTested(role))
        .map(({ id }) => id)
      const shown = new Set(tests.length === 0 ? [] : seesAll ? tested : tested.filter((id) => id === me))
      for (const { person } of tries) shown.add(person)
      const accounts = await catalog.people.accountsAmong([...shown])
      const people = (await catalog.people.findAll([...shown])).filter(({ id }) => accounts.has(id))
      return c.json({ role: project.role, tests, people }, 200, { 'Cache-Control': 'no-store' })
    },
  )

  routes.get(
    '/articles/:id/training',
    describe({
      summary: 'An article as a test',
      description: 'Its bar, and one’s own results. What differs from the gold is told of what was handed in alone.',
      tag: 'Work',
      answer: { schema: articleTrainingSchema, description: 'The test; null where the article is none.' },
      problems: common,
    }),
    async (c) => {
      const { article, project } = await asked(c)
      const test = await catalog.trainings.of(article)
      const tries = test ? await catalog.trainings.tries({ article, person: c.var.person.id }) : []
      return c.json(
        {
          test: test && { bar: test.bar, tries: test.tries, at: test.at },
          isTested: isTested(project.role),
          tries: tries.map(toldTry),
          left: test?.tries == null ? null : Math.max(0, test.tries - tries.length),
        },
        200,
        { 'Cache-Control': 'no-store' },
      )
    },
  )

  routes.put(
    '/articles/:id/training',
    describe({
      summary: 'Make an article a test, or change its bar',
      description:
        'From then on annotators see nothing of what others marked in it, and each marks it in a room of their own. Its gold ' +
        'is what the review of the marks in the article’s own room comes to.',
      tag: 'Work',
      body: newTestSchema,
      answer: { status: 204, schema: null, description: 'It is a test.' },
      problems: {
        ...common,
        403: 'You do not own the project, or it is archived.',
        409: 'It has no gold, was revealed before, or has other revisions.',
        422: 'The body is not as it should be.',
      },
    }),
    async (c) => {
      const { article, projectId } = await owned(c, 'make its articles tests')
      const body = parseBody(newTestSchema, await readJson(c, 16 * 1024))
      const project = await projectOf(c, catalog, projectId)
      const strange = Object.keys(body.bar.kinds).find((kind) => !project.labelSet.kinds.some(({ id }) => id === kind))
      if (strange !== undefined) throw new HttpProblem(422, `The labels of this project have no kind “${strange}”.`)
      const state = await catalog.reveals.stateOf(article)
      if (state === 'revealed' || state === 'revealing')
        throw new HttpProblem(
          409,
          'This article was blind and is revealed: everybody has seen its marks. Export it, and bring the file in as an article of its own.',
        )
      const { number, replacedBy } = await catalog.revisions.standing(article)
      if (number > 1 || replacedBy !== null)
        throw new HttpProblem(409, 'This article has several revisions, and the marks could be read in another one.')
      if ((await goldIn(project, article)).length === 0)
        throw new HttpProblem(409, 'There is no gold in this article yet: none of its marks is accepted.')
      await catalog.trainings.set({ project: projectId, person: c.var.person.id }, article, body)
      // Whoever has the link would see the gold.
      const found = await articleOf(c, catalog, article)
      await catalog.publicLinks.remove(found, c.var.person.id)
      catalog.rooms.forget(projectId)
      await recheckRooms()
      return c.body(null, 204)
    },
  )

  routes.delete(
    '/articles/:id/training',
    describe({
      summary: 'Make an article no test any more',
      description: 'Everybody sees its marks again, unless it was blind before. The results go with the test.',
      tag: 'Work',
      answer: { status: 204, schema: null, description: 'It is none.' },
      problems: {
        ...common,
        403: 'You do not own the project, or it is archived.',
        404: 'There is no such test for you.',
      },
    }),
    async (c) => {
      const { article, projectId } = await owned(c, 'end its tests')
      if (!(await catalog.trainings.end({ project: projectId, person: c.var.person.id }, article)))
        throw new HttpProblem(404, 'This article is no test.')
      catalog.rooms.forget(projectId)
      await recheckRooms()
      return c.body(null, 204)
    },
  )

  routes.post(
    '/articles/:id/training/submit',
    describe({
      summary: 'Hand a test in',
      description:
        'What is on disk of one’s marks is held against the gold. For annotators. Whoever passes, or has no try left, has ' +
        'submitted the article with it where it is assigned to them.',
      tag: 'Work',
      answer: { status: 201, schema: trySchema, description: 'The score, and each mark that differs from the gold.' },
      problems: {
        ...common,
        403: 'You are nobody who is tested.',
        404: 'There is no such test for you.',
        409: 'There is no try left.',
      },
    }),
    async (c) => {
      const { article, project } = await asked(c)
      refuseArchived(project)
      const test = await catalog.trainings.of(article)
      if (!test) throw new HttpProblem(404, 'This article is no test.')
      if (!isTested(project.role))
        throw new HttpProblem(
          403,
          'Whoever reviews sees the gold, and who only reads marks nothing: this is for annotators.',
        )
      const person = c.var.person.id
      const mine = [...(await rooms.records(layerRoom(article, person))).annotations.values()]
      const gold = await goldIn(project, article)
      const score = scoreOf(gold, mine, test.bar.measure)
      const result = { score, deviations: deviationsOf(gold, mine), passed: passes(score, test.bar) }
      const made = await catalog.trainings.addTry({ project: project.id, person }, test, result)
      if (!made) throw new HttpProblem(409, 'You have no try left in this test.')
      // Whoever failed and may try again has something to do still. What is assigned to nobody has nothing to submit.
      const isOver = made.passed || made.number === test.tries
      const { assignments } = await catalog.work.ofArticle(article)
      if (isOver && assignments.some((one) => one.person === person))
        await catalog.work.takeStep({ project: project.id, person }, { step: 'submit', articles: [article], person })
      return c.json(made, 201)
    },
  )

  async function asked(c: Context<Env>) {
    const { id, projectId } = await articleOf(c, catalog, c.req.param('id') ?? '')
    return { article: id, project: await projectOf(c, catalog, projectId) }
  }

  async function owned(c: Context<Env>, what: string) {
    const { id, projectId } = await articleOf(c, catalog, c.req.param('id') ?? '')
    await ownedProjectOf(c, catalog, projectId, what)
    return { article: id, projectId }
  }

  async function goldIn(project: SeenProject, article: string): Promise<GoldAnnotation[]> {
    const roleOf = (person: string) => catalog.roles.of(project.id, person)
    const judging = { roleOf, peersJudge: project.peersJudge }
    return goldOf(await rooms.records(article), judging, project.labelSet).annotations
  }

  return routes
}

/** Those who mark and do not see what others mark. */
function isTested(role: Role | null): boolean {
  return role !== null && hasLayer(role) && !seesHidden(role)
}

function toldTry({ number, at, passed, score, deviations }: Try): Try {
  return { number, at, passed, score, deviations }
}
