import { expect, it } from 'vitest'
import { openServer } from '../http/support.ts'
import { temporaryFolder } from '../support/product.ts'
import { attest } from './support.ts'

const ada = { name: 'Ada', email: 'ada@example.org', password: 'a lantern in the fog' }

it('lets the owner of the workspace in again while the server runs, once', async () => {
  const server = await openServer({ joinByName: false })
  const [, first] = (server.firstLink ?? '').split('#')
  expect((await server.browser().post('/api/accounts', { ...ada, first })).status).toBe(201)

  const { out, ...end } = await attest(server.folder, 'link', ' Ada@Example.org')
  expect(end).toEqual({ code: 0, signal: null, err: '' })
  const [address, token] = out.trim().split('#')
  expect(address).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/reset$/)
  const password = 'seven grey herons stand'
  expect((await server.browser().post('/api/accounts/reset', { token, password })).ok).toBe(true)
  expect((await server.browser().post('/api/accounts/reset', { token, password })).ok).toBe(false)
  expect((await server.browser().post('/api/sign-in', { email: ada.email, password: ada.password })).ok).toBe(false)
  expect((await server.browser().post('/api/sign-in', { email: ada.email, password })).ok).toBe(true)
  const [entry] = (await server.catalog.audit.entries(null, { limit: 50 })).filter(
    ({ act }) => act === 'account.reset-link',
  )
  expect(entry).toMatchObject({ person: null, detail: 'on the machine' })

  expect(await attest(server.folder, 'link', 'ben@example.org')).toMatchObject({
    code: 1,
    err: 'Nobody signs in with ben@example.org here.\n',
  })
  expect(await attest(server.folder, 'link')).toMatchObject({ code: 2 })
})

it('says where there is no data', async () => {
  expect(await attest(temporaryFolder('attest-'), 'link', ada.email)).toMatchObject({ code: 1 })
})
