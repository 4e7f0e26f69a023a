import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { type Kysely, sql } from 'kysely'
import { afterAll, describe, expect, it } from 'vitest'
import { describeLog } from './log.suite.ts'
import type { RoomTables } from './log.ts'
import { openSqlite } from './sqlite.ts'

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

  it('says so when it is no database at all', async () => {
    await expect(openSqlite(import.meta.filename)).rejects.toThrow('not a database')
    await expect(openSqlite(join(folder, 'nowhere', 'a.sqlite'))).rejects.toThrow('directory does not exist')
  })
})
