/** Writes what `Reader` reads, into one buffer: most updates are one small record, and to begin a buffer costs most. */
export class Writer {
  #bytes: Uint8Array
  #length = 0

  /** `room` is how many bytes it will probably be; they are kept, so it should not be much more. */
  constructor(room: number) {
    this.#bytes = new Uint8Array(room)
  }

  byte(byte: number): void {
    if (this.#length === this.#bytes.length) this.#grow(1)
    this.#bytes[this.#length++] = byte
  }

  uint(number: number): void {
    let rest = number
    while (rest > 0x7f) {
      this.byte((rest % 0x80) + 0x80)
      rest = Math.floor(rest / 0x80)
    }
    this.byte(rest)
  }

  bytes(bytes: Uint8Array): void {
    if (this.#length + bytes.length > this.#bytes.length) this.#grow(bytes.length)
    this.#bytes.set(bytes, this.#length)
    this.#length += bytes.length
  }

  get written(): Uint8Array {
    return this.#bytes.subarray(0, this.#length)
  }

  #grow(more: number): void {
    const larger = new Uint8Array(2 * (this.#length + more))
    larger.set(this.#bytes.subarray(0, this.#length))
    this.#bytes = larger
  }
}
