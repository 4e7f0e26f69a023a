/** `attest verify`: reads all that is stored, or some rooms of it, and says what is damaged. It changes nothing. */
import { existsSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { isInUse, names } from '../folder.ts'
import { roomsIn } from '../store/log.ts'
import { NotAttest, readSqlite } from '../store/sqlite.ts'
import { check, count, sum } from './check.ts'
import { CannotRun, Damaged, type Done, type Progress } from './command.ts'

export interface VerifyOptions {
  dataFolder: string
  /** All when there are none. */
  rooms: readonly string[]
  progress: Progress
}

/** Throws `Damaged` when something is. */
export async function verify({ dataFolder, rooms, progress }: VerifyOptions): Promise<Done> {
  const file = join(dataFolder, names.database)
  if (!existsSync(file)) throw new CannotRun(`There is no data of Attest in ${dataFolder}; DATA_DIR says where it is.`)
  const tidy = tidyAfter(dataFolder)
  const database = await readSqlite(file).catch((error: unknown) => {
    if (error instanceof NotAttest) throw new Damaged(`${file} cannot be read.`, [`file: ${error.message}`])
    throw error
  })
  try {
    const known = new Set(rooms.length > 0 ? await roomsIn(database.rooms) : [])
    for (const room of rooms) if (!known.has(room)) throw new CannotRun(`There is no room ${room} in ${dataFolder}.`)
    const found = await check(database, { rooms, onProgress: (doing) => progress.tell(`Reading ${doing}`) })
    if (found.flaws.length > 0)
      throw new Damaged(`Damaged: ${count(found.flaws.length, 'thing')} in ${sum(found)}.`, found.flaws)
    return { say: `All is sound: ${sum(found)}.`, value: found }
  } finally {
    progress.end()
    await database.close()
    tidy()
  }
}

/**
 * SQLite makes two files beside a database that nobody has open, and who only reads does not take them away. They are
 * empty of data, and taken away here if they were not there before and no server has come since.
 */
function tidyAfter(dataFolder: string): () => void {
  const files = ['-shm', '-wal'].map((end) => join(dataFolder, `${names.database}${end}`))
  const made = files.filter((file) => !existsSync(file))
  return () => {
    if (made.length === 0 || isInUse(dataFolder)) return
    const [, log = ''] = files
    if (existsSync(log) && statSync(log).size > 0 && made.includes(log)) return
    for (const file of made) rmSync(file, { force: true })
  }
}
