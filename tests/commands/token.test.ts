import type { ListedPerson } from '@attest/schema/accounts'
import { describe, expect, it } from 'vitest'
import { openServer } from '../http/support.ts'
import { attest } from './support.ts'

describe('attest token', () => {
  it('makes one that opens what it is for while a server runs, lists it, and revokes it', async () => {
    const server = await openServer()
    await server.browser().join('Ada')
    const [ada] = JSON.parse((await attest(server.folder, 'users', '--json')).out) as ListedPerson[]
    const who = ada?.id ?? ''

    const made = await attest(server.folder, 'token', 'make', who, '--scope', 'read', '--project', 'sample', '--json')
    expect(made).toMatchObject({ code: 0, err: '' })
    const { id, token } = JSON.parse(made.out) as { id: string; token: string }
    const ask = (method: string, path: string) =>
      server.ask(path, { method, headers: { authorization: `Bearer ${token}` } })
    expect((await ask('GET', '/api/projects/sample/articles')).status).toBe(200)
    expect((await ask('DELETE', '/api/projects/sample')).status).toBe(403)

    expect((await attest(server.folder, 'token', 'list', who)).out).toMatch(
      new RegExp(`^${id}\\tcommand line\\tread\\t\\d{4}-`),
    )
    expect(await attest(server.folder, 'token', 'revoke', who, id)).toMatchObject({ code: 0 })
    expect((await ask('GET', '/api/projects/sample/articles')).status).toBe(401)
  })

  it('says what is wrong, and makes none', async () => {
    const server = await openServer()
    await server.browser().join('Ada')
    const wrong: [words: string[], code: number, sentence: string][] = [
      [['make', 'nobody'], 1, 'Nobody here has the address or the id nobody'],
      [['make', 'nobody', '--days', '0'], 1, 'A token is good for a day at least.'],
      [['make', 'nobody', '--scope', 'all'], 2, 'Allowed choices are read, annotate, review, manage.'],
    ]
    for (const [words, code, sentence] of wrong)
      expect(await attest(server.folder, 'token', ...words)).toMatchObject({
        code,
        out: '',
        err: expect.stringContaining(sentence),
      })
  })
})
