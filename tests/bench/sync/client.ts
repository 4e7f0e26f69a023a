/** One page's worth of protocol: gets in, answers what it is asked, and tells its crowd which marks have arrived. */
import { message } from '@attest/schema/protocol'
import * as encoding from 'lib0/encoding'
import { type Author, findMarks, type Mark, writeMark } from './marks.ts'
import { type Address, Socket } from './socket.ts'

/**
 * How a server talks: y-websocket's messages as they are, or Hocuspocus' with the document's name before each. A relay
 * has nothing to say of its own, so one is in as soon as the socket is open.
 */
export type Dialect = { is: 'plain' } | { is: 'addressed'; document: string } | { is: 'relayed' }

export interface Door {
  address: Address
  dialect: Dialect
  /** The id of the person whom the server takes this for. */
  person: string
}

export interface Listener {
  /** Marks that have arrived, as `findMarks` gives them. */
  onMarks?(client: Client, marks: readonly number[], at: number): void
  onSaved?(client: Client, number: number, at: number): void
  onPresence?(client: Client, bytes: number): void
  onEnd?(client: Client, code: number): void
  onPong?(client: Client, payload: Buffer, at: number): void
}

const emptyUpdate = new Uint8Array([0, 0])
const emptyVector = new Uint8Array([0])

const step = { ask: 0, answer: 1, update: 2 } as const
/** Hocuspocus': an answer that wants none. */
const syncReply = 4

export class Client {
  readonly author: Author
  readonly socket: Socket
  readonly #dialect: Dialect
  readonly #listener: Listener
  #getIn: () => void = () => {}
  #stayOut: (error: Error) => void = () => {}
  /** When it has the whole document. */
  readonly isIn: Promise<void>
  readonly startedAt = performance.now()
  sent = 0
  /** How many marks it has been told of, the same one again counted again. */
  heardMarks = 0
  #awaited: { marks: number; resolve: (at: number) => void } | null = null
  received = 0
  presenceBytes = 0
  endedWith: number | null = null
  /** What a refusing server says before it ends the connection. */
  reason = ''
  #presenceClock = 0
  #isAnswered = false

  constructor(door: Door, { index, listener = {} }: { index: number; listener?: Listener }) {
    // Client ids of Yjs are random 32-bit numbers; as long as these, and never of two clients.
    this.author = { id: door.person, client: 1_000_000_000 + Math.floor(Math.random() * 1e9), index }
    this.#dialect = door.dialect
    this.#listener = listener
    this.isIn = new Promise((resolve, reject) => {
      this.#getIn = resolve
      this.#stayOut = reject
    })
    this.isIn.catch(() => {})
    this.socket = new Socket(door.address, {
      opened: () => this.#open(),
      heard: (payload) => this.#hear(payload),
      ponged: (payload) => listener.onPong?.(this, payload, performance.now()),
      ended: (code) => {
        this.endedWith = code
        this.#stayOut(new Error(`client ${index} was ended with ${code} ${this.reason}`))
        listener.onEnd?.(this, code)
      },
    })
  }

  /** Sends the next mark; returns its number. */
  mark(more: Omit<Mark, 'author' | 'number' | 'at'> = {}): number {
    const number = this.sent++
    this.sendUpdate(writeMark({ author: this.author, number, at: Date.now(), ...more }))
    return number
  }

  sendUpdate(update: Uint8Array): void {
    this.#sendSync(step.update, update)
  }

  /** Asks to be told when everything sent so far is on disk; only ours knows that. */
  askSaved(number: number): void {
    this.socket.send(
      encoding.encode((encoder) => {
        encoding.writeVarUint(encoder, message.saved)
        encoding.writeVarUint(encoder, number)
      }),
    )
  }

  /** Shows where its cursor is. */
  point(start: number): void {
    const state = JSON.stringify({
      user: { id: this.author.id, name: `Person ${this.author.index}`, color: this.author.index % 12 },
      selection: [start, start + 20],
    })
    const entries = encoding.encode((encoder) => {
      encoding.writeVarUint(encoder, 1)
      encoding.writeVarUint(encoder, this.author.client)
      encoding.writeVarUint(encoder, ++this.#presenceClock)
      encoding.writeVarString(encoder, state)
    })
    this.#send((encoder) => {
      encoding.writeVarUint(encoder, message.awareness)
      encoding.writeVarUint8Array(encoder, entries)
    })
  }

  /**
   * When it had its answer and so many marks with it or after it: y-websocket answers before it has read its disk, and
   * sends what it finds there as a change.
   */
  hears(marks: number): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#awaited = { marks, resolve }
      this.isIn.catch(reject)
      this.#settle(performance.now())
    })
  }

  #settle(at: number): void {
    if (this.#awaited && this.#isAnswered && this.heardMarks >= this.#awaited.marks) this.#awaited.resolve(at)
  }

  close(): void {
    this.socket.close()
  }

  #open(): void {
    if (this.#dialect.is === 'relayed') this.#getIn()
    if (this.#dialect.is === 'plain') this.#sendSync(step.ask, emptyVector)
    if (this.#dialect.is === 'addressed')
      this.#send((encoder) => {
        encoding.writeVarUint(encoder, message.auth)
        encoding.writeVarUint(encoder, 0)
        encoding.writeVarString(encoder, '')
      })
  }

  #hear(frame: Buffer): void {
    const at = performance.now()
    this.received += frame.length
    const payload = this.#dialect.is === 'addressed' ? frame.subarray(1 + (frame[0] ?? 0)) : frame
    switch (payload[0]) {
      case message.sync:
      case syncReply:
        this.#hearSync(payload, at)
        break
      case message.awareness:
        this.presenceBytes += payload.length
        this.#listener.onPresence?.(this, payload.length)
        break
      case message.auth:
        if (this.#dialect.is === 'addressed') this.#sendSync(step.ask, emptyVector)
        break
      case message.saved:
        this.#listener.onSaved?.(this, uintAt(payload, 1), at)
        break
      case message.refused:
        this.reason = payload.toString('utf8', 2)
    }
  }

  #hearSync(payload: Buffer, at: number): void {
    switch (payload[1]) {
      case step.ask:
        this.#sendSync(step.answer, emptyUpdate)
        break
      case step.answer:
        this.#isAnswered = true
        this.#hearUpdates(payload, at)
        this.#getIn()
        break
      case step.update:
        this.#hearUpdates(payload, at)
    }
  }

  #hearUpdates(payload: Buffer, at: number): void {
    const marks = findMarks(payload)
    this.heardMarks += marks.length / 2
    if (marks.length > 0) this.#listener.onMarks?.(this, marks, at)
    this.#settle(at)
  }

  #sendSync(kind: number, bytes: Uint8Array): void {
    this.#send((encoder) => {
      encoding.writeVarUint(encoder, message.sync)
      encoding.writeVarUint(encoder, kind)
      encoding.writeVarUint8Array(encoder, bytes)
    })
  }

  #send(write: (encoder: encoding.Encoder) => void): void {
    const dialect = this.#dialect
    this.socket.send(
      encoding.encode((encoder) => {
        if (dialect.is === 'addressed') encoding.writeVarString(encoder, dialect.document)
        write(encoder)
      }),
    )
  }
}

function uintAt(bytes: Buffer, from: number): number {
  let value = 0
  for (let i = from, unit = 1; i < bytes.length; i++, unit *= 128) {
    const byte = bytes[i] as number
    value += (byte & 127) * unit
    if (byte < 128) break
  }
  return value
}
