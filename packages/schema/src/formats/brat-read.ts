/** Reads brat standoff, also what this program does not write: events, equivalences, normalisations, old modifiers. */
import { decisions } from '../verdict.ts'
import { lineEnds, unescapeLine, unescapeValue, VERDICT } from './brat-escape.ts'
import type {
  FoundComment,
  FoundDocument,
  FoundMark,
  FoundRelation,
  FoundVerdict,
  Place,
  ReadOptions,
  Skipped,
  TextFile,
} from './format.ts'
import { emptyDocument, isObject, listOf, shown, spanOf, textFlaw, timeFrom } from './found.ts'
import { type Unit, unitOf } from './unit.ts'

/** A directory has the texts and marks of one annotator, and may lie in others. */
export function readBrat(files: readonly TextFile[], { textOf }: ReadOptions = {}) {
  const texts = new Map<string, string>()
  const annotations = new Map<string, TextFile[]>()
  const strangers: Skipped[] = []
  for (const file of files) {
    const [, stem = '', extension] = /^(.*)\.(txt|ann|a1|a2)$/s.exec(file.name) ?? []
    if (extension === 'txt') texts.set(stem, file.text)
    else if (extension) annotations.set(stem, [...(annotations.get(stem) ?? []), file])
    else if (!/\.conf$|(?:^|\/)\./.test(file.name))
      strangers.push({ where: { file: file.name }, why: `${file.name} is no file of brat.`, count: 1 })
  }
  const documents = Array.from(new Set([...annotations.keys(), ...texts.keys()]), (stem) => {
    const text = texts.get(stem) ?? textOf?.(stem) ?? textOf?.(stem.slice(stem.lastIndexOf('/') + 1)) ?? null
    return new Lines(stem, text, annotations.get(stem) ?? []).document
  })
  for (const stranger of strangers) documents[0]?.reported.push(stranger)
  return { ok: true as const, documents }
}

function withoutMark(text: string): string {
  return text.startsWith('\ufeff') ? text.slice(1) : text
}

interface Line {
  id: string
  /** Up to the second tab, and what is behind it; null where there is none. */
  body: string
  tail: string | null
  where: Place
}

type Mark = FoundMark & { attributes: Map<string, string | null> }

class Lines {
  readonly document: FoundDocument
  readonly #by: string | null
  readonly #text: string | null
  readonly #unit: Unit | null
  readonly #marks = new Map<string, Mark>()
  readonly #relations = new Set<string>()
  /** Events are called by their triggers, and attributes of attributes by what those are of. */
  readonly #standIns = new Map<string, string>()

  constructor(stem: string, text: string | null, files: readonly TextFile[]) {
    const flaw = text === null ? null : textFlaw(text)
    this.#text = flaw === null ? text : null
    this.#unit = this.#text === null ? null : unitOf(this.#text, 'code-points')
    this.#by = annotatorOf(stem)
    this.document = { ...emptyDocument(stem, text), unit: 'code-points' }
    // BioNLP has the marks of a text in two files, whose ids go on from one to the other.
    const ids = new Set<string>()
    const lines = files.flatMap((file, i) => this.#linesOf(file, i, ids))
    const rest: Line[] = []
    // Whatever names a mark may stand before it.
    for (const line of lines) {
      if (line.id.startsWith('T')) this.#readMark(line)
      else rest.push(line)
    }
    for (const line of rest) if (line.id.startsWith('E')) this.#readTrigger(line)
    for (const line of rest) if (/^[RE*]/.test(line.id)) this.#readRelations(line)
    for (const line of rest) if (/^[AMN]/.test(line.id)) this.#readAttribute(line)
    for (const line of rest) if (line.id.startsWith('#')) this.#readNote(line)
    this.document.marks = [...this.#marks.values()]
  }

  #linesOf({ name, text }: TextFile, number: number, ids: Set<string>): Line[] {
    return withoutMark(text)
      .split('\n')
      .flatMap((whole, i) => {
        const line = whole.endsWith('\r') ? whole.slice(0, -1) : whole
        if (line.trim() === '') return []
        const where = { file: name, line: i + 1 }
        const [id = '', body = ''] = line.split('\t', 2)
        const tail = line.length > id.length + 1 + body.length ? line.slice(id.length + body.length + 2) : null
        if (!/^(?:[TREAMN#]\w+|\*)$/.test(id) || body === '')
          return this.#refuse(where, `${shown(line)} is no line of brat`)
        if (id !== '*' && ids.has(id)) return this.#refuse(where, `${shown(id)} is there twice`)
        ids.add(id)
        return [{ id: id === '*' ? `*${number > 0 ? `${number + 1}.` : ''}${i + 1}` : id, body, tail, where }]
      })
  }

  #readMark({ id, body, tail, where }: Line): void {
    const space = body.indexOf(' ')
    const [label, places] = [body.slice(0, space), body.slice(space + 1)]
    const spans = places.split(';').map((place): [number, number] | null => {
      const [, start, end] = /^\s*(\d{1,15})\s+(\d{1,15})\s*$/.exec(place) ?? []
      return start === undefined || end === undefined ? null : [Number(start), Number(end)]
    })
    if (space <= 0 || spans.includes(null)) {
      this.#refuse(where, `${shown(`${id} ${body}`)} has no type, or no places as “0 5;16 23”`)
      return
    }
    const found = spans.filter((span) => span !== null)
    this.#marks.set(id, {
      id,
      label,
      ...this.#wordsOf(found, tail),
      attributes: new Map(),
      by: this.#by,
      at: null,
      score: null,
      where,
    })
  }

  /** The fragments with their words. Where nothing but the end of a line parts two of them, they are one again. */
  #wordsOf(spans: [number, number][], tail: string | null): Pick<FoundMark, 'spans' | 'quotes'> {
    if (tail === null) return { spans, quotes: spans.map(() => null) }
    const text = this.#text
    const places = spans.map((span) => span.map((offset) => this.#unit?.toUtf16(offset) ?? null))
    const inText = places.map(([start, end]) =>
      text !== null && start != null && end != null && start < end ? text.slice(start, end) : null,
    )
    // Older files have a mark over the end of a line in one piece, with a blank for the line end.
    const isAsThere = inText.join(' ').replaceAll(/[\n\r]/g, ' ') === tail.replaceAll(/[\n\r]/g, ' ')
    if (text === null || inText.includes(null) || !isAsThere) return { spans, quotes: cut(tail, spans) }
    const joined: { span: [number, number]; from: number; to: number }[] = []
    for (const [i, [start, end]] of spans.entries()) {
      const [from, to] = [places[i]?.[0] ?? 0, places[i]?.[1] ?? 0]
      const last = joined.at(-1)
      if (last && from > last.to && text.slice(last.to, from).replace(lineEnds, '') === '') {
        last.span[1] = end
        last.to = to
      } else joined.push({ span: [start, end], from, to })
    }
    return { spans: joined.map(({ span }) => span), quotes: joined.map(({ from, to }) => text.slice(from, to)) }
  }

  #readTrigger({ id, body, where }: Line): void {
    const [, trigger = ''] = /^[^\s:]+:(\S+)/.exec(body) ?? []
    if (this.#marks.has(trigger)) this.#standIns.set(id, trigger)
    else this.#refuse(where, `The event ${shown(`${id} ${body}`)} has no trigger that is there`)
  }

  #readRelations({ id, body, where }: Line): void {
    const [type = '', ...words] = body.split(/\s+/).filter((word) => word !== '')
    const relate = (number: string, type: string, from: string, to: string) => {
      const [source, target] = [this.#standIns.get(from) ?? from, this.#standIns.get(to) ?? to]
      const relation: FoundRelation = { id: number, type, from: source, to: target, by: this.#by, at: null, where }
      this.#relations.add(number)
      this.document.relations.push(relation)
    }
    if (id.startsWith('*')) {
      if (words.length < 2) this.#refuse(where, `${shown(body)} names less than two`)
      for (const [i, to] of words.slice(1).entries()) relate(`${id}.${i + 1}`, type, words[i] ?? '', to)
      return
    }
    const roles = words.map(
      (word) => [word.slice(0, Math.max(0, word.indexOf(':'))), word.slice(word.indexOf(':') + 1)] as const,
    )
    if (roles.some(([role, to]) => role === '' || to === '')) {
      this.#refuse(where, `${shown(`${id} ${body}`)} has a part that is not as “Arg1:T1”`)
      return
    }
    if (id.startsWith('E')) {
      // One without its trigger has been told of already.
      if (this.#standIns.has(id)) for (const [i, [role, to]] of roles.entries()) relate(`${id}.${i + 1}`, role, id, to)
      return
    }
    const [first, second] = roles
    if (!first || !second || roles.length !== 2)
      this.#refuse(where, `The relation ${shown(`${id} ${body}`)} has not two ends`)
    else if (first[0] === 'Arg2') relate(id, type, second[1], first[1])
    else relate(id, type, first[1], second[1])
  }

  #readAttribute({ id, body, tail, where }: Line): void {
    const [, name = '', target = '', value] = /^(\S+) (\S+)(?: (.*))?$/s.exec(body) ?? []
    const on = this.#standIns.get(target) ?? target
    const mark = this.#marks.get(on)
    if (!mark) this.#refuse(where, `The attribute ${shown(`${id} ${body}`)} is of no mark that is there`)
    else if (mark.attributes.has(name))
      this.#refuse(where, `The attribute ${shown(name)} of ${shown(target)} is there twice`)
    else {
      mark.attributes.set(name, value === undefined || value === '' ? 'true' : unescapeValue(value))
      if (id.startsWith('N') && tail) mark.attributes.set(`${name}_text`, tail)
      this.#standIns.set(id, on)
    }
  }

  #readNote({ id, body, tail, where }: Line): void {
    const [type = '', target = ''] = body.split(/\s+/)
    const on = this.#standIns.get(target) ?? target
    if (!this.#marks.has(on) && !this.#relations.has(on)) {
      this.#refuse(where, `The note ${shown(`${id} ${body}`)} is about nothing that is there`)
      return
    }
    const words = unescapeLine(tail ?? '')
    const verdict = type === VERDICT && this.#marks.has(on) ? verdictIn(words) : null
    if (verdict) {
      this.document.verdicts.push({ ...verdict, on, where })
      return
    }
    if (words === '') {
      this.document.reported.push({ where, why: `The note ${shown(id)} says nothing.`, count: 1 })
      return
    }
    const said: FoundComment = {
      id,
      on,
      replyTo: null,
      body: type === 'AnnotatorNotes' ? words : `${type}: ${words}`,
      by: this.#by,
      at: null,
      where,
    }
    this.document.comments.push(said)
  }

  #refuse(where: Place, why: string): [] {
    this.document.refused.push({ where, why: `${why}.`, count: 1 })
    return []
  }
}

/** A verdict as we write it; null for any other note that is called so. */
function verdictIn(words: string): Omit<FoundVerdict, 'on' | 'where'> | null {
  if (!words.startsWith('{')) return null
  let value: unknown
  try {
    value = JSON.parse(words)
  } catch {
    return null
  }
  if (!isObject(value)) return null
  const { decision, of, fix, note, by, at } = value
  const known = decisions.find((one) => one === decision)
  if (known === undefined) return null
  const { kind, spans, attributes } = isObject(fix) ? fix : {}
  const places = listOf(spans).map((span) => spanOf(listOf(span)[0], listOf(span)[1]))
  const found = {
    ...(typeof kind === 'string' && { label: kind }),
    ...(places.length > 0 && { spans: places.filter((place) => typeof place !== 'string') }),
    ...(isObject(attributes) && {
      attributes: new Map(
        Object.entries(attributes).map(([name, said]) => [name, typeof said === 'string' ? said : null] as const),
      ),
    }),
  }
  return {
    decision: known,
    ...(typeof of === 'string' && { of }),
    ...(Object.keys(found).length > 0 && { fix: found }),
    note: typeof note === 'string' ? note : null,
    by: typeof by === 'string' && by !== '' ? by : null,
    at: timeFrom(at),
  }
}

/** By the folder that a file lies in. */
function annotatorOf(stem: string): string | null {
  const folder = stem.split('/').at(-2)
  if (folder === undefined || folder === '') return null
  try {
    return decodeURIComponent(folder)
  } catch {
    return folder
  }
}

/** The joined words of fragments, one by one, where their lengths say how; else all in the first, for a person to see. */
function cut(words: string, spans: readonly [number, number][]): (string | null)[] {
  const signs = [...words]
  const length = spans.reduce((sum, [start, end]) => sum + end - start + 1, -1)
  if (spans.length === 1 || length !== signs.length || spans.some(([start, end]) => end <= start))
    return spans.map((_, i) => (i === 0 ? words : null))
  let at = 0
  return spans.map(([start, end]) => {
    const quote = signs.slice(at, at + end - start).join('')
    at += end - start + 1
    return quote
  })
}
