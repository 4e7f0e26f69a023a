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

/** Updates that are merged into one, so that never more than so many have to be when somebody comes. */
const GROUP = 256
/** Bytes of an update that is left as it is. */
const LONG = 64 * 1024

/** An update of nothing: no structs, no deletions. */
const nothing = Uint8Array.of(0, 0)

interface Group {
  update: Uint8Array
  /** How many updates are in it. */
  count: number
}

export class Baseline {
  #parts: readonly Uint8Array[]
  #bytesOfParts: number
  /** What came since, the older of it merged. */
  #groups: Group[] = []
  #since: Uint8Array[] = []
  #bytesSince = 0
  #frames: readonly Uint8Array[] | null = null

  constructor(parts: readonly Uint8Array[], since: readonly Uint8Array[]) {
    this.#parts = parts
    this.#bytesOfParts = sizeOf(parts)
    this.push(since)
  }

  /** All of it in the order it was made: applied to an empty document it is the room. */
  get updates(): readonly Uint8Array[] {
    return [...this.#parts, ...this.#groups.map(({ update }) => update), ...this.#since]
  }

  /** How many updates came after the last compaction. */
  get tail(): number {
    return this.#groups.reduce((sum, { count }) => sum + count, this.#since.length)
  }

  /** Whether a compaction is worth its while: the room opens faster, and whoever comes is sent less. */
  get isLong(): boolean {
    if (this.#bytesSince < this.#bytesOfParts * GROWTH) return false
    return this.#bytesSince >= FEW_BYTES || this.tail >= FEW_UPDATES
  }

  /** These are on disk now. */
  push(updates: readonly Uint8Array[]): void {
    if (updates.length === 0) return
    for (const update of updates) {
      if (update.length > LONG) this.#fold()
      this.#since.push(update)
      if (this.#since.length === GROUP || update.length > LONG) this.#fold()
    }
    this.#bytesSince += sizeOf(updates)
    this.#frames = null
  }

  /** What a compaction is to be made of; it may go on growing meanwhile. `rebase` is given what comes of it. */
  begin(): { updates: readonly Uint8Array[]; rebase: (parts: readonly Uint8Array[]) => void } {
    this.#fold()
    const { updates } = this
    const groups = this.#groups.length
    return {
      updates,
      rebase: (parts) => {
        this.#parts = parts
        this.#bytesOfParts = sizeOf(parts)
        this.#groups = this.#groups.slice(groups)
        this.#bytesSince = sizeOf(this.#groups.map(({ update }) => update)) + sizeOf(this.#since)
        this.#frames = null
      },
    }
  }

  /**
   * The answer to whoever has nothing: updates first, and sync step 2 last, because with it a page takes itself for
   * complete.
   */
  frames(): readonly Uint8Array[] {
    this.#frames ??= framed([
      ...this.#parts,
      ...this.#groups.map(({ update }) => update),
      ...(this.#since.length > 0 ? [mergeUpdates(this.#since)] : []),
    ])
    return this.#frames
  }

  #fold(): void {
    if (this.#since.length === 0) return
    this.#groups.push({ update: mergeUpdates(this.#since), count: this.#since.length })
    this.#since = []
  }
}

function framed(updates: readonly Uint8Array[]): Uint8Array[] {
  const last = updates.at(-1) ?? nothing
  return [...updates.slice(0, -1).map(writeUpdate), writeAnswer(last)]
}

function sizeOf(updates: readonly Uint8Array[]): number {
  return updates.reduce((sum, update) => sum + update.length, 0)
}
