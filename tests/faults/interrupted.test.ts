/** Killed in the middle of something large: what is there afterwards is as before or as after, and never in between. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { gunzipSync } from 'node:zlib'
import { expect } from 'vitest'
import { mark } from '../support/acts.ts'
import { fault } from '../support/fault.ts'
import { type View, viewOfExport } from '../support/history.ts'
import {
  DidNotStart,
  type Joined,
  Product,
  readStored,
  runProgram,
  sample,
  temporaryFolder,
} from '../support/product.ts'
import type { Chance } from '../support/seed.ts'
import { inject, underInjection } from '../support/strace.ts'
import { gather } from '../support/writers.ts'

/** Kills at one of the calls that change a file, whichever comes to this number first. */
function killAt(random: Chance, furthest: number): string {
  return `pwrite64,fsync,fdatasync,ftruncate,unlink,rename,link:signal=SIGKILL:when=${1 + random.under(furthest)}`
}

const notesIn = (folder: string) => join(folder, 'notes')

async function exportOf(product: Product, as: Joined, article = sample): Promise<unknown> {
  const answer = await product.ask(`/api/articles/${article}/export?format=attest-json`, { as })
  if (!answer.ok) throw new Error(`no export of ${article}: ${answer.status} ${await answer.text()}`)
  return answer.json()
}

fault(
  'F2',
  'is killed while it makes or upgrades its tables, and starts with all of it',
  { needs: ['strace'], secondsEach: 20 },
  async ({ times, note }) => {
    const packed = (name: string) =>
      gunzipSync(readFileSync(new URL(`../fixtures/data-0.1.0/${name}.gz`, import.meta.url)))
    const old: unknown = JSON.parse(packed('export.json').toString())
    const first = await Product.start()
    const fresh = await exportOf(first, await first.join('Ada'))
    await first.kill()
    let kills = 0
    await times(async (random, index) => {
      const isUpgrade = index % 2 === 1
      const folder = join(temporaryFolder('attest-'), 'data')
      if (isUpgrade) {
        mkdirSync(folder)
        writeFileSync(join(folder, 'attest.db'), packed('attest.db'))
      }
      // Often more than once: what a kill leaves is not what a clean end leaves.
      for (let i = 1 + random.under(3); i > 0; i--) {
        const what = killAt(random, isUpgrade ? 40 : 120)
        const under = underInjection({ what }, notesIn(temporaryFolder('attest-notes-')))
        try {
          await (await Product.start({ folder, under })).kill()
        } catch (error) {
          if (!(error instanceof DidNotStart)) throw error
          kills++
        }
      }
      const product = await Product.start({ folder })
      const ada = await product.join('Ada')
      const now = await exportOf(product, ada)
      expect(isDeepStrictEqual(now, isUpgrade ? old : fresh), 'the export is another').toBe(true)
      expect(await product.stop()).toEqual({ code: 0, signal: null })
      expect(await product.run('verify')).toMatchObject({ code: 0 })
    })
    note({ kills })
    expect(kills).toBeGreaterThan(0)
  },
)

fault(
  'F2',
  'is killed while an article is brought in or given out, and has it as a whole or not at all',
  { needs: ['strace'], secondsEach: 20 },
  async ({ times, note }) => {
    const product = await Product.start()
    const olga = await product.join('Olga')
    const file = await exportOf(product, olga)
    const there = viewOfExport('the file', file)
    const list = async () =>
      (await (await product.ask('/api/projects/sample/articles', { as: olga })).json()) as { id: string }[]
    let arrived = 0
    await times(async (random) => {
      const known = new Set((await list()).map(({ id }) => id))
      const what = killAt(random, 40)
      const paths = ['', '-wal'].map((end) => product.databaseFile + end)
      const { detach } = await inject(product.pid, { what, paths }, notesIn(temporaryFolder('attest-notes-')))
      const answer = await product
        .ask('/api/projects/sample/articles', {
          as: olga,
          method: 'POST',
          headers: { 'content-type': 'application/json', origin: product.address },
          body: JSON.stringify(file),
        })
        .catch(() => null)
      // Given out while it comes in, by several at once.
      if (product.isRunning) await Promise.allSettled([1, 2, 3].map(() => exportOf(product, olga)))
      await detach()
      await product.kill()
      await product.restart()
      const fresh = (await list()).filter(({ id }) => !known.has(id))
      expect(fresh.length, `${what}: answered with ${answer?.status}`).toBeLessThanOrEqual(1)
      if (answer?.ok) expect(fresh.length, what).toBe(1)
      for (const { id } of fresh) {
        arrived++
        const view = viewOfExport('the article', await exportOf(product, olga, id))
        expect([...view.records].sort(), what).toEqual([...there.records].sort())
      }
      expect(viewOfExport('the sample', await exportOf(product, olga)).records.size).toBe(there.records.size)
    })
    await product.stop()
    expect(await product.run('verify')).toMatchObject({ code: 0 })
    note({ 'arrived all the same': arrived })
  },
)

fault(
  'F2',
  'is killed while it compacts what many have written, and has all of it',
  { secondsEach: 20 },
  async ({ times, note }) => {
    const product = await Product.start()
    const writers = await gather(product, { count: 3 })
    let records = 0
    await times(async (random) => {
      await writers.settle()
      // Enough to be compacted, and some more while that goes on.
      for (const follower of writers.history.followers) {
        for (let i = 0; i < 100; i++) mark(random, follower.peer, 'x'.repeat(2000))
        follower.asksSaved()
      }
      const end = Date.now() + random.under(600)
      await writers.write(random, () => Date.now() > end)
      await product.kill()
      writers.drop()
      writers.history.check(await product.stored())
      await product.restart()
      writers.history.check(await product.fresh(writers.witness), await product.exported(writers.witness))
      records = writers.history.required
    })
    await writers.settle()
    await writers.check()
    await product.stop()
    expect(await product.run('verify')).toMatchObject({ code: 0 })
    note({ records })
  },
)

fault(
  'F2',
  'makes whole backups or none, and restores whole folders or none, however often it is killed',
  { needs: ['strace'], secondsEach: 30 },
  async ({ times, note }) => {
    const product = await Product.start()
    const writers = await gather(product, { count: 2 })
    let made = 0
    let cutShort = 0
    await times(async (random) => {
      const folder = temporaryFolder('attest-backup-')
      const file = join(folder, 'backup')
      await writers.settle()
      const least = new Map((await product.stored()).records)
      let isOver = false
      const writing = (async () => {
        while (!isOver) {
          mark(random, random.pick(writers.peers))
          await new Promise((resolve) => setTimeout(resolve, random.under(20)))
        }
      })()
      try {
        const killed = await runProgram(['backup', file], product.folder, underKill(random, 150))
        if (existsSync(file)) {
          made++
          holds(least, await restored(file), 'a backup that was killed')
        } else {
          cutShort++
          expect(killed.code).not.toBe(0)
        }
        const whole = join(folder, 'whole')
        expect(await product.run('backup', whole)).toMatchObject({ code: 0 })

        const target = join(folder, 'data')
        await runProgram(['restore', whole], target, underKill(random, 150))
        // Either it was done, or it can be done now.
        if (!existsSync(join(target, 'attest.db')))
          expect(await runProgram(['restore', whole], target)).toMatchObject({ code: 0 })
        holds(least, await readStored(join(target, 'attest.db')), 'a restored folder')
        expect(await runProgram(['verify'], target)).toMatchObject({ code: 0 })
        const second = await Product.start({ folder: target })
        // Who was signed in is so there as well: the secret came along.
        holds(least, await second.exported(writers.witness), 'the product on a restored folder')
        await second.stop()
      } finally {
        isOver = true
        await writing
      }
    })
    await writers.settle()
    await writers.check()
    note({ 'backups cut short': cutShort, 'backups made all the same': made })
  },
)

function underKill(random: Chance, furthest: number): string[] {
  return underInjection({ what: killAt(random, furthest) }, notesIn(temporaryFolder('attest-notes-')))
}

async function restored(file: string): Promise<View> {
  const folder = join(temporaryFolder('attest-restored-'), 'data')
  expect(await runProgram(['restore', file], folder)).toMatchObject({ code: 0 })
  return readStored(join(folder, 'attest.db'))
}

/** It was taken while people wrote, so it may have more than there was before; nothing is missing, and nothing changed. */
function holds(least: ReadonlyMap<string, string>, view: View, name: string): void {
  expect(view.problems, name).toEqual([])
  expect(
    [...least].filter(([key, value]) => view.records.get(key) !== value),
    name,
  ).toEqual([])
}
