/**
 * The way of an arc between two marks, in pixels, and where its label has room. It keeps to where no words are: over a
 * line where both are in it, else along the left edge of the text like a bracket. Pure: rectangles in, a path out.
 */

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

export interface Ends {
  /** The lines of words of each mark, in the order of the text. */
  from: readonly Box[]
  to: readonly Box[]
  /** What is seen of the text; an end outside is only pointed to. */
  window: Box
  /** Which of the tracks beside the text it takes: those of one mark keep apart. */
  track?: number
}

export interface Arc {
  /** Straight pieces, each along or across the lines. */
  points: readonly Point[]
  /** The piece that the label belongs to; one beside the text is read along it. */
  spine: readonly [Point, Point]
  isCut: { from: boolean; to: boolean }
}

export interface Label {
  at: Point
  isTurned: boolean
}

/** How far over the words of a line an arc runs, between them and the lines under those above. */
const RISE = 6
/** Between the arrow's point and the words. */
const GAP = 2
/** How far inside the window an arc stops whose end is outside. */
const EDGE = 14
/** How far left of the text an arc runs; there is little room on a phone. */
const TRACKS = [9, 5, 13]
/** Words that begin within this of the edge of the text are reached straight from beside it. */
const AT_START = 12
/** How far into a mark the arrow comes down on it. */
const INSET = 14
const RADIUS = 5

/** Null when neither end is in the window. */
export function arcBetween({ from, to, window, track = 0 }: Ends): Arc | null {
  const start = nearest(from, to, window)
  const end = nearest(to, from, window)
  if (!start || !end) return null
  const isCut = { from: isOutside(start, window), to: isOutside(end, window) }
  if (isCut.from && isCut.to) return null
  const line = inOneLine(from, to, window)
  if (line) return over(line)
  const x = window.left - (TRACKS[track % TRACKS.length] ?? 0)
  const isDown = start.top < end.top
  const edge = (isAbove: boolean): Point[] => [{ x, y: isAbove ? window.top + EDGE : window.bottom - EDGE }]
  const first = isCut.from ? edge(isDown) : wayInto(start, x, window)
  const last = isCut.to ? edge(!isDown) : wayInto(end, x, window)
  const [a, b] = [first[0], last[0]]
  if (!a || !b) return null
  return { points: [...first.toReversed(), ...last], spine: [a, b], isCut }
}

/** With rounded corners. */
export function pathOf(points: readonly Point[]): string {
  const text = ({ x, y }: Point) => `${Math.round(x * 10) / 10} ${Math.round(y * 10) / 10}`
  const [start] = points
  if (!start) return ''
  const pieces = points.slice(1).map((corner, i) => {
    const [before, after] = [points[i], points[i + 2]]
    if (!before || !after) return `L${text(corner)}`
    return `L${text(towards(corner, before))}Q${text(corner)} ${text(towards(corner, after))}`
  })
  return `M${text(start)}${pieces.join('')}`
}

/** Places labels on their arcs, one after the other, each where it lies over none before; in the middle if nowhere. */
export function placeLabels(
  labels: readonly { spine: Arc['spine']; width: number; height: number; window: Box }[],
): Label[] {
  const taken: Box[] = []
  return labels.map(({ spine: [a, b], width, height, window }) => {
    const isTurned = a.x === b.x
    const [across, down] = isTurned ? [height, width] : [width, height]
    // In the middle of what is seen of it.
    const seen = (y: number) => (isTurned ? Math.min(Math.max(y, window.top), window.bottom) : y)
    const [top, bottom] = [seen(a.y), seen(b.y)]
    const boxAt = (t: number) => {
      const x = isTurned ? window.left - (TRACKS[0] ?? 0) : a.x + (b.x - a.x) * t
      const y = top + (bottom - top) * t
      return { left: x - across / 2, right: x + across / 2, top: y - down / 2, bottom: y + down / 2 }
    }
    const box = [0.5, 0.4, 0.6, 0.3, 0.7, 0.2, 0.8, 0.1, 0.9]
      .map(boxAt)
      .find((one) => !taken.some((other) => overlap(one, other)))
    const placed = box ?? boxAt(0.5)
    taken.push(placed)
    return { at: middle(placed), isTurned }
  })
}

/** Which arcs share a label: of those beside the text that say the same each would only repeat it. Of most of which is seen, that has it. */
export function shareLabels<A extends Pick<Arc, 'spine'> & { window: Box; id: string; label: string; style: string }>(
  arcs: readonly A[],
  pointed: string | null,
): { arc: A; count: number }[] {
  const seen = ({ spine, window }: A) => {
    const [from = 0, to = 0] = spine.map(({ y }) => Math.min(Math.max(y, window.top), window.bottom))
    return Math.abs(to - from)
  }
  const groups = Map.groupBy(arcs, (arc) => {
    const [a, b] = arc.spine
    return a.x === b.x && arc.id !== pointed ? `${arc.style} ${arc.label}` : arc.id
  })
  return [...groups.values()].flatMap((group) => {
    const [arc] = group.toSorted((a, b) => seen(b) - seen(a))
    return arc ? [{ arc, count: group.length }] : []
  })
}

/** The lines of both marks that are one line of the text, and in the window. */
function inOneLine(from: readonly Box[], to: readonly Box[], window: Box): [Box, Box] | null {
  for (const a of from)
    for (const b of to)
      if (!isOutside(a, window) && Math.abs(middle(a).y - middle(b).y) < (a.bottom - a.top) / 2) return [a, b]
  return null
}

function over([start, end]: [Box, Box]): Arc {
  let [a, b] = [middle(start).x, middle(end).x]
  // One within the other has the same middle.
  if (Math.abs(a - b) < 2 * INSET) [a, b] = start.left <= end.left ? [start.left + GAP, b] : [a, end.left + GAP]
  const y = Math.min(start.top, end.top) - GAP - RISE
  const spine = [
    { x: a, y },
    { x: b, y },
  ] as const
  return {
    points: [{ x: a, y: start.top - GAP }, ...spine, { x: b, y: end.top - GAP }],
    spine,
    isCut: { from: false, to: false },
  }
}

/** From beside the text to a line of a mark: straight at its first word, or over the words before it. */
function wayInto(box: Box, x: number, window: Box): Point[] {
  if (box.left - window.left < AT_START) {
    const { y } = middle(box)
    return [
      { x, y },
      { x: box.left - GAP, y },
    ]
  }
  const y = box.top - GAP - RISE
  const into = Math.min(box.left + INSET, middle(box).x)
  return [
    { x, y },
    { x: into, y },
    { x: into, y: box.top - GAP },
  ]
}

/** The line of a mark that is the easiest to come to: in the window, at the edge of the text, near the other mark. */
function nearest(lines: readonly Box[], others: readonly Box[], window: Box): Box | undefined {
  const cost = (line: Box) =>
    (isOutside(line, window) ? 1e9 : 0) +
    (line.left - window.left < AT_START ? 0 : 1e6) +
    Math.min(...others.map((other) => Math.abs(middle(other).y - middle(line).y)))
  return lines.toSorted((a, b) => cost(a) - cost(b))[0]
}

function isOutside(box: Box, window: Box): boolean {
  return box.bottom < window.top || box.top > window.bottom
}

function towards(from: Point, to: Point): Point {
  const length = Math.hypot(to.x - from.x, to.y - from.y)
  const part = length === 0 ? 0 : Math.min(RADIUS, length / 2) / length
  return { x: from.x + (to.x - from.x) * part, y: from.y + (to.y - from.y) * part }
}

function middle({ left, right, top, bottom }: Box): Point {
  return { x: (left + right) / 2, y: (top + bottom) / 2 }
}

function overlap(a: Box, b: Box): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom
}
