/** One article: what a page needs to show it, and its export. */
import { articlePageSchema, type Member } from '@attest/schema/api'
import { FORMAT } from '@attest/schema/formats/attest-json'
import { Hono } from 'hono'
import { exportAnnotated } from '../articles/annotated.ts'
import { HttpProblem } from '../problem.ts'
import { articleOf, type Env, projectOf, type RouteOptions, requirePerson, toldProject } from './context.ts'
import { describe } from './describe.ts'

const formats = [FORMAT] as const

export function articleRoutes({ catalog, auth, rooms }: RouteOptions): Hono<Env> {
  const routes = new Hono<Env>()
  routes.use('*', requirePerson(auth))

  routes.get(
    '/:id',
    describe({
      summary: 'An article',
      description: 'Its text and blocks, its project, the label set, and the people whose marks may be in it.',
      tag: 'Articles',
      answer: { schema: articlePageSchema, description: 'The article. Its marks are in the room of the same id.' },
      problems: { 401: 'Nobody is signed in.', 404: 'There is no such article for you.' },
    }),
    async (c) => {
      const article = await articleOf(c, catalog, c.req.param('id'))
      const project = await projectOf(c, catalog, article.projectId)
      const people: Member[] = await catalog.projects.members(project.id)
      const members = new Set(people.map((person) => person.id))
      for (const person of await catalog.articles.contributors(article.id))
        if (!members.has(person.id)) people.push({ ...person, role: null })
      const { number, replacedBy } = await catalog.revisions.standing(article.id)
      const newest = replacedBy === null ? null : await catalog.revisions.newer(article.id)
      const revision = number === 1 && newest === null ? {} : { revision: { number, newest } }
      return c.json({ ...article, project: toldProject(project), labelSet: project.labelSet, people, ...revision })
    },
  )

  routes.get(
    '/:id/export',
    describe({
      summary: 'Export an article with its marks',
      description: `The formats: ${formats.join(', ')} (lossless; its schema is at /api/schemas/attest-json.json).`,
      tag: 'Articles',
      query: { format: { description: 'The format; attest-json when not given.', values: formats } },
      answer: { schema: 'application/json', description: 'The file, built from what is on disk.' },
      problems: {
        400: 'There is no such format.',
        401: 'Nobody is signed in.',
        404: 'There is no such article for you.',
      },
    }),
    async (c) => {
      const format = c.req.query('format') ?? FORMAT
      const article = await articleOf(c, catalog, c.req.param('id'))
      if (!formats.some((known) => known === format))
        throw new HttpProblem(400, `There is no such format to export to; there is: ${formats.join(', ')}.`)
      const project = await projectOf(c, catalog, article.projectId)
      const file = await exportAnnotated({ catalog, rooms }, project, article)
      await catalog.audit.note({
        act: 'article.export',
        project: project.id,
        person: c.var.person.id,
        subject: article.id,
        detail: format,
      })
      return c.body(`${JSON.stringify(file, null, 2)}\n`, 200, {
        'Content-Type': 'application/json; charset=utf-8',
        'Content-Disposition': `attachment; filename="attest-${article.id}.json"`,
        'Cache-Control': 'no-store',
      })
    },
  )

  return routes
}
