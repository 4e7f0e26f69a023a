/**
 * Tokens, in links and those of programs: whoever has one is let in, so they cannot be guessed, and what is stored does
 * not open the door.
 */
import { createHash, randomBytes } from 'node:crypto'
import { TOKEN_PREFIX } from '@attest/schema/token'

/** 256 random bits, in letters that fit into an address. */
export function makeToken(): string {
  return randomBytes(32).toString('base64url')
}

/** Under what a token is looked up. Nobody can try 2^256 of them, so the hash needs no salt and no slowness. */
export function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('base64url')
}

/** The token in these headers; null where there is none, as with what a proxy adds for itself. */
export function bearerOf(headers: Headers): string | null {
  const [, token] = /^Bearer +(\S+) *$/i.exec(headers.get('authorization') ?? '') ?? []
  return token?.startsWith(TOKEN_PREFIX) ? token : null
}
