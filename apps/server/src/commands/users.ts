/** `attest users`: who has an account here, made and closed by whoever has the machine. */
import { emailSchema } from '@attest/schema/accounts'
import { personName } from '@attest/schema/api'
import { makeToken } from '../token.ts'
import { CannotRun, type Done } from './command.ts'
import { withCatalog, withCatalogAlone } from './data.ts'
import { linkFor } from './link.ts'

export interface UsersOptions {
  dataFolder: string
}

/** A line for each: id, name, address, when they were last here. */
export function listUsers({ dataFolder }: UsersOptions): Promise<Done> {
  return withCatalog(dataFolder, async ({ accounts }) => {
    const people = await accounts.list()
    const lines = people.map(({ id, name, email, ownsWorkspace, isClosed, usedAt }) =>
      [
        id,
        name,
        email ?? '-',
        isClosed ? 'closed' : ownsWorkspace ? 'owner' : 'member',
        usedAt === null ? '-' : new Date(usedAt).toISOString(),
      ].join('\t'),
    )
    return { say: lines.join('\n'), value: people }
  })
}

export interface NewUserOptions extends UsersOptions {
  name: string
  email: string
  /** Where people reach the server. */
  publicUrl: string
}

/** An account that is a member of nothing yet, and the link with which its person sets a password. */
export function addUser({ dataFolder, name, email, publicUrl }: NewUserOptions): Promise<Done> {
  const [given, address] = [personName.safeParse(name), emailSchema.safeParse(email)]
  if (!given.success) throw new CannotRun(given.error.issues[0]?.message ?? `“${name}” cannot be a name.`)
  if (!address.success) throw new CannotRun(`“${email}” is no address of mail.`)
  return withCatalog(dataFolder, async ({ accounts }) => {
    // Better-auth is long to load, and nothing else here needs it.
    const { hashPassword } = await import('better-auth/crypto')
    // Nobody knows it: the link is the way in.
    const passwordHash = await hashPassword(makeToken())
    const made = await accounts.add({ name: given.data, email: address.data, isConfirmed: true, passwordHash })
    if (!made.ok) throw new CannotRun(`Somebody signs in with ${address.data} already.`)
    const url = await linkFor(accounts, made.person, publicUrl)
    return { say: url, value: { id: made.person, url } }
  })
}

export interface CloseUserOptions extends UsersOptions {
  email: string
}

/** Takes the account away, as its person could in the page; what they made stays, with their name on it. */
export function closeUser({ dataFolder, email }: CloseUserOptions): Promise<Done> {
  return withCatalogAlone(dataFolder, async ({ accounts, members, people }) => {
    const { data: address = '' } = emailSchema.safeParse(email)
    const found = await accounts.withEmail(address)
    if (!found) throw new CannotRun(`Nobody signs in with ${email} here.`)
    const { person } = found
    const me = await people.me(person)
    if (me?.ownsWorkspace) throw new CannotRun(`${email} owns the workspace, and hands it over first, in the page.`)
    const [alone] = await accounts.ownedAlone(person)
    if (alone) throw new CannotRun(`Nobody else owns “${alone.name}”. Make somebody an owner there first.`)
    for (const projectId of await accounts.projectsOf(person)) await members.remove({ projectId, by: person, person })
    await accounts.close(person, person)
    return { say: `The account of ${email} is closed.`, value: { id: person } }
  })
}
