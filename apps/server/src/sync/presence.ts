/**
 * Who is here: one entry a connection, of what it last said about itself, with the person written in from the session.
 * y-websocket clients send everybody's entries back, so all but the sender's own are passed over unread. The clocks are
 * ours: a page that comes back would take no entry with a clock it has seen, and show an empty room.
 *
 * A page must never hear of itself: it would go on with our clock, and whatever it says after its next return would look
 * like an echo. Nobody knows which entry is its own before it has shown itself, so until then it is told of none of its
 * person's: not of the old connection of a page that is back before that is found dead, and not of other tabs.
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
  readonly client: number
  /** The id of the person, also when they are gone. */
  readonly person: string
  /** Null once they are gone: that is told to all, and then forgotten. */
  readonly holder: H | null
  readonly json: Uint8Array
}

/** Our clocks are times in milliseconds; those of pages count from 0, and do not get here in a lifetime. */
const FIRST_CLOCK = 1e11

/** Even one who sends everybody's back has a tenth of them, and to pass over the 350 000 of 1 MiB takes 10 ms. */
const MAX_ENTRIES = 10_000

const nobody = new TextEncoder().encode('null')

export class Presence<H extends Attendant> {
  readonly #entries = new Map<number, Entry<H>>()
  readonly #clientOf = new Map<H, number>()
  /** By client, in the order of the changes. */
  readonly #changed = new Map<number, Entry<H>>()
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

  /** Takes in what a connection says. `bind` tells whether a client id is this person's, from now on. */
  receive(holder: H, update: Uint8Array, bind: (client: number) => boolean): void {
    const reader = new Reader(update)
    let own = this.#clientOf.get(holder)
    let last: Uint8Array | null = null
    const count = reader.count(3)
    if (count > MAX_ENTRIES) throw new Malformed(`${count} entries of presence`)
    for (let left = count; left > 0; left--) {
      const client = reader.uint()
      const clock = reader.uint()
      const json = reader.bytes()
      // The first entry that a connection shows, and that can be its own, is what it goes by from then on. With one of
      // our clocks it is an echo, maybe of another tab of the same person.
      if (own === undefined && clock < FIRST_CLOCK && !isNobody(json) && bind(client)) {
        own = client
        this.#showsItself(holder, client)
      }
      // Its own come in order, so the last one is the newest, whatever its clock; only that is read.
      if (own === client) last = json
    }
    if (reader.remaining > 0) throw new Malformed(`${reader.remaining} bytes after the end`)
    if (own !== undefined && last) this.#take(holder, own, last)
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

  /**
   * What to send to each of these, in one frame or several; nothing for those who have nothing to be told. It is what
   * holds at the call, and made as it is asked for: the caller may pause between two frames, and also flush again then,
   * for whatever came later has higher clocks.
   */
  flush(holders: Iterable<H>): Generator<[holder: H, frame: Uint8Array]> {
    const clock = this.#tick()
    const isRenewal = this.#isRenewal
    const all = isRenewal || this.#newcomers.size > 0 ? new Batch([...this.#entries.values()], clock) : null
    const changed = isRenewal && all ? all : new Batch([...this.#changed.values()], clock)
    const receivers = Array.from(holders, (holder) => ({
      holder,
      own: this.#clientOf.get(holder),
      batch: all && this.#newcomers.has(holder) ? all : changed,
    }))
    for (const { client, holder } of this.#changed.values()) if (!holder) this.#entries.delete(client)
    this.#changed.clear()
    this.#newcomers.clear()
    this.#isRenewal = false
    return framesFor(receivers, isRenewal)
  }

  #showsItself(holder: H, client: number): void {
    this.#clientOf.set(holder, client)
    for (const entry of this.#entries.values())
      if (entry.person === holder.person.id && entry.client !== client) {
        // Now it may hear of its person's other tabs, that were kept from it.
        this.#newcomers.add(holder)
        return
      }
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
    const said = new TextEncoder().encode(JSON.stringify(parsed.success ? parsed.data : { user }))
    this.#set({ client, person: id, holder, json: said })
  }

  #goodbye(holder: H, client: number): void {
    // The same page may be back already, on another socket.
    if (this.#entries.get(client)?.holder !== holder) return
    this.#set({ client, person: holder.person.id, holder: null, json: nobody })
  }

  #set(entry: Entry<H>): void {
    this.#entries.set(entry.client, entry)
    this.#changed.delete(entry.client)
    this.#changed.set(entry.client, entry)
  }

  /**
   * One for all that is told at a time. Grows also over restarts, for the pages that stay open over them: with one for
   * each entry it would run ahead of the time.
   */
  #tick(): number {
    this.#clock = Math.max(this.#clock + 1, this.#now())
    return this.#clock
  }
}

function* framesFor<H extends Attendant>(
  receivers: Iterable<{ holder: H; own: number | undefined; batch: Batch }>,
  isRenewal: boolean,
): Generator<[H, Uint8Array]> {
  for (const { holder, own, batch } of receivers) {
    let isTold = false
    for (const frame of batch.framesWithout(own === undefined ? batch.clientsOf(holder.person.id) : [own])) {
      isTold = true
      yield [holder, frame]
    }
    // A page that hears nothing for 30 seconds takes its connection for dead, so a renewal may well be empty.
    if (!isTold && isRenewal) yield [holder, encodeFrame([])]
  }
}

/** Entries in a frame of their own: few enough to make it anew for each of them, and many enough to make few frames. */
const GROUP = 64

/**
 * Entries encoded in groups, once each when first asked for. A group is the same frame for all who are not in it, and
 * made anew only for those who are, without them: else what everybody is told would be encoded once for each of them.
 */
class Batch {
  readonly #groups: Group[] = []
  readonly #groupOf = new Map<number, Group>()
  readonly #clientsOf = new Map<string, number[]>()

  constructor(entries: readonly Entry<Attendant>[], clock: number) {
    for (let i = 0; i < entries.length; i += GROUP) {
      const members = entries.slice(i, i + GROUP)
      const group = new Group(members, clock)
      this.#groups.push(group)
      for (const { client, person } of members) {
        this.#groupOf.set(client, group)
        const clients = this.#clientsOf.get(person)
        if (clients) clients.push(client)
        else this.#clientsOf.set(person, [client])
      }
    }
  }

  clientsOf(person: string): readonly number[] {
    return this.#clientsOf.get(person) ?? []
  }

  *framesWithout(clients: readonly number[]): Generator<Uint8Array> {
    const torn = new Set(clients.map((client) => this.#groupOf.get(client)))
    for (const group of this.#groups) {
      const frame = torn.has(group) ? group.frameWithout(new Set(clients)) : group.frame
      if (frame) yield frame
    }
  }
}

class Group {
  readonly #entries: readonly Entry<Attendant>[]
  readonly #clock: number
  #encoded: Uint8Array[] | null = null
  #frame: Uint8Array | null = null

  constructor(entries: readonly Entry<Attendant>[], clock: number) {
    this.#entries = entries
    this.#clock = clock
  }

  get frame(): Uint8Array {
    this.#frame ??= encodeFrame(this.#encode())
    return this.#frame
  }

  /** Null when nobody is left. */
  frameWithout(clients: ReadonlySet<number>): Uint8Array | null {
    const encoded = this.#encode()
    const rest = encoded.filter((_, i) => {
      const entry = this.#entries[i]
      return entry && !clients.has(entry.client)
    })
    return rest.length > 0 ? encodeFrame(rest) : null
  }

  #encode(): Uint8Array[] {
    this.#encoded ??= this.#entries.map(({ client, json }) =>
      encoding.encode((encoder) => {
        encoding.writeVarUint(encoder, client)
        encoding.writeVarUint(encoder, this.#clock)
        encoding.writeVarUint8Array(encoder, json)
      }),
    )
    return this.#encoded
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
  return json.length === nobody.length && Buffer.compare(json, nobody) === 0
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
