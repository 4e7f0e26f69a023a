/**
 * `attest restore FILE`: makes a data folder of a backup. The folder's lock is held from first to last, so no server
 * begins in it meanwhile; and the database gets its name last of all, when everything is verified and on disk.
 */
import { chmodSync, constants, existsSync, readdirSync, renameSync, rmdirSync, rmSync, writeFileSync } from 'node:fs'
import { copyFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import Sqlite from 'better-sqlite3'
import { lockFolder, names } from '../folder.ts'
import { NotAttest, openSqlite, readSqlite } from '../store/sqlite.ts'
import { FullDisk } from '../store/store.ts'
import { BACKUP_FORMAT, backupTable } from './backup.ts'
import { check, sum } from './check.ts'
import { CannotRun, codeOf, Damaged, type Done, type Progress, syncToDisk } from './command.ts'

export interface RestoreOptions {
  dataFolder: string
  file: string
  progress: Progress
  /** What was begun is taken away again when it is told. */
  signal: AbortSignal
}

/** What a restore that was killed may have left. */
const partName = `${names.database}.part`
const isPart = (name: string) => name.startsWith(partName)
const isLeftover = (name: string) => isPart(name) || name.startsWith(names.lock)

/** When it resolves, the folder can be started from, and else it is as it was. */
export async function restore({ dataFolder, file, progress, signal }: RestoreOptions): Promise<Done> {
  if (!existsSync(file)) throw new CannotRun(`There is no ${file}.`)
  refuseFull(dataFolder)
  const isNew = !existsSync(dataFolder)
  const release = lockFolder(dataFolder)
  let isDone = false
  try {
    // Somebody may have come in between.
    refuseFull(dataFolder)
    takeAway(dataFolder, isPart)
    const part = join(dataFolder, partName)
    progress.tell('Copying')
    await copyFile(file, part, constants.COPYFILE_EXCL)
    chmodSync(part, 0o600)
    signal.throwIfAborted()
    const { secret, found } = await readBackup(part, file, (doing) => {
      signal.throwIfAborted()
      progress.tell(`Verifying ${doing}`)
    })
    await makeOrdinary(part)
    signal.throwIfAborted()
    putInPlace(dataFolder, secret)
    isDone = true
    return { say: `${dataFolder} holds ${sum(found)}.`, value: { folder: dataFolder, ...found } }
  } catch (error) {
    throw explain(error, { file, dataFolder })
  } finally {
    progress.end()
    if (!isDone) takeAway(dataFolder, isPart)
    release()
    if (!isDone) takeAway(dataFolder, isLeftover)
    if (!isDone && isNew && readdirSync(dataFolder).length === 0) rmdirSync(dataFolder)
  }
}

/** Never over something: not over data, and not beside files of whoever mistook the folder. */
function refuseFull(dataFolder: string): void {
  const there = existsSync(dataFolder) ? readdirSync(dataFolder) : []
  // The secret comes just before the database gets its name.
  const wasCutShort = there.includes(partName)
  if (there.some((name) => !isLeftover(name) && !(wasCutShort && name === names.secret)))
    throw new CannotRun(
      `${dataFolder} is not empty, and is left as it is; set DATA_DIR to a folder that is empty or not there.`,
    )
}

/** Verifies it, and gives the secret that is in it. */
async function readBackup(part: string, file: string, onProgress: (doing: string) => void) {
  const database = await readSqlite(part)
  try {
    const made = await database.db.introspection.getTables()
    if (!made.some((table) => table.name === backupTable))
      throw new CannotRun(`${file} is a database of Attest, but not made by “attest backup”: it may not be whole.`)
    const backups = database.db.withTables<{ [backupTable]: { format: unknown; secret: unknown } }>()
    const { format, secret } = await backups.selectFrom(backupTable).selectAll().executeTakeFirstOrThrow()
    if (format !== BACKUP_FORMAT || typeof secret !== 'string')
      throw new CannotRun(`${file} was made by a newer version of Attest; please update.`)
    const found = await check(database, { onProgress })
    if (found.flaws.length > 0) throw new Damaged(`${file} is damaged, so nothing was restored from it.`, found.flaws)
    return { secret, found }
  } finally {
    await database.close()
  }
}

/** Takes the table of the backup out, and brings one of an older version up to date. */
async function makeOrdinary(part: string): Promise<void> {
  const sqlite = new Sqlite(part)
  try {
    sqlite.exec(`drop table ${backupTable}`)
  } finally {
    sqlite.close()
  }
  await (await openSqlite(part)).close()
}

/** Without the database, the secret is that of a folder which nothing was ever written in. */
function putInPlace(dataFolder: string, secret: string): void {
  const part = join(dataFolder, partName)
  writeFileSync(`${part}.secret`, secret, { mode: 0o600, flush: true })
  syncToDisk(part)
  renameSync(`${part}.secret`, join(dataFolder, names.secret))
  syncToDisk(dataFolder)
  renameSync(part, join(dataFolder, names.database))
  syncToDisk(dataFolder)
  syncToDisk(resolve(dataFolder, '..'))
}

function takeAway(dataFolder: string, which: (name: string) => boolean): void {
  for (const name of readdirSync(dataFolder)) if (which(name)) rmSync(join(dataFolder, name), { force: true })
}

function explain(error: unknown, { file, dataFolder }: { file: string; dataFolder: string }): unknown {
  const code = codeOf(error)
  if (error instanceof FullDisk || /^(ENOSPC|EDQUOT|SQLITE_FULL)$/.test(code))
    return new CannotRun(`The disk of ${dataFolder} is full; nothing was restored.`)
  if (error instanceof NotAttest) return new CannotRun(`${file} is no backup of Attest: ${error.message}.`)
  if (/^E[A-Z]+$/.test(code)) return new CannotRun(`${file} cannot be restored into ${dataFolder} (${code}).`)
  return error
}
