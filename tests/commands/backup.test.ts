import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { command, Product, temporaryFolder } from '../support/product.ts'
import { chance } from '../support/seed.ts'
import { until } from '../support/sync-peer.ts'
import { gather } from '../support/writers.ts'
import { attest, begin, change, contentsOf, type Ended, entriesOf, fillUp, makeData } from './support.ts'

/** Enough for a backup to take a second. */
const MEGABYTES = 60

describe('attest backup', () => {
  it('keeps what was saved while people go on writing, and what they are known by', async () => {
    const random = chance('backup')
    const product = await Product.start()
    const writers = await gather(product)
    const begun = Date.now() + 300
    await writers.write(random, () => Date.now() > begun)

    const folder = temporaryFolder('attest-')
    const file = join(folder, 'attest.backup')
    let backedUp: Ended | null = null
    const restored = () => Product.start({ folder: join(folder, 'data') })
    const checking = writers.history.checkWhileWriting(async () => {
      backedUp = await attest(product.folder, 'backup', file)
      expect(backedUp).toEqual({
        code: 0,
        signal: null,
        err: '',
        out: expect.stringContaining(`${file} holds 1 room, `),
      })
      expect(await attest(join(folder, 'data'), 'restore', file)).toMatchObject({ code: 0, err: '' })
      const other = await restored()
      try {
        return await other.exported(writers.witness)
      } finally {
        await other.stop()
      }
    })
    await writers.write(random, () => backedUp !== null)
    await checking
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(readdirSync(folder).sort()).toEqual(['attest.backup', 'data'])

    // Those who joined by name have a cookie and nothing else.
    const other = await restored()
    for (const person of [...writers.people, writers.witness])
      expect(await (await other.ask('/api/me', { as: person })).json()).toMatchObject({ id: person.id })
    await writers.settle()
    await writers.check()
  })

  it('gives back the same export, of a server that runs and of one that was killed', async () => {
    const random = chance('same export')
    const product = await Product.start()
    const writers = await gather(product, { count: 3 })
    const end = Date.now() + 500
    await writers.write(random, () => Date.now() > end)
    await writers.settle()
    writers.drop()
    const exported = (from: Product) =>
      from.ask('/api/articles/syria-airstrikes-2015/export', { as: writers.witness }).then((answer) => answer.text())
    const before = await exported(product)
    const folder = temporaryFolder('attest-')
    expect((await attest(product.folder, 'backup', join(folder, 'one'))).code).toBe(0)
    await product.kill()
    expect(contentsOf(product.folder).get('attest.db-wal'), 'there is a log to read').not.toBe('')
    expect((await attest(product.folder, 'backup', join(folder, 'other'))).code).toBe(0)
    for (const name of ['one', 'other']) {
      const data = join(folder, `data of ${name}`)
      expect((await attest(data, 'restore', join(folder, name))).code).toBe(0)
      const restored = await Product.start({ folder: data })
      expect(await exported(restored)).toBe(before)
      await restored.stop()
    }
  })

  it('never writes over a file', async () => {
    const data = await makeData(({ log }) => log.append(entriesOf('harbour', 3)))
    const file = join(temporaryFolder('attest-'), 'backup')
    writeFileSync(file, 'Dear diary')
    expect(await attest(data, 'backup', file)).toEqual({
      code: 1,
      signal: null,
      out: '',
      err: `${file} is there already, and is left as it is; name another file.\n`,
    })
    expect(readFileSync(file, 'utf8')).toBe('Dear diary')
  })

  it('says in a sentence why it cannot, and leaves nothing', async () => {
    const data = await makeData(({ log }) => log.append(entriesOf('harbour', 3)))
    const empty = temporaryFolder('attest-')
    const nowhere = join(empty, 'nowhere', 'backup')
    expect(await attest(data, 'backup', nowhere)).toMatchObject({
      code: 1,
      err: `${nowhere} cannot be written (ENOENT).\n`,
    })
    expect(await attest(empty, 'backup', join(empty, 'backup'))).toMatchObject({
      code: 1,
      err: `There is no data of Attest in ${empty}; DATA_DIR says where it is.\n`,
    })
    expect(await attest(data, 'backup')).toMatchObject({
      code: 2,
      err: expect.stringContaining("missing required argument 'file'"),
    })
    rmSync(join(data, 'secret'))
    expect(await attest(data, 'backup', join(empty, 'backup'))).toMatchObject({ code: 1, out: '' })
    expect(readdirSync(empty)).toEqual([])
  })

  it('makes none of what is damaged', async () => {
    const data = await makeData(({ log }) => log.append(entriesOf('harbour', 3)))
    await change(data, ({ db }) => db.deleteFrom('room_update').where('seq', '=', 3).execute())
    const folder = temporaryFolder('attest-')
    const { code, out, err } = await attest(data, 'backup', join(folder, 'backup'))
    expect(code).toBe(3)
    expect(out).toMatch(/^room harbour: it has 2 updates where 3 were written; /)
    expect(err).toContain('so no backup was made')
    expect(readdirSync(folder)).toEqual([])
  })

  it('leaves no file under its name when it is killed, and can be asked again', async () => {
    const random = chance('killed backup')
    const data = await makeData((database) => fillUp(database, MEGABYTES))
    const folder = temporaryFolder('attest-')
    const file = join(folder, 'backup')
    const from = performance.now()
    expect((await attest(data, 'backup', file)).code).toBe(0)
    const takes = performance.now() - from
    rmSync(file)
    let cut = 0
    for (let round = 0; round < 4; round++) {
      const running = begin(data, 'backup', file)
      await until(() => existsSync(`${file}.part`), 'it does not begin')
      await new Promise((resolve) => setTimeout(resolve, round === 0 ? 0 : random.under(takes / 2)))
      running.kill('SIGKILL')
      await running.ended
      if (existsSync(`${file}.part`)) cut++
      if (!existsSync(file)) continue
      // Under its name it is whole.
      const restored = join(folder, `data ${round}`)
      expect((await attest(restored, 'restore', file)).code).toBe(0)
      rmSync(file)
    }
    console.info(`${cut} of 4 were killed while they wrote`)
    expect(cut).toBeGreaterThan(0)
    expect((await attest(data, 'backup', file)).code).toBe(0)
    expect(existsSync(`${file}.part`)).toBe(false)
  })

  it('takes away what it has begun when it is interrupted', async () => {
    const data = await makeData((database) => fillUp(database, MEGABYTES))
    const folder = temporaryFolder('attest-')
    const running = begin(data, 'backup', join(folder, 'backup'))
    await until(() => readdirSync(folder).length > 0, 'it does not begin')
    running.kill('SIGINT')
    expect(await running.ended).toMatchObject({ code: 130, signal: null })
    expect(readdirSync(folder)).toEqual([])
  })

  it('says that the disk is full, and leaves nothing', async (context) => {
    const disk = temporaryFolder('attest-disk-')
    try {
      command('mount', '-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', disk)
    } catch (error) {
      console.warn(`SKIPPED a backup to a full disk: this machine has no tmpfs, or no right to it (${error})`)
      context.skip('there is no tmpfs')
    }
    onTestFinished(() => void command('umount', '-l', disk))
    const data = await makeData((database) => fillUp(database, 12))
    const file = join(disk, 'backup')
    expect(await attest(data, 'backup', file)).toMatchObject({
      code: 1,
      err: `The disk of ${file} is full; no backup was made.\n`,
    })
    expect(readdirSync(disk)).toEqual([])
    expect((await attest(data, 'verify')).code).toBe(0)
  })
})
