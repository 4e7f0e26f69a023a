/**
 * What is done to many marks at once. Each is one act: one step of undo, told to the others as one. Only one's own can
 * be changed and deleted, and only others' judged, so each says of how many it was not done.
 */
import type { Annotation } from '@attest/schema/annotation'
import { foreignTerm } from '@attest/schema/labelset'
import type { Refusal } from '@attest/schema/protocol'
import type { ArticleRoom, RecordChange } from '../live/article-room.ts'
import type { Bar } from '../live/status.ts'

export interface Done {
  /** How many were changed, and how many of the chosen were left alone because of whose they are. */
  count: number
  left: number
  /** Those that the server would not take, and why. */
  refused: number
  reason: Refusal | Bar | null
}

/** The chosen marks that are there, parted by whose they are. */
export function partChosen(
  room: ArticleRoom,
  chosen: ReadonlySet<string>,
): { own: Annotation[]; others: Annotation[] } {
  const { annotations } = room.records.get()
  const all = [...chosen].flatMap((id) => annotations.get(id) ?? [])
  const { own = [], others = [] } = Object.groupBy(all, ({ author }) => (author === room.me.id ? 'own' : 'others'))
  return { own, others }
}

/** Changes the kind of one's own; attributes and values that the new kind lacks are dropped, of `dropped` marks. */
export function relabelAll(room: ArticleRoom, chosen: ReadonlySet<string>, kind: string): Done & { dropped: number } {
  const { own, others } = partChosen(room, chosen)
  const { labelSet } = room.page
  let dropped = 0
  const drafts = own
    .filter((one) => one.kind !== kind)
    .map((annotation) => {
      const kept = Object.entries(annotation.attributes).filter(
        ([name, value]) => foreignTerm({ kind, attributes: { [name]: value } }, labelSet) === null,
      )
      return { ...annotation, kind, attributes: Object.fromEntries(kept) }
    })
  const done = putAll(room, drafts, others.length)
  const { annotations } = room.records.get()
  for (const { id, attributes } of own)
    if (Object.keys(annotations.get(id)?.attributes ?? {}).length < Object.keys(attributes).length) dropped++
  return { ...done, dropped }
}

/** Deletes one's own; `bringBack` puts them there again, in one act as well. */
export function deleteAll(
  room: ArticleRoom,
  chosen: ReadonlySet<string>,
): Done & { bringBack: () => Done; forGood: number } {
  const { own, others } = partChosen(room, chosen)
  // A mark of an older label set is no more taken by the server.
  const lasting = own.filter((one) => room.refusalOfRecord('annotations', one) === null)
  const acted = room.act(own.map(({ id }) => ({ root: 'annotations', remove: id })))
  return {
    ...(acted.ok
      ? { count: own.length, left: others.length, refused: 0, reason: null }
      : { count: 0, left: others.length, refused: own.length, reason: acted.reason }),
    bringBack: () => putAll(room, lasting, 0),
    forGood: own.length - lasting.length,
  }
}

/** Judges those of others; who has judged one so already keeps that verdict and its note. */
export function judgeAll(room: ArticleRoom, chosen: ReadonlySet<string>, decision: 'accept' | 'reject'): Done {
  const { own, others } = partChosen(room, chosen)
  const { verdictsOn } = room.records.get()
  const changes = others.flatMap(({ id: on }): RecordChange[] => {
    const before = verdictsOn.get(on)?.find(({ author }) => author === room.me.id)
    if (before?.decision === decision) return []
    return [{ root: 'verdicts', put: { ...(before && { id: before.id }), on, decision } }]
  })
  const acted = changes.length > 0 ? room.act(changes) : ({ ok: true } as const)
  return acted.ok
    ? { count: changes.length, left: own.length, refused: 0, reason: null }
    : { count: 0, left: own.length, refused: changes.length, reason: acted.reason }
}

/** Puts all that the server would take: an act with one refused change in it would be none. */
function putAll(room: ArticleRoom, drafts: readonly Annotation[], left: number): Done {
  let reason: Refusal | Bar | null = null
  const taken = drafts.filter((one) => {
    const refusal = room.refusalOfRecord('annotations', one)
    reason = refusal ?? reason
    return refusal === null
  })
  const acted =
    taken.length > 0
      ? room.act(
          taken.map(({ id, kind, spans, attributes }) => ({
            root: 'annotations',
            put: { id, kind, spans, attributes },
          })),
        )
      : ({ ok: true } as const)
  if (!acted.ok) return { count: 0, left, refused: drafts.length, reason: acted.reason }
  return { count: taken.length, left, refused: drafts.length - taken.length, reason }
}
