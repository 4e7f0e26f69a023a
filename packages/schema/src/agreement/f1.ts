/**
 * Span F1 from an alignment, after SemEval-2013 task 9 (Segura-Bedmar et al. 2013, which takes it from MUC-5). Each aligned
 * pair is correct (COR), incorrect (INC) or partly right (PAR); what only the first has is missing (MIS), what only the
 * second has spurious (SPU). The first is the one who is held to be right, where there is one.
 *
 * precision = (COR + PAR / 2) / (COR + INC + PAR + SPU)
 * recall    = (COR + PAR / 2) / (COR + INC + PAR + MIS)
 * F1        = 2 (COR + PAR / 2) / (|first| + |second|), the harmonic mean of both; symmetric, and with the scheme `strict`
 *             the 2 |A ∩ B| / (|A| + |B|) of the two sets of marks (Hripcsak & Rothschild 2005)
 */
import type { Alignment, Difference } from './alignment.ts'
import { quotient, type Value } from './annotated.ts'

/**
 * `strict`: borders and kind must be the same. `exact`: the borders must be, the kind is not looked at. `partial`: as
 * `exact`, but marks that overlap are half right. `type`: the kind must be the same, and they overlap.
 */
export const schemes = ['strict', 'exact', 'partial', 'type'] as const

export type Scheme = (typeof schemes)[number]

export interface Counts {
  correct: number
  incorrect: number
  partial: number
  missing: number
  spurious: number
}

export interface Scores {
  precision: Value
  recall: Value
  f1: Value
}

/** How many aligned pairs there are of each difference, and how many marks without a partner. */
export interface DifferenceCounts extends Record<Difference, number> {
  onlyA: number
  onlyB: number
}

export function countDifferences({ pairs, onlyA, onlyB }: Alignment): DifferenceCounts {
  const counts = { same: 0, borders: 0, kind: 0, both: 0, onlyA: onlyA.length, onlyB: onlyB.length }
  for (const { difference } of pairs) counts[difference]++
  return counts
}

export function countsOf({ same, borders, kind, both, onlyA, onlyB }: DifferenceCounts, scheme: Scheme): Counts {
  const rest = { missing: onlyA, spurious: onlyB }
  switch (scheme) {
    case 'strict':
      return { correct: same, incorrect: borders + kind + both, partial: 0, ...rest }
    case 'exact':
      return { correct: same + kind, incorrect: borders + both, partial: 0, ...rest }
    case 'partial':
      return { correct: same + kind, incorrect: 0, partial: borders + both, ...rest }
    case 'type':
      return { correct: same + borders, incorrect: kind + both, partial: 0, ...rest }
  }
}

export function scoresOf({ correct, incorrect, partial, missing, spurious }: Counts): Scores {
  const right = correct + partial / 2
  const aligned = correct + incorrect + partial
  return {
    precision: quotient(right, aligned + spurious, 'no-marks'),
    recall: quotient(right, aligned + missing, 'no-marks'),
    f1: quotient(2 * right, 2 * aligned + spurious + missing, 'no-marks'),
  }
}
