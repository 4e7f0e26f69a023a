/** Marks in: files are sent, read, mapped and tried before anything is written, and can be taken back after it. */
import {
  markImportPageSchema,
  markImportSchema,
  markReadingChoicesSchema,
  markTrialSchema,
  markUndoSchema,
  newMarkImportSchema,
} from '@attest/schema/exchange-api'
import { seesHidden } from '@attest/schema/layer'
import { projectSourceSchema } from '@attest/schema/source'
import { type Context, Hono } from 'hono'
import * as z from 'zod'
import { many } from '../articles/report.ts'
import { parseBody, readFileBody, readJson } from '../body.ts'
import { csvLine } from '../csv.ts'
import { MOST_MARKS } from '../exchange/mark-importer.ts'
import { HttpProblem } from '../problem.ts'
import { newId } from '../store/id.ts'
import { takingFiles } from '../store/mark-imports.ts'
import { type Env, ownedProjectOf, projectOf, type RouteOptions, refuseSignedOff, requirePerson } from './context.ts'
import { describe } from './describe.ts'
import { fileName } from './imports.ts'

const MOST_OPEN = 5
const MAX_FILE_BYTES = 64 * 1024 * 1024

const owners = {
  401: 'Nobody is signed in.',
  403: 'You do not own the project, or it is archived.',
  404: 'There is no such project or import for you.',
}

export function markImportRoutes({ catalog, auth, markImporter }: RouteOptions): Hono<Env> {
  const routes = new Hono<Env>()
  for (const path of ['/:id/mark-imports', '/:id/mark-imports/*', '/:id/sources']) routes.use(path, requirePerson(auth))

  routes.get(
    '/:id/sources',
    describe({
      summary: 'Layers that no person has made',
      description: 'Marks that came in with a file, or that a model has proposed. They never count as people.',
      tag: 'Articles',
      answer: { schema: z.array(projectSourceSchema), description: 'The newest first, as far as they are for you.' },
      problems: { 401: 'Nobody is signed in.', 404: 'There is no such project for you.' },
    }),
    async (c) => {
      const project = await projectOf(c, catalog, c.req.param('id'))
      const all = await catalog.sources.inProject(project.id)
      const open = seesHidden(project.memberRole) ? null : await catalog.sources.openIn(project.id)
      const seen = open ? all.flatMap((one) => (open.has(one.id) ? [{ ...one, articles: open.get(one.id) }] : [])) : all
      return c.json(seen, 200, { 'Cache-Control': 'no-store' })
    },
  )

  routes.get(
    '/:id/mark-imports',
    describe({
      summary: 'The imports of marks of a project',
      tag: 'Articles',
      answer: { schema: z.array(markImportSchema), description: 'The last fifty, the newest first.' },
      problems: owners,
    }),
    async (c) => {
      const project = await owned(c, 'see which marks were brought in', { whileArchived: true })
      return c.json(await catalog.markImports.inProject(project.id), 200, { 'Cache-Control': 'no-store' })
    },
  )

  routes.post(
    '/:id/mark-imports',
    describe({
      summary: 'Begin to bring marks in',
      description:
        'Send the files after it, have them read, try a mapping, and commit it then. Marks come in as layers of their own, one ' +
        'for each annotator that the files name, and never as somebody’s who works here.',
      tag: 'Articles',
      body: newMarkImportSchema,
      answer: { status: 201, schema: markImportPageSchema, description: 'The import, which waits for files.' },
      problems: {
        ...owners,
        409: 'Too many are not decided, or the article is signed off.',
        422: 'It is not described as it should be.',
      },
    }),
    async (c) => {
      const project = await owned(c, 'bring marks in')
      const { name, article } = parseBody(newMarkImportSchema, await readJson(c, 16 * 1024))
      if (article !== null) {
        if ((await catalog.articles.find(article))?.projectId !== project.id)
          throw new HttpProblem(404, 'There is no such article in this project.')
        await refuseSignedOff(catalog, article)
      }
      if ((await catalog.markImports.countOpen(project.id)) >= MOST_OPEN)
        throw new HttpProblem(409, `${MOST_OPEN} imports of marks are not decided in this project. Please cancel one.`)
      const id = newId()
      await catalog.markImports.add({ id, projectId: project.id, article, person: c.var.person.id, name })
      return c.json(await pageOf(project.id, id), 201)
    },
  )

  routes.post(
    '/:id/mark-imports/:job/files',
    describe({
      summary: 'Send a file with marks',
      description:
        'Or an archive of such files, or a text that belongs to one. The query has its name as `name`. What was read or ' +
        'tried before has to be read again.',
      tag: 'Articles',
      file: 'The file as it is.',
      query: { name: { description: 'What the file is called.' } },
      answer: { status: 202, schema: z.object({}), description: 'It is on disk.' },
      problems: { ...owners, 409: 'The import takes no more files.', 413: 'The file is too large.' },
    }),
    async (c) => {
      const project = await owned(c, 'bring marks in')
      const { id, state } = await pageOf(project.id, c.req.param('job'))
      const name = fileName(c)
      if (!takingFiles.includes(state)) throw new HttpProblem(409, 'This import takes no more files.')
      const bytes = await readFileBody(c, MAX_FILE_BYTES)
      if (bytes.byteLength === 0) throw new HttpProblem(422, 'This file is empty.')
      if (!(await markImporter.receive(id, name, bytes)))
        throw new HttpProblem(
          409,
          `One import takes at most ${many(MOST_MARKS.files, 'file')} and ${MOST_MARKS.bytes / 1024 / 1024} MB. Please bring them in parts.`,
        )
      return c.json({}, 202)
    },
  )

  routes.delete(
    '/:id/mark-imports/:job/files/:file',
    describe({
      summary: 'Take a file out of an import',
      description: 'The others have to be read again then. What was mapped is kept for the words that they have.',
      tag: 'Articles',
      answer: { schema: markImportPageSchema, description: 'The import, which waits to be read.' },
      problems: { ...owners, 409: 'It is too late for that.' },
    }),
    async (c) => {
      const project = await owned(c, 'bring marks in')
      const { id, files } = await pageOf(project.id, c.req.param('job'))
      const file = c.req.param('file')
      if (!files.some((one) => one.id === file)) throw new HttpProblem(404, 'There is no such file in this import.')
      if (!(await markImporter.takeOut(id, file)))
        throw new HttpProblem(409, 'This import is being worked on, or is over.')
      return c.json(await pageOf(project.id, id))
    },
  )

  routes.post(
    '/:id/mark-imports/:job/read',
    describe({
      summary: 'Have the files of an import read',
      description:
        'Again, too, as another format or in another encoding. Ask for the import until it is `read`; where the files cannot ' +
        'be read it receives again, and its note says why.',
      tag: 'Articles',
      body: markReadingChoicesSchema,
      answer: { status: 202, schema: markImportPageSchema, description: 'The import, which is being read.' },
      problems: { ...owners, 409: 'It is too late for that.', 422: 'It is not described as it should be.' },
    }),
    async (c) => {
      const project = await owned(c, 'bring marks in')
      const { id } = await pageOf(project.id, c.req.param('job'))
      const choices = parseBody(markReadingChoicesSchema, await readJson(c, 16 * 1024))
      if (!(await markImporter.read(id, choices)))
        throw new HttpProblem(409, 'This import is being worked on, or is over. Please begin another one.')
      return c.json(await pageOf(project.id, id), 202)
    },
  )

  routes.post(
    '/:id/mark-imports/:job/try',
    describe({
      summary: 'Try what would come of an import',
      description:
        'With this mapping and into these articles, or as proposed. Ask for the import until it is `tried`; its report says ' +
        'what would be imported, refused and left out: as many together as were given. It may be tried again.',
      tag: 'Articles',
      body: markTrialSchema,
      answer: { status: 202, schema: markImportPageSchema, description: 'The import, which is being tried.' },
      problems: { ...owners, 409: 'It was not read, or it is too late.', 422: 'It is not described as it should be.' },
    }),
    async (c) => {
      const project = await owned(c, 'bring marks in')
      const { id } = await pageOf(project.id, c.req.param('job'))
      const trial = parseBody(markTrialSchema, await readJson(c, 8 * 1024 * 1024))
      if (!(await markImporter.try(id, trial)))
        throw new HttpProblem(409, 'This import is not read yet, is being worked on, or is over.')
      return c.json(await pageOf(project.id, id), 202)
    },
  )

  routes.post(
    '/:id/mark-imports/:job/commit',
    describe({
      summary: 'Bring the marks in that were tried',
      description: 'All of them or none: what was tried last is what comes. Ask for the import until it is `done`.',
      tag: 'Articles',
      answer: { status: 202, schema: markImportPageSchema, description: 'The import, which is being written.' },
      problems: { ...owners, 409: 'It cannot be written; the detail says why.' },
    }),
    async (c) => {
      const project = await owned(c, 'bring marks in')
      const one = await storedOf(project.id, c.req.param('job'))
      // Whoever decides on it brings it in, whoever has prepared it.
      const problem = await markImporter.commit({ ...one, person: c.var.person.id })
      if (problem !== null) throw new HttpProblem(409, problem)
      return c.json(await pageOf(project.id, one.id), 202)
    },
  )

  routes.post(
    '/:id/mark-imports/:job/cancel',
    describe({
      summary: 'Give an import of marks up',
      tag: 'Articles',
      answer: { schema: markImportPageSchema, description: 'The import. One that was written stays.' },
      problems: owners,
    }),
    async (c) => {
      const project = await owned(c, 'cancel an import', { whileArchived: true })
      const { id } = await pageOf(project.id, c.req.param('job'))
      await markImporter.cancel(id)
      return c.json(await pageOf(project.id, id))
    },
  )

  routes.get(
    '/:id/mark-imports/:job',
    describe({
      summary: 'How far an import of marks is',
      tag: 'Articles',
      answer: { schema: markImportPageSchema, description: 'With what was found in the files, and what came of it.' },
      problems: owners,
    }),
    async (c) => {
      const project = await owned(c, 'see which marks were brought in', { whileArchived: true })
      return c.json(await pageOf(project.id, c.req.param('job')), 200, { 'Cache-Control': 'no-store' })
    },
  )

  routes.get(
    '/:id/mark-imports/:job/report',
    describe({
      summary: 'All that an import of marks refused or left out',
      tag: 'Articles',
      answer: { schema: 'text/csv', description: 'A table with a row for each; for a week after it was written.' },
      problems: owners,
    }),
    async (c) => {
      const project = await owned(c, 'see which marks were brought in', { whileArchived: true })
      const { id } = await pageOf(project.id, c.req.param('job'))
      const lines = ['\ufeff', csvLine(['outcome', 'file', 'place', 'reason', 'count'])]
      for await (const { how, file, place, why, count } of markImporter.skipped(id))
        lines.push(csvLine([how, file, place, why, String(count)]))
      return c.body(lines.join(''), 200, {
        'Content-Type': 'text/csv; charset=utf-8',
        'Content-Disposition': `attachment; filename="import-${id}.csv"`,
        'Cache-Control': 'no-store',
      })
    },
  )

  routes.get(
    '/:id/mark-imports/:job/undo',
    describe({
      summary: 'Whether an import of marks can be taken back',
      tag: 'Articles',
      answer: { schema: markUndoSchema, description: 'What would go, or what stands against it.' },
      problems: owners,
    }),
    async (c) => {
      const project = await owned(c, 'take an import back', { whileArchived: true })
      const one = await storedOf(project.id, c.req.param('job'))
      return c.json(await markImporter.undoable(one), 200, { 'Cache-Control': 'no-store' })
    },
  )

  routes.post(
    '/:id/mark-imports/:job/undo',
    describe({
      summary: 'Take an import of marks back',
      description:
        'All of it, as long as nobody has made anything of its marks. Articles that came with it are deleted, and can be ' +
        'brought back without them. Ask for the import until it is `undone`.',
      tag: 'Articles',
      answer: { status: 202, schema: markImportPageSchema, description: 'The import, which is being taken back.' },
      problems: { ...owners, 409: 'Something stands against it; the detail says what.' },
    }),
    async (c) => {
      const project = await owned(c, 'take an import back')
      const one = await storedOf(project.id, c.req.param('job'))
      const { canUndo, reasons } = await markImporter.undo(one, c.var.person.id)
      if (!canUndo) throw new HttpProblem(409, reasons.slice(0, 3).join(' '))
      return c.json(await pageOf(project.id, one.id), 202)
    },
  )

  async function owned(c: Context<Env>, what: string, options: { whileArchived?: boolean } = {}) {
    // The path has it, which its type does not say here.
    return ownedProjectOf(c, catalog, c.req.param('id') ?? '', what, options)
  }

  async function pageOf(projectId: string, id: string) {
    const page = await catalog.markImports.page(projectId, id)
    if (!page) throw new HttpProblem(404, 'There is no such import in this project.')
    return page
  }

  async function storedOf(projectId: string, id: string) {
    const one = await catalog.markImports.find(id, projectId)
    if (!one) throw new HttpProblem(404, 'There is no such import in this project.')
    return one
  }

  return routes
}
