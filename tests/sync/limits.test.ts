/** Nobody gets more of the server than their share, and what is somebody's stays theirs over restarts. */
import { closeCode } from '@attest/schema/protocol'
import { afterEach, expect, it } from 'vitest'
import * as Y from 'yjs'
import { temporaryFile } from '../support/files.ts'
import { agree, Peer, until } from '../support/sync-peer.ts'
import { emptyUpdate, emptyVector, frameOf, Raw } from '../support/sync-raw.ts'
import { startSync, type TestServer } from '../support/sync-server.ts'

let server: TestServer
const peers: Peer[] = []
const raws: Raw[] = []

afterEach(async () => {
  for (const peer of peers.splice(0)) peer.leaves()
  for (const raw of raws.splice(0)) raw.socket.terminate()
  expect(server.errors).toEqual([])
  await server.stop()
})

async function enter(name: string, options: { doc?: Y.Doc; room?: string } = {}): Promise<Peer> {
  const peer = new Peer(name, { ...server, ...options })
  peers.push(peer)
  return peer.arrives()
}

/** With which code somebody is turned away. */
function turnsAway(name: string): Promise<number> {
  return new Raw(server.url, { cookie: name }).isEnded()
}

async function knock(name: string): Promise<Raw> {
  const raw = await new Raw(server.url, { cookie: name }).opens()
  raws.push(raw)
  return raw
}

const shows = (client: number) => frameOf(1, Uint8Array.of(...presenceOf(client)))

function presenceOf(client: number): Uint8Array {
  return frameOf(1, client, 1, Buffer.from('{}'))
}

it('a person has so many connections, and others have theirs', async () => {
  server = await startSync({ file: temporaryFile(), caps: { person: 3 } })
  for (let i = 0; i < 3; i++) await knock('eve')
  expect(await turnsAway('eve')).toBe(closeCode.tryLater)
  const ada = await enter('ada')
  expect(ada.endings).toEqual([])
  // One that has ended makes room for another.
  raws[0]?.socket.terminate()
  await until(() => server.sync.stats().connections === 3, 'the first one is still there')
  const again = await knock('eve')
  again.sends(0, 0, emptyVector)
  await until(() => again.syncs(1).length === 1, 'there is no room for another')
})

it('a room has so many connections, and other rooms have theirs', async () => {
  server = await startSync({ file: temporaryFile(), caps: { room: 2 } })
  server.town.addRoom('market')
  await knock('ada')
  await knock('bob')
  expect(await turnsAway('cleo')).toBe(closeCode.tryLater)
  expect((await enter('cleo', { room: 'market' })).endings).toEqual([])
})

it('whoever sends without end is sent away, on all connections together, and nobody else', async () => {
  server = await startSync({
    file: temporaryFile(),
    allowance: { messages: { burst: 1000, perSecond: 1 } },
  })
  const ada = await enter('ada')
  const [one, other] = [await knock('eve'), await knock('eve')]
  for (let i = 0; i < 600; i++) {
    one.sends(102, i)
    other.sends(102, i)
  }
  await until(() => one.code !== null || other.code !== null, 'neither is sent away')
  expect([one.code, other.code]).toContain(closeCode.tooMuch)
  // Coming back does not help.
  const again = await knock('eve')
  again.sends(102, 1)
  expect(await again.isEnded()).toBe(closeCode.tooMuch)
  ada.marks('Russian', 'claim')
  await ada.saved()
  expect(ada.endings).toEqual([])
})

it('whoever sends too many bytes is sent away', async () => {
  server = await startSync({ file: temporaryFile(), allowance: { bytesIn: { burst: 100_000, perSecond: 1 } } })
  const eve = await knock('eve')
  const frame = frameOf(0, 2, Buffer.alloc(60_000))
  eve.socket.send(frameOf(0, 1, emptyUpdate))
  for (let i = 0; i < 3; i++) eve.socket.send(frame)
  expect([closeCode.tooMuch, closeCode.refused]).toContain(await eve.isEnded())
})

it('whoever asks for everything again and again is sent away', async () => {
  server = await startSync({ file: temporaryFile(), allowance: { bytesAnswered: { burst: 50_000, perSecond: 1 } } })
  const ada = await enter('ada')
  for (let i = 0; i < 100; i++) ada.marks('Russian', 'claim')
  await ada.saved()
  const eve = await knock('eve')
  for (let i = 1; i < 20 && eve.code === null; i++) {
    eve.sends(0, 0, emptyVector)
    await until(() => eve.syncs(1).length === i || eve.code !== null, 'no answer')
  }
  expect(await eve.isEnded()).toBe(closeCode.tooMuch)
  ada.marks('Russian', 'claim')
  await ada.saved()
})

it('who comes too often is told to come later', async () => {
  server = await startSync({ file: temporaryFile(), allowance: { arrivals: { burst: 5, perSecond: 0.001 } } })
  for (let i = 0; i < 5; i++) (await knock('eve')).socket.terminate()
  expect(await turnsAway('eve')).toBe(closeCode.tryLater)
  expect((await enter('ada')).endings).toEqual([])
})

it('a client id that was only shown is its person’s for ever, so marks made off line are safe', async () => {
  const file = temporaryFile()
  server = await startSync({ file })
  const ada = await enter('ada')
  const bob = await enter('bob')
  const { clientID } = ada.doc
  await until(() => bob.sees.has(clientID), 'Bob does not see Ada')
  ada.drop()
  ada.marks('casualties', 'claim')
  await server.stop()

  server = await startSync({ file, port: server.port })
  const eve = await knock('eve')
  eve.socket.send(shows(clientID))
  // As Ada's own page would write it, but for the author: what is at that clock would be known, and hers not taken.
  const forged = new Y.Doc()
  forged.clientID = clientID
  forged.getMap('comments').set('eve.c', { id: 'eve.c', on: 'article', body: 'Mine.', author: 'eve', at: Date.now() })
  eve.sends(0, 2, Y.encodeStateAsUpdate(forged))
  expect(await eve.isEnded()).toBe(closeCode.refused)
  expect(eve.refusals).toEqual(['foreign-client'])
  ada.rejoin()
  await agree([ada, bob])
  expect(bob.ids('annotations', 'ada')).toHaveLength(1)
})
