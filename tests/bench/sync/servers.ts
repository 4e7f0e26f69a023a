/** The servers that are compared, each a process of its own and set up as its documentation says. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { ticksASecond } from './bystanders.ts'
import type { Door } from './client.ts'

const root = fileURLToPath(new URL('../../../', import.meta.url))
const peers = fileURLToPath(new URL('peers/', import.meta.url))
/** In the repository, because the folder for temporary files may be in memory. */
const cache = join(root, '.cache', 'bench')

export const serverNames = ['attest', 'hocuspocus', 'hocuspocus-sqlite', 'y-websocket', 'relay'] as const
export type ServerName = (typeof serverNames)[number]

export interface Needs {
  people: number
  rooms: number
}

export interface Usage {
  /** Seconds of processor time so far, all threads. */
  cpu: number
  /** MiB held now, and at most so far. */
  rss: number
  peak: number
}

export interface Server {
  readonly name: ServerName
  /** Whether anything is left after a restart. */
  readonly keeps: boolean
  door(room: number, person: number): Door
  usage(): Usage
  /** kill -9, then the same again on the same data. Resolves when it takes connections. */
  crash(): Promise<void>
  restart(): Promise<void>
  /** As an operator stops it. */
  stop(): Promise<void>
  /** Ends it and takes its data away. */
  close(): Promise<void>
}

/** What a server is to be started with, on a free port, in a folder of its own. */
interface Recipe {
  keeps: boolean
  command(port: number, folder: string): { args: string[]; env?: Record<string, string>; cwd?: string }
  /** Fills the folder before the first start; returns who may come in by which door. */
  prepare?(folder: string, needs: Needs): Promise<(port: number, room: number, person: number) => Door>
}

const recipes: Record<ServerName, Recipe> = {
  attest: {
    keeps: true,
    command: (port, folder) => ({
      args: [...profiling(), join(root, 'apps/server/src/main.ts')],
      env: { PORT: String(port), DATA_DIR: join(folder, 'data') },
    }),
    prepare: settle,
  },
  hocuspocus: { keeps: false, command: (port) => ({ args: [join(peers, 'hocuspocus.mjs'), String(port)] }) },
  'hocuspocus-sqlite': {
    keeps: true,
    command: (port, folder) => ({
      args: [join(peers, 'hocuspocus.mjs'), String(port), join(folder, 'hocuspocus.db')],
    }),
  },
  'y-websocket': {
    keeps: true,
    command: (port, folder) => ({
      args: [join(peers, 'node_modules/@y/websocket-server/src/server.js')],
      env: { HOST: '127.0.0.1', PORT: String(port), YPERSISTENCE: join(folder, 'leveldb') },
    }),
  },
  relay: { keeps: false, command: (port) => ({ args: [join(peers, 'relay.mjs'), String(port)] }) },
}

/** Where our server is to leave a profile of its work, if anywhere. */
function profiling(): string[] {
  const { BENCH_PROFILE } = process.env
  return BENCH_PROFILE ? ['--cpu-prof', `--cpu-prof-dir=${BENCH_PROFILE}`] : []
}

export async function startServer(name: ServerName, needs: Needs): Promise<Server> {
  const recipe = recipes[name]
  mkdirSync(cache, { recursive: true })
  const folder = mkdtempSync(join(cache, `${name}-`))
  const port = await freePort()
  const doorOf = (await recipe.prepare?.(folder, needs)) ?? foreignDoor(name)
  let child: ChildProcess

  async function start(): Promise<void> {
    const { args, env } = recipe.command(port, folder)
    const { PATH = '' } = process.env
    child = spawn(process.execPath, args, {
      cwd: folder,
      env: { PATH, NODE_ENV: 'production', ...env },
      stdio: ['ignore', 'ignore', 'inherit'],
    })
    await answers(port, child)
  }
  async function end(signal: NodeJS.Signals): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return
    const ended = once(child, 'exit')
    child.kill(signal)
    const late = setTimeout(() => child.kill('SIGKILL'), 20_000)
    await ended
    clearTimeout(late)
  }

  await start()
  return {
    name,
    keeps: recipe.keeps,
    door: (room, person) => doorOf(port, room, person),
    usage: () => usageOf(child.pid ?? 0),
    crash: () => end('SIGKILL'),
    restart: start,
    stop: () => end('SIGTERM'),
    async close() {
      await end(process.env['BENCH_PROFILE'] ? 'SIGTERM' : 'SIGKILL')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function foreignDoor(name: ServerName): (port: number, room: number, person: number) => Door {
  return (port, room, person) => {
    const document = `room-${room}`
    return {
      // As long as ours, so that all marks have the same size.
      person: `person-${String(person).padStart(17, '0')}`,
      address: { port, path: `/${document}`, headers: {} },
      dialect:
        name === 'relay' ? { is: 'relayed' } : name === 'y-websocket' ? { is: 'plain' } : { is: 'addressed', document },
    }
  }
}

// Ours has people and articles where the others take any name. Made through its own HTTP interface, once a run.

interface Town {
  people: { id: string; cookie: string }[]
  rooms: string[]
}

const template = join(cache, 'template')
const townFile = join(template, 'town.json')

/** Puts a data folder with enough people and articles in place. */
async function settle(folder: string, needs: Needs): Promise<(port: number, room: number, person: number) => Door> {
  const town = await build(needs)
  cpSync(join(template, 'data'), join(folder, 'data'), { recursive: true })
  return (port, room, person) => {
    const { id, cookie } = town.people[person] ?? missing('person', person)
    const name = town.rooms[room] ?? missing('room', room)
    return {
      person: id,
      address: { port, path: `/sync/${name}`, headers: { Origin: `http://127.0.0.1:${port}`, Cookie: cookie } },
      dialect: { is: 'plain' },
    }
  }
}

function missing(what: string, number: number): never {
  throw new RangeError(`nobody has made ${what} ${number}`)
}

/** One folder for all runs of this process; what an earlier one left may be of another version. */
let isFresh = false

async function build({ people, rooms }: Needs): Promise<Town> {
  if (!isFresh) rmSync(template, { recursive: true, force: true })
  isFresh = true
  const town: Town = existsSync(townFile) ? JSON.parse(readFileSync(townFile, 'utf8')) : { people: [], rooms: [] }
  if (town.people.length >= people && town.rooms.length >= rooms) return town
  mkdirSync(template, { recursive: true })
  const port = await freePort()
  const { PATH = '' } = process.env
  const child = spawn(process.execPath, [join(root, 'apps/server/src/main.ts')], {
    env: { PATH, PORT: String(port), DATA_DIR: join(template, 'data') },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const gone = once(child, 'exit')
  await answers(port, child)
  const address = `http://127.0.0.1:${port}`
  const post = async (path: string, body: object, cookie = '') => {
    const answer = await fetch(`${address}${path}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Origin: address, ...(cookie && { Cookie: cookie }) },
      body: JSON.stringify(body),
    })
    if (!answer.ok) throw new Error(`${path} was answered with ${answer.status}: ${await answer.text()}`)
    return answer
  }
  while (town.people.length < Math.max(1, people)) {
    const answer = await post('/api/join', { name: `Person ${town.people.length}` })
    const { id } = (await answer.json()) as { id: string }
    town.people.push({
      id,
      cookie: answer.headers
        .getSetCookie()
        .map((cookie) => cookie.split(';')[0])
        .join('; '),
    })
  }
  const cookie = town.people[0]?.cookie
  const projects = (await (await fetch(`${address}/api/projects`, { headers: { Cookie: cookie ?? '' } })).json()) as {
    id: string
  }[]
  const text = readFileSync(join(root, 'seeds/article.txt'), 'utf8')
  while (town.rooms.length < rooms) {
    const answer = await post(`/api/projects/${projects[0]?.id}/articles`, { text }, cookie)
    town.rooms.push(((await answer.json()) as { id: string }).id)
  }
  child.kill('SIGTERM')
  await gone
  writeFileSync(townFile, JSON.stringify(town))
  return town
}

/** Resolves once something listens there. */
async function answers(port: number, child: ChildProcess): Promise<void> {
  for (;;) {
    if (child.exitCode !== null || child.signalCode !== null) throw new Error(`a server ended: ${child.spawnargs}`)
    if (await isAnswered(port)) return
    await sleep(2)
  }
}

function isAnswered(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.on('error', () => resolve(false))
    // Ours takes the port before it is ready to answer, and says 503 until then.
    socket.on('connect', () =>
      socket.write(`GET /readyz HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: close\r\n\r\n`),
    )
    socket.on('data', (data) => {
      resolve(!data.toString('latin1', 0, 12).endsWith('503'))
      socket.destroy()
    })
    socket.on('close', () => resolve(false))
  })
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer()
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
}

/** From /proc; zeros where there is none. */
function usageOf(pid: number): Usage {
  if (!existsSync(`/proc/${pid}/stat`)) return { cpu: 0, rss: 0, peak: 0 }
  // The second field is the program's name, in brackets, and may hold blanks.
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  const mebibytes = (name: string) => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1] ?? 0) / 1024
  return {
    cpu: (Number(fields[11]) + Number(fields[12])) / ticksASecond,
    rss: mebibytes('VmRSS'),
    peak: mebibytes('VmHWM'),
  }
}
