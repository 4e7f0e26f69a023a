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

export function labelStyles(set: LabelSet): CSSStyleSheet {
  const sheet = new CSSStyleSheet()
  sheet.replaceSync(set.kinds.map(rulesOf).join('\n'))
  return sheet
}

function rulesOf({ id, color, pattern }: Kind): string {
  const line = lines[pattern](`var(--kind-${id})`)
  const lanes = [0, 1, 2].map(
    (lane) => `.lane${lane}-${id} { --line${lane}: ${line}; --height${lane}: ${heights[pattern]}px; }`,
  )
  return [
    `:root { --kind-${id}: light-dark(${color.light}, ${color.dark}); --line-${id}: ${line}; --height-${id}: ${heights[pattern]}px; }`,
    ...lanes,
    `.tint-${id} { --tint: color-mix(in oklab, var(--kind-${id}) var(--tint-share), transparent); }`,
  ].join('\n')
}
