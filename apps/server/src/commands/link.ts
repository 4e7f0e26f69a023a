/** `attest link`: a way back in for somebody who cannot sign in, made by whoever has the machine. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { emailSchema } from '@attest/schema/accounts'
import { names } from '../folder.ts'
import { openCatalog } from '../store/catalog.ts'
import { openSqlite } from '../store/sqlite.ts'
import { CannotRun, type Done } from './command.ts'

/** How long such a link stands, in milliseconds. */
const LINK_MS = 24 * 60 * 60 * 1000

export interface LinkOptions {
  dataFolder: string
  email: string
  /** Where people reach the server. */
  publicUrl: string
}

/** Resolves with the link to set a new password, which ends all those made before. A server may run meanwhile. */
export async function link({ dataFolder, email, publicUrl }: LinkOptions): Promise<Done> {
  const file = join(dataFolder, names.database)
  if (!existsSync(file)) throw new CannotRun(`There is no data of Attest in ${dataFolder}; DATA_DIR says where it is.`)
  const database = await openSqlite(file)
  try {
    const { accounts } = await openCatalog(database.db)
    const { data: address = '' } = emailSchema.safeParse(email)
    const found = await accounts.withEmail(address)
    if (!found) throw new CannotRun(`Nobody signs in with ${email} here.`)
    const { token } = await accounts.makeLink({
      kind: 'password',
      person: found.person,
      email: null,
      madeBy: null,
      forMs: LINK_MS,
      detail: 'on the machine',
    })
    const url = `${publicUrl}/reset#${token}`
    return { say: url, value: { url } }
  } finally {
    await database.close()
  }
}
