/**
 * The article as Markdown, with a footnote for each mark where its words end (spec.commonmark.org 0.31; footnotes as GitHub
 * has them, github.github.com/gfm and mdast-util-gfm-footnote). The text is escaped so that a reader of Markdown has the same
 * text again: signs that mean something there, blanks at the ends of a line, and addresses, which would take in what
 * follows them.
 */
import { sortInTextOrder } from '../annotation.ts'
import type { Block, Inline } from '../article.ts'
import { order } from '../order.ts'
import { rulingsOf } from '../outcome.ts'
import { quotesOf } from '../span.ts'
import type { AnnotatedArticle } from './attest-json.ts'
import type { Writer } from './format.ts'
import { judgingOf, leftOf, losses } from './pieces.ts'
import { type Cut, cutUp, type Run, undrawn } from './runs.ts'

const prefixes: Record<Block['type'], string> = {
  title: '# ',
  heading: '## ',
  paragraph: '',
  quote: '> ',
  'list-item': '- ',
}

export const markdownWriter: Writer = {
  name: 'markdown',
  label: 'Markdown with footnotes',
  extension: '.md',
  mediaType: 'text/markdown',

  write(annotated) {
    const { article } = annotated
    const cut = cutUp(annotated)
    const notes = new Map<string, number>()
    const isKept = new Set(formattingOf(annotated, cut))
    const blocks = cut.blocks.flatMap(({ block, runs }) =>
      runs.length > 0 ? [prefixes[block.type] + lineOf(annotated, cut, runs, block, isKept, notes)] : [],
    )
    for (const { id } of sortInTextOrder(annotated.records.annotations.values()))
      if (!notes.has(id)) notes.set(id, notes.size + 1)
    return {
      files: [{ name: `${article.id}.md`, text: `${[...blocks, ...notesOf(annotated, notes)].join('\n\n')}\n` }],
      left: losses(
        ...leftOf(annotated, 'a footnote', ['annotators', 'spans', 'attributes', 'relations']),
        undrawn(cut),
        {
          what: 'bold, italic or linked stretches: Markdown has them between blanks and signs only, and not across each other',
          one: 'bold, italic or linked stretch: Markdown has them between blanks and signs only, and not across each other',
          count: article.inlines.length - isKept.size,
        },
        {
          what: 'NUL characters: Markdown can have none',
          one: 'NUL character: Markdown can have none',
          count: article.text.split('\0').length - 1,
        },
      ),
    }
  },
}

/** The words of a block with their formatting; where a mark ends, the number of its note. */
function lineOf(
  { article: { text } }: AnnotatedArticle,
  { lastOf }: Cut,
  runs: readonly Run[],
  block: Block,
  isKept: ReadonlySet<Inline>,
  notes: Map<string, number>,
): string {
  const line = lineAt(text, block)
  const parts: string[] = []
  let open: Inline[] = []
  for (const run of runs) {
    // Those that go on are the outer ones, as no two cross.
    const inlines = run.inlines.filter((inline) => isKept.has(inline))
    for (const inline of inlines.slice(open.length)) parts.push(opening[inline.type])
    open = inlines
    parts.push(escaped(text, run.start, run.end, line))
    while (open.at(-1)?.end === run.end) parts.push(closingOf(open.pop() as Inline))
    for (const piece of run.pieces) {
      if (lastOf.get(piece) !== run) continue
      const { id } = piece.mark
      if (!notes.has(id)) notes.set(id, notes.size + 1)
      parts.push(`[^${notes.get(id)}]`)
    }
  }
  return parts.join('')
}

const opening: Record<Inline['type'], string> = { bold: '**', italic: '*', link: '[' }

function closingOf(inline: Inline): string {
  if (inline.type !== 'link') return opening[inline.type]
  const href = inline.href.replace(/[\s<>\\]/g, (sign) => encodeURIComponent(sign))
  return `](<${href}>)`
}

const letter = /[\p{L}\p{N}]/u
const gap = /^$|[\s\p{P}]/u

/**
 * The formatting that can be written: signs of emphasis count only between a letter and what is none, two stretches lie in
 * each other or apart, and no note stands within a link.
 */
function formattingOf({ article: { text, blocks, inlines } }: AnnotatedArticle, { pieces }: Cut): Inline[] {
  const kept: Inline[] = []
  let around: Inline[] = []
  const ends = [...new Set(pieces.map(({ end }) => end))].sort((a, b) => a - b)
  let [b, e] = [0, 0]
  for (const inline of inlines.toSorted((x, y) => x.start - y.start || y.end - x.end || order(x.type, y.type))) {
    const { type, start, end } = inline
    while ((blocks[b]?.end ?? end) < start) b++
    while ((ends[e] ?? end) <= start) e++
    around = around.filter((one) => one.end > start)
    const fits =
      end <= (blocks[b]?.end ?? 0) &&
      around.every((one) => end <= one.end && one.type !== type) &&
      letter.test(text.charAt(start)) &&
      letter.test(text.charAt(end - 1)) &&
      gap.test(text.charAt(start - 1)) &&
      gap.test(text.charAt(end)) &&
      (type !== 'link' || (ends[e] ?? end) >= end)
    if (!fits) continue
    kept.push(inline)
    around.push(inline)
  }
  return kept
}

/** What of a block has a meaning by where it stands. */
interface Line {
  start: number
  /** Blanks before and after these would be dropped. */
  firstWord: number
  lastWord: number
  /** Where the sign stands that makes a number the beginning of a list, or -1. */
  counter: number
}

function lineAt(text: string, { start, end }: Pick<Block, 'start' | 'end'>): Line {
  const isBlank = (at: number) => text.charAt(at) === ' ' || text.charAt(at) === '\t'
  let [firstWord, lastWord] = [start, end]
  while (firstWord < end && isBlank(firstWord)) firstWord++
  while (lastWord > firstWord && isBlank(lastWord - 1)) lastWord--
  const number = /^\d{1,9}(?=[.)])/.exec(text.slice(start, Math.min(end, start + 10)))
  return { start, firstWord, lastWord, counter: number ? start + number[0].length : -1 }
}

const meaningful = /[\\`*_[\]<>&~#!$|^@:.)\r\ufeff]/g

/** The words from one place of a block to another, so that they are read as words. */
function escaped(text: string, from: number, to: number, line: Line): string {
  const first = Math.min(to, Math.max(from, line.firstWord))
  const last = Math.max(first, Math.min(to, line.lastWord))
  const inner = text.slice(first, last).replace(meaningful, (sign, index: number) => {
    const at = first + index
    if (sign === '\r' || sign === '\ufeff') return reference(sign)
    const isPlain =
      (sign === ':' && !text.startsWith('//', at + 1)) ||
      (sign === '.' && at !== line.counter && !/www/i.test(text.slice(Math.max(0, at - 3), at))) ||
      (sign === ')' && at !== line.counter)
    return isPlain ? sign : `\\${sign}`
  })
  const beginsBlock = from === line.start && /^[+\-=]/.test(inner)
  return blanks(text.slice(from, first)) + (beginsBlock ? '\\' : '') + inner + blanks(text.slice(last, to))
}

function blanks(edge: string): string {
  return edge.replace(/[ \t]/g, reference)
}

function reference(sign: string): string {
  return `&#${sign.charCodeAt(0)};`
}

/** Words of people in a note, on one line. */
function words(value: string): string {
  const text = value.toWellFormed().replace(/\s/g, ' ').trim()
  return escaped(text, 0, text.length, lineAt(text, { start: 0, end: text.length }))
}

/** What each mark is, by whom, and how it is related; in the order of their numbers. */
function notesOf(annotated: AnnotatedArticle, notes: ReadonlyMap<string, number>): string[] {
  const { article, labelSet, people, records } = annotated
  const names = new Map(people.map(({ id, name }) => [id, name]))
  const kinds = new Map(labelSet.kinds.map((kind) => [kind.id, kind]))
  const types = new Map(labelSet.relations.map(({ id, label }) => [id, label]))
  const rulings = rulingsOf(records, judgingOf(annotated))
  const relations = [...records.relations.values()].sort((a, b) => order(a.id, b.id))
  const from = Map.groupBy(relations, (relation) => relation.from)
  return [...notes].map(([id, number]) => {
    const mark = records.annotations.get(id)
    if (!mark) throw new RangeError(`there is a note for ${id}, which is no mark`)
    const kind = kinds.get(mark.kind)
    const outcome = rulings.get(id)?.outcome ?? 'open'
    const labels = new Map(kind?.attributes.map((one) => [one.id, one.label]))
    const quotes = quotesOf(article.text, mark.spans).map((quote) => `“${words(quote)}”`)
    const parts = [
      `${words(kind?.label ?? mark.kind)} by ${words(names.get(mark.author) ?? mark.author)}${outcome === 'open' ? '' : `, ${outcome}`}: ${quotes.join(' … ')}`,
      ...Object.entries(mark.attributes)
        .sort(([a], [b]) => order(a, b))
        .map(([name, value]) => `${words(labels.get(name) ?? name)}: ${value === null ? '*none*' : words(value)}`),
      ...(from.get(id) ?? []).map(({ type, to }) => {
        const end = notes.get(to)
        return `${words(types.get(type) ?? type)} ${end === undefined ? 'a mark that is not here' : `[^${end}]`}`
      }),
    ]
    return `[^${number}]: ${parts.join('; ')}.`
  })
}
