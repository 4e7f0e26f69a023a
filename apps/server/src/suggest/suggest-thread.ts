/** The thread of the built-in suggester: a long text takes it a second and more, in which nobody else would be heard. */
import type { LabelSet } from '@attest/schema/labelset'
import { suggest } from '@attest/schema/suggest/suggest'
import { answerQuestions } from '../thread.ts'

export interface Question {
  text: string
  labelSet: LabelSet
  kinds: readonly string[]
}

answerQuestions(({ text, labelSet, kinds }: Question) => suggest(text, labelSet, kinds.length > 0 ? { kinds } : {}))
