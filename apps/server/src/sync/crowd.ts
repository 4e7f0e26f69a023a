/**
 * Who is connected: how many connections each person, address and room has, within their limits, and each person's
 * budget, which outlives their connections until it is whole again.
 */
import { isLoopback } from '../guard.ts'
import { type Allowance, Budget } from './budget.ts'

export interface Caps {
  person: number
  /** Not asked of the loopback address: a proxy on this machine has everybody behind it. */
  address: number
  room: number
}

/** A person with thirty articles in tabs, a newsroom behind one address, and readers by the hundred. */
export const defaultCaps: Caps = { person: 48, address: 1000, room: 1000 }

/** One connection's place in the crowd. */
export interface Seat {
  budget: Budget
  /** Safe to call twice. */
  leave(): void
}

export class Crowd {
  readonly #caps: Caps
  readonly #allowance: Allowance
  readonly #now: () => number
  readonly #counts = new Map<string, number>()
  readonly #budgets = new Map<string, Budget>()

  constructor(caps: Caps, allowance: Allowance, now: () => number) {
    this.#caps = caps
    this.#allowance = allowance
    this.#now = now
  }

  /** Null when there are too many already. */
  enter({ person, address, room }: { person: string; address: string; room: string }): Seat | null {
    const budget = this.#budgets.get(person) ?? new Budget(this.#allowance, this.#now)
    this.#budgets.set(person, budget)
    const places = [
      { key: `person ${person}`, cap: this.#caps.person },
      { key: `room ${room}`, cap: this.#caps.room },
      ...(isHere(address) ? [] : [{ key: `address ${address}`, cap: this.#caps.address }]),
    ]
    if (places.some(({ key, cap }) => this.#countOf(key) >= cap) || !budget.arrives()) return null
    for (const { key } of places) this.#counts.set(key, this.#countOf(key) + 1)
    let hasLeft = false
    return {
      budget,
      leave: () => {
        if (hasLeft) return
        hasLeft = true
        for (const { key } of places) this.#leave(key)
      },
    }
  }

  /** Forgets the budgets of those who are not here and have used nothing of late. */
  tidy(): void {
    for (const [person, budget] of this.#budgets)
      if (this.#countOf(`person ${person}`) === 0 && budget.isUntouched) this.#budgets.delete(person)
  }

  #countOf(key: string): number {
    return this.#counts.get(key) ?? 0
  }

  #leave(key: string): void {
    const left = this.#countOf(key) - 1
    if (left > 0) this.#counts.set(key, left)
    else this.#counts.delete(key)
  }
}

/** As Node writes it, also an IPv4 address on a socket for both. */
function isHere(address: string): boolean {
  return isLoopback(address.replace(/^::ffff:/, ''))
}
