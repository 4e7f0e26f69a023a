/** What the page and the server tell each other while articles are brought in: what was read, before it is kept. */
import * as z from 'zod'
import { articleContentSchema, entityId } from './article.ts'

/** The encodings a person can choose from, by their names in the Encoding Standard. */
export const encodings = [
  'utf-8',
  'utf-16le',
  'utf-16be',
  'windows-1250',
  'windows-1251',
  'windows-1252',
  'windows-1253',
  'windows-1254',
  'windows-1255',
  'windows-1256',
  'windows-1257',
  'windows-1258',
  'iso-8859-2',
  'iso-8859-5',
  'iso-8859-6',
  'iso-8859-7',
  'iso-8859-8',
  'iso-8859-15',
  'koi8-r',
  'koi8-u',
  'macintosh',
  'ibm866',
  'gb18030',
  'big5',
  'shift_jis',
  'euc-jp',
  'iso-2022-jp',
  'euc-kr',
] as const

/**
 * How the lines of a plain text become paragraphs: each is one and nothing is left out; each is one, without the blank
 * ones; or blank lines part them, and the lines between are joined.
 */
export const lineWays = ['exact', 'lines', 'wrapped'] as const

/** Of a web page: its article, or all of it. */
export const scopes = ['article', 'page'] as const

/** What a person can choose about how a file is read; the reader finds out what they leave open. */
export const readingChoicesSchema = z.strictObject({
  encoding: z.enum(encodings).optional(),
  lines: z.enum(lineWays).optional(),
  scope: z.enum(scopes).optional(),
})

export const foundEncodingSchema = z.object({
  name: z.enum(encodings),
  /** How it is known: from the first bytes, because nothing else fits, because the file says so, by guess or by choice. */
  how: z.enum(['mark', 'fits', 'declared', 'guessed', 'chosen']),
})

/** An article as it was read and not yet kept. */
export const draftSchema = z.object({
  is: z.literal('article'),
  format: z.enum(['text', 'markdown', 'html', 'docx', 'pdf']),
  content: articleContentSchema,
  /** What was left out or changed on the way in, in sentences. */
  report: z.array(z.string()),
  encoding: foundEncodingSchema.nullable(),
  /** What was done about lines; null where the format leaves no choice. So for the scope. */
  lines: z.enum(lineWays).nullable(),
  scope: z.enum(scopes).nullable(),
})

export const columnNames = ['title', 'text', 'outlet', 'published', 'language', 'url'] as const

/** Which column of a table holds what; null for none. The text has to be somewhere. */
export const columnsSchema = z.strictObject({
  title: z.string().nullable(),
  text: z.string(),
  outlet: z.string().nullable(),
  published: z.string().nullable(),
  language: z.string().nullable(),
  url: z.string().nullable(),
})

export const tableSchema = z.object({
  is: z.literal('table'),
  format: z.enum(['csv', 'jsonl']),
  columns: z.array(z.string()),
  /** Null when no column looks like a text. */
  guess: columnsSchema.nullable(),
  /** How many rows can be read. */
  rowCount: z.int(),
  /** The first rows, each with its cells in the order of the columns, cut when they are long. */
  samples: z.array(z.array(z.string())),
  report: z.array(z.string()),
  encoding: foundEncodingSchema,
})

export const archiveSchema = z.object({
  is: z.literal('archive'),
  entries: z.array(
    z.object({
      name: z.string(),
      bytes: z.int(),
      /** Why it will not be read, in a sentence; null for what will be. */
      problem: z.string().nullable(),
    }),
  ),
  report: z.array(z.string()),
})

export type ReadingChoices = z.infer<typeof readingChoicesSchema>
export type FoundEncoding = z.infer<typeof foundEncodingSchema>
export type Draft = z.infer<typeof draftSchema>
export type Columns = z.infer<typeof columnsSchema>
export type Table = z.infer<typeof tableSchema>
export type Archive = z.infer<typeof archiveSchema>

/** The article with this very text that the project has already. */
export const duplicateSchema = z.object({ id: entityId, title: z.string() })

/** What was found in a file; of an article also whether its text is here already. */
export const readingSchema = z.discriminatedUnion('is', [
  draftSchema.extend({ duplicate: duplicateSchema.nullable() }),
  tableSchema,
  archiveSchema,
])

/** A page of the web to be read. */
export const pageToReadSchema = z.strictObject({
  url: z.string().min(1).max(2000),
  choices: readingChoicesSchema.optional(),
})

/** To bring many articles in: files are sent after it, one by one, and then it is completed. */
export const newImportSchema = z.strictObject({
  /** What people know it by, such as the name of its file. */
  name: z.string().trim().min(1).max(255),
  choices: readingChoicesSchema.optional(),
  /** For tables; guessed where there are none. */
  columns: columnsSchema.nullable().optional(),
  /** Whether texts that the project has already are kept once more. */
  keepsKnown: z.boolean().optional(),
})

export const importJobState = z.enum(['receiving', 'running', 'done', 'cancelled'])

/** `known` is one whose text is here already; `opened` an archive or table, whose contents are items of their own. */
export const importItemState = z.enum(['waiting', 'kept', 'known', 'failed', 'cancelled', 'opened'])

export const importJobSchema = z.object({
  id: entityId,
  name: z.string(),
  state: importJobState,
  counts: z.object({
    waiting: z.int(),
    kept: z.int(),
    known: z.int(),
    failed: z.int(),
    cancelled: z.int(),
  }),
  /** What there is to say about it as a whole. */
  note: z.string().nullable(),
  createdAt: z.int(),
  finishedAt: z.int().nullable(),
})

/** With what went wrong, the first few hundred of it; the report has all. */
export const importPageSchema = importJobSchema.extend({
  problems: z.array(
    z.object({
      name: z.string(),
      line: z.int().nullable(),
      state: importItemState,
      problem: z.string().nullable(),
      title: z.string().nullable(),
      articleId: z.string().nullable(),
    }),
  ),
})

export type Reading = z.infer<typeof readingSchema>
export type ImportJob = z.infer<typeof importJobSchema>
export type ImportPage = z.infer<typeof importPageSchema>
export type ImportItemState = z.infer<typeof importItemState>
