/**
 * Where the lines beside the text go. A block shows no more of them than there is room for, the rest become a chip, and
 * what is shown is as near to its words as the lines before it allow.
 */

/** Height of a line in the margin with the gap under it, in pixels; the style sheet knows it too. */
export const ROW = 38

/** How far the lines of a block may reach beyond it, in pixels, before the rest of them become a chip. */
const OVERHANG = 48

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

export type Line = { block: number; id: string } | { block: number; more: readonly string[] }

export interface Margin {
  /** For each block near the window, from the first: where it is, and its marks in the order of the text. */
  blocks: readonly { block: number; top: number; bottom: number; ids: readonly string[] }[]
  /** Where a mark's words are; asked only for those that are shown, because it measures the page. */
  topOf: (id: string) => number
  /** The open mark, which always has its place, and how high its card is. */
  selected: string | null
  cardHeight: number
}

/** The lines of the margin, placed. */
export function arrange({ blocks, topOf, selected, cardHeight }: Margin): Item<Line>[] {
  const items: Item<Line>[] = []
  let lastBottom = Number.NEGATIVE_INFINITY
  for (const { block, top, bottom, ids } of blocks) {
    const from = Math.max(top, lastBottom)
    const room = Math.max(1, Math.floor((bottom + OVERHANG - from) / ROW))
    const isDense = ids.length > room
    const more = isDense ? ids.slice(room - 1) : []
    const shown = ids.filter((id, i) => !isDense || i < room - 1 || id === selected)
    for (const id of shown) {
      const isFixed = id === selected
      items.push({ line: { block, id }, top: topOf(id), height: isFixed ? cardHeight + 8 : ROW, isFixed })
    }
    if (isDense) items.push({ line: { block, more }, top: bottom - ROW - 12, height: ROW, isFixed: false })
    lastBottom = Math.max(from + Math.min(ids.length, room) * ROW, (items.at(-1)?.top ?? 0) + ROW)
  }
  return stack(items)
}
