/**
 * One document with its socket. It knows what of one's own acts is on the server's disk: each of them is followed by a
 * numbered barrier, and what the barrier's echo has not confirmed is waiting. A session ends for good when the server
 * refuses its document; the room then opens another.
 */
import { closeCode, limits, message, type Reason, reasonSchema, syncPath } from '@attest/schema/protocol'
import { makeUndoManager, observeRecords, type Root, readRecordKey, recordKey, rootMap } from '@attest/schema/room'
import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'
import { WebsocketProvider } from 'y-websocket'
import * as Y from 'yjs'
import { isSameValue, type LocalCopy } from './local-copy.ts'

export interface SessionOptions {
  /** The server's address, as ws: or wss: */
  serverUrl: string
  /** The name of the room. */
  room: string
  /** Who the page takes itself for: the server ends a socket whose cookie is somebody else's. */
  person: string
  onChange: (changed: ReadonlyMap<Root, ReadonlySet<string>>) => void
  onPhase: (phase: 'online' | 'offline') => void
  /** The server ended it with a code that says not to come back as we are. */
  onClosed: (code: number, reason: Reason | null) => void
  /** What the server lacks does not fit into one frame: this document can never be sent as a whole. */
  onTooLarge: () => void
  /** Something about it changed that is shown. */
  onNews: () => void
  onPeers: () => void
}

/** An act of the person: it is taken back by undo. */
const act = Symbol('my own act')
/** Own records that are put again: theirs is the author, but it is no act that undo could take back. */
const repeat = Symbol('my own record, again')
/** What was kept in this browser. */
const stored = Symbol('from the browser')

/** Room for the message's own bytes beside the update. */
const LARGEST_ANSWER = limits.frameBytes - 1024

export class Session {
  readonly doc = new Y.Doc()
  readonly #options: SessionOptions
  readonly #provider: WebsocketProvider
  readonly #undo: Y.UndoManager
  /** Each waiting key with its value, and the number of the barrier that will confirm it. */
  readonly #waiting = new Map<string, { value: unknown; barrier: number }>()
  /** What was written since the last update was handed to the copy. */
  readonly #justWritten = new Map<string, unknown>()
  readonly #savers = new Set<() => void>()
  #copy: LocalCopy | null = null
  #barrier = 0
  #isClosed = false

  constructor(options: SessionOptions) {
    this.#options = options
    const { serverUrl, room, person, onChange, onNews } = options
    observeRecords(this.doc, (changed, transaction) => {
      if (this.#isOwn(transaction.origin)) this.#await(changed)
      onChange(changed)
    })
    this.#undo = makeUndoManager(this.doc, act)
    for (const event of ['stack-item-added', 'stack-item-popped', 'stack-cleared'] as const)
      this.#undo.on(event, onNews)
    // Not connected yet: what the browser kept is part of the first thing that the server hears.
    this.#provider = new WebsocketProvider(serverUrl + syncPath, room, this.doc, {
      connect: false,
      disableBc: true,
      maxBackoffTime: 5000,
      params: { as: person },
    })
    this.#provider.awareness.setLocalState({ selection: null })
    this.#listen()
  }

  get awareness() {
    return this.#provider.awareness
  }

  /** How many of one's own records have changes that are not known to be on the server's disk. */
  get waiting(): number {
    return this.#waiting.size
  }

  get canUndo(): boolean {
    return this.#undo.canUndo()
  }

  get canRedo(): boolean {
    return this.#undo.canRedo()
  }

  /**
   * Goes to the server, after taking in what the browser kept: the updates, if this document is to go on with them.
   * Returns the waiting records that are not in the document as they should be, so that they must be put again.
   */
  start(copy: LocalCopy, { withUpdates }: { withUpdates: boolean }): Map<string, unknown> {
    const missing = new Map<string, unknown>()
    if (this.#isClosed) return missing
    this.#copy = copy
    if (withUpdates) {
      this.doc.transact(() => {
        for (const update of copy.updates) this.#takeIn(update)
      }, stored)
      for (const [key, value] of copy.waiting)
        if (isSameValue(this.#valueAt(key), value)) this.#waiting.set(key, { value, barrier: this.#barrier })
        else missing.set(key, value)
    }
    // Acts that were quicker than the opening of the copy.
    if (this.#justWritten.size > 0) this.#keep(Y.encodeStateAsUpdate(this.doc))
    this.doc.on('update', (update: Uint8Array, origin: unknown) => {
      if (origin !== stored) this.#keep(update)
      // Registered after the provider's own listener, so the barrier leaves right behind the update it stands for.
      if (this.#isOwn(origin)) this.#sendBarrier()
    })
    this.#options.onNews()
    this.#provider.connect()
    return missing
  }

  /** Changes records as one act of one's own: one step of undo, one update. */
  act(change: () => void): void {
    this.doc.transact(change, act)
  }

  /** Puts own records once more; undo knows nothing of it. Resolves when they are saved; never, if the session ends before. */
  repeat(change: () => void): Promise<void> {
    this.doc.transact(change, repeat)
    return this.#waiting.size === 0 ? Promise.resolve() : new Promise((resolve) => this.#savers.add(resolve))
  }

  undo(): void {
    this.#undo.undo()
  }

  redo(): void {
    this.#undo.redo()
  }

  /** What waits, as it was last written. */
  waitingParcels(): Map<string, unknown> {
    return new Map(Array.from(this.#waiting, ([key, { value }]) => [key, value]))
  }

  /** Tries the server again at once. */
  reconnect(): void {
    this.#provider.disconnect()
    this.#provider.connect()
  }

  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#provider.destroy()
    this.#undo.destroy()
    this.doc.destroy()
  }

  /** A damaged update is left out: what waited in it is put again, and the rest comes from the server. */
  #takeIn(update: Uint8Array): void {
    try {
      Y.applyUpdate(this.doc, update, stored)
    } catch (error) {
      console.warn('An update kept in this browser is damaged:', error)
    }
  }

  #valueAt(key: string): unknown {
    const found = readRecordKey(key)
    return found ? (rootMap(this.doc, found.root).get(found.id) ?? null) : null
  }

  #isOwn(origin: unknown): boolean {
    return origin === act || origin === repeat || origin === this.#undo
  }

  #keep(update: Uint8Array): void {
    this.#copy?.keep({ update, whole: () => Y.encodeStateAsUpdate(this.doc) }, new Map(this.#justWritten))
    this.#justWritten.clear()
  }

  #await(changed: ReadonlyMap<Root, ReadonlySet<string>>): void {
    const barrier = ++this.#barrier
    for (const [root, ids] of changed)
      for (const id of ids) {
        const key = recordKey(root, id)
        const value = this.#valueAt(key)
        this.#waiting.set(key, { value, barrier })
        this.#justWritten.set(key, value)
      }
    this.#options.onNews()
  }

  #listen(): void {
    const provider = this.#provider
    const { onPhase, onClosed, onPeers, onTooLarge } = this.#options
    // "connecting" comes at every attempt; somebody who is offline stays so until one succeeds.
    provider.on('status', ({ status }) => status === 'disconnected' && onPhase('offline'))
    provider.on('connection-error', () => onPhase('offline'))
    provider.on('sync', (isSynced) => isSynced && onPhase('online'))
    let reason: Reason | null = null
    provider.on('closed', ({ code }) => onClosed(code, reason ?? (code === closeCode.signIn ? 'no-session' : null)))
    const readSync = provider.messageHandlers[message.sync]
    if (!readSync) throw new Error('y-websocket has no handler for sync messages')
    provider.messageHandlers[message.sync] = (encoder, decoder, ...rest) => {
      readSync(encoder, decoder, ...rest)
      if (encoding.length(encoder) > LARGEST_ANSWER) {
        // y-websocket sends what is longer than one byte when this returns; the server would only cut us off for it.
        encoder.cpos = 0
        encoder.bufs = []
        onTooLarge()
      }
      // The answer to the server's question holds all that it lacks; y-websocket sends it when this returns.
      else if (encoding.length(encoder) > 1) queueMicrotask(() => this.#sendBarrier())
    }
    provider.messageHandlers[message.saved] = (_, decoder) => this.#confirm(decoding.readVarUint(decoder))
    provider.messageHandlers[message.refused] = (_, decoder) => {
      reason = reasonSchema.safeParse(decoding.readVarString(decoder)).data ?? null
    }
    provider.awareness.on('change', onPeers)
  }

  #sendBarrier(): void {
    const socket = this.#provider.ws
    if (!this.#provider.wsconnected || socket?.readyState !== WebSocket.OPEN) return
    const encoder = encoding.createEncoder()
    encoding.writeVarUint(encoder, message.saved)
    encoding.writeVarUint(encoder, this.#barrier)
    socket.send(encoding.toUint8Array(encoder))
  }

  #confirm(barrier: number): void {
    const saved = new Map(
      [...this.#waiting].flatMap(([key, one]) => (one.barrier <= barrier ? [[key, one.value]] : [])),
    )
    if (saved.size === 0) return
    for (const key of saved.keys()) this.#waiting.delete(key)
    this.#copy?.confirm(saved)
    this.#options.onNews()
    if (this.#waiting.size > 0) return
    for (const resolve of this.#savers) resolve()
    this.#savers.clear()
  }
}
