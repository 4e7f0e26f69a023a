/** Taking a person's records out of a project, and putting them back: for its owners. */
import { removalPreviewSchema, removalRequestSchema, removalSchema } from '@attest/schema/history'
import { type Context, Hono } from 'hono'
import * as z from 'zod'
import { parseBody, readJson } from '../body.ts'
import { previewRemoval, removeRecords, undoRemoval } from '../moderation.ts'
import { HttpProblem } from '../problem.ts'
import { type Env, ownedProjectOf, type RouteOptions, requirePerson } from './context.ts'
import { describe } from './describe.ts'

const problems = {
  401: 'Nobody is signed in.',
  403: 'You do not own the project.',
  404: 'There is no such project for you.',
  409: 'An article of the project is just being revealed.',
  422: 'What is asked for is not as it should be.',
}

export function moderationRoutes({ catalog, auth, rooms, history }: RouteOptions): Hono<Env> {
  const routes = new Hono<Env>()
  const world = { catalog, rooms, history }
  routes.use('*', requirePerson(auth))

  routes.get(
    '/:id/removals',
    describe({
      summary: 'What was taken out of the project',
      tag: 'Projects',
      answer: { schema: z.array(removalSchema), description: 'By owners, the newest first.' },
      problems,
    }),
    async (c) => {
      const { id } = await ownedProjectOf(c, catalog, c.req.param('id'), 'see what was taken out', {
        whileArchived: true,
      })
      return c.json(await catalog.removals.inProject(id), 200, { 'Cache-Control': 'no-store' })
    },
  )

  routes.post(
    '/:id/removals/preview',
    describe({
      summary: 'What would be taken out',
      tag: 'Projects',
      body: removalRequestSchema,
      answer: { schema: removalPreviewSchema, description: 'How many records of this person there are, by article.' },
      problems,
    }),
    async (c) => {
      const { id, request } = await asked(c)
      return c.json(await previewRemoval(world, id, request))
    },
  )

  routes.post(
    '/:id/removals',
    describe({
      summary: 'Take the records of a person out',
      description:
        'Of one article or of all; everything, or what was first put since a time. They stay in the history, nobody but ' +
        'an owner can put them again, and it can be undone.',
      tag: 'Projects',
      body: removalRequestSchema,
      answer: { status: 201, schema: removalSchema, description: 'What was done.' },
      problems,
    }),
    async (c) => {
      const { id, request } = await asked(c)
      return c.json(await removeRecords(world, id, request, c.var.person.id), 201)
    },
  )

  routes.post(
    '/:id/removals/:removal/undo',
    describe({
      summary: 'Put back what was taken out',
      description: 'All that one removal took out, as it was. Nothing happens when that was done before.',
      tag: 'Projects',
      answer: { status: 204, schema: null, description: 'It is back.' },
      problems: { ...problems, 404: 'There is no such project or removal for you.' },
    }),
    async (c) => {
      const { id } = await ownedProjectOf(c, catalog, c.req.param('id'), 'put records back')
      await refuseWhileRevealing(id)
      const removal = await catalog.removals.find(id, c.req.param('removal'))
      if (!removal) throw new HttpProblem(404, 'There is nothing of the kind that was taken out.')
      if (removal.undoneAt === null) await undoRemoval(world, id, removal, c.var.person.id)
      return c.body(null, 204)
    },
  )

  /** What is on its way from one room to another would be taken out of one of them alone. */
  async function refuseWhileRevealing(project: string): Promise<void> {
    if (await catalog.reveals.isRunningIn(project))
      throw new HttpProblem(409, 'An article of the project is just being revealed. Please try again in a moment.')
  }

  async function asked(c: Context<Env>) {
    const { id } = await ownedProjectOf(c, catalog, c.req.param('id') ?? '', 'take records of others out')
    await refuseWhileRevealing(id)
    return { id, request: parseBody(removalRequestSchema, await readJson(c, 16 * 1024)) }
  }

  return routes
}
