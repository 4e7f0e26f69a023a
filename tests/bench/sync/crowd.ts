/** Many clients of one server: brings them in, lets them mark at a pace or as fast as it goes, and takes the time. */
import { setTimeout as sleep } from 'node:timers/promises'
import { makeRandom } from '../../support/seed.ts'
import { Client, type Listener } from './client.ts'
import { Histogram } from './histogram.ts'
import type { Server } from './servers.ts'

/** How many of a client's marks may be under way and still be recognised. */
const RING = 4096

const CONNECTING = 50

export interface Seats {
  /** How many clients; each is another person. */
  people: number
  /** Clients are spread evenly over so many rooms. */
  rooms?: number
  /** The first person's number, for a crowd beside another one. */
  from?: number
}

/** What a load came to; times in milliseconds. */
export interface Load {
  seconds: number
  marks: number
  deliveries: number
  /** From the sender to somebody else. */
  toPeer: Histogram
  /** From the sender back to the sender. */
  toSelf: Histogram
  /** From the sender to the word that it is on disk; empty where nobody asked. */
  saved: Histogram
}

export interface Pace {
  /** Marks a second of each client. */
  each: number
  gloss?: string
  /** Whether they ask, after each mark, to be told when it is on disk. */
  asksSaved?: boolean
}

export class Crowd implements Listener {
  readonly clients: Client[] = []
  /** Those that were ended, by whom and with what. */
  readonly ended: { client: Client; code: number }[] = []
  readonly #rooms: number
  #load: Load = emptyLoad()
  #sentAt: Float64Array
  #askedAt: Float64Array
  /** What to do when so many of a client's own marks have come back. */
  #onOwn: (client: Client, count: number) => void = ignore
  #onEnd: (code: number) => void = ignore
  #isClosing = false
  /** Marks that arrived, over all clients, since the beginning. */
  delivered = 0

  private constructor(people: number, rooms: number) {
    this.#rooms = rooms
    this.#sentAt = new Float64Array(people * RING)
    this.#askedAt = new Float64Array(people * RING)
  }

  static async gather(server: Server, { people, rooms = 1, from = 0 }: Seats): Promise<Crowd> {
    const crowd = new Crowd(people, rooms)
    for (let i = 0; i < people; i += CONNECTING) {
      const some = Array.from({ length: Math.min(CONNECTING, people - i) }, (_, j) => i + j)
      for (const index of some)
        crowd.clients.push(
          new Client(server.door(Math.floor((index * rooms) / people), from + index), { index, listener: crowd }),
        )
      await Promise.all(some.map((index) => crowd.clients[index]?.isIn))
    }
    return crowd
  }

  onMarks(client: Client, marks: readonly number[], at: number): void {
    const load = this.#load
    const { index } = client.author
    this.delivered += marks.length / 2
    load.deliveries += marks.length / 2
    let own = 0
    for (let i = 0; i < marks.length; i += 2) {
      const sender = marks[i] as number
      const ms = at - (this.#sentAt[sender * RING + ((marks[i + 1] as number) % RING)] as number)
      if (sender === index) {
        own++
        load.toSelf.add(ms)
      } else load.toPeer.add(ms)
    }
    if (own > 0) this.#onOwn(client, own)
  }

  onSaved(client: Client, number: number, at: number): void {
    this.#load.saved.add(at - (this.#askedAt[client.author.index * RING + (number % RING)] as number))
  }

  onEnd(client: Client, code: number): void {
    if (this.#isClosing) return
    this.ended.push({ client, code })
    this.#onEnd(code)
  }

  mark(client: Client, { gloss, asksSaved }: Omit<Pace, 'each'> = {}): void {
    const slot = client.author.index * RING + (client.sent % RING)
    this.#sentAt[slot] = performance.now()
    this.#load.marks++
    const number = client.mark(gloss === undefined ? {} : { gloss })
    if (!asksSaved) return
    this.#askedAt[slot] = performance.now()
    client.askSaved(number)
  }

  /** Marks come by chance, as people make them: the same chances for every server. */
  async pace(writers: readonly Client[], pace: Pace, seconds: number): Promise<Load> {
    const load = this.#begin()
    const random = makeRandom(1)
    const perMs = (pace.each * writers.length) / 1000
    const from = performance.now()
    let due = 0
    await new Promise<void>((resolve) => {
      const timer = setInterval(() => {
        const passed = performance.now() - from
        for (; due <= passed; due += -Math.log(1 - random()) / perMs) {
          const client = writers[Math.floor(random() * writers.length)]
          if (client && client.endedWith === null) this.mark(client, pace)
        }
        if (passed < seconds * 1000) return
        clearInterval(timer)
        resolve()
      }, 1)
    })
    return this.#end(load, from)
  }

  /** Each sends its next mark when the last has come back; they go on until `rest`. */
  async saturate(seconds: number): Promise<Load> {
    const load = this.#begin()
    const from = performance.now()
    if (this.#onOwn === ignore) {
      this.#onOwn = (client) => this.mark(client)
      for (const client of this.clients) this.mark(client)
    }
    await sleep(seconds * 1000)
    return this.#end(load, from)
  }

  /** Lets what is under way arrive. */
  async rest(): Promise<void> {
    this.#onOwn = ignore
    let before = -1
    while (before !== this.delivered) {
      before = this.delivered
      await sleep(300)
    }
  }

  /** Puts so many marks as fast as they are taken, with no more than some of each client under way. */
  fill(count: number, atOnce = 20): Promise<void> {
    return this.#pour(count, atOnce, (client) => this.mark(client))
  }

  /** Changes marks that `fill` put, each so many times: a client's own, one after the other. */
  change(marks: number, times: number): Promise<void> {
    const last = this.clients.map((client) => Array.from({ length: client.sent }, (_, i) => i))
    const turn = this.clients.map(() => 0)
    // Never one that is still under way: of two changes in one commit the first is only a tombstone to the others.
    const atOnce = Math.max(1, Math.min(20, ...last.map((own) => own.length >> 1)))
    return this.#pour(marks * times, atOnce, (client) => {
      const { index } = client.author
      const own = last[index] as number[]
      const first = (turn[index] as number) % own.length
      turn[index] = (turn[index] as number) + 1
      own[first] = client.mark({ replaces: { first, last: own[first] as number } })
    })
  }

  async #pour(count: number, atOnce: number, act: (client: Client) => void): Promise<void> {
    const left = this.clients.map((_, i) => Math.floor((count + i) / this.clients.length))
    let missing = count
    await new Promise<void>((resolve, reject) => {
      const send = (client: Client, most: number) => {
        const { index } = client.author
        for (let i = 0; i < most && (left[index] ?? 0) > 0; i++) {
          left[index] = (left[index] ?? 0) - 1
          act(client)
        }
      }
      this.#onOwn = (client, own) => {
        missing -= own
        if (missing === 0) resolve()
        send(client, own)
      }
      this.#onEnd = (code) => reject(new Error(`somebody was ended with ${code} while filling`))
      for (const client of this.clients) send(client, atOnce)
    })
    this.#onOwn = ignore
    this.#onEnd = ignore
  }

  /** How many marks were sent, and to how many in the same room each should have come. */
  counts(): { sent: number; expected: number } {
    const inRoom = this.clients.length / this.#rooms
    const sent = this.clients.reduce((sum, client) => sum + client.sent, 0)
    return { sent, expected: sent * inRoom }
  }

  close(): void {
    this.#isClosing = true
    this.#onOwn = ignore
    for (const client of this.clients) client.close()
  }

  #begin(): Load {
    this.#load = emptyLoad()
    return this.#load
  }

  #end(load: Load, from: number): Load {
    load.seconds = (performance.now() - from) / 1000
    this.#load = emptyLoad()
    return load
  }
}

function ignore(): void {}

function emptyLoad(): Load {
  return {
    seconds: 0,
    marks: 0,
    deliveries: 0,
    toPeer: new Histogram(),
    toSelf: new Histogram(),
    saved: new Histogram(),
  }
}
