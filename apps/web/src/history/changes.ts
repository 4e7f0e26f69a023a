/** What an act did to a record, field by field, as a person would tell it. */
import type { Annotation } from '@attest/schema/annotation'
import type { Act } from '@attest/schema/history'
import type { LabelSet } from '@attest/schema/labelset'
import type { Relation } from '@attest/schema/relation'
import { parseRecord, type RecordOf, type Root } from '@attest/schema/room'
import { isSameSpans, quotesOf } from '@attest/schema/span'
import type { Verdict } from '@attest/schema/verdict'
import { changeWords as words } from './wording.ts'

export interface Change {
  what: string
  before: string
  after: string
  /** Whether it is words, of which the difference is shown word by word. */
  isText: boolean
}

/** The record that an act left, or took away; null when this version cannot read it. */
export function recordOf<R extends Root>(act: Act, root: R): RecordOf[R] | null {
  const parsed = parseRecord(root, act.id, act.after ?? act.before)
  return parsed.ok ? parsed.record : null
}

export function valueBefore<R extends Root>(act: Act, root: R): RecordOf[R] | null {
  const parsed = act.before === null ? null : parseRecord(root, act.id, act.before)
  return parsed?.ok ? parsed.record : null
}

/** What is other than before; nothing for an act that did not change a record that was there. */
export function changesOf(act: Act, { text, labelSet }: { text: string; labelSet: LabelSet }): Change[] {
  if (act.type !== 'changed') return []
  if (act.root === 'annotations') {
    const [before, after] = [valueBefore(act, 'annotations'), recordOf(act, 'annotations')]
    return before && after ? changesOfMark(before, after, text, labelSet) : []
  }
  if (act.root === 'comments') {
    const [before, after] = [valueBefore(act, 'comments'), recordOf(act, 'comments')]
    if (!before || !after || !('body' in before) || !('body' in after)) return []
    return [{ what: words.text, before: before.body, after: after.body, isText: true }]
  }
  if (act.root === 'verdicts') return changesOfVerdict(valueBefore(act, 'verdicts'), recordOf(act, 'verdicts'))
  return changesOfLink(valueBefore(act, 'relations'), recordOf(act, 'relations'), labelSet)
}

function changesOfMark(before: Annotation, after: Annotation, text: string, labelSet: LabelSet): Change[] {
  const changes: Change[] = []
  const kindName = (id: string) => labelSet.kinds.find((kind) => kind.id === id)?.label ?? id
  if (before.kind !== after.kind)
    changes.push({ what: words.kind, before: kindName(before.kind), after: kindName(after.kind), isText: false })
  if (!isSameSpans(before.spans, after.spans)) {
    const quote = ({ spans }: Annotation) => quotesOf(text, spans).join(' … ')
    changes.push({ what: words.words, before: quote(before), after: quote(after), isText: true })
  }
  const attributes = labelSet.kinds.flatMap((kind) => kind.attributes)
  for (const id of new Set([...Object.keys(before.attributes), ...Object.keys(after.attributes)])) {
    const [was, is] = [before.attributes[id], after.attributes[id]]
    if (was === is) continue
    const what = attributes.find((one) => one.id === id)?.label ?? id
    changes.push({ what, before: shown(was), after: shown(is), isText: Boolean(was && is) })
  }
  return changes
}

/** Null says “there is none”; a missing one was not filled in. */
function shown(value: string | null | undefined): string {
  return value === undefined ? words.noAnswer : value === null ? words.none : value
}

function changesOfVerdict(before: Verdict | null, after: Verdict | null): Change[] {
  if (!before || !after) return []
  const changes: Change[] = []
  if (before.decision !== after.decision)
    changes.push({ what: words.state, before: before.decision, after: after.decision, isText: false })
  if (before.note !== after.note)
    changes.push({ what: words.note, before: before.note ?? words.none, after: after.note ?? words.none, isText: true })
  return changes
}

function changesOfLink(before: Relation | null, after: Relation | null, labelSet: LabelSet): Change[] {
  if (!before || !after || before.type === after.type) return []
  const name = (id: string) => labelSet.relations.find((type) => type.id === id)?.label ?? id
  return [{ what: words.kind, before: name(before.type), after: name(after.type), isText: false }]
}

/** Acts that were done in one go, together. */
export function inTurns(acts: readonly Act[]): Act[][] {
  const turns: Act[][] = []
  for (const act of acts) {
    const last = turns.at(-1)
    if (last?.[0]?.turn === act.turn) last.push(act)
    else turns.push([act])
  }
  return turns
}
