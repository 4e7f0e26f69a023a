/**
 * Krippendorff's u-alpha of 1995 and 2004 (chapter 11.6), for two people and one kind at a time. It compares where units
 * begin and end on a continuum of length L, here a text:
 *
 * Do = 1/L² Σ δ²   over the pairs of units, one of each person, where δ² = (Δstart)² + (Δend)² for units that overlap, the
 *                  length squared for a unit that lies in a gap of the other, and else 0
 * De = 2/L Σ over all units of [ (N - 1)/3 (2l³ - 3l² + l) + l² Σ over the gaps g >= l of (g - l + 1) ]
 *      / (2L (2L - 1) - Σ l (l - 1)),   l being the length of the unit, N the number of units, gaps those of both people
 * alpha = 1 - Do/De of a kind; of several kinds 1 - Σ Do / Σ De
 *
 * Krippendorff et al. (2016) found that this misbehaves with more than two people, so it is given for pairs only. Units of
 * one person may not overlap; of those that do the one that begins first stays, and of these the longest. Each span of a
 * mark of several is a unit.
 */

import type { Spans } from '../span.ts'
import { quotient, type Value } from './annotated.ts'
import type { Cover } from './cover.ts'

/** `observed` and `expected` disagreement of one kind. */
export interface Disagreement {
  observed: number
  expected: number
}

/** The marks' spans as units that do not overlap, and how many spans were left out for that. */
export function unitsOf(marks: readonly { spans: Spans }[]): { units: Cover; leftOut: number } {
  const units: number[] = []
  let leftOut = 0
  const spans = marks.flatMap((mark) => mark.spans).filter(([start, end]) => start < end)
  for (const [start, end] of spans.sort((a, b) => a[0] - b[0] || b[1] - a[1])) {
    if (start < (units.at(-1) ?? -1)) leftOut++
    else units.push(start, end)
  }
  return { units, leftOut }
}

/** Of the units of two people on the continuum from `begin` to `end`; zero both when neither has any. */
export function disagreementOf(a: Cover, b: Cover, begin: number, end: number): Disagreement {
  const length = end - begin
  const gapsOfA = gapsBetween(a, begin, end)
  const gapsOfB = gapsBetween(b, begin, end)
  let apart = overlapping(a, b)
  for (const [units, gaps] of [
    [a, gapsOfB],
    [b, gapsOfA],
  ] as const)
    apart += inGaps(units, gaps)
  const lengths = [...lengthsOf(a), ...lengthsOf(b)]
  const placesFor = placesIn([...lengthsOf(gapsOfA), ...lengthsOf(gapsOfB)])
  let chance = 0
  for (const l of lengths) {
    const places = placesFor(l)
    chance += ((lengths.length - 1) / 3) * (2 * l ** 3 - 3 * l ** 2 + l) + l ** 2 * places
  }
  const ways = 2 * length * (2 * length - 1) - lengths.reduce((sum, l) => sum + l * (l - 1), 0)
  return {
    observed: length === 0 ? 0 : apart / length ** 2,
    expected: ways === 0 ? 0 : ((2 / length) * chance) / ways,
  }
}

/** In how many places a unit of a length would lie within gaps of these lengths. */
function placesIn(gaps: readonly number[]): (length: number) => number {
  const sorted = Float64Array.from(gaps).sort()
  /** How long those from the index on are together; asked for thousands of times where there are thousands of gaps. */
  const together = new Float64Array(sorted.length + 1)
  for (let i = sorted.length - 1; i >= 0; i--) together[i] = (together[i + 1] as number) + (sorted[i] as number)
  return (length) => {
    let low = 0
    let high = sorted.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((sorted[middle] as number) < length) low = middle + 1
      else high = middle
    }
    return (together[low] as number) - (sorted.length - low) * (length - 1)
  }
}

/** Over the kinds, each with what was observed and what was expected. */
export function unitizingAlpha(kinds: readonly Disagreement[]): Value {
  const [observed, expected] = [sum(kinds, 'observed'), sum(kinds, 'expected')]
  const { value } = quotient(observed, expected, 'one-category')
  return value === null ? { value, reason: 'one-category' } : { value: 1 - value }
}

function sum(kinds: readonly Disagreement[], part: keyof Disagreement): number {
  return kinds.reduce((all, kind) => all + kind[part], 0)
}

function lengthsOf(units: Cover): number[] {
  const lengths: number[] = []
  for (let i = 0; i < units.length; i += 2) lengths.push((units[i + 1] as number) - (units[i] as number))
  return lengths
}

function gapsBetween(units: Cover, begin: number, end: number): Cover {
  const gaps: number[] = []
  let from = begin
  for (let i = 0; i < units.length; i += 2) {
    if (from < (units[i] as number)) gaps.push(from, units[i] as number)
    from = units[i + 1] as number
  }
  if (from < end) gaps.push(from, end)
  return gaps
}

/** Σ (Δstart)² + (Δend)² over the units that overlap. */
function overlapping(a: Cover, b: Cover): number {
  let apart = 0
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    const [startA, endA, startB, endB] = [a[i], a[i + 1], b[j], b[j + 1]] as [number, number, number, number]
    if (startA < endB && startB < endA) apart += (startA - startB) ** 2 + (endA - endB) ** 2
    if (endA < endB) i += 2
    else j += 2
  }
  return apart
}

/** Σ length² over the units that lie wholly in a gap. */
function inGaps(units: Cover, gaps: Cover): number {
  let apart = 0
  let gap = 0
  for (let i = 0; i < units.length; i += 2) {
    const [start, end] = [units[i] as number, units[i + 1] as number]
    while (gap < gaps.length && (gaps[gap + 1] as number) < end) gap += 2
    if (gap < gaps.length && (gaps[gap] as number) <= start) apart += (end - start) ** 2
  }
  return apart
}
