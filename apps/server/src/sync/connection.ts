/**
 * One socket: reads its frames for the room, sends what the room says, and ends it with a code when it sends what is no
 * message, sends too much, reads too slowly, or is not there any more. It knows nothing of documents.
 */
import type { Person } from '@attest/schema/api'
import { closeCode, limits, type Reason } from '@attest/schema/protocol'
import type { RawData, WebSocket } from 'ws'
import type { Session } from '../auth.ts'
import type { Peer } from './audience.ts'
import { QUESTION } from './budget.ts'
import type { Seat } from './crowd.ts'
import type { Figures } from './figures.ts'
import { Malformed } from './reader.ts'
import { type Message, readMessage, writeRefused } from './wire.ts'

export interface Listener {
  receive(message: Message): void
  /** Once, when the connection has ended for whatever reason. */
  leave(): void
}

/** Beats without a sign of life after which a connection is dead. */
const SILENT_BEATS = 2

/** As websockets call an end without a farewell. */
const CUT = 1006

export class Connection implements Peer {
  readonly person: Person
  readonly session: string
  readonly #socket: WebSocket
  readonly #seat: Seat
  readonly #figures: Figures
  #listener: Listener | null = null
  #hasEnded = false
  #isHeard = true
  #silentBeats = 0
  #queuedAtBeat = 0
  /** Bytes sent after the first answer; null until then. */
  #afterAnswer: number | null = null

  /** Nothing is read until `listen`. */
  constructor(socket: WebSocket, { session, seat, figures }: { session: Session; seat: Seat; figures: Figures }) {
    this.person = session.person
    this.session = session.id
    this.#socket = socket
    this.#seat = seat
    this.#figures = figures
    socket.pause()
    socket.on('message', (data, isBinary) => this.#receive(data, isBinary))
    socket.on('pong', () => {
      this.#isHeard = true
    })
    socket.on('close', () => {
      // Not before: a socket that is still being closed is one still.
      seat.leave()
      this.#leave()
    })
    // ws closes the socket itself, with a code that fits; without a listener it would end the process as well.
    socket.on('error', () => this.#leave())
  }

  /** Bytes that wait to be sent. */
  get queued(): number {
    return this.#socket.bufferedAmount
  }

  listen(listener: Listener): void {
    // It may have gone while the room was being opened.
    if (this.#hasEnded) {
      listener.leave()
      return
    }
    this.#listener = listener
    this.#socket.resume()
  }

  /** Takes this for a frame that the peer has sent. */
  hear(frame: Uint8Array): void {
    this.#receive(Buffer.from(frame), true)
  }

  send(frame: Uint8Array): void {
    if (this.#hasEnded) return
    if (this.#countedQueue() > limits.queuedBytes) {
      this.end(closeCode.tooSlow)
      return
    }
    if (this.#afterAnswer !== null) this.#afterAnswer += frame.length
    this.#socket.send(frame)
  }

  /**
   * Sends what the peer asked for. The first answer may be of any size, and is not counted while it is under way:
   * a slow line would else never get in. Further answers are frames like any other.
   */
  answer(frames: readonly Uint8Array[]): void {
    if (this.#hasEnded) return
    const bytes = frames.reduce((sum, { length }) => sum + length, 0)
    if (!this.#seat.budget.answers(bytes)) {
      this.end(closeCode.tooMuch)
      return
    }
    if (this.#afterAnswer !== null) for (const frame of frames) this.send(frame)
    else for (const frame of frames) this.#socket.send(frame)
    this.#afterAnswer ??= 0
  }

  end(code: number, reason?: Reason): void {
    if (this.#hasEnded) return
    if (reason) this.#socket.send(writeRefused(reason))
    this.#socket.close(code, reason)
    this.#figures.ended(code)
    // A socket that is paused would not see the other side's part of the farewell.
    this.#socket.resume()
    this.#leave()
  }

  /** Hears nothing any more; what was heard before is still answered. */
  deafen(): void {
    this.#socket.pause()
  }

  /** Asks for a sign of life; ends the connection when there was none for too long. Called every 15 seconds. */
  beat(): void {
    const { queued } = this
    // Whoever is still taking a long answer cannot have seen our ping, which is behind it.
    const isAlive = this.#isHeard || queued < this.#queuedAtBeat
    this.#silentBeats = isAlive ? 0 : this.#silentBeats + 1
    if (this.#silentBeats >= SILENT_BEATS) {
      this.#socket.terminate()
      if (!this.#hasEnded) this.#figures.ended(CUT)
      this.#leave()
      return
    }
    this.#isHeard = false
    this.#queuedAtBeat = queued
    this.#socket.ping()
  }

  #countedQueue(): number {
    return this.#afterAnswer === null ? this.queued : Math.min(this.queued, this.#afterAnswer)
  }

  #receive(data: RawData, isBinary: boolean): void {
    this.#isHeard = true
    // What arrives after the end is of somebody who has not noticed it yet.
    if (this.#hasEnded) return
    if (!isBinary) {
      this.end(closeCode.textFrame, 'text-frame')
      return
    }
    // With the binary type left at "nodebuffer", a message is one Buffer.
    const frame = data as Buffer
    try {
      const message = readMessage(frame)
      const weight = message.type === 'ask' ? QUESTION : 1
      if (this.#seat.budget.hears(frame.length, weight)) this.#listener?.receive(message)
      else this.end(closeCode.tooMuch)
    } catch (error) {
      if (!(error instanceof Malformed)) throw error
      this.end(closeCode.malformed, 'malformed-message')
    }
  }

  #leave(): void {
    if (this.#hasEnded) return
    this.#hasEnded = true
    this.#listener?.leave()
  }
}
