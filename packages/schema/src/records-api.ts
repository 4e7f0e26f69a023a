/** The bodies by which programs read and write the records of an article. */
import * as z from 'zod'
import { annotationSchema } from './annotation.ts'
import { commentSchema } from './comment.ts'
import { outcomes } from './outcome.ts'
import { personId, recordId, timestamp } from './record.ts'
import { relationSchema } from './relation.ts'
import type { RecordOf, Root } from './room.ts'
import { verdictSchema } from './verdict.ts'

/** Records that one request may write. */
export const MOST_WRITTEN = 1000
/** Records that one page of an answer may have, and has when it is not said. */
export const PAGE = { most: 1000, usual: 200 } as const

/** What the server fills in where it is missing: a new id, the person whose token or session it is, and the time. */
const filledIn = { id: recordId.optional(), author: personId.optional(), at: timestamp.optional() }

const [remark, turn] = commentSchema.options

/** Each kind of record as one may send it; what only the whole record can break, `recordSchemas` says. */
export const givenSchemas = {
  annotations: z.strictObject({ ...annotationSchema.shape, ...filledIn }),
  relations: z.strictObject({ ...relationSchema.shape, ...filledIn }),
  comments: z.union([z.strictObject({ ...remark.shape, ...filledIn }), z.strictObject({ ...turn.shape, ...filledIn })]),
  verdicts: z.strictObject({ ...verdictSchema.shape, ...filledIn }),
} as const satisfies Record<Root, z.ZodType>

export type Given = { [R in Root]: z.input<(typeof givenSchemas)[R]> }

const several = <S extends z.ZodType>(schema: S) =>
  z
    .array(schema)
    .min(1, 'Send at least one record.')
    .max(MOST_WRITTEN, `Send at most ${MOST_WRITTEN} records at a time.`)

/** One, or several that are written all or not at all. */
export const givenOneOrSeveral = {
  annotations: z.union([givenSchemas.annotations, several(givenSchemas.annotations)]),
  relations: z.union([givenSchemas.relations, several(givenSchemas.relations)]),
  comments: z.union([givenSchemas.comments, several(givenSchemas.comments)]),
  verdicts: z.union([givenSchemas.verdicts, several(givenSchemas.verdicts)]),
} as const

const some = <S extends z.ZodType>(schema: S) => z.array(schema).max(MOST_WRITTEN).optional()
const ids = z.array(recordId).max(MOST_WRITTEN).optional()

/** Records of every kind that are put and deleted together. */
export const givenTogetherSchema = z.strictObject({
  put: z
    .strictObject({
      annotations: some(givenSchemas.annotations),
      relations: some(givenSchemas.relations),
      comments: some(givenSchemas.comments),
      verdicts: some(givenSchemas.verdicts),
    })
    .optional(),
  remove: z.strictObject({ annotations: ids, relations: ids, comments: ids, verdicts: ids }).optional(),
})

export type GivenTogether = z.input<typeof givenTogetherSchema>

/** What was written, as it is now. */
export const writtenTogetherSchema = z.object({
  annotations: z.array(annotationSchema),
  relations: z.array(relationSchema),
  comments: z.array(commentSchema),
  verdicts: z.array(verdictSchema),
  removed: z.int(),
})

export type WrittenTogether = z.infer<typeof writtenTogetherSchema>

const pageOf = <S extends z.ZodType>(schema: S) =>
  z.object({
    /** By id. */
    records: z.array(schema),
    /** What the next page asks for as `cursor`; null after the last. */
    next: z.string().nullable(),
  })

export const recordPages = {
  annotations: pageOf(annotationSchema),
  relations: pageOf(relationSchema),
  comments: pageOf(commentSchema),
  verdicts: pageOf(verdictSchema),
} as const

export interface RecordPage<R extends Root> {
  records: RecordOf[R][]
  next: string | null
}

export const outcomePageSchema = z.object({
  /** Of every annotation that the asking person sees, by its id. */
  outcomes: z.array(
    z.object({
      annotation: recordId,
      outcome: z.enum(outcomes),
      /** The ids of the verdicts that it follows from. */
      by: z.array(recordId),
      /** Where it is accepted with a correction. */
      fix: verdictSchema.shape.fix.unwrap().nullable(),
      /** Where it is a duplicate: the annotation that stands for it. */
      of: recordId.nullable(),
    }),
  ),
  next: z.string().nullable(),
})

export type OutcomePage = z.infer<typeof outcomePageSchema>

export const goldSchema = z.object({
  annotations: z.array(annotationSchema.extend({ standsFor: z.array(recordId), isCorrected: z.boolean() })),
  relations: z.array(relationSchema),
})

export type GoldAnswer = z.infer<typeof goldSchema>
