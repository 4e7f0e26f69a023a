/**
 * Reads what strangers sent, in lib0's encoding, and never past its end: every declared length is held against the
 * bytes that are there before anything is made of it. Whatever cannot be read throws `Malformed`.
 */
import { limits } from '@attest/schema/protocol'
import * as decoding from 'lib0/decoding'

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
  readonly #decoder: decoding.Decoder

  constructor(bytes: Uint8Array) {
    this.#decoder = decoding.createDecoder(bytes)
  }

  get position(): number {
    return this.#decoder.pos
  }

  get remaining(): number {
    return this.#decoder.arr.length - this.#decoder.pos
  }

  /** The bytes between two positions, not copied. */
  slice(start: number, end: number): Uint8Array {
    return this.#decoder.arr.subarray(start, end)
  }

  byte(): number {
    this.#need(1)
    return decoding.readUint8(this.#decoder)
  }

  uint(): number {
    const number = this.#read(decoding.readVarUint)
    if (!Number.isSafeInteger(number)) throw new Malformed(`an integer of ${number}`)
    return number
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
    this.#need(length)
    return decoding.readUint8Array(this.#decoder, length)
  }

  string(): string {
    return decode(this.bytes())
  }

  /**
   * One value of lib0's "any" encoding that is plain JSON (or `undefined` in the place of a missing property); no
   * bigints, no bytes, no deeper than any record is.
   */
  json(depth = 0): unknown {
    if (depth > MAX_DEPTH) throw new NotJson(`a value more than ${MAX_DEPTH} levels deep`)
    const tag = this.byte()
    switch (tag) {
      case 127:
        return undefined
      case 126:
        return null
      case 125:
        this.#need(1)
        return this.#read(decoding.readVarInt)
      case 124:
        this.#need(4)
        return decoding.readFloat32(this.#decoder)
      case 123:
        this.#need(8)
        return decoding.readFloat64(this.#decoder)
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
        for (let i = 0; i < length; i++) items.push(this.json(depth + 1))
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
      object[key] = this.json(depth + 1)
    }
    return object
  }

  /** No record has more in one place; to judge a value of a hundred thousand takes longer than to read it. */
  #few(count: number): number {
    if (count > limits.items) throw new TooMuch(`${count} things in one value`)
    return count
  }

  #read(read: (decoder: decoding.Decoder) => number): number {
    try {
      return read(this.#decoder)
    } catch (cause) {
      throw new Malformed('an integer without an end', { cause })
    }
  }

  #need(length: number): void {
    if (length > this.remaining) throw new Malformed(`${length} bytes where ${this.remaining} are left`)
  }
}

/** A verdict's `fix.spans` is at 4. */
const MAX_DEPTH = 8

// As Yjs reads strings: what one would take and the other not, nobody could judge.
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function decode(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes)
  } catch (cause) {
    throw new Malformed('a string that is not UTF-8', { cause })
  }
}
