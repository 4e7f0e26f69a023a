/**
 * Lines as they are in the world: late, slow, stalled, cut, dead without saying so; and proxies that deliver messages
 * twice or in another order. All of it from a seed.
 */
import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { message } from '@attest/schema/protocol'
import { onTestFinished } from 'vitest'
import type { WebSocket as NodeSocket } from 'ws'
import type { Chance } from './seed.ts'
import type { SocketClass } from './sync-peer.ts'

/** What a line does to what goes over it, in both directions. Nothing, where it is not said. */
export interface Weather {
  /** Every piece is so late, and up to `jitterMs` more or less. */
  delayMs?: number
  jitterMs?: number
  bytesPerSecond?: number
  /** A dead line: what is sent goes nowhere, and nobody is told. It comes when the weather changes. */
  isDead?: boolean
}

export interface Line {
  port: number
  /** For all that is sent from now on, on the connections there are and on those to come. */
  weather: Weather
  /** Cuts all connections, as a router that forgets them. */
  cut(): void
  /** For so long nothing moves. */
  stall(ms: number): void
}

/** A proxy for bytes in front of a port of this machine. */
export async function startLine(to: number, random: Chance): Promise<Line> {
  const sockets = new Set<Socket>()
  let stalledUntil = 0
  const line = { port: 0, weather: {} as Weather, cut, stall }
  const server = createServer((near) => {
    const far = connect(to, '127.0.0.1')
    for (const [from, into] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from)
      from.setNoDelay(true)
      from.on('error', () => into.destroy())
      from.on('close', () => {
        sockets.delete(from)
        into.destroy()
      })
      pass(from, into)
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  line.port = typeof address === 'object' && address ? address.port : 0
  onTestFinished(() => {
    cut()
    server.close()
  })

  function cut(): void {
    for (const socket of sockets) socket.destroy()
  }

  function stall(ms: number): void {
    stalledUntil = Date.now() + ms
  }

  /** Bytes keep their order, as TCP keeps it; each piece goes when it is due and the one before has gone. */
  function pass(from: Socket, into: Socket): void {
    let freeAt = 0
    let last: Promise<void> = Promise.resolve()
    from.on('data', (piece: Buffer) => {
      const { delayMs = 0, jitterMs = 0, bytesPerSecond = Infinity } = line.weather
      const due = Date.now() + delayMs + (jitterMs > 0 ? random.under(2 * jitterMs) - jitterMs : 0)
      freeAt = Math.max(freeAt, Date.now()) + (piece.length / bytesPerSecond) * 1000
      const goesAt = Math.max(due, freeAt)
      // What waits here is what a slow line would not have taken yet.
      from.pause()
      last = last.then(async () => {
        while (!into.destroyed && (line.weather.isDead || Date.now() < Math.max(goesAt, stalledUntil)))
          await new Promise((resolve) => setTimeout(resolve, 5))
        if (!into.destroyed) into.write(piece)
      })
      if (bytesPerSecond === Infinity) from.resume()
      else void last.then(() => from.resume())
    })
  }

  return line
}

/** How messages fare between a page and the server; shared by all connections of a script, so that it can be ended. */
export interface Turmoil {
  isOver: boolean
}

/**
 * Sockets behind a proxy that works on messages: some come twice, some overtake others, and a connection may be cut at
 * any message, its first included; what waits in the proxy then is lost. A barrier overtakes nothing that was sent before
 * it: a proxy that reorders those would make the page say saved too early, whatever the server does.
 */
export function troubled(base: SocketClass, random: Chance, turmoil: Turmoil): SocketClass {
  const Socket = base as new (...args: ConstructorParameters<SocketClass>) => NodeSocket
  return class extends Socket {
    readonly #out = new Mixer(random, turmoil)
    readonly #in = new Mixer(random, turmoil)

    // A page only ever sends bytes, and never asks when they have gone.
    override send(data: Uint8Array): void {
      const [first] = data
      const go = () => {
        if (this.readyState === this.OPEN) super.send(data)
      }
      if (first === message.saved) this.#out.passAll()
      this.#out.take(go, { mayRepeat: first !== message.saved })
      if (first === message.saved) this.#out.passAll()
      this.#maybeCut()
    }

    override emit(event: string | symbol, ...args: unknown[]): boolean {
      if (event !== 'message') return super.emit(event, ...args)
      const deliver = () => {
        super.emit('message', ...args)
      }
      this.#in.take(deliver, { mayRepeat: true })
      this.#maybeCut()
      return true
    }

    #maybeCut(): void {
      if (turmoil.isOver || random.under(40) > 0) return
      this.#out.drop()
      this.#in.drop()
      this.terminate()
    }
  }
}

class Mixer {
  readonly #random: Chance
  readonly #turmoil: Turmoil
  #waiting: (() => void)[] = []
  #timer: NodeJS.Timeout | undefined

  constructor(random: Chance, turmoil: Turmoil) {
    this.#random = random
    this.#turmoil = turmoil
  }

  take(one: () => void, { mayRepeat }: { mayRepeat: boolean }): void {
    this.#waiting.push(one)
    if (this.#turmoil.isOver) {
      this.passAll()
      return
    }
    if (mayRepeat && this.#random.under(8) === 0) this.#waiting.push(one)
    // As many go as come, on average, and none waits for long.
    while (this.#waiting.length > 0 && this.#random.under(3) > 0) this.#passAny()
    this.#timer ??= setTimeout(() => this.passAll(), this.#random.under(8))
  }

  passAll(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    while (this.#waiting.length > 0) this.#passAny()
  }

  drop(): void {
    this.#waiting = []
  }

  #passAny(): void {
    const which = this.#turmoil.isOver ? 0 : this.#random.under(this.#waiting.length)
    this.#waiting.splice(which, 1)[0]?.()
  }
}
