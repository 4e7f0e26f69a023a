/**
 * The copy of a room in this browser (IndexedDB): every update, and the keys of one's own records that the server has
 * not confirmed, written together in one transaction. So marks made offline outlive the tab, and so does the knowledge
 * that they wait. A failing write is reported, never swallowed: the status line must not promise what the browser
 * cannot keep.
 */
import * as idb from 'lib0/indexeddb'
import * as Y from 'yjs'

/** What the browser lets us keep: all of it, nothing (storage off), or nothing more (storage full). */
export type Storage = 'opening' | 'kept' | 'off' | 'full'

/** After so many stored updates they are merged into one when the room is opened. */
const MERGE_AFTER = 200

export interface LocalCopy {
  /** The keys (`root/id`) that waited for the server when the tab was closed. */
  readonly waiting: readonly string[]
  /** Keeps an update, and notes the keys of one's own records in it as waiting. */
  keep(update: Uint8Array, waiting: readonly string[]): void
  /** Forgets that these keys wait: they are on the server's disk. */
  confirm(keys: readonly string[]): void
  close(): void
  /** Empties it. The database itself stays: another tab may have it open, and deleting it would wait for that tab. */
  clear(): Promise<void>
}

export interface LocalCopyOptions {
  /** Called whenever what the browser lets us keep turns out to be different. */
  onStorage: (storage: Storage) => void
}

const stored = Symbol('from the browser')

/** Whether a transaction only brings back what was stored here. */
export function isFromLocalCopy(origin: unknown): boolean {
  return origin === stored
}

/** Opens the copy and applies it to the document. Where storage is off it resolves too, to a copy that keeps nothing. */
export async function openLocalCopy(name: string, doc: Y.Doc, { onStorage }: LocalCopyOptions): Promise<LocalCopy> {
  let db: IDBDatabase
  let waiting: string[]
  try {
    db = await idb.openDB(name, (opened) =>
      idb.createStores(opened, [['updates', { autoIncrement: true }], ['waiting']]),
    )
    waiting = await load(db, doc)
  } catch {
    // Private windows and strict settings refuse IndexedDB in several ways; all of them mean the same to the person.
    onStorage('off')
    return { waiting: [], keep() {}, confirm() {}, close() {}, clear: async () => {} }
  }
  onStorage('kept')

  /** Keys whose writing failed; while there are any, the copy has a gap, and the next write has to fill it. */
  const unkept = new Set<string>()
  let hasGap = false

  function begin(stores: string[]): IDBTransaction {
    const transaction = db.transaction(stores, 'readwrite')
    // An error that is left to itself also reaches the window; the abort that follows it says all there is to say.
    transaction.onerror = (event) => event.stopPropagation()
    return transaction
  }

  return {
    waiting,
    keep(update, keys) {
      const transaction = begin(['updates', 'waiting'])
      const all = [...unkept, ...keys]
      // Only a write that was begun after the failing one has what that one was to bring.
      const fillsGap = hasGap
      transaction.oncomplete = () => {
        if (fillsGap) hasGap = false
        for (const key of all) unkept.delete(key)
        if (!hasGap) onStorage('kept')
      }
      transaction.onabort = () => {
        hasGap = true
        for (const key of all) unkept.add(key)
        onStorage(transaction.error?.name === 'QuotaExceededError' ? 'full' : 'off')
      }
      transaction.objectStore('updates').add(fillsGap ? Y.encodeStateAsUpdate(doc) : update)
      for (const key of all) transaction.objectStore('waiting').put(true, key)
    },
    confirm(keys) {
      const store = begin(['waiting']).objectStore('waiting')
      for (const key of keys) {
        unkept.delete(key)
        store.delete(key)
      }
    },
    close: () => db.close(),
    clear: () =>
      new Promise((resolve) => {
        const transaction = begin(['updates', 'waiting'])
        // Whoever empties it goes on without it; a copy that cannot be emptied is no reason to stop.
        transaction.oncomplete = transaction.onabort = () => resolve()
        transaction.objectStore('updates').clear()
        transaction.objectStore('waiting').clear()
      }),
  }
}

async function load(db: IDBDatabase, doc: Y.Doc): Promise<string[]> {
  const [updates, waiting] = idb.transact(db, ['updates', 'waiting'], 'readwrite')
  if (!updates || !waiting) throw new Error('the stores of the local copy are missing')
  const keys: string[] = (await idb.getAllKeys(waiting)).filter((key: unknown) => typeof key === 'string')
  const parts: Uint8Array[] = await idb.getAll(updates)
  doc.transact(() => {
    for (const update of parts) Y.applyUpdate(doc, update, stored)
  }, stored)
  if (parts.length > MERGE_AFTER) {
    // Still in the same transaction: another tab cannot add an update between the reading and the deleting.
    updates.clear()
    updates.add(Y.mergeUpdates(parts))
  }
  return keys
}
