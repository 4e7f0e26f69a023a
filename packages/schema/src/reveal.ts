/** The bodies about blind articles: which are, how far their annotators are, and the reveal. */
import * as z from 'zod'
import { entityId } from './article.ts'
import { blindSchema } from './layer.ts'
import { personId } from './record.ts'
import { type WorkState, workStateSchema } from './work.ts'

export const blindChangeSchema = z.strictObject({ isBlind: z.boolean() })

/** What it came to for all articles of a project at once. */
export const blindChangedSchema = z.object({
  changed: z.int(),
  /** Those in which there are marks or comments already, so that they stay as they are. */
  kept: z.array(z.object({ id: entityId, title: z.string() })),
})

/** `without`: those whose marks cannot be read, and are left out until they can. */
export const revealRequestSchema = z.strictObject({ without: z.array(personId).max(200).default([]) })

/** How far a blind article is, for those who review it. */
export const revealSchema = z.object({
  state: blindSchema,
  /** Everybody who is assigned to it, or has made something in it. */
  people: z.array(
    z.object({
      person: personId,
      name: z.string(),
      color: z.int().min(0).max(11),
      /** How far they are; null for somebody who is not assigned to it. */
      state: workStateSchema.nullable(),
      marks: z.int(),
      /** What is stored of their marks was found damaged when it was last to be revealed. */
      isDamaged: z.boolean(),
    }),
  ),
  /** It is under way, and cannot go on before somebody has looked at what is stored on the server. */
  isStuck: z.boolean(),
  /** When it was revealed, in milliseconds since 1970, and by whom, null where it was by itself; null before. */
  revealed: z
    .object({
      at: z.int(),
      by: z.string().nullable(),
      /** Those whose marks could not be read then, and are not in it. */
      without: z.array(z.object({ person: personId, name: z.string() })),
    })
    .nullable(),
})

export type Reveal = z.infer<typeof revealSchema>

/** Whether somebody in this state has handed in what they made. */
export function hasSubmitted(state: WorkState | null): boolean {
  return state === 'submitted' || state === 'in-review' || state === 'done'
}
