/**
 * UIMA CAS JSON 0.4 (“JSON serialization of the Apache UIMA CAS”, apache/uima-uimaj-io-jsoncas): type system, structures and
 * views in one file. What is written follows that project's own files, in which the header and the markers of anchors that
 * its specification describes do not occur; they are read where they do.
 */
import {
  type Cas,
  type Layers,
  layersOf,
  METADATA,
  RELATION,
  type Sofa,
  SPAN,
  type Structure,
  type Type,
  typesOf,
} from './cas.ts'
import { documentsOf } from './cas-read.ts'
import type { FoundDocument, Reader, TextFile, Writer } from './format.ts'
import { isObject, nameOf, stemOf } from './found.ts'
import { parseJson } from './json-text.ts'
import { typeSystemFile } from './type-system.ts'

// ---- Out ----

export const casJsonWriter: Writer = {
  name: 'cas-json',
  label: 'UIMA CAS JSON 0.4',
  extension: '.json',
  mediaType: 'application/json',
  write(annotated) {
    const layers = layersOf(annotated)
    const types = Object.fromEntries(typesOf(annotated.labelSet).map((type) => [type.name, written(type)]))
    const { structures, sofa } = structuresOf(annotated.article, layers)
    const members = structures.filter((one) => one !== sofa).map((one) => one['%ID'])
    const parts = [
      `"%TYPES": ${JSON.stringify(types)}`,
      `"%FEATURE_STRUCTURES": [\n${structures.map((one) => JSON.stringify(one)).join(',\n')}\n]`,
      `"%VIEWS": ${JSON.stringify({ _InitialView: { '%SOFA': 1, '%MEMBERS': members } })}`,
    ]
    const text = `{\n${parts.join(',\n')}\n}\n`
    return { files: [{ name: `${annotated.article.id}.json`, text }], left: layers.left }
  },
  once: (labelSet) => [typeSystemFile(labelSet)],
}

function written({ name, supertype, features }: Type) {
  const own = features.map((feature) => [feature.name, { '%NAME': feature.name, '%RANGE': feature.range }])
  return { '%NAME': name, '%SUPER_TYPE': supertype, ...Object.fromEntries(own) }
}

function structuresOf(article: { id: string; title: string; language: string | null; text: string }, layers: Layers) {
  const sofa = {
    '%ID': 1,
    '%TYPE': 'uima.cas.Sofa',
    sofaNum: 1,
    sofaID: '_InitialView',
    mimeType: 'text',
    sofaString: article.text,
  }
  const document = {
    ...anchored(2, METADATA, 0, article.text.length),
    language: article.language ?? 'x-unspecified',
    documentTitle: article.title,
    documentId: article.id,
  }
  const idOf = ({ number }: { number: number }) => number + 2
  const spans = layers.pieces.map((piece) => ({
    ...anchored(idOf(piece), SPAN, piece.begin, piece.end),
    ...Object.fromEntries(piece.features),
  }))
  const relations = layers.links.map(({ from, to, features }, i) => ({
    ...anchored(layers.pieces.length + 3 + i, RELATION, to.begin, to.end),
    '@Governor': idOf(from),
    '@Dependent': idOf(to),
    ...Object.fromEntries(features),
  }))
  return { sofa, structures: [sofa, document, ...spans, ...relations] }
}

function anchored(id: number, type: string, begin: number, end: number) {
  return { '%ID': id, '%TYPE': type, '@sofa': 1, begin, end }
}

// ---- In ----

export const casJsonReader: Reader = {
  name: 'cas-json',
  read(files) {
    const documents: FoundDocument[] = []
    for (const file of files) {
      const parsed = parseJson(file)
      if (!parsed.ok) return parsed
      const cas = casOf(parsed.value, file)
      if (typeof cas === 'string') return { ok: false, problem: cas }
      for (const document of documentsOf(cas, stemOf(file.name))) documents.push(document)
    }
    return { ok: true, documents }
  },
  fits: ({ text }) => /"%(HEADER|TYPES|FEATURE_STRUCTURES|VIEWS)"/.test(text.slice(0, 5000)),
}

function casOf(value: unknown, { name }: TextFile): Cas | string {
  const all = isObject(value) ? value['%FEATURE_STRUCTURES'] : undefined
  // The specification has one form more: an object with the structures by their ids.
  const given: [string, unknown][] | null = Array.isArray(all)
    ? all.map((one, i) => [`/%FEATURE_STRUCTURES/${i}`, one])
    : isObject(all)
      ? Object.entries(all).map(([id, one]) => [
          `/%FEATURE_STRUCTURES/${id}`,
          isObject(one) ? { '%ID': id, ...one } : one,
        ])
      : null
  if (!given) return `${name} is no UIMA CAS in JSON: it has no “%FEATURE_STRUCTURES”.`
  const sofas: Sofa[] = []
  const structures: Structure[] = []
  const arrays = new Map<string, string[]>()
  for (const [path, one] of given) {
    if (!isObject(one) || typeof one['%TYPE'] !== 'string' || nameOf(one['%ID']) === null)
      return `${name}, ${path}: a structure has a “%ID” and a “%TYPE”, and this has not.`
    const structure = structureOf(one, one['%TYPE'], { file: name, path })
    const elements = one['%ELEMENTS']
    if (structure.type === 'uima.cas.Sofa') {
      const text = one['sofaString']
      if (text !== undefined && text !== null && typeof text !== 'string')
        return `${name}, ${path}/sofaString: the text is no string.`
      sofas.push({ id: structure.id, name: structure.values.get('sofaID') ?? structure.id, text: text ?? null })
    } else if (Array.isArray(elements))
      arrays.set(
        structure.id,
        elements.map(nameOf).filter((id) => id !== null),
      )
    else structures.push(structure)
  }
  return spread(sofas, structures, arrays) ?? `${name}: arrays are referred to so often that it can only be a mistake.`
}

function structureOf(given: Record<string, unknown>, type: string, where: Structure['where']): Structure {
  const values = new Map<string, string>()
  const references = new Map<string, string[]>()
  let [begin, end, sofa]: [unknown, unknown, string | null] = [undefined, undefined, null]
  for (const [key, value] of Object.entries(given)) {
    if (key.startsWith('%')) continue
    const name = key.replace(/^[@^#]/, '')
    if (name === 'begin') begin = value
    else if (name === 'end') end = value
    else if (key === '@sofa') sofa = nameOf(value)
    else if (key.startsWith('@')) {
      const id = nameOf(value)
      if (id !== null) references.set(name, [id])
    } else if (['string', 'number', 'boolean'].includes(typeof value)) values.set(name, String(value))
  }
  return { id: nameOf(given['%ID']) ?? '', type, sofa, begin, end, values, references, where }
}

/**
 * References to an array are references to what is in it. Null where there would be many more of them than the file has: a
 * few arrays that everything refers to make a small file larger than any memory.
 */
function spread(sofas: Sofa[], structures: Structure[], arrays: ReadonlyMap<string, string[]>): Cas | null {
  let left = 10_000 + 10 * structures.length
  for (const { references } of structures)
    for (const ids of references.values()) for (const id of ids) left -= arrays.get(id)?.length ?? 0
  if (left < 0) return null
  const spreadOut = (ids: readonly string[]) => ids.flatMap((id) => arrays.get(id) ?? [id])
  return {
    sofas,
    structures: structures.map((one) =>
      arrays.size === 0 || one.references.size === 0
        ? one
        : { ...one, references: new Map(Array.from(one.references, ([name, ids]) => [name, spreadOut(ids)])) },
    ),
  }
}
