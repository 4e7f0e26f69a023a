/** What the server refuses is found out quickly, and nothing honest goes with it. */
import { makeRecordId } from '@attest/schema/record'
import { emptyRecords } from '@attest/schema/room'
import { expect, it, onTestFinished, vi } from 'vitest'
import { temporaryFile } from '../support/files.ts'
import { olderLabels } from '../support/labels.ts'
import { openPage, type PageOptions } from '../support/page-room.ts'
import { startSync, text } from '../support/sync-server.ts'

/** A room in which Bob has marked a thousand words. */
async function open() {
  const server = await startSync({ file: temporaryFile() })
  onTestFinished(() => server.stop())
  const records = emptyRecords()
  const words = [...text.matchAll(/\p{L}{3,}/gu)]
  for (let i = 0; i < 1000; i++) {
    const { index = 0, 0: word = '' } = words[i % words.length] ?? {}
    const id = makeRecordId('bob')
    const spans: [number, number][] = [[index, index + word.length]]
    records.annotations.set(id, { id, kind: 'claim', spans, attributes: {}, author: 'bob', at: Date.now() })
  }
  await server.sync.putRecords('harbour', records, 'bob')
  const own = async () =>
    [...(await server.sync.records('harbour')).records.annotations.keys()].filter((id) => id.startsWith('ada.')).sort()
  return { server, own }
}

/** Does not learn that the kind is gone, so it has to find out which mark was refused. */
const stubborn: PageOptions = { labels: olderLabels, readPage: async (page) => page }

it.each<[string, PageOptions]>([
  ['whose reason the page can look up', { labels: olderLabels }],
  ['of which only the server knows why', stubborn],
])('has the others back in a moment when one of twenty is refused, %s', async (_, options) => {
  const { server, own } = await open()
  const took: number[] = []
  for (let round = 0; round < 5; round++) {
    const before = await own()
    const ada = openPage(server, options)
    await ada.comesOnline()
    await ada.drops()
    const ids = Array.from({ length: 20 }, (_, i) => ada.marks(i, i === 7 ? 'rumour' : 'claim'))
    const [bad] = ids.splice(7, 1)
    const times = ada.line.endings.length
    ada.rejoins()
    await vi.waitUntil(() => ada.line.endings.slice(times).includes(4422), { timeout: 15_000, interval: 1 })
    const refusedAt = ada.line.firstRefusalAt
    const saved = new Promise<number>((resolve) => {
      const look = () => {
        const { connection, waiting } = ada.room.status.get()
        if (connection.phase === 'online' && waiting === 0) resolve(performance.now())
      }
      ada.room.status.subscribe(look)
      look()
    })
    took.push((await saved) - refusedAt)
    expect(ada.tray()).toEqual([[`annotations/${bad}`, 'unknown-kind']])
    expect(await own()).toEqual([...before, ...ids].sort())
    ada.room.close()
  }
  const middle = took.sort((a, b) => a - b)[2] ?? 0
  console.info(`from the refusal to all others saved: ${took.map((one) => one.toFixed(0)).join(', ')} ms`)
  // Some 30 ms on a quiet machine; the limit is for a loaded one.
  expect(middle).toBeLessThan(2000)
})

it('puts down each of many to itself, wherever they are', async () => {
  const { server, own } = await open()
  const ada = openPage(server, stubborn)
  await ada.comesOnline()
  await ada.drops()
  const bad: string[] = []
  const honest: string[] = []
  for (let i = 0; i < 300; i++) {
    if ([0, 1, 150, 299].includes(i)) bad.push(ada.marks(i % 200, 'rumour'))
    else honest.push(ada.marks(i % 200, 'claim'))
  }
  ada.rejoins()
  await vi.waitUntil(() => ada.tray().length === bad.length, { timeout: 20_000 })
  await ada.isSaved()
  expect(ada.tray().sort()).toEqual(bad.map((id) => [`annotations/${id}`, 'unknown-kind']).sort())
  expect(await own()).toEqual(honest.sort())
})

it('sends an act of five hundred as one message, and its undo as another', async () => {
  const { server, own } = await open()
  const ada = openPage(server)
  await ada.comesOnline()
  const ids = Array.from({ length: 500 }, (_, i) => ada.marks(i % 200, 'claim'))
  await ada.isSaved()
  const before = ada.line.sent
  ada.room.remove('annotations', ids)
  await ada.isSaved()
  ada.room.undo()
  await ada.isSaved()
  ada.room.redo()
  await ada.isSaved()
  // Each with the barrier behind it, and perhaps a sign of presence.
  expect(ada.line.sent - before).toBeLessThan(10)
  expect(await own()).toEqual([])
})

it('gives marks by a clock that was a day ahead the right time once that is known', async () => {
  const { server, own } = await open()
  let aheadBy = 86_400_000
  const ada = openPage(server, {
    now: () => Date.now() + aheadBy,
    // The answer tells the server's time.
    readPage: async (page) => {
      aheadBy = 0
      return page
    },
  })
  await ada.comesOnline()
  await ada.drops()
  const ids = [1, 2, 3].map((word) => ada.marks(word, 'claim'))
  ada.rejoins()
  await ada.isSaved()
  expect(ada.tray()).toEqual([])
  expect(await own()).toEqual(ids.sort())
  const { records } = await server.sync.records('harbour')
  for (const id of ids) expect(Math.abs((records.annotations.get(id)?.at ?? 0) - Date.now())).toBeLessThan(60_000)
})

it('takes marks by a clock that is a day ahead into the tray when the time cannot be known', async () => {
  const { server, own } = await open()
  let aheadBy = 86_400_000
  const ada = openPage(server, { now: () => Date.now() + aheadBy, readPage: async () => null })
  await ada.comesOnline()
  const id = ada.marks(1, 'claim')
  await vi.waitUntil(() => ada.tray().length === 1, { timeout: 15_000 })
  await ada.isSaved()
  expect(ada.tray()).toEqual([[`annotations/${id}`, 'clock-ahead']])
  aheadBy = 0
  expect(ada.room.tryAgain(ada.room.refused.get())).toBeNull()
  await ada.isSaved()
  expect(await own()).toEqual([id])
})
