/**
 * doccano’s JSON Lines, both ways (github.com/doccano/doccano: backend/data_export/pipeline/data.py,
 * backend/data_import/pipeline/examples). A line is a text with triples of start, end and label, or, where there are
 * relations, with entities that have ids. Nobody is named in there: an export of several people has a file for each.
 * Offsets count UTF-16, or grapheme clusters where a project was set up so; the file does not say which (issue 2290).
 */
import { order } from '../order.ts'
import type { FoundDocument, FoundMark, Place, Reader, Writer } from './format.ts'
import {
  emptyDocument,
  isObject,
  type JsonObject,
  listOf,
  nameOf,
  shown,
  skipped,
  spanOf,
  stemOf,
  textFlaw,
} from './found.ts'
import { parseLines } from './json-text.ts'
import { leftOf, looseLeft, losses, piecesOf } from './pieces.ts'

// ---- Out ----

export const doccanoWriter: Writer = {
  name: 'doccano',
  label: 'doccano',
  extension: '.jsonl',
  mediaType: 'application/jsonl',
  series: { before: '', between: '', after: '' },

  write(annotated) {
    const { article, records } = annotated
    const pieces = piecesOf(annotated, 'utf16')
    const all = [...records.relations.values()].sort((a, b) => order(a.id, b.id))
    const relations = all.filter(({ from, to }) => records.annotations.has(from) && records.annotations.has(to))
    const said = [...records.comments.values()]
      .filter((comment) => 'body' in comment)
      .filter(({ on, replyTo }) => on === 'article' && replyTo === undefined)
      .sort((a, b) => a.at - b.at || order(a.id, b.id))
    // doccano’s ids are numbers.
    const numbers = new Map(pieces.map(({ id }, i) => [id, i]))
    const line = {
      id: article.id,
      text: article.text,
      entities: pieces.map(({ id, mark, start, end }) => ({
        id: numbers.get(id),
        label: mark.kind,
        start_offset: start,
        end_offset: end,
      })),
      relations: relations.map(({ type, from, to }, i) => ({
        id: i,
        from_id: numbers.get(from),
        to_id: numbers.get(to),
        type,
      })),
      Comments: said.map(({ body }) => body),
    }
    return {
      files: [{ name: `${article.id}.jsonl`, text: `${JSON.stringify(line)}\n` }],
      left: losses(
        ...leftOf(annotated, 'doccano', ['relations', 'comments']),
        looseLeft(all.length - relations.length),
        {
          what: 'comments: doccano has them on a whole text only, without answers',
          one: 'comment: doccano has them on a whole text only, without answers',
          count: records.comments.size - said.length,
        },
      ),
    }
  },
}

// ---- In ----

export const doccanoReader: Reader = {
  name: 'doccano',

  read(files) {
    const documents = new Map<string, FoundDocument>()
    for (const file of files) {
      const parsed = parseLines(file)
      if (!parsed.ok) return parsed
      const stem = stemOf(file.name)
      // With one file a user, it is called by their name; these two are of nobody.
      const by = files.length > 1 && stem !== 'all' && stem !== 'unknown' ? stem : null
      for (const [i, { value, number }] of parsed.lines.entries()) {
        const where: Place = { file: file.name, line: number }
        if (!isObject(value))
          return {
            ok: false,
            problem: `${file.name} has ${shown(value)} in line ${number}, where doccano has a text with labels.`,
          }
        const name = nameOf(value['id']) ?? (parsed.lines.length > 1 ? `${stem} ${i + 1}` : stem)
        const text = textOf(value)
        // The same text by several people is one document.
        const key = JSON.stringify([name, text])
        const document = documents.get(key) ?? emptyDocument(name, text)
        documents.set(key, document)
        take(value, document, where, by)
      }
    }
    return { ok: true, documents: [...documents.values()] }
  },

  fits({ name, text }) {
    const beginning = text.slice(0, 100_000)
    return (
      /\.jsonl?$/i.test(name) &&
      /"(?:label|labels|column_label|entities|annotations)"\s*:\s*\[/.test(beginning) &&
      !/"(?:tokens|_input_hash|answer)"\s*:|"data"\s*:\s*\{/.test(beginning)
    )
  },
}

/** Projects may call them otherwise when they export; these are the names that doccano itself gives. */
const textKeys = ['text', 'data', 'column_data']
const labelKeys = ['label', 'labels', 'column_label', 'entities', 'annotations']

function textOf(record: JsonObject): string | null {
  const named = textKeys.map((key) => record[key]).find((value) => typeof value === 'string')
  if (typeof named === 'string') return named
  const words = Object.values(record).filter((value) => typeof value === 'string')
  return words.length === 1 ? (words[0] ?? null) : null
}

/** Where the labels stand: under the names they have, or under any other where all are triples. */
function labelsOf(record: JsonObject): [key: string, labels: readonly unknown[]][] {
  const named = labelKeys.flatMap((key): [string, readonly unknown[]][] => {
    const value = Object.hasOwn(record, key) ? record[key] : undefined
    return Array.isArray(value) ? [[key, value]] : []
  })
  if (named.length > 0) return named
  const isTriples = (value: unknown) =>
    Array.isArray(value) && value.length > 0 && value.every((one) => Array.isArray(one) && one.length === 3)
  return Object.entries(record).flatMap(([key, value]) => (isTriples(value) ? [[key, listOf(value)]] : []))
}

function take(record: JsonObject, document: FoundDocument, where: Place, by: string | null): void {
  const at = (path: string): Place => ({ ...where, path })
  const flaw = document.text === null ? null : textFlaw(document.text)
  const marks = new Map<string, FoundMark>()
  for (const [key, labels] of labelsOf(record))
    for (const [i, given] of labels.entries()) {
      const place = at(`/${key}/${i}`)
      if (typeof given === 'string') {
        document.reported.push(
          skipped(place, `${shown(given)} is a label of the whole text, and here only marks have some.`),
        )
        continue
      }
      const [start, end, label] = Array.isArray(given) ? given : entityOf(given)
      const span = spanOf(start, end)
      const name = nameOf(label)
      const id = isObject(given) ? nameOf(given['id']) : null
      const broken =
        flaw ??
        (typeof span === 'string' ? span : null) ??
        (name === null ? `Its label is ${shown(label)}, which is none.` : null) ??
        (id !== null && marks.has(id) ? `Another entity has the id ${shown(id)} already.` : null)
      if (broken !== null || typeof span === 'string' || name === null) {
        document.refused.push(skipped(place, broken ?? ''))
        continue
      }
      const mark: FoundMark = {
        id: String(document.marks.length + 1),
        label: name,
        spans: [span],
        quotes: [null],
        attributes: new Map(),
        by: (isObject(given) ? nameOf(given['user']) : null) ?? by,
        at: null,
        score: null,
        where: place,
      }
      document.marks.push(mark)
      if (id !== null) marks.set(id, mark)
    }
  for (const [i, given] of listOf(record['relations']).entries()) {
    const broken = flaw ?? link(given, document, marks, at(`/relations/${i}`), by)
    if (broken !== null) document.refused.push(skipped(at(`/relations/${i}`), broken))
  }
  for (const [i, given] of listOf(record['Comments'] ?? record['comments']).entries()) {
    const body = isObject(given) ? given['text'] : given
    const place = at(`/Comments/${i}`)
    if (flaw !== null || typeof body !== 'string' || body === '')
      document.refused.push(skipped(place, flaw ?? `${shown(body)} is no comment.`))
    else {
      const id = `comment ${document.comments.length + 1}`
      document.comments.push({ id, on: null, replyTo: null, body, by, at: null, where: place })
    }
  }
  for (const [i, given] of listOf(record['cats']).entries())
    document.reported.push(
      skipped(at(`/cats/${i}`), `${shown(given)} is a label of the whole text, and here only marks have some.`),
    )
  if (flaw !== null) document.text = null
}

function entityOf(given: unknown): readonly [unknown, unknown, unknown] {
  return isObject(given)
    ? [given['start_offset'], given['end_offset'], given['label']]
    : [undefined, undefined, undefined]
}

/** Puts a relation into the document; or says why not. */
function link(
  given: unknown,
  document: FoundDocument,
  marks: ReadonlyMap<string, FoundMark>,
  where: Place,
  by: string | null,
): string | null {
  if (!isObject(given)) return `${shown(given)} is no relation.`
  const [from, to] = [given['from_id'], given['to_id']].map((id) => marks.get(nameOf(id) ?? ''))
  const type = nameOf(given['type'])
  if (type === null) return `Its type is ${shown(given['type'])}, which is none.`
  if (!from || !to) return `Its end ${shown(given[from ? 'to_id' : 'from_id'])} is no entity of this text.`
  const id = `relation ${document.relations.length + 1}`
  document.relations.push({ id, type, from: from.id, to: to.id, by, at: null, where })
  return null
}
