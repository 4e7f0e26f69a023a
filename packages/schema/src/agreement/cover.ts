/**
 * Which part of a text marks cover, as sorted runs that are apart, in one flat list: start, end, start, end … All that is
 * said of characters or tokens is counted from these runs, so it costs by the marks and not by the length of the text.
 */
import type { Spans } from '../span.ts'

/** Runs are half-open, like spans; in code units or, over tokens, in tokens. */
export type Cover = readonly number[]

/** What any of the marks covers. Runs that touch are one. */
export function coverOf(marks: readonly { spans: Spans }[]): Cover {
  return joined(marks.flatMap(({ spans }) => spans))
}

/** What both cover. */
export function bothOf(a: Cover, b: Cover): Cover {
  const both: number[] = []
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    const [endA, endB] = [a[i + 1] as number, b[j + 1] as number]
    const start = Math.max(a[i] as number, b[j] as number)
    const end = Math.min(endA, endB)
    if (start < end) both.push(start, end)
    if (endA < endB) i += 2
    else j += 2
  }
  return both
}

/** How much it covers in each of the pieces, of which the ends are given in order; it lies within them. */
export function lengthsIn(cover: Cover, ends: readonly number[]): number[] {
  const lengths = ends.map(() => 0)
  let piece = 0
  for (let i = 0; i < cover.length; i += 2) {
    let [from, to] = [cover[i] as number, cover[i + 1] as number]
    while (from < to) {
      while (piece < ends.length - 1 && (ends[piece] as number) <= from) piece++
      const until = piece < ends.length - 1 ? Math.min(to, ends[piece] as number) : to
      lengths[piece] = (lengths[piece] as number) + until - from
      from = until
    }
  }
  return lengths
}

/** Runs that may overlap and come in any order, joined. */
export function joined(runs: readonly (readonly [number, number])[]): Cover {
  const cover: number[] = []
  for (const [start, end] of runs.toSorted((a, b) => a[0] - b[0])) {
    if (start >= end) continue
    const last = cover.length - 1
    if (last > 0 && start <= (cover[last] as number)) cover[last] = Math.max(cover[last] as number, end)
    else cover.push(start, end)
  }
  return cover
}
