/**
 * What the built-in suggester finds, and what a service has answered, as far as it can be marks of the text. A long text or
 * a long answer takes a second and more, in which nobody else would be heard: so it is done on a thread of its own.
 */
import type { LabelSet } from '@attest/schema/labelset'
import { builtIn, suggest } from '@attest/schema/suggest/suggest'
import type { ServiceProtocol } from '@attest/schema/suggestion-api'
import { Thread } from '../thread.ts'
import { readProposal, ServiceFailed } from './answers.ts'
import { fitProposed, type Taken } from './taking.ts'

/** Of the text that marks are proposed in, what they have to fit. */
export interface Question {
  text: string
  labelSet: LabelSet
  kinds: readonly string[]
  threshold: number
  /** What a service answered; missing where the built-in suggester is asked. */
  answer?: { protocol: ServiceProtocol; name: string; version: string | null; body: Uint8Array }
}

export interface Judged extends Taken {
  model: string
  version: string
}

/** Letters and bytes that are read here, within some milliseconds. */
const READ_HERE = 10_000
/** Some ten times what the largest answer takes. */
const LIMITS = { maxOldGenerationSizeMb: 512 }

export class Judging {
  readonly #thread = new Thread<Question>(new URL('suggest-thread.ts', import.meta.url), undefined, LIMITS)

  /** Throws `ServiceFailed` where nothing of an answer can be read. */
  async judge(question: Question): Promise<Judged> {
    const isShort = question.text.length + (question.answer?.body.byteLength ?? 0) <= READ_HERE
    const judged = isShort
      ? judgeOrSay(question)
      : await this.#thread.ask<Judged | Failed>(question).finally(() => this.#thread.rest())
    if ('failed' in judged) throw new ServiceFailed(judged.failed)
    return judged
  }
}

/** What does not come through from a thread is the class of an error. */
interface Failed {
  failed: string
}

/** For the thread, which has nobody to throw at. */
export function judgeOrSay(question: Question): Judged | Failed {
  try {
    return judge(question)
  } catch (error) {
    if (error instanceof ServiceFailed) return { failed: error.message }
    throw error
  }
}

function judge({ answer, ...question }: Question): Judged {
  const { text, labelSet, kinds } = question
  if (!answer) {
    const proposed = suggest(text, labelSet, kinds.length > 0 ? { kinds } : {})
    return { model: builtIn.id, version: builtIn.version, ...fitProposed(proposed, { ...question, left: [] }) }
  }
  const { protocol, name, version: known, body } = answer
  const asked = { name, version: known, text, labelSet, kinds }
  const { model, version, proposed, left } = readProposal(protocol, body, asked)
  return { model, version, ...fitProposed(proposed, { ...question, left }) }
}
