/** Places boxes of known height in a column, each as near to where it wants to be as those before it allow. */
export interface Item<Line> {
  line: Line
  /** Where it wants to be, and after `stack` where it is, in pixels from the top of the column. */
  top: number
  height: number
  /** A fixed one stays where it wants to be, and the others make room above and below it. */
  isFixed: boolean
}

/** The boxes in their order, none over another; at most one may be fixed. */
export function stack<Line>(items: readonly Item<Line>[]): Item<Line>[] {
  const placed = items
    .toSorted((a, b) => a.top - b.top || Number(b.isFixed) - Number(a.isFixed))
    .map((item) => ({ ...item }))
  let bottom = Number.NEGATIVE_INFINITY
  for (const item of placed) {
    if (!item.isFixed) item.top = Math.max(item.top, bottom)
    bottom = item.top + item.height
  }
  const fixed = placed.findIndex((item) => item.isFixed)
  let ceiling = placed[fixed]?.top ?? Number.POSITIVE_INFINITY
  for (const item of placed.slice(0, Math.max(0, fixed)).toReversed()) {
    item.top = Math.min(item.top, ceiling - item.height)
    ceiling = item.top
  }
  return placed
}
