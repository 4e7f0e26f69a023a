/** Disks that fail: nothing is called saved that is not, reading goes on, and the program comes back by itself. */
import { closeSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { closeCode } from '@attest/schema/protocol'
import { expect, onTestFinished } from 'vitest'
import { fault } from '../support/fault.ts'
import { command, DidNotStart, type Joined, Product, sample, temporaryFolder } from '../support/product.ts'
import type { Chance } from '../support/seed.ts'
import { inject, underInjection } from '../support/strace.ts'
import { until } from '../support/sync-peer.ts'
import { gather, type Writers } from '../support/writers.ts'

/** What can go wrong with one call, and what SQLite or we make of it. */
const failures = [
  'fsync:error=EIO',
  'pwrite64:error=EIO',
  'pwrite64:error=ENOSPC',
  'fsync:error=ENOSPC',
  'pwrite64:error=EINTR',
  'fsync:error=EINTR',
  'pread64:error=EIO',
  'ftruncate:error=EIO',
] as const

/** Which of the calls: one alone, or all from then on, until strace lets go. */
function whichCalls(random: Chance, furthest: number): string {
  return `when=${1 + random.under(furthest)}${random.under(3) === 0 ? '+' : ''}`
}

fault(
  'F7',
  'calls nothing saved that a failing disk did not take, and comes back by itself',
  { needs: ['strace'], secondsEach: 6 },
  async ({ times, note, amount }) => {
    const notes = join(temporaryFolder('attest-notes-'), 'notes')
    let group: { product: Product; writers: Writers } | undefined
    let hit = 0
    let records = 0
    await times(async (random, index) => {
      // A disk that fails again and again is tried less and less often, so after some failures we take a new one.
      if (index % GROUP === 0) {
        await group?.product.kill()
        const product = await Product.start()
        group = { product, writers: await gather(product) }
      }
      if (!group) throw new RangeError(`trial ${index}`)
      const { product, writers } = group
      const process = product.pid
      const failure = failures[index % failures.length] ?? 'fsync:error=EIO'
      const what = `${failure}:${whichCalls(random, failure.startsWith('ftruncate') ? 2 : 40)}`
      const paths = ['', '-wal', '-shm'].map((end) => product.databaseFile + end)
      const injected = await inject(product.pid, { what, paths }, notes)
      const end = Date.now() + 800
      await writers.write(random, () => Date.now() > end || injected.count > 0)
      // A little longer: what comes after the failure counts as well.
      const more = Date.now() + random.under(300)
      await writers.write(random, () => Date.now() > more)
      if (injected.count > 0) hit++
      await injected.detach()
      try {
        await writers.history.checkWhileWriting(() => product.stored())
        await writers.settle()
        if (index % GROUP === GROUP - 1 || index === amount - 1) await writers.check()
        await isReady(product)
        expect(product.isRunning && product.pid).toBe(process)
        for (const peer of writers.peers) expect(peer.refusals).toEqual([])
      } catch (error) {
        throw new Error(`${what}: ${error instanceof Error ? error.message : error}`)
      }
      records += writers.history.required
    })
    note({ 'calls that failed': hit, records })
    expect(hit).toBeGreaterThan(amount / 3)
  },
)

const GROUP = 4

async function isReady(product: Product): Promise<void> {
  let status = 0
  const ask = setInterval(() => {
    product.ask('/readyz').then(
      (answer) => {
        status = answer.status
      },
      () => {},
    )
  }, 50)
  await until(
    () => status === 200,
    () => `/readyz says ${status}`,
  ).finally(() => clearInterval(ask))
}

const failuresAtStart = [
  'openat:error=EIO',
  'openat:error=EMFILE',
  'openat:error=ENOSPC',
  'pwrite64:error=EIO',
  'pwrite64:error=ENOSPC',
  'fsync:error=EIO',
  'ftruncate:error=EIO',
  'pread64:error=EIO',
] as const

fault(
  'F7',
  'says why it does not start on a failing disk, and starts when the disk is mended',
  { needs: ['strace'], secondsEach: 6, count: (amount) => Math.ceil(amount / 10) },
  async ({ amount, times, note }) => {
    const first = await Product.start()
    const sound = await first.fresh(await first.join('Ada'))
    await first.stop()
    let refusals = 0
    const reasons = new Set<string>()
    await times(async (random) => {
      const failure = random.pick(failuresAtStart)
      const folder = join(temporaryFolder('attest-'), 'data')
      const isNew = random.under(2) === 0
      if (!isNew) await (await Product.start({ folder })).stop()
      const what = `${failure}:${whichCalls(random, isNew ? 60 : 6)}`
      const notes = join(temporaryFolder('attest-notes-'), 'notes')
      const files = [
        'attest.db',
        'attest.db-wal',
        'attest.db-shm',
        'attest.db-journal',
        'secret',
        'lock',
        'lock-journal',
      ]
      const paths = files.map((file) => join(folder, file))
      try {
        const product = await Product.start({ folder, under: underInjection({ what, paths }, notes) })
        await product.kill()
      } catch (error) {
        if (!(error instanceof DidNotStart)) throw error
        refusals++
        reasons.add(error.message)
        // A sentence for the person who started it, and no trace of the program's inside.
        expect(error.message, what).toMatch(/ended with 1: \S.*\.?\n*$/s)
        expect(error.message, what).not.toMatch(/\n\s+at /)
      }
      const product = await Product.start({ folder })
      const ada = await product.join('Ada')
      const view = await product.fresh(ada)
      expect([...view.records], what).toEqual([...sound.records])
      expect(view.problems, what).toEqual([])
      await product.stop()
    })
    note({ 'did not start': refusals })
    for (const reason of reasons) console.info(reason)
    // A few may all come after the last call of their kind.
    if (amount >= 200) expect(refusals).toBeGreaterThan(0)
  },
)

fault(
  'F6',
  'saves nothing on a full disk, says so, lets everybody read on, and saves again when there is room',
  { needs: ['tmpfs'], secondsEach: 15, count: (amount) => Math.ceil(amount / 2) },
  async ({ times, note }) => {
    let refused = 0
    let kept = 0
    await times(async (random) => {
      const disk = smallDisk()
      const product = await Product.start({ folder: join(disk, 'data') })
      const writers = await gather(product, { count: 3 })
      const { history, witness } = writers
      const begin = Date.now() + 300
      await writers.write(random, () => Date.now() > begin)
      await writers.settle()

      const leave = random.under(3) === 0 ? 0 : random.under(150_000)
      fill(join(disk, 'filler'), leave)
      const isOver = Date.now() + 5000
      // Until somebody was told that it is not saved, and somewhat longer.
      const isToldOf = () => writers.peers.some((peer) => peer.endings.some(({ code }) => code === closeCode.notSaved))
      await writers.write(random, () => isToldOf() || Date.now() > isOver, { size: 2000 })
      const more = Date.now() + random.under(800)
      await writers.write(random, () => Date.now() > more, { size: 2000 })
      expect(isToldOf(), 'nobody was told that the disk is full').toBe(true)
      refused++

      // Nothing was called saved that is not there; and what is there can be read, by whoever comes.
      await history.checkWhileWriting(() => product.stored())
      writers.drop()
      await history.checkWhileWriting(() => product.exported(witness))
      await history.checkWhileWriting(() => product.fresh(witness))
      expect((await product.ask('/healthz')).status).toBe(200)
      const imported = await bringIn(product, witness, 'x'.repeat(500_000))
      expect(imported.status, 'an import into a full disk').toBeGreaterThanOrEqual(500)

      rmSync(join(disk, 'filler'))
      await writers.settle()
      await writers.check()
      expect(await articlesOf(product, witness)).toBe(1)
      expect((await bringIn(product, witness, 'There is room again.')).status).toBe(201)
      kept += history.required
      expect(await product.stop()).toEqual({ code: 0, signal: null })
    })
    note({ 'disks that filled up': refused, records: kept })
  },
)

fault(
  'F6',
  'lets everybody read on while others try to write on a full disk',
  {
    needs: ['tmpfs'],
    secondsEach: 15,
    count: () => 1,
  },
  async ({ times, note }) => {
    let read = 0
    await times(async (random) => {
      const disk = smallDisk()
      const product = await Product.start({ folder: join(disk, 'data') })
      const writers = await gather(product, { count: 3 })
      const { history, witness } = writers
      const reader = await product.peer(witness).arrives()
      fill(join(disk, 'filler'), 0)
      let isOver = false
      // What they could not save is sent again each time they come back, and has to fit into one frame.
      const enough = Date.now() + 1500
      const writing = writers.write(random, () => isOver || Date.now() > enough, { size: 1000 })
      try {
        await until(
          () => writers.peers.some((peer) => peer.endings.some(({ code }) => code === closeCode.notSaved)),
          'nobody was told that the disk is full',
        )
        for (let i = 0; i < 10; i++) {
          await history.checkWhileWriting(() => product.exported(witness))
          await history.checkWhileWriting(() => product.fresh(witness))
          read++
        }
        expect(reader.endings, 'the end of somebody who only reads').toEqual([])
      } finally {
        isOver = true
        await writing
        rmSync(join(disk, 'filler'))
      }
      await writers.settle()
      await writers.check()
    })
    note({ readings: read })
  },
)

fault(
  'F6',
  'takes an article in as a whole or not at all when the disk fills up meanwhile',
  { needs: ['tmpfs'], secondsEach: 15, count: (amount) => Math.ceil(amount / 2) },
  async ({ times, note }) => {
    let refused = 0
    await times(async (random) => {
      const disk = smallDisk()
      const product = await Product.start({ folder: join(disk, 'data') })
      const owner = await product.join('Olga')
      const file: unknown = await (
        await product.ask(`/api/articles/${sample}/export?format=attest-json`, { as: owner })
      ).json()
      // Ever less room, until it does not go in any more.
      const answers: number[] = []
      fill(join(disk, 'filler'), 1_500_000 + random.under(500_000))
      for (let i = 0; i < 60 && !answers.some((status) => status >= 500); i++)
        answers.push((await bringIn(product, owner, file)).status)
      const taken = answers.filter((status) => status === 201).length
      expect(answers.at(-1), answers.join()).toBeGreaterThanOrEqual(500)
      refused++
      expect(await articlesOf(product, owner)).toBe(1 + taken)
      rmSync(join(disk, 'filler'))
      await until(() => product.isRunning, 'it ended')
      expect((await bringIn(product, owner, file)).status).toBe(201)
      expect(await articlesOf(product, owner)).toBe(2 + taken)
      await product.kill()
      await product.restart()
      expect(await articlesOf(product, owner)).toBe(2 + taken)
    })
    note({ 'imports refused': refused })
  },
)

/** A disk of 8 MB, that goes with the test. */
function smallDisk(): string {
  const disk = temporaryFolder('attest-disk-')
  command('mount', '-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', disk)
  // Lazily: a server that was killed may not have let go of it yet.
  onTestFinished(() => void command('umount', '-l', disk))
  return disk
}

/** Takes all the room of a disk but so many bytes. */
function fill(file: string, leave: number): void {
  const { bavail, bsize } = statfsSync(dirname(file))
  const take = bavail * bsize - leave
  const handle = openSync(file, 'w')
  try {
    for (let taken = 0; taken < take; ) taken += writeSync(handle, Buffer.alloc(Math.min(65_536, take - taken)))
  } finally {
    closeSync(handle)
  }
}

/** A plain text, or a whole annotated article. */
function bringIn(product: Product, as: Joined, article: unknown): Promise<Response> {
  const isText = typeof article === 'string'
  return product.ask('/api/projects/sample/articles', {
    as,
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: product.address },
    body: JSON.stringify(isText ? { title: 'A text', text: article } : article),
  })
}

async function articlesOf(product: Product, as: Joined): Promise<number> {
  const answer = await product.ask('/api/projects/sample/articles', { as })
  const articles: unknown = await answer.json()
  if (!Array.isArray(articles)) throw new Error(`no articles: ${answer.status} ${JSON.stringify(articles)}`)
  return articles.length
}
