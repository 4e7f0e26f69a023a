/** What one may do in an article changes while it is open: the page follows, says so, and loses nothing. */
import type { Role } from '@attest/schema/roles'
import { expect, it, onTestFinished, vi } from 'vitest'
import { temporaryFile } from '../support/files.ts'
import { labelSet, olderLabels } from '../support/labels.ts'
import { openPage } from '../support/page-room.ts'
import { startSync, type TestServerOptions, text } from '../support/sync-server.ts'

async function open(options: Partial<TestServerOptions> = {}) {
  const server = await startSync({ file: temporaryFile(), checkMs: 50, ...options })
  onTestFinished(() => server.stop())
  const onDisk = async () => (await server.sync.records('harbour')).records.annotations
  return { server, onDisk }
}

const settle = { timeout: 15_000, interval: 5 }

it.each<Role>(['viewer', 'reviewer', 'owner'])(
  'follows when somebody is made %s while the page is open',
  async (role) => {
    const { server } = await open()
    const ada = openPage(server)
    await ada.comesOnline()
    server.town.roles.set('ada', role)
    await vi.waitUntil(() => ada.room.role === role, settle)
    await ada.isSaved()
    expect(ada.room.barred.get()).toBe(role === 'viewer' ? 'read-only' : null)
  },
)

it('turns read-only at once when the role is taken away, and takes what waited into the tray', async () => {
  const { server, onDisk } = await open()
  const ada = openPage(server)
  await ada.comesOnline()
  const saved = ada.marks(1, 'claim')
  await ada.isSaved()
  await ada.drops()
  const waiting = [ada.marks(2, 'claim'), ada.marks(3, 'denial')]
  ada.room.remove('annotations', [saved])
  server.town.roles.set('ada', 'viewer')
  ada.rejoins()
  await ada.isSaved()
  expect(ada.room.barred.get()).toBe('read-only')
  expect(ada.tray().sort()).toEqual([saved, ...waiting].map((id) => [`annotations/${id}`, 'read-only']).sort())
  // Nothing can be marked, deleted or taken back, and nothing of that is tried at the server either.
  const endings = ada.line.endings.length
  expect(ada.room.put('annotations', { kind: 'claim', spans: [[0, 5]], attributes: {} })).toEqual({
    ok: false,
    reason: 'read-only',
  })
  ada.room.remove('annotations', [saved])
  ada.room.undo()
  expect(ada.room.tryAgain(ada.room.refused.get())).toBe('read-only')
  expect(ada.shown(saved)).toBe('claim')
  expect([...(await onDisk()).keys()]).toEqual([saved])
  expect(ada.line.endings).toHaveLength(endings)

  // And once the role is given back, what was kept goes through.
  server.town.roles.set('ada', 'annotator')
  await vi.waitUntil(() => ada.room.barred.get() === null, settle)
  expect(ada.room.tryAgain(ada.room.refused.get())).toBeNull()
  await ada.isSaved()
  expect(ada.tray()).toEqual([])
  expect([...(await onDisk()).keys()].sort()).toEqual(waiting.sort())
})

it('hears of a role that changed while it was off line', async () => {
  const { server } = await open()
  const ada = openPage(server)
  await ada.comesOnline()
  await ada.drops()
  server.town.roles.set('ada', 'viewer')
  ada.rejoins()
  await vi.waitUntil(() => ada.room.barred.get() === 'read-only', settle)
  await ada.drops()
  server.town.roles.set('ada', 'reviewer')
  ada.rejoins()
  await vi.waitUntil(() => ada.room.role === 'reviewer', settle)
  expect(ada.room.barred.get()).toBeNull()
})

it('is read-only in a project that one was removed from, and keeps what waits at hand', async () => {
  const { server } = await open()
  const ada = openPage(server)
  await ada.comesOnline()
  await ada.drops()
  const id = ada.marks(1, 'claim')
  server.town.roles.delete('ada')
  ada.rejoins()
  await ada.ends()
  expect(ada.room.status.get()).toMatchObject({ waiting: 1, connection: { reason: 'no-access' } })
  expect(ada.room.barred.get()).toBe('no-access')
  expect(ada.room.unsaved()).toMatchObject({ [`annotations/${id}`]: { kind: 'claim' } })
})

it('hears of new labels, and takes what only the older ones allowed into the tray without blaming the rest', async () => {
  const { server, onDisk } = await open()
  const set = (labels: typeof labelSet) =>
    server.town.rooms.set('harbour', { projectId: 'town', text, labelSet: labels, peersJudge: true })
  set(olderLabels)
  const ada = openPage(server, { labels: olderLabels })
  await ada.comesOnline()
  const old = ada.marks(1, 'rumour')
  await ada.isSaved()
  await ada.drops()
  const honest = Array.from({ length: 20 }, (_, i) => ada.marks(i + 2, 'claim'))
  const rumours = Array.from({ length: 20 }, (_, i) => ada.marks(i + 30, 'rumour'))
  set(labelSet)
  const endings = ada.line.endings.length
  ada.rejoins()
  await ada.isSaved()
  expect(ada.room.page.labelSet).toEqual(labelSet)
  expect(ada.tray().sort()).toEqual(rumours.map((id) => [`annotations/${id}`, 'unknown-kind']).sort())
  expect([...(await onDisk()).keys()].sort()).toEqual([old, ...honest].sort())
  // With the labels read anew there is one refusal for all of them, not one for each.
  expect(ada.line.endings.slice(endings).filter((code) => code === 4422)).toHaveLength(1)
  // What is there already stays, is shown, and is its author's to relabel or to delete.
  expect(ada.shown(old)).toBe('rumour')
  ada.marks(1, 'claim', old)
  await ada.isSaved()
  expect((await onDisk()).get(old)?.kind).toBe('claim')
})

it('says that there are too many, and comes back by itself when there is room', async () => {
  const { server, onDisk } = await open({ caps: { person: 1 } })
  const first = openPage(server)
  await first.comesOnline()
  const second = openPage(server)
  const connection = () => second.room.status.get().connection
  await vi.waitUntil(() => connection().phase === 'offline', settle)
  expect(connection()).toEqual({ phase: 'offline', why: 'crowded' })
  const id = second.marks(1, 'claim')
  first.room.close()
  await second.isSaved()
  expect((await onDisk()).has(id)).toBe(true)
})

it('says that the server could not save, and saves once it can', async () => {
  let isFull = false
  const { server, onDisk } = await open({
    wrapLog: (log) => ({
      ...log,
      append: (entries) => (isFull ? Promise.reject(new Error('the disk is full')) : log.append(entries)),
    }),
  })
  const ada = openPage(server)
  await ada.comesOnline()
  isFull = true
  const id = ada.marks(1, 'claim')
  await vi.waitUntil(() => {
    const { connection } = ada.room.status.get()
    return connection.phase === 'offline' && connection.why === 'not-saved'
  }, settle)
  expect(ada.room.status.get().waiting).toBe(1)
  isFull = false
  await ada.isSaved()
  expect((await onDisk()).get(id)?.kind).toBe('claim')
})
