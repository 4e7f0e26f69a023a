/** Tables with one article a row: CSV, of any separator, and JSON lines. */
import { type Columns, columnNames, type Table } from '@attest/schema/importing'
import { parse } from 'csv-parse/sync'
import { many, type Report, Unreadable } from './report.ts'

export interface Row {
  /** Of the file, as an editor counts them from one. */
  line: number
  cells: Readonly<Record<string, string>>
  /** Why it cannot be read, in a sentence; then it has no cells. */
  problem?: string
}

export interface Rows {
  columns: string[]
  rows: Row[]
}

export const MAX_ROWS = 10_000
const MAX_COLUMNS = 200

export function readCsv(text: string, report: Report): Rows {
  const delimiter = guessDelimiter(text)
  const skipped: Row[] = []
  let read: { info: { lines: number; bytes: number }; record: string[] }[]
  try {
    read = parse(text, {
      delimiter,
      info: true,
      bom: true,
      relax_quotes: true,
      relax_column_count: true,
      skip_empty_lines: true,
      skip_records_with_error: true,
      max_record_size: 8 * 1024 * 1024,
      to: MAX_ROWS + 2,
      on_skip(error) {
        const line = Number(error && 'lines' in error ? error['lines'] : 0)
        skipped.push({
          line,
          cells: {},
          problem: 'It is not sound CSV: a quotation mark is missing, or one is too many.',
        })
        return undefined
      },
    }) as unknown as typeof read
  } catch (error) {
    throw new Unreadable(`This is not sound CSV (${error instanceof Error ? error.message : String(error)}).`)
  }
  const [head, ...body] = read
  if (!head || body.length === 0)
    throw new Unreadable('This table has no rows below its first line, which names the columns.')
  const columns = uniqueNames(head.record.slice(0, MAX_COLUMNS))
  if (delimiter !== ',') report.say(`The columns are parted by ${delimiter === '\t' ? 'tabs' : `“${delimiter}”`}.`)
  let before = head.info.lines
  const rows: Row[] = []
  let ragged = 0
  for (const { record, info } of body) {
    if (record.length !== head.record.length) ragged++
    rows.push({ line: before + 1, cells: cellsOf(columns, record) })
    before = info.lines
  }
  if (ragged > 0)
    report.say(
      `${many(ragged, 'row')} of this table ${ragged === 1 ? 'has' : 'have'} more or fewer cells than the first line.`,
    )
  return limit({ columns, rows: [...rows, ...skipped].sort((a, b) => a.line - b.line) })
}

export function readJsonLines(text: string): Rows {
  const columns = new Set<string>()
  const rows: Row[] = []
  for (const [i, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue
    const row = rowOf(i + 1, line)
    rows.push(row)
    for (const column of Object.keys(row.cells)) if (columns.size < MAX_COLUMNS) columns.add(column)
    if (rows.length > MAX_ROWS) break
  }
  if (columns.size === 0) throw new Unreadable('None of the lines of this file is a JSON object with fields.')
  return limit({ columns: [...columns], rows })
}

function rowOf(line: number, json: string): Row {
  let value: unknown
  try {
    value = JSON.parse(json)
  } catch {
    return { line, cells: {}, problem: 'It is not JSON.' }
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return { line, cells: {}, problem: 'It is JSON, but not an object with fields.' }
  return { line, cells: flatten(value) }
}

/** Fields of fields are named with a dot, as `meta.source`; lists and what is deeper than three are left out. */
function flatten(value: object, prefix = '', depth = 0): Record<string, string> {
  const cells: Record<string, string> = Object.create(null)
  for (const [key, cell] of Object.entries(value).slice(0, MAX_COLUMNS)) {
    const name = `${prefix}${key}`.slice(0, 200)
    if (typeof cell === 'string') cells[name] = cell
    else if (typeof cell === 'number' || typeof cell === 'boolean') cells[name] = String(cell)
    else if (typeof cell === 'object' && cell !== null && !Array.isArray(cell) && depth < 2)
      Object.assign(cells, flatten(cell, `${name}.`, depth + 1))
  }
  return cells
}

function limit({ columns, rows }: Rows): Rows {
  if (rows.length > MAX_ROWS)
    throw new Unreadable(`This table has more than ${MAX_ROWS.toLocaleString('en')} rows. Please bring it in parts.`)
  return { columns, rows }
}

function uniqueNames(names: readonly string[]): string[] {
  const taken = new Set<string>()
  return names.map((given, i) => {
    const name = given.trim().slice(0, 200) || `Column ${i + 1}`
    let unique = name
    for (let n = 2; taken.has(unique); n++) unique = `${name} (${n})`
    taken.add(unique)
    return unique
  })
}

function cellsOf(columns: readonly string[], record: readonly string[]): Record<string, string> {
  const cells: Record<string, string> = Object.create(null)
  for (const [i, column] of columns.entries()) cells[column] = record[i] ?? ''
  return cells
}

/** The one that stands most often in the first line, outside of quotation marks. */
function guessDelimiter(text: string): string {
  const head =
    text
      .slice(0, 20_000)
      .split(/\r?\n/, 1)[0]
      ?.replace(/"[^"]*"/g, '') ?? ''
  let [best, most] = [',', 0]
  for (const delimiter of [',', ';', '\t', '|']) {
    const count = head.split(delimiter).length - 1
    if (count > most) [best, most] = [delimiter, count]
  }
  return best
}

const hints: Readonly<Record<(typeof columnNames)[number], readonly string[]>> = {
  title: ['title', 'headline', 'heading', 'titel', 'titre', 'titulo', 'subject', 'name'],
  text: [
    'text',
    'body',
    'content',
    'article',
    'fulltext',
    'articletext',
    'articlebody',
    'texte',
    'texto',
    'story',
    'transcript',
  ],
  outlet: [
    'outlet',
    'source',
    'publisher',
    'publication',
    'newspaper',
    'medium',
    'site',
    'sitename',
    'sourcename',
    'quelle',
  ],
  published: [
    'published',
    'date',
    'publishedat',
    'publisheddate',
    'publicationdate',
    'datepublished',
    'pubdate',
    'datum',
    'created',
    'createdat',
    'timestamp',
  ],
  language: ['language', 'lang', 'sprache', 'langue', 'idioma', 'locale'],
  url: ['url', 'link', 'href', 'address', 'sourceurl', 'articleurl', 'permalink'],
}

/** Which column is what, by its name; the text, where no name says it, by its length. */
export function guessColumns({ columns, rows }: Rows): Columns | null {
  const found: Record<(typeof columnNames)[number], string | null> = {
    title: null,
    text: null,
    outlet: null,
    published: null,
    language: null,
    url: null,
  }
  const taken = new Set<string>()
  for (const name of columnNames) {
    const wanted = hints[name]
    const ranked = columns
      .filter((column) => !taken.has(column))
      .map((column) => ({ column, rank: wanted.indexOf(plain(column)) }))
      .filter(({ rank }) => rank >= 0)
      .sort((a, b) => a.rank - b.rank)
    const best = ranked[0]?.column
    if (best === undefined) continue
    found[name] = best
    taken.add(best)
  }
  found.text ??= longest(
    columns.filter((column) => !taken.has(column)),
    rows,
  )
  const { text, ...rest } = found
  return text === null ? null : { ...rest, text }
}

/** Without case, blanks and what else people put between words; of `meta.title` only the last part counts. */
function plain(column: string): string {
  return (column.split('.').at(-1) ?? column).toLowerCase().replace(/[^\p{L}\p{N}]/gu, '')
}

function longest(columns: readonly string[], rows: readonly Row[]): string | null {
  const sample = rows.slice(0, 50)
  let best: string | null = null
  // A column of short words is no text.
  let most = 40
  for (const column of columns) {
    const mean = sample.reduce((sum, { cells }) => sum + (cells[column]?.length ?? 0), 0) / Math.max(1, sample.length)
    if (mean > most) [best, most] = [column, mean]
  }
  return best
}

const SAMPLE_ROWS = 5
const SAMPLE_LENGTH = 200

export function sampleOf({ columns, rows }: Rows): Pick<Table, 'columns' | 'samples' | 'rowCount'> {
  const sound = rows.filter((row) => row.problem === undefined)
  return {
    columns,
    rowCount: sound.length,
    samples: sound
      .slice(0, SAMPLE_ROWS)
      .map(({ cells }) => columns.map((column) => (cells[column] ?? '').slice(0, SAMPLE_LENGTH).toWellFormed())),
  }
}
