/** What is measured of each server; each scenario begins with a server of its own on empty data. */
import { setTimeout as sleep } from 'node:timers/promises'
import { attacks, bringAttacker } from './attacker.ts'
import { watchBystanders } from './bystanders.ts'
import { Client } from './client.ts'
import { Crowd, type Load, type Pace } from './crowd.ts'
import { Histogram } from './histogram.ts'
import { type Needs, type Server, type ServerName, serverNames, startServer } from './servers.ts'

/** By what they are called in the table; a figure that does not apply is left out. */
export type Figures = Record<string, number | string>

export interface Scenario {
  title: string
  needs: Needs
  servers: readonly ServerName[]
  run(server: Server, length: Length): Promise<Figures>
}

/** Seconds of warming up, and of measuring. */
export interface Length {
  warm: number
  measure: number
  /** Marks in a large room. */
  marks: number
}

const everyServer = serverNames
/** Those that hold a document, where the relay has nothing to show. */
const withDocument = serverNames.filter((name) => name !== 'relay')
const ours = ['attest'] as const

export const scenarios: Record<string, Scenario> = {
  ...forEach([10, 50, 200], (n) => ({ [`paced-${n}`]: paced(n) })),
  ...forEach([10, 50, 200], (n) => ({ [`saturated-${n}`]: saturated(n) })),
  'saved-200': {
    title: '200 clients, 200 marks a second, each asking when it is on disk',
    needs: { people: 200, rooms: 1 },
    servers: ours,
    run: (server, length) => underPace(server, { people: 200 }, { each: 1, asksSaved: true }, length),
  },
  presence: {
    title: '200 clients, each moving its cursor 5 times a second',
    needs: { people: 200, rooms: 1 },
    servers: everyServer,
    run: presence,
  },
  open: {
    title: 'Opening a room of 10 000 marks: the first after a restart (cold), then others (warm)',
    needs: { people: 40, rooms: 1 },
    servers: withDocument,
    run: open,
  },
  rooms: {
    title: '500 rooms of 2 clients, 500 marks a second in all',
    needs: { people: 1000, rooms: 500 },
    servers: everyServer,
    run: async (server, length) => {
      const from = performance.now()
      const crowd = await Crowd.gather(server, { people: 1000, rooms: 500 })
      const gathered = performance.now() - from
      const figures = await underPaceOf(server, crowd, { each: 0.5 }, length)
      crowd.close()
      return { 'all in, s': gathered / 1000, ...figures }
    },
  },
  slow: {
    title: '50 clients, 500 large marks a second; one of 51 stops reading',
    needs: { people: 51, rooms: 1 },
    servers: everyServer,
    run: slowReader,
  },
  kill: {
    title: 'kill -9 as soon as 20 clients have all seen 1 000 marks',
    needs: { people: 21, rooms: 1 },
    servers: withDocument,
    run: killed,
  },
  hostile: {
    title: '50 clients, 50 marks a second; an attacker sends a giant frame, then a crafted update',
    needs: { people: 52, rooms: 2 },
    servers: withDocument,
    run: hostile,
  },
}

function forEach(counts: readonly number[], make: (n: number) => Record<string, Scenario>): Record<string, Scenario> {
  return Object.assign({}, ...counts.map(make))
}

function paced(people: number): Scenario {
  return {
    title: `${people} clients, ${people} marks a second`,
    needs: { people, rooms: 1 },
    servers: everyServer,
    run: (server, length) => underPace(server, { people }, { each: 1 }, length),
  }
}

async function underPace(
  server: Server,
  seats: { people: number; rooms?: number },
  pace: Pace,
  length: Length,
): Promise<Figures> {
  const crowd = await Crowd.gather(server, seats)
  const figures = await underPaceOf(server, crowd, pace, length)
  crowd.close()
  return figures
}

async function underPaceOf(server: Server, crowd: Crowd, pace: Pace, { warm, measure }: Length): Promise<Figures> {
  await crowd.pace(crowd.clients, pace, warm)
  const meter = startMeter(server)
  const load = await crowd.pace(crowd.clients, pace, measure)
  const figures = { ...latencies(load), ...meter() }
  await crowd.rest()
  expectAllDelivered(crowd)
  return figures
}

function saturated(people: number): Scenario {
  return {
    title: `${people} clients, each sending its next mark when the last came back`,
    needs: { people, rooms: 1 },
    servers: everyServer,
    async run(server, { warm, measure }) {
      const crowd = await Crowd.gather(server, { people })
      await crowd.saturate(warm)
      const meter = startMeter(server)
      const load = await crowd.saturate(measure)
      const used = meter()
      await crowd.rest()
      expectAllDelivered(crowd)
      crowd.close()
      return {
        'deliveries/s': load.deliveries / load.seconds,
        'marks/s': load.marks / load.seconds,
        'round p50, ms': load.toSelf.percentile(50),
        ...used,
      }
    },
  }
}

async function presence(server: Server, { warm, measure }: Length): Promise<Figures> {
  const A_SECOND = 5
  const crowd = await Crowd.gather(server, { people: 200 })
  const { clients } = crowd
  async function move(seconds: number): Promise<void> {
    const from = performance.now()
    let moved = 0
    while (performance.now() - from < seconds * 1000) {
      const due = ((performance.now() - from) / 1000) * A_SECOND * clients.length
      for (; moved < due; moved++) clients[moved % clients.length]?.point(moved % 3000)
      await sleep(1)
    }
  }
  await move(warm)
  const before = bytesIn(clients)
  const meter = startMeter(server)
  await move(measure)
  const figures = { ...meter(), 'KB/s a client': (bytesIn(clients) - before) / clients.length / measure / 1000 }
  if (crowd.ended.length > 0) throw new Error(`${crowd.ended.length} were ended, with ${crowd.ended[0]?.code}`)
  crowd.close()
  return figures
}

function bytesIn(clients: readonly Client[]): number {
  return clients.reduce((sum, client) => sum + client.received, 0)
}

async function open(server: Server, { marks }: Length): Promise<Figures> {
  const writers = await Crowd.gather(server, { people: 20 })
  const from = performance.now()
  await writers.fill(marks)
  const filled = performance.now() - from
  await writers.rest()
  const figures: Figures = { 'marks/s filling': (marks / filled) * 1000 }
  if (server.keeps) {
    writers.close()
    // What is written behind the answer, as LevelDB does, gets its time; Hocuspocus stores two seconds later.
    await sleep(4000)
    await server.stop()
    const stopped = performance.now()
    await server.restart()
    figures['start, ms'] = performance.now() - stopped
    figures['cold, ms'] = await timeToOpen(server, 20, marks)
  }
  figures['warm, ms'] = await timeToOpenWarm(server, 21, marks)
  figures['RSS, MiB'] = server.usage().rss
  writers.close()
  return figures
}

/** Milliseconds until somebody who has nothing has so many marks. */
export async function timeToOpen(server: Server, person: number, marks: number): Promise<number> {
  const client = new Client(server.door(0, person), { index: person })
  const late = sleep(30_000, Number.NaN, { ref: false })
  const at = await Promise.race([client.hears(marks), late])
  client.close()
  if (Number.isNaN(at)) throw new Error(`${server.name} gave ${client.heardMarks} of ${marks} marks`)
  return at - client.startedAt
}

/** The median of some who come one after the other, the first of them as this person. */
export async function timeToOpenWarm(server: Server, person: number, marks: number): Promise<number> {
  const times: number[] = []
  for (let i = 0; i < 5; i++) times.push(await timeToOpen(server, person + i, marks))
  return medianOf(times)
}

async function slowReader(server: Server, { warm, measure }: Length): Promise<Figures> {
  const gloss = 'a large mark '.repeat(140)
  const pace = { each: 10, gloss }
  const crowd = await Crowd.gather(server, { people: 51 })
  const slow = crowd.clients[50] as Client
  const writers = crowd.clients.slice(0, 50)
  await crowd.pace(writers, pace, warm)
  const calm = await crowd.pace(writers, pace, measure)
  const before = server.usage().rss
  slow.socket.pause()
  const load = await crowd.pace(writers, pace, Math.max(12, measure))
  const after = server.usage().rss
  slow.socket.resume()
  await Promise.race([sleep(5000), ended(slow)])
  const others = crowd.ended.filter(({ client }) => client !== slow).length
  if (others > 0) throw new Error(`${others} of the others were ended`)
  const figures: Figures = {
    'p99 before, ms': calm.toPeer.percentile(99),
    'p99 meanwhile, ms': load.toPeer.percentile(99),
    'RSS grew, MiB': after - before,
    'the slow one': slow.endedWith === null ? 'is kept' : 'is cut off',
  }
  crowd.close()
  return figures
}

async function killed(server: Server): Promise<Figures> {
  const MARKS = 1000
  const crowd = await Crowd.gather(server, { people: 20 })
  await crowd.fill(MARKS, 5)
  while (crowd.delivered < MARKS * crowd.clients.length) await sleep(1)
  await server.crash()
  crowd.close()
  const from = performance.now()
  await server.restart()
  const client = new Client(server.door(0, 20), { index: 20 })
  // Two seconds after the first answer, what has not come is gone.
  const at = await Promise.race([client.hears(MARKS), client.isIn.then(() => sleep(2000, null))])
  const marks = client.heardMarks
  client.close()
  return { 'lost of 1 000': Math.max(0, MARKS - marks), ...(at && { 'restart to all of it, ms': at - from }) }
}

async function hostile(server: Server, { warm, measure }: Length): Promise<Figures> {
  const crowd = await Crowd.gather(server, { people: 50 })
  const pace = { each: 1 }
  await crowd.pace(crowd.clients, pace, warm)
  const probe = await startProbe(server)
  const calm = await crowd.pace(crowd.clients, pace, measure)
  const figures: Figures = {
    'calm p99, ms': calm.toPeer.percentile(99),
    'calm stall, ms': probe.longest(),
  }
  for (const attack of attacks) {
    const attacker = await bringAttacker(server.door(0, 50), attack)
    probe.longest()
    const running = crowd.pace(crowd.clients, pace, Math.max(4, measure))
    await sleep(500)
    attacker.attack()
    const load = await running
    const code = attacker.leave()
    figures[`${attack}: p99, ms`] = load.toPeer.percentile(99)
    figures[`${attack}: stall, ms`] = probe.longest()
    figures[`${attack}: sender`] = code === null ? 'stays' : `ended with ${code}`
    await crowd.rest()
  }
  if (crowd.ended.length > 0) figures['others cut off'] = crowd.ended.length
  probe.stop()
  crowd.close()
  return figures
}

/** A websocket ping every other millisecond from another room: how long the server's only thread was busy with one thing. */
async function startProbe(server: Server): Promise<{ longest(): number; stop(): void }> {
  let waits = new Histogram()
  let sentAt = 0
  const client = new Client(server.door(1, 51), {
    index: 51,
    listener: {
      onPong: (_, __, at) => {
        waits.add(at - sentAt)
        sentAt = 0
      },
    },
  })
  await client.isIn
  const timer = setInterval(() => {
    if (sentAt !== 0) return
    sentAt = performance.now()
    client.socket.ping(new Uint8Array())
  }, 2)
  return {
    longest() {
      // One that is still out counts as long as it has been so far.
      const longest = Math.max(waits.max, sentAt === 0 ? 0 : performance.now() - sentAt)
      waits = new Histogram()
      return longest
    },
    stop() {
      clearInterval(timer)
      client.close()
    },
  }
}

function ended(client: Client): Promise<void> {
  return new Promise((resolve) => {
    const timer = setInterval(() => {
      if (client.endedWith === null) return
      clearInterval(timer)
      resolve()
    }, 20)
    timer.unref()
  })
}

/** Every mark reached everybody in its room, once; the figures would mean nothing else. */
function expectAllDelivered(crowd: Crowd): void {
  if (crowd.ended.length > 0) throw new Error(`${crowd.ended.length} were ended, with ${crowd.ended[0]?.code}`)
  const { sent, expected } = crowd.counts()
  if (crowd.delivered !== expected)
    throw new Error(`${crowd.delivered} deliveries of ${sent} marks where ${expected} were to be`)
}

function latencies({ toPeer, saved }: Load): Figures {
  return {
    'p50, ms': toPeer.percentile(50),
    'p95, ms': toPeer.percentile(95),
    'p99, ms': toPeer.percentile(99),
    ...(saved.count > 0 && { 'saved p50, ms': saved.percentile(50), 'saved p95, ms': saved.percentile(95) }),
  }
}

/** Counts the processor time of the server, and ours: above 95 % it is the load that is slow. */
export function startMeter(server: Server): () => Figures {
  const from = performance.now()
  const before = server.usage().cpu
  const own = process.cpuUsage()
  return () => {
    const ms = performance.now() - from
    const { cpu, rss } = server.usage()
    const { user, system } = process.cpuUsage(own)
    return {
      'server CPU, %': ((cpu - before) / ms) * 1e5,
      'load CPU, %': (user + system) / ms / 10,
      'RSS, MiB': rss,
    }
  }
}

export function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? upper)) / 2
}

/** Among the figures of each run: how much of a core others used meanwhile. */
export const others = 'others CPU, %'

export async function runOn(name: ServerName, scenario: Scenario, length: Length): Promise<Figures> {
  const bystanders = watchBystanders()
  const server = await startServer(name, scenario.needs)
  let figures: Figures
  try {
    figures = await scenario.run(server, length)
  } finally {
    await server.close()
  }
  return { ...figures, [others]: bystanders() }
}
