import { copyFileSync } from 'node:fs'
import { expect, it, onTestFinished, vi } from 'vitest'
import { temporaryFile } from '../support/files.ts'
import { olderLabels } from '../support/labels.ts'
import { openPage } from '../support/page-room.ts'
import { Peer } from '../support/sync-peer.ts'
import { startSync, type TestServerOptions } from '../support/sync-server.ts'

async function open(options: Partial<TestServerOptions> = {}) {
  const server = await startSync({ file: temporaryFile(), ...options })
  onTestFinished(() => server.stop())
  return server
}

/** A page that goes on believing in a kind of mark that the server refuses. */
const openStubborn = (server: Awaited<ReturnType<typeof open>>) =>
  openPage(server, { labels: olderLabels, readPage: async (page) => page })

const onDisk = async (server: Awaited<ReturnType<typeof open>>) =>
  (await server.sync.records('harbour')).records.annotations

it('says saved only after the server’s disk has it', async () => {
  let release = () => {}
  const held = new Promise<void>((resolve) => {
    release = resolve
  })
  let isHeld = false
  const server = await open({
    wrapLog: (log) => ({
      ...log,
      async append(entries) {
        if (isHeld) await held
        return log.append(entries)
      },
    }),
  })
  const ada = openPage(server)
  await ada.comesOnline()
  isHeld = true
  const id = ada.marks(3, 'claim')
  await new Promise((resolve) => setTimeout(resolve, 200))
  expect(ada.room.status.get().waiting).toBe(1)
  release()
  await ada.isSaved()
  expect((await onDisk(server)).get(id)?.kind).toBe('claim')
})

it('puts what is refused alone into the tray, and saves all the rest that waited', async () => {
  const server = await open()
  const ada = openStubborn(server)
  await ada.comesOnline()
  await ada.drops()
  const honest = Array.from({ length: 40 }, (_, i) => ada.marks(i, 'claim'))
  const bad = [ada.marks(50, 'rumour'), ada.marks(51, 'rumour')]
  ada.rejoins()
  await vi.waitUntil(() => ada.tray().length === 2, { timeout: 10_000 })
  await ada.isSaved()
  expect(
    ada
      .tray()
      .map(([key]) => key)
      .sort(),
  ).toEqual(bad.map((id) => `annotations/${id}`).sort())
  expect([...(await onDisk(server)).keys()].sort()).toEqual(honest.sort())
  expect([...ada.room.records.get().annotations.keys()].sort()).toEqual(honest.sort())
})

it('keeps what the person does while the document is being recovered: newer edits and deletions win', async () => {
  for (let round = 0; round < 6; round++) {
    const server = await open()
    const ada = openStubborn(server)
    await ada.comesOnline()
    const [saved, gone] = [ada.marks(1, 'claim'), ada.marks(2, 'claim')]
    await ada.isSaved()
    await ada.drops()
    const [waiting, given] = [ada.marks(3, 'claim'), ada.marks(4, 'claim')]
    ada.marks(5, 'rumour')
    // The refusal comes, and before the fresh document has synced the line is cut again.
    const refusal = vi.waitUntil(() => !ada.room.history.get().canUndo, { timeout: 10_000, interval: 1 })
    ada.rejoins()
    await refusal
    ada.line.cut()
    ada.room.reconnect()
    ada.marks(1, 'denial', saved)
    ada.marks(3, 'denial', waiting)
    ada.room.remove('annotations', [gone, given])
    expect([saved, gone, waiting, given].map(ada.shown)).toEqual(['denial', undefined, 'denial', undefined])
    ada.rejoins()
    await vi.waitUntil(() => ada.tray().length === 1, { timeout: 10_000 })
    await ada.isSaved()
    const disk = await onDisk(server)
    expect([saved, gone, waiting, given].map((id) => disk.get(id)?.kind)).toEqual([
      'denial',
      undefined,
      'denial',
      undefined,
    ])
    expect([saved, gone, waiting, given].map(ada.shown)).toEqual(['denial', undefined, 'denial', undefined])
    ada.room.close()
  }
})

it('does not blame a waiting mark for one that was made during the recovery', async () => {
  const server = await open()
  const ada = openStubborn(server)
  await ada.comesOnline()
  await ada.drops()
  const honest = Array.from({ length: 30 }, (_, i) => ada.marks(i, 'claim'))
  ada.marks(40, 'rumour')
  ada.rejoins()
  await vi.waitUntil(() => !ada.room.history.get().canUndo, { timeout: 10_000, interval: 1 })
  ada.marks(41, 'rumour')
  await vi.waitUntil(() => ada.tray().length === 2, { timeout: 10_000 })
  await ada.isSaved()
  expect(ada.tray().every(([key]) => !honest.some((id) => key === `annotations/${id}`))).toBe(true)
  expect([...(await onDisk(server)).keys()].sort()).toEqual(honest.sort())
})

it('leaves to undo only what the person did, not what was put again', async () => {
  const server = await open()
  const ada = openStubborn(server)
  await ada.comesOnline()
  await ada.drops()
  const before = ada.marks(1, 'claim')
  ada.marks(2, 'rumour')
  ada.rejoins()
  await vi.waitUntil(() => ada.tray().length === 1, { timeout: 10_000 })
  await ada.isSaved()
  const after = ada.marks(3, 'claim')
  ada.room.undo()
  ada.room.undo()
  await ada.isSaved()
  expect([before, after].map(ada.shown)).toEqual(['claim', undefined])
})

it('sends more than fits into one frame', async () => {
  const server = await open()
  const ada = openPage(server)
  await ada.comesOnline()
  await ada.drops()
  for (let i = 0; i < 7000; i++) ada.marks(i % 300, 'claim')
  ada.rejoins()
  await ada.isSaved()
  expect((await onDisk(server)).size).toBe(7000)
  expect(ada.tray()).toEqual([])
})

it('takes a whole tray of a person who may only read now, at once', async () => {
  const server = await open()
  const ada = openPage(server)
  await ada.comesOnline()
  await ada.drops()
  for (let i = 0; i < 200; i++) ada.marks(i, 'claim')
  server.town.roles.set('ada', 'viewer')
  ada.rejoins()
  await vi.waitUntil(() => ada.tray().length === 200, { timeout: 5_000 })
  await ada.isSaved()
  expect(ada.tray().every(([, reason]) => reason === 'read-only')).toBe(true)
})

it('does not send one person’s marks under the cookie of another', async () => {
  const server = await open()
  const ada = openPage(server)
  await ada.comesOnline()
  await ada.drops()
  const id = ada.marks(1, 'claim')
  ada.line.cookie = 'bob'
  ada.rejoins()
  await ada.ends()
  expect(ada.room.status.get()).toMatchObject({ waiting: 1, connection: { reason: 'no-session' } })
  expect(ada.tray()).toEqual([])
  ada.line.cookie = 'ada'
  ada.rejoins()
  await ada.isSaved()
  expect((await onDisk(server)).has(id)).toBe(true)
})

it('comes back to a server that was restored from an older backup, and brings its own marks along', async () => {
  const [file, backup] = [temporaryFile(), temporaryFile()]
  let server = await startSync({ file })
  const { port } = server
  const ada = openPage(server)
  await ada.comesOnline()
  const early = ada.marks(1, 'claim')
  await ada.isSaved()
  await server.stop()
  copyFileSync(file, backup)
  server = await startSync({ file, port })
  const bob = new Peer('bob', { url: server.url })
  onTestFinished(() => bob.provider.destroy())
  await vi.waitUntil(() => bob.isOnline, { timeout: 5_000 })
  bob.marks('Putin', 'claim')
  await ada.comesOnline()
  const late = ada.marks(2, 'claim')
  await ada.isSaved()
  await vi.waitUntil(() => ada.room.records.get().annotations.size === 3, { timeout: 5_000 })
  bob.provider.destroy()
  await server.stop()
  server = await startSync({ file: backup, port })
  onTestFinished(() => server.stop())
  await vi.waitUntil(async () => (await server.sync.records('harbour')).records.annotations.size === 2, {
    timeout: 15_000,
  })
  await ada.isSaved()
  expect([...(await server.sync.records('harbour')).records.annotations.keys()].sort()).toEqual([early, late].sort())
  expect(ada.room.status.get().connection.phase).toBe('online')
})
