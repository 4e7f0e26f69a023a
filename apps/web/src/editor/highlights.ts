/**
 * What comes and goes over the text: hover, the selected mark, the words about to be marked, the selections of others.
 * They are CSS Custom Highlights, which touch no element; but every change costs in proportion to all registered
 * ranges, so only these few live here, and marks do not.
 */
import type { Block } from '@attest/schema/article'
import type { Span, Spans } from '@attest/schema/span'
import type { EditorView } from '@tiptap/pm/view'
import { rangeOf } from './places.ts'

export type HighlightName = 'hovered' | 'selected' | 'draft' | 'hit' | 'current-hit' | `peer-${number}`

/** Higher ones are painted over lower ones; the selections of others lie under one's own. */
const ranks: Partial<Record<HighlightName, number>> = { hovered: 1, selected: 2, hit: 3, draft: 4, 'current-hit': 5 }

interface Shown {
  spans: Spans
  drawn: Highlight | null
}

const shown = new WeakMap<EditorView, Map<HighlightName, Shown>>()

/** Shows exactly these spans under the name; none takes it away. */
export function highlight(view: EditorView, blocks: readonly Block[], name: HighlightName, spans: Spans): void {
  const ours = shown.get(view) ?? new Map<HighlightName, Shown>()
  shown.set(view, ours)
  if (spans.length > 0) ours.set(name, { spans, drawn: draw(view, blocks, name, spans) })
  else if (ours.delete(name)) CSS.highlights?.delete(name)
}

/** Draws them all again: painting a block replaces its text nodes, and the ranges over them go with those. */
export function redrawHighlights(view: EditorView, blocks: readonly Block[]): void {
  for (const [name, one] of shown.get(view) ?? []) one.drawn = draw(view, blocks, name, one.spans)
}

/** Takes away what this view shows: the registry is the window's, and would hold on to the text of a page that is gone. */
export function dropHighlights(view: EditorView): void {
  // The next article may have taken the name already.
  for (const [name, { drawn }] of shown.get(view) ?? [])
    if (drawn && CSS.highlights.get(name) === drawn) CSS.highlights.delete(name)
  shown.delete(view)
}

function draw(view: EditorView, blocks: readonly Block[], name: HighlightName, spans: Spans): Highlight | null {
  if (!('highlights' in CSS)) return null
  // Static ones: living ranges are kept up to date at every painting, after which these are drawn again anyway.
  const ranges = spans.map((span: Span) => new StaticRange(rangeOf(view, blocks, span)))
  const drawn = new Highlight(...ranges)
  drawn.priority = ranks[name] ?? 0
  CSS.highlights.set(name, drawn)
  return drawn
}
