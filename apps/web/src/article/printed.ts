/**
 * An article as it goes on paper: its marks numbered in the order of the text, and each block cut into pieces so that
 * every mark's number can stand where the mark ends. On the screen no number is ever part of the text.
 */
import { type Annotation, inTextOrder } from '@attest/schema/annotation'
import { type Article, blockIndexAt } from '@attest/schema/article'
import { Layout } from '@attest/schema/segment'

export interface Piece {
  start: number
  end: number
  /** The marks over it, and the lane of each. */
  over: readonly { id: string; lane: number }[]
  /** How the words are set, as in the article. */
  isBold: boolean
  isItalic: boolean
  /** The numbers of the marks that end with this piece. */
  numbers: readonly number[]
}

export interface Printed {
  /** In the order of their numbers, which begin at 1. */
  marks: readonly Annotation[]
  numberOf: ReadonlyMap<string, number>
  /** The pieces of each block. */
  blocks: readonly (readonly Piece[])[]
}

export function typeset(article: Pick<Article, 'blocks' | 'inlines'>, shown: readonly Annotation[]): Printed {
  const { blocks, inlines } = article
  const end = blocks.at(-1)?.end ?? 0
  // What does not fit into this text is listed as "cannot be shown" and has no place on paper.
  const marks = shown.filter((one) => lastOf(one) <= end).sort(inTextOrder)
  const numberOf = new Map(marks.map((one, i) => [one.id, i + 1]))
  const layout = new Layout(blocks)
  // As on the screen: oldest first, so that the lanes are the same ones.
  for (const one of [...marks].sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1))) layout.put(one)

  const ending = new Map<number, number[]>()
  for (const [i, one] of marks.entries()) {
    // A mark may end at the line feed after its block, where there is nothing to put a number beside.
    const block = blocks[blockIndexAt(blocks, Math.max(0, lastOf(one) - 1))]
    const at = Math.min(lastOf(one), block?.end ?? 0)
    ending.set(at, [...(ending.get(at) ?? []), i + 1])
  }

  const formatsIn = new Map<number, Article['inlines']>()
  for (const one of inlines)
    for (let index = blockIndexAt(blocks, one.start); (blocks[index]?.start ?? end) < one.end; index++)
      formatsIn.set(index, [...(formatsIn.get(index) ?? []), one])

  return {
    marks,
    numberOf,
    blocks: blocks.map((block, index) => {
      const segments = layout.segmentsOf(index)
      const formats = formatsIn.get(index) ?? []
      const borders = [...segments, ...formats].flatMap((one) => [one.start, one.end])
      const cuts = [...new Set([block.start, block.end, ...borders])]
        .filter((at) => at >= block.start && at <= block.end)
        .sort((a, b) => a - b)
      const has = (type: string, at: number) =>
        formats.some((one) => one.type === type && one.start <= at && at < one.end)
      let next = 0
      return cuts.slice(0, -1).map((start, i) => {
        while (segments[next] && (segments[next]?.end ?? 0) <= start) next++
        const segment = segments[next]
        const pieceEnd = cuts[i + 1] ?? block.end
        return {
          start,
          end: pieceEnd,
          over: segment && segment.start <= start ? segment.ids.map((id) => ({ id, lane: layout.laneOf(id) })) : [],
          isBold: has('bold', start),
          isItalic: has('italic', start),
          numbers: ending.get(pieceEnd) ?? [],
        }
      })
    }),
  }
}

function lastOf({ spans }: Annotation): number {
  return spans.at(-1)?.[1] ?? 0
}
