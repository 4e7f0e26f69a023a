import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { Kysely, Migrator, SqliteDialect } from 'kysely'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { up as makeRooms } from '../../apps/server/src/store/migrations/0001-rooms.ts'
import { up as makeCatalog } from '../../apps/server/src/store/migrations/0002-catalog.ts'
import { command, Product, sample, temporaryFolder } from '../support/product.ts'
import { chance } from '../support/seed.ts'
import { until } from '../support/sync-peer.ts'
import { attest, begin, contentsOf, entriesOf, fillUp, makeData, Writer } from './support.ts'

let folder: string
let backup: string
let data: string

beforeEach(async () => {
  folder = temporaryFolder('attest-')
  backup = join(folder, 'backup')
  data = join(folder, 'data')
})

async function makeBackup(): Promise<void> {
  const source = await makeData(async ({ log }) => {
    const ada = new Writer('ada').comments('one').comments('two')
    await log.append([...entriesOf('harbour', 300), ...ada.entries('market')], [ada.claim('market')])
  })
  expect((await attest(source, 'backup', backup)).code).toBe(0)
}

/** Makes a backup one of the first version, before client ids were stored: its tables, with what they could hold. */
async function makeOlder(file: string): Promise<void> {
  const older = `${file}.older`
  const sqlite = new Sqlite(older)
  const db = new Kysely<unknown>({ dialect: new SqliteDialect({ database: sqlite }) })
  const steps = { '0001-rooms': { up: makeRooms }, '0002-catalog': { up: makeCatalog } }
  const { error } = await new Migrator({ db, provider: { getMigrations: async () => steps } }).migrateToLatest()
  if (error) throw error
  sqlite.exec(`attach '${file}' as newer; pragma foreign_keys = off`)
  const columnsOf = (schema: string, table: string) =>
    sqlite.pragma(`${schema}.table_info(${table})`) as { name: string }[]
  const tables = sqlite.prepare("select name from main.sqlite_schema where type = 'table'").pluck().all() as string[]
  sqlite.exec('create table main.attest_backup as select * from newer.attest_backup')
  for (const table of tables.filter((name) => !/^(kysely|sqlite)_/.test(name))) {
    const known = new Set(columnsOf('newer', table).map(({ name }) => name))
    const names = columnsOf('main', table).flatMap(({ name }) => (known.has(name) ? [`"${name}"`] : []))
    sqlite.exec(`insert into main."${table}" (${names}) select ${names} from newer."${table}"`)
  }
  sqlite.exec('detach newer')
  await db.destroy()
  renameSync(older, file)
}

describe('attest restore', () => {
  it('makes a data folder that verifies and that nobody else can read, and nothing beside it', async () => {
    await makeBackup()
    const answer = await attest(join(data, 'below'), 'restore', backup)
    expect(answer).toEqual({
      code: 0,
      signal: null,
      err: '',
      out: `${join(data, 'below')} holds 2 rooms, 302 updates, 302 records.\n`,
    })
    expect(readdirSync(join(data, 'below')).sort()).toEqual(['attest.db', 'lock', 'secret'])
    expect(statSync(join(data, 'below')).mode & 0o777).toBe(0o700)
    for (const name of ['attest.db', 'secret']) expect(statSync(join(data, 'below', name)).mode & 0o777).toBe(0o600)
    expect((await attest(join(data, 'below'), 'verify')).out).toBe('All is sound: 2 rooms, 302 updates, 302 records.\n')
    const sqlite = new Sqlite(join(data, 'below', 'attest.db'))
    expect(sqlite.prepare("select name from sqlite_schema where name like 'attest%'").all()).toEqual([])
    expect(sqlite.prepare('select room, person from room_client').all()).toEqual([{ room: 'market', person: 'ada' }])
    sqlite.close()
  })

  it('takes a folder that is there and empty, as a container’s volume is', async () => {
    await makeBackup()
    mkdirSync(data)
    expect((await attest(data, 'restore', backup)).code).toBe(0)
  })

  it('leaves a folder alone that holds anything', async () => {
    await makeBackup()
    const other = await makeData(({ log }) => log.append(entriesOf('quay', 3)))
    mkdirSync(data)
    writeFileSync(join(data, 'diary.txt'), 'Dear diary')
    for (const there of [other, data]) {
      const before = contentsOf(there)
      expect(await attest(there, 'restore', backup)).toEqual({
        code: 1,
        signal: null,
        out: '',
        err: `${there} is not empty, and is left as it is; set DATA_DIR to a folder that is empty or not there.\n`,
      })
      expect(contentsOf(there)).toEqual(before)
    }
    const running = await Product.start()
    expect(await attest(running.folder, 'restore', backup)).toMatchObject({ code: 1 })
  })

  it('says what is wrong with a file that is no backup, and makes no folder', async () => {
    await makeBackup()
    const source = await makeData(({ log }) => log.append(entriesOf('quay', 3)))
    const files: Record<string, [content: Buffer, sentence: string]> = {
      empty: [Buffer.alloc(0), 'is no backup of Attest: it is empty, or a database of another program.'],
      noise: [Buffer.alloc(50_000, 0xa5), 'is no backup of Attest: it is no database, or a damaged one.'],
      text: [Buffer.from('Dear diary'), 'is no backup of Attest: it is no database, or a damaged one.'],
      cut: [readFileSync(backup).subarray(0, 30_000), 'is no backup of Attest: it is no database, or a damaged one.'],
      begun: [readFileSync(backup).subarray(0, 60), 'is no backup of Attest: it is no database, or a damaged one.'],
      'a data folder’s file': [
        readFileSync(join(source, 'attest.db')),
        'is a database of Attest, but not made by “attest backup”: it may not be whole.',
      ],
      'another program’s': [otherDatabase(), 'is no backup of Attest: it is empty, or a database of another program.'],
    }
    for (const [name, [content, sentence]] of Object.entries(files)) {
      const file = join(folder, name)
      writeFileSync(file, content)
      expect(await attest(data, 'restore', file), name).toEqual({
        code: 1,
        signal: null,
        out: '',
        err: `${file} ${sentence}\n`,
      })
      expect(existsSync(data), name).toBe(false)
    }
    expect(await attest(data, 'restore', join(folder, 'nothing'))).toMatchObject({
      code: 1,
      err: `There is no ${join(folder, 'nothing')}.\n`,
    })
    expect(await attest(data, 'restore', folder)).toMatchObject({ code: 1, out: '' })
    expect(existsSync(data)).toBe(false)
  })

  it('refuses a backup of a newer version, whatever is newer in it', async () => {
    await makeBackup()
    const newer: Record<string, string> = {
      'a step': "insert into kysely_migration values ('9999-from-the-future', '2099-01-01')",
      'the way of making backups': 'update attest_backup set format = 2',
    }
    for (const [name, change] of Object.entries(newer)) {
      const file = join(folder, name)
      copyFileSync(backup, file)
      const sqlite = new Sqlite(file)
      sqlite.exec(change)
      sqlite.close()
      const { code, err } = await attest(data, 'restore', file)
      expect(code).toBe(1)
      expect(err).toMatch(/by a newer version of Attest.*; please update\.\n$/)
      expect(existsSync(data)).toBe(false)
    }
  })

  it('restores nothing of a backup in which a bit has flipped', async () => {
    await makeBackup()
    const random = chance('flipped')
    const whole = readFileSync(backup)
    let noticed = 0
    for (let round = 0; round < 4; round++) {
      const bytes = Buffer.from(whole)
      // In what people wrote, and in what SQLite left of it where it moved a row: that one is not read.
      const words = `Comment c${random.under(300)}.`
      const [at, bit] = [random.under(8), 1 << random.under(8)]
      for (let place = whole.indexOf(words); place >= 0; place = whole.indexOf(words, place + 1))
        bytes[place + at] = (bytes[place + at] ?? 0) ^ bit
      const file = join(folder, `flipped ${round}`)
      writeFileSync(file, bytes)
      const { code, out, err } = await attest(data, 'restore', file)
      expect(code, err).toBe(3)
      expect(out).toMatch(/^room harbour: update \d+ was changed; /)
      expect(err).toBe(`${file} is damaged, so nothing was restored from it.\n`)
      expect(existsSync(data)).toBe(false)
      noticed++
    }
    expect(noticed).toBe(4)
  })

  it('brings a backup of an older version up to date', async () => {
    await makeBackup()
    await makeOlder(backup)
    expect((await attest(data, 'restore', backup)).code).toBe(0)
    expect((await attest(data, 'verify')).out).toBe('All is sound: 2 rooms, 302 updates, 302 records.\n')
    const product = await Product.start({ folder: data })
    expect((await product.ask('/readyz')).status).toBe(200)
  })

  it('gives the old state or the new when it is killed, and can be asked again', async () => {
    const random = chance('killed restore')
    const source = await makeData((database) => fillUp(database, 60))
    expect((await attest(source, 'backup', backup)).code).toBe(0)
    const from = performance.now()
    expect((await attest(data, 'restore', backup)).code).toBe(0)
    const takes = performance.now() - from
    rmSync(data, { recursive: true })
    let cut = 0
    for (let round = 0; round < 4; round++) {
      const running = begin(data, 'restore', backup)
      await until(() => existsSync(join(data, 'attest.db.part')), 'it does not begin')
      await new Promise((resolve) => setTimeout(resolve, round === 0 ? 0 : random.under(takes / 2)))
      running.kill('SIGKILL')
      await running.ended
      if (existsSync(join(data, 'attest.db'))) expect((await attest(data, 'verify')).code).toBe(0)
      else {
        cut++
        expect((await attest(data, 'restore', backup)).code).toBe(0)
      }
      rmSync(data, { recursive: true })
    }
    console.info(`${cut} of 4 were killed before the end`)
    expect(cut).toBeGreaterThan(0)
  })

  it('takes away what it has begun when it is interrupted, and when the disk is full', async (context) => {
    const source = await makeData((database) => fillUp(database, 40))
    expect((await attest(source, 'backup', backup)).code).toBe(0)
    const running = begin(data, 'restore', backup)
    await until(() => existsSync(join(data, 'attest.db.part')), 'it does not begin')
    running.kill('SIGTERM')
    expect(await running.ended).toMatchObject({ code: 143, signal: null })
    expect(existsSync(data)).toBe(false)

    const disk = temporaryFolder('attest-disk-')
    try {
      command('mount', '-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', disk)
    } catch (error) {
      console.warn(`SKIPPED restoring to a full disk: this machine has no tmpfs, or no right to it (${error})`)
      context.skip('there is no tmpfs')
    }
    onTestFinished(() => void command('umount', '-l', disk))
    expect(await attest(disk, 'restore', backup)).toMatchObject({
      code: 1,
      err: `The disk of ${disk} is full; nothing was restored.\n`,
    })
    expect(readdirSync(disk)).toEqual([])
  })

  it('makes what a server serves, the same as before', async () => {
    const product = await Product.start()
    const ada = await product.join('Ada')
    expect((await attest(product.folder, 'backup', backup)).code).toBe(0)
    expect((await attest(data, 'restore', backup)).code).toBe(0)
    const before = await (await product.ask(`/api/articles/${sample}/export`, { as: ada })).text()
    const restored = await Product.start({ folder: data })
    expect(await (await restored.ask(`/api/articles/${sample}/export`, { as: ada })).text()).toBe(before)
  })
})

function otherDatabase(): Buffer {
  const sqlite = new Sqlite(':memory:')
  sqlite.exec('create table diary (entry text)')
  const bytes = sqlite.serialize()
  sqlite.close()
  return bytes
}
