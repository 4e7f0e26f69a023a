/** Where the rows of the strips are, in pixels under the words; what draws them and what is clicked go by the same. */
import { LANES, type Line } from './strips.ts'

const ROW_PX = 14
const LANE_PX = 4.5
/** Between the words and the first row, and between the last and the words of the next line. */
const BEFORE_PX = 2
const AFTER_PX = 8

export interface Geometry {
  /** Where each row begins under the words, and how high it is. */
  rows: readonly { top: number; height: number; depth: number }[]
  /** All that lies under the words. */
  height: number
}

export function geometryOf(depths: readonly number[]): Geometry {
  let top = BEFORE_PX
  const rows = depths.map((depth) => {
    const row = { top, height: Math.max(ROW_PX, depth * LANE_PX + 3), depth }
    top += row.height
    return row
  })
  return { rows, height: top + AFTER_PX }
}

/** The row at a height under the words; null above and below all of them. */
export function rowAt({ rows }: Geometry, y: number): number | null {
  const found = rows.findIndex(({ top, height }) => y >= top && y < top + height)
  return found < 0 ? null : found
}

/** The backgrounds of a piece, from what lies on top, as the style of its element. */
export function backgroundsOf(
  lines: readonly Line[],
  tint: string | null,
  geometry: Geometry,
  styleFor: (kind: string) => string,
): { backgroundImage: string; backgroundSize: string; backgroundPosition: string; backgroundRepeat: string } {
  const layers: [image: string, size: string, position: string, repeat: string][] = []
  const drawn = new Set<string>()
  for (const { row, lane, kind } of lines) {
    const place = geometry.rows[row]
    if (!place) continue
    const isDeep = lane >= LANES
    const inset = (place.height - place.depth * LANE_PX) / 2
    const top = place.top + inset + Math.min(lane, LANES - 1) * LANE_PX + (isDeep ? LANE_PX - 2 : 0)
    const style = styleFor(kind)
    const key = isDeep ? `${row} deep` : `${row} ${lane} ${style}`
    if (drawn.has(key)) continue
    drawn.add(key)
    const height = isDeep ? '2.5px' : `var(--height-${style})`
    // From the lower edge, which lies a known way under the words whatever their font is.
    const position = `0 calc(100% - ${geometry.height - top}px + ${height})`
    layers.push([
      isDeep ? 'var(--deep)' : `var(--line-${style})`,
      isDeep ? '6px 2.5px' : `100% ${height}`,
      position,
      'repeat-x',
    ])
  }
  layers.push(['var(--tracks)', `100% ${geometry.height}px`, '0 100%', 'no-repeat'])
  if (tint !== null) layers.push([tint, `100% calc(100% - ${geometry.height}px)`, '0 0', 'no-repeat'])
  const column = (index: 0 | 1 | 2 | 3) => layers.map((layer) => layer[index]).join(', ')
  return {
    backgroundImage: column(0),
    backgroundSize: column(1),
    backgroundPosition: column(2),
    backgroundRepeat: column(3),
  }
}

/** A faint line in the middle of each row, so that a row is seen where its annotator marked nothing. */
export function tracksOf({ rows }: Geometry): string {
  const stops = rows.map(({ top, height }) => {
    const middle = Math.round(top + height / 2)
    return `transparent 0 ${middle}px, var(--line) 0 ${middle + 1}px`
  })
  return `linear-gradient(${[...stops, 'transparent 0'].join(', ')})`
}
