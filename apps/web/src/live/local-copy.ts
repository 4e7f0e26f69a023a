/**
 * The copy of a room in this browser (IndexedDB), shared by all tabs of one person: every update, the own records that
 * the server has not confirmed, and those that it refused. An update and what waits with it are written in one
 * transaction. So marks made offline outlive the tab, even when the document they were made in is given up, because a
 * waiting record is kept by itself as well. A failing write is reported, never swallowed: the status line must not
 * promise what the browser cannot keep.
 */
import { type Reason, reasonSchema } from '@attest/schema/protocol'
import * as idb from 'lib0/indexeddb'
import * as Y from 'yjs'
import * as z from 'zod'

/** What the browser lets us keep: all of it, nothing (storage off), or nothing more (storage full). */
export type Storage = 'opening' | 'kept' | 'off' | 'full'

/** One's own records by their key (`recordKey`): the value as it was last written, null for one that was deleted. */
export type Parcels = ReadonlyMap<string, unknown>

export interface Refused {
  key: string
  value: unknown
  reason: Reason | null
}

/** Updates, and all of the document: that is kept instead when an earlier update could not be. */
export interface Change {
  updates: readonly Uint8Array[]
  whole: () => Uint8Array
}

const refusedSchema = z.object({ key: z.string(), value: z.unknown(), reason: reasonSchema.nullable() })

/** After so many stored updates they are merged into one when the room is opened. */
const MERGE_AFTER = 200

export interface LocalCopy {
  /** The updates that were kept, oldest first, as of the opening. */
  readonly updates: readonly Uint8Array[]
  /** What waited for the server when it was opened. */
  readonly waiting: Parcels
  /** What the server had refused when it was opened. */
  readonly refused: readonly Refused[]
  /** Keeps a change of the document, if there is one, and notes the records as waiting. */
  keep(change: Change | null, waiting: Parcels): void
  /** These values are on the server's disk. A newer value under the same key, from another tab, goes on waiting. */
  confirm(parcels: Parcels): void
  /** Keeps a refused record, which waits no longer. */
  refuse(refused: Refused): void
  /** Lets go of a refused record. */
  drop(key: string): void
  /** What waits now, and what is refused now: other tabs write here too. */
  read(): Promise<{ waiting: Parcels; refused: readonly Refused[] }>
  /** Forgets the document, and keeps what waits. */
  forgetUpdates(): void
  close(): void
}

/** The name of the copy in this browser: of one person, in one room. */
export function copyName(person: string, room: string): string {
  return `attest/${person}/${room}`
}

type Kept = Pick<LocalCopy, 'updates' | 'waiting' | 'refused'>

interface Opened {
  db: IDBDatabase
  kept: Kept
}

/** Copies that are being opened for somebody who has not asked for them yet. */
const ahead = new Map<string, Promise<Opened>>()

/**
 * Begins to open a copy while the article is still on its way: nothing is asked of the server before it is open. Returns
 * the way to give it up, which does nothing once `openLocalCopy` has taken it.
 */
export function openAhead(name: string): () => void {
  if (ahead.has(name)) return () => {}
  const opening = openDatabase(name)
  ahead.set(name, opening)
  // Whoever takes it hears of a failure.
  opening.catch(() => {})
  return () => {
    if (ahead.get(name) !== opening) return
    ahead.delete(name)
    opening.then(
      ({ db }) => db.close(),
      () => {},
    )
  }
}

async function openDatabase(name: string): Promise<Opened> {
  const db: IDBDatabase = await idb.openDB(name, (opened) =>
    idb.createStores(opened, [['updates', { autoIncrement: true }], ['waiting'], ['refused']]),
  )
  return { db, kept: await load(db) }
}

/** Opens the copy. Where storage is off it resolves too, to a copy that keeps nothing. */
export async function openLocalCopy(name: string, onStorage: (storage: Storage) => void): Promise<LocalCopy> {
  let db: IDBDatabase
  let kept: Kept
  try {
    const opening = ahead.get(name) ?? openDatabase(name)
    ahead.delete(name)
    const opened = await opening
    db = opened.db
    kept = opened.kept
  } catch {
    // Private windows and strict settings refuse IndexedDB in several ways; all of them mean the same to the person.
    onStorage('off')
    const nothing = () => {}
    return {
      updates: [],
      waiting: new Map(),
      refused: [],
      keep: nothing,
      confirm: nothing,
      refuse: nothing,
      drop: nothing,
      read: async () => ({ waiting: new Map(), refused: [] }),
      forgetUpdates: nothing,
      close: nothing,
    }
  }
  onStorage('kept')

  /** What a failed write was to bring; while there is any, the copy has a gap, and the next write has to fill it. */
  const unkept = new Map<string, unknown>()
  let hasGap = false

  /** Null when the browser has closed the database, as it does when a person clears the site's data. */
  function begin(stores: string[]): IDBTransaction | null {
    try {
      const transaction = db.transaction(stores, 'readwrite')
      // An error that is left to itself also reaches the window; the abort that follows it says all there is to say.
      transaction.onerror = (event) => event.stopPropagation()
      return transaction
    } catch {
      hasGap = true
      onStorage('off')
      return null
    }
  }

  return {
    ...kept,
    keep(change, parcels) {
      const all = new Map([...unkept, ...parcels])
      // Only a write that is begun after the failing one has what that one was to bring.
      const fillsGap = hasGap && change !== null
      const transaction = begin(['updates', 'waiting'])
      if (!transaction) {
        for (const [key, value] of all) unkept.set(key, value)
        return
      }
      transaction.oncomplete = () => {
        if (fillsGap) hasGap = false
        for (const key of all.keys()) unkept.delete(key)
        if (!hasGap) onStorage('kept')
      }
      transaction.onabort = () => {
        hasGap = true
        for (const [key, value] of all) unkept.set(key, value)
        onStorage(transaction.error?.name === 'QuotaExceededError' ? 'full' : 'off')
      }
      const updates = transaction.objectStore('updates')
      const waiting = transaction.objectStore('waiting')
      if (change) for (const update of fillsGap ? [change.whole()] : change.updates) updates.add(update)
      for (const [key, value] of all) waiting.put(value, key)
    },
    confirm(parcels) {
      const waiting = begin(['waiting'])?.objectStore('waiting')
      for (const [key, value] of parcels) {
        unkept.delete(key)
        const found = waiting?.get(key)
        if (found) found.onsuccess = () => isSameValue(found.result, value) && waiting?.delete(key)
      }
    },
    refuse(refused) {
      unkept.delete(refused.key)
      const transaction = begin(['waiting', 'refused'])
      if (!transaction) return
      // The page holds on to it as well, and says that the browser does not.
      transaction.onabort = () => onStorage(transaction.error?.name === 'QuotaExceededError' ? 'full' : 'off')
      transaction.objectStore('waiting').delete(refused.key)
      transaction.objectStore('refused').put(refused, refused.key)
    },
    drop(key) {
      begin(['refused'])?.objectStore('refused').delete(key)
    },
    async read() {
      const [waiting, refused] = idb.transact(db, ['waiting', 'refused'], 'readonly')
      return { waiting: await readWaiting(waiting), refused: await readRefused(refused) }
    },
    forgetUpdates() {
      // Not the database itself: another tab may have it open, and deleting it would wait for that tab.
      begin(['updates'])?.objectStore('updates').clear()
    },
    close: () => db.close(),
  }
}

/**
 * What a copy has that was never saved, by `recordKey`, without opening the article: for one that is not to be had any
 * more. Nothing when there is no such copy, or the browser does not say.
 */
export async function readUnsaved(name: string): Promise<Record<string, unknown>> {
  try {
    const known = await indexedDB.databases()
    if (!known.some((one) => one.name === name)) return {}
    const copy = await openLocalCopy(name, () => {})
    copy.close()
    return Object.fromEntries([...copy.refused.map(({ key, value }) => [key, value] as const), ...copy.waiting])
  } catch {
    return {}
  }
}

/** A copy that was never quite emptied, of another room than the one that is open; null when there is none. */
export async function openLeft(name: string): Promise<LocalCopy | null> {
  try {
    const known = await indexedDB.databases()
    if (!known.some((one) => one.name === name)) return null
    const copy = await openLocalCopy(name, () => {})
    if (copy.waiting.size + copy.refused.length > 0) return copy
    copy.close()
    return null
  } catch {
    return null
  }
}

/** Whether two plain JSON values are the same; both were written by this page, so their keys are in the same order. */
export function isSameValue(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}

async function load(db: IDBDatabase): Promise<Kept> {
  const [updates, waiting, refused] = idb.transact(db, ['updates', 'waiting', 'refused'], 'readwrite')
  if (!updates) throw missingStore()
  const parcels = await readWaiting(waiting)
  const tray = await readRefused(refused)
  const parts: Uint8Array[] = await idb.getAll(updates)
  if (parts.length > MERGE_AFTER) {
    // Still in the same transaction: another tab cannot add an update between the reading and the deleting.
    updates.clear()
    updates.add(Y.mergeUpdates(parts))
  }
  return { updates: parts, waiting: parcels, refused: tray }
}

async function readWaiting(store: IDBObjectStore | undefined): Promise<Map<string, unknown>> {
  if (!store) throw missingStore()
  const parcels = new Map<string, unknown>()
  for (const { k, v } of await idb.getAllKeysValues(store)) if (typeof k === 'string') parcels.set(k, v)
  return parcels
}

async function readRefused(store: IDBObjectStore | undefined): Promise<Refused[]> {
  if (!store) throw missingStore()
  const tray: unknown[] = await idb.getAll(store)
  return tray.flatMap((one) => refusedSchema.safeParse(one).data ?? [])
}

function missingStore(): Error {
  return new Error('the stores of the local copy are missing')
}
