/** Records that another version of the program has written: shown as far as they can be read, and their author's to mend. */
import { readRecords, rootMap } from '@attest/schema/room'
import { expect, it, onTestFinished, vi } from 'vitest'
import * as Y from 'yjs'
import { temporaryFile } from '../support/files.ts'
import { openPage } from '../support/page-room.ts'
import { startSync } from '../support/sync-server.ts'

const base = { author: 'ada', at: 1_700_000_000_000 }
const mark = { ...base, kind: 'claim', spans: [[0, 5]], attributes: {} }

/** What is on disk already when the server opens the room. */
const written = {
  newer: { ...mark, id: 'ada.newer', confidence: 0.7, attributes: { source: 'x', weights: [1, 2] } },
  older: { ...base, id: 'ada.older', kind: 'denial', spans: [[6, 9]] },
  odd: { ...mark, id: 'ada.odd', spans: 'everywhere' },
  foreign: { ...mark, id: 'bob.odd', author: 'bob', spans: null },
}

async function open() {
  const server = await startSync({ file: temporaryFile() })
  onTestFinished(() => server.stop())
  const doc = new Y.Doc()
  const relation = { ...base, id: 'ada.link', type: 'echoes', from: 'ada.newer', to: 'ada.older' }
  doc.transact(() => {
    for (const value of Object.values(written)) rootMap(doc, 'annotations').set(value.id, value)
    rootMap(doc, 'relations').set(relation.id, relation)
  })
  const bindings = [{ room: 'harbour', client: doc.clientID, person: 'ada' }]
  await server.log.append([{ room: 'harbour', update: Y.encodeStateAsUpdate(doc), person: 'ada' }], bindings)
  const ada = openPage(server)
  await ada.isSaved()
  return { server, ada }
}

it('shows what it knows of them, and names what it cannot show', async () => {
  const { ada } = await open()
  const { annotations, relations, stripped, unreadable } = ada.room.records.get()
  expect(annotations.get('ada.newer')).toEqual({ ...mark, id: 'ada.newer', attributes: { source: 'x' } })
  expect(annotations.get('ada.older')).toEqual({ ...written.older, attributes: {} })
  expect([...stripped].sort()).toEqual(['ada.newer', 'ada.older'])
  expect(unreadable.map(({ key }) => key).sort()).toEqual(['ada.odd', 'bob.odd'])
  expect(relations.get('ada.link')?.type).toBe('echoes')
})

it('lets their author change and delete them, and touches no others', async () => {
  const { server, ada } = await open()
  ada.marks(2, 'denial', 'ada.newer')
  ada.room.remove('annotations', ['ada.odd', 'bob.odd'])
  ada.room.remove('relations', ['ada.link'])
  await ada.isSaved()
  expect(ada.tray()).toEqual([])
  expect([...ada.room.records.get().stripped]).toEqual(['ada.older'])
  const { records, unreadable } = await server.sync.records('harbour')
  expect(records.annotations.get('ada.newer')?.kind).toBe('denial')
  expect(unreadable.map(({ key }) => key).sort()).toEqual(['ada.older', 'bob.odd'])
  expect(records.relations.size).toBe(0)
})

it('keeps them as they were on disk while nobody changes them, through a fresh document too', async () => {
  const { server, ada } = await open()
  await ada.drops()
  ada.marks(3, 'claim')
  server.town.roles.set('ada', 'viewer')
  ada.rejoins()
  await vi.waitUntil(() => ada.tray().length === 1, { timeout: 15_000 })
  await ada.isSaved()
  expect(ada.shown('ada.newer')).toBe('claim')
  const { snapshot, updates } = await server.log.read('harbour')
  const doc = new Y.Doc()
  expect(snapshot).toBeNull()
  for (const update of updates) Y.applyUpdate(doc, update)
  expect(rootMap(doc, 'annotations').get('ada.newer')).toEqual(written.newer)
  expect(rootMap(doc, 'annotations').get('ada.odd')).toEqual(written.odd)
  expect(readRecords(doc).unreadable).toHaveLength(4)
})
