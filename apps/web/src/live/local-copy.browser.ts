import { describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { openLocalCopy, type Storage } from './local-copy.ts'

const fresh = () => `test:${crypto.randomUUID()}`

/** A document and the copy it is kept in; each change is one update, and its key waits unless told otherwise. */
async function open(name: string) {
  const doc = new Y.Doc()
  const storages: Storage[] = []
  const copy = await openLocalCopy(name, (storage) => storages.push(storage))
  for (const update of copy.updates) Y.applyUpdate(doc, update)
  const whole = () => Y.encodeStateAsUpdate(doc)
  const put = (key: string, { waits = true } = {}) => {
    let update: Uint8Array | undefined
    doc.once('update', (made: Uint8Array) => {
      update = made
    })
    doc.getMap('m').set(key, true)
    if (!update) throw new Error('nothing changed')
    copy.keep({ updates: [update], whole }, waits ? new Map([[key, true]]) : new Map())
  }
  const keys = () => [...doc.getMap('m').keys()].sort()
  return { copy, storages, put, keys }
}

/** What somebody finds who opens the copy now. */
async function found(name: string) {
  const { copy, keys } = await open(name)
  copy.close()
  return { keys: keys(), waiting: [...copy.waiting.keys()].sort() }
}

describe('the copy in the browser', () => {
  it('gives back what was kept, and knows what still waits', async () => {
    const name = fresh()
    const { put, copy } = await open(name)
    put('a')
    put('b')
    put('c', { waits: false })
    copy.confirm(new Map([['a', true]]))
    copy.close()
    expect(await found(name)).toEqual({ keys: ['a', 'b', 'c'], waiting: ['b'] })
  })

  it('gives back the same after it has merged hundreds of updates', async () => {
    const name = fresh()
    const { put, copy, keys } = await open(name)
    for (let i = 0; i < 450; i++) put(`k${i}`, { waits: false })
    copy.close()
    const all = keys()
    expect((await found(name)).keys).toEqual(all)
    expect((await found(name)).keys).toEqual(all)
  })

  it('is shared by two tabs without losing the marks of either', async () => {
    const name = fresh()
    const [one, other] = await Promise.all([open(name), open(name)])
    one.put('mine')
    other.put('yours')
    one.copy.close()
    other.copy.close()
    expect(await found(name)).toEqual({ keys: ['mine', 'yours'], waiting: ['mine', 'yours'] })
  })

  it('forgets the document and keeps what waits, though another tab has it open', async () => {
    const name = fresh()
    const other = await open(name)
    const { put, copy } = await open(name)
    put('a')
    other.put('b')
    copy.forgetUpdates()
    copy.close()
    expect(await found(name)).toEqual({ keys: [], waiting: ['a', 'b'] })
    other.copy.close()
  })

  it('does not take an older value for the newer one that another tab has written', async () => {
    const name = fresh()
    const { copy } = await open(name)
    copy.keep(null, new Map([['a', { kind: 'claim' }]]))
    copy.keep(null, new Map([['a', { kind: 'denial' }]]))
    copy.confirm(new Map([['a', { kind: 'claim' }]]))
    copy.close()
    const { copy: again } = await open(name)
    expect([...again.waiting]).toEqual([['a', { kind: 'denial' }]])
    again.close()
  })

  it('keeps what was refused until the person lets go of it', async () => {
    const name = fresh()
    const { put, copy } = await open(name)
    put('a')
    copy.refuse({ key: 'a', value: true, reason: 'clock-ahead' })
    copy.close()
    const { copy: again } = await open(name)
    expect([...again.waiting]).toEqual([])
    expect(again.refused).toEqual([{ key: 'a', value: true, reason: 'clock-ahead' }])
    again.drop('a')
    again.close()
    const { copy: last } = await open(name)
    expect(last.refused).toEqual([])
    last.close()
  })

  it('says when a write fails, and closes the gap with the next one that does not', async () => {
    const name = fresh()
    const { put, copy, storages } = await open(name)
    put('a')
    const real = IDBObjectStore.prototype.add
    IDBObjectStore.prototype.add = function (this: IDBObjectStore, value: unknown) {
      const request = real.call(this, value)
      this.transaction.abort()
      return request
    }
    try {
      put('b')
    } catch {
      // Chromium refuses the second write of a transaction that was ended; so would one that had failed.
    } finally {
      IDBObjectStore.prototype.add = real
    }
    await expect.poll(() => storages.at(-1)).toBe('off')
    put('c')
    await expect.poll(() => storages.at(-1)).toBe('kept')
    copy.close()
    expect((await found(name)).keys).toEqual(['a', 'b', 'c'])
  })
})
