/** New revisions of an article, and the marks that a person has to look at in them. */
import { articleSummarySchema } from '@attest/schema/api'
import { MAX_TEXT_LENGTH } from '@attest/schema/article'
import { isHidden } from '@attest/schema/layer'
import { authorOf } from '@attest/schema/record'
import {
  decisionSchema,
  doubtSchema,
  newRevisionSchema,
  revisionPreviewSchema,
  revisionSchema,
} from '@attest/schema/revision'
import { canAnnotate, canManage } from '@attest/schema/roles'
import { type Context, Hono } from 'hono'
import * as z from 'zod'
import { parseBody, readJson } from '../body.ts'
import { HttpProblem } from '../problem.ts'
import { Reviser } from '../revisions/revise.ts'
import {
  articleOf,
  type Env,
  ownedProjectOf,
  projectOf,
  type RouteOptions,
  refuseSignedOff,
  requirePerson,
} from './context.ts'
import { describe } from './describe.ts'

/** A text of the largest size, in UTF-8 and escaped. */
const MAX_BODY_BYTES = 6 * MAX_TEXT_LENGTH

const ownerProblems = {
  401: 'Nobody is signed in.',
  403: 'You do not own the project.',
  404: 'There is no such article for you.',
  409: 'It has a newer revision already, or is blind.',
  413: 'The text is too large.',
  422: 'The text cannot be used; the detail says why.',
}

export function revisionRoutes({ catalog, auth, rooms, history, planner, recheckRooms }: RouteOptions): Hono<Env> {
  const routes = new Hono<Env>()
  const reviser = new Reviser({ catalog, rooms, history, planner })
  routes.use('*', requirePerson(auth))

  routes.get(
    '/:id/revisions',
    describe({
      summary: 'The revisions of an article',
      tag: 'Articles',
      answer: { schema: z.array(revisionSchema), description: 'All of them, also where only one is asked for.' },
      problems: { 401: 'Nobody is signed in.', 404: 'There is no such article for you.' },
    }),
    async (c) => {
      const { id } = await articleOf(c, catalog, c.req.param('id'))
      return c.json(await catalog.revisions.all(id))
    },
  )

  routes.post(
    '/:id/revisions/preview',
    describe({
      summary: 'What a corrected text would change',
      description:
        'The difference by paragraph and word, and which marks a person would have to look at. Nothing is kept.',
      tag: 'Articles',
      body: newRevisionSchema,
      answer: { schema: revisionPreviewSchema, description: 'What would come of it.' },
      problems: ownerProblems,
    }),
    async (c) => {
      const old = await newestOf(c)
      return c.json(await reviser.preview(old, parseBody(newRevisionSchema, await readJson(c, MAX_BODY_BYTES))))
    },
  )

  routes.post(
    '/:id/revisions',
    describe({
      summary: 'Make a new revision',
      description:
        'The new text takes the place of this article. Its marks go along wherever it is sure where they stand; the ' +
        'others wait for a person. This one stays, to be read.',
      tag: 'Articles',
      body: newRevisionSchema,
      answer: { status: 201, schema: articleSummarySchema, description: 'The new revision: an article of its own.' },
      problems: ownerProblems,
    }),
    async (c) => {
      const old = await newestOf(c)
      const given = parseBody(newRevisionSchema, await readJson(c, MAX_BODY_BYTES))
      const article = await reviser.make(old, given, c.var.person.id)
      // Pages that have the one before open are told.
      await recheckRooms()
      return c.json(await catalog.articles.summary(article.id), 201)
    },
  )

  routes.get(
    '/:id/doubts',
    describe({
      summary: 'Marks that are in doubt in this revision',
      description: 'Those of the revision before of which it is not sure where they stand now, decided about or not.',
      tag: 'Articles',
      answer: {
        schema: z.array(doubtSchema),
        description: 'In the order of the text before; none for a first revision.',
      },
      problems: { 401: 'Nobody is signed in.', 404: 'There is no such article for you.' },
    }),
    async (c) => {
      const article = await articleOf(c, catalog, c.req.param('id'))
      const { role } = await projectOf(c, catalog, article.projectId)
      const isNewest = (await catalog.revisions.newer(article.id)) === null
      // What was made off line, in the revision before, may have arrived since.
      const isSignedOff = (await catalog.signOffs.of(article.id)) !== null
      if (isNewest && !isSignedOff && canAnnotate(role)) await reviser.carryOver(article)
      const doubts = await catalog.revisions.doubts(article.id)
      doubts.sort(
        (a, b) => (a.mark.spans[0]?.[0] ?? 0) - (b.mark.spans[0]?.[0] ?? 0) || (a.mark.id < b.mark.id ? -1 : 1),
      )
      const { id } = c.var.person
      const mayDecide = (author: string) => isNewest && (canManage(role) || (canAnnotate(role) && author === id))
      return c.json(
        doubts.map((doubt) => ({ ...doubt, isYours: mayDecide(doubt.mark.author) })),
        200,
        { 'Cache-Control': 'no-store' },
      )
    },
  )

  routes.post(
    '/:id/doubts/:mark',
    describe({
      summary: 'Decide about a mark in doubt',
      description:
        'Keep it at a proposed place, move it, let go of it, or take it back into the tray. For owners and its author. ' +
        'What was waiting for it comes along.',
      tag: 'Articles',
      body: decisionSchema,
      answer: { status: 204, schema: null, description: 'It is done.' },
      problems: {
        401: 'Nobody is signed in.',
        403: 'The mark is somebody else’s, and you do not own the project.',
        404: 'There is no such article or mark for you.',
        409: 'It was decided about already, or there is a newer revision, or this one is signed off.',
        422: 'These words are not in the text.',
      },
    }),
    async (c) => {
      const article = await articleOf(c, catalog, c.req.param('id'))
      const { role } = await projectOf(c, catalog, article.projectId)
      const mark = c.req.param('mark')
      if (!canManage(role) && !(canAnnotate(role) && authorOf(mark) === c.var.person.id))
        throw new HttpProblem(403, 'Only an owner of the project or the author of the mark can decide about it.')
      await refuseOld(article.id)
      await refuseSignedOff(catalog, article.id)
      const decided = parseBody(decisionSchema, await readJson(c, 64 * 1024))
      await reviser.decide(article, mark, decided, c.var.person.id)
      return c.body(null, 204)
    },
  )

  async function newestOf(c: Context<Env>) {
    const article = await articleOf(c, catalog, c.req.param('id') ?? '')
    await ownedProjectOf(c, catalog, article.projectId, 'make a new revision')
    if (isHidden(await catalog.reveals.stateOf(article.id)))
      throw new HttpProblem(409, 'This article is blind: its text stays as it is until the reveal.')
    await refuseOld(article.id)
    return article
  }

  async function refuseOld(article: string): Promise<void> {
    if ((await catalog.revisions.newer(article)) !== null)
      throw new HttpProblem(409, 'This article has a newer revision already. Please go on with that one.')
  }

  return routes
}
