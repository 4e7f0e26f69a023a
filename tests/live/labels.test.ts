/** Labels that change under people who are at work: open pages, undo, and what was marked off line. */
import { makePlan, recordsAfter } from '@attest/schema/label-mapping'
import type { LabelSet } from '@attest/schema/labelset'
import { expect, it, onTestFinished, vi } from 'vitest'
import { temporaryFile } from '../support/files.ts'
import { labelSet } from '../support/labels.ts'
import { openPage } from '../support/page-room.ts'
import { startSync, text } from '../support/sync-server.ts'

const plan = makePlan(
  {
    ...labelSet,
    kinds: labelSet.kinds.filter(({ id }) => id !== 'citation').map((kind) => ({ ...kind, label: `My ${kind.label}` })),
    relations: labelSet.relations.filter(({ id }) => id !== 'cites'),
  },
  [{ term: { of: 'kind', kind: 'citation' }, do: 'become', as: 'claim' }],
)

async function open() {
  const server = await startSync({ file: temporaryFile() })
  onTestFinished(() => server.stop())
  const change = async (set: LabelSet) => {
    server.town.rooms.set('harbour', { projectId: 'town', text, labelSet: set, peersJudge: true })
    await server.sync.recheck()
  }
  const map = () => server.sync.changeRecords('harbour', (records) => recordsAfter(records, plan), 'olga')
  return { server, change, map }
}

it('reaches open pages at once, which keep their undo', async () => {
  const { server, change, map } = await open()
  const [ada, bob] = [openPage(server), openPage(server, { person: 'bob' })]
  await ada.comesOnline()
  await bob.comesOnline()
  const [cited, claimed] = [ada.marks(1, 'citation'), ada.marks(2, 'claim')]
  await ada.isSaved()
  await change(plan.set)
  await map()
  for (const page of [ada, bob]) {
    await vi.waitUntil(() => page.room.page.labelSet.kinds[0]?.label === 'My Claim', { timeout: 5000 })
    await vi.waitUntil(() => page.shown(cited) === 'claim', { timeout: 5000 })
    await page.isSaved()
    // Sent away once to come back, and never refused anything.
    expect(page.line.endings).toEqual([4501])
  }
  ada.room.undo()
  expect(ada.shown(claimed)).toBeUndefined()
  ada.room.redo()
  expect(ada.shown(claimed)).toBe('claim')
  await ada.isSaved()
  await vi.waitUntil(() => bob.shown(claimed) === 'claim', { timeout: 5000 })
  const { records } = await server.sync.records('harbour')
  expect(records.annotations.get(cited)).toMatchObject({ author: 'ada', kind: 'claim' })
  expect(ada.tray()).toEqual([])
})

it('puts what was marked off line by the labels before into the tray, with the reason', async () => {
  const { server, change, map } = await open()
  const ada = openPage(server)
  await ada.comesOnline()
  await ada.drops()
  const [cited, claimed] = [ada.marks(1, 'citation'), ada.marks(2, 'claim')]
  await change(plan.set)
  await map()
  ada.rejoins()
  await vi.waitUntil(() => ada.tray().length === 1, { timeout: 15_000 })
  await ada.isSaved()
  expect(ada.tray()).toEqual([[`annotations/${cited}`, 'unknown-kind']])
  const { records } = await server.sync.records('harbour')
  expect([...records.annotations.keys()]).toEqual([claimed])
})

it('leaves alone who was changed meanwhile: nobody writes between the reading and the changing', async () => {
  const { server, map } = await open()
  const ada = openPage(server)
  await ada.comesOnline()
  const ids = Array.from({ length: 300 }, (_, i) => ada.marks(i % 150, 'citation'))
  const changing = map()
  for (const id of ids.slice(0, 150)) ada.marks(3, 'denial', id)
  await changing
  await ada.isSaved()
  await map()
  const { records } = await server.sync.records('harbour')
  for (const id of ids.slice(0, 150)) expect(records.annotations.get(id)?.kind).toBe('denial')
  for (const id of ids.slice(150)) expect(records.annotations.get(id)?.kind).toBe('claim')
})
