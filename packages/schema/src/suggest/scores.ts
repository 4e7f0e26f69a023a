/**
 * How sure each rule is. Of what it found in the four texts whose marks are known (docs/suggestions.md), how much was right:
 * the same kind over the same words counts as one, over some of them as half. One is added to what was right and two to
 * what was found (Laplace), so that a rule which was seen once is not sure. A test counts them anew.
 */
import type { Rule } from './suggest.ts'

/** Exported for the test that counts anew. */
export const counted: Readonly<Partial<Record<Rule, readonly [right: number, found: number]>>> = {
  'attribution according-to': [3, 3],
  'attribution accused': [2, 2],
  'attribution citing': [1, 1],
  'attribution colon': [3, 3],
  'attribution followed-by-clause': [11, 11],
  'attribution followed-by-that': [12, 13],
  'attribution hearsay': [5, 5],
  'attribution inverted': [2.5, 3],
  'attribution no-comment': [3, 3],
  'attribution noun': [2, 2],
  'attribution participle': [5, 5],
  'attribution quoted-before': [13.5, 14],
  'attribution reported-before': [7, 7],
  'citation address': [4, 4],
  'citation cited-by': [2, 2],
  'citation document': [4, 4],
  'citation outlet': [4, 4],
  'citation pointer': [2, 2],
  'citation post': [4, 4],
  'denial branding': [6, 6],
  'denial denying': [5, 5],
  'denial disagreeing': [1, 1],
  'denial label': [7, 7],
  'denial negation': [3, 3],
  'denial never': [3.5, 5],
  'denial no-evidence': [1, 1],
}

export function scoreOf(rule: Rule): number {
  const [right, found] = counted[rule] ?? [0, 0]
  return Math.round(((right + 1) / (found + 2)) * 100) / 100
}
