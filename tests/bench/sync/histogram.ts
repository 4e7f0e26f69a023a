/** Times, counted: to 10 microseconds up to 200 ms, to the millisecond above. Memory does not grow with their number. */

const FINE_MS = 0.01
const FINE = 20_000
const COARSE = 120_000

export class Histogram {
  readonly #fine = new Uint32Array(FINE)
  readonly #coarse = new Uint32Array(COARSE)
  count = 0
  max = 0

  add(ms: number): void {
    this.count++
    if (ms > this.max) this.max = ms
    const bin = Math.max(0, Math.floor(ms / FINE_MS))
    if (bin < FINE) this.#fine[bin] = (this.#fine[bin] ?? 0) + 1
    else {
      const coarse = Math.min(COARSE - 1, Math.floor(ms))
      this.#coarse[coarse] = (this.#coarse[coarse] ?? 0) + 1
    }
  }

  /** The time that a share of all stayed under; NaN when there are none. */
  percentile(percent: number): number {
    if (this.count === 0) return Number.NaN
    let left = Math.ceil((this.count * percent) / 100)
    for (let bin = 0; bin < FINE; bin++) {
      left -= this.#fine[bin] ?? 0
      if (left <= 0) return (bin + 1) * FINE_MS
    }
    for (let bin = 0; bin < COARSE; bin++) {
      left -= this.#coarse[bin] ?? 0
      if (left <= 0) return bin + 1
    }
    return this.max
  }
}
