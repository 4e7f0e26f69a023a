/** Signing in with an OpenID provider, which is a real one. */
import type { Account } from '@attest/schema/accounts'
import type { Me } from '@attest/schema/api'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createLogger } from '../../apps/server/src/log.ts'
import { type Attempt, createOidc } from '../../apps/server/src/oidc.ts'
import { createOutgoing } from '../../apps/server/src/outgoing.ts'
import { type OpenIdProvider, openProvider } from '../support/provider.ts'
import { type Browser, openServer, origin, problemOf, type Server } from './support.ts'

const password = 'a lantern in the fog'
const callback = `${origin}/api/oidc/callback`

async function openBoth(settings: Parameters<typeof openServer>[0] = {}) {
  const provider = await openProvider(callback)
  onTestFinished(provider.close)
  const { issuer, clientId, clientSecret } = provider
  const oidc = { issuer, clientId, clientSecret, name: 'Newsroom' }
  const server = await openServer({ joinByName: false, oidc, ...settings })
  provider.accounts.set('ada', { email: 'ada@example.org', email_verified: true, name: 'Ada Lovelace' })
  return { provider, server }
}

async function begin(browser: Browser, body: object = {}): Promise<string> {
  const answer = await browser.post('/api/oidc/start', body)
  if (!answer.ok) throw new Error(`start: ${answer.status} ${await answer.text()}`)
  return ((await answer.json()) as { url: string }).url
}

/** All the way; resolves with where the browser ends up. */
async function goes(browser: Browser, provider: OpenIdProvider, subject: string, body: object = {}): Promise<string> {
  const back = await provider.passes(await begin(browser, body), subject)
  const answer = await browser.get(back.pathname + back.search)
  expect(answer.status).toBe(302)
  return answer.headers.get('location') ?? ''
}

async function makeAccount(server: Server, email: string): Promise<{ browser: Browser; me: Me }> {
  const browser = server.browser()
  const answer = await browser.post('/api/accounts', { name: 'Local', email, password })
  expect(answer.status).toBe(201)
  return { browser, me: (await answer.json()) as Me }
}

const confirm = (server: Server, { id }: Me) =>
  server.database.db.updateTable('user').set({ emailVerified: 1 }).where('id', '=', id).execute()

describe('somebody the provider knows', () => {
  it('gets an account where it may make them, and is the same person every time', async () => {
    const { provider, server } = await openBoth({ signUp: 'provider' })
    const browser = server.browser()
    expect(await browser.read('/api/join')).toMatchObject({ provider: 'Newsroom', signUp: false })
    expect(await goes(browser, provider, 'ada', { returnTo: '/projects/p?x=1#y' })).toBe('/projects/p?x=1#y')
    const me = await browser.read<Me>('/api/me')
    expect(me).toMatchObject({ name: 'Ada Lovelace', isByName: false, ownsWorkspace: false })
    expect(await browser.read<Account>('/api/account')).toMatchObject({
      email: 'ada@example.org',
      isConfirmed: true,
      hasPassword: false,
      hasProvider: true,
    })
    // By who they are there, whatever their address is by now.
    provider.accounts.set('ada', { email: 'countess@example.org', email_verified: true, name: 'A. King' })
    const elsewhere = server.browser()
    expect(await goes(elsewhere, provider, 'ada')).toBe('/')
    expect(await elsewhere.read<Me>('/api/me')).toEqual(me)
    // Only the session is left of it.
    expect([...elsewhere.jar.keys()]).toHaveLength(1)
  })

  it('needs an invitation elsewhere, or the first link', async () => {
    const { provider, server } = await openBoth()
    const stranger = server.browser()
    expect(await goes(stranger, provider, 'ada', { returnTo: '/projects/p' })).toBe(
      '/sign-in?problem=no-account&returnTo=%2Fprojects%2Fp',
    )
    expect((await stranger.get('/api/me')).status).toBe(401)
    const first = server.firstLink?.split('#')[1]
    expect(await goes(stranger, provider, 'ada', { first })).toBe('/')
    const owner = await stranger.read<Me>('/api/me')
    expect(owner).toMatchObject({ name: 'Ada Lovelace', ownsWorkspace: true })
    const invited = await server.catalog.invitations.add({
      projectId: 'sample',
      role: 'viewer',
      by: owner.id,
      email: null,
      expiresAt: Date.now() + 60_000,
      maxUses: 1,
    })
    provider.accounts.set('ben', { email: 'ben@example.org', email_verified: true, name: 'Ben' })
    const ben = server.browser()
    expect(await goes(ben, provider, 'ben', { invitation: invited?.token, returnTo: '/invite/x' })).toBe('/invite/x')
    expect(await ben.read<Me>('/api/me')).toMatchObject({ name: 'Ben', ownsWorkspace: false })
  })

  it('comes back to a path of this server, and to no other place', async () => {
    const { provider, server } = await openBoth({ signUp: 'provider' })
    for (const returnTo of ['//evil.example', 'https://evil.example/', '/\\evil.example', '/\t/evil.example', 'x'])
      expect(await goes(server.browser(), provider, 'ada', { returnTo })).toBe('/')
  })
})

describe('an account that is there already', () => {
  it('is joined where both are sure whose address it is', async () => {
    const { provider, server } = await openBoth({ signUp: 'on' })
    const { me, browser: before } = await makeAccount(server, 'ada@example.org')
    await confirm(server, me)
    const browser = server.browser()
    expect(await goes(browser, provider, 'ada')).toBe('/')
    expect(await browser.read<Me>('/api/me')).toMatchObject({ id: me.id })
    expect(await before.read<Account>('/api/account')).toMatchObject({ hasPassword: true, hasProvider: true })
  })

  it('is not opened by whoever only wrote the address into a form, here or there', async () => {
    const { provider, server } = await openBoth({ signUp: 'on' })
    // Somebody was here first, under an address that is not theirs.
    const mallory = await makeAccount(server, 'ada@example.org')
    const ada = server.browser()
    expect(await goes(ada, provider, 'ada')).toBe('/sign-in?problem=unconfirmed-here&returnTo=%2F')
    expect((await ada.get('/api/me')).status).toBe(401)
    expect(await mallory.browser.read<Account>('/api/account')).toMatchObject({ hasProvider: false })
    // And the other way round.
    const ben = await makeAccount(server, 'ben@example.org')
    await confirm(server, ben.me)
    provider.accounts.set('eve', { email: 'ben@example.org', email_verified: false, name: 'Eve' })
    const eve = server.browser()
    expect(await goes(eve, provider, 'eve')).toBe('/sign-in?problem=not-confirmed&returnTo=%2F')
    provider.accounts.set('mute', { name: 'Mute' })
    expect(await goes(eve, provider, 'mute')).toBe('/sign-in?problem=no-email&returnTo=%2F')
    expect((await eve.get('/api/me')).status).toBe(401)
  })

  it('is connected by its person, to an identity that is nobody else’s, and parted again', async () => {
    const { provider, server } = await openBoth({ signUp: 'on' })
    const { browser, me } = await makeAccount(server, 'local@example.org')
    expect(await goes(browser, provider, 'ada', { connect: true, returnTo: '/account' })).toBe('/account')
    expect(await browser.read<Me>('/api/me')).toEqual(me)
    const back = server.browser()
    await goes(back, provider, 'ada')
    expect(await back.read<Me>('/api/me')).toEqual(me)
    const other = await makeAccount(server, 'other@example.org')
    expect(await goes(other.browser, provider, 'ada', { connect: true })).toBe('/account?problem=taken')
    expect((await browser.send('DELETE', '/api/oidc/connection')).status).toBe(204)
    expect(await browser.read<Account>('/api/account')).toMatchObject({ hasProvider: false })
    expect((await server.browser().post('/api/oidc/start', { connect: true })).status).toBe(401)
  })

  it('is not connected for somebody who signed in meanwhile', async () => {
    const { provider, server } = await openBoth({ signUp: 'on' })
    const { browser } = await makeAccount(server, 'local@example.org')
    const back = await provider.passes(await begin(browser, { connect: true }), 'ada')
    await browser.post('/api/accounts', { name: 'Other', email: 'other@example.org', password })
    const answer = await browser.get(back.pathname + back.search)
    expect(answer.headers.get('location')).toBe('/account?problem=expired')
    expect(await browser.read<Account>('/api/account')).toMatchObject({ hasProvider: false })
  })
})

describe('what comes back from the provider', () => {
  it('is good for the browser that was sent there, once', async () => {
    const { provider, server } = await openBoth({ signUp: 'provider' })
    const browser = server.browser()
    const back = await provider.passes(await begin(browser), 'ada')
    const path = back.pathname + back.search
    const expired = '/sign-in?problem=expired&returnTo=%2F'
    // Somebody sends a link with their own answer, to have another act as them.
    const victim = server.browser()
    expect((await victim.get(path)).headers.get('location')).toBe(expired)
    await begin(victim)
    expect((await victim.get(path)).headers.get('location')).toBe(expired)
    expect((await victim.get('/api/me')).status).toBe(401)
    const kept = new Map(browser.jar)
    expect((await browser.get(path)).headers.get('location')).toBe('/')
    expect((await browser.get(path)).headers.get('location')).toBe(expired)
    // With the cookie as it was, the provider gives nothing for the same code.
    const thief = server.browser()
    for (const [name, value] of kept) thief.jar.set(name, value)
    expect((await thief.get(path)).headers.get('location')).toBe('/sign-in?problem=failed&returnTo=%2F')
    expect((await thief.get('/api/me')).status).toBe(401)
    const cancelled = server.browser()
    const state = new URL(await begin(cancelled)).searchParams.get('state')
    const answer = await cancelled.get(`/api/oidc/callback?error=access_denied&state=${state}`)
    expect(answer.headers.get('location')).toBe('/sign-in?problem=cancelled&returnTo=%2F')
  })

  it('has to answer the question that was asked: state, nonce, verifier, issuer', async () => {
    const provider = await openProvider(callback)
    onTestFinished(provider.close)
    provider.accounts.set('ada', { email: 'ada@example.org', email_verified: true })
    const { issuer, clientId, clientSecret } = provider
    const outgoing = createOutgoing({ allow: [issuer] })
    const log = createLogger('silent')
    const oidc = createOidc({ issuer, clientId, clientSecret, name: 'N' }, { outgoing, redirectUri: callback, log })
    const bring = async (change: (query: URLSearchParams, attempt: Attempt) => unknown) => {
      const { url, attempt } = await oidc.begin()
      const asked = new URL(url).searchParams
      expect(asked.get('code_challenge_method')).toBe('S256')
      expect(asked.get('scope')).toBe('openid email profile')
      const back = await provider.passes(url, 'ada')
      const mine = { ...attempt }
      change(back.searchParams, mine)
      return oidc.finish(back.searchParams, mine)
    }
    expect(await bring(() => {})).toMatchObject({
      ok: true,
      identity: { issuer, subject: 'ada' },
      email: 'ada@example.org',
      isConfirmed: true,
    })
    expect(await bring((_, attempt) => Object.assign(attempt, { state: 'x' }))).toEqual({ ok: false, why: 'expired' })
    expect(await bring((_, attempt) => Object.assign(attempt, { nonce: 'x' }))).toEqual({ ok: false, why: 'failed' })
    expect(await bring((_, attempt) => Object.assign(attempt, { verifier: 'x'.repeat(43) }))).toEqual({
      ok: false,
      why: 'failed',
    })
    expect(await bring((query) => query.set('iss', 'https://other.example'))).toEqual({ ok: false, why: 'failed' })
    expect(await bring((query) => query.delete('iss'))).toEqual({ ok: false, why: 'failed' })
    expect(await bring((query) => query.set('code', 'x'))).toEqual({ ok: false, why: 'failed' })
    // Another secret, another client, and one that speaks for somebody else.
    const wrong = createOidc(
      { issuer, clientId, clientSecret: 'x', name: 'N' },
      { outgoing, redirectUri: callback, log },
    )
    const { url, attempt } = await wrong.begin()
    expect(await wrong.finish((await provider.passes(url, 'ada')).searchParams, attempt)).toEqual({
      ok: false,
      why: 'failed',
    })
    const elsewhere = issuer.replace('127.0.0.1', 'localhost')
    const liar = createOidc(
      { issuer: elsewhere, clientId, clientSecret, name: 'N' },
      { outgoing: createOutgoing({ allow: [elsewhere, issuer] }), redirectUri: callback, log },
    )
    await expect(liar.begin()).rejects.toThrow('another issuer')
  })

  it('is not waited for where the provider is not there', async () => {
    const { provider, server } = await openBoth({ signUp: 'provider' })
    await provider.close()
    const answer = await server.browser().post('/api/oidc/start', {})
    expect(answer.status).toBe(502)
    expect(await problemOf(answer)).toBe('Newsroom does not answer as it should. Please try again later.')
  })
})
