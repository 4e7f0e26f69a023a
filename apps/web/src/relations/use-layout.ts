/** Lays the parts of a graph out one after the other, in slices between which the page answers. */
import { useEffect, useState } from 'react'
import type { Part } from './graph.ts'
import { layOut, PART_GAP, type PlacedPart, shapeOf } from './layout.ts'

/** So long the page may be held up at a stretch, in milliseconds; one part is laid out in one go. */
const SLICE_MS = 12

/** How often one sees how far it has come. */
const DRAWN_EVERY_MS = 150

export interface Placed extends PlacedPart {
  /** Where it stands in the whole. */
  left: number
  top: number
}

export interface Layout {
  placed: readonly Placed[]
  width: number
  height: number
  /** Parts still to be laid out. */
  left: number
}

const nothing: Layout = { placed: [], width: 0, height: 0, left: 0 }

/** Parts that are as they were before are not laid out again, so a mark of somebody moves only its own part. */
export function useLayout(parts: readonly Part[]): Layout {
  const [known] = useState(() => new Map<string, { shape: string; placed: PlacedPart }>())
  const [layout, setLayout] = useState<Layout>(nothing)
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    let drawnAt = Number.NEGATIVE_INFINITY
    const done: PlacedPart[] = []
    const ids = new Set(parts.map(({ id }) => id))
    for (const id of known.keys()) if (!ids.has(id)) known.delete(id)
    const work = () => {
      const until = performance.now() + SLICE_MS
      while (done.length < parts.length && performance.now() < until) {
        const part = parts[done.length]
        if (!part) break
        const shape = shapeOf(part)
        const before = known.get(part.id)
        // The marks in it may say something else now, though they stand where they stood.
        const placed = before?.shape === shape ? refresh(before.placed, part) : layOut(part)
        known.set(part.id, { shape, placed })
        done.push(placed)
      }
      const isDone = done.length === parts.length
      // What was drawn before stays until the new one is whole, but for the first time one sees it grow.
      const now = performance.now()
      if (isDone || now - drawnAt > DRAWN_EVERY_MS) {
        drawnAt = now
        setLayout((shown) =>
          isDone || shown.left > 0 || shown.placed.length === 0 ? stack(done, parts.length) : shown,
        )
      }
      if (!isDone) timer = setTimeout(work)
    }
    work()
    return () => clearTimeout(timer)
  }, [parts, known])
  return layout
}

function refresh(placed: PlacedPart, part: Part): PlacedPart {
  const nodes = new Map(part.nodes.map((node) => [node.id, node]))
  return { ...placed, part, nodes: placed.nodes.map((one) => ({ ...one, node: nodes.get(one.node.id) ?? one.node })) }
}

/**
 * One under the other, in the order of the text; many of them in columns, so that the whole is no thread when one looks at
 * all of it. Until all are there it is one column, and what one sees at first stays where it is.
 */
export function stack(parts: readonly PlacedPart[], total: number): Layout {
  const widest = Math.max(0, ...parts.map(({ width }) => width)) + 2 * PART_GAP
  const all = parts.reduce((sum, part) => sum + heightOf(part), PART_GAP)
  const isWhole = parts.length === total
  const columns = isWhole && all > TALL ? Math.ceil(Math.sqrt((WIDER_THAN_TALL * all) / widest)) : 1
  const full = all / columns
  const placed: Placed[] = []
  let [column, top, height] = [0, PART_GAP, 0]
  for (const part of parts) {
    if (top > PART_GAP && top + heightOf(part) / 2 > full && column + 1 < columns) {
      column++
      top = PART_GAP
    }
    placed.push(placeAt(part, column * widest + PART_GAP, top))
    top += heightOf(part)
    height = Math.max(height, top)
  }
  return { placed, width: (column + 1) * widest, height, left: total - parts.length }
}

/** A part that stands where it stood is the same object, so it is not drawn again. */
function placeAt(part: PlacedPart, left: number, top: number): Placed {
  const before = stood.get(part)
  if (before?.left === left && before.top === top) return before
  const placed = { ...part, left, top }
  stood.set(part, placed)
  return placed
}
const stood = new WeakMap<PlacedPart, Placed>()

/** Higher than this, it is put in columns; in pixels. */
const TALL = 4000
const WIDER_THAN_TALL = 1.3

function heightOf({ part, height }: PlacedPart): number {
  return height + PART_GAP + (part.leftOut > 0 ? LEFT_OUT_HEIGHT : 0)
}

/** The line under a part that says what is left out of it. */
export const LEFT_OUT_HEIGHT = 24
