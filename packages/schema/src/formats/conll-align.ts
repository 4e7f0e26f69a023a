/** Where the tokens of a file stand in a text that is given; without one, a text is made of them. */
import type { Span } from '../span.ts'
import { isBlankUnit } from './tokens.ts'

export interface ColumnToken {
  token: string
  line: number
  startsSentence: boolean
}

/** How treebanks write what their own format has other uses for, or ASCII has no sign for. */
const otherwise: ReadonlyMap<string, readonly string[]> = new Map([
  ['``', ['"', '“', '„', '«']],
  ["''", ['"', '”', '“', '»']],
  ['-LRB-', ['(']],
  ['-RRB-', [')']],
  ['-LSB-', ['[']],
  ['-RSB-', [']']],
  ['-LCB-', ['{']],
  ['-RCB-', ['}']],
])

/** How far ahead a token is looked for where something is missing in the file: some sentences, so that none costs much. */
const FURTHEST = 500

/** A span for each token, in order; null for one that the text does not have there. */
export function alignTokens(
  tokens: readonly ColumnToken[],
  given: string | null,
): { text: string; spans: (Span | null)[] } {
  if (given === null) return joined(tokens)
  let at = 0
  const spans = tokens.map(({ token }): Span | null => {
    while (at < given.length && isBlankUnit(given, at)) at++
    const start = [token, ...(otherwise.get(token) ?? [])].find((one) => given.startsWith(one, at))
    const length = start?.length ?? token.length
    const found = start === undefined ? nearest(given, token, at) : at
    if (found < 0) return null
    at = found + length
    return [found, at]
  })
  return { text: given, spans }
}

function nearest(text: string, token: string, from: number): number {
  const found = text.slice(from, from + FURTHEST + token.length).indexOf(token)
  return found < 0 ? -1 : from + found
}

/** The tokens with blanks between them, and each sentence in a line of its own. */
function joined(tokens: readonly ColumnToken[]): { text: string; spans: Span[] } {
  const parts: string[] = []
  let length = 0
  const spans = tokens.map(({ token, startsSentence }, i): Span => {
    if (i > 0) parts.push(startsSentence ? '\n' : ' ')
    parts.push(token)
    const start = length + (i > 0 ? 1 : 0)
    length = start + token.length
    return [start, length]
  })
  return { text: parts.join(''), spans }
}
