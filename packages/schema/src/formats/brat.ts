/**
 * brat standoff (https://brat.nlplab.org/standoff.html): a text and beside it lines of marks, relations, attributes and
 * notes; offsets count code points. Who made a mark is told by the directory: one for each annotator, as brat has it.
 *
 * Its programs read line by line, so no mark reaches over the end of a line: there it becomes fragments, and is put
 * together again when it is read here. What else cannot stand in a line is escaped with a backslash. A verdict is a note
 * of its own type, which brat shows like any other, and is read as one again.
 */
import { type Annotation, sortInTextOrder } from '../annotation.ts'
import type { LabelSet } from '../labelset.ts'
import { order } from '../order.ts'
import type { Relation } from '../relation.ts'
import type { Verdict } from '../verdict.ts'
import type { AnnotatedArticle } from './attest-json.ts'
import { escapeLine, escapeValue, lineEnds, VERDICT } from './brat-escape.ts'
import { readBrat } from './brat-read.ts'
import type { Reader, TextFile, Writer } from './format.ts'
import { annotatorsOf, isoOf, leftOf, linksLeft, linksOf, losses } from './pieces.ts'
import { type Unit, unitOf } from './unit.ts'

export const bratWriter: Writer = {
  name: 'brat',
  label: 'brat standoff',
  extension: '.ann',
  mediaType: 'text/plain',
  write,
  once: (labelSet) => [{ name: 'annotation.conf', text: configuration(labelSet) }],
}

export const bratReader: Reader = {
  name: 'brat',
  read: readBrat,
  fits: ({ name, text }) =>
    /\.(?:ann|a1|a2)$/.test(name)
      ? text === '' || /^(?:[TREAMN#]\d+|\*)\t/.test(text)
      : /(?:^|\/)annotation\.conf$/.test(name),
}

function write(given: AnnotatedArticle) {
  const annotated = inLines(given)
  const { article, records } = annotated
  const unit = unitOf(article.text, 'code-points')
  const links = linksOf(annotated)
  const layers = Map.groupBy(sortInTextOrder(records.annotations.values()), ({ author }) => author)
  const notes = notesOf(annotated, links.values())
  const verdicts = [...records.verdicts.values()].sort((a, b) => a.at - b.at || order(a.id, b.id))
  const names = annotatorsOf(annotated, verdicts)
  const files: TextFile[] = []
  let judged = 0
  for (const [author, name] of names) {
    if (!layers.has(author)) continue
    const layer = new Layer(article.text, unit)
    for (const mark of layers.get(author) ?? []) layer.addMark(mark)
    for (const relation of links.get(author) ?? []) layer.addRelation(relation)
    for (const { on, body } of notes) layer.addNote(on, body)
    for (const verdict of verdicts) if (layer.addVerdict(verdict, names.get(verdict.author) ?? '')) judged++
    const path = `${folderOf(name)}/${article.id}`
    files.push({ name: `${path}.txt`, text: article.text }, { name: `${path}.ann`, text: layer.text() })
  }
  if (files.length === 0)
    files.push({ name: `${article.id}.txt`, text: article.text }, { name: `${article.id}.ann`, text: '' })
  const left = losses(
    {
      what: 'marks over line ends alone: brat has none',
      one: 'mark over a line end alone: brat has none',
      count: given.records.annotations.size - records.annotations.size,
    },
    ...linksLeft(annotated, links, 'brat'),
    {
      what: 'comments on the whole article or on what is left out, and turns of threads: brat has no place for them',
      one: 'comment on the whole article or on what is left out, or turn of a thread: brat has no place for it',
      count: records.comments.size - notes.length,
    },
    {
      what: 'notes without who wrote them and what they answer: brat has no place for that',
      one: 'note without who wrote it and what it answers: brat has no place for that',
      count: notes.length,
    },
    {
      what: 'verdicts on what is left out, or of duplicates of what somebody else has marked: brat has no place for them',
      one: 'verdict on what is left out, or of a duplicate of what somebody else has marked: brat has no place for it',
      count: verdicts.length - judged,
    },
    ...leftOf(annotated, 'brat', ['annotators', 'spans', 'attributes', 'relations', 'comments', 'verdicts']),
  )
  return { files, left }
}

/** The article with those marks alone that have something in a line. */
function inLines(annotated: AnnotatedArticle): AnnotatedArticle {
  const { article, records } = annotated
  const all = [...records.annotations].filter(([, { spans }]) =>
    spans.some((span) => fragmentsOf(article.text, span).length > 0),
  )
  return { ...annotated, records: { ...records, annotations: new Map(all) } }
}

/** What is said about something that is in the file, the oldest first: each is a note of its own. */
function notesOf({ records }: AnnotatedArticle, links: Iterable<readonly Relation[]>): { on: string; body: string }[] {
  const written = new Set([...records.annotations.keys(), ...[...links].flat().map(({ id }) => id)])
  return [...records.comments.values()]
    .sort((a, b) => a.at - b.at || order(a.id, b.id))
    .flatMap((one) => ('body' in one && written.has(one.on) ? [one] : []))
}

/** The lines of one annotator. */
class Layer {
  readonly #text: string
  readonly #unit: Unit
  readonly #marks: string[] = []
  readonly #attributes: string[] = []
  readonly #notes: string[] = []
  readonly #relations: string[] = []
  /** What marks and relations are called here. */
  readonly #names = new Map<string, string>()

  constructor(text: string, unit: Unit) {
    this.#text = text
    this.#unit = unit
  }

  addMark({ id, kind, spans, attributes }: Annotation): void {
    const fragments = spans.flatMap((span) => fragmentsOf(this.#text, span))
    const name = `T${this.#marks.length + 1}`
    const { fromUtf16 } = this.#unit
    const where = fragments.map(([start, end]) => `${fromUtf16(start)} ${fromUtf16(end)}`).join(';')
    const words = fragments.map(([start, end]) => this.#text.slice(start, end)).join(' ')
    this.#marks.push(`${name}\t${kind} ${where}\t${words}`)
    this.#names.set(id, name)
    for (const [attribute, value] of Object.entries(attributes).sort(([a], [b]) => order(a, b)))
      this.#attributes.push(`A${this.#attributes.length + 1}\t${attribute} ${name} ${escapeValue(value)}`)
  }

  addRelation({ id, type, from, to }: Relation): void {
    const [source, target] = [this.#names.get(from), this.#names.get(to)]
    if (!source || !target) return
    const name = `R${this.#relations.length + 1}`
    this.#names.set(id, name)
    // A tab ends it, as it would in a file that brat has written.
    this.#relations.push(`${name}\t${type} Arg1:${source} Arg2:${target}\t`)
  }

  addNote(on: string, body: string): void {
    const target = this.#names.get(on)
    if (target) this.#notes.push(`#${this.#notes.length + 1}\tAnnotatorNotes ${target}\t${escapeLine(body)}`)
  }

  /** Whether there was a place for it: what it is about, and stands beside, have to be in this file. */
  addVerdict({ on, of, decision, fix, note, at }: Verdict, by: string): boolean {
    const [target, other] = [this.#names.get(on), of === undefined ? undefined : this.#names.get(of)]
    if (!target || (of !== undefined && !other)) return false
    const { fromUtf16 } = this.#unit
    const said = {
      decision,
      ...(other && { of: other }),
      ...(fix && {
        fix: {
          ...(fix.kind !== undefined && { kind: fix.kind }),
          ...(fix.spans && { spans: fix.spans.map((span) => span.map(fromUtf16)) }),
          ...(fix.attributes && {
            attributes: Object.fromEntries(Object.entries(fix.attributes).sort(([a], [b]) => order(a, b))),
          }),
        },
      }),
      ...(note !== undefined && { note }),
      by,
      at: isoOf(at),
    }
    this.#notes.push(`#${this.#notes.length + 1}\t${VERDICT} ${target}\t${escapeLine(JSON.stringify(said))}`)
    return true
  }

  text(): string {
    const lines = [...this.#marks, ...this.#attributes, ...this.#relations, ...this.#notes]
    return lines.map((line) => `${line}\n`).join('')
  }
}

/** The parts of a span that lie in one line each. */
function fragmentsOf(text: string, [start, end]: readonly [number, number]): [number, number][] {
  const fragments: [number, number][] = []
  let from = start
  for (const { index, 0: gap } of text.slice(start, end).matchAll(lineEnds)) {
    if (start + index > from) fragments.push([from, start + index])
    from = start + index + gap.length
  }
  if (from < end) fragments.push([from, end])
  return fragments
}

/** A name as that of a directory, which reads as the name again. */
function folderOf(name: string): string {
  return name.replace(/[^\p{L}\p{N} _()-]|^ | $/gu, (sign) =>
    encodeURIComponent(sign) === sign
      ? `%${sign.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`
      : encodeURIComponent(sign),
  )
}

/** https://brat.nlplab.org/configuration.html: which kinds there are, and what may be joined and said of them. */
function configuration({ kinds, relations }: LabelSet): string {
  const attributes = Map.groupBy(
    kinds.flatMap((kind) => kind.attributes.map((attribute) => ({ kind: kind.id, attribute }))),
    ({ attribute }) => attribute.id,
  )
  return [
    '[entities]',
    ...kinds.map(({ id }) => id),
    '',
    '[relations]',
    ...relations.map(({ id, from, to }) => `${id}\tArg1:${from.join('|')}, Arg2:${to.join('|')}`),
    // Marks lie within and over each other.
    '<OVERLAP>\tArg1:<ENTITY>, Arg2:<ENTITY>, <OVL-TYPE>:<ANY>',
    '',
    '[events]',
    '',
    '[attributes]',
    ...Array.from(attributes, ([id, all]) => {
      const values = new Set(all.flatMap(({ attribute }) => attribute.values ?? []))
      const isListed = values.size > 0 && [...values].every((value) => /^[^\s,|]+$/.test(value))
      const list = isListed ? `, Value:${[...values].join('|')}` : ''
      return `${id}\tArg:${all.map(({ kind }) => kind).join('|')}${list}`
    }),
    '',
  ].join('\n')
}
