/** The data of a folder, for a command that reads or changes some of it. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { lockFolder, names } from '../folder.ts'
import { type Catalog, openCatalog } from '../store/catalog.ts'
import { openSqlite } from '../store/sqlite.ts'
import { CannotRun } from './command.ts'

/** A server may run meanwhile, and does not know of what is changed: so only what it reads anew each time. */
export async function withCatalog<T>(dataFolder: string, work: (catalog: Catalog) => Promise<T>): Promise<T> {
  const file = join(dataFolder, names.database)
  if (!existsSync(file)) throw new CannotRun(`There is no data of Attest in ${dataFolder}; DATA_DIR says where it is.`)
  const database = await openSqlite(file)
  try {
    return await work(await openCatalog(database.db))
  } finally {
    await database.close()
  }
}

/** The same while no server runs: for what one would go on with as it was. */
export async function withCatalogAlone<T>(dataFolder: string, work: (catalog: Catalog) => Promise<T>): Promise<T> {
  if (!existsSync(join(dataFolder, names.database))) return withCatalog(dataFolder, work)
  const release = lockFolder(dataFolder)
  try {
    return await withCatalog(dataFolder, work)
  } finally {
    release()
  }
}
