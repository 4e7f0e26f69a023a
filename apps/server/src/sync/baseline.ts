/**
 * What is on disk of an open room, as bytes: the parts of its last compaction, and the updates since. It is what a page
 * that has nothing yet is sent, without asking the document, and what the next compaction is made of.
 */
import { mergeUpdates } from './merge.ts'
import { writeAnswer, writeUpdate } from './wire.ts'

/** Less than both is read, and merged for whoever comes, as fast as a compaction of it. */
const FEW_UPDATES = 1000
const FEW_BYTES = 512 * 1024
/** And until there is this much more than the last time, so that all compactions of a room cost a few times its size. */
const GROWTH = 1 / 3

/** An update of nothing: no structs, no deletions. */
const nothing = Uint8Array.of(0, 0)

export class Baseline {
  #parts: readonly Uint8Array[]
  #since: Uint8Array[]
  #bytesOfParts: number
  #bytesSince: number
  #frames: readonly Uint8Array[] | null = null

  constructor(parts: readonly Uint8Array[], since: readonly Uint8Array[]) {
    this.#parts = parts
    this.#since = [...since]
    this.#bytesOfParts = sizeOf(parts)
    this.#bytesSince = sizeOf(since)
  }

  /** All of it in the order it was made: applied to an empty document it is the room. */
  get updates(): readonly Uint8Array[] {
    return [...this.#parts, ...this.#since]
  }

  /** How many updates came after the last compaction. */
  get tail(): number {
    return this.#since.length
  }

  /** Whether a compaction is worth its while: the room opens faster, and whoever comes is sent less. */
  get isLong(): boolean {
    const isMuch = this.#since.length >= FEW_UPDATES || this.#bytesSince >= FEW_BYTES
    return isMuch && this.#bytesSince >= this.#bytesOfParts * GROWTH
  }

  /** These are on disk now. */
  push(updates: readonly Uint8Array[]): void {
    if (updates.length === 0) return
    this.#since.push(...updates)
    this.#bytesSince += sizeOf(updates)
    this.#frames = null
  }

  /** The first `count` updates since the last compaction are in these parts now. */
  rebase(parts: readonly Uint8Array[], count: number): void {
    this.#parts = parts
    this.#bytesOfParts = sizeOf(parts)
    this.#since = this.#since.slice(count)
    this.#bytesSince = sizeOf(this.#since)
    this.#frames = null
  }

  /**
   * The answer to whoever has nothing: updates first, and sync step 2 last, because with it a page takes itself for
   * complete.
   */
  frames(): readonly Uint8Array[] {
    this.#frames ??= framed(this.#since.length > 0 ? [...this.#parts, mergeUpdates(this.#since)] : this.#parts)
    return this.#frames
  }
}

function framed(updates: readonly Uint8Array[]): Uint8Array[] {
  const last = updates.at(-1) ?? nothing
  return [...updates.slice(0, -1).map(writeUpdate), writeAnswer(last)]
}

function sizeOf(updates: readonly Uint8Array[]): number {
  return updates.reduce((sum, update) => sum + update.length, 0)
}
