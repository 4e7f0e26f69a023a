/**
 * PDF: places of letters on pages, from which lines and paragraphs are found again. Nothing in such a file says what a
 * paragraph is, so the report says that it was guessed.
 */
import { definePDFJSModule, getDocumentProxy } from 'unpdf'
import type { Piece } from './compose.ts'
import { many, type Report, Unreadable } from './report.ts'
import { joinLines } from './text.ts'

const MAX_PAGES = 1000

interface Line {
  text: string
  page: number
  /** From the left and from the bottom of the page. */
  x: number
  y: number
  right: number
  size: number
}

interface Page {
  lines: Line[]
  /** What is left of it once running heads are gone. */
  body: Line[]
}

export async function readPdf(
  bytes: Uint8Array,
  report: Report,
): Promise<{ pieces: Piece[]; title: string | null; language: string | null }> {
  await definePDFJSModule(() => import('unpdf/pdfjs'))
  const document = await getDocumentProxy(new Uint8Array(bytes), {
    // Nothing is drawn or fetched.
    disableFontFace: true,
    useSystemFonts: false,
    enableXfa: false,
    stopAtErrors: false,
    verbosity: 0,
  }).catch((error: unknown) => {
    if (error instanceof Error && error.name === 'PasswordException')
      throw new Unreadable('This PDF is protected by a password. Please bring a copy without one.')
    throw new Unreadable('This PDF is damaged, or is none.')
  })
  if (document.numPages > MAX_PAGES)
    throw new Unreadable(
      `This PDF has ${many(document.numPages, 'page')}; at most ${MAX_PAGES} are read. Please bring it in parts.`,
    )
  const pages: Page[] = []
  const empty: number[] = []
  for (let number = 1; number <= document.numPages; number++) {
    const page = await document.getPage(number).catch(() => null)
    const content = await page?.getTextContent().catch(() => null)
    const lines = linesOf((content?.items ?? []) as Item[], number)
    if (lines.length === 0) empty.push(number)
    pages.push({ lines, body: lines })
    page?.cleanup()
  }
  if (empty.length === pages.length)
    throw new Unreadable(
      'There is no text in this PDF: its pages are pictures, as a scanner makes them. Please run text recognition (OCR) over it first.',
    )
  if (empty.length > 0)
    report.say(
      `${empty.length === 1 ? 'Page' : 'Pages'} ${ranges(empty)} ${empty.length === 1 ? 'has' : 'have'} no text: empty, or pictures as a scanner makes them.`,
    )
  dropRunningLines(pages, report)
  const pieces = paragraphsOf(pages, report)
  report.say(
    'A PDF does not say what a paragraph is: they were guessed from the places of the lines. Bold, italic, links and pictures were left out.',
  )
  const info = await document.getMetadata().catch(() => null)
  const named = (info?.info as Record<string, unknown> | undefined)?.['Title']
  const language = (info?.info as Record<string, unknown> | undefined)?.['Language']
  await document.loadingTask.destroy()
  return {
    pieces,
    title: titleAmong(pieces, typeof named === 'string' ? named : null),
    language: typeof language === 'string' ? language : null,
  }
}

interface Item {
  str: string
  transform: number[]
  width: number
  height: number
  hasEOL: boolean
}

function linesOf(items: readonly Item[], page: number): Line[] {
  const lines: Line[] = []
  let line: Line | null = null
  const close = () => {
    if (line && line.text.trim() !== '') lines.push({ ...line, text: line.text.replace(/\s+/g, ' ').trim() })
    line = null
  }
  for (const { str, transform, width, height, hasEOL } of items) {
    const [, , c = 0, d = 0, x = 0, y = 0] = transform
    const size = Math.hypot(c, d) || height
    if (str !== '') {
      const open: Line | null = line
      if (open && Math.abs(open.y - y) > Math.max(open.size, size) * 0.5) close()
      if (line === null) line = { text: str, page, x, y, right: x + width, size }
      else {
        const at: Line = line
        const gap = x - at.right
        const isApart = gap > size * 0.18 || gap < -size
        const hasBlank = at.text.endsWith(' ') || str.startsWith(' ')
        line = {
          ...at,
          text: `${at.text}${isApart && !hasBlank ? ' ' : ''}${str}`,
          right: Math.max(at.right, x + width),
          x: Math.min(at.x, x),
          size: str.trim() === '' ? at.size : Math.max(at.size, size),
        }
      }
    }
    if (hasEOL) close()
  }
  close()
  return lines
}

/** Lines at the edge of pages that come back on others at the same place, but for their numbers. */
function dropRunningLines(pages: readonly Page[], report: Report): void {
  const seen = new Map<string, number>()
  const edges = (lines: readonly Line[]) => {
    const sorted = lines.toSorted((a, b) => b.y - a.y)
    return new Set([...sorted.slice(0, 2), ...sorted.slice(-2)])
  }
  const key = ({ text, y }: Line) => `${Math.round(y / 4)} ${text.replace(/\p{N}+/gu, '#').toLowerCase()}`
  for (const { lines } of pages)
    for (const one of new Set(Array.from(edges(lines), key))) seen.set(one, (seen.get(one) ?? 0) + 1)
  const size = bodySize(pages.flatMap((page) => page.lines))
  const least = Math.max(2, Math.ceil(pages.length * 0.4))
  let count = 0
  for (const page of pages) {
    const edge = edges(page.lines)
    page.body = page.lines.filter((line) => {
      const isNumber = /^[-–—\s]*(page |p\. ?)?\p{N}{1,4}( ?(of|\/) ?\p{N}{1,4})?[-–—\s]*$/iu.test(line.text)
      // The title of the first page often comes back, smaller, at the head of all others.
      const isSmall = line.size <= size * 1.15
      const isRunning =
        isSmall && edge.has(line) && ((seen.get(key(line)) ?? 0) >= least || (isNumber && pages.length > 1))
      if (isRunning) count++
      return !isRunning
    })
  }
  report.count('pageLines', count)
}

function paragraphsOf(pages: readonly Page[], report: Report): Piece[] {
  const lines = pages.flatMap((page) => page.body)
  const size = bodySize(lines)
  const spacing = lineSpacing(lines)
  const rights = widthsOf(lines)
  const pieces: Piece[] = []
  const joined: string[] = []
  // Where a word stands with its hyphen within a line, it is its own.
  const hyphened = new Set(
    lines.flatMap(({ text }) => text.toLowerCase().match(/(?<!\p{L})\p{L}{1,40}-\p{Ll}{1,40}/gu) ?? []),
  )
  let open: Line[] = []
  let isHeading = false
  const close = () => {
    if (open.length > 0) {
      const text = joinLines(
        mendHyphens(
          open.map((line) => line.text),
          { hyphened, joined },
        ),
      )
      pieces.push({ type: isHeading ? 'heading' : 'paragraph', runs: [{ text }] })
    }
    open = []
  }
  for (const line of lines) {
    const before = open.at(-1)
    if (before && isBreak(before, line, { size, spacing, right: rights.get(before) ?? before.right })) close()
    if (open.length === 0) isHeading = line.size > size * 1.15
    open.push(line)
  }
  close()
  if (joined.length > 0)
    report.say(
      `${many(joined.length, 'word')} parted by a hyphen at the end of a line ${joined.length === 1 ? 'was' : 'were'} joined: ${joined.slice(0, 8).join(', ')}${joined.length > 8 ? ' …' : ''}.`,
    )
  return pieces
}

/** Whether a new paragraph begins with `line`. */
function isBreak(before: Line, line: Line, page: { size: number; spacing: number; right: number }): boolean {
  if (Math.abs(before.size - line.size) > page.size * 0.12) return true
  const startsLow = /^\p{Ll}/u.test(line.text)
  const endsWhole = /[.!?…:;。！？]["'”’»)\]]*$/u.test(before.text)
  // From one page or column to the next only the words tell.
  if (before.page !== line.page || line.y > before.y + before.size) return !startsLow && endsWhole
  const gap = before.y - line.y
  if (gap > page.spacing * 1.35 && gap > before.size * 1.5) return true
  if (line.x - before.x > line.size * 0.9 && line.x - before.x < line.size * 6 && endsWhole) return true
  if (/^([•▪◦‣–-]|\d{1,2}[.)])\s/.test(line.text)) return true
  // The last line of a paragraph is rarely full.
  return endsWhole && before.right < page.right - before.size * 4 && !startsLow
}

function bodySize(lines: readonly Line[]): number {
  const lengths = new Map<number, number>()
  for (const { size, text } of lines) {
    const rounded = Math.round(size * 2) / 2
    lengths.set(rounded, (lengths.get(rounded) ?? 0) + text.length)
  }
  return [...lengths].sort((a, b) => b[1] - a[1])[0]?.[0] ?? 10
}

function lineSpacing(lines: readonly Line[]): number {
  const gaps: number[] = []
  for (const [i, line] of lines.entries()) {
    const before = lines[i - 1]
    const gap = before && before.page === line.page ? before.y - line.y : 0
    if (gap > 0 && gap < line.size * 4) gaps.push(gap)
  }
  gaps.sort((a, b) => a - b)
  return gaps[gaps.length >> 1] ?? 14
}

/** How far to the right the lines around each one go: those of the same page that begin near it. */
function widthsOf(lines: readonly Line[]): Map<Line, number> {
  const columns = new Map<string, number>()
  const key = (line: Line) => `${line.page} ${Math.round(line.x / 60)}`
  for (const line of lines) columns.set(key(line), Math.max(columns.get(key(line)) ?? 0, line.right))
  return new Map(lines.map((line) => [line, columns.get(key(line)) ?? line.right]))
}

/** Words that go on in the next line, whole; a hyphen before a capital or a digit is one of the word itself. */
function mendHyphens(
  lines: readonly string[],
  { hyphened, joined }: { hyphened: ReadonlySet<string>; joined: string[] },
): string[] {
  const whole: string[] = []
  for (const line of lines) {
    const before = whole.at(-1)
    const start = before === undefined ? null : /(\p{L}{1,40})[-\u00ad‐]$/u.exec(before.slice(-41))
    const end = /^\p{Ll}\p{L}*/u.exec(line)
    if (before !== undefined && start && end && !hyphened.has(`${start[1]}-${end[0]}`.toLowerCase())) {
      whole[whole.length - 1] = before.slice(0, -1) + line
      joined.push(`${start[1]}${end[0]}`)
    } else if (before !== undefined && /\p{L}[-‐]$/u.test(before)) whole[whole.length - 1] = before + line
    else whole.push(line)
  }
  return whole
}

/** What the file calls itself, where those words stand at its beginning; else the first heading near there. */
function titleAmong(pieces: readonly Piece[], named: string | null): string | null {
  const first = pieces.slice(0, 6).map((piece) => piece.runs[0]?.text ?? '')
  const name = named?.replace(/\s+/g, ' ').trim() ?? ''
  if (name !== '' && first.some((words) => words.includes(name))) return name
  const at = pieces.slice(0, 3).findIndex((piece) => piece.type === 'heading')
  return at < 0 ? null : (first[at] ?? null)
}

function ranges(numbers: readonly number[]): string {
  const parts: string[] = []
  for (let i = 0; i < numbers.length; i++) {
    const from = numbers[i] as number
    while (numbers[i + 1] === (numbers[i] as number) + 1) i++
    const to = numbers[i] as number
    parts.push(from === to ? String(from) : `${from}–${to}`)
  }
  return parts.length > 12 ? `${parts.slice(0, 12).join(', ')} …` : parts.join(', ')
}
