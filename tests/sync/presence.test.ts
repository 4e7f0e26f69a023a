/** Who is here is who the server says is here. */
import { limits, message } from '@attest/schema/protocol'
import * as decoding from 'lib0/decoding'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { temporaryFile } from '../support/files.ts'
import { Peer, socketOf, until } from '../support/sync-peer.ts'
import { emptyVector, frameOf, masked, Raw, speechless } from '../support/sync-raw.ts'
import { startSync, type TestServer } from '../support/sync-server.ts'

let server: TestServer
const peers: Peer[] = []

beforeEach(async () => {
  server = await startSync({ file: temporaryFile(), beatMs: 150 })
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

const sees = (who: Peer, whom: Peer) => who.sees.get(whom.doc.clientID)

function entry(client: number, clock: number, state: unknown): Uint8Array {
  return frameOf(1, client, clock, Buffer.from(JSON.stringify(state)))
}

/** The entries that a raw client was told, in order. */
function told(raw: Raw): { client: number; state: unknown }[] {
  return raw.frames.flatMap((frame) => {
    const outer = decoding.createDecoder(frame)
    if (decoding.readVarUint(outer) !== message.awareness) return []
    const decoder = decoding.createDecoder(decoding.readVarUint8Array(outer))
    return Array.from({ length: decoding.readVarUint(decoder) }, () => {
      const client = decoding.readVarUint(decoder)
      decoding.readVarUint(decoder)
      return { client, state: JSON.parse(decoding.readVarString(decoder)) as unknown }
    })
  })
}

describe('the others', () => {
  it('see who comes, what they select, and that they have gone', async () => {
    const ada = await enter('ada')
    const bob = await enter('bob')
    await until(() => !!sees(ada, bob) && !!sees(bob, ada), 'they do not see each other')
    bob.provider.awareness.setLocalStateField('selection', [3, 9])
    await until(() => Array.isArray(sees(ada, bob)?.['selection']), 'no selection')
    expect(sees(ada, bob)).toEqual({ user: { id: 'bob', name: 'Bob', color: 3 }, selection: [3, 9] })
    bob.drop()
    await until(() => !sees(ada, bob), 'Bob is still there')
    bob.rejoin()
    await until(() => !!sees(ada, bob) && !!sees(bob, ada), 'after coming back, they do not see each other')
    bob.isCutOff()
    await until(() => !sees(ada, bob), 'Bob is still there')
    await until(() => !!sees(ada, bob) && !!sees(bob, ada), 'after the cut, they do not see each other')
  })

  it('see one who comes back at once on another socket', async () => {
    const ada = await enter('ada')
    const doc = ada.doc
    const bob = await enter('bob')
    await until(() => !!sees(bob, ada), 'Bob does not see Ada')
    // The old socket is still open on the server's side when the new one says the same client id.
    const again = new Peer('ada', { ...server, doc })
    peers.push(again)
    await again.arrives()
    again.provider.awareness.setLocalStateField('selection', [1, 2])
    await until(() => !!sees(bob, ada)?.['selection'], 'no selection')
    ada.provider.destroy()
    await new Promise((resolve) => setTimeout(resolve, 150))
    expect(sees(bob, ada)).toMatchObject({ selection: [1, 2] })
  })

  it('see one who comes back before their old line is found dead, however often they come back then', async () => {
    const bob = await enter('bob')
    const doc = new Y.Doc()
    const old = await new Raw(server.url, { cookie: 'ada' }).opens()
    old.sends(1, entry(doc.clientID, 3, {}))
    await until(() => bob.sees.has(doc.clientID), 'the old connection is not seen')
    // So far away that the server has told of everybody before the page has shown itself.
    const held: (() => void)[] = []
    let isHeld = true
    const socket = class extends socketOf('ada') {
      override send(data: Uint8Array, ...rest: never[]): void {
        if (isHeld && data[0] === message.awareness) held.push(() => super.send(data, ...rest))
        else super.send(data, ...rest)
      }
    }
    const ada = new Peer('ada', { ...server, doc, socket })
    peers.push(ada)
    await ada.arrives()
    await until(() => !!sees(ada, bob), 'Ada is not told who is here')
    old.socket.close()
    await until(() => !sees(bob, ada), 'the old connection is still seen')
    isHeld = false
    for (const send of held.splice(0)) send()
    for (let times = 0; times < 3; times++) {
      await until(() => !!sees(bob, ada), `Ada is not seen after ${times} returns more`)
      ada.drop()
      await until(() => !sees(bob, ada), 'Ada is still there')
      ada.rejoin()
      await ada.arrives()
    }
    await until(() => !!sees(bob, ada), 'Ada is not seen in the end')
  })

  it('see both tabs of one person, though one had nothing to say at first', async () => {
    const bob = await enter('bob')
    const ada = await enter('ada')
    const tab = new Peer('ada', server)
    peers.push(tab)
    tab.provider.awareness.setLocalState(null)
    await tab.arrives()
    await until(() => !!sees(tab, bob) && !!sees(bob, ada), 'the others are not seen')
    ada.provider.awareness.setLocalStateField('selection', [1, 2])
    await until(() => !!sees(bob, ada)?.['selection'], 'no selection')
    tab.provider.awareness.setLocalState({ selection: [5, 6] })
    await until(() => !!sees(bob, tab) && !!sees(ada, tab), 'the second tab is not seen')
    // It could not tell the first tab from itself before, and would have sent its entry back as its own.
    await until(() => !!sees(tab, ada)?.['selection'], 'the second tab does not see the first')
    tab.leaves()
    await until(() => !sees(bob, tab), 'the second tab is still there')
    expect(sees(bob, ada)).toMatchObject({ selection: [1, 2] })
  })

  it('see the person of the session, whoever the page says it is', async () => {
    const bob = await enter('bob')
    const eve = await enter('eve')
    eve.provider.awareness.setLocalState({
      user: { id: 'bob', name: '<img src=x onerror=alert(1)>', color: 99 },
      selection: [0, 1],
      admin: true,
    })
    await until(() => !!sees(bob, eve)?.['selection'], 'Eve is not seen')
    expect(sees(bob, eve)).toEqual({ user: { id: 'eve', name: 'Eve', color: 3 }, selection: [0, 1] })
  })

  it('see nobody vanish or change because somebody else says so', async () => {
    const ada = await enter('ada')
    const bob = await enter('bob')
    await until(() => !!sees(bob, ada), 'Bob does not see Ada')
    const eve = await new Raw(server.url).opens()
    eve.sends(1, entry(ada.doc.clientID, 1e15, { selection: [0, 5] }))
    eve.sends(1, entry(ada.doc.clientID, 1e15, null))
    eve.sends(1, entry(777, 1, { selection: [1, 2] }))
    eve.sends(1, entry(ada.doc.clientID, 1e15, null))
    eve.sends(1, entry(778, 1, { selection: [1, 2] }))
    await until(() => bob.sees.has(777), 'Eve is not seen as herself')
    await new Promise((resolve) => setTimeout(resolve, 150))
    expect(sees(bob, ada)).toEqual({ user: { id: 'ada', name: 'Ada', color: 3 } })
    expect(bob.sees.get(777)).toMatchObject({ user: { id: 'eve' } })
    expect([...bob.sees.keys()].sort()).toEqual([777, ada.doc.clientID].sort())
    eve.socket.terminate()
    await until(() => !bob.sees.has(777), 'Eve is still there')
  })

  it('see nobody in the name of one who has just left', async () => {
    const ada = await enter('ada')
    const bob = await enter('bob')
    await until(() => !!sees(bob, ada), 'Bob does not see Ada')
    const { clientID } = ada.doc
    ada.leaves()
    await until(() => !bob.sees.has(clientID), 'Ada is still there')
    const eve = await new Raw(server.url).opens()
    eve.sends(1, entry(clientID, 1e15, { selection: [0, 5] }))
    await new Promise((resolve) => setTimeout(resolve, 150))
    expect(bob.sees.has(clientID)).toBe(false)
    eve.socket.terminate()
  })

  it('see somebody without a selection when it makes no sense', async () => {
    const bob = await enter('bob')
    const eve = await enter('eve')
    eve.provider.awareness.setLocalState({ selection: ['<script>', { x: 1 }] })
    await until(() => !!sees(bob, eve), 'Eve is not seen')
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(sees(bob, eve)).toEqual({ user: { id: 'eve', name: 'Eve', color: 3 } })
  })
})

describe('the server', () => {
  it('sends what changed within a moment as one message, and nobody their own', async () => {
    const watcher = await new Raw(server.url, { cookie: 'cleo' }).opens()
    const ada = await new Raw(server.url, { cookie: 'ada' }).opens()
    const bob = await new Raw(server.url, { cookie: 'bob' }).opens()
    await new Promise((resolve) => setTimeout(resolve, limits.presenceBatchMs * 3))
    const before = watcher.frames.length
    for (let i = 0; i < 30; i++) {
      ada.sends(1, entry(1, i, { selection: [i, i + 1] }))
      bob.sends(1, entry(2, i, { selection: [i, i + 1] }))
    }
    await until(
      () => told(watcher).filter(({ state }) => JSON.stringify(state).includes('[29,30]')).length === 2,
      'not told',
    )
    expect(watcher.frames.length - before).toBeLessThanOrEqual(2)
    expect(told(ada).map(({ client }) => client)).not.toContain(1)
    expect(told(bob).map(({ client }) => client)).not.toContain(2)
    for (const raw of [watcher, ada, bob]) raw.socket.terminate()
  })

  it('tells whoever asks who is here', async () => {
    const ada = await enter('ada')
    const raw = await new Raw(server.url, { cookie: 'bob' }).opens()
    await until(() => told(raw).length > 0, 'not told on coming in')
    const before = told(raw).length
    raw.sends(3)
    await until(() => told(raw).length > before, 'not told')
    expect(told(raw).at(-1)).toMatchObject({ client: ada.doc.clientID, state: { user: { id: 'ada' } } })
    raw.socket.terminate()
  })

  it('says something at every beat, also to one who is alone, whom y-websocket would else cut off', async () => {
    const raw = await new Raw(server.url).opens()
    await new Promise((resolve) => setTimeout(resolve, 100))
    const before = raw.frames.length
    await until(() => raw.frames.length >= before + 2, 'nothing is said', 1000)
    raw.socket.terminate()
  })

  it('notices that a line is dead, and that its page is gone', async () => {
    const bob = await enter('bob')
    // Its network is down: it answers no ping, and does not say goodbye.
    const socket = await speechless(server.port, 'eve')
    socket.write(masked(frameOf(1, entry(777, 1, {}))))
    await until(() => bob.sees.has(777), 'Eve is not seen')
    await until(() => !bob.sees.has(777), 'Eve is seen for ever', 150 * 8)
    await until(() => socket.closed || socket.destroyed, 'the socket stays open')
    expect(server.sync.stats().connections).toBe(1)
  })

  it('does not let go of one who is only silent', async () => {
    const raw = await new Raw(server.url).opens()
    raw.sends(0, 0, emptyVector)
    await new Promise((resolve) => setTimeout(resolve, 150 * 5))
    expect(raw.code).toBe(null)
    raw.socket.terminate()
  })

  it('ends the connection of one who was put out of the project, though they say nothing', async () => {
    const raw = await new Raw(server.url, { cookie: 'finn' }).opens()
    server.town.roles.delete('finn')
    expect(await raw.isEnded()).toBe(4403)
    expect(raw.refusals).toEqual(['no-access'])
  })
})
