/** A relation: a typed, directed link between two annotations; which ends a type allows is the label set's to say. */
import * as z from 'zod'
import { termId } from './annotation.ts'
import { recordBase, recordId } from './record.ts'

export const relationSchema = z
  .strictObject({ ...recordBase, type: termId, from: recordId, to: recordId })
  .refine((relation) => relation.from !== relation.to, 'a relation of a mark to itself')

export type Relation = z.infer<typeof relationSchema>
