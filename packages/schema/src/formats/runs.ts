/**
 * An article cut wherever its formatting or its marks change: for formats in which marks are put around the words. Borders
 * of blocks cut marks as well, since no mark can be around a part of one paragraph and a part of the next.
 */
import type { Block, Inline } from '../article.ts'
import { order } from '../order.ts'
import type { AnnotatedArticle } from './attest-json.ts'
import type { Loss } from './format.ts'
import { type Piece, piecesOf } from './pieces.ts'

export interface Run {
  /** In UTF-16; never empty. */
  start: number
  end: number
  inlines: readonly Inline[]
  /** What lies over it, in the order of a reader. */
  pieces: readonly Piece[]
}

export interface Cut {
  blocks: { block: Block; runs: readonly Run[] }[]
  /** By the piece the run where it ends; a piece without one has no words, or lies over words that too many lie over. */
  lastOf: ReadonlyMap<Piece, Run>
  pieces: readonly Piece[]
}

/** More marks over the same words would make a file of the square of their number, and nobody could tell them apart. */
const MOST_OVER = 64

export function cutUp(annotated: AnnotatedArticle): Cut {
  const { blocks, inlines } = annotated.article
  const pieces = piecesOf(annotated, 'utf16')
  const lastOf = new Map<Piece, Run>()
  // Read from their ends.
  const comingInlines = inlines.toSorted((a, b) => b.start - a.start || a.end - b.end)
  const comingPieces = pieces.toSorted((a, b) => b.start - a.start || a.end - b.end || order(b.id, a.id))
  const nextOf = (coming: readonly { start: number }[]) => coming.at(-1)?.start ?? Number.POSITIVE_INFINITY
  let openInlines: Inline[] = []
  let openPieces: Piece[] = []
  const runsOf = (block: Block): Run[] => {
    const runs: Run[] = []
    for (let start = block.start; start < block.end; ) {
      openInlines = openInlines.filter((inline) => inline.end > start)
      openPieces = openPieces.filter((piece) => piece.end > start)
      while (nextOf(comingInlines) <= start) {
        const inline = comingInlines.pop() as Inline
        if (inline.end > start) openInlines.push(inline)
      }
      while (nextOf(comingPieces) <= start) {
        const piece = comingPieces.pop() as Piece
        if (piece.end > start && openPieces.length < MOST_OVER) openPieces.push(piece)
      }
      let end = Math.min(block.end, nextOf(comingInlines), nextOf(comingPieces))
      for (const one of openInlines) end = Math.min(end, one.end)
      for (const one of openPieces) end = Math.min(end, one.end)
      const run = { start, end, inlines: openInlines, pieces: openPieces }
      for (const piece of openPieces) lastOf.set(piece, run)
      runs.push(run)
      start = end
    }
    return runs
  }
  return { blocks: blocks.map((block) => ({ block, runs: runsOf(block) })), lastOf, pieces }
}

/** Marks that could be put around no words. */
export function undrawn({ pieces, lastOf }: Cut): Loss {
  return {
    what: `spans of marks: they have a line end alone in them, or ${MOST_OVER} others lie over their words already`,
    one: `span of a mark: it has a line end alone in it, or ${MOST_OVER} others lie over its words already`,
    count: pieces.filter((piece) => !lastOf.has(piece)).length,
  }
}
