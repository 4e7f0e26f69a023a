/** A page at the reveal of a blind article, in a browser that keeps nothing: what it had not sent goes along. */
import { layerRoom } from '@attest/schema/room-name'
import { expect, it, onTestFinished, vi } from 'vitest'
import { temporaryFile } from '../support/files.ts'
import { openPage } from '../support/page-room.ts'
import { startSync, type TestServer } from '../support/sync-server.ts'

const own = layerRoom('harbour', 'ada')
const settle = { timeout: 15_000, interval: 5 }

async function open() {
  const server = await startSync({ file: temporaryFile() })
  onTestFinished(() => server.stop())
  server.town.addRoom(own)
  change(server, own, { layerOf: 'ada' })
  change(server, 'harbour', { isClosed: true })
  return server
}

function change(server: TestServer, room: string, to: object) {
  const setting = server.town.rooms.get(room)
  if (!setting) throw new RangeError(`no ${room}`)
  server.town.rooms.set(room, { ...setting, ...to })
}

it('asks where to go when its room is closed, and takes along what it could not send', async () => {
  const server = await open()
  let isRevealed = false
  const ada = openPage(server, {
    room: own,
    article: 'harbour',
    readPage: async (page) => (isRevealed ? { ...page, blind: 'revealed', room: 'harbour' } : page),
  })
  await ada.comesOnline()
  const [kept, changed, gone] = [ada.marks(3, 'claim'), ada.marks(4, 'claim'), ada.marks(5, 'claim')]
  await ada.isSaved()
  await ada.drops()
  const late = ada.marks(6, 'denial')
  ada.marks(4, 'denial', changed)
  ada.room.remove('annotations', [gone])

  // All that the server has of hers is put into the article's own room.
  const { records } = await server.sync.records(own)
  await server.sync.putMissing('harbour', records, 'ada')
  change(server, own, { isClosed: true })
  change(server, 'harbour', { isClosed: false })
  isRevealed = true
  ada.rejoins()
  await vi.waitUntil(() => ada.room.page.room === 'harbour', settle)
  expect(ada.room.status.get().connection.phase).toBe('connecting')

  const after = openPage(server, { left: ada.room.leave() })
  await after.comesOnline()
  await vi.waitUntil(() => after.shown(late) === 'denial', settle)
  await after.isSaved()
  const found = (await server.sync.records('harbour')).records.annotations
  expect([...found].map(([id, { kind }]) => [id, kind]).sort()).toEqual(
    [
      [kept, 'claim'],
      [changed, 'denial'],
      [late, 'denial'],
    ].sort(),
  )
  expect((await server.sync.records(own)).records.annotations.size).toBe(3)
})

it('says that the article is gone where there is no other room', async () => {
  const server = await open()
  const ada = openPage(server, { room: own, article: 'harbour' })
  await ada.comesOnline()
  server.town.rooms.delete(own)
  await server.sync.recheck()
  await ada.ends()
  expect(ada.room.barred.get()).toBe('no-such-room')
})
