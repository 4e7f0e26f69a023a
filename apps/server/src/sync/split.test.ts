import { makeUndoManager, putRecord, removeRecord, rootMap, roots } from '@attest/schema/room'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import * as Y from 'yjs'
import { splitUpdate } from './split.ts'

function newDoc(): Y.Doc {
  const doc = new Y.Doc()
  for (const root of roots) rootMap(doc, root)
  return doc
}

/** A page of a person, of whom there may be several at once. */
class Page {
  readonly doc = newDoc()
  readonly undo: Y.UndoManager

  constructor() {
    this.undo = makeUndoManager(this.doc, this)
  }

  puts(id: string, body: string): void {
    const [author = ''] = id.split('.')
    this.doc.transact(() => putRecord(this.doc, 'comments', { id, author, at: 1, on: 'article', body }), this)
  }

  removes(id: string): void {
    this.doc.transact(() => removeRecord(this.doc, 'comments', id), this)
  }

  hears({ doc }: Page): void {
    Y.applyUpdate(this.doc, Y.encodeStateAsUpdate(doc, Y.encodeStateVector(this.doc)))
  }
}

const act = fc.record({
  page: fc.nat(3),
  does: fc.constantFrom('puts', 'puts', 'puts', 'removes', 'undoes', 'redoes', 'hears', 'hears'),
  record: fc.nat(5),
  length: fc.nat(60),
})

interface Act {
  page: number
  does: string
  record: number
  length: number
}

/** Four pages of two people, who have worked together, when each has heard everything. */
function work(acts: readonly Act[], pages = [new Page(), new Page(), new Page(), new Page()]): Page[] {
  for (const { page: at, does, record, length } of acts) {
    const [page, other] = [pages[at], pages[(at + 1 + (length % 3)) % 4]]
    if (!page || !other) continue
    const id = `${at < 2 ? 'ada' : 'bob'}.${record}`
    if (does === 'puts') page.puts(id, 'x'.repeat(length + 1))
    else if (does === 'removes') page.removes(id)
    else if (does === 'undoes') page.undo.undo()
    else if (does === 'redoes') page.undo.redo()
    else page.hears(other)
  }
  for (let round = 0; round < 2; round++) for (const page of pages) for (const other of pages) page.hears(other)
  return pages
}

function expectParts(update: Uint8Array, bytesEach: number, start: Uint8Array = new Uint8Array([0, 0])): Uint8Array[] {
  const whole = newDoc()
  const doc = newDoc()
  for (const each of [doc, whole]) Y.applyUpdate(each, start)
  const parts = splitUpdate(update, bytesEach)
  for (const part of parts) {
    Y.applyUpdate(doc, part)
    expect([doc.store.pendingStructs, doc.store.pendingDs]).toEqual([null, null])
  }
  Y.applyUpdate(whole, update)
  for (const root of roots) expect(rootMap(doc, root).toJSON()).toEqual(rootMap(whole, root).toJSON())
  expect(Y.encodeStateVector(doc)).toEqual(Y.encodeStateVector(whole))
  expect(Y.equalDeleteSets(deletionsOf(doc), deletionsOf(whole))).toBe(true)
  return parts
}

function deletionsOf(doc: Y.Doc) {
  return Y.createDeleteSetFromStructStore(doc.store)
}

it('parts a document so that no part waits for a later one, and all of them are the whole', () => {
  fc.assert(
    fc.property(fc.array(act, { maxLength: 80 }), fc.integer({ min: 1, max: 400 }), fc.nat(3), (acts, bytes, from) => {
      const pages = work(acts)
      // As the server has it, where nobody undoes and deleted values are forgotten; and as a page has it.
      const server = newDoc()
      for (const { doc } of pages) Y.applyUpdate(server, Y.encodeStateAsUpdate(doc))
      for (const doc of [server, ...pages.slice(from, from + 1).map((page) => page.doc)])
        expectParts(Y.encodeStateAsUpdate(doc), bytes)
    }),
    { numRuns: 500 },
  )
})

it('parts what came since, for whoever has what was before', () => {
  fc.assert(
    fc.property(fc.array(act), fc.array(act), fc.integer({ min: 1, max: 400 }), (before, after, bytesEach) => {
      const pages = work(before)
      const server = newDoc()
      for (const { doc } of pages) Y.applyUpdate(server, Y.encodeStateAsUpdate(doc))
      const start = Y.encodeStateAsUpdate(server)
      const known = Y.encodeStateVector(server)
      for (const { doc } of work(after, pages)) Y.applyUpdate(server, Y.encodeStateAsUpdate(doc))
      expectParts(Y.encodeStateAsUpdate(server, known), bytesEach, start)
    }),
    { numRuns: 500 },
  )
})

it('leaves a small update as it is', () => {
  const page = new Page()
  page.puts('ada.1', 'hello')
  const update = Y.encodeStateAsUpdate(page.doc)
  expect(splitUpdate(update, update.length)).toEqual([update])
})

it('parts fifty thousand records into some of the size asked for', () => {
  const page = new Page()
  page.doc.transact(() => {
    for (let i = 0; i < 50_000; i++) page.puts(`ada.${i}`, `remark number ${i}`)
  })
  const update = Y.encodeStateAsUpdate(page.doc)
  const parts = expectParts(update, 64 * 1024)
  expect(parts.length).toBeGreaterThanOrEqual(Math.floor(update.length / (64 * 1024)))
  for (const part of parts) expect(part.length).toBeLessThan(70 * 1024)
})
