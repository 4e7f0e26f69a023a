/**
 * Prodigy’s JSON Lines, both ways (prodi.gy/docs/api-interfaces, github.com/explosion/prodigy-recipes). A line is a text
 * as one person has answered it: accepted, rejected or ignored. Offsets count code points; `token_end` is the last token
 * of a span and not the one behind it, and a relation names its ends by their last tokens.
 */
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
import { annotatorsOf, leftOf, linksLeft, linksOf, losses, type Piece, piecesOf } from './pieces.ts'
import { cutsLeft, toolTokensOf } from './tool-tokens.ts'
import { unitOf } from './unit.ts'

// ---- Out ----

export const prodigyWriter: Writer = {
  name: 'prodigy',
  label: 'Prodigy',
  extension: '.jsonl',
  mediaType: 'application/jsonl',
  series: { before: '', between: '', after: '' },

  write(annotated) {
    const { article } = annotated
    const { fromUtf16 } = unitOf(article.text, 'code-points')
    const pieces = piecesOf(annotated, 'code-points')
    const tokens = toolTokensOf(
      article.text,
      pieces.map(({ span }) => span),
    )
    const written = tokens.all.map(({ start, end, ws }, id) => ({
      text: article.text.slice(start, end),
      start: fromUtf16(start),
      end: fromUtf16(end),
      id,
      ws,
    }))
    const spanFor = ({ mark, start, end, span }: Piece) => ({
      start,
      end,
      token_start: tokens.startingAt.get(span[0]) ?? 0,
      token_end: tokens.endingAt.get(span[1]) ?? 0,
      label: mark.kind,
    })
    const byAuthor = Map.groupBy(pieces, ({ mark }) => mark.author)
    const firsts = new Map(pieces.filter(({ isFirst }) => isFirst).map((piece) => [piece.mark.id, spanFor(piece)]))
    const links = linksOf(annotated)
    const lineOf = ([author, name]: readonly [string | null, string | null]) =>
      JSON.stringify({
        text: article.text,
        meta: { id: article.id, title: article.title },
        tokens: written,
        spans: (byAuthor.get(author ?? '') ?? []).map(spanFor),
        relations: (links.get(author ?? '') ?? []).flatMap(({ from, to, type }) => {
          const [head, child] = [firsts.get(from), firsts.get(to)]
          return head && child
            ? [{ head: head.token_end, child: child.token_end, head_span: head, child_span: child, label: type }]
            : []
        }),
        answer: 'accept',
        _session_id: name,
      })
    const annotators = [...annotatorsOf(annotated)].filter(([id]) => byAuthor.has(id))
    // A text that nobody has marked is still one.
    const lines = (annotators.length > 0 ? annotators : [[null, null] as const]).map(lineOf)
    return {
      files: [{ name: `${article.id}.jsonl`, text: lines.map((line) => `${line}\n`).join('') }],
      left: losses(
        ...leftOf(annotated, 'Prodigy', ['annotators', 'relations']),
        ...linksLeft(annotated, links, 'Prodigy'),
        cutsLeft(tokens),
      ),
    }
  },
}

// ---- In ----

export const prodigyReader: Reader = {
  name: 'prodigy',

  read(files) {
    const documents = new Map<string, FoundDocument>()
    for (const file of files) {
      const parsed = parseLines(file)
      if (!parsed.ok) return parsed
      const stem = stemOf(file.name)
      for (const { value, number } of parsed.lines) {
        if (!isObject(value) || typeof value['text'] !== 'string') {
          const found = isObject(value) ? 'an object without a text' : shown(value)
          return {
            ok: false,
            problem: `${file.name} has ${found} in line ${number}, where Prodigy has a text with spans.`,
          }
        }
        const { text } = value
        // What several people have answered about one text is one document.
        const title = titleOf(value)
        const key = JSON.stringify([title, text])
        const document = documents.get(key) ?? emptyDocument(title ?? `${stem} ${documents.size + 1}`, text)
        documents.set(key, document)
        document.unit = 'code-points'
        take(value, document, { file: file.name, line: number })
      }
    }
    return { ok: true, documents: [...documents.values()] }
  },

  fits({ name, text }) {
    const beginning = text.slice(0, 100_000)
    return (
      /\.jsonl?$/i.test(name) &&
      /"spans"\s*:\s*\[/.test(beginning) &&
      /"(?:answer|_input_hash|_session_id|token_start)"\s*:/.test(beginning)
    )
  },
}

function titleOf({ meta }: JsonObject): string | null {
  return isObject(meta) ? nameOf(meta['id']) : null
}

function take(task: JsonObject, document: FoundDocument, where: Place): void {
  const [spans, relations] = [listOf(task['spans']), listOf(task['relations'])]
  const flaw = textFlaw(task['text'] as string)
  const answer = task['answer'] ?? 'accept'
  if (flaw !== null || answer !== 'accept') {
    const all = skipped(
      where,
      flaw ?? `The answer is ${shown(answer)}, and only what was accepted is taken.`,
      spans.length + relations.length,
    )
    if (flaw === null) document.reported.push(all)
    else {
      document.refused.push(all)
      document.text = null
    }
    return
  }
  const by = nameOf(task['_session_id'])
  const time = task['_timestamp']
  const at = typeof time === 'number' && time >= 0 ? Math.round(time * 1000) : null
  const ends = new Ends()
  for (const [i, given] of spans.entries()) {
    const place = { ...where, path: `/spans/${i}` }
    const span = isObject(given) ? spanOf(given['start'], given['end']) : `${shown(given)} is no span.`
    const label = isObject(given) ? nameOf(given['label']) : null
    if (!isObject(given) || typeof span === 'string' || label === null) {
      const why = typeof span === 'string' ? span : 'The span has no label.'
      document.refused.push(skipped(place, why))
      continue
    }
    const quote = typeof given['text'] === 'string' ? given['text'] : null
    const score =
      typeof given['score'] === 'number' && given['score'] >= 0 && given['score'] <= 1 ? given['score'] : null
    const id = String(document.marks.length + 1)
    const mark: FoundMark = {
      id,
      label,
      spans: [span],
      quotes: [quote],
      attributes: new Map(),
      by,
      at,
      score,
      where: place,
    }
    document.marks.push(mark)
    ends.put(given, mark.id)
  }
  for (const [i, given] of relations.entries()) {
    const place = { ...where, path: `/relations/${i}` }
    const relation = isObject(given) ? given : {}
    const [from, to] = [
      ends.find(relation['head_span'], relation['head']),
      ends.find(relation['child_span'], relation['child']),
    ]
    const type = nameOf(relation['label'])
    if (type === null || from === undefined || to === undefined) {
      const end = from === undefined ? 'head' : 'child'
      const why =
        type === null
          ? `Its label is ${shown(relation['label'])}, which is none.`
          : `Its ${end}, the token ${shown(relation[end])}, is no end of a span.`
      document.refused.push(skipped(place, why))
      continue
    }
    document.relations.push({ id: `relation ${document.relations.length + 1}`, type, from, to, by, at, where: place })
  }
}

/** The marks of a task as its relations name them: by their place and label, or by their last token. */
class Ends {
  readonly #byPlace = new Map<string, string>()
  readonly #byToken = new Map<unknown, string>()

  put(span: JsonObject, mark: string): void {
    for (const key of [placeOf(span, span['label']), placeOf(span, null)])
      if (!this.#byPlace.has(key)) this.#byPlace.set(key, mark)
    if (!this.#byToken.has(span['token_end'])) this.#byToken.set(span['token_end'], mark)
  }

  find(span: unknown, token: unknown): string | undefined {
    if (!isObject(span)) return Number.isInteger(token) ? this.#byToken.get(token) : undefined
    return this.#byPlace.get(placeOf(span, span['label'])) ?? this.#byPlace.get(placeOf(span, null))
  }
}

function placeOf(span: JsonObject, label: unknown): string {
  return JSON.stringify([span['start'], span['end'], label])
}
