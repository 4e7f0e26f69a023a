/** One person's layer of an article made ready to be compared with others: what is asked of it for each pair is done once. */
import { lengthOf } from '../span.ts'
import { withoutTwins } from './alignment.ts'
import type { Annotated, Link, Mark } from './annotated.ts'
import { type Cover, coverOf } from './cover.ts'
import { coverTokens, type Tokens, tokensBefore, tokensOf } from './tokens.ts'
import { unitsOf } from './unitizing.ts'

export interface Side {
  /** Of the kinds that are asked for, without twins and without marks that have no length. */
  marks: readonly Mark[]
  byKind: readonly KindOfSide[]
  relations: readonly Link[]
  /** For each mark that was left out as a twin, the id of the one that stayed. */
  standsFor: ReadonlyMap<string, string>
}

interface KindOfSide {
  marks: readonly Mark[]
  characters: Cover
  /** Null without the text. */
  tokens: Cover | null
  units: Cover
  /** How many spans are no units, because they overlap another one of this person and kind. */
  overlapping: number
}

/** An article as it is compared: whole, or in pieces that can be drawn again by chance. */
export interface Place {
  length: number
  tokens: Tokens | null
  /** Where each piece ends, in code units and in tokens; the last at the end of the text. */
  ends: readonly number[]
  tokenEnds: readonly number[]
}

/** So many pieces an article is cut into at most. */
const MOST_PIECES = 200

/** The article as one piece, or cut at line feeds. */
export function placeOf({ length, text }: Annotated, isCut: boolean): Place {
  const tokens = text === undefined ? null : tokensOf(text)
  const ends = isCut && text !== undefined ? endsOfLines(text) : [length]
  return { length, tokens, ends, tokenEnds: tokens ? ends.map((end) => tokensBefore(tokens, end)) : [] }
}

/** Short lines are joined with the next, so that there are not more pieces than are good for anything. */
function endsOfLines(text: string): number[] {
  const ends: number[] = []
  const least = Math.max(2, text.length / MOST_PIECES)
  let from = 0
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1))
    if (at + 1 - from >= least) {
      ends.push(at + 1)
      from = at + 1
    }
  if (from < text.length || ends.length === 0) ends.push(text.length)
  return ends
}

export function sideOf(
  layer: { annotations: readonly Mark[]; relations: readonly Link[] },
  kinds: readonly string[],
  { tokens }: Place,
): Side {
  const asked = layer.annotations.filter(({ kind, spans }) => kinds.includes(kind) && lengthOf(spans) > 0)
  const { marks, standsFor } = withoutTwins(asked)
  const byKind = kinds.map((kind) => {
    const own = marks.filter((mark) => mark.kind === kind)
    const characters = coverOf(own)
    const { units, leftOut: overlapping } = unitsOf(own)
    return { marks: own, characters, tokens: tokens && coverTokens(characters, tokens), units, overlapping }
  })
  return { marks, byKind, relations: layer.relations, standsFor }
}
