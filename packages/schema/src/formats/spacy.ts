/**
 * spaCy’s JSON, both ways (github.com/explosion/spaCy: spacy/tokens/doc.pyx, to_json and from_json; for version 2
 * website/docs/api/data-formats.md). Documents of version 3 have character spans, in code points: `ents`, which cannot
 * overlap, and groups of `spans`, which can. What version 2 was trained with has tokens alone, each with a tag of the
 * scheme BILUO: begin, in, last, unit, out.
 */
import type { FoundDocument, FoundMark, Place, Reader, ReadOptions, Writer } from './format.ts'
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
import { annotatorsOf, leftOf, losses, piecesOf } from './pieces.ts'
import { cutsLeft, toolTokensOf } from './tool-tokens.ts'
import { unitOf } from './unit.ts'

// ---- Out ----

export const spacyWriter: Writer = {
  name: 'spacy',
  label: 'spaCy',
  extension: '.jsonl',
  mediaType: 'application/jsonl',
  series: { before: '', between: '', after: '' },

  /** The marks of each person are a group of spans with their name: marks overlap, and people do not agree. */
  write(annotated) {
    const { article } = annotated
    const { fromUtf16 } = unitOf(article.text, 'code-points')
    const pieces = piecesOf(annotated, 'code-points')
    const byAuthor = Map.groupBy(pieces, ({ mark }) => mark.author)
    const tokens = toolTokensOf(
      article.text,
      pieces.map(({ span }) => span),
    )
    const groups = [...annotatorsOf(annotated)].flatMap(([author, name]) => {
      const own = byAuthor.get(author) ?? []
      const spans = own.map(({ mark, start, end }) => ({ start, end, label: mark.kind, kb_id: '' }))
      return own.length > 0 ? [[name, spans] as const] : []
    })
    const doc = {
      text: article.text,
      ents: [],
      spans: Object.fromEntries(groups),
      tokens: tokens.all.map(({ start, end }, id) => ({ id, start: fromUtf16(start), end: fromUtf16(end) })),
    }
    return {
      files: [{ name: `${article.id}.jsonl`, text: `${JSON.stringify(doc)}\n` }],
      left: losses(...leftOf(annotated, 'spaCy', ['annotators']), cutsLeft(tokens)),
    }
  },
}

// ---- In ----

export const spacyReader: Reader = {
  name: 'spacy',

  read(files, options = {}) {
    const documents: FoundDocument[] = []
    for (const file of files) {
      const parsed = parseLines(file)
      if (!parsed.ok) return parsed
      const stem = stemOf(file.name)
      const single = parsed.lines.length === 1
      for (const [i, { value, number }] of parsed.lines.entries()) {
        const where = { file: file.name, line: number }
        const name = (isObject(value) ? nameOf(value['id']) : null) ?? (single ? stem : `${stem} ${i + 1}`)
        const found = documentsOf(value, name, where, options)
        if (!found)
          return {
            ok: false,
            problem: `${file.name} has ${shown(value)} in line ${number}, where spaCy has a document with a text or with paragraphs.`,
          }
        for (const document of found) documents.push(document)
      }
    }
    return { ok: true, documents }
  },

  fits({ name, text }) {
    const beginning = text.slice(0, 100_000)
    if (!/\.jsonl?$/i.test(name) || /"(?:answer|_input_hash|token_start)"\s*:/.test(beginning)) return false
    return (
      /"ents"\s*:\s*\[/.test(beginning) || /"spans"\s*:\s*\{/.test(beginning) || /"paragraphs"\s*:\s*\[/.test(beginning)
    )
  },
}

/** Null for what is no document of either version. */
function documentsOf(value: unknown, name: string, where: Place, options: ReadOptions): FoundDocument[] | null {
  if (Array.isArray(value) && typeof value[0] === 'string' && isObject(value[1]))
    return [documentOf({ text: value[0], ents: value[1]['entities'], spans: value[1]['spans'] }, name, where)]
  if (!isObject(value)) return null
  if (Array.isArray(value['paragraphs'])) {
    const all = value['paragraphs'].map((one: unknown, i): Paragraph => {
      const paragraph = isObject(one) ? one : {}
      const raw = typeof paragraph['raw'] === 'string' ? paragraph['raw'] : null
      return { raw, tokens: tokensOf(paragraph, `/paragraphs/${i}`, where) }
    })
    if (all.every(({ raw }) => raw !== null))
      return all.map(({ raw, tokens }, i) => taggedDocument(all.length > 1 ? `${name} ${i + 1}` : name, raw, tokens))
    const known = options.textOf?.(name) ?? null
    return [
      taggedDocument(
        name,
        known,
        all.flatMap(({ tokens }) => tokens),
      ),
    ]
  }
  return typeof (value['text'] ?? value['raw']) === 'string' ? [documentOf(value, name, where)] : null
}

/** A document as `Doc.to_json` writes it, or as people write it by hand, with `entities` of start, end and label. */
function documentOf(value: JsonObject, name: string, where: Place): FoundDocument {
  const text = String(value['text'] ?? value['raw'])
  const document = emptyDocument(name, text)
  document.unit = 'code-points'
  const flaw = textFlaw(text)
  if (flaw !== null) document.text = null
  const groups = isObject(value['spans']) ? Object.entries(value['spans']) : []
  const lists: [path: string, by: string | null, spans: readonly unknown[]][] = [
    ['/ents', null, listOf(value['ents'] ?? value['entities'])],
    // `sc` is what spaCy calls the group that nobody has given a name.
    ...groups.map(([key, spans]): [string, string | null, readonly unknown[]] => [
      `/spans/${pointer(key)}`,
      key === 'sc' ? null : nameOf(key),
      listOf(spans),
    ]),
  ]
  for (const [path, by, spans] of lists)
    for (const [i, given] of spans.entries()) {
      const place = { ...where, path: `${path}/${i}` }
      const [start, end, label] = Array.isArray(given)
        ? given
        : isObject(given)
          ? [given['start'], given['end'], given['label']]
          : []
      const span = spanOf(start, end)
      const name = nameOf(label)
      if (flaw !== null || typeof span === 'string' || name === null)
        document.refused.push(
          skipped(place, flaw ?? (typeof span === 'string' ? span : `Its label is ${shown(label)}, which is none.`)),
        )
      else put(document, name, span, null, by, place)
    }
  return document
}

function put(
  document: FoundDocument,
  label: string,
  span: readonly [number, number],
  quote: string | null,
  by: string | null,
  where: Place,
): void {
  const mark: FoundMark = {
    id: String(document.marks.length + 1),
    label,
    spans: [span],
    quotes: [quote],
    attributes: new Map(),
    by,
    at: null,
    score: null,
    where,
  }
  document.marks.push(mark)
}

/** A name as a JSON pointer has it. */
function pointer(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1')
}

interface Tagged {
  word: string
  tag: string
  where: Place
}

interface Paragraph {
  raw: string | null
  tokens: readonly Tagged[]
}

function tokensOf(paragraph: JsonObject, path: string, where: Place): Tagged[] {
  return listOf(paragraph['sentences']).flatMap((sentence, i) =>
    listOf(isObject(sentence) ? sentence['tokens'] : null).map((given, j): Tagged => {
      const token = isObject(given) ? given : {}
      return {
        word: nameOf(token['orth']) ?? '',
        tag: nameOf(token['ner']) ?? 'O',
        where: { ...where, path: `${path}/sentences/${i}/tokens/${j}` },
      }
    }),
  )
}

/** What version 2 has. Where nothing says what stands between the tokens, it is a blank, as spaCy itself puts it. */
function taggedDocument(name: string, given: string | null, tokens: readonly Tagged[]): FoundDocument {
  const text = given ?? tokens.map(({ word }) => word).join(' ')
  const flaw = textFlaw(text)
  const document = emptyDocument(name, flaw === null ? text : null)
  document.unit = 'utf16'
  // Where nothing ever ends in a last token, the scheme is IOB.
  const isClosed = tokens.some(({ tag }) => /^[LU]-/.test(tag))
  const refuse = (where: Place, why: string) => document.refused.push(skipped(where, why))
  let open: { label: string; start: number; end: number; where: Place } | null = null
  const close = (isEnded: boolean) => {
    if (!open) return
    const { label, start, end, where } = open
    open = null
    if (flaw !== null) refuse(where, flaw)
    else if (isEnded || !isClosed) put(document, label, [start, end], text.slice(start, end), null, where)
    else refuse(where, `An entity ${shown(label)} begins there that has no last token (L-).`)
  }
  let at: number | null = 0
  for (const { word, tag, where } of tokens) {
    const start: number | null = at === null ? null : afterBlanks(text, at)
    const isThere: boolean = start !== null && word !== '' && text.startsWith(word, start)
    at = isThere && start !== null ? start + word.length : null
    const [, sign, label = ''] = /^([BILU])-(.+)$/s.exec(tag) ?? []
    const current = open as { label: string; end: number; where: Place } | null
    const goesOn = (sign === 'I' || sign === 'L') && current?.label === label
    if (!goesOn) close(false)
    if (sign === undefined) {
      if (!/^(?:O|-|)$/.test(tag)) refuse(where, `${shown(tag)} is no tag of the scheme BILUO.`)
    } else if (at === null || start === null) {
      // From where the words stop fitting, nothing says any more where they are.
      const place = sign === 'B' || sign === 'U' ? where : current?.where
      if (place) refuse(place, `The text does not go on with ${shown(word)}, or not before it.`)
      open = null
    } else if (goesOn && current) current.end = at
    else if (sign === 'L' || (sign === 'I' && isClosed)) refuse(where, `${shown(tag)} goes on with what has not begun.`)
    else open = { label, start, end: at, where }
    if (sign === 'L' || sign === 'U') close(true)
  }
  close(false)
  return document
}

const blank = /\s/

function afterBlanks(text: string, from: number): number {
  let at = from
  while (at < text.length && blank.test(text.charAt(at))) at++
  return at
}
