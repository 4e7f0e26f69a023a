/** What whoever runs the server sees of it and does to it: figures, its state, its log, its end, and a disk that fails. */
import { connect } from 'node:net'
import { join } from 'node:path'
import { closeCode } from '@attest/schema/protocol'
import { expect, it } from 'vitest'
import { openDataFolder } from '../../apps/server/src/folder.ts'
import { openSqlite } from '../../apps/server/src/store/sqlite.ts'
import { begin, Writer } from '../commands/support.ts'
import { mark } from '../support/acts.ts'
import { command, Product, sample, temporaryFolder } from '../support/product.ts'
import { chance } from '../support/seed.ts'
import { until } from '../support/sync-peer.ts'
import { gather } from '../support/writers.ts'

/** The value of a figure, with its labels as they are written; undefined when there is none. */
async function figure(product: Product, name: string): Promise<number | undefined> {
  const lines = (await (await product.ask('/metrics')).text()).split('\n')
  const line = lines.find((line) => line.startsWith(`${name} `))
  return line === undefined ? undefined : Number(line.slice(name.length))
}

async function figuresWithin(product: Product, wanted: Record<string, (value: number) => boolean>): Promise<void> {
  const found: Record<string, number | undefined> = {}
  for (const name of Object.keys(wanted)) found[name] = await figure(product, name)
  for (const [name, isRight] of Object.entries(wanted))
    expect(isRight(found[name] ?? Number.NaN), `${name} is ${found[name]}`).toBe(true)
}

const is = (number: number) => (value: number) => value === number
const atLeast = (number: number) => (value: number) => value >= number

it('counts what rooms, requests and the process do, under labels from closed lists', async () => {
  const product = await Product.start()
  await figuresWithin(product, {
    attest_ready: is(1),
    attest_rooms: atLeast(0),
    attest_connections: is(0),
    'attest_refusals_total{reason="not-yours"}': is(0),
    'attest_endings_total{code="4422"}': is(0),
  })
  const [ada, ben] = await product.joinAll(['Ada', 'Ben'])
  if (!ada || !ben) throw new Error('nobody has joined')
  const peer = await product.peer(ada).arrives()
  const other = await product.peer(ben).arrives()
  const random = chance('figures')
  for (let i = 0; i < 20; i++) mark(random, peer)
  await peer.saved()
  await figuresWithin(product, {
    attest_rooms: is(1),
    attest_connections: is(2),
    attest_read_only_rooms: is(0),
    attest_updates_total: atLeast(1),
    attest_update_bytes_total: atLeast(1000),
    attest_commit_seconds_count: atLeast(1),
    attest_commit_entries_sum: atLeast(1),
    attest_turn_seconds_count: atLeast(1),
    attest_queued_bytes: atLeast(0),
    attest_queued_bytes_max: atLeast(0),
    attest_log_tail_updates_max: atLeast(1),
    attest_disk_failures_total: is(0),
    'attest_http_request_seconds_count{method="POST",status="200"}': is(2),
    process_resident_memory_bytes: atLeast(1e7),
    nodejs_eventloop_lag_p99_seconds: atLeast(0),
  })
  // A mark in Ada's name, by Ben.
  const id = `${ada.id}.forged`
  other.puts('comments', { id, on: 'article', body: 'Not mine.', author: ada.id, at: Date.now() })
  await until(() => other.refusals.length > 0, 'nothing is refused')
  await figuresWithin(product, {
    'attest_refusals_total{reason="not-yours"}': is(1),
    'attest_endings_total{code="4422"}': is(1),
  })
  // Nothing that anybody sends becomes a label.
  await product.ask('/metrics', { method: 'BREW' }).catch(() => null)
  await product.ask(`/api/articles/${ada.id}`, { as: ada })
  const text = await (await product.ask('/metrics')).text()
  expect(text).not.toMatch(new RegExp(`${ada.id}|${sample}|BREW|Ada|Ben`))
})

it('loses nothing when it is told to stop under load, and ends in time', async () => {
  const random = chance('stop under load')
  const product = await Product.start()
  const writers = await gather(product)
  for (let round = 0; round < 3; round++) {
    const end = Date.now() + 300 + random.under(300)
    let stopped: { code: number | null; ms: number } | null = null
    const from = Date.now()
    const stopping = new Promise<void>((resolve) => setTimeout(resolve, 300)).then(async () => {
      const told = Date.now()
      const { code } = await product.stop()
      stopped = { code, ms: Date.now() - told }
    })
    await writers.write(random, () => stopped !== null && Date.now() > end, { pauseMs: 2 })
    await stopping
    expect(stopped).toEqual({ code: 0, ms: expect.toSatisfy((ms: number) => ms < 10_000) })
    console.info(`round ${round}: ended in ${JSON.stringify(stopped)} after ${Date.now() - from} ms`)
    // Whoever was there was told so, and what was acknowledged is on disk before anybody brings it again.
    for (const peer of writers.peers)
      expect(peer.endings.filter(({ code }) => code === closeCode.goingAway)).toHaveLength(round + 1)
    writers.drop()
    await writers.history.checkWhileWriting(() => product.stored())
    await product.restart()
    await writers.settle()
  }
  await writers.check()
})

it('is held up neither by a request nor by a socket that hangs', async () => {
  const product = await Product.start()
  const ada = await product.join('Ada')
  const { host, port } = new URL(product.address)
  const hanging = [
    // Half a head, half a body, an upgrade and then nothing, a socket that never says goodbye.
    `GET /api/me HTTP/1.1\r\nHost: ${host}\r\n`,
    `POST /api/join HTTP/1.1\r\nHost: ${host}\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{`,
    `GET /sync/${sample} HTTP/1.1\r\nHost: ${host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`,
    `GET /sync/${sample} HTTP/1.1\r\nHost: ${host}\r\nOrigin: ${product.address}\r\nCookie: ${ada.cookie}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n`,
  ].map((words) => {
    const socket = connect(Number(port), '127.0.0.1')
    socket.on('error', () => {})
    socket.write(words)
    return socket
  })
  await until(() => hanging.at(-1)?.bytesRead !== 0, 'nobody answers the upgrade')
  hanging.at(-1)?.pause()
  const from = Date.now()
  expect(await product.stop()).toEqual({ code: 0, signal: null })
  expect(Date.now() - from).toBeLessThan(10_000)
  for (const socket of hanging) socket.destroy()
})

it('finishes a request that is under way when it is told to stop', async () => {
  const product = await Product.start()
  const ada = await product.join('Ada')
  const { host, port } = new URL(product.address)
  const body = JSON.stringify({ text: 'Late words' })
  const socket = connect(Number(port), '127.0.0.1')
  socket.write(
    `POST /api/projects/sample/articles HTTP/1.1\r\nHost: ${host}\r\nCookie: ${ada.cookie}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body.slice(0, 5)}`,
  )
  // It is heard once another is answered that came after it.
  await product.ask('/healthz')
  const stopping = product.stop()
  await expect.poll(() => isAccepting(Number(port))).toBe(false)
  socket.write(body.slice(5))
  let answer = ''
  for await (const chunk of socket) answer += String(chunk)
  expect(answer).toMatch(/^HTTP\/1\.1 201 /)
  expect(await stopping).toEqual({ code: 0, signal: null })
  await product.restart()
  const articles: unknown = await (await product.ask('/api/projects/sample/articles', { as: ada })).json()
  expect(articles).toHaveLength(2)
})

function isAccepting(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy()
      resolve(true)
    })
    socket.on('error', () => resolve(false))
  })
}

it('stops also when it is told before it is ready, and begins again where it was', async () => {
  const random = chance('told early')
  const folder = join(temporaryFolder('attest-'), 'data')
  for (let round = 0; round < 4; round++) {
    const server = begin(folder, 'serve')
    await new Promise((resolve) => setTimeout(resolve, random.under(900)))
    server.kill('SIGTERM')
    const { code, signal, err } = await server.ended
    // So early that nobody listens for a signal yet, the system ends it.
    if (signal !== 'SIGTERM') expect(code, err).toBe(0)
    expect(err).toBe('')
  }
  const product = await Product.start({ folder })
  const ada = await product.join('Ada')
  expect((await product.fresh(ada)).records.size).toBe(83)
})

it('stops calling anything saved when the disk fails, and reads all again by itself when it works', async () => {
  const random = chance('broken disk')
  const product = await Product.start({ env: { LOG_LEVEL: 'trace' } })
  const writers = await gather(product, { count: 3 })
  const { pid, address } = product
  const begun = Date.now() + 300
  await writers.write(random, () => Date.now() > begun)
  await writers.settle()
  const before = await figure(product, 'attest_disk_failures_total')
  expect(before).toBe(0)

  // From now on every write past the first byte of a file fails, as on a disk that does not work.
  command('prlimit', '--pid', String(pid), '--fsize=1:unlimited')
  const isOver = Date.now() + 1500
  await writers.write(random, () => Date.now() > isOver)
  for (const peer of writers.peers) expect(peer.endings.map(({ code }) => code)).toContain(closeCode.notSaved)
  const ready = await product.ask('/readyz')
  expect(ready.status).toBe(503)
  expect(await ready.json()).toMatchObject({ detail: 'The disk of the server failed; it is being read again.' })
  expect((await product.ask('/healthz')).status).toBe(200)
  expect((await product.ask('/api/projects', { as: writers.witness })).status).toBe(503)
  expect((await product.ask('/api/projects', { as: writers.witness })).headers.get('retry-after')).toBe('1')
  await figuresWithin(product, { attest_ready: is(0), attest_disk_failures_total: atLeast(1) })
  expect(product.complaints).toContain('"message":"the disk failed: disk I/O error"')

  command('prlimit', '--pid', String(pid), '--fsize=unlimited:unlimited')
  await expect.poll(async () => (await product.ask('/readyz')).status, { timeout: 20_000 }).toBe(200)
  await writers.settle()
  await writers.check()
  expect([product.pid, product.address, product.isRunning]).toEqual([pid, address, true])
  await figuresWithin(product, { attest_ready: is(1), attest_connections: is(3) })
  expect(await product.stop()).toEqual({ code: 0, signal: null })
})

it('can be stopped while the disk does not work', async () => {
  const product = await Product.start()
  const ada = await product.peer(await product.join('Ada')).arrives()
  command('prlimit', '--pid', String(product.pid), '--fsize=1:unlimited')
  mark(chance('stopped'), ada)
  await until(() => ada.endings.length > 0, 'nobody is sent away')
  const from = Date.now()
  expect(await product.stop()).toEqual({ code: 0, signal: null })
  expect(Date.now() - from).toBeLessThan(10_000)
})

it('says nowhere in its log who somebody is or what they wrote, whatever goes wrong', async () => {
  const product = await Product.start({ env: { LOG_LEVEL: 'trace' } })
  const striking = 'Zbigniewa Quetzalcoatl'
  const words = 'Xylophonists vanquished'
  const ada = await product.join(striking)
  const json = { 'content-type': 'application/json', cookie: ada.cookie }
  const send = (path: string, body: unknown, method = 'POST') =>
    product.ask(path, { method, headers: json, body: typeof body === 'string' ? body : JSON.stringify(body) })

  const made = await send('/api/projects/sample/articles', { title: words, text: `${words}\nand more of them.` })
  expect(made.status).toBe(201)
  const { id } = (await made.json()) as { id: string }
  for (const [path, body] of [
    ['/api/join', { name: '' }],
    ['/api/join', { name: `${striking}\u0000` }],
    ['/api/join', `{"name": "${striking}`],
    ['/api/projects/sample/articles', { title: words }],
    ['/api/projects/sample/articles', { attest: words, text: words }],
    [`/api/projects/${encodeURIComponent(words)}/articles`, { text: words }],
    ['/api/projects', { name: `${words}${'x'.repeat(500)}` }],
    ['/api/projects', { name: words, labelSet: { kinds: striking } }],
  ] as const)
    await send(path, body)
  for (const path of [
    `/api/articles/${encodeURIComponent(striking)}`,
    `/api/articles/${id}/export?format=${encodeURIComponent(words)}`,
    `/sync/${encodeURIComponent(words)}`,
    `/${encodeURIComponent(words)}`,
  ])
    await product.ask(path, { as: ada })

  const page = await product.peer(ada, { room: id }).arrives()
  page.comments('article', words)
  await page.saved()
  const other = await product.peer(await product.join(`${striking} the other`), { room: id }).arrives()
  other.puts('comments', { id: `${ada.id}.x`, on: 'article', body: words, author: ada.id, at: Date.now() })
  await until(() => other.refusals.length > 0, 'nothing is refused')

  // Something that no request should be able to do: errors of our own, with what they were about in them.
  command('prlimit', '--pid', String(product.pid), '--fsize=1:unlimited')
  await send('/api/projects', { name: words })
  page.comments('article', `${words} again`)
  await until(() => page.endings.length > 0, 'nobody is sent away')
  command('prlimit', '--pid', String(product.pid), '--fsize=unlimited:unlimited')
  await expect.poll(async () => (await product.ask('/readyz')).status, { timeout: 20_000 }).toBe(200)
  await product.stop()

  const lines = product.complaints.trim().split('\n')
  expect(lines.length).toBeGreaterThan(15)
  for (const line of lines) expect(() => JSON.parse(line), line).not.toThrow()
  expect(product.complaints).not.toMatch(/Zbigniewa|Quetzalcoatl|Xylophonists|vanquished/i)
  expect(product.complaints).not.toContain(encodeURIComponent(striking))
  expect(product.complaints).not.toMatch(new RegExp(ada.cookie.split('=')[1] ?? 'no cookie'))
})

it('answers within three seconds when there are 500 rooms on disk', async () => {
  const folder = join(temporaryFolder('attest-'), 'data')
  const first = await Product.start({ folder })
  const ada = await first.join('Ada')
  await first.stop()
  openDataFolder(folder).release()
  const { log, close } = await openSqlite(join(folder, 'attest.db'))
  for (let i = 0; i < 500; i++) {
    const writer = new Writer(ada.id)
    for (let j = 0; j < 40; j++) writer.comments(`c${j}`)
    await log.append(writer.entries(`room-${i}`), [writer.claim(`room-${i}`)])
  }
  await close()
  const second = await Product.start({ folder })
  // As after a crash: with what was written last in the log beside the database.
  const peer = await second.peer(ada).arrives()
  mark(chance('500 rooms'), peer)
  await peer.saved()
  peer.drop()
  await second.kill()
  // A process alone takes its time to begin on a machine that is busy; what counts is what the rooms add.
  const begun = Date.now()
  await (await Product.start()).stop()
  const alone = Date.now() - begun
  const ms = await second.restart()
  const from = Date.now()
  await second.peer(ada).arrives()
  console.info(
    `with 500 rooms the server answers after ${ms} ms, and the first page is in its room ${Date.now() - from} ms later`,
  )
  expect(ms).toBeLessThan(Math.max(3000, 2 * alone))
})
