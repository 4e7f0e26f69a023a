/**
 * What is done to many marks at once. Each is one act: one step of undo, told to the others as one. Only one's own can
 * be changed and deleted, and only others' judged, so each says of how many it was not done.
 */
import type { Annotation } from '@attest/schema/annotation'
import { knownAttributes } from '@attest/schema/labelset'
import type { Refusal } from '@attest/schema/protocol'
import type { Relation } from '@attest/schema/relation'
import type { RecordOf, Root } from '@attest/schema/room'
import type { Acted, ArticleRoom, RecordChange } from '../live/article-room.ts'
import type { Bar } from '../live/status.ts'

export interface Done {
  /** Those that it was done to, as they were. */
  marks: readonly Annotation[]
  /** How many of the chosen were left alone because of whose they are. */
  left: number
  /** Those that the server would not take, and why. */
  refused: number
  reason: Refusal | Bar | null
  /** How many did not fit into the act; they are for the next one. */
  more: number
  /** Takes back this act, one step of undo as well; whatever has become another since stays as it is. */
  takeBack: () => Acted
}

/**
 * An act is one message to the server, which takes no more than a megabyte in one, and what undoes it is one too. This
 * leaves room for what Yjs writes around each record, and the server's limit of records in one message is further off.
 */
const MOST_BYTES = 700_000
const BYTES_AROUND = 100

/** What is done to one mark: changes that belong together. */
interface Step {
  mark: Annotation
  changes: readonly RecordChange[]
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
  const changed = own.filter((one) => one.kind !== kind)
  const keptOf = (one: Annotation) => knownAttributes(one, kind, room.page.labelSet)
  let reason: Refusal | null = null
  // An act with one refused change in it would be none.
  const steps = changed.flatMap((mark): Step[] => {
    const put = { ...mark, kind, attributes: keptOf(mark) }
    const refusal = room.refusalOfRecord('annotations', put)
    reason = refusal ?? reason
    return refusal ? [] : [{ mark, changes: [{ root: 'annotations', put }] }]
  })
  const done = doAll(room, steps, { left: others.length, refused: changed.length - steps.length, reason })
  const lost = (one: Annotation) => Object.keys(keptOf(one)).length < Object.keys(one.attributes).length
  return { ...done, dropped: done.marks.filter(lost).length }
}

/** Deletes one's own, and one's own links from and to them. Those of an older label set, `forGood`, cannot come back. */
export function deleteAll(room: ArticleRoom, chosen: ReadonlySet<string>): Done & { forGood: number } {
  const { own, others } = partChosen(room, chosen)
  const links = ownLinks(room)
  const seen = new Set<Relation>()
  const steps = own.map((mark): Step => {
    // A link between two of them goes with the first one.
    const gone = (links.get(mark.id) ?? []).filter((link) => !seen.has(link))
    for (const link of gone) seen.add(link)
    return {
      mark,
      changes: [
        { root: 'annotations', remove: mark.id },
        ...gone.map((link): RecordChange => ({ root: 'relations', remove: link.id })),
      ],
    }
  })
  // Before: a mark of an older label set is no more taken by the server.
  const old = new Set(own.filter((one) => room.refusalOfRecord('annotations', one) !== null))
  const done = doAll(room, steps, { left: others.length, refused: 0, reason: null })
  return { ...done, forGood: done.marks.filter((one) => old.has(one)).length }
}

/** Judges those of others; who has judged one so already keeps that verdict and its note. */
export function judgeAll(room: ArticleRoom, chosen: ReadonlySet<string>, decision: 'accept' | 'reject'): Done {
  const { own, others } = partChosen(room, chosen)
  const { verdictsOn } = room.records.get()
  const steps = others.flatMap((mark): Step[] => {
    const before = verdictsOn.get(mark.id)?.find(({ author }) => author === room.me.id)
    if (before?.decision === decision) return []
    return [{ mark, changes: [{ root: 'verdicts', put: { ...(before && { id: before.id }), on: mark.id, decision } }] }]
  })
  return doAll(room, steps, { left: own.length, refused: 0, reason: null })
}

/** Does as many of the steps as fit into one act. */
function doAll(room: ArticleRoom, steps: readonly Step[], kept: Pick<Done, 'left' | 'refused' | 'reason'>): Done {
  const now = fitting(room, steps)
  const changes = now.flatMap((step) => step.changes)
  const before = changes.map((change) => recordUnder(room, change))
  const acted = room.act(changes)
  if (!acted.ok)
    return { marks: [], left: kept.left, refused: steps.length, reason: acted.reason, more: 0, takeBack: () => acted }
  const made = changes.map(({ root }, i) => {
    const id = acted.ids[i] ?? ''
    return { root, id, before: before[i], after: room.records.get()[root].get(id) }
  })
  return {
    ...kept,
    marks: now.map((step) => step.mark),
    more: steps.length - now.length,
    takeBack: () => takeBack(room, made),
  }
}

interface Made {
  root: Root
  id: string
  before: RecordOf[Root] | undefined
  after: RecordOf[Root] | undefined
}

function takeBack(room: ArticleRoom, made: readonly Made[]): Acted {
  const records = room.records.get()
  const asLeft = made.filter(({ root, id, after }) => records[root].get(id) === after)
  const possible = asLeft.filter(({ root, before }) => !before || room.refusalOfRecord(root, before) === null)
  const marks = new Set(possible.flatMap(({ root, id }) => (root === 'annotations' ? id : [])))
  const isThere = (id: string) => marks.has(id) || records.annotations.has(id)
  return room.act(
    possible.flatMap(({ root, id, before }): RecordChange[] => {
      if (!before) return [{ root, remove: id }]
      if (root === 'relations' && !isEndedBy(before as Relation, isThere)) return []
      // A record stands under the root that it was found under, which TypeScript cannot see.
      return [{ root, put: before } as RecordChange]
    }),
  )
}

function isEndedBy({ from, to }: Relation, isThere: (id: string) => boolean): boolean {
  return isThere(from) && isThere(to)
}

function ownLinks(room: ArticleRoom): Map<string, Relation[]> {
  const found = new Map<string, Relation[]>()
  for (const link of room.records.get().relations.values())
    if (link.author === room.me.id)
      for (const end of new Set([link.from, link.to])) found.set(end, [...(found.get(end) ?? []), link])
  return found
}

function fitting(room: ArticleRoom, steps: readonly Step[]): readonly Step[] {
  let bytes = 0
  const end = steps.findIndex(({ changes }) => {
    for (const change of changes) bytes += bytesOf(room, change)
    return bytes > MOST_BYTES
  })
  // One alone fits, however much is in it.
  return end < 0 ? steps : steps.slice(0, Math.max(1, end))
}

const encoder = new TextEncoder()

/** Of what it writes, or of what undo would write, whichever is more. */
function bytesOf(room: ArticleRoom, change: RecordChange): number {
  const written = 'put' in change ? JSON.stringify(change.put) : ''
  const before = JSON.stringify(recordUnder(room, change) ?? '')
  return BYTES_AROUND + Math.max(encoder.encode(written).length, encoder.encode(before).length)
}

function recordUnder(room: ArticleRoom, change: RecordChange): RecordOf[Root] | undefined {
  const id = 'remove' in change ? change.remove : change.put.id
  return id === undefined ? undefined : room.records.get()[change.root].get(id)
}
