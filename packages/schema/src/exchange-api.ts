/**
 * What the page, the command line and the server tell each other about marks on their way out and in. Names that come
 * from files are never keys of an object here, but words in lists: a label may well be called `constructor`.
 */
import * as z from 'zod'
import { annotationSchema } from './annotation.ts'
import { entityId } from './article.ts'
import { formatNames } from './formats/format.ts'
import { mappingSchema } from './formats/mapping.ts'
import { surveySchema } from './formats/survey.ts'
import { encodings } from './importing.ts'
import { personId, recordId } from './record.ts'

const formatName = z.enum(formatNames)

// ---- Formats ----

/** A format, and which ways marks go through it here. */
export const formatSchema = z.object({
  name: formatName,
  /** What people know it by. */
  label: z.string(),
  /** With the dot. */
  extension: z.string(),
  mediaType: z.string(),
  canWrite: z.boolean(),
  canRead: z.boolean(),
  /** Whether a whole project is one file of it, and no archive. */
  isSeries: z.boolean(),
})

// ---- Out ----

/** How many people, marks or articles one can name. */
const MOST_NAMED = 5000

/** Of whom: of everybody, the gold, what was accepted, or these people’s. */
export const exportLayersSchema = z.union([
  z.enum(['all', 'gold', 'accepted']),
  z.array(personId).min(1).max(MOST_NAMED),
])

/** In the query of an address: people and marks are separated by commas, and what is true is `true`. */
export const exportQuerySchema = z.object({
  format: z.string().default('attest-json'),
  layers: z.string().max(400_000).default('all'),
  marks: z.string().max(1_000_000).optional(),
  anonymous: z.enum(['true', 'false']).default('false'),
  history: z.enum(['true', 'false']).default('false'),
})

export const exportChoicesSchema = z.strictObject({
  format: formatName,
  layers: exportLayersSchema.default('all'),
  /** Whether names and ids of people are replaced, the same everywhere in this export. */
  anonymous: z.boolean().default(false),
  /** Whether what was done to the records, by whom and when, comes beside them. */
  history: z.boolean().default(false),
})

/** How many marks of one article one can name. */
const MOST_MARKS_NAMED = 50_000

/** The same of one article in a body: an address with some hundred marks in it is longer than servers and proxies take. */
export const articleExportSchema = exportChoicesSchema.extend({
  /** Only these, and what is said of them; all where it is missing. */
  marks: z.array(recordId).max(MOST_MARKS_NAMED).optional(),
})

export const newExportSchema = exportChoicesSchema.extend({
  /** All of the project where it is missing. */
  articles: z.array(entityId).min(1).max(MOST_NAMED).optional(),
})

/** Something that the format has no place for. */
export const lossSchema = z.object({
  /** The rest of a sentence that begins with the count. */
  what: z.string(),
  /** The same of a single one. */
  one: z.string().optional(),
  count: z.int(),
})

const countsSchema = z.object({
  annotations: z.int(),
  relations: z.int(),
  comments: z.int(),
  verdicts: z.int(),
})

/** What a download would be: asked for before it. */
export const exportReportSchema = z.object({
  format: formatName,
  /** What the download is called; an archive where the format, or the history, makes several files of it. */
  fileName: z.string(),
  files: z.array(z.object({ name: z.string(), bytes: z.int() })),
  /** How much was chosen. */
  counts: countsSchema,
  /** What of it is not in the files; empty where nothing is missing. */
  left: z.array(lossSchema),
})

export const exportJobState = z.enum(['running', 'done', 'failed', 'cancelled'])

export const exportJobSchema = exportChoicesSchema.extend({
  id: entityId,
  layers: exportLayersSchema,
  anonymous: z.boolean(),
  history: z.boolean(),
  state: exportJobState,
  /** How many articles are in it, and how many are written. */
  articles: z.int(),
  done: z.int(),
  counts: countsSchema,
  left: z.array(lossSchema),
  /** Of the download, once it is there. */
  fileName: z.string(),
  bytes: z.int().nullable(),
  /** Why it failed, or what else there is to say. */
  note: z.string().nullable(),
  by: personId,
  createdAt: z.int(),
  finishedAt: z.int().nullable(),
  /** When its file goes. */
  goneAt: z.int().nullable(),
})

// ---- In ----

/** So many rows of each list are told; the report as a table has all. */
export const MOST_TOLD = 200

export const newMarkImportSchema = z.strictObject({
  /** What people know it by, such as the name of its file. */
  name: z.string().trim().min(1).max(255),
  /** The one article that the marks are for; otherwise each text of the files finds its own, or becomes one. */
  article: entityId.nullable().default(null),
})

/** How the files are to be read; what is left open is found out. */
export const markReadingChoicesSchema = z.strictObject({
  format: formatName.nullable().default(null),
  encoding: z.enum(encodings).nullable().default(null),
})

/**
 * `receiving` files; `reading` them; `read`, so that it can be mapped; `trying` what would come of that; `tried`, so that
 * it can be committed; `committing`; `done`. `undoing` and `undone` after that. What failed was put back whole.
 */
export const markImportState = z.enum([
  'receiving',
  'reading',
  'read',
  'trying',
  'tried',
  'committing',
  'done',
  'undoing',
  'undone',
  'failed',
  'cancelled',
])

const placeSchema = z.object({
  file: z.string(),
  line: z.int().optional(),
  path: z.string().optional(),
})

export const skippedSchema = z.object({ where: placeSchema, why: z.string(), count: z.int() })

/** Where the marks of a document go: into an article that is there, a new one, or nowhere. */
export const placementSchema = z.discriminatedUnion('to', [
  z.strictObject({ to: z.literal('article'), article: entityId }),
  z.strictObject({ to: z.literal('new') }),
  z.strictObject({ to: z.literal('nowhere') }),
])

export const foundDocumentSchema = z.object({
  /** Counted from 0, in the order in which the files have them. */
  number: z.int(),
  name: z.string(),
  title: z.string().nullable(),
  /** What an article would be called that is made of it. */
  newTitle: z.string(),
  /** Of its text, in UTF-16 code units; null where the files have none. */
  length: z.int().nullable(),
  counts: countsSchema,
  /** How the article it is placed into is known, and what that is called; null where there is none. */
  match: z.object({ by: z.enum(['text', 'id', 'title', 'chosen']), article: entityId, title: z.string() }).nullable(),
  /** Why nothing may go into that article now, as a sentence; null where it may. */
  closed: z.string().nullable(),
  /** What is proposed. */
  placement: placementSchema,
  /** Why it can be no new article, as a sentence; null where it can. */
  problem: z.string().nullable(),
})

/** What was found in the files, before anything is decided. */
export const markReadingSchema = z.object({
  format: formatName,
  /** Others that the files look like. */
  candidates: z.array(formatName),
  files: z.array(z.object({ name: z.string(), encoding: z.string(), isGuessed: z.boolean() })),
  survey: surveySchema,
  documents: z.array(foundDocumentSchema),
  /** How many there are, where not all are told. */
  documentCount: z.int(),
  counts: countsSchema,
  /** What is broken, and what has no place here: so many, and the first of them. */
  refused: z.object({ count: z.int(), first: z.array(skippedSchema) }),
  reported: z.object({ count: z.int(), first: z.array(skippedSchema) }),
  /** What is proposed: by equal names, and by the unit that fits best. */
  mapping: mappingSchema,
  /** What there is to say of it, in sentences. */
  notes: z.array(z.string()),
})

/** What is to be tried: as proposed where it is missing. */
export const markTrialSchema = z.strictObject({
  mapping: mappingSchema.optional(),
  /** By the numbers of documents; the others as proposed. */
  placements: z
    .array(z.strictObject({ number: z.int().min(0), placement: placementSchema }))
    .max(MOST_NAMED)
    .default([]),
})

/** What would come of it, or came: `given` is the sum of the other three. */
export const markReportSchema = z.object({
  given: z.int(),
  imported: z.int(),
  refused: z.object({ count: z.int(), first: z.array(skippedSchema) }),
  reported: z.object({ count: z.int(), first: z.array(skippedSchema) }),
  /** Imported, and not quite as it was given. */
  changed: z.object({ count: z.int(), first: z.array(skippedSchema) }),
  counts: countsSchema,
  articles: z.array(z.object({ article: entityId, title: z.string(), isNew: z.boolean(), imported: z.int() })),
  /** How many there are, where not all are told. */
  articleCount: z.int(),
  layers: z.array(
    z.object({
      name: z.string(),
      title: z.string(),
      imported: z.int(),
      /** Whether a model has proposed them. */
      isPrediction: z.boolean().default(false),
    }),
  ),
  /** Some of the marks as they would be. */
  samples: z.array(
    z.object({
      article: z.string(),
      layer: z.string(),
      kind: z.string(),
      quotes: z.array(z.string()),
      attributes: annotationSchema.shape.attributes,
    }),
  ),
})

export const markImportSchema = z.object({
  id: entityId,
  name: z.string(),
  article: entityId.nullable(),
  state: markImportState,
  files: z.array(z.object({ id: entityId, name: z.string(), bytes: z.int() })),
  choices: markReadingChoicesSchema,
  /** How many articles are written, of how many, while it is committed or undone. */
  progress: z.object({ done: z.int(), of: z.int() }).nullable(),
  /** Why it failed, or what else there is to say. */
  note: z.string().nullable(),
  by: personId,
  /** Who takes it back, or has. */
  undoneBy: personId.nullable(),
  createdAt: z.int(),
  finishedAt: z.int().nullable(),
})

/** With all that is known of it so far. */
export const markImportPageSchema = markImportSchema.extend({
  reading: markReadingSchema.nullable(),
  /** What was tried last, with what came of it. */
  trial: markTrialSchema.nullable(),
  report: markReportSchema.nullable(),
})

/** What stands in the way of taking an import back: what others have made of its marks. */
export const markUndoSchema = z.object({
  canUndo: z.boolean(),
  /** Sentences. */
  reasons: z.array(z.string()),
  /** Whether articles that came with it go as well. */
  articles: z.int(),
  records: z.int(),
})

export type Format = z.infer<typeof formatSchema>
export type ExportLayers = z.infer<typeof exportLayersSchema>
export type NewExport = z.input<typeof newExportSchema>
export type ArticleExport = z.input<typeof articleExportSchema>
export type ExportReport = z.infer<typeof exportReportSchema>
export type ExportJob = z.infer<typeof exportJobSchema>
export type ExportCounts = z.infer<typeof countsSchema>
export type MarkReadingChoices = z.infer<typeof markReadingChoicesSchema>
export type Placement = z.infer<typeof placementSchema>
export type FoundDocumentTold = z.infer<typeof foundDocumentSchema>
export type MarkReading = z.infer<typeof markReadingSchema>
export type MarkTrial = z.infer<typeof markTrialSchema>
export type MarkReport = z.infer<typeof markReportSchema>
export type MarkImport = z.infer<typeof markImportSchema>
export type MarkImportPage = z.infer<typeof markImportPageSchema>
export type MarkUndo = z.infer<typeof markUndoSchema>
export type SkippedTold = z.infer<typeof skippedSchema>
