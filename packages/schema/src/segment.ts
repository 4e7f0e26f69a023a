/**
 * From overlapping annotations to what can be painted: an index by block, a lane for each annotation, and each block
 * cut into flat segments at the borders of its annotations. All offsets are UTF-16 code units of the article's text.
 */
import type { Annotation } from './annotation.ts'
import { type Block, blockIndexAt, clip } from './article.ts'
import type { Spans } from './span.ts'

export interface Segment {
  start: number
  end: number
  /** The ids of all annotations over it. */
  ids: readonly string[]
}

type Placed = Pick<Annotation, 'id' | 'spans'>

/**
 * Annotations by the blocks they touch, each with its lane. A lane is the lowest one free among the annotations it
 * overlaps at the time it comes, and is kept until its spans change, so nobody's line moves when others add theirs.
 */
export class Layout {
  readonly #blocks: readonly Block[]
  readonly #inBlock: Map<string, Placed>[]
  readonly #lanes = new Map<string, number>()
  readonly #placed = new Map<string, { annotation: Placed; blocks: readonly number[] }>()

  constructor(blocks: readonly Block[]) {
    this.#blocks = blocks
    this.#inBlock = blocks.map(() => new Map())
  }

  /** Puts or replaces an annotation; returns the indices of the blocks that must be painted anew. */
  put(annotation: Placed): readonly number[] {
    const before = this.#placed.get(annotation.id)
    const stays = before !== undefined && sameSpans(before.annotation.spans, annotation.spans)
    const lane = stays ? this.#lanes.get(annotation.id) : undefined
    const left = this.remove(annotation.id)
    const blocks = this.#blocksUnder(annotation.spans)
    this.#lanes.set(annotation.id, lane ?? this.#freeLane(annotation, blocks))
    this.#placed.set(annotation.id, { annotation, blocks })
    for (const index of blocks) this.#inBlock[index]?.set(annotation.id, annotation)
    return stays ? blocks : [...new Set([...left, ...blocks])]
  }

  /** Takes an annotation out, if it is there; returns the indices of the blocks that must be painted anew. */
  remove(id: string): readonly number[] {
    const placed = this.#placed.get(id)
    if (!placed) return []
    for (const index of placed.blocks) this.#inBlock[index]?.delete(id)
    this.#placed.delete(id)
    this.#lanes.delete(id)
    return placed.blocks
  }

  /** The lane of an annotation, from 0; throws when it was never put. */
  laneOf(id: string): number {
    const lane = this.#lanes.get(id)
    if (lane === undefined) throw new RangeError(`no annotation ${id} in the layout`)
    return lane
  }

  /** The ids of the annotations over an offset. */
  idsAt(offset: number): string[] {
    const found: string[] = []
    for (const { id, spans } of this.#inBlock[blockIndexAt(this.#blocks, offset)]?.values() ?? [])
      if (spans.some(([start, end]) => start <= offset && offset < end)) found.push(id)
    return found
  }

  /** The flat segments of a block that have at least one annotation over them, in the order of the text. */
  segmentsOf(index: number, isShown: (id: string) => boolean = () => true): Segment[] {
    const block = this.#blocks[index]
    const within = this.#inBlock[index]
    if (!block || !within) throw new RangeError(`no block ${index}`)
    const borders: { at: number; id: string; opens: boolean }[] = []
    for (const { id, spans } of within.values()) {
      if (!isShown(id)) continue
      for (const span of spans) {
        const part = clip(span, block)
        if (part) borders.push({ at: part[0], id, opens: true }, { at: part[1], id, opens: false })
      }
    }
    borders.sort((a, b) => a.at - b.at)
    const segments: Segment[] = []
    const over = new Set<string>()
    let from = 0
    for (const border of borders) {
      if (over.size > 0 && border.at > from) segments.push({ start: from, end: border.at, ids: [...over] })
      from = border.at
      if (border.opens) over.add(border.id)
      else over.delete(border.id)
    }
    return segments
  }

  #blocksUnder(spans: Spans): number[] {
    const found = new Set<number>()
    for (const [start, end] of spans)
      for (let i = blockIndexAt(this.#blocks, start); i < this.#blocks.length; i++) {
        const block = this.#blocks[i] as Block
        if (block.start >= end) break
        found.add(i)
      }
    return [...found]
  }

  #freeLane(annotation: Placed, blocks: readonly number[]): number {
    const taken = new Set<number>()
    for (const index of blocks)
      for (const other of this.#inBlock[index]?.values() ?? [])
        if (overlap(annotation.spans, other.spans)) taken.add(this.laneOf(other.id))
    let lane = 0
    while (taken.has(lane)) lane++
    return lane
  }
}

function overlap(a: Spans, b: Spans): boolean {
  return a.some(([start, end]) => b.some(([from, to]) => start < to && from < end))
}

function sameSpans(a: Spans, b: Spans): boolean {
  return a.length === b.length && a.every(([start, end], i) => b[i]?.[0] === start && b[i]?.[1] === end)
}
