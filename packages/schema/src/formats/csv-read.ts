/**
 * Reads a table with one mark a row, ours or one that somebody has made: there is a kind or label, and a start and end, or
 * a quote. Cells may be parted by commas, semicolons or tabs; columns of other names are attributes.
 */
import { columns, GAP, partsOf } from './csv-columns.ts'
import type { FoundDocument, OffsetUnit, Place, ReadOptions, TextFile } from './format.ts'
import { nowhere } from './format.ts'
import { emptyDocument, shown, skipped, stemOf, textFlaw, timeFrom } from './found.ts'
import { readRows, separatorOf } from './table-text.ts'

const aliases: Record<string, readonly string[]> = {
  doc: ['doc_id', 'doc', 'document'],
  id: ['mark_id', 'id'],
  label: ['kind', 'label'],
  quote: ['quote'],
  by: ['annotator'],
  at: ['created'],
  relations: ['relations'],
  attributes: ['attributes'],
  comments: ['comments', 'comment'],
}

const starts: readonly (readonly [start: string, end: string, unit: OffsetUnit | null])[] = [
  ['start_utf16', 'end_utf16', 'utf16'],
  ['start_cp', 'end_cp', 'code-points'],
  ['start', 'end', null],
]

/** Columns that say again, or from elsewhere, what the others say. */
const silent: ReadonlySet<string> = new Set([
  'start_utf16',
  'end_utf16',
  'start_cp',
  'end_cp',
  'start',
  'end',
  'status',
])

export function readCsv(
  files: readonly TextFile[],
  { textOf }: ReadOptions = {},
): { ok: true; documents: FoundDocument[] } | { ok: false; problem: string } {
  const texts = new Map(files.flatMap(({ name, text }) => (name.endsWith('.txt') ? [[stemOf(name), text]] : [])))
  const documents = new Map<string, FoundDocument>()
  for (const file of files) {
    if (file.name.endsWith('.txt')) continue
    const reading = readRows(file.text, separatorOf(file.text))
    if (!reading.ok)
      return {
        ok: false,
        problem: `${file.name}: the quotation mark that is opened in line ${reading.line} is never closed.`,
      }
    const [head, ...rows] = reading.rows
    const table = head ? tableOf(head.cells) : 'has no rows'
    if (typeof table === 'string' || !head) return { ok: false, problem: `${file.name} ${table}.` }
    if (rows.length === 0) documents.set(stemOf(file.name), emptyDocument(stemOf(file.name), null))
    for (const { cells, line } of rows) {
      const where = { file: file.name, line }
      const name = table.cell(cells, 'doc') || stemOf(file.name)
      const document = documents.get(name) ?? emptyDocument(name, null)
      documents.set(name, document)
      if (document.marks.length === 0) document.unit = table.unit
      if (cells.length > head.cells.length)
        document.refused.push(
          skipped(where, `The row has ${cells.length} cells, and there are ${head.cells.length} columns.`),
        )
      else readMark(document, table, cells, where)
    }
  }
  for (const document of documents.values()) {
    const text = texts.get(document.name) ?? textOf?.(document.name) ?? null
    document.text = text !== null && textFlaw(text) === null ? text : null
  }
  return { ok: true, documents: Array.from(documents.values(), withoutDoubles) }
}

interface Table {
  unit: OffsetUnit | null
  /** Whether it has the columns that we write: then a cell with comments says who said what. */
  isOurs: boolean
  cell(cells: readonly string[], what: string): string
  start: number
  end: number
  /** The columns that are attributes. */
  attributes: (readonly [name: string, at: number])[]
}

/** What the columns are; or why it is no table of marks, as the end of a sentence. */
function tableOf(head: readonly string[]): Table | string {
  const names = head.map((name) => name.trim().toLowerCase())
  const find = (...some: readonly string[]) => names.findIndex((name) => some.includes(name))
  const places = new Map(Object.entries(aliases).map(([what, all]) => [what, find(...all)]))
  const [start = '', end = '', unit = null] =
    starts.find((pair) => names.includes(pair[0]) && names.includes(pair[1])) ?? []
  if (places.get('label') === -1) return `has no column “kind” or “label”; it has ${shown(head.join(', '))}`
  if (start === '' && places.get('quote') === -1)
    return `has no columns “start” and “end”, and none “quote”; it has ${shown(head.join(', '))}`
  const taken = new Set([...places.values(), ...names.flatMap((name, i) => (silent.has(name) ? [i] : []))])
  return {
    unit,
    isOurs: columns.every((name) => names.includes(name)),
    cell: (cells, what) => cells[places.get(what) ?? -1] ?? '',
    start: find(start),
    end: find(end),
    attributes: head.flatMap((name, i) =>
      taken.has(i) || name.trim() === ''
        ? []
        : [[columns.includes(names[i] ?? '') ? (names[i] ?? '') : name.trim(), i] as const],
    ),
  }
}

function readMark(document: FoundDocument, table: Table, cells: readonly string[], where: Place): void {
  const refuse = (why: string) => document.refused.push(skipped(where, `${why}.`))
  const id = table.cell(cells, 'id') || `line ${where.line}`
  const label = table.cell(cells, 'label')
  if (label === '') return void refuse(`The mark ${shown(id)} has no kind`)
  const [starts, ends] = [table.start, table.end].map((at) => (cells[at] ?? '').split(';'))
  const spans = (starts ?? []).map((start, i) => [numberOf(start), numberOf(ends?.[i] ?? '')] as const)
  const quote = table.cell(cells, 'quote')
  const isPlaceless = spans.length === 1 && (cells[table.start] ?? '') === '' && (cells[table.end] ?? '') === ''
  if (isPlaceless && quote === '') return void refuse(`The mark ${shown(id)} has neither place nor quote`)
  const isWhole = spans.every(([start, end]) => start !== null && end !== null) && starts?.length === ends?.length
  if (!isPlaceless && !isWhole)
    return void refuse(
      `The mark ${shown(id)} is at ${shown(`${cells[table.start] ?? ''}–${cells[table.end] ?? ''}`)}, which are no offsets`,
    )
  const found = isPlaceless ? [nowhere] : spans.map(([start, end]) => [start ?? 0, end ?? 0] as const)
  const by = table.cell(cells, 'by') || null
  const at = timeFrom(table.cell(cells, 'at'))
  const attributes = new Map<string, string | null>()
  for (const [name, place] of table.attributes)
    if ((cells[place] ?? '') !== '') attributes.set(name, cells[place] ?? '')
  for (const [name, value] of partsOf(table.cell(cells, 'attributes'), '=')) attributes.set(name, value)
  document.marks.push({
    id,
    label,
    spans: found,
    quotes: quote === '' ? found.map(() => null) : cut(quote, found),
    ...(isPlaceless && { around: [{ prefix: '', suffix: '' }] }),
    attributes,
    by,
    at,
    score: null,
    where,
  })
  for (const [type, to] of partsOf(table.cell(cells, 'relations'), ':')) {
    const number = `${id} ${document.relations.length + 1}`
    if (to === null) refuse(`The link ${shown(type)} of ${shown(id)} is not as “denies:m04”`)
    else document.relations.push({ id: number, type, from: id, to, by, at, where })
  }
  for (const said of commentsIn(table, table.cell(cells, 'comments'), by)) {
    const number = `${id} said ${document.comments.length + 1}`
    document.comments.push({ id: number, on: id, replyTo: null, ...said, at: null, where })
  }
}

/** Of people’s own tables the whole cell is what was said about the mark, as its annotator may have done. */
function commentsIn(table: Table, cell: string, by: string | null): { body: string; by: string | null }[] {
  if (cell.trim() === '') return []
  if (!table.isOurs) return [{ body: cell, by }]
  return partsOf(cell, ':').map(([name, body]) =>
    body === null ? { body: name, by: null } : { body: body.startsWith(' ') ? body.slice(1) : body, by: name || null },
  )
}

function numberOf(cell: string): number | null {
  return /^\s*\d{1,15}\s*$/.test(cell) ? Number(cell) : null
}

/** The words of each part, where all together are as long as the parts say; else all with the first, for a person to see. */
function cut(quote: string, spans: readonly (readonly [number, number])[]): (string | null)[] {
  if (spans.length === 1) return [quote]
  for (const words of [quote, [...quote]]) {
    const whole = spans.reduce((sum, [start, end]) => sum + Math.max(0, end - start) + GAP.length, -GAP.length)
    if (words.length !== whole) continue
    let at = 0
    return spans.map(([start, end]) => {
      const part = words.slice(at, at + end - start)
      at += end - start + GAP.length
      return typeof part === 'string' ? part : part.join('')
    })
  }
  return spans.map((_, i) => (i === 0 ? quote : null))
}

/** Of rows with one id the first is the mark. */
function withoutDoubles(document: FoundDocument): FoundDocument {
  const ids = new Set<string>()
  const marks = document.marks.filter(({ id, where }) => {
    const isFirst = !ids.has(id)
    if (!isFirst) document.refused.push(skipped(where, `The mark ${shown(id)} is there twice.`))
    ids.add(id)
    return isFirst
  })
  return { ...document, marks }
}
