/**
 * WebAnno TSV 3.3 (INCEpTION User Guide, Appendix “WebAnno TSV 3.3 File format”), written as INCEpTION reads it: a table
 * with a row for each token, a column for each feature, and beside each value the number of the annotation it belongs to.
 * Where a mark begins or ends within a token, that part of the token has a row of its own.
 *
 * The format has no text between sentences: whoever reads it puts a line feed and blanks there. So a sentence is written
 * with all that follows it, but for exactly that. It has no
 * place for annotators either, who are a feature.
 */
import type { Span } from '../span.ts'
import { type Layers, type Link, layersOf, type Piece, RELATION, SPAN, typesOf } from './cas.ts'
import type { Writer } from './format.ts'
import { sentencesOf, tokensUnder } from './tokens.ts'
import { escapeText, escapeValue, tokenColumn } from './tsv-escape.ts'
import { typeSystemFile } from './type-system.ts'

export { webannoTsvReader } from './webanno-tsv-read.ts'

export const webannoTsvWriter: Writer = {
  name: 'webanno-tsv',
  label: 'WebAnno TSV 3.3',
  extension: '.tsv',
  mediaType: 'text/tab-separated-values',
  write(annotated) {
    const { article, labelSet } = annotated
    const layers = layersOf(annotated)
    const columns = columnsOf(layers, (type) => typesOf(labelSet).find(({ name }) => name === type)?.features ?? [])
    const lines = ['#FORMAT=WebAnno TSV 3.3']
    if (layers.pieces.length > 0) lines.push(`#T_SP=${[SPAN, ...columns.ofSpans].join('|')}`)
    if (layers.links.length > 0) lines.push(`#T_RL=${[RELATION, ...columns.ofRelations, `BT_${SPAN}`].join('|')}`)
    lines.push('')
    const table = new Table(article.text, layers)
    for (const sentence of table.sentences) {
      lines.push('')
      for (const line of sentence.text.split('\n')) lines.push(`#Text=${escapeText(line)}`)
      for (const row of sentence.rows) {
        const [start, end] = row.span
        lines.push(
          `${[row.id, `${start}-${end}`, tokenColumn(article.text.slice(start, end)), ...table.cellsOf(row, columns)].join('\t')}\t`,
        )
      }
    }
    return { files: [{ name: `${article.id}.tsv`, text: `${lines.join('\n')}\n` }], left: layers.left }
  },
  once: (labelSet) => [typeSystemFile(labelSet)],
}

interface Columns {
  ofSpans: readonly string[]
  ofRelations: readonly string[]
}

/** Those features that are used: a column for each of a large label set would be a page wide. */
function columnsOf({ pieces, links }: Layers, featuresOf: (type: string) => readonly { name: string }[]): Columns {
  const used = (all: readonly { features: ReadonlyMap<string, string> }[], type: string) => {
    const names = new Set(all.flatMap(({ features }) => [...features.keys()]))
    return featuresOf(type).flatMap(({ name }) => (names.has(name) ? [name] : []))
  }
  return { ofSpans: used(pieces, SPAN), ofRelations: used(links, RELATION) }
}

/** A token, or a part of one. */
interface Row {
  id: string
  span: Span
  pieces: Piece[]
  /** The relations to a mark that begins here. */
  links: Link[]
}

class Table {
  readonly sentences: { text: string; rows: Row[] }[] = []
  /** The row where a piece begins: it is known by its id. */
  readonly #firstRow = new Map<Piece, Row>()

  constructor(text: string, { pieces, links }: Layers) {
    const spans = pieces.map(({ begin, end }): Span => [begin, end])
    const sentences = sentencesOf(text, tokensUnder(text, spans))
    const covering = coverage(sentences.flat(), pieces)
    for (const [i, tokens] of sentences.entries()) {
      const rows = tokens.flatMap((token, j) => this.#rowsOf(token, `${i + 1}-${j + 1}`, covering.get(token) ?? []))
      const start = tokens[0]?.[0] ?? 0
      const end = endOf(text, tokens.at(-1)?.[1] ?? 0, sentences[i + 1]?.[0]?.[0])
      this.sentences.push({ text: text.slice(start, end), rows })
    }
    for (const link of links) this.#firstRow.get(link.to)?.links.push(link)
  }

  #rowsOf(token: Span, id: string, pieces: readonly Piece[]): Row[] {
    const whole: Row = { id, span: token, pieces: [], links: [] }
    const parts = new Map<string, Row>()
    for (const piece of pieces) {
      const span: Span = [Math.max(token[0], piece.begin), Math.min(token[1], piece.end)]
      const isWhole = span[0] === token[0] && span[1] === token[1]
      const row = isWhole ? whole : (parts.get(String(span)) ?? { id: '', span, pieces: [], links: [] })
      if (!isWhole) parts.set(String(span), row)
      row.pieces.push(piece)
      if (!this.#firstRow.has(piece)) this.#firstRow.set(piece, row)
    }
    const sorted = [...parts.values()].sort((a, b) => a.span[0] - b.span[0] || a.span[1] - b.span[1])
    for (const [i, part] of sorted.entries()) part.id = `${id}.${i + 1}`
    return [whole, ...sorted]
  }

  /** Each mark has its number on it everywhere, so that nothing of it can be taken for another's. */
  cellsOf({ pieces, links }: Row, columns: Columns): string[] {
    const ofSpans = columns.ofSpans.map((name) =>
      cell(pieces, ({ features, number }) => `${written(features, name)}[${number}]`),
    )
    if (columns.ofRelations.length === 0) return ofSpans
    const ofRelations = columns.ofRelations.map((name) => cell(links, ({ features }) => written(features, name)))
    const sources = cell(links, ({ from, to }) => `${this.#firstRow.get(from)?.id}[${from.number}_${to.number}]`)
    return [...ofSpans, ...ofRelations, sources]
  }
}

function cell<T>(all: readonly T[], write: (one: T) => string): string {
  return all.length === 0 ? '_' : all.map(write).join('|')
}

function written(features: ReadonlyMap<string, string>, name: string): string {
  const value = features.get(name)
  return value === undefined ? '*' : escapeValue(value)
}

/** The pieces over each token, in their order; tokens and pieces are sorted. */
function coverage(tokens: readonly Span[], pieces: readonly Piece[]): Map<Span, Piece[]> {
  const covering = new Map<Span, Piece[]>()
  let open: Piece[] = []
  let next = 0
  const sorted = pieces.toSorted((a, b) => a.begin - b.begin || a.number - b.number)
  for (const token of tokens) {
    for (let piece = sorted[next]; piece && piece.begin < token[1]; piece = sorted[++next]) open.push(piece)
    open = open.filter(({ end }) => end > token[0])
    if (open.length > 0) covering.set(token, open.slice())
  }
  return covering
}

/**
 * Where the text of a sentence ends whose last token ends at `last`, and whose follower begins at `next`: before a line feed
 * and the blanks after it, if that is what ends it.
 */
function endOf(text: string, last: number, next: number | undefined): number {
  if (next === undefined) return text.length
  let end = next
  while (end > last && text.charAt(end - 1) === ' ') end--
  return end > last && text.charAt(end - 1) === '\n' ? end - 1 : next
}
