import { readdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { ArticleSummary } from '@attest/schema/api'
import { type Article, flawOf } from '@attest/schema/article'
import type { ImportJob, ImportPage, Reading } from '@attest/schema/importing'
import { strToU8, zipSync } from 'fflate'
import { describe, expect, it, onTestFinished } from 'vitest'
import { type Browser, openServer, problemOf, temporaryFolder } from './support.ts'

const project = '/api/projects/sample'

function sendFile(person: Browser, path: string, content: string | Uint8Array): Promise<Response> {
  return person.send('POST', path, {
    headers: { 'content-type': 'application/octet-stream' },
    body: typeof content === 'string' ? content : new Uint8Array(content),
  })
}

async function preview(person: Browser, name: string, content: string | Uint8Array, more = ''): Promise<Reading> {
  const answer = await sendFile(person, `${project}/readings?name=${encodeURIComponent(name)}${more}`, content)
  if (!answer.ok) throw new Error(await problemOf(answer))
  return (await answer.json()) as Reading
}

async function draftOf(person: Browser, name: string, content: string | Uint8Array, more = '') {
  const reading = await preview(person, name, content, more)
  if (reading.is !== 'article') throw new Error(`a ${reading.is}`)
  return reading
}

async function openOwned() {
  const server = await openServer()
  const owner = server.browser()
  await owner.join('Ada')
  return { server, owner }
}

const titles = async (person: Browser) =>
  (await person.read<ArticleSummary[]>(`${project}/articles`)).map(({ title }) => title).slice(1)

/** Sends files and completes the import; resolves with its id. */
async function bringIn(
  person: Browser,
  files: Record<string, string | Uint8Array>,
  setting: object = {},
): Promise<string> {
  const begun = await person.post(`${project}/imports`, { name: 'Many', ...setting })
  const { id } = (await begun.json()) as ImportJob
  for (const [name, content] of Object.entries(files)) {
    const sent = await sendFile(person, `${project}/imports/${id}/files?name=${encodeURIComponent(name)}`, content)
    expect(sent.status).toBe(202)
  }
  expect((await person.post(`${project}/imports/${id}/complete`)).status).toBe(200)
  return id
}

async function outcome(person: Browser, id: string): Promise<ImportPage> {
  let page = await person.read<ImportPage>(`${project}/imports/${id}`)
  await expect
    .poll(
      async () => {
        page = await person.read<ImportPage>(`${project}/imports/${id}`)
        return page.state
      },
      { timeout: 30_000 },
    )
    .toMatch(/done|cancelled/)
  return page
}

describe('a preview', () => {
  it('shows the article in a file, and keeps nothing until it is told to', async () => {
    const { owner } = await openOwned()
    const draft = await draftOf(owner, 'a.md', '# Flood plan\n\nThe **council** met.')
    expect(draft).toMatchObject({ format: 'markdown', duplicate: null, encoding: { name: 'utf-8', how: 'fits' } })
    expect(await titles(owner)).toEqual([])
    const content = {
      ...draft.content,
      title: 'The flood plan',
      source: { ...draft.content.source, outlet: 'The Paper' },
    }
    const kept = await owner.post(`${project}/articles`, { content })
    expect(kept.status).toBe(201)
    const { id } = (await kept.json()) as ArticleSummary
    const article = await owner.read<Article>(`/api/articles/${id}`)
    expect(article).toMatchObject({
      title: 'The flood plan',
      text: 'Flood plan\nThe council met.',
      source: { outlet: 'The Paper', fileName: 'a.md', encoding: 'utf-8' },
    })
    expect(flawOf(article)).toBeNull()
    expect((await owner.read<ArticleSummary[]>(`${project}/articles`)).at(-1)?.source?.outlet).toBe('The Paper')
    const file = JSON.parse(await (await owner.get(`/api/articles/${id}/export`)).text())
    expect(file.article.source).toEqual(article.source)
    const back = await owner.post(`${project}/articles`, file)
    const again = (await back.json()) as ArticleSummary
    expect((await owner.read<Article>(`/api/articles/${again.id}`)).source).toEqual(article.source)
  })

  it('tells of a text that is here already', async () => {
    const { owner } = await openOwned()
    const first = await draftOf(owner, 'a.txt', 'A title\nSome words.')
    const kept = (await (await owner.post(`${project}/articles`, { content: first.content })).json()) as ArticleSummary
    const second = await draftOf(owner, 'b.txt', 'A title\r\n\r\nSome words.\r\n')
    expect(second.duplicate).toEqual({ id: kept.id, title: 'A title' })
  })

  it('reads it anew as somebody chooses', async () => {
    const { owner } = await openOwned()
    const bytes = Buffer.from('Ein Titel\nF\xfcr alle', 'latin1')
    expect((await draftOf(owner, 'a.txt', bytes, '&encoding=koi8-r')).content.text).not.toContain('Für')
    expect((await draftOf(owner, 'a.txt', bytes, '&encoding=windows-1252')).content.text).toContain('Für')
    const odd = await sendFile(owner, `${project}/readings?name=a.txt&encoding=odd`, bytes)
    expect(odd.status).toBe(422)
  })

  it('shows the columns of a table and the files of an archive', async () => {
    const { owner } = await openOwned()
    expect(await preview(owner, 'a.csv', 'title,text\nA,Some words\n')).toMatchObject({
      is: 'table',
      guess: { title: 'title', text: 'text' },
      rowCount: 1,
    })
    expect(await preview(owner, 'a.zip', zipSync({ 'a.txt': strToU8('x'), 'b.jpg': strToU8('x') }))).toMatchObject({
      is: 'archive',
      entries: [{ name: 'a.txt', problem: null }, { name: 'b.jpg' }],
    })
  })

  it('says in a sentence what is wrong with a file', async () => {
    const { owner } = await openOwned()
    for (const [name, content, problem] of [
      ['a.txt', '', /empty/],
      ['a.docx', 'PK\x03\x04', /damaged/],
      ['a.pdf', '%PDF-', /damaged/],
      ['a.zip', 'PK\x03\x04', /damaged/],
      ['', 'x', /what the file is called/],
    ] as const) {
      const answer = await sendFile(owner, `${project}/readings?name=${name}`, content)
      expect(answer.status).toBe(422)
      expect(await problemOf(answer)).toMatch(problem)
    }
  })

  it('is not kept when it was bent on the way', async () => {
    const { owner } = await openOwned()
    const { content } = await draftOf(owner, 'a.txt', 'A title\nSome words.')
    for (const bent of [
      { ...content, text: `${content.text}!` },
      { ...content, blocks: content.blocks.slice(1) },
      { ...content, inlines: [{ type: 'link', start: 0, end: 1, href: 'javascript:alert(1)' }] },
      { ...content, source: { ...content.source, published: '2024-02-31x' } },
      { ...content, id: 'mine' },
    ])
      expect((await owner.post(`${project}/articles`, { content: bent })).status).toBe(422)
    expect(await titles(owner)).toEqual([])
  })
})

describe('a page of the web', () => {
  async function openSite(): Promise<string> {
    const words =
      '<p>The council met on Tuesday to discuss the embankment, and residents said that nobody had asked.</p>'
    const site = createServer((request, answer) => {
      if (request.url === '/gone') answer.writeHead(404).end('<p>gone</p>')
      else if (request.url === '/photo') answer.writeHead(200, { 'content-type': 'image/png' }).end('x')
      else {
        answer.writeHead(200, { 'content-type': 'text/html; charset=iso-8859-15' })
        answer.end(
          Buffer.from(
            `<html lang="en"><title>Flood plan</title><nav>Home</nav><article><h1>Flood plan</h1>${words.repeat(12)}<p>It costs 5 \xa4.</p></article>`,
            'latin1',
          ),
        )
      }
    })
    await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void site.close())
    return `http://127.0.0.1:${(site.address() as AddressInfo).port}`
  }

  it('is fetched where that is allowed, and read as it says of itself', async () => {
    const site = await openSite()
    const server = await openServer({ outgoingAllow: [site] })
    const owner = server.browser()
    await owner.join('Ada')
    const answer = await owner.post(`${project}/readings/page`, { url: `${site}/index.php?a=1#top` })
    const draft = (await answer.json()) as Reading
    if (draft.is !== 'article') throw new Error(JSON.stringify(draft))
    expect(draft.content).toMatchObject({
      title: 'Flood plan',
      source: { url: `${site}/index.php?a=1`, outlet: '127.0.0.1', fileName: null, encoding: 'iso-8859-15' },
    })
    expect(draft.content.text).toContain('It costs 5 €.')
    expect(draft.content.text).not.toContain('Home')
    for (const [path, problem] of [
      ['/gone', /answered 404/],
      ['/photo', /not a text/],
    ] as const)
      expect(await problemOf(await owner.post(`${project}/readings/page`, { url: `${site}${path}` }))).toMatch(problem)
  })

  it('is not fetched from the network that the server stands in', async () => {
    const site = await openSite()
    const { owner } = await openOwned()
    for (const url of [site, 'http://127.0.0.1:4321/api/me', 'http://[::1]/', 'http://169.254.169.254/', 'localhost']) {
      const answer = await owner.post(`${project}/readings/page`, { url })
      expect(answer.status).toBe(422)
      expect(await problemOf(answer)).toMatch(/private network|none that this server asks/)
    }
  })
})

describe('an import', () => {
  it('brings in what it can, and tells of the rest with file and line', async () => {
    const { server, owner } = await openOwned()
    const id = await bringIn(owner, {
      'a.txt': 'First\nwords',
      'bad.docx': 'PK\x03\x04',
      'b.md': '# Second\n\nwords',
      'again.txt': 'First\nwords',
      'rows.csv': 'title,text\nThird,words of the third row\n,\nFourth,words of the fourth row\n',
      'some.zip': zipSync({
        'in/c.txt': strToU8('Fifth\nwords'),
        'in/inner.zip': zipSync({ 'x.txt': strToU8('x') }),
        'liar.txt': zipSync({ 'x.txt': strToU8('x') }),
      }),
    })
    const page = await outcome(owner, id)
    expect(new Set(await titles(owner))).toEqual(new Set(['First', 'Second', 'Third', 'Fourth', 'Fifth']))
    const report = await (await owner.get(`${project}/imports/${id}/report`)).text()
    const rows = report.split('\r\n').filter(Boolean)
    expect(rows).toHaveLength(11)
    expect(rows).toContain('rows.csv,3,failed,There is no text in this row.,,,')
    expect(rows.flatMap((row) => /^rows\.csv,(\d+),/.exec(row)?.[1] ?? [])).toEqual(['2', '3', '4'])
    expect(page).toMatchObject({ state: 'done', counts: { waiting: 0, kept: 5, known: 1, failed: 4 } })
    expect(page.problems.map(({ name, line, state, problem }) => [name, line, state, problem])).toEqual([
      ['bad.docx', null, 'failed', expect.stringContaining('damaged')],
      ['again.txt', null, 'known', null],
      ['rows.csv', 3, 'failed', 'There is no text in this row.'],
      ['some.zip › in/inner.zip', null, 'failed', expect.stringContaining('not opened')],
      ['some.zip › liar.txt', null, 'failed', expect.stringContaining('not opened')],
    ])
    expect(readdirSync(join(server.folder, 'imports'))).toEqual([])
  })

  it('goes on where it was when the server is started again, and keeps nothing twice', async () => {
    const folder = temporaryFolder()
    const first = await openServer({ folder })
    const owner = first.browser()
    await owner.join('Ada')
    const files = Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`${i}.txt`, `Title ${i}\nwords ${i}`]))
    const id = await bringIn(owner, files)
    await expect.poll(() => titles(owner)).not.toHaveLength(0)
    await first.close()
    expect(readdirSync(join(folder, 'imports')).length).toBeGreaterThan(0)
    const second = await openServer({ folder })
    const again = second.browser()
    for (const [name, value] of owner.jar) again.jar.set(name, value)
    const page = await outcome(again, id)
    expect(page.counts).toMatchObject({ kept: 60, failed: 0, waiting: 0 })
    const all = await titles(again)
    expect(new Set(all).size).toBe(60)
    expect(all).toHaveLength(60)
  })

  it('that was still being sent when the server ended takes what had come', async () => {
    const folder = temporaryFolder()
    const first = await openServer({ folder })
    const owner = first.browser()
    await owner.join('Ada')
    const { id } = (await (await owner.post(`${project}/imports`, { name: 'Many' })).json()) as ImportJob
    await sendFile(owner, `${project}/imports/${id}/files?name=a.txt`, 'A title\nwords')
    await first.close()
    const second = await openServer({ folder })
    const again = second.browser()
    for (const [name, value] of owner.jar) again.jar.set(name, value)
    const page = await outcome(again, id)
    expect(page).toMatchObject({ state: 'done', counts: { kept: 1 }, note: expect.stringContaining('restarted') })
    const late = await sendFile(again, `${project}/imports/${id}/files?name=b.txt`, 'x')
    expect(late.status).toBe(409)
  })

  it('can be cancelled: what is in stays, and the rest is given up', async () => {
    const { server, owner } = await openOwned()
    const files = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`${i}.txt`, `Title ${i}\nwords ${i}`]))
    const begun = (await (await owner.post(`${project}/imports`, { name: 'Many' })).json()) as ImportJob
    for (const [name, content] of Object.entries(files))
      await sendFile(owner, `${project}/imports/${begun.id}/files?name=${name}`, content)
    const job = (await (await owner.post(`${project}/imports/${begun.id}/cancel`)).json()) as ImportJob
    expect(job.state).toBe('cancelled')
    const { counts } = await outcome(owner, begun.id)
    expect(counts.kept + counts.cancelled).toBe(40)
    expect(counts.waiting).toBe(0)
    await expect.poll(() => readdirSync(join(server.folder, 'imports'))).toEqual([])
    expect(await titles(owner)).toHaveLength(counts.kept)
  })

  it('ends when whoever began it owns the project no more', async () => {
    const { server, owner } = await openOwned()
    const { id: person } = await owner.read<{ id: string }>('/api/me')
    const heir = server.browser()
    const { id: heirId } = await heir.join('Ben')
    const { id } = (await (await owner.post(`${project}/imports`, { name: 'Many' })).json()) as ImportJob
    await server.catalog.projects.setRole('sample', heirId, 'owner')
    await server.catalog.projects.setRole('sample', person, 'annotator')
    expect((await sendFile(owner, `${project}/imports/${id}/files?name=a.txt`, 'x')).status).toBe(403)
    await heir.post(`${project}/imports/${id}/complete`)
    expect(await outcome(heir, id)).toMatchObject({ state: 'cancelled', note: expect.stringContaining('does not own') })
  })

  it('writes no formula into its report', async () => {
    const { owner } = await openOwned()
    const id = await bringIn(owner, { '=1+1.txt': 'A title\nwords', '@x, "y".txt': 'Another\nwords' })
    await outcome(owner, id)
    const report = await (await owner.get(`${project}/imports/${id}/report`)).text()
    expect(report).toContain("\r\n'=1+1.txt,")
    expect(report).toContain('\r\n"\'@x, ""y"".txt",')
  })
})

it('opens a text of a megabyte within three seconds of having read it', async () => {
  const { owner } = await openOwned()
  const sentence =
    'The council met on Tuesday to discuss the embankment, and residents said that nobody had asked them. '
  const text = `A title\n${`${sentence.repeat(5)}\n`.repeat(2100)}`
  expect(text.length).toBeGreaterThan(1_000_000)
  const from = performance.now()
  const draft = await draftOf(owner, 'a.txt', text)
  const kept = (await (await owner.post(`${project}/articles`, { content: draft.content })).json()) as ArticleSummary
  const article = await owner.read<Article>(`/api/articles/${kept.id}`)
  expect(performance.now() - from).toBeLessThan(3000)
  expect(article.blocks).toHaveLength(2101)
})

it('reads a real PDF through the whole server', async () => {
  const { owner } = await openOwned()
  const pdf = readFileSync(new URL('../fixtures/articles/flood.pdf', import.meta.url))
  expect((await draftOf(owner, 'flood.pdf', pdf)).content.title).toBe('Flood plan draws protest in Kirkwall')
})
