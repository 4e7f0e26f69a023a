import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { type MadeToken, MOST_TOKENS, type Scope } from '@attest/schema/token'
import { createAdaptorServer } from '@hono/node-server'
import { expect, it, onTestFinished } from 'vitest'
import { WebSocket } from 'ws'
import { createWebSockets } from '../../apps/server/src/sync/sync.ts'
import { openServer, problemOf } from './support.ts'

const article = '/api/articles/syria-airstrikes-2015'
const server = await openServer({ isShared: true })
const ada = server.browser()
const { id: adaId } = await ada.join('Ada')

async function make(scopes: readonly Scope[], more: object = {}): Promise<MadeToken> {
  const answer = await ada.post('/api/account/tokens', { name: 'A script', scopes, days: 30, ...more })
  expect(answer.status).toBe(201)
  return (await answer.json()) as MadeToken
}

const by = (token: string, more: Record<string, string> = {}) => ({
  headers: { authorization: `Bearer ${token}`, ...more },
})

it('lets a program act as the person who made the token, as far as it is for that', async () => {
  const { token, ...told } = await make(['read'])
  expect(token).toMatch(/^attest_[\w-]{43}$/)
  expect(told).toMatchObject({ name: 'A script', scopes: ['read'], project: null, usedAt: null, revokedAt: null })
  expect(await (await server.ask('/api/me', by(token))).json()).toMatchObject({ name: 'Ada' })
  expect((await server.ask(article, by(token))).status).toBe(200)
  const refused = await server.ask(article, { method: 'DELETE', ...by(token) })
  expect(refused.status).toBe(403)
  expect(refused.headers.get('www-authenticate')).toBe('Bearer error="insufficient_scope", scope="manage"')
  expect(await problemOf(refused)).toBe('This token is not for that: it needs the scope manage.')
})

it('is shown once, and kept as nothing that opens the door', async () => {
  const { token, id } = await make(['read'])
  const listed = await (await ada.get('/api/account/tokens')).text()
  expect(listed).toContain(id)
  expect(listed).not.toContain(token)
  const rows = await server.database.db.selectFrom('personal_token').selectAll().execute()
  expect(JSON.stringify(rows)).not.toContain(token.slice('attest_'.length))
  const { entries } = await ada.read<{ entries: { act: string }[] }>('/api/audit?act=token')
  expect(JSON.stringify(entries)).not.toContain(token)
  expect(entries.map(({ act }) => act)).toContain('token.create')
})

it('says when it was used last', async () => {
  const { token, id } = await make(['read'])
  await server.ask('/api/me', by(token))
  const listed = await ada.read<{ id: string; usedAt: number }[]>('/api/account/tokens')
  expect(listed.find((one) => one.id === id)?.usedAt).toBeGreaterThan(Date.now() - 60_000)
})

it('manages no accounts, no sessions and no tokens', async () => {
  const { token } = await make(['read', 'annotate', 'review', 'manage'])
  for (const [method, path] of [
    ['GET', '/api/account'],
    ['POST', '/api/account/close'],
    ['GET', '/api/account/sessions'],
    ['POST', '/api/account/tokens'],
    ['GET', '/api/people'],
    ['GET', '/api/audit'],
    ['POST', '/api/leave'],
    ['POST', '/api/projects/sample/owner'],
  ] as const) {
    const answer = await server.ask(path, { method, ...by(token) })
    expect(answer.status, `${method} ${path}`).toBe(403)
    expect(await problemOf(answer)).toContain('cannot be done with a token')
  }
})

it('needs no Origin, and looks at no cookie', async () => {
  const { token } = await make(['manage'])
  const headers = { 'content-type': 'application/json', origin: 'https://elsewhere.test' }
  const body = JSON.stringify({ text: 'A title\nSome words.' })
  const ask = { method: 'POST', body, ...by(token, headers) }
  expect((await server.ask('/api/projects/sample/articles', ask)).status).toBe(201)
  // With the cookie of somebody, a token that is none is still nobody's.
  expect((await ada.get('/api/me', { authorization: 'Bearer attest_none' })).status).toBe(401)
  // What a proxy adds for itself is no token, so the page is guarded as ever.
  const proxied = await ada.send('POST', '/api/projects', {
    headers: { ...headers, authorization: 'Bearer of-a-proxy' },
  })
  expect(proxied.status).toBe(403)
})

it('is for one project only, where that was chosen', async () => {
  await server.catalog.projects.add({ ...(await sample()), id: 'second' }, adaId)
  const { token } = await make(['read', 'manage'], { project: 'second' })
  expect((await server.ask('/api/projects/second/articles', by(token))).status).toBe(200)
  expect((await server.ask('/api/projects/sample/articles', by(token))).status).toBe(404)
  expect((await server.ask('/api/projects/%73ample/articles', by(token))).status).toBe(404)
  expect((await server.ask(article, by(token))).status).toBe(404)
  expect((await server.ask('/api/work', by(token))).status).toBe(403)
  const json = { 'content-type': 'application/json' }
  const begin = { method: 'POST', body: JSON.stringify({ name: 'Third' }), ...by(token, json) }
  expect((await server.ask('/api/projects', begin)).status).toBe(403)
  const listed = (await (await server.ask('/api/projects', by(token))).json()) as { id: string }[]
  expect(listed.map(({ id }) => id)).toEqual(['second'])
  await server.catalog.projects.remove('second', adaId)
  expect((await server.ask('/api/me', by(token))).status).toBe(401)
})

it('is over when it is revoked, when its time has come, and when its person has gone', async () => {
  const first = await make(['read'])
  expect((await ada.send('DELETE', `/api/account/tokens/${first.id}`)).status).toBe(204)
  const refused = await server.ask('/api/me', by(first.token))
  expect(refused.status).toBe(401)
  expect(refused.headers.get('www-authenticate')).toBe('Bearer error="invalid_token"')

  const second = await make(['read'])
  await server.database.db
    .updateTable('personal_token')
    .set({ expires_at: Date.now() })
    .where('id', '=', second.id)
    .execute()
  expect((await server.ask('/api/me', by(second.token))).status).toBe(401)

  const bob = server.browser()
  const { id } = await bob.join('Bob')
  const made = await bob.post('/api/account/tokens', { name: 'Mine', scopes: ['read'], days: 1 })
  const { token } = (await made.json()) as MadeToken
  expect((await server.ask('/api/me', by(token))).status).toBe(200)
  await server.catalog.accounts.close(id, id)
  expect((await server.ask('/api/me', by(token))).status).toBe(401)
})

it('ends when an owner of the workspace signs its person out everywhere', async () => {
  const carl = server.browser()
  const { id } = await carl.join('Carl')
  const made = await carl.post('/api/account/tokens', { name: 'His', scopes: ['read'], days: 1 })
  const { token } = (await made.json()) as MadeToken
  expect((await server.ask('/api/me', by(token))).status).toBe(200)
  expect((await ada.send('DELETE', `/api/people/${id}/sessions`)).status).toBe(204)
  expect((await server.ask('/api/me', by(token))).status).toBe(401)
})

it('submits work with the scope to annotate, and reviews none', async () => {
  const { token } = await make(['annotate'])
  const step = (step: string) =>
    server.ask('/api/projects/sample/work/step', {
      method: 'POST',
      body: JSON.stringify({ step, articles: ['syria-airstrikes-2015'] }),
      ...by(token, { 'content-type': 'application/json' }),
    })
  expect((await step('submit')).status).toBe(200)
  const review = await step('review')
  expect([review.status, await problemOf(review)]).toEqual([403, expect.stringContaining('scope review')])
})

it('says what is wrong with what is asked for', async () => {
  for (const [change, sentence] of [
    [{ name: ' ' }, 'Please enter a name.'],
    [{ scopes: [] }, 'Choose at least one thing that the token is for.'],
    [{ days: 1000 }, 'A token is good for 366 days at most.'],
  ] as const) {
    const answer = await ada.post('/api/account/tokens', { name: 'x', scopes: ['read'], days: 1, ...change })
    expect([answer.status, await problemOf(answer)]).toEqual([422, sentence])
  }
  const elsewhere = await ada.post('/api/account/tokens', { name: 'x', scopes: ['read'], days: 1, project: 'none' })
  expect(elsewhere.status).toBe(404)
})

it('has no more tokens than one can have, however many are asked for at once', async () => {
  const eve = server.browser()
  await eve.join('Eve')
  const asked = Array.from({ length: MOST_TOKENS + 2 }, (_, i) => ({ name: `Token ${i}`, scopes: ['read'], days: 1 }))
  const answers = await Promise.all(asked.map((one) => eve.post('/api/account/tokens', one)))
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(MOST_TOKENS)
  expect(answers.filter(({ status }) => status === 409)).toHaveLength(2)
})

it('opens a room with all that goes through one, and closes it when it is revoked', async () => {
  const http = createAdaptorServer({
    fetch: server.app.fetch,
    websocket: { server: createWebSockets() as never },
  })
  http.listen(0, '127.0.0.1')
  await once(http, 'listening')
  onTestFinished(() => void http.close())
  const { port } = http.address() as AddressInfo
  const open = (token: string) =>
    new WebSocket(`ws://127.0.0.1:${port}/sync/syria-airstrikes-2015`, {
      headers: { ...by(token).headers, host: '127.0.0.1:4321' },
    })

  const small = open((await make(['read'])).token)
  const [, answer] = await once(small, 'unexpected-response')
  expect(answer.statusCode).toBe(403)

  const scopes = ['read', 'annotate', 'review'] as const
  await server.catalog.projects.add({ ...(await sample()), id: 'third' }, adaId)
  const ofAnother = open((await make(scopes, { project: 'third' })).token)
  expect((await once(ofAnother, 'unexpected-response'))[1].statusCode).toBe(404)
  const ofThis = open((await make(scopes, { project: 'sample' })).token)
  await once(ofThis, 'open')
  ofThis.close()

  const { token, id } = await make(scopes)
  const socket = open(token)
  socket.on('open', () => socket.send(Uint8Array.of(0, 0, 1, 0)))
  await once(socket, 'message')
  const closed = once(socket, 'close')
  await ada.send('DELETE', `/api/account/tokens/${id}`)
  expect((await closed)[0]).toBe(4401)
})

async function sample() {
  const project = await server.catalog.projects.find('sample')
  if (!project) throw new RangeError('the sample is missing')
  return project
}
