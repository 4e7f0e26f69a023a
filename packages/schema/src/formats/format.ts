/**
 * What all formats have in common. A writer makes files of an article with its records; a reader tells what files say, in
 * their own words and their own unit, and `landing.ts` makes records of that. So a codec knows its format and nothing else,
 * and whatever can be read can be brought in, converted, and compared.
 */
import type { LabelSet } from '../labelset.ts'
import type { AnnotatedArticle } from './attest-json.ts'

export const formatNames = [
  'attest-json',
  'w3c',
  'brat',
  'webanno-tsv',
  'cas-json',
  'cas-xmi',
  'label-studio',
  'doccano',
  'prodigy',
  'spacy',
  'conll',
  'tei',
  'csv',
  'prosemirror',
  'claimreview',
  'html',
  'markdown',
] as const

export type FormatName = (typeof formatNames)[number]

/** What offsets are counted in. Ours are UTF-16 code units; a grapheme is an extended grapheme cluster of UAX 29. */
export const offsetUnits = ['utf16', 'code-points', 'bytes', 'graphemes'] as const

export type OffsetUnit = (typeof offsetUnits)[number]

/** A file whose bytes are read as text already, or are to be written as UTF-8. Its name may have folders in it, with `/`. */
export interface TextFile {
  name: string
  text: string
}

// ---- Out ----

/** Something that a format has no place for, so that it is not in the file. */
export interface Loss {
  /** What is left out and why, as the rest of a sentence that begins with the count: “comments: brat has none”. */
  what: string
  /** The same of a single one: “comment: brat has none”. */
  one: string
  count: number
}

/** What a sentence says of it, behind the count. */
export function lossInWords({ what, one = what, count }: Omit<Loss, 'one'> & { one?: string | undefined }): string {
  return count === 1 ? one : what
}

export interface Written {
  /** Named by the article’s id; one, but where the format asks for more. */
  files: TextFile[]
  /** Empty where nothing was. */
  left: Loss[]
}

export interface Writer {
  name: FormatName
  /** What people know it by: “WebAnno TSV 3.3”. */
  label: string
  /** With the dot: `.jsonl`. */
  extension: string
  mediaType: string
  /** The same bytes for the same records, however they came about. Offsets are in the unit that the format asks for. */
  write(annotated: AnnotatedArticle): Written
  /**
   * Where many articles are one file: what stands before, between and after them. What `write` makes is then one of these
   * articles, and the file of a single article has the first and the last around it.
   */
  series?: { before: string; between: string; after: string }
  /** What stands once beside the files of all articles, as annotation.conf does. */
  once?(labelSet: LabelSet): TextFile[]
}

// ---- In ----

/** Where in the files something stands, for a person who looks for it. */
export interface Place {
  file: string
  /** Counted from 1. */
  line?: number
  /** In a tree, as a JSON pointer or an XPath. */
  path?: string
}

export interface FoundMark {
  /** As the file has it, or as the reader has counted; no two marks of a document have the same. */
  id: string
  label: string
  /** In the order of the file, in the unit of the document; not yet known to lie in the text, or to be sorted or apart. */
  spans: readonly (readonly [start: number, end: number])[]
  /** The words under each span, where the file has them; null where it does not say. */
  quotes: readonly (string | null)[]
  attributes: ReadonlyMap<string, string | null>
  /**
   * Where the format finds words by what stands around them: that, for each span, or null. A span that says `nowhere` is
   * looked for by its quote, and others where they do not fit.
   */
  around?: readonly (Around | null)[]
  /** Who has made it, by whatever name the file has; null where it does not say. */
  by: string | null
  /** Milliseconds since 1970; null where the file does not say. */
  at: number | null
  /** From 0 to 1, where a model has made it. */
  score: number | null
  where: Place
}

/** The words before and behind a quote, as many as the file has. */
export interface Around {
  prefix: string
  suffix: string
}

/** The span of a mark of which a file tells the words, and no place. */
export const nowhere: readonly [number, number] = [-1, -1]

export interface FoundRelation {
  id: string
  type: string
  /** Ids of marks of this document, or of nothing: that is for `landing.ts` to see. */
  from: string
  to: string
  by: string | null
  at: number | null
  where: Place
}

export interface FoundComment {
  id: string
  /** The id of a mark or relation, or null for the whole article. */
  on: string | null
  /** The id of the comment it answers. */
  replyTo: string | null
  /** Empty where nothing was said, but a thread resolved or reopened. */
  body: string
  turn?: 'resolved' | 'reopened'
  /** Who is named in the body to be told of it, by whatever names the file has. */
  mentions?: readonly string[]
  /** When it was first said, where `at` is of a later change; milliseconds since 1970, as is the next. */
  since?: number
  /** When what it says was last changed. */
  editedAt?: number
  /** Whether it flags that the guidelines leave something open. */
  isGap?: boolean
  by: string | null
  at: number | null
  where: Place
}

/** A review’s word about a mark, in one of our four. */
export interface FoundVerdict {
  on: string
  decision: 'accept' | 'reject' | 'duplicate' | 'unsure'
  /** With `duplicate`: the id of the mark that stands for both. */
  of?: string
  /** What is to be corrected, in the words of the file. */
  fix?: {
    label?: string
    spans?: FoundMark['spans']
    attributes?: FoundMark['attributes']
  }
  note: string | null
  by: string | null
  at: number | null
  where: Place
}

/** Something the file has that was not taken, and why, in a sentence with the value that was wrong. */
export interface Skipped {
  where: Place
  why: string
  /** How many things it stands for: marks, relations, comments, verdicts. */
  count: number
}

/** One text, with what the files say about it. */
export interface FoundDocument {
  /** By which it is known: the name of its file, or its id in there. */
  name: string
  /** Null where the format has none: then it is one that is there already. Never trimmed or normalised. */
  text: string | null
  title?: string
  language?: string
  /** Null where neither the format nor the file says: the quotes will tell. */
  unit: OffsetUnit | null
  marks: FoundMark[]
  relations: FoundRelation[]
  comments: FoundComment[]
  verdicts: FoundVerdict[]
  /** Those among the makers of its marks of whom the file says that they are models. */
  models?: string[]
  /** What was there and is broken: an end before its start, an unknown type of line. Given, and refused. */
  refused: Skipped[]
  /** What is sound and has no place here: tokens of a treebank are not counted, a text area on a whole task is. */
  reported: Skipped[]
}

/** Where the tokens stand in a text, for formats that count these: given beside them, as their files have no text. */
export interface ReadOptions {
  /** By the name of a document, or of a file without its extension; or the one text for whatever there is. */
  textOf?(name: string): string | null
}

export interface Reader {
  name: FormatName
  /** Why not at all, as a sentence that names file, line and value; nothing of the files is then taken. */
  read(
    files: readonly TextFile[],
    options?: ReadOptions,
  ): { ok: true; documents: FoundDocument[] } | { ok: false; problem: string }
  /** Whether this looks like a file of the format, by its name and beginning; for where nobody says which it is. */
  fits(file: TextFile): boolean
}
