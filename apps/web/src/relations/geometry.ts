/** The way of an arc between two marks, in pixels, and where its label has room. Pure: rectangles in, a path out. */

export interface Box {
  left: number
  top: number
  right: number
  bottom: number
}

export interface Point {
  x: number
  y: number
}

/** A cubic curve. */
export type Curve = readonly [Point, Point, Point, Point]

export interface Ends {
  /** The lines of words of each mark, in the order of the text. */
  from: readonly Box[]
  to: readonly Box[]
  /** What is seen of the page; an end outside is only pointed to. */
  window: Box
}

export interface Arc {
  curve: Curve
  /** Which ends are outside the window: the curve stops at its edge. */
  isCut: { from: boolean; to: boolean }
}

/** How far an arc along a line rises over it. */
const RISE = 26
/** How far inside the window a curve stops whose end is outside. */
const EDGE = 14
/** How much farther away another line counts than another place in the same: along a line there is room for an arc. */
const LINE_WEIGHT = 8
/** An arc shorter than this has its label beside it, which would cover it otherwise. */
const SHORT = 56
/** Between the arrow's point and the words. */
const GAP = 2

/** Null when neither end is in the window. */
export function arcBetween({ from, to, window }: Ends): Arc | null {
  const [start, end] = closest(from, to)
  if (!start || !end) return null
  const isCut = { from: isOutside(start, window), to: isOutside(end, window) }
  if (isCut.from && isCut.to) return null
  const isSameLine = Math.abs(middle(start).y - middle(end).y) < (start.bottom - start.top) / 2
  if (isSameLine) {
    const [a, b] = [top(start), top(end)]
    const rise = RISE + Math.min(22, Math.abs(a.x - b.x) / 12)
    return { curve: [a, { x: a.x, y: a.y - rise }, { x: b.x, y: b.y - rise }, b], isCut }
  }
  const isDown = start.top < end.top
  const a = isCut.from ? atEdge(end, window, isDown) : isDown ? bottom(start) : top(start)
  const b = isCut.to ? atEdge(start, window, !isDown) : isDown ? top(end) : bottom(end)
  const pull = Math.max(18, Math.abs(b.y - a.y) / 2)
  const way = isDown ? 1 : -1
  return { curve: [a, { x: a.x, y: a.y + way * pull }, { x: b.x, y: b.y - way * pull }, b], isCut }
}

export function pathOf([a, b, c, d]: Curve): string {
  const at = ({ x, y }: Point) => `${Math.round(x * 10) / 10} ${Math.round(y * 10) / 10}`
  return `M${at(a)}C${at(b)} ${at(c)} ${at(d)}`
}

export function pointOn([a, b, c, d]: Curve, t: number): Point {
  const u = 1 - t
  const along = (axis: 'x' | 'y') =>
    u ** 3 * a[axis] + 3 * u ** 2 * t * b[axis] + 3 * u * t ** 2 * c[axis] + t ** 3 * d[axis]
  return { x: along('x'), y: along('y') }
}

/** Places labels on their curves, one after the other, each where it lies over none before; in the middle if nowhere. */
export function placeLabels(labels: readonly { curve: Curve; width: number; height: number }[]): Point[] {
  const taken: Box[] = []
  return labels.map(({ curve, width, height }) => {
    const isShort = Math.hypot(curve[3].x - curve[0].x, curve[3].y - curve[0].y) < SHORT
    const boxAt = (t: number) => {
      const { x: middleX, y } = pointOn(curve, t)
      const x = isShort ? middleX + width / 2 + 10 : middleX
      return { left: x - width / 2, right: x + width / 2, top: y - height / 2, bottom: y + height / 2 }
    }
    const box = [0.5, 0.4, 0.6, 0.3, 0.7, 0.2, 0.8]
      .map(boxAt)
      .find((one) => !taken.some((other) => overlap(one, other)))
    const placed = box ?? boxAt(0.5)
    taken.push(placed)
    return middle(placed)
  })
}

/** Of each mark the line that is nearest to the other: a mark can run over several, and in pieces over the page. */
function closest(from: readonly Box[], to: readonly Box[]): [Box | undefined, Box | undefined] {
  let best: [Box | undefined, Box | undefined] = [from[0], to[0]]
  let least = Number.POSITIVE_INFINITY
  for (const a of from)
    for (const b of to) {
      const distance = Math.hypot(middle(a).x - middle(b).x, LINE_WEIGHT * (middle(a).y - middle(b).y))
      if (distance < least) {
        least = distance
        best = [a, b]
      }
    }
  return best
}

function isOutside(box: Box, window: Box): boolean {
  return box.bottom < window.top || box.top > window.bottom
}

/** Where the curve stops: below or above the end that is seen, a little to the side of it. */
function atEdge(seen: Box, window: Box, isAbove: boolean): Point {
  return { x: middle(seen).x, y: isAbove ? window.top + EDGE : window.bottom - EDGE }
}

function middle({ left, right, top, bottom }: Box): Point {
  return { x: (left + right) / 2, y: (top + bottom) / 2 }
}

const top = (box: Box): Point => ({ x: middle(box).x, y: box.top - GAP })
const bottom = (box: Box): Point => ({ x: middle(box).x, y: box.bottom + GAP })

function overlap(a: Box, b: Box): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom
}
