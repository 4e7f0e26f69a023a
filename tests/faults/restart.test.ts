/** Stops, restarts and upgrades: nothing is lost, nobody waits long, and old data comes along whole. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { gunzipSync } from 'node:zlib'
import Sqlite from 'better-sqlite3'
import { expect } from 'vitest'
import { mark } from '../support/acts.ts'
import { fault } from '../support/fault.ts'
import { DidNotStart, Product, runProgram, sample, temporaryFolder } from '../support/product.ts'
import { chanceOf } from '../support/seed.ts'
import { type Page, startStorm } from '../support/storm.ts'
import { gather } from '../support/writers.ts'

/** What promises.md allows: for a drain, for a restart. */
const DRAIN_MS = 10_000
const RESTART_MS = 3000

const manners = ['at rest', 'under load', 'twice'] as const

fault(
  'F5',
  'stops within ten seconds when it is told to, and loses nothing that was called saved',
  { secondsEach: 20 },
  async ({ times, note }) => {
    let slowest = 0
    let records = 0
    await times(async (random, index) => {
      const manner = manners[index % manners.length] ?? 'at rest'
      const product = await Product.start()
      const writers = await gather(product, { count: 3 })
      const begin = Date.now() + 100 + random.under(300)
      await writers.write(random, () => Date.now() > begin)
      if (manner === 'at rest') await writers.settle()
      let isOver = false
      const writing = manner === 'at rest' ? null : writers.write(random, () => isOver, { pauseMs: 2 })
      await new Promise((resolve) => setTimeout(resolve, random.under(200)))
      // Somebody who began a request and never ends it, and somebody who only holds a line, hold nobody else up.
      const idle = connect(product.port, '127.0.0.1')
      const slow = connect(product.port, '127.0.0.1')
      for (const socket of [idle, slow]) socket.on('error', () => {})
      slow.write('POST /api/join HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{')
      const from = Date.now()
      product.signal('SIGTERM')
      if (manner === 'twice') {
        await new Promise((resolve) => setTimeout(resolve, random.under(30)))
        product.signal('SIGTERM')
      }
      const end = await product.ended
      slowest = Math.max(slowest, Date.now() - from)
      isOver = true
      await writing
      // Whoever asks twice does not want to wait, and gets what a shell calls a process that a signal ended.
      expect(manner === 'twice' ? [0, 143] : [0], manner).toContain(end.code)
      expect(end.signal).toBe(null)
      writers.drop()
      writers.history.check(await product.stored())
      await product.restart()
      await writers.settle()
      await writers.check()
      records += writers.history.required
      expect(product.complaints).toBe('')
      await product.stop()
      for (const socket of [idle, slow]) socket.destroy()
    })
    note({ 'slowest stop, ms': slowest, records })
    expect(slowest).toBeLessThan(DRAIN_MS)
  },
)

/** A person may have so many connections, and a room; this is below both. */
const TABS = 40
const PAGES = 1000

fault(
  'F15',
  'lets a thousand pages back in after a restart, within half a minute',
  { secondsEach: 90 },
  async ({ times, note, limit }) => {
    const product = await Product.start()
    const owner = await product.join('Olga')
    const file: unknown = await (
      await product.ask(`/api/articles/${sample}/export?format=attest-json`, { as: owner })
    ).json()
    const { id: second } = (await (
      await product.ask('/api/projects/sample/articles', {
        as: owner,
        method: 'POST',
        headers: { 'content-type': 'application/json', origin: product.address },
        body: JSON.stringify(file),
      })
    ).json()) as { id: string }
    const people = []
    for (let i = 0; i < PAGES / TABS; i++) people.push(await product.join(`Reader ${i}`))
    const pages = people.flatMap((person) =>
      Array.from({ length: TABS }, (_, i): Page => {
        const room = i % 2 === 0 ? sample : second
        return { url: `ws://127.0.0.1:${product.port}/sync/${room}`, headers: product.doors(person) }
      }),
    )
    const storm = await startStorm(pages)
    await storm.report()
    let worst = { p99: 0, last: 0 }
    let slowest = 0
    await times(async (random) => {
      const writer = await product.peer(owner).arrives()
      const id = mark(random, writer)
      await writer.saved()
      await product.kill()
      slowest = Math.max(slowest, await product.restart())
      await storm.forget()
      const { settled, codes } = await storm.report()
      const sorted = settled.toSorted((a, b) => a - b)
      const [p99, last] = [sorted[Math.ceil(sorted.length * 0.99) - 1] ?? 0, sorted.at(-1) ?? 0]
      worst = { p99: Math.max(worst.p99, p99), last: Math.max(worst.last, last) }
      // Cut by the kill, or refused while nobody was there; none of them by the server.
      expect(Object.keys(codes).filter((code) => code !== '1006')).toEqual([])
      await writer.arrives()
      await writer.saved()
      expect((await product.fresh(owner)).records.has(`annotations/${id}`)).toBe(true)
      writer.leaves()
    })
    note({ 'p99, ms': Math.round(worst.p99), 'last, ms': Math.round(worst.last), 'slowest restart, ms': slowest })
    expect(worst.p99).toBeLessThan(10_000)
    expect(worst.last).toBeLessThan(30_000)
    expect(slowest).toBeLessThan(limit(RESTART_MS))
    expect(product.isRunning).toBe(true)
  },
)

/** Each was made by the version in its name, with the marks of three people and of the reference. */
const versions = ['0.1.0'] as const

function unpack(version: string, name: string): Buffer {
  return gunzipSync(readFileSync(new URL(`../fixtures/data-${version}/${name}.gz`, import.meta.url)))
}

fault(
  'F19',
  'takes over the data of every earlier version, and exports the same of it',
  { secondsEach: 20, count: () => versions.length },
  async ({ times }) => {
    await times(async (_, index) => {
      const version = versions[index] ?? '0.1.0'
      const folder = join(temporaryFolder('attest-'), 'data')
      mkdirSync(folder)
      writeFileSync(join(folder, 'attest.db'), unpack(version, 'attest.db'))
      const before: unknown = JSON.parse(unpack(version, 'export.json').toString())
      const product = await Product.start({ folder })
      const dora = await product.join('Dora')
      const exported = async () =>
        (
          await product.ask(`/api/articles/${sample}/export?format=attest-json`, { as: dora })
        ).json() as Promise<unknown>
      expect(isDeepStrictEqual(await exported(), before), 'the export is another').toBe(true)
      const page = await product.peer(dora).arrives()
      mark(chanceOf(1), page)
      await page.saved()
      expect(await product.stop()).toEqual({ code: 0, signal: null })
      expect(await product.run('verify')).toMatchObject({ code: 0 })
      await product.restart()
      expect((await product.fresh(dora)).records.size).toBe(page.ids('annotations').length + othersOf(before))
    })
  },
)

function othersOf(file: unknown): number {
  const { relations, comments, verdicts } = file as Record<string, unknown[]>
  return [relations, comments, verdicts].reduce((sum, list) => sum + (list?.length ?? 0), 0)
}

fault(
  'F19',
  'refuses data of a newer version, and leaves it as it is',
  { secondsEach: 20, count: () => 1 },
  async ({ times }) => {
    await times(async () => {
      const product = await Product.start()
      await product.stop()
      const database = new Sqlite(product.databaseFile)
      database.prepare("insert into kysely_migration values ('9999-tomorrow', '2030-01-01T00:00:00.000Z')").run()
      database.close()
      const before = readFileSync(product.databaseFile)
      await expect(product.restart()).rejects.toThrow(DidNotStart)
      expect(product.complaints).toMatch(/written by a newer version of Attest.*9999-tomorrow/)
      expect(product.complaints).not.toMatch(/\n\s+at /)
      for (const words of [['verify'], ['backup', join(temporaryFolder('attest-'), 'file')]]) {
        const { code, said } = await runProgram(words, product.folder)
        expect([code, said], words.join(' ')).toEqual([1, expect.stringContaining('newer version')])
      }
      expect(readFileSync(product.databaseFile).equals(before)).toBe(true)
    })
  },
)
