/**
 * Layers: what each person has made in an article. In a blind article nobody sees the layer of anybody else before the
 * reveal, but for those who review.
 */
import * as z from 'zod'
import { type Annotation, annotationSchema } from './annotation.ts'
import { commentSchema } from './comment.ts'
import { order } from './order.ts'
import { personId } from './record.ts'
import { type Relation, relationSchema } from './relation.ts'
import { canAnnotate, type Role } from './roles.ts'
import type { Records } from './room.ts'
import { verdictSchema } from './verdict.ts'

/** `revealing` is while the layers are being put together; after it everybody sees all, as in an open article. */
export const blindStates = ['open', 'blind', 'revealing', 'revealed'] as const

export const blindSchema = z.enum(blindStates)

export type BlindState = z.infer<typeof blindSchema>

/** Whether the records of others are not to be seen yet. */
export function isHidden(state: BlindState): boolean {
  return state === 'blind' || state === 'revealing'
}

/** Whether somebody sees the records of others also while they are hidden: those who review. */
export function seesHidden(role: Role): boolean {
  return role === 'owner' || role === 'reviewer'
}

/** Whether somebody has a room of their own in a blind article. */
export function hasLayer(role: Role): boolean {
  return canAnnotate(role)
}

export const layerSchema = z.object({
  person: personId,
  annotations: z.array(annotationSchema),
  relations: z.array(relationSchema),
})

export type Layer = { person: string; annotations: Annotation[]; relations: Relation[] }

/** The records by their authors; people by id, annotations as they stand in the text, relations by id. */
export function layersOf({ annotations, relations }: Pick<Records, 'annotations' | 'relations'>): Layer[] {
  const layers = new Map<string, Layer>()
  const layerOf = (person: string) => {
    const layer = layers.get(person) ?? { person, annotations: [], relations: [] }
    layers.set(person, layer)
    return layer
  }
  for (const one of annotations.values()) layerOf(one.author).annotations.push(one)
  for (const one of relations.values()) layerOf(one.author).relations.push(one)
  for (const layer of layers.values()) {
    layer.annotations.sort((a, b) => startOf(a) - startOf(b) || endOf(a) - endOf(b) || order(a.id, b.id))
    layer.relations.sort((a, b) => order(a.id, b.id))
  }
  return [...layers.values()].sort((a, b) => order(a.person, b.person))
}

function startOf({ spans }: Annotation): number {
  return spans[0]?.[0] ?? 0
}

function endOf({ spans }: Annotation): number {
  return spans.at(-1)?.[1] ?? 0
}

/** The layers of an article, as far as the asking person may see them. */
export const layersSchema = z.object({
  state: blindSchema,
  /** Milliseconds since 1970, by the server's clock: of when this is. */
  at: z.int(),
  layers: z.array(layerSchema),
  verdicts: z.array(verdictSchema),
  comments: z.array(commentSchema),
})

export type Layers = z.infer<typeof layersSchema>
