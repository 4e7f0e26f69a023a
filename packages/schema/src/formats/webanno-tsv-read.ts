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
      documents.push(...reading)
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
  let at = 1
  for (; lines[at]?.startsWith('#T_'); at++) {
    const layer = layerOf(lines[at] ?? '', layers)
    if (!layer) return `line ${at + 1}: ${shown(lines[at])} declares no layer.`
    layers.push(layer)
  }
  const table = new Table(file.name, layers)
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

function layerOf(line: string, before: readonly Layer[]): Layer | null {
  const kind = layerKinds.get(line.slice(0, 5))
  const [type, ...names] = line.slice('#T_SP='.length).split('|')
  if (!kind || !type || line.charAt(5) !== '=') return null
  const index = 3 + before.reduce((sum, { columns }) => sum + columns.length, 0)
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

class Table {
  readonly #file: string
  readonly #layers: readonly Layer[]
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

  constructor(file: string, layers: readonly Layer[]) {
    this.#file = file
    this.#layers = layers
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
    const width = 3 + this.#layers.reduce((sum, { columns }) => sum + columns.length, 0)
    const flaw =
      cells.length < width
        ? `A row has ${width} columns, and this has ${cells.length}: ${shown(cells.join(' '))}.`
        : this.#flawOf(row, cells[2] ?? '')
    if (flaw && cells.slice(3).every((cell) => cell === '_' || cell === ''))
      this.#refused.push(skipped(where, flaw, cells.length < width ? 1 : 0))
    for (const layer of this.#layers) this.#addLayer(layer, row, cells, flaw)
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

  #addLayer({ kind, type, columns }: Layer, row: Row, cells: readonly string[], flaw: string | null): void {
    const given = columns.map(({ index }) => {
      const cell = cells[index] ?? '_'
      return cell === '_' ? [] : splitUnescaped(cell, '|')
    })
    const count = Math.max(...given.map((all) => all.length))
    for (let i = 0; i < count; i++) {
      const values = given.map((all) => all[i] ?? '*')
      const structure = this.#structureOf(kind, type, columns, values, row, i)
      if (flaw && !this.#broken.has(structure.id)) {
        this.#broken.add(structure.id)
        this.#refused.push(skipped(structure.where, flaw))
      }
      for (const [j, column] of columns.entries()) this.#setFeature(structure, column, values[j] ?? '*', row)
    }
  }

  /** The annotation that the i-th values of a row are of: known by its number, or only here. */
  #structureOf(
    kind: Layer['kind'],
    type: string,
    columns: readonly Column[],
    values: readonly string[],
    { id, begin, end, line }: Row,
    i: number,
  ): Growing {
    const number = kind === 'span' ? numberOf(columns, values) : kind === 'chain' ? chainOf(columns, values) : null
    const key = number === null ? `${type} ${id}#${i}` : `${type} [${number}]`
    const before = this.#structures.get(key)
    const structure: Growing = before ?? {
      id: key,
      type,
      sofa: null,
      begin,
      end,
      values: new Map(),
      references: new Map(),
      where: { file: this.#file, line },
    }
    structure.end = Math.max(structure.end, end)
    this.#structures.set(key, structure)
    const place = `${id} ${type}`
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
    for (const [i, one] of splitUnescaped(holds === 'roles' ? said : value, ';').entries()) {
      const id = `${host.id} ${feature} ${i + 1}`
      const slot = this.#structures.get(id) ?? slotStructure(id, host)
      if (!this.#structures.has(id)) {
        this.#structures.set(id, slot)
        host.references.set(feature, [...(host.references.get(feature) ?? []), id])
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
    documents[0]?.refused.push(...this.#refused)
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

/** The number on the values of an annotation; the targets of slots have numbers of their own. */
function numberOf(columns: readonly Column[], values: readonly string[]): string | null {
  for (const [i, { holds }] of columns.entries()) {
    const found = holds === 'targets' ? null : numbered.exec(values[i] ?? '')
    if (found) return found[1] ?? null
  }
  return null
}

function chainOf(columns: readonly Column[], values: readonly string[]): string | null {
  const link = columns.findIndex(({ holds }) => holds === 'links')
  return /->(\d{1,9}-\d{1,9})$/.exec(values[link] ?? '')?.[1] ?? null
}

function unnumbered(value: string): string {
  return value.replace(numbered, '')
}
