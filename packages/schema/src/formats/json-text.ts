/**
 * JSON out of files that may be anything. What browsers say of broken JSON differs between them, and some say no place;
 * so where it breaks off is found here, and told by line and column.
 */
import type { TextFile } from './format.ts'

export type JsonReading = { ok: true; value: unknown } | { ok: false; problem: string }

/** The value of a whole file. A byte order mark before it is none of its text. */
export function parseJson({ name, text }: TextFile): JsonReading {
  const from = text.startsWith('\ufeff') ? 1 : 0
  try {
    return { ok: true, value: JSON.parse(from === 0 ? text : text.slice(from)) }
  } catch {
    return { ok: false, problem: brokenAt(name, text, firstFlaw(text, from)) }
  }
}

export interface Line {
  value: unknown
  /** Counted from 1. */
  number: number
}

/**
 * One value a line, as JSON Lines have it; blank lines are none. A file whose first line is no value may be a single one
 * over many lines, as people keep them for reading: its list is then as good as lines.
 */
export function parseLines(file: TextFile): { ok: true; lines: Line[] } | { ok: false; problem: string } {
  const { name, text } = file
  const lines: Line[] = []
  let number = 0
  for (let start = text.startsWith('\ufeff') ? 1 : 0; start < text.length; ) {
    const feed = text.indexOf('\n', start)
    const end = feed < 0 ? text.length : feed
    const line = text.slice(start, end)
    number++
    if (line.trim() !== '')
      try {
        lines.push({ value: JSON.parse(line), number })
      } catch {
        if (lines.length > 0) return { ok: false, problem: brokenAt(name, text, Math.min(end, firstFlaw(text, start))) }
        const whole = parseJson(file)
        if (!whole.ok) return whole
        const values: unknown[] = Array.isArray(whole.value) ? whole.value : [whole.value]
        return { ok: true, lines: values.map((value) => ({ value, number })) }
      }
    start = end + 1
  }
  const [only] = lines
  if (lines.length === 1 && only && Array.isArray(only.value))
    return { ok: true, lines: only.value.map((value: unknown) => ({ value, number: only.number })) }
  return { ok: true, lines }
}

function brokenAt(name: string, text: string, offset: number): string {
  const before = text.slice(0, offset)
  const line = before.split('\n').length
  const column = offset - before.lastIndexOf('\n')
  const found = text.slice(offset, offset + 20).split('\n', 1)[0] ?? ''
  const what = offset >= text.length ? 'it ends in the middle' : `“${found.toWellFormed()}” cannot stand there`
  return `${name} is no JSON: at line ${line}, column ${column}, ${what}.`
}

const blanks = new Set([' ', '\t', '\n', '\r'])
const openings: Readonly<Record<string, string>> = { '{': '}', '[': ']' }
const literal = /(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)(?![\w.+-])/y
const escaped = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y

/**
 * Where the first value from `start` on stops being JSON; the end of the text where it stops too early. What is open is kept
 * in a list, so that a file of a million brackets is read like any other.
 */
function firstFlaw(text: string, start: number): number {
  const open: string[] = []
  let at = start
  let expects: 'value' | 'value or end' | 'name' | 'name or end' | 'colon' | 'comma or end' = 'value'
  for (;;) {
    while (blanks.has(text.charAt(at))) at++
    const sign = text.charAt(at)
    const closing = open.at(-1)
    if (expects === 'colon') {
      if (sign !== ':') return at
      expects = 'value'
      at++
    } else if (sign !== '' && sign === closing && expects !== 'value' && expects !== 'name') {
      open.pop()
      at++
      expects = 'comma or end'
    } else if (expects === 'comma or end') {
      if (closing === undefined || sign !== ',') return at
      expects = closing === '}' ? 'name' : 'value'
      at++
    } else if (expects === 'name' || expects === 'name or end') {
      const { end, isWhole } = stringAt(text, at)
      if (!isWhole) return end
      at = end
      expects = 'colon'
    } else if (sign === '{' || sign === '[') {
      open.push(openings[sign] as string)
      expects = sign === '{' ? 'name or end' : 'value or end'
      at++
    } else if (sign === '"') {
      const { end, isWhole } = stringAt(text, at)
      if (!isWhole) return end
      at = end
      expects = 'comma or end'
    } else {
      literal.lastIndex = at
      if (!literal.test(text)) return at
      at = literal.lastIndex
      expects = 'comma or end'
    }
  }
}

/** Where a string ends, or what is wrong within it. */
function stringAt(text: string, start: number): { end: number; isWhole: boolean } {
  if (text.charAt(start) !== '"') return { end: start, isWhole: false }
  for (let at = start + 1; at < text.length; ) {
    const code = text.charCodeAt(at)
    if (code === 0x22) return { end: at + 1, isWhole: true }
    if (code < 0x20) return { end: at, isWhole: false }
    if (code !== 0x5c) at++
    else {
      escaped.lastIndex = at
      if (!escaped.test(text)) return { end: at, isWhole: false }
      at = escaped.lastIndex
    }
  }
  return { end: text.length, isWhole: false }
}
