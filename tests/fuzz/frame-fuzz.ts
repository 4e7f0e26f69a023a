/**
 * Bent frames, as a connection hears them. Each is read as a message or refused as malformed, and nothing else is
 * thrown; a state vector that was read can be answered; and whatever presence says, everybody is shown under their own
 * name, once, and in no more than the limit.
 */
import { limits, message, presenceSchema } from '@attest/schema/protocol'
import * as encoding from 'lib0/encoding'
import * as Y from 'yjs'
import { type Attendant, Presence } from '../../apps/server/src/sync/presence.ts'
import { Malformed, Reader } from '../../apps/server/src/sync/reader.ts'
import { readMessage } from '../../apps/server/src/sync/wire.ts'
import { type Chance, chanceOf } from '../support/seed.ts'
import { bendBytes } from './bend.ts'
import { copyOf, makeHarbour, now, people } from './harbour.ts'

const MOST_MS = 50
/** Presence is told after each so many. */
const TELL_EVERY = 5

/** How many frames were read as what, or refused. */
export function fuzzFrames(seed: number, frames: number): Record<string, number> {
  const chance = chanceOf(seed)
  const { start, honest } = makeHarbour(chance)
  const room = copyOf(start)
  const bases = [
    ...honest.slice(0, 8).map((sent) => frame(message.sync, sent.isAnswer ? 1 : 2, sent.update)),
    ...plain(room),
  ]
  const crowd = new Crowd()
  const tally: Record<string, number> = {}
  for (let i = 0; i < frames; i++) {
    const whole = chance.under(4) === 0 ? presence(chance) : chance.pick(bases)
    const bent = chance.under(4) === 0 ? whole : bendBytes(chance, whole, () => chance.pick(bases))
    try {
      const outcome = hear(bent, room, crowd, chance)
      tally[outcome] = (tally[outcome] ?? 0) + 1
      if (i % TELL_EVERY === 0) crowd.tell()
    } catch (cause) {
      const problem = cause instanceof Error ? cause.message : String(cause)
      throw new Error(`${problem}\nat frame ${i} of SEED=${seed}: ${Buffer.from(bent).toString('hex')}`, { cause })
    }
  }
  return tally
}

function frame(...parts: (number | Uint8Array)[]): Uint8Array {
  return encoding.encode((encoder) => {
    for (const part of parts)
      if (typeof part === 'number') encoding.writeVarUint(encoder, part)
      else encoding.writeVarUint8Array(encoder, part)
  })
}

function plain(room: Y.Doc): Uint8Array[] {
  const vector = Y.encodeStateVector(room)
  return [
    frame(message.sync, 0, vector),
    frame(message.queryAwareness),
    frame(message.saved, 7),
    frame(message.auth, 0),
  ]
}

/** Entries as pages send them: their own, and everybody else's. */
function presence({ under, pick }: Chance): Uint8Array {
  const states: unknown[] = [
    { user: { id: 'ada', name: 'Ada', color: 1 }, selection: [1, 5] },
    { user: { id: 'eve', name: '<b>', color: 99 }, selection: [5, -1], admin: true },
    { selection: null },
    null,
    5,
    { note: 'x'.repeat(under(2 * limits.presenceBytes)) },
    { __proto__: { user: 1 }, constructor: 'x' },
  ]
  const count = 1 + under(3)
  const entries = Array.from({ length: count }, () => [
    1 + under(6),
    under(100),
    Buffer.from(JSON.stringify(pick(states))),
  ]).flat()
  return frame(message.awareness, frame(count, ...entries))
}

function hear(bytes: Uint8Array, room: Y.Doc, crowd: Crowd, chance: Chance): string {
  const begin = performance.now()
  try {
    const read = readMessage(bytes)
    if (read.type === 'ask') Y.encodeStateAsUpdate(room, read.vector)
    if (read.type === 'presence') crowd.hear(read.update, chance)
    return read.type
  } catch (error) {
    if (!(error instanceof Malformed)) throw error
    return 'malformed'
  } finally {
    const ms = performance.now() - begin
    if (ms > MOST_MS && again(bytes, room) > MOST_MS) crowd.fail(`it took ${ms} ms`)
  }
}

/** Only what changes nothing is done again. */
function again(bytes: Uint8Array, room: Y.Doc): number {
  const times = [1, 2, 3].map(() => {
    const begin = performance.now()
    const read = readMessage(bytes)
    if (read.type === 'ask') Y.encodeStateAsUpdate(room, read.vector)
    return performance.now() - begin
  })
  return Math.min(...times)
}

/** Everybody in the room, on a connection each. Whoever says what cannot be read is sent away, and comes back. */
class Crowd {
  readonly #presence = new Presence<Attendant>(() => now)
  readonly #owners = new Map<number, string>()
  #attendants: Attendant[] = people.map(personOf)

  hear(update: Uint8Array, { pick }: Chance): void {
    const attendant = pick(this.#attendants)
    const claim = (client: number) => {
      const owner = this.#owners.get(client) ?? attendant.person.id
      this.#owners.set(client, owner)
      return owner === attendant.person.id
    }
    try {
      this.#presence.receive(attendant, update, claim)
    } catch (error) {
      this.#presence.leave(attendant)
      const back = personOf(attendant.person.id)
      this.#attendants = this.#attendants.map((one) => (one === attendant ? back : one))
      this.#presence.welcome(back)
      throw error
    }
  }

  tell(): void {
    for (const [attendant, bytes] of this.#presence.flush(this.#attendants)) {
      const told = readMessage(bytes)
      if (told.type !== 'presence') this.fail(`${attendant.person.id} is told a ${told.type}`)
      else this.#check(told.update, attendant)
    }
  }

  #check(update: Uint8Array, { person }: Attendant): void {
    const reader = new Reader(update)
    const clients = new Set<number>()
    const shown = new Map<string, number>()
    for (let left = reader.uint(); left > 0; left--) {
      const client = reader.uint()
      reader.uint()
      const json = reader.string()
      if (clients.has(client)) this.fail(`${person.id} is told of client ${client} twice`)
      clients.add(client)
      if (json.length > 2 * limits.presenceBytes) this.fail(`${person.id} is sent ${json.length} characters`)
      if (json === 'null') continue
      const { user } = presenceSchema.strict().parse(JSON.parse(json))
      if (this.#owners.get(client) !== user.id) this.fail(`client ${client} is shown as ${user.id}`)
      if (user.name !== `The real ${user.id}`) this.fail(`${user.id} is shown as ${user.name}`)
      shown.set(user.id, (shown.get(user.id) ?? 0) + 1)
    }
    for (const [id, times] of shown) if (times > 1) this.fail(`${id} is shown ${times} times, on one connection`)
    if (shown.has(person.id)) this.fail(`${person.id} is told of themselves`)
  }

  fail(problem: string): never {
    throw new Error(problem)
  }
}

function personOf(id: string): Attendant {
  return { person: { id, name: `The real ${id}`, color: id.length } }
}
