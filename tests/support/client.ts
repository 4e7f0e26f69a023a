/** A program that asks a server of the HTTP tests by the typed client, with a personal token of somebody's. */
import { type Client, connect } from '@attest/schema/client'
import type { MadeToken, Scope } from '@attest/schema/token'
import { type Browser, origin, type Server } from '../http/support.ts'

export const allScopes: readonly Scope[] = ['read', 'annotate', 'review', 'manage']

export async function tokenOf(browser: Browser, scopes = allScopes, more: object = {}): Promise<string> {
  const made = await browser.post('/api/account/tokens', { name: 'A script', scopes, days: 30, ...more })
  if (!made.ok) throw new Error(`no token: ${made.status} ${await made.text()}`)
  return ((await made.json()) as MadeToken).token
}

/** `fetch`, handed to the server without a port. */
export function fetchOf(server: Pick<Server, 'ask'>) {
  return async (url: string, init: RequestInit) => server.ask(url.slice(origin.length), init)
}

export async function clientOf(server: Server, browser: Browser, scopes = allScopes): Promise<Client> {
  return connect({ url: origin, token: await tokenOf(browser, scopes), fetch: fetchOf(server), sleep: async () => {} })
}
