/**
 * The database as one SQLite file. SQLite falls back to NORMAL whenever a file is opened again, so FULL is asked for at
 * every open and read back: with anything less, a commit that was answered may be gone after a power cut. What SQLite
 * says when a disk is full or fails is translated here; nobody else knows its codes.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import Sqlite from 'better-sqlite3'
import {
  CompiledQuery,
  type DatabaseConnection,
  type Driver,
  Kysely,
  type QueryResult,
  SqliteAdapter,
  SqliteDialect,
  SqliteDriver,
  sql,
  type TransactionSettings,
} from 'kysely'
import { createLog, type RoomTables } from './log.ts'
import { migrate, stepsTaken } from './migrations.ts'
import { BrokenDisk, FullDisk, type Log, UnreadableDisk } from './store.ts'
import type { CatalogTables } from './tables.ts'

export type Database = RoomTables & CatalogTables

export interface OpenDatabase {
  db: Kysely<Database>
  log: Log
  /** Rejects when the file cannot be closed as it should be. */
  close(): Promise<void>
}

export interface SqliteOptions {
  now?: () => number
  /** Told once, whoever it was that met it. From then on nothing is read or written: each statement rejects so. */
  onBrokenDisk?: (error: BrokenDisk) => void
  /** For a thread that does nothing else: SQLite itself waits while another connection writes, and the thread with it. */
  mayBlock?: boolean
}

/** Opens the file, or makes it, and brings its tables up to date. Its folder must be there. */
export async function openSqlite(file: string, options: SqliteOptions = {}): Promise<OpenDatabase> {
  const { now = Date.now, onBrokenDisk = () => {}, mayBlock = false } = options
  const sqlite = openFile(file)
  try {
    setPragmas(sqlite)
    const db = new Kysely<Database>({ dialect: new Dialect(sqlite, onBrokenDisk) })
    // A migration knows no tables but those it makes.
    await migrate(db as Kysely<unknown>)
    await tryDisk(db)
    if (!mayBlock) await settle(db)
    // Until here nobody else is kept waiting; from now on `Connection` waits instead.
    if (!mayBlock) sqlite.pragma('busy_timeout = 0')
    return { db, log: createLog(db, now), close: () => db.destroy() }
  } catch (error) {
    sqlite.close()
    throw error
  }
}

export interface ReadDatabase {
  db: Kysely<Database>
  /** The same, of which only the rooms are known. */
  rooms: Kysely<RoomTables>
  /** False for one that the next start of the server brings up to date. */
  isUpToDate: boolean
  /** What SQLite itself finds wrong with the file, a sentence each. It reads all of it. */
  checkFile(): string[]
  /** Copies all of it as it is at this moment, while others write. Rejects with a `FullDisk` when that is the reason. */
  copyTo(file: string, onProgress: (share: number) => void): Promise<void>
  close(): Promise<void>
}

/**
 * Opens a file that is there to read it, also while a server writes into it. Throws a `NewerDatabase`, or `NotAttest`
 * when it is something else, or a part of it.
 */
export async function readSqlite(file: string): Promise<ReadDatabase> {
  const sqlite = openToRead(file)
  try {
    const db = new Kysely<Database>({ dialect: new Dialect(sqlite, () => {}) })
    const steps = await stepsTaken(db as Kysely<unknown>)
    if (!steps.includes('0001-rooms')) throw new NotAttest('it is empty, or a database of another program')
    const isUpToDate = steps.includes(CLIENTS_STEP)
    // In the memory of this connection: nobody else sees it, and the file stays as it is.
    if (!isUpToDate) sqlite.exec('create temp table room_client (room text, client integer, person text, at integer)')
    return {
      db,
      rooms: db as unknown as Kysely<RoomTables>,
      isUpToDate,
      checkFile: () => checkFile(sqlite),
      copyTo: (target, onProgress) => copyTo(sqlite, target, onProgress),
      close: () => db.destroy(),
    }
  } catch (error) {
    sqlite.close()
    throw isForeign(error) ? new NotAttest('it is no database, or a damaged one', error) : error
  }
}

/** It is not what Attest writes, or only a part of it. */
export class NotAttest extends Error {
  override name = 'NotAttest'

  constructor(what: string, cause?: unknown) {
    super(what, { cause })
  }
}

/** The last step that made a table which reading needs. */
const CLIENTS_STEP = '0003-clients'

function openToRead(file: string): Sqlite.Database {
  return new Sqlite(file, { readonly: true, fileMustExist: true, timeout: LOCK_MS })
}

function isForeign(error: unknown): boolean {
  const cause = error instanceof UnreadableDisk || error instanceof BrokenDisk ? error.cause : error
  return cause instanceof Sqlite.SqliteError && /^SQLITE_(NOTADB|CORRUPT|IOERR_SHORT_READ)/.test(cause.code)
}

function checkFile(sqlite: Sqlite.Database): string[] {
  try {
    const found = sqlite.pragma('integrity_check(20)') as { integrity_check: string }[]
    const flaws = found.map((row) => row.integrity_check).filter((line) => line !== 'ok')
    const orphans = sqlite.pragma('foreign_key_check') as { table: string; parent: string }[]
    const kinds = new Map<string, number>()
    for (const { table, parent } of orphans)
      kinds.set(`${table} of a ${parent}`, (kinds.get(`${table} of a ${parent}`) ?? 0) + 1)
    return [...flaws, ...Array.from(kinds, ([kind, count]) => `${count} rows of ${kind} that is not there`)]
  } catch (error) {
    if (error instanceof Sqlite.SqliteError) return [error.message]
    throw error
  }
}

async function copyTo(sqlite: Sqlite.Database, file: string, onProgress: (share: number) => void): Promise<void> {
  // Within one transaction it is the state of one moment; else each commit of a server would have it begin anew.
  sqlite.exec('begin')
  try {
    // It begins with the first reading.
    sqlite.prepare('select count(*) from sqlite_schema').get()
    await sqlite.backup(file, {
      progress({ totalPages, remainingPages }) {
        onProgress(totalPages === 0 ? 0 : 1 - remainingPages / totalPages)
        return PAGES_A_STEP
      },
    })
  } catch (error) {
    throw troubleOf(error, false) ?? error
  } finally {
    sqlite.exec('rollback')
  }
}

/** A few milliseconds each, so that a signal is heard. */
const PAGES_A_STEP = 1000

/** A commit that changes nothing: a disk that does not take one is found before anybody relies on it. */
async function tryDisk(db: Kysely<Database>): Promise<void> {
  try {
    await sql`pragma user_version = 0`.execute(db)
  } catch (error) {
    // What is there can be read.
    if (!(error instanceof FullDisk)) throw error
  }
}

/**
 * Moves what is in the log of changes into the file, and empties the log. After an fsync that failed, the system holds
 * for clean what may never have got to the disk: what is read back looks whole, and what would be appended to it could
 * be gone with it. So all of it is written once more, to another place.
 */
async function settle(db: Kysely<Database>): Promise<void> {
  try {
    await sql`pragma wal_checkpoint(truncate)`.execute(db)
  } catch (error) {
    if (!(error instanceof FullDisk)) throw error
  }
}

function openFile(file: string): Sqlite.Database {
  return new Sqlite(file, { timeout: LOCK_MS })
}

/** As long as another connection of this process may take for its commit; who only reads makes nobody wait. */
const LOCK_MS = 5000

/** Between two attempts at the lock, doubling from the first to the last. */
const LOCK_PAUSE_MS = { first: 2, last: 20 }

const LOG_BYTES = 16 * 1024 * 1024

function setPragmas(sqlite: Sqlite.Database): void {
  const wanted = {
    journal_mode: 'wal',
    synchronous: 2,
    foreign_keys: 1,
    trusted_schema: 0,
    // Every 4 MB what is in the log goes into the file; with more it takes longer, and commits wait for it.
    wal_autocheckpoint: 1000,
    // The log grows while a backup or a check reads. It is used anew from its start then, and cut to this.
    journal_size_limit: LOG_BYTES,
  }
  for (const [pragma, value] of Object.entries(wanted)) {
    sqlite.pragma(`${pragma} = ${value}`)
    const found: unknown = sqlite.pragma(pragma, { simple: true })
    if (found !== value) throw new Error(`SQLite keeps ${pragma} at ${found}; ${value} is needed to save safely.`)
  }
}

class Dialect extends SqliteDialect {
  readonly #sqlite: Sqlite.Database
  readonly #onBrokenDisk: (error: BrokenDisk) => void

  constructor(sqlite: Sqlite.Database, onBrokenDisk: (error: BrokenDisk) => void) {
    super({ database: sqlite })
    this.#sqlite = sqlite
    this.#onBrokenDisk = onBrokenDisk
  }

  override createDriver(): Driver {
    return new WatchfulDriver(this.#sqlite, this.#onBrokenDisk)
  }

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

/** Kysely's driver with a connection that keeps its statements, and watches how each of them ends. */
class WatchfulDriver extends SqliteDriver {
  readonly #sqlite: Sqlite.Database
  readonly #connection: Connection

  constructor(sqlite: Sqlite.Database, onBrokenDisk: (error: BrokenDisk) => void) {
    super({ database: sqlite })
    this.#sqlite = sqlite
    this.#connection = new Connection(sqlite, onBrokenDisk)
  }

  override async acquireConnection(): Promise<DatabaseConnection> {
    await super.acquireConnection()
    return this.#connection
  }

  /**
   * One that begins with reading and then writes would fail at once when somebody else has written in between: the log
   * and the catalog have a connection each. So whoever may write waits for their turn before they read.
   */
  override async beginTransaction(connection: DatabaseConnection, settings?: TransactionSettings): Promise<void> {
    const isReading = settings?.accessMode === 'read only'
    await connection.executeQuery(CompiledQuery.raw(isReading ? 'begin' : 'begin immediate'))
  }

  override async commitTransaction(connection: DatabaseConnection): Promise<void> {
    try {
      await super.commitTransaction(connection)
    } catch (error) {
      // SQLite says once more, at the end, that a page could not be read; who read knows, and has what there is.
      if (!(error instanceof UnreadableDisk)) throw error
      await this.rollbackTransaction(connection)
    }
  }

  override async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    // After some errors SQLite has done so by itself, and a second time would hide what the error was.
    if (this.#sqlite.inTransaction) await super.rollbackTransaction(connection)
  }

  override async destroy(): Promise<void> {
    // What waits for the lock was asked for before.
    await super.acquireConnection()
    try {
      await super.destroy()
    } finally {
      await super.releaseConnection()
    }
  }
}

/** Statements are written by the program, never by people, so there are not many; lists of values make some more. */
const KEPT_STATEMENTS = 500

class Connection implements DatabaseConnection {
  readonly #sqlite: Sqlite.Database
  readonly #onBrokenDisk: (error: BrokenDisk) => void
  readonly #statements = new Map<string, Sqlite.Statement>()
  /** Since the transaction began. */
  #hasWritten = false
  #broken: BrokenDisk | null = null

  constructor(sqlite: Sqlite.Database, onBrokenDisk: (error: BrokenDisk) => void) {
    this.#sqlite = sqlite
    this.#onBrokenDisk = onBrokenDisk
  }

  /**
   * While another connection writes, whoever wants to write as well tries again and again: SQLite's own way to wait
   * holds the thread, and with it everybody's messages. Within a transaction the lock is had, so an attempt that fails
   * has left nothing behind.
   */
  async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    const end = performance.now() + LOCK_MS
    for (let pause = LOCK_PAUSE_MS.first; ; pause = Math.min(pause * 2, LOCK_PAUSE_MS.last)) {
      try {
        return this.#execute<Row>(query)
      } catch (error) {
        if (!isLocked(error) || this.#sqlite.inTransaction || performance.now() >= end) throw error
      }
      await sleep(pause)
    }
  }

  #execute<Row>({ sql, parameters }: CompiledQuery): QueryResult<Row> {
    if (this.#broken) throw this.#broken
    let isReading = false
    try {
      const statement = this.#prepare(sql)
      if (sql.startsWith('begin')) this.#hasWritten = false
      if (!statement.readonly) this.#hasWritten = true
      isReading = statement.readonly && (statement.reader || !this.#hasWritten)
      if (statement.reader) return { rows: statement.all(parameters) as Row[] }
      const { changes, lastInsertRowid } = statement.run(parameters)
      return { rows: [], numAffectedRows: BigInt(changes), insertId: BigInt(lastInsertRowid) }
    } catch (error) {
      throw this.#translate(error, isReading)
    }
  }

  // biome-ignore lint/correctness/useYield: nothing here asks for one; Kysely wants the method to be there.
  async *streamQuery<Row>(): AsyncIterableIterator<QueryResult<Row>> {
    throw new Error('This connection does not stream; ask for a page at a time.')
  }

  #prepare(sql: string): Sqlite.Statement {
    const known = this.#statements.get(sql)
    if (known) return known
    if (this.#statements.size >= KEPT_STATEMENTS) this.#statements.clear()
    const statement = this.#sqlite.prepare(sql)
    this.#statements.set(sql, statement)
    return statement
  }

  #translate(error: unknown, isReading: boolean): unknown {
    const trouble = troubleOf(error, isReading)
    if (trouble instanceof BrokenDisk && !this.#broken) {
      this.#broken = trouble
      this.#onBrokenDisk(trouble)
    }
    return trouble ?? error
  }
}

function isLocked(error: unknown): boolean {
  return error instanceof Sqlite.SqliteError && error.code.startsWith('SQLITE_BUSY')
}

/**
 * What an error of SQLite says about the disk; null when it is about something else. A page that cannot be read harms
 * whoever asked for it and nobody else, so it is no reason to stop serving the others; but a failed write is, because
 * after it nobody knows what is on disk.
 */
function troubleOf(error: unknown, isReading: boolean): Error | null {
  const code = error instanceof Sqlite.SqliteError ? error.code : ''
  // The index of the log in shared memory is a file too, and the first that a full disk has no place for.
  if (code === 'SQLITE_FULL' || code === 'SQLITE_IOERR_SHMSIZE') return new FullDisk(error)
  const isUnreadable = /^SQLITE_(CORRUPT|IOERR_(READ|SHORT_READ|CORRUPTFS|DATA))/.test(code)
  if (isReading && isUnreadable) return new UnreadableDisk(error)
  if (/^SQLITE_(IOERR|CORRUPT|NOTADB|CANTOPEN|READONLY|PROTOCOL)/.test(code)) return new BrokenDisk(error)
  return null
}
