/**
 * XML 1.0 (Fifth Edition) as the formats here need it: read in one pass by a parser that knows no entities beyond the
 * five, and written with every character that XML would change or drop put in so that it comes back. A document type is
 * refused, and with it everything that a few lines can blow up to gigabytes.
 */
import { type SaxesAttributeNS, SaxesParser } from 'saxes'
import type { TextFile } from './format.ts'

/** Nobody nests so deep; whoever does wants to see something break. */
const MOST_DEPTH = 200
const MOST_LENGTH = 256 * 1024 * 1024

export interface XmlElement {
  /** Without its prefix. */
  name: string
  /** The namespace it is of; empty where it is of none. */
  uri: string
  line: number
  attributes: readonly Pick<SaxesAttributeNS, 'uri' | 'local' | 'value'>[]
}

export interface XmlHandlers {
  open(element: XmlElement): void
  text?(text: string): void
  close?(): void
}

export const XML_NAMESPACE = 'http://www.w3.org/XML/1998/namespace'

class Refusal extends Error {}

/** Reads a file from its beginning to its end; what is wrong with it, as a sentence with file and line, or null. */
export function readXml({ name, text }: TextFile, handlers: XmlHandlers): string | null {
  if (text.length > MOST_LENGTH) return `${name} is larger than ${MOST_LENGTH / 1024 / 1024} MiB.`
  const parser = new SaxesParser({ xmlns: true })
  let depth = 0
  const refuse = (why: string) => {
    throw new Refusal(`${name}, line ${parser.line}: ${why}`)
  }
  // Each of its messages begins with line and column, which ours says already.
  parser.on('error', ({ message }) => refuse(`This is no well-formed XML: ${message.replace(/^\d+:\d+: /, '')}`))
  parser.on('doctype', () => refuse('A document type (<!DOCTYPE …>) is not read, as it can hold anything.'))
  parser.on('opentag', ({ local, uri, attributes }) => {
    if (++depth > MOST_DEPTH) refuse(`Elements are nested more than ${MOST_DEPTH} deep.`)
    handlers.open({ name: local, uri, line: parser.line, attributes: Object.values(attributes) })
  })
  parser.on('closetag', () => {
    depth--
    handlers.close?.()
  })
  if (handlers.text) {
    const take = (found: string) => handlers.text?.(found)
    parser.on('text', take)
    parser.on('cdata', take)
  }
  try {
    parser.write(text).close()
    return null
  } catch (error) {
    if (error instanceof Refusal) return error.message
    throw error
  }
}

/** The value of an attribute that is in no namespace; null where the element has none. */
export function attributeOf(element: XmlElement, name: string, uri = ''): string | null {
  return element.attributes.find((one) => one.local === name && one.uri === uri)?.value ?? null
}

/** What XML 1.0 (section 2.2) has no place for, not even as a reference: most control characters, two others, half pairs. */
const forbidden = /[^\t\n\r -\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu

/** How many characters are lost when the text is written. */
export function forbiddenIn(text: string): number {
  return text.match(forbidden)?.length ?? 0
}

const references: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;',
}

/**
 * The text as it stands between two tags. What XML forbids becomes the replacement character: as long as it was, so that
 * all offsets stay. A carriage return would be read as a line feed, so it is written as a reference.
 */
export function escapeText(text: string): string {
  return text.replace(forbidden, '\ufffd').replace(/[&<>\r]/g, (found) => references[found] ?? found)
}

/** The text as the value of an attribute, where tabs and line ends would be read as blanks. */
export function escapeValue(text: string): string {
  return text.replace(forbidden, '\ufffd').replace(/[&<>"\t\n\r]/g, (found) => references[found] ?? found)
}
