/** Plain texts: which of their lines are paragraphs. */

import { blocksOf } from '@attest/schema/article'
import type { lineWays } from '@attest/schema/importing'
import { type Composed, compose, mend, type Piece } from './compose.ts'
import type { Report } from './report.ts'

type LineWay = (typeof lineWays)[number]

/** The longest line that can be a title. */
const MAX_TITLE_LENGTH = 200

export function readText(given: string, chosen: LineWay | undefined, report: Report): Composed & { lines: LineWay } {
  report.count('lineEnds', given.match(/\r\n?/g)?.length ?? 0)
  const text = given.replace(/\r\n?/g, '\n')
  const lines = chosen ?? guessWay(text)
  if (lines === 'exact') return { ...exact(mend(text, report)), lines }
  const paragraphs = lines === 'wrapped' ? joinWrapped(text, report) : textLines(text, report)
  const [first = ''] = paragraphs
  const isTitled = paragraphs.length > 1 && first.length <= MAX_TITLE_LENGTH
  const pieces = paragraphs.map(
    (words, i): Piece => ({ type: i === 0 && isTitled ? 'title' : 'paragraph', runs: [{ text: words }] }),
  )
  return { ...compose(pieces, report), lines }
}

/** Nothing is left out, so offsets that count in the file fit the article. */
function exact(text: string): Composed {
  const blocks = blocksOf(text)
  const first = text.slice(0, blocks[0]?.end).trim()
  if (blocks[0] && (first === '' || first.length > MAX_TITLE_LENGTH || blocks.length === 1))
    blocks[0].type = 'paragraph'
  return { text, blocks, inlines: [] }
}

function textLines(text: string, report: Report): string[] {
  const all = text.split(/[\n\f\u0085\u2028\u2029]/)
  const kept = all.filter((line) => line.trim() !== '')
  const isEndOnly = all.length - kept.length === 1 && all.at(-1) === ''
  if (!isEndOnly) report.count('blankLines', all.length - kept.length)
  return kept
}

function joinWrapped(text: string, report: Report): string[] {
  const paragraphs: string[] = []
  let open: string[] = []
  let joined = 0
  const close = () => {
    if (open.length > 0) paragraphs.push(joinLines(open))
    joined += Math.max(0, open.length - 1)
    open = []
  }
  for (const line of text.split(/[\n\f\u0085\u2028\u2029]/)) {
    if (line.trim() === '') close()
    else {
      // A list keeps its lines.
      if (/^\s{0,8}([-*•–]|\d{1,3}[.)])\s/.test(line)) close()
      open.push(line.trim())
    }
  }
  close()
  report.count('joinedLines', joined)
  return paragraphs
}

/** Lines that were broken by width alone; Chinese and Japanese have no blank between them. */
export function joinLines(lines: readonly string[]): string {
  let text = ''
  for (const line of lines) {
    const isDense = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}。、」]$/u.test(text)
    text += text === '' || isDense ? line : ` ${line}`
  }
  return text
}

/** A text was wrapped when blank lines part it and most lines between them are full. */
function guessWay(text: string): LineWay {
  const groups = text
    .slice(0, 200_000)
    .split(/\n\s*\n/)
    .map((group) => group.split('\n').filter((line) => line.trim() !== ''))
    .filter((group) => group.length > 0)
  const long = groups.filter((group) => group.length >= 3)
  const inner = long.flatMap((group) => group.slice(0, -1).map((line) => line.length))
  if (groups.length < 2 || inner.length < 4) return 'lines'
  const width = Math.max(...inner)
  if (width > 100 || width < 40) return 'lines'
  const full = inner.filter((length) => length > width * 0.75).length
  return full > inner.length * 0.8 ? 'wrapped' : 'lines'
}
