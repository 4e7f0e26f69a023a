/**
 * One document with its socket. It knows what of one's own acts is on the server's disk: each of them is followed by a
 * numbered barrier, and what the barrier's echo has not confirmed is waiting. A session ends for good when the server
 * refuses its document; the room then opens another.
 */
import { closeCode, limits, message, type Reason, reasonSchema, syncPath } from '@attest/schema/protocol'
import { makeUndoManager, observeRecords, type Root, readRecordKey, recordKey, rootMap } from '@attest/schema/room'
import { toBase64UrlEncoded } from 'lib0/buffer'
import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'
import { WebsocketProvider } from 'y-websocket'
import * as Y from 'yjs'
import { cancelIdle, whenIdle } from './idle.ts'
import { isSameValue, type LocalCopy, type Parcels } from './local-copy.ts'
import { applyUpdate } from './quick-decoder.ts'

/** What the line to the server is like, as it changes. */
export type Line =
  /** The document has all that the server has; what the server lacks of it is on its way there. */
  | { phase: 'synced' }
  /** And the server's disk has all that was here when it asked. */
  | { phase: 'online' }
  /** The server sends what it could read of a damaged room, and keeps nothing. */
  | { phase: 'damaged' }
  /** It will be tried again; with the code that the server ended it with, if it did. */
  | { phase: 'offline'; code: number | null }
  /** The server ended it with a code that says not to come back as we are. */
  | { phase: 'ended'; code: number; reason: Reason | null }

export interface SessionOptions {
  /** The server's address, as ws: or wss: */
  serverUrl: string
  /** The name of the room. */
  room: string
  /** Who the page takes itself for: the server ends a socket whose cookie is somebody else's. */
  person: string
  /** What to connect with, where it is not the browser's own. */
  socket?: typeof WebSocket
  onChange: (changed: ReadonlyMap<Root, ReadonlySet<string>>) => void
  onLine: (line: Line) => void
  /** What the server lacks does not fit into one frame: this document can never be sent as a whole. */
  onTooLarge: () => void
  /** Something about it changed that is shown. */
  onNews: () => void
  onPeers: () => void
}

/** Own records that left in one message: the server takes all of them, or refuses all of them. */
export interface Sent {
  parcels: Parcels
  /** Other things may have been in the message too, so a refusal need not be about these. */
  isMixed: boolean
}

/** An act of the person: it is taken back by undo. */
const act = Symbol('my own act')
/** Own records that are put again: theirs is the author, but it is no act that undo could take back. */
const repeat = Symbol('my own record, again')
/** What was kept in this browser. */
const stored = Symbol('from the browser')

/** How y-protocols numbers what a sync message can be; 0 asks for what the other side lacks. */
const [ANSWER, UPDATE] = [1, 2]

/** Addresses that are much longer do not come through everywhere. */
const LONGEST_IN_ADDRESS = 1500

/** Room for the message's own bytes beside the update. */
const LARGEST_ANSWER = limits.frameBytes - 1024

/** The longest pause between two attempts; not the same for all, who would else come back in step. */
const pauseMs = () => 4000 + Math.random() * 2000

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
  /** What the server sent and the copy does not have yet. */
  #unkept: Uint8Array[] = []
  #keeping = 0
  #barrier = 0
  /** Up to this barrier, acts left together in an answer to the server's question; later ones each by itself. */
  #answered = 0
  #isConfirmed = false
  #isDamaged = false
  #isClosed = false

  constructor(options: SessionOptions) {
    this.#options = options
    const { serverUrl, room, person, socket, onChange, onNews } = options
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
      maxBackoffTime: pauseMs(),
      params: this.#paramsOf(person),
      ...(socket && { WebSocketPolyfill: socket }),
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
      for (const [key, value] of copy.waiting) {
        // An act that was quicker than the opening of the copy is newer than what the copy has.
        if (this.#waiting.has(key)) continue
        if (isSameValue(this.#valueAt(key), value)) this.#waiting.set(key, { value, barrier: 0 })
        else missing.set(key, value)
      }
    }
    if (this.#justWritten.size > 0) this.#keep([Y.encodeStateAsUpdate(this.doc)])
    this.#listenToOwn()
    this.#options.onNews()
    this.#provider.connect()
    return missing
  }

  /** Changes records as one act of one's own: one step of undo, one update. */
  act(change: () => void): void {
    this.doc.transact(change, act)
  }

  /**
   * Puts own records once more, each change a message of its own; undo knows nothing of it. Resolves when all are saved;
   * never, if the session ends before.
   */
  repeat(changes: readonly (() => void)[]): Promise<void> {
    for (const change of changes) this.doc.transact(change, repeat)
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

  /** What waits, in the order in which it left. */
  sent(): Sent[] {
    const byBarrier = Map.groupBy(this.#waiting, ([, { barrier }]) => Math.max(barrier, this.#answered))
    return [...byBarrier]
      .sort(([a], [b]) => a - b)
      .map(([barrier, entries]) => ({
        parcels: new Map(entries.map(([key, { value }]) => [key, value])),
        isMixed: barrier <= this.#answered,
      }))
  }

  /** Read anew for each connection: it asks in its address for what the document lacks by then. */
  #paramsOf(person: string): Record<string, string> {
    const { doc } = this
    return {
      as: person,
      get has() {
        const vector = toBase64UrlEncoded(Y.encodeStateVector(doc))
        return vector.length > LONGEST_IN_ADDRESS ? '' : vector
      },
    }
  }

  /** Has the copy hold this document and nothing of any before it. */
  takeOverCopy(): void {
    this.#copy?.forgetUpdates()
    this.#unkept = []
    this.#keep([Y.encodeStateAsUpdate(this.doc)])
  }

  /** Tries the server again at once. */
  reconnect(): void {
    this.#provider.disconnect()
    this.#provider.connect()
  }

  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#keepRest()
    this.#provider.destroy()
    this.#undo.destroy()
    this.doc.destroy()
  }

  /** A damaged update is left out: what waited in it is put again, and the rest comes from the server. */
  #takeIn(update: Uint8Array): void {
    try {
      applyUpdate(this.doc, update, stored)
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

  /**
   * Yjs writes out each change for whoever listens, which takes as long as reading it did. What is one's own has to go to
   * the server and into the copy; what came from either of them is there in bytes already, and nobody listens.
   */
  #listenToOwn(): void {
    const { doc } = this
    // The provider's own listener is the first, so the barrier leaves right behind the update it stands for.
    const send = this.#provider._updateHandler
    const keep = (update: Uint8Array, origin: unknown) => {
      this.#keep([update])
      if (this.#isOwn(origin)) this.#sendBarrier()
    }
    doc.off('update', send)
    doc.on('afterTransactionCleanup', ({ origin }) => {
      const isOwn = origin !== this.#provider && origin !== stored
      for (const listener of [send, keep]) {
        doc.off('update', listener)
        if (isOwn) doc.on('update', listener)
      }
    })
  }

  /** Applies what the server sent, and has the copy keep it when there is time. */
  #receive(update: Uint8Array): void {
    try {
      const apply = (transaction: Y.Transaction) => {
        applyUpdate(this.doc, update, this.#provider)
        return transaction
      }
      const { beforeState, afterState, deleteSet } = Y.transact(this.doc, apply, this.#provider, false)
      const { pendingStructs, pendingDs } = this.doc.store
      const brings = [...afterState].some(([client, clock]) => beforeState.get(client) !== clock)
      if (!brings && deleteSet.clients.size === 0 && !pendingStructs && !pendingDs) return
    } catch (error) {
      // The server has it; the copy must not get what it could not read again.
      console.error('An update from the server could not be taken in:', error)
      return
    }
    this.#unkept.push(update.slice())
    this.#keeping ||= whenIdle(() => this.#keepRest())
  }

  #keepRest(): void {
    cancelIdle(this.#keeping)
    this.#keeping = 0
    if (this.#unkept.length > 0) this.#keep([])
  }

  /** With what waited for a quiet moment: the copy has everything in the order in which it came. */
  #keep(updates: readonly Uint8Array[]): void {
    const all = [...this.#unkept, ...updates]
    this.#unkept = []
    this.#copy?.keep({ updates: all, whole: () => Y.encodeStateAsUpdate(this.doc) }, new Map(this.#justWritten))
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
    const { onLine, onPeers, onTooLarge } = this.#options
    let reason: Reason | null = null
    let code: number | null = null
    provider.on('connection-close', (event) => {
      code = event?.code ?? null
    })
    provider.on('status', ({ status }) => {
      // "connecting" comes at every attempt; somebody who is offline stays so until one succeeds.
      if (status === 'connected') {
        this.#isConfirmed = false
        this.#isDamaged = false
        reason = null
      } else if (status === 'disconnected') {
        const wasConfirmed = this.#isConfirmed
        this.#isConfirmed = false
        onLine({ phase: 'offline', code })
        // Nothing is wrong with the line, so there is nothing to wait for; but not twice without having been online.
        if (code === closeCode.changed && wasConfirmed) queueMicrotask(() => this.#isClosed || provider.connect())
      }
    })
    provider.on('connection-error', () => onLine({ phase: 'offline', code: null }))
    provider.on('sync', (isSynced) => isSynced && !this.#isDamaged && onLine({ phase: 'synced' }))
    provider.on('closed', (event) =>
      onLine({
        phase: 'ended',
        code: event.code,
        reason: reason ?? (event.code === closeCode.signIn ? 'no-session' : null),
      }),
    )
    const readSync = provider.messageHandlers[message.sync]
    if (!readSync) throw new Error('y-websocket has no handler for sync messages')
    provider.messageHandlers[message.sync] = (encoder, decoder, ...rest) => {
      const start = decoder.pos
      const kind = decoding.readVarUint(decoder)
      if (kind === ANSWER || kind === UPDATE) {
        this.#receive(decoding.readVarUint8Array(decoder))
        if (kind === ANSWER) provider.synced = true
        return
      }
      decoder.pos = start
      readSync(encoder, decoder, ...rest)
      const isTooLarge = encoding.length(encoder) > LARGEST_ANSWER
      if (isTooLarge || this.#isDamaged) {
        // y-websocket sends what is longer than one byte when this returns; the server would cut us off for what is too
        // large, and keep nothing of it in a room that is damaged.
        encoder.cpos = 0
        encoder.bufs = []
        if (!this.#isDamaged) onTooLarge()
      }
      // The answer to the server's question holds all that it lacks; y-websocket sends it when this returns.
      else if (encoding.length(encoder) > 1) {
        this.#answered = this.#barrier
        queueMicrotask(() => this.#sendBarrier())
      }
    }
    provider.messageHandlers[message.saved] = (_, decoder) => this.#confirm(decoding.readVarUint(decoder))
    provider.messageHandlers[message.refused] = (_, decoder) => {
      reason = reasonSchema.safeParse(decoding.readVarString(decoder)).data ?? null
      if (reason !== 'damaged-room') return
      this.#isDamaged = true
      onLine({ phase: 'damaged' })
    }
    provider.awareness.on('change', onPeers)
  }

  #sendBarrier(): void {
    const socket = this.#provider.ws
    if (!this.#provider.wsconnected || !socket || socket.readyState !== socket.OPEN) return
    const encoder = encoding.createEncoder()
    encoding.writeVarUint(encoder, message.saved)
    encoding.writeVarUint(encoder, this.#barrier)
    socket.send(encoding.toUint8Array(encoder))
  }

  #confirm(barrier: number): void {
    const saved = new Map(
      [...this.#waiting].flatMap(([key, one]) => (one.barrier <= barrier ? [[key, one.value]] : [])),
    )
    for (const key of saved.keys()) this.#waiting.delete(key)
    if (saved.size > 0) {
      this.#copy?.confirm(saved)
      this.#options.onNews()
    }
    // The server holds its echoes back until it has all that it lacked.
    if (!this.#isConfirmed) {
      this.#isConfirmed = true
      this.#options.onLine({ phase: 'online' })
    }
    if (this.#waiting.size > 0) return
    for (const resolve of this.#savers) resolve()
    this.#savers.clear()
  }
}
