/** What the writer of TEI and its reader call things by. */

/** Before each kind of id, so that it is a name of XML, and no two are the same. */
export const prefixes = {
  person: 'person.',
  kind: 'kind.',
  relation: 'relation.',
  features: 'fs.',
  mark: 'm.',
  link: 'r.',
  comment: 'c.',
} as const

export const TEI = 'http://www.tei-c.org/ns/1.0'

/** The id of the element with the text. */
export const TEXT = 'text'

/** The value of an attribute that is known to have none. */
export const NONE = 'none'
