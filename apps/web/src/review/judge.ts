/** One's verdict about one mark, for keys and buttons: what is refused is said, and what is done is heard. */
import type { Refusal } from '@attest/schema/protocol'
import type { Decision } from '@attest/schema/verdict'
import { speak } from '../editor/focus.ts'
import { ownVerdictOn } from '../editor/own.ts'
import { refusalText } from '../editor/wording.ts'
import type { Workbench } from '../editor/workbench.ts'
import type { RecordChange } from '../live/article-room.ts'
import type { Bar } from '../live/status.ts'
import { tell } from '../ui/notices.ts'
import { saying, sayingNothing, standIns, whyNot } from './decide.ts'
import { verdictWords as words } from './wording.ts'

/** So many changes are one act: it is one message to the server, which takes no more than a megabyte in one. */
export const MOST_IN_ACT = 1500

interface More {
  note?: string
  of?: string
  /** Takes the correction out of the verdict. */
  dropsFix?: boolean
}

/** Says it, or, the same again with nothing more to it, takes it back. Null when it could not be done, which is told. */
export function judge(bench: Workbench, id: string, decision: Decision, more: More = {}): 'said' | 'taken-back' | null {
  const { room, focus } = bench
  const records = room.records.get()
  const annotation = records.annotations.get(id)
  if (!annotation) return null
  const reason = whyNot(room, annotation)
  if (reason) return refuse(reason)
  const before = ownVerdictOn(room, id)
  const { note, of, dropsFix } = more
  if (before?.decision === decision && note === undefined && of === undefined && !dropsFix) {
    if (!act(bench, sayingNothing(room, id))) return null
    speak(focus, words.takenBack)
    return 'taken-back'
  }
  const standIn = decision === 'duplicate' ? (of ?? standIns(records, annotation)[0]?.id) : undefined
  if (decision === 'duplicate' && standIn === undefined) {
    tell(words.noStandIn, { tone: 'problem' })
    return null
  }
  const changes = saying(room, id, {
    decision,
    ...(standIn !== undefined && { of: standIn }),
    ...(note !== undefined && { note }),
    ...(dropsFix && { fix: {} }),
  })
  if (!act(bench, changes)) return null
  speak(focus, words.heard[decision])
  return 'said'
}

/** Does it as one act; false, and told, when it is refused. */
export function act({ room }: Pick<Workbench, 'room'>, changes: readonly RecordChange[]): boolean {
  const answer = changes.length > 0 ? room.act(changes) : ({ ok: true } as const)
  if (!answer.ok) refuse(answer.reason)
  return answer.ok
}

/**
 * The same, with the way back in its notice: it takes back this act, whatever came after it, and leaves alone what has
 * become another since.
 */
export function actTold({ room }: Pick<Workbench, 'room'>, changes: readonly RecordChange[], text: string): boolean {
  const idOf = (change: RecordChange) => ('remove' in change ? change.remove : change.put.id)
  const before = changes.map((change) => room.records.get()[change.root].get(idOf(change) ?? ''))
  const answer = room.act(changes)
  if (!answer.ok) {
    refuse(answer.reason)
    return false
  }
  const made = answer.ids.map((id, i) => {
    const root = changes[i]?.root ?? 'verdicts'
    return { root, id, before: before[i], after: room.records.get()[root].get(id) }
  })
  const takeBack = () => {
    const now = room.records.get()
    const back = room.act(
      made
        .filter(({ root, id, after }) => now[root].get(id) === after)
        // A record stands under the root that it was found under, which TypeScript cannot see.
        .map(({ root, id, before }) => (before ? { root, put: before } : { root, remove: id }) as RecordChange),
    )
    if (!back.ok) refuse(back.reason)
  }
  tell(text, { action: { label: words.undo, run: takeBack } })
  return true
}

function refuse(reason: Refusal | Bar): null {
  tell(refusalText(reason), { tone: 'problem' })
  return null
}

/** Lets kind, borders and attributes of another's mark be changed in its card, as a correction. */
export function startCorrecting({ editor, room, focus }: Workbench, id: string): boolean {
  const annotation = room.records.get().annotations.get(id)
  if (!annotation) return false
  const reason = whyNot(room, annotation)
  if (reason) {
    refuse(reason)
    return true
  }
  editor.commands.selectAnnotation(id)
  focus.correcting.set(id)
  speak(focus, words.correctingHeard)
  return true
}
