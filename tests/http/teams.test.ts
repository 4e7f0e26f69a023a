/** Projects and their people through the routes: what owners do to them, and who sees what of it. */
import { once } from 'node:events'
import type { ArticlePage, Project } from '@attest/schema/api'
import { closeCode } from '@attest/schema/protocol'
import { emptyRecords } from '@attest/schema/room'
import type { Deleted, Invitation, MadeInvitation, PublicArticle } from '@attest/schema/teams'
import { describe, expect, it, onTestFinished } from 'vitest'
import { WebSocket } from 'ws'
import { House } from '../support/house.ts'
import { openPostOffice } from '../support/mail.ts'
import { type Browser, openServer, problemOf } from './support.ts'

const article = 'syria-airstrikes-2015'
const DAY = 24 * 60 * 60_000

async function openTown() {
  const server = await openServer()
  const [ada, ben] = [server.browser(), server.browser()]
  const [adaId, benId] = [(await ada.join('Ada')).id, (await ben.join('Ben')).id]
  return { server, ada, ben, adaId, benId }
}

const change = (browser: Browser, method: string, path: string, body?: unknown) =>
  browser.send(method, path, {
    headers: { 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })

const invite = async (browser: Browser, given: object = {}, project = 'sample') => {
  const answer = await browser.post(`/api/projects/${project}/invitations`, {
    role: 'viewer',
    days: 7,
    maxUses: 1,
    ...given,
  })
  if (answer.status !== 201) throw new Error(`${answer.status} ${await answer.text()}`)
  return (await answer.json()) as MadeInvitation
}

const tokenOf = ({ url }: { url: string }) => url.slice(url.lastIndexOf('/') + 1)

describe('a project', () => {
  it('is renamed, with the blanks of a name put right, and not to nothing', async () => {
    const { ada, server } = await openTown()
    const answer = await change(ada, 'PATCH', '/api/projects/sample', { name: '  News \n of  2015 ' })
    expect(await answer.json()).toMatchObject({ name: 'News of 2015' })
    for (const body of [{ name: ' ' }, { name: 'a'.repeat(121) }, {}, { owner: 'me' }])
      expect((await change(ada, 'PATCH', '/api/projects/sample', body)).status).toBe(422)
    const [note] = await server.catalog.audit.entries('sample', { limit: 1 })
    expect(note).toMatchObject({ act: 'project.rename', detail: expect.stringContaining('→ News of 2015') })
  })

  it('is only read while it is archived, by everybody and in every way, and worked in again afterwards', async () => {
    const { ada, ben, benId } = await openTown()
    expect((await change(ada, 'PATCH', '/api/projects/sample', { isArchived: true })).status).toBe(200)
    const [seen] = await ada.read<Project[]>('/api/projects')
    expect(seen).toMatchObject({ role: 'viewer', memberRole: 'owner', archivedAt: expect.any(Number) })
    expect(await ben.read<ArticlePage>(`/api/articles/${article}`)).toMatchObject({ project: { role: 'viewer' } })
    for (const [method, path, body] of [
      ['POST', '/api/projects/sample/articles', { text: 'A title\nWords.' }],
      ['POST', '/api/projects/sample/invitations', { role: 'viewer', days: 1, maxUses: 1 }],
      ['PUT', `/api/projects/sample/members/${benId}`, { role: 'viewer' }],
      ['PATCH', '/api/projects/sample', { name: 'Other' }],
      ['DELETE', `/api/articles/${article}`, undefined],
    ] as const) {
      const answer = await change(ada, method, path, body)
      expect(await problemOf(answer)).toContain('archived')
      expect(answer.status).toBe(403)
    }
    const back = await change(ada, 'PATCH', '/api/projects/sample', { isArchived: false, name: 'Back' })
    expect(await back.json()).toMatchObject({ role: 'owner', archivedAt: null, name: 'Back' })
    expect((await ada.post('/api/projects/sample/articles', { text: 'A title\nWords.' })).status).toBe(201)
  })

  it('is gone for all when it is deleted, and back as it was when its owner brings it back', async () => {
    const { ada, ben, benId } = await openTown()
    await change(ada, 'PUT', `/api/projects/sample/members/${benId}`, { role: 'reviewer' })
    expect((await change(ada, 'DELETE', '/api/projects/sample')).status).toBe(204)
    expect(await ada.read('/api/projects')).toEqual([])
    expect((await ben.get(`/api/articles/${article}`)).status).toBe(404)
    const [deleted, ...more] = await ada.read<Deleted[]>('/api/projects/deleted')
    expect(more).toEqual([])
    expect(deleted).toMatchObject({ id: 'sample', by: 'Ada' })
    expect((deleted?.goneAt ?? 0) - (deleted?.deletedAt ?? 0)).toBe(30 * DAY)
    expect(await ben.read('/api/projects/deleted')).toEqual([])
    expect((await ben.post('/api/projects/sample/restore')).status).toBe(404)
    expect((await ada.post('/api/projects/sample/restore')).status).toBe(200)
    expect(await ben.read<Project[]>('/api/projects')).toMatchObject([
      { id: 'sample', role: 'reviewer', articleCount: 1 },
    ])
  })

  it('goes for good at a start of the server thirty days later, and an article of it as well', async () => {
    const { ada, server } = await openTown()
    await ada.post('/api/projects/sample/articles', { text: 'A title\nWords.' })
    const { id } = (await (await ada.post('/api/projects', { name: 'Another' })).json()) as Project
    await change(ada, 'DELETE', `/api/projects/${id}`)
    await change(ada, 'DELETE', `/api/articles/${article}`)
    const { db } = server.database
    const past = Date.now() - 31 * DAY
    await db.updateTable('project').set({ deleted_at: past }).where('deleted_at', 'is not', null).execute()
    await db.updateTable('article').set({ deleted_at: past }).where('deleted_at', 'is not', null).execute()
    await server.close()
    const again = await openServer({ folder: server.folder })
    await expect.poll(() => again.database.db.selectFrom('project').select('id').execute()).toEqual([{ id: 'sample' }])
    const rooms = await again.database.db.selectFrom('room_update').select('room').distinct().execute()
    expect(rooms.map(({ room }) => room)).not.toContain(article)
  })

  it('takes in nobody who joins by name when it is for those who are invited', async () => {
    const { ada, server } = await openTown()
    await change(ada, 'PATCH', '/api/projects/sample', { joining: 'invited' })
    const cleo = server.browser()
    await cleo.join('Cleo')
    expect(await cleo.read('/api/projects')).toEqual([])
    await ada.post('/api/projects', { name: 'Mine', joining: 'invited' })
    await ada.post('/api/projects', { name: 'Ours' })
    expect(await cleo.read<Project[]>('/api/projects')).toMatchObject([{ name: 'Ours', role: 'annotator' }])
  })
})

describe('a member', () => {
  it('who was taken out stays out, keeps their name on their marks, and is told to owners only', async () => {
    const { ada, ben, benId } = await openTown()
    expect((await change(ada, 'DELETE', `/api/projects/sample/members/${benId}`)).status).toBe(204)
    expect((await ben.get(`/api/articles/${article}`)).status).toBe(404)
    await ben.join('Ben')
    expect(await ben.read('/api/projects')).toEqual([])
    const { people } = await ada.read<ArticlePage>(`/api/articles/${article}`)
    expect(people.find(({ id }) => id === benId)).toMatchObject({ name: 'Ben', role: null })
    const { former } = await ada.read<{ former: unknown[] }>('/api/projects/sample/members')
    expect(former).toMatchObject([{ name: 'Ben', isRemoved: true }])
    expect((await change(ada, 'PUT', `/api/projects/sample/members/${benId}`, { role: 'viewer' })).status).toBe(204)
    expect(await ben.read('/api/projects/sample/members')).toMatchObject({ former: [] })
  })

  it('is told why, when they are the last owner and want to go or step down', async () => {
    const { ada, adaId, benId } = await openTown()
    const leaving = await change(ada, 'DELETE', `/api/projects/sample/members/${adaId}`)
    expect(leaving.status).toBe(409)
    expect(await problemOf(leaving)).toContain('You are the last owner')
    await change(ada, 'POST', '/api/projects/sample/owner', { person: benId, role: 'annotator' })
    expect(await ada.read<Project[]>('/api/projects')).toMatchObject([{ role: 'annotator' }])
    expect((await change(ada, 'DELETE', `/api/projects/sample/members/${adaId}`)).status).toBe(204)
  })
})

describe('an invitation', () => {
  it('is listed with who used it, and its link is told once', async () => {
    const { ada, ben } = await openTown()
    await ada.post('/api/projects', { name: 'Mine', joining: 'invited' })
    const mine = (await ada.read<Project[]>('/api/projects')).find(({ name }) => name === 'Mine')
    const made = await invite(ada, { role: 'annotator', maxUses: 3 }, mine?.id)
    const token = tokenOf(made)
    expect(await ben.read(`/api/invitations/${token}`)).toMatchObject({
      project: { name: 'Mine' },
      by: { name: 'Ada' },
    })
    expect(await (await ben.post(`/api/invitations/${token}/accept`)).json()).toMatchObject({ role: 'annotator' })
    const text = await (await ada.get(`/api/projects/${mine?.id}/invitations`)).text()
    expect(text).not.toContain(token)
    const [listed] = JSON.parse(text) as Invitation[]
    expect(listed).toMatchObject({ whyNot: null, maxUses: 3, uses: [{ person: { name: 'Ben' } }] })
    expect((await change(ada, 'DELETE', `/api/projects/${mine?.id}/invitations/${made.id}`)).status).toBe(204)
    const over = await ben.get(`/api/invitations/${token}`)
    expect(over.status).toBe(410)
    expect(await problemOf(over)).toBe('This invitation does not count any more. Ask for a new one.')
  })

  it('is not made of what it cannot be', async () => {
    const { ada } = await openTown()
    for (const [given, sentence] of [
      [{ role: 'king' }, /role/],
      [{ days: 0 }, /days/],
      [{ days: 91 }, /days/],
      [{ maxUses: 0 }, /maxUses/],
      [{ role: 'owner', maxUses: 2 }, /one person only/],
      [{ email: 'nobody' }, /not an e-mail address/],
      [{ project: 'other' }, /project/],
    ] as const) {
      const body = { role: 'viewer', days: 7, maxUses: 1, ...given }
      const answer = await ada.post('/api/projects/sample/invitations', body)
      expect(answer.status).toBe(422)
      expect(await problemOf(answer)).toMatch(sentence)
    }
  })

  it('is sent by e-mail where the server has mail', async () => {
    const office = await openPostOffice()
    onTestFinished(() => office.close())
    const server = await openServer({ mail: { url: office.url, from: 'attest@example.org' } })
    const ada = server.browser()
    await ada.join('Ada')
    const made = await invite(ada, { email: 'ben@example.org' })
    expect(made.isSent).toBe(true)
    expect((await office.letterTo('ben@example.org')).text).toContain(made.url)
  })

  it('keeps its link for who copies it when the mail cannot be sent', async () => {
    const server = await openServer({ mail: { url: 'smtp://127.0.0.1:1', from: 'attest@example.org' } })
    const ada = server.browser()
    await ada.join('Ada')
    expect(await invite(ada, { email: 'ben@example.org' })).toMatchObject({ isSent: false, url: expect.any(String) })
  })
})

describe('a link for the public', () => {
  const link = (browser: Browser, showsNames: boolean) =>
    change(browser, 'PUT', `/api/articles/${article}/public-link`, { showsNames })

  it('shows the article and its marks without a session, and nothing else of the project', async () => {
    const { ada, adaId, benId, server } = await openTown()
    const records = emptyRecords()
    const base = { author: benId, at: 1 }
    records.annotations.set(`${benId}.1`, { ...base, id: `${benId}.1`, kind: 'claim', spans: [[0, 5]], attributes: {} })
    records.annotations.set(`${adaId}.2`, {
      ...base,
      id: `${adaId}.2`,
      author: adaId,
      kind: 'denial',
      spans: [[1, 9]],
      attributes: {},
    })
    records.relations.set(`${benId}.3`, {
      ...base,
      id: `${benId}.3`,
      type: 'denies',
      from: `${adaId}.2`,
      to: `${benId}.1`,
    })
    records.comments.set(`${benId}.4`, {
      ...base,
      id: `${benId}.4`,
      on: `${adaId}.2`,
      body: 'A secret remark.',
    } as never)
    records.verdicts.set(`${adaId}.5`, {
      ...base,
      id: `${adaId}.5`,
      author: adaId,
      on: `${benId}.1`,
      decision: 'accept',
      note: 'A secret note.',
    } as never)
    await server.rooms.putRecords(article, records, adaId)
    const { url } = (await (await link(ada, true)).json()) as { url: string }
    const path = `/api/public/${tokenOf({ url })}`
    const answer = await server.ask(path)
    expect(answer.headers.get('x-robots-tag')).toBe('noindex, nofollow')
    const text = await answer.text()
    const shown = JSON.parse(text) as PublicArticle
    const own = shown.annotations.find(({ spans }) => spans[0]?.[1] === 5)
    expect(shown.people.find(({ id }) => id === own?.author)?.name).toBe('Ben')
    expect(shown.relations.find(({ to }) => to === own?.id)?.from).toBe(
      shown.annotations.find(({ spans }) => spans[0]?.[1] === 9)?.id,
    )
    const project = await server.catalog.projects.find('sample')
    for (const hidden of [adaId, benId, 'secret', 'sample', 'guidelines', project?.guidelines.slice(0, 40) ?? '?'])
      expect(text).not.toContain(hidden)
  })

  it('hides the names where its owner says so, also of what it has shown before', async () => {
    const { ada, server } = await openTown()
    const { url } = (await (await link(ada, true)).json()) as { url: string }
    const path = `/api/public/${tokenOf({ url })}`
    expect(await (await server.ask(path)).text()).toContain('"Reference"')
    expect(await (await link(ada, false)).json()).toEqual({ url, showsNames: false })
    const text = await (await server.ask(path)).text()
    expect(text).not.toMatch(/reference/i)
    expect(text).toContain('"Annotator 1"')
  })

  it('opens nothing from the moment it is taken back, or the article or the project deleted', async () => {
    const { ada, server } = await openTown()
    const open = async () => `/api/public/${tokenOf((await (await link(ada, true)).json()) as { url: string })}`
    const first = await open()
    expect((await server.ask(first)).status).toBe(200)
    await change(ada, 'DELETE', `/api/articles/${article}/public-link`)
    expect((await server.ask(first)).status).toBe(404)
    const second = await open()
    expect(second).not.toBe(first)
    await change(ada, 'DELETE', `/api/articles/${article}`)
    expect((await server.ask(second)).status).toBe(404)
    await ada.post(`/api/articles/${article}/restore`)
    expect((await server.ask(second)).status).toBe(200)
    await change(ada, 'DELETE', '/api/projects/sample')
    expect((await server.ask(second)).status).toBe(404)
    expect((await server.ask(first)).status).toBe(404)
  })
})

describe('somebody who has an article open', () => {
  it('is told within five seconds that they may only read, that they are out, or that it is gone', async () => {
    const house = await House.open()
    onTestFinished(() => house.close())
    const { address } = house
    const join = async (name: string) => {
      const headers = { 'content-type': 'application/json', origin: address }
      const answer = await fetch(`${address}/api/join`, { method: 'POST', headers, body: JSON.stringify({ name }) })
      const cookie = answer.headers
        .getSetCookie()
        .map((one) => one.split(';')[0])
        .join('; ')
      const { id } = (await answer.json()) as { id: string }
      const send = (method: string, path: string, body?: unknown) =>
        fetch(address + path, { method, headers: { ...headers, cookie }, body: JSON.stringify(body) ?? null })
      return { id, cookie, send }
    }
    const ada = await join('Ada')
    const ben = await join('Ben')
    const ended = async (act: () => Promise<Response>) => {
      const socket = new WebSocket(`${address.replace('http', 'ws')}/sync/${article}`, {
        headers: { cookie: ben.cookie, origin: address },
      })
      await once(socket, 'open')
      const answered = once(socket, 'message')
      // Sync step 1, of one who has nothing: whoever is answered is in the room.
      socket.send(new Uint8Array([0, 0, 1, 0]))
      await answered
      const closed = once(socket, 'close')
      const from = performance.now()
      expect((await act()).ok).toBe(true)
      const [code] = await closed
      expect(performance.now() - from).toBeLessThan(5000)
      return code
    }
    const member = `/api/projects/sample/members/${ben.id}`
    const project = '/api/projects/sample'
    expect(await ended(() => ada.send('PUT', member, { role: 'viewer' }))).toBe(closeCode.changed)
    expect(await ended(() => ada.send('PUT', member, { role: 'annotator' }))).toBe(closeCode.changed)
    expect(await ended(() => ada.send('PATCH', project, { isArchived: true }))).toBe(closeCode.changed)
    expect(await ended(() => ada.send('PATCH', project, { isArchived: false }))).toBe(closeCode.changed)
    expect(await ended(() => ada.send('DELETE', `/api/articles/${article}`))).toBe(closeCode.gone)
    await ada.send('POST', `/api/articles/${article}/restore`)
    expect(await ended(() => ada.send('DELETE', member))).toBe(closeCode.noAccess)
    await ada.send('PUT', member, { role: 'viewer' })
    expect(await ended(() => ada.send('DELETE', project))).toBe(closeCode.gone)
  })
})
