/**
 * Moving the borders of a mark. A border stands between two grapheme clusters, with no blank inside it at the mark's
 * edge; it never crosses the mark's other border, nor reaches the next fragment.
 */
import { clusterAt, isBlank, isGraphemeBoundary, type Span, type Spans, wordAt } from './span.ts'

/** Which end of which of a mark's spans. */
export interface Border {
  index: number
  side: 'start' | 'end'
}

type Side = Border['side']

/** Where a border is, as a text offset. Throws when the mark has no such span. */
export function placeOf(spans: Spans, { index, side }: Border): number {
  const span = spans[index]
  if (!span) throw new RangeError(`no span ${index} in ${spans.length}`)
  return side === 'start' ? span[0] : span[1]
}

/** The spans with one border as near to `to` as it may go. */
export function moveBorder(text: string, spans: Spans, border: Border, to: number): Span[] {
  const [start, end] = [placeOf(spans, { ...border, side: 'start' }), placeOf(spans, { ...border, side: 'end' })]
  const at = onCharacter(text, between(to, 0, text.length))
  const before = spans[border.index - 1]
  const after = spans[border.index + 1]
  const moved: Span =
    border.side === 'start'
      ? [between(at, before ? next(text, before[1]) : 0, previous(text, end)), end]
      : [start, between(at, next(text, start), after ? previous(text, after[0]) : text.length)]
  // What was clamped may stand at a blank now; back towards the rest of the mark there is always something else.
  const settled: Span =
    border.side === 'start'
      ? [Math.min(settle(text, moved[0], 'start'), previous(text, end)), end]
      : [start, Math.max(settle(text, moved[1], 'end'), next(text, start))]
  return spans.map((span, i) => (i === border.index ? settled : span))
}

/** Where a border goes that is dropped at `offset`: out of the middle of a word to its nearer end, and off blanks. */
export function snapBorder(text: string, offset: number, side: Side, by: 'character' | 'word'): number {
  const at = onCharacter(text, offset)
  const word = by === 'word' && at < text.length ? wordAt(text, at) : null
  if (!word || word[0] >= at) return settle(text, at, side)
  const [start, end] = [snapped(text, word[0], 'start'), snapped(text, word[1], 'end')]
  return settle(text, at - start < end - at ? start : end, side)
}

/** Where a border goes from `offset` with one step on (1) or back (-1) in the text; past the last one, to its end. */
export function stepBorder(text: string, offset: number, side: Side, step: 1 | -1, by: 'character' | 'word'): number {
  for (let at = offset; step === 1 ? at < text.length : at > 0; ) {
    at = step === 1 ? next(text, at) : previous(text, at)
    if (isRest(text, at, side, by)) return at
  }
  return step === 1 ? text.length : 0
}

/** Whether a border that goes by characters, or by words, stops here. */
function isRest(text: string, at: number, side: Side, by: 'character' | 'word'): boolean {
  // The cluster just inside of the mark.
  const inner = side === 'start' ? at : at - 1
  if (inner < 0 || inner >= text.length || isBlank(text, inner)) return false
  if (by === 'character') return true
  const word = wordAt(text, inner)
  return word !== null && at === (side === 'start' ? snapped(text, word[0], 'start') : snapped(text, word[1], 'end'))
}

/** The nearest place towards the mark with no blank just inside of it. */
function settle(text: string, offset: number, side: Side): number {
  let at = offset
  if (side === 'start') while (at < text.length && isBlank(text, at)) at = next(text, at)
  else while (at > 0 && isBlank(text, at - 1)) at = previous(text, at)
  return at
}

/** The border of the grapheme cluster around the end of a word: a cluster can reach into a word. */
function snapped(text: string, offset: number, side: Side): number {
  if (isGraphemeBoundary(text, offset)) return offset
  const [start, end] = clusterAt(text, offset)
  return side === 'start' ? start : end
}

function onCharacter(text: string, offset: number): number {
  return isGraphemeBoundary(text, offset) ? offset : clusterAt(text, offset)[0]
}

function next(text: string, offset: number): number {
  return offset < text.length ? clusterAt(text, offset)[1] : text.length
}

function previous(text: string, offset: number): number {
  return offset > 0 ? clusterAt(text, offset - 1)[0] : 0
}

function between(value: number, low: number, high: number): number {
  return Math.max(low, Math.min(value, high))
}
