/**
 * The picture of a whole article in a strip: where along the text there are marks, a column a kind. Places are shares of
 * the text's length, not of the page's height: blocks that were never near the window have only an estimated height.
 */
import type { Annotation } from '@attest/schema/annotation'
import type { Pattern } from '@attest/schema/labelset'
import type { Span } from '@attest/schema/span'

export interface Column {
  /** What the marks in it have in common, for people. */
  name: string
  color: string
  pattern: Pattern
  /** The kind whose marks are in it; others say themselves which are. */
  kind?: string
  has: (annotation: Annotation) => boolean
}

export const COLUMN_PX = 5
export const GAP_PX = 2

/** For each of so many rows, how many of the marks lie over it. */
export function densityOf(spans: Iterable<Span>, length: number, rows: number): Uint32Array {
  const edges = new Int32Array(rows + 1)
  addEdges(edges, spans, length)
  return sumOf(edges)
}

/** Where marks begin and end first, then the sum: a long mark costs no more than a short one. */
function addEdges(edges: Int32Array, spans: Iterable<Span>, length: number): void {
  const rows = edges.length - 1
  for (const [start, end] of spans) {
    if (start >= length) continue
    const first = Math.floor((start / length) * rows)
    const last = Math.max(first + 1, Math.ceil((Math.min(end, length) / length) * rows))
    edges[first] = (edges[first] ?? 0) + 1
    edges[last] = (edges[last] ?? 0) - 1
  }
}

function sumOf(edges: Int32Array): Uint32Array {
  const rows = edges.length - 1
  const density = new Uint32Array(rows)
  let sum = 0
  for (let row = 0; row < rows; row++) {
    sum += edges[row] ?? 0
    density[row] = sum
  }
  return density
}

interface Picture {
  marks: readonly Annotation[]
  hits: readonly Span[]
  hitColor: string
  columns: readonly Column[]
  length: number
  height: number
  /** Device pixels to one of the style sheet's. */
  ratio: number
}

/** Draws it anew into a context of the right size. */
export function drawMinimap(context: CanvasRenderingContext2D, picture: Picture): void {
  const { marks, hits, hitColor, columns, length, height, ratio } = picture
  const rows = Math.max(1, Math.round(height * ratio))
  context.clearRect(0, 0, context.canvas.width, context.canvas.height)
  const edges = columns.map(() => new Int32Array(rows + 1))
  const byKind = new Map(
    columns.flatMap(({ kind }, index) => (kind === undefined ? [] : [[kind, edges[index]] as const])),
  )
  const others = columns.flatMap(({ kind, has }, index) => (kind === undefined ? [{ has, edges: edges[index] }] : []))
  for (const mark of marks) {
    const ofKind = byKind.get(mark.kind)
    if (ofKind) addEdges(ofKind, mark.spans, length)
    for (const { has, edges } of others) if (edges && has(mark)) addEdges(edges, mark.spans, length)
  }
  for (const [index, { color, pattern }] of columns.entries()) {
    const density = sumOf(edges[index] ?? new Int32Array(rows + 1))
    const x = index * (COLUMN_PX + GAP_PX) * ratio
    context.fillStyle = color
    for (let row = 0; row < rows; ) {
      const count = density[row] ?? 0
      let end = row + 1
      while (end < rows && density[end] === count) end++
      if (count > 0) {
        // One mark must be seen, and where there are many it should not be one block of ink.
        context.globalAlpha = Math.min(1, 0.55 + count * 0.15)
        fill(context, pattern, x, row, end - row, ratio)
      }
      row = end
    }
  }
  context.globalAlpha = 1
  if (hits.length === 0) return
  const width = columns.length * (COLUMN_PX + GAP_PX) * ratio
  context.fillStyle = hitColor
  const found = densityOf(hits, length, rows)
  for (const [row, count] of found.entries()) if (count > 0) context.fillRect(0, row, width, 1)
}

/** Kind is pattern first here too: solid, two lines, long and short dashes, down the column. */
function fill(
  context: CanvasRenderingContext2D,
  pattern: Pattern,
  x: number,
  y: number,
  height: number,
  ratio: number,
): void {
  const width = COLUMN_PX * ratio
  if (pattern === 'solid') context.fillRect(x, y, width, height)
  else if (pattern === 'double') {
    const line = Math.max(1, Math.round(1.5 * ratio))
    context.fillRect(x, y, line, height)
    context.fillRect(x + width - line, y, line, height)
  } else {
    // Dashes stand where the strip has them, whichever mark they are of, so that short marks make the same pattern.
    const [on, off] = pattern === 'dashed' ? [6 * ratio, 2 * ratio] : [2 * ratio, 2 * ratio]
    if (height <= on) context.fillRect(x, y, width, height)
    else
      for (let at = Math.floor(y / (on + off)) * (on + off); at < y + height; at += on + off) {
        const [from, to] = [Math.max(y, at), Math.min(y + height, at + on)]
        if (to > from) context.fillRect(x, from, width, to - from)
      }
  }
}
