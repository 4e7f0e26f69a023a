/** Projects, and the articles in them. */
import {
  articleSummarySchema,
  keptArticleSchema,
  newArticleSchema,
  newProjectSchema,
  projectSchema,
} from '@attest/schema/api'
import { type Article, type ArticleContent, flawOf } from '@attest/schema/article'
import { attestJsonSchema } from '@attest/schema/formats/attest-json'
import { type Labels, readLabelJson } from '@attest/schema/formats/label-json'
import type { Beginning } from '@attest/schema/label-api'
import { deletedSchema, KEPT_DAYS, projectChangeSchema } from '@attest/schema/teams'
import { type Context, Hono } from 'hono'
import * as z from 'zod'
import { importAnnotated } from '../articles/annotated.ts'
import { articleFromText, refuseUnfit } from '../articles/plain.ts'
import { parseBody, readJson } from '../body.ts'
import { LISTED, listed, pageQueryDescription } from '../pages.ts'
import { HttpProblem } from '../problem.ts'
import { newId } from '../store/id.ts'
import {
  type Env,
  ownedProjectOf,
  projectOf,
  type RouteOptions,
  refuseArchived,
  requirePerson,
  toldProject,
} from './context.ts'
import { describe } from './describe.ts'
import { projectInvitationRoutes } from './invitations.ts'
import { memberRoutes } from './members.ts'

const BODY_BYTES = 16 * 1024

/** A name, and perhaps a file of labels. */
const MAX_LABELS_BYTES = 2 * 1024 * 1024

/** A text of the largest size, escaped, with some ten thousand marks. */
const MAX_IMPORT_BYTES = 32 * 1024 * 1024

const addedSchema = articleSummarySchema.extend({
  /** What was changed on the way in, in sentences. */
  notes: z.array(z.string()),
})

export function projectRoutes(options: RouteOptions): Hono<Env> {
  const { catalog, auth, rooms, joinByName, defaults, recheckRooms, revealing } = options
  const routes = new Hono<Env>()
  const inTurn = makeQueue()
  routes.use('*', requirePerson(auth))
  routes.route('/', memberRoutes(options))
  routes.route('/', projectInvitationRoutes(options))

  routes.get(
    '/',
    describe({
      summary: 'Your projects',
      description: LISTED,
      tag: 'Projects',
      query: pageQueryDescription,
      answer: { schema: z.array(projectSchema), description: 'The projects you are a member of.' },
      problems: { 401: 'Nobody is signed in.' },
    }),
    async (c) => {
      const only = c.var.grant?.project ?? null
      const projects = await catalog.projects.of(c.var.person.id)
      const told = projects.filter(({ id }) => only === null || id === only).map(toldProject)
      return c.json(listed(c, told, ({ id }) => id))
    },
  )

  routes.post(
    '/',
    describe({
      summary: 'Begin a project',
      description:
        'With the labels of another project of yours, with those of a file, or with what the server has for all.',
      tag: 'Projects',
      body: newProjectSchema,
      answer: { status: 201, schema: projectSchema, description: 'The new project, which you own.' },
      problems: {
        401: 'Nobody is signed in.',
        403: 'You have no account, and do not own the workspace.',
        404: 'There is no such project to take labels from.',
        422: 'The name or the labels cannot be used.',
      },
    }),
    async (c) => {
      const { person } = c.var
      const me = await catalog.people.me(person.id)
      // Who has only a name is a guest in what others have begun.
      if (!me || (me.isByName && !me.ownsWorkspace))
        throw new HttpProblem(403, 'Only the owner of the workspace, and people with an account, can begin a project.')
      // Where nobody joins by name, nobody is in a project who was not invited.
      const {
        name,
        joining = joinByName ? 'open' : 'invited',
        labels,
      } = parseBody(newProjectSchema, await readJson(c, MAX_LABELS_BYTES))
      const project = {
        id: newId(),
        name,
        mode: 'open' as const,
        revealsItself: false,
        joining,
        peersJudge: true,
        ...(await beginWith(c, labels)),
      }
      await catalog.projects.add(project, person.id)
      if (joinByName && joining === 'open') await catalog.projects.enrol(project.id)
      return c.json(
        toldProject({ ...project, role: 'owner', memberRole: 'owner', archivedAt: null, articleCount: 0 }),
        201,
      )
    },
  )

  /** What a new project works by: what its owner asks for, or what the server has for all. */
  async function beginWith(c: Context<Env>, labels: Beginning | undefined): Promise<Labels> {
    if (!labels) return defaults
    if ('project' in labels) {
      const { id } = await projectOf(c, catalog, labels.project)
      const { labelSet, guidelines } = await catalog.labels.current(id)
      return { labelSet: { ...labelSet, version: 1 }, guidelines }
    }
    const reading = readLabelJson(labels.file)
    if (!reading.ok) throw new HttpProblem(422, reading.problem)
    return { ...reading.value, labelSet: { ...reading.value.labelSet, version: 1 } }
  }

  routes.get(
    '/deleted',
    describe({
      summary: 'Deleted projects that you can bring back',
      tag: 'Projects',
      answer: { schema: z.array(deletedSchema), description: 'Those that you own, and when each goes for good.' },
      problems: { 401: 'Nobody is signed in.' },
    }),
    async (c) => c.json(await catalog.projects.deletedOf(c.var.person.id)),
  )

  routes.patch(
    '/:id',
    describe({
      summary: 'Change a project',
      description:
        'Its name, who becomes a member of it, whether annotators judge each other, whether new articles are blind and ' +
        'reveal themselves, whether it is archived.',
      tag: 'Projects',
      body: projectChangeSchema,
      answer: { schema: projectSchema, description: 'The project as it is now.' },
      problems: {
        401: 'Nobody is signed in.',
        403: 'You do not own the project, or it is archived.',
        404: 'There is no such project for you.',
        422: 'It cannot be changed so; the detail says why.',
      },
    }),
    async (c) => {
      const id = c.req.param('id')
      const project = await ownedProjectOf(c, catalog, id, 'change it', { whileArchived: true })
      const change = parseBody(projectChangeSchema, await readJson(c, BODY_BYTES))
      // What is archived is changed only together with taking it back to work.
      if (change.isArchived === undefined) refuseArchived(project)
      if (!(await catalog.projects.change(id, c.var.person.id, change)))
        throw new HttpProblem(403, 'Only an owner of the project can change it.')
      catalog.rooms.forget(id)
      await recheckRooms()
      revealing.lookForDue()
      return c.json(toldProject(await projectOf(c, catalog, id)))
    },
  )

  routes.delete(
    '/:id',
    describe({
      summary: 'Delete a project',
      description: `It is there for nobody from then on. Its owners can bring it back for ${KEPT_DAYS} days; then it goes for good.`,
      tag: 'Projects',
      answer: { status: 204, schema: null, description: 'It is deleted.' },
      problems: {
        401: 'Nobody is signed in.',
        403: 'You do not own the project.',
        404: 'There is no such project for you.',
      },
    }),
    async (c) => {
      const { id } = await ownedProjectOf(c, catalog, c.req.param('id'), 'delete it', { whileArchived: true })
      if (!(await catalog.projects.remove(id, c.var.person.id)))
        throw new HttpProblem(403, 'Only an owner of the project can delete it.')
      catalog.rooms.forget(id)
      await recheckRooms()
      return c.body(null, 204)
    },
  )

  routes.post(
    '/:id/restore',
    describe({
      summary: 'Bring a deleted project back',
      tag: 'Projects',
      answer: { schema: projectSchema, description: 'The project as it was.' },
      problems: { 401: 'Nobody is signed in.', 404: 'There is no such deleted project that you owned.' },
    }),
    async (c) => {
      const id = c.req.param('id')
      if (!(await catalog.projects.restore(id, c.var.person.id)))
        throw new HttpProblem(404, 'There is no such deleted project that you could bring back.')
      return c.json(toldProject(await projectOf(c, catalog, id)))
    },
  )

  routes.get(
    '/:id/deleted-articles',
    describe({
      summary: 'Deleted articles of a project',
      tag: 'Articles',
      answer: { schema: z.array(deletedSchema), description: 'Those that can be brought back, and until when.' },
      problems: {
        401: 'Nobody is signed in.',
        403: 'You do not own the project.',
        404: 'There is no such project for you.',
      },
    }),
    async (c) => {
      const { id } = await ownedProjectOf(c, catalog, c.req.param('id'), 'see what was deleted', {
        whileArchived: true,
      })
      return c.json(await catalog.articles.deletedIn(id))
    },
  )

  routes.get(
    '/:id/articles',
    describe({
      summary: 'The articles of a project',
      description: LISTED,
      tag: 'Articles',
      query: pageQueryDescription,
      answer: { schema: z.array(articleSummarySchema), description: 'Its articles, the oldest first.' },
      problems: { 401: 'Nobody is signed in.', 404: 'There is no such project for you.' },
    }),
    async (c) => {
      const project = await projectOf(c, catalog, c.req.param('id'))
      return c.json(listed(c, await catalog.articles.inProject(project.id), ({ id }) => id))
    },
  )

  routes.post(
    '/:id/articles',
    describe({
      summary: 'Bring an article in',
      description:
        'A plain text, whose first line is the title unless one is given; the content of an article as it was ' +
        'previewed; or a whole attest-json document with its marks. In a plain text a leading byte order mark is dropped and CRLF and CR become LF, once; `notes` says so.',
      tag: 'Articles',
      body: z.union([newArticleSchema, keptArticleSchema, attestJsonSchema]),
      answer: { status: 201, schema: addedSchema, description: 'The new article.' },
      problems: {
        401: 'Nobody is signed in.',
        403: 'You do not own the project.',
        404: 'There is no such project for you.',
        413: 'The body or the text is too large.',
        415: 'The body is not JSON by its type.',
        422: 'The article cannot be brought in; the detail says why. Nothing of it is kept.',
      },
    }),
    async (c) => {
      const { id } = await ownedProjectOf(c, catalog, c.req.param('id'), 'bring articles in')
      const body = await readJson(c, MAX_IMPORT_BYTES)
      // One at a time, so that of two first imports only one sets the project up, and no two take the same id.
      const { article, notes } = await inTurn(async (): Promise<{ article: Article; notes: string[] }> => {
        const project = await ownedProjectOf(c, catalog, id, 'bring articles in')
        if (isPreviewed(body)) {
          const { content } = parseBody(keptArticleSchema, body)
          return { article: await addContent(project.id, content, c.var.person.id), notes: [] }
        }
        if (isAnnotated(body))
          return { article: await importAnnotated({ catalog, rooms }, project, c.var.person.id, body), notes: [] }
        const { content, notes } = articleFromText(parseBody(newArticleSchema, body))
        return { article: await addContent(project.id, content, c.var.person.id), notes }
      })
      return c.json({ ...(await catalog.articles.summary(article.id)), notes }, 201)
    },
  )

  async function addContent(projectId: string, content: ArticleContent, by: string): Promise<Article> {
    refuseUnfit(content.text)
    const flaw = flawOf(content)
    if (flaw) throw new HttpProblem(422, flaw)
    const article = { ...content, id: newId(), projectId }
    await catalog.articles.add(article, by)
    return article
  }

  return routes
}

function isPreviewed(body: unknown): boolean {
  return typeof body === 'object' && body !== null && 'content' in body && !('format' in body)
}

/** Whatever has a format is meant as a file of ours, so that its reader says what is wrong with it. */
function isAnnotated(body: unknown): boolean {
  return typeof body === 'object' && body !== null && ('format' in body || !('text' in body))
}

function makeQueue(): <T>(job: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve()
  return (job) => {
    const result = last.then(job, job)
    last = result
    return result
  }
}
