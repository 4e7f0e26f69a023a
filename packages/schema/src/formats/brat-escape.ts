/**
 * What cannot stand in a line of brat’s files, behind a backslash. brat itself has no such rule: a backslash before one of
 * these letters that another program has written is read as one of ours.
 */

/** Where a line ends for the programs that read these files: in more places than at a line feed. */
export const lineEnds = /(?:(?!\t)[\p{Cc}\u2028\u2029])+/gu

const escapes: ReadonlyMap<string, string> = new Map([
  ['\\', '\\\\'],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
])

const signs: ReadonlyMap<string, string> = new Map(Array.from(escapes, ([sign, escaped]) => [escaped, sign]))

export function escapeLine(text: string): string {
  return text.replace(
    /[\\\p{Cc}\u2028\u2029]/gu,
    (sign) => escapes.get(sign) ?? `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

export function unescapeLine(line: string): string {
  return line.replace(
    /\\(?:[\\nrt]|u([0-9a-f]{4}))/g,
    (escaped, code = '') => signs.get(escaped) ?? String.fromCharCode(Number.parseInt(code, 16)),
  )
}

/** “There is none” and the empty text have no words, and a line without a value says that the attribute holds. */
export function escapeValue(value: string | null): string {
  if (value === null) return '\\-'
  return value === '' ? '\\.' : escapeLine(value).replace(/^ | $/g, '\\u0020')
}

export function unescapeValue(value: string): string | null {
  if (value === '\\-') return null
  return value === '\\.' ? '' : unescapeLine(value)
}

/** The type of a note that is a verdict, told as JSON. */
export const VERDICT = 'Verdict'
