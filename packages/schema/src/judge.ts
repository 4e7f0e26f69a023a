/**
 * Whether a person may have written this record: the one place that says so, asked by the page before it writes and by
 * the server's gate before it keeps. Shape comes first (`parseRecord`), then who, then whether it fits the article.
 */
import type { Article } from './article.ts'
import { foreignTerm, type LabelSet } from './labelset.ts'
import type { Refusal } from './protocol.ts'
import { authorOf, CLOCK_AHEAD_MS } from './record.ts'
import { canAnnotate, canJudge, type Role } from './roles.ts'
import { parseRecord, type Root } from './room.ts'
import { misfit } from './span.ts'
import type { Verdict } from './verdict.ts'

export interface Writer {
  person: string
  role: Role
}

/** What records of a room are judged against. */
export interface Setting {
  text: Article['text']
  labelSet: LabelSet
  peersJudge: boolean
}

/** The reason why this value under this key is refused, or null when it is fine. `now` is milliseconds since 1970. */
export function refusalOf(
  root: Root,
  key: string,
  value: unknown,
  writer: Writer,
  setting: Setting,
  now: number,
): Refusal | null {
  if (authorOf(key) !== writer.person) return 'not-yours'
  if (!canAnnotate(writer.role)) return 'read-only'
  const parsed = parseRecord(root, key, value)
  if (!parsed.ok) return 'malformed-record'
  const { record } = parsed
  if (record.at > now + CLOCK_AHEAD_MS) return 'clock-ahead'
  if ('spans' in record) return misfit(setting.text, record.spans) ?? foreignTerm(record, setting.labelSet)
  if ('type' in record)
    return setting.labelSet.relations.some((type) => type.id === record.type) ? null : 'unknown-relation'
  if ('decision' in record) {
    if (authorOf(record.on) === writer.person) return 'own-mark'
    if (!canJudge(writer.role, setting)) return 'may-not-judge'
    return record.fix ? unfitFix(record.fix, setting) : null
  }
  return null
}

function unfitFix({ kind, spans, attributes = {} }: NonNullable<Verdict['fix']>, setting: Setting): Refusal | null {
  const misplaced = spans ? misfit(setting.text, spans) : null
  if (misplaced) return misplaced
  if (kind !== undefined) return foreignTerm({ kind, attributes }, setting.labelSet)
  // Without a kind it is for the mark's own, which only the room knows: an attribute of any kind will do.
  const fits = setting.labelSet.kinds.some((each) => !foreignTerm({ kind: each.id, attributes }, setting.labelSet))
  return fits ? null : 'unknown-attribute'
}
