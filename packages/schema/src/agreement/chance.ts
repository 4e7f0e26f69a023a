/** Chance from a seed, so that whoever computes a figure again gets the same one. */

/** mulberry32 (Tommy Ettinger): 32 bits of state, good enough for resampling. A number from 0 to 1, without 1. */
export function makeChance(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
