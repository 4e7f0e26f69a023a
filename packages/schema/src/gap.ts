/**
 * Gaps of the guidelines: remarks at a mark that flag that the guidelines do not say what it should be. They are read out
 * of the rooms; that a version of the labels settled one, and which marks were looked at again for it, is kept beside.
 */
import * as z from 'zod'
import type { Annotation } from './annotation.ts'
import { personSchema } from './api.ts'
import { entityId } from './article.ts'
import { clustersOf, differences } from './cluster.ts'
import type { Remark } from './comment.ts'
import { labelVersionSchema } from './label-api.ts'
import { personId, recordId } from './record.ts'
import { roleSchema } from './roles.ts'
import type { Records } from './room.ts'
import { quotesOf } from './span.ts'

/** So much of the words under a mark is told. */
const QUOTE_LENGTH = 200
/** So many marks to look at again are listed at most. */
export const MOST_RECHECKS = 2000

/** What one person has over the words. */
const viewSchema = z.object({ person: personId, mark: recordId, kind: z.string(), quote: z.string() })

const foundSchema = z.object({
  /** The id of the remark. */
  id: recordId,
  /** The mark it is about; null where that was deleted. */
  mark: recordId.nullable(),
  quote: z.string(),
  /** The kinds that people take it for, its own first; none where the mark is gone. */
  kinds: z.array(z.string()),
  /** How those differ who marked these words. */
  difference: z.enum(differences).nullable(),
  views: z.array(viewSchema),
  note: z.string(),
  by: personId,
  at: z.int(),
})

const settledSchema = z.object({ version: z.int().min(1), by: personId, at: z.int() })

export const gapSchema = foundSchema.extend({
  article: entityId,
  title: z.string(),
  /** The version of the labels that answers it; null while none does. */
  settled: settledSchema.nullable(),
})

export const gapsSchema = z.object({
  role: roleSchema,
  gaps: z.array(gapSchema),
  people: z.array(personSchema),
  /** The newest first. */
  versions: z.array(labelVersionSchema),
  /** Articles that are still being looked through: more may come. */
  counting: z.int().min(0),
  /** Articles that cannot be read. */
  unread: z.array(z.object({ article: entityId, title: z.string() })),
})

const named = z.strictObject({ article: entityId, gap: recordId })
export const settleSchema = z.strictObject({
  gaps: z.array(named).min(1).max(500),
  /** Null takes it back. */
  version: z.int().min(1).nullable(),
})

export const recheckSchema = z.object({
  article: entityId,
  title: z.string(),
  mark: recordId,
  kind: z.string(),
  quote: z.string(),
  author: personId,
  /** When it was made, or last changed. */
  at: z.int(),
  /** Whether the gap was in this article. */
  isOfGap: z.boolean(),
  checked: z.object({ by: personId, at: z.int() }).nullable(),
})

export const rechecksSchema = z.object({
  role: roleSchema,
  version: labelVersionSchema,
  /** The kinds of the gaps that it settled. */
  kinds: z.array(z.string()),
  /** By article, in the order of the text. */
  marks: z.array(recheckSchema),
  /** How many there are beside those. */
  more: z.int().min(0),
  people: z.array(personSchema),
  unread: z.array(z.object({ article: entityId, title: z.string() })),
})

export const checkedSchema = z.strictObject({
  marks: z
    .array(z.strictObject({ article: entityId, mark: recordId }))
    .min(1)
    .max(500),
  isChecked: z.boolean(),
})

export type FoundGap = z.infer<typeof foundSchema>
export type Gap = z.infer<typeof gapSchema>
export type Gaps = z.infer<typeof gapsSchema>
export type Recheck = z.infer<typeof recheckSchema>
export type Rechecks = z.infer<typeof rechecksSchema>

/** The gaps flagged in an article, the oldest first. */
export function gapsIn(records: Pick<Records, 'annotations' | 'comments'>, text: string): FoundGap[] {
  const flags = [...records.comments.values()].filter(
    (comment): comment is Remark => 'body' in comment && comment.gap === true,
  )
  if (flags.length === 0) return []
  const clusters = clustersOf(records.annotations.values())
  return flags
    .map((flag): FoundGap => {
      const mark = records.annotations.get(flag.on)
      const cluster = mark && clusters.find(({ annotations }) => annotations.includes(mark))
      const marks = cluster?.annotations ?? []
      return {
        id: flag.id,
        mark: mark?.id ?? null,
        quote: mark ? quoteOf(mark, text) : '',
        kinds: mark ? [...new Set([mark.kind, ...marks.map(({ kind }) => kind)])] : [],
        difference: cluster?.difference ?? null,
        views: marks.map((one) => ({ person: one.author, mark: one.id, kind: one.kind, quote: quoteOf(one, text) })),
        note: flag.body,
        by: flag.author,
        at: flag.since ?? flag.at,
      }
    })
    .sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1))
}

/** Whether a mark has to be looked at again: of one of these kinds, and not touched since the new version. */
export function isTouched({ kind, at }: Annotation, kinds: ReadonlySet<string>, since: number): boolean {
  return kinds.has(kind) && at < since
}

export function quoteOf({ spans }: Pick<Annotation, 'spans'>, text: string): string {
  return quotesOf(text, spans).join(' … ').slice(0, QUOTE_LENGTH).toWellFormed()
}
