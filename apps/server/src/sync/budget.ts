/**
 * What one person may ask of the server: a token bucket each for messages, for bytes sent to us, and for bytes of whole
 * answers. It is the person's, not the connection's: a second tab or coming back does not make it larger.
 */
export interface Rate {
  /** What can be used at once. */
  burst: number
  perSecond: number
}

export interface Allowance {
  /** Messages; one that makes the server look through the whole document counts as `QUESTION`. */
  messages: Rate
  bytesIn: Rate
  /** Bytes of answers to sync step 1, the first of each connection included. */
  bytesAnswered: Rate
  /** Connections opened. */
  arrivals: Rate
}

/** Ten times what the busiest honest page does, so that only somebody who means it gets there. */
export const defaultAllowance: Allowance = {
  messages: { burst: 5000, perSecond: 500 },
  bytesIn: { burst: 32 * 2 ** 20, perSecond: 2 ** 20 },
  bytesAnswered: { burst: 128 * 2 ** 20, perSecond: 2 * 2 ** 20 },
  arrivals: { burst: 120, perSecond: 2 },
}

/** To compare a state vector with a document of 10 000 marks takes as long as judging so many messages. */
export const QUESTION = 20

class Bucket {
  readonly #rate: Rate
  #left: number
  #at: number

  constructor(rate: Rate, now: number) {
    this.#rate = rate
    this.#left = rate.burst
    this.#at = now
  }

  /** False, and nothing is taken, when nothing is left; else the last thing taken may be larger than what was. */
  take(amount: number, now: number): boolean {
    this.#refill(now)
    if (this.#left < 1) return false
    this.#left -= amount
    return true
  }

  isFull(now: number): boolean {
    this.#refill(now)
    return this.#left >= this.#rate.burst
  }

  #refill(now: number): void {
    const seconds = Math.max(0, now - this.#at) / 1000
    this.#left = Math.min(this.#rate.burst, this.#left + seconds * this.#rate.perSecond)
    this.#at = now
  }
}

export class Budget {
  readonly #now: () => number
  readonly #messages: Bucket
  readonly #bytesIn: Bucket
  readonly #bytesAnswered: Bucket
  readonly #arrivals: Bucket

  constructor(allowance: Allowance, now: () => number) {
    this.#now = now
    this.#messages = new Bucket(allowance.messages, now())
    this.#bytesIn = new Bucket(allowance.bytesIn, now())
    this.#bytesAnswered = new Bucket(allowance.bytesAnswered, now())
    this.#arrivals = new Bucket(allowance.arrivals, now())
  }

  get isUntouched(): boolean {
    const now = this.#now()
    return [this.#messages, this.#bytesIn, this.#bytesAnswered, this.#arrivals].every((bucket) => bucket.isFull(now))
  }

  arrives(): boolean {
    return this.#arrivals.take(1, this.#now())
  }

  /** Whether a message of so many bytes may be heard. */
  hears(bytes: number, weight = 1): boolean {
    const now = this.#now()
    return this.#messages.take(weight, now) && this.#bytesIn.take(bytes, now)
  }

  /** Whether an answer of so many bytes may be given. */
  answers(bytes: number): boolean {
    return this.#bytesAnswered.take(bytes, this.#now())
  }
}
