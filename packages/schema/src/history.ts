/** The history of an article's records: who put, changed or deleted what, and when, as the log of its room has it. */
import * as z from 'zod'
import { entityId } from './article.ts'
import { personId } from './record.ts'
import { type Root, roots } from './room.ts'

/** `restored` is a record put again under a key that had been deleted. */
export const actTypes = ['put', 'changed', 'deleted', 'restored'] as const

/** As it was stored, of whatever version of the program: `parseRecord` says whether it can be read now. */
const value = z.record(z.string(), z.unknown())

export const actSchema = z.object({
  /** Counts the acts of the article from 1, and never changes. */
  number: z.int().min(1),
  /** Acts with the same turn were done in one go. */
  turn: z.int(),
  /** Milliseconds since 1970, by the server's clock. */
  at: z.int(),
  /** Whoever sent it; the record's author is in its key, and may be somebody else. */
  person: z.string(),
  root: z.enum(roots),
  id: z.string(),
  type: z.enum(actTypes),
  before: value.nullable(),
  after: value.nullable(),
  /** Whether nothing has been done to this record since. */
  isLast: z.boolean(),
})

export const actsPageSchema = z.object({
  /** The newest first; the oldest first where that was asked for. */
  acts: z.array(actSchema),
  /** Where the next page begins; null after the last. */
  next: z.int().nullable(),
  /** How many acts there are in all, whatever was asked for. */
  total: z.int(),
  /** What keeps the rest of the log from being read, as a sentence; null when nothing does. */
  flaw: z.string().nullable(),
})

/** So many acts a page of the history has at most. */
export const MOST_ACTS = 1000

/** What is asked of a history; all of it where nothing is said. */
export interface ActsQuery {
  /** The number where the page begins, itself left out. */
  from?: number | undefined
  limit: number
  isOldestFirst?: boolean | undefined
  person?: string | undefined
  type?: Act['type'] | undefined
  root?: Root | undefined
  /** The id of a record: what was done to it, and to what is said of it. */
  about?: string | undefined
}

/** The records that somebody asks to have back. */
export const restoreSchema = z.strictObject({
  records: z
    .array(z.strictObject({ root: z.enum(roots), id: z.string().max(200) }))
    .min(1)
    .max(5000),
})

const countsSchema = z.object({
  annotations: z.int(),
  relations: z.int(),
  comments: z.int(),
  verdicts: z.int(),
})

/** What of a person's is to be taken out: in one article or in all, everything or what was first put since a time. */
export const removalRequestSchema = z.strictObject({
  person: personId,
  article: entityId.nullable(),
  since: z.int().min(0).nullable(),
})

export const removalPreviewSchema = z.object({
  counts: countsSchema,
  /** Records of others that are about what would go: they stay, and lose what they are about. */
  leftBehind: z.int(),
  articles: z.array(z.object({ id: entityId, title: z.string(), counts: countsSchema })),
})

export const removalSchema = z.object({
  id: entityId,
  of: z.string(),
  by: z.string(),
  article: entityId.nullable(),
  since: z.int().nullable(),
  at: z.int(),
  /** How many records went. */
  count: z.int(),
  undoneAt: z.int().nullable(),
})

export type Act = z.infer<typeof actSchema>
export type ActsPage = z.infer<typeof actsPageSchema>
export type RecordCounts = z.infer<typeof countsSchema>
export type RemovalRequest = z.infer<typeof removalRequestSchema>
export type RemovalPreview = z.infer<typeof removalPreviewSchema>
export type Removal = z.infer<typeof removalSchema>
