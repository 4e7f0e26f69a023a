/**
 * Who is here: one entry a connection, of what it last said about itself, with the person written in from the session.
 * y-websocket clients send everybody's entries back, so all but the sender's own are passed over unread. The clocks are
 * ours: a page that comes back would take no entry with a clock it has seen, and show an empty room.
 */
import type { Person } from '@attest/schema/api'
import { limits, message, presenceSchema } from '@attest/schema/protocol'
import * as encoding from 'lib0/encoding'
import { Malformed, Reader } from './reader.ts'

/** Whoever can be present: in a room, a connection. */
export interface Attendant {
  readonly person: Person
}

interface Entry<H> {
  client: number
  clock: number
  /** Null once they are gone: that is told to all, and then forgotten. */
  holder: H | null
  json: Uint8Array
}

/** Our clocks are times in milliseconds; those of pages count from 0, and do not get here in a lifetime. */
const FIRST_CLOCK = 1e11

const nobody = new TextEncoder().encode('null')

export class Presence<H extends Attendant> {
  readonly #entries = new Map<number, Entry<H>>()
  readonly #clientOf = new Map<H, number>()
  readonly #changed = new Set<Entry<H>>()
  readonly #newcomers = new Set<H>()
  readonly #now: () => number
  #clock = FIRST_CLOCK
  #isRenewal = false

  constructor(now: () => number) {
    this.#now = now
  }

  /** Whether this one has shown itself before. */
  knows(holder: H): boolean {
    return this.#clientOf.has(holder)
  }

  /** Whether there is anything to tell. */
  get isChanged(): boolean {
    return this.#changed.size > 0 || this.#newcomers.size > 0 || this.#isRenewal
  }

  /** Tells this one of all the others at the next flush. */
  welcome(holder: H): void {
    this.#newcomers.add(holder)
  }

  /** Takes in what a connection says. `claim` tells whether a client id is this person's, from now on. */
  receive(holder: H, update: Uint8Array, claim: (client: number) => boolean): void {
    const reader = new Reader(update)
    for (let left = reader.count(3); left > 0; left--) {
      const client = reader.uint()
      const clock = reader.uint()
      const json = reader.bytes()
      // A connection's own entries come in order, so the last one is the newest, whatever its clock.
      const isOwn = this.#clientOf.get(holder) === client
      if (isOwn || this.#claims(holder, { client, clock, json }, claim)) this.#take(holder, client, json)
    }
    if (reader.remaining > 0) throw new Malformed(`${reader.remaining} bytes after the end`)
  }

  leave(holder: H): void {
    const client = this.#clientOf.get(holder)
    this.#clientOf.delete(holder)
    this.#newcomers.delete(holder)
    if (client !== undefined) this.#goodbye(holder, client)
  }

  /** Says everything once more, to keep alive what pages would forget after 30 seconds. */
  renew(): void {
    this.#isRenewal = true
  }

  /** What to send to each of these; nothing for those who have nothing to be told. */
  flush(holders: Iterable<H>): Map<H, Uint8Array> {
    const isFull = this.#isRenewal || this.#newcomers.size > 0
    if (isFull) for (const entry of this.#entries.values()) entry.clock = this.#tick()
    const all = isFull ? new Batch(this.#entries.values()) : null
    const changed = this.#isRenewal && all ? all : new Batch(this.#changed)
    const frames = new Map<H, Uint8Array>()
    for (const holder of holders) {
      const batch = all && this.#newcomers.has(holder) ? all : changed
      const frame = batch.frameFor(this.#clientOf.get(holder))
      // A page that hears nothing for 30 seconds takes its connection for dead, so a renewal may well be empty.
      if (frame.count > 0 || this.#isRenewal) frames.set(holder, frame.bytes)
    }
    for (const { client, holder } of this.#changed) if (!holder) this.#entries.delete(client)
    this.#changed.clear()
    this.#newcomers.clear()
    this.#isRenewal = false
    return frames
  }

  /** The first entry that a connection shows, and that can be its own, is what it goes by from then on. */
  #claims(
    holder: H,
    { client, clock, json }: { client: number; clock: number; json: Uint8Array },
    claim: (client: number) => boolean,
  ): boolean {
    // With one of our clocks it is an echo, maybe of another tab of the same person.
    if (this.#clientOf.has(holder) || clock >= FIRST_CLOCK || isNobody(json) || !claim(client)) return false
    this.#clientOf.set(holder, client)
    return true
  }

  #take(holder: H, client: number, json: Uint8Array): void {
    if (json.length > limits.presenceBytes) throw new Malformed(`a presence of ${json.length} bytes`)
    if (isNobody(json)) {
      this.#goodbye(holder, client)
      return
    }
    const { id, name, color } = holder.person
    const user = { id, name, color }
    const parsed = presenceSchema.safeParse({ ...parseObject(json), user })
    // Somebody is here even if what they point at cannot be shown.
    this.#set(client, holder, new TextEncoder().encode(JSON.stringify(parsed.success ? parsed.data : { user })))
  }

  #goodbye(holder: H, client: number): void {
    // The same page may be back already, on another socket.
    if (this.#entries.get(client)?.holder === holder) this.#set(client, null, nobody)
  }

  #set(client: number, holder: H | null, json: Uint8Array): void {
    const entry: Entry<H> = { client, clock: this.#tick(), holder, json }
    const before = this.#entries.get(client)
    if (before) this.#changed.delete(before)
    this.#entries.set(client, entry)
    this.#changed.add(entry)
  }

  /** Grows also over restarts, for the pages that stay open over them. */
  #tick(): number {
    this.#clock = Math.max(this.#clock + 1, this.#now())
    return this.#clock
  }
}

/** Entries encoded once, for frames that each leave out their receiver's own: its own clock is not ours. */
class Batch {
  readonly #encoded = new Map<number, Uint8Array>()
  readonly #whole: Uint8Array

  constructor(entries: Iterable<Entry<unknown>>) {
    for (const { client, clock, json } of entries)
      this.#encoded.set(
        client,
        encoding.encode((encoder) => {
          encoding.writeVarUint(encoder, client)
          encoding.writeVarUint(encoder, clock)
          encoding.writeVarUint8Array(encoder, json)
        }),
      )
    this.#whole = encodeFrame([...this.#encoded.values()])
  }

  frameFor(own: number | undefined): { bytes: Uint8Array; count: number } {
    if (own === undefined || !this.#encoded.has(own)) return { bytes: this.#whole, count: this.#encoded.size }
    const others = [...this.#encoded].filter(([client]) => client !== own).map(([, bytes]) => bytes)
    return { bytes: encodeFrame(others), count: others.length }
  }
}

function encodeFrame(entries: readonly Uint8Array[]): Uint8Array {
  const update = encoding.encode((encoder) => {
    encoding.writeVarUint(encoder, entries.length)
    for (const entry of entries) encoding.writeUint8Array(encoder, entry)
  })
  return encoding.encode((encoder) => {
    encoding.writeVarUint(encoder, message.awareness)
    encoding.writeVarUint8Array(encoder, update)
  })
}

function isNobody(json: Uint8Array): boolean {
  return Buffer.compare(json, nobody) === 0
}

function parseObject(json: Uint8Array): object {
  let value: unknown
  try {
    value = JSON.parse(Buffer.from(json.buffer, json.byteOffset, json.byteLength).toString('utf8'))
  } catch (cause) {
    throw new Malformed('a presence that is not JSON', { cause })
  }
  if (typeof value !== 'object' || value === null) throw new Malformed('a presence that is not an object')
  return value
}
