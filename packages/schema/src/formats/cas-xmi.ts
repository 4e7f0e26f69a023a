/**
 * UIMA XMI (UIMA References, chapter 8: “XMI CAS Serialization Reference”): the structures of a CAS as XML, each an element
 * in the namespace of its package. The type system is a file of its own; where none is given with a file that is read, the
 * references are told by their usual names.
 *
 * XML 1.0 has no place for most control characters. Each becomes U+FFFD, which is as long, and the loss is counted.
 */

import { type Cas, layersOf, METADATA, RELATION, type Sofa, SPAN, type Structure, type Type } from './cas.ts'
import { documentsOf } from './cas-read.ts'
import type { FoundDocument, Reader, TextFile, Writer } from './format.ts'
import { stemOf } from './found.ts'
import { losses } from './pieces.ts'
import { isTypeSystem, readTypes, referring, typeSystemFile } from './type-system.ts'
import { escapeValue, forbiddenIn, readXml, type XmlElement } from './xml.ts'

const XMI = 'http://www.omg.org/XMI'
const CAS = 'http:///uima/cas.ecore'

// ---- Out ----

export const casXmiWriter: Writer = {
  name: 'cas-xmi',
  label: 'UIMA XMI',
  extension: '.xmi',
  mediaType: 'application/vnd.xmi+xml',
  write(annotated) {
    const { article } = annotated
    const { pieces, links, left } = layersOf(annotated)
    const idOf = ({ number }: { number: number }) => number + 2
    const lines = [
      element('metadata', METADATA, [
        ...anchored(2, 0, article.text.length),
        ['language', article.language ?? 'x-unspecified'],
        ['documentTitle', article.title],
        ['documentId', article.id],
      ]),
      ...pieces.map((piece) =>
        element('custom', SPAN, [...anchored(idOf(piece), piece.begin, piece.end), ...piece.features]),
      ),
      ...links.map(({ from, to, features }, i) =>
        element('custom', RELATION, [
          ...anchored(pieces.length + 3 + i, to.begin, to.end),
          ['Governor', idOf(from)],
          ['Dependent', idOf(to)],
          ...features,
        ]),
      ),
    ]
    const members = lines.map((_, i) => i + 2).join(' ')
    const text = `<?xml version="1.0" encoding="UTF-8"?>
<xmi:XMI xmlns:xmi="${XMI}" xmlns:cas="${CAS}" xmlns:custom="${namespaceOf(SPAN)}" xmlns:metadata="${namespaceOf(METADATA)}" xmi:version="2.0">
    <cas:NULL xmi:id="0"/>
${lines.join('\n')}
    <cas:Sofa xmi:id="1" sofaNum="1" sofaID="_InitialView" mimeType="text" sofaString="${escapeValue(article.text)}"/>
    <cas:View sofa="1" members="${members}"/>
</xmi:XMI>
`
    const lost = forbiddenIn(article.text) + forbiddenIn(article.title) + pieces.reduce(countForbidden, 0)
    return {
      files: [{ name: `${article.id}.xmi`, text }],
      left: [
        ...left,
        ...losses({
          what: 'characters that XML 1.0 forbids, each of which became U+FFFD',
          one: 'character that XML 1.0 forbids, which became U+FFFD',
          count: lost,
        }),
      ],
    }
  },
  once: (labelSet) => [typeSystemFile(labelSet)],
}

function anchored(id: number, begin: number, end: number): [string, string | number][] {
  return [
    ['xmi:id', id],
    ['sofa', 1],
    ['begin', begin],
    ['end', end],
  ]
}

function element(prefix: string, type: string, attributes: Iterable<readonly [string, string | number]>): string {
  const written = Array.from(attributes, ([name, value]) => ` ${name}="${escapeValue(String(value))}"`)
  return `    <${prefix}:${type.replace(/^.*\./, '')}${written.join('')}/>`
}

/** `a.b.Type` is the element `Type` of this. */
function namespaceOf(type: string): string {
  return `http:///${type.replace(/\.[^.]*$/, '').replaceAll('.', '/')}.ecore`
}

function countForbidden(sum: number, { features }: { features: ReadonlyMap<string, string> }): number {
  for (const value of features.values()) sum += forbiddenIn(value)
  return sum
}

// ---- In ----

export const casXmiReader: Reader = {
  name: 'cas-xmi',
  read(files) {
    const types: Type[] = []
    const texts: TextFile[] = []
    for (const file of files) {
      if (!isTypeSystem(file)) texts.push(file)
      else {
        const reading = readTypes(file)
        if ('problem' in reading) return { ok: false, problem: reading.problem }
        for (const type of reading.types) types.push(type)
      }
    }
    if (texts.length === 0) return { ok: false, problem: 'There is a type system, and no XMI file that follows it.' }
    const documents: FoundDocument[] = []
    for (const file of texts) {
      const cas = casOf(file, types)
      if (typeof cas === 'string') return { ok: false, problem: cas }
      for (const document of documentsOf(cas, stemOf(file.name))) documents.push(document)
    }
    return { ok: true, documents }
  },
  fits: ({ name, text }) => text.slice(0, 5000).includes(XMI) || (/\.xml$/i.test(name) && isTypeSystem({ name, text })),
}

/** Features that hold references by their names alone, where no type system tells. */
const usualReferences = new Set(['Governor', 'Dependent', 'source', 'target', 'from', 'to', 'next', 'first', 'links'])

function casOf(file: TextFile, types: readonly Type[]): Cas | string {
  const refersByType = referring(types)
  const refers = (type: string, feature: string, value: string) =>
    refersByType(type, feature) ?? (usualReferences.has(feature) && /^\d+( \d+)*$/.test(value))
  const sofas: Sofa[] = []
  const structures: Structure[] = []
  let depth = 0
  let isXmi = false
  let child = ''
  const problem = readXml(file, {
    open(element) {
      depth++
      child = depth === 3 ? element.name : ''
      if (depth === 1) isXmi = element.name === 'XMI' && element.uri === XMI
      if (depth !== 2 || !isXmi || (element.uri === CAS && (element.name === 'NULL' || element.name === 'View'))) return
      if (element.uri === CAS && element.name === 'Sofa') sofas.push(sofaOf(element))
      else structures.push(structureOf(element, file.name, refers))
    },
    text(found) {
      // Arrays of strings stand as elements within that of their structure.
      const values = structures.at(-1)?.values
      if (depth === 3 && child && values instanceof Map) values.set(child, (values.get(child) ?? '') + found)
    },
    close() {
      depth--
      child = ''
    },
  })
  if (problem) return problem
  return isXmi ? { sofas, structures } : `${file.name} is no XMI: its outermost element is not “xmi:XMI”.`
}

function sofaOf(element: XmlElement): Sofa {
  const { id, values } = attributesOf(element)
  return { id, name: values.get('sofaID') ?? id, text: values.get('sofaString') ?? null }
}

function structureOf(
  element: XmlElement,
  file: string,
  refers: (type: string, feature: string, value: string) => boolean,
): Structure {
  const type = typeOf(element)
  const { id, values } = attributesOf(element)
  const [sofa, begin, end] = [values.get('sofa') ?? null, values.get('begin'), values.get('end')]
  for (const name of ['sofa', 'begin', 'end']) values.delete(name)
  const references = new Map<string, string[]>()
  for (const [name, value] of values)
    if (refers(type, name, value)) {
      references.set(name, value.split(' ').filter(Boolean))
      values.delete(name)
    }
  return { id, type, sofa, begin, end, values, references, where: { file, line: element.line } }
}

function attributesOf({ attributes }: XmlElement): { id: string; values: Map<string, string> } {
  let id = ''
  const values = new Map<string, string>()
  for (const { uri, local, value } of attributes) {
    if (uri === XMI && local === 'id') id = value
    else if (uri === '') values.set(local, value)
  }
  return { id, values }
}

/** `http:///a/b.ecore` is the package a.b; types of no package have a namespace of their own. */
function typeOf({ uri, name }: XmlElement): string {
  const inner = uri.replace(/^http:\/\/\//, '').replace(/\.ecore$/, '')
  return inner === '' || inner === 'uima/noNamespace' ? name : `${inner.replaceAll('/', '.')}.${name}`
}
