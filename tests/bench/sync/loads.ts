/** The loads that our server has to bear (each with what is aimed for), measured on it alone. */
import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from './client.ts'
import { Crowd } from './crowd.ts'
import { Histogram } from './histogram.ts'
import { type Figures, startMeter, timeToOpen, timeToOpenWarm } from './scenarios.ts'
import type { Needs, Server } from './servers.ts'

export interface Scale {
  /** Seconds of measuring. */
  seconds: number
  /** A hundredth of the large numbers, to see that it works. */
  isQuick: boolean
}

export interface Aim {
  figure: string
  atMost: number
}

export interface LoadCase {
  title: string
  needs: Needs
  aims: Aim[]
  run(server: Server, scale: Scale): Promise<Figures>
}

/** So many that none of them sends more than a page may. */
const WRITERS = 100

const visible = { figure: 'p95, ms', atMost: 200 }
const saved = { figure: 'saved p95, ms', atMost: 250 }

export const loads: Record<string, LoadCase> = {
  'editors-50': editors(50),
  'editors-100': editors(100),
  readers: {
    title: '500 readers who move about, and 10 who mark every 2 seconds, in one room',
    needs: { people: 510, rooms: 1 },
    aims: [visible, saved],
    run: readers,
  },
  rooms: {
    title: '1 000 rooms, 2 000 connections, a mark every 10 seconds from each',
    needs: { people: 2000, rooms: 1000 },
    aims: [{ figure: 'peak RSS, MiB', atMost: 1536 }, visible],
    run: rooms,
  },
  marks: {
    title: 'A room of 50 000 marks',
    needs: { people: WRITERS + 10, rooms: 1 },
    aims: [],
    run: (server, { isQuick }) => openLarge(server, isQuick ? 500 : 50_000, 1),
  },
  history: {
    title: 'A room of 10 000 marks with a history of a million updates',
    needs: { people: WRITERS + 10, rooms: 1 },
    aims: [{ figure: 'cold, ms', atMost: 3000 }],
    run: (server, { isQuick }) => openLarge(server, isQuick ? 1000 : 10_000, isQuick ? 10 : 100),
  },
  storm: {
    title: '1 000 clients in 20 rooms come back after a kill -9',
    needs: { people: 1000, rooms: 20 },
    aims: [
      { figure: 'all in, s', atMost: 30 },
      { figure: 'in p99, s', atMost: 10 },
    ],
    run: storm,
  },
}

function editors(people: number): LoadCase {
  return {
    title: `${people} people in one room, each a mark every 2 seconds`,
    needs: { people, rooms: 1 },
    aims: [visible, saved, { figure: 'ended', atMost: 0 }],
    async run(server, { seconds }) {
      const crowd = await Crowd.gather(server, { people })
      return figuresOf(server, crowd, crowd.clients, 0.5, seconds)
    },
  }
}

async function figuresOf(
  server: Server,
  crowd: Crowd,
  writers: readonly Client[],
  each: number,
  seconds: number,
): Promise<Figures> {
  await crowd.pace(writers, { each, asksSaved: true }, seconds / 5)
  const meter = startMeter(server)
  const load = await crowd.pace(writers, { each, asksSaved: true }, seconds)
  const used = meter()
  await crowd.rest()
  const { expected } = crowd.counts()
  const figures = {
    'p50, ms': load.toPeer.percentile(50),
    'p95, ms': load.toPeer.percentile(95),
    'p99, ms': load.toPeer.percentile(99),
    'saved p95, ms': load.saved.percentile(95),
    ended: crowd.ended.length,
    missing: expected - crowd.delivered,
    ...used,
  }
  crowd.close()
  return figures
}

async function readers(server: Server, { seconds }: Scale): Promise<Figures> {
  const from = performance.now()
  const crowd = await Crowd.gather(server, { people: 510 })
  const gathered = (performance.now() - from) / 1000
  let isOver = false
  const moving = (async () => {
    for (let i = 0; !isOver; i++) {
      // Each every two seconds.
      crowd.clients[i % crowd.clients.length]?.point(i % 3000)
      await sleep(4)
    }
  })()
  const figures = await figuresOf(server, crowd, crowd.clients.slice(0, 10), 0.5, seconds)
  isOver = true
  await moving
  return { 'all in, s': gathered, ...figures }
}

async function rooms(server: Server, { seconds }: Scale): Promise<Figures> {
  const empty = server.usage().rss
  const from = performance.now()
  const crowd = await Crowd.gather(server, { people: 2000, rooms: 1000 })
  const gathered = (performance.now() - from) / 1000
  const figures = await figuresOf(server, crowd, crowd.clients, 0.1, seconds)
  return { 'all in, s': gathered, 'RSS before, MiB': empty, ...figures, 'peak RSS, MiB': server.usage().peak }
}

/** Each mark is put and then changed, `versions` updates in all; then the room is left, and opened anew. */
async function openLarge(server: Server, marks: number, versions: number): Promise<Figures> {
  const crowd = await Crowd.gather(server, { people: WRITERS })
  const from = performance.now()
  await crowd.fill(marks)
  if (versions > 1) await crowd.change(marks, versions - 1)
  const seconds = (performance.now() - from) / 1000
  await crowd.rest()
  crowd.close()
  await sleep(5000)
  await server.stop()
  const stopped = performance.now()
  await server.restart()
  const figures: Figures = {
    'updates/s filling': (marks * versions) / seconds,
    'start, ms': performance.now() - stopped,
    'cold, ms': await timeToOpen(server, WRITERS, marks),
  }
  const host = new Client(server.door(0, WRITERS + 1), { index: WRITERS + 1 })
  await host.isIn
  figures['warm, ms'] = await timeToOpenWarm(server, WRITERS + 2, marks)
  figures['RSS, MiB'] = server.usage().rss
  host.close()
  return figures
}

async function storm(server: Server): Promise<Figures> {
  const PEOPLE = 1000
  const ROOMS = 20
  const MARKS = 500
  const crowd = await Crowd.gather(server, { people: PEOPLE, rooms: ROOMS })
  await crowd.fill(ROOMS * MARKS)
  await crowd.rest()
  crowd.close()
  await server.crash()
  const killed = performance.now()
  const restarted = server.restart()
  const waits = new Histogram()
  const back: Client[] = []
  // As y-websocket comes back: at once, then after 100 ms and twice as long each time, up to 2.5 s.
  await Promise.all(
    Array.from({ length: PEOPLE }, async (_, person) => {
      for (let wait = 100; ; wait = Math.min(2500, wait * 2)) {
        const client = new Client(server.door(Math.floor((person * ROOMS) / PEOPLE), person), { index: person })
        try {
          await client.hears(MARKS)
          back.push(client)
          return waits.add(performance.now() - killed)
        } catch {
          await sleep(wait)
        }
      }
    }),
  )
  await restarted
  for (const client of back) client.close()
  return {
    'in p50, s': waits.percentile(50) / 1000,
    'in p99, s': waits.percentile(99) / 1000,
    'all in, s': waits.max / 1000,
    'peak RSS, MiB': server.usage().peak,
  }
}
