/**
 * `attest backup FILE`: one file with all that is needed to go on elsewhere, taken while people write. It is an SQLite
 * database, the same as in the data folder at one moment, and in a table of its own the secret that signs cookies:
 * somebody who joined by name has nothing but a cookie, and would be nobody without it.
 */
import { chmodSync, closeSync, existsSync, linkSync, openSync, renameSync, rmSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import Sqlite from 'better-sqlite3'
import { names, readSecret } from '../folder.ts'
import { NotAttest, readSqlite } from '../store/sqlite.ts'
import { FullDisk } from '../store/store.ts'
import { type Check, check, sum } from './check.ts'
import { CannotRun, codeOf, Damaged, type Done, type Progress, syncToDisk } from './command.ts'

export interface BackupOptions {
  dataFolder: string
  file: string
  progress: Progress
  /** What was begun is taken away again when it is told. */
  signal: AbortSignal
}

/** The table that makes a database a backup; `format` is the number of this way of making them. */
export const backupTable = 'attest_backup'
export const BACKUP_FORMAT = 1

/** When it resolves, the file is there and verified, and else it is not there. */
export async function backup({ dataFolder, file, progress, signal }: BackupOptions): Promise<Done> {
  const source = join(dataFolder, names.database)
  if (!existsSync(source))
    throw new CannotRun(`There is no data of Attest in ${dataFolder}; DATA_DIR says where it is.`)
  if (existsSync(file)) throw new CannotRun(`${file} is there already, and is left as it is; name another file.`)
  const part = `${file}.part`
  try {
    makePart(part)
    await copy(dataFolder, part, (share) => {
      signal.throwIfAborted()
      progress.tell(`Copying, ${Math.floor(share * 100)} %`)
    })
    syncToDisk(part)
    const found = await verifyPart(part, (doing) => {
      signal.throwIfAborted()
      progress.tell(`Verifying ${doing}`)
    })
    signal.throwIfAborted()
    putInPlace(part, file)
    return { say: `${file} holds ${sum(found)}.`, value: { file, ...found } }
  } catch (error) {
    for (const end of ['', '-journal', '-wal', '-shm']) rmSync(`${part}${end}`, { force: true })
    throw explain(error, file)
  } finally {
    progress.end()
  }
}

/** It holds every session and the secret, so nobody else may read it, from its first byte on. */
function makePart(part: string): void {
  // What a backup that was killed has left.
  rmSync(part, { force: true })
  closeSync(openSync(part, 'wx', 0o600))
  chmodSync(part, 0o600)
}

async function copy(dataFolder: string, part: string, onProgress: (share: number) => void): Promise<void> {
  const secret = readSecret(join(dataFolder, names.secret))
  const database = await readSqlite(join(dataFolder, names.database))
  try {
    await database.copyTo(part, onProgress)
  } finally {
    await database.close()
  }
  const sqlite = new Sqlite(part)
  try {
    // One file, that needs no others beside it.
    sqlite.pragma('journal_mode = delete')
    sqlite.exec(`create table ${backupTable} (format integer not null, at integer not null, secret text not null)`)
    sqlite.prepare(`insert into ${backupTable} values (?, ?, ?)`).run(BACKUP_FORMAT, Date.now(), secret)
  } finally {
    sqlite.close()
  }
}

async function verifyPart(part: string, onProgress: (doing: string) => void): Promise<Check> {
  const database = await readSqlite(part)
  try {
    const found = await check(database, { onProgress })
    if (found.flaws.length > 0)
      throw new Damaged(
        'What is stored is damaged, so no backup was made of it. Stop the server and copy the whole data folder instead.',
        found.flaws,
      )
    return found
  } finally {
    await database.close()
  }
}

/** Under its name it is whole; and whoever put another file there meanwhile keeps it. */
function putInPlace(part: string, file: string): void {
  try {
    linkSync(part, file)
    rmSync(part)
  } catch (error) {
    // Not every file system has links.
    if (codeOf(error) === 'EEXIST' || existsSync(file)) throw error
    renameSync(part, file)
  }
  syncToDisk(dirname(resolve(file)))
}

function explain(error: unknown, file: string): unknown {
  const code = codeOf(error)
  if (error instanceof FullDisk || /^(ENOSPC|EDQUOT|SQLITE_FULL)$/.test(code))
    return new CannotRun(`The disk of ${file} is full; no backup was made.`)
  if (code === 'EEXIST') return new CannotRun(`${file} is there already, and is left as it is; name another file.`)
  if (error instanceof NotAttest) return new Damaged(`The database cannot be read: ${error.message}.`, [])
  if (/^E[A-Z]+$/.test(code)) return new CannotRun(`${file} cannot be written (${code}).`)
  return error
}
