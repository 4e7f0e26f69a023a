/**
 * One document with its socket and its copy in the browser. It knows what of one's own acts is on the server's disk:
 * each of them is followed by a numbered barrier, and what the barrier's echo has not confirmed is waiting. A session
 * ends for good when the server refuses its document; the room then opens another.
 */
import { closeCode, message, type Reason, reasonSchema, syncPath } from '@attest/schema/protocol'
import { isRoot, makeUndoManager, observeRecords, type Root, rootMap } from '@attest/schema/room'
import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'
import { WebsocketProvider } from 'y-websocket'
import * as Y from 'yjs'
import type { Parcel } from './carried.ts'
import { isFromLocalCopy, type LocalCopy, openLocalCopy, type Storage } from './local-copy.ts'

export interface SessionOptions {
  /** The server's address, as ws: or wss: */
  serverUrl: string
  /** The name of the room. */
  room: string
  /** The name of its copy in this browser. */
  copyName: string
  /** Resolves when the copy may be opened: the session before has let go of it. */
  after: Promise<void>
  onChange: (changed: ReadonlyMap<Root, ReadonlySet<string>>) => void
  /** The copy in the browser was read, if there is one. */
  onOpen: () => void
  onPhase: (phase: 'online' | 'offline') => void
  /** The server ended it with a code that says not to come back as we are. */
  onClosed: (code: number, reason: Reason | null) => void
  /** Something else about it changed that is shown. */
  onNews: () => void
  onPeers: () => void
}

const mine = Symbol('my own act')

export class Session {
  readonly doc = new Y.Doc()
  readonly #options: SessionOptions
  readonly #provider: WebsocketProvider
  readonly #undo: Y.UndoManager
  readonly #copy: Promise<LocalCopy>
  /** Each waiting key (`root/id`) with the number of the barrier that will confirm it. */
  readonly #waiting = new Map<string, number>()
  /** Keys written since the last update was handed to the copy. */
  readonly #justWritten: string[] = []
  readonly #savers = new Set<() => void>()
  #barrier = 0
  #storage: Storage = 'opening'
  #isClosed = false

  constructor(options: SessionOptions) {
    this.#options = options
    const { serverUrl, room, copyName, onChange } = options
    observeRecords(this.doc, (changed, transaction) => {
      if (this.#isOwn(transaction.origin)) this.#await(changed)
      onChange(changed)
    })
    this.#undo = makeUndoManager(this.doc, mine)
    for (const event of ['stack-item-added', 'stack-item-popped', 'stack-cleared'] as const)
      this.#undo.on(event, options.onNews)
    // Not connected yet: what the browser kept is part of the first thing that the server hears.
    this.#provider = new WebsocketProvider(serverUrl + syncPath, room, this.doc, {
      connect: false,
      disableBc: true,
      maxBackoffTime: 5000,
    })
    this.#provider.awareness.setLocalState({ selection: null })
    this.#listen()
    const onStorage = (storage: Storage) => {
      this.#storage = storage
      options.onNews()
    }
    this.#copy = options.after.then(() => openLocalCopy(copyName, this.doc, { onStorage }))
    void this.#open()
  }

  get awareness() {
    return this.#provider.awareness
  }

  get storage(): Storage {
    return this.#storage
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

  /** Changes records as one act of one's own: one step of undo, one update. */
  act(change: () => void): void {
    this.doc.transact(change, mine)
  }

  undo(): void {
    this.#undo.undo()
  }

  redo(): void {
    this.#undo.redo()
  }

  /** What waits, as it is now. */
  waitingParcels(): Parcel[] {
    return Array.from(this.#waiting.keys(), (key) => {
      const [root = '', id = ''] = key.split('/')
      return { key, value: isRoot(root) ? (rootMap(this.doc, root).get(id) ?? null) : null }
    })
  }

  /** Resolves when nothing waits; never, when the session ends before. */
  saved(): Promise<void> {
    return this.#waiting.size === 0 ? Promise.resolve() : new Promise((resolve) => this.#savers.add(resolve))
  }

  /** Tries the server again at once. */
  reconnect(): void {
    this.#provider.disconnect()
    this.#provider.connect()
  }

  close(): void {
    this.#stop()
    void this.#copy.then((copy) => copy.close())
  }

  /** Closes it and empties its copy in the browser. */
  async discard(): Promise<void> {
    this.#stop()
    const copy = await this.#copy
    await copy.clear()
    copy.close()
  }

  #stop(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#provider.destroy()
    this.#undo.destroy()
    this.doc.destroy()
  }

  async #open(): Promise<void> {
    const copy = await this.#copy
    if (this.#isClosed) return
    for (const key of copy.waiting) this.#waiting.set(key, this.#barrier)
    // Acts that were quicker than the opening of the copy.
    if (this.#justWritten.length > 0) copy.keep(Y.encodeStateAsUpdate(this.doc), this.#justWritten.splice(0))
    this.doc.on('update', (update: Uint8Array, origin: unknown) => {
      if (!isFromLocalCopy(origin)) copy.keep(update, this.#justWritten.splice(0))
      // Registered after the provider's own listener, so the barrier leaves right behind the update it stands for.
      if (this.#isOwn(origin)) this.#sendBarrier()
    })
    this.#options.onOpen()
    this.#provider.connect()
  }

  #isOwn(origin: unknown): boolean {
    return origin === mine || origin === this.#undo
  }

  #await(changed: ReadonlyMap<Root, ReadonlySet<string>>): void {
    this.#barrier++
    for (const [root, ids] of changed)
      for (const id of ids) {
        this.#waiting.set(`${root}/${id}`, this.#barrier)
        this.#justWritten.push(`${root}/${id}`)
      }
    this.#options.onNews()
  }

  #listen(): void {
    const provider = this.#provider
    const { onPhase, onClosed, onPeers } = this.#options
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
      // The answer to the server's question holds all that it lacks; y-websocket sends it when this returns.
      if (encoding.length(encoder) > 1) queueMicrotask(() => this.#sendBarrier())
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
    const saved = [...this.#waiting].filter(([, number]) => number <= barrier).map(([key]) => key)
    if (saved.length === 0) return
    for (const key of saved) this.#waiting.delete(key)
    void this.#copy.then((copy) => copy.confirm(saved))
    this.#options.onNews()
    if (this.#waiting.size > 0) return
    for (const resolve of this.#savers) resolve()
    this.#savers.clear()
  }
}
