import { expect, it } from 'vitest'
import { connect } from './client.ts'

it('says so where somebody on the way has answered in words of their own', async () => {
  const answer = { status: 413, headers: new Map([['content-type', 'text/html']]), text: async () => '<h1>Too large' }
  const headers = { get: (name: string) => answer.headers.get(name) ?? null }
  const attest = connect({ url: 'https://attest.example.org', token: 'x', fetch: async () => ({ ...answer, headers }) })
  for (const asked of [attest.exportArticle('a'), attest.me()])
    await expect(asked).rejects.toMatchObject({ status: 413, message: 'The server answered 413.' })
})
