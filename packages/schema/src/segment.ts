/**
 * From overlapping annotations to what can be painted: an index by block, a lane for each annotation, and each block
 * cut into flat segments at the borders of its annotations. All offsets are UTF-16 code units of the article's text.
 */
import type { Annotation } from './annotation.ts'
import { type Block, blockIndexAt, clip } from './article.ts'
import { isSameSpans, type Spans } from './span.ts'

export interface Segment {
  start: number
  end: number
  /** The ids of all annotations over it. */
  ids: readonly string[]
}

type Placed = Pick<Annotation, 'id' | 'spans'>

/** An annotation in the layout: what is asked for each of thousands of times while an article is opened. */
interface Entry {
  id: string
  spans: Spans
  start: number
  end: number
  lane: number
  blocks: readonly number[]
}

/**
 * Annotations by the blocks they touch, each with its lane. A lane is the lowest one free among the annotations it
 * overlaps at the time it comes, and is kept until its spans change, so nobody's line moves when others add theirs.
 */
export class Layout {
  readonly #blocks: readonly Block[]
  /** In the order in which they came. Lists, because each that comes is compared with all that are there. */
  readonly #inBlock: Entry[][]
  readonly #placed = new Map<string, Entry>()
  /** For each lane the turn in which it was last found taken. */
  readonly #takenIn: number[] = []
  #turn = 0

  constructor(blocks: readonly Block[]) {
    this.#blocks = blocks
    this.#inBlock = blocks.map(() => [])
  }

  /** Puts or replaces an annotation; returns the indices of the blocks that must be painted anew. */
  put({ id, spans }: Placed): readonly number[] {
    const before = this.#placed.get(id)
    if (before && isSameSpans(before.spans, spans)) return before.blocks
    const left = this.remove(id)
    const blocks = this.#blocksUnder(spans)
    const [start, end] = [spans[0]?.[0] ?? 0, spans.at(-1)?.[1] ?? 0]
    const entry = { id, spans, start, end, lane: 0, blocks }
    entry.lane = this.#freeLane(entry)
    this.#placed.set(id, entry)
    for (const index of blocks) this.#inBlock[index]?.push(entry)
    return left.length > 0 ? [...new Set([...left, ...blocks])] : blocks
  }

  /** Takes an annotation out, if it is there; returns the indices of the blocks that must be painted anew. */
  remove(id: string): readonly number[] {
    const placed = this.#placed.get(id)
    if (!placed) return []
    for (const index of placed.blocks) {
      const within = this.#inBlock[index]
      within?.splice(within.indexOf(placed), 1)
    }
    this.#placed.delete(id)
    return placed.blocks
  }

  /** The ids of all annotations in the layout. */
  ids(): Iterable<string> {
    return this.#placed.keys()
  }

  /** The indices of the blocks under an annotation; none when it is not in the layout. */
  blocksOf(id: string): readonly number[] {
    return this.#placed.get(id)?.blocks ?? []
  }

  /** The lane of an annotation, from 0; throws when it was never put. */
  laneOf(id: string): number {
    const entry = this.#placed.get(id)
    if (entry === undefined) throw new RangeError(`no annotation ${id} in the layout`)
    return entry.lane
  }

  /** The ids of the annotations over an offset. */
  idsAt(offset: number): string[] {
    const found: string[] = []
    for (const { id, spans } of this.#inBlock[blockIndexAt(this.#blocks, offset)] ?? [])
      if (spans.some(([start, end]) => start <= offset && offset < end)) found.push(id)
    return found
  }

  /** The ids of the annotations whose first character is in a block, in no order. */
  idsFrom(index: number): string[] {
    const block = this.#blocks[index]
    const found: string[] = []
    for (const { id, start } of this.#inBlock[index] ?? [])
      if (block && start >= block.start && start <= block.end) found.push(id)
    return found
  }

  /** The flat segments of a block that have at least one annotation over them, in the order of the text. */
  segmentsOf(index: number, isShown: (id: string) => boolean = () => true): Segment[] {
    const block = this.#blocks[index]
    const within = this.#inBlock[index]
    if (!block || !within) throw new RangeError(`no block ${index}`)
    const borders: { at: number; id: string; opens: boolean }[] = []
    for (const { id, spans } of within) {
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
    const found: number[] = []
    for (const [start, end] of spans)
      for (let i = blockIndexAt(this.#blocks, start); i < this.#blocks.length; i++) {
        const block = this.#blocks[i] as Block
        if (block.start >= end) break
        // Spans are sorted, so a block that two of them touch was found last.
        if (found.at(-1) !== i) found.push(i)
      }
    return found
  }

  #freeLane(entry: Entry): number {
    const turn = ++this.#turn
    const takenIn = this.#takenIn
    const { start, end, spans } = entry
    for (const index of entry.blocks) {
      const within = this.#inBlock[index] ?? []
      for (let i = 0; i < within.length; i++) {
        const other = within[i] as Entry
        if (start < other.end && other.start < end && overlap(spans, other.spans)) takenIn[other.lane] = turn
      }
    }
    let lane = 0
    while (takenIn[lane] === turn) lane++
    return lane
  }
}

function overlap(a: Spans, b: Spans): boolean {
  // Nearly all marks are of one piece, and the caller has compared their ends.
  if (a.length === 1 && b.length === 1) return true
  return a.some(([start, end]) => b.some(([from, to]) => start < to && from < end))
}
