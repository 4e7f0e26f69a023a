/**
 * The records as they are shown: parsed, by id, with what the verdicts about each add up to. Only what changed is read
 * and judged again.
 */
import type { Annotation } from '@attest/schema/annotation'
import { type Cluster, clustersOf } from '@attest/schema/cluster'
import {
  answersAmong,
  isForOwn,
  type Judging as JudgingOf,
  type Outcome,
  type Ruling,
  rulingOf,
  standingVerdicts,
} from '@attest/schema/outcome'
import type { Role } from '@attest/schema/roles'
import {
  emptyRecords,
  parseRecord,
  type RecordOf,
  type Records,
  type Root,
  recordKey,
  roots,
  type Unreadable,
} from '@attest/schema/room'
import { type Threads, threadsOf } from '@attest/schema/thread'
import type { Verdict } from '@attest/schema/verdict'
import { type Cell, makeCalmCell } from './cell.ts'
import { isSameValue } from './local-copy.ts'

/** All records as of one moment. The maps are the living ones: a new object around them announces a change. */
export interface LiveRecords extends Readonly<Records> {
  outcomes: ReadonlyMap<string, Outcome>
  /** What each outcome follows from, where there are verdicts about the mark, or for it. */
  rulings: ReadonlyMap<string, Ruling>
  /** For each annotation, the verdict that counts of each judge, oldest first. */
  verdictsOn: ReadonlyMap<string, readonly Verdict[]>
  /** The comments as talk; the same object for as long as no comment is another. */
  threads: Threads
  /** The annotations as they are reviewed; the same object for as long as no annotation is another. */
  clusters: readonly Cluster[]
  /** Whether this author is a model: what it proposes waits for nobody, and is reviewed as suggestions are. */
  isModel: (author: string) => boolean
  unreadable: readonly Unreadable[]
  /** Annotations of another version of the program, of which only what this one knows could be read. */
  stripped: ReadonlySet<string>
}

/** Keys of records, by their root. */
export type Keys = ReadonlyMap<Root, ReadonlySet<string>>

const none: readonly Verdict[] = []

interface Judging {
  /** Why a record has no place in this text, as a sentence; null when it has one. */
  misplaced: (record: RecordOf[Root]) => string | null
  roleOf: (person: string) => Role | null
  peersJudge: () => boolean
  isModel: (author: string) => boolean
}

/**
 * Whether somebody is to decide about an annotation: it is another's, they have said nothing about it, and it is open, or
 * disputed among others.
 */
export function awaits(
  { outcomes, verdictsOn, isModel }: Pick<LiveRecords, 'outcomes' | 'verdictsOn' | 'isModel'>,
  person: string,
  { id, author }: Annotation,
): boolean {
  const outcome = outcomes.get(id)
  if (author === person || isModel(author) || (outcome !== 'open' && outcome !== 'disputed')) return false
  return !verdictsOn.get(id)?.some((verdict) => verdict.author === person)
}

/** Whether it is only what a model has proposed: a mark of nobody's, for as long as nobody has accepted it. */
export function isProposed(
  { isModel, outcomes }: Pick<LiveRecords, 'isModel' | 'outcomes'>,
  { id, author }: Pick<Annotation, 'id' | 'author'>,
): boolean {
  return isModel(author) && outcomes.get(id) !== 'accepted'
}

/** How many marks there are, without what is only proposed. */
export function countMarks(records: Pick<LiveRecords, 'annotations' | 'isModel' | 'outcomes'>): number {
  let count = 0
  for (const one of records.annotations.values()) if (!isProposed(records, one)) count++
  return count
}

export interface Reader {
  readonly cell: Cell<LiveRecords>
  /**
   * Reads these keys again, from `valueAt`: undefined says that there is nothing. Returns those that were not so before,
   * and announces nothing when there are none: a fresh document brings a thousand records that are shown already.
   */
  read(changed: Keys, valueAt: (root: Root, id: string) => unknown): Keys
  /** Judges all again, as when people or roles are others. */
  judgeAll(): void
}

export function makeReader(judging: Judging): Reader {
  const records = emptyRecords()
  const outcomes = new Map<string, Outcome>()
  const rulings = new Map<string, Ruling>()
  const verdictsOn = new Map<string, readonly Verdict[]>()
  /** Every verdict about an annotation, also those that do not count. */
  const verdictIds = new Map<string, Set<string>>()
  /** The verdicts that put an annotation of their author's in the place of another. */
  const forOwnIds = new Map<string, Set<string>>()
  const unreadable = new Map<string, Unreadable>()
  const stripped = new Set<string>()
  // Put together when somebody asks: a mark that is made must not wait for all the talk.
  let threads: Threads | null = null
  let clusters: readonly Cluster[] | null = null
  const snapshot = (): LiveRecords => ({
    ...records,
    outcomes,
    rulings,
    verdictsOn,
    get threads() {
      threads ??= threadsOf(records.comments.values())
      return threads
    },
    get clusters() {
      clusters ??= clustersOf([...records.annotations.values()].filter(({ author }) => !judging.isModel(author)))
      return clusters
    },
    isModel: judging.isModel,
    unreadable: [...unreadable.values()],
    stripped,
  })
  const cell = makeCalmCell(snapshot())

  function readOne<R extends Root>(root: R, id: string, value: unknown): void {
    if (unreadable.size > 0) unreadable.delete(recordKey(root, id))
    records[root].delete(id)
    if (root === 'annotations') stripped.delete(id)
    if (value === undefined) return
    const parsed = parseRecord(root, id, value)
    const known = !parsed.ok && root === 'annotations' ? parseRecord(root, id, knownPart(value)) : parsed
    const problem = !known.ok && !parsed.ok ? parsed.problem : known.ok ? judging.misplaced(known.record) : null
    if (problem !== null) unreadable.set(recordKey(root, id), { root, key: id, problem })
    else if (known.ok) {
      records[root].set(id, known.record)
      if (!parsed.ok) stripped.add(id)
    }
  }

  function isShown(root: Root, id: string, value: unknown): boolean {
    const record = records[root].get(id)
    if (record === undefined)
      return value === undefined && (unreadable.size === 0 || !unreadable.has(recordKey(root, id)))
    return record === value || isSameValue(record, value)
  }

  /** The annotations of which the outcome may be another by this verdict. */
  function readVerdict(id: string, value: unknown): string[] {
    const before = records.verdicts.get(id)
    readOne('verdicts', id, value)
    const after = records.verdicts.get(id)
    if (before) verdictIds.get(before.on)?.delete(id)
    if (after) verdictIds.set(after.on, (verdictIds.get(after.on) ?? new Set()).add(id))
    if (before && isForOwn(before)) forOwnIds.get(before.of)?.delete(id)
    if (after && isForOwn(after)) forOwnIds.set(after.of, (forOwnIds.get(after.of) ?? new Set()).add(id))
    return [before, after].flatMap((one) => (one ? [one.on, ...(isForOwn(one) ? [one.of] : [])] : []))
  }

  const read = (ids: Iterable<string> | undefined): Verdict[] =>
    Array.from(ids ?? [], (one) => records.verdicts.get(one)).filter((one) => one !== undefined)

  /** Judges these again, and what the verdicts about them put in their place. */
  function judge(ids: Iterable<string>): void {
    const all = new Set(ids)
    for (const id of all) {
      const about = read(verdictIds.get(id))
      verdictsOn.set(id, about.length === 0 ? none : (standingVerdicts(about).get(id) ?? none))
      for (const verdict of about) if (isForOwn(verdict)) all.add(verdict.of)
    }
    const { roleOf } = judging
    const how: JudgingOf = { roleOf, peersJudge: judging.peersJudge() }
    for (const id of all) {
      rulings.delete(id)
      const annotation = records.annotations.get(id)
      if (!annotation) {
        outcomes.delete(id)
        continue
      }
      const standing = verdictsOn.get(id) ?? none
      const forOwn = forOwnIds.get(id)?.size ? read(forOwnIds.get(id)) : none
      // Nearly all are so.
      if (standing.length + forOwn.length === 0) {
        outcomes.set(id, 'open')
        continue
      }
      const answers = answersAmong(forOwn, (on) => verdictsOn.get(on) ?? none, how)
      const ruling = rulingOf(annotation, standing, how, answers)
      rulings.set(id, ruling)
      outcomes.set(id, ruling.outcome)
    }
  }

  return {
    cell,
    read(changed, valueAt) {
      const news = new Map<Root, Set<string>>()
      const toJudge = new Set<string>()
      for (const root of roots)
        for (const id of changed.get(root) ?? []) {
          const value = valueAt(root, id)
          if (isShown(root, id, value)) continue
          news.set(root, (news.get(root) ?? new Set()).add(id))
          if (root === 'verdicts') for (const on of readVerdict(id, value)) toJudge.add(on)
          else readOne(root, id, value)
          if (root === 'annotations') toJudge.add(id)
        }
      judge(toJudge)
      if (news.has('comments')) threads = null
      if (news.has('annotations')) clusters = null
      if (news.size > 0) cell.set(snapshot())
      return news
    },
    judgeAll() {
      clusters = null
      judge([...records.annotations.keys(), ...verdictIds.keys()])
      cell.set(snapshot())
    },
  }
}

/** What this version knows of an annotation that another may have written. */
function knownPart(value: unknown): unknown {
  const { id, kind, spans, attributes, author, at }: Partial<Record<keyof Annotation, unknown>> = Object(value)
  const parsed = Object.entries(Object(attributes)).filter(([, one]) => one === null || typeof one === 'string')
  return { id, kind, spans, attributes: Object.fromEntries(parsed), author, at }
}
