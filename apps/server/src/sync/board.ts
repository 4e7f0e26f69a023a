/**
 * Who is here, over time: what changes is gathered for a moment and told in one go, with pauses where there are many. It
 * keeps to itself the presence and its timer.
 */
import { limits } from '@attest/schema/protocol'
import type { Audience, Peer } from './audience.ts'
import { Presence } from './presence.ts'
import { Pace } from './steps.ts'

interface BoardOptions {
  audience: Audience
  /** While it says no, nothing is told; it is asked again a moment later. */
  mayTell: () => boolean
  now: () => number
  onError: (error: unknown) => void
}

export class Board {
  readonly #options: BoardOptions
  readonly #presence: Presence<Peer>
  #timer: NodeJS.Timeout | undefined
  #isClosed = false

  constructor(options: BoardOptions) {
    this.#options = options
    this.#presence = new Presence(options.now)
  }

  /** Whether this one has shown itself before. */
  knows(peer: Peer): boolean {
    return this.#presence.knows(peer)
  }

  /** Tells this one of all the others. */
  welcome(peer: Peer): void {
    this.#presence.welcome(peer)
    this.#tellSoon()
  }

  /** Takes in what a peer says of itself. `bind` is that of `Presence`, and so is what it throws. */
  receive(peer: Peer, update: Uint8Array, bind: (client: number) => boolean): void {
    this.#presence.receive(peer, update, bind)
    this.#tellSoon()
  }

  leave(peer: Peer): void {
    this.#presence.leave(peer)
    this.#tellSoon()
  }

  /** Says everything again: pages forget it after 30 seconds. */
  renew(): void {
    this.#presence.renew()
    this.#tell()
  }

  /** Nothing is told any more. */
  close(): void {
    this.#isClosed = true
    clearTimeout(this.#timer)
  }

  #tellSoon(): void {
    if (!this.#isClosed) this.#timer ??= setTimeout(() => this.#tell(), limits.presenceBatchMs)
  }

  #tell(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    if (!this.#presence.isChanged || this.#isClosed) return
    const { audience, mayTell, onError } = this.#options
    if (mayTell()) this.#send(this.#presence.flush(audience.peers)).catch(onError)
    else this.#tellSoon()
  }

  /** To tell a thousand of a thousand takes longer than the others can wait. */
  async #send(frames: Iterable<[Peer, Uint8Array]>): Promise<void> {
    const pace = new Pace()
    for (const [peer, frame] of frames) {
      if (this.#isClosed) return
      if (this.#options.audience.standingOf(peer)) peer.send(frame)
      await pace.pause()
    }
  }
}
