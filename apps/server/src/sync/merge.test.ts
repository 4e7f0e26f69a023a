import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { mergeUpdates } from './merge.ts'

/** What some clients did one after the other, each knowing what came before, as the updates that say so. */
function history(acts: readonly { client: number; key: number; value: number | null }[]): Uint8Array[] {
  const docs = [0, 1, 2].map(() => new Y.Doc())
  const updates: Uint8Array[] = []
  for (const { client, key, value } of acts) {
    const doc = docs[client]
    if (!doc) throw new RangeError(`client ${client}`)
    let update: Uint8Array | null = null
    doc.once('update', (made: Uint8Array) => {
      update = made
    })
    const map = doc.getMap('comments')
    if (value === null) map.delete(`k${key}`)
    else map.set(`k${key}`, { value, text: `“${value}” 🙂`, list: [[value, -value, 0.5, null, true]] })
    // Taking out what is not there changes nothing.
    if (!update) continue
    updates.push(update)
    for (const other of docs) if (other !== doc) Y.applyUpdate(other, update)
  }
  return updates
}

function applied(updates: readonly Uint8Array[]): Y.Doc {
  const doc = new Y.Doc()
  doc.getMap('comments')
  for (const update of updates) Y.applyUpdate(doc, update)
  return doc
}

const acts = fc.array(
  fc.record({
    client: fc.integer({ min: 0, max: 2 }),
    key: fc.integer({ min: 0, max: 5 }),
    value: fc.option(fc.integer({ min: -1e9, max: 1e9 }), { freq: 4 }),
  }),
  { minLength: 1, maxLength: 60 },
)

describe('merged updates', () => {
  it('do what each of them did, whatever was before', () => {
    fc.assert(
      fc.property(acts, fc.nat(), (done, cut) => {
        const updates = history(done)
        if (updates.length === 0) return
        const at = cut % updates.length
        const merged = applied([...updates.slice(0, at), mergeUpdates(updates.slice(at))])
        const one = applied(updates)
        expect(merged.store.pendingStructs).toBe(null)
        expect(merged.store.pendingDs).toBe(null)
        expect(merged.getMap('comments').toJSON()).toEqual(one.getMap('comments').toJSON())
        expect(Y.encodeStateAsUpdate(merged)).toEqual(Y.encodeStateAsUpdate(one))
      }),
    )
  })

  it('can be merged again, by us and by Yjs', () => {
    fc.assert(
      fc.property(acts, acts, (first, second) => {
        const updates = history([...first, ...second])
        if (updates.length < 2) return
        const half = updates.length >> 1
        const halves = [mergeUpdates(updates.slice(0, half)), mergeUpdates(updates.slice(half))]
        const all = Y.encodeStateAsUpdate(applied(updates))
        expect(Y.encodeStateAsUpdate(applied([mergeUpdates(halves)]))).toEqual(all)
        expect(Y.encodeStateAsUpdate(applied([Y.mergeUpdates(halves)]))).toEqual(all)
      }),
    )
  })

  it('are left to Yjs where something is missing in between', () => {
    const updates = history([1, 2, 3, 4].map((key) => ({ client: 0, key, value: key })))
    const [first, , third, fourth] = updates
    if (!first || !third || !fourth) throw new Error('there are four')
    const merged = mergeUpdates([first, third, fourth])
    expect(applied([merged, ...updates.slice(1, 2)]).getMap('comments').size).toBe(4)
  })

  it('are one update as it is when there is one', () => {
    const [update] = history([{ client: 0, key: 1, value: 1 }])
    if (!update) throw new Error('there is one')
    expect(mergeUpdates([update])).toBe(update)
  })
})
