import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { applyUpdate } from './quick-decoder.ts'

/** What both decoders make of an update: the document in full, or that it cannot be read. */
function outcome(apply: (doc: Y.Doc) => void): unknown {
  const doc = new Y.Doc({ guid: 'one' })
  try {
    apply(doc)
  } catch (error) {
    return (error as Error).message
  }
  return { values: doc.getMap('m').toJSON(), state: Y.encodeStateAsUpdate(doc) }
}

function expectSame(update: Uint8Array): void {
  expect(outcome((doc) => applyUpdate(doc, update, 'test'))).toEqual(
    outcome((doc) => Y.applyUpdate(doc, update, 'test')),
  )
}

const plain = fc.anything({ withTypedArray: false, withBigInt: false, maxDepth: 3, key: fc.string({ unit: 'binary' }) })

describe('the quick decoder', () => {
  it('reads what Yjs reads, in any script', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ unit: 'grapheme' }), plain), (values) => {
        const doc = new Y.Doc()
        for (const [key, value] of Object.entries(values)) doc.getMap('m').set(key, value)
        doc.getMap('m').set('of a view', new Uint8Array([1, 200, 3]))
        doc.getText('t').insert(0, Object.keys(values).join(' – '))
        const update = Y.encodeStateAsUpdate(doc)
        expectSame(update)
        // A view into something longer, as a frame of the socket is.
        expectSame(new Uint8Array([7, 200, ...update, 9]).subarray(2, 2 + update.length))
      }),
    )
  })

  it('fails where Yjs fails', () => {
    const doc = new Y.Doc()
    doc.getMap('m').set('ada.1', { kind: 'claim', spans: [[0, 5]], words: 'naïve' })
    const update = Y.encodeStateAsUpdate(doc)
    fc.assert(
      fc.property(fc.nat(update.length - 1), fc.nat(255), (at, byte) => {
        const damaged = update.slice()
        damaged[at] = byte
        const [one, other] = [applyUpdate, Y.applyUpdate].map((apply) =>
          outcome((fresh) => apply(fresh, damaged, 'test')),
        )
        expect(typeof one).toBe(typeof other)
        if (typeof one !== 'string') expect(one).toEqual(other)
        expect(() => applyUpdate(new Y.Doc(), update.subarray(0, at), 'test')).toThrow()
      }),
    )
  })
})
