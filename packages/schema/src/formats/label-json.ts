/** A label set as a file: to keep it, to look at it elsewhere, and to begin another project with it. */
import * as z from 'zod'
import { labelFlaws } from '../label-flaws.ts'
import { type LabelSet, labelSetSchema } from '../labelset.ts'

export const LABEL_FORMAT = 'attest-labels'
export const LABEL_VERSION = 1

/** So long may the guidelines of a project be, in UTF-16 code units. */
export const MOST_GUIDELINES = 50_000

export const guidelinesSchema = z.string().max(MOST_GUIDELINES)

/** What a project works by: its label set, and the guidelines that are common to all kinds. */
export interface Labels {
  labelSet: LabelSet
  guidelines: string
}

export function writeLabelJson({ labelSet, guidelines }: Labels) {
  return { format: LABEL_FORMAT, version: LABEL_VERSION, labelSet, guidelines }
}

export type LabelReading = { ok: true; value: Labels } | { ok: false; problem: string }

/** Reads a file that may be anything at all; a refusal says, for a person, what is wrong and where. */
export function readLabelJson(input: unknown): LabelReading {
  const head = z.looseObject({ format: z.literal(LABEL_FORMAT), version: z.int() }).safeParse(input)
  if (!head.success) return refuse(`This is not a label set of Attest (its “format” is not “${LABEL_FORMAT}”).`)
  const { version, labelSet, guidelines = '' } = head.data
  if (version > LABEL_VERSION)
    return refuse(
      `This file is of version ${version}; this Attest reads up to version ${LABEL_VERSION}. Please update Attest.`,
    )
  const [flaw, ...more] = labelFlaws(labelSet)
  if (flaw) return refuse(more.length > 0 ? `${flaw.text} (And ${more.length} more.)` : flaw.text)
  const common = guidelinesSchema.safeParse(guidelines)
  if (!common.success)
    return refuse(
      `The guidelines of the file are no text of at most ${MOST_GUIDELINES.toLocaleString('en')} characters.`,
    )
  return { ok: true, value: { labelSet: labelSetSchema.parse(labelSet), guidelines: common.data } }
}

function refuse(problem: string): LabelReading {
  return { ok: false, problem }
}
