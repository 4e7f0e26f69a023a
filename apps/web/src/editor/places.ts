/** Between the text's offsets (UTF-16 code units), the editor's positions and the pixels of the window. */
import { type Block, blockIndexAt, toOffset, toPosition } from '@attest/schema/article'
import { type Span, snapToGraphemes } from '@attest/schema/span'
import { TextSelection, type Transaction } from '@tiptap/pm/state'
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

/** The text offset of the character of an element that is under a point of the window; null where there is none. */
export function characterAtPoint(
  view: EditorView,
  blocks: readonly Block[],
  within: Element,
  { clientX: left, clientY: top }: { clientX: number; clientY: number },
): number | null {
  const { ownerDocument } = view.dom
  const caret = ownerDocument.caretPositionFromPoint?.(left, top)
  const range = caret ? null : ownerDocument.caretRangeFromPoint?.(left, top)
  const [node, at] = [caret?.offsetNode ?? range?.startContainer, caret?.offset ?? range?.startOffset]
  if (!(node instanceof Text) || at === undefined || !within.contains(node)) return null
  // A caret is between two characters; the point is on one of them, and which one depends on the direction of the text.
  const character = rulers.get(ownerDocument) ?? ownerDocument.createRange()
  rulers.set(ownerDocument, character)
  for (const start of [at, at - 1]) {
    if (start < 0 || start >= node.length) continue
    character.setStart(node, start)
    character.setEnd(node, start + 1)
    for (const rect of character.getClientRects())
      if (rect.left <= left && left < rect.right) return offsetAtDom(view, blocks, node, start)
  }
  return null
}

/** The span of the window's selection inside the article, or null when it is empty or nothing of it is in there. */
export function selectedSpan(view: EditorView, blocks: readonly Block[]): Span | null {
  const selection = view.dom.ownerDocument.getSelection()
  if (!selection?.anchorNode || !selection.focusNode || selection.isCollapsed) return null
  const { anchorNode, anchorOffset, focusNode, focusOffset } = selection
  if (!view.dom.contains(anchorNode) && !view.dom.contains(focusNode)) return null
  const anchor = offsetAtDom(view, blocks, anchorNode, anchorOffset) ?? nearestEnd(view, blocks, anchorNode)
  const focus = offsetAtDom(view, blocks, focusNode, focusOffset) ?? nearestEnd(view, blocks, focusNode)
  if (anchor === focus) return null
  return anchor < focus ? [anchor, focus] : [focus, anchor]
}

/** A triple click or a long drag ends outside the article; what is meant is up to its end. */
function nearestEnd(view: EditorView, blocks: readonly Block[], node: globalThis.Node): number {
  const isBefore = view.dom.compareDocumentPosition(node) & globalThis.Node.DOCUMENT_POSITION_PRECEDING
  return isBefore ? 0 : (blocks.at(-1)?.end ?? 0)
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

const rulers = new WeakMap<Document, Range>()

/**
 * Where the character at an offset is in the window. One range measures them all: the browser keeps every range up to
 * date at every change of the page for as long as it is not collected, and thousands of them hold it up for seconds.
 */
export function characterRect(view: EditorView, blocks: readonly Block[], offset: number): DOMRect {
  const { ownerDocument } = view.dom
  const ruler = rulers.get(ownerDocument) ?? ownerDocument.createRange()
  rulers.set(ownerDocument, ruler)
  const from = view.domAtPos(toPosition(blocks, offset), 1)
  const to = view.domAtPos(toPosition(blocks, offset + 1), -1)
  ruler.setStart(from.node, from.offset)
  ruler.setEnd(to.node, to.offset)
  return ruler.getBoundingClientRect()
}

/** The text offset nearest to a point of the window; null when the article is not laid out there. */
export function offsetAtPoint(view: EditorView, blocks: readonly Block[], x: number, y: number): number | null {
  const box = view.dom.getBoundingClientRect()
  // Beside, over and under the text, the nearest of it is meant.
  const left = Math.max(box.left + 1, Math.min(x, box.right - 1))
  const top = Math.max(box.top + 1, Math.min(y, box.bottom - 1))
  const found = view.posAtCoords({ left, top })
  if (!found) return null
  const resolved = view.state.doc.resolve(found.pos)
  if (resolved.depth > 0) return toOffset(blocks, found.pos)
  const next = blocks[resolved.index()]
  return next ? next.start : (blocks.at(-1)?.end ?? 0)
}

/** The direction in which the block at an offset is written. */
export function directionAt(view: EditorView, blocks: readonly Block[], offset: number): 'ltr' | 'rtl' {
  const element = view.dom.children[blockIndexAt(blocks, offset)]
  return element && getComputedStyle(element).direction === 'rtl' ? 'rtl' : 'ltr'
}

const rightToLeft =
  /^[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}\p{Script=Adlam}]/u

/**
 * Where a border of a span is in the window: at the edge of the first or last character of the span, on the line of
 * that one. (The caret's own rectangle may be on the line before or after.) Null where nothing is laid out.
 */
export function borderPlace(
  view: EditorView,
  { text, blocks }: { text: string; blocks: readonly Block[] },
  [start, end]: Span,
  side: 'start' | 'end',
): { left: number; top: number; bottom: number } | null {
  const inner = snapToGraphemes(text, side === 'start' ? [start, start + 1] : [end - 1, end])
  const rects = [...rangeOf(view, blocks, inner).getClientRects()].filter((rect) => rect.width > 0)
  const rect = side === 'start' ? rects[0] : rects.at(-1)
  if (!rect) return null
  const character = text.slice(...inner)
  // Letters and figures know their direction; a sign goes with its block.
  const isRtl = /^[\p{L}\p{N}]/u.test(character)
    ? rightToLeft.test(character)
    : directionAt(view, blocks, inner[0]) === 'rtl'
  return { left: (side === 'start') === isRtl ? rect.right : rect.left, top: rect.top, bottom: rect.bottom }
}

/**
 * Selects from one offset to another, the second being the end that moves. ProseMirror is told as well: it puts the
 * selection that it knows back into the page whenever it paints.
 */
export function select(view: EditorView, blocks: readonly Block[], anchor: number, head: number): void {
  const { state } = view
  const [from, to] = [toPosition(blocks, anchor), toPosition(blocks, head)]
  view.dispatch(state.tr.setSelection(TextSelection.create(state.doc, from, to)))
  const [start, end] = [view.domAtPos(from), view.domAtPos(to)]
  view.dom.ownerDocument.getSelection()?.setBaseAndExtent(start.node, start.offset, end.node, end.offset)
}

/** Tells ProseMirror what the window has selected in the article, so that painting puts just that back. */
export function withWindowSelection(view: EditorView, transaction: Transaction): Transaction {
  const selection = view.dom.ownerDocument.getSelection()
  const { anchorNode, focusNode } = selection ?? {}
  if (!selection || !anchorNode || !focusNode || !view.dom.contains(anchorNode) || !view.dom.contains(focusNode))
    return transaction
  const { doc } = transaction
  const anchor = doc.resolve(view.posAtDOM(anchorNode, selection.anchorOffset))
  const head = doc.resolve(view.posAtDOM(focusNode, selection.focusOffset))
  return transaction.setSelection(TextSelection.between(anchor, head))
}

/** How near to the upper or lower edge of the window counts as out of view, in pixels: the bar is there, and the sheet. */
const EDGE = 96

/**
 * Scrolls until the span is in view, if it is not. What is far away is reached at once and then approached: paragraphs
 * that were never near the window have only an estimated height, and each step shows what they really have.
 */
export function bringIntoView(view: EditorView, blocks: readonly Block[], span: Span): void {
  const approach = (stepsLeft: number) => {
    if (view.isDestroyed) return
    const range = rangeOf(view, blocks, span)
    const rect = range.getClientRects()[0] ?? range.getBoundingClientRect()
    const bottom = lowerEdge()
    if (rect.top >= EDGE && rect.bottom <= bottom) return
    const distance = rect.top - Math.min(window.innerHeight / 3, (EDGE + bottom) / 2)
    const isFar = Math.abs(distance) > 1.5 * window.innerHeight
    const isCalm = window.matchMedia('(prefers-reduced-motion: reduce)').matches
    window.scrollBy({ top: distance, behavior: isFar || isCalm || stepsLeft < APPROACH_STEPS ? 'instant' : 'smooth' })
    if (stepsLeft > 0 && (isFar || stepsLeft < APPROACH_STEPS)) requestAnimationFrame(() => approach(stepsLeft - 1))
  }
  approach(APPROACH_STEPS)
}

const APPROACH_STEPS = 12

/** Where the window ends for the text: at its edge, or at the sheet that stands there on narrow screens. */
function lowerEdge(): number {
  const sheet = document.querySelector('[data-sheet]')?.getBoundingClientRect().top ?? Number.POSITIVE_INFINITY
  return Math.max(2 * EDGE, Math.min(window.innerHeight - EDGE, sheet - 12))
}

/** What had the focus may go with what was shown of a mark; the keys should go on acting on the article. */
export function keepFocus(view: EditorView): void {
  requestAnimationFrame(() => {
    if (!view.isDestroyed && (document.activeElement === document.body || document.activeElement === null))
      view.dom.focus({ preventScroll: true })
  })
}
