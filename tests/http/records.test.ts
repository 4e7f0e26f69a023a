import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import type { Annotation } from '@attest/schema/annotation'
import { ApiProblem, connect } from '@attest/schema/client'
import { createAdaptorServer } from '@hono/node-server'
import { expect, it, onTestFinished } from 'vitest'
import { WebSocket as NodeSocket } from 'ws'
import { createWebSockets } from '../../apps/server/src/sync/sync.ts'
import { clientOf, fetchOf, tokenOf } from '../support/client.ts'
import { Peer, until } from '../support/sync-peer.ts'
import { openServer, origin, problemOf } from './support.ts'

const article = 'syria-airstrikes-2015'
const at = `/api/articles/${article}`
const server = await openServer({ isShared: true, isChecked: true })
const [adasBrowser, bobsBrowser] = [server.browser(), server.browser()]
const { id: adaId } = await adasBrowser.join('Ada')
const { id: bobId } = await bobsBrowser.join('Bob')
const ada = await clientOf(server, adasBrowser)
const bob = await clientOf(server, bobsBrowser)

const claim = (start = 0, end = 5): Pick<Annotation, 'kind' | 'spans' | 'attributes'> => ({
  kind: 'claim',
  spans: [[start, end]],
  attributes: {},
})

/** What was refused, as the program that asked is told it. */
async function refusal(asked: Promise<unknown>): Promise<[number, string | null]> {
  const problem = await asked.then(
    () => null,
    (error: unknown) => error,
  )
  if (!(problem instanceof ApiProblem)) throw new Error(`nothing was refused, but ${problem}`)
  return [problem.status, problem.reason]
}

async function all<T>(many: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = []
  for await (const one of many) found.push(one)
  return found
}

it('writes a mark that is on disk before it is answered, and reads, replaces and deletes it', async () => {
  const made = await ada.add('annotations', article, claim())
  expect(made).toMatchObject({ ...claim(), author: adaId })
  expect((await server.rooms.records(article)).annotations.get(made.id)).toEqual(made)
  const { seq } = await server.database.log.read(article)
  expect(seq).toBeGreaterThan(0)
  const mine = await all(ada.records('annotations', article, { author: adaId }))
  expect(mine).toEqual([made])
  const { etag } = await ada.record('annotations', article, made.id)
  const changed = await ada.put('annotations', article, made.id, claim(0, 9), { ifMatch: etag ?? '' })
  expect(changed).toMatchObject({ id: made.id, spans: [[0, 9]] })
  expect(await refusal(ada.put('annotations', article, made.id, claim(), { ifMatch: etag ?? '' }))).toEqual([
    412,
    'not-as-known',
  ])
  await ada.remove('annotations', article, made.id)
  expect(await refusal(ada.remove('annotations', article, made.id))).toEqual([404, 'missing'])
  expect(await all(ada.records('annotations', article, { author: adaId }))).toEqual([])
})

it('heeds what a program says it knows, in every way in which that can be said', async () => {
  const { id } = await ada.add('annotations', article, claim(0, 2))
  const path = `${at}/annotations/${id}`
  const { etag } = await ada.request('GET', path)
  const put = (headers: Record<string, string>, to = path) =>
    ada.request('PUT', to, { body: claim(0, 2), headers }).then(
      ({ status }) => status,
      (error: ApiProblem) => error.status,
    )
  expect(await put({ 'if-match': `"another", ${etag}` })).toBe(200)
  const now = (await ada.request('GET', path)).etag
  // As a proxy that packs answers has made it.
  expect(await put({ 'if-match': `W/${now}` })).toBe(200)
  expect(await put({ 'if-match': '"another", "and another"' })).toBe(412)
  expect(await put({ 'if-match': '*' })).toBe(200)
  expect(await put({ 'if-none-match': '*' })).toBe(412)
  const fresh = `${at}/annotations/${adaId}.fresh`
  expect(await put({ 'if-match': '*' }, fresh)).toBe(412)
  expect(await put({ 'if-none-match': '*' }, fresh)).toBe(200)
  await ada.remove('annotations', article, id)
  await ada.remove('annotations', article, `${adaId}.fresh`)
  const layers = await ada.request('GET', `${at}/layers`)
  const again = await ada.request('GET', `${at}/layers`, { headers: { 'if-none-match': `"x", W/${layers.etag}` } })
  expect(again.status).toBe(304)
})

it('says of an address what it takes', async () => {
  const by = { headers: { authorization: `Bearer ${await token}` } }
  for (const [method, path, allowed] of [
    ['PUT', `${at}/annotations`, 'HEAD, GET, POST'],
    ['POST', `${at}/annotations/${adaId}.x`, 'HEAD, GET, PUT, DELETE'],
    ['OPTIONS', '/api/work/reopened/seen', 'POST'],
  ] as const) {
    const answer = await server.ask(path, { method, ...by })
    expect([path, answer.status, answer.headers.get('allow')]).toEqual([path, 405, allowed])
    expect(await problemOf(answer)).toContain(`takes no ${method}`)
  }
  expect((await server.ask('/api/nothing', { method: 'POST', ...by })).status).toBe(404)
  expect((await server.ask(`${at}/annotations`)).headers.get('www-authenticate')).toBe('Bearer')
})

it('shows open pages what a program writes, and programs what pages do', async () => {
  const http = createAdaptorServer({ fetch: server.app.fetch, websocket: { server: createWebSockets() as never } })
  http.listen(0, '127.0.0.1')
  await once(http, 'listening')
  onTestFinished(() => void http.close())
  const { port } = http.address() as AddressInfo
  const cookie = Array.from(bobsBrowser.jar, ([name, value]) => `${name}=${value}`).join('; ')
  const socket = class extends NodeSocket {
    constructor(address: string | URL, protocols?: string | string[]) {
      super(address, protocols, { headers: { cookie, origin, host: '127.0.0.1:4321' } })
    }
  }
  const page = new Peer(bobId, { url: `ws://127.0.0.1:${port}/sync`, room: article, socket })
  onTestFinished(() => page.leaves())
  await page.arrives()
  const { id } = await ada.add('annotations', article, claim())
  await until(() => page.records.annotations.has(id), 'the page does not see the mark')
  const marked = page.marks('casualties', 'claim')
  await page.saved()
  expect((await ada.record('annotations', article, marked)).data).toMatchObject({ author: bobId })
  await ada.remove('annotations', article, id)
  await until(() => !page.records.annotations.has(id), 'the page still sees the mark')
})

it('judges what a program writes as what a page writes', async () => {
  const [first] = await all(ada.records('annotations', article, { author: 'reference' }))
  const relation = { type: 'none', from: `${adaId}.a`, to: `${adaId}.b` }
  for (const [asked, expected] of [
    [() => bob.add('annotations', article, { ...claim(), id: `${adaId}.x` }), [403, 'not-yours']],
    [() => bob.add('annotations', article, { ...claim(), author: adaId }), [422, 'malformed-record']],
    [() => bob.put('annotations', article, first?.id ?? '', claim()), [403, 'not-yours']],
    [() => bob.remove('annotations', article, first?.id ?? ''), [403, 'not-yours']],
    [() => bob.add('annotations', article, claim(0, 10_000_000)), [422, 'out-of-range']],
    [() => bob.add('annotations', article, { ...claim(), kind: 'no-kind' }), [422, 'unknown-kind']],
    [() => bob.add('annotations', article, { ...claim(), attributes: { odd: 'x' } }), [422, 'unknown-attribute']],
    [() => bob.add('annotations', article, { ...claim(), at: Date.now() + 3_600_000 }), [422, 'clock-ahead']],
    [() => bob.add('annotations', article, { ...claim(), spans: [[9, 2]] }), [422, 'malformed-record']],
    [() => bob.add('relations', article, relation), [422, 'unknown-relation']],
    [() => bob.add('verdicts', article, { on: `${bobId}.x`, decision: 'accept' }), [403, 'own-mark']],
    [() => bob.add('verdicts', article, { on: first?.id ?? '', decision: 'duplicate' }), [422, 'malformed-record']],
  ] as const)
    expect(await refusal(asked())).toEqual(expected)
})

it('writes several all or not at all', async () => {
  const before = (await server.database.log.read(article)).seq
  const many = [claim(0, 1), claim(0, 2), claim(0, 10_000_000)]
  await expect(ada.addAll('annotations', article, many)).rejects.toMatchObject({ reason: 'out-of-range' })
  expect((await server.database.log.read(article)).seq).toBe(before)
  const [one, other] = [`${adaId}.one`, `${adaId}.other`]
  const written = await ada.write(article, {
    put: {
      annotations: [
        { ...claim(0, 1), id: one },
        { kind: 'denial', spans: [[3, 4]], attributes: {}, id: other },
      ],
      relations: [{ type: 'denies', from: other, to: one }],
      comments: [{ on: one, body: 'Is it?' }],
    },
  })
  expect(written.relations[0]).toMatchObject({ type: 'denies', from: other, to: one, author: adaId })
  expect(await all(ada.records('comments', article, { on: one }))).toEqual(written.comments)
  expect(await refusal(ada.add('annotations', article, { ...claim(5, 9), id: one }))).toEqual([409, 'exists'])
  const twice = { annotations: [one, one] }
  expect(await refusal(ada.write(article, { remove: twice }))).toEqual([422, 'malformed-record'])
  const again = { put: { annotations: [{ ...claim(), id: one }] }, remove: { annotations: [one] } }
  expect(await refusal(ada.write(article, again))).toEqual([422, 'malformed-record'])
  const remove = {
    annotations: [one, other],
    relations: written.relations.map(({ id }) => id),
    comments: written.comments.map(({ id }) => id),
  }
  expect(await ada.write(article, { remove })).toMatchObject({ removed: 4 })
})

it('does what is sent twice under one key once', async () => {
  const count = async () => (await all(ada.records('annotations', article, { author: adaId }))).length
  const before = await count()
  const send = (body: unknown) => ada.request<Annotation>('POST', `${at}/annotations`, { body, idempotencyKey: 'k1' })
  const first = await send(claim(0, 3))
  const second = await send(claim(0, 3))
  expect(second.data).toEqual(first.data)
  expect(second.etag).toBe(first.etag)
  expect(await count()).toBe(before + 1)
  expect(await refusal(send(claim(0, 4)))).toEqual([422, null])
  // As if the server had crashed between writing it and keeping the answer.
  await server.database.db.deleteFrom('kept_answer').execute()
  expect((await send(claim(0, 3))).data.id).toBe(first.data.id)
  expect(await count()).toBe(before + 1)
  // Bob's keys are others than Ada's.
  const his = await bob.request<Annotation>('POST', `${at}/annotations`, { body: claim(0, 9), idempotencyKey: 'k1' })
  expect(his.data.author).toBe(bobId)
  const twice = await Promise.allSettled([1, 2].map(() => asked('k2')))
  const statuses = twice.map((one) => (one.status === 'fulfilled' ? one.value.status : 0)).sort()
  expect(statuses).toEqual([201, 409])
  expect(await count()).toBe(before + 2)

  async function asked(key: string) {
    const headers = {
      authorization: `Bearer ${await token}`,
      'content-type': 'application/json',
      'idempotency-key': key,
    }
    return server.ask(`${at}/annotations`, { method: 'POST', headers, body: JSON.stringify(claim(0, 7)) })
  }
})
const token = tokenOf(adasBrowser)

it('reads in pages that go on where they ended, also when something went meanwhile', async () => {
  const filter = { author: adaId, kind: 'claim' }
  await ada.addAll(
    'annotations',
    article,
    Array.from({ length: 25 }, (_, i) => claim(i, i + 1)),
  )
  const get = (cursor: string | null) =>
    ada.request<{ records: Annotation[]; next: string | null }>('GET', `${at}/annotations`, {
      query: { ...filter, limit: 10, cursor },
    })
  const whole = (await all(ada.records('annotations', article, filter))).map(({ id }) => id)
  const first = (await get(null)).data
  // All of the page is deleted but its first: what is read next is neither twice there nor left out.
  for (const { id } of first.records.slice(1)) await ada.remove('annotations', article, id)
  const rest: string[] = []
  for (let next = first.next; next !== null; ) {
    const { data } = await get(next)
    rest.push(...data.records.map(({ id }) => id))
    next = data.next
  }
  expect([...first.records.map(({ id }) => id), ...rest]).toEqual(whole)
  for (const query of [{ limit: 0 }, { limit: 'x' }, { cursor: 'odd' }, { colour: 'red' }])
    expect(await refusal(ada.request('GET', `${at}/annotations`, { query }))).toEqual([422, null])
})

it('answers that nothing has changed, where nothing has', async () => {
  for (const path of [`${at}/annotations`, `${at}/outcomes`, `${at}/gold`, '/api/projects/sample/articles']) {
    const { etag } = await ada.request('GET', path)
    const again = await ada.request('GET', path, { headers: { 'if-none-match': etag ?? '' } })
    expect([path, again.status, again.data]).toEqual([path, 304, ''])
  }
  const { etag } = await ada.request('GET', `${at}/annotations`)
  await ada.add('annotations', article, claim(0, 8))
  const again = await ada.request('GET', `${at}/annotations`, { headers: { 'if-none-match': etag ?? '' } })
  expect(again.status).toBe(200)
})

it('tells what the verdicts come to, and the gold that follows', async () => {
  const made = await bob.add('annotations', article, claim(0, 20))
  await ada.add('verdicts', article, { on: made.id, decision: 'accept' })
  const found = (await all(ada.outcomes(article, 'accepted'))).find(({ annotation }) => annotation === made.id)
  expect(found).toMatchObject({ outcome: 'accepted' })
  expect((await ada.gold(article)).annotations.map(({ id }) => id)).toContain(made.id)
})

it('takes from a token for marks alone no verdict', async () => {
  const marker = await clientOf(server, adasBrowser, ['read', 'annotate'])
  const [first] = await all(ada.records('annotations', article, { author: 'reference' }))
  const verdict = { on: first?.id ?? '', decision: 'accept' as const }
  expect(await refusal(marker.add('verdicts', article, verdict))).toEqual([403, null])
  expect(await refusal(marker.write(article, { put: { verdicts: [verdict] } }))).toEqual([403, null])
})

/** A second project, which Ada owns and Bob annotates in. */
async function openSecond(): Promise<void> {
  const project = await server.catalog.projects.find('sample')
  const source = await server.catalog.articles.find(article)
  if (!project || !source) throw new RangeError('the sample is missing')
  await server.catalog.projects.add({ ...project, id: 'second' }, adaId)
  await server.catalog.projects.setRole('second', bobId, 'annotator')
  for (const id of ['blind-one', 'open-one']) await server.catalog.articles.add({ ...source, id, projectId: 'second' })
}
await openSecond()

it('keeps a blind article blind', async () => {
  expect(
    (
      await adasBrowser.send('PUT', '/api/articles/blind-one/blind', {
        headers: { 'content-type': 'application/json' },
        body: '{"isBlind":true}',
      })
    ).status,
  ).toBe(200)
  const mine = await ada.add('annotations', 'blind-one', claim())
  const his = await bob.add('annotations', 'blind-one', claim(0, 9))
  expect((await all(bob.records('annotations', 'blind-one'))).map(({ id }) => id)).toEqual([his.id])
  expect((await all(ada.records('annotations', 'blind-one'))).map(({ id }) => id).sort()).toEqual(
    [mine.id, his.id].sort(),
  )
  // That there is one of somebody else is not for him to know.
  expect(await refusal(bob.remove('annotations', 'blind-one', mine.id))).toEqual([404, 'missing'])
  expect(await refusal(bob.write('blind-one', { remove: { annotations: [his.id, mine.id] } }))).toEqual([
    404,
    'missing',
  ])
  expect((await server.rooms.records('blind-one')).annotations.size).toBe(0)
})

it('writes nothing into what is signed off or archived', async () => {
  const { db } = server.database
  await db.insertInto('article_work').values({ article_id: 'open-one', state: 'done', due: null }).execute()
  server.catalog.rooms.forget('second')
  expect(await refusal(ada.add('annotations', 'open-one', claim()))).toEqual([409, 'signed-off'])
  await db.deleteFrom('article_work').where('article_id', '=', 'open-one').execute()
  const archive = { headers: { 'content-type': 'application/json' }, body: '{"isArchived":true}' }
  expect((await adasBrowser.send('PATCH', '/api/projects/second', archive)).status).toBe(200)
  server.catalog.rooms.forget('second')
  expect(await refusal(ada.add('annotations', 'open-one', claim()))).toEqual([403, 'read-only'])
})

it('tries again what did not arrive, and does it once', async () => {
  const asked = fetchOf(server)
  let fails = 2
  const shaky = connect({
    url: origin,
    token: await token,
    sleep: async () => {},
    async fetch(url, init) {
      const answer = await asked(url, init)
      if (fails-- > 0) throw new TypeError('the line was cut')
      return answer
    },
  })
  const before = (await all(ada.records('annotations', article, { kind: 'claim', author: adaId }))).length
  await shaky.add('annotations', article, claim(2, 6))
  expect((await all(ada.records('annotations', article, { kind: 'claim', author: adaId }))).length).toBe(before + 1)
})
