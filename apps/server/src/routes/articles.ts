/** One article: what a page needs to show it. */
import { articlePageSchema, articleSummarySchema, type Member } from '@attest/schema/api'
import { hasLayer, isHidden, seesHidden } from '@attest/schema/layer'
import { layerRoom } from '@attest/schema/room-name'
import { KEPT_DAYS } from '@attest/schema/teams'
import { Hono } from 'hono'
import { HttpProblem } from '../problem.ts'
import {
  articleOf,
  type Env,
  ownedProjectOf,
  projectOf,
  type RouteOptions,
  requirePerson,
  toldProject,
} from './context.ts'
import { describe } from './describe.ts'
import { publicLinkRoutes } from './public.ts'

export function articleRoutes(options: RouteOptions): Hono<Env> {
  const { catalog, auth, recheckRooms } = options
  const routes = new Hono<Env>()
  routes.use('*', requirePerson(auth))
  routes.route('/', publicLinkRoutes(options))

  routes.get(
    '/:id',
    describe({
      summary: 'An article',
      description: 'Its text and blocks, its project, the label set, and the people whose marks may be in it.',
      tag: 'Articles',
      answer: {
        schema: articlePageSchema,
        description: 'The article. Its marks are in the room `room`: of the same id, unless it is blind.',
      },
      problems: { 401: 'Nobody is signed in.', 404: 'There is no such article for you.' },
    }),
    async (c) => {
      const article = await articleOf(c, catalog, c.req.param('id'))
      const project = await projectOf(c, catalog, article.projectId)
      const { id: me } = c.var.person
      const blind = await catalog.reveals.stateOf(article.id)
      const ownRoom = hasLayer(project.memberRole) ? layerRoom(article.id, me) : null
      const room = isHidden(blind) ? ownRoom : article.id
      const people: Member[] = await catalog.projects.members(project.id)
      const known = new Set(people.map((person) => person.id))
      // Who has left keeps their name on what they made.
      const others = [
        ...(await catalog.members.formerOf(project.id)),
        // Whose marks came with a blind article is for those to know who see them.
        ...(isHidden(blind) && !seesHidden(project.memberRole) ? [] : await catalog.articles.contributors(article.id)),
      ]
      const sources = await catalog.sources.among(project.id)
      for (const { id, name, color } of others) {
        if (known.has(id)) continue
        known.add(id)
        const source = sources.get(id)
        people.push({ id, name, color, role: null, ...(source && { source }) })
      }
      const { number, replacedBy } = await catalog.revisions.standing(article.id)
      const newest = replacedBy === null ? null : await catalog.revisions.newer(article.id)
      const revision = number === 1 && newest === null ? {} : { revision: { number, newest } }
      const signOff = await catalog.signOffs.of(article.id)
      const signedOff = signOff ? { signedOff: { by: signOff.by, at: signOff.at } } : {}
      const shown = { project: toldProject(project), labelSet: project.labelSet, people, ...revision, ...signedOff }
      const told = { blind, room, ...shown }
      return c.json({ ...article, ...told })
    },
  )

  routes.delete(
    '/:id',
    describe({
      summary: 'Delete an article',
      description: `It is there for nobody from then on. Owners can bring it back for ${KEPT_DAYS} days; then it goes for good.`,
      tag: 'Articles',
      answer: { status: 204, schema: null, description: 'It is deleted.' },
      problems: {
        401: 'Nobody is signed in.',
        403: 'You do not own the project, or it is archived.',
        404: 'There is no such article for you.',
      },
    }),
    async (c) => {
      const article = await articleOf(c, catalog, c.req.param('id'))
      await ownedProjectOf(c, catalog, article.projectId, 'delete articles')
      await catalog.articles.remove(article.id, c.var.person.id)
      catalog.rooms.forget(article.projectId)
      await recheckRooms()
      return c.body(null, 204)
    },
  )

  routes.post(
    '/:id/restore',
    describe({
      summary: 'Bring a deleted article back',
      tag: 'Articles',
      answer: { schema: articleSummarySchema, description: 'The article, with its marks as they were.' },
      problems: {
        401: 'Nobody is signed in.',
        403: 'You do not own the project, or it is archived.',
        404: 'There is no such deleted article for you.',
      },
    }),
    async (c) => {
      const id = c.req.param('id')
      const project = await catalog.articles.projectOfDeleted(c.var.person.id, id)
      if (project === null) throw new HttpProblem(404, 'There is no such deleted article in a project of yours.')
      await ownedProjectOf(c, catalog, project, 'bring articles back')
      await catalog.articles.restore(id, c.var.person.id)
      return c.json(await catalog.articles.summary(id))
    },
  )

  return routes
}
