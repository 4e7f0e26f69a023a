/** Clients that no page would be: they send the bytes they like, and note how they are dealt with. */

import { randomBytes } from 'node:crypto'
import { connect, type Socket } from 'node:net'
import { message } from '@attest/schema/protocol'
import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'
import type { WebSocket } from 'ws'
import { socketOf, until } from './sync-peer.ts'
import { origin } from './sync-server.ts'

export interface Doors {
  cookie?: string | null
  from?: string | null
  room?: string
  /** Whom the page takes itself for. */
  as?: string
  /** The state vector of what it has, as the address has it. */
  has?: string
}

export class Raw {
  readonly socket: WebSocket
  readonly frames: Uint8Array[] = []
  /** The code it was ended with. */
  code: number | null = null
  /** The status of a refused upgrade. */
  status: number | null = null

  constructor(url: string, { cookie = 'eve', from = origin, room = 'harbour', as, has }: Doors = {}) {
    const query = new URLSearchParams({ ...(as !== undefined && { as }), ...(has !== undefined && { has }) })
    this.socket = new (socketOf(cookie, from))(`${url}/${room}?${query}`)
    this.socket.on('message', (data) => this.frames.push(new Uint8Array(data as Buffer)))
    this.socket.on('close', (code) => {
      this.code = code
    })
    this.socket.on('unexpected-response', (_, response) => {
      this.status = response.statusCode ?? 0
      response.resume()
    })
    // A refused upgrade is an error to ws; the status says which.
    this.socket.on('error', () => {})
  }

  async opens(): Promise<this> {
    await until(() => this.socket.readyState === this.socket.OPEN, 'the socket does not open')
    return this
  }

  /** Resolves with the code. */
  async isEnded(): Promise<number> {
    await until(() => this.code !== null || this.status !== null, 'the connection is not ended')
    return this.code ?? 0
  }

  sends(...parts: (number | Uint8Array)[]): void {
    this.socket.send(frameOf(...parts))
  }

  /** The reasons told before the end. */
  get refusals(): string[] {
    return this.#bodies(message.refused).map((decoder) => decoding.readVarString(decoder))
  }

  /** The barriers that came back. */
  get saved(): number[] {
    return this.#bodies(message.saved).map((decoder) => decoding.readVarUint(decoder))
  }

  /** Sync messages of a step: 0 asks, 1 answers, 2 updates. */
  syncs(step: number): Uint8Array[] {
    return this.#bodies(message.sync)
      .filter((decoder) => decoding.readVarUint(decoder) === step)
      .map((decoder) => decoding.readVarUint8Array(decoder))
  }

  #bodies(type: number): decoding.Decoder[] {
    return this.frames
      .map((frame) => decoding.createDecoder(frame))
      .filter((decoder) => decoding.readVarUint(decoder) === type)
  }
}

/** Numbers as variable-length integers, bytes with their length before them. */
export function frameOf(...parts: (number | Uint8Array)[]): Uint8Array<ArrayBuffer> {
  return encoding.encode((encoder) => {
    for (const part of parts)
      if (typeof part === 'number') encoding.writeVarUint(encoder, part)
      else encoding.writeVarUint8Array(encoder, part)
  })
}

export const emptyVector = new Uint8Array([0])
export const emptyUpdate = new Uint8Array([0, 0])

/** A socket below websockets, that answers nothing by itself: no pong, no close. */
export async function speechless(port: number, name: string): Promise<Socket> {
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => {})
  socket.write(
    [
      'GET /sync/harbour HTTP/1.1',
      'Host: attest.test',
      'Upgrade: websocket',
      'Connection: Upgrade',
      `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
      'Sec-WebSocket-Version: 13',
      `Origin: ${origin}`,
      `Cookie: person=${name}`,
      '\r\n',
    ].join('\r\n'),
  )
  await new Promise((resolve) => socket.once('data', resolve))
  return socket
}

/** A client's frame: masked, as the standard wants it. */
export function masked(payload: Uint8Array, opcode = 2): Buffer {
  const mask = randomBytes(4)
  const length =
    payload.length < 126
      ? Buffer.from([0x80 | payload.length])
      : Buffer.from([0x80 | 126, payload.length >> 8, payload.length & 255])
  return Buffer.concat([
    Buffer.from([0x80 | opcode]),
    length,
    mask,
    payload.map((byte, i) => byte ^ (mask[i % 4] ?? 0)),
  ])
}
