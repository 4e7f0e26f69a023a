/** Articles with gold as tests: nobody sees the gold before they have handed in, by any way. */
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import type { Article } from '@attest/schema/article'
import { syncPath } from '@attest/schema/protocol'
import type { Role } from '@attest/schema/roles'
import { emptyRecords, type Records } from '@attest/schema/room'
import { layerRoom } from '@attest/schema/room-name'
import type { ArticleTraining, ProjectTraining, Try } from '@attest/schema/training'
import { createAdaptorServer } from '@hono/node-server'
import { expect, it, onTestFinished } from 'vitest'
import { WebSocket } from 'ws'
import { createWebSockets } from '../../apps/server/src/sync/sync.ts'
import { openServer, origin, problemOf } from './support.ts'

async function openTraining() {
  const server = await openServer()
  const sample = await server.catalog.projects.find('sample')
  const text = (await server.catalog.articles.find('syria-airstrikes-2015')) as Article
  if (!sample) throw new RangeError('the sample is missing')
  const owner = server.browser()
  const { id } = await owner.join('Owner')
  await server.catalog.projects.add({ ...sample, id: 'p', joining: 'invited' }, id)
  await server.catalog.articles.add({ ...text, id: 'a', projectId: 'p', title: 'Test' })
  const joins = async (name: string, role: Role) => {
    const browser = server.browser()
    const me = await browser.join(name)
    await server.catalog.projects.setRole('p', me.id, role)
    return { ...browser, id: me.id }
  }
  const marks = (author: string, ...all: [kind: string, start: number, end: number][]): Records => ({
    ...emptyRecords(),
    annotations: new Map(
      all.map(([kind, start, end], i) => [
        `${author}.m${i}`,
        { id: `${author}.m${i}`, author, at: 1, kind, spans: [[start, end]], attributes: {} },
      ]),
    ),
  })
  const gold = marks('expert', ['claim', 0, 6], ['denial', 10, 20], ['citation', 30, 44])
  for (const on of gold.annotations.keys())
    gold.verdicts.set(`${id}.${on.replace('.', '-')}`, {
      id: `${id}.${on.replace('.', '-')}`,
      author: id,
      at: 2,
      on,
      decision: 'accept',
    })
  const put = (room: string, records: Records, by = id) => server.rooms.putRecords(room, records, by)
  const set = (body: object) =>
    owner.send('PUT', '/api/articles/a/training', {
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
  return { server, owner, joins, marks, gold, put, set }
}

const half = { bar: { measure: 'exact', f1: 0.6 }, tries: 2 }

it('is work that is submitted with what is handed in, once it is passed or no try is left', async () => {
  const { server, owner, joins, marks, gold, put, set } = await openTraining()
  const [tia, una, guest] = [
    await joins('Tia', 'annotator'),
    await joins('Una', 'annotator'),
    await joins('Guest', 'annotator'),
  ]
  await put('a', gold)
  await set(half)
  const people = [tia.id, una.id]
  expect((await owner.post('/api/projects/p/work/assign', { articles: ['a'], people, how: 'all' })).status).toBe(200)
  const right = (person: string) => marks(person, ['claim', 0, 6], ['denial', 10, 20], ['citation', 30, 44])
  const wrong = (person: string) => marks(person, ['claim', 50, 60])
  const handsIn = async (one: typeof tia, records: Records) => {
    await put(layerRoom('a', one.id), records, one.id)
    expect((await one.post('/api/articles/a/training/submit')).status).toBe(201)
    const { assignments, state } = await server.catalog.work.ofArticle('a')
    return [assignments.find(({ person }) => person === one.id)?.state, state]
  }
  expect(await handsIn(tia, wrong(tia.id))).toEqual(['todo', 'todo'])
  expect(await handsIn(tia, right(tia.id))).toEqual(['submitted', 'in-progress'])
  await handsIn(una, wrong(una.id))
  // Of somebody to whom nobody gave it nothing is submitted.
  expect(await handsIn(guest, right(guest.id))).toEqual([undefined, 'in-progress'])
  expect(await handsIn(una, wrong(una.id))).toEqual(['submitted', 'submitted'])
})

it('scores what is handed in against the gold, as often as the owner allows, and tells the owner who passed', async () => {
  const { owner, joins, marks, gold, put, set } = await openTraining()
  const [tia, rob] = [await joins('Tia', 'annotator'), await joins('Rob', 'reviewer')]
  expect(await problemOf(await set(half))).toMatch(/no gold/)
  await put('a', gold)
  expect(await problemOf(await set({ ...half, bar: { ...half.bar, kinds: { rumour: 1 } } }))).toMatch(
    /no kind “rumour”/,
  )
  expect((await set({ ...half, bar: { measure: 'exact', f1: 1.5 } })).status).toBe(422)
  expect((await set(half)).status).toBe(204)

  await put(layerRoom('a', tia.id), marks(tia.id, ['claim', 0, 6], ['claim', 10, 20], ['citation', 30, 40]), tia.id)
  const submit = () => tia.post('/api/articles/a/training/submit')
  const first = await submit()
  expect(first.status).toBe(201)
  const result = (await first.json()) as Try
  expect(result).toMatchObject({ number: 1, passed: false, score: { f1: expect.closeTo(1 / 3), gold: 3, marked: 3 } })
  expect(result.deviations.map(({ is }) => is)).toEqual(['same', 'kind', 'borders'])
  await put(layerRoom('a', tia.id), marks(tia.id, ['claim', 0, 6], ['denial', 10, 20], ['citation', 30, 40]), tia.id)
  expect(((await (await submit()).json()) as Try).passed).toBe(true)
  expect(await problemOf(await submit())).toMatch(/no try left/)
  expect(await tia.read<ArticleTraining>('/api/articles/a/training')).toMatchObject({
    isTested: true,
    left: 0,
    tries: [
      { number: 2, passed: true },
      { number: 1, passed: false },
    ],
  })
  expect((await rob.post('/api/articles/a/training/submit')).status).toBe(403)

  const ben = await joins('Ben', 'annotator')
  const told = await rob.read<ProjectTraining>('/api/projects/p/training')
  expect(told.tests).toMatchObject([{ article: 'a', gold: 3, results: [{ person: tia.id, number: 2 }, { number: 1 }] }])
  expect(told.people.map(({ name }) => name).sort()).toEqual(['Ben', 'Tia'])
  // Of others, one who is tested is told nothing.
  expect(await ben.read<ProjectTraining>('/api/projects/p/training')).toMatchObject({
    tests: [{ gold: null, results: [] }],
    people: [{ name: 'Ben' }],
  })
  expect((await owner.send('DELETE', '/api/articles/a/training')).status).toBe(204)
  expect((await tia.read<ArticleTraining>('/api/articles/a/training')).test).toBeNull()
})

it('keeps the gold from whoever is tested, by every route and socket, and reveals no test', async () => {
  const { server, owner, joins, gold, put, set } = await openTraining()
  await put('a', gold)
  await owner.post('/api/articles/a/public-link', { showsNames: false })
  expect((await set(half)).status).toBe(204)
  // The owner is told of it where it is looked for.
  expect(await (await owner.get('/api/articles/a/layers')).text()).toMatch(/expert\./)
  const tia = await joins('Tia', 'annotator')
  const paths = [
    '/api/articles/a',
    '/api/articles/a/training',
    '/api/articles/a/layers',
    '/api/articles/a/layers?when=before',
    '/api/articles/a/history',
    '/api/articles/a/export',
    '/api/articles/a/export?format=attest-json&gold=1',
    '/api/articles/a/doubts',
    '/api/articles/a/revisions',
    '/api/articles/a/work',
    '/api/articles/a/reveal',
    '/api/articles/a/public-link',
    '/api/articles/a/agreement',
    '/api/projects/p/articles',
    '/api/projects/p/training',
    '/api/projects/p/gaps',
    '/api/projects/p/gaps/rechecks/1',
    '/api/projects/p/work',
    '/api/projects/p/dashboard',
    '/api/projects/p/agreement',
    '/api/projects/p/label-set/census',
    '/api/work',
  ]
  for (const path of paths) {
    const answer = await tia.get(path)
    const body = await answer.text()
    if (answer.status >= 500) throw new Error(`${path}: ${answer.status} ${body}`)
    // Neither a mark of the gold nor a verdict about one, nor who made it.
    if (/expert[.-]|m0|"accept"/.test(body.replaceAll(tia.id, '')))
      throw new Error(`${path} tells of the gold: ${body.slice(0, 400)}`)
  }
  expect(await tia.read<ProjectTraining>('/api/projects/p/training')).toMatchObject({ tests: [{ gold: null }] })

  // The sockets of the article itself, and of somebody else's room.
  const http = createAdaptorServer({ fetch: server.app.fetch, websocket: { server: createWebSockets() as never } })
  onTestFinished(() => void http.close())
  http.listen(0, '127.0.0.1')
  await once(http, 'listening')
  const { port } = http.address() as AddressInfo
  const cookie = Array.from(tia.jar, ([name, value]) => `${name}=${value}`).join('; ')
  for (const room of ['a', layerRoom('a', 'expert')]) {
    const socket = new WebSocket(`ws://127.0.0.1:${port}${syncPath}/${room}`, {
      origin,
      headers: { cookie, host: '127.0.0.1:4321' },
    })
    let heard = ''
    socket.on('message', (data: Buffer) => {
      heard += data.toString('latin1')
    })
    const [code] = (await once(socket, 'close')) as [number]
    expect(code).toBe(4404)
    expect(heard).not.toMatch(/expert|claim/)
  }

  const reveal = await owner.post('/api/articles/a/reveal')
  expect(await problemOf(reveal)).toMatch(/is a test/)
  expect(await server.catalog.reveals.stateOf('a')).toBe('blind')
})
