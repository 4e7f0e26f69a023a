import { createHmac, timingSafeEqual } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import {
  type MadeWebhook,
  MOST_WEBHOOKS,
  type Webhook,
  type WebhookEvent,
  type WholeDelivery,
} from '@attest/schema/webhook'
import { afterAll, expect, it, vi } from 'vitest'
import { FullDisk } from '../../apps/server/src/store/store.ts'
import { clientOf } from '../support/client.ts'
import { type Browser, openServer, problemOf, temporaryFolder } from './support.ts'

interface Received {
  headers: IncomingHttpHeaders
  body: string
  event: { id: string; event: string; project: string; data: Record<string, unknown> }
}

/** Somebody's server that is told; `answers` are the statuses of the next requests, 204 after them. */
const received: Received[] = []
const answers: number[] = []
const receiver = createServer((request, response) => {
  let body = ''
  request.on('data', (chunk) => (body += chunk))
  request.on('end', () => {
    received.push({ headers: request.headers, body, event: JSON.parse(body) })
    const status = answers.shift() ?? 204
    response.writeHead(status, status === 302 ? { location: 'http://127.0.0.1:9/' } : {}).end()
  })
})
receiver.listen(0, '127.0.0.1')
await once(receiver, 'listening')
afterAll(() => void receiver.close())
const hook = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`

const article = 'syria-airstrikes-2015'
const folder = temporaryFolder(afterAll)
const settings = {
  folder,
  isShared: true,
  isChecked: true,
  outgoingAllow: [hook],
  webhookPace: { lookMs: 15, quietMs: 30, longestMs: 200, again: [20, 20, 20] },
}
let server = await openServer(settings)
const ada = server.browser()
const { id: adaId } = await ada.join('Ada')
const { id: bobId } = await server.browser().join('Bob')
const client = await clientOf(server, ada)

async function make(events: readonly WebhookEvent[], more: object = {}, project = 'sample'): Promise<MadeWebhook> {
  const given = { name: 'Ours', url: `${hook}/in`, events, ...more }
  const answer = await ada.post(`/api/projects/${project}/webhooks`, given)
  if (answer.status !== 201) throw new Error(await answer.text())
  return (await answer.json()) as MadeWebhook
}

const at = ({ id }: { id: string }, rest = '', project = 'sample') => `/api/projects/${project}/webhooks/${id}${rest}`
const remove = (webhook: Webhook) => ada.send('DELETE', at(webhook))
const told = (event: string) => received.filter((one) => one.event.event === event)
const change = (browser: Browser, webhook: Webhook, body: object) =>
  browser.send('PATCH', at(webhook), { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
const log = async (webhook: Webhook) =>
  (await ada.read<{ deliveries: WholeDelivery[] }>(at(webhook, '/deliveries'))).deliveries
const waitFor = <T>(look: () => T | Promise<T>) => vi.waitFor(look, { timeout: 30_000, interval: 10 })

it('tells a server of an article, signed, and says in its log what came of it', async () => {
  const webhook = await make(['article.added', 'article.removed'])
  expect(webhook.secret).toMatch(/^whsec_[\w-]{43}$/)
  expect(JSON.stringify(await ada.read(at(webhook)))).not.toContain(webhook.secret)
  const stored = await server.database.db.selectFrom('webhook').select('secret').execute()
  expect(JSON.stringify(stored)).not.toContain(webhook.secret)
  const given = { name: 'By a script', url: `${hook}/in`, events: ['article.reopened'] }
  const made = await client.request<MadeWebhook>('POST', '/api/projects/sample/webhooks', { body: given })
  const kept = await server.database.db.selectFrom('kept_answer').selectAll().execute()
  expect(JSON.stringify(kept)).not.toContain(made.data.secret)
  const { id } = await client.addArticle('sample', { text: 'News\nSome words.' })
  await client.removeArticle(id)
  await waitFor(() => expect(told('article.removed')).toHaveLength(1))
  const [{ headers, body, event }] = told('article.added') as [Received]
  expect(event).toMatchObject({ project: 'sample', data: { article: { id, title: 'News' }, by: adaId } })
  // As whoever receives it checks it.
  const [, t = '', v1 = ''] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(headers['attest-signature'])) ?? []
  const code = createHmac('sha256', webhook.secret).update(`${t}.${body}`).digest()
  expect(timingSafeEqual(code, Buffer.from(v1, 'hex'))).toBe(true)
  expect(Math.abs(Date.now() / 1000 - Number(t))).toBeLessThan(60)
  expect(headers['attest-event']).toBe('article.added')
  await waitFor(async () => expect((await log(webhook)).map(({ state }) => state)).toEqual(['arrived', 'arrived']))
  const [newest] = await log(webhook)
  expect(newest).toMatchObject({ event: 'article.removed', tries: 1, status: 204, problem: null })
  const whole = await ada.read<WholeDelivery>(at(webhook, `/deliveries/${newest?.id}`))
  expect(whole.body).toBe(told('article.removed')[0]?.body)
  expect(whole.log).toHaveLength(1)

  const again = await ada.post(at(webhook, `/deliveries/${newest?.id}/again`))
  expect(again.status).toBe(202)
  await waitFor(() => expect(told('article.removed')).toHaveLength(2))
  expect(told('article.removed')[1]?.body).toBe(whole.body)
  expect(told('article.removed')[1]?.headers['attest-delivery']).not.toBe(newest?.id)
  await remove(webhook)
})

it('counts marks and verdicts once their article is quiet, and sends them where that was chosen', async () => {
  received.length = 0
  const counts = await make(['marks.changed', 'verdicts.changed'])
  const whole = await make(['marks.changed'], { hasContents: true })
  const marks = await client.addAll('annotations', article, [
    { kind: 'claim', spans: [[0, 3]], attributes: {} },
    { kind: 'claim', spans: [[4, 8]], attributes: {} },
  ])
  const [reference] = (await server.rooms.records(article)).annotations.keys()
  await client.add('verdicts', article, { on: reference ?? '', decision: 'accept' })
  await waitFor(() => expect([told('marks.changed').length, told('verdicts.changed').length]).toEqual([2, 1]))
  const bare = told('marks.changed').find(({ event }) => !('records' in event.data))
  expect(bare?.event.data).toMatchObject({
    article: { id: article },
    counts: { annotations: { added: 2, changed: 0, removed: 0 } },
  })
  expect(bare?.body).not.toContain(adaId)
  const full = told('marks.changed').find(({ event }) => 'records' in event.data)
  expect(full?.event.data['records']).toEqual(
    marks.map((record) => ({ root: 'annotations', id: record.id, type: 'put', by: adaId, record })),
  )
  for (const one of [counts, whole]) await remove(one)
})

it('tells nothing of a blind article before its reveal', async () => {
  received.length = 0
  const found = await server.catalog.articles.find(article)
  const project = await server.catalog.projects.find('sample')
  if (!found || !project) throw new RangeError('the sample is missing')
  await server.catalog.projects.add({ ...project, id: 'blind' }, adaId)
  await server.catalog.projects.setRole('blind', bobId, 'annotator')
  await server.catalog.articles.add({ ...found, id: 'blind-one', projectId: 'blind' })
  const json = { 'content-type': 'application/json' }
  await ada.send('PUT', '/api/articles/blind-one/blind', { headers: json, body: '{"isBlind":true}' })
  await make(['marks.changed', 'verdicts.changed', 'article.revealed', 'article.added'], { hasContents: true }, 'blind')
  await client.add('annotations', 'blind-one', { kind: 'claim', spans: [[0, 3]], attributes: {} })
  // What comes after it has been looked at as well.
  await client.addArticle('blind', { text: 'Another\nOne.' })
  await waitFor(() => expect(told('article.added')).toHaveLength(1))
  expect(told('marks.changed')).toEqual([])
  expect((await ada.post('/api/articles/blind-one/reveal')).ok).toBe(true)
  await waitFor(() => expect(told('marks.changed')).toHaveLength(1))
  expect(told('article.revealed')).toHaveLength(1)
  expect(told('marks.changed')[0]?.event.data).toMatchObject({ counts: { annotations: { added: 1 } } })
})

it('tries again what did not arrive, and pauses when it never does', async () => {
  received.length = 0
  const webhook = await make(['article.added'])
  answers.push(500, 302)
  await ada.post(at(webhook, '/test'))
  await waitFor(async () => expect((await log(webhook))[0]).toMatchObject({ state: 'arrived', tries: 3 }))
  const whole = await ada.read<WholeDelivery>(at(webhook, `/deliveries/${(await log(webhook))[0]?.id}`))
  expect(whole.log.map(({ status }) => status)).toEqual([500, null, 204])
  expect(whole.log[1]?.problem).toContain('leads on to another')

  answers.push(500, 500, 500, 500)
  await ada.post(at(webhook, '/test'))
  await waitFor(async () => expect((await ada.read<Webhook>(at(webhook))).paused?.why).toBe('failing'))
  expect((await log(webhook))[0]).toMatchObject({ state: 'failed', tries: 4, status: 500 })
  expect((await ada.post(at(webhook, '/test'))).status).toBe(409)
  const { entries } = await ada.read<{ entries: { act: string }[] }>('/api/projects/sample/audit?act=webhook.pause')
  expect(entries).toHaveLength(1)
  await change(ada, webhook, { isPaused: false })
  expect((await ada.post(at(webhook, '/test'))).status).toBe(202)
  answers.push(410)
  await waitFor(async () => expect((await ada.read<Webhook>(at(webhook))).paused?.why).toBe('gone'))
  await remove(webhook)
})

it('sends nothing again and again while it cannot keep what came of it', async () => {
  const webhook = await make(['article.added'])
  received.length = 0
  const { telling, webhooks } = server.catalog
  const [tried, listening] = [webhooks.deliveries.tried, telling.listening.bind(telling)]
  let looks = 0
  telling.listening = () => {
    looks++
    return listening()
  }
  webhooks.deliveries.tried = () => Promise.reject(new FullDisk(new Error('no room')))
  await ada.post(at(webhook, '/test'))
  await waitFor(() => expect(received.length).toBeGreaterThan(0))
  const before = looks
  await waitFor(() => expect(looks).toBeGreaterThan(before + 20))
  expect(received.length).toBeLessThan(5)
  Object.assign(webhooks.deliveries, { tried })
  telling.listening = listening
  await remove(webhook)
})

it('says what came of what waits, and tries it at once when it is asked to', async () => {
  const webhook = await make(['article.added'])
  expect((await ada.read<Webhook>(at(webhook))).trouble).toBeNull()
  await change(ada, webhook, { isPaused: true })
  const { deliveries } = server.catalog.webhooks
  const id = await deliveries.ping('sample', webhook.id)
  const nextAt = Date.now() + 3_600_000
  await deliveries.tried({ id, tries: 0 }, { at: Date.now(), ms: 1, status: 500, problem: null }, nextAt)
  expect((await ada.read<Webhook>(at(webhook))).trouble).toEqual({ status: 500, problem: null, nextAt })
  expect(await deliveries.sendAgain(webhook.id, id)).toBe(id)
  expect((await log(webhook))[0]?.nextAt).toBeLessThanOrEqual(Date.now())
  expect(await log(webhook)).toHaveLength(1)
  await remove(webhook)
})

it('makes no more webhooks than there can be, however many are asked for at once', async () => {
  const given = { name: 'One of many', url: 'https://example.org/in', events: ['article.added'] }
  const asked = Array.from({ length: MOST_WEBHOOKS + 2 }, () => ada.post('/api/projects/sample/webhooks', given))
  const statuses = (await Promise.all(asked)).map(({ status }) => status)
  expect(statuses.filter((status) => status === 409).length).toBeGreaterThanOrEqual(2)
  const all = await ada.read<Webhook[]>('/api/projects/sample/webhooks')
  expect(all).toHaveLength(MOST_WEBHOOKS)
  await Promise.all(all.filter(({ name }) => name === given.name).map(remove))
})

it('waits until it has a new secret where the old one cannot be read any more', async () => {
  const webhook = await make(['article.added'])
  await server.database.db
    .updateTable('webhook')
    .set({ secret: 'of another server' })
    .where('id', '=', webhook.id)
    .execute()
  await ada.post(at(webhook, '/test'))
  await waitFor(async () => expect((await ada.read<Webhook>(at(webhook))).paused?.why).toBe('secret'))
  await change(ada, webhook, { newSecret: true })
  await waitFor(async () => expect((await log(webhook))[0]?.state).toBe('arrived'))
  await remove(webhook)
})

it('sends nothing into the network of the server', async () => {
  for (const url of ['http://127.0.0.1/', 'http://[::1]/', 'http://169.254.169.254/latest', 'http://10.0.0.1/']) {
    const webhook = await make(['article.added'], { url })
    await ada.post(at(webhook, '/test'))
    await waitFor(async () => expect((await log(webhook))[0]?.tries).toBeGreaterThan(0))
    expect((await log(webhook))[0]).toMatchObject({ status: null, problem: expect.stringContaining('private network') })
    await remove(webhook)
  }
  for (const url of ['ftp://example.org/', 'not one', 'https://me:secret@example.org/']) {
    const answer = await ada.post('/api/projects/sample/webhooks', { name: 'x', url, events: ['article.added'] })
    expect([url, answer.status]).toEqual([url, 422])
    expect(await problemOf(answer)).toContain('address')
  }
})

it('goes on where it was when the server is started again, and tells nothing twice', async () => {
  received.length = 0
  const webhook = await make(['article.added'])
  answers.push(...Array(3).fill(500))
  const { id } = await client.addArticle('sample', { text: 'Before\nit.' })
  await waitFor(() => expect(received.length).toBeGreaterThan(0))
  await server.close()
  server = await openServer(settings)
  // The same folder, so the same people.
  const rest = server.browser()
  for (const [name, value] of ada.jar) rest.jar.set(name, value)
  Object.assign(ada, rest)
  await waitFor(async () => expect((await log(webhook))[0]).toMatchObject({ state: 'arrived' }))
  expect((await log(webhook)).map(({ event }) => event)).toEqual(['article.added'])
  // What an earlier webhook was sent may arrive late.
  const ours = received.filter(({ event }) => JSON.stringify(event.data).includes(id))
  expect(new Set(ours.map(({ event }) => event.id)).size).toBe(1)
  await remove(webhook)
})

it('is made once by what is sent twice', async () => {
  const given = { name: 'Twice', url: `${hook}/in`, events: ['article.added'] }
  const send = () => ada.post('/api/projects/sample/webhooks', given, { 'idempotency-key': 'twice' })
  const [first, second] = [await send(), await send()]
  expect([first.status, second.status]).toEqual([201, 409])
  // The secret is told once, also to whoever asks the same again.
  expect(await problemOf(second)).toContain('Its answer held a secret')
  const made = await ada.read<Webhook[]>('/api/projects/sample/webhooks')
  const ours = made.filter(({ name }) => name === 'Twice')
  expect(ours).toHaveLength(1)
  await Promise.all(ours.map(remove))
})

it('ends when its owner is none any more', async () => {
  await server.catalog.projects.setRole('sample', bobId, 'owner')
  const webhook = await make(['article.added'])
  await server.catalog.projects.setRole('sample', adaId, 'annotator')
  await server.catalog.webhooks.deliveries.ping('sample', webhook.id)
  await waitFor(async () =>
    expect((await server.catalog.webhooks.find('sample', webhook.id))?.paused?.why).toBe('ownerless'),
  )
  expect((await ada.get('/api/projects/sample/webhooks')).status).toBe(403)
})
