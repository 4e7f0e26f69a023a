/**
 * What people answer to suggestions. Who reviews judges them as any mark. Who annotates takes one as a mark of their own,
 * which they then answer for, or waves it away: with a verdict where they may judge, else for themselves alone. Everything
 * that is written goes the way that marks and verdicts go, so undo takes it back.
 */
import { type Annotation, inTextOrder } from '@attest/schema/annotation'
import { knownAttributes } from '@attest/schema/labelset'
import { makeRecordId } from '@attest/schema/record'
import { canJudge } from '@attest/schema/roles'
import { isSameSpans } from '@attest/schema/span'
import type { Decision } from '@attest/schema/verdict'
import { kindLabel, shortQuote } from '../annotations/describe.ts'
import { speak } from '../editor/focus.ts'
import { ownVerdictOn } from '../editor/own.ts'
import type { Workbench } from '../editor/workbench.ts'
import type { ArticleRoom, RecordChange } from '../live/article-room.ts'
import type { LiveRecords } from '../live/live-records.ts'
import { saying } from '../review/decide.ts'
import { act, startCorrecting } from '../review/judge.ts'
import { changeKept, type Kept, keptOf } from './kept.ts'
import { panelWords as words } from './wording.ts'

/** What has become of a suggestion, as far as one person is concerned. */
export type Standing = 'open' | 'taken' | 'accepted' | 'rejected'

/** Whether somebody makes suggestions their own, instead of judging them for all. */
export function takesOver(room: ArticleRoom): boolean {
  return room.page.project.memberRole === 'annotator'
}

/** The suggestions there are, in the order of the text. */
export function suggestionsIn(records: Pick<LiveRecords, 'annotations' | 'isModel'>): Annotation[] {
  return [...records.annotations.values()].filter(({ author }) => records.isModel(author)).sort(inTextOrder)
}

/** How each of these stands: asked of all at once, because one's own marks are looked through for it. */
export function standings(room: ArticleRoom, all: readonly Annotation[], kept: Kept): Map<string, Standing> {
  const records = room.records.get()
  const own = new Set<string>()
  for (const one of records.annotations.values())
    if (one.author === room.me.id) own.add(`${one.kind} ${one.spans.join(' ')}`)
  const standing = new Map<string, Standing>()
  for (const one of all) {
    const decision = ownVerdictOn(room, one.id)?.decision
    const became = kept.taken.get(one.id)
    const isTaken =
      own.has(`${one.kind} ${one.spans.join(' ')}`) || (became !== undefined && records.annotations.has(became))
    if (isTaken) standing.set(one.id, 'taken')
    else if (decision === 'reject' || decision === 'duplicate' || kept.rejected.has(one.id))
      standing.set(one.id, 'rejected')
    else if (decision === 'accept' || records.outcomes.get(one.id) === 'accepted') standing.set(one.id, 'accepted')
    else standing.set(one.id, 'open')
  }
  return standing
}

/** What makes these one's own, or accepts them, as one act; with which suggestion became which mark. */
export function accepting(room: ArticleRoom, some: readonly Annotation[]) {
  const became = new Map<string, string>()
  const changes = some.flatMap((one): RecordChange[] => {
    if (!takesOver(room)) return saying(room, one.id, { decision: 'accept' })
    const { kind, spans } = one
    const id = makeRecordId(room.me.id)
    became.set(one.id, id)
    return [
      { root: 'annotations', put: { id, kind, spans, attributes: knownAttributes(one, kind, room.page.labelSet) } },
    ]
  })
  return { changes, became }
}

export function noteTaken(room: ArticleRoom, became: ReadonlyMap<string, string>): void {
  if (became.size === 0) return
  const { taken } = keptOf(room.me.id, room.page.id).get()
  changeKept(room.me.id, room.page.id, { taken: new Map([...taken, ...became]) })
}

/** The mark of one's own that a suggestion has become, or the suggestion that one judges; null where it was refused. */
export function accept(bench: Workbench, suggestion: Annotation): string | null {
  const { room, focus } = bench
  const { changes, became } = accepting(room, [suggestion])
  if (!act(bench, changes)) return null
  noteTaken(room, became)
  speak(
    focus,
    (takesOver(room) ? words.took : words.accepted)(kindLabel(room, suggestion), shortQuote(room, suggestion, 60)),
  )
  return became.get(suggestion.id) ?? suggestion.id
}

export function reject(bench: Workbench, suggestion: Annotation): boolean {
  const { room, focus } = bench
  if (canJudge(room.role, room.page.project)) {
    if (!act(bench, saying(room, suggestion.id, { decision: 'reject' }))) return false
  } else {
    const { rejected } = keptOf(room.me.id, room.page.id).get()
    changeKept(room.me.id, room.page.id, { rejected: new Set([...rejected, suggestion.id]) })
  }
  speak(focus, words.rejected(shortQuote(room, suggestion, 60)))
  return true
}

/** Takes back that one has waved it away, or judged it. */
export function reopen(bench: Workbench, { id }: Annotation): void {
  const { room } = bench
  const before = ownVerdictOn(room, id)
  if (before) act(bench, [{ root: 'verdicts', remove: before.id }])
  const { rejected } = keptOf(room.me.id, room.page.id).get()
  if (rejected.has(id))
    changeKept(room.me.id, room.page.id, { rejected: new Set([...rejected].filter((one) => one !== id)) })
}

/** Takes it as one's own and opens it to be changed; of a reviewer, says in the verdict what it should be. */
export function correct(bench: Workbench, suggestion: Annotation): void {
  const { room, editor, focus } = bench
  if (!takesOver(room)) {
    startCorrecting(bench, suggestion.id)
    return
  }
  const own = ownLike(room, suggestion) ?? accept(bench, suggestion)
  if (own === null) return
  editor.commands.selectAnnotation(own)
  focus.edited.set(own)
}

function ownLike(room: ArticleRoom, { kind, spans }: Annotation): string | null {
  for (const one of room.records.get().annotations.values())
    if (one.author === room.me.id && one.kind === kind && isSameSpans(one.spans, spans)) return one.id
  return null
}

/** The keys of the review on a suggestion, where somebody takes over instead of judging; false where they judge. */
export function answerSuggestion(bench: Workbench, mark: Annotation, decision: Decision): boolean {
  const { room, editor, focus } = bench
  if (!room.isModel(mark.author) || !takesOver(room)) return false
  if (room.barred.get() !== null) return false
  if (decision === 'accept') {
    if (accept(bench, mark) === null) return true
  } else if (decision === 'reject') {
    if (!reject(bench, mark)) return true
  } else return false
  const { text } = focus.spoken.get()
  const standing = standings(room, suggestionsIn(room.records.get()), keptOf(room.me.id, room.page.id).get())
  if (editor.commands.stepAnnotation(1, ({ id }) => standing.get(id) === 'open'))
    speak(focus, `${text}. ${focus.spoken.get().text}`)
  return true
}

/** The next of these that is open, after this one and from the top again after the last; null when there is no other. */
export function nextOpen(room: ArticleRoom, after: Annotation, among: readonly Annotation[]): Annotation | null {
  const standing = standings(room, among, keptOf(room.me.id, room.page.id).get())
  const at = among.findIndex(({ id }) => id === after.id)
  const turned = [...among.slice(at + 1), ...among.slice(0, Math.max(0, at))]
  return turned.find(({ id }) => standing.get(id) === 'open') ?? null
}
