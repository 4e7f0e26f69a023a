/**
 * A traced run of the product in which every change carries a word of its own, so that it can be followed through the
 * system calls: into the write-ahead log, past the fsync, out to the pages.
 */
import { randomUUID } from 'node:crypto'
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { message } from '@attest/schema/protocol'
import { parseRecord, rootMap } from '@attest/schema/room'
import * as decoding from 'lib0/decoding'
import { WebSocket as NodeSocket } from 'ws'
import { mark } from './acts.ts'
import { Product, temporaryFolder } from './product.ts'
import type { Chance } from './seed.ts'
import { type Call, framesIn, type Injection, readTrace, traceWrites } from './strace.ts'
import { type Peer, until } from './sync-peer.ts'

/** One version of a mark: the word in it, and what came to be known of it. */
export interface Change {
  id: string
  word: string
  /** The port of its author's connection, and the barrier that was sent behind it. */
  port: number
  barrier: number
}

export interface TracedRun {
  calls: Call[]
  /** In the order of each author. */
  changes: Change[]
  /** The data folder as it was when the trace began. */
  base: string
  databaseFile: string
}

/**
 * People write until so many changes are acknowledged, and the product's writing is traced meanwhile; with `failing`,
 * some of its calls fail. With `writesBack` they go on until the log has been written back into the database.
 */
export async function traceRun(
  random: Chance,
  acknowledgements: number,
  { failing, writesBack = false }: { failing?: Injection; writesBack?: boolean } = {},
): Promise<TracedRun> {
  const product = await Product.start()
  const people = await product.joinAll(['Ada', 'Bob', 'Cleo', 'Dan'])
  const peers = people.map((person) => product.peer(person))
  for (const peer of peers) await peer.arrives()
  for (const peer of peers) await peer.saved()
  const base = temporaryFolder('attest-base-')
  const file = join(base, 'trace')
  const trace = await traceWrites(product.pid, file, failing)
  for (const end of ['', '-wal'])
    if (existsSync(product.databaseFile + end)) copyFileSync(product.databaseFile + end, join(base, `attest.db${end}`))

  const changes: Change[] = []
  const isWrittenBack = () => statSync(`${product.databaseFile}-wal`).size >= LOG_BYTES
  while (changes.length < acknowledgements || (writesBack && !isWrittenBack())) {
    const peer = random.pick(peers)
    const word = randomUUID()
    const own = peer.ids('annotations', peer.name)
    const id = own.length < 3 || random.under(3) > 0 ? mark(random, peer, word) : random.pick(own)
    const record = parseRecord('annotations', id, rootMap(peer.doc, 'annotations').get(id))
    if (record.ok && record.record.attributes['gloss'] !== word)
      peer.puts('annotations', { ...record.record, attributes: { gloss: word } })
    // A line that was cut because the disk failed comes back by itself, and brings what was made meanwhile.
    changes.push({ id, word, ...(peer.isConnected ? { port: portOf(peer), barrier: peer.asksSaved() } : nowhere) })
    // What shares a commit takes little of the log: most wait for their own, where the log has to grow.
    if (random.under(3) > 0) await (writesBack ? peer.saved() : later(random.under(6)))
  }
  // A disk that fails again and again is tried less and less often.
  await until(() => peers.every((peer) => peer.isOnline), 'they do not come back', 60_000)
  for (const peer of peers) await peer.saved()
  await trace.detach()
  for (const peer of peers) peer.leaves()
  await product.stop()
  return { calls: readTrace(file), changes, base, databaseFile: product.databaseFile }
}

/** A log of a thousand pages, each with its head: the commit that makes it so writes it back, and the next one begins it anew. */
const LOG_BYTES = 32 + 1000 * (24 + 4096)

const later = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds))

const nowhere = { port: 0, barrier: 0 }

function portOf(peer: Peer): number {
  const socket: unknown = peer.provider.ws
  if (!(socket instanceof NodeSocket)) throw new Error(`${peer.name} has no socket`)
  // ws keeps its socket to itself; nothing public tells the port of this end.
  const { _socket: raw } = socket as unknown as { _socket: { localPort: number } }
  return raw.localPort
}

/** What a message to a page gives away that none before it did: that changes are acknowledged to their author, or their words. */
export interface Told {
  call: Call
  changes: Change[]
  is: 'acknowledged' | 'shown'
}

export function toldIn({ calls, changes }: Pick<TracedRun, 'calls' | 'changes'>): Told[] {
  const told: Told[] = []
  const byWord = new Map(changes.map((change) => [change.word, change]))
  const waiting = Map.groupBy(changes, ({ port }) => port)
  for (const { port, payload, call } of framesIn(calls)) {
    const decoder = decoding.createDecoder(payload)
    const type = payload.length > 1 ? decoding.readVarUint(decoder) : -1
    if (type === message.saved) {
      const number = decoding.readVarUint(decoder)
      // The barriers of a connection rise.
      const changes = waiting.get(port) ?? []
      const end = changes.findIndex(({ barrier }) => barrier > number)
      told.push({ call, changes: changes.splice(0, end < 0 ? changes.length : end), is: 'acknowledged' })
    } else if (type === message.sync) {
      const shown = Array.from(payload.toString('latin1').matchAll(uuid), ([word]) => byWord.get(word))
      told.push({ call, changes: shown.filter((change) => change !== undefined), is: 'shown' })
    }
  }
  return told
}

const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g

/** Where in the trace each word was on disk for good: the end of the first fsync that began after it was written. */
export function durableFrom({ calls }: Pick<TracedRun, 'calls'>): Map<string, number> {
  const durable = new Map<string, number>()
  const written: { call: Call; words: string[] }[] = []
  for (const call of calls) {
    if (!call.isDone || !/attest\.db(-wal)?$/.test(call.target)) continue
    if (call.name.startsWith('pwrite')) {
      const words = Array.from(call.data.toString('latin1').matchAll(uuid), ([word]) => word)
      if (words.length > 0) written.push({ call, words })
    } else if (/^f(data)?sync$/.test(call.name)) {
      for (let i = written.length - 1; i >= 0; i--) {
        const write = written[i]
        if (!write || write.call.target !== call.target || write.call.to > call.from) continue
        for (const word of write.words) durable.set(word, Math.min(call.to, durable.get(word) ?? Infinity))
        written.splice(i, 1)
      }
    }
  }
  return durable
}

/**
 * What a power cut at this place of the trace may leave: all that was synced, and of the rest any part, torn where
 * sectors meet. Resolves with the path of the database.
 */
export function cutPower({ calls, base }: TracedRun, at: number, random: Chance, folder: string): string {
  mkdirSync(folder, { recursive: true })
  const ends = ['', '-wal']
  for (const end of ends) {
    const from = join(base, `attest.db${end}`)
    if (existsSync(from)) copyFileSync(from, join(folder, `attest.db${end}`))
  }
  for (const end of ends) {
    const file = join(folder, `attest.db${end}`)
    const ours = calls.filter(({ target, isDone, from }) => target.endsWith(`/attest.db${end}`) && isDone && from < at)
    const synced = ours.filter(({ name, to }) => /^f(data)?sync$/.test(name) && to < at).at(-1)?.from ?? -1
    const image = new Image(file)
    for (const call of ours)
      if (call.to < synced) image.apply(call)
      else image.applyPartly(call, random)
    image.save()
  }
  return join(folder, 'attest.db')
}

/**
 * What is on a disk that loses what it could not sync: after an fsync that failed, the system takes the pages for clean,
 * and no later fsync writes them again, although whoever reads the file still sees them. Resolves with the path of the
 * database, after a power cut at the end of the trace.
 */
export function forgetFailed({ calls, base }: TracedRun, folder: string): string {
  mkdirSync(folder, { recursive: true })
  for (const end of ['', '-wal']) {
    const file = join(folder, `attest.db${end}`)
    const from = join(base, `attest.db${end}`)
    if (existsSync(from)) copyFileSync(from, file)
    let image = new Image(file)
    let isThere = existsSync(file)
    let pending: Call[] = []
    for (const call of calls) {
      if (call.name === 'unlink' && call.data.toString().endsWith(`/attest.db${end}`)) {
        rmSync(file, { force: true })
        image = new Image(file)
        isThere = false
        pending = []
      }
      if (!call.target.endsWith(`/attest.db${end}`)) continue
      isThere = true
      if (!/^f(data)?sync$/.test(call.name)) {
        if (call.isDone) pending.push(call)
        continue
      }
      // A failed one takes with it all that it was for.
      if (call.isDone) for (const each of pending) image.apply(each)
      pending = []
    }
    if (isThere) image.save()
  }
  return join(folder, 'attest.db')
}

const SECTOR = 512

class Image {
  readonly #file: string
  /** Longer than the file, so that it can grow. */
  #bytes: Buffer
  #length: number

  constructor(file: string) {
    this.#file = file
    this.#bytes = existsSync(file) ? readFileSync(file) : Buffer.alloc(0)
    this.#length = this.#bytes.length
  }

  apply({ name, offset, data }: Call): void {
    if (name === 'ftruncate') this.#reach(offset, true)
    else if (name.startsWith('pwrite')) this.#write(offset, data)
  }

  applyPartly(call: Call, random: Chance): void {
    const fate = random.under(3)
    if (fate === 0) this.apply(call)
    // Torn: each sector for itself.
    else if (fate === 1 && call.name.startsWith('pwrite'))
      for (let at = 0; at < call.data.length; at += SECTOR)
        if (random.under(2) === 0) this.#write(call.offset + at, call.data.subarray(at, at + SECTOR))
  }

  save(): void {
    writeFileSync(this.#file, this.#bytes.subarray(0, this.#length))
  }

  #write(offset: number, data: Buffer): void {
    this.#reach(offset + data.length, false)
    data.copy(this.#bytes, offset)
  }

  #reach(length: number, exactly: boolean): void {
    if (this.#bytes.length < length) this.#bytes = Buffer.concat([this.#bytes, Buffer.alloc(length)])
    // What a file loses and gets back is zeros.
    if (exactly && length < this.#length) this.#bytes.fill(0, length, this.#length)
    if (exactly || this.#length < length) this.#length = length
  }
}
