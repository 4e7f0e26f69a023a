/**
 * CoNLL columns with IOB tags (Tjong Kim Sang and De Meulder 2003, “Introduction to the CoNLL-2003 Shared Task”): a token a
 * line, a tag behind it, a blank line between sentences. There are no offsets, and no token has two tags.
 *
 * Written is IOB2, where each entity begins with `B-`, in one file for each kind, so that marks of different kinds may
 * overlap; of those of one kind that do, the outermost is kept. Tokens are words, cut where a mark begins or ends.
 */
import { sortInTextOrder } from '../annotation.ts'
import type { Span } from '../span.ts'
import { alignTokens, type ColumnToken } from './conll-align.ts'
import type { FoundDocument, Reader, ReadOptions, Skipped, TextFile, Writer } from './format.ts'
import { emptyDocument, shown, skipped, stemOf } from './found.ts'
import { leftOf, losses } from './pieces.ts'
import { cutAt, isBlankUnit, sentencesOf, tokensOf } from './tokens.ts'

// ---- Out ----

export const conllWriter: Writer = {
  name: 'conll',
  label: 'CoNLL IOB2',
  extension: '.conll',
  mediaType: 'text/plain',
  write(annotated) {
    const { article, labelSet, records } = annotated
    const marks = sortInTextOrder(records.annotations.values())
    const kinds = [...new Set([...labelSet.kinds.map(({ id }) => id), ...marks.map(({ kind }) => kind)])]
    const tokens = tokensOf(article.text)
    const counts = { overlapping: 0, trimmed: 0, blank: 0 }
    const files = kinds.map((kind) => {
      const spans = marks.flatMap((mark) => (mark.kind === kind ? mark.spans : []))
      const kept = outermost(article.text, spans, counts)
      return { name: `${article.id}.${kind}.conll`, text: tagged(article.text, tokens, kept, kind) }
    })
    const left = losses(
      {
        what: 'spans within or across another of their kind, of which the outermost is kept',
        one: 'span within or across another of its kind, of which the outermost is kept',
        count: counts.overlapping,
      },
      {
        what: 'spans of nothing but blanks, which are no tokens',
        one: 'span of nothing but blanks, which are no tokens',
        count: counts.blank,
      },
      {
        what: 'spans with blanks at an end, which are no tokens',
        one: 'span with blanks at an end, which are no tokens',
        count: counts.trimmed,
      },
    )
    return { files, left: [...left, ...leftOf(annotated, 'a CoNLL file', [])] }
  },
}

/** Sorted spans of one kind without blanks at their ends, and none over another: each begins before those within it. */
function outermost(
  text: string,
  spans: readonly Span[],
  counts: { overlapping: number; trimmed: number; blank: number },
): Span[] {
  const kept: Span[] = []
  for (const span of spans.toSorted((a, b) => a[0] - b[0] || b[1] - a[1])) {
    let [start, end] = span
    while (start < end && isBlankUnit(text, start)) start++
    while (start < end && isBlankUnit(text, end - 1)) end--
    if (start === end) counts.blank++
    else if (start < (kept.at(-1)?.[1] ?? 0)) counts.overlapping++
    else {
      if (end - start < span[1] - span[0]) counts.trimmed++
      kept.push([start, end])
    }
  }
  return kept
}

/** A sentence that ends within a mark goes on: no entity of the format has a blank line in it. */
function tagged(text: string, tokens: readonly Span[], spans: readonly Span[], kind: string): string {
  const lines: string[] = []
  let next = 0
  for (const sentence of sentencesOf(text, cutAt(tokens, spans.flat())))
    for (const [i, [start, end]] of sentence.entries()) {
      while ((spans[next]?.[1] ?? Number.POSITIVE_INFINITY) <= start) next++
      const from = spans[next]?.[0] ?? Number.POSITIVE_INFINITY
      if (i === 0 && lines.length > 0 && from >= start) lines.push('')
      lines.push(`${text.slice(start, end)}\t${from > start ? 'O' : `${from === start ? 'B' : 'I'}-${kind}`}`)
    }
  return lines.map((line) => `${line}\n`).join('')
}

// ---- In ----

export const conllReader: Reader = {
  name: 'conll',
  read(files, options = {}) {
    const documents = new Map<string, FoundDocument>()
    for (const file of files) {
      const parts = partsOf(file)
      if (typeof parts === 'string') return { ok: false, problem: parts }
      for (const [i, part] of parts.entries()) {
        const { name, text } = named(file.name, parts.length > 1 ? i + 1 : 0, options)
        const document = documentOf(part, file.name, name, text, documents.get(name)?.marks.length ?? 0)
        const before = documents.get(name)
        // The files of several kinds about one text.
        if (before && before.text === document.text) {
          for (const mark of document.marks) before.marks.push(mark)
          for (const one of document.refused) before.refused.push(one)
        } else documents.set(before ? `${name} (${file.name})` : name, document)
      }
    }
    return { ok: true, documents: [...documents.values()] }
  },
  fits: ({ name, text }) => {
    const lines = text
      .slice(0, 2000)
      .split(/\r?\n/)
      .slice(0, -1)
      .filter((line) => line.trim() !== '')
    const isTagged = (line: string) => /^\S.*[\t ](O|[BILUES]-\S+)\s*$/.test(line)
    return /\.(conll|iob2?|bio|bilou|bioes)$/i.test(name) || (lines.length > 0 && lines.every(isTagged))
  },
}

interface Part {
  tokens: (ColumnToken & { tag: string })[]
}

/** The documents of a file: each begins with `-DOCSTART-`, and most files have neither. */
function partsOf({ name, text }: TextFile): Part[] | string {
  const parts: Part[] = []
  let part: Part | null = null
  let startsSentence = true
  for (const [i, line] of text
    .replace(/^\ufeff/, '')
    .split(/\r\n|\r|\n/)
    .entries()) {
    // Some files have blanks between the columns, and then none in a token.
    const columns = line.includes('\t') ? line.split('\t') : line.trim().split(/ +/)
    const [token = ''] = columns
    if (token === '' || token.startsWith('-DOCSTART-')) {
      startsSentence = true
      if (token !== '') part = null
      continue
    }
    const tag = columns.at(-1) ?? ''
    if (columns.length < 2) return `${name}, line ${i + 1}: a line has a token and a tag, and this is ${shown(line)}.`
    if (!part) {
      part = { tokens: [] }
      parts.push(part)
    }
    part.tokens.push({ token, tag: tag.trim(), line: i + 1, startsSentence })
    startsSentence = false
  }
  return parts.length > 0 ? parts : `${name} has no tokens.`
}

/** By what a document is known, and its text: our own files have the kind behind the name of the article. */
function named(file: string, number: number, { textOf }: ReadOptions): { name: string; text: string | null } {
  const stem = stemOf(file)
  const whole = number > 0 ? `${stem}#${number}` : stem
  const candidates = [whole, stem, stem.replace(/\.[^.]*$/, '')]
  for (const name of number > 0 ? candidates.slice(0, 1) : candidates) {
    const text = textOf?.(name) ?? null
    if (text !== null) return { name, text }
  }
  return { name: number > 0 ? whole : (candidates.at(-1) ?? whole), text: null }
}

function documentOf({ tokens }: Part, file: string, name: string, given: string | null, before: number): FoundDocument {
  const { text, spans } = alignTokens(tokens, given)
  const document: FoundDocument = { ...emptyDocument(name, text), unit: 'utf16' }
  const { refused, reported } = document
  if (given === null)
    reported.push(skipped({ file }, 'The file has no text of its own: its tokens were put together with blanks.', 0))
  for (const entity of entitiesOf(tokens, file, refused)) {
    const [first, last] = [spans[entity.from], spans[entity.to]]
    const lost = spans.slice(entity.from, entity.to + 1).indexOf(null)
    const where = { file, line: entity.line }
    if (first && last && lost < 0) {
      const id = `${before + document.marks.length + 1}`
      const own = { attributes: new Map(), by: null, at: null, score: null, where }
      document.marks.push({ id, label: entity.label, spans: [[first[0], last[1]]], quotes: [null], ...own })
    } else {
      const token = shown(tokens[entity.from + Math.max(0, lost)]?.token)
      refused.push(skipped(where, `The text does not go on with ${token} there, so ${entity.label} stands nowhere.`))
    }
  }
  return document
}

interface Entity {
  label: string
  /** The numbers of its first and last token. */
  from: number
  to: number
  line: number
}

/**
 * Entities by any of the schemes: what begins (`B`, or `U` and `S` if it ends at once), goes on (`I`) or ends (`L`, `E`).
 * An `I` or an end after something else begins one, as in IOB1, where `B` only parts neighbours of one label.
 */
function entitiesOf(tokens: Part['tokens'], file: string, refused: Skipped[]): Entity[] {
  const entities: Entity[] = []
  let open: Entity | null = null
  for (const [i, { tag, line, startsSentence }] of tokens.entries()) {
    if (startsSentence) open = null
    if (tag === 'O' || tag === '_' || tag === '-') {
      open = null
      continue
    }
    const [, sign, label] = /^([BILUES])-(.+)$/.exec(tag) ?? []
    if (!sign || !label) {
      open = null
      refused.push(
        skipped({ file, line }, `${shown(tag)} is no tag of IOB: it is O, or a letter, a hyphen and a label.`),
      )
      continue
    }
    const goesOn: Entity | null = 'ILE'.includes(sign) && open?.label === label ? open : null
    const entity: Entity = goesOn ?? { label, from: i, to: i, line }
    if (!goesOn) entities.push(entity)
    entity.to = i
    open = 'LEUS'.includes(sign) ? null : entity
  }
  return entities
}
