/**
 * What comes and goes over the text: hover, the selected mark, the words about to be marked, the selections of others.
 * They are CSS Custom Highlights, which touch no element; but every change costs in proportion to all registered
 * ranges, so only these few live here, and marks do not.
 */
import type { Block } from '@attest/schema/article'
import type { Span, Spans } from '@attest/schema/span'
import type { EditorView } from '@tiptap/pm/view'
import { rangeOf } from './places.ts'

export type HighlightName = 'hovered' | 'selected' | 'draft' | `peer-${number}`

/** Higher ones are painted over lower ones; the selections of others lie under one's own. */
const ranks: Partial<Record<HighlightName, number>> = { hovered: 1, selected: 2, draft: 3 }

const wanted = new WeakMap<EditorView, Map<HighlightName, Spans>>()

/** Shows exactly these spans under the name; none takes it away. */
export function highlight(view: EditorView, blocks: readonly Block[], name: HighlightName, spans: Spans): void {
  const ours = wanted.get(view) ?? new Map<HighlightName, Spans>()
  wanted.set(view, ours)
  if (spans.length === 0 && !ours.has(name)) return
  if (spans.length > 0) ours.set(name, spans)
  else ours.delete(name)
  draw(view, blocks, name, spans)
}

/** Draws them all again: painting a block replaces its text nodes, and the ranges over them go with those. */
export function redrawHighlights(view: EditorView, blocks: readonly Block[]): void {
  for (const [name, spans] of wanted.get(view) ?? []) draw(view, blocks, name, spans)
}

function draw(view: EditorView, blocks: readonly Block[], name: HighlightName, spans: Spans): void {
  if (!('highlights' in CSS)) return
  if (spans.length === 0) {
    CSS.highlights.delete(name)
    return
  }
  const ranges = spans.map((span: Span) => rangeOf(view, blocks, span))
  const found = new Highlight(...ranges)
  found.priority = ranks[name] ?? 0
  CSS.highlights.set(name, found)
}
