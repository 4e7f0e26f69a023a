/** Lays the parts of a graph out one after the other, in slices between which the page answers. */
import { useEffect, useState } from 'react'
import type { Part } from './graph.ts'
import { layOut, PART_GAP, type PlacedPart, shapeOf } from './layout.ts'

/** So long the page may be held up at a stretch, in milliseconds; one part is laid out in one go. */
const SLICE_MS = 12

export interface Placed extends PlacedPart {
  /** Where it stands under those before it. */
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
      setLayout((shown) => (isDone || shown.left > 0 || shown.placed.length === 0 ? stack(done, parts.length) : shown))
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

/** One under the other, in the order of the text. */
export function stack(parts: readonly PlacedPart[], total: number): Layout {
  let top = PART_GAP
  let width = 0
  const placed = parts.map((part) => {
    const one = { ...part, top }
    top += part.height + PART_GAP + (part.part.leftOut > 0 ? LEFT_OUT_HEIGHT : 0)
    width = Math.max(width, part.width)
    return one
  })
  return { placed, width: width + 2 * PART_GAP, height: top, left: total - parts.length }
}

/** The line under a part that says what is left out of it. */
export const LEFT_OUT_HEIGHT = 24
