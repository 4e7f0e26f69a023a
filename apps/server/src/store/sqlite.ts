/**
 * The database as one SQLite file. SQLite falls back to NORMAL whenever a file is opened again, so FULL is asked for at
 * every open and read back: with anything less, a commit that was answered may be gone after a power cut.
 */
import Sqlite from 'better-sqlite3'
import { Kysely, SqliteAdapter, SqliteDialect } from 'kysely'
import type { CatalogTables } from './catalog.ts'
import { createLog, type RoomTables } from './log.ts'
import { migrate } from './migrations.ts'
import type { Log } from './store.ts'

type Database = RoomTables & CatalogTables

export interface OpenDatabase {
  db: Kysely<Database>
  log: Log
  close(): Promise<void>
}

/** Opens the file, or makes it, and brings its tables up to date. Its folder must be there. */
export async function openSqlite(file: string, now: () => number = Date.now): Promise<OpenDatabase> {
  const sqlite = new Sqlite(file)
  try {
    setPragmas(sqlite)
    const db = new Kysely<Database>({ dialect: new Dialect({ database: sqlite }) })
    // A migration knows no tables but those it makes.
    await migrate(db as Kysely<unknown>)
    return { db, log: createLog(db, now), close: () => db.destroy() }
  } catch (error) {
    sqlite.close()
    throw error
  }
}

function setPragmas(sqlite: Sqlite.Database): void {
  const wanted = { journal_mode: 'wal', synchronous: 2, foreign_keys: 1, trusted_schema: 0 }
  for (const [pragma, value] of Object.entries(wanted)) {
    sqlite.pragma(`${pragma} = ${value}`)
    const found: unknown = sqlite.pragma(pragma, { simple: true })
    if (found !== value) throw new Error(`SQLite keeps ${pragma} at ${found}; ${value} is needed to save safely.`)
  }
}

class Dialect extends SqliteDialect {
  override createAdapter(): SqliteAdapter {
    return new Adapter()
  }
}

class Adapter extends SqliteAdapter {
  // SQLite does roll back CREATE TABLE; Kysely says no out of caution. So a process killed here leaves no half a step.
  override get supportsTransactionalDdl(): boolean {
    return true
  }
}
