/** Saved means saved: nobody is told, and nobody sees, what is not on disk. */
import { closeCode } from '@attest/schema/protocol'
import { emptyRecords } from '@attest/schema/room'
import { afterEach, describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { openSqlite } from '../../apps/server/src/store/sqlite.ts'
import { type Entry, FullDisk, type Log } from '../../apps/server/src/store/store.ts'
import { unpack } from '../../apps/server/src/sync/snapshot.ts'
import { temporaryFile } from '../support/files.ts'
import { agree, Peer, plain, until } from '../support/sync-peer.ts'
import { emptyUpdate, emptyVector, Raw } from '../support/sync-raw.ts'
import { startSync, type TestServer } from '../support/sync-server.ts'

let server: TestServer
const peers: Peer[] = []

afterEach(async () => {
  for (const peer of peers.splice(0)) peer.leaves()
  await server.stop()
})

async function enter(name: string, options: { doc?: Y.Doc } = {}): Promise<Peer> {
  const peer = new Peer(name, { ...server, ...options })
  peers.push(peer)
  return peer.arrives()
}

/** A log on disk whose commits wait until they are let go, or fail. */
class SlowDisk {
  readonly commits: Entry[][] = []
  #gate = Promise.withResolvers<void>()
  isHeld = false
  failing = 0
  error = new Error('the disk is full')

  wrap = (log: Log): Log => ({
    ...log,
    append: async (entries, bindings) => {
      if (entries.length > 0) this.commits.push([...entries])
      if (this.isHeld) await this.#gate.promise
      if (this.failing > 0 && entries.length > 0) {
        this.failing--
        throw this.error
      }
      await log.append(entries, bindings)
    },
  })

  hold(): void {
    this.isHeld = true
    this.#gate = Promise.withResolvers()
  }

  letGo(): void {
    this.isHeld = false
    this.#gate.resolve()
  }
}

/** A mark of Ada's is on its way to the disk, and will not get there when the disk is let go. */
async function failsUnderWay() {
  const disk = new SlowDisk()
  const file = temporaryFile()
  server = await startSync({ file, wrapLog: disk.wrap })
  const ada = await enter('ada')
  disk.hold()
  disk.failing = 1
  ada.marks('Russian', 'claim')
  await until(() => disk.commits.length === 1, 'nothing is committed')
  return { disk, file, ada }
}

/** Whether an update goes on from something that is not in it. */
function isLater(update: Uint8Array): boolean {
  return Y.decodeUpdate(update).structs.some(({ id }, i) => i === 0 && id.clock > 0)
}

const aWhile = () => new Promise((resolve) => setTimeout(resolve, 150))

describe('while a commit is under way', () => {
  it('nobody is told “saved”, nobody sees the mark, and nobody who comes is given it', async () => {
    const disk = new SlowDisk()
    server = await startSync({ file: temporaryFile(), wrapLog: disk.wrap })
    const ada = await enter('ada')
    const bob = await enter('bob')
    disk.hold()
    const mark = ada.marks('casualties', 'claim')
    const barrier = ada.asksSaved()
    await until(() => disk.commits.length === 1, 'nothing is committed')
    const cleo = await new Raw(server.url, { cookie: 'cleo' }).opens()
    cleo.sends(0, 0, emptyVector)
    let read = false
    const records = server.sync.records('harbour').then((found) => {
      read = true
      return found.records
    })
    await aWhile()
    expect(ada.isSaved(barrier)).toBe(false)
    expect(bob.ids('annotations')).toEqual([])
    expect(cleo.syncs(1)).toEqual([])
    expect(read).toBe(false)

    disk.letGo()
    await until(() => ada.isSaved(barrier), 'Ada is not told')
    await until(() => bob.ids('annotations').includes(mark), 'Bob does not see it')
    await until(() => cleo.syncs(1).length === 1, 'Cleo gets no answer')
    expect(Buffer.from(cleo.syncs(1)[0] ?? []).includes(mark)).toBe(true)
    expect([...(await records).annotations.keys()]).toEqual([mark])
    cleo.socket.terminate()
    expect(server.errors).toEqual([])
  })

  it('everything else that arrives shares the next one', async () => {
    const disk = new SlowDisk()
    server = await startSync({ file: temporaryFile(), wrapLog: disk.wrap })
    server.town.addRoom('market')
    const ada = await enter('ada')
    const bob = await enter('bob')
    disk.hold()
    ada.marks('casualties', 'claim')
    await until(() => disk.commits.length === 1, 'nothing is committed')
    for (let i = 0; i < 20; i++) {
      ada.marks('Russian', 'claim')
      bob.marks('Putin', 'claim')
    }
    const barriers = [ada.asksSaved(), bob.asksSaved()]
    await aWhile()
    disk.letGo()
    await until(() => ada.isSaved(barriers[0] ?? 0) && bob.isSaved(barriers[1] ?? 0), 'not saved')
    const [first, ...others] = disk.commits
    expect(first).toHaveLength(1)
    expect(others.flat()).toHaveLength(40)
    // One, unless this machine is too busy to judge all of them in one turn.
    expect(others.length).toBeLessThan(8)
    expect(new Set(others.flat().map(({ person }) => person))).toEqual(new Set(['ada', 'bob']))
    await agree([ada, bob])
  })

  it('one commit serves all rooms that wait', async () => {
    const disk = new SlowDisk()
    server = await startSync({ file: temporaryFile(), wrapLog: disk.wrap })
    const pages: Peer[] = []
    for (let i = 0; i < 10; i++) {
      server.town.addRoom(`room-${i}`)
      const page = new Peer('ada', { ...server, room: `room-${i}` })
      peers.push(page)
      pages.push(await page.arrives())
    }
    disk.hold()
    pages[0]?.marks('casualties', 'claim')
    await until(() => disk.commits.length === 1, 'nothing is committed')
    for (const page of pages.slice(1)) page.marks('casualties', 'claim')
    await aWhile()
    disk.letGo()
    await Promise.all(pages.map((page) => page.saved()))
    expect(disk.commits.map((entries) => entries.length)).toEqual([1, 9])
  })
})

describe('when a commit fails', () => {
  it('everybody is told to come back, nobody has seen what was not saved, and it is sent again', async () => {
    const disk = new SlowDisk()
    const file = temporaryFile()
    server = await startSync({ file, wrapLog: disk.wrap })
    const ada = await enter('ada')
    const bob = await enter('bob')
    const first = ada.marks('Russian', 'claim')
    await agree([ada, bob])

    disk.failing = 1
    const second = ada.marks('casualties', 'claim')
    const barrier = ada.asksSaved()
    await until(() => ada.endings.length > 0 && bob.endings.length > 0, 'nobody is told')
    expect(ada.endings).toEqual([{ code: closeCode.notSaved, reason: '' }])
    expect(bob.endings).toEqual([{ code: closeCode.notSaved, reason: '' }])
    expect(ada.isSaved(barrier)).toBe(false)
    expect(bob.ids('annotations')).toEqual([first])
    expect(server.errors.map(String)).toEqual(['Error: the disk is full'])

    await agree([ada, bob])
    expect(bob.ids('annotations').sort()).toEqual([first, second].sort())
    expect((await server.log.read('harbour')).seq).toBe(2)
  })

  it('goes on for as long as the disk fails, and loses nothing', async () => {
    const disk = new SlowDisk()
    server = await startSync({ file: temporaryFile(), wrapLog: disk.wrap })
    const ada = await enter('ada')
    disk.failing = 4
    const marks = [ada.marks('Russian', 'claim'), ada.marks('casualties', 'claim')]
    await until(() => disk.failing === 0, 'it is not tried again')
    await agree([ada])
    expect(ada.endings.map(({ code }) => code)).toEqual(Array(4).fill(closeCode.notSaved))
    expect([...(await server.sync.records('harbour')).records.annotations.keys()].sort()).toEqual(marks.sort())
  })

  it('what followed on it is not kept either, though it was judged already', async () => {
    const { disk, file, ada } = await failsUnderWay()
    ada.marks('casualties', 'claim')
    await aWhile()
    disk.letGo()
    await agree([ada])
    expect(disk.commits.flat().every(({ update }) => !isLater(update))).toBe(true)
    ada.drop()
    await server.stop()
    server = await startSync({ file })
    expect(server.sync.stats().readOnlyRooms).toBe(0)
    expect((await server.sync.records('harbour')).records.annotations.size).toBe(2)
    expect(server.errors).toEqual([])
  })

  it('nothing that was being judged meanwhile gets to the disk without what it follows on', async () => {
    const { disk, ada } = await failsUnderWay()
    // So much that it is still being judged when the commit before it fails.
    ada.doc.transact(() => {
      for (let i = 0; i < 1500; i++) ada.marksSpan([i, i + 5], 'claim', { gloss: 'x'.repeat(300) })
    })
    await until(() => ada.provider.ws?.bufferedAmount === 0, 'it is not sent')
    disk.letGo()
    await agree([ada])
    expect(disk.commits.flat().every(({ update }) => !isLater(update))).toBe(true)
    expect((await server.sync.records('harbour')).records.annotations.size).toBe(1501)
  })

  it('and the disk is only full, those who read need not notice, and those who write lose nothing', async () => {
    const disk = new SlowDisk()
    disk.error = new FullDisk(new Error('there is no room'))
    server = await startSync({ file: temporaryFile(), wrapLog: disk.wrap })
    const ada = await enter('ada')
    const bob = await enter('bob')
    const first = ada.marks('Syria', 'claim')
    await ada.saved()
    disk.failing = Number.POSITIVE_INFINITY
    ada.marks('Russian', 'claim')
    await until(() => ada.endings.length > 0, 'Ada is not told')
    // Also whoever comes now.
    const cleo = await enter('cleo')
    expect(cleo.ids('annotations')).toEqual([first])
    expect(bob.ids('annotations')).toEqual([first])
    expect([...bob.endings, ...cleo.endings]).toEqual([])
    disk.failing = 0
    await agree([ada, bob, cleo])
    expect(bob.ids('annotations')).toHaveLength(2)
    expect(ada.endings.every(({ code }) => code === closeCode.notSaved)).toBe(true)
  })

  it('an import that failed says so', async () => {
    const disk = new SlowDisk()
    server = await startSync({ file: temporaryFile(), wrapLog: disk.wrap })
    disk.failing = 1
    const records = emptyRecords()
    records.comments.set('ref.c', { id: 'ref.c', on: 'article', body: 'Hello.', author: 'ref', at: 1 })
    await expect(server.sync.putRecords('harbour', records, 'ref')).rejects.toThrow('the disk is full')
    expect((await server.sync.records('harbour')).records.comments.size).toBe(0)
    await server.sync.putRecords('harbour', records, 'ref')
    expect((await server.sync.records('harbour')).records).toEqual(records)
  })
})

describe('a barrier', () => {
  it('waits until the page has said all that it has', async () => {
    server = await startSync({ file: temporaryFile() })
    const raw = await new Raw(server.url, { cookie: 'ada' }).opens()
    raw.sends(102, 7)
    raw.sends(0, 0, emptyVector)
    await until(() => raw.syncs(0).length === 1, 'the page is not asked')
    await aWhile()
    expect(raw.saved).toEqual([])
    raw.sends(0, 1, emptyUpdate)
    await until(() => raw.saved.length === 1, 'not told')
    raw.sends(102, 8)
    raw.sends(102, 9)
    await until(() => raw.saved.length === 3, 'not told')
    expect(raw.saved).toEqual([7, 8, 9])
    raw.socket.terminate()
  })

  it('is not answered for a mark that came before those it follows', async () => {
    server = await startSync({ file: temporaryFile() })
    const page = await enter('ada')
    page.drop()
    // Made off line, and then one more in the moment in which the line is back and nothing was exchanged yet.
    const marks = [page.marks('Russian', 'claim')]
    page.provider.on('status', ({ status }) => {
      if (status === 'connected' && marks.length === 1)
        queueMicrotask(() => {
          marks.push(page.marks('casualties', 'claim'))
          page.asksSaved()
        })
    })
    page.rejoin()
    await until(() => page.isSaved(1), 'not saved')
    expect([...(await server.sync.records('harbour')).records.annotations.keys()].sort()).toEqual(marks.sort())
    expect((await server.log.read('harbour')).seq).toBeGreaterThan(0)
  })

  it('is not answered, and the rest is asked for, when something is missing in between', async () => {
    server = await startSync({ file: temporaryFile() })
    const raw = await new Raw(server.url, { cookie: 'ada' }).opens()
    raw.sends(0, 0, emptyVector)
    raw.sends(0, 1, emptyUpdate)
    await until(() => raw.syncs(0).length === 1, 'not asked')

    const doc = new Y.Doc()
    const updates: Uint8Array[] = []
    doc.on('update', (update: Uint8Array) => updates.push(update))
    for (const local of ['a', 'b'])
      doc
        .getMap('comments')
        .set(`ada.${local}`, { id: `ada.${local}`, on: 'article', body: 'Hm.', author: 'ada', at: 1 })
    raw.sends(0, 2, updates[1] ?? emptyUpdate)
    raw.sends(102, 1)
    await until(() => raw.syncs(0).length === 2, 'not asked again')
    await aWhile()
    expect(raw.saved).toEqual([])
    expect((await server.sync.records('harbour')).records.comments.size).toBe(0)
    raw.sends(0, 1, Y.encodeStateAsUpdate(doc, raw.syncs(0)[1]))
    await until(() => raw.saved.length === 1, 'not saved')
    expect((await server.sync.records('harbour')).records.comments.size).toBe(2)
    raw.socket.terminate()
  })

  it('asks once a second at most, however often something is missing', async () => {
    server = await startSync({ file: temporaryFile() })
    const raw = await new Raw(server.url, { cookie: 'ada' }).opens()
    raw.sends(0, 0, emptyVector)
    raw.sends(0, 1, emptyUpdate)
    const doc = new Y.Doc()
    doc.getMap('comments').set('ada.a', {})
    const lacking = Y.encodeStateVector(doc)
    doc.getMap('comments').set('ada.b', { id: 'ada.b', on: 'article', body: 'Hm.', author: 'ada', at: 1 })
    const update = Y.encodeStateAsUpdate(doc, lacking)
    for (let i = 0; i < 500; i++) raw.sends(0, 2, update)
    await aWhile()
    expect(raw.syncs(0).length).toBeLessThanOrEqual(2)
    expect(raw.code).toBe(null)
    // Who answers with the same again has a document that can never be joined to this one.
    raw.sends(0, 1, update)
    expect(await raw.isEnded()).toBe(closeCode.startAfresh)
  })
})

describe('when the server is closed', () => {
  it('keeps what has arrived, and sends everybody away with 1001', async () => {
    const file = temporaryFile()
    server = await startSync({ file })
    const ada = await enter('ada')
    const bob = await enter('bob')
    for (let i = 0; i < 50; i++) ada.marks('Russian', 'claim')
    await ada.saved()
    for (let i = 0; i < 50; i++) bob.marks('Putin', 'claim')
    await server.stop()
    await until(() => ada.endings.length > 0 && bob.endings.length > 0, 'nobody is sent away')
    expect(ada.endings[0]).toMatchObject({ code: closeCode.goingAway })
    expect(server.errors).toEqual([])

    const { port } = server
    server = await startSync({ file, port })
    await agree([ada, bob])
    expect(ada.ids('annotations')).toHaveLength(100)
  })

  it('does not wait for those who do not answer', async () => {
    server = await startSync({ file: temporaryFile() })
    const raw = await new Raw(server.url).opens()
    raw.socket.pause()
    const start = Date.now()
    await server.stop()
    expect(Date.now() - start).toBeLessThan(5000)
    server = await startSync({ file: temporaryFile() })
  })
})

describe('a long log', () => {
  it('is read from a snapshot that says the same', async () => {
    const file = temporaryFile()
    server = await startSync({ file })
    const ada = await enter('ada')
    const marks: string[] = []
    for (let i = 0; i < 900; i++) {
      marks.push(ada.marks('Russian', 'claim'))
      if (i % 3 === 0) ada.relabels(marks.at(-1) ?? '', 'denial')
      if (i % 5 === 0) ada.removes('annotations', marks.at(-1) ?? '')
      await new Promise((resolve) => setImmediate(resolve))
    }
    await ada.saved()
    await until(() => server.sync.stats().logTailMax < 500, 'no snapshot is taken')
    await server.stop()
    const { log, db, close } = await openSqlite(file)
    const { snapshot, updates } = await log.read('harbour')
    expect(updates.length).toBeLessThan(500)
    const [fromSnapshot, fromLog] = [new Y.Doc(), new Y.Doc()]
    for (const update of [...(await unpack(snapshot ?? emptyUpdate)), ...updates]) Y.applyUpdate(fromSnapshot, update)
    for (const { update } of await db.selectFrom('room_update').select('update').orderBy('seq').execute())
      Y.applyUpdate(fromLog, update)
    expect(Y.encodeStateAsUpdate(fromSnapshot)).toEqual(Y.encodeStateAsUpdate(fromLog))
    await close()
    server = await startSync({ file })
    const bob = await enter('bob')
    expect(plain(bob.records)).toEqual(plain(ada.records))
  })
})

describe('of a room that does not verify', () => {
  it('what does is shown, nothing is added, and the other rooms go on', async () => {
    const file = temporaryFile()
    server = await startSync({ file })
    server.town.addRoom('market')
    const ada = await enter('ada')
    const first = ada.marks('Russian', 'claim')
    await ada.saved()
    ada.marks('casualties', 'claim')
    await ada.saved()
    ada.drop()
    await server.stop()
    const { db, close } = await openSqlite(file)
    await db.deleteFrom('room_update').where('seq', '=', 2).execute()
    await close()

    server = await startSync({ file, port: server.port })
    server.town.addRoom('market')
    const raw = await new Raw(server.url).opens()
    await until(() => raw.refusals.length > 0, 'Eve is not told')
    expect(raw.refusals).toEqual(['damaged-room'])
    const vic = await enter('vic')
    expect(vic.ids('annotations')).toEqual([first])
    // Whoever still has what was lost keeps it, and nobody is told that it is saved.
    ada.rejoin()
    await ada.arrives()
    const barrier = ada.asksSaved()
    ada.marks('Putin', 'claim')
    await aWhile()
    expect(ada.isSaved(barrier)).toBe(false)
    expect(ada.ids('annotations')).toHaveLength(3)
    expect([...ada.endings.slice(1), ...vic.endings]).toEqual([])
    expect(vic.ids('annotations')).toEqual([first])
    await expect(server.sync.records('harbour')).rejects.toThrow('it has 1 updates where 2 were written')
    expect(String(server.errors[0])).toContain('DamagedRoom: room harbour')
    expect(server.sync.stats().readOnlyRooms).toBe(1)
    const bob = new Peer('bob', { ...server, room: 'market' })
    peers.push(bob)
    bob.marks('Russian', 'claim')
    await (await bob.arrives()).saved()
  })
})

describe('of a room in which an update is missing', () => {
  it('what comes before it is shown, and nothing is added', async () => {
    server = await startSync({ file: temporaryFile() })
    const doc = new Y.Doc()
    const updates: Uint8Array[] = []
    doc.on('update', (update: Uint8Array) => updates.push(update))
    for (const id of ['ada.one', 'ada.two', 'ada.three'])
      doc.getMap('comments').set(id, { id, on: 'article', body: 'Hello.', author: 'ada', at: 1 })
    updates.splice(1, 1)
    await server.log.append(updates.map((update) => ({ room: 'harbour', update, person: 'ada' })))
    const bob = await enter('bob')
    await until(() => bob.refusals.includes('damaged-room'), 'Bob is not told')
    await until(() => bob.isOnline, 'Bob is not let in')
    expect(bob.ids('comments')).toEqual(['ada.one'])
    const barrier = bob.asksSaved()
    bob.marks('Russian', 'claim')
    await aWhile()
    expect(bob.isSaved(barrier)).toBe(false)
    expect(bob.endings.length).toBeLessThan(2)
    await expect(server.sync.records('harbour')).rejects.toThrow('depends on one that was never written')
  })
})

it('writes nothing for a page that only comes back', async () => {
  server = await startSync({ file: temporaryFile() })
  const ada = await enter('ada')
  ada.marks('Russian', 'claim')
  await ada.saved()
  for (let i = 0; i < 5; i++) {
    ada.drop()
    ada.rejoin()
    await ada.arrives()
    await ada.saved()
  }
  expect((await server.log.read('harbour')).seq).toBe(1)
})

it('keeps the records that an import puts, whosever they are, and shows them to those who are there', async () => {
  server = await startSync({ file: temporaryFile() })
  const ada = await enter('ada')
  const records = emptyRecords()
  for (let i = 0; i < 3000; i++) {
    const author = `layer-${i % 3}`
    const id = `${author}.r${i}`
    records.annotations.set(id, { id, kind: 'claim', spans: [[i, i + 1]], attributes: {}, author, at: i })
  }
  await server.sync.putRecords('harbour', records, 'olga')
  await until(() => ada.ids('annotations').length === 3000, 'Ada does not see them')
  expect((await server.sync.records('harbour')).records).toEqual(records)
  expect((await server.sync.records('harbour')).unreadable).toEqual([])
  ada.marks('Russian', 'claim')
  await agree([ada])
})
