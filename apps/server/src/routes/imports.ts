/** Articles in: what is in a file or a page, shown before it is kept, and many at once. */
import {
  encodings,
  importJobSchema,
  importPageSchema,
  lineWays,
  newImportSchema,
  pageToReadSchema,
  type Reading,
  type ReadingChoices,
  readingChoicesSchema,
  readingSchema,
  scopes,
} from '@attest/schema/importing'
import { type Context, Hono } from 'hono'
import * as z from 'zod'
import { listArchive } from '../articles/archive.ts'
import { formatOf, type Given } from '../articles/format.ts'
import { type Importer, tooMuchForOne } from '../articles/importer.ts'
import type { Reader } from '../articles/reader.ts'
import { many, Unreadable } from '../articles/report.ts'
import { parseBody, readFileBody, readJson } from '../body.ts'
import { csvLine } from '../csv.ts'
import type { Fetched, Outgoing } from '../outgoing.ts'
import { LISTED, listed, pageQueryDescription } from '../pages.ts'
import { HttpProblem } from '../problem.ts'
import { newId } from '../store/id.ts'
import type { ToldItem } from '../store/import-jobs.ts'
import { type Env, ownedProjectOf, type RouteOptions, requirePerson } from './context.ts'
import { describe } from './describe.ts'

export interface ImportParts {
  /** For what somebody is waiting for; an import has its own. */
  reader: Reader
  importer: Importer
  outgoing: Outgoing
}

const MAX_FILE_BYTES = 32 * 1024 * 1024
const MAX_ARCHIVE_BYTES = 128 * 1024 * 1024

/** So many previews a person may have read at once, and all together. */
const MOST_READING = { person: 4, all: 24 }
const MOST_OPEN = 5

const choiceQuery = {
  encoding: { description: 'What the bytes of a text are read as; found out when not given.', values: encodings },
  lines: { description: 'Which lines of a plain text are paragraphs; found out when not given.', values: lineWays },
  scope: { description: 'Of a web page its article, which is found out, or all of it.', values: scopes },
} as const

const owners = {
  401: 'Nobody is signed in.',
  403: 'You do not own the project.',
  404: 'There is no such project for you.',
}

export function importRoutes({ catalog, auth, reader, importer, outgoing }: RouteOptions): Hono<Env> {
  const routes = new Hono<Env>()
  const reading = new Map<string, number>()
  routes.use('*', requirePerson(auth))

  routes.post(
    '/:id/readings',
    describe({
      summary: 'See what is in a file',
      description:
        'The article that .txt, .md, .html, .docx or .pdf would be, the columns of .csv or .jsonl, or the files in .zip. ' +
        'Nothing is kept; the content of an article is kept by posting it to the articles of the project. ' +
        'The query has the name of the file as `name`.',
      tag: 'Articles',
      file: 'The file as it is.',
      query: { name: { description: 'What the file is called.' }, ...choiceQuery },
      answer: { schema: readingSchema, description: 'What was found, and what was left out of it.' },
      problems: { ...owners, 413: 'The file is too large.', 422: 'It cannot be read.', 429: 'Too many at once.' },
    }),
    async (c) => {
      const project = await ownedProjectOf(c, catalog, c.req.param('id'), 'bring articles in')
      const name = fileName(c)
      const choices = choicesOf(c)
      const bytes = await readFileBody(c, /\.zip$/i.test(name) ? MAX_ARCHIVE_BYTES : MAX_FILE_BYTES)
      return c.json(await inTurn(c, () => readGiven(project.id, { bytes, name, choices })))
    },
  )

  routes.post(
    '/:id/readings/page',
    describe({
      summary: 'See what is on a page of the web',
      description: 'The server fetches the page, from public addresses only, and finds the article on it.',
      tag: 'Articles',
      body: pageToReadSchema,
      answer: { schema: readingSchema, description: 'What was found, and what was left out of it.' },
      problems: { ...owners, 422: 'It cannot be fetched or read; the detail says why.', 429: 'Too many at once.' },
    }),
    async (c) => {
      const project = await ownedProjectOf(c, catalog, c.req.param('id'), 'bring articles in')
      const { url, choices = {} } = parseBody(pageToReadSchema, await readJson(c, 16 * 1024))
      return c.json(
        await inTurn(c, async () => {
          const fetched = await outgoing(withScheme(url), {
            headers: { accept: pageTypes },
            maxBytes: 16 * 1024 * 1024,
          })
          if (!fetched.ok) throw new HttpProblem(422, fetched.detail)
          if (fetched.status < 200 || fetched.status > 299)
            throw new HttpProblem(422, `The server of this page answered ${fetched.status} and not with the page.`)
          return readGiven(project.id, { ...givenOf(fetched), choices })
        }),
      )
    },
  )

  routes.get(
    '/:id/imports',
    describe({
      summary: 'The imports of a project',
      description: LISTED,
      query: pageQueryDescription,
      tag: 'Articles',
      answer: { schema: z.array(importJobSchema), description: 'The last twenty, the newest first.' },
      problems: owners,
    }),
    async (c) => {
      const project = await ownedProjectOf(c, catalog, c.req.param('id'), 'see what is brought in', {
        whileArchived: true,
      })
      return c.json(listed(c, await catalog.imports.inProject(project.id), ({ id }) => id))
    },
  )

  routes.post(
    '/:id/imports',
    describe({
      summary: 'Begin to bring many articles in',
      description: 'Send the files after it, one by one, and complete it then.',
      tag: 'Articles',
      body: newImportSchema,
      answer: { status: 201, schema: importJobSchema, description: 'The import, which waits for files.' },
      problems: { ...owners, 409: 'There are too many imports at once.', 422: 'It is not described as it should be.' },
    }),
    async (c) => {
      const project = await ownedProjectOf(c, catalog, c.req.param('id'), 'bring articles in')
      const given = parseBody(newImportSchema, await readJson(c, 64 * 1024))
      if ((await catalog.imports.openIn(project.id)) >= MOST_OPEN)
        throw new HttpProblem(
          409,
          `${MOST_OPEN} imports are running in this project. Please wait for one, or cancel it.`,
        )
      const id = newId()
      await catalog.imports.add({
        id,
        name: given.name,
        projectId: project.id,
        person: c.var.person.id,
        choices: given.choices ?? {},
        columns: given.columns ?? null,
        keepsKnown: given.keepsKnown ?? false,
      })
      return c.json(await jobOf(project.id, id), 201)
    },
  )

  routes.post(
    '/:id/imports/:job/files',
    describe({
      summary: 'Send a file of an import',
      description: 'The query has the name of the file as `name`.',
      tag: 'Articles',
      file: 'The file as it is.',
      query: { name: { description: 'What the file is called.' } },
      answer: { status: 202, schema: z.object({}), description: 'It is on disk, and its turn will come.' },
      problems: { ...owners, 409: 'The import takes no more files.', 413: 'The file is too large.' },
    }),
    async (c) => {
      const project = await ownedProjectOf(c, catalog, c.req.param('id'), 'bring articles in')
      const job = await jobOf(project.id, c.req.param('job'))
      const name = fileName(c)
      if (job.state !== 'receiving') throw new HttpProblem(409, 'This import takes no more files.')
      const bytes = await readFileBody(c, /\.zip$/i.test(name) ? MAX_ARCHIVE_BYTES : MAX_FILE_BYTES)
      if (!(await importer.receive(job.id, name, bytes))) throw new HttpProblem(409, tooMuchForOne)
      return c.json({}, 202)
    },
  )

  routes.post(
    '/:id/imports/:job/complete',
    describe({
      summary: 'Say that all files of an import were sent',
      tag: 'Articles',
      answer: { schema: importJobSchema, description: 'The import, which is running or done.' },
      problems: owners,
    }),
    async (c) => {
      const project = await ownedProjectOf(c, catalog, c.req.param('id'), 'bring articles in')
      const { id } = await jobOf(project.id, c.req.param('job'))
      await catalog.imports.complete(id)
      importer.wake()
      return c.json(await jobOf(project.id, id))
    },
  )

  routes.post(
    '/:id/imports/:job/cancel',
    describe({
      summary: 'Give up what an import has not brought in yet',
      tag: 'Articles',
      answer: { schema: importJobSchema, description: 'The import. What it has brought in stays.' },
      problems: owners,
    }),
    async (c) => {
      const project = await ownedProjectOf(c, catalog, c.req.param('id'), 'cancel an import', { whileArchived: true })
      const { id } = await jobOf(project.id, c.req.param('job'))
      await importer.cancel(id, null)
      return c.json(await jobOf(project.id, id))
    },
  )

  routes.get(
    '/:id/imports/:job',
    describe({
      summary: 'How far an import is',
      tag: 'Articles',
      answer: { schema: importPageSchema, description: 'Its counts, and the first 200 that could not be brought in.' },
      problems: owners,
    }),
    async (c) => {
      const project = await ownedProjectOf(c, catalog, c.req.param('id'), 'see what is brought in', {
        whileArchived: true,
      })
      const job = await jobOf(project.id, c.req.param('job'))
      const items = await catalog.imports.items(job.id, ['failed', 'known'], 200)
      return c.json({ ...job, problems: items.map(({ report: _, ...item }) => item) })
    },
  )

  routes.get(
    '/:id/imports/:job/report',
    describe({
      summary: 'What came of each file of an import',
      tag: 'Articles',
      answer: { schema: 'text/csv', description: 'A table with a row for each file or row of a table.' },
      problems: owners,
    }),
    async (c) => {
      const project = await ownedProjectOf(c, catalog, c.req.param('id'), 'see what is brought in', {
        whileArchived: true,
      })
      const job = await jobOf(project.id, c.req.param('job'))
      const items = await catalog.imports.items(job.id, ['kept', 'known', 'failed', 'cancelled', 'waiting'], 100_000)
      return c.body(tableOf(items), 200, {
        'Content-Type': 'text/csv; charset=utf-8',
        'Content-Disposition': `attachment; filename="import-${job.id}.csv"`,
        'Cache-Control': 'no-store',
      })
    },
  )

  async function jobOf(projectId: string, id: string) {
    const job = await catalog.imports.find(projectId, id)
    if (!job) throw new HttpProblem(404, 'There is no such import in this project.')
    return job
  }

  async function readGiven(projectId: string, given: Given): Promise<Reading> {
    try {
      const format = formatOf(given)
      if (format === 'archive') return { is: 'archive', entries: await listArchive(given.bytes), report: [] }
      if (format === 'csv' || format === 'jsonl') return await reader.table(given)
      const draft = await reader.article(given)
      return { ...draft, duplicate: await catalog.articles.withText(projectId, draft.content.sha256) }
    } catch (error) {
      if (error instanceof Unreadable) throw new HttpProblem(422, error.message)
      throw error
    }
  }

  /** Nobody takes up all of the reading. */
  async function inTurn<T>(c: Context<Env>, read: () => Promise<T>): Promise<T> {
    const { id } = c.var.person
    const own = reading.get(id) ?? 0
    if (own >= MOST_READING.person || reader.load >= MOST_READING.all)
      throw new HttpProblem(429, `${many(own, 'file')} of yours are being read. Please wait a moment.`, {
        'Retry-After': '2',
      })
    reading.set(id, own + 1)
    try {
      return await read()
    } finally {
      const left = (reading.get(id) ?? 1) - 1
      if (left > 0) reading.set(id, left)
      else reading.delete(id)
    }
  }

  return routes
}

const pageTypes = 'text/html,application/xhtml+xml,text/plain;q=0.9,application/pdf;q=0.8,*/*;q=0.5'

/** What the query says that a file is called. */
export function fileName(c: Context): string {
  const name = (c.req.query('name') ?? '')
    .replace(/\p{Cc}/gu, '')
    .toWellFormed()
    .trim()
  if (name === '' || name.length > 1000) throw new HttpProblem(422, 'Say what the file is called, in the query: ?name=')
  return name.slice(-255).toWellFormed()
}

function choicesOf(c: Context): ReadingChoices {
  const given = Object.fromEntries(
    Object.keys(choiceQuery).flatMap((name) => {
      const value = c.req.query(name)
      return value === undefined ? [] : [[name, value]]
    }),
  )
  return parseBody(readingChoicesSchema, given)
}

function withScheme(url: string): string {
  const trimmed = url.trim()
  return /^[a-z][a-z0-9+.-]*:/i.test(trimmed) && !/^[\w.-]+:\d+(\/|$)/.test(trimmed) ? trimmed : `https://${trimmed}`
}

/** What a page says of itself counts more than how its address ends, which is often `.php`. */
function givenOf({ url, headers, body }: Fetched): Given {
  const type = headers['content-type'] ?? null
  const isVague = type === null || /^(application|binary)\/octet-stream/i.test(type)
  return {
    bytes: body,
    type: isVague ? null : type,
    url,
    name: isVague ? (new URL(url).pathname.split('/').at(-1) ?? '') : '',
  }
}

const titles = ['file', 'line', 'outcome', 'problem', 'notes', 'title', 'article']

function tableOf(items: readonly ToldItem[]): string {
  const rows = items.map((item) => [
    item.name,
    item.line === null ? '' : String(item.line),
    item.state,
    item.problem ?? '',
    item.report.join(' '),
    item.title ?? '',
    item.articleId ?? '',
  ])
  return `\ufeff${[titles, ...rows].map(csvLine).join('')}`
}
