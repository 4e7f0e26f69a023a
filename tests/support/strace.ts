/** Looks into the system calls of a running process, or makes some of them fail, with strace. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { onTestFinished } from 'vitest'

/** Every call that puts bytes somewhere, or says that they are there to stay. */
const WRITING = 'write,writev,sendto,sendmsg,pwrite64,pwritev,pwritev2,fsync,fdatasync,ftruncate,unlink,rename'

export interface Attached {
  /** Lets go of the process, which runs on. */
  detach(): Promise<void>
}

/**
 * Writes down all that the process writes from now on, with its threads and those it starts; and makes calls fail
 * meanwhile, where `failing` says which.
 */
export function traceWrites(pid: number, file: string, failing?: Injection): Promise<Attached> {
  const injection = failing ? ['-e', `inject=${failing.what}`] : []
  return attach(pid, file, ['-f', '-yy', '-xx', '-s', '2000000', '-e', `trace=${WRITING}`, ...injection])
}

export interface Injection {
  /** As `inject` of strace says it: `fsync:error=EIO:when=3`. */
  what: string
  /** Only calls that touch one of these files count, where there are any. */
  paths?: readonly string[]
}

export interface Injected extends Attached {
  /** How many calls have failed. */
  readonly count: number
}

/** Makes system calls of the process fail. `notes` is where strace writes what it did. */
export async function inject(pid: number, { what, paths = [] }: Injection, notes: string): Promise<Injected> {
  const [call = ''] = what.split(':')
  const filters = paths.flatMap((path) => ['-P', path])
  const { detach } = await attach(pid, notes, ['-f', '-e', `trace=${call}`, '-e', `inject=${what}`, ...filters])
  return {
    detach,
    get count() {
      return readFileSync(notes, 'latin1').split('(INJECTED)').length - 1
    },
  }
}

/** The words that run a program so that calls of it fail from its start. */
export function underInjection({ what, paths = [] }: Injection, notes: string): string[] {
  const [call = ''] = what.split(':')
  const filters = paths.flatMap((path) => ['-P', path])
  return [
    'strace',
    '-f',
    '-qq',
    '-e',
    `trace=${call}`,
    '-e',
    `inject=${what}`,
    '-e',
    'signal=none',
    ...filters,
    '-o',
    notes,
  ]
}

async function attach(pid: number, file: string, args: readonly string[]): Promise<Attached> {
  const strace = spawn('strace', [...args, '-o', file, '-p', String(pid)], { stdio: ['ignore', 'ignore', 'pipe'] })
  const gone = once(strace, 'exit')
  let said = ''
  await new Promise<void>((resolve, reject) => {
    strace.stderr.on('data', (chunk: Buffer) => {
      said += chunk
      if (said.includes('attached')) resolve()
    })
    gone.then(() => reject(new Error(`strace ended: ${said}`)), reject)
  })
  const detach = async () => {
    strace.kill('SIGINT')
    // It may wait for a thread that a kill has taken away; and what it holds cannot end before it does.
    const stuck = setTimeout(() => strace.kill('SIGKILL'), 5000)
    await gone
    clearTimeout(stuck)
  }
  onTestFinished(detach)
  return { detach }
}

/** One system call, in the order in which they began. */
export interface Call {
  name: string
  /** The path of the file, or `TCP:[from->to]`. */
  target: string
  /** The bytes it was to write. */
  data: Buffer
  /** Where in the file; for ftruncate, how long the file is to be. */
  offset: number
  /** Whether it succeeded. */
  isDone: boolean
  /** The places of its beginning and its end among all beginnings and ends. */
  from: number
  to: number
}

export function readTrace(file: string): Call[] {
  const calls: Call[] = []
  const open = new Map<string, { call: Call; head: string }>()
  for (const [at, line] of readFileSync(file, 'latin1').split('\n').entries()) {
    const [, thread = '', rest = ''] = /^(\d+) +(.*)$/.exec(line) ?? []
    const resumed = /^<\.\.\. \w+ resumed>(.*)$/.exec(rest)
    if (resumed) {
      const begun = open.get(thread)
      if (!begun) continue
      open.delete(thread)
      Object.assign(begun.call, readEnd(begun.head + resumed[1]), { to: at })
    } else if (/^\w+\(/.test(rest)) {
      const isOpen = rest.endsWith('<unfinished ...>')
      const head = isOpen ? rest.slice(0, -'<unfinished ...>'.length).trimEnd() : rest
      const call: Call = { ...readHead(head), ...readEnd(head), from: at, to: isOpen ? Infinity : at }
      calls.push(call)
      if (isOpen) open.set(thread, { call, head })
    }
  }
  return calls
}

function readHead(line: string): Pick<Call, 'name' | 'target' | 'data'> {
  const [, name = '', target = ''] = /^(\w+)\(\d*<?((?:->|[^>])*)>?/.exec(line) ?? []
  const parts = Array.from(line.matchAll(/"((?:\\x[0-9a-f]{2})*)"/g), ([, part = '']) => unhex(part))
  return { name, target: target.startsWith('\\x') ? unhex(target).toString() : target, data: Buffer.concat(parts) }
}

function readEnd(line: string): Pick<Call, 'offset' | 'isDone'> {
  const [, offset = '0', result = '-1'] = /(?:, (\d+))?\) += (-?\d+)/.exec(line.slice(-200)) ?? []
  return { offset: Number(offset), isDone: Number(result) >= 0 }
}

function unhex(escaped: string): Buffer {
  return Buffer.from(escaped.replaceAll('\\x', ''), 'hex')
}

/** A message that the server sent over a websocket, with the call that sent the last of it. */
export interface Frame {
  /** The port at the client's end. */
  port: number
  payload: Buffer
  call: Call
}

/** The messages that go out over sockets whose upgrade came before the trace. */
export function* framesIn(calls: readonly Call[]): Generator<Frame> {
  const streams = new Map<number, Buffer>()
  for (const call of calls) {
    const port = Number(/^TCP.*->.*:(\d+)\]$/.exec(call.target)?.[1])
    if (!port || !call.isDone) continue
    let rest = Buffer.concat([streams.get(port) ?? Buffer.alloc(0), call.data])
    for (let read = readFrame(rest); read; read = readFrame(rest)) {
      yield { port, payload: read.payload, call }
      rest = rest.subarray(read.length)
    }
    streams.set(port, rest)
  }
}

/** One frame of a server: not masked. */
function readFrame(bytes: Buffer): { payload: Buffer; length: number } | null {
  if (bytes.length < 2) return null
  const short = bytes.readUInt8(1) & 127
  const head = short === 126 ? 4 : short === 127 ? 10 : 2
  if (bytes.length < head) return null
  const size = short === 126 ? bytes.readUInt16BE(2) : short === 127 ? Number(bytes.readBigUInt64BE(2)) : short
  if (bytes.length < head + size) return null
  return { payload: bytes.subarray(head, head + size), length: head + size }
}
