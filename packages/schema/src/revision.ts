/**
 * A new revision of an article: the corrected text is an article of its own, with a room of its own, which names the one
 * it replaces. Its marks are those of the one before wherever it is sure where they stand now.
 */
import * as z from 'zod'
import { annotationSchema } from './annotation.ts'
import { entityId } from './article.ts'
import { spansSchema } from './span.ts'

/** Why a person has to look: words changed within; the words are nowhere; they are in several places. */
export const doubtReasons = ['changed', 'gone', 'ambiguous'] as const

export const doubtStates = ['open', 'confirmed', 'moved', 'let-go'] as const

/** So many places are offered for a mark at most. */
export const MOST_PROPOSALS = 5

export const newRevisionSchema = z.strictObject({
  text: z.string().min(1),
  title: z.string().trim().min(1).max(500).optional(),
})

/** A stretch of words that both texts have, or only one of them. */
const wordsSchema = z.object({ is: z.enum(['same', 'added', 'removed']), text: z.string() })

/** The difference of two texts, in paragraphs; of those that both have only the number. */
export const differenceSchema = z.array(
  z.union([z.object({ same: z.int() }), z.object({ paragraph: z.array(wordsSchema) })]),
)

const doubtBase = {
  /** The mark as it was, and its words. */
  mark: annotationSchema,
  quotes: z.array(z.string()),
  reason: z.enum(doubtReasons),
  /** Where it could stand in the new text, the likeliest first. */
  proposals: z.array(spansSchema).max(MOST_PROPOSALS),
}

export const revisionPreviewSchema = z.object({
  title: z.string(),
  /** What was changed on the way in, in sentences. */
  notes: z.array(z.string()),
  difference: differenceSchema,
  /** Whether there is more of it than is told. */
  isCut: z.boolean(),
  /** Marks that stand where they stood, that moved with their words, and those that a person has to look at. */
  counts: z.object({ marks: z.int(), sure: z.int(), doubtful: z.int() }),
  /** The first of those. */
  doubts: z.array(z.object({ ...doubtBase, excerpts: z.array(z.string()) })),
})

export const doubtSchema = z.object({
  ...doubtBase,
  state: z.enum(doubtStates),
  decidedBy: z.string().nullable(),
  decidedAt: z.int().nullable(),
  /** Whether the asking person may decide. */
  isYours: z.boolean(),
})

export const revisionSchema = z.object({
  id: entityId,
  /** 1 for the article as it first was. */
  number: z.int().min(1),
  title: z.string(),
  /** Who made it; null for the first. */
  person: z.string().nullable(),
  at: z.int(),
  openDoubts: z.int(),
})

export const decisionSchema = z.discriminatedUnion('do', [
  /** Puts the mark at the proposal of this index, or with `spans` somewhere else. */
  z.strictObject({ do: z.literal('keep'), proposal: z.int().min(0) }),
  z.strictObject({ do: z.literal('move'), spans: spansSchema }),
  z.strictObject({ do: z.literal('let-go') }),
  /** Takes a mark that was let go of back into the tray. */
  z.strictObject({ do: z.literal('reopen') }),
])

export type NewRevision = z.infer<typeof newRevisionSchema>
export type Difference = z.infer<typeof differenceSchema>
export type DifferenceWords = z.infer<typeof wordsSchema>
export type RevisionPreview = z.infer<typeof revisionPreviewSchema>
export type Doubt = z.infer<typeof doubtSchema>
export type DoubtReason = (typeof doubtReasons)[number]
export type Revision = z.infer<typeof revisionSchema>
export type Decided = z.infer<typeof decisionSchema>
