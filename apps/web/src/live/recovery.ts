/**
 * What happens to one's own records when the server will not go on with a document: they are put again in a fresh one,
 * in groups. A group that is refused is halved until the record is alone that the server does not want; that one is
 * refused for good, the others are saved. While this goes on, what the person does joins the queue and is shown, but
 * does not touch the document: before its first sync it is empty, and a change in it would fight what the server has.
 */
import type { Parcels } from './local-copy.ts'

/** So much goes into one group, in UTF-16 code units of its JSON: well under the frame that the server takes. */
const GROUP_LENGTH = 200_000
const GROUP_SIZE = 500

type Phase =
  | { name: 'settled' }
  /** A fresh document has not synced yet. */
  | { name: 'awaiting-sync' }
  /** This group is in the document and not confirmed: the one that a refusal is about. */
  | { name: 'putting'; group: Parcels }

export class Recovery {
  #phase: Phase = { name: 'settled' }
  #groups: Map<string, unknown>[] = []

  get isSettled(): boolean {
    return this.#phase.name === 'settled'
  }

  get isAwaitingSync(): boolean {
    return this.#phase.name === 'awaiting-sync'
  }

  /** How many records wait for their turn; those of the group under way are in the document. */
  get size(): number {
    return new Set(this.#groups.flatMap((group) => [...group.keys()])).size
  }

  /** The values that are not in the document as they should be, the newest of each key. */
  parcels(): Map<string, unknown> {
    return new Map(this.#groups.flatMap((group) => [...group]))
  }

  /** What should be shown under a key, where that is not what the document has. */
  find(key: string): { value: unknown } | null {
    const group = this.#groups.findLast((one) => one.has(key))
    if (group) return { value: group.get(key) }
    return this.#phase.name === 'putting' && this.#phase.group.has(key) ? { value: this.#phase.group.get(key) } : null
  }

  /** A document was given up with this unconfirmed in it. Returns the key of the record that was refused all by itself. */
  begin(waiting: Parcels): string | null {
    const underWay = this.#phase.name === 'putting' ? this.#phase.group : null
    this.#phase = { name: 'awaiting-sync' }
    const others = [...waiting].filter(([key]) => !underWay?.has(key) && this.find(key) === null)
    this.#groups.push(...grouped(others))
    if (!underWay) return null
    const [first] = underWay.keys()
    if (underWay.size === 1 && first !== undefined) return first
    const entries = [...underWay]
    const half = entries.length >> 1
    this.#groups.unshift(new Map(entries.slice(0, half)), new Map(entries.slice(half)))
    return null
  }

  /** Something the person did meanwhile: it takes the place of what was to be put under its key. */
  add(key: string, value: unknown): void {
    for (const group of this.#groups) group.delete(key)
    this.#groups = [...this.#groups.filter((group) => group.size > 0), new Map([[key, value]])]
  }

  /** Gives up on what was to be put under a key. */
  drop(key: string): void {
    for (const group of this.#groups) group.delete(key)
    this.#groups = this.#groups.filter((group) => group.size > 0)
  }

  /** The next group to put, without what is not wanted in it; null when there is none and all is settled. */
  next(isWanted: (key: string, value: unknown) => boolean): Parcels | null {
    for (let group = this.#groups.shift(); group; group = this.#groups.shift()) {
      // Until a group is under way it is nowhere: asking whether it is wanted may show what is left without it.
      this.#phase = { name: 'settled' }
      const wanted = new Map([...group].filter(([key, value]) => isWanted(key, value)))
      if (wanted.size === 0) continue
      this.#phase = { name: 'putting', group: wanted }
      return wanted
    }
    this.#phase = { name: 'settled' }
    return null
  }
}

function grouped(entries: readonly (readonly [string, unknown])[]): Map<string, unknown>[] {
  const groups: Map<string, unknown>[] = []
  let length = 0
  for (const [key, value] of entries) {
    const own = key.length + JSON.stringify(value).length
    const last = groups.at(-1)
    if (last && last.size < GROUP_SIZE && length + own <= GROUP_LENGTH) last.set(key, value)
    else {
      groups.push(new Map([[key, value]]))
      length = 0
    }
    length += own
  }
  return groups
}
