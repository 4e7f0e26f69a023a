/**
 * Reads files with marks, on the process of the reader: what they have, in their own words, and then the records that are
 * made of it. It knows nothing of the database: what it needs of that, it is given.
 */
import { Buffer } from 'node:buffer'
import { type ArticleContent, blocksOf, entityId, hashText } from '@attest/schema/article'
import { type ExportCounts, type MarkReadingChoices, type MarkReport, MOST_TOLD } from '@attest/schema/exchange-api'
import type { FormatName, FoundDocument, Reader as MarkReader, Skipped, TextFile } from '@attest/schema/formats/format'
import { land } from '@attest/schema/formats/landing'
import { type Mapping, proposeMapping } from '@attest/schema/formats/mapping'
import { type Survey, surveyOf } from '@attest/schema/formats/survey'
import type { Prediction } from '@attest/schema/formats/terms'
import type { LabelSet } from '@attest/schema/labelset'
import { type Records, type Root, roots } from '@attest/schema/room'
import { quotesOf } from '@attest/schema/span'
import { decode } from '../articles/encoding.ts'
import { isLanguage, refuseUnfit, titleFrom } from '../articles/plain.ts'
import { many, Report, Unreadable } from '../articles/report.ts'
import { HttpProblem } from '../problem.ts'
import { readerOf, recognised } from './formats.ts'

export interface MarksGiven {
  files: readonly { name: string; bytes: Uint8Array }[]
  choices: MarkReadingChoices
  /** The text they are about, where they are for one article: for formats that have none of their own. */
  text: string | null
}

export interface ToSurvey {
  labelSet: LabelSet
  /** Texts of articles by the numbers of the documents that go there, where these have none or another. */
  texts: readonly { number: number; text: string }[]
}

export interface FoundDocumentSummary {
  number: number
  name: string
  title: string | null
  newTitle: string
  length: number | null
  /** Of its text as it is, and with line feeds for all its line ends. */
  hashes: string[]
  /** What may be the id of an article. */
  ids: string[]
  counts: ExportCounts
  problem: string | null
}

export interface FoundMarks {
  format: FormatName
  candidates: FormatName[]
  files: { name: string; encoding: string; isGuessed: boolean }[]
  documents: FoundDocumentSummary[]
  survey: Survey
  mapping: Mapping
  counts: ExportCounts
  refused: Told
  reported: Told
  notes: string[]
}

interface Told {
  count: number
  first: Skipped[]
}

export interface ToLand {
  labelSet: LabelSet
  /** By the documents’ order, where nothing else is said. */
  mapping: Mapping
  /** Into which article each goes; with no text it is a new one, whose text is the document’s. */
  targets: readonly { number: number; article: string; title: string; text: string | null }[]
  /** Members of the project: comments may mention them, where one alone is called so. */
  people: readonly { id: string; name: string }[]
  /** What the ids of layers begin with. */
  base: string
  at: number
}

export interface LandedMarks extends Omit<MarkReport, 'layers'> {
  format: FormatName
  layers: LandedLayer[]
}

export interface LandedLayer {
  id: string
  /** Null where nobody says whose they are. */
  name: string | null
  /** Null where people have made them. */
  prediction: Prediction | null
  imported: number
}

/** More than anybody can map, and than any tool has. */
const MOST = { labels: 1000, relations: 500, attributes: 5000, layers: 100, documents: 5000 }

export function findMarks(given: MarksGiven, { labelSet, texts }: ToSurvey): FoundMarks {
  const { format, candidates, files, notes, documents } = readAll(given)
  const textOf = new Map(texts.map(({ number, text }) => [documents[number], text]))
  const survey = surveyOf(documents, (document) => textOf.get(document) ?? document.text ?? given.text)
  refuseTooMany(survey)
  const found = documents.map(summaryOf)
  return {
    format,
    candidates,
    files,
    documents: found,
    survey,
    mapping: proposeMapping(survey, labelSet),
    counts: sumOf(found.map(({ counts }) => counts)),
    refused: told(documents.flatMap(({ refused }) => refused)),
    reported: told(documents.flatMap(({ reported }) => reported)),
    notes,
  }
}

/**
 * Makes records, and hands them over as lines of JSON: for each article its head, then its records, some at a time, and
 * all of one article before those of the next; the last line says that it was the last.
 */
export function landMarks(given: MarksGiven, to: ToLand, onLines: (lines: Uint8Array) => void): LandedMarks {
  const { format, documents } = readAll(given)
  const layers = new Map<string, LandedLayer>()
  const layerOf = (name: string | null, prediction: Prediction | null) => {
    // A model may be called as somebody is, and of another version it is another one.
    const key = JSON.stringify([name, prediction?.version ?? null])
    const known = layers.get(key)
    if (known) return known.id
    if (layers.size >= MOST.layers)
      throw new Unreadable(
        `These marks are of more than ${many(MOST.layers, 'annotator')}. Please map some to one name.`,
      )
    const layer = { id: `${to.base}-${layers.size + 1}`, name, prediction, imported: 0 }
    layers.set(key, layer)
    return layer.id
  }
  const called = Map.groupBy(to.people, ({ name }) => name)
  const personOf = (name: string) => {
    const [one, ...others] = called.get(name) ?? []
    return one && others.length === 0 ? one.id : null
  }
  const targets = new Map(to.targets.map((target) => [target.number, target]))
  const articles = new Map<string, MarkReport['articles'][number]>()
  const refused: Skipped[] = []
  const reported: Skipped[] = []
  const changed: Skipped[] = []
  const samples: LandedMarks['samples'] = []
  const counts: ExportCounts[] = []
  let things = 0
  const names = new Map<string, number>()
  for (const [number, document] of byArticle(documents, targets)) {
    const target = targets.get(number)
    if (!target) {
      const count = thingsIn(document)
      things += count
      reported.push({ where: { file: document.name }, why: `${document.name} was to be left out.`, count })
      continue
    }
    const isNew = target.text === null
    const text = target.text ?? document.text
    if (text === null) throw new Unreadable(`${document.name} has no text, so it cannot become an article.`)
    // Ids are made of the names of documents: two of the same name are told apart.
    const same = names.get(document.name) ?? 0
    names.set(document.name, same + 1)
    const named = same === 0 ? document : { ...document, name: `${document.name} (${same + 1})` }
    const ground = { labelSet: to.labelSet, layerOf, personOf, at: to.at }
    const { records, report, scores } = land(named, text, to.mapping, ground)
    things += report.given
    // Of a bad file there may be more than one call can have.
    for (const one of report.refused) refused.push(one)
    for (const one of report.reported) reported.push(one)
    for (const one of report.changed) changed.push(one)
    counts.push(sizesOf(records))
    for (const root of roots) for (const { author } of records[root].values()) count(layers, author)
    const article = articles.get(target.article) ?? { article: target.article, title: target.title, isNew, imported: 0 }
    articles.set(target.article, article)
    article.imported += report.imported
    const { title } = article
    for (const { author, kind, spans, attributes } of records.annotations.values()) {
      if (samples.length >= MOST_SAMPLES) break
      const layer = [...layers.values()].find(({ id }) => id === author)?.name ?? ''
      samples.push({ article: title, layer, kind, quotes: quotesOf(text, spans), attributes })
    }
    const content = isNew ? contentOf(document, target.title) : null
    const authors = new Set(roots.flatMap((root) => [...records[root].values()].map(({ author }) => author)))
    onLines(line({ is: 'article', article: target.article, content, layers: [...authors] }))
    for (const { id, prediction } of layers.values())
      if (prediction) {
        const own = [...records.annotations.values()].filter(({ author }) => author === id)
        const scored = own.flatMap(({ id }): [string, number][] => (scores.has(id) ? [[id, scores.get(id) ?? 0]] : []))
        if (own.length > 0) onLines(line({ is: 'scores', article: target.article, layer: id, scores: scored }))
      }
    for (const part of partsOf(records)) onLines(line({ is: 'records', article: target.article, ...part }))
  }
  for (const [how, skipped] of Object.entries({ refused, reported, changed }))
    for (let i = 0; i < skipped.length; i += RECORDS_A_LINE)
      onLines(line({ is: 'skipped', how, skipped: skipped.slice(i, i + RECORDS_A_LINE) }))
  onLines(line({ is: 'end', articles: articles.size, layers: [...layers.values()] }))
  return {
    format,
    given: things,
    imported: sumCounts(sumOf(counts)),
    refused: told(refused),
    reported: told(reported),
    changed: told(changed),
    counts: sumOf(counts),
    articles: [...articles.values()],
    articleCount: articles.size,
    layers: [...layers.values()],
    samples,
  }
}

/** Those that go into one article one after the other: who writes its records takes it for done where another begins. */
function byArticle(
  documents: readonly FoundDocument[],
  targets: ReadonlyMap<number, { article: string }>,
): [number, FoundDocument][] {
  return [...Map.groupBy(documents.entries(), ([number]) => targets.get(number)?.article ?? number).values()].flat()
}

const MOST_SAMPLES = 20
const RECORDS_A_LINE = 200

function line(value: object): Uint8Array {
  return Buffer.from(`${JSON.stringify(value)}\n`)
}

/** Some records at a time, so that nobody who reads them is held up. */
function* partsOf(records: Records): Generator<{ root: Root; records: unknown[] }> {
  for (const root of roots) {
    const all = [...records[root].values()]
    for (let i = 0; i < all.length; i += RECORDS_A_LINE) yield { root, records: all.slice(i, i + RECORDS_A_LINE) }
  }
}

function count(layers: ReadonlyMap<string, LandedLayer>, author: string): void {
  for (const layer of layers.values()) if (layer.id === author) layer.imported++
}

interface ReadFiles {
  format: FormatName
  candidates: FormatName[]
  files: FoundMarks['files']
  notes: string[]
  documents: FoundDocument[]
}

function readAll({ files: given, choices, text }: MarksGiven): ReadFiles {
  const notes: string[] = []
  const files: (TextFile & { encoding: string; isGuessed: boolean })[] = []
  for (const { name, bytes } of given) {
    const report = new Report()
    try {
      const decoded = decode(bytes, { chosen: choices.encoding ?? undefined }, report)
      files.push({
        name,
        text: decoded.text,
        encoding: decoded.encoding.name,
        isGuessed: decoded.encoding.how === 'guessed',
      })
      for (const sentence of report.sentences())
        if (!/byte order mark/i.test(sentence)) notes.push(`${name}: ${sentence}`)
    } catch (error) {
      if (!(error instanceof Unreadable) || given.length === 1) throw error
      notes.push(`${name}: ${error.message}`)
    }
  }
  if (files.length === 0) throw new Unreadable('There is nothing in these files that can be read.')
  const candidates = recognised(files)
  const format = choices.format ?? candidates[0]
  const reader = format && readerOf(format)
  if (!format || !reader)
    throw new Unreadable(
      format
        ? `Marks are not read from ${format} here.`
        : 'These files look like none of the formats that are known here. Please choose which one it is.',
    )
  const { chosen, left } = partition(files, reader)
  if (left.length > 0)
    notes.push(
      `${many(left.length, 'file')} that ${left.length === 1 ? 'is' : 'are'} not of this format ${left.length === 1 ? 'was' : 'were'} not read: ${list(left)}.`,
    )
  const reading = reader.read(chosen, { textOf: textsBeside(files, text) })
  if (!reading.ok) throw new Unreadable(reading.problem)
  const { documents } = reading
  if (documents.length === 0) throw new Unreadable('There are no texts and no marks in these files.')
  if (documents.length > MOST.documents)
    throw new Unreadable(
      `There are ${many(documents.length, 'text')} in these files; at most ${MOST.documents} come in at once.`,
    )
  return {
    format,
    candidates: candidates.filter((one) => one !== format),
    files: files.map(({ name, encoding, isGuessed }) => ({ name, encoding, isGuessed })),
    notes,
    documents,
  }
}

/** What belongs to the format, and what only lies beside it; all of it where nothing looks right, so that it is said why. */
function partition(files: readonly TextFile[], reader: MarkReader): { chosen: TextFile[]; left: string[] } {
  const fitting = new Set(files.filter((file) => reader.fits(file)))
  if (fitting.size === 0) return { chosen: [...files], left: [] }
  const beside = besides[reader.name]
  const isBeside = ({ name }: TextFile) => beside?.test(name) === true
  return {
    chosen: files.filter((file) => fitting.has(file) || isBeside(file)),
    left: files.filter((file) => !fitting.has(file) && !isBeside(file)).map(({ name }) => name),
  }
}

/** What has no marks in it and is read all the same. */
const besides: Partial<Record<FormatName, RegExp>> = {
  brat: /\.(txt|conf)$/i,
  'cas-xmi': /\.(xml|xmi)$/i,
}

function list(names: readonly string[]): string {
  const some = names.slice(0, 5).join(', ')
  return names.length > 5 ? `${some} and others` : some
}

/** Texts that were sent beside files which have none: by the same name, or the one text there is. */
function textsBeside(files: readonly TextFile[], text: string | null): (name: string) => string | null {
  const texts = new Map<string, string>()
  for (const file of files) if (/\.txt$/i.test(file.name)) texts.set(stemOf(file.name), file.text)
  const [only] = texts.size === 1 ? texts.values() : []
  return (name) => texts.get(stemOf(name)) ?? text ?? only ?? null
}

function stemOf(name: string): string {
  return (name.split('/').at(-1) ?? name).replace(/\.\w{1,8}$/, '')
}

function summaryOf(document: FoundDocument, number: number): FoundDocumentSummary {
  const { name, text, title, marks, relations, comments, verdicts } = document
  const isWhole = text?.isWellFormed() === true
  const hashes = isWhole ? [hashText(text)] : []
  if (isWhole && text.includes('\r')) hashes.push(hashText(text.replace(/\r\n?/g, '\n')))
  const counts = {
    annotations: marks.length,
    relations: relations.length,
    comments: comments.length,
    verdicts: verdicts.length,
  }
  return {
    number,
    name: shorten(name),
    title: title === undefined ? null : shorten(title),
    newTitle: shorten(title?.trim() || titleFrom(text ?? '') || name || '?', 500),
    length: text?.length ?? null,
    hashes,
    ids: [...new Set([name, stemOf(name)])].filter((id) => entityId.safeParse(id).success),
    counts,
    problem: problemOf(document),
  }
}

/** Why a document can be no article, as a sentence; null where it can. */
function problemOf({ text, name }: FoundDocument): string | null {
  if (text === null)
    return `${shorten(name)} has no text of its own: its marks have to go into an article that is there.`
  try {
    refuseUnfit(text)
    return null
  } catch (error) {
    if (error instanceof HttpProblem) return error.message
    throw error
  }
}

function contentOf(document: FoundDocument, title: string): ArticleContent {
  const { text, language } = document
  const problem = problemOf(document)
  if (text === null || problem !== null) throw new Unreadable(problem ?? 'There is no text.')
  // A text that begins with a paragraph, or whose title was told beside it, has no heading of its own.
  const [first, ...others] = blocksOf(text)
  const isTitled = first !== undefined && others.length > 0 && text.slice(0, first.end).trim() === title.trim()
  return {
    title: title.slice(0, 500).toWellFormed(),
    language: language !== undefined && language.length <= 35 && isLanguage(language) ? language : null,
    direction: 'auto',
    text,
    sha256: hashText(text),
    blocks: isTitled ? blocksOf(text) : blocksOf(text).map((block) => ({ ...block, type: 'paragraph' as const })),
    inlines: [],
  }
}

function refuseTooMany({ labels, relations, annotators }: Survey): void {
  const attributes = labels.reduce((sum, label) => sum + label.attributes.length, 0)
  for (const [found, most, what] of [
    [labels.length, MOST.labels, 'different label'],
    [relations.length, MOST.relations, 'different type of relations'],
    [attributes, MOST.attributes, 'different attribute'],
    [annotators.length, MOST.layers, 'annotator'],
  ] as const)
    if (found > most)
      throw new Unreadable(
        `There are ${many(found, what)} in these files, which nobody can map; at most ${most} are taken. Was the right format chosen?`,
      )
}

/** In the order of the lines, where the file has some: people go through it from its beginning. */
function inTheirOrder(skipped: readonly Skipped[]): Skipped[] {
  const files = new Map<string, number>()
  for (const { where } of skipped) if (!files.has(where.file)) files.set(where.file, files.size)
  const rankOf = ({ where }: Skipped) => files.get(where.file) ?? 0
  return skipped.toSorted((a, b) => rankOf(a) - rankOf(b) || (a.where.line ?? 0) - (b.where.line ?? 0))
}

function told(skipped: readonly Skipped[]): Told {
  const first = inTheirOrder(skipped)
    .slice(0, MOST_TOLD)
    .map((one) => ({ ...one, why: shorten(one.why, 1000) }))
  return { count: skipped.reduce((sum, { count }) => sum + count, 0), first }
}

function thingsIn({ marks, relations, comments, verdicts, refused, reported }: FoundDocument): number {
  const skipped = [...refused, ...reported].reduce((sum, { count }) => sum + count, 0)
  return marks.length + relations.length + comments.length + verdicts.length + skipped
}

function sizesOf(records: Records): ExportCounts {
  const { annotations, relations, comments, verdicts } = records
  return {
    annotations: annotations.size,
    relations: relations.size,
    comments: comments.size,
    verdicts: verdicts.size,
  }
}

function sumOf(counts: readonly ExportCounts[]): ExportCounts {
  const sum = { annotations: 0, relations: 0, comments: 0, verdicts: 0 }
  for (const one of counts) for (const root of roots) sum[root] += one[root]
  return sum
}

function sumCounts({ annotations, relations, comments, verdicts }: ExportCounts): number {
  return annotations + relations + comments + verdicts
}

function shorten(text: string, most = 255): string {
  return (text.length > most ? `${text.slice(0, most - 1)}…` : text).toWellFormed()
}
