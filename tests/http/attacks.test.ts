/** What strangers, and members who mean no good, send to the routes; each of these has stopped or opened some server. */
import { describe, expect, it } from 'vitest'
import { type Browser, openServer, origin, problemOf, type Server } from './support.ts'

const json = { 'content-type': 'application/json' }

/** Every route that changes something, with a value for each of its parameters. */
function unsafeRoutes(server: Server): { method: string; path: string }[] {
  const found = new Map<string, { method: string; path: string }>()
  for (const { method, path } of server.app.routes)
    if (!['GET', 'HEAD', 'ALL'].includes(method))
      found.set(`${method} ${path}`, { method, path: path.replaceAll(/:\w+/g, 'x') })
  return [...found.values()]
}

async function openOwned() {
  const server = await openServer()
  const owner = server.browser()
  const me = await owner.join('Ada')
  return { server, owner, me }
}

/** A body that has said this much, and says the rest when it is let. */
function slowBody(first: number): { stream: ReadableStream<Uint8Array>; end: () => void } {
  let end = () => {}
  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      for (let sent = 0; sent < first; sent += 1024 * 1024) controller.enqueue(new Uint8Array(1024 * 1024).fill(32))
      end = () => controller.close()
    },
  })
  return { stream, end }
}

describe('a page of another site', () => {
  it('changes nothing by any route, whatever it says of its origin', async () => {
    const { server, owner } = await openOwned()
    const routes = unsafeRoutes(server)
    expect(routes.length).toBeGreaterThan(50)
    const before = JSON.stringify(await owner.read('/api/projects'))
    for (const { method, path } of routes)
      for (const headers of [
        { origin: 'https://evil.example' },
        { origin: 'null' },
        { origin: `${origin}.evil.example` },
        { origin: 'http://127.0.0.1:4322' },
      ]) {
        const answer = await owner.send(method, path, { headers: { ...json, ...headers }, body: '{}' })
        expect([method, path, headers.origin, answer.status]).toEqual([method, path, headers.origin, 403])
      }
    // As a browser that keeps the origin to itself sends it.
    const cookie = Array.from(owner.jar, ([name, value]) => `${name}=${value}`).join('; ')
    for (const { method, path } of routes) {
      const headers = { ...json, cookie, 'sec-fetch-site': 'cross-site' }
      expect((await server.ask(path, { method, headers, body: '{}' })).status).toBe(403)
    }
    expect(JSON.stringify(await owner.read('/api/projects'))).toBe(before)
  })

  it('is allowed nothing by any answer to a question before', async () => {
    const { server, owner } = await openOwned()
    for (const { path } of unsafeRoutes(server)) {
      const headers = { origin: 'https://evil.example', 'access-control-request-method': 'POST' }
      const answer = await owner.send('OPTIONS', path, { headers })
      expect(answer.ok).toBe(false)
      expect([...answer.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([])
    }
  })

  it('sends no form that is taken: a body is JSON by its type, or a file by a type no form has', async () => {
    const { server, owner } = await openOwned()
    const { paths } = (await (await server.ask('/api/openapi.json')).json()) as {
      paths: Record<string, Record<string, { requestBody?: unknown }>>
    }
    const withBody = Object.entries(paths).flatMap(([path, item]) =>
      Object.entries(item).flatMap(([method, { requestBody }]) => (requestBody ? [{ method, path }] : [])),
    )
    expect(withBody.length).toBeGreaterThan(25)
    for (const { method, path } of withBody)
      for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x']) {
        const at = path.replaceAll(/\{\w+\}/g, (name) => (name === '{id}' ? 'sample' : 'x'))
        const answer = await owner.send(method.toUpperCase(), `${at}?name=a.txt`, {
          headers: { 'content-type': type },
          body: '{}',
        })
        expect([path, answer.status >= 400]).toEqual([path, true])
        expect([403, 404, 409, 415]).toContain(answer.status)
      }
  })
})

describe('a body', () => {
  it('without a length is cut off by every route at what it takes, and before it is read to its end', async () => {
    const { server, owner } = await openOwned()
    const limited = unsafeRoutes(server).filter(
      ({ method, path }) => method !== 'DELETE' && !path.includes('/imports/') && !/(readings|close|leave)$/.test(path),
    )
    for (const { method, path } of limited) {
      let sent = 0
      const endless = new ReadableStream<Uint8Array>({
        pull(controller) {
          sent += 1024 * 1024
          controller.enqueue(new Uint8Array(1024 * 1024).fill(32))
        },
      })
      const at = path.replaceAll('/x', '/sample')
      const answer = await owner.send(method, at, { headers: json, body: endless, ...{ duplex: 'half' } })
      expect(answer.status).toBeLessThan(500)
      expect([path, sent <= 40 * 1024 * 1024]).toEqual([path, true])
    }
  }, 30_000)

  it('that comes in drops takes no more memory than is one person’s share, and what is sent by others is taken', async () => {
    const { server, owner, me } = await openOwned()
    const path = '/api/projects/sample/articles'
    const post = (person: Browser, body: BodyInit) =>
      person.send('POST', path, { headers: json, body, ...{ duplex: 'half' } })
    const slow = slowBody(30 * 1024 * 1024)
    const first = post(owner, slow.stream)
    await expect
      .poll(async () => {
        const large = slowBody(30 * 1024 * 1024)
        large.end()
        return (await post(owner, large.stream)).status
      })
      .toBe(429)
    expect((await post(owner, JSON.stringify({ text: 'A title\nSmall.' }))).status).toBe(201)
    const other = server.browser()
    await server.catalog.projects.setRole('sample', (await other.join('Bo')).id, 'owner')
    const theirs = slowBody(30 * 1024 * 1024)
    theirs.end()
    expect((await post(other, theirs.stream)).status).toBe(422)
    slow.end()
    expect((await first).status).toBe(422)
    // And the share is free again.
    const again = slowBody(30 * 1024 * 1024)
    again.end()
    expect((await post(owner, again.stream)).status).toBe(422)
    expect(me.id).toMatch(/\w/)
  })

  it('with the names of a prototype changes none', async () => {
    const { owner } = await openOwned()
    for (const body of [
      '{"name":"A","__proto__":{"polluted":1}}',
      '{"name":"A","constructor":{"prototype":{"polluted":1}}}',
      '{"name":"A","labels":{"__proto__":{"polluted":1}}}',
    ])
      for (const [method, path] of [
        ['POST', '/api/projects'],
        ['PATCH', '/api/projects/sample'],
        ['POST', '/api/account'],
        ['PUT', '/api/projects/sample/label-set'],
      ] as const)
        expect((await owner.send(method, path, { headers: json, body })).status).toBeLessThan(500)
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
  })
})

describe('links that the server makes', () => {
  it('lead to the configured origin, whatever name a request was sent to', async () => {
    const { server, owner } = await openOwned()
    const headers = { 'x-forwarded-host': 'evil.example', forwarded: 'host=evil.example', 'x-forwarded-proto': 'https' }
    for (const host of ['localhost:4321', '127.0.0.1:4321']) {
      const sent = { ...json, ...headers, host }
      const invited = await owner.send('POST', '/api/projects/sample/invitations', {
        headers: sent,
        body: JSON.stringify({ role: 'viewer', days: 1, maxUses: 1 }),
      })
      const opened = await owner.send('PUT', '/api/articles/syria-airstrikes-2015/public-link', {
        headers: sent,
        body: JSON.stringify({ showsNames: false }),
      })
      for (const answer of [invited, opened])
        expect(((await answer.json()) as { url: string }).url).toMatch(/^http:\/\/127\.0\.0\.1:4321\//)
    }
    expect((await server.ask('/api/me', { headers: { host: 'evil.example' } })).status).toBe(421)
  })
})

describe('the name of a project', () => {
  it('that would break a line or turn it around is refused or made one line', async () => {
    const { owner } = await openOwned()
    for (const name of ['A\r\nBcc: all@example.org', 'A\u0000B', '\u202Egnp.exe', 'A\u2066B', ' \u200b '])
      for (const answer of [
        await owner.post('/api/projects', { name }),
        await owner.send('PATCH', '/api/projects/sample', { headers: json, body: JSON.stringify({ name }) }),
      ]) {
        if (answer.ok) expect(((await answer.json()) as { name: string }).name).toBe('A Bcc: all@example.org')
        else expect(await problemOf(answer)).toMatch(/cannot be shown|enter a name/)
      }
  })
})

describe('many at once', () => {
  it('accept an invitation for one, and one of them gets in', async () => {
    const { server, me } = await openOwned()
    const project = { id: 'p', name: 'P', mode: 'open', joining: 'invited', peersJudge: true } as const
    const sample = await server.catalog.projects.find('sample')
    if (!sample) throw new RangeError('the sample is missing')
    await server.catalog.projects.add({ ...sample, ...project }, me.id)
    for (const [maxUses, inside] of [
      [1, 1],
      [3, 3],
    ] as const) {
      const made = await server.catalog.invitations.add({
        projectId: 'p',
        role: 'annotator',
        by: me.id,
        email: null,
        expiresAt: Date.now() + 60_000,
        maxUses,
      })
      const people = Array.from({ length: 20 }, () => server.browser())
      for (const [i, person] of people.entries()) await person.join(`P${maxUses}-${i}`)
      const answers = await Promise.all(people.map((person) => person.post(`/api/invitations/${made?.token}/accept`)))
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(inside)
      expect(answers.filter(({ status }) => status === 410)).toHaveLength(20 - inside)
    }
    expect(await server.catalog.projects.members('p')).toHaveLength(1 + 1 + 3)
  })

  it('leave or are taken out, and an owner is left', async () => {
    const { server, owner, me } = await openOwned()
    const other = server.browser()
    const theirs = await other.join('Bo')
    for (let round = 0; round < 5; round++) {
      await server.catalog.projects.setRole('sample', me.id, 'owner')
      await server.catalog.projects.setRole('sample', theirs.id, 'owner')
      const answers = await Promise.all([
        owner.send('DELETE', `/api/projects/sample/members/${me.id}`),
        other.send('DELETE', `/api/projects/sample/members/${theirs.id}`),
        owner.send('DELETE', `/api/projects/sample/members/${theirs.id}`),
        other.send('PUT', `/api/projects/sample/members/${me.id}`, { headers: json, body: '{"role":"viewer"}' }),
      ])
      expect(answers.filter(({ status }) => status === 204).length).toBeGreaterThan(0)
      const members = await server.catalog.projects.members('sample')
      expect(members.filter(({ role }) => role === 'owner')).toHaveLength(1)
      for (const { id, role } of members) expect(server.catalog.roles.of('sample', id)).toBe(role)
    }
  })

  it('close their accounts, and no project is left to nobody', async () => {
    const { server } = await openOwned()
    const people = [server.browser(), server.browser()] as const
    const [bo, cy] = [await people[0].join('Bo'), await people[1].join('Cy')]
    const sample = await server.catalog.projects.find('sample')
    if (!sample) throw new RangeError('the sample is missing')
    await server.catalog.projects.add({ ...sample, id: 'p' }, bo.id)
    await server.catalog.projects.setRole('p', cy.id, 'owner')
    const answers = await Promise.all(people.map((person) => person.post('/api/account/close', {})))
    expect(answers.map(({ status }) => status).sort()).toEqual([204, 409])
    const owners = (await server.catalog.members.of('p')).filter(({ role }) => role === 'owner')
    expect(owners).toMatchObject([{ canSignIn: true }])
  })
})
