/** Chance from a seed: a test that failed is run again with `SEED=… npx vitest run …`. */
export interface Chance {
  seed: number
  /** A whole number from 0 up to, and without, `below`. */
  under(below: number): number
  pick<T>(items: readonly T[]): T
}

/** Prints the seed, so that whoever sees a failure can have it again. */
export function chance(name: string): Chance {
  const seed = someSeed()
  console.info(`${name}: SEED=${seed}`)
  return chanceOf(seed)
}

/** The seed that was asked for, or any. */
export function someSeed(): number {
  return Number(process.env['SEED'] ?? Math.floor(Math.random() * 2 ** 31))
}

/** mulberry32: small and good enough for tests and loads. A number from 0 to 1, without 1. */
export function makeRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

export function chanceOf(seed: number): Chance {
  const next = makeRandom(seed)
  const under = (below: number) => Math.floor(next() * below)
  return {
    seed,
    under,
    pick<T>(items: readonly T[]): T {
      if (items.length === 0) throw new RangeError('nothing to pick from')
      // The index is under the length.
      return items[under(items.length)] as T
    },
  }
}
