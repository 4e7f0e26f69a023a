/**
 * Bootstrap intervals (Efron 1979; the percentiles of Efron & Tibshirani 1993, chapter 13): what is compared is drawn again
 * as often as there are units, with replacement, and the figure computed of what was drawn; the middle 95 % of many such
 * draws are the interval. All counts are sums over the units, so a draw is a sum with weights.
 */
import { makeChance } from './chance.ts'

/** Below so many units an interval would say more than is known. */
export const FEWEST_UNITS = 10

export interface Interval {
  low: number
  high: number
  /** Of how many draws; those in which the figure is not defined are left out. */
  draws: number
}

/** For each draw how often each unit came. */
export function drawUnits(units: number, draws: number, seed: number): Uint16Array[] {
  const chance = makeChance(seed)
  return Array.from({ length: draws }, () => {
    const times = new Uint16Array(units)
    for (let i = 0; i < units; i++) {
      const drawn = Math.floor(chance() * units)
      times[drawn] = (times[drawn] as number) + 1
    }
    return times
  })
}

/** The 2.5th and 97.5th percentiles of the numbers; null when a figure was not defined in more than half of the draws. */
export function intervalOf(numbers: Float64Array, draws: number): Interval | null {
  if (numbers.length === 0 || numbers.length * 2 < draws) return null
  const sorted = numbers.toSorted()
  return { low: percentile(sorted, 0.025), high: percentile(sorted, 0.975), draws: numbers.length }
}

function percentile(sorted: Float64Array, share: number): number {
  const place = share * (sorted.length - 1)
  const [below, above] = [sorted[Math.floor(place)] as number, sorted[Math.ceil(place)] as number]
  return below + (above - below) * (place - Math.floor(place))
}
