/**
 * The whole product as a process on a data folder, with people who join it over HTTP and write with real providers.
 * It can be stopped, killed and started again, and what it holds can be read in every way there is.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFailed, onTestFinished } from 'vitest'
import { WebSocket as NodeSocket } from 'ws'
import type * as Y from 'yjs'
import { createLog } from '../../apps/server/src/store/log.ts'
import { readSqlite } from '../../apps/server/src/store/sqlite.ts'
import { bare, main } from './environment.ts'
import { type View, viewOfDoc, viewOfExport, viewOfStored, viewOfUpdates } from './history.ts'
import { Peer, type SocketClass } from './sync-peer.ts'

/** The article of the sample project, and so the room that everybody is in. */
export const sample = 'syria-airstrikes-2015'

export interface ProductOptions {
  /** Its data folder; one of its own, that goes with the test, when not given. */
  folder?: string
  port?: number
  env?: Record<string, string>
  /** A command to run it under, such as strace and its options. */
  under?: readonly string[]
}

interface PageOptions {
  room?: string
  /** The port of a proxy in front. */
  through?: number
  doc?: Y.Doc
  socket?: SocketClass
}

export interface Joined {
  id: string
  name: string
  cookie: string
}

/** How a process came to its end. */
export interface End {
  code: number | null
  signal: NodeJS.Signals | null
}

export class Product {
  readonly folder: string
  readonly #options: ProductOptions
  #child: ChildProcess
  #ended: Promise<End>
  address = ''
  /** All that it wrote to standard error, over all its starts. */
  complaints = ''

  private constructor(options: ProductOptions, folder: string) {
    this.#options = options
    this.folder = folder
    ;[this.#child, this.#ended] = this.#spawn()
  }

  static async start(options: ProductOptions = {}): Promise<Product> {
    const product = new Product({ ...options }, options.folder ?? temporaryFolder('attest-'))
    onTestFailed(() => console.error(`the product said: ${product.complaints.slice(-4000)}`))
    onTestFinished(() => product.kill().then(() => {}))
    await product.#opens()
    return product
  }

  get databaseFile(): string {
    return join(this.folder, 'attest.db')
  }

  get port(): number {
    return Number(new URL(this.address).port)
  }

  /** The process that holds the rooms, also where it runs under another. */
  get pid(): number {
    const { pid = 0 } = this.#child
    if (!this.#options.under) return pid
    const [child = ''] = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ')
    return Number(child)
  }

  get isRunning(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null
  }

  /** Resolves when the process has come to its end, by itself or not. */
  get ended(): Promise<End> {
    return this.#ended
  }

  /** Nothing of it gets to run any more. */
  async kill(): Promise<End> {
    if (this.isRunning) process.kill(this.pid, 'SIGKILL')
    return this.#ended
  }

  signal(signal: NodeJS.Signals): void {
    if (this.isRunning) process.kill(this.pid, signal)
  }

  /** Asks it to stop, and waits until it has. */
  async stop(): Promise<End> {
    this.signal('SIGTERM')
    return this.#ended
  }

  /** Starts it again on the same data and the same port; resolves with the milliseconds until it answered. */
  async restart(changes: Pick<ProductOptions, 'under' | 'env'> = {}): Promise<number> {
    const from = Date.now()
    Object.assign(this.#options, { under: undefined }, changes)
    ;[this.#child, this.#ended] = this.#spawn()
    await this.#opens()
    return Date.now() - from
  }

  async ask(path: string, init: RequestInit & { as?: Joined } = {}): Promise<Response> {
    const { as, ...rest } = init
    return fetch(`${this.address}${path}`, { ...rest, headers: { ...rest.headers, ...(as && { cookie: as.cookie }) } })
  }

  async join(name: string): Promise<Joined> {
    const answer = await this.ask('/api/join', {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: this.address },
      body: JSON.stringify({ name }),
    })
    if (!answer.ok) throw new Error(`${name} cannot join: ${answer.status} ${await answer.text()}`)
    const { id } = (await answer.json()) as { id: string }
    const cookie = answer.headers.getSetCookie().map((line) => line.slice(0, line.indexOf(';')))
    return { id, name, cookie: cookie.join('; ') }
  }

  joinAll(names: readonly string[]): Promise<Joined[]> {
    return Promise.all(names.map((name) => this.join(name)))
  }

  /** A page of this person in the room of an article. */
  peer(person: Joined, options: PageOptions = {}): Peer {
    const peer = this.#open(person, options)
    onTestFinished(() => peer.leaves())
    return peer
  }

  /** The headers of an upgrade by this person's page. */
  doors(person: Joined): Record<string, string> {
    return { cookie: person.cookie, origin: this.address, host: new URL(this.address).host }
  }

  /** Runs one of the other commands of the program on the same data folder. */
  run(...words: string[]): Promise<Ran> {
    return runProgram(words, this.folder)
  }

  /** What a page sees that was never here before. */
  async fresh(person: Joined, room = sample): Promise<View> {
    const peer = this.#open(person, { room })
    try {
      await peer.arrives()
      return viewOfDoc('a fresh page', peer.doc)
    } finally {
      peer.leaves()
    }
  }

  /** What the export over HTTP says. */
  async exported(person: Joined, article = sample): Promise<View> {
    const answer = await this.ask(`/api/articles/${article}/export?format=attest-json`, { as: person })
    if (!answer.ok) throw new Error(`no export: ${answer.status} ${await answer.text()}`)
    return viewOfExport('the export', await answer.json())
  }

  /** What is on disk, read past the product; of one that has ended, from a copy, so that it finds its files untouched. */
  stored(room = sample): Promise<View> {
    return this.isRunning ? readStored(this.databaseFile, room) : readCopy(this.databaseFile, room)
  }

  #open(person: Joined, { room = sample, through = this.port, doc, socket }: PageOptions): Peer {
    return new Peer(person.id, {
      url: `ws://127.0.0.1:${through}/sync`,
      room,
      socket: socket ?? socketWith(this.doors(person)),
      ...(doc && { doc }),
    })
  }

  #spawn(): [ChildProcess, Promise<End>] {
    const { port = 0, env = {}, under = [] } = this.#options
    const [command = '', ...args] = [...under, process.execPath, main]
    const child = spawn(command, args, {
      env: { ...bare, PORT: String(this.address ? this.port : port), DATA_DIR: this.folder, LOG_LEVEL: 'warn', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    child.stderr?.on('data', (chunk: Buffer) => {
      this.complaints += chunk
    })
    const ended = once(child, 'exit').then(([code, signal]): End => ({ code, signal }))
    return [child, ended]
  }

  async #opens(): Promise<void> {
    const line = new Promise<string>((resolve) => {
      this.#child.stdout?.on('data', (chunk: Buffer) => resolve(String(chunk)))
    })
    const first = await Promise.race([line, this.#ended])
    if (typeof first !== 'string')
      throw new DidNotStart(`the product ended with ${first.code ?? first.signal}: ${this.complaints.slice(-2000)}`)
    this.address = /http:\S+/.exec(first)?.[0] ?? ''
  }
}

export class DidNotStart extends Error {
  override name = 'DidNotStart'
}

/** ws with the headers of a page. */
export function socketWith(headers: Record<string, string>): SocketClass {
  return class extends NodeSocket {
    constructor(address: string | URL, protocols?: string | string[]) {
      super(address, protocols, { headers })
    }
  }
}

/** A folder that goes when the test does, also when something is mounted in it. */
export function temporaryFolder(prefix: string): string {
  const folder = mkdtempSync(join(tmpdir(), prefix))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** Reads a room from a database file. Rejects when it cannot be opened or does not verify. */
export async function readStored(file: string, room = sample): Promise<View> {
  // Only reading: a product that is writing keeps its write-ahead log as it is.
  const { rooms: db, close } = await readSqlite(file)
  try {
    const stored = await createLog(db, Date.now).read(room)
    const view = await viewOfStored('the database', stored)
    // The log is kept whole: what a snapshot stands for has to be what it was made from.
    const rows = await db
      .selectFrom('room_update')
      .select('update')
      .where('room', '=', room)
      .where('seq', '<=', stored.seq)
      .orderBy('seq')
      .execute()
    const whole = viewOfUpdates(
      'the log',
      rows.map(({ update }) => update),
    )
    const isSame = [...whole.records].every(([key, value]) => view.records.get(key) === value)
    if (isSame && whole.records.size === view.records.size) return view
    return { ...view, problems: [...view.problems, 'the snapshot is not what the log says'] }
  } finally {
    await close()
  }
}

async function readCopy(file: string, room: string): Promise<View> {
  const folder = mkdtempSync(join(tmpdir(), 'attest-copy-'))
  try {
    return await readStored(copyDatabase(file, folder), room)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** The database and its write-ahead log, as they lie there; where the copy is. */
export function copyDatabase(file: string, folder: string): string {
  const copy = join(folder, 'attest.db')
  for (const end of ['', '-wal']) if (existsSync(file + end)) copyFileSync(file + end, copy + end)
  return copy
}

export interface Ran extends End {
  /** All that it said, in order. */
  said: string
}

/** Runs the program with these words on its command line, to its end. */
export async function runProgram(
  words: readonly string[],
  folder: string,
  under: readonly string[] = [],
): Promise<Ran> {
  const [name = '', ...args] = [...under, process.execPath, main, ...words]
  const child = spawn(name, args, { env: { ...bare, DATA_DIR: folder, PORT: '0' }, stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      said += chunk
    })
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null]
  return { code, signal, said }
}

/** Runs a command to its end, for what it does to the system. Throws with what it said. */
export function command(name: string, ...args: string[]): string {
  return execFileSync(name, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
}
