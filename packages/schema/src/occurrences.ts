/** Every place of a text where the same words stand. */
import { isGraphemeBoundary, type Span, snapToWords } from './span.ts'

export interface Likeness {
  /** Not where they are only a part of longer words. */
  isWholeWords: boolean
  isSameCase: boolean
}

/**
 * Where these words stand, none over another. They are compared as they are written: no place is found by another way of
 * encoding the same letters, and none that would cut a character in two. Any blanks stand for any others, since a line
 * may end between two words.
 */
export function occurrencesOf(words: string, text: string, { isWholeWords, isSameCase }: Likeness): Span[] {
  const parts = words.split(/\s+/u).filter((part) => part !== '')
  if (parts.length === 0) return []
  const pattern = new RegExp(parts.map(escaped).join('\\s+'), isSameCase ? 'gu' : 'giu')
  const found: Span[] = []
  for (let match = pattern.exec(text); match; match = pattern.exec(text)) {
    const span: Span = [match.index, match.index + match[0].length]
    if (isWhole(text, span) && (!isWholeWords || isOfWholeWords(text, span))) found.push(span)
    // What was not one may overlap with what is: look again from its second character.
    else pattern.lastIndex = match.index + ((text.codePointAt(match.index) ?? 0) > 0xffff ? 2 : 1)
  }
  return found
}

function isWhole(text: string, [start, end]: Span): boolean {
  return isGraphemeBoundary(text, start) && isGraphemeBoundary(text, end)
}

function isOfWholeWords(text: string, span: Span): boolean {
  const grown = snapToWords(text, span)
  return grown !== null && grown[0] === span[0] && grown[1] === span[1]
}

function escaped(words: string): string {
  return words.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
}
