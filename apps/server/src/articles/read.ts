/**
 * A file of any kind that an article can be in, read to what the article would be. It runs on a process of its own
 * (`reader.ts`): what is read here may be made to do harm.
 */
import {
  type ArticleContent,
  articleContentSchema,
  hashText,
  MAX_TEXT_LENGTH,
  type Source,
} from '@attest/schema/article'
import type { Columns, Draft, ReadingChoices, Table } from '@attest/schema/importing'
import { type Composed, compose, type Piece } from './compose.ts'
import { readDocx } from './docx.ts'
import { declaredInHtml, declaredInType, decode } from './encoding.ts'
import { formatOf, type Given } from './format.ts'
import { findDate, guessDirection, guessLanguage, languageTag, shorten } from './guess.ts'
import { readHtml } from './html.ts'
import { readMarkdown } from './markdown.ts'
import { readPdf } from './pdf.ts'
import { Report, Unreadable } from './report.ts'
import { guessColumns, type Row, type Rows, readCsv, readJsonLines, sampleOf } from './table.ts'
import { readText } from './text.ts'

/** More lines than any article has; each is a block that the page has to lay out. */
const MAX_BLOCKS = 50_000

/** The article in a file. Throws `Unreadable`. */
export async function readArticle(given: Given): Promise<Draft> {
  const format = formatOf(given)
  if (given.bytes.byteLength === 0) throw new Unreadable('This file is empty.')
  const report = new Report()
  switch (format) {
    case 'text': {
      const { text, encoding } = decodeText(given, report)
      const { lines, ...composed } = readText(text, given.choices?.lines, report)
      return draftOf({ format, given, composed, report, encoding, lines })
    }
    case 'markdown': {
      const { text, encoding } = decodeText(given, report)
      const reading = readMarkdown(text, report)
      const composed = compose(titled(reading.pieces, reading.title), report)
      return draftOf({ format, given, composed, report, encoding, ...reading })
    }
    case 'html': {
      const { text, encoding } = decodeText(given, report)
      // What was pasted is a part of a page, chosen by whoever copied it.
      const scope = given.name === PASTED_HTML ? null : given.choices?.scope
      const reading = readHtml(text, { url: given.url ?? null, scope }, report)
      const composed = compose(titled(reading.pieces, reading.title), report)
      const kept = scope === null ? { ...reading, scope: null } : reading
      return draftOf({ format, given, composed, report, encoding, ...kept })
    }
    case 'docx': {
      const { pieces } = await readDocx(given.bytes, report)
      return draftOf({ format, given, composed: compose(titled(pieces, null), report), report })
    }
    case 'pdf': {
      const reading = await readPdf(given.bytes, report)
      const composed = compose(titled(reading.pieces, reading.title), report)
      return draftOf({ format, given, composed, report, ...reading, language: languageTag(reading.language) })
    }
    case 'csv':
    case 'jsonl':
      throw new Unreadable('This is a table with one article a row, so it has to be brought in as a table.')
    case 'archive':
      throw new Unreadable('This is an archive, which is not opened here.')
  }
}

/** What the page calls HTML out of the clipboard. */
const PASTED_HTML = 'pasted.html'

/** The shape of a table. Throws `Unreadable`. */
export function readTable(given: Given): Table {
  const report = new Report()
  const { rows, format, encoding } = rowsOf(given, report)
  const bad = rows.rows.filter((row) => row.problem !== undefined)
  if (bad.length > 0)
    report.say(
      `${bad.length === 1 ? 'One row' : `${bad.length} rows`} cannot be read, in line ${bad
        .slice(0, 10)
        .map((row) => row.line)
        .join(', ')}${bad.length > 10 ? ' …' : ''}.`,
    )
  return {
    is: 'table',
    format,
    ...sampleOf(rows),
    guess: guessColumns(rows),
    report: report.sentences(),
    encoding,
  }
}

/** What a row says of an article, before it is one; or why it says nothing. */
export interface RowArticle {
  line: number
  problem?: string
  text: string
  title: string | null
  outlet: string | null
  published: string | null
  language: string | null
  url: string | null
}

/** All rows of a table by these columns. Throws `Unreadable`, also when a column is not there. */
export function readRows(given: Given, columns: Columns): RowArticle[] {
  const { rows } = rowsOf(given, new Report())
  for (const column of Object.values(columns))
    if (column !== null && !rows.columns.includes(column))
      throw new Unreadable(`There is no column “${shorten(column, 100)}” in this table.`)
  return rows.rows.map((row) => rowArticle(row, columns))
}

function rowArticle({ line, cells, problem }: Row, columns: Columns): RowArticle {
  const cell = (column: string | null) => (column === null ? '' : (cells[column] ?? '')).trim()
  return {
    line,
    ...(problem === undefined ? {} : { problem }),
    text: columns.text === null ? '' : (cells[columns.text] ?? ''),
    title: cell(columns.title) || null,
    outlet: cell(columns.outlet) || null,
    published: cell(columns.published) || null,
    language: cell(columns.language) || null,
    url: cell(columns.url) || null,
  }
}

/** The article that a row is. Throws `Unreadable`. */
export function readRow(row: RowArticle, name: string, lines: ReadingChoices['lines']): Draft {
  if (row.problem !== undefined) throw new Unreadable(row.problem)
  if (row.text.trim() === '') throw new Unreadable('There is no text in this row.')
  const report = new Report()
  const whole =
    row.title === null || startsWith(row.text, row.title) ? row.text : `${row.title.replace(/\s+/g, ' ')}\n${row.text}`
  const { lines: way, ...composed } = readText(whole, lines, report)
  const published = row.published === null ? null : findDate(row.published)
  if (row.published !== null && published === null)
    report.say(`The date “${shorten(row.published, 40)}” could not be read without doubt and was left out.`)
  if (row.language !== null && languageTag(row.language) === null)
    report.say(`“${shorten(row.language, 40)}” is not a language tag such as “en” and was left out.`)
  const url = row.url !== null && /^https?:\/\//i.test(row.url) && URL.canParse(row.url) ? row.url : null
  if (row.url !== null && url === null) report.say('The address of this row is none of the web and was left out.')
  const given = { bytes: new Uint8Array(), name, url }
  const language = languageTag(row.language)
  return draftOf({
    format: 'text',
    given,
    composed,
    report,
    lines: way,
    title: row.title,
    outlet: row.outlet,
    published,
    language,
  })
}

function startsWith(text: string, title: string): boolean {
  return text.trimStart().startsWith(title)
}

function rowsOf(given: Given, report: Report): { rows: Rows; format: Table['format']; encoding: Table['encoding'] } {
  const format = formatOf(given)
  if (format !== 'csv' && format !== 'jsonl') throw new Unreadable('This is not a table (.csv, .tsv or .jsonl).')
  const { text, encoding } = decodeText(given, report)
  return { rows: format === 'csv' ? readCsv(text, report) : readJsonLines(text), format, encoding }
}

function decodeText({ bytes, type, choices, name }: Given, report: Report) {
  const declared =
    declaredInType(type) ?? (/html?$/i.test(name) || type?.includes('html') ? declaredInHtml(bytes) : null)
  return decode(bytes, { chosen: choices?.encoding, declared }, report)
}

/** With the title as its first piece: where it stands already it is one, otherwise it is put there. */
function titled(pieces: readonly Piece[], title: string | null): Piece[] {
  const words = ({ runs }: Piece) =>
    runs
      .map((run) => run.text)
      .join('')
      .replace(/\s+/g, ' ')
      .trim()
  const [first, ...rest] = pieces
  if (!first) return []
  if (title !== null) {
    const at = pieces.slice(0, 4).findIndex((piece) => words(piece) === title)
    if (at === 0) return [{ ...first, type: 'title' }, ...rest]
    // Below a rubric or a date it stays where it is: the order of the words is the author's.
    if (at > 0) return pieces.map((piece, i) => (i === at ? { ...piece, type: 'title' } : piece))
    return [{ type: 'title', runs: [{ text: title }] }, ...pieces]
  }
  return first.type === 'heading' ? [{ ...first, type: 'title' }, ...rest] : [...pieces]
}

interface Parts {
  format: Draft['format']
  given: Pick<Given, 'name' | 'url' | 'bytes'>
  composed: Composed
  report: Report
  encoding?: Draft['encoding']
  lines?: Draft['lines']
  scope?: Draft['scope']
  title?: string | null
  outlet?: string | null
  published?: string | null
  language?: string | null
  direction?: 'ltr' | 'rtl' | null
  url?: string | null
}

function draftOf(parts: Parts): Draft {
  const { format, given, composed, report, encoding = null } = parts
  const { text, blocks } = composed
  const flaw = flawOfText(text, blocks.length)
  if (flaw) throw new Unreadable(flaw)
  const top = text.slice(0, 2000)
  const titleBlock = blocks.find((block) => block.type === 'title') ?? blocks[0]
  const title = parts.title ?? text.slice(titleBlock?.start, titleBlock?.end).trim()
  const language = parts.language ?? guessLanguage(text)
  if (parts.language == null && language !== null) report.say(`The language was guessed: ${languageName(language)}.`)
  const published = parts.published ?? findDate(top)
  if (parts.published == null && published !== null)
    report.say(`The date was found among the first words: ${published}. It may be another than that of publication.`)
  const url = parts.url ?? given.url ?? null
  const source: Source = {
    outlet: shortenOrNull(parts.outlet ?? hostOf(url), 200),
    published,
    url: url !== null && url.length <= 2000 ? url : null,
    fileName: shortenOrNull(
      given.name
        .split(/[\\/]/)
        .at(-1)
        ?.replace(/\p{Cc}/gu, '') ?? null,
      255,
    ),
    encoding: encoding?.name ?? null,
  }
  const content: ArticleContent = {
    title: shorten(title.replace(/\s+/g, ' ').toWellFormed() || 'Without a title', 300),
    language,
    direction: parts.direction ?? guessDirection(text),
    text,
    sha256: hashText(text),
    blocks: composed.blocks,
    inlines: composed.inlines,
    source,
  }
  return {
    is: 'article',
    format,
    // Whatever the file held, this is what can be kept.
    content: articleContentSchema.parse(content),
    report: report.sentences(),
    encoding,
    lines: parts.lines ?? null,
    scope: parts.scope ?? null,
  }
}

function shortenOrNull(words: string | null, length: number): string | null {
  return words === null ? null : shorten(words.toWellFormed().trim(), length) || null
}

function hostOf(url: string | null): string | null {
  return url !== null && URL.canParse(url) ? new URL(url).hostname.replace(/^www\./, '') || null : null
}

function languageName(tag: string): string {
  return `${new Intl.DisplayNames('en', { type: 'language' }).of(tag) ?? tag} (${tag})`
}

function flawOfText(text: string, blocks: number): string | null {
  if (text.length > MAX_TEXT_LENGTH)
    return `This text has ${text.length.toLocaleString('en')} characters; an article has at most ${MAX_TEXT_LENGTH.toLocaleString('en')}. Please bring it in parts.`
  if (blocks > MAX_BLOCKS)
    return `This text has more than ${MAX_BLOCKS.toLocaleString('en')} paragraphs. Please bring it in parts.`
  return /[\p{L}\p{N}\p{S}]/u.test(text) ? null : 'There are no words in this file.'
}
