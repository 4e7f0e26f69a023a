/** Whoever may not come in stays out, and whoever misbehaves is cut off; the others notice nothing. */
import { randomBytes } from 'node:crypto'
import { closeCode, limits } from '@attest/schema/protocol'
import { rootMap } from '@attest/schema/room'
import * as encoding from 'lib0/encoding'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { temporaryFile } from '../support/files.ts'
import { agree, Peer, plain, until } from '../support/sync-peer.ts'
import { type Doors, emptyUpdate, emptyVector, frameOf, masked, Raw, speechless } from '../support/sync-raw.ts'
import { startSync, type TestServer } from '../support/sync-server.ts'

let server: TestServer
let ada: Peer
let mark: string

beforeEach(async () => {
  server = await startSync({ file: temporaryFile() })
  ada = await new Peer('ada', server).arrives()
  mark = ada.marks('casualties', 'claim')
  await ada.saved()
})

afterEach(async () => {
  // Whatever happened: the room is open, the mark is there, and a change still goes through.
  const bob = await new Peer('bob', server).arrives()
  expect(bob.ids('annotations')).toContain(mark)
  const seen = bob.marks('Russian', 'claim')
  await until(() => ada.ids('annotations').includes(seen), 'Ada does not see what Bob marks')
  await agree([ada, bob])
  expect(ada.ids('annotations').sort()).toEqual([mark, seen].sort())
  expect(ada.endings).toEqual([])
  expect(server.errors).toEqual([])
  ada.leaves()
  bob.leaves()
  await server.stop()
})

describe('at the door', () => {
  const outside: Record<string, Doors> = {
    'a page from elsewhere': { from: 'https://evil.test' },
    'a client that does not say where it is from': { from: null },
    'a page whose address only begins like ours': { from: 'https://attest.test.evil.test' },
    'a page in a sandbox': { from: 'null' },
  }

  it.each(Object.keys(outside))('%s is refused before the upgrade', async (who) => {
    const raw = new Raw(server.url, outside[who])
    await raw.isEnded()
    expect(raw.status).toBe(403)
    expect(raw.frames).toEqual([])
  })

  const inside: Record<string, Doors & { code: number; reason: string }> = {
    'without a session': { cookie: null, code: closeCode.signIn, reason: 'no-session' },
    'to a room there is not': { room: 'nowhere', code: closeCode.gone, reason: 'no-such-room' },
    'to a room of another spelling': { room: 'Harbour', code: closeCode.gone, reason: 'no-such-room' },
    'to what is no name': { room: '..%2Fharbour', code: closeCode.gone, reason: 'no-such-room' },
    'as somebody else than the session': { as: 'bob', code: closeCode.signIn, reason: 'no-session' },
    'as nobody at all': { as: '', code: closeCode.signIn, reason: 'no-session' },
    'without a role': { cookie: 'mallory', code: closeCode.noAccess, reason: 'no-access' },
  }

  it.each(Object.keys(inside))(
    'whoever comes %s is told why, with a code that y-websocket takes as final',
    async (how) => {
      const { code = 0, reason, ...doors } = inside[how] ?? {}
      const raw = new Raw(server.url, doors)
      expect(await raw.isEnded()).toBe(code)
      expect(raw.refusals).toEqual([reason])
      expect(code >= 4400 && code < 4500).toBe(true)
    },
  )

  it('a stock provider without a session stops trying', async () => {
    const nobody = new Peer('', server)
    await until(() => nobody.endings.length > 0, 'not ended')
    await new Promise((resolve) => setTimeout(resolve, 500))
    expect(nobody.endings).toEqual([{ code: closeCode.signIn, reason: 'no-session' }])
    expect(nobody.refusals).toEqual(['no-session'])
    nobody.leaves()
  })

  it('a page that says whom it takes itself for, and is right, comes in like any other', async () => {
    const bob = await new Peer('bob', { ...server, as: 'bob' }).arrives()
    expect(bob.ids('annotations')).toEqual([mark])
    bob.leaves()
  })

  it('what Cleo marked off line is not sent in the name of who has joined on this computer meanwhile', async () => {
    const cleo = await new Peer('cleo', { ...server, as: 'cleo' }).arrives()
    cleo.drop()
    const waiting = cleo.marks('Putin', 'claim')
    // The cookie is the browser’s, not the page’s.
    const page = new Peer('dan', { ...server, doc: cleo.doc, as: 'cleo' })
    await until(() => page.endings.length > 0, 'the page is not told')
    expect(page.endings).toEqual([{ code: closeCode.signIn, reason: 'no-session' }])
    expect(page.refusals).toEqual(['no-session'])
    expect((await server.sync.records('harbour')).records.annotations.has(waiting)).toBe(false)
    page.leaves()
    cleo.leaves()
  })

  it('a request that is no upgrade is told what this is', async () => {
    const response = await fetch(`http://127.0.0.1:${server.port}/sync/harbour`)
    expect(response.status).toBe(426)
  })

  it('a line that is cut in the middle of the upgrade harms nobody', async () => {
    for (let i = 0; i < 20; i++) {
      const raw = new Raw(server.url)
      setTimeout(() => raw.socket.terminate(), i % 5)
    }
    await new Promise((resolve) => setTimeout(resolve, 100))
    await until(() => server.sync.stats().connections === 1, 'connections are left over')
  })
})

describe('in the room', () => {
  it('a text frame ends the connection', async () => {
    const eve = await new Raw(server.url).opens()
    eve.socket.send('hello')
    expect(await eve.isEnded()).toBe(closeCode.textFrame)
  })

  it('a frame of more than a mebibyte ends the connection', async () => {
    const eve = await new Raw(server.url).opens()
    eve.socket.send(Buffer.alloc(limits.frameBytes + 1))
    expect(await eve.isEnded()).toBe(closeCode.tooMuch)
  })

  it('a message in a million pieces ends the connection as well', async () => {
    const eve = await new Raw(server.url).opens()
    for (let i = 0; i < 70; i++) eve.socket.send(Buffer.alloc(16_384), { fin: false })
    expect(await eve.isEnded()).toBe(closeCode.tooMuch)
  })

  const malformed: Record<string, Uint8Array> = {
    'an empty frame': new Uint8Array(),
    'an unknown type': frameOf(42),
    'a type without an end': new Uint8Array([0xff, 0xff, 0xff]),
    'a type of endless length': new Uint8Array(2000).fill(0xff),
    'a sync message of an unknown step': frameOf(0, 3, emptyUpdate),
    'a sync message without a body': frameOf(0, 2),
    'more bytes declared than there are': frameOf(0, 2, 1000),
    'a length near the largest integer': frameOf(0, 2, Number.MAX_SAFE_INTEGER),
    'something after the message': frameOf(0, 2, emptyUpdate, 0, 2, emptyUpdate),
    'a state vector of a giant count': frameOf(0, 0, frameOf(2 ** 40)),
    'a state vector that is cut off': frameOf(0, 0, frameOf(3, 1, 1)),
    'a state vector with a tail': frameOf(0, 0, frameOf(0, 0)),
    'presence of a giant count': frameOf(1, frameOf(2 ** 40)),
    'presence that is cut off': frameOf(1, frameOf(2, 1, 1)),
    'presence that is not JSON': frameOf(1, frameOf(1, 77, 1, Buffer.from('{nope'))),
    'presence that is a number': frameOf(1, frameOf(1, 77, 1, Buffer.from('17'))),
    'presence that is too large': frameOf(
      1,
      frameOf(1, 77, 1, Buffer.from(JSON.stringify({ x: 'x'.repeat(limits.presenceBytes) }))),
    ),
    'a barrier without a number': frameOf(102),
    'a barrier with more than a number': frameOf(102, 1, 1),
    'our own word': frameOf(103, Buffer.from('not-yours')),
    'an auth message': frameOf(2, 0, Buffer.from('x')),
  }

  it.each(Object.keys(malformed))('%s is malformed', async (what) => {
    const eve = await new Raw(server.url).opens()
    eve.socket.send(malformed[what] ?? '')
    expect(await eve.isEnded()).toBe(closeCode.malformed)
    expect(eve.refusals).toEqual(['malformed-message'])
  })

  it('bytes at random are never more than the end of their sender', async () => {
    const codes = new Set<number>()
    for (let round = 0; round < 100; round++) {
      const eve = await new Raw(server.url).opens()
      const noise = randomBytes(1 + (round % 97))
      // Half of them get past the envelope.
      eve.socket.send(round % 2 ? noise : frameOf(0, 1 + (round % 4 > 1 ? 1 : 0), noise))
      eve.sends(0, 2, noise)
      codes.add(await eve.isEnded())
    }
    expect(
      [...codes].filter(
        (code) => code !== closeCode.malformed && code !== closeCode.refused && code !== closeCode.startAfresh,
      ),
    ).toEqual([])
  })

  it('marks of thousands of pages at once are refused, and the state vector stays small', async () => {
    const before = Y.encodeStateVector(ada.doc)
    for (const pages of [65, 9000, 33_000]) {
      const eve = await new Raw(server.url).opens()
      eve.sends(0, 2, marksOfPages(pages))
      expect(await eve.isEnded()).toBe(closeCode.refused)
      expect(eve.refusals).toEqual(['too-much'])
    }
    expect(Y.encodeStateVector(ada.doc)).toEqual(before)
    expect((await server.log.read('harbour')).seq).toBe(1)
  })

  it('what breaks the rules of websockets itself ends the connection', async () => {
    const broken = [
      Buffer.from([0x82, 0x02, 0, 0]), // not masked
      masked(new Uint8Array(), 5), // no such opcode
      masked(new Uint8Array(200), 9), // a ping that is too long
      Buffer.from([0xf2, 0x80, 0, 0, 0, 0]), // bits that mean nothing
      masked(new Uint8Array([0xff, 0xff]), 1), // text that is not UTF-8
    ]
    for (const bytes of broken) {
      const socket = await speechless(server.port, 'eve')
      const closed = new Promise((resolve) => socket.once('close', resolve))
      socket.write(bytes)
      await closed
    }
  })
})

/** What Eve tries, in a document of her own that has all of Ada's; and what she is told. */
const attempts: Record<string, { reason: string; act: (doc: Y.Doc) => void }> = {
  'a root that nobody knows': {
    reason: 'unknown-root',
    act: (doc) => doc.getMap('admins').set('eve.x', { id: 'eve.x' }),
  },
  'a list': { reason: 'not-a-record', act: (doc) => doc.getArray('list').insert(0, [1]) },
  'a nested map': { reason: 'not-a-record', act: (doc) => rootMap(doc, 'annotations').set('eve.x', new Y.Map()) },
  'a mark without spans': {
    reason: 'malformed-record',
    act: (doc) => rootMap(doc, 'annotations').set('eve.x', { ...markOf('eve', 'x'), spans: [] }),
  },
  'a mark of an unknown kind': {
    reason: 'unknown-kind',
    act: (doc) => rootMap(doc, 'annotations').set('eve.x', { ...markOf('eve', 'x'), kind: 'rumour' }),
  },
  'a mark past the end of the text': {
    reason: 'out-of-range',
    act: (doc) => rootMap(doc, 'annotations').set('eve.x', { ...markOf('eve', 'x'), spans: [[0, 1_000_000]] }),
  },
  'a verdict on her own mark': {
    reason: 'own-mark',
    act: (doc) =>
      rootMap(doc, 'verdicts').set('eve.v', {
        id: 'eve.v',
        on: 'eve.x',
        decision: 'accept',
        author: 'eve',
        at: Date.now(),
      }),
  },
  'a new mark in Ada’s name': {
    reason: 'not-yours',
    act: (doc) => rootMap(doc, 'annotations').set('ada.x', markOf('ada', 'x')),
  },
  'another mark in the place of Ada’s': {
    reason: 'not-yours',
    act: (doc) => rootMap(doc, 'annotations').set(mark, { ...markOf('ada', 'x'), id: mark }),
  },
  'Ada’s mark deleted': { reason: 'not-yours', act: (doc) => rootMap(doc, 'annotations').delete(mark) },
  'a mark that goes on where Ada’s page is': {
    reason: 'foreign-client',
    act: (doc) => {
      doc.clientID = ada.doc.clientID
      rootMap(doc, 'annotations').set('eve.x', markOf('eve', 'x'))
    },
  },
}

describe.each(Object.keys(attempts))('%s', (what) => {
  const { reason = '', act = () => {} } = attempts[what] ?? {}
  const forged = () => {
    const doc = new Y.Doc()
    Y.applyUpdate(doc, Y.encodeStateAsUpdate(ada.doc))
    const before = Y.encodeStateVector(doc)
    let update: Uint8Array = emptyUpdate
    doc.once('update', (bytes: Uint8Array) => {
      update = bytes
    })
    act(doc)
    return { update, answer: Y.encodeStateAsUpdate(doc, before) }
  }

  it.each(['update', 'sync step 2'])('is refused as %s', async (door) => {
    const eve = await new Raw(server.url).opens()
    eve.sends(0, 0, emptyVector)
    await until(() => eve.syncs(0).length > 0, 'Eve is not asked')
    const before = [Y.encodeStateAsUpdate(ada.doc), plain((await server.sync.records('harbour')).records)]
    const { update, answer } = forged()
    if (door === 'update') eve.sends(0, 2, update)
    else eve.sends(0, 1, answer)
    expect(await eve.isEnded()).toBe(closeCode.refused)
    expect(eve.refusals).toEqual([reason])
    expect([Y.encodeStateAsUpdate(ada.doc), plain((await server.sync.records('harbour')).records)]).toEqual(before)
    expect((await server.log.read('harbour')).seq).toBe(1)
  })
})

describe('rights that change while people write', () => {
  it('end with the session: every page of it, and no other', async () => {
    const pages = [await new Peer('bob', server).arrives(), await new Peer('bob', server).arrives()]
    server.town.gone.add('bob')
    server.sync.endSession('bob')
    for (const bob of pages) {
      bob.marks('Syria', 'claim')
      await until(() => bob.endings.length > 0, 'Bob is not told')
      expect(bob.endings).toEqual([{ code: closeCode.signIn, reason: 'no-session' }])
      expect(bob.refusals).toEqual(['no-session'])
      bob.leaves()
    }
    expect((await server.log.read('harbour')).seq).toBe(1)
    await agree([ada])
    server.town.gone.delete('bob')
  })

  it('end at the next beat with a session that nobody here has ended', async () => {
    const beating = await startSync({ file: temporaryFile(), beatMs: 50 })
    const [bob, cleo] = [await new Peer('bob', beating).arrives(), await new Peer('cleo', beating).arrives()]
    beating.town.gone.add('bob')
    await until(() => bob.endings.length > 0, 'Bob is not told')
    expect(bob.endings).toEqual([{ code: closeCode.signIn, reason: 'no-session' }])
    await agree([cleo])
    expect(cleo.endings).toEqual([])
    bob.leaves()
    cleo.leaves()
    expect(beating.errors).toEqual([])
    await beating.stop()
  })

  it('are those of the moment: who became a viewer changes nothing any more', async () => {
    const bob = await new Peer('bob', server).arrives()
    bob.marks('Syria', 'claim')
    await bob.saved()
    bob.removes('annotations', bob.ids('annotations', 'bob')[0] ?? '')
    await bob.saved()
    server.town.roles.set('bob', 'viewer')
    bob.marks('Putin', 'claim')
    await until(() => bob.endings.length > 1, 'Bob is not refused')
    // First his page hears that it has to look again; a stock one comes back as it is.
    expect(bob.endings).toEqual([
      { code: closeCode.changed, reason: '' },
      { code: closeCode.refused, reason: 'read-only' },
    ])
    bob.leaves()
    server.town.roles.set('bob', 'annotator')
    await agree([ada])
  })

  it('a viewer sees everything and is left alone', async () => {
    const vic = await new Peer('vic', server).arrives()
    expect(vic.ids('annotations')).toEqual([mark])
    vic.drop()
    vic.rejoin()
    await vic.arrives()
    expect(vic.endings).toEqual([])
    vic.leaves()
  })

  it('whoever is put out of the project does not get the next answer', async () => {
    const bob = await new Peer('bob', server).arrives()
    server.town.roles.delete('bob')
    bob.sends(frameOf(0, 0, emptyVector))
    await until(() => bob.endings.length > 0, 'Bob is not put out')
    expect(bob.endings).toEqual([{ code: closeCode.noAccess, reason: 'no-access' }])
    bob.leaves()
    server.town.roles.set('bob', 'annotator')
  })
})

function markOf(author: string, local: string): Record<string, unknown> {
  return { id: `${author}.${local}`, kind: 'claim', spans: [[0, 5]], attributes: {}, author, at: Date.now() }
}

/** One mark of each of so many Yjs clients, all deleted again: the least that a client can be known by. */
function marksOfPages(count: number): Uint8Array {
  return encoding.encode((encoder) => {
    encoding.writeVarUint(encoder, count)
    for (let i = 0; i < count; i++) {
      for (const part of [1, 4_000_000_000 - i, 0]) encoding.writeVarUint(encoder, part)
      // Deleted content, with a key.
      encoding.writeUint8(encoder, 0b0010_0001)
      encoding.writeVarUint(encoder, 1)
      encoding.writeVarString(encoder, 'comments')
      encoding.writeVarString(encoder, `eve.${i.toString(36)}`)
      encoding.writeVarUint(encoder, 1)
    }
    encoding.writeVarUint(encoder, 0)
  })
}
