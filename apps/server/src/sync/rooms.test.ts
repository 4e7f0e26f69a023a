import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { emptyRecords } from '@attest/schema/room'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { type OpenDatabase, openSqlite } from '../store/sqlite.ts'
import { Committer } from './commit.ts'
import { Compactor } from './compactor.ts'
import { silent } from './figures.ts'
import { Rooms } from './rooms.ts'

let folder: string
let database: OpenDatabase
let rooms: Rooms
let reads: string[]
const errors: unknown[] = []

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  folder = mkdtempSync(join(tmpdir(), 'attest-'))
  database = await openSqlite(join(folder, 'a.sqlite'))
  reads = []
  const { log } = database
  rooms = new Rooms({
    log: {
      ...log,
      read(room) {
        reads.push(room)
        return log.read(room)
      },
    },
    committer: new Committer(log, silent),
    compactor: new Compactor(),
    figures: silent,
    catalog: { roomSetting: async () => null, roleOf: () => null },
    now: Date.now,
    onError: (error) => errors.push(error),
  })
})

afterEach(async () => {
  await rooms.close()
  await database.close()
  rmSync(folder, { recursive: true })
  vi.useRealTimers()
  expect(errors.splice(0)).toEqual([])
})

function comments(from: number, to: number) {
  const records = emptyRecords()
  for (let i = from; i < to; i++) {
    const id = `ada.c${i}`
    records.comments.set(id, { id, on: 'article', body: 'Hello.', author: 'ada', at: 1 })
  }
  return records
}

it('reads a room once for all who come at once', async () => {
  const [first, ...others] = await Promise.all(Array.from({ length: 50 }, () => rooms.enter('harbour')))
  expect(reads).toEqual(['harbour'])
  for (const room of others) expect(room).toBe(first)
  expect(rooms.size).toBe(1)
})

it('keeps a room open for whoever is in it, and a little longer', async () => {
  const room = await rooms.enter('harbour')
  await rooms.enter('harbour')
  rooms.leave(room)
  await vi.advanceTimersByTimeAsync(60_000)
  expect(rooms.size).toBe(1)
  rooms.leave(room)
  await vi.advanceTimersByTimeAsync(1000)
  expect(await rooms.enter('harbour')).toBe(room)
  rooms.leave(room)
  await vi.advanceTimersByTimeAsync(60_000)
  expect(rooms.size).toBe(0)
  expect(reads).toHaveLength(1)
})

it('has everything in the room that is opened while it is being closed', async () => {
  for (let round = 0; round < 10; round++) {
    const room = await rooms.enter('harbour')
    for (let i = 0; i < 30; i++) void room.change({ put: comments(round * 100 + i, round * 100 + i + 1) }, 'ada')
    rooms.leave(room)
    // Nobody is in it, and the updates are still on their way when its time is up.
    vi.advanceTimersByTime(60_000)
    const again = await rooms.enter('harbour')
    expect(again).not.toBe(room)
    expect((await again.read()).records.comments.size).toBe((round + 1) * 30)
    rooms.leave(again)
    vi.advanceTimersByTime(60_000)
  }
})

it('takes a snapshot now and then while people go on writing', async () => {
  const room = await rooms.enter('harbour')
  await Promise.all(Array.from({ length: 1100 }, (_, i) => room.change({ put: comments(i, i + 1) }, 'ada')))
  await vi.waitFor(async () => expect((await database.log.read('harbour')).updates.length).toBeLessThan(500), 20_000)
  expect((await database.log.read('harbour')).seq).toBe(1100)
  rooms.leave(room)
  vi.advanceTimersByTime(60_000)
  const again = await rooms.enter('harbour')
  expect(again).not.toBe(room)
  expect((await again.read()).records).toEqual(comments(0, 1100))
  rooms.leave(again)
}, 30_000)

it('opens a room that does not verify for reading, and as it was once it does', async () => {
  const room = await rooms.enter('harbour')
  await room.change({ put: comments(0, 2) }, 'ada')
  await room.change({ put: comments(2, 4) }, 'ada')
  rooms.leave(room)
  vi.advanceTimersByTime(60_000)
  const [, update] = await database.db.selectFrom('room_update').selectAll().execute()
  if (!update) throw new Error('nothing was written')
  await database.db.deleteFrom('room_update').where('seq', '=', 2).execute()
  const damaged = await rooms.enter('harbour')
  expect(damaged.isReadOnly).toBe(true)
  expect(errors.splice(0)).toMatchObject([{ message: 'room harbour: it has 1 updates where 2 were written' }])
  await expect(damaged.read()).rejects.toThrow('room harbour')
  await expect(damaged.change({ put: comments(4, 5) }, 'ada')).rejects.toThrow('room harbour')
  rooms.leave(damaged)
  vi.advanceTimersByTime(60_000)
  await database.db.insertInto('room_update').values(update).execute()
  const whole = await rooms.enter('harbour')
  expect(whole.isReadOnly).toBe(false)
  expect((await whole.read()).records).toEqual(comments(0, 4))
  rooms.leave(whole)
})
