import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { ArticlePage } from '@attest/schema/api'
import type { Format, MarkImportPage, MarkUndo } from '@attest/schema/exchange-api'
import type { AttestJson } from '@attest/schema/formats/attest-json'
import { emptyRecords } from '@attest/schema/room'
import type { ProjectSource } from '@attest/schema/source'
import type { Suggestions } from '@attest/schema/suggestion-api'
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
    .poll(
      async () => {
        page = await person.read<MarkImportPage>(path)
        return page.state
      },
      { timeout: 60_000 },
    )
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

it('is of the owner who decides on it, and not of the one who has prepared it', async () => {
  const { server, owner, ada } = await openOwned()
  const other = server.browser()
  const ben = await other.join('Ben')
  await server.catalog.projects.setRole('sample', ben.id, 'owner')
  const path = await send(owner, { 'from.json': textOf(await exported(owner, sample)) })
  await readIt(owner, path)
  await step(owner, path, 'try', {})
  expect(await step(other, path, 'commit')).toMatchObject({ state: 'done', by: ben.id })
  const [noted] = await server.catalog.audit.entries('sample', { limit: 1, acts: ['marks.import'] })
  expect(noted?.person).toBe(ben.id)
  const sources = await other.read<ProjectSource[]>(`${project}/sources`)
  expect(new Set(sources.map(({ by }) => by))).toEqual(new Set([ben.id]))

  // A model’s own tasks: one text is here, one is not; what it is not sure of is left out.
  const text = 'A title\nThe minister said that nobody was hurt.'
  const made = await owner.post(`${project}/articles`, { text })
  const { id: here } = (await made.json()) as { id: string }
  const region = (start: number, score?: number) => ({
    type: 'labels',
    value: { start, end: start + 3, labels: ['claim'] },
    score,
  })
  const task = (words: string) => ({
    data: { text: words },
    predictions: [{ model_version: 'bert', score: 0.9, result: [region(8), region(12, 0.25), region(20, 0.5)] }],
  })
  const guesses = await send(owner, { 'wrong.conll': 'x', 'bert.json': JSON.stringify([task(text), task(`${text}!`)]) })
  const { files } = await owner.read<MarkImportPage>(guesses)
  expect((await owner.send('DELETE', `${guesses}/files/${files[0]?.id}`)).status).toBe(200)
  const seen = await readIt(owner, guesses)
  expect(seen.reading?.mapping.annotators).toEqual([
    { by: 'bert', name: 'bert', prediction: { version: '', threshold: 0 } },
  ])
  const mapping = {
    ...seen.reading?.mapping,
    annotators: [{ by: 'bert', name: 'Bert', prediction: { version: '3', threshold: 0.5 } }],
  }
  await step(owner, guesses, 'try', { mapping })
  // One file more: it is read again, and what was mapped holds.
  const more = { text: `${text}?`, label: [[8, 11, 'claim']] }
  await sendFile(owner, `${guesses}/files?name=more.json`, JSON.stringify([task(more.text)]))
  expect((await owner.post(`${guesses}/commit`)).status).toBe(409)
  expect(await readIt(owner, guesses)).toMatchObject({
    state: 'read',
    reading: { documentCount: 3 },
    trial: { mapping: { annotators: mapping.annotators } },
  })
  const tried = await step(owner, guesses, 'try', { mapping })
  expect(tried.report).toMatchObject({
    imported: 6,
    reported: { count: 3 },
    layers: [{ title: 'Bert 3 (bert.json)', isPrediction: true }],
  })
  const articles = (await step(owner, guesses, 'commit')).report?.articles ?? []
  const [bert] = await owner.read<ProjectSource[]>(`${project}/sources`)
  expect(bert).toMatchObject({ kind: 'prediction', model: 'Bert', version: '3', name: 'Bert', articles: 3 })
  expect(articles.map(({ article }) => article)).toContain(here)
  for (const { article } of articles) {
    const { predictions } = await owner.read<Suggestions>(`/api/articles/${article}/suggestions`)
    expect(predictions).toMatchObject([{ source: bert?.id, model: 'Bert', version: '3', by: ada.id }])
    expect(predictions[0]?.scores.map(([, score]) => score)).toEqual([0.9, 0.5])
    const marks = (await exported(owner, article)).annotations
    expect(new Set(predictions[0]?.scores.map(([id]) => id))).toEqual(new Set(marks.map(({ id }) => id)))
  }
  await server.catalog.projects.setRole('sample', ben.id, 'annotator')
  const removed = await other.send('DELETE', `/api/articles/${here}/suggestions/${bert?.id}`)
  expect(await problemOf(removed)).toContain('are removed by an owner')
  await server.catalog.projects.setRole('sample', ben.id, 'owner')
  // It is of who takes it back that articles went.
  expect(await step(other, guesses, 'undo')).toMatchObject({ state: 'undone', by: ada.id, undoneBy: ben.id })
  const deleted = await server.database.db
    .selectFrom('article')
    .select('deleted_by')
    .where('deleted_by', 'is not', null)
  expect(await deleted.execute()).toEqual([{ deleted_by: ben.id }, { deleted_by: ben.id }])
  expect((await owner.read<Suggestions>(`/api/articles/${here}/suggestions`)).predictions).toEqual([])
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

  // What is said in the very moment goes with the marks: after the look, and once more when they are gone already.
  const comment = { root: 'comments', id: `${ada.id}.c` } as const
  await server.rooms.removeRecords(sample, [comment], ada.id)
  const { markImports } = server.catalog
  const begin = markImports.beginUndo.bind(markImports)
  const setDone = markImports.setDone.bind(markImports)
  markImports.beginUndo = async (...about) => {
    await server.rooms.putRecords(sample, records, ada.id)
    return begin(...about)
  }
  markImports.setDone = async (...about) => {
    const late = emptyRecords()
    const word = { id: `${ada.id}.v`, on: mark?.id ?? '', decision: 'accept', author: ada.id, at: 1 } as const
    late.verdicts.set(word.id, word)
    await server.rooms.putRecords(sample, late, ada.id)
    await setDone(...about)
  }
  const undone = await step(owner, path, 'undo')
  expect(undone).toMatchObject({ state: 'undone', undoneBy: ada.id, note: expect.stringMatching(/^2 records that/) })
  expect(await exported(owner, sample)).toEqual(before)
})

it('makes new articles of texts that are not there, all at once', async () => {
  const { server, owner } = await openOwned()
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
  // Its coming and going is in the log, from which webhooks are told.
  const noted = await server.catalog.audit.entries('sample', { limit: 5, acts: ['article.add', 'article.delete'] })
  expect(noted.map(({ act, subject }) => [act, subject])).toEqual([
    ['article.delete', fresh?.article],
    ['article.add', fresh?.article],
  ])
  expect(await exported(owner, sample)).toEqual(file)
})

it('reads back what it has written, in every format there is, and accounts for all of it', async () => {
  const { owner } = await openOwned()
  const before = await exported(owner, sample)
  const formats = await owner.read<Format[]>('/api/formats')
  const both = formats.filter(({ canRead, canWrite }) => canRead && canWrite)
  expect(both.length).toBeGreaterThan(8)
  for (const { name } of both) {
    const answer = await owner.get(`/api/articles/${sample}/export?format=${name}`)
    expect(answer.status, name).toBe(200)
    const fileName = /filename="([^"]+)"/.exec(answer.headers.get('content-disposition') ?? '')?.[1] ?? ''
    const path = await send(owner, { [fileName]: new Uint8Array(await answer.arrayBuffer()) }, { article: sample })
    const read = await readIt(owner, path, { format: name })
    expect(read.note, name).toBeNull()
    const tried = await step(owner, path, 'try', {})
    expect(tried.note, name).toBeNull()
    const { given, imported, refused, reported } = tried.report ?? { given: -1 }
    expect((imported ?? 0) + (refused?.count ?? 0) + (reported?.count ?? 0), name).toBe(given)
    expect(refused?.first, name).toEqual([])
    expect(imported, name).toBeGreaterThan(0)
    expect((await step(owner, path, 'commit')).state, name).toBe('done')
    const after = await exported(owner, sample)
    const known = new Set(before.annotations.map(({ id }) => id))
    const places = new Set(before.annotations.map(({ spans }) => JSON.stringify(spans)))
    const fresh = after.annotations.filter(({ id }) => !known.has(id))
    // Some formats cut marks to words; what has the place of one of ours has its words as well.
    if (name !== 'conll') for (const { spans } of fresh) expect(places, name).toContain(JSON.stringify(spans))
    const undone = await step(owner, path, 'undo')
    expect(undone.state, name).toBe('undone')
    expect(await exported(owner, sample), name).toEqual(before)
  }
})

it('says what is wrong with files that are made to do harm, and keeps nothing of them', async () => {
  const { server, owner } = await openOwned()
  const file = await exported(owner, sample)
  const many = Array.from({ length: 100_000 }, (_, i) => [0, 5, `label${i}`])
  const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`
  for (const [name, content, problem, choices] of [
    ['cut.json', textOf(file).slice(0, 5000), /line|column/i, { format: 'attest-json' }],
    ['nothing.json', '{"a": 1}', /./, {}],
    ['deep.json', deep, /./, { format: 'label-studio' }],
    [
      'labels.jsonl',
      `${JSON.stringify({ id: 1, text: file.article.text, label: many })}\n`,
      /label/,
      { format: 'doccano' },
    ],
    ['picture.json', Uint8Array.from({ length: 4000 }, (_, i) => (i * 7) % 9), /not a text/, {}],
    ['wide.json', Buffer.from(textOf(file), 'utf16le'), /./, { encoding: 'koi8-r', format: 'attest-json' }],
    ['bomb.zip', zipSync({ 'a.json': new Uint8Array(20_000_000) }, { level: 9 }), /taken for a trap|nothing in it/, {}],
    ['zip.zip', zipSync({ 'inner.zip': zipSync({ 'a.json': strToU8('{}') }) }), /not opened|nothing in it/, {}],
    [
      'odd.xmi',
      '<!DOCTYPE a [<!ENTITY b "c">]><xmi:XMI xmlns:xmi="http://www.omg.org/XMI">&b;</xmi:XMI>',
      /./,
      { format: 'cas-xmi' },
    ],
  ] as const) {
    const path = await send(owner, { [name]: content })
    const read = await readIt(owner, path, choices)
    expect(read.state, name).toBe('receiving')
    expect(read.note, name).toMatch(problem)
    expect((read.note ?? '').length, name).toBeLessThan(3000)
    expect((await owner.post(`${path}/try`, {})).status).toBe(409)
    expect((await owner.post(`${path}/commit`)).status).toBe(409)
    expect((await step(owner, path, 'cancel')).state).toBe('cancelled')
  }
  expect(filesIn(server)).toEqual([])
  expect(await exported(owner, sample)).toEqual(file)
  // Names that a prototype has are labels as any others.
  const names = ['__proto__', 'constructor', 'toString']
  const odd = { id: 1, text: file.article.text, label: names.map((name, i) => [i, i + 1, name]) }
  const path = await send(owner, { 'odd.jsonl': `${JSON.stringify(odd)}\n` })
  const { reading } = await readIt(owner, path, { format: 'doccano' })
  expect(new Set(reading?.survey.labels.map(({ label }) => label))).toEqual(new Set(names))
  const mapping = reading && {
    ...reading.mapping,
    labels: names.map((label) => ({ label, kind: label === '__proto__' ? 'claim' : null, attributes: [] })),
  }
  const tried = await step(owner, path, 'try', { mapping })
  expect(tried.report).toMatchObject({ given: 3, imported: 1, reported: { count: 2 } })
  const table = await (await owner.get(`${path}/report`)).text()
  expect(table.split('\r\n').filter((line) => line.startsWith('reported,odd.jsonl'))).toHaveLength(2)
  // What was tried holds only by the labels that it was tried with.
  const { labelSet } = await owner.read<ArticlePage>(`/api/articles/${sample}`)
  const changed = { ...labelSet, name: 'Others', version: labelSet.version }
  await server.database.db
    .updateTable('project')
    .set({ label_set: JSON.stringify(changed) })
    .execute()
  expect(await problemOf(await owner.post(`${path}/commit`))).toMatch(/labels of the project have changed/)
})

it('is hidden in a blind article until the reveal, but from those who review', async () => {
  const { server, owner } = await openOwned()
  const ben = server.browser()
  await ben.join('Ben')
  const { id } = (await (await owner.post(`${project}/articles`, { text: 'A title\nSome words here.' })).json()) as {
    id: string
  }
  const put = (path: string, body: object) =>
    owner.send('PUT', path, { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
  expect((await put(`/api/articles/${id}/blind`, { isBlind: true })).status).toBe(200)
  const line = { text: 'A title\nSome words here.', label: [[8, 12, 'claim']] }
  const { path } = await bringIn(owner, { 'cyd.jsonl': `${JSON.stringify(line)}\n` }, { article: id })
  const [source] = await owner.read<ProjectSource[]>(`${project}/sources`)
  expect(source).toMatchObject({ articles: 1 })
  for (const address of [
    `${project}/sources`,
    `/api/articles/${id}`,
    `/api/articles/${id}/export`,
    `/api/articles/${id}/export?format=brat`,
    `/api/articles/${id}/layers`,
    `/api/articles/${id}/history`,
  ])
    expect(await (await ben.get(address)).text(), address).not.toContain(source?.id)
  expect((await ben.get(`/api/articles/${id}/export?layers=${source?.id}`)).status).toBe(400)
  expect((await ben.get(path)).status).toBe(403)
  const { annotations } = await exported(owner, id)
  expect(annotations).toMatchObject([{ author: source?.id, spans: [[8, 12]] }])

  // What was judged before the reveal and taken back after it stands against nothing any more.
  const judged = await owner.post(`/api/articles/${id}/verdicts`, { on: annotations[0]?.id, decision: 'accept' })
  expect(judged.status).toBe(201)
  expect((await owner.read<MarkUndo>(`${path}/undo`)).canUndo).toBe(false)
  expect((await owner.post(`/api/articles/${id}/reveal`)).status).toBe(200)
  const state = async () => (await owner.read<{ state: string }>(`/api/articles/${id}/reveal`)).state
  await expect.poll(state).toBe('revealed')
  expect((await owner.send('DELETE', judged.headers.get('location') ?? '')).status).toBe(204)
  expect(await owner.read<MarkUndo>(`${path}/undo`)).toMatchObject({ canUndo: true, reasons: [] })
})

it('goes on with what was being written when the server ended, and takes out what cannot be written as a whole', async () => {
  const { server, owner } = await openOwned()
  const before = await exported(owner, sample)
  const path = await send(owner, { 'from.json': textOf(before) })
  await readIt(owner, path)
  await step(owner, path, 'try', {})
  const files = filesIn(server)
  expect(files.some((name) => name.endsWith('.plan'))).toBe(true)
  // As a kill would leave it: it was decided, and nothing or some of it written.
  const id = path.split('/').at(-1) ?? ''
  const stored = await server.catalog.markImports.find(id)
  if (!stored) throw new Error('the import is not there')
  await server.close()
  const second = await openServer({ folder: server.folder })
  const again = second.browser()
  for (const [name, value] of owner.jar) again.jar.set(name, value)
  expect((await again.read<MarkImportPage>(path)).state).toBe('tried')
  await again.post(`${path}/commit`)
  await second.close()
  const third = await openServer({ folder: server.folder })
  const last = third.browser()
  for (const [name, value] of owner.jar) last.jar.set(name, value)
  await expect.poll(async () => (await last.read<MarkImportPage>(path)).state, { timeout: 60_000 }).toBe('done')
  expect((await exported(last, sample)).annotations).toHaveLength(2 * before.annotations.length)
  expect((await step(last, path, 'undo')).state).toBe('undone')
  expect(await exported(last, sample)).toEqual(before)

  // Of two articles one is signed off after it was decided: neither has anything of it.
  const texts = ['A title\nOne text.', 'A title\nAnother text.']
  const ids: string[] = []
  for (const text of texts)
    ids.push(((await (await last.post(`${project}/articles`, { text })).json()) as { id: string }).id)
  const lines = texts.map((text) => JSON.stringify({ text, label: [[8, 11, 'claim']] })).join('\n')
  const two = await send(last, { 'two.jsonl': lines })
  await readIt(last, two)
  await step(last, two, 'try', {})
  const find = third.catalog.signOffs.of.bind(third.catalog.signOffs)
  let asked = 0
  third.catalog.signOffs.of = async (article) => {
    const signed = await find(article)
    return article === ids[1] && ++asked > 1 ? ({ id: 'x', by: null, at: 1, open: {}, reason: null } as never) : signed
  }
  const failed = await step(last, two, 'commit')
  expect(failed).toMatchObject({ state: 'failed', note: expect.stringMatching(/signed off/) })
  third.catalog.signOffs.of = find
  for (const article of ids) expect((await exported(last, article)).annotations).toEqual([])
  expect(await last.read<ProjectSource[]>(`${project}/sources`)).toEqual([])
  expect((await last.read<ArticlePage>(`/api/articles/${ids[0]}`)).people.filter(({ role }) => role === null)).toEqual(
    [],
  )
})
