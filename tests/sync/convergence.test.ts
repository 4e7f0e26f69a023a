/** Five people do thousands of random things, on and off line, through the real server: in the end all is one. */
import { readRecords } from '@attest/schema/room'
import { expect, it } from 'vitest'
import * as Y from 'yjs'
import { openSqlite } from '../../apps/server/src/store/sqlite.ts'
import { unpack } from '../../apps/server/src/sync/snapshot.ts'
import { temporaryFile } from '../support/files.ts'
import { type Chance, chance } from '../support/seed.ts'
import { agree, Peer, plain } from '../support/sync-peer.ts'
import { startSync, text } from '../support/sync-server.ts'

const ACTS = 3000

it('brings everybody and the disk to the same marks, whatever happened', async () => {
  const random = chance('convergence')
  const file = temporaryFile()
  let server = await startSync({ file })
  const peers = await Promise.all(['ada', 'bob', 'cleo', 'dan', 'finn'].map((name) => new Peer(name, server).arrives()))

  for (let i = 0; i < ACTS; i++) {
    act(random, peers)
    // Now and then the program gets to the network; in between, things happen at once.
    if (random.under(4) === 0) await new Promise((resolve) => setImmediate(resolve))
    if (i === ACTS / 2) {
      const { port } = server
      await server.stop()
      expect(server.errors).toEqual([])
      server = await startSync({ file, port })
    }
  }
  for (const peer of peers) peer.rejoin()
  await agree(peers)

  const seen = peers.map((peer) => plain(peer.records))
  for (const peer of peers) {
    expect(peer.endings.filter(({ code }) => code >= 4000)).toEqual([])
    expect(peer.refusals).toEqual([])
    expect([peer.doc.store.pendingStructs, peer.doc.store.pendingDs]).toEqual([null, null])
    peer.leaves()
  }
  const served = await server.sync.records('harbour')
  await server.stop()
  expect(server.errors).toEqual([])
  expect(plain(served.records)).toEqual(seen[0])
  expect(await fromDisk(file)).toEqual(seen[0])
  expect(seen[0]?.annotations.length).toBeGreaterThan(100)
})

function act(random: Chance, peers: readonly Peer[]): void {
  const who = random.pick(peers)
  const own = who.ids('annotations', who.name)
  const all = who.ids('annotations')
  const others = all.filter((id) => !own.includes(id))
  const kind = random.pick(['claim', 'denial', 'citation', 'attribution'])
  const dice = random.under(100)
  if (dice < 40 || own.length === 0 || others.length === 0) {
    const start = random.under(text.length - 1)
    who.marksSpan([start, Math.min(text.length, start + 1 + random.under(200))], kind)
  } else if (dice < 55) who.relabels(random.pick(own), kind)
  else if (dice < 62) who.removes('annotations', random.pick(own))
  else if (dice < 67) who.relates(random.pick(own), random.pick(others), 'denies')
  else if (dice < 74) who.comments(random.pick(all), 'Is it so?')
  else if (dice < 82) who.judges(random.pick(others), random.pick(['accept', 'reject', 'unsure']))
  else if (dice < 88) removeOwn(random, who, random.pick(['comments', 'relations', 'verdicts']))
  else if (dice < 93) who.undoes()
  else if (dice < 96) who.redoes()
  else if (dice < 97) who.drop()
  else if (dice < 98) who.isCutOff()
  else who.rejoin()
}

function removeOwn(random: Chance, who: Peer, root: 'comments' | 'relations' | 'verdicts'): void {
  const own = who.ids(root, who.name)
  if (own.length > 0) who.removes(root, random.pick(own))
}

async function fromDisk(file: string): Promise<ReturnType<typeof plain>> {
  const { log, close } = await openSqlite(file)
  const { snapshot, updates } = await log.read('harbour')
  await close()
  const doc = new Y.Doc()
  for (const part of snapshot ? await unpack(snapshot) : []) Y.applyUpdate(doc, part)
  for (const update of updates) Y.applyUpdate(doc, update)
  return plain(readRecords(doc).records)
}
