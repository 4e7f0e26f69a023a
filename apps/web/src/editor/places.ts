/** Between the text's offsets (UTF-16 code units), the editor's positions and the pixels of the window. */
import { type Block, toOffset, toPosition } from '@attest/schema/article'
import type { Span } from '@attest/schema/span'
import { TextSelection } from '@tiptap/pm/state'
import type { EditorView } from '@tiptap/pm/view'

/** The text offset of a place in the DOM under the editor; null outside it. A place between two blocks is the start of the next. */
export function offsetAtDom(
  view: EditorView,
  blocks: readonly Block[],
  node: globalThis.Node,
  domOffset: number,
): number | null {
  if (!view.dom.contains(node)) return null
  const position = view.posAtDOM(node, domOffset, 1)
  const resolved = view.state.doc.resolve(position)
  if (resolved.depth > 0) return toOffset(blocks, position)
  const next = blocks[resolved.index()]
  return next ? next.start : (blocks.at(-1)?.end ?? 0)
}

/** The span of the window's selection inside the article, or null when it is empty, elsewhere, or reaches out of it. */
export function selectedSpan(view: EditorView, blocks: readonly Block[]): Span | null {
  const selection = view.dom.ownerDocument.getSelection()
  if (!selection?.anchorNode || !selection.focusNode || selection.isCollapsed) return null
  const anchor = offsetAtDom(view, blocks, selection.anchorNode, selection.anchorOffset)
  const focus = offsetAtDom(view, blocks, selection.focusNode, selection.focusOffset)
  if (anchor === null || focus === null || anchor === focus) return null
  return anchor < focus ? [anchor, focus] : [focus, anchor]
}

/** The offset of the selection's moving end, where the keyboard's cursor is; null when it is not in the article. */
export function cursorOffset(view: EditorView, blocks: readonly Block[]): number | null {
  const selection = view.dom.ownerDocument.getSelection()
  if (!selection?.focusNode) return null
  return offsetAtDom(view, blocks, selection.focusNode, selection.focusOffset)
}

/** The DOM range of a span. It holds only until the blocks under it are painted again. */
export function rangeOf(view: EditorView, blocks: readonly Block[], [start, end]: Span): Range {
  const from = view.domAtPos(toPosition(blocks, start), 1)
  const to = view.domAtPos(toPosition(blocks, end), -1)
  const range = view.dom.ownerDocument.createRange()
  range.setStart(from.node, from.offset)
  range.setEnd(to.node, to.offset)
  return range
}

/**
 * Selects the span, its end being the end that moves. ProseMirror is told as well: it puts the selection that it knows
 * back into the page whenever it paints.
 */
export function selectSpan(view: EditorView, blocks: readonly Block[], [start, end]: Span): void {
  const { state } = view
  const selection = TextSelection.create(state.doc, toPosition(blocks, start), toPosition(blocks, end))
  view.dispatch(state.tr.setSelection(selection))
  const range = rangeOf(view, blocks, [start, end])
  const { startContainer, startOffset, endContainer, endOffset } = range
  view.dom.ownerDocument.getSelection()?.setBaseAndExtent(startContainer, startOffset, endContainer, endOffset)
}

/** Scrolls only when the words are not in view already: below the bar at the top, above the fold. */
export function bringIntoView(range: Range): void {
  const rect = range.getClientRects()[0] ?? range.getBoundingClientRect()
  const margin = 96
  if (rect.top >= margin && rect.bottom <= window.innerHeight - margin) return
  const isCalm = window.matchMedia('(prefers-reduced-motion: reduce)').matches
  window.scrollBy({ top: rect.top - window.innerHeight / 3, behavior: isCalm ? 'instant' : 'smooth' })
}
