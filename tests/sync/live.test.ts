import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { agree, Peer, until } from '../support/sync-peer.ts'
import { startSync, type TestServer } from '../support/sync-server.ts'

let server: TestServer
const peers: Peer[] = []
const enter = (name: string) => {
  const peer = new Peer(name, server)
  peers.push(peer)
  return peer
}

afterEach(async () => {
  for (const peer of peers.splice(0)) peer.leaves()
  await server.stop()
  expect(server.errors).toEqual([])
})

it('shows a mark to the others', async () => {
  server = await startSync({ file: join(mkdtempSync(join(tmpdir(), 'attest-')), 'a.db') })
  const ada = await enter('ada').arrives()
  const bob = await enter('bob').arrives()
  const id = ada.marks('casualties', 'claim')
  await until(() => bob.records.annotations.has(id), 'Bob does not see it')
  await agree([ada, bob])
  await until(() => bob.sees.size === 1, 'no presence')
  expect(bob.sees.get(ada.doc.clientID)).toEqual({ user: { id: 'ada', name: 'Ada', color: 3 } })
})
