/**
 * Marks for somebody to begin with, found by rules alone: who is given as saying what, where it can be looked up, and what
 * is denied. For English. Nothing leaves the program, nothing is learned, and the same text always gives the same. It only
 * proposes: what `score` means and how often it is right is in docs/suggestions.md.
 */
import type { Annotation, Attributes } from '../annotation.ts'
import { knownAttributes, type LabelSet } from '../labelset.ts'
import { isGraphemeBoundary, type Span } from '../span.ts'
import { type AttributionRule, findAttributions } from './attributing.ts'
import { type CitationRule, findCitations } from './citing.ts'
import { type DenialRule, findDenials } from './denying.ts'
import { readText, spanOf } from './reading.ts'
import { scoreOf } from './scores.ts'

export type Rule = `attribution ${AttributionRule}` | `denial ${DenialRule}` | `citation ${CitationRule}`

export interface Suggestion extends Pick<Annotation, 'kind' | 'attributes'> {
  spans: [[start: number, end: number]]
  /** From 0 to 1: of what this rule found in texts whose marks are known, the share that was right. */
  score: number
  rule: Rule
}

export const suggestedKinds = ['attribution', 'citation', 'denial'] as const

export type SuggestedKind = (typeof suggestedKinds)[number]

/** What the suggester is called, and which one it is: another version may find other marks. */
export const builtIn = { id: 'built-in', name: 'Built-in suggester', version: '1' } as const

export interface SuggestOptions {
  /** All three where it is not said. */
  kinds?: readonly string[]
  /** Less sure ones are left out. */
  threshold?: number
}

/**
 * The marks that the rules would make, in the order of the text. Kinds and attributes that the label set does not have are
 * left out, so that whatever comes back can be kept as it is.
 */
export function suggest(text: string, labelSet: LabelSet, { kinds, threshold = 0 }: SuggestOptions = {}): Suggestion[] {
  const isWanted = (kind: SuggestedKind) =>
    labelSet.kinds.some(({ id }) => id === kind) && (kinds === undefined || kinds.includes(kind))
  const reading = readText(text)
  const found: Suggestion[] = []
  const add = (kind: SuggestedKind, rule: Rule, span: Span, attributes: Record<string, string | null | undefined>) => {
    const score = scoreOf(rule)
    if (score < threshold || span[0] >= span[1]) return
    if (!isGraphemeBoundary(text, span[0]) || !isGraphemeBoundary(text, span[1])) return
    found.push({
      kind,
      spans: [[span[0], span[1]]],
      attributes: knownAttributes({ attributes: told(attributes) }, kind, labelSet),
      score,
      rule,
    })
  }
  // Denials are read with those who utter them, so these are looked for in any case.
  const attributions = findAttributions(reading)
  if (isWanted('attribution'))
    for (const { rule, stretch, source, cue, mode, addressee } of attributions)
      add('attribution', `attribution ${rule}`, spanOf(reading, stretch), { source, cue, mode, addressee })
  if (isWanted('denial'))
    for (const { rule, stretch, source, cue, mode } of findDenials(reading, attributions))
      add('denial', `denial ${rule}`, spanOf(reading, stretch), { source, cue, mode })
  if (isWanted('citation'))
    for (const { rule, span, type, outlet, url, date } of findCitations(reading))
      add('citation', `citation ${rule}`, span, { citation_type: type, outlet, url, date: date || undefined })
  return found.sort((a, b) => a.spans[0][0] - b.spans[0][0] || b.spans[0][1] - a.spans[0][1])
}

/** Without what was not found out, and without what no attribute could hold. */
function told(attributes: Record<string, string | null | undefined>): Attributes {
  return Object.fromEntries(
    Object.entries(attributes).filter(
      (entry): entry is [string, string | null] => entry[1] !== undefined && (entry[1]?.length ?? 0) <= 2000,
    ),
  )
}
