/** A TEI file taken apart: the text, with the place of every element in it, and the elements around it as a tree. */
import type { TextFile } from './format.ts'
import { textFlaw } from './found.ts'
import { attributeOf, readXml, XML_NAMESPACE, type XmlElement } from './xml.ts'

export interface TeiNode {
  name: string
  id: string | null
  attributes: ReadonlyMap<string, string>
  children: TeiNode[]
  /** Of all that is in it; put together when it is asked for, as an element within an element has its words as well. */
  readonly text: string
  line: number
}

export interface TeiDocument {
  /** The content of the `text` elements, as it is. */
  text: string
  /** Everything that is not text, in the order of the file. */
  nodes: readonly TeiNode[]
  /** From where to where an element stands in the text, in UTF-16. */
  byId(id: string): readonly [number, number] | null
  /** The same by a path of names with numbers, from the outermost element or from one with an id. */
  byPath(path: string): readonly [number, number] | null
}

interface Open {
  name: string
  key: string
  node: TeiNode | null
  span: [number, number]
  /** How many children of each name it has so far. */
  counts: Map<string, number>
  parts: (string | TeiNode)[]
}

/** What is wrong with the file comes back as a sentence. */
export function readTei(file: TextFile): TeiDocument | string {
  const parts: string[] = []
  let length = 0
  const nodes: TeiNode[] = []
  const ids = new Map<string, Open>()
  const paths = new Map<string, Open>()
  const stack: Open[] = []
  let inText = 0
  let root = ''
  const problem = readXml(file, {
    open(element) {
      const parent = stack.at(-1)
      root ||= element.name
      const count = (parent?.counts.get(element.name) ?? 0) + 1
      parent?.counts.set(element.name, count)
      if (element.name === 'text') inText++
      const id = attributeOf(element, 'id', XML_NAMESPACE)
      const own: Open['parts'] = []
      const node = inText > 0 ? null : nodeOf(element, id, own)
      const open: Open = {
        name: element.name,
        // Number and parent are enough to know an element by: whoever walks a path asks for one step after the other.
        key: `${paths.size}`,
        node,
        span: [length, length],
        counts: new Map(),
        parts: own,
      }
      paths.set(`${parent?.key ?? ''}/${element.name}[${count}]`, open)
      if (id !== null && !ids.has(id)) ids.set(id, open)
      if (node) {
        nodes.push(node)
        parent?.node?.children.push(node)
        parent?.parts.push(node)
      }
      stack.push(open)
    },
    text(found) {
      if (inText > 0) {
        parts.push(found)
        length += found.length
      } else stack.at(-1)?.parts.push(found)
    },
    close() {
      const open = stack.pop()
      if (!open) return
      open.span[1] = length
      if (open.name === 'text') inText--
    },
  })
  if (problem) return problem
  if (root !== 'TEI' && root !== 'teiCorpus') return `${file.name} is no TEI: its outermost element is “${root}”.`
  const text = parts.join('')
  const flaw = textFlaw(text)
  if (flaw) return `${file.name}: ${flaw}`
  return {
    text,
    nodes,
    byId: (id) => ids.get(id)?.span ?? null,
    byPath: (path) => follow(path, ids, paths)?.span ?? null,
  }
}

function nodeOf(element: XmlElement, id: string | null, parts: Open['parts']): TeiNode {
  const attributes = new Map(
    element.attributes.flatMap(({ uri, local, value }) => (uri === '' ? [[local, value]] : [])),
  )
  return {
    name: element.name,
    id,
    attributes,
    children: [],
    get text() {
      return parts.map((part) => (typeof part === 'string' ? part : part.text)).join('')
    },
    line: element.line,
  }
}

/** `//text[@xml:id='t']/body[1]/p[4]`, `/TEI[1]/text[1]`; a name without a number is the first of that name. */
function follow(path: string, ids: ReadonlyMap<string, Open>, paths: ReadonlyMap<string, Open>): Open | null {
  const [, id, rest] = /^\/\/\w+\[@xml:id=['"]([^'"]{1,200})['"]\](.*)$/.exec(path) ?? []
  let at = id === undefined ? null : (ids.get(id) ?? null)
  if (id !== undefined && !at) return null
  for (const step of (rest ?? path).split('/').slice(1)) {
    at = paths.get(`${at?.key ?? ''}/${step.endsWith(']') ? step : `${step}[1]`}`) ?? null
    if (!at) return null
  }
  return at
}
