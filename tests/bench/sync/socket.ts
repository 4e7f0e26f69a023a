/**
 * A websocket client for making load: all sockets read into one buffer and a frame is handed on where it lies, so that
 * on two cores the servers are measured and not this. It knows as much of RFC 6455 as the servers here send.
 */
import { randomBytes } from 'node:crypto'
import { connect, type Socket as TcpSocket } from 'node:net'

/** Larger than any merged frame of the loads here, so that one is mostly read in one call. */
const shared = Buffer.allocUnsafe(1024 * 1024)

const MASK = Buffer.from([0x5a, 0xc3, 0x3c, 0xa5])

const opcode = { text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const

export interface Address {
  port: number
  path: string
  headers: Record<string, string>
}

export interface Ear {
  opened(): void
  /** The bytes are only good until this returns. */
  heard(payload: Buffer): void
  ponged?(payload: Buffer): void
  /** With the code of the close frame; 1006 when there was none, and the HTTP status when the upgrade was refused. */
  ended(code: number): void
}

export class Socket {
  readonly #tcp: TcpSocket
  readonly #ear: Ear
  #isOpen = false
  #hasEnded = false
  #code = 1006
  /** The answer to the upgrade, then a frame of which not all is here yet. */
  #part: Buffer = Buffer.alloc(0)
  #partLength = 0

  constructor(address: Address, ear: Ear) {
    this.#ear = ear
    this.#tcp = connect({
      port: address.port,
      host: '127.0.0.1',
      noDelay: true,
      onread: {
        buffer: shared,
        callback: (length) => {
          this.#read(shared.subarray(0, length))
          return true
        },
      },
    })
    this.#tcp.on('error', () => {})
    this.#tcp.on('close', () => this.#end())
    const headers = {
      Host: `127.0.0.1:${address.port}`,
      Upgrade: 'websocket',
      Connection: 'Upgrade',
      'Sec-WebSocket-Key': randomBytes(16).toString('base64'),
      'Sec-WebSocket-Version': '13',
      ...address.headers,
    }
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
    this.#tcp.write(`GET ${address.path} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`)
  }

  send(payload: Uint8Array): void {
    this.sendRaw(frameOf(opcode.binary, payload))
  }

  ping(payload: Uint8Array): void {
    this.sendRaw(frameOf(opcode.ping, payload))
  }

  /** Bytes as they are, for those who break the rules. */
  sendRaw(bytes: Uint8Array): void {
    if (!this.#hasEnded) this.#tcp.write(bytes)
  }

  /** Reads no more until `resume`, as a program that hangs. */
  pause(): void {
    this.#tcp.pause()
  }

  resume(): void {
    this.#tcp.resume()
  }

  close(): void {
    this.#tcp.destroy()
  }

  #read(chunk: Buffer): void {
    let rest = chunk
    if (!this.#isOpen) {
      this.#keep(rest)
      const answer = this.#part.subarray(0, this.#partLength)
      const end = answer.indexOf('\r\n\r\n')
      if (end < 0) return
      rest = Buffer.from(answer.subarray(end + 4))
      this.#partLength = 0
      const status = Number(/^HTTP\/1\.1 (\d+)/.exec(answer.toString('latin1', 0, 20))?.[1])
      if (status !== 101) {
        this.#code = status
        this.#tcp.destroy()
        return
      }
      this.#isOpen = true
      this.#ear.opened()
    }
    while (rest.length > 0 && !this.#hasEnded) {
      if (this.#partLength > 0) {
        rest = this.#complete(rest)
        continue
      }
      const length = frameLength(rest, rest.length)
      if (length === null || length > rest.length) {
        this.#keep(rest)
        return
      }
      this.#take(rest, length)
      rest = rest.subarray(length)
    }
  }

  /** Adds to the frame that is here in part; returns what is left over. */
  #complete(more: Buffer): Buffer {
    // The header first, byte by byte: it says how much belongs to this frame.
    let used = 0
    let length = frameLength(this.#part, this.#partLength)
    while (length === null && used < more.length) {
      this.#keep(more.subarray(used, ++used))
      length = frameLength(this.#part, this.#partLength)
    }
    if (length === null) return more.subarray(used)
    const missing = Math.min(length - this.#partLength, more.length - used)
    this.#keep(more.subarray(used, used + missing), length)
    if (this.#partLength === length) {
      this.#partLength = 0
      this.#take(this.#part, length)
    }
    return more.subarray(used + missing)
  }

  #keep(bytes: Buffer, whole = 0): void {
    const needed = this.#partLength + bytes.length
    if (this.#part.length < needed) {
      const larger = Buffer.allocUnsafe(Math.max(whole, needed, 1024))
      this.#part.copy(larger, 0, 0, this.#partLength)
      this.#part = larger
    }
    bytes.copy(this.#part, this.#partLength)
    this.#partLength = needed
  }

  #take(bytes: Buffer, length: number): void {
    const first = bytes[0] ?? 0
    const short = (bytes[1] ?? 0) & 127
    const payload = bytes.subarray(short < 126 ? 2 : short === 126 ? 4 : 10, length)
    if (!(first & 0x80)) throw new Error('a message in fragments, which no server here sends')
    switch (first & 15) {
      case opcode.text:
      case opcode.binary:
        this.#ear.heard(payload)
        break
      case opcode.ping:
        this.sendRaw(frameOf(opcode.pong, payload))
        break
      case opcode.pong:
        this.#ear.ponged?.(payload)
        break
      case opcode.close:
        this.#code = payload.length >= 2 ? payload.readUInt16BE(0) : 1005
        this.sendRaw(frameOf(opcode.close, payload.subarray(0, 2)))
        this.#tcp.end()
    }
  }

  #end(): void {
    if (this.#hasEnded) return
    this.#hasEnded = true
    this.#ear.ended(this.#code)
  }
}

/** The bytes of the frame that begins here, header and all; null while the header itself is not complete. */
function frameLength(bytes: Buffer, have: number): number | null {
  if (have < 2) return null
  const short = (bytes[1] ?? 0) & 127
  if (short < 126) return 2 + short
  if (short === 126) return have < 4 ? null : 4 + bytes.readUInt16BE(2)
  return have < 10 ? null : 10 + Number(bytes.readBigUInt64BE(2))
}

function frameOf(code: number, payload: Uint8Array): Buffer {
  const head = headerOf(code, payload.length)
  const frame = Buffer.allocUnsafe(head.length + payload.length)
  head.copy(frame)
  for (let i = 0, at = head.length; i < payload.length; i++, at++)
    frame[at] = (payload[i] as number) ^ (MASK[i & 3] as number)
  return frame
}

/** The beginning of a client's frame of so many bytes. */
export function headerOf(code: number, length: number): Buffer {
  const head = Buffer.alloc(14)
  head[0] = 0x80 | code
  let at = 2
  if (length < 126) head[1] = 0x80 | length
  else if (length < 65_536) {
    head[1] = 0x80 | 126
    at = head.writeUInt16BE(length, 2)
  } else {
    head[1] = 0x80 | 127
    at = head.writeBigUInt64BE(BigInt(length), 2)
  }
  MASK.copy(head, at)
  return head.subarray(0, at + 4)
}
