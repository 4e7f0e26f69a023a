/**
 * The data folder: the database, the secret that signs cookies, and a lock, because one process writes. Names in it are
 * ours; nothing that comes from outside is ever part of a path.
 */
import { randomBytes } from 'node:crypto'
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import Sqlite from 'better-sqlite3'

/** Why the server cannot start, as a sentence for the person who started it. */
export class CannotStart extends Error {
  override name = 'CannotStart'
}

export interface DataFolder {
  databaseFile: string
  /** Where files wait that are being brought in; not made yet. */
  importsFolder: string
  /** The same for files with marks, and for what comes of them until it is committed. */
  markImportsFolder: string
  /** Where exports lie that are made, or being made. */
  exportsFolder: string
  /** Made at the first start, readable by its owner only. */
  secret: string
  /** Lets the next process in. */
  release(): void
}

/** What is in the folder. */
export const names = {
  database: 'attest.db',
  secret: 'secret',
  lock: 'lock',
  imports: 'imports',
  markImports: 'mark-imports',
  exports: 'exports',
} as const

/** Opens the folder, or makes it. Throws `CannotStart` when it cannot be written or another process has it. */
export function openDataFolder(path: string): DataFolder {
  const release = lockFolder(path)
  try {
    const databaseFile = join(path, names.database)
    // SQLite would make it readable by all; what it makes beside it has the same mode. It holds the sessions.
    closeSync(openSync(databaseFile, 'a', 0o600))
    return {
      databaseFile,
      importsFolder: join(path, names.imports),
      markImportsFolder: join(path, names.markImports),
      exportsFolder: join(path, names.exports),
      secret: makeSecret(join(path, names.secret)),
      release,
    }
  } catch (error) {
    release()
    throw explain(error, path)
  }
}

/**
 * Takes the folder for this process, and makes it if need be; the answer lets the next process in. Throws `CannotStart`
 * when it cannot be written or another process has it.
 */
export function lockFolder(path: string): () => void {
  try {
    makeFolder(resolve(path))
    return lock(path)
  } catch (error) {
    throw explain(error, path)
  }
}

/** Whether a server runs on this folder. */
export function isInUse(path: string): boolean {
  if (!existsSync(join(path, names.lock))) return false
  try {
    lock(path, 0)()
    return false
  } catch {
    return true
  }
}

function explain(error: unknown, path: string): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : null
  if (code?.startsWith('SQLITE_BUSY'))
    return new CannotStart(`The data folder ${path} is in use by another Attest; stop that one or set DATA_DIR.`)
  if (code === null) return error
  return new CannotStart(`The data folder ${path} cannot be written (${code}); set DATA_DIR to one that can.`)
}

/** `mkdir` with `recursive` goes round for ever where a folder is there and takes no new one, as /proc is. */
function makeFolder(path: string): void {
  if (existsSync(path)) return
  makeFolder(dirname(path))
  mkdirSync(path, { mode: 0o700 })
}

/**
 * A lock that the system takes back however the process ends: a file that holds a process id would outlive a `kill -9`,
 * and in a container the next process may well have the same one. SQLite has such locks on every platform.
 */
function lock(path: string, waitMs = 2000): () => void {
  const file = new Sqlite(join(path, names.lock), { timeout: waitMs })
  try {
    file.exec('BEGIN EXCLUSIVE')
  } catch (error) {
    file.close()
    throw error
  }
  return () => file.close()
}

function makeSecret(file: string): string {
  try {
    writeFileSync(file, randomBytes(32).toString('base64url'), { mode: 0o600, flag: 'wx', flush: true })
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  }
  return readSecret(file)
}

/** Throws `CannotStart` when it is not what was written. */
export function readSecret(file: string): string {
  const secret = readFileSync(file, 'utf8').trim()
  // Also what a full disk leaves behind; with a shorter one anybody could sign a cookie.
  if (secret.length < SECRET_LENGTH)
    throw new CannotStart(`The secret in ${file} is damaged; without that file a new one is made.`)
  return secret
}

/** 32 bytes in base64url. */
const SECRET_LENGTH = 43
