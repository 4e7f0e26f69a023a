/** The program as people start it: a process, an address, a signal. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, statSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { WebSocket } from 'ws'
import { openSqlite } from '../../apps/server/src/store/sqlite.ts'
import { bare, main } from '../support/environment.ts'
import { temporaryFolder } from './support.ts'

interface Run {
  out: () => string
  err: () => string
  /** Resolves with the address it prints; rejects when it ends first. */
  address: Promise<string>
  ended: Promise<{ code: number | null; signal: string | null }>
  kill: (signal: NodeJS.Signals) => void
}

function start(env: Record<string, string>): Run {
  const child = spawn(process.execPath, [main], {
    env: { ...bare, PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  let [out, err] = ['', '']
  const address = Promise.withResolvers<string>()
  address.promise.catch(() => {})
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString()
    const found = /^Attest is at (\S+)\n/.exec(out)?.[1]
    if (found) address.resolve(found)
  })
  child.stderr.on('data', (chunk: Buffer) => {
    err += chunk.toString()
  })
  const ended = new Promise<{ code: number | null; signal: string | null }>((resolve) =>
    child.on('close', (code, signal) => {
      address.reject(new Error(`ended with ${code ?? signal}: ${err}`))
      resolve({ code, signal })
    }),
  )
  return { out: () => out, err: () => err, address: address.promise, ended, kill: (signal) => void child.kill(signal) }
}

async function joinAt(address: string, name: string): Promise<string> {
  const answer = await fetch(`${address}/api/join`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: address },
    body: JSON.stringify({ name }),
  })
  expect(answer.status).toBe(200)
  return answer.headers.getSetCookie()[0]?.split(';')[0] ?? ''
}

/** Opens a socket into the room of the sample article, and resolves when the server has spoken. */
async function enterRoom(address: string, cookie?: string): Promise<{ closed: Promise<number> }> {
  const room = `${address.replace('http', 'ws')}/sync/syria-airstrikes-2015`
  const socket = new WebSocket(room, { headers: { origin: address, ...(cookie !== undefined && { cookie }) } })
  // y-websocket's sync step 1 with an empty state vector: the server speaks when it is asked.
  socket.on('open', () => socket.send(Uint8Array.of(0, 0, 1, 0)))
  const closed = once(socket, 'close').then(([code]) => Number(code))
  await once(socket, 'message')
  return { closed }
}

it('prints one line, serves, ends cleanly, and knows everybody again when it is started a second time', async () => {
  const folder = temporaryFolder()
  const dataFolder = join(folder, 'data/below')
  const first = start({ DATA_DIR: dataFolder })
  const address = await first.address
  expect(address).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
  const cookie = await joinAt(address, 'Ada')
  const me = await (await fetch(`${address}/api/me`, { headers: { cookie } })).json()
  const file = await (
    await fetch(`${address}/api/articles/syria-airstrikes-2015/export`, { headers: { cookie } })
  ).text()
  first.kill('SIGTERM')
  expect(await first.ended).toEqual({ code: 0, signal: null })
  expect(first.out()).toBe(`Attest is at ${address}\n`)
  expect(first.err()).toBe('')

  expect(statSync(join(dataFolder, 'secret')).mode & 0o777).toBe(0o600)
  expect(statSync(join(dataFolder, 'attest.db')).mode & 0o777).toBe(0o600)
  const secret = readFileSync(join(dataFolder, 'secret'), 'utf8')

  const second = start({ DATA_DIR: dataFolder, PORT: new URL(address).port })
  expect(await second.address).toBe(address)
  expect(await (await fetch(`${address}/api/me`, { headers: { cookie } })).json()).toEqual(me)
  expect(
    await (await fetch(`${address}/api/articles/syria-airstrikes-2015/export`, { headers: { cookie } })).text(),
  ).toBe(file)
  expect(readFileSync(join(dataFolder, 'secret'), 'utf8')).toBe(secret)
  second.kill('SIGINT')
  expect((await second.ended).code).toBe(0)
})

it('lets people into the room of an article, and says goodbye to them when it ends', async () => {
  const run = start({ DATA_DIR: temporaryFolder() })
  const address = await run.address
  const stranger = await enterRoom(address)
  expect(await stranger.closed).toBe(4401)
  const ada = await enterRoom(address, await joinAt(address, 'Ada'))
  expect(await (await fetch(`${address}/metrics`)).text()).toMatch(/^attest_connections 1$/m)
  // A proxy asks for somebody on another machine.
  expect((await fetch(`${address}/metrics`, { headers: { 'x-forwarded-for': '192.0.2.7' } })).status).toBe(404)
  run.kill('SIGTERM')
  expect(await ada.closed).toBe(1001)
  expect((await run.ended).code).toBe(0)
})

it('puts whoever signs out out of every room they are in, at once, and nobody else', async () => {
  const run = start({ DATA_DIR: temporaryFolder(), METRICS: 'on' })
  const address = await run.address
  const [cookie, other] = [await joinAt(address, 'Ada'), await joinAt(address, 'Ben')]
  const tabs = [await enterRoom(address, cookie), await enterRoom(address, cookie)]
  const ben = await enterRoom(address, other)
  const from = performance.now()
  const leave = () => fetch(`${address}/api/leave`, { method: 'POST', headers: { cookie, origin: address } })
  expect((await leave()).status).toBe(204)
  expect(await Promise.all(tabs.map((tab) => tab.closed))).toEqual([4401, 4401])
  expect(performance.now() - from).toBeLessThan(5000)
  expect(await (await enterRoom(address, cookie)).closed).toBe(4401)
  expect((await leave()).status).toBe(204)
  const passedOn = { 'x-forwarded-for': '192.0.2.7' }
  expect(await (await fetch(`${address}/metrics`, { headers: passedOn })).text()).toMatch(/^attest_connections 1$/m)
  run.kill('SIGTERM')
  expect(await ben.closed).toBe(1001)
})

it('does not bring a deleted sample project back', async () => {
  const folder = temporaryFolder()
  const first = start({ DATA_DIR: folder })
  await first.address
  first.kill('SIGTERM')
  await first.ended
  const { db, close } = await openSqlite(join(folder, 'attest.db'))
  for (const table of ['contributor', 'article', 'member', 'project'] as const) await db.deleteFrom(table).execute()
  await close()

  const second = start({ DATA_DIR: folder })
  const address = await second.address
  const cookie = await joinAt(address, 'Ada')
  expect(await (await fetch(`${address}/api/projects`, { headers: { cookie } })).json()).toEqual([])
})

it('starts on what a kill left behind, with everybody signed in still', async () => {
  const folder = temporaryFolder()
  const first = start({ DATA_DIR: folder })
  const cookie = await joinAt(await first.address, 'Ada')
  first.kill('SIGKILL')
  await first.ended
  const second = start({ DATA_DIR: folder })
  const answer = await fetch(`${await second.address}/api/me`, { headers: { cookie } })
  expect(await answer.json()).toMatchObject({ name: 'Ada', ownsWorkspace: true })
})

it('says in one sentence why it cannot start', async () => {
  const folder = temporaryFolder()
  const running = start({ DATA_DIR: folder })
  const { port } = new URL(await running.address)
  const elsewhere = () => temporaryFolder()
  const attempts = [
    [
      { DATA_DIR: elsewhere(), PORT: port },
      /^Port \d+ of 127\.0\.0\.1 is taken; stop what uses it, or set PORT to another\.\n$/,
    ],
    [{ DATA_DIR: folder }, /^The data folder .* is in use by another Attest; stop that one or set DATA_DIR\.\n$/],
    [
      { DATA_DIR: '/proc/attest' },
      /^The data folder \/proc\/attest cannot be written \(ENOENT\); set DATA_DIR to one that can\.\n$/,
    ],
    [
      { DATA_DIR: join(main, 'below') },
      /^The data folder .* cannot be written \(ENOTDIR\); set DATA_DIR to one that can\.\n$/,
    ],
    [
      { DATA_DIR: main },
      /^The data folder .* cannot be written \(SQLITE_CANTOPEN\); set DATA_DIR to one that can\.\n$/,
    ],
    [{ DATA_DIR: elsewhere(), PORT: '43210x' }, /^PORT is a number from 0 to 65535; it is “43210x”\.\n$/],
    [{ DATA_DIR: elsewhere(), PORT: '65536' }, /^PORT is a number/],
    [{ DATA_DIR: elsewhere(), HOST: '192.0.2.1' }, /^Cannot listen on port 0 of 192\.0\.2\.1 \(EADDRNOTAVAIL\)\.\n$/],
    [{ DATA_DIR: elsewhere(), ORIGIN: 'attest.example' }, /^ORIGIN is an address such as/],
    [{ DATA_DIR: elsewhere(), JOIN_BY_NAME: 'perhaps' }, /^JOIN_BY_NAME is on or off/],
    [{ DATA_DIR: elsewhere(), LOG_LEVEL: 'loud' }, /^LOG_LEVEL is one of/],
    [{ DATA_DIR: elsewhere(), MAIL_URL: 'smtp://mail.example' }, /^MAIL_URL and MAIL_FROM are set together/],
    // Without the password in it.
    [
      { DATA_DIR: elsewhere(), MAIL_URL: 'http://a:secret@b', MAIL_FROM: 'a@b' },
      /^MAIL_URL is an address such as (?!.*secret)/,
    ],
    [{ DATA_DIR: elsewhere(), MAIL_URL: 'smtp://b', MAIL_FROM: 'Attest' }, /^MAIL_FROM is an address such as/],
    [
      { DATA_DIR: elsewhere(), OIDC_ISSUER: 'https://login.example' },
      /^OIDC_ISSUER and OIDC_CLIENT_ID are set together/,
    ],
    [
      { DATA_DIR: elsewhere(), OIDC_ISSUER: 'http://login.example', OIDC_CLIENT_ID: 'a' },
      /^OIDC_ISSUER begins with https/,
    ],
    [{ DATA_DIR: elsewhere(), SIGN_UP: 'provider' }, /^SIGN_UP=provider needs a provider/],
    [{ DATA_DIR: elsewhere(), SIGN_UP: 'maybe' }, /^SIGN_UP is on, off or provider/],
    [{ DATA_DIR: elsewhere(), TRUST_PROXY: '12' }, /^TRUST_PROXY is on, off, or how many/],
  ] as const
  await Promise.all(
    attempts.map(async ([env, sentence]) => {
      const run = start(env)
      expect(await run.ended).toEqual({ code: 1, signal: null })
      expect(run.err()).toMatch(sentence)
      expect(run.out()).toBe('')
    }),
  )
})

it('writes what it was asked for into its log, and nobody’s name or words', async () => {
  const run = start({ DATA_DIR: temporaryFolder(), LOG_LEVEL: 'info' })
  const address = await run.address
  const cookie = await joinAt(address, 'Zebedee')
  const headers = { cookie, 'content-type': 'application/json' }
  const body = JSON.stringify({ text: 'Unheard words' })
  expect((await fetch(`${address}/api/projects/sample/articles`, { method: 'POST', headers, body })).status).toBe(201)
  expect((await fetch(`${address}/api/articles/nothing-here`, { headers })).status).toBe(404)
  run.kill('SIGTERM')
  await run.ended
  const lines = run.err().trim().split('\n')
  const found = lines.map((line) => JSON.parse(line) as { method: string; route: string; status: number })
  expect(found.map(({ method, route, status }) => [method, route, status])).toEqual([
    ['POST', '/api/join', 200],
    ['POST', '/api/projects/:id/articles', 201],
    ['GET', '/api/articles/:id', 404],
  ])
  expect(run.err()).not.toMatch(/Zebedee|Unheard|nothing-here|session/)
})

it('lets joining by name be off where others can reach it, unless said otherwise', async () => {
  const closed = start({ DATA_DIR: temporaryFolder(), HOST: '0.0.0.0' })
  const address = await closed.address
  expect(address).toMatch(/^http:\/\/127\.0\.0\.1:/)
  const join = (at: string, headers: Record<string, string>) =>
    fetch(`${at}/api/join`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: '{"name":"Ada"}',
    })
  expect((await join(address, {})).status).toBe(403)
  const ports = [await freePort(), await freePort()]
  const behind = start({ DATA_DIR: temporaryFolder(), PORT: String(ports[0]), ORIGIN: 'https://attest.example' })
  await behind.address
  expect((await join(`http://127.0.0.1:${ports[0]}`, {})).status).toBe(403)
  // Else nobody would ever get in.
  await expect.poll(behind.out).toMatch(/makes that account, once: https:\/\/attest\.example\/welcome#[\w-]{43}\n$/)
  const port = ports[1]
  const open = start({
    DATA_DIR: temporaryFolder(),
    HOST: '0.0.0.0',
    PORT: String(port),
    JOIN_BY_NAME: 'on',
    ORIGIN: 'https://attest.example',
  })
  expect(await open.address).toBe('https://attest.example')
  const answer = await join(`http://127.0.0.1:${port}`, { origin: 'https://attest.example' })
  expect(answer.status).toBe(200)
  expect(answer.headers.getSetCookie()[0]).toMatch(/^__Host-.*; Secure/)
  expect(answer.headers.get('strict-transport-security')).toBe('max-age=31536000')
})

it('ends at once when it is told a second time, though a request is still under way', async () => {
  const run = start({ DATA_DIR: temporaryFolder() })
  const { port, host } = new URL(await run.address)
  const slow = connect(Number(port), '127.0.0.1')
  slow.on('error', () => {})
  slow.write(
    `POST /api/join HTTP/1.1\r\nHost: ${host}\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{`,
  )
  await new Promise((resolve) => setTimeout(resolve, 200))
  run.kill('SIGTERM')
  await new Promise((resolve) => setTimeout(resolve, 200))
  const from = performance.now()
  run.kill('SIGTERM')
  expect((await run.ended).code).toBe(143)
  expect(performance.now() - from).toBeLessThan(1000)
})

it('answers requests that are spelled to mislead it, and goes on', async () => {
  const run = start({ DATA_DIR: temporaryFolder() })
  const { port, host } = new URL(await run.address)
  for (const [request, status] of [
    [`GET //evil.example/ HTTP/1.1\r\nHost: ${host}\r\nOrigin: http://evil.example`, 404],
    [`POST //evil.example/api/join HTTP/1.1\r\nHost: ${host}\r\nOrigin: http://evil.example`, 403],
    [`GET //evil.example/sync/a HTTP/1.1\r\nHost: ${host}\r\nOrigin: http://evil.example\r\n${upgrade}`, 404],
    [`GET /sync/a HTTP/1.1\r\nHost: ${host}\r\nOrigin: http://evil.example\r\n${upgrade}`, 403],
    [`GET /sync/a HTTP/1.1\r\nHost: evil.example\r\nOrigin: http://${host}\r\n${upgrade}`, 421],
    [`GET /api/me HTTP/1.1\r\nHost: ${host}\r\n${upgrade}`, 401],
    ['GET http://evil.example/healthz HTTP/1.1\r\nHost: evil.example', 421],
    ['GET /healthz HTTP/1.1\r\nHost: evil.example', 421],
    ['GET /healthz HTTP/1.0', 400],
    [`GET /../../package.json HTTP/1.1\r\nHost: ${host}`, 404],
    [`GET /assets/..%2f..%2f..%2fpackage.json HTTP/1.1\r\nHost: ${host}`, 404],
    [`BREW /api/join HTTP/1.1\r\nHost: ${host}`, 400],
    [`PATCH /api/join HTTP/1.1\r\nHost: ${host}`, 405],
    [`GET /healthz HTTP/1.1\r\nHost: ${host}`, 200],
  ] as const) {
    const socket = connect(Number(port), '127.0.0.1')
    socket.end(`${request}${request.includes('Upgrade') ? '' : '\r\nConnection: close'}\r\n\r\n`)
    let answer = ''
    for await (const chunk of socket) answer += String(chunk)
    expect(answer.split('\r\n')[0], request).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `))
  }
  expect(run.err()).toBe('')
})

const upgrade =
  'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA=='

/** A port that was free a moment ago, for where the line that is printed does not tell which one was taken. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  if (typeof address !== 'object' || !address) throw new RangeError(`listening at ${address}`)
  return address.port
}
