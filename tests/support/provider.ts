/** A real OpenID provider on loopback, and a browser of somebody who is known there. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import Provider from 'oidc-provider'

export interface ProviderAccount {
  email?: string
  email_verified?: boolean
  name?: string
}

export interface OpenIdProvider {
  issuer: string
  clientId: string
  clientSecret: string
  /** Who is known there, by subject; may be changed. */
  accounts: Map<string, ProviderAccount>
  /** Goes there as this person and says yes; resolves with the address it sends them back to. */
  passes(url: string, subject: string): Promise<URL>
  close(): Promise<void>
}

export async function openProvider(redirectUri: string): Promise<OpenIdProvider> {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const accounts = new Map<string, ProviderAccount>()
  const [clientId, clientSecret] = ['attest', 'a secret with : and %']
  let subject = ''
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: clientId,
        client_secret: clientSecret,
        redirect_uris: [redirectUri],
        grant_types: ['authorization_code'],
        response_types: ['code'],
      },
    ],
    cookies: { keys: ['only for tests'] },
    pkce: { required: () => true },
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_, { uid }) => `/interaction/${uid}` },
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, ...accounts.get(id) }) }),
    async loadExistingGrant({ oidc }) {
      const grant = new oidc.provider.Grant({
        clientId: oidc.client?.clientId ?? '',
        accountId: oidc.session?.accountId ?? '',
      })
      grant.addOIDCScope('openid email profile')
      await grant.save()
      return grant
    },
  })
  const answer = provider.callback()
  server.on('request', (request, response) => {
    if (!request.url?.startsWith('/interaction/')) return void answer(request, response)
    void provider.interactionFinished(request, response, { login: { accountId: subject } })
  })

  return {
    issuer,
    clientId,
    clientSecret,
    accounts,
    async passes(url, who) {
      subject = who
      const jar = new Map<string, string>()
      for (let at = url, hop = 0; hop < 8; hop++) {
        const cookie = Array.from(jar, ([name, value]) => `${name}=${value}`).join('; ')
        const found = await fetch(at, { redirect: 'manual', headers: { cookie } })
        for (const one of found.headers.getSetCookie()) {
          const [pair = ''] = one.split(';')
          jar.set(pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1))
        }
        const next = found.headers.get('location')
        if (next === null) throw new Error(`the provider answered ${found.status}: ${await found.text()}`)
        at = new URL(next, at).href
        if (!at.startsWith(issuer)) return new URL(at)
      }
      throw new Error('the provider sends round in circles')
    },
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
