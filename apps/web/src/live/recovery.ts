/**
 * What happens to one's own records when the server will not go on with a document: they are put again in a fresh one,
 * in order. Each change leaves in a message of its own, and the server judges one after the other: so when it refuses,
 * what came before is there, and the first that is not there is what it would not take. Only where records left
 * together is it not known which of them it was; then they are parted and put again. While this goes on, what the person
 * does joins the queue and is shown, but does not touch the document: before its first sync it is empty, and a change in
 * it would fight what the server has.
 */
import type { Parcels } from './local-copy.ts'
import type { Sent } from './session.ts'

/** So much leaves before it is waited for, in UTF-16 code units of its JSON: well under the frame that the server takes. */
const WINDOW_LENGTH = 200_000
/** So many messages leave before they are waited for. */
const WINDOW = 64
/** So many records leave together, where nothing is known against them. */
const GROUP_SIZE = 500

export class Recovery {
  #phase: 'settled' | 'awaiting-sync' | 'putting' = 'settled'
  /** What had left in the document that was given up. */
  #sent: readonly Sent[] = []
  #wasRefused = false
  /** What is still to be put. */
  #groups: Map<string, unknown>[] = []

  get isSettled(): boolean {
    return this.#phase === 'settled'
  }

  /** A fresh document has not synced yet. */
  get isAwaitingSync(): boolean {
    return this.#phase === 'awaiting-sync'
  }

  /** How many records are not in the document as they should be. */
  get size(): number {
    return this.parcels().size
  }

  /** The values that are not in the document as they should be, the newest of each key. */
  parcels(): Map<string, unknown> {
    return new Map([...this.#sent.map(({ parcels }) => parcels), ...this.#groups].flatMap((one) => [...one]))
  }

  /** What should be shown under a key, where that is not what the document has. */
  find(key: string): { value: unknown } | null {
    const found = this.#queued(key) ?? this.#sent.findLast(({ parcels }) => parcels.has(key))?.parcels
    return found ? { value: found.get(key) } : null
  }

  /** A document was given up, with this unconfirmed in it; `wasRefused` when that was for something in it. */
  begin(sent: readonly Sent[], { wasRefused }: { wasRefused: boolean }): void {
    this.#phase = 'awaiting-sync'
    // A document that was given up before it had synced had nothing of its own.
    if (sent.length === 0) return
    this.#sent = sent
    this.#wasRefused = wasRefused
  }

  /**
   * The fresh document is as the server has it. Returns what the server refused all by itself; what else is not there
   * is queued.
   */
  examine(isThere: (key: string, value: unknown) => boolean): Parcels {
    const sent = this.#sent
    this.#sent = []
    this.#phase = 'putting'
    const suspects: Map<string, unknown>[] = []
    const rest = new Map<string, unknown>()
    let refused: Parcels = new Map()
    let isFound = !this.#wasRefused
    for (const { parcels, isMixed } of sent) {
      // If the person has changed it meanwhile, that is what counts.
      const open = new Map([...parcels].filter(([key, value]) => !this.#queued(key) && !isThere(key, value)))
      if (open.size === 0) continue
      if (isFound) for (const [key, value] of open) rest.set(key, value)
      else if (open.size === 1 && !isMixed) refused = open
      else suspects.push(...grouped(open, Math.ceil(open.size / WINDOW)))
      isFound = true
    }
    this.#groups.unshift(...suspects, ...grouped(rest, GROUP_SIZE))
    return refused
  }

  /** It is known what was refused: the rest leaves together again. */
  trust(): void {
    this.#groups = grouped(new Map(this.#groups.flatMap((group) => [...group])), GROUP_SIZE)
  }

  /** Something the person did meanwhile: it takes the place of what was to be put under its key. */
  add(key: string, value: unknown): void {
    this.addAll(new Map([[key, value]]))
  }

  /** The same for many. */
  addAll(parcels: Parcels): void {
    for (const group of this.#groups) for (const key of parcels.keys()) group.delete(key)
    this.#groups = [...this.#groups.filter((group) => group.size > 0), ...grouped(parcels, GROUP_SIZE)]
  }

  /**
   * What to put next, each part as a message of its own; null when there is nothing, and all is settled. `prepare` gives
   * the value to be put, or null for what is not to be put at all.
   */
  next(prepare: (key: string, value: unknown) => { value: unknown } | null): Parcels[] | null {
    const parts: Parcels[] = []
    let length = 0
    for (let [group] = this.#groups; group && parts.length < WINDOW; [group] = this.#groups) {
      length += lengthOf(group)
      if (parts.length > 0 && length > WINDOW_LENGTH) break
      this.#groups.shift()
      const part = new Map<string, unknown>()
      for (const [key, value] of group) {
        const prepared = prepare(key, value)
        if (prepared) part.set(key, prepared.value)
      }
      if (part.size > 0) parts.push(part)
    }
    this.#phase = parts.length > 0 ? 'putting' : 'settled'
    return parts.length > 0 ? parts : null
  }

  #queued(key: string): Map<string, unknown> | undefined {
    return this.#groups.findLast((group) => group.has(key))
  }
}

function grouped(parcels: Parcels, size: number): Map<string, unknown>[] {
  const groups: Map<string, unknown>[] = []
  let length = 0
  for (const [key, value] of parcels) {
    const own = lengthOf([[key, value]])
    const last = groups.at(-1)
    if (last && last.size < size && length + own <= WINDOW_LENGTH) last.set(key, value)
    else {
      groups.push(new Map([[key, value]]))
      length = 0
    }
    length += own
  }
  return groups
}

function lengthOf(entries: Iterable<readonly [string, unknown]>): number {
  let length = 0
  for (const [key, value] of entries) length += key.length + JSON.stringify(value).length
  return length
}
