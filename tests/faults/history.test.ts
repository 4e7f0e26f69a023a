/** The checker of histories is checked itself: whatever is taken from a room, put into it or changed in it is found. */
import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { rootMap } from '@attest/schema/room'
import { expect, it } from 'vitest'
import * as Y from 'yjs'
import { mark } from '../support/acts.ts'
import { temporaryFile } from '../support/files.ts'
import { docOf, History, type View, viewOfDoc, viewOfExport, viewOfStored } from '../support/history.ts'
import { type Chance, chanceOf } from '../support/seed.ts'
import { agree, Peer, until } from '../support/sync-peer.ts'
import { startSync } from '../support/sync-server.ts'
import { settled } from '../support/writers.ts'

const random: Chance = chanceOf(7)

/** Two people who wrote, all of it acknowledged; and then ada, whose line is cut, one more that nobody knows of. */
async function aDay() {
  const server = await startSync({ file: temporaryFile() })
  const history = new History()
  const [ada, bob] = [new Peer('ada', server), new Peer('bob', server)] as const
  const followers = [ada, bob].map((peer) => history.follow(peer))
  await agree([ada, bob])
  const first = mark(random, ada)
  ada.relabels(first, 'denial')
  const gone = mark(random, ada)
  await settled(followers)
  ada.removes('annotations', gone)
  for (let i = 0; i < 8; i++) mark(random, bob)
  await settled(followers)
  const view = await viewOfStored('the database', await server.log.read('harbour'))
  ada.drop()
  const unsent = mark(random, ada)
  return {
    history,
    ada,
    view,
    first: `annotations/${first}`,
    gone: `annotations/${gone}`,
    unsent: `annotations/${unsent}`,
    server,
    async end() {
      for (const peer of [ada, bob]) peer.leaves()
      await server.stop()
    },
  }
}

function changed(view: View, change: (records: Map<string, string>) => void): View {
  const records = new Map(view.records)
  change(records)
  return { ...view, records }
}

it('finds nothing wrong with what happened, and asks for nothing that nobody was told of', async () => {
  const { history, view, unsent, end } = await aDay()
  expect(history.faultsOf(view)).toEqual([])
  expect(view.records.has(unsent)).toBe(false)
  expect(history.required).toBe(10)
  await end()
})

it('finds what was acknowledged and is not there, or as it was before', async () => {
  const { history, view, first, gone, end } = await aDay()
  const versions = history.events.flatMap((event) => (event.is === 'edit' && event.key === first ? [event.value] : []))
  const tampered: [View, string][] = [
    [changed(view, (records) => records.delete(first)), `${first} is missing`],
    [changed(view, (records) => records.set(first, versions[0] ?? '')), `${first} is at version 0`],
    // What was taken out, and was acknowledged to be, does not come back.
    [changed(view, (records) => records.set(gone, firstValue(history, gone))), `${gone} is at version 0`],
  ]
  for (const [one, fault] of tampered) expect(history.faultsOf(one).join()).toContain(fault)
  await end()
})

it('finds what nobody wrote', async () => {
  const { history, view, first, end } = await aDay()
  const value = JSON.parse(view.records.get(first) ?? '') as { kind: string }
  const tampered: [View, string][] = [
    [changed(view, (records) => records.set('annotations/ada.forged', '{}')), 'nobody wrote annotations/ada.forged'],
    [
      changed(view, (records) => records.set(first, JSON.stringify({ ...value, kind: 'citation' }))),
      `nobody wrote ${first}`,
    ],
  ]
  for (const [one, fault] of tampered) expect(history.faultsOf(one).join()).toContain(fault)
  await end()
})

it('finds a row that is gone from the log, and a log that was cut off', async () => {
  const { history, server, end } = await aDay()
  for (const left of [0, 3, -1]) {
    const stored = await server.log.read('harbour')
    const shortened = { ...stored, updates: stored.updates.slice(0, left) }
    expect(history.faultsOf(await viewOfStored('the database', shortened))).not.toEqual([])
  }
  await end()
})

it('finds what one has seen of another, although it was never acknowledged', async () => {
  const server = await startSync({ file: temporaryFile() })
  const history = new History()
  const [ada, bob] = [new Peer('ada', server), new Peer('bob', server)] as const
  for (const peer of [ada, bob]) history.follow(peer)
  await agree([ada, bob])
  const id = mark(random, ada)
  await until(() => bob.ids('annotations').includes(id), 'bob does not see it')
  const faults = history.faultsOf({ name: 'nothing', records: new Map(), problems: [] })
  expect(faults.join()).toContain('was seen by bob')
  for (const peer of [ada, bob]) peer.leaves()
  await server.stop()
})

it('finds pages that differ, hold half a record, or wait for what is missing', async () => {
  const { history, view, first, ada, end } = await aDay()
  const other = { ...changed(view, (records) => records.delete(first)), name: 'a page' }
  expect(history.faultsIn([view, other]).join()).toContain(`the database and a page differ in ${first}`)

  const half = docOf(view)
  rootMap(half, 'annotations').set('ada.half', { id: 'ada.half', kind: 'claim' })
  expect(viewOfDoc('a page', half).problems.join()).toContain('half a record at annotations/ada.half')

  const waiting = new Y.Doc()
  const before = Y.encodeStateVector(ada.doc)
  mark(random, ada)
  Y.applyUpdate(waiting, Y.encodeStateAsUpdate(ada.doc, before))
  expect(viewOfDoc('a page', waiting).problems).toEqual(['changes are pending'])
  await end()
})

it('finds an export in which a mark is there twice, or under another name', () => {
  const packed = readFileSync(new URL('../fixtures/data-0.1.0/export.json.gz', import.meta.url))
  const file = JSON.parse(gunzipSync(packed).toString()) as { annotations: { author: string }[] }
  expect(viewOfExport('the export', file).problems).toEqual([])
  const [first] = file.annotations
  expect(viewOfExport('the export', { ...file, annotations: [...file.annotations, first] }).problems.join()).toContain(
    'is there twice',
  )
  const annotations = [{ ...first, author: 'eve' }]
  expect(viewOfExport('the export', { ...file, annotations }).problems.join()).toContain('is by eve')
})

function firstValue(history: History, key: string): string {
  const edit = history.events.find((event) => event.is === 'edit' && event.key === key)
  return edit?.is === 'edit' ? (edit.value ?? '') : ''
}
