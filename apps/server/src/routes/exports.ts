/** Marks out: one article at once, and many in the background, in any of the formats. */
import { open } from 'node:fs/promises'
import { Readable } from 'node:stream'
import type { Article } from '@attest/schema/article'
import {
  articleExportSchema,
  type ExportLayers,
  exportJobSchema,
  exportQuerySchema,
  exportReportSchema,
  formatSchema,
  newExportSchema,
} from '@attest/schema/exchange-api'
import { isHidden, seesHidden } from '@attest/schema/layer'
import { personId, recordId } from '@attest/schema/record'
import { outranks } from '@attest/schema/roles'
import { type Context, Hono } from 'hono'
import * as z from 'zod'
import { parseBody, readJson } from '../body.ts'
import { toldFormats, writable, writerOf } from '../exchange/formats.ts'
import { type Choices, isArchive } from '../exchange/render.ts'
import { names } from '../pages.ts'
import { HttpProblem } from '../problem.ts'
import { newId } from '../store/id.ts'
import type { SeenProject } from '../store/projects.ts'
import { articleOf, type Env, lookerOf, projectOf, type RouteOptions, requirePerson } from './context.ts'
import { describe } from './describe.ts'

const layerNames = ['all', 'gold', 'accepted'] as const

/** So many exports somebody may have made at once; and of single articles, wait for. */
const MOST = { ownJobs: 2, jobs: 20, waiting: 4 }

/** Of a body that names marks. */
const MOST_BYTES = 8 * 1024 * 1024

/** What somebody wants of an article that they may see. */
interface Asked {
  article: Article
  project: SeenProject
  choices: Choices
}

const query = {
  format: { description: 'The format; attest-json when not given.', values: writable },
  layers: {
    description:
      'Of whom: `all` when not given; `gold`, what was accepted with its corrections, as the marks of one annotator; ' +
      '`accepted`, the same marks as their annotators have them; or the ids of people, separated by commas.',
  },
  marks: { description: 'Only these marks, by their ids separated by commas, and what is said of them.' },
  anonymous: { description: 'Whether names and ids of people are replaced.', values: ['true', 'false'] },
  history: {
    description: 'Whether what was done to the records comes beside them, in an archive.',
    values: ['true', 'false'],
  },
} as const

const members = { 401: 'Nobody is signed in.', 404: 'There is no such project for you.' }

export function formatRoutes({ auth }: RouteOptions): Hono<Env> {
  const routes = new Hono<Env>()
  routes.use('/formats', requirePerson(auth))
  routes.get(
    '/formats',
    describe({
      summary: 'The formats that marks go out and come in by',
      tag: 'Articles',
      answer: { schema: z.array(formatSchema), description: 'All of them.' },
      problems: { 401: 'Nobody is signed in.' },
    }),
    (c) => c.json(toldFormats()),
  )
  return routes
}

export function articleExportRoutes({ catalog, auth, exports }: RouteOptions): Hono<Env> {
  const routes = new Hono<Env>()
  const waiting = new Map<string, number>()
  const problems = {
    400: 'There is no such format, or are no such layers.',
    401: 'Nobody is signed in.',
    404: 'There is no such article for you.',
    422: 'The gold has no history.',
    429: 'You are waiting for several exports.',
  }
  for (const path of ['/:id/export', '/:id/export/*']) routes.use(path, requirePerson(auth))

  routes.get(
    '/:id/export',
    describe({
      summary: 'Export an article with its marks',
      description:
        `The formats: ${writable.join(', ')}. attest-json is lossless; its schema is at /api/schemas/attest-json.json. ` +
        'What another has no place for is told by the report, to which a Link header leads. Of a blind article, before ' +
        'the reveal, annotators export what they made themselves, viewers the text alone. The answer is an archive ' +
        'where the format makes several files of an article.',
      tag: 'Articles',
      query,
      answer: { schema: '*/*', description: 'The file, built from what is on disk.' },
      problems,
    }),
    async (c) => {
      const asked = await inAddress(c)
      const file = await fileFor(c, asked)
      file.headers.append(
        'Link',
        `</api/articles/${asked.article.id}/export/report${new URL(c.req.url).search}>; rel="describedby"; type="application/json"`,
      )
      return file
    },
  )

  routes.post(
    '/:id/export',
    describe({
      summary: 'Export many chosen marks of an article',
      description: 'The same with what is chosen in the body, for which an address may be too short.',
      tag: 'Articles',
      body: articleExportSchema,
      answer: { schema: '*/*', description: 'The file, built from what is on disk.' },
      problems,
    }),
    async (c) => fileFor(c, await inBody(c)),
  )

  routes.get(
    '/:id/export/report',
    describe({
      summary: 'What an export of an article would be',
      description: 'Its files, how much is in them, and what the format leaves out: to be shown before the download.',
      tag: 'Articles',
      query,
      answer: { schema: exportReportSchema, description: 'What would come, and what would not.' },
      problems,
    }),
    async (c) => reportFor(c, await inAddress(c)),
  )

  routes.post(
    '/:id/export/report',
    describe({
      summary: 'What an export of many chosen marks would be',
      description: 'The same with what is chosen in the body.',
      tag: 'Articles',
      body: articleExportSchema,
      answer: { schema: exportReportSchema, description: 'What would come, and what would not.' },
      problems,
    }),
    async (c) => reportFor(c, await inBody(c)),
  )

  async function fileFor(c: Context<Env>, { article, project, choices }: Asked): Promise<Response> {
    const file = await inTurn(c, () => exports.article(article, lookerOf(c, project), choices))
    await catalog.audit.noteReading({
      act: 'article.export',
      project: project.id,
      person: c.var.person.id,
      subject: article.id,
      detail: detailOf(choices),
    })
    return c.body(new Uint8Array(file.bytes), 200, {
      'Content-Type': typeOf(file.mediaType),
      'Content-Disposition': `attachment; filename="${file.name}"`,
      'Cache-Control': 'no-store',
    })
  }

  async function reportFor(c: Context<Env>, { article, project, choices }: Asked): Promise<Response> {
    const report = await inTurn(c, () => exports.report(article, lookerOf(c, project), choices))
    return c.json(report, 200, { 'Cache-Control': 'no-store' })
  }

  async function inAddress(c: Context<Env>): Promise<Asked> {
    const { article, project } = await placeOf(c)
    const asked = parseBody(exportQuerySchema, c.req.query())
    const writer = writerFor(asked.format)
    const layers = layerNames.find((name) => name === asked.layers) ?? listed(asked.layers)
    await refuseUnknown(layers, article.id, project)
    const marks = asked.marks === undefined ? undefined : listed(asked.marks)
    if (marks?.some((id) => !recordId.safeParse(id).success))
      throw new HttpProblem(400, 'One of the marks is no id of a mark.')
    const choices: Choices = {
      format: writer.name,
      layers,
      ...(marks && { marks }),
      anonymous: asked.anonymous === 'true',
      history: asked.history === 'true',
    }
    refuseOdd(choices)
    return { article, project, choices }
  }

  async function inBody(c: Context<Env>): Promise<Asked> {
    const { article, project } = await placeOf(c)
    const choices = parseBody(articleExportSchema, await readJson(c, MOST_BYTES))
    writerFor(choices.format)
    await refuseUnknown(choices.layers, article.id, project)
    refuseOdd(choices)
    return { article, project, choices }
  }

  async function placeOf(c: Context<Env>): Promise<Pick<Asked, 'article' | 'project'>> {
    // The path has it, which its type does not say here.
    const article = await articleOf(c, catalog, c.req.param('id') ?? '')
    return { article, project: await projectOf(c, catalog, article.projectId) }
  }

  async function refuseUnknown(layers: ExportLayers, article: string, project: SeenProject): Promise<void> {
    if (typeof layers === 'string') return
    const blind = await catalog.reveals.stateOf(article)
    const known = new Set([
      ...(await catalog.projects.members(project.id)).map(({ id }) => id),
      ...(await catalog.members.formerOf(project.id)).map(({ id }) => id),
      // Whose marks came with a blind article is for those to know who see them.
      ...(isHidden(blind) && !seesHidden(project.memberRole)
        ? []
        : (await catalog.articles.contributors(article)).map(({ id }) => id)),
    ])
    if (layers.length === 0 || layers.some((id) => !known.has(id)))
      throw new HttpProblem(
        400,
        `There are no such layers to export; there are: ${layerNames.join(', ')}, or the ids of people who are known here.`,
      )
  }

  /** Nobody has others wait for many exports. */
  async function inTurn<T>(c: Context<Env>, make: () => Promise<T>): Promise<T> {
    const { id } = c.var.person
    const own = waiting.get(id) ?? 0
    if (own >= MOST.waiting)
      throw new HttpProblem(429, `${own} exports of yours are being made. Please wait a moment.`, {
        'Retry-After': '2',
      })
    waiting.set(id, own + 1)
    try {
      return await make()
    } finally {
      const left = (waiting.get(id) ?? 1) - 1
      if (left > 0) waiting.set(id, left)
      else waiting.delete(id)
    }
  }

  return routes
}

export function projectExportRoutes({ catalog, auth, exports }: RouteOptions): Hono<Env> {
  const routes = new Hono<Env>()
  for (const path of ['/:id/exports', '/:id/exports/*']) routes.use(path, requirePerson(auth))

  routes.get(
    '/:id/exports',
    describe({
      summary: 'The exports of a project',
      tag: 'Articles',
      answer: {
        schema: z.array(exportJobSchema),
        description: 'One’s own of the last days, the newest first; for owners everybody’s.',
      },
      problems: members,
    }),
    async (c) => {
      const project = await projectOf(c, catalog, c.req.param('id'))
      const person = project.memberRole === 'owner' ? null : c.var.person.id
      return c.json(await catalog.exports.inProject(project.id, person), 200, { 'Cache-Control': 'no-store' })
    },
  )

  routes.post(
    '/:id/exports',
    describe({
      summary: 'Export many articles',
      description:
        'Made in the background, of what whoever asks may see. Ask how far it is, and fetch the file then: an archive with ' +
        'a report of what was left out, or one file where the format holds many articles.',
      tag: 'Articles',
      body: newExportSchema,
      answer: { status: 201, schema: exportJobSchema, description: 'The export, which is being made.' },
      problems: {
        ...members,
        409: 'Too many exports are being made.',
        422: 'It is not described as it should be, or there are no such articles.',
      },
    }),
    async (c) => {
      const project = await projectOf(c, catalog, c.req.param('id'))
      const { articles, ...choices } = parseBody(newExportSchema, await readJson(c, 512 * 1024))
      const writer = writerOf(choices.format)
      if (!writer) throw new HttpProblem(422, `There is no export to ${choices.format}.`)
      refuseOdd(choices)
      const there = (await catalog.articles.inProject(project.id)).map(({ id }) => id)
      const wanted = articles && new Set(articles)
      const chosen = there.filter((id) => !wanted || wanted.has(id))
      if (wanted && chosen.length < wanted.size)
        throw new HttpProblem(422, 'Not all of these articles are in this project.')
      if (chosen.length === 0) throw new HttpProblem(422, 'There are no articles in this project to export.')
      const id = newId()
      const job = {
        id,
        projectId: project.id,
        person: c.var.person.id,
        role: project.memberRole,
        choices,
        articles: chosen,
        fileName: `attest-${slugOf(project.name)}-${writer.name}${isArchive(choices, writer) ? '.zip' : writer.extension}`,
      }
      if (!(await catalog.exports.add(job, { own: MOST.ownJobs, all: MOST.jobs })))
        throw new HttpProblem(409, 'Other exports are being made. Please wait for one, or cancel it.')
      await catalog.audit.noteReading({
        act: 'project.export',
        project: project.id,
        person: c.var.person.id,
        subject: project.id,
        detail: `${detailOf(choices)}, ${chosen.length} articles`,
      })
      exports.wake()
      return c.json((await exportOf(c, id)).job, 201)
    },
  )

  routes.get(
    '/:id/exports/:job',
    describe({
      summary: 'How far an export is',
      tag: 'Articles',
      answer: { schema: exportJobSchema, description: 'The export, with what its format leaves out so far.' },
      problems: members,
    }),
    async (c) => c.json((await exportOf(c, c.req.param('job'))).job, 200, { 'Cache-Control': 'no-store' }),
  )

  routes.post(
    '/:id/exports/:job/cancel',
    describe({
      summary: 'Give an export up',
      tag: 'Articles',
      answer: { schema: exportJobSchema, description: 'The export. One that was done stays.' },
      problems: members,
    }),
    async (c) => {
      const { job } = await exportOf(c, c.req.param('job'))
      await exports.cancel(job.id)
      return c.json((await exportOf(c, job.id)).job)
    },
  )

  routes.get(
    '/:id/exports/:job/file',
    describe({
      summary: 'Fetch an export',
      description: 'It takes Range and If-Range, so a download that was cut short can go on; its ETag is of its bytes.',
      tag: 'Articles',
      // An archive, or what the format is.
      answer: { schema: '*/*', description: 'The file.', inParts: true },
      problems: {
        ...members,
        403: 'It was made for somebody who may see more than you may now.',
        409: 'It is not done.',
        410: 'The file is gone; it has to be made again.',
        416: 'There is no such part.',
      },
    }),
    async (c) => {
      const { job, role, sha256, memberRole } = await exportOf(c, c.req.param('job'))
      if (job.by !== c.var.person.id || outranks(role, memberRole))
        throw new HttpProblem(
          403,
          'Only who has asked for this export can fetch it, as long as they may see what is in it.',
        )
      if (job.state !== 'done' || job.bytes === null) throw new HttpProblem(409, 'This export is not done.')
      const etag = `"${(sha256 ?? '').slice(0, 32)}"`
      const headers: Record<string, string> = {
        'Content-Type': /\.zip$/.test(job.fileName) ? 'application/zip' : typeOf(writerOf(job.format)?.mediaType ?? ''),
        'Content-Disposition': `attachment; filename="${job.fileName}"`,
        'Accept-Ranges': 'bytes',
        ETag: etag,
        'Cache-Control': 'private, no-cache',
      }
      if (names(c.req.header('if-none-match'), etag)) return c.body(null, 304, headers)
      const ifRange = c.req.header('if-range')
      const asked = ifRange === undefined || ifRange === etag ? c.req.header('range') : undefined
      const range = rangeOf(asked, job.bytes)
      if (range === 'outside')
        throw new HttpProblem(416, 'There is no such part of this file.', { 'Content-Range': `bytes */${job.bytes}` })
      const [start, end] = range ?? [0, job.bytes - 1]
      const part: Record<string, string> = { ...headers, 'Content-Length': String(end - start + 1) }
      const status = range ? 206 : 200
      if (range) part['Content-Range'] = `bytes ${start}-${end}/${job.bytes}`
      if (c.req.method === 'HEAD' || job.bytes === 0) return c.body(null, status, part)
      // Before anything is answered: after a restore there is the row, but not the file.
      const file = await open(exports.pathOf(job.id)).catch(() => null)
      if (!file) throw new HttpProblem(410, 'The file of this export is gone. Please export it again.')
      return c.body(Readable.toWeb(file.createReadStream({ start, end })) as ReadableStream, status, part)
    },
  )

  /** One’s own; for owners everybody’s. What there is for somebody else is not there. */
  async function exportOf(c: Context<Env>, id: string) {
    const project = await projectOf(c, catalog, c.req.param('id') ?? '')
    const found = await catalog.exports.find(project.id, id)
    if (!found || (found.job.by !== c.var.person.id && project.memberRole !== 'owner'))
      throw new HttpProblem(404, 'There is no such export in this project.')
    return { ...found, memberRole: project.memberRole }
  }

  return routes
}

function writerFor(format: string): NonNullable<ReturnType<typeof writerOf>> {
  const writer = writerOf(format)
  if (!writer) throw new HttpProblem(400, `There is no such format to export to; there is: ${writable.join(', ')}.`)
  return writer
}

/** What stands between commas, each once. */
function listed(text: string): string[] {
  return [...new Set(text.split(',').filter((id) => id !== ''))]
}

function refuseOdd({ layers, history }: Pick<Choices, 'layers' | 'history'>): void {
  if (history && layers === 'gold')
    throw new HttpProblem(422, 'The gold was made by nobody, so it has no history. Leave one of the two out.')
  if (Array.isArray(layers) && layers.some((id) => !personId.safeParse(id).success))
    throw new HttpProblem(422, 'One of the layers is no id of a person.')
}

function detailOf({
  format,
  layers,
  anonymous,
  history,
}: Pick<Choices, 'format' | 'layers' | 'anonymous' | 'history'>): string {
  const whose = typeof layers === 'string' ? (layers === 'all' ? [] : [layers]) : [`of ${layers.length} people`]
  return [format, ...whose, ...(anonymous ? ['without names'] : []), ...(history ? ['with history'] : [])].join(', ')
}

function typeOf(mediaType: string): string {
  return /^text\/|json|xml/.test(mediaType) && !mediaType.includes('charset')
    ? `${mediaType}; charset=utf-8`
    : mediaType
}

/** Letters that every system has in the names of files. */
function slugOf(name: string): string {
  const slug = name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 60)
    .replace(/^-|-$/g, '')
  return slug || 'project'
}

/** The first and last byte of the one part that is asked for; null for all of it, as for several parts at once. */
export function rangeOf(header: string | undefined, size: number): [start: number, end: number] | 'outside' | null {
  const match = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header?.trim() ?? '')
  if (!match) return null
  const [, first = '', last = ''] = match
  if (first === '' && last === '') return null
  if (first === '') {
    const length = Math.min(Number(last), size)
    return length === 0 ? 'outside' : [size - length, size - 1]
  }
  const [start, end] = [Number(first), last === '' ? size - 1 : Math.min(Number(last), size - 1)]
  if (last !== '' && Number(last) < start) return null
  return start >= size ? 'outside' : [start, end]
}
