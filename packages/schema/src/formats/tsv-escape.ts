/**
 * How WebAnno TSV 3.3 writes what its own signs are made of (INCEpTION User Guide, Appendix “WebAnno TSV 3.3 File format”,
 * “Reserved Characters”; and what INCEpTION does, where the two differ).
 */

const valueEscapes: readonly (readonly [string, string])[] = [
  ['\\', '\\\\'],
  ['[', '\\['],
  [']', '\\]'],
  ['|', '\\|'],
  ['_', '\\_'],
  ['->', '\\->'],
  [';', '\\;'],
  ['\t', '\\t'],
  ['\n', '\\n'],
  ['*', '\\*'],
  // Not in the list, but a line would end here for whoever reads the file in Java or Python.
  ['\r', '\\r'],
]

const valueSigns = new Map(valueEscapes)
const valueMeanings = new Map(valueEscapes.map(([sign, escaped]) => [escaped, sign]))

export function escapeValue(value: string): string {
  return value.replace(/->|[\\[\]|_;\t\n*\r]/g, (found) => valueSigns.get(found) ?? found)
}

/** A backslash before anything else is itself, as INCEpTION has it. */
export function unescapeValue(value: string): string {
  return value.replace(/\\(?:->|.)/gs, (found) => valueMeanings.get(found) ?? found)
}

const named = new Map([
  ['\t', '\\t'],
  ['\n', '\\n'],
  ['\f', '\\f'],
  ['\r', '\\r'],
  ['\b', '\\b'],
  ['\\', '\\\\'],
])
const namedMeanings = new Map(Array.from(named, ([sign, escaped]) => [escaped, sign]))

/** A line of a sentence’s text. Control characters keep their place with a backslash before them. */
export function escapeText(text: string): string {
  return text.replace(/[^\v -[\]-\uffff]/g, (found) => named.get(found) ?? `\\${found}`)
}

export function unescapeText(text: string): string {
  return text.replace(/\\(.)/gs, (found, sign: string) => namedMeanings.get(found) ?? (sign < ' ' ? sign : found))
}

/** The words of a token, which nobody reads back: just nothing that a row or a column would end at. */
export function tokenColumn(token: string): string {
  return token.replace(/[\t\n\f\r\b]/g, (found) => named.get(found) ?? found)
}

/** Up to 3.1 the text was written as a string of Java. */
export function unescapeJava(text: string): string {
  return text.replace(/\\(?:u+([0-9a-fA-F]{4})|(.))/gs, (found, code: string | undefined, sign: string) =>
    code ? String.fromCharCode(Number.parseInt(code, 16)) : (namedMeanings.get(found) ?? sign),
  )
}

/** The parts between separators that no backslash is before; a backslash that is escaped itself escapes nothing. */
export function splitUnescaped(text: string, separator: string): string[] {
  if (!text.includes(separator)) return [text]
  const parts: string[] = []
  let from = 0
  for (let at = 0; at < text.length; at++) {
    if (text.charAt(at) === '\\') at++
    else if (text.charAt(at) === separator) {
      parts.push(text.slice(from, at))
      from = at + 1
    }
  }
  parts.push(text.slice(from))
  return parts
}
