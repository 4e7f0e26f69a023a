/**
 * Reads WebAnno TSV 3.x. The table is taken apart into the structures that it was made of, as INCEpTION does; what they say
 * is then read as in any other CAS.
 */
import { MAX_TEXT_LENGTH } from '../article.ts'
import { ANNOTATION, type Structure } from './cas.ts'
import { documentsOf } from './cas-read.ts'
import type { FoundDocument, Reader, ReadOptions, Skipped, TextFile } from './format.ts'
import { shown, skipped, stemOf } from './found.ts'
import { splitUnescaped, unescapeJava, unescapeText, unescapeValue } from './tsv-escape.ts'

export const webannoTsvReader: Reader = {
  name: 'webanno-tsv',
  read(files, options) {
    const documents: FoundDocument[] = []
    for (const file of files) {
      const reading = readTable(file, options)
      if (typeof reading === 'string') return { ok: false, problem: `${file.name}, ${reading}` }
      for (const document of reading) documents.push(document)
    }
    return { ok: true, documents }
  },
  fits: ({ text }) => /^\ufeff?#FORMAT=WebAnno TSV 3\./.test(text),
}

const layerKinds: ReadonlyMap<string, Layer['kind']> = new Map([
  ['#T_SP', 'span'],
  ['#T_RL', 'relation'],
  ['#T_CH', 'chain'],
])

interface Layer {
  kind: 'span' | 'relation' | 'chain'
  type: string
  columns: Column[]
}

interface Column {
  index: number
  /** A value; the roles or targets of slots; where a relation comes from; the links of a chain; nothing but “is there”. */
  holds: 'value' | 'roles' | 'targets' | 'source' | 'links' | 'placeholder'
  feature: string
  /** With `targets` and `source`: the type they are of. */
  type: string
}

/** A structure on its way. */
interface Growing extends Structure {
  begin: number
  end: number
  values: Map<string, string>
  references: Map<string, string[]>
}

interface Row {
  id: string
  begin: number
  end: number
  line: number
}

/** The documents of a file, or why there are none, with the line. */
function readTable(file: TextFile, options: ReadOptions = {}): FoundDocument[] | string {
  const lines = file.text.replace(/^\ufeff/, '').split(/\r\n|\r|\n/)
  const version = /^#FORMAT=WebAnno TSV 3\.(\d+)\s*$/.exec(lines[0] ?? '')?.[1]
  if (version === undefined) return `line 1: it is no WebAnno TSV 3, but begins with ${shown(lines[0] ?? '')}.`
  const unescapeLine = Number(version) < 2 ? unescapeJava : unescapeText
  const layers: Layer[] = []
  let width = 3
  let at = 1
  for (; lines[at]?.startsWith('#T_'); at++) {
    const layer = layerOf(lines[at] ?? '', width)
    if (!layer) return `line ${at + 1}: ${shown(lines[at])} declares no layer.`
    layers.push(layer)
    width += layer.columns.length
  }
  const table = new Table(file.name, layers, width)
  let sentence: string[] = []
  for (; at < lines.length; at++) {
    const line = lines[at] ?? ''
    if (line.startsWith('#Text=')) sentence.push(unescapeLine(line.slice('#Text='.length)))
    else if (line !== '' && !line.startsWith('#')) {
      const cells = line.split('\t')
      const offsets = /^(\d{1,10})-(\d{1,10})$/.exec(cells[1] ?? '')
      if (!offsets || !/^\d+-\d+(\.\d+)?$/.test(cells[0] ?? ''))
        return `line ${at + 1}: a row begins with a number and two offsets, and this with ${shown(line)}.`
      const row = { id: cells[0] ?? '', begin: Number(offsets[1]), end: Number(offsets[2]), line: at + 1 }
      if (sentence.length > 0) {
        const problem = table.addSentence(sentence.join('\n'), row.begin)
        if (problem) return `line ${at + 1}: ${problem}`
        sentence = []
      }
      table.addRow(row, cells)
    }
  }
  return table.documents(options)
}

/** `index` is that of its first column. */
function layerOf(line: string, index: number): Layer | null {
  const kind = layerKinds.get(line.slice(0, 5))
  const [type, ...names] = line.slice('#T_SP='.length).split('|')
  if (!kind || !type || line.charAt(5) !== '=') return null
  if (names.length === 0) names.push('')
  return { kind, type, columns: names.map((name, i) => columnOf(kind, name, names[i - 1] ?? '', index + i)) }
}

function columnOf(kind: Layer['kind'], name: string, before: string, index: number): Column {
  if (name === '') return { index, holds: 'placeholder', feature: '', type: '' }
  if (kind === 'relation' && name.startsWith('BT_')) return { index, holds: 'source', feature: '', type: name.slice(3) }
  if (kind === 'chain' && name === 'referenceRelation') return { index, holds: 'links', feature: name, type: '' }
  // ROLE_<type>:<feature>_<link type>, and behind it the type of what the slots are filled with.
  if (kind === 'span' && name.startsWith('ROLE_')) return { index, holds: 'roles', feature: slotOf(name), type: '' }
  if (kind === 'span' && before.startsWith('ROLE_'))
    return { index, holds: 'targets', feature: slotOf(before), type: name }
  return { index, holds: 'value', feature: name, type: '' }
}

function slotOf(name: string): string {
  return /:([^:_]+)_/.exec(name)?.[1] ?? name
}

/** So many annotations, slots with them, are read of a file: two bytes of one can be another, which takes up hundreds here. */
const MOST = 1_000_000

class Table {
  readonly #file: string
  readonly #layers: readonly Layer[]
  readonly #width: number
  readonly #parts: string[] = []
  /** Of the text so far. */
  #length = 0
  readonly #sentences: { text: string; begin: number }[] = []
  readonly #structures = new Map<string, Growing>()
  /** What begins or goes on in a row, by the row’s id and the layer’s type. */
  readonly #inRow = new Map<string, Growing[]>()
  /** To be resolved when all structures are there. */
  readonly #pending: (() => void)[] = []
  readonly #refused: Skipped[] = []
  readonly #broken = new Set<string>()

  constructor(file: string, layers: readonly Layer[], width: number) {
    this.#file = file
    this.#layers = layers
    this.#width = width
  }

  /** What is wrong with the sentence, or null. Between it and the one before come a line feed and blanks. */
  addSentence(text: string, begin: number): string | null {
    const gap = begin - this.#length
    if (gap < 0) return `a sentence begins at ${begin}, but the one before goes on to ${this.#length}.`
    if (begin > MAX_TEXT_LENGTH) return `a sentence begins at ${begin}, far behind the longest text there can be.`
    if (gap > 0) this.#parts.push(this.#sentences.length > 0 ? `\n${' '.repeat(gap - 1)}` : ' '.repeat(gap))
    this.#parts.push(text)
    this.#sentences.push({ text, begin })
    this.#length = begin + text.length
    return null
  }

  addRow(row: Row, cells: readonly string[]): void {
    const where = { file: this.#file, line: row.line }
    const isShort = cells.length < this.#width
    const flaw = isShort
      ? `A row has ${this.#width} columns, and this has ${cells.length}: ${shown(cells.join(' '))}.`
      : this.#flawOf(row, cells[2] ?? '')
    if (flaw && cells.slice(3).every((cell) => cell === '_' || cell === ''))
      this.#refused.push(skipped(where, flaw, isShort ? 1 : 0))
    for (const layer of this.#layers) {
      // What a short row still has is broken as a whole; and a head as long as the file is not gone through for each row.
      if ((layer.columns[0]?.index ?? 0) >= cells.length) break
      this.#addLayer(layer, row, cells, flaw)
    }
  }

  /** The words of a token tell whether whoever counted the offsets counted as the format asks. */
  #flawOf({ begin, end }: Row, token: string): string | null {
    if (end < begin) return `A token ends at ${end}, before it begins at ${begin}.`
    const sentence = this.#sentences.at(-1)
    const there =
      sentence && begin >= sentence.begin ? sentence.text.slice(begin - sentence.begin, end - sentence.begin) : ''
    if (there === token || there === unescapeText(token)) return null
    return `The token ${shown(token)} stands at ${begin}–${end}, where the text says ${shown(there)}.`
  }

  /** Value by value, however many there are of one or the other: no column is asked for more than it has. */
  #addLayer({ kind, type, columns: all }: Layer, row: Row, cells: readonly string[], flaw: string | null): void {
    const columns = all.slice(0, cells.length - (all[0]?.index ?? 0)).map((column) => {
      const cell = cells[column.index] ?? '_'
      return { column, values: cell === '_' ? [] : splitUnescaped(cell, '|') }
    })
    const most = columns.reduce((count, { values }) => Math.max(count, values.length), 0)
    if (this.#structures.size + most > MOST) {
      const why = `${most} annotations stand here, of a file with more than ${MOST}, which is as many as are read.`
      this.#refused.push(skipped({ file: this.#file, line: row.line }, why, most))
      return
    }
    const structures = numbersOf(kind, columns).map((number, i) => {
      const id = number === null ? `${type} ${row.id}#${i}` : `${type} [${number}]`
      return this.#structureOf(id, kind, type, row)
    })
    if (!flaw)
      for (const { column, values } of columns)
        for (const [i, structure] of structures.slice(0, values.length).entries())
          this.#setFeature(structure, column, values[i] ?? '*', row)
    else
      for (const { id } of structures) {
        if (this.#broken.has(id)) continue
        this.#broken.add(id)
        this.#refused.push(skipped({ file: this.#file, line: row.line }, flaw))
      }
  }

  /** The annotation that is known by this id, begun here or going on. */
  #structureOf(id: string, kind: Layer['kind'], type: string, row: Row): Growing {
    const structure: Growing = this.#structures.get(id) ?? {
      id,
      type,
      sofa: null,
      begin: row.begin,
      end: row.end,
      values: new Map(),
      // Without its column it is a relation between nothing, and no mark.
      references: new Map(
        kind === 'relation'
          ? [
              ['Governor', ['']],
              ['Dependent', ['']],
            ]
          : [],
      ),
      where: { file: this.#file, line: row.line },
    }
    structure.end = Math.max(structure.end, row.end)
    this.#structures.set(id, structure)
    const place = `${row.id} ${type}`
    const there = this.#inRow.get(place)
    if (there) there.push(structure)
    else this.#inRow.set(place, [structure])
    return structure
  }

  #setFeature(structure: Growing, { holds, feature, type }: Column, value: string, row: Row): void {
    if (holds === 'placeholder') return
    if (holds === 'source') this.#pending.push(() => this.#relate(structure, type, value, row.id))
    else if (holds === 'links') this.#setLink(structure, value)
    else if (holds === 'roles' || holds === 'targets') this.#setSlots(structure, holds, feature, type, value)
    else {
      const said = unnumbered(value)
      if (said !== '*') structure.values.set(feature, unescapeValue(said))
    }
  }

  /** `1-2[3_4]`: from the annotation 3 of row 1-2 to the annotation 4 of this row; 0 is the only one. */
  #relate(structure: Growing, type: string, value: string, here: string): void {
    const [, row, from, to] = /^(\d+-\d+(?:\.\d+)?)(?:\[(\d+)_(\d+)\])?$/.exec(value) ?? []
    structure.references.set('Governor', [this.#find(type, row ?? value, from)])
    structure.references.set('Dependent', [this.#find(type, here, to)])
  }

  #setSlots(host: Growing, holds: 'roles' | 'targets', feature: string, type: string, value: string): void {
    const said = unnumbered(value)
    if (said === '*' || said === '_') return
    const slots = splitUnescaped(holds === 'roles' ? said : value, ';')
    if (this.#structures.size + slots.length > MOST) {
      const why = `${slots.length} slots are filled here, of a file with more than ${MOST}, which is as many as are read.`
      if (holds === 'roles') this.#refused.push(skipped(host.where, why, slots.length))
      return
    }
    for (const [i, one] of slots.entries()) {
      const id = `${host.id} ${feature} ${i + 1}`
      const slot = this.#structures.get(id) ?? slotStructure(id, host)
      if (!this.#structures.has(id)) {
        this.#structures.set(id, slot)
        const before = host.references.get(feature)
        if (before) before.push(id)
        else host.references.set(feature, [id])
      }
      if (holds === 'roles' && one !== '*') slot.values.set('role', unescapeValue(one))
      const [, row, number] = /^(\d+-\d+(?:\.\d+)?)(?:\[(\d+)\])?$/.exec(one) ?? []
      if (holds === 'targets')
        this.#pending.push(() => slot.references.set('target', [this.#find(type, row ?? one, number)]))
    }
  }

  /** `value->2-1`: the first of chain 2. */
  #setLink(structure: Growing, value: string): void {
    const [, said, chain, element] = /^(.*)->(\d{1,9})-(\d{1,9})$/s.exec(value) ?? []
    if (said === undefined) return
    if (said !== '*') structure.values.set('referenceRelation', unescapeValue(said))
    const next = `${structure.type} [${chain}-${Number(element) + 1}]`
    this.#pending.push(() => this.#structures.has(next) && structure.references.set('next', [next]))
  }

  /** The id of the annotation of a type in a row; one that is not there where it is not found. */
  #find(type: string, row: string, number: string | undefined): string {
    if (number !== undefined && number !== '0') {
      const numbered = `${type} [${number}]`
      if (this.#structures.has(numbered)) return numbered
      if (type === ANNOTATION)
        for (const layer of this.#layers) {
          const id = `${layer.type} [${number}]`
          if (this.#structures.has(id)) return id
        }
    }
    const types = type === ANNOTATION ? this.#layers.map((layer) => layer.type) : [type]
    for (const one of types) {
      const [found] = this.#inRow.get(`${row} ${one}`) ?? []
      if (found) return found.id
    }
    return number === undefined ? `${type} ${row}` : `${type} ${row}[${number}]`
  }

  documents({ textOf }: ReadOptions): FoundDocument[] {
    for (const resolve of this.#pending) resolve()
    const name = stemOf(this.#file)
    const given = textOf?.(name) ?? null
    // The text that is there already knows what stands between the sentences.
    const isSame = given !== null && this.#sentences.every(({ text, begin }) => given.startsWith(text, begin))
    const sofas = [{ id: '1', name: '_InitialView', text: isSame ? given : this.#parts.join('') }]
    const structures = [...this.#structures.values()].filter(({ id }) => !this.#broken.has(id))
    const documents = documentsOf({ sofas, structures: structures.map(asStructure) }, name)
    for (const one of this.#refused) documents[0]?.refused.push(one)
    return documents
  }
}

function slotStructure(id: string, { where }: Growing): Growing {
  const place = { begin: 0, end: 0, where: { ...where } }
  return { id, type: '', sofa: null, values: new Map(), references: new Map(), ...place }
}

/** Slots stand nowhere in the text. */
function asStructure(growing: Growing): Structure {
  return growing.type === '' ? { ...growing, begin: undefined, end: undefined } : growing
}

/** A bracket of a value itself has a backslash before it. */
const numbered = /\[(\d{1,9})\]$/

const inChain = /->(\d{1,9}-\d{1,9})$/

/**
 * The numbers of the annotations of a row, null for one that has none: it is on their values, and in a chain on the link.
 * The targets of slots have numbers of their own, and so have the ends of relations.
 */
function numbersOf(
  kind: Layer['kind'],
  columns: readonly { column: Column; values: readonly string[] }[],
): (string | null)[] {
  const numbers: (string | null)[] = []
  for (const { column, values } of columns) {
    const isNumbered = kind === 'chain' ? column.holds === 'links' : kind === 'span' && column.holds !== 'targets'
    for (const [i, value] of values.entries())
      numbers[i] ??= (isNumbered && (kind === 'chain' ? inChain : numbered).exec(value)?.[1]) || null
  }
  return numbers
}

function unnumbered(value: string): string {
  return value.replace(numbered, '')
}
