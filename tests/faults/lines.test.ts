/** Bad lines: late, slow, stalled, cut and dead ones. Everybody catches up, and nobody is held up by anybody else's. */
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { connect } from 'node:net'
import { fileURLToPath } from 'node:url'
import { closeCode, message } from '@attest/schema/protocol'
import { expect, onTestFinished } from 'vitest'
import { fault } from '../support/fault.ts'
import { temporaryFile } from '../support/files.ts'
import { command, type Joined, Product, sample } from '../support/product.ts'
import { type Line, startLine, type Weather } from '../support/proxy.ts'
import type { Chance } from '../support/seed.ts'
import { Peer, until } from '../support/sync-peer.ts'
import { emptyVector, frameOf, masked } from '../support/sync-raw.ts'
import { startSync } from '../support/sync-server.ts'
import { gather } from '../support/writers.ts'

const isRelease = process.env['FAULTS'] === 'release'

fault(
  'F12',
  'brings everybody together within ten seconds after an hour on a bad line',
  { secondsEach: 2, count: (amount) => amount },
  async ({ amount, times, note }) => {
    await times(async (random) => {
      const product = await Product.start()
      const lines = [await startLine(product.port, random), await startLine(product.port, random)]
      const writers = await gather(product, { count: 6, through: lines.map((line) => line.port) })
      const weathers: Weather[] = [
        { delayMs: 300, jitterMs: 200 },
        { delayMs: 300, jitterMs: 200, bytesPerSecond: 10_000 },
        { bytesPerSecond: 10_000 },
        {},
      ]
      const end = Date.now() + amount * 1000
      let cuts = 0
      const trouble = [
        setInterval(() => {
          random.pick(lines).cut()
          cuts++
        }, 5000),
        setInterval(() => random.pick(lines).stall(2000), 3000),
        setInterval(() => {
          for (const line of lines) line.weather = random.pick(weathers)
        }, 4000),
      ]
      for (const line of lines) line.weather = random.pick(weathers)
      try {
        await writers.write(random, () => Date.now() > end, { pauseMs: 60, size: 200 })
      } finally {
        for (const timer of trouble) clearInterval(timer)
      }
      for (const line of lines) line.weather = {}
      const from = Date.now()
      await writers.settle(isRelease ? 10_000 : 30_000)
      note({ cuts, 'together after, ms': Date.now() - from, records: writers.history.required })
      await writers.check()
      for (const peer of writers.peers) expect(peer.refusals).toEqual([])
      expect(cuts).toBeGreaterThan(0)
    }, 1)
  },
)

/** How long the line is dead, in seconds; the long ones are for releases. */
const partitions = isRelease ? [1, 60, 600] : [1]

fault(
  'F11',
  'keeps what was made while nothing came through, and says that it is not saved',
  { secondsEach: 10, count: () => partitions.length * (isRelease ? 70 : 4) },
  async ({ amount, times, note }) => {
    let records = 0
    await times(async (random, index) => {
      const seconds = partitions[index] ?? 1
      const product = await Product.start()
      // All partitions of one length at once: each person has a line of their own.
      const lines: Line[] = []
      for (let i = 0; i < amount; i++) lines.push(await startLine(product.port, random))
      const writers = await gather(product, { count: amount, through: lines.map((line) => line.port) })
      const begin = Date.now() + 500
      await writers.write(random, () => Date.now() > begin)
      await writers.settle()
      for (const line of lines) line.weather = { isDead: true }
      // The last of what was on its way is through.
      await new Promise((resolve) => setTimeout(resolve, 50))
      const known = writers.history.followers.map(({ acknowledged }) => acknowledged)
      const end = Date.now() + seconds * 1000
      await writers.write(random, () => Date.now() > end, { pauseMs: Math.min(500, 20 * seconds) })
      expect(writers.history.followers.map(({ acknowledged }) => acknowledged)).toEqual(known)
      writers.history.check(await product.stored())
      for (const line of lines) {
        line.weather = {}
        // Half of the lines come back as they were, half are new ones.
        if (random.under(2) === 0) line.cut()
      }
      await writers.settle(60_000)
      await writers.check()
      records += writers.history.required
      await product.stop()
    }, partitions.length)
    note({ records, 'seconds without a line': partitions.join(', ') })
  },
)

/** What promises.md allows others to wait while somebody reads slowly. */
const OTHERS_MS = 250

fault(
  'F9',
  'cuts off whoever reads too slowly, and lets nobody else wait',
  { secondsEach: 120 },
  async ({ times, note }) => {
    let worst = 0
    let longest = 0
    await times(async (random) => {
      const product = await Product.start()
      const writers = await gather(product, { count: 20 })
      await readsSlowly(product, writers.witness, 1024)
      await readsSlowly(product, writers.witness, 0)
      const from = Date.now()
      let isOver = false
      const writing = writers.write(random, () => isOver, { pauseMs: 20 })
      // What fills up first are the buffers of the system, so somebody has much to say.
      const [talker] = writers.peers
      const talking = setInterval(() => talker?.comments('article', 'x'.repeat(10_000)), 10)
      try {
        // Somebody who does not read does not notice the end either; the server has to have let go of them.
        while ((await tooSlow(product)) < 2) {
          if (Date.now() - from > 60_000) throw new Error('a slow reader is still there after a minute')
          await new Promise((resolve) => setTimeout(resolve, 200))
        }
      } finally {
        clearInterval(talking)
        isOver = true
        await writing
      }
      longest = Math.max(longest, Date.now() - from)
      await writers.settle()
      const delays = writers.history.delays().sort((a, b) => a - b)
      worst = Math.max(worst, delays[Math.floor(delays.length * 0.95)] ?? Infinity)
      await writers.check()
      for (const peer of writers.peers) expect(peer.endings).toEqual([])
      await product.stop()
    })
    note({ 'p95 of others, ms': worst, 'until cut off, ms': longest })
    // Twenty pages in the one process of this test are slower than twenty browsers.
    expect(worst).toBeLessThan(isRelease ? OTHERS_MS : 4 * OTHERS_MS)
  },
)

/** A page that is in the room, reads so many bytes a second, and answers nothing. */
async function readsSlowly(product: Product, person: Joined, bytesPerSecond: number): Promise<void> {
  const socket = connect(product.port, '127.0.0.1')
  socket.on('error', () => {})
  onTestFinished(() => void socket.destroy())
  const headers = {
    ...product.doors(person),
    upgrade: 'websocket',
    connection: 'Upgrade',
    'sec-websocket-key': randomBytes(16).toString('base64'),
    'sec-websocket-version': '13',
  }
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
  socket.write([`GET /sync/${sample} HTTP/1.1`, ...lines, '', ''].join('\r\n'))
  await once(socket, 'readable')
  socket.write(masked(frameOf(message.sync, 0, emptyVector)))
  if (bytesPerSecond === 0) return
  const sipping = setInterval(() => socket.read(Math.min(socket.readableLength, bytesPerSecond / 10)), 100)
  onTestFinished(() => clearInterval(sipping))
}

/** How many have been cut off because they read too slowly. */
async function tooSlow(product: Product): Promise<number> {
  const figures = await (await product.ask('/metrics')).text()
  return Number(
    new RegExp(`^attest_endings_total\\{code="${closeCode.tooSlow}"\\} (\\d+)`, 'm').exec(figures)?.[1] ?? 0,
  )
}

/** Of the server: how often it asks for a sign of life, and when somebody has to be gone who gives none. */
const beat = isRelease ? { beatMs: 15_000, goneMs: 45_000 } : { beatMs: 1000, goneMs: 15_000 }

fault(
  'F10',
  'notices that a page is gone whose network went away without a word',
  { needs: ['namespaces'], secondsEach: 70 },
  async ({ times, note }) => {
    let slowest = 0
    await times(async (random) => {
      const { host, down } = await network(random)
      const server = await startSync({ file: temporaryFile(), host: '0.0.0.0', beatMs: beat.beatMs })
      onTestFinished(() => server.stop())
      const near = await new Peer('ada', server).arrives()
      const script = fileURLToPath(new URL('../support/far-peer.ts', import.meta.url))
      const far = spawn('ip', ['netns', 'exec', host.namespace, process.execPath, script], {
        env: { ...process.env, FAR_URL: `ws://${host.address}:${server.port}/sync`, FAR_NAME: 'bob' },
        stdio: ['ignore', 'inherit', 'inherit'],
      })
      onTestFinished(() => void far.kill('SIGKILL'))
      const sees = () => [...near.sees.values()].some(({ user }) => (user as { id?: string } | undefined)?.id === 'bob')
      await until(sees, 'bob does not come in', 30_000)
      expect(server.sync.stats().connections).toBe(2)
      down()
      const from = Date.now()
      await until(() => !sees(), 'bob is still shown', beat.goneMs)
      await until(() => server.sync.stats().connections === 1, 'the connection is still there', beat.goneMs)
      slowest = Math.max(slowest, Date.now() - from)
      expect(far.exitCode).toBe(null)
      near.leaves()
    })
    note({ 'slowest, ms': slowest, 'beat, ms': beat.beatMs })
    expect(slowest).toBeLessThan(beat.goneMs)
  },
)

/** Another host with a cable to this one, which can be pulled. */
async function network(random: Chance): Promise<{ host: { namespace: string; address: string }; down: () => void }> {
  const id = `${process.pid}x${random.under(1000)}`
  const namespace = `attest-${id}`
  const [here, there] = [`a${id}`.slice(0, 15), `b${id}`.slice(0, 15)]
  const subnet = `10.${200 + random.under(50)}.${random.under(250)}`
  command('ip', 'netns', 'add', namespace)
  onTestFinished(() => void command('ip', 'netns', 'del', namespace))
  command('ip', 'link', 'add', here, 'type', 'veth', 'peer', 'name', there, 'netns', namespace)
  command('ip', 'address', 'add', `${subnet}.1/24`, 'dev', here)
  command('ip', 'link', 'set', here, 'up')
  command('ip', '-n', namespace, 'address', 'add', `${subnet}.2/24`, 'dev', there)
  command('ip', '-n', namespace, 'link', 'set', there, 'up')
  return {
    host: { namespace, address: `${subnet}.1` },
    down: () => void command('ip', 'link', 'set', here, 'down'),
  }
}
