/**
 * A table with one mark a row (RFC 4180, in UTF-8 with a byte order mark, as spreadsheets want it), for looking, counting
 * and sorting. Its text is not in it. Four attributes have columns of their own, the others share one; the outcome of the
 * review stands there as it is, the links of a mark as `denies:ben.m04`, and what was said about it as `Ben: why?`.
 */
import { sortInTextOrder } from '../annotation.ts'
import type { Remark } from '../comment.ts'
import { order } from '../order.ts'
import { rulingsOf } from '../outcome.ts'
import { quotesOf } from '../span.ts'
import type { AnnotatedArticle } from './attest-json.ts'
import { columns, escapePart, escapeSaid, GAP, ownColumns } from './csv-columns.ts'
import { readCsv } from './csv-read.ts'
import type { Reader, Writer } from './format.ts'
import { annotatorsOf, isoOf, judgingOf, leftOf, losses } from './pieces.ts'
import { readRows, separatorOf, writeRow } from './table-text.ts'
import { unitOf } from './unit.ts'

export const csvWriter: Writer = {
  name: 'csv',
  label: 'Table (CSV)',
  extension: '.csv',
  mediaType: 'text/csv',
  series: { before: `\ufeff${writeRow(columns)}`, between: '', after: '' },
  write(annotated) {
    const { relations, annotations, comments } = annotated.records
    const ofOthers = [...relations.values()].filter(({ from, author }) => annotations.get(from)?.author !== author)
    const astray = [...relations.values()].filter(({ from }) => !annotations.has(from))
    const said = [...saidOf(annotated).values()].reduce((sum, all) => sum + all.length, 0)
    return {
      files: [{ name: `${annotated.article.id}.csv`, text: rowsOf(annotated).map(writeRow).join('') }],
      left: losses(
        {
          what: 'relations from marks that are not there: a table has no row for them',
          one: 'relation from a mark that is not there: a table has no row for it',
          count: astray.length,
        },
        {
          what: 'names of who related marks of somebody else: a table has whose marks they are',
          one: 'name of who related a mark of somebody else: a table has whose mark it is',
          count: ofOthers.length - astray.length,
        },
        {
          what: 'comments on the whole article or on relations, and turns of threads: a table has rows for marks alone',
          one: 'comment on the whole article or on a relation, or turn of a thread: a table has rows for marks alone',
          count: comments.size - said,
        },
        {
          what: 'times of comments, and what they answer: a table has who said what',
          one: 'time of a comment, and what it answers: a table has who said what',
          count: said,
        },
        ...leftOf(annotated, 'a table', ['annotators', 'spans', 'attributes', 'relations', 'times', 'comments']).map(
          (loss) =>
            loss.what.startsWith('verdicts')
              ? {
                  what: 'verdicts: a table has only what they add up to',
                  one: 'verdict: a table has only what all of them add up to',
                  count: loss.count,
                }
              : loss,
        ),
      ),
    }
  },
}

export const csvReader: Reader = {
  name: 'csv',
  read: readCsv,
  fits({ text }) {
    const [head = ''] = text.slice(0, 10_000).split(/[\r\n]/, 1)
    const reading = readRows(head, separatorOf(head))
    const names = new Set(reading.ok ? reading.rows[0]?.cells.map((name) => name.trim().toLowerCase()) : [])
    const has = (...some: string[]) => some.some((name) => names.has(name))
    return has('kind', 'label') && has('start', 'start_utf16', 'start_cp', 'quote')
  },
}

/** What was said about each mark, the oldest first. */
function saidOf({ records }: AnnotatedArticle): Map<string, Remark[]> {
  const said = [...records.comments.values()].filter((one) => 'body' in one)
  const placed = said.filter(({ on }) => records.annotations.has(on))
  return Map.groupBy(
    placed.sort((a, b) => a.at - b.at || order(a.id, b.id)),
    ({ on }) => on,
  )
}

function rowsOf(annotated: AnnotatedArticle): string[][] {
  const { article, records } = annotated
  const said = saidOf(annotated)
  const names = annotatorsOf(annotated, [...said.values()].flat())
  const rulings = rulingsOf(records, judgingOf(annotated))
  const { fromUtf16 } = unitOf(article.text, 'code-points')
  const links = Map.groupBy(
    [...records.relations.values()].sort((a, b) => order(a.id, b.id)),
    ({ from }) => from,
  )
  return sortInTextOrder(records.annotations.values()).map(({ id, kind, spans, attributes, author, at }) => {
    const isPlain = (name: string) => ownColumns.includes(name) && (attributes[name] ?? '') !== ''
    const others = Object.entries(attributes)
      .filter(([name]) => !isPlain(name))
      .sort(([a], [b]) => order(a, b))
      .map(([name, value]) => (value === null ? escapePart(name) : `${escapePart(name)}=${escapePart(value)}`))
    const cells: Record<string, string> = {
      doc_id: article.id,
      mark_id: id,
      kind,
      start_utf16: spans.map(([start]) => start).join(';'),
      end_utf16: spans.map(([, end]) => end).join(';'),
      start_cp: spans.map(([start]) => fromUtf16(start)).join(';'),
      end_cp: spans.map(([, end]) => fromUtf16(end)).join(';'),
      quote: quotesOf(article.text, spans).join(GAP),
      ...Object.fromEntries(ownColumns.map((name) => [name, isPlain(name) ? (attributes[name] ?? '') : ''])),
      attributes: others.join('; '),
      annotator: names.get(author) ?? author,
      created: isoOf(at) ?? '',
      status: rulings.get(id)?.outcome ?? 'open',
      relations: (links.get(id) ?? []).map(({ type, to }) => `${escapePart(type)}:${escapePart(to)}`).join('; '),
      comments: (said.get(id) ?? []).map((one) => escapeSaid(names.get(one.author) ?? one.author, one.body)).join('; '),
    }
    return columns.map((name) => cells[name] ?? '')
  })
}
