/**
 * The figures of a tally. Each is a quotient, of every kind, and so is the pooled one of all kinds: the sum of what is above
 * over the sum of what is below. (For F1 that is the micro average. For kappa and alpha it is 1 - Σ observed / Σ expected
 * disagreement, as Krippendorff pools kinds: the same as alpha, or weighted kappa, of the sets of kinds at each place with the
 * number of kinds by which two sets differ as their distance.) The mean is the plain one over the kinds that are defined, the
 * macro average.
 *
 * A figure that is not defined is NaN in here, where thousands are computed for an interval, and never leaves as such.
 */

import type { Reason, Value } from './annotated.ts'
import type { Interval } from './bootstrap.ts'
import { countOfKind, countOfRelations, ofKind, ofRelations, type Tally } from './tally.ts'

/**
 * Of a pair. `exact`: F1 of the same borders and kind; `partial`: F1 where other borders are half right; `characters` and
 * `tokens`: Cohen's kappa of each kind against none; `unitizing`: u-alpha.
 */
export const pairMeasures = ['exact', 'partial', 'characters', 'tokens', 'unitizing'] as const

/** Of a pair of which the first is gold. */
export const goldMeasures = [
  ...pairMeasures,
  'exactPrecision',
  'exactRecall',
  'partialPrecision',
  'partialRecall',
] as const

/** Krippendorff's alpha of each kind against none, of a tally of all pairs in which each weighs 1 / (people - 1). */
export const groupMeasures = ['alphaCharacters', 'alphaTokens'] as const

export type Measure = (typeof goldMeasures)[number] | (typeof groupMeasures)[number]

export type Estimate = Value & { interval: Interval | null }

export interface Figure {
  pooled: Estimate
  /** Over the kinds. */
  mean: Estimate
  kinds: Record<string, Estimate>
}

export type Figures<M extends Measure> = Record<M, Figure>

export interface RelationFigures {
  /** F1 of relations whose ends are aligned. */
  aligned: Estimate
  /** F1 of those whose ends are exactly the same marks. */
  exact: Estimate
}

/** Which figures are computed, and of how many kinds: pooled, mean and each kind of every measure, then those of relations. */
export class Sheet<M extends Measure> {
  readonly measures: readonly M[]
  readonly kinds: readonly string[]
  readonly size: number

  constructor(measures: readonly M[], kinds: readonly string[]) {
    this.measures = measures
    this.kinds = kinds
    this.size = measures.length * (kinds.length + 2) + 2
  }

  /** The numbers in their order, NaN where one is not defined, from `offset` on with `step` between them. */
  compute(tally: Tally, into: Float64Array, offset = 0, step = 1): void {
    let at = offset
    const put = (number: number) => {
      into[at] = number
      at += step
    }
    for (const measure of this.measures) {
      let [above, below, sum, defined] = [0, 0, 0, 0]
      const first = at
      at += 2 * step
      for (let kind = 0; kind < this.kinds.length; kind++) {
        const [over, under] = fraction(measure, tally, kind)
        const number = under === 0 ? whenAlike(measure, tally, kind) : over / under
        put(number)
        above += over
        below += under
        if (Number.isNaN(number)) continue
        sum += number
        defined++
      }
      const last = at
      at = first
      put(below === 0 ? sum / defined : above / below)
      put(sum / defined)
      at = last
    }
    const links = countOfRelations(tally, ofRelations.relationsA) + countOfRelations(tally, ofRelations.relationsB)
    put((2 * countOfRelations(tally, ofRelations.aligned)) / links)
    put((2 * countOfRelations(tally, ofRelations.exact)) / links)
  }

  /** The figures of a tally as values. */
  valuesOf(tally: Tally): Value[] {
    const numbers = new Float64Array(this.size)
    this.compute(tally, numbers)
    return Array.from(numbers, (value, i) =>
      Number.isNaN(value) ? { value: null, reason: this.#reasonOf(tally, i) } : { value },
    )
  }

  /** Makes a measure undefined in each of the `step` draws. */
  forget(measure: Measure, draws: Float64Array, step: number): void {
    const width = (this.kinds.length + 2) * step
    const at = (this.measures as readonly Measure[]).indexOf(measure) * width
    if (at >= 0) draws.fill(Number.NaN, at, at + width)
  }

  tell(estimates: readonly Estimate[]): Figures<M> & { relations: RelationFigures } {
    let at = 0
    const next = () => estimates[at++] as Estimate
    const figures = this.measures.map((measure) => {
      const [pooled, mean] = [next(), next()]
      return [measure, { pooled, mean, kinds: Object.fromEntries(this.kinds.map((kind) => [kind, next()])) }]
    })
    // One entry for each measure, by the line above.
    return { ...(Object.fromEntries(figures) as Figures<M>), relations: { aligned: next(), exact: next() } }
  }

  #reasonOf(tally: Tally, index: number): Reason {
    const measure = this.measures[Math.floor(index / (this.kinds.length + 2))]
    if (countOfKind(tally, 0, ofKind.characters + ALL) === 0) return 'not-shared'
    if (measure === undefined) return 'no-relations'
    const isByToken = measure === 'tokens' || measure === 'alphaTokens'
    if (isByToken && countOfKind(tally, 0, ofKind.tokens + ALL) === 0) return 'no-text'
    const kind = (index % (this.kinds.length + 2)) - 2
    const kinds = kind < 0 ? this.kinds.keys() : [kind]
    let marks = 0
    for (const each of kinds) {
      if (!measure.endsWith('Precision')) marks += countOfKind(tally, each, ofKind.marksA)
      if (!measure.endsWith('Recall')) marks += countOfKind(tally, each, ofKind.marksB)
    }
    return marks === 0 ? 'no-marks' : 'one-category'
  }
}

const [BOTH, ONLY_A, ONLY_B, ALL] = [0, 1, 2, 3]

/** What is above and what is below the line. */
function fraction(measure: Measure, tally: Tally, kind: number): [number, number] {
  const count = (which: number) => countOfKind(tally, kind, which)
  switch (measure) {
    case 'exact':
      return [2 * count(ofKind.same), count(ofKind.marksA) + count(ofKind.marksB)]
    case 'partial':
      return [2 * count(ofKind.same) + count(ofKind.borders), count(ofKind.marksA) + count(ofKind.marksB)]
    case 'exactPrecision':
      return [count(ofKind.same), count(ofKind.marksB)]
    case 'exactRecall':
      return [count(ofKind.same), count(ofKind.marksA)]
    case 'partialPrecision':
      return [count(ofKind.same) + count(ofKind.borders) / 2, count(ofKind.marksB)]
    case 'partialRecall':
      return [count(ofKind.same) + count(ofKind.borders) / 2, count(ofKind.marksA)]
    case 'characters':
      return kappaFraction(tally, kind, ofKind.characters)
    case 'tokens':
      return kappaFraction(tally, kind, ofKind.tokens)
    case 'alphaCharacters':
      return alphaFraction(tally, kind, ofKind.characters)
    case 'alphaTokens':
      return alphaFraction(tally, kind, ofKind.tokens)
    case 'unitizing':
      return [count(ofKind.expected) - count(ofKind.observed), count(ofKind.expected)]
  }
}

/** (Ao - Ae) / (1 - Ae), both times n². */
function kappaFraction(tally: Tally, kind: number, base: number): [number, number] {
  const both = countOfKind(tally, kind, base + BOTH)
  const onlyA = countOfKind(tally, kind, base + ONLY_A)
  const onlyB = countOfKind(tally, kind, base + ONLY_B)
  const all = countOfKind(tally, kind, base + ALL)
  const [inA, inB] = [both + onlyA, both + onlyB]
  const byChance = inA * inB + (all - inA) * (all - inB)
  return [all * (all - onlyA - onlyB) - byChance, all * all - byChance]
}

/**
 * (De - Do) / De. Every place that m people judge is in m (m - 1) / 2 pairs of the tally, each weighing 1 / (m - 1): so twice
 * the sum of all places is how often a place was judged, and twice the sum of those where two differ is what the coincidence
 * matrix has off its diagonal.
 */
function alphaFraction(tally: Tally, kind: number, base: number): [number, number] {
  const both = countOfKind(tally, kind, base + BOTH)
  const differing = countOfKind(tally, kind, base + ONLY_A) + countOfKind(tally, kind, base + ONLY_B)
  const all = 2 * countOfKind(tally, kind, base + ALL)
  const marked = 2 * both + differing
  const expected = all > 1 ? (2 * marked * (all - marked)) / (all * (all - 1)) : 0
  return [all > 1 ? expected - (2 * differing) / all : 0, expected]
}

/** Alpha of places of which everybody has marked all: nothing differs, and it could have. */
function whenAlike(measure: Measure, tally: Tally, kind: number): number {
  const base = measure === 'alphaCharacters' ? ofKind.characters : measure === 'alphaTokens' ? ofKind.tokens : null
  return base !== null && countOfKind(tally, kind, base + BOTH) > 0 ? 1 : Number.NaN
}
