/**
 * The peers of a room: what each has been told, what is awaited of it, and what it asked. It answers, asks and tells;
 * what there is to be said is the room's.
 */
import { closeCode, type Reason } from '@attest/schema/protocol'
import type { Role } from '@attest/schema/roles'
import type { Baseline } from './baseline.ts'
import type { RoomDocument } from './document.ts'
import { mergeUpdates } from './merge.ts'
import type { Attendant } from './presence.ts'
import { writeAnswer, writeAsk, writeSaved, writeUpdate } from './wire.ts'

export interface Peer extends Attendant {
  send(frame: Uint8Array): void
  /** Sends the answer to sync step 1. */
  answer(frames: readonly Uint8Array[]): void
  /** Ends the connection; it leaves the room at once. */
  end(code: number, reason?: Reason): void
}

/** What a peer has been told, and what is awaited of it. */
export interface Standing {
  /** As which its page takes itself to be here. */
  role: Role
  /** It had its first answer, and has been told every change since. */
  isLive: boolean
  /** Our sync step 1 is not answered yet, so it may have changes that we have not: no barrier is sent back before. */
  owesAnswer: boolean
  /** Our sync step 1 was sent and nothing has come back. */
  isAsked: boolean
  /** Something of it was dropped since it was asked, which its answer need not hold: a proxy may let one overtake the other. */
  hasMissed: boolean
  barriers: number[]
  askedAt: number
}

export interface Barrier {
  peer: Peer
  number: number
}

const ASK_EVERY_MS = 1000
const BARRIERS_WAITING = 1000

/** Acts that somebody lacks; from here on they are sent everything, of which the bytes are there already. */
const MUCH = 1000

/** Changes up to this together are merged into one frame; longer ones would take longer to merge than to send. */
const MERGE_BYTES = 256 * 1024

export class Audience {
  readonly #standings = new Map<Peer, Standing>()
  /** Who asked what since the last answers: their state vectors. */
  readonly #questions = new Map<Peer, Uint8Array>()
  readonly #now: () => number

  constructor(now: () => number) {
    this.#now = now
  }

  get peers(): Iterable<Peer> {
    return this.#standings.keys()
  }

  join(peer: Peer, role: Role): void {
    this.#standings.set(peer, {
      role,
      isLive: false,
      owesAnswer: true,
      isAsked: false,
      hasMissed: false,
      barriers: [],
      askedAt: 0,
    })
  }

  /** Whether it was here. */
  leave(peer: Peer): boolean {
    this.#questions.delete(peer)
    return this.#standings.delete(peer)
  }

  /** Null for one who has left. */
  standingOf(peer: Peer): Standing | null {
    return this.#standings.get(peer) ?? null
  }

  /** Whether somebody waits for an answer. */
  get hasQuestions(): boolean {
    return this.#questions.size > 0
  }

  /** Will be told what it lacks beside this. */
  asks(peer: Peer, vector: Uint8Array): void {
    this.#questions.set(peer, vector)
  }

  /** Whether a barrier can be answered after this turn; else it waits for the peer's own answer. */
  isReady(peer: Peer, standing: Standing, barrier: number): boolean {
    if (!standing.owesAnswer) return true
    standing.barriers.push(barrier)
    if (standing.barriers.length > BARRIERS_WAITING) peer.end(closeCode.tooMuch)
    return false
  }

  /** It has said what it had: the barriers that waited for that, or in how many milliseconds it is to be asked again. */
  hears(peer: Peer, standing: Standing): { barriers: Barrier[]; askIn: number | null } {
    const wasAsked = standing.isAsked
    standing.isAsked = false
    // Where it was not asked, this came twice, and it is going to be.
    if (standing.hasMissed) return { barriers: [], askIn: wasAsked ? this.#pause(standing) : null }
    standing.owesAnswer = false
    return { barriers: standing.barriers.splice(0).map((number) => ({ peer, number })), askIn: null }
  }

  /** Something of it was dropped: in how many milliseconds it is to be asked; null when it has been, or is going to be. */
  misses(standing: Standing): number | null {
    standing.hasMissed = true
    if (standing.owesAnswer) return null
    standing.owesAnswer = true
    return this.#pause(standing)
  }

  #pause({ askedAt }: Standing): number {
    // The clock may have been put back since.
    return Math.min(ASK_EVERY_MS, Math.max(0, askedAt + ASK_EVERY_MS - this.#now()))
  }

  ask(peer: Peer, vector: Uint8Array): void {
    const standing = this.#standings.get(peer)
    if (!standing) return
    standing.askedAt = this.#now()
    standing.isAsked = true
    standing.hasMissed = false
    peer.send(writeAsk(vector))
  }

  /** Tells everybody who is up to date what has changed since. */
  tell(changes: readonly Uint8Array[]): void {
    if (changes.length === 0) return
    const bytes = changes.reduce((sum, { length }) => sum + length, 0)
    const merged = changes.length > 1 && bytes <= MERGE_BYTES ? [mergeUpdates(changes)] : changes
    for (const frame of merged.map(writeUpdate))
      for (const [peer, { isLive }] of [...this.#standings]) if (isLive) peer.send(frame)
  }

  /** Answers everybody who has asked. */
  answer(doc: RoomDocument, baseline: Baseline): void {
    if (this.#questions.size === 0) return
    const { vector: ours } = doc
    // After a restart everybody asks at once, and many with the same vector: each answer is made once.
    const answers = new Map<string, readonly Uint8Array[]>()
    for (const [peer, vector] of [...this.#questions]) {
      const standing = this.#standings.get(peer)
      if (!standing) continue
      const key = Buffer.from(vector).toString('latin1')
      const answer = answers.get(key) ?? answerTo(vector, doc, baseline)
      answers.set(key, answer)
      const wasLive = standing.isLive
      this.#give(peer, standing, answer)
      if (!wasLive) this.ask(peer, ours)
    }
    this.#questions.clear()
  }

  /** Answers one who has nothing, before the document itself is there. */
  answerFrom(baseline: Baseline, peer: Peer, standing: Standing): void {
    this.#give(peer, standing, baseline.frames())
  }

  confirm(barriers: readonly Barrier[]): void {
    for (const { peer, number } of barriers) peer.send(writeSaved(number))
  }

  endAll(code: number, reason?: Reason): void {
    for (const peer of [...this.#standings.keys()]) peer.end(code, reason)
  }

  #give(peer: Peer, standing: Standing, answer: readonly Uint8Array[]): void {
    // Not before: what depends on the first answer would be kept by Yjs as pending, and sent back so.
    standing.isLive = true
    peer.answer(answer)
  }
}

/** Whether a state vector says that its sender has nothing. */
export function isEmpty(vector: Uint8Array): boolean {
  return vector[0] === 0
}

function answerTo(vector: Uint8Array, doc: RoomDocument, baseline: Baseline): readonly Uint8Array[] {
  // To look for what is missing takes longer than to send what is there, and pages pass over what they know.
  const lacksMuch = isEmpty(vector) || doc.lackOf(vector) > MUCH
  return lacksMuch ? baseline.frames() : [writeAnswer(doc.beyond(vector))]
}
