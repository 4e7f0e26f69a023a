/**
 * Reads what strangers sent, in lib0's encoding, and never past its end: every declared length is held against the
 * bytes that are there before anything is made of it. Whatever cannot be read throws `Malformed`.
 */
import { limits } from '@attest/schema/protocol'

export class Malformed extends Error {
  override name = 'Malformed'
}

/** A value that Yjs can hold and JSON cannot. */
export class NotJson extends Malformed {
  override name = 'NotJson'
}

/** It could be read, and costs more than anything honest does. */
export class TooMuch extends Malformed {
  override name = 'TooMuch'
}

export class Reader {
  readonly #bytes: Uint8Array
  #position = 0
  /** How many values there are in the one being read. */
  #parts = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  get position(): number {
    return this.#position
  }

  get remaining(): number {
    return this.#bytes.length - this.#position
  }

  /** The bytes between two positions, not copied. */
  slice(start: number, end: number): Uint8Array {
    return this.#bytes.subarray(start, end)
  }

  byte(): number {
    const byte = this.#bytes[this.#position]
    if (byte === undefined) throw new Malformed('a byte where none is left')
    this.#position++
    return byte
  }

  uint(): number {
    return this.#varint(0, 1)
  }

  /** How many things follow, each of which takes at least so many bytes. */
  count(bytesEach: number): number {
    const count = this.uint()
    if (count * bytesEach > this.remaining) throw new Malformed(`${count} things in ${this.remaining} bytes`)
    return count
  }

  /** Bytes with their length before them, not copied. */
  bytes(): Uint8Array {
    const length = this.uint()
    return this.slice(this.#skip(length), this.#position)
  }

  string(): string {
    const length = this.uint()
    const start = this.#skip(length)
    // Most are names of properties: put together here in a third of the time a decoder takes to begin.
    let text = ''
    for (let i = start; length <= SHORT && i < this.#position; i++) {
      const byte = this.#bytes[i] ?? 0
      if (byte > 0x7f) return decode(this.slice(start, this.#position))
      text += String.fromCharCode(byte)
    }
    return length <= SHORT ? text : decode(this.slice(start, this.#position))
  }

  /**
   * One value of lib0's "any" encoding that is plain JSON (or `undefined` in the place of a missing property); no
   * bigints, no bytes, no deeper and of no more parts than any record is.
   */
  json(): unknown {
    this.#parts = 0
    return this.#json(0)
  }

  /** Passes over a value that `json` has read before, in a fifth of its time. */
  passJson(): void {
    const tag = this.byte()
    if (tag === 125) this.#int()
    else if (tag === 124) this.#skip(4)
    else if (tag === 123) this.#skip(8)
    else if (tag === 119) this.#skip(this.uint())
    else if (tag === 117) for (let left = this.count(1); left > 0; left--) this.passJson()
    else if (tag === 118)
      for (let left = this.count(2); left > 0; left--) {
        this.#skip(this.uint())
        this.passJson()
      }
  }

  #json(depth: number): unknown {
    if (depth > MAX_DEPTH) throw new NotJson(`a value more than ${MAX_DEPTH} levels deep`)
    if (++this.#parts > MAX_PARTS) throw new TooMuch(`a value of more than ${MAX_PARTS} parts`)
    const tag = this.byte()
    switch (tag) {
      case 127:
        return undefined
      case 126:
        return null
      case 125:
        return inJson(this.#int())
      case 124:
        return inJson(this.#view(4).getFloat32(0))
      case 123:
        return inJson(this.#view(8).getFloat64(0))
      case 121:
        return false
      case 120:
        return true
      case 119:
        return this.string()
      case 118:
        return this.#object(depth)
      case 117: {
        const length = this.#few(this.count(1))
        const items: unknown[] = []
        for (let i = 0; i < length; i++) items.push(this.#json(depth + 1))
        return items
      }
      default:
        throw new NotJson(`a value of type ${tag}`)
    }
  }

  #object(depth: number): Record<string, unknown> {
    const object: Record<string, unknown> = {}
    const size = this.#few(this.count(2))
    for (let i = 0; i < size; i++) {
      const key = this.string()
      // Yjs would assign it, and so give the object another prototype.
      if (key === '__proto__') throw new NotJson('a property named __proto__')
      object[key] = this.#json(depth + 1)
    }
    return object
  }

  /** No record has more in one place; to judge a value of a hundred thousand takes longer than to read it. */
  #few(count: number): number {
    if (count > limits.items) throw new TooMuch(`${count} things in one value`)
    return count
  }

  /** Its first byte has the sign in the second bit. */
  #int(): number {
    const first = this.byte()
    const number = first & 0b0011_1111
    const size = first < 0b1000_0000 ? number : this.#varint(number, 64)
    return first & 0b0100_0000 ? -size : size
  }

  /** Seven bits a byte, the lowest first, added to what there is of it. */
  #varint(start: number, scale: number): number {
    let number = start
    for (let each = scale; ; each *= 128) {
      const byte = this.byte()
      number += (byte & 0b0111_1111) * each
      if (!(number <= Number.MAX_SAFE_INTEGER)) throw new Malformed(`an integer of ${number}`)
      if (byte < 0b1000_0000) return number
    }
  }

  #view(length: number): DataView {
    const start = this.#skip(length)
    return new DataView(this.#bytes.buffer, this.#bytes.byteOffset + start, length)
  }

  /** Where it stood before. */
  #skip(length: number): number {
    if (length > this.remaining) throw new Malformed(`${length} bytes where ${this.remaining} are left`)
    const start = this.#position
    this.#position += length
    return start
  }
}

/** Yjs tells 0 from -0, and has numbers that are none: what is exported must be what was judged. */
function inJson(number: number): number {
  if (!Number.isFinite(number) || Object.is(number, -0)) throw new NotJson(`a number of ${number}`)
  return number
}

/** A verdict's `fix.spans` is at 4. */
const MAX_DEPTH = 8
/** A verdict whose fix has all the spans and attributes there can be is one of some 240. */
const MAX_PARTS = 512

/** Bytes of a string. */
const SHORT = 12

// As Yjs reads strings: what one would take and the other not, nobody could judge.
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function decode(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes)
  } catch (cause) {
    throw new Malformed('a string that is not UTF-8', { cause })
  }
}
