/**
 * Whose each Yjs client id is in a room, for ever and over restarts, from the first time that it is shown or written
 * with. Whoever could write with another's id would make that person's marks, made off line and still unsent, vanish:
 * to everybody else they would be what is already known.
 */
import { limits } from '@attest/schema/protocol'
import type * as Y from 'yjs'
import { writerOf } from './gate.ts'

/** Whose the server's own client ids are: it is no id of a person, so nobody can write with them. */
const server = ''

export class Clients {
  readonly #owners: Map<number, string>
  /** Those that have written, which every state vector names. */
  readonly #writers = new Set<number>()
  readonly #countOfWriters = new Map<string, number>()
  readonly #countOfBound = new Map<string, number>()
  #fresh: { client: number; person: string }[] = []

  constructor(stored: ReadonlyMap<number, string>) {
    this.#owners = new Map(stored)
    for (const person of this.#owners.values()) increment(this.#countOfBound, person)
  }

  /** How many have written. */
  get writers(): number {
    return this.#writers.size
  }

  /** Whether some were bound that are not stored yet. */
  get hasFresh(): boolean {
    return this.#fresh.length > 0
  }

  ownerOf(client: number): string | null {
    return this.#owners.get(client) ?? null
  }

  /** Whether it is one of the server's own. */
  isServer(client: number): boolean {
    return this.#owners.get(client) === server
  }

  /** With how many this person has written. */
  writersOf(person: string): number {
    return this.#countOfWriters.get(person) ?? 0
  }

  /** Whether it is this person's, from now on if it was nobody's. */
  bind(client: number, person: string): boolean {
    const owner = this.#owners.get(client)
    if (owner !== undefined) return owner === person
    // Every page that is opened shows one. Whoever opens so many leaves no more traces on the disk.
    const isKept = (this.#countOfBound.get(person) ?? 0) < limits.clients
    this.#keep(client, person, isKept)
    return true
  }

  /** Before the document's own id is written with. */
  bindToServer(client: number): void {
    if (!this.#owners.has(client)) this.#keep(client, server, true)
  }

  /**
   * Takes note of the ids that are new in the document. They are this person's, or, when the document is of a time
   * before ids were stored, of whoever they have written as.
   */
  follow(doc: Y.Doc, person: string | null): void {
    const { clients } = doc.store
    if (clients.size === this.#writers.size) return
    for (const client of clients.keys()) {
      if (this.#writers.has(client)) continue
      this.#writers.add(client)
      const owner = this.#owners.get(client) ?? person ?? writerOf(doc, client) ?? server
      if (!this.#owners.has(client)) this.#keep(client, owner, person !== null)
      increment(this.#countOfWriters, owner)
    }
  }

  /** What was bound since the last time, to be stored. */
  take(): { client: number; person: string }[] {
    return this.#fresh.splice(0)
  }

  /** Goes on with another document, in which nobody has written yet; these bindings could not be stored. */
  startOver(unstored: readonly { client: number; person: string }[]): void {
    this.giveBack(unstored)
    this.#writers.clear()
    this.#countOfWriters.clear()
  }

  /** These bindings could not be stored: they are to be taken again. */
  giveBack(unstored: readonly { client: number; person: string }[]): void {
    this.#fresh.unshift(...unstored.map(({ client, person }) => ({ client, person })))
  }

  #keep(client: number, person: string, isKept: boolean): void {
    this.#owners.set(client, person)
    increment(this.#countOfBound, person)
    if (isKept) this.#fresh.push({ client, person })
  }
}

function increment(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1)
}
