import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { isLoopback, originsOf } from '../../apps/server/src/guard.ts'
import { openServer, origin, problemOf, temporaryFolder } from './support.ts'

describe('the host of a request', () => {
  it.each(['127.0.0.1:4321', 'localhost:4321', 'LOCALHOST:4321'])('%s is ours', async (host) => {
    const server = await openServer()
    expect((await server.ask('/healthz', { headers: { host } })).status).toBe(200)
  })

  it.each([
    'evil.example',
    '127.0.0.1',
    '127.0.0.1:4322',
    'localhost.evil.example:4321',
    '127.0.0.1:4321@evil.example',
    '',
  ])('%j is refused, whatever is asked for', async (host) => {
    const server = await openServer()
    for (const path of ['/', '/healthz', '/api/projects', '/sync/x']) {
      const answer = await server.ask(path, { headers: { host } })
      expect(answer.status).toBe(421)
      expect(await problemOf(answer)).toMatch(/does not answer to that host name/)
    }
  })
})

describe('a change', () => {
  const cases: [string, Record<string, string>, boolean][] = [
    ['of a page of ours', { origin }, true],
    ['of a page of ours under its other name', { origin: 'http://localhost:4321' }, true],
    ['of a program', {}, true],
    ['of another site', { origin: 'https://evil.example' }, false],
    ['of a page on another port', { origin: 'http://127.0.0.1:4322' }, false],
    ['of a page without an origin', { origin: 'null' }, false],
    ['of a browser that keeps its origin to itself', { 'sec-fetch-site': 'cross-site' }, false],
    ['of an origin that only begins like ours', { origin: `${origin}.evil.example` }, false],
    ['that says it is of the address it asks', { origin: 'http://evil.example', host: 'evil.example' }, false],
  ]
  it.each(cases)('%s is judged by its origin', async (_, headers, isTaken) => {
    const server = await openServer()
    const answer = await server.ask('/api/join', {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: '{"name":"Ada"}',
    })
    expect([403, 421].includes(answer.status)).toBe(!isTaken)
    expect(await server.catalog.projects.members('sample')).toHaveLength(isTaken ? 2 : 1)
  })

  it('is not made by a form, whose content types need no permission', async () => {
    const server = await openServer()
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', '']) {
      const answer = await server.ask('/api/join', {
        method: 'POST',
        headers: { 'content-type': type, origin },
        body: '{"name":"Ada"}',
      })
      expect(answer.status).toBe(415)
    }
  })
})

describe('the origins of a server', () => {
  it('are its loopback names, and what was configured before them', () => {
    expect([...originsOf({ host: '127.0.0.1', port: 4321, configured: ['https://attest.example'] })]).toEqual([
      'https://attest.example',
      'http://127.0.0.1:4321',
      'http://localhost:4321',
      'http://[::1]:4321',
    ])
    expect([...originsOf({ host: '::1', port: 80, configured: [] })][0]).toBe('http://[::1]')
    expect([...originsOf({ host: '192.0.2.7', port: 4321, configured: [] })]).toEqual(['http://192.0.2.7:4321'])
  })

  it('are the addresses of the machine where it listens on all of them', () => {
    const origins = [...originsOf({ host: '0.0.0.0', port: 4321, configured: [] })]
    expect(origins).toContain('http://127.0.0.1:4321')
    for (const one of origins) expect(new URL(one).hostname).toMatch(/^(localhost|[\d.]+|\[[\da-f:]+\])$/)
  })

  it('know loopback from the rest', () => {
    for (const host of ['127.0.0.1', '127.1.2.3', '::1', '[::1]', 'localhost', 'LocalHost'])
      expect(isLoopback(host)).toBe(true)
    for (const host of ['0.0.0.0', '::', '10.0.0.1', '127.0.0.1.evil.example', 'localhost.evil.example'])
      expect(isLoopback(host)).toBe(false)
  })
})

describe('a body', () => {
  it('that is too large is refused, with a length or in chunks without one', async () => {
    const server = await openServer()
    const large = JSON.stringify({ name: 'a'.repeat(20_000) })
    const stated = await server.ask('/api/join', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'content-length': String(large.length) },
      body: large,
    })
    expect(stated.status).toBe(413)
    expect(await problemOf(stated)).toBe('This is too large: at most 16 KB are taken here.')

    let sent = 0
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        sent += 1024
        controller.enqueue(new Uint8Array(1024).fill(32))
      },
    })
    const chunked = await server.ask('/api/join', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: endless,
      // undici sends a stream only so; the types of fetch do not know it.
      ...{ duplex: 'half' },
    })
    expect(chunked.status).toBe(413)
    expect(sent).toBeLessThan(64 * 1024)
  })

  it.each([
    ['{"name":', 'This is not JSON.'],
    ['', 'This is not JSON.'],
    [new Uint8Array([123, 34, 0xff, 34, 125]), 'This is not JSON: it is not UTF-8 text.'],
    ['[]', 'The body: Invalid input: expected object, received array.'],
    ['{"name":5}', 'name: Invalid input: expected string, received number.'],
    [`${'['.repeat(8000)}`, 'This is not JSON.'],
  ])('that is not what was asked for is refused with a sentence (%#)', async (body, detail) => {
    const server = await openServer()
    const answer = await server.ask('/api/join', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    })
    expect(answer.status).toBe(422)
    expect(await problemOf(answer)).toBe(detail)
  })
})

describe('every answer', () => {
  it('carries the headers that keep a page to itself', async () => {
    const server = await openServer()
    for (const path of ['/healthz', '/api/me', '/api/nothing', '/nothing.js', '/api/openapi.json']) {
      const { headers } = await server.ask(path)
      expect(headers.get('content-security-policy')).toContain("default-src 'none'")
      expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
      expect(headers.get('cache-control')).toBe('no-store')
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect(headers.get('referrer-policy')).toBe('no-referrer')
      expect(headers.get('cross-origin-opener-policy')).toBe('same-origin')
      expect(headers.get('cross-origin-resource-policy')).toBe('same-origin')
      expect(headers.get('permissions-policy')).toContain('camera=()')
      expect(headers.get('access-control-allow-origin')).toBe(null)
    }
  })

  it('says nothing of the inside when something breaks there', async () => {
    const server = await openServer()
    const ada = server.browser()
    await ada.join('Ada')
    await server.database.close()
    const answer = await ada.get('/api/projects')
    expect(answer.status).toBe(500)
    expect(await problemOf(answer)).toBe('Something went wrong on the server. It has been noted there.')
    expect((await server.ask('/readyz')).status).toBe(503)
    expect((await server.ask('/healthz')).status).toBe(200)
  })
})

describe('the page', () => {
  function buildPage(): string {
    const folder = temporaryFolder()
    const page = join(folder, 'dist')
    mkdirSync(join(page, 'assets'), { recursive: true })
    writeFileSync(
      join(page, 'index.html'),
      '<meta property="csp-nonce" nonce="__CSP_NONCE__"><script type="module" src="/assets/app-1a2b.js"></script>',
    )
    writeFileSync(join(page, 'assets/app-1a2b.js'), `${'// code\n'.repeat(500)}`)
    writeFileSync(join(page, 'favicon.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>')
    writeFileSync(join(folder, 'secret.txt'), 'secret')
    return page
  }

  it('is the same for each of its own addresses, with a nonce of its own in each answer', async () => {
    const server = await openServer({ pageFolder: buildPage() })
    const nonces = new Set<string>()
    for (const path of ['/', '/projects/sample', '/articles/syria-airstrikes-2015', '/projects/sample/']) {
      const answer = await server.ask(path)
      expect(answer.status).toBe(200)
      expect(answer.headers.get('content-type')).toMatch(/^text\/html/)
      expect(answer.headers.get('cache-control')).toBe('no-cache')
      const nonce = /nonce="([^"]+)"/.exec(await answer.text())?.[1] ?? ''
      expect(nonce).toMatch(/^[\w+/]{22}==$/)
      const policy = answer.headers.get('content-security-policy') ?? ''
      expect(policy).toContain(`style-src 'self' 'nonce-${nonce}'`)
      expect(policy).toContain("script-src 'self';")
      expect(policy).not.toMatch(/unsafe|\*/)
      nonces.add(nonce)
    }
    expect(nonces.size).toBe(4)
  })

  it('keeps hashed files for good and the others for as long as they are the same', async () => {
    const server = await openServer({ pageFolder: buildPage() })
    const script = await server.ask('/assets/app-1a2b.js', { headers: { 'accept-encoding': 'gzip, br' } })
    expect(script.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
    expect(script.headers.get('content-type')).toBe('text/javascript; charset=utf-8')
    expect(script.headers.get('content-encoding')).toBe('gzip')
    expect(gunzipSync(await script.arrayBuffer()).toString()).toBe('// code\n'.repeat(500))
    const icon = await server.ask('/favicon.svg')
    expect(icon.headers.get('cache-control')).toBe('no-cache')
    const again = await server.ask('/favicon.svg', { headers: { 'if-none-match': icon.headers.get('etag') ?? '' } })
    expect(again.status).toBe(304)
  })

  it.each([
    '/../secret.txt',
    '/%2e%2e/secret.txt',
    '/..%2fsecret.txt',
    '/assets/..%2f..%2fsecret.txt',
    '/assets/%2e%2e/%2e%2e/secret.txt',
    '/..\\secret.txt',
    '//secret.txt',
    '//evil.example/x',
    '//evil.example/projects',
    '/secret.txt%00',
    '/.env',
    '/assets/',
    '/assets/missing.js',
    '/index.html',
    '/package.json',
    '/%E0%A4%A',
  ])('has nothing at %s', async (path) => {
    const server = await openServer({ pageFolder: buildPage() })
    // Built by hand: `new URL` would tidy most of these up before they arrive.
    const request = new Request(`${origin}/`, { headers: { host: '127.0.0.1:4321' } })
    const spelled = new Proxy(request, {
      get: (target, key) => {
        if (key === 'url') return `${origin}${path}`
        const value: unknown = Reflect.get(target, key, target)
        return typeof value === 'function' ? value.bind(target) : value
      },
    })
    const answer = await server.app.fetch(spelled)
    expect(answer.status).toBe(404)
    expect(await problemOf(answer)).toMatch(/^There is nothing at this address/)
  })

  it('says so when it is not built, and is there as soon as it is', async () => {
    const folder = temporaryFolder()
    const server = await openServer({ pageFolder: folder })
    const answer = await server.ask('/')
    expect(answer.status).toBe(503)
    expect(await problemOf(answer)).toBe('The page is not built yet; `npm start` builds it.')
    writeFileSync(join(folder, 'index.html'), '<p>built')
    expect(await (await server.ask('/')).text()).toBe('<p>built')
  })
})
