/** What an owner has taken out, and what is in an older revision, stays so: whatever pages do that did not know of it. */
import { authorOf } from '@attest/schema/record'
import { recordKey } from '@attest/schema/room'
import { expect, it, onTestFinished, vi } from 'vitest'
import { temporaryFile } from '../support/files.ts'
import { openPage } from '../support/page-room.ts'
import { startSync, type TestServer } from '../support/sync-server.ts'

async function open() {
  const server = await startSync({ file: temporaryFile() })
  onTestFinished(() => server.stop())
  const ada = openPage(server)
  await ada.comesOnline()
  const kinds = async () =>
    new Map([...(await server.sync.records('harbour')).records.annotations.values()].map(({ id, kind }) => [id, kind]))
  return { server, ada, kinds }
}

/** As an owner's removal does it: noted first, then done. */
async function takeOut(server: TestServer, ...ids: string[]) {
  const setting = server.town.rooms.get('harbour')
  if (!setting) throw new RangeError('no harbour')
  const removed = new Set(ids.map((id) => recordKey('annotations', id)))
  server.town.rooms.set('harbour', { ...setting, removed })
  await server.sync.removeRecords(
    'harbour',
    ids.map((id) => ({ root: 'annotations' as const, id })),
    'olga',
  )
}

const settle = { timeout: 15_000, interval: 5 }

it('goes from every page at once, and an undo does not bring it back', async () => {
  const { server, ada, kinds } = await open()
  const bob = openPage(server, { person: 'bob' })
  await bob.comesOnline()
  const id = ada.marks(3, 'claim')
  ada.marks(3, 'denial', id)
  await ada.isSaved()
  await vi.waitUntil(() => bob.shown(id) === 'denial', settle)
  await takeOut(server, id)
  await vi.waitUntil(() => ada.shown(id) === undefined && bob.shown(id) === undefined, settle)
  // Taking back the change of its kind would put it as it was before.
  ada.room.undo()
  await vi.waitUntil(() => ada.tray().length > 0 || !ada.room.history.get().canUndo, settle)
  await ada.isSaved()
  expect((await kinds()).has(id)).toBe(false)
  expect(ada.shown(id)).toBe(undefined)
  if (ada.tray().length > 0) expect(ada.tray()).toEqual([[`annotations/${id}`, 'removed']])
  // And she goes on.
  const other = ada.marks(5, 'claim')
  await ada.isSaved()
  expect((await kinds()).has(other)).toBe(true)
})

it('is told to somebody who changed it off line, and the rest of what they did arrives', async () => {
  const { server, ada, kinds } = await open()
  const id = ada.marks(3, 'claim')
  await ada.isSaved()
  await ada.drops()
  ada.marks(3, 'denial', id)
  const fresh = ada.marks(7, 'claim')
  await takeOut(server, id)
  ada.rejoins()
  await vi.waitUntil(() => ada.tray().length > 0, settle)
  await ada.isSaved()
  expect(ada.tray()).toEqual([[`annotations/${id}`, 'removed']])
  expect([...(await kinds()).keys()]).toEqual([fresh])
  expect(ada.shown(id)).toBe(undefined)
})

it('can be put again once it was put back', async () => {
  const { server, ada, kinds } = await open()
  const id = ada.marks(3, 'claim')
  await ada.isSaved()
  const { records } = await server.sync.records('harbour')
  await takeOut(server, id)
  const setting = server.town.rooms.get('harbour')
  await server.sync.putMissing('harbour', records, 'olga')
  if (setting) server.town.rooms.set('harbour', { ...setting, removed: new Set() })
  await vi.waitUntil(() => ada.shown(id) === 'claim', settle)
  ada.marks(3, 'denial', id)
  await ada.isSaved()
  expect((await kinds()).get(id)).toBe('denial')
})

it('keeps an older revision as it is, but for marks that were made off line', async () => {
  const { server, ada, kinds } = await open()
  const kept = ada.marks(3, 'claim')
  const other = ada.marks(4, 'claim')
  await ada.isSaved()
  await ada.drops()
  const late = ada.marks(9, 'claim')
  ada.marks(3, 'denial', kept)
  ada.room.remove('annotations', [other])
  const setting = server.town.rooms.get('harbour')
  if (setting) server.town.rooms.set('harbour', { ...setting, isReplaced: true })
  ada.rejoins()
  await vi.waitUntil(() => ada.tray().length === 2, settle)
  await ada.isSaved()
  expect(ada.tray().map(([, reason]) => reason)).toEqual(['old-revision', 'old-revision'])
  expect([...(await kinds())].sort()).toEqual(
    [
      [kept, 'claim'],
      [other, 'claim'],
      [late, 'claim'],
    ].sort(),
  )
  expect([...(await kinds()).keys()].every((id) => authorOf(id) === 'ada')).toBe(true)
})

it('is nothing, once an article is signed off: whoever is in it is told, and what was made off line waits', async () => {
  const { server, ada, kinds } = await open()
  const setting = server.town.rooms.get('harbour')
  if (!setting) throw new RangeError('no harbour')
  const bob = openPage(server, {
    person: 'bob',
    readPage: async (page) => ({ ...page, signedOff: { by: 'olga', at: 1 } }),
  })
  await bob.comesOnline()
  const id = ada.marks(3, 'claim')
  await ada.isSaved()
  await ada.drops()
  const late = ada.marks(9, 'claim')
  server.town.rooms.set('harbour', { ...setting, isSignedOff: true })
  await server.sync.recheck()
  // Bob's page learns of it at once, without having done anything.
  await vi.waitUntil(() => bob.room.barred.get() === 'signed-off', settle)
  expect(bob.room.put('annotations', { kind: 'claim', spans: [[0, 5]], attributes: {} })).toEqual({
    ok: false,
    reason: 'signed-off',
  })
  ada.rejoins()
  await vi.waitUntil(() => ada.tray().length > 0, settle)
  expect(ada.tray()).toEqual([[`annotations/${late}`, 'signed-off']])
  // Nor can anything be taken out, by a page that does not know.
  ada.room.remove('annotations', [id])
  await vi.waitUntil(() => ada.tray().length === 2, settle)
  expect([...(await kinds()).keys()]).toEqual([id])
  // Reopened, it goes on where it was.
  server.town.rooms.set('harbour', { ...setting, isSignedOff: false })
  await server.sync.recheck()
  expect(ada.room.tryAgain(ada.room.refused.get().filter(({ key }) => key.endsWith(late)))).toBeNull()
  await vi.waitUntil(async () => (await kinds()).has(late), settle)
})
