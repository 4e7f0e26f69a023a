/**
 * Layers that no person has made: marks that came in with a file, or that a model has proposed. Each has an id as people
 * have, so that its records name it as their author; but it cannot sign in, is no member, and never counts as somebody.
 */
import * as z from 'zod'
import { entityId } from './article.ts'
import { personId } from './record.ts'

export const sourceKinds = ['import', 'prediction'] as const

export type SourceKind = (typeof sourceKinds)[number]

/** What a page has to know of whose marks these are. */
export const layerSourceSchema = z.object({
  kind: z.enum(sourceKinds),
  /** Of whoever made the marks, as the file or the service says; what it is called here has the file in it as well. */
  name: z.string(),
  /** The name of the format; null where the marks came in no file. */
  format: z.string().nullable(),
  file: z.string().nullable(),
  /** Of a prediction: which model, of which version. */
  model: z.string().nullable(),
  version: z.string().nullable(),
  /** Who brought it here; null where nobody did. */
  by: personId.nullable(),
  /** Milliseconds since 1970. */
  at: z.int(),
})

/** One of the layers of a project, with how much there is of it. */
export const projectSourceSchema = layerSourceSchema.extend({
  /** As an author of records. */
  id: personId,
  /** What people see in the place of a name: “ada (scene-02.ann)”. */
  title: z.string(),
  /** The import it came with, which can be taken back as a whole while nobody has built on it. */
  importId: entityId.nullable(),
  /** In how many articles it has marks. */
  articles: z.int(),
})

export type LayerSource = z.infer<typeof layerSourceSchema>
export type ProjectSource = z.infer<typeof projectSourceSchema>
