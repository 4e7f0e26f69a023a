/**
 * Very many pages at once, as a process of its own: they speak the protocol and hold no documents, so that they are not
 * the limit. `node storm.ts` is told over IPC whom to be; each comes back by itself whenever its line is cut, as the
 * provider of a page does, and says how long it took until it was answered and had a barrier confirmed.
 */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { message } from '@attest/schema/protocol'
import * as decoding from 'lib0/decoding'
import { onTestFinished } from 'vitest'
import { WebSocket } from 'ws'
import { frameOf } from './sync-raw.ts'

/** One page: where it goes, and with which headers. */
export interface Page {
  url: string
  headers: Record<string, string>
}

interface Report {
  /** Milliseconds from the last cut to the confirmed barrier, of each page that is through. */
  settled: number[]
  /** How often each close code was seen. */
  codes: Record<string, number>
}

export interface Storm {
  /** Resolves once all are through, with what was found since the last `forget`. */
  report(): Promise<Report>
  /** From now on all of them count as cut off. */
  forget(): Promise<void>
}

export async function startStorm(pages: readonly Page[]): Promise<Storm> {
  const child = fork(new URL(import.meta.url), { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  const ask = async (what: object | string): Promise<unknown> => {
    child.send(what)
    const [answer] = (await once(child, 'message')) as [unknown]
    return answer
  }
  await ask({ pages })
  return {
    // The process below writes what is read here.
    report: async () => (await ask('report')) as Report,
    forget: async () => void (await ask('forget')),
  }
}

const emptyVector = new Uint8Array([0])
const emptyUpdate = new Uint8Array([0, 0])

class Client {
  readonly #page: Page
  readonly #codes: Record<string, number>
  #cutAt = performance.now()
  #attempts = 0
  settledAfter: number | null = null

  constructor(page: Page, codes: Record<string, number>) {
    this.#page = page
    this.#codes = codes
    this.#connect()
  }

  forget(): void {
    this.settledAfter = null
    this.#cutAt = performance.now()
  }

  #connect(): void {
    const socket = new WebSocket(this.#page.url, { headers: this.#page.headers })
    socket.on('open', () => socket.send(frameOf(message.sync, 0, emptyVector)))
    socket.on('message', (data: Buffer) => {
      const decoder = decoding.createDecoder(data)
      const type = decoding.readVarUint(decoder)
      if (type === message.sync && decoding.readVarUint(decoder) === 0) {
        socket.send(frameOf(message.sync, 1, emptyUpdate))
        socket.send(frameOf(message.saved, 1))
      } else if (type === message.saved) {
        this.#attempts = 0
        this.settledAfter ??= performance.now() - this.#cutAt
      }
    })
    socket.on('error', () => {})
    socket.on('close', (code) => {
      this.#codes[code] = (this.#codes[code] ?? 0) + 1
      // As y-websocket does it.
      setTimeout(() => this.#connect(), Math.min(2500, 100 * 2 ** this.#attempts++))
    })
  }
}

if (process.argv[1] === import.meta.filename) {
  const codes: Record<string, number> = {}
  let clients: Client[] = []
  process.on('message', async (asked: 'report' | 'forget' | { pages: Page[] }) => {
    if (asked === 'report') {
      while (clients.some(({ settledAfter }) => settledAfter === null))
        await new Promise((resolve) => setTimeout(resolve, 20))
      process.send?.({ settled: clients.map(({ settledAfter }) => settledAfter), codes })
    } else {
      if (asked === 'forget') for (const client of clients) client.forget()
      else clients = asked.pages.map((page) => new Client(page, codes))
      for (const code of Object.keys(codes)) delete codes[code]
      process.send?.('done')
    }
  })
  process.on('disconnect', () => process.exit())
}
