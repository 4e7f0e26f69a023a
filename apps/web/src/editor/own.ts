/**
 * What one may change of a mark. One's own mark is changed itself; of another's, what one's verdict says it should be:
 * nobody ever writes into another's record. Whoever changes kind, borders or attributes need not know which it is.
 */
import type { Annotation } from '@attest/schema/annotation'
import { applyFix, type Content, fixFor } from '@attest/schema/correction'
import { canJudge } from '@attest/schema/roles'
import type { Verdict } from '@attest/schema/verdict'
import type { Answer, ArticleRoom } from '../live/article-room.ts'
import { useLive } from '../live/use-live.ts'
import type { Focus } from './focus.ts'
import type { Workbench } from './workbench.ts'

/** The selected mark as it can be changed: one's own, or the one that is being corrected, as corrected. */
export function changeableSelected(room: ArticleRoom, focus: Focus): Annotation | null {
  const selected = focus.selected.get()
  const annotation = selected === null ? undefined : room.records.get().annotations.get(selected)
  return annotation && isChangeable(room, focus, annotation) ? asChanged(room, annotation) : null
}

/** Whether it is one's own, or the one that one has begun to correct. */
export function isChangeable(room: ArticleRoom, focus: Focus, { id, author }: Annotation): boolean {
  return author === room.me.id || focus.correcting.get() === id
}

/** The mark as one would change it: one's own as it is, another's with one's own correction. */
export function asChanged(room: ArticleRoom, annotation: Annotation): Annotation {
  if (annotation.author === room.me.id) return annotation
  return applyFix(annotation, ownVerdictOn(room, annotation.id)?.fix, room.page.labelSet)
}

/** The mark as its card shows it: as corrected while one corrects it. */
export function useChanged({ room, focus }: Workbench, annotation: Annotation): Annotation {
  const isCorrecting = useLive(focus.correcting) === annotation.id
  return isCorrecting ? asChanged(room, annotation) : annotation
}

export function ownVerdictOn(room: ArticleRoom, on: string): Verdict | undefined {
  return room.records
    .get()
    .verdictsOn.get(on)
    ?.find(({ author }) => author === room.me.id)
}

/**
 * Makes this of the mark, or, of another's, says in one's verdict that it should be this. Whoever corrects a mark accepts
 * it as corrected, unless they said that they are unsure.
 */
export function putContent(room: ArticleRoom, annotation: Annotation, content: Content): Answer {
  const { id } = annotation
  const { kind, attributes } = content
  const spans = content.spans.map(([from, to]): [number, number] => [from, to])
  if (annotation.author === room.me.id) return room.put('annotations', { id, kind, spans, attributes })
  if (!canJudge(room.role, room.page.project)) return { ok: false, reason: 'not-yours' }
  const before = ownVerdictOn(room, id)
  const fix = fixFor(annotation, { kind, spans, attributes })
  return room.put('verdicts', {
    ...(before && { id: before.id }),
    on: id,
    decision: before?.decision === 'unsure' ? 'unsure' : 'accept',
    ...(fix && { fix }),
    ...(before?.note !== undefined && { note: before.note }),
  })
}
