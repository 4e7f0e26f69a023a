/**
 * Puts the text of an article together from pieces, whatever format they were read from: one block a piece, parted by one
 * line feed, formatting as ranges of whole characters. What cannot stand in a text is mended or left out here and nowhere
 * else, and the report says so.
 */
import type { ArticleContent, Block, Inline } from '@attest/schema/article'
import { snapToGraphemes } from '@attest/schema/span'
import type { Report } from './report.ts'

/** Words with one formatting. */
export interface Run {
  text: string
  bold?: boolean
  italic?: boolean
  href?: string | null
}

export interface Piece {
  type: Block['type']
  runs: Run[]
}

export type Composed = Pick<ArticleContent, 'text' | 'blocks' | 'inlines'>

/** More formatting than any article has; the schema takes as much. */
const MAX_INLINES = 100_000

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for.
const controls = /[\0-\x08\x0e-\x1f\x7f]/g
const breaks = /[\n\v\f\r\u0085\u2028\u2029]+/g

/** Empty pieces are left out, and blanks at the ends of the others. */
export function compose(pieces: readonly Piece[], report: Report): Composed {
  const blocks: Block[] = []
  const texts: string[] = []
  const ranges: Inline[] = []
  let start = 0
  for (const piece of pieces) {
    const { text, inlines } = composeBlock(piece.runs, report)
    if (text === '') continue
    blocks.push({ type: piece.type, start, end: start + text.length })
    texts.push(text)
    for (const inline of inlines) ranges.push({ ...inline, start: inline.start + start, end: inline.end + start })
    start += text.length + 1
  }
  const text = texts.join('\n')
  const inlines = wholeCharacters(text, ranges)
  report.count('inlines', Math.max(0, inlines.length - MAX_INLINES))
  return { text, blocks, inlines: inlines.slice(0, MAX_INLINES) }
}

/** What no text can hold is replaced one for one or removed; the report counts it. */
export function mend(text: string, report: Report): string {
  report.count('controls', text.match(controls)?.length ?? 0)
  const clean = text.replace(controls, '')
  if (clean.isWellFormed()) return clean
  const mended = clean.toWellFormed()
  let lone = 0
  for (let i = 0; i < clean.length; i++) if (clean.charCodeAt(i) !== mended.charCodeAt(i)) lone++
  report.count('surrogates', lone)
  return mended
}

function composeBlock(runs: readonly Run[], report: Report): { text: string; inlines: Inline[] } {
  let text = ''
  const inlines: Inline[] = []
  const open: { bold: Inline | null; italic: Inline | null; link: Inline | null } = {
    bold: null,
    italic: null,
    link: null,
  }
  for (const run of runs) {
    // Halves of a character may stand in two runs, so surrogates are looked at when the block is whole.
    const words = run.text.replace(breaks, ' ')
    report.count('controls', words.match(controls)?.length ?? 0)
    const from = text.length
    text += words.replace(controls, '')
    if (text.length === from) continue
    for (const type of ['bold', 'italic'] as const) {
      if (run[type] && open[type]) open[type].end = text.length
      else open[type] = run[type] ? { type, start: from, end: text.length } : null
      if (open[type]?.start === from) inlines.push(open[type])
    }
    const href = run.href ?? null
    if (href !== null && open.link?.type === 'link' && open.link.href === href) open.link.end = text.length
    else {
      open.link = href === null ? null : { type: 'link', start: from, end: text.length, href }
      if (open.link) inlines.push(open.link)
    }
  }
  text = mend(text, report)
  const first = text.length - text.trimStart().length
  const last = text.trimEnd().length
  const kept = inlines
    .map((inline) => ({
      ...inline,
      start: Math.max(inline.start, first) - first,
      end: Math.min(inline.end, last) - first,
    }))
    .filter((inline) => inline.start < inline.end)
  return { text: text.slice(first, Math.max(first, last)), inlines: kept }
}

/** Grown to whole characters; those of one type that come to overlap by it are joined. */
function wholeCharacters(text: string, ranges: readonly Inline[]): Inline[] {
  const last = new Map<string, Inline>()
  const whole: Inline[] = []
  for (const range of ranges) {
    const [start, end] = snapToGraphemes(text, [range.start, range.end])
    const before = last.get(range.type)
    if (before && start < before.end) {
      // Of two links over one character the first has it.
      if (range.type !== 'link') before.end = Math.max(before.end, end)
      else if (before.end < end) keep({ ...range, start: before.end, end })
    } else keep({ ...range, start, end })
  }
  return whole

  function keep(range: Inline): void {
    last.set(range.type, range)
    whole.push(range)
  }
}

/** The address of a link when it may be kept: http, https or mailto, and not endless; null otherwise. */
export function linkAddress(href: string | null | undefined, base: string | null): string | null {
  if (!href) return null
  const given = href.trim()
  const url = URL.parse(given, base ?? undefined)
  if (!url || !['http:', 'https:', 'mailto:'].includes(url.protocol)) return null
  // As it stands in the file where it is whole; otherwise as its page would open it.
  const address = /^(https?:\/\/|mailto:)/i.test(given) && /^[\x21-\x7e]+$/.test(given) ? given : url.href
  return address.length <= 2000 ? address : null
}
