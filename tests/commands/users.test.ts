import { describe, expect, it } from 'vitest'
import { openServer } from '../http/support.ts'
import { attest } from './support.ts'

describe('attest users', () => {
  it('makes an account and the link to its password while a server runs, lists it, and closes it once none does', async () => {
    const server = await openServer()
    const owner = server.browser()
    await owner.join('Ada')

    const made = await attest(server.folder, 'users', 'add', 'Ben', ' Ben@Example.org', '--json')
    expect(made).toMatchObject({ code: 0, err: '' })
    const { id, url } = JSON.parse(made.out) as { id: string; url: string }
    const password = 'seven grey herons stand'
    const set = await server.browser().post('/api/accounts/reset', { token: url.split('#')[1], password })
    expect(set.ok).toBe(true)
    const ben = server.browser()
    expect((await ben.post('/api/sign-in', { email: 'ben@example.org', password })).ok).toBe(true)

    const listed = await attest(server.folder, 'users', '--json')
    expect(JSON.parse(listed.out)).toMatchObject([
      { name: 'Ada', ownsWorkspace: true },
      { id, name: 'Ben', email: 'ben@example.org', isClosed: false },
    ])
    expect((await attest(server.folder, 'users', 'list')).out).toMatch(
      new RegExp(`^${id}\\tBen\\tben@example.org\\tmember`, 'm'),
    )

    expect(await attest(server.folder, 'users', 'add', 'Benny', 'ben@example.org')).toMatchObject({
      code: 1,
      err: 'Somebody signs in with ben@example.org already.\n',
    })
    expect(await attest(server.folder, 'users', 'close', 'ben@example.org')).toMatchObject({
      code: 1,
      err: expect.stringContaining('is in use by another Attest'),
    })
    await server.close()
    expect(await attest(server.folder, 'users', 'close', 'ben@example.org')).toMatchObject({ code: 0 })
    expect(JSON.parse((await attest(server.folder, 'users', '--json')).out)).toMatchObject([
      { name: 'Ada' },
      { name: 'Ben', email: null, isClosed: true },
    ])
  })
})
