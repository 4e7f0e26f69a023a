/** `attest convert`: marks from one format to another, file to file, without a server. */
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { basename, dirname, extname, join, relative, resolve } from 'node:path'
import { hashText } from '@attest/schema/article'
import { type AnnotatedArticle, FORMAT, readAttestJson } from '@attest/schema/formats/attest-json'
import {
  type FormatName,
  type FoundDocument,
  type Loss,
  lossInWords,
  type OffsetUnit,
  type Skipped,
  type TextFile,
  type Writer,
  type Written,
} from '@attest/schema/formats/format'
import { parseJson, parseLines } from '@attest/schema/formats/json-text'
import { land } from '@attest/schema/formats/landing'
import { labelSetOf, type Mapping, mappingSchema, proposeMapping } from '@attest/schema/formats/mapping'
import { addLosses } from '@attest/schema/formats/pieces'
import { readers, recogniseFormats, writers } from '@attest/schema/formats/registry'
import { type Survey, surveyOf } from '@attest/schema/formats/survey'
import { type LabelSet, labelSetSchema } from '@attest/schema/labelset'
import { decode } from '../articles/encoding.ts'
import { articleFromText } from '../articles/plain.ts'
import { many, Report, Unreadable } from '../articles/report.ts'
import { HttpProblem } from '../problem.ts'
import { CannotRun, type Done } from './command.ts'

export interface ConvertOptions {
  /** Files and folders; `-` is standard input. */
  inputs: readonly string[]
  to: FormatName
  /** Found out where it is not said. */
  from: FormatName | undefined
  /** Texts for formats that have none of their own, each by its name without the extension; a single one is for all. */
  texts: readonly string[]
  unit: OffsetUnit | undefined
  /** A file with a mapping, as the page and the server have it; names are matched where it is not given. */
  map: string | undefined
  /** A file with a label set to map to; one is made of what is found where it is not given. */
  labels: string | undefined
  /** A file, or a folder where the format makes several; standard output where it is not given. */
  out: string | undefined
  /** Whether anything that is refused or has no place is a failure. */
  isStrict: boolean
  readInput(): Promise<Uint8Array>
  write(text: string): void
  /** Lines for whoever looks on. */
  say(line: string): void
}

/** What has become of what was given, in numbers and in sentences. */
interface Outcome {
  from: FormatName
  to: FormatName
  articles: number
  given: number
  imported: number
  refused: Skipped[]
  reported: Skipped[]
  changed: Skipped[]
  left: Loss[]
}

export async function convert(options: ConvertOptions): Promise<Done> {
  const sources = sourcesOf(options.inputs)
  const files = await readAll(sources, options.readInput)
  const from = options.from ?? recogniseFormats(files.map(namedByLook))[0]
  if (!from)
    throw new CannotRun(
      `${brokenJson(files)}What is given is of no format that is known here; --from says which it is.`,
    )
  const writer = writers.get(options.to)
  if (!writer) throw new CannotRun(`Nothing is written as ${options.to}.`)
  const outcome: Outcome = {
    from,
    to: options.to,
    articles: 0,
    given: 0,
    imported: 0,
    refused: [],
    reported: [],
    changed: [],
    left: [],
  }
  const articles = toldApart(
    from === FORMAT && !options.labels && !options.map ? whole(files, outcome) : landed(files, from, options, outcome),
  )
  const made = articles.map((article) => {
    const written = writer.write(article)
    append(outcome.left, written.left)
    return written
  })
  outcome.articles = articles.length
  put(writer, made, articles[0]?.labelSet, { ...options, kept: [...sources.values(), ...options.texts] })
  for (const line of linesOf(outcome)) options.say(line)
  const lost = outcome.refused.length + outcome.reported.length + outcome.left.length
  if (options.isStrict && lost > 0) throw new CannotRun('Not everything could be converted.')
  return { say: '', value: outcome }
}

/** What comes through a pipe has no name to be recognised by, so it gets one by its first character. */
function namedByLook({ name, text }: TextFile): TextFile {
  return { name: name !== '-' ? name : /^\ufeff?\s*[[{]/.test(text) ? '-.json' : '-.ann', text }
}

/** Where the only file breaks off, if it was to be JSON: it may be no more than cut short. */
function brokenJson([file, ...others]: readonly TextFile[]): string {
  if (!file || others.length > 0 || !/^\ufeff?\s*[[{]/.test(file.text)) return ''
  const reading = parseLines({ ...file, name: file.name === '-' ? 'Standard input' : file.name })
  return reading.ok ? '' : `${reading.problem} `
}

/** The files by the names they are known by; standard input is `-`. */
function sourcesOf(inputs: readonly string[]): Map<string, string> {
  const found = inputs.flatMap((input) =>
    input === '-' ? [{ name: '-', path: '-' }] : filesIn(input).map((path) => ({ name: nameIn(input, path), path })),
  )
  // Of two with one name, such as a/doc.ann and b/doc.ann, each is about a text of its own: then paths tell them apart.
  const isShared = new Set(found.map(({ name }) => name)).size < found.length
  const sources = new Map(found.map(({ name, path }) => [isShared ? path.replaceAll('\\', '/') : name, path]))
  // brat's marks are nothing without the text beside them, and people name one of the two.
  const beside = (file: string) => file.replace(/\.ann$/, '.txt')
  for (const [name, path] of [...sources])
    if (!sources.has(beside(name)) && existsSync(beside(path))) sources.set(beside(name), beside(path))
  if (sources.size === 0) throw new CannotRun('There is no file in there.')
  return sources
}

async function readAll(
  sources: ReadonlyMap<string, string>,
  readInput: ConvertOptions['readInput'],
): Promise<TextFile[]> {
  const files: TextFile[] = []
  for (const [name, path] of sources) files.push(textFile(name, path === '-' ? await readInput() : read(path)))
  return files
}

/** Of a folder all that is in it, but for what is hidden: brat has a folder for each annotator. */
function filesIn(path: string): string[] {
  const found = statSync(path, { throwIfNoEntry: false })
  if (!found) throw new CannotRun(`There is no ${path}.`)
  if (!found.isDirectory()) return [path]
  return readdirSync(path, { recursive: true, encoding: 'utf8' })
    .filter((name) => !/(^|[/\\])\./.test(name))
    .map((name) => join(path, name))
    .filter((name) => statSync(name).isFile())
    .sort()
}

function nameIn(input: string, path: string): string {
  return input === path ? basename(path) : relative(input, path).replaceAll('\\', '/')
}

function read(path: string): Uint8Array {
  try {
    return readFileSync(path)
  } catch (error) {
    throw new CannotRun(`${path} cannot be read (${error instanceof Error && 'code' in error ? error.code : error}).`)
  }
}

function textFile(name: string, bytes: Uint8Array): TextFile {
  try {
    return { name, text: decode(bytes, {}, new Report()).text }
  } catch (error) {
    if (error instanceof Unreadable) throw new CannotRun(`${name}: ${error.message}`)
    throw error
  }
}

/** Our own files as they are: nothing of them has to be mapped. */
function whole(files: readonly TextFile[], outcome: Outcome): AnnotatedArticle[] {
  return files.map((file) => {
    const json = parseJson(file)
    if (!json.ok) throw new CannotRun(json.problem)
    const reading = readAttestJson(json.value)
    if (!reading.ok) throw new CannotRun(`${file.name}: ${reading.problem}`)
    const things = Object.values(reading.value.records).reduce((sum, { size }) => sum + size, 0)
    outcome.given += things
    outcome.imported += things
    return reading.value
  })
}

function landed(
  files: readonly TextFile[],
  from: FormatName,
  options: ConvertOptions,
  outcome: Outcome,
): AnnotatedArticle[] {
  const textOf = textsOf(options.texts)
  const idOf = layerIds()
  const reading = readers.get(from)?.read(files, { textOf })
  if (!reading) throw new CannotRun(`${from} can be written, and not read.`)
  if (!reading.ok) throw new CannotRun(reading.problem)
  const at = Math.max(0, ...options.inputs.map((input) => (input === '-' ? 0 : Math.trunc(statSync(input).mtimeMs))))
  const survey = surveyOf(reading.documents, (document) => document.text ?? textOf(document.name))
  const { labelSet, mapping } = termsFor(survey, options)
  const articles = reading.documents.flatMap((document) => {
    const text = document.text ?? textOf(document.name)
    if (text === null) {
      const count = thingsIn(document)
      outcome.given += count
      outcome.refused.push({
        where: { file: document.name },
        why: 'It has no text of its own; --text names the file that has it.',
        count,
      })
      return []
    }
    const { article, notes } = articleOf(document, text)
    const layers = new Map<string | null, string>()
    const { records, report } = land(document, article.text, mapping, {
      labelSet,
      layerOf: (name) => {
        const id = idOf(name)
        layers.set(name, id)
        return id
      },
      at,
    })
    outcome.given += report.given
    outcome.imported += report.imported
    append(outcome.refused, report.refused)
    append(outcome.reported, report.reported)
    append(outcome.changed, report.changed)
    for (const why of notes) outcome.changed.push({ where: { file: document.name }, why, count: 0 })
    const people = Array.from(layers, ([name, id]) => ({ id, name: name ?? 'imported', role: null }))
    const project = { id: 'converted', name: 'Converted', mode: 'open' as const, peersJudge: false }
    return [{ article, project, labelSet, people, records }]
  })
  if (articles.length === 0) throw new CannotRun(outcome.refused[0]?.why ?? 'There is no article in what is given.')
  return articles
}

function thingsIn({ marks, relations, comments, verdicts, refused, reported }: FoundDocument): number {
  const told = [...refused, ...reported].reduce((sum, { count }) => sum + count, 0)
  return marks.length + relations.length + comments.length + verdicts.length + told
}

function termsFor(survey: Survey, { to, map, labels, unit }: ConvertOptions): { labelSet: LabelSet; mapping: Mapping } {
  // Only our own files are read again by a schema that knows what a kind can be called.
  const made = labels === undefined ? labelSetOf(survey, { isStrict: to === FORMAT }) : fromLabels(survey, labels)
  const { labelSet } = made
  const most = labelSetSchema.safeParse(labelSet)
  if (to === FORMAT && !most.success)
    throw new CannotRun(
      `These marks have ${labelSet.kinds.length} labels, and a label set of Attest has one to nine; --labels names one to map to.`,
    )
  const mapping = map === undefined ? made.mapping : parsed(map, mappingSchema)
  return { labelSet, mapping: unit ? { ...mapping, unit } : mapping }
}

function fromLabels(survey: Survey, path: string) {
  const labelSet = parsed(path, labelSetSchema)
  return { labelSet, mapping: proposeMapping(survey, labelSet) }
}

interface Schema<T> {
  safeParse(
    value: unknown,
  ): { success: true; data: T } | { success: false; error: { issues: { path: PropertyKey[]; message: string }[] } }
}

function parsed<T>(path: string, schema: Schema<T>): T {
  const json = parseJson(textFile(basename(path), read(path)))
  if (!json.ok) throw new CannotRun(json.problem)
  const result = schema.safeParse(json.value)
  if (result.success) return result.data
  const [issue] = result.error.issues
  throw new CannotRun(`${path}: ${issue?.path.join('.') || 'it'}: ${issue?.message ?? 'is not as it should be'}.`)
}

function textsOf(paths: readonly string[]): (name: string) => string | null {
  const texts = new Map(paths.map((path) => [stem(path), textFile(basename(path), read(path)).text]))
  const [only = null] = texts.size === 1 ? texts.values() : []
  return (name) => texts.get(stem(name)) ?? only
}

function stem(path: string): string {
  return basename(path, extname(path))
}

/** Ids of people are letters, digits, dashes and underscores; two names that come to the same are told apart. */
function layerIds(): (name: string | null) => string {
  const ids = new Map<string | null, string>()
  const taken = new Set<string>()
  return (name) => {
    const known = ids.get(name)
    if (known !== undefined) return known
    const plain = (name ?? 'imported').replace(/[^A-Za-z0-9_-]+/g, '-').slice(0, 48)
    const stem = /[A-Za-z0-9]/.test(plain) ? plain : 'annotator'
    let id = stem
    for (let n = 2; taken.has(id); n++) id = `${stem}-${n}`
    taken.add(id)
    ids.set(name, id)
    return id
  }
}

function articleOf(document: FoundDocument, text: string) {
  try {
    const { content, notes } = articleFromText({ text, title: document.title, language: document.language ?? null })
    return { article: { ...content, id: articleId(document.name) }, notes }
  } catch (error) {
    if (error instanceof HttpProblem) throw new CannotRun(`${document.name}: ${error.message}`)
    throw error
  }
}

/** The document’s own name where that can be an id. */
function articleId(name: string): string {
  const id = stem(name)
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 64)
  return id || `text-${hashText(name).slice(0, 12)}`
}

/** Files are named after articles: of two with one name, such as a/doc and b/doc, the second would take the first one’s place. */
function toldApart(articles: readonly AnnotatedArticle[]): AnnotatedArticle[] {
  const taken = new Set<string>()
  return articles.map((one) => {
    const { id } = one.article
    let free = id
    for (let n = 2; taken.has(free); n++) free = `${id.slice(0, 58)}-${n}`
    taken.add(free)
    return free === id ? one : { ...one, article: { ...one.article, id: free } }
  })
}

/** `kept` are the files that were read: whoever has a name wrong loses nothing. */
function put(
  writer: Writer,
  made: readonly Written[],
  labelSet: LabelSet | undefined,
  { out, write, say, kept }: ConvertOptions & { kept: readonly string[] },
): void {
  const files = seriesOf(writer, made)
  const beside = labelSet && writer.once ? writer.once(labelSet) : []
  const [first] = files
  if (!first) throw new CannotRun('There is no article in what is given.')
  if (out === undefined) {
    if (files.length > 1)
      throw new CannotRun(`${writer.label} makes ${files.length} files of this; --out names a folder for them.`)
    write(first.text)
    return
  }
  if (files.length > 1 && statSync(out, { throwIfNoEntry: false })?.isFile())
    throw new CannotRun(
      `${writer.label} makes ${files.length} files of this, and ${out} is one; name a folder for them.`,
    )
  const isFolder = files.length > 1 || /[/\\]$/.test(out) || statSync(out, { throwIfNoEntry: false })?.isDirectory()
  const folder = isFolder ? out : dirname(out)
  const named = isFolder ? files : [{ name: basename(out), text: first.text }]
  const placed = ({ name, text }: TextFile) => ({ path: join(folder, ...name.split('/')), text })
  const given = new Set(kept.map((path) => resolve(path)))
  const same = named.map(placed).find(({ path }) => given.has(resolve(path)))
  if (same) throw new CannotRun(`${same.path} is what is converted, and is left as it is; name another with --out.`)
  for (const { path, text } of named.map(placed)) {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, text)
  }
  for (const { path, text } of beside.map(placed)) {
    // Nobody has named it: a configuration that somebody has worked on may be called so.
    if (existsSync(path) && readFileSync(path, 'utf8') !== text) say(`${path} is there already, and is left as it is.`)
    else writeFileSync(path, text)
  }
}

/** Not spread into one call: of a bad file there may be more than a call can have. */
function append<T>(to: T[], more: readonly T[]): void {
  for (const one of more) to.push(one)
}

function seriesOf({ series, name, extension }: Writer, made: readonly Written[]): TextFile[] {
  if (!series) return made.flatMap(({ files }) => files)
  const parts = made.map(({ files }) => files[0]?.text ?? '')
  return [{ name: `${name}${extension}`, text: series.before + parts.join(series.between) + series.after }]
}

/** The first of each, for whoever looks on; all of them are in the JSON. */
const MOST_LINES = 20

function linesOf({ from, to, articles, given, imported, refused, reported, changed, left }: Outcome): string[] {
  const told = (title: string, skipped: readonly Skipped[]) => [
    ...skipped.slice(0, MOST_LINES).map(({ where, why }) => `${title} ${placeOf(where)}: ${why}`),
    ...(skipped.length > MOST_LINES ? [`${title} ${skipped.length - MOST_LINES} more`] : []),
  ]
  const lost = addLosses([], left)
  return [
    `${from} to ${to}: ${many(articles, 'article')}; of ${many(given, 'thing')} ${imported.toLocaleString('en')} converted.`,
    ...told('refused', refused),
    ...told('left out', reported),
    ...told('changed', changed),
    ...lost.map((loss) => `not in ${to}: ${loss.count} ${lossInWords(loss)}`),
  ]
}

function placeOf({ file, line, path }: Skipped['where']): string {
  return [file, ...(line === undefined ? [] : [`line ${line}`]), ...(path === undefined ? [] : [path])].join(', ')
}
