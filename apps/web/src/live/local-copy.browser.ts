import { describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { openLocalCopy, type Storage } from './local-copy.ts'

const fresh = () => `test:${crypto.randomUUID()}`

/** A document and the copy it is kept in; each change is one update, and the given keys wait. */
async function open(name: string) {
  const doc = new Y.Doc()
  const storages: Storage[] = []
  const copy = await openLocalCopy(name, doc, { onStorage: (storage) => storages.push(storage) })
  const put = (key: string, waiting: readonly string[] = [key]) => {
    let made: Uint8Array | undefined
    doc.once('update', (update: Uint8Array) => {
      made = update
    })
    doc.getMap('m').set(key, true)
    if (!made) throw new Error('nothing changed')
    copy.keep(made, waiting)
  }
  const keys = () => [...doc.getMap('m').keys()].sort()
  return { doc, copy, storages, put, keys }
}

/** What somebody finds who opens the copy now. */
async function found(name: string) {
  const { copy, keys } = await open(name)
  copy.close()
  return { keys: keys(), waiting: [...copy.waiting].sort() }
}

describe('the copy in the browser', () => {
  it('gives back what was kept, and knows what still waits', async () => {
    const name = fresh()
    const { put, copy } = await open(name)
    put('a')
    put('b')
    put('c', [])
    copy.confirm(['a'])
    copy.close()
    expect(await found(name)).toEqual({ keys: ['a', 'b', 'c'], waiting: ['b'] })
  })

  it('gives back the same after it has merged hundreds of updates', async () => {
    const name = fresh()
    const { put, copy, keys } = await open(name)
    for (let i = 0; i < 450; i++) put(`k${i}`, [])
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

  it('is empty after it was cleared, though another tab has it open', async () => {
    const name = fresh()
    const other = await open(name)
    const { put, copy } = await open(name)
    put('a')
    await copy.clear()
    copy.close()
    expect(await found(name)).toEqual({ keys: [], waiting: [] })
    other.copy.close()
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
