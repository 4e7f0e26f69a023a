/** What kind of file a file is. */
import type { Draft, ReadingChoices, Table } from '@attest/schema/importing'
import { Unreadable } from './report.ts'

export interface Given {
  bytes: Uint8Array
  /** As whoever brought it called it; it is shown and its ending looked at, and that is all. */
  name: string
  /** What it was declared as, a media type. */
  type?: string | null
  /** Where it was fetched from. */
  url?: string | null
  choices?: ReadingChoices
}

type Format = Draft['format'] | Table['format'] | 'archive'

/** What a file is, by its first bytes, its name and what it was declared as, in this order. */
export function formatOf({ bytes, name, type = null }: Given): Format {
  const head = Buffer.from(bytes.subarray(0, 1024)).toString('latin1')
  const ending = /\.([a-z]{1,8})$/i.exec(name)?.[1]?.toLowerCase() ?? ''
  if (head.includes('%PDF-')) return 'pdf'
  if (head.startsWith('PK\x03\x04') || head.startsWith('PK\x05\x06')) {
    if (ending === 'docx' || ending === 'docm' || ending === 'dotx') return 'docx'
    if (['odt', 'xlsx', 'pptx', 'epub', 'pages', 'ods'].includes(ending))
      throw new Unreadable(`A file of the kind .${ending} cannot be read here. Please save it as .docx, .html or .txt.`)
    return type?.includes('wordprocessingml') ? 'docx' : 'archive'
  }
  if (head.startsWith('\xd0\xcf\x11\xe0'))
    throw new Unreadable('This is a document of an old Word. Please save it as .docx.')
  if (head.startsWith('{\\rtf')) throw new Unreadable('This is a document in RTF. Please save it as .docx or .txt.')
  const named = formats[ending]
  if (named) return named
  const declared = type?.split(';', 1)[0]?.trim().toLowerCase() ?? ''
  if (/^(image|audio|video|font)\//.test(declared)) throw new Unreadable(`This is not a text but ${declared}.`)
  if (declared.endsWith('html') || declared.endsWith('xhtml+xml')) return 'html'
  if (declared === 'text/markdown') return 'markdown'
  if (declared === 'text/csv') return 'csv'
  return /^[\s\ufeff\xef\xbb\xbf]*<(!doctype html|html|head|body|article)[\s>]/i.test(head) ? 'html' : 'text'
}

const formats: Readonly<Record<string, Format>> = {
  pdf: 'pdf',
  docx: 'docx',
  zip: 'archive',
  txt: 'text',
  text: 'text',
  log: 'text',
  md: 'markdown',
  markdown: 'markdown',
  html: 'html',
  htm: 'html',
  xhtml: 'html',
  csv: 'csv',
  tsv: 'csv',
  jsonl: 'jsonl',
  ndjson: 'jsonl',
}
