import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { Worker } from 'node:worker_threads'
import Sqlite from 'better-sqlite3'
import { type Kysely, sql } from 'kysely'
import { afterAll, describe, expect, it } from 'vitest'
import { openCatalog } from './catalog.ts'
import { describeLog } from './log.suite.ts'
import type { RoomTables } from './log.ts'
import { openLogThread } from './log-client.ts'
import { openSqlite } from './sqlite.ts'
import { BrokenDisk, DamagedRoom, FullDisk, UnreadableDisk } from './store.ts'

const folder = mkdtempSync(join(tmpdir(), 'attest-'))
let files = 0
const newFile = () => join(folder, `${++files}.sqlite`)

afterAll(() => rmSync(folder, { recursive: true }))

describeLog('the log in SQLite', () => {
  const file = newFile()
  return async () => {
    const { db, log, close } = await openSqlite(file)
    // Of the whole database, the suite knows the rooms.
    return { log, close, db: db as unknown as Kysely<RoomTables> }
  }
})

describeLog('the log in SQLite on a thread of its own', () => {
  const file = newFile()
  return async () => {
    const { db, close } = await openSqlite(file)
    const thread = await openLogThread(file)
    return {
      log: thread.log,
      db: db as unknown as Kysely<RoomTables>,
      async close() {
        await thread.close()
        await close()
      },
    }
  }
})

describe('the thread of the log', () => {
  it('answers nothing more when it is closed, and finishes what was asked before', async () => {
    const file = newFile()
    await (await openSqlite(file)).close()
    const { log, close } = await openLogThread(file)
    const written = log.append([{ room: 'harbour', update: Buffer.of(1), person: 'ada' }])
    await close()
    await written
    await expect(log.read('harbour')).rejects.toThrow('the log is closed')
    await expect(openLogThread(join(folder, 'nowhere', 'a.sqlite'))).rejects.toThrow()
  })

  it('does not open what is no database', async () => {
    await expect(openLogThread(import.meta.filename)).rejects.toThrow('not a database')
  })

  it('is gone when it could not open its file', async () => {
    const ports = () => process.getActiveResourcesInfo().filter((name) => name === 'MessagePort').length
    const before = ports()
    for (let i = 0; i < 5; i++) await expect(openLogThread(import.meta.filename)).rejects.toThrow('not a database')
    await expect.poll(ports, { timeout: 10_000 }).toBeLessThanOrEqual(before)
  })

  it.each([
    // It is no question, and the thread knows nothing better than to throw.
    { how: 'crashes', kill: (worker: Worker) => worker.postMessage(null), why: 'Cannot destructure' },
    { how: 'ends', kill: (worker: Worker) => void worker.terminate(), why: 'it ended by itself' },
  ])('is a disk that failed when it $how unasked', async ({ kill, why }) => {
    const file = newFile()
    const { db, close } = await openSqlite(file)
    const broken: BrokenDisk[] = []
    const born = once(process, 'worker')
    const thread = await openLogThread(file, { onBrokenDisk: (error) => broken.push(error) })
    const [worker] = (await born) as [Worker]
    await thread.log.append([{ room: 'harbour', update: Buffer.of(1), person: 'ada' }])
    kill(worker)
    // Nobody has heard of it yet.
    const cut = thread.log.append([{ room: 'harbour', update: Buffer.of(2), person: 'ada' }])
    await expect(cut).rejects.toThrow(BrokenDisk)
    await expect(thread.log.read('harbour')).rejects.toThrow(`the disk failed: the thread of the log is gone: ${why}`)
    await expect(thread.close()).rejects.toThrow(BrokenDisk)
    expect(broken).toEqual([expect.any(BrokenDisk)])
    // The file is as good as ever.
    await db.insertInto('seed').values({ name: 'after', at: 1 }).execute()
    const again = await openLogThread(file)
    expect(await again.log.read('harbour')).toMatchObject({ seq: 1 })
    await again.close()
    await close()
  })
})

describe('the database file', () => {
  it('waits for the disk at every commit, also when it is opened again', async () => {
    const file = newFile()
    for (let round = 0; round < 2; round++) {
      const { db, close } = await openSqlite(file)
      const pragma = async (name: string) =>
        Object.values((await sql<Record<string, unknown>>`pragma ${sql.raw(name)}`.execute(db)).rows[0] ?? {})[0]
      expect(await pragma('journal_mode')).toBe('wal')
      expect(await pragma('synchronous'), 'FULL').toBe(2)
      expect(await pragma('foreign_keys')).toBe(1)
      await close()
    }
  })

  it('is not opened when a newer version has written it', async () => {
    const file = newFile()
    await (await openSqlite(file)).close()
    const sqlite = new Sqlite(file)
    sqlite.exec("insert into kysely_migration values ('9999-from-the-future', '2099-01-01')")
    sqlite.close()
    await expect(openSqlite(file)).rejects.toThrow('written by a newer version of Attest (9999-from-the-future)')
  })

  it('is as it was before when a step of its migration fails', async () => {
    const file = newFile()
    const sqlite = new Sqlite(file)
    // In the way of the second step, so that the first has run already.
    sqlite.exec('create table article (id text)')
    await expect(openSqlite(file)).rejects.toThrow()
    const tables = sqlite.prepare("select name from sqlite_master where type = 'table' order by name").pluck().all()
    expect(tables.filter((name) => !String(name).startsWith('kysely'))).toEqual(['article'])
    sqlite.close()
  })

  it('gives what comes before a page that cannot be read, and the other rooms whole', async () => {
    const file = newFile()
    const first = await openSqlite(file)
    const entries = Array.from({ length: 3000 }, (_, i) => ({
      room: 'harbour',
      update: Buffer.alloc(500, i),
      person: 'ada',
    }))
    await first.log.append(entries)
    await first.log.append([{ room: 'market', update: Buffer.of(1), person: 'ada' }])
    await first.close()
    const bytes = readFileSync(file)
    // Somewhere in the middle are the rows of the one room, and noise instead of a page of them.
    const page = bytes.indexOf(Buffer.alloc(500, 1500 % 256), bytes.length / 2)
    bytes.fill(0xa5, page - (page % 4096), page - (page % 4096) + 4096)
    writeFileSync(file, bytes)

    const broken: unknown[] = []
    const { db, log, close } = await openSqlite(file, { onBrokenDisk: (error) => broken.push(error) })
    const found: unknown = await log.read('harbour').catch((error: unknown) => error)
    if (!(found instanceof DamagedRoom)) throw new Error('the room is not damaged')
    expect(found.message).toMatch(/^room harbour: update \d+ (cannot be read|is missing)$/)
    expect(found.sound.seq).toBeGreaterThan(500)
    expect(found.sound.updates.map((update) => update[0])).toEqual(
      entries.slice(0, found.sound.seq).map((_, i) => i % 256),
    )
    expect(await log.read('market')).toMatchObject({ seq: 1 })
    // Also where somebody reads on after it, and comes to an end as if nothing were.
    await db
      .transaction()
      .setAccessMode('read only')
      .execute(async (trx) => {
        await expect(trx.selectFrom('room_update').selectAll().execute()).rejects.toThrow(UnreadableDisk)
      })
    await log.append([{ room: 'market', update: Buffer.of(2), person: 'ada' }])
    expect(await log.read('market')).toMatchObject({ seq: 2 })
    expect(broken, 'others go on').toEqual([])
    await close()
  })

  it('lets the catalog and the log write at the same time, each on its own connection', async () => {
    const file = newFile()
    const { db, close } = await openSqlite(file)
    const thread = await openLogThread(file)
    const catalog = await openCatalog(db)
    let written = 0
    let isDone = false
    const writing = (async () => {
      for (; !isDone; written++)
        await thread.log.append([{ room: 'harbour', update: Buffer.of(written), person: 'ada' }])
    })()
    // Each reads who is there before it writes.
    for (let joined = 0; joined < 100 || written < 20; joined++) {
      await catalog.people.join(`person-${joined}`, `Person ${joined}`)
      await new Promise((resolve) => setTimeout(resolve, 1))
    }
    isDone = true
    await writing
    expect(await thread.log.read('harbour')).toMatchObject({ seq: written })
    await thread.close()
    await close()
  })

  it('holds up nobody while a write waits for that of another connection', async () => {
    const file = newFile()
    const { db, close } = await openSqlite(file)
    const add = (name: string) => db.insertInto('seed').values({ name, at: 1 }).execute()
    const other = new Sqlite(file)
    other.exec('begin immediate')
    let isFree = false
    const freed = new Promise<void>((resolve) =>
      setTimeout(() => {
        isFree = true
        other.exec('commit')
        resolve()
      }, 300),
    )
    const delay = monitorEventLoopDelay({ resolution: 5 })
    delay.enable()
    const written = Promise.all([
      add('alone').then(() => isFree),
      db.transaction().execute(async (trx) => {
        await trx.insertInto('seed').values({ name: 'within', at: 1 }).execute()
        return isFree
      }),
    ])
    // What was asked for before is finished first.
    const closed = close()
    await freed
    delay.disable()
    expect(delay.max / 1e6, 'ms').toBeLessThan(150)
    expect(await written).toEqual([true, true])
    await closed
    expect(other.prepare('select name from seed order by name').pluck().all()).toEqual(['alone', 'within'])
    other.close()
  })

  it('gives up a write after five seconds, and goes on with the next', async () => {
    const file = newFile()
    const { db, close } = await openSqlite(file)
    const add = (name: string) => db.insertInto('seed').values({ name, at: 1 }).execute()
    const other = new Sqlite(file)
    other.exec('begin immediate')
    const from = performance.now()
    await expect(add('late')).rejects.toThrow('database is locked')
    expect(performance.now() - from).toBeGreaterThanOrEqual(5000)
    other.exec('commit')
    await add('next')
    expect(await db.selectFrom('seed').select('name').execute()).toEqual([{ name: 'next' }])
    other.close()
    await close()
  }, 30_000)

  it('waits for the lock while it is opened, and the thread of the log with every write', async () => {
    const file = newFile()
    await (await openSqlite(file)).close()
    const other = new Sqlite(file)
    const whileLocked = async <T>(work: () => Promise<T>) => {
      other.exec('begin immediate')
      let isFree = false
      setTimeout(() => {
        isFree = true
        other.exec('commit')
      }, 300)
      const done = await work()
      expect(isFree).toBe(true)
      return done
    }
    const { log, close } = await whileLocked(() => openLogThread(file))
    await whileLocked(() => log.append([{ room: 'harbour', update: Buffer.of(1), person: 'ada' }]))
    expect(await log.read('harbour')).toMatchObject({ seq: 1 })
    await close()
    other.close()
  })

  it('cuts its log again that grew while somebody read for long', async () => {
    const file = newFile()
    const { log, close } = await openSqlite(file)
    const write = () => log.append([{ room: 'harbour', update: Buffer.alloc(1_000_000), person: 'ada' }])
    await write()
    const reader = new Sqlite(file, { readonly: true })
    reader.exec('begin')
    reader.prepare('select count(*) from room').get()
    for (let i = 0; i < 30; i++) await write()
    const size = () => statSync(`${file}-wal`).size
    expect(size()).toBeGreaterThan(30_000_000)
    reader.close()
    // The first takes all of it into the file, the second begins the log anew.
    await write()
    await write()
    expect(size()).toBeLessThanOrEqual(16 * 1024 * 1024)
    await close()
  })

  it('says so when it is full, and goes on when there is room', async () => {
    const file = newFile()
    const { db, log, close } = await openSqlite(file)
    await log.append([{ room: 'harbour', update: Buffer.of(1), person: 'ada' }])
    const {
      rows: [pages],
    } = await sql<{ page_count: number }>`pragma page_count`.execute(db)
    await sql`pragma max_page_count = ${sql.raw(String(pages?.page_count))}`.execute(db)
    const large = { room: 'harbour', update: Buffer.alloc(100_000), person: 'ada' }
    await expect(log.append([large])).rejects.toThrow(FullDisk)
    expect(await log.read('harbour')).toMatchObject({ seq: 1 })
    await sql`pragma max_page_count = 1000000`.execute(db)
    await log.append([large])
    expect(await log.read('harbour')).toMatchObject({ seq: 2 })
    await close()
  })

  it('does nothing more after a write that failed, and says why to all', async () => {
    const file = newFile()
    const broken: unknown[] = []
    const { db, log, close } = await openSqlite(file, { onBrokenDisk: (error) => broken.push(error) })
    await log.append([{ room: 'harbour', update: Buffer.of(1), person: 'ada' }])
    await sql`pragma query_only = on`.execute(db)
    await expect(db.deleteFrom('project').execute()).rejects.toThrow(BrokenDisk)
    await expect(log.read('harbour')).rejects.toThrow('the disk failed: attempt to write a readonly database')
    await expect(log.append([{ room: 'harbour', update: Buffer.of(2), person: 'ada' }])).rejects.toThrow(BrokenDisk)
    expect(broken).toHaveLength(1)
    await close()
    const again = await openSqlite(file)
    expect(await again.log.read('harbour')).toMatchObject({ seq: 1 })
    await again.close()
  })

  it('says so when it is no database at all', async () => {
    await expect(openSqlite(import.meta.filename)).rejects.toThrow('not a database')
    await expect(openSqlite(join(folder, 'nowhere', 'a.sqlite'))).rejects.toThrow('directory does not exist')
  })
})
