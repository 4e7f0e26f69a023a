/** A server that has lost something, or cannot read it: pages bring back what is their own, and shorten nothing. */
import { copyFileSync } from 'node:fs'
import { expect, it, onTestFinished, vi } from 'vitest'
import { openSqlite } from '../../apps/server/src/store/sqlite.ts'
import { temporaryFile } from '../support/files.ts'
import { openPage } from '../support/page-room.ts'
import { startSync, type TestServer } from '../support/sync-server.ts'

const settle = { timeout: 20_000, interval: 10 }

async function start(file: string, port = 0): Promise<TestServer> {
  const server = await startSync({ file, port, checkMs: 50 })
  onTestFinished(() => server.stop())
  return server
}

async function kinds(server: TestServer): Promise<Record<string, string>> {
  const { records } = await server.sync.records('harbour')
  return Object.fromEntries([...records.annotations.values()].map(({ id, kind }) => [id, kind]))
}

/** Two people work; a backup is taken, they go on, and the server comes back with the backup. */
async function open() {
  const [file, backup] = [temporaryFile(), temporaryFile()]
  let server = await start(file)
  const [ada, bob] = [openPage(server, { person: 'ada' }), openPage(server, { person: 'bob' })]
  await Promise.all([ada.comesOnline(), bob.comesOnline()])
  const all = async () => {
    await Promise.all([ada.isSaved(), bob.isSaved()])
    await vi.waitUntil(
      () => ada.room.records.get().annotations.size === bob.room.records.get().annotations.size,
      settle,
    )
  }
  return {
    ada,
    bob,
    all,
    server: () => server,
    async backsUp() {
      await all()
      const { port } = server
      await server.stop()
      copyFileSync(file, backup)
      server = await start(file, port)
      await all()
    },
    async losesToBackup({ isDown = async () => {} } = {}) {
      const { port } = server
      await server.stop()
      await isDown()
      server = await start(backup, port)
    },
  }
}

it('gets everything back from the pages of its authors: new marks, changed ones, and deletions', async () => {
  const { ada, bob, all, server, backsUp, losesToBackup } = await open()
  const kept = ada.marks(1, 'claim')
  const changed = ada.marks(2, 'claim')
  const deleted = ada.marks(3, 'claim')
  const bobs = bob.marks(4, 'claim')
  await backsUp()
  const late = ada.marks(5, 'denial')
  ada.marks(2, 'denial', changed)
  ada.room.remove('annotations', [deleted])
  const bobsLate = bob.marks(6, 'denial')
  await all()
  await losesToBackup()
  const expected = { [kept]: 'claim', [changed]: 'denial', [bobs]: 'claim', [late]: 'denial', [bobsLate]: 'denial' }
  await vi.waitUntil(
    async () => JSON.stringify(sorted(await kinds(server()))) === JSON.stringify(sorted(expected)),
    settle,
  )
  await all()
  for (const page of [ada, bob]) {
    expect(shownBy(page)).toEqual(expected)
    expect(page.tray()).toEqual([])
  }
})

it('gets confirmed marks back also from a page on which others are waiting', async () => {
  const { ada, bob, all, server, backsUp, losesToBackup } = await open()
  await backsUp()
  const [late, bobsLate] = [ada.marks(1, 'claim'), bob.marks(2, 'claim')]
  await all()
  let waiting = ''
  await losesToBackup({
    async isDown() {
      waiting = ada.marks(3, 'denial')
    },
  })
  const expected = { [late]: 'claim', [bobsLate]: 'claim', [waiting]: 'denial' }
  await vi.waitUntil(
    async () => JSON.stringify(sorted(await kinds(server()))) === JSON.stringify(sorted(expected)),
    settle,
  )
  await all()
})

it('is not given back by one page what the same person deleted with another', async () => {
  const { ada, all, server } = await open()
  const id = ada.marks(1, 'claim')
  await all()
  await ada.drops()
  const elsewhere = openPage(server())
  await elsewhere.isSaved()
  elsewhere.room.remove('annotations', [id])
  await elsewhere.isSaved()
  // Refused for something else, so that Ada's page opens a fresh document: the deletion must survive that.
  server().town.roles.set('ada', 'viewer')
  await vi.waitUntil(() => elsewhere.room.role === 'viewer', settle)
  const waiting = ada.marks(2, 'claim')
  server().town.roles.set('ada', 'viewer')
  ada.rejoins()
  await vi.waitUntil(() => ada.tray().length === 1, settle)
  await ada.isSaved()
  expect(ada.tray()).toEqual([[`annotations/${waiting}`, 'read-only']])
  expect(await kinds(server())).toEqual({})
  expect(shownBy(ada)).toEqual({})
})

it('shows a damaged room as it can be read, adds what the page has more, and goes on when it is mended', async () => {
  const [file, whole] = [temporaryFile(), temporaryFile()]
  let server = await start(file)
  const { port } = server
  const ada = openPage(server)
  await ada.comesOnline()
  const [first, second, third] = [ada.marks(1, 'claim'), ada.marks(2, 'claim'), ada.marks(3, 'claim')]
  for (const id of [first, second, third]) {
    ada.marks(1, 'denial', id)
    await ada.isSaved()
  }
  await server.stop()
  copyFileSync(file, whole)
  await loseLastUpdate(file)
  const waiting = ada.marks(4, 'claim')

  server = await start(file, port)
  await vi.waitUntil(() => ada.room.status.get().connection.phase === 'damaged', settle)
  const somebody = openPage(server, { person: 'vic' })
  await vi.waitUntil(() => somebody.room.status.get().connection.phase === 'damaged', settle)
  await vi.waitUntil(() => somebody.room.records.get().annotations.size === 3, settle)
  expect(ada.room.barred.get()).toBe('damaged-room')
  expect(ada.room.put('annotations', { kind: 'claim', spans: [[0, 5]], attributes: {} })).toEqual({
    ok: false,
    reason: 'damaged-room',
  })
  ada.room.remove('annotations', [first])
  expect(shownBy(ada)).toEqual({ [first]: 'denial', [second]: 'denial', [third]: 'denial', [waiting]: 'claim' })
  expect(ada.room.status.get().waiting).toBe(1)
  expect(ada.room.unsaved()).toMatchObject({ [`annotations/${waiting}`]: { kind: 'claim' } })
  expect(ada.tray()).toEqual([])

  await server.stop()
  server = await start(whole, port)
  await ada.isSaved()
  expect(ada.room.barred.get()).toBeNull()
  expect(await kinds(server)).toEqual(shownBy(ada))
  expect(Object.keys(shownBy(ada)).sort()).toEqual([first, second, third, waiting].sort())
})

it('takes nothing for gone that a damaged room does not send to a page in recovery', async () => {
  const [file, whole] = [temporaryFile(), temporaryFile()]
  let server = await start(file)
  const { port } = server
  const ada = openPage(server)
  await ada.comesOnline()
  const ids = [1, 2, 3].map((word) => ada.marks(word, 'claim'))
  await ada.isSaved()
  ids.push(ada.marks(4, 'claim'))
  await ada.isSaved()
  await server.stop()
  copyFileSync(file, whole)
  await loseLastUpdate(file)

  // On the whole server one mark is refused, and before the fresh document is there the server has become the damaged one.
  server = await start(whole, port)
  server.town.rooms.set('harbour', { ...(await settingOf(server)), text: 'Short.' })
  const bad = ada.marks(5, 'claim')
  await vi.waitUntil(() => ada.line.endings.includes(4422), settle)
  ada.line.cut()
  await server.stop()
  server = await start(file, port)
  ada.rejoins()
  await vi.waitUntil(() => ada.room.status.get().connection.phase === 'damaged', settle)
  for (const id of ids) expect(ada.shown(id)).toBe('claim')
  await server.stop()
  server = await start(whole, port)
  await ada.isSaved()
  for (const id of ids) expect(ada.shown(id)).toBe('claim')
  expect(Object.keys(await kinds(server)).sort()).toEqual(Object.keys(shownBy(ada)).sort())
  expect([
    ...ada.tray().map(([key]) => key),
    ...Object.keys(await kinds(server)).map((id) => `annotations/${id}`),
  ]).toContain(`annotations/${bad}`)
})

async function settingOf(server: TestServer) {
  const setting = await server.town.roomSetting('harbour')
  if (!setting) throw new Error('there is no such room')
  return setting
}

function shownBy({ room }: ReturnType<typeof openPage>): Record<string, string> {
  return Object.fromEntries([...room.records.get().annotations.values()].map(({ id, kind }) => [id, kind]))
}

function sorted(kinds: Record<string, string>): [string, string][] {
  return Object.entries(kinds).sort(([a], [b]) => (a < b ? -1 : 1))
}

async function loseLastUpdate(file: string): Promise<void> {
  const { db, close } = await openSqlite(file)
  const { seq } = await db.selectFrom('room_update').select('seq').orderBy('seq', 'desc').executeTakeFirstOrThrow()
  await db.deleteFrom('room_update').where('seq', '=', seq).execute()
  await close()
}
