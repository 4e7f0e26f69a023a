/** Means of the figures of several pairs, of what was seen and of every draw of a bootstrap. */
import type { Value } from './annotated.ts'
import { intervalOf } from './bootstrap.ts'
import type { Estimate } from './figures.ts'

/** The numbers of every draw: those of one figure lie together, NaN where it is not defined. */
export type Draws = Float64Array

/** The plain mean of each figure, over the pairs for which it is defined. */
export class Means {
  readonly #sums: Float64Array
  readonly #counts: Uint32Array
  readonly #drawn: { sums: Float64Array; counts: Uint32Array } | null
  /** Why the first was not defined. */
  #first: readonly Value[] = []

  constructor(figures: number, draws: number) {
    this.#sums = new Float64Array(figures)
    this.#counts = new Uint32Array(figures)
    const size = figures * draws
    this.#drawn = draws > 0 ? { sums: new Float64Array(size), counts: new Uint32Array(size) } : null
  }

  add(values: readonly Value[], draws: Draws | null): void {
    if (this.#first.length === 0) this.#first = values
    for (const [i, { value }] of values.entries()) if (value !== null) addTo(this.#sums, this.#counts, i, value)
    if (!this.#drawn || !draws) return
    for (let i = 0; i < draws.length; i++) {
      const number = draws[i] as number
      if (!Number.isNaN(number)) addTo(this.#drawn.sums, this.#drawn.counts, i, number)
    }
  }

  values(): Value[] {
    return Array.from(this.#sums, (sum, i): Value => {
      const count = this.#counts[i] as number
      return count > 0 ? { value: sum / count } : (this.#first[i] ?? { value: null, reason: 'not-shared' })
    })
  }

  draws(): Draws | null {
    return this.#drawn?.sums.map((sum, i) => sum / (this.#drawn?.counts[i] as number)) ?? null
  }
}

/** The values with their intervals. */
export function estimatesOf(values: readonly Value[], draws: Draws | null): Estimate[] {
  const each = draws ? draws.length / values.length : 0
  return values.map((value, i) => {
    if (!draws || value.value === null) return { ...value, interval: null }
    const numbers = draws.subarray(i * each, (i + 1) * each).filter((number) => !Number.isNaN(number))
    return { ...value, interval: intervalOf(numbers, each) }
  })
}

function addTo(sums: Float64Array, counts: Uint32Array, index: number, number: number): void {
  sums[index] = (sums[index] as number) + number
  counts[index] = (counts[index] as number) + 1
}
