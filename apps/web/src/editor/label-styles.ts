/**
 * The style sheet of a label set: for each kind its colour, its line in each lane, and its tint. It is a constructed
 * sheet, so a strict content security policy needs no exception for what a project's owner has chosen.
 */
import type { Kind, LabelSet, Pattern } from '@attest/schema/labelset'

/** The line of a kind as a CSS image for a box as wide as the words and as high as a lane. */
const lines: Record<Pattern, (color: string) => string> = {
  solid: (color) => `linear-gradient(${color}, ${color})`,
  double: (color) => `linear-gradient(${color} 0 1.25px, transparent 1.25px 2.75px, ${color} 2.75px)`,
  dashed: (color) => `repeating-linear-gradient(90deg, ${color} 0 8px, transparent 8px 12px)`,
  dotted: (color) => `repeating-linear-gradient(90deg, ${color} 0 2.5px, transparent 2.5px 5px)`,
}

const heights: Record<Pattern, number> = { solid: 3, double: 4, dashed: 3, dotted: 3 }

/** The line of a pattern in some colour, for where the style sheet has another label set, or none. */
export function patternLine(pattern: Pattern, color: string): { image: string; height: number } {
  return { image: lines[pattern](color), height: heights[pattern] }
}

/** Before the name of a kind where the mark is only proposed: no kind’s id begins like this. */
export const FAINT = '_faint-'

/** Kinds that the label set does not have: no kind's id begins like this. */
const unknown = '_unknown'
const unknownRules = rules(unknown, {
  color: 'var(--line-strong)',
  line: 'repeating-linear-gradient(90deg, var(--line-strong) 0 2px, transparent 2px 9px)',
  height: 3,
})

/** The name under which the style sheet has this kind, for `--kind-…` and the like. */
export function styleOf({ kinds }: LabelSet, kind: string): string {
  return kinds.some((one) => one.id === kind) ? kind : unknown
}

export function labelStyles(set: LabelSet): CSSStyleSheet {
  const sheet = new CSSStyleSheet()
  sheet.replaceSync([...set.kinds.map(rulesOf), unknownRules].join('\n'))
  return sheet
}

function rulesOf({ id, color, pattern }: Kind): string {
  return rules(id, {
    color: `light-dark(${color.light}, ${color.dark})`,
    line: lines[pattern](`var(--kind-${id})`),
    height: heights[pattern],
  })
}

function rules(id: string, { color, line, height }: { color: string; line: string; height: number }): string {
  const lanes = [0, 1, 2].map((lane) => `.lane${lane}-${id} { --line${lane}: ${line}; --height${lane}: ${height}px; }`)
  // The pattern tells the kind of what is only proposed as well; it is fainter, and has no tint.
  const faint = line.replaceAll(`var(--kind-${id})`, `color-mix(in oklab, var(--kind-${id}) 60%, transparent)`)
  for (const lane of [0, 1, 2])
    lanes.push(`.lane${lane}-${FAINT}${id} { --line${lane}: ${faint}; --height${lane}: ${height}px; }`)
  return [
    `:root { --kind-${id}: ${color}; --line-${id}: ${line}; --height-${id}: ${height}px; }`,
    ...lanes,
    `.tint-${id} { --tint: color-mix(in oklab, var(--kind-${id}) var(--tint-share), transparent); }`,
  ].join('\n')
}
