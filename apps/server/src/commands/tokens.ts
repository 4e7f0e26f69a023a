/** `attest token`: personal tokens for programs, made and revoked by whoever has the machine. */
import { emailSchema } from '@attest/schema/accounts'
import { MOST_TOKENS, newTokenSchema } from '@attest/schema/token'
import type { Catalog } from '../store/catalog.ts'
import { CannotRun, type Done } from './command.ts'
import { withCatalog } from './data.ts'

const DAY_MS = 24 * 60 * 60_000

export interface TokensOptions {
  dataFolder: string
  /** Somebody’s address of mail, or their id. */
  who: string
}

export interface NewTokenOptions extends TokensOptions {
  /** As it stands on the command line. */
  asked: unknown
}

/** The token is told this once. A server may run meanwhile, and knows it at once. */
export function makeToken({ dataFolder, who, asked }: NewTokenOptions): Promise<Done> {
  const read = newTokenSchema.safeParse(asked)
  if (!read.success) {
    const [issue] = read.error.issues
    throw new CannotRun(`${issue?.path.join('.') || 'The token'}: ${issue?.message ?? 'is not as it should be'}.`)
  }
  return withCatalog(dataFolder, async (catalog) => {
    const person = await personOf(catalog, who)
    const { name, scopes, days, project = null } = read.data
    if (project !== null && !(await catalog.projects.seenBy(person, project)))
      throw new CannotRun(`There is no project ${project}, or ${who} is not a member of it.`)
    const made = await catalog.tokens.add({ person, name, scopes, project, expiresAt: Date.now() + days * DAY_MS })
    if (!made) throw new CannotRun(`${who} has ${MOST_TOKENS} tokens already. Revoke one that is not used.`)
    return { say: made.token, value: { ...made.kept, token: made.token } }
  })
}

/** A line for each: id, name, scopes, until when, when it was last used. */
export function listTokens({ dataFolder, who }: TokensOptions): Promise<Done> {
  return withCatalog(dataFolder, async (catalog) => {
    const tokens = await catalog.tokens.of(await personOf(catalog, who))
    const day = (at: number | null) => (at === null ? '-' : new Date(at).toISOString())
    const lines = tokens.map(({ id, name, scopes, expiresAt, usedAt, revokedAt }) =>
      [id, name, scopes.join(' '), revokedAt === null ? day(expiresAt) : 'revoked', day(usedAt)].join('\t'),
    )
    return { say: lines.join('\n'), value: tokens }
  })
}

export interface RevokeOptions extends TokensOptions {
  id: string
}

/** A server that runs refuses it at the next request; what is open in its name closes when it is looked at again. */
export function revokeToken({ dataFolder, who, id }: RevokeOptions): Promise<Done> {
  return withCatalog(dataFolder, async (catalog) => {
    if (!(await catalog.tokens.revoke(await personOf(catalog, who), id)))
      throw new CannotRun(`${who} has no token ${id}, or it is revoked already.`)
    return { say: `The token ${id} is revoked.`, value: { id } }
  })
}

async function personOf({ accounts, people }: Catalog, who: string): Promise<string> {
  const { data: address } = emailSchema.safeParse(who)
  const person = address ? (await accounts.withEmail(address))?.person : (await people.find(who))?.id
  if (!person) throw new CannotRun(`Nobody here has the address or the id ${who}; “attest users” lists them.`)
  return person
}
