/**
 * The people of the sync tests. Each has a real Y.Doc and the stock y-websocket provider, and does what people do:
 * `ada.marks('casualties', 'claim')`, `ada.drop()`, `ada.rejoin()`, `await agree([ada, bob])`.
 */
import { message } from '@attest/schema/protocol'
import { makeRecordId } from '@attest/schema/record'
import {
  makeUndoManager,
  putRecord,
  type RecordOf,
  type Records,
  type Root,
  readRecords,
  removeRecord,
  rootMap,
  roots,
} from '@attest/schema/room'
import { mergeSpans, type Span, snapToGraphemes } from '@attest/schema/span'
import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'
import { WebSocket as NodeSocket } from 'ws'
import { WebsocketProvider } from 'y-websocket'
import * as Y from 'yjs'
import { origin, text } from './sync-server.ts'

export interface Ending {
  code: number
  reason: string
}

/** ws, or what behaves like it. */
export type SocketClass = new (address: string | URL, protocols?: string | string[]) => NodeSocket

export class Peer {
  readonly name: string
  readonly doc: Y.Doc
  readonly provider: WebsocketProvider
  readonly undo: Y.UndoManager
  /** Reasons of refusal that the server has told. */
  readonly refusals: string[] = []
  readonly endings: Ending[] = []
  #barrier = 0
  #answered = 0
  readonly #savedListeners: ((number: number) => void)[] = []
  readonly #mine = Symbol('mine')

  /**
   * With `as`, the page says whom it takes itself for. `socket` is the class of its sockets, where they are not those of
   * a page of the test server's town.
   */
  constructor(name: string, options: { url: string; room?: string; doc?: Y.Doc; as?: string; socket?: SocketClass }) {
    this.name = name
    this.doc = options.doc ?? new Y.Doc()
    for (const root of roots) rootMap(this.doc, root)
    this.undo = makeUndoManager(this.doc, this.#mine)
    this.provider = new WebsocketProvider(options.url, options.room ?? 'harbour', this.doc, {
      WebSocketPolyfill: (options.socket ?? socketOf(name)) as unknown as typeof WebSocket,
      disableBc: true,
      ...(options.as !== undefined && { params: { as: options.as } }),
      maxBackoffTime: 200,
    })
    this.provider.messageHandlers[message.saved] = (_, decoder) => {
      this.#answered = Math.max(this.#answered, decoding.readVarUint(decoder))
      for (const listener of this.#savedListeners) listener(this.#answered)
    }
    this.provider.messageHandlers[message.refused] = (_, decoder) => {
      this.refusals.push(decoding.readVarString(decoder))
    }
    this.provider.on('connection-close', (event) => {
      if (event) this.endings.push({ code: event.code, reason: event.reason })
    })
  }

  get records(): Records {
    const { records, unreadable } = readRecords(this.doc)
    if (unreadable.length > 0) throw new Error(`${this.name} has what nobody can read: ${JSON.stringify(unreadable)}`)
    return records
  }

  /** The ids of all records of one kind, or of those of one author. */
  ids(root: Root, author = ''): string[] {
    return [...rootMap(this.doc, root).keys()].filter((id) => id.startsWith(author))
  }

  /** Whether there is a line, on which what is said now is heard. */
  get isConnected(): boolean {
    return this.provider.wsconnected
  }

  get isOnline(): boolean {
    return this.provider.synced
  }

  /** Marks the first (or the given) place of these words. Returns the id of the record. */
  marks(words: string, kind: string, attributes: Record<string, string | null> = {}): string {
    const start = text.indexOf(words)
    if (start < 0) throw new RangeError(`“${words}” is not in the article`)
    return this.marksSpan([start, start + words.length], kind, attributes)
  }

  marksSpan(span: Span, kind: string, attributes: Record<string, string | null> = {}): string {
    const id = makeRecordId(this.name)
    this.puts('annotations', {
      id,
      kind,
      spans: mergeSpans([snapToGraphemes(text, span)]).map(([start, end]) => [start, end]),
      attributes,
      author: this.name,
      at: Date.now(),
    })
    return id
  }

  relabels(id: string, kind: string): void {
    const mark = this.records.annotations.get(id)
    if (!mark) throw new RangeError(`${this.name} sees no mark ${id}`)
    this.puts('annotations', { ...mark, kind, attributes: {}, at: Date.now() })
  }

  relates(from: string, to: string, type: string): string {
    const id = makeRecordId(this.name)
    this.puts('relations', { id, type, from, to, author: this.name, at: Date.now() })
    return id
  }

  comments(on: string, body: string): string {
    const id = makeRecordId(this.name)
    this.puts('comments', { id, on, body, author: this.name, at: Date.now() })
    return id
  }

  judges(on: string, decision: 'accept' | 'reject' | 'unsure'): string {
    const id = makeRecordId(this.name)
    this.puts('verdicts', { id, on, decision, author: this.name, at: Date.now() })
    return id
  }

  /** Puts any record, also one that the server will not take. */
  puts<R extends Root>(root: R, record: RecordOf[R]): void {
    this.doc.transact(() => putRecord(this.doc, root, record), this.#mine)
  }

  removes(root: Root, id: string): void {
    this.doc.transact(() => removeRecord(this.doc, root, id), this.#mine)
  }

  undoes(): void {
    this.undo.undo()
  }

  redoes(): void {
    this.undo.redo()
  }

  drop(): void {
    this.provider.disconnect()
  }

  /** The line is cut, and the page tries again by itself. */
  isCutOff(): void {
    const socket: unknown = this.provider.ws
    if (socket instanceof NodeSocket) socket.terminate()
  }

  rejoin(): void {
    this.provider.connect()
  }

  /** Resolves once the server's answer and this page's are through. */
  async arrives(): Promise<this> {
    await until(
      () => this.isOnline,
      () => `${this.name} is not in the room (${JSON.stringify(this.endings.slice(-3))}, ${this.refusals.slice(-3)})`,
    )
    return this
  }

  /** Sends a barrier; the number it is answered with. */
  asksSaved(): number {
    this.#barrier++
    this.sends(
      encoding.encode((encoder) => {
        encoding.writeVarUint(encoder, message.saved)
        encoding.writeVarUint(encoder, this.#barrier)
      }),
    )
    return this.#barrier
  }

  /** Calls back with the number of each barrier that comes back. */
  onSaved(listener: (number: number) => void): void {
    this.#savedListeners.push(listener)
  }

  isSaved(number: number): boolean {
    return this.#answered >= number
  }

  /** Resolves once all that was done up to now is on the server's disk; asks again where the line was cut meanwhile. */
  async saved(): Promise<void> {
    let socket = this.provider.ws
    let number = this.asksSaved()
    await until(() => {
      if (this.isOnline && this.provider.ws !== socket) {
        socket = this.provider.ws
        number = this.asksSaved()
      }
      return this.isSaved(number)
    }, `${this.name} is not told “saved”`)
  }

  sends(frame: Uint8Array<ArrayBuffer>): void {
    this.provider.ws?.send(frame)
  }

  /** What this page shows of the others: their person and selection by client id. */
  get sees(): Map<number, { [field: string]: unknown }> {
    const others = new Map(this.provider.awareness.getStates())
    others.delete(this.doc.clientID)
    return others
  }

  leaves(): void {
    this.provider.destroy()
    this.provider.awareness.destroy()
    this.doc.destroy()
  }
}

/** ws with the cookie and origin of a page of this person. */
export function socketOf(name: string | null, from: string | null = origin) {
  const headers = { ...(name && { cookie: `person=${name}` }), ...(from && { origin: from }) }
  return class extends NodeSocket {
    constructor(address: string | URL, protocols?: string | string[]) {
      super(address, protocols, { headers })
    }
  }
}

/** Polls, because what is waited for happens in another program. */
export async function until(
  holds: () => boolean,
  otherwise: string | (() => string),
  withinMs = 30_000,
): Promise<void> {
  const end = Date.now() + withinMs
  while (!holds()) {
    if (Date.now() > end)
      throw new Error(`${typeof otherwise === 'string' ? otherwise : otherwise()} after ${withinMs} ms`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

/** All records as plain data in one order, to be compared. */
export function plain(records: Records): { [R in Root]: RecordOf[Root][] } {
  const sorted = <R extends Root>(root: R) => [...records[root].values()].sort((a, b) => (a.id < b.id ? -1 : 1))
  return {
    annotations: sorted('annotations'),
    relations: sorted('relations'),
    comments: sorted('comments'),
    verdicts: sorted('verdicts'),
  }
}

/** Resolves once all of them have the same records and every change is on disk; throws when they do not come together. */
export async function agree(peers: readonly Peer[]): Promise<void> {
  await Promise.all(peers.map((peer) => peer.arrives()))
  await Promise.all(peers.map((peer) => peer.saved()))
  const views = () => peers.map((peer) => JSON.stringify(plain(peer.records)))
  await until(() => new Set(views()).size === 1, `${peers.map((peer) => peer.name)} do not agree`)
}
