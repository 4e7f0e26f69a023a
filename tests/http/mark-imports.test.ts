import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { ArticlePage } from '@attest/schema/api'
import type { MarkImportPage, MarkUndo } from '@attest/schema/exchange-api'
import type { AttestJson } from '@attest/schema/formats/attest-json'
import { emptyRecords } from '@attest/schema/room'
import type { ProjectSource } from '@attest/schema/source'
import { strToU8, zipSync } from 'fflate'
import { expect, it } from 'vitest'
import { type Browser, openServer, problemOf, type Server, temporaryFolder } from './support.ts'

const project = '/api/projects/sample'
const sample = 'syria-airstrikes-2015'

async function openOwned(folder = temporaryFolder()) {
  const server = await openServer({ folder })
  const owner = server.browser()
  const ada = await owner.join('Ada')
  return { server, owner, ada }
}

const sendFile = (person: Browser, path: string, content: string | Uint8Array) =>
  person.send('POST', path, {
    headers: { 'content-type': 'application/octet-stream' },
    body: typeof content === 'string' ? content : new Uint8Array(content),
  })

/** Begins an import and sends its files; the address of it. */
async function send(
  person: Browser,
  files: Readonly<Record<string, string | Uint8Array>>,
  more: object = {},
): Promise<string> {
  const begun = await person.post(`${project}/mark-imports`, { name: Object.keys(files)[0], ...more })
  if (begun.status !== 201) throw new Error(await problemOf(begun))
  const { id } = (await begun.json()) as MarkImportPage
  const path = `${project}/mark-imports/${id}`
  for (const [name, content] of Object.entries(files))
    expect((await sendFile(person, `${path}/files?name=${encodeURIComponent(name)}`, content)).status).toBe(202)
  return path
}

/** Asks for a step, and waits until it is over. */
async function step(person: Browser, path: string, what: string, body?: object): Promise<MarkImportPage> {
  const answer = await person.post(`${path}/${what}`, body)
  if (!answer.ok) throw new Error(await problemOf(answer))
  let page: MarkImportPage | null = null
  await expect
    .poll(async () => {
      page = await person.read<MarkImportPage>(path)
      return page.state
    })
    .not.toMatch(/^(reading|trying|committing|undoing)$/)
  if (!page) throw new Error('nothing was read')
  return page
}

const readIt = (person: Browser, path: string, choices: object = {}) => step(person, path, 'read', choices)

async function exported(person: Browser, article: string, more = ''): Promise<AttestJson> {
  return person.read<AttestJson>(`/api/articles/${article}/export${more}`)
}

async function bringIn(person: Browser, files: Readonly<Record<string, string | Uint8Array>>, more: object = {}) {
  const path = await send(person, files, more)
  const read = await readIt(person, path)
  if (read.state !== 'read') throw new Error(read.note ?? read.state)
  const tried = await step(person, path, 'try', {})
  if (tried.state !== 'tried') throw new Error(tried.note ?? tried.state)
  const done = await step(person, path, 'commit')
  if (done.state !== 'done') throw new Error(done.note ?? done.state)
  return { path, page: done }
}

const textOf = (file: AttestJson) => JSON.stringify(file)
const filesIn = (server: Server) => readdirSync(join(server.folder, 'mark-imports'))

it('brings marks in as layers of their own, and takes them back as if they had never been', async () => {
  const { server, owner, ada } = await openOwned()
  const before = await exported(owner, sample)
  const path = await send(owner, { 'from.json': textOf(before) })
  const read = await readIt(owner, path)
  expect(read).toMatchObject({ state: 'read', note: null, reading: { format: 'attest-json', documentCount: 1 } })
  expect(read.reading?.documents[0]).toMatchObject({
    match: { by: 'text', article: sample },
    placement: { to: 'article', article: sample },
    closed: null,
  })
  const things = before.annotations.length + before.relations.length + before.comments.length + before.verdicts.length
  const tried = await step(owner, path, 'try', {})
  const { report } = tried
  expect(report).toMatchObject({ given: things, changed: { count: 0 } })
  expect((report?.imported ?? 0) + (report?.refused.count ?? 0) + (report?.reported.count ?? 0)).toBe(things)
  // Nothing yet.
  expect(await exported(owner, sample)).toEqual(before)
  const done = await step(owner, path, 'commit')
  expect(done.state).toBe('done')
  const after = await exported(owner, sample)
  expect(after.annotations).toHaveLength(2 * before.annotations.length)
  const sources = await owner.read<ProjectSource[]>(`${project}/sources`)
  const layers = new Set(sources.map(({ id }) => id))
  expect(sources.map(({ title }) => title)).toEqual(before.people.map(({ name }) => `${name} (from.json)`))
  const fresh = after.annotations.filter(({ author }) => layers.has(author))
  expect(fresh.map(({ spans, kind, attributes, quotes }) => ({ spans, kind, attributes, quotes }))).toEqual(
    before.annotations.map(({ spans, kind, attributes, quotes }) => ({ spans, kind, attributes, quotes })),
  )
  // Nobody is one of them.
  const { people } = await owner.read<ArticlePage>(`/api/articles/${sample}`)
  expect(people.filter(({ source }) => source)).toMatchObject(
    sources.map(({ id }) => ({ id, role: null, source: { kind: 'import', format: 'attest-json', by: ada.id } })),
  )
  expect(filesIn(server)).toEqual([`${path.split('/').at(-1)}.plan`])
  expect(await owner.read<MarkUndo>(`${path}/undo`)).toMatchObject({ canUndo: true, reasons: [] })
  expect((await step(owner, path, 'undo')).state).toBe('undone')
  expect(await exported(owner, sample)).toEqual(before)
  expect(await owner.read<ProjectSource[]>(`${project}/sources`)).toEqual([])
  expect(filesIn(server)).toEqual([])
})

it('stays once somebody has built on it, and says who stands against taking it back', async () => {
  const { server, owner, ada } = await openOwned()
  const before = await exported(owner, sample)
  const { path } = await bringIn(owner, { 'from.json': textOf(before) })
  const [source] = await owner.read<ProjectSource[]>(`${project}/sources`)
  const mark = (await exported(owner, sample)).annotations.find(({ author }) => author === source?.id)
  const records = emptyRecords()
  records.comments.set(`${ada.id}.c`, { id: `${ada.id}.c`, on: mark?.id ?? '', body: 'hm', author: ada.id, at: 1 })
  await server.rooms.putRecords(sample, records, ada.id)
  const found = await owner.read<MarkUndo>(`${path}/undo`)
  expect(found.canUndo).toBe(false)
  expect(found.reasons).toEqual([expect.stringMatching(/1 record of others is about its marks/)])
  expect(await problemOf(await owner.post(`${path}/undo`))).toMatch(/1 record of others/)
  expect((await owner.read<ProjectSource[]>(`${project}/sources`)).length).toBeGreaterThan(0)
})

it('makes new articles of texts that are not there, all at once', async () => {
  const { owner } = await openOwned()
  const file = await exported(owner, sample)
  const { path, page } = await (async () => {
    const other = await openServer()
    const person = other.browser()
    await person.join('Olga')
    await person.post('/api/projects', { name: 'Other' })
    const text = 'A title\nThe minister said that nobody was hurt.'
    const added = await person.post(`${project}/articles`, { text })
    const { id } = (await added.json()) as { id: string }
    const small = await exported(person, id)
    const author = 'olga'
    const mark = { id: 'olga.1', kind: 'claim', spans: [[8, 20]], attributes: {}, author, at: 5 }
    const full = {
      ...small,
      people: [{ id: author, name: 'Olga', role: null }],
      annotations: [{ ...mark, quotes: [text.slice(8, 20)] }],
      outcomes: [],
    }
    return bringIn(owner, {
      'a.zip': zipSync({ 'x/a.json': strToU8(JSON.stringify(full)), 'readme.md': strToU8('x') }),
    })
  })()
  expect(page.reading?.notes).toEqual([expect.stringMatching(/readme\.md/)])
  expect(page.report).toMatchObject({ imported: 1, articleCount: 1, articles: [{ isNew: true, imported: 1 }] })
  const [fresh] = page.report?.articles ?? []
  const made = await exported(owner, fresh?.article ?? '')
  expect(made.annotations).toMatchObject([{ kind: 'claim', spans: [[8, 20]] }])
  expect(made.article.text).toContain('The minister said')
  expect((await step(owner, path, 'undo')).state).toBe('undone')
  expect((await owner.get(`/api/articles/${fresh?.article}`)).status).toBe(404)
  expect(await exported(owner, sample)).toEqual(file)
})
