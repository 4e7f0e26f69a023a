import type { Me, Project } from '@attest/schema/api'
import { personId } from '@attest/schema/record'
import { describe, expect, it } from 'vitest'
import { openServer, origin, problemOf } from './support.ts'

describe('joining by name', () => {
  it('makes the first person the owner of the workspace and of the sample project', async () => {
    const server = await openServer()
    const ada = server.browser()
    const me = await ada.join('Ada')
    expect(me).toMatchObject({ name: 'Ada', ownsWorkspace: true })
    expect(await ada.read<Project[]>('/api/projects')).toMatchObject([{ id: 'sample', role: 'owner' }])
  })

  it('makes everybody after them an annotator in the open projects', async () => {
    const server = await openServer()
    await server.browser().join('Ada')
    const ben = server.browser()
    expect(await ben.join('Ben')).toMatchObject({ name: 'Ben', ownsWorkspace: false })
    expect(await ben.read<Project[]>('/api/projects')).toMatchObject([{ id: 'sample', role: 'annotator' }])
  })

  it('gives the workspace to one of two who join it at once', async () => {
    const server = await openServer()
    const names = Array.from({ length: 20 }, (_, i) => `Person ${i}`)
    const people = await Promise.all(names.map((name) => server.browser().join(name)))
    expect(people.filter((me) => me.ownsWorkspace)).toHaveLength(1)
    const members = await server.catalog.projects.members('sample')
    expect(members.filter((member) => member.role === 'owner')).toHaveLength(1)
  })

  it('knows a second tab as the same person, under the name they have', async () => {
    const server = await openServer()
    const ada = server.browser()
    const me = await ada.join('Ada')
    expect(await ada.join('Somebody else')).toEqual(me)
    expect(await ada.read<Me>('/api/me')).toEqual(me)
  })

  it('knows a second browser as another person, and tells the two apart', async () => {
    const server = await openServer()
    const names = []
    for (const name of ['Ada', 'ada', 'ＡＤＡ', 'A\u00adda', 'Ada 2'])
      names.push((await server.browser().join(name)).name)
    expect(names).toEqual(['Ada', 'ada 2', 'ＡＤＡ 3', 'A\u00adda 4', 'Ada 2 2'])
  })

  it('keeps the name Reference for the reference annotation', async () => {
    const server = await openServer()
    expect(await server.browser().join('REFERENCE')).toMatchObject({ name: 'REFERENCE 2' })
  })

  it('gives colours in turn and ids that fit into the keys of records', async () => {
    const server = await openServer()
    const people = []
    for (let i = 0; i < 13; i++) people.push(await server.browser().join('Ada'))
    expect(people.slice(0, 12).map((me) => me.color)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 0])
    for (const { id } of people) expect(personId.safeParse(id).success).toBe(true)
    expect(new Set(people.map((me) => me.id)).size).toBe(13)
  })

  it('keeps the longest name there may be within what a name may be when it gets a number', async () => {
    const server = await openServer()
    const name = '👩‍👩‍👧'.repeat(30)
    const names = []
    for (let i = 0; i < 3; i++) names.push((await server.browser().join(name)).name)
    expect(new Set(names).size).toBe(3)
    for (const one of names) expect(one.length).toBeLessThanOrEqual(240)
  })

  it.each([
    ['', 'Please enter a name.'],
    ['   \n\t ', 'Please enter a name.'],
    ['a'.repeat(61), 'A name has at most 60 characters.'],
    ['👩‍👩‍👧‍👦'.repeat(40), 'A name has at most 60 characters.'],
    ['Ada\u202eadA', 'This name has characters that cannot be shown.'],
    ['Ada\u0000', 'This name has characters that cannot be shown.'],
    ['\ud800', 'This name has characters that cannot be shown.'],
    ['…', 'A name needs at least one letter, number or emoji.'],
  ])('says what is wrong with the name %j', async (name, detail) => {
    const server = await openServer()
    const answer = await server.browser().post('/api/join', { name })
    expect(answer.status).toBe(422)
    expect(await problemOf(answer)).toBe(detail)
    expect(answer.headers.getSetCookie()).toEqual([])
  })

  it('takes a name as text, whatever it would be elsewhere', async () => {
    const server = await openServer()
    for (const name of [
      '<img src=x onerror=alert(1)>',
      "'; drop table person; --",
      '{{7*7}}',
      '=cmd|calc',
      '__proto__',
    ])
      expect(await server.browser().join(name)).toMatchObject({ name })
  })

  it('is slowed down when one address elsewhere makes many people, and not for people on this machine', async () => {
    const server = await openServer()
    const joinFrom = async (remoteAddress: string) => {
      const headers = { host: '127.0.0.1:4321', 'content-type': 'application/json' }
      const request = new Request(`${origin}/api/join`, { method: 'POST', headers, body: '{"name":"Ada"}' })
      return server.app.fetch(request, { incoming: { socket: { remoteAddress } } })
    }
    const statuses = async (address: string) =>
      (await Promise.all(Array.from({ length: 62 }, () => joinFrom(address)))).map((answer) => answer.status)
    // The clock may begin a new minute in between, but not twice.
    const elsewhere = [
      ...(await statuses('192.0.2.7')),
      ...(await statuses('192.0.2.7')),
      ...(await statuses('192.0.2.7')),
    ]
    expect(elsewhere.filter((status) => status === 429).length).toBeGreaterThanOrEqual(62)
    expect((await joinFrom('192.0.2.8')).status).toBe(200)
    for (const local of ['127.0.0.1', '::1', '::ffff:127.0.0.1'])
      expect(new Set(await statuses(local))).toEqual(new Set([200]))
  })

  it('is refused where it is off', async () => {
    const server = await openServer({ joinByName: false })
    const answer = await server.browser().post('/api/join', { name: 'Ada' })
    expect(answer.status).toBe(403)
    expect(await problemOf(answer)).toBe('Joining with just a name is off on this server.')
  })
})

describe('a session', () => {
  it('is a cookie that scripts cannot read, kept as long as browsers keep one', async () => {
    const server = await openServer()
    const answer = await server.browser().post('/api/join', { name: 'Ada' })
    const [cookie, ...more] = answer.headers.getSetCookie()
    expect(more).toEqual([])
    expect(cookie).toMatch(/^attest-[0-9a-f]{8}\.session_token=/)
    expect(cookie).toContain('HttpOnly')
    expect(cookie).toContain('SameSite=Lax')
    expect(cookie).toContain(`Max-Age=${400 * 24 * 60 * 60}`)
  })

  it('ends when its person leaves, everywhere it was copied to', async () => {
    const server = await openServer()
    const ada = server.browser()
    await ada.join('Ada')
    const thief = server.browser()
    for (const [name, value] of ada.jar) thief.jar.set(name, value)
    expect((await thief.get('/api/me')).status).toBe(200)
    expect((await ada.post('/api/leave')).status).toBe(204)
    expect(ada.jar.size).toBe(0)
    expect((await thief.get('/api/me')).status).toBe(401)
  })

  it('is not there without a cookie, with a forged one, or with one of another folder', async () => {
    const server = await openServer()
    const nobody = server.browser()
    const answer = await nobody.get('/api/me')
    expect(answer.status).toBe(401)
    expect(await problemOf(answer)).toBe('Please join first: nobody is signed in here.')

    const ada = server.browser()
    await ada.join('Ada')
    const [[name, value] = ['', '']] = ada.jar
    for (const forged of [
      value.replace(/^./, (first) => (first === 'A' ? 'B' : 'A')),
      value.slice(0, 32),
      'x.y',
      '%E0%A4%A',
    ]) {
      nobody.jar.set(name, forged)
      expect((await nobody.get('/api/me')).status).toBe(401)
      expect((await nobody.get('/api/projects')).status).toBe(401)
    }
    const other = await openServer()
    const stranger = other.browser()
    stranger.jar.set(name, value)
    expect((await stranger.get('/api/me')).status).toBe(401)
  })

  it('is still there after the server was stopped and started, and the first owner stays the only one', async () => {
    const server = await openServer()
    const ada = server.browser()
    const me = await ada.join('Ada')
    const jar = new Map(ada.jar)
    await server.close()

    const again = await openServer({ folder: server.folder })
    const back = again.browser()
    for (const [name, value] of jar) back.jar.set(name, value)
    expect(await back.read<Me>('/api/me')).toEqual(me)
    expect(await back.read<Project[]>('/api/projects')).toMatchObject([{ id: 'sample', role: 'owner' }])
    expect(await again.browser().join('Ben')).toMatchObject({ ownsWorkspace: false })
  })
})
