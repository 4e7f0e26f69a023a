import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Me } from '@attest/schema/api'
import type { ExportJob, ExportReport } from '@attest/schema/exchange-api'
import type { AttestJson } from '@attest/schema/formats/attest-json'
import { emptyRecords, type Records } from '@attest/schema/room'
import { layerRoom } from '@attest/schema/room-name'
import { strFromU8, unzipSync } from 'fflate'
import { expect, it } from 'vitest'
import { type Browser, openServer, problemOf, type Server, temporaryFolder } from './support.ts'

const project = '/api/projects/sample'
const sample = 'syria-airstrikes-2015'

async function openOwned() {
  const server = await openServer()
  const owner = server.browser()
  const ada = await owner.join('Ada')
  return { server, owner, ada }
}

async function begin(person: Browser, body: object = { format: 'attest-json' }): Promise<ExportJob> {
  const answer = await person.post(`${project}/exports`, body)
  if (answer.status !== 201) throw new Error(await problemOf(answer))
  return (await answer.json()) as ExportJob
}

async function settled(person: Browser, { id }: ExportJob): Promise<ExportJob> {
  const ask = () => person.read<ExportJob>(`${project}/exports/${id}`)
  await expect.poll(async () => (await ask()).state).not.toBe('running')
  return ask()
}

async function bytesOf(answer: Response): Promise<Uint8Array> {
  return new Uint8Array(await answer.arrayBuffer())
}

async function filesOf(person: Browser, job: ExportJob): Promise<Map<string, string>> {
  const done = await settled(person, job)
  expect(done).toMatchObject({ state: 'done', done: done.articles, note: null })
  const bytes = await bytesOf(await person.get(`${project}/exports/${job.id}/file`))
  expect(bytes.length).toBe(done.bytes)
  return new Map(Object.entries(unzipSync(bytes)).map(([name, content]) => [name, strFromU8(content)]))
}

/** Marks of one person, of which none is there without the others. */
function marksOf(person: string, numbers: readonly number[]): Records {
  const records = emptyRecords()
  for (const n of numbers) {
    const id = `${person}.m${n}`
    records.annotations.set(id, { id, kind: 'claim', spans: [[n, n + 1]], attributes: {}, author: person, at: 1 })
  }
  return records
}

async function addArticles(server: Server, ids: readonly string[]): Promise<void> {
  const article = await server.catalog.articles.find(sample)
  if (!article) throw new RangeError('the sample is missing')
  for (const id of ids) await server.catalog.articles.add({ ...article, id, projectId: 'sample' })
}

it('tells of an article what its export would be, and the export says where', async () => {
  const { owner } = await openOwned()
  const answer = await owner.get(`/api/articles/${sample}/export?layers=gold`)
  const link = /^<([^>]+)>; rel="describedby"/.exec(answer.headers.get('link') ?? '')?.[1] ?? ''
  const report = await owner.read<ExportReport>(link)
  const file = await answer.text()
  expect(report.files).toEqual([{ name: expect.any(String), bytes: Buffer.byteLength(file) }])
  expect(answer.headers.get('content-disposition')).toContain(report.fileName)
  expect(report.counts.annotations).toBe((JSON.parse(file) as AttestJson).annotations.length)
  expect(report.left).toEqual([])
  // As many marks as somebody chooses, which are more than an address could name.
  const gone = Array.from({ length: 3000 }, (_, i) => `reference.no-longer-there-${i}`)
  const body = { format: 'attest-json', marks: [...gone, 'reference.m01', 'reference.m05'] }
  const some = (await (await owner.post(`/api/articles/${sample}/export`, body)).json()) as AttestJson
  expect(some.annotations.map(({ id }) => id).sort()).toEqual(['reference.m01', 'reference.m05'])
  const told = (await (await owner.post(`/api/articles/${sample}/export/report`, body)).json()) as ExportReport
  expect(told.counts.annotations).toBe(2)
  for (const [wrong, problem] of [
    [{ ...body, marks: ['../etc'] }, /marks/],
    [{ ...body, layers: ['nobody'] }, /no such layers/],
    [{ ...body, layers: 'gold', history: true }, /no history/],
  ] as const)
    expect(await problemOf(await owner.post(`/api/articles/${sample}/export`, wrong))).toMatch(problem)
})

it('has the history where that is asked for: inside, or beside where a format has no place for it', async () => {
  const { server, owner, ada } = await openOwned()
  await addArticles(server, ['a'])
  await server.rooms.putRecords('a', marksOf(ada.id, [1]), ada.id)
  await server.rooms.putRecords('a', marksOf('olga', [2]), ada.id)
  const wanted = [{ id: `${ada.id}.m1`, person: ada.id, type: 'put' }]
  const file = await owner.read<AttestJson>(`/api/articles/a/export?history=true&layers=${ada.id}`)
  expect(file.history).toMatchObject(wanted)
  const answer = await owner.get(`/api/articles/a/export?format=doccano&history=true&layers=${ada.id}`)
  expect(answer.headers.get('content-type')).toBe('application/zip')
  const files = unzipSync(await bytesOf(answer))
  expect(JSON.parse(strFromU8(files['history/a.json'] ?? new Uint8Array()))).toMatchObject({ acts: wanted })
  expect(await problemOf(await owner.get('/api/articles/a/export?history=true&layers=gold'))).toMatch(/no history/)
})

it('names nobody where it is to be anonymous, and calls everybody the same in all articles', async () => {
  const { server, owner, ada } = await openOwned()
  await addArticles(server, ['a', 'b'])
  for (const id of ['a', 'b']) await server.rooms.putRecords(id, marksOf(ada.id, [1, 2]), ada.id)
  const body = { format: 'attest-json', articles: ['a', 'b'], anonymous: true, history: true }
  const files = await filesOf(owner, await begin(owner, body))
  const authors = ['a', 'b'].map((id) => {
    const text = files.get(`${id}.json`) ?? ''
    expect(text).not.toContain(ada.id)
    expect(text).not.toContain('Ada')
    const { annotations, history } = JSON.parse(text) as AttestJson
    expect(history).toHaveLength(2)
    return new Set(annotations.map(({ author }) => author))
  })
  expect(authors[0]).toEqual(authors[1])
  const one = await owner.read<AttestJson>('/api/articles/a/export?anonymous=true')
  expect(new Set(one.annotations.map(({ author }) => author))).toEqual(authors[0])
})

it('puts all articles of a project into an archive, each as it would be by itself, with a report', async () => {
  const { server, owner } = await openOwned()
  await addArticles(server, ['a', 'b'])
  const files = await filesOf(owner, await begin(owner))
  expect([...files.keys()].sort()).toEqual(['REPORT.txt', 'a.json', 'b.json', 'report.json', `${sample}.json`])
  for (const id of ['a', 'b', sample])
    expect(files.get(`${id}.json`)).toBe(await (await owner.get(`/api/articles/${id}/export`)).text())
  expect(JSON.parse(files.get('report.json') ?? '')).toMatchObject({ left: [], articles: { length: 3 } })
  const some = await filesOf(owner, await begin(owner, { format: 'brat', articles: ['b'], history: true }))
  expect([...some.keys()].sort()).toEqual(expect.arrayContaining(['REPORT.txt', 'history/b.json', 'report.json']))
  for (const [body, problem] of [
    [{ format: 'attest-json', articles: ['b', 'nowhere'] }, /Not all of these/],
    [{ format: 'odd' }, /format/],
    [{ format: 'attest-json', layers: ['../etc'] }, /layers/],
  ] as const)
    expect(await problemOf(await owner.post(`${project}/exports`, body))).toMatch(problem)
})

it('gives out parts of a file, so that a download goes on where it was cut short', async () => {
  const { server, owner } = await openOwned()
  const job = await settled(owner, await begin(owner))
  const path = `${project}/exports/${job.id}/file`
  const whole = await owner.get(path)
  const etag = whole.headers.get('etag') ?? ''
  expect(whole.headers.get('accept-ranges')).toBe('bytes')
  const all = await bytesOf(whole)
  const rest = await owner.get(path, { range: 'bytes=100-', 'if-range': etag })
  expect(rest.status).toBe(206)
  expect(rest.headers.get('content-range')).toBe(`bytes 100-${all.length - 1}/${all.length}`)
  expect(Buffer.compare(await bytesOf(rest), all.subarray(100))).toBe(0)
  expect(Buffer.compare(await bytesOf(await owner.get(path, { range: 'bytes=-7' })), all.subarray(-7))).toBe(0)
  expect(Buffer.compare(await bytesOf(await owner.get(path, { range: 'bytes=3-5' })), all.subarray(3, 6))).toBe(0)
  // Of another file: all of it.
  const other = await owner.get(path, { range: 'bytes=100-', 'if-range': '"other"' })
  expect([other.status, (await bytesOf(other)).length]).toEqual([200, all.length])
  expect((await owner.get(path, { range: `bytes=${all.length}-` })).status).toBe(416)
  expect((await owner.get(path, { 'if-none-match': etag })).status).toBe(304)
  const head = await owner.send('HEAD', path)
  expect([head.status, head.headers.get('content-length')]).toEqual([200, String(all.length)])
  // As after a restore, which brings back the rows of exports and not their files.
  rmSync(join(server.folder, 'exports', job.id))
  expect((await owner.get(path)).status).toBe(410)
})

it('is for nobody else, and for nobody who may see less by then', async () => {
  const { server, owner } = await openOwned()
  const [ben, cyd] = [server.browser(), server.browser()]
  const { id: benId } = await ben.join('Ben')
  await cyd.join('Cyd')
  await server.catalog.projects.setRole('sample', benId, 'reviewer')
  const job = await settled(ben, await begin(ben))
  const path = `${project}/exports/${job.id}`
  expect((await cyd.get(path)).status).toBe(404)
  expect(await cyd.read<ExportJob[]>(`${project}/exports`)).toEqual([])
  expect(await owner.read<ExportJob[]>(`${project}/exports`)).toMatchObject([{ id: job.id, by: benId }])
  expect((await owner.get(`${path}/file`)).status).toBe(403)
  expect((await ben.get(`${path}/file`)).status).toBe(200)
  await server.catalog.projects.setRole('sample', benId, 'annotator')
  expect((await ben.get(`${path}/file`)).status).toBe(403)
  await server.catalog.projects.setRole('sample', benId, 'owner')
  expect((await ben.get(`${path}/file`)).status).toBe(200)
})

it('of a blind article has only what is for whoever asks', async () => {
  const { server, owner, ada } = await openOwned()
  const people: [Browser, Me][] = []
  for (const name of ['Ben', 'Cyd']) {
    const browser = server.browser()
    people.push([browser, await browser.join(name)])
  }
  await addArticles(server, ['a'])
  await owner.send('PUT', '/api/articles/a/blind', {
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ isBlind: true }),
  })
  for (const [, { id }] of people) await server.rooms.putRecords(layerRoom('a', id), marksOf(id, [1, 2]), id)
  await server.rooms.putRecords('a', marksOf('imported', [7]), ada.id)
  const authors = async (person: Browser) => {
    const files = await filesOf(person, await begin(person, { format: 'attest-json', articles: ['a'] }))
    const { annotations, people } = JSON.parse(files.get('a.json') ?? '') as AttestJson
    const found = new Set(annotations.map(({ author }) => author))
    expect(new Set(people.map(({ id }) => id))).toEqual(found)
    return [...found].sort()
  }
  for (const [person, { id }] of people) expect(await authors(person)).toEqual([id])
  expect(await authors(owner)).toEqual(['imported', ...people.map(([, { id }]) => id)].sort())
})

it('is of one moment in each article while people mark', async () => {
  const { server, owner, ada } = await openOwned()
  const ids = ['a', 'b', 'c', 'd']
  await addArticles(server, ids)
  let isOver = false
  let written = 0
  const writing = Promise.all(
    ids.map(async (id) => {
      for (let n = 0; !isOver; n += 10) {
        // Ten at a time: never some of them.
        await server.rooms.putRecords(
          id,
          marksOf(
            ada.id,
            Array.from({ length: 10 }, (_, i) => n + i),
          ),
          ada.id,
        )
        written++
      }
    }),
  )
  const seen = new Set<number>()
  for (let round = 0; round < 3 || seen.size < 2; round++) {
    const files = await filesOf(owner, await begin(owner, { format: 'attest-json', articles: ids }))
    for (const id of ids) {
      const { annotations } = JSON.parse(files.get(`${id}.json`) ?? '') as AttestJson
      expect(annotations.length % 10).toBe(0)
      seen.add(annotations.length)
    }
  }
  isOver = true
  await writing
  expect(written).toBeGreaterThan(ids.length)
})

it('can be given up, and nothing is left of it', async () => {
  const { server, owner } = await openOwned()
  await addArticles(
    server,
    Array.from({ length: 60 }, (_, i) => `a${i}`),
  )
  const asked = await Promise.all(
    Array.from({ length: 5 }, () => owner.post(`${project}/exports`, { format: 'attest-json' })),
  )
  // Two of one person's at a time, also when more are asked for at once.
  expect(asked.map(({ status }) => status).sort()).toEqual([201, 201, 409, 409, 409])
  const [job, other] = (await owner.read<ExportJob[]>(`${project}/exports`)) as [ExportJob, ExportJob]
  await owner.post(`${project}/exports/${other.id}/cancel`)
  expect((await owner.get(`${project}/exports/${job.id}/file`)).status).toBe(409)
  const given = await owner.post(`${project}/exports/${job.id}/cancel`)
  expect(((await given.json()) as ExportJob).state).toBe('cancelled')
  await begin(owner, { format: 'attest-json', articles: ['a1'] }).then((other) => settled(owner, other))
  expect(readdirSync(join(server.folder, 'exports'))).toHaveLength(1)
})

it('that was cut short by the end of the server is made anew, and never seen in parts', async () => {
  const folder = temporaryFolder()
  const first = await openServer({ folder })
  const owner = first.browser()
  const ada = await owner.join('Ada')
  await first.close()
  const second = await openServer({ folder })
  const job = { id: 'cut-short', projectId: 'sample', person: ada.id, role: 'owner' as const, fileName: 'a.zip' }
  const choices = { format: 'attest-json', layers: 'all', anonymous: false, history: false } as const
  await second.catalog.exports.add({ ...job, choices, articles: [sample] })
  await second.close()
  writeFileSync(join(folder, 'exports', 'cut-short.part'), 'PK half of it')
  writeFileSync(join(folder, 'exports', 'nobodys'), 'x')
  const third = await openServer({ folder })
  const again = third.browser()
  for (const [name, value] of owner.jar) again.jar.set(name, value)
  const done = await settled(again, { id: 'cut-short' } as ExportJob)
  expect(done.state).toBe('done')
  expect(readdirSync(join(folder, 'exports'))).toEqual(['cut-short'])
  const stored = readFileSync(join(folder, 'exports', 'cut-short'))
  expect(Object.keys(unzipSync(stored))).toContain(`${sample}.json`)
  await third.catalog.exports.purge(Date.now() + 8 * 24 * 3600_000)
  expect((await again.get(`${project}/exports/cut-short`)).status).toBe(404)
})
