/**
 * What one says about marks of others, as changes of one's own verdicts. Each function says what is to be put, and leaves
 * out what is so already; `act` makes it one act, so one step of undo. Nobody's record but one's own is ever written.
 */
import type { Annotation } from '@attest/schema/annotation'
import { type Cluster, sameKey, sharedLength } from '@attest/schema/cluster'
import { applyFix, fixFor } from '@attest/schema/correction'
import { knownAttributes } from '@attest/schema/labelset'
import { order } from '@attest/schema/order'
import type { Fix } from '@attest/schema/outcome'
import type { Refusal } from '@attest/schema/protocol'
import { makeRecordId } from '@attest/schema/record'
import { canJudge } from '@attest/schema/roles'
import { lengthOf, quotesOf, type Spans } from '@attest/schema/span'
import type { Decision } from '@attest/schema/verdict'
import { asChanged, ownVerdictOn } from '../editor/own.ts'
import type { ArticleRoom, RecordChange } from '../live/article-room.ts'
import type { LiveRecords } from '../live/live-records.ts'
import type { Bar } from '../live/status.ts'
import { reviewWords as words } from './wording.ts'

export interface Said {
  decision: Decision
  /** With `duplicate`: what stands for it. */
  of?: string
  /** Without: the note of the same decision stays. The empty string takes it away. */
  note?: string
  /** Without: what one has corrected stays, where it goes with the decision. An empty one takes it away. */
  fix?: Fix
}

/** Why one may not judge this mark now; null when one may. */
export function whyNot(room: ArticleRoom, { author }: Pick<Annotation, 'author'>): Refusal | Bar | null {
  const bar = room.barred.get()
  if (bar) return bar
  if (author === room.me.id) return 'own-mark'
  return canJudge(room.role, room.page.project) ? null : 'may-not-judge'
}

/** The change that makes this one's verdict; none when it is so already. */
export function saying(room: ArticleRoom, on: string, { decision, of, note, fix }: Said): RecordChange[] {
  const before = ownVerdictOn(room, on)
  const isSame = before?.decision === decision && before.of === of
  if (isSame && note === undefined && fix === undefined) return []
  const keptNote = note ?? (before?.decision === decision ? before.note : undefined)
  const keptFix = fix ?? (takesFix(decision) && before && takesFix(before.decision) ? before.fix : undefined)
  return [
    {
      root: 'verdicts',
      put: {
        ...(before && { id: before.id }),
        on,
        decision,
        ...(of !== undefined && { of }),
        ...(keptFix && Object.keys(keptFix).length > 0 && { fix: keptFix }),
        ...(keptNote && { note: keptNote }),
      },
    },
  ]
}

function takesFix(decision: Decision): boolean {
  return decision === 'accept' || decision === 'unsure'
}

/** The changes that take back all that one has said of a mark. */
export function sayingNothing(room: ArticleRoom, on: string): RecordChange[] {
  return [...room.records.get().verdicts.values()]
    .filter((verdict) => verdict.on === on && verdict.author === room.me.id)
    .map(({ id }): RecordChange => ({ root: 'verdicts', remove: id }))
}

/** Those of a cluster that are others', of which alone one can say something. */
export function othersIn(room: ArticleRoom, { annotations }: Cluster): Annotation[] {
  return annotations.filter(({ author }) => author !== room.me.id)
}

/** Accepts one of a cluster, as one has corrected it; the others are its duplicates. One's own speaks by that alone. */
export function acceptingOne(room: ArticleRoom, cluster: Cluster, chosen: Annotation, fix?: Fix): RecordChange[] {
  return othersIn(room, cluster).flatMap(({ id }) =>
    id === chosen.id
      ? saying(room, id, { decision: 'accept', ...(fix && { fix }) })
      : saying(room, id, { decision: 'duplicate', of: chosen.id }),
  )
}

export function rejectingAll(room: ArticleRoom, cluster: Cluster): RecordChange[] {
  return othersIn(room, cluster).flatMap(({ id }) => saying(room, id, { decision: 'reject' }))
}

export function leavingAll(room: ArticleRoom, cluster: Cluster): RecordChange[] {
  return othersIn(room, cluster).flatMap(({ id }) => saying(room, id, { decision: 'unsure' }))
}

/** A mark of one's own like this one, in the place of all of the cluster; it can be changed then as any other of one's own. */
export function answeringAnew(room: ArticleRoom, cluster: Cluster, like: Annotation): RecordChange[] {
  const id = makeRecordId(room.me.id)
  const { kind, spans, ...rest } = asChanged(room, like)
  const attributes = knownAttributes(rest, kind, room.page.labelSet)
  return [
    { root: 'annotations', put: { id, kind, spans, attributes } },
    ...othersIn(room, cluster).flatMap((one) => saying(room, one.id, { decision: 'duplicate', of: id })),
  ]
}

/**
 * What a mark could be a duplicate of, the best first: of its cluster before what only overlaps, and what is accepted
 * before what is not. Not what stands as a duplicate of it.
 */
export function standIns(records: LiveRecords, annotation: Annotation): Annotation[] {
  const { annotations, outcomes, rulings } = records
  const cluster = clusterOf(records, annotation.id)
  const isNear = (one: Annotation) => cluster?.annotations.includes(one) === true
  const rank = (one: Annotation) =>
    (isNear(one) ? 4 : 0) +
    (outcomes.get(one.id) === 'accepted' ? 2 : outcomes.get(one.id) === 'rejected' ? -8 : 0) +
    (one.kind === annotation.kind ? 1 : 0) +
    share(one.spans, annotation.spans)
  return [...annotations.values()]
    .filter((one) => one.id !== annotation.id && rulings.get(one.id)?.of !== annotation.id)
    .filter((one) => sharedLength(one.spans, annotation.spans) > 0)
    .map((one) => ({ one, rank: rank(one) }))
    .sort((a, b) => b.rank - a.rank || (a.one.id < b.one.id ? -1 : 1))
    .slice(0, MOST_OFFERED)
    .map(({ one }) => one)
}

const MOST_OFFERED = 30

function share(a: Spans, b: Spans): number {
  const shared = sharedLength(a, b)
  return shared / (lengthOf(a) + lengthOf(b) - shared)
}

export function clusterOf({ clusters }: LiveRecords, id: string): Cluster | undefined {
  return clusters.find(({ annotations }) => annotations.some((one) => one.id === id))
}

/** Those who can agree with each other: people, and layers that came with files only where nobody else has marked. */
export function speakersIn(room: ArticleRoom): ReadonlySet<string> {
  const authors = new Set(room.records.get().clusters.flatMap(({ people }) => people))
  const known = room.people.get()
  const people = [...authors].filter((one) => known.get(one)?.source === undefined)
  return people.length > 0 ? new Set(people) : authors
}

/** What was decided about a cluster, to be said of others like it. */
export type Pass = { is: 'accept'; chosen: Annotation } | { is: 'reject' }

/** Another cluster with what the same decision about it would be. */
export interface Alike {
  cluster: Cluster
  /** The mark over the same words. */
  mark: Annotation
  changes: readonly RecordChange[]
}

/** Clusters elsewhere with a mark of the same kind over the same form of words, about which one has not decided. */
export function alikeTo(room: ArticleRoom, decided: Cluster, pass: Pass): Alike[] {
  const { clusters, outcomes } = room.records.get()
  const models = pass.is === 'accept' ? [pass.chosen] : decided.annotations
  const forms = new Set(models.map((one) => `${one.kind} ${formOf(room, one.spans)}`))
  const fix = pass.is === 'accept' ? ownVerdictOn(room, pass.chosen.id)?.fix : undefined
  return clusters.flatMap((cluster): Alike[] => {
    if (cluster.id === decided.id || !cluster.annotations.some(({ id }) => outcomes.get(id) === 'open')) return []
    const mark = othersIn(room, cluster).find((one) => forms.has(`${one.kind} ${formOf(room, one.spans)}`))
    if (!mark) return []
    const changes =
      pass.is === 'accept' ? acceptingOne(room, cluster, mark, kindFix(room, mark, fix)) : rejectingAll(room, cluster)
    return changes.length > 0 ? [{ cluster, mark, changes }] : []
  })
}

/** Of a correction, what says something of other places too: the kind. */
function kindFix(room: ArticleRoom, mark: Annotation, fix: Fix | undefined): Fix | undefined {
  return fix?.kind ? fixFor(mark, applyFix(mark, { kind: fix.kind }, room.page.labelSet)) : undefined
}

/** The same for the same words, whatever their case and the blanks between them. */
function formOf({ page }: ArticleRoom, spans: Spans): string {
  return quotesOf(page.text, spans).join(' … ').replaceAll(/\s+/gu, ' ').toLowerCase()
}

/** Marks of a cluster that say the same in every respect, which are accepted as one. */
export interface Candidate {
  /** The one that is accepted: another's, where there is one. */
  chosen: Annotation
  marks: readonly Annotation[]
  /** Whether all of them are one's own. */
  isMine: boolean
}

/** What there is to choose from; what most people say first. */
export function candidatesOf(room: ArticleRoom, { annotations }: Cluster): Candidate[] {
  const groups = Map.groupBy(annotations, (one) => {
    const attributes = Object.entries(one.attributes).sort(([a], [b]) => order(a, b))
    return `${sameKey(one)} ${JSON.stringify(attributes)}`
  })
  return [...groups.values()]
    .flatMap((marks): Candidate[] => {
      const others = marks.filter(({ author }) => author !== room.me.id)
      const chosen = others[0] ?? marks[0]
      return chosen ? [{ chosen, marks, isMine: others.length === 0 }] : []
    })
    .sort((a, b) => b.marks.length - a.marks.length)
}

/** What one can do about a cluster. */
export type Doing =
  | { is: 'accept' | 'accept-too'; candidate: Candidate }
  | { is: 'reject' | 'unsure' | 'take-back' }
  | { is: 'answer'; candidate: Candidate }

/** What is to be put for it, what is said of it, and what could be done to others like it. */
export function planOf(room: ArticleRoom, cluster: Cluster, doing: Doing) {
  switch (doing.is) {
    case 'accept': {
      const { chosen, isMine } = doing.candidate
      const isAlone = othersIn(room, cluster).length === 1 && !isMine
      return {
        changes: acceptingOne(room, cluster, chosen),
        said: isAlone ? words.acceptedAlone : words.accepted,
        pass: isMine ? null : ({ is: 'accept', chosen } as const),
      }
    }
    case 'accept-too':
      return {
        changes: saying(room, doing.candidate.chosen.id, { decision: 'accept' }),
        said: words.acceptedAlone,
        pass: null,
      }
    case 'reject':
      return { changes: rejectingAll(room, cluster), said: words.rejected, pass: { is: 'reject' } as const }
    case 'unsure':
      return { changes: leavingAll(room, cluster), said: words.leftOpen, pass: null }
    case 'take-back':
      return {
        changes: cluster.annotations.flatMap(({ id }) => sayingNothing(room, id)),
        said: words.takeBack,
        pass: null,
      }
    case 'answer':
      return { changes: answeringAnew(room, cluster, doing.candidate.chosen), said: words.answered, pass: null }
  }
}
