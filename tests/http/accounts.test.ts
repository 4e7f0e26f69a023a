/** Accounts as a browser and a mailbox see them. */
import type { Account, LinkInfo, ListedPerson, OpenSession } from '@attest/schema/accounts'
import type { Me, Project } from '@attest/schema/api'
import { describe, expect, it, onTestFinished } from 'vitest'
import { openPostOffice } from '../support/mail.ts'
import { type Browser, openServer, origin, problemOf, type Server } from './support.ts'

const password = 'a lantern in the fog'
const another = 'seven grey herons stand'
const ada = { name: 'Ada', email: 'ada@example.org', password }

/** A server where a name is not enough, and its owner, signed in. */
async function openOffice(
  settings: Parameters<typeof openServer>[0] = {},
): Promise<{ server: Server; owner: Browser }> {
  const server = await openServer({ joinByName: false, ...settings })
  const owner = server.browser()
  const answer = await owner.post('/api/accounts', { ...ada, first: tokenIn(server.firstLink ?? '') })
  expect(answer.status).toBe(201)
  return { server, owner }
}

async function openWithMail() {
  const office = await openPostOffice()
  onTestFinished(office.close)
  return { office, ...(await openOffice({ mail: { url: office.url, from: 'attest@example.org' } })) }
}

function tokenIn(text: string): string {
  const found = /#([\w-]{20,})/.exec(text)?.[1]
  if (!found) throw new Error(`no link in: ${text}`)
  return found
}

async function signIn(server: Server, email = ada.email, secret = password): Promise<Browser> {
  const browser = server.browser()
  const answer = await browser.post('/api/sign-in', { email, password: secret })
  if (!answer.ok) throw new Error(`sign in: ${answer.status} ${await answer.text()}`)
  return browser
}

const audited = async (server: Server) =>
  (await server.catalog.audit.entries(null, { limit: 50 })).map(({ act }) => act).reverse()

describe('the first start', () => {
  it('makes the owner of the workspace with the link, once', async () => {
    const server = await openServer({ joinByName: false })
    const token = tokenIn(server.firstLink ?? '')
    const [one, two] = [server.browser(), server.browser()]
    expect(await one.read('/api/join')).toMatchObject({ isNew: true, joinByName: false, me: null })
    expect(await (await one.post('/api/accounts/link', { token })).json()).toMatchObject({
      kind: 'first',
      person: null,
    })
    const answers = await Promise.all([
      one.post('/api/accounts', { ...ada, first: token }),
      two.post('/api/accounts', { ...ada, name: 'Ben', email: 'ben@example.org', first: token }),
    ])
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 410])
    const people = await Promise.all([one, two].map(async (browser) => (await browser.get('/api/me')).status))
    expect(people.sort()).toEqual([200, 401])
    const owner = answers[0]?.status === 201 ? one : two
    expect(await owner.read<Me>('/api/me')).toMatchObject({ ownsWorkspace: true, isByName: false })
    expect(await owner.read<Project[]>('/api/projects')).toMatchObject([{ id: 'sample', role: 'owner' }])
    expect(await owner.read('/api/join')).toMatchObject({ isNew: false })
    expect((await one.post('/api/accounts/link', { token })).status).toBe(410)
  })

  it('stands until it is used, is a new one after each start, and is none once there is an owner', async () => {
    const server = await openServer({ joinByName: false })
    const old = tokenIn(server.firstLink ?? '')
    await server.close()
    const again = await openServer({ joinByName: false, folder: server.folder })
    expect((await again.browser().post('/api/accounts', { ...ada, first: old })).status).toBe(410)
    const made = await again.browser().post('/api/accounts', { ...ada, first: tokenIn(again.firstLink ?? '') })
    expect(made.status).toBe(201)
    await again.close()
    const third = await openServer({ joinByName: false, folder: server.folder })
    expect(third.firstLink).toBe(null)
    expect((await signIn(third)).jar.size).toBe(1)
  })

  it('keeps the link when the address cannot be used', async () => {
    const server = await openServer({ joinByName: false })
    const first = tokenIn(server.firstLink ?? '')
    expect((await server.browser().post('/api/accounts', { ...ada, email: 'nowhere', first })).status).toBe(422)
    expect((await server.browser().post('/api/accounts', { ...ada, first })).status).toBe(201)
  })

  it('gives the workspace back to whoever owned it by name', async () => {
    const server = await openServer()
    expect(server.firstLink).toBe(null)
    const named = server.browser()
    const { id } = await named.join('Ada')
    await server.close()
    const moved = await openServer({ joinByName: false, folder: server.folder })
    const first = tokenIn(moved.firstLink ?? '')
    const browser = moved.browser()
    expect(await (await browser.post('/api/accounts/link', { token: first })).json()).toMatchObject({ person: { id } })
    expect(await (await browser.post('/api/accounts', { ...ada, name: 'Other', first })).json()).toMatchObject({
      id,
      name: 'Ada',
      ownsWorkspace: true,
    })
  })
})

describe('signing in', () => {
  it('takes the address in any case, and nobody new is a member of anything', async () => {
    const { server } = await openOffice({ signUp: 'on' })
    const ben = server.browser()
    const made = await ben.post('/api/accounts', { name: 'Ben', email: ' Ben@Example.ORG ', password })
    expect(made.status).toBe(201)
    expect(await made.json()).toMatchObject({ name: 'Ben', ownsWorkspace: false, isByName: false })
    expect(await ben.read('/api/projects')).toEqual([])
    await ben.post('/api/leave')
    expect((await ben.get('/api/me')).status).toBe(401)
    const back = await signIn(server, 'BEN@example.org')
    expect(await back.read<Me>('/api/me')).toMatchObject({ name: 'Ben' })
    expect(await audited(server)).toEqual(['account.create', 'account.create', 'account.sign-out', 'account.sign-in'])
  })

  it('says the same of an address that nobody has as of a wrong password', async () => {
    const { server } = await openOffice()
    const wrong = await server.browser().post('/api/sign-in', { email: ada.email, password: another })
    const unknown = await server.browser().post('/api/sign-in', { email: 'eve@example.org', password })
    expect([wrong.status, unknown.status]).toEqual([401, 401])
    expect(await wrong.text()).toBe(await unknown.text())
    expect([...wrong.headers.keys()]).toEqual([...unknown.headers.keys()])
    await expect.poll(() => audited(server)).toEqual(['account.create', 'account.sign-in-failed'])
  })

  it('compares a password also where there is none to compare it with', async () => {
    const { server } = await openOffice()
    const time = async (email: string) => {
      const from = performance.now()
      for (let i = 0; i < 4; i++) await server.browser().post('/api/sign-in', { email, password: another })
      return performance.now() - from
    }
    await time('warm@example.org')
    // Without the comparison it would be a hundredth.
    expect((await time('eve@example.org')) / (await time(ada.email))).toBeGreaterThan(0.4)
  })

  it('gives every sign-in a session of its own, whatever the browser brought, and ends what it had', async () => {
    const { server, owner } = await openOffice({ signUp: 'on' })
    const [name = '', planted = ''] = [...owner.jar][0] ?? []
    const victim = server.browser()
    victim.jar.set(name, planted)
    await victim.post('/api/accounts', { name: 'Ben', email: 'ben@example.org', password })
    expect(victim.jar.get(name)).not.toBe(planted)
    expect(await victim.read<Me>('/api/me')).toMatchObject({ name: 'Ben' })
    expect((await owner.get('/api/me')).status).toBe(401)
  })

  it('keeps an account signed in for a month, and somebody with a name for longer', async () => {
    const { server } = await openOffice()
    const answer = await server.browser().post('/api/sign-in', { email: ada.email, password })
    expect(answer.headers.getSetCookie()[0]).toContain(`Max-Age=${30 * 24 * 60 * 60}`)
    expect(answer.headers.get('cache-control')).toBe('no-store')
  })

  it('makes cookies that only this host may set and only https carries, where people come by https', async () => {
    const at = 'https://attest.example.org'
    const server = await openServer({ at })
    const headers = { 'content-type': 'application/json', origin: at, host: 'attest.example.org' }
    const answer = await server.ask('/api/join', { method: 'POST', headers, body: '{"name":"Ada"}' })
    const [cookie = ''] = answer.headers.getSetCookie()
    expect(cookie).toMatch(/^__Host-attest-[0-9a-f]{8}\.session_token=/)
    for (const part of ['HttpOnly', 'Secure', 'SameSite=Lax', 'Path=/']) expect(cookie).toContain(part)
    expect(cookie).not.toContain('Domain')
    // Those who joined before cookies were called so have nothing but theirs.
    const old = cookie.split(';')[0]?.replace('__Host-', '__Secure-') ?? ''
    const back = await server.ask('/api/join', { headers: { ...headers, cookie: old } })
    expect(await back.json()).toMatchObject({ me: { name: 'Ada' } })
    const [fresh = '', gone = ''] = back.headers.getSetCookie()
    expect(fresh.split(';')[0]).toBe(cookie.split(';')[0])
    expect(gone).toMatch(/^__Secure-.*Max-Age=0/)
  })

  it('is for the pages of this server alone', async () => {
    const { server } = await openOffice()
    const answer = await server
      .browser()
      .post('/api/sign-in', { email: ada.email, password }, { origin: 'https://evil.example' })
    expect(answer.status).toBe(403)
    expect(answer.headers.getSetCookie()).toEqual([])
  })
})

describe('too many tries', () => {
  const guess = (server: Server, i: number, headers: Record<string, string> = {}) =>
    server.browser().post('/api/sign-in', { email: ada.email, password: `wrong guess ${i}` }, headers)

  it('are refused for one account, also when they come all at once, and say when again', async () => {
    const { server } = await openOffice()
    const answers = await Promise.all(Array.from({ length: 25 }, (_, i) => guess(server, i)))
    const statuses = answers.map(({ status }) => status)
    expect(statuses.filter((status) => status === 401)).toHaveLength(15)
    const refused = answers.find(({ status }) => status === 429)
    expect(Number(refused?.headers.get('retry-after'))).toBeGreaterThan(800)
    expect(await problemOf(refused as Response)).toBe('That was tried too often. Please try again in 15 minutes.')
    // Not even with the right one, and of others nothing is known.
    expect((await server.browser().post('/api/sign-in', { email: ada.email, password })).status).toBe(429)
    expect((await server.browser().post('/api/sign-in', { email: 'b@example.org', password })).status).toBe(401)
  }, 120_000)

  it('are counted by the address that a proxy of ours tells, and by nothing that a stranger writes', async () => {
    const { server } = await openOffice({ proxies: 1, signUp: 'on' })
    const make = (i: number, forwarded: string) =>
      server
        .browser()
        .post(
          '/api/accounts',
          { name: 'X', email: `x${i}@example.org`, password: 'short' },
          { 'x-forwarded-for': forwarded },
        )
    const invite = (i: number, forwarded: string) =>
      server
        .browser()
        .post('/api/accounts/link', { token: `no-such-token-at-all-${i}` }, { 'x-forwarded-for': forwarded })
    const statuses = []
    for (let i = 0; i < 62; i++) statuses.push((await invite(i, `198.51.100.${i}, 203.0.113.9`)).status)
    expect(statuses.filter((status) => status === 410)).toHaveLength(60)
    expect(statuses.at(-1)).toBe(429)
    expect((await invite(99, '203.0.113.10')).status).toBe(410)
    expect((await make(1, '203.0.113.9')).status).toBe(422)
  })

  it('are not refused to whoever knows the password', async () => {
    const { server } = await openOffice()
    for (let round = 0; round < 2; round++) {
      for (let i = 0; i < 10; i++) expect((await guess(server, i)).status).toBe(401)
      await signIn(server)
    }
  }, 120_000)
})

describe('a new account', () => {
  it.each([
    [{ password: 'too short' }, 'A password has at least 12 characters.'],
    [{ password: 'x'.repeat(129) }, 'A password has at most 128 characters.'],
    [{ password: 'Password1234!' }, 'This password is among the first that are tried. Please take another.'],
    [{ password: 'ada@example.org1' }, 'This password is your name or address with little else. Please take another.'],
    [{ email: 'ada' }, 'Please enter an address such as name@example.org.'],
    [{ name: ' ' }, 'Please enter a name.'],
  ])('says what is wrong with %j', async (change, detail) => {
    const server = await openServer({ signUp: 'on' })
    const answer = await server.browser().post('/api/accounts', { ...ada, ...change })
    expect(answer.status).toBe(422)
    expect(await problemOf(answer)).toBe(detail)
  })

  it('needs an invitation that is good, where signing up is off, and does not use it up', async () => {
    const { server, owner } = await openOffice()
    const { id } = await owner.read<Me>('/api/me')
    const ben = { name: 'Ben', email: 'ben@example.org', password }
    expect((await server.browser().post('/api/accounts', ben)).status).toBe(403)
    expect((await server.browser().post('/api/accounts', { ...ben, invitation: 'x'.repeat(43) })).status).toBe(403)
    const invited = await server.catalog.invitations.add({
      projectId: 'sample',
      role: 'annotator',
      by: id,
      email: null,
      expiresAt: Date.now() + 60_000,
      maxUses: 1,
    })
    const browser = server.browser()
    const made = await browser.post('/api/accounts', { ...ben, invitation: invited?.token })
    expect(made.status).toBe(201)
    const { id: benId } = (await made.json()) as Me
    expect(await server.catalog.invitations.accept(invited?.token ?? '', benId)).toMatchObject({ ok: true })
    expect(await browser.read<Project[]>('/api/projects')).toMatchObject([{ role: 'annotator' }])
  })

  it('is not made twice for one address, by two at once either', async () => {
    const server = await openServer({ signUp: 'on' })
    const answers = await Promise.all([1, 2, 3].map(() => server.browser().post('/api/accounts', ada)))
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409])
    expect((await server.catalog.accounts.list()).filter(({ email }) => email === ada.email)).toHaveLength(1)
  })
})

describe('a forgotten password', () => {
  it('is set anew by a mailed link, once, which ends every session there was', async () => {
    const { office, server, owner } = await openWithMail()
    await office.letterTo(ada.email)
    const visitor = server.browser()
    expect((await visitor.post('/api/accounts/forgot', { email: 'ADA@example.org' })).status).toBe(202)
    const letter = await office.letterTo(ada.email)
    expect(letter.subject).toBe('A new password for Attest')
    expect(letter.text).toContain(`${origin}/reset#`)
    const token = tokenIn(letter.text)
    const info = (await (await visitor.post('/api/accounts/link', { token })).json()) as LinkInfo
    expect(info).toMatchObject({ kind: 'password', person: { name: 'Ada' }, email: ada.email })
    expect((await visitor.post('/api/accounts/reset', { token, password: 'short' })).status).toBe(422)
    const answers = await Promise.all(
      [visitor, server.browser()].map((browser) => browser.post('/api/accounts/reset', { token, password: another })),
    )
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 410])
    expect((await owner.get('/api/me')).status).toBe(401)
    expect((await server.browser().post('/api/sign-in', { email: ada.email, password })).status).toBe(401)
    const back = await signIn(server, ada.email, another)
    // Who can read the mailbox has shown whose it is.
    expect(await back.read<Account>('/api/account')).toMatchObject({ isConfirmed: true })
    expect(await audited(server)).toEqual(
      expect.arrayContaining(['account.reset-link', 'account.password', 'account.session-end']),
    )
  })

  it('set by mail leaves no way in to whoever had registered the address before its owner', async () => {
    const { server, office } = await openWithMail()
    const { accounts } = server.catalog
    const identity = { issuer: 'https://login.example', subject: 'mallory' }
    const passwordHash = await server.auth.hashPassword('the first to register it')
    const made = await accounts.add({ name: 'Mallory', email: 'vera@example.org', isConfirmed: false, passwordHash })
    if (!made.ok) throw new Error(made.why)
    expect(await accounts.connect(made.person, identity)).toBe(true)
    const vera = server.browser()
    await vera.post('/api/accounts/forgot', { email: 'vera@example.org' })
    const token = tokenIn((await office.letterTo('vera@example.org')).text)
    expect((await vera.post('/api/accounts/reset', { token, password: another })).status).toBe(200)
    expect(await accounts.withIdentity(identity)).toBeNull()
    // Whose own address it was proved to be keeps what they had joined.
    expect(await accounts.connect(made.person, identity)).toBe(true)
    await vera.post('/api/accounts/forgot', { email: 'vera@example.org' })
    const next = tokenIn((await office.letterTo('vera@example.org')).text)
    expect((await vera.post('/api/accounts/reset', { token: next, password })).status).toBe(200)
    expect(await accounts.withIdentity(identity)).toBe(made.person)
  })

  it('is answered the same where nobody has the address, and nothing is sent', async () => {
    const { office, server } = await openWithMail()
    await office.letterTo(ada.email)
    const known = await server.browser().post('/api/accounts/forgot', { email: ada.email })
    const unknown = await server.browser().post('/api/accounts/forgot', { email: 'eve@example.org' })
    expect([known.status, await known.text()]).toEqual([unknown.status, await unknown.text()])
    await office.letterTo(ada.email)
    expect(office.letters.filter(({ to }) => to.includes('eve@example.org'))).toEqual([])
  })

  it('makes no flood of mails', async () => {
    const { server } = await openWithMail()
    const ask = async () => (await server.browser().post('/api/accounts/forgot', { email: ada.email })).status
    const statuses = []
    for (let i = 0; i < 6; i++) statuses.push(await ask())
    expect(statuses).toEqual([202, 202, 202, 202, 429, 429])
  })

  it('is set anew by a link of the owner where no mail is set up; nobody else can make one', async () => {
    const { server, owner } = await openOffice({ signUp: 'on' })
    const ben = server.browser()
    const made = await ben.post('/api/accounts', { name: 'Ben', email: 'ben@example.org', password })
    const { id } = (await made.json()) as Me
    expect((await ben.post('/api/accounts/forgot', { email: 'ben@example.org' })).status).toBe(403)
    expect((await ben.post(`/api/people/${id}/link`)).status).toBe(403)
    const link = (await (await owner.post(`/api/people/${id}/link`)).json()) as { url: string; expiresAt: number }
    expect(link.expiresAt - Date.now()).toBeLessThanOrEqual(3 * 24 * 60 * 60 * 1000)
    const token = tokenIn(link.url)
    // It is nowhere in the database, and no link of another kind.
    const rows = await server.database.db.selectFrom('account_link').selectAll().execute()
    expect(JSON.stringify(rows)).not.toContain(token)
    expect((await ben.post('/api/accounts/confirm', { token })).status).toBe(410)
    expect((await ben.post('/api/accounts', { ...ada, email: 'x@example.org', first: token })).status).toBe(410)
    const browser = server.browser()
    expect((await browser.post('/api/accounts/reset', { token, password: another })).status).toBe(200)
    expect(await browser.read<Me>('/api/me')).toMatchObject({ id })
    expect((await ben.get('/api/me')).status).toBe(401)
    const { id: ownId } = await owner.read<Me>('/api/me')
    expect((await owner.post(`/api/people/${ownId}/link`)).status).toBe(409)
  })

  it('is not set by a link that has run out', async () => {
    const { server, owner } = await openOffice({ signUp: 'on' })
    const made = await server.browser().post('/api/accounts', { name: 'Ben', email: 'ben@example.org', password })
    const { id } = (await made.json()) as Me
    const { url } = (await (await owner.post(`/api/people/${id}/link`)).json()) as { url: string }
    await server.database.db
      .updateTable('account_link')
      .set({ expires_at: Date.now() - 1 })
      .execute()
    const answer = await server.browser().post('/api/accounts/reset', { token: tokenIn(url), password: another })
    expect(answer.status).toBe(410)
    expect(await problemOf(answer)).toBe('This link has been used or is over. Please ask for a new one.')
  })
})

describe('one’s own account', () => {
  it('is what a name becomes with an address and a password: the same person, who can come back', async () => {
    const server = await openServer()
    const named = server.browser()
    const me = await named.join('Ada')
    expect(me).toMatchObject({ isByName: true })
    expect(await named.read<Account>('/api/account')).toMatchObject({ email: null, hasPassword: false })
    const [cookie] = named.jar.values()
    const answer = await named.post('/api/account/credentials', { email: ada.email, password })
    expect(await answer.json()).toEqual({ ...me, isByName: false })
    expect([...named.jar.values()]).not.toContain(cookie)
    expect((await named.post('/api/account/credentials', { email: 'b@example.org', password })).status).toBe(409)
    await named.post('/api/leave')
    const back = await signIn(server)
    expect(await back.read<Me>('/api/me')).toEqual({ ...me, isByName: false })
    expect(await back.read<Project[]>('/api/projects')).toMatchObject([{ id: 'sample', role: 'owner' }])
  })

  it('lists where one is signed in, and ends one session or all others', async () => {
    const { server, owner } = await openOffice()
    const browser = server.browser()
    const agent = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'
    await browser.post('/api/sign-in', { email: ada.email, password }, { 'user-agent': agent })
    const third = await signIn(server)
    const sessions = await owner.read<OpenSession[]>('/api/account/sessions')
    expect(sessions).toHaveLength(3)
    expect(sessions.map(({ isThis }) => isThis)).toEqual([true, false, false])
    const firefox = sessions.find((one) => one.browser === 'Firefox')
    expect(firefox).toMatchObject({ system: 'Linux', isThis: false })
    for (const { id } of sessions) for (const cookie of [...owner.jar.values()]) expect(cookie).not.toContain(id)
    expect((await owner.send('DELETE', `/api/account/sessions/${firefox?.id}`)).status).toBe(204)
    expect((await browser.get('/api/me')).status).toBe(401)
    expect((await third.get('/api/me')).status).toBe(200)
    expect((await owner.send('DELETE', '/api/account/sessions')).status).toBe(204)
    expect((await third.get('/api/me')).status).toBe(401)
    expect((await owner.get('/api/me')).status).toBe(200)
  })

  it('has sessions that nobody else can end', async () => {
    const { server, owner } = await openOffice({ signUp: 'on' })
    const ben = server.browser()
    await ben.post('/api/accounts', { name: 'Ben', email: 'ben@example.org', password })
    const [session] = await owner.read<OpenSession[]>('/api/account/sessions')
    expect((await ben.send('DELETE', `/api/account/sessions/${session?.id}`)).status).toBe(404)
    expect((await owner.get('/api/me')).status).toBe(200)
  })

  it('changes its password with the present one, which ends the sessions elsewhere', async () => {
    const { server, owner } = await openOffice()
    const elsewhere = await signIn(server)
    const [old] = owner.jar.values()
    expect((await owner.post('/api/account/password', { current: another, password: another })).status).toBe(403)
    expect((await owner.post('/api/account/password', { password: another })).status).toBe(422)
    expect((await owner.post('/api/account/password', { current: password, password: another })).status).toBe(200)
    expect([...owner.jar.values()]).not.toContain(old)
    expect((await owner.get('/api/me')).status).toBe(200)
    expect((await elsewhere.get('/api/me')).status).toBe(401)
    await signIn(server, ada.email, another)
  })

  it('changes its name and colour', async () => {
    const { owner, server } = await openOffice({ signUp: 'on' })
    await server.browser().post('/api/accounts', { name: 'Ben', email: 'ben@example.org', password })
    expect(await (await owner.post('/api/account', { name: 'ben', color: 7 })).json()).toMatchObject({
      name: 'ben 2',
      color: 7,
    })
    expect(await (await owner.post('/api/account', { name: 'Ben 2' })).json()).toMatchObject({
      name: 'Ben 2',
      color: 7,
    })
    expect((await owner.post('/api/account', { color: 12 })).status).toBe(422)
  })

  it('changes its address when the link to the new one is opened, and at once where no mail is sent', async () => {
    const { office, server, owner } = await openWithMail()
    await office.letterTo(ada.email)
    const change = { email: 'ada@new.example', password }
    expect((await owner.post('/api/account/email', { ...change, password: another })).status).toBe(403)
    expect(await (await owner.post('/api/account/email', change)).json()).toEqual({ isSent: true })
    expect(await owner.read<Account>('/api/account')).toMatchObject({ email: ada.email })
    const token = tokenIn((await office.letterTo('ada@new.example')).text)
    expect((await server.browser().post('/api/accounts/confirm', { token })).status).toBe(200)
    expect(await owner.read<Account>('/api/account')).toMatchObject({ email: 'ada@new.example', isConfirmed: true })
    expect((await server.browser().post('/api/accounts/confirm', { token })).status).toBe(410)

    const without = await openOffice()
    expect(await (await without.owner.post('/api/account/email', change)).json()).toEqual({ isSent: false })
    expect(await without.owner.read<Account>('/api/account')).toMatchObject({
      email: 'ada@new.example',
      isConfirmed: false,
    })
  })

  it('is closed with the password: the name stays, and nothing else of them acts', async () => {
    const { server, owner } = await openOffice({ signUp: 'on' })
    const ben = server.browser()
    const made = await ben.post('/api/accounts', { name: 'Ben', email: 'ben@example.org', password })
    const { id } = (await made.json()) as Me
    await server.catalog.projects.setRole('sample', id, 'annotator')
    const elsewhere = await signIn(server, 'ben@example.org')
    expect((await ben.post('/api/account/close', { password: another })).status).toBe(403)
    expect((await ben.post('/api/account/close', { password })).status).toBe(204)
    for (const browser of [ben, elsewhere]) expect((await browser.get('/api/me')).status).toBe(401)
    expect((await server.browser().post('/api/sign-in', { email: 'ben@example.org', password })).status).toBe(401)
    expect(await server.catalog.people.find(id)).toMatchObject({ name: 'Ben' })
    expect(server.catalog.roles.of('sample', id)).toBe(null)
    expect(await owner.read<ListedPerson[]>('/api/people')).toMatchObject([
      { name: 'Ada' },
      { name: 'Ben', isClosed: true, email: null },
    ])
    // The address is free again, for somebody else.
    const again = await server.browser().post('/api/accounts', { name: 'Ben', email: 'ben@example.org', password })
    expect(await again.json()).toMatchObject({ name: 'Ben 2' })
  })

  it('is not closed while something would be left that nobody can manage', async () => {
    const { server, owner } = await openOffice({ signUp: 'on' })
    const heir = server.browser()
    const made = await heir.post('/api/accounts', { name: 'Ben', email: 'ben@example.org', password })
    const { id } = (await made.json()) as Me
    const first = await owner.post('/api/account/close', { password })
    expect(await problemOf(first)).toBe('Whoever owns the workspace hands it over to somebody else first.')
    expect((await owner.post(`/api/people/${id}/workspace`)).status).toBe(204)
    expect(await heir.read<Me>('/api/me')).toMatchObject({ ownsWorkspace: true })
    expect((await owner.get('/api/people')).status).toBe(403)
    const second = await owner.post('/api/account/close', { password })
    expect(second.status).toBe(409)
    expect(await problemOf(second)).toMatch(
      /^Nobody else owns “.*”\. Make somebody an owner there first, or delete it\.$/,
    )
    await server.catalog.projects.setRole('sample', id, 'owner')
    expect((await owner.post('/api/account/close', { password })).status).toBe(204)
  })
})

describe('the owner of the workspace', () => {
  it('signs somebody out everywhere, and closes their account', async () => {
    const { server, owner } = await openOffice({ signUp: 'on' })
    const ben = server.browser()
    const { id } = (await (
      await ben.post('/api/accounts', { name: 'Ben', email: 'ben@example.org', password })
    ).json()) as Me
    expect((await owner.send('DELETE', `/api/people/${id}/sessions`)).status).toBe(204)
    expect((await ben.get('/api/me')).status).toBe(401)
    expect((await owner.post(`/api/people/${id}/close`)).status).toBe(204)
    expect((await server.browser().post('/api/sign-in', { email: 'ben@example.org', password })).status).toBe(401)
    expect((await owner.post(`/api/people/${id}/link`)).status).toBe(404)
  })

  it('brings somebody back who had only a name, as who they were', async () => {
    const server = await openServer()
    const [owner, ben] = [server.browser(), server.browser()]
    await owner.join('Ada')
    const { id } = await ben.join('Ben')
    const { url } = (await (await owner.post(`/api/people/${id}/link`)).json()) as { url: string }
    const elsewhere = server.browser()
    const token = tokenIn(url)
    expect((await elsewhere.post('/api/accounts/reset', { token, password })).status).toBe(422)
    const answer = await elsewhere.post('/api/accounts/reset', { token, password, email: 'ben@example.org' })
    expect(await answer.json()).toMatchObject({ id, name: 'Ben', isByName: false })
    expect((await ben.get('/api/me')).status).toBe(401)
  })
})
