/** The names that annotations of ours have in the web’s way of naming. None of them is an address to go to. */

export const ANNO = 'http://www.w3.org/ns/anno.jsonld'

/** What our own properties are short for. */
export const TERMS = { attest: 'urn:x-attest:terms:' } as const

export const iris = {
  article: 'urn:x-attest:article:',
  record: 'urn:x-attest:record:',
  person: 'urn:x-attest:person:',
} as const
