/** `attest link`: a way back in for somebody who cannot sign in, made by whoever has the machine. */
import { emailSchema } from '@attest/schema/accounts'
import type { Accounts } from '../store/accounts.ts'
import { CannotRun, type Done } from './command.ts'
import { withCatalog } from './data.ts'

/** How long such a link stands, in milliseconds. */
const LINK_MS = 24 * 60 * 60 * 1000

export interface LinkOptions {
  dataFolder: string
  email: string
  /** Where people reach the server. */
  publicUrl: string
}

/** The link ends all those made before. A server may run meanwhile. */
export function link({ dataFolder, email, publicUrl }: LinkOptions): Promise<Done> {
  return withCatalog(dataFolder, async ({ accounts }) => {
    const { data: address = '' } = emailSchema.safeParse(email)
    const found = await accounts.withEmail(address)
    if (!found) throw new CannotRun(`Nobody signs in with ${email} here.`)
    const url = await linkFor(accounts, found.person, publicUrl)
    return { say: url, value: { url } }
  })
}

/** Where somebody sets a new password, or their first. */
export async function linkFor(accounts: Accounts, person: string, publicUrl: string): Promise<string> {
  const { token } = await accounts.makeLink({
    kind: 'password',
    person,
    email: null,
    madeBy: null,
    forMs: LINK_MS,
    detail: 'on the machine',
  })
  return `${publicUrl}/reset#${token}`
}
