/**
 * Reads TEI with stand-off annotations: ours, and others that are `annotation` or `span` elements which point to elements
 * or string ranges. Beside a TEI file may lie the annotations of Recogito, as JSON.
 */
import type { FoundDocument, Reader, TextFile } from './format.ts'
import { emptyDocument, shown, skipped, stemOf } from './found.ts'
import { readTei, type TeiDocument, type TeiNode } from './tei-document.ts'
import { NONE, prefixes, TEXT } from './tei-names.ts'
import { isRecogito, takeRecogito } from './tei-recogito.ts'
import { unitOf } from './unit.ts'

export const teiReader: Reader = {
  name: 'tei',
  read(files) {
    const documents: FoundDocument[] = []
    const found = new Map<string, { tei: TeiDocument; document: FoundDocument }>()
    for (const file of files) {
      if (isRecogito(file)) continue
      const tei = readTei(file)
      if (typeof tei === 'string') return { ok: false, problem: tei }
      const document = documentOf(tei, file.name)
      found.set(document.name, { tei, document })
      documents.push(document)
    }
    for (const file of files.filter(isRecogito)) {
      // Which file it is about it does not say: the only one, or the one of the same name.
      const about = found.size === 1 ? [...found.values()][0] : found.get(stemOf(file.name))
      if (!about) return { ok: false, problem: `${file.name} is about a TEI file, which is not given with it.` }
      const problem = takeRecogito(file, about.tei, about.document)
      if (problem) return { ok: false, problem }
    }
    return { ok: true, documents }
  },
  fits: (file) => /<([\w.-]+:)?(TEI|teiCorpus)\b/.test(file.text.slice(0, 5000)) || isRecogito(file),
}

function documentOf(tei: TeiDocument, file: TextFile['name']): FoundDocument {
  const reading = new Reading(tei, file)
  for (const node of tei.nodes) {
    if (node.name === 'annotation') reading.takeAnnotation(node)
    else if (node.name === 'spanGrp') for (const span of childrenOf(node, 'span')) reading.takeMark(span, node)
    else if (node.name === 'linkGrp') for (const link of childrenOf(node, 'link')) reading.takeLink(link, node)
  }
  return reading.document
}

class Reading {
  readonly document: FoundDocument
  readonly #tei: TeiDocument
  readonly #file: string
  readonly #nodes: ReadonlyMap<string, TeiNode>
  readonly #ids = new Set<string>()
  readonly #codePoints: ReturnType<typeof unitOf>

  constructor(tei: TeiDocument, file: string) {
    this.#tei = tei
    this.#file = file
    this.#nodes = new Map(tei.nodes.flatMap((node) => (node.id === null ? [] : [[node.id, node]])))
    this.#codePoints = unitOf(tei.text, 'code-points')
    this.document = { ...emptyDocument(stemOf(file), tei.text), unit: 'utf16' }
    const title = tei.nodes.find((node) => node.name === 'titleStmt')?.children.find(({ name }) => name === 'title')
    const language = tei.nodes.find((node) => node.name === 'language')?.attributes.get('ident')
    if (title && title.text.trim() !== '') this.document.title = title.text.trim()
    if (language) this.document.language = language
  }

  takeAnnotation(node: TeiNode): void {
    const motivation = node.attributes.get('motivation')
    const targets = pointersOf(node)
    const ends = targets.map((pointer) => this.#nodes.get(idIn(pointer)))
    if (motivation === 'commenting' || motivation === 'replying') this.#takeComment(node, idIn(targets[0] ?? ''))
    else if (ends.length === 2 && ends.every((end) => end?.name === 'annotation')) this.takeLink(node)
    else this.takeMark(node)
  }

  takeMark(node: TeiNode, group?: TeiNode): void {
    const id = this.#take(node, prefixes.mark)
    const spans = id === null ? null : this.#spansOf(node)
    if (id === null || spans === null) return
    const analyses = wordsOf(node.attributes.get('ana')).map(idIn)
    const referred = analyses.flatMap((one) => this.#nodes.get(one) ?? [])
    const structures = [...referred, ...childrenOf(node, 'fs')].filter(({ name }) => name === 'fs')
    const category = analyses.find((one) => this.#nodes.get(one)?.name !== 'fs')
    const label =
      (category && unprefixed(category, prefixes.kind)) ||
      (node.name === 'span' && node.text.trim()) ||
      group?.attributes.get('type') ||
      structures[0]?.attributes.get('type') ||
      node.name
    const quotes = spans.map(() => null)
    const attributes = new Map(structures.flatMap(featuresIn))
    this.document.marks.push({ ...this.#made(node), id, label, spans, quotes, attributes, score: null })
  }

  takeLink(node: TeiNode, group?: TeiNode): void {
    const id = this.#take(node, prefixes.link)
    if (id === null) return
    const ends = pointersOf(node).map((pointer) => unprefixed(idIn(pointer), prefixes.mark))
    const [from, to] = ends
    if (from === undefined || to === undefined || ends.length > 2) {
      this.#refuse(node, `A relation has two ends, and this has ${ends.length}.`)
      return
    }
    const [category] = wordsOf(node.attributes.get('ana')).map((one) => unprefixed(idIn(one), prefixes.relation))
    const type = category ?? node.attributes.get('type') ?? group?.attributes.get('type') ?? node.name
    this.document.relations.push({ ...this.#made(node), id, type, from, to })
  }

  #takeComment(node: TeiNode, target: string): void {
    const id = this.#take(node, prefixes.comment)
    if (id === null) return
    const notes = childrenOf(node, 'note').map((note) => note.text)
    const isReply = node.attributes.get('motivation') === 'replying'
    const on = target === TEXT || target === '' ? null : unprefixed(unprefixed(target, prefixes.link), prefixes.mark)
    const about = isReply ? { on: null, replyTo: unprefixed(target, prefixes.comment) } : { on, replyTo: null }
    this.document.comments.push({ ...this.#made(node), id, ...about, body: notes.join('\n\n') })
  }

  /** The id that is its own here; null where another has it already. */
  #take(node: TeiNode, prefix: string): string | null {
    const id = node.id === null ? `line ${node.line} ${this.#ids.size}` : unprefixed(node.id, prefix)
    if (this.#ids.has(prefix + id)) {
      this.#refuse(node, `A second ${node.name} has the id ${shown(node.id)}.`)
      return null
    }
    this.#ids.add(prefix + id)
    return id
  }

  #refuse(node: TeiNode, why: string): void {
    this.document.refused.push(skipped({ file: this.#file, line: node.line }, why))
  }

  #made(node: TeiNode) {
    const [person] = wordsOf(node.attributes.get('resp')).map(idIn)
    const statement = person === undefined ? childrenOf(node, 'respStmt')[0] : this.#nodes.get(person)
    const named = statement?.children.find(({ name }) => name === 'name' || name === 'persName')?.text.trim()
    const created = childrenOf(node, 'revisionDesc')
      .flatMap((one) => one.children)
      .find((change) => change.attributes.get('status') !== 'modified')
    const at = Date.parse(created?.attributes.get('when') ?? '')
    const by = named || (person === undefined ? null : unprefixed(person, prefixes.person))
    return { by, at: at >= 0 ? at : null, where: { file: this.#file, line: node.line } }
  }

  /** Null where it points to nothing, and then it is refused. */
  #spansOf(node: TeiNode): (readonly [number, number])[] | null {
    const spans: (readonly [number, number])[] = []
    for (const pointer of pointersOf(node)) {
      const found = this.#resolve(pointer)
      if (typeof found === 'string') {
        this.#refuse(node, found)
        return null
      }
      spans.push(...found)
    }
    const [first, last] = [spans.at(0), spans.at(-1)]
    if (first && last) return node.attributes.has('to') ? [[first[0], last[1]]] : spans
    this.#refuse(node, `The ${node.name} has no target.`)
    return null
  }

  /** The spans in the text that a pointer means, in UTF-16, or why there are none. */
  #resolve(pointer: string): readonly (readonly [number, number])[] | string {
    const range = /^#?string-range\(([^)]*)\)$/.exec(pointer)?.[1]
    if (range === undefined) {
      const whole = this.#tei.byId(idIn(pointer))
      return whole ? [whole] : `${shown(pointer)} points to nothing in the text.`
    }
    const [place = '', ...numbers] = range.split(',').map((one) => one.trim())
    const element = place.startsWith('/') ? this.#tei.byPath(place) : this.#tei.byId(place)
    if (!element) return `${shown(pointer)} points to nothing in the text.`
    const start = this.#codePoints.fromUtf16(element[0])
    const spans: (readonly [number, number])[] = []
    for (let i = 0; i === 0 || i < numbers.length; i += 2) {
      const [offset, length] = [Number(numbers[i] || Number.NaN), Number(numbers[i + 1] || Number.NaN)]
      const from = this.#codePoints.toUtf16(start + offset)
      const to = this.#codePoints.toUtf16(start + offset + length)
      if (from === null || to === null || !(length >= 0)) return `${shown(pointer)} is no range within the text.`
      spans.push([from, to])
    }
    return spans
  }
}

/** String ranges may have blanks in them; other pointers are parted by these. `from` and `to` are the ends of one range. */
function pointersOf({ attributes }: TeiNode): string[] {
  const all = ['target', 'from', 'to'].map((name) => attributes.get(name) ?? '').join(' ')
  return all.match(/#?string-range\([^()]{0,400}\)|\S+/g) ?? []
}

function idIn(pointer: string): string {
  return pointer.replace(/^#/, '')
}

function featuresIn(structure: TeiNode): [string, string | null][] {
  return childrenOf(structure, 'f').map((feature) => {
    const value = feature.children[0]
    const said = value?.attributes.get('value')
    if (value?.name === 'symbol' && said === NONE) return [feature.attributes.get('name') ?? '', null]
    return [feature.attributes.get('name') ?? '', said ?? value?.text ?? feature.text]
  })
}

function childrenOf(node: TeiNode, name: string): TeiNode[] {
  return node.children.filter((child) => child.name === name)
}

function wordsOf(value: string | undefined): string[] {
  return value?.split(/\s+/).filter(Boolean) ?? []
}

function unprefixed(id: string, prefix: string): string {
  return id.startsWith(prefix) ? id.slice(prefix.length) : id
}
