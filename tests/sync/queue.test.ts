/** Large answers arrive; readers that do not keep up are let go, and cost the others nothing. */
import { closeCode, limits } from '@attest/schema/protocol'
import { emptyRecords, rootMap } from '@attest/schema/room'
import { afterEach, beforeEach, expect, it } from 'vitest'
import * as Y from 'yjs'
import { temporaryFile } from '../support/files.ts'
import { Peer, until } from '../support/sync-peer.ts'
import { emptyUpdate, emptyVector, Raw } from '../support/sync-raw.ts'
import { startSync, type TestServer } from '../support/sync-server.ts'

let server: TestServer
const peers: Peer[] = []

beforeEach(async () => {
  server = await startSync({ file: temporaryFile(), beatMs: 1000 })
})

afterEach(async () => {
  for (const peer of peers.splice(0)) peer.leaves()
  expect(server.errors).toEqual([])
  await server.stop()
})

async function enter(name: string): Promise<Peer> {
  const peer = new Peer(name, server)
  peers.push(peer)
  return peer.arrives()
}

/** Puts comments of about so many bytes in all. */
async function fill(bytes: number, author = 'ref'): Promise<void> {
  const records = emptyRecords()
  for (let i = 0; i * 10_000 < bytes; i++) {
    const id = `${author}.c${i}-${bytes}`
    records.comments.set(id, { id, on: 'article', body: `${i} `.padEnd(10_000, 'x'), author, at: 1 })
  }
  await server.sync.putRecords('harbour', records, author)
}

/** The marks that somebody has who takes all that was sent to them. */
function marksIn(raw: Raw): number {
  const doc = new Y.Doc()
  for (const update of [...raw.syncs(1), ...raw.syncs(2)]) Y.applyUpdate(doc, update)
  return rootMap(doc, 'annotations').size
}

it('gives a room of many megabytes to whoever comes, and it is usable at once', async () => {
  await fill(12 * limits.frameBytes)
  const ada = await enter('ada')
  const bob = await enter('bob')
  expect(ada.ids('comments').length).toBeGreaterThan(1000)
  const mark = ada.marks('casualties', 'claim')
  await ada.saved()
  await until(() => bob.ids('annotations').includes(mark), 'Bob does not see it')
  expect([...ada.endings, ...bob.endings]).toEqual([])
})

it('gives it to a slow reader too, with what is written meanwhile', async () => {
  await fill(12 * limits.frameBytes)
  const slow = await new Raw(server.url, { cookie: 'cleo' }).opens()
  slow.sends(0, 0, emptyVector)
  await new Promise((resolve) => setTimeout(resolve, 30))
  slow.socket.pause()
  const ada = await enter('ada')
  for (let i = 0; i < 20; i++) ada.marks('casualties', 'claim')
  await ada.saved()
  expect(slow.code).toBe(null)
  slow.socket.resume()
  await until(() => slow.syncs(1).length === 1, 'the answer does not arrive')
  // How many of the marks are in the answer already depends on how busy this machine is.
  await until(() => marksIn(slow) === 20, 'the marks do not arrive')
  expect(slow.code).toBe(null)
  slow.socket.terminate()
})

it('lets go of a reader that does not keep up, while the others go on', async () => {
  const ada = await enter('ada')
  const slow = await new Raw(server.url, { cookie: 'cleo' }).opens()
  slow.sends(0, 0, emptyVector)
  slow.sends(0, 1, emptyUpdate)
  await until(() => slow.syncs(0).length === 1, 'not in the room')
  slow.socket.pause()
  let waited = 0
  for (let i = 0; i < 12 && server.sync.stats().connections === 2; i++) {
    const start = performance.now()
    await fill(limits.frameBytes - i)
    await until(() => ada.ids('comments').length === (i + 1) * 105, 'Ada does not see it')
    waited = Math.max(waited, performance.now() - start)
  }
  expect(server.sync.stats().connections, 'the slow reader is out').toBe(1)
  slow.socket.resume()
  await until(() => slow.code !== null, 'not ended')
  expect([closeCode.tooSlow, 1006]).toContain(slow.code)
  expect(ada.endings).toEqual([])
  expect(waited).toBeLessThan(2000)
})

it('does not queue one large answer after another for whoever asks and does not read', async () => {
  await fill(4 * limits.frameBytes)
  const greedy = await new Raw(server.url).opens()
  greedy.socket.pause()
  const before = process.memoryUsage().arrayBuffers
  for (let i = 0; i < 50; i++) {
    greedy.sends(0, 0, emptyVector)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  await until(() => server.sync.stats().connections === 0, 'the greedy one is still there')
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(40 * limits.frameBytes)
  greedy.socket.terminate()
})

it('lets go of whoever pings without end and reads no answer', async () => {
  // With the usual beat, so that nothing of ours is sent on which it would be noticed: ws itself bounds its pongs.
  await server.stop()
  server = await startSync({ file: temporaryFile() })
  const flooder = await new Raw(server.url).opens()
  flooder.sends(0, 0, emptyVector)
  await until(() => flooder.syncs(1).length === 1, 'no answer')
  flooder.socket.pause()
  const ping = Buffer.alloc(125)
  for (let i = 0; i < 500 && server.sync.stats().connections > 0; i++) {
    for (let k = 0; k < 1000; k++) flooder.socket.ping(ping)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  expect(server.sync.stats().connections).toBe(0)
  flooder.socket.terminate()
})
