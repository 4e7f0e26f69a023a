/** Tokens in links: whoever has the link is let in, so they cannot be guessed, and what is stored does not open the door. */
import { createHash, randomBytes } from 'node:crypto'

/** 256 random bits, in letters that fit into an address. */
export function makeToken(): string {
  return randomBytes(32).toString('base64url')
}

/** Under what a token is looked up. Nobody can try 2^256 of them, so the hash needs no salt and no slowness. */
export function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('base64url')
}
