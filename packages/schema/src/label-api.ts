/** The bodies of the HTTP interface to what a project works by: its label set and its guidelines, and their versions. */
import * as z from 'zod'
import { entityId } from './article.ts'
import { guidelinesSchema } from './formats/label-json.ts'
import { decisionsSchema } from './label-mapping.ts'
import { labelSetSchema } from './labelset.ts'

/** Counts up within a project, one for each time that it was saved. */
export const versionNumber = z.int().min(1)

/** A person as far as a list of versions needs to know them; null for what came with the project itself. */
const byWhom = z.object({ id: z.string(), name: z.string(), color: z.int() }).nullable()

export const labelVersionSchema = z.object({
  number: versionNumber,
  /** Milliseconds since 1970. */
  at: z.int(),
  by: byWhom,
  note: z.string(),
})

/** Marks that are being changed to a new version, one article after the other. */
export const labelJobSchema = z.object({
  /** The version that they are changed to. */
  number: versionNumber,
  state: z.enum(['running', 'done']),
  articles: z.int(),
  done: z.int(),
  /** Records that were changed so far. */
  changed: z.int(),
  /** Articles that could not be changed, and why. */
  failures: z.array(z.object({ article: entityId, title: z.string(), problem: z.string() })),
})

export const labelsSchema = labelVersionSchema.extend({
  labelSet: labelSetSchema,
  guidelines: guidelinesSchema,
})

export const currentLabelsSchema = labelsSchema.extend({
  /** The last time that marks were changed to a new version; null when none ever were. */
  job: labelJobSchema.nullable(),
})

export const newLabelsSchema = z.object({
  /** The version that was changed: another one meanwhile, and nothing is saved. */
  base: versionNumber,
  /** Judged by `labelFlaws`, which says what is wrong with it in better words. */
  labelSet: z.unknown(),
  guidelines: guidelinesSchema,
  note: z.string().trim().max(500),
  /** What becomes of marks that have no place in it. */
  decisions: decisionsSchema,
})

/** What a new project begins with: the labels of another one, or those of a file. */
export const beginningSchema = z.union([z.object({ project: entityId }), z.object({ file: z.unknown() })])

export type LabelVersion = z.infer<typeof labelVersionSchema>
export type LabelJob = z.infer<typeof labelJobSchema>
export type StoredLabels = z.infer<typeof labelsSchema>
export type CurrentLabels = z.infer<typeof currentLabelsSchema>
export type NewLabels = z.infer<typeof newLabelsSchema>
export type Beginning = z.infer<typeof beginningSchema>
