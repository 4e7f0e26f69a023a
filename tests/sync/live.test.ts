import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { closeCode, message } from '@attest/schema/protocol'
import { rootMap } from '@attest/schema/room'
import { afterEach, expect, it } from 'vitest'
import * as Y from 'yjs'
import { temporaryFile } from '../support/files.ts'
import { agree, Peer, until } from '../support/sync-peer.ts'
import { Raw } from '../support/sync-raw.ts'
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

it('answers what is asked in the address, and not once more when it is said again', async () => {
  server = await startSync({ file: temporaryFile() })
  const ada = await enter('ada').arrives()
  const id = ada.marks('casualties', 'claim')
  await ada.saved()
  const bob = await new Raw(server.url, { cookie: 'bob', has: 'AA' }).opens()
  await until(() => bob.syncs(1).length === 1, 'no answer')
  const doc = new Y.Doc()
  for (const update of [...bob.syncs(2), ...bob.syncs(1)]) Y.applyUpdate(doc, update)
  expect([...rootMap(doc, 'annotations').keys()]).toEqual([id])
  const ask = () => bob.sends(message.sync, 0, Y.encodeStateVector(new Y.Doc()))
  ask()
  const updates = bob.syncs(2).length
  ada.marks('strikes', 'claim')
  await until(() => bob.syncs(2).length > updates, 'Bob does not hear of the next mark')
  expect(bob.syncs(1)).toHaveLength(1)
  ask()
  await until(() => bob.syncs(1).length === 2, 'no second answer')
})

it.each(['_', 'not+a/vector', 'A'.repeat(100)])('ends who asks for nonsense in the address: %s', async (has) => {
  server = await startSync({ file: temporaryFile() })
  expect(await new Raw(server.url, { cookie: 'bob', has }).isEnded()).toBe(closeCode.malformed)
})
