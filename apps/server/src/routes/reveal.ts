/** Blind articles: which are, how far their annotators are, and the reveal. */
import { setTimeout as sleep } from 'node:timers/promises'
import { articleSummarySchema } from '@attest/schema/api'
import type { BlindState } from '@attest/schema/layer'
import { order } from '@attest/schema/order'
import {
  blindChangedSchema,
  blindChangeSchema,
  hasSubmitted,
  type Reveal,
  revealRequestSchema,
  revealSchema,
} from '@attest/schema/reveal'
import { seesEverybody } from '@attest/schema/work'
import { type Context, Hono } from 'hono'
import { type BlindRefusal, DamagedLayers } from '../blind/revealing.ts'
import { parseBody, readJson } from '../body.ts'
import { HttpProblem } from '../problem.ts'
import type { BlindArticle } from '../store/reveals.ts'
import { articleOf, type Env, ownedProjectOf, projectOf, type RouteOptions, requirePerson } from './context.ts'
import { describe } from './describe.ts'

/** How long an answer waits for what is counted, or revealed, before it says how far it is. */
const WAIT_MS = 2000

const refusals: Record<BlindRefusal, { blind: string; open: string }> = {
  'has-records': {
    blind:
      'There are marks or comments in this article already, and everybody in the project could see them. So it cannot be made blind.',
    open: 'There are marks in this article already. Reveal it instead: then everybody sees all of them.',
  },
  'has-revisions': {
    blind: 'This article has more than one revision, so it cannot be made blind.',
    open: 'This article has more than one revision.',
  },
  revealed: {
    blind: 'This article was revealed: everybody has seen what is in it, so it cannot be made blind again.',
    open: 'This article was revealed: it is open already.',
  },
  revealing: {
    blind: 'This article is just being revealed.',
    open: 'This article is just being revealed.',
  },
}

const problems = {
  401: 'Nobody is signed in.',
  403: 'You do not own the project, or it is archived.',
  404: 'There is no such article for you.',
}

/** To be mounted where the articles are. */
export function articleRevealRoutes({ catalog, auth, revealing, counting }: RouteOptions): Hono<Env> {
  const routes = new Hono<Env>()
  for (const path of ['/:id/blind', '/:id/reveal']) routes.use(path, requirePerson(auth))

  routes.put(
    '/:id/blind',
    describe({
      summary: 'Make an article blind, or open',
      description:
        'In a blind article each person marks in a room of their own, unseen by the other annotators, until it is ' +
        'revealed. Only an article in which nothing was marked can become one, or be none any more.',
      tag: 'Articles',
      body: blindChangeSchema,
      answer: { schema: articleSummarySchema, description: 'The article as it is now.' },
      problems: {
        ...problems,
        409: 'Something was marked in it, or it was revealed.',
        422: 'The body is not as it should be.',
      },
    }),
    async (c) => {
      const article = await owned(c, 'make its articles blind')
      const { isBlind } = parseBody(blindChangeSchema, await readJson(c, 16 * 1024))
      if (!isBlind && (await catalog.trainings.of(article.id)))
        throw new HttpProblem(409, 'This article is a test. Make it none first.')
      const refusal = await revealing.setBlind(article, isBlind, c.var.person.id)
      if (refusal) throw new HttpProblem(409, refusals[refusal][isBlind ? 'blind' : 'open'])
      // What its annotators may not see of each other, nobody sees from outside.
      if (isBlind) await catalog.publicLinks.remove(article, c.var.person.id)
      return c.json(await catalog.articles.summary(article.id))
    },
  )

  routes.get(
    '/:id/reveal',
    describe({
      summary: 'How far a blind article is',
      description: 'Who is assigned to it, who has submitted, and how much each has marked. For reviewers and owners.',
      tag: 'Articles',
      answer: { schema: revealSchema, description: 'Those who work on it; and after the reveal, when that was.' },
      problems: { ...problems, 403: 'You are neither an owner nor a reviewer.' },
    }),
    async (c) => {
      const article = await articleOf(c, catalog, c.req.param('id'))
      const project = await projectOf(c, catalog, article.projectId)
      if (!seesEverybody(project.memberRole))
        throw new HttpProblem(403, 'Only an owner or a reviewer of the project can see who has submitted.')
      return c.json(await told(article))
    },
  )

  routes.post(
    '/:id/reveal',
    describe({
      summary: 'Reveal a blind article',
      description:
        'All that its annotators have made is put into the article’s own room, where everybody sees it; it goes on if ' +
        'it takes longer than the answer waits. What each had made until then stays to be read as `when=before` of the layers. ' +
        'Where what is stored of somebody’s marks is damaged, nothing is revealed, until they are named in `without`; asked ' +
        'again later, what was left out is put in if it can be read by then. The body may be missing.',
      tag: 'Articles',
      body: revealRequestSchema,
      mayLackBody: true,
      answer: { schema: revealSchema, description: 'How far it is; `state` is `revealed` when it is done.' },
      problems: {
        ...problems,
        409: 'It is not blind, marks are just being changed to new labels, or what is stored of some is damaged.',
        422: 'The body is not as it should be.',
      },
    }),
    async (c) => {
      const article = await owned(c, 'reveal its articles')
      if (await catalog.labels.runningIn(article.projectId))
        throw new HttpProblem(409, 'Marks are just being changed to new labels. Reveal it when that is done.')
      if (await catalog.trainings.of(article.id))
        throw new HttpProblem(409, 'This article is a test: what people marked in it is held against its gold.')
      const body = hasBody(c) ? await readJson(c, 16 * 1024) : {}
      const { without } = parseBody(revealRequestSchema, body)
      const isBegun = await revealing.begin(article, c.var.person.id, without).catch(async (error: unknown) => {
        if (!(error instanceof DamagedLayers)) throw error
        throw new HttpProblem(409, await damageText(error.people))
      })
      const state = await catalog.reveals.stateOf(article.id)
      // Of two owners who ask at once both have what they want.
      if (!isBegun && state === 'open')
        throw new HttpProblem(409, 'This article is not blind: everybody sees all of it.')
      await atMost(revealing.settled(article.id))
      return c.json(await told(article))
    },
  )

  async function owned(c: Context<Env>, what: string) {
    const article = await articleOf(c, catalog, c.req.param('id') ?? '')
    await ownedProjectOf(c, catalog, article.projectId, what)
    return article
  }

  async function told(article: BlindArticle): Promise<Reveal> {
    const { id, projectId } = article
    const uncounted = (await catalog.figures.uncounted(projectId)).filter((one) => one.article === id)
    await atMost(
      counting.count(
        projectId,
        uncounted.map(({ room }) => room),
      ),
    )
    const state: BlindState = await catalog.reveals.stateOf(id)
    const { assignments } = await catalog.work.ofArticle(id)
    const states = new Map(assignments.map((one) => [one.person, one.state]))
    const marks = await catalog.figures.marksIn(id)
    const damaged = revealing.damagedIn(id)
    const people = await catalog.people.findAll([...new Set([...states.keys(), ...marks.keys(), ...damaged])])
    const revealed = await catalog.reveals.of(id)
    const without = await catalog.people.findAll([...(revealed?.without ?? [])])
    return {
      state,
      isStuck: state === 'revealing' && revealing.isStuck(id),
      people: people
        .map(({ id: person, name, color }) => ({
          person,
          name,
          color,
          state: states.get(person) ?? null,
          marks: marks.get(person) ?? 0,
          isDamaged: damaged.includes(person),
        }))
        .sort(
          (a, b) =>
            Number(hasSubmitted(a.state)) - Number(hasSubmitted(b.state)) ||
            order(a.name, b.name) ||
            order(a.person, b.person),
        ),
      revealed: revealed && { ...revealed, without: without.map(({ id: person, name }) => ({ person, name })) },
    }
  }

  async function damageText(people: readonly string[]): Promise<string> {
    if (people.length === 0)
      return 'What is stored of the marks that came with this article is damaged, so it cannot be revealed. Whoever runs the server has to look.'
    const names = (await catalog.people.findAll([...people])).map(({ name }) => name).sort(order)
    return `What is stored of the marks of ${names.join(', ')} is damaged, so nothing was revealed. Whoever runs the server may be able to mend it; or reveal the article without them.`
  }

  return routes
}

/** To be mounted where the projects are. */
export function projectBlindRoutes({ catalog, auth, revealing }: RouteOptions): Hono<Env> {
  const routes = new Hono<Env>()
  routes.use('/:id/blind', requirePerson(auth))

  routes.post(
    '/:id/blind',
    describe({
      summary: 'Make the articles of a project blind, or open',
      description: 'All of them in which nothing was marked; the others stay as they are.',
      tag: 'Projects',
      body: blindChangeSchema,
      answer: { schema: blindChangedSchema, description: 'How many were changed, and which were not.' },
      problems: {
        401: 'Nobody is signed in.',
        403: 'You do not own the project, or it is archived.',
        404: 'There is no such project for you.',
        422: 'The body is not as it should be.',
      },
    }),
    async (c) => {
      const { id } = await ownedProjectOf(c, catalog, c.req.param('id'), 'make its articles blind')
      const { isBlind } = parseBody(blindChangeSchema, await readJson(c, 16 * 1024))
      const kept: { id: string; title: string }[] = []
      let changed = 0
      for (const article of await catalog.reveals.inState(id, isBlind ? 'open' : 'blind')) {
        const refusal = await revealing.setBlind(article, isBlind, c.var.person.id)
        if (refusal) kept.push({ id: article.id, title: article.title })
        else changed++
        if (!refusal && isBlind) await catalog.publicLinks.remove(article, c.var.person.id)
      }
      return c.json({ changed, kept })
    },
  )

  return routes
}

function hasBody(c: Context): boolean {
  return c.req.header('content-type') !== undefined && c.req.header('content-length') !== '0' && c.req.raw.body !== null
}

async function atMost(work: Promise<unknown>): Promise<void> {
  const waited = new AbortController()
  await Promise.race([work, sleep(WAIT_MS, undefined, { signal: waited.signal }).catch(() => {})])
  waited.abort()
}
