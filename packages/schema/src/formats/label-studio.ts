/**
 * Label Studio’s JSON of tasks, both ways (github.com/HumanSignal/label-studio: docs/source/guide/task_format.md,
 * label_studio/data_import/serializers.py). A task is a text with the work of each annotator as a list of results; all
 * results of one region share an id: its labels, and whatever was asked about it. Offsets count code points; before
 * version 1.0, when `annotations` were `completions`, they counted UTF-16 (issue 1347).
 */
import { GOLD_AUTHOR } from '../gold-records.ts'
import type { LabelSet } from '../labelset.ts'
import { order } from '../order.ts'
import type { AnnotatedArticle } from './attest-json.ts'
import type { FoundDocument, FoundMark, Place, Reader, Skipped, Writer, Written } from './format.ts'
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
import { parseJson } from './json-text.ts'
import { annotatorsOf, isoOf, leftOf, linksLeft, linksOf, losses, type Piece, piecesOf } from './pieces.ts'
import { type Unit, unitOf } from './unit.ts'

/** What a relation is called here that has no label there. */
const UNLABELLED = 'relation'

// ---- Out ----

export const labelStudioWriter: Writer = {
  name: 'label-studio',
  label: 'Label Studio',
  extension: '.json',
  mediaType: 'application/json',
  series: { before: '[\n', between: ',\n', after: '\n]\n' },

  write(annotated): Written {
    const { article, records } = annotated
    const pieces = Map.groupBy(piecesOf(annotated, 'code-points'), ({ mark }) => mark.author)
    const relations = linksOf(annotated)
    const notes = ownNotesOf(annotated)
    const isEnum = enumsOf(annotated.labelSet)
    const annotators = [...annotatorsOf(annotated)].filter(([id]) => pieces.has(id))
    const annotations = annotators.map(([author]) => {
      const own = pieces.get(author) ?? []
      return {
        result: [
          ...own.flatMap((piece) => resultsOf(piece, article.text, notes.get(piece.mark.id) ?? [], isEnum)),
          ...(relations.get(author) ?? []).map(({ type, from, to }) => ({
            type: 'relation',
            from_id: from,
            to_id: to,
            direction: 'right',
            labels: [type],
          })),
        ],
        was_cancelled: false,
        ground_truth: author === GOLD_AUTHOR,
        created_at: isoOf(own.reduce((latest, { mark }) => Math.max(latest, mark.at), 0)),
      }
    })
    const task = {
      data: {
        text: article.text,
        id: article.id,
        title: article.title,
        ...(article.language && { language: article.language }),
        // Label Studio takes no file that names people it does not know, so they are named where it does not look.
        annotators: annotators.map(([, name]) => name),
      },
      annotations,
    }
    const noted = [...notes.values()].flat().length
    return {
      files: [{ name: `${article.id}.json`, text: JSON.stringify(task) }],
      left: losses(
        ...leftOf(annotated, 'Label Studio', ['annotators', 'attributes', 'relations', 'comments']),
        ...linksLeft(annotated, relations, 'Label Studio'),
        {
          what: 'comments: Label Studio’s tasks have a place for notes of an annotator on regions of their own only',
          one: 'comment: Label Studio’s tasks have a place for notes of an annotator on regions of their own only',
          count: records.comments.size - noted,
        },
      ),
    }
  },

  once(labelSet) {
    const kinds = labelSet.kinds.map(
      ({ id, label, key, color }) =>
        `    <Label value="${xml(id)}" hint="${xml(label)}" hotkey="${xml(key)}" background="${xml(color.light)}"/>`,
    )
    const asked = labelSet.kinds.flatMap((kind) =>
      kind.attributes.map(({ id, label, type, values = [] }) => {
        const common = `name="${xml(controlOf(kind.id, id))}" toName="text" perRegion="true" whenTagName="label" whenLabelValue="${xml(kind.id)}"`
        const control =
          type === 'enum'
            ? `<Choices ${common} showInline="true">${values.map((value) => `<Choice value="${xml(value)}"/>`).join('')}</Choices>`
            : `<TextArea ${common} maxSubmissions="1" rows="1"/>`
        return `  <View visibleWhen="region-selected" whenTagName="label" whenLabelValue="${xml(kind.id)}">\n    <Header value="${xml(label)}" size="5"/>\n    ${control}\n  </View>`
      }),
    )
    const relations = labelSet.relations.map(({ id }) => `    <Relation value="${xml(id)}"/>`)
    const config = [
      '<View>',
      '  <Labels name="label" toName="text">',
      ...kinds,
      '  </Labels>',
      ...(relations.length > 0 ? ['  <Relations>', ...relations, '  </Relations>'] : []),
      '  <Text name="text" value="$text" granularity="symbol" saveTextResult="yes"/>',
      ...asked,
      '</View>',
      '',
    ]
    return [{ name: 'label-studio-config.xml', text: config.join('\n') }]
  },
}

/** A region has its label, and then whatever was said about it, under the same id. */
function resultsOf(
  { id, mark, start, end, span, isFirst }: Piece,
  text: string,
  notes: readonly string[],
  isEnum: ReadonlySet<string>,
): object[] {
  const place = { start, end }
  const common = { id, to_name: 'text', origin: 'manual' }
  const label = {
    ...common,
    from_name: 'label',
    type: 'labels',
    value: { ...place, text: text.slice(...span), labels: [mark.kind] },
    ...(isFirst && notes.length > 0 && { meta: { text: notes } }),
  }
  if (!isFirst) return [label]
  const answers = Object.entries(mark.attributes).sort(([a], [b]) => order(a, b))
  return [
    label,
    ...answers.map(([name, value]) => {
      const control = controlOf(mark.kind, name)
      const type = isEnum.has(control) ? 'choices' : 'textarea'
      // “There is none” is an answer too: a list of no words.
      const words = value === null ? [] : [value]
      const answer = type === 'choices' ? { choices: words } : { text: words }
      return { ...common, from_name: control, type, value: { ...place, ...answer } }
    }),
  ]
}

/** Kinds may ask for the same thing with other answers to choose from, and a control has one name. */
function controlOf(kind: string, attribute: string): string {
  return `${kind}.${attribute}`
}

function enumsOf({ kinds }: LabelSet): Set<string> {
  const enums = kinds.flatMap((kind) =>
    kind.attributes.flatMap(({ id, type }) => (type === 'enum' ? [controlOf(kind.id, id)] : [])),
  )
  return new Set(enums)
}

/** What annotators have said about marks of their own, in the order in which they said it. */
function ownNotesOf({ records }: AnnotatedArticle): Map<string, string[]> {
  const own = [...records.comments.values()]
    .filter((comment) => 'body' in comment)
    .filter(({ on, replyTo, author }) => replyTo === undefined && records.annotations.get(on)?.author === author)
    .sort((a, b) => a.at - b.at || order(a.id, b.id))
  return new Map([...Map.groupBy(own, ({ on }) => on)].map(([on, all]) => [on, all.map(({ body }) => body)]))
}

function xml(value: string): string {
  return value.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`)
}

// ---- In ----

export const labelStudioReader: Reader = {
  name: 'label-studio',

  read(files, options) {
    const documents: FoundDocument[] = []
    for (const file of files) {
      const parsed = parseJson(file)
      if (!parsed.ok) return parsed
      const tasks = Array.isArray(parsed.value) ? parsed.value : [parsed.value]
      const stem = stemOf(file.name)
      const given = new Map<string, Given>()
      for (const [i, task] of tasks.entries()) {
        const path = Array.isArray(parsed.value) ? `/${i}` : ''
        const one = isObject(task) ? (givenTask(task, path) ?? givenRow(task, path)) : null
        if (!one)
          return {
            ok: false,
            problem: `${file.name} has ${shown(task)} at ${path || '/'}, where Label Studio has a task with its “data”.`,
          }
        const name = one.name ?? (tasks.length > 1 ? `${stem} ${i + 1}` : stem)
        // JSON-MIN has a row for each annotator of a text, and not every row tells which of its words are that.
        const same = given.get(name)
        const isSame = same?.isRow && one.isRow && (same.text ?? one.text) === (one.text ?? same.text)
        if (same && isSame) {
          same.text ??= one.text
          same.works.push(...one.works)
        } else given.set(same ? `${name} at ${path}` : name, { ...one, name })
      }
      for (const { name, ...one } of given.values())
        documents.push(new Task(file.name, name ?? stem, one, options?.textOf?.(name ?? stem) ?? null).document)
    }
    return { ok: true, documents }
  },

  fits({ name, text }) {
    if (!/\.json$/i.test(name)) return false
    const isTask =
      /"(?:annotations|completions|predictions)"\s*:\s*\[/.test(text.slice(0, 100_000)) && /"data"\s*:\s*\{/.test(text)
    return isTask || (/"annotation_id"\s*:/.test(text) && /"annotator"\s*:/.test(text))
  },
}

/** A task, or a row of JSON-MIN, by what both of them have. */
interface Given {
  name: string | null
  title: unknown
  language: unknown
  text: string | null
  works: Work[]
  unit: 'utf16' | 'code-points'
  isRow: boolean
}

function givenTask(task: JsonObject, path: string): Given | null {
  const { data } = task
  if (!isObject(data)) return null
  const works = worksOf(task, data, path)
  return {
    name: nameOf(data['id']) ?? nameOf(task['id']),
    title: data['title'],
    language: data['language'],
    text: textOf(data, works),
    works,
    unit: Array.isArray(task['completions']) ? 'utf16' : 'code-points',
    isRow: false,
  }
}

/** What a row has beside its data and what its controls came to. */
const ofRow = new Set(['id', 'annotator', 'annotation_id', 'created_at', 'updated_at', 'lead_time', 'agreement'])

/**
 * A row of JSON-MIN (label_studio_sdk/converter/converter.py, `convert_to_json_min`): the data of a task with the values of
 * each control under its name, as one annotator has left them. Regions are without ids there, so there are no relations,
 * and an answer is about the one region that has its place.
 */
function givenRow(row: JsonObject, path: string): Given | null {
  if (row['annotation_id'] === undefined && row['annotator'] === undefined) return null
  const results: JsonObject[] = []
  const paths: string[] = []
  const regions = new Map<string, string | null>()
  for (const [control, values] of Object.entries(row)) {
    if (ofRow.has(control) || !Array.isArray(values)) continue
    for (const [i, value] of values.entries()) {
      if (!isObject(value)) continue
      const isRegion = Array.isArray(value['labels']) || Array.isArray(value['hypertextlabels'])
      const place = `${shown(value['start'])}–${shown(value['end'])}`
      const id = `${control} ${i + 1}`
      if (isRegion) regions.set(place, regions.has(place) ? null : id)
      const type = isRegion
        ? { type: value['labels'] ? 'labels' : 'hypertextlabels', id }
        : { type: value['text'] ? 'textarea' : 'choices', place }
      results.push({ from_name: control, value, ...type })
      paths.push(`${path}/${control}/${i}`)
    }
  }
  const placed = results.map(({ place, ...result }) =>
    typeof place === 'string' ? { ...result, id: regions.get(place) ?? null } : result,
  )
  const strings = Object.entries(row).flatMap(([name, value]) =>
    typeof value === 'string' && !ofRow.has(name) ? [[name, value] as const] : [],
  )
  const said = placed.map(contentOf).find(({ text, start }) => typeof text === 'string' && typeof start === 'number')
  const isAbout = (words: string) =>
    said !== undefined && unitOfSound(words)?.holds(said['start'], said['end'], said['text']) === true
  const text =
    strings.find(([name]) => name === 'text') ?? strings.find(([, words]) => isAbout(words)) ?? only(strings) ?? null
  return {
    name: nameOf(row['id']),
    title: row['title'],
    language: row['language'],
    text: text?.[1] ?? null,
    works: [
      {
        path,
        paths,
        results: placed,
        by: isObject(row['annotator']) ? annotatorOf({ completed_by: row['annotator'] }) : nameOf(row['annotator']),
        at: timeOf(row['updated_at']) ?? timeOf(row['created_at']),
        score: null,
        isGuess: false,
        unfit: null,
      },
    ],
    unit: 'code-points',
    isRow: true,
  }
}

function only<T>(all: readonly T[]): T | undefined {
  return all.length === 1 ? all[0] : undefined
}

function unitOfSound(words: string) {
  if (!words.isWellFormed()) return null
  const { toUtf16 } = unitOf(words, 'code-points')
  return {
    holds(start: unknown, end: unknown, quote: unknown): boolean {
      const [from, to] = [start, end].map((offset) => (typeof offset === 'number' ? toUtf16(offset) : null))
      return from != null && to != null && words.slice(from, to) === quote
    },
  }
}

/** One list of results: the work of an annotator, or the guess of a model. */
interface Work {
  path: string
  results: readonly unknown[]
  /** Where each result stands, where that is not below `path`. */
  paths?: readonly string[]
  by: string | null
  at: number | null
  score: number | null
  /** Whether it is the guess of a model. */
  isGuess: boolean
  /** Why it is not to be taken; null where it is. */
  unfit: string | null
}

class Task {
  readonly document: FoundDocument
  readonly #file: string
  /** Where regions are looked for that say their place by the nodes of a page. */
  readonly #words: { text: string; unit: Unit } | null
  #searched = 0
  readonly #taken = new Map<string, number>()

  constructor(file: string, name: string, given: Omit<Given, 'name'>, known: string | null) {
    this.#file = file
    const { text, works, unit, title, language } = given
    const flaw = text === null ? null : textFlaw(text)
    this.document = emptyDocument(name, flaw ? null : text)
    this.document.unit = unit
    if (typeof title === 'string') this.document.title = title
    if (typeof language === 'string') this.document.language = language
    const words = known ?? this.document.text
    this.#words = words === null ? null : { text: words, unit: unitOf(words, unit) }
    const models = new Set<string>()
    for (const work of works) {
      const { results, unfit } = work
      if (flaw) this.document.refused.push(skipped(this.#at(work.path), flaw, results.length))
      else if (unfit) this.document.reported.push(skipped(this.#at(work.path), unfit, results.length))
      else this.#take(work)
      if (work.isGuess && work.by !== null) models.add(work.by)
    }
    if (models.size > 0) this.document.models = [...models]
  }

  #take(work: Work): void {
    const regions = new Map<string, FoundMark[]>()
    const others: [string, JsonObject][] = []
    // Answers and relations may come before the region that they are about.
    for (const [i, result] of work.results.entries()) {
      const path = work.paths?.[i] ?? `${work.path}/result/${i}`
      if (!isObject(result)) this.#refuse(this.#broken(path, `There is ${shown(result)} where a result should be.`))
      else if (labelsOf(result) === null) others.push([path, result])
      else this.#refuse(this.#region(result, path, work, regions))
    }
    for (const [path, result] of others)
      this.#refuse(
        result['type'] === 'relation'
          ? this.#relation(result, path, work, regions)
          : this.#answer(result, path, regions),
      )
  }

  #region(result: JsonObject, path: string, work: Work, regions: Map<string, FoundMark[]>): Skipped | null {
    const content = contentOf(result)
    const labels = (labelsOf(result) ?? []).map(nameOf).filter((label) => label !== null)
    if (labels.length === 0) return this.#broken(path, 'The region has no label.')
    const given = nameOf(result['id']) ?? path
    const span = this.#spanOf(content)
    if (typeof span === 'string') return this.#broken(path, span, labels.length)
    const same = regions.get(given) ?? []
    const there = same[0]?.spans[0]
    if (there && (there[0] !== span[0] || there[1] !== span[1]))
      return this.#broken(path, `Another region has the id ${shown(given)} already.`, labels.length)
    for (const label of labels) {
      const mark: FoundMark = {
        id: this.#freeId(given),
        label,
        spans: [span],
        quotes: [typeof content['text'] === 'string' ? content['text'] : null],
        attributes: new Map(),
        by: work.by,
        at: work.at,
        score: scoreOf(result) ?? work.score,
        where: this.#at(path),
      }
      this.document.marks.push(mark)
      same.push(mark)
    }
    regions.set(given, same)
    const notes = isObject(result['meta']) ? listOf(result['meta']['text']) : []
    for (const [i, body] of notes.entries())
      this.#refuse(this.#note(body, `${path}/meta/text/${i}`, (same[0] as FoundMark).id, work))
    return null
  }

  #spanOf(value: JsonObject): readonly [number, number] | string {
    const { start, text } = value
    if (typeof start !== 'string') return spanOf(start, value['end'])
    const place = `The region is placed by the nodes of a page (${shown(start)}), and `
    if (typeof text !== 'string' || text === '') return `${place}has no words to find it by.`
    this.#searched += this.#words?.text.length ?? 0
    if (!this.#words || this.#searched > MOST_SEARCHED) return `${place}there is no text to find its words in.`
    const at = this.#words.text.indexOf(text)
    if (at < 0) return `${place}its words ${shown(text)} are not in the text.`
    if (this.#words.text.includes(text, at + 1))
      return `${place}its words ${shown(text)} are in the text more than once.`
    return [this.#words.unit.fromUtf16(at), this.#words.unit.fromUtf16(at + text.length)]
  }

  #relation(
    result: JsonObject,
    path: string,
    { by, at }: Work,
    regions: ReadonlyMap<string, FoundMark[]>,
  ): Skipped | null {
    const names = listOf(result['labels']).map(nameOf)
    const types = names.filter((name) => name !== null)
    const endOf = (id: unknown) => regions.get(nameOf(id) ?? '')?.[0]?.id
    const [from, to] = [endOf(result['from_id']), endOf(result['to_id'])]
    const ways = waysOf(result['direction'])
    const count = Math.max(1, types.length) * ways.length
    if (from === undefined || to === undefined) {
      const missing = from === undefined ? result['from_id'] : result['to_id']
      return this.#broken(path, `The relation has the end ${shown(missing)}, and there is no such region.`, count)
    }
    for (const type of types.length > 0 ? types : [UNLABELLED])
      for (const way of ways) {
        const ends = way === 'right' ? { from, to } : { from: to, to: from }
        const id = `relation ${this.document.relations.length + 1}`
        this.document.relations.push({ id, type, ...ends, by, at, where: this.#at(path) })
      }
    return null
  }

  /** Something that was asked: about a region, or about the whole task. */
  #answer(result: JsonObject, path: string, regions: ReadonlyMap<string, FoundMark[]>): Skipped | null {
    const marks = regions.get(nameOf(result['id']) ?? '')
    const control = nameOf(result['from_name'])
    const type = nameOf(result['type']) ?? ''
    if (/labels$/.test(type)) return this.#broken(path, `Regions of the type ${shown(type)} are none of a text.`)
    if (!marks) {
      const why = `${shown(control ?? 'An answer')} is about no region with a label: here only marks have answers.`
      this.document.reported.push(skipped(this.#at(path), why))
      return null
    }
    const answer = answerOf(result)
    if (control === null || answer === undefined)
      return this.#broken(path, `The answer of type ${shown(type)} has nothing in it that could be read.`)
    for (const mark of marks) {
      const own = `${mark.label}.`
      const name = control.startsWith(own) && control.length > own.length ? control.slice(own.length) : control
      // It was made here as a map that nobody else has yet.
      ;(mark.attributes as Map<string, string | null>).set(name, answer)
    }
    return null
  }

  #note(body: unknown, path: string, on: string, { by, at }: Work): Skipped | null {
    if (typeof body !== 'string' || body === '') return this.#broken(path, `${shown(body)} is no note.`)
    const id = `note ${this.document.comments.length + 1}`
    this.document.comments.push({ id, on, replyTo: null, body, by, at, where: this.#at(path) })
    return null
  }

  /** Annotators begin with the same prediction, so that regions of several have the same id. */
  #freeId(given: string): string {
    for (;;) {
      const times = (this.#taken.get(given) ?? 0) + 1
      this.#taken.set(given, times)
      const id = times === 1 ? given : `${given} (${times})`
      if (times === 1 || !this.#taken.has(id)) {
        this.#taken.set(id, Math.max(1, this.#taken.get(id) ?? 0))
        return id
      }
    }
  }

  #refuse(broken: Skipped | null): void {
    if (broken) this.document.refused.push(broken)
  }

  #broken(path: string, why: string, count = 1): Skipped {
    return skipped(this.#at(path), why, count)
  }

  #at(path: string): Place {
    return { file: this.#file, path }
  }
}

/** So many code units of text are looked through for the words of regions that only a page could place. */
const MOST_SEARCHED = 1_000_000_000

function worksOf(task: JsonObject, data: JsonObject, path: string): Work[] {
  const named = listOf(data['annotators'])
  return (['annotations', 'completions', 'predictions', 'drafts'] as const).flatMap((key) =>
    listOf(task[key]).map((given, i): Work => {
      const work = isObject(given) ? given : {}
      const isGuess = key === 'predictions'
      return {
        path: `${path}/${key}/${i}`,
        results: listOf(work['result']),
        by: isGuess ? (nameOf(work['model_version']) ?? 'prediction') : (annotatorOf(work) ?? nameOf(named[i])),
        at: timeOf(work['updated_at']) ?? timeOf(work['created_at']),
        score: isGuess ? scoreOf(work) : null,
        isGuess,
        unfit:
          key === 'drafts'
            ? 'This is a draft, which its annotator has not submitted.'
            : work['was_cancelled'] === true
              ? 'The annotation was cancelled.'
              : null,
      }
    }),
  )
}

/** The text is what the regions name as their source; otherwise `text`, or the only words there are. */
function textOf(data: JsonObject, works: readonly Work[]): string | null {
  for (const { results } of works)
    for (const result of results) {
      const source = isObject(result) ? result['source'] : null
      if (typeof source === 'string' && typeof data[source.slice(1)] === 'string')
        return data[source.slice(1)] as string
    }
  if (typeof data['text'] === 'string') return data['text']
  const words = Object.values(data).filter((value) => typeof value === 'string')
  return words.length === 1 ? (words[0] ?? null) : null
}

/** A number of Label Studio’s own, or somebody with an address and perhaps a name. */
function annotatorOf(work: JsonObject): string | null {
  const by = work['completed_by']
  if (!isObject(by)) return nameOf(by)
  const name = [by['first_name'], by['last_name']].map(nameOf).filter((part) => part !== null)
  return nameOf(by['email']) ?? (name.length > 0 ? name.join(' ') : nameOf(by['id']))
}

function timeOf(value: unknown): number | null {
  const time = typeof value === 'string' ? Date.parse(value) : Number.NaN
  return Number.isNaN(time) ? null : Math.max(0, time)
}

/** From 0 to 1; some models say it otherwise, and then it says nothing. */
function scoreOf({ score }: JsonObject): number | null {
  return typeof score === 'number' && score >= 0 && score <= 1 ? score : null
}

function contentOf(result: JsonObject): JsonObject {
  return isObject(result['value']) ? result['value'] : {}
}

/** Null where it labels nothing; HTML has a type of its own. */
function labelsOf(result: JsonObject): readonly unknown[] | null {
  const content = contentOf(result)
  const { type } = result
  if (type === 'labels' || type === 'hypertextlabels') return listOf(content[type] ?? content['labels'])
  return type === undefined && Array.isArray(content['labels']) ? content['labels'] : null
}

function waysOf(direction: unknown): ('right' | 'left')[] {
  if (direction === 'left') return ['left']
  return direction === 'bi' ? ['right', 'left'] : ['right']
}

/** What was answered, null for a list of nothing; undefined where it cannot be told. */
function answerOf(result: JsonObject): string | null | undefined {
  const content = contentOf(result)
  const type = result['type'] === 'textarea' ? 'text' : nameOf(result['type'])
  const given = type !== null && Object.hasOwn(content, type) ? content[type] : undefined
  if (!Array.isArray(given)) return nameOf(given) ?? undefined
  const words = given.map((one) => (Array.isArray(one) ? one.map(String).join(' / ') : String(one)))
  return words.length > 0 ? words.join(type === 'text' ? '\n' : '; ') : null
}
