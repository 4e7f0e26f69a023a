/**
 * What the verdicts about an annotation add up to. An owner's verdict decides; else the reviewers' majority, a tie being
 * disputed; else, where the project lets annotators judge each other's marks, the peers' majority; else it is open.
 *
 * Nobody judges their own mark, and yet whoever reviews may know better than all the others. So an owner or a reviewer
 * who calls another's mark a duplicate of their own puts their own in its place: that speaks for their own mark as an
 * accepting verdict of theirs would, for as long as the other mark stands rejected for it. It is tied to a decision
 * that others see and can overrule, at either mark. A mark of theirs over words that nobody else marked needs somebody else.
 */
import type { Annotation } from './annotation.ts'
import { order } from './order.ts'
import { authorOf } from './record.ts'
import type { Role } from './roles.ts'
import type { Records } from './room.ts'
import type { Verdict } from './verdict.ts'

export const outcomes = ['open', 'accepted', 'rejected', 'disputed'] as const

export type Outcome = (typeof outcomes)[number]

export interface Judging {
  /** The role of a person in the project, null for somebody who is not in it (any more). */
  roleOf: (person: string) => Role | null
  peersJudge: boolean
}

export type Fix = NonNullable<Verdict['fix']>

export interface Ruling {
  outcome: Outcome
  /** The verdicts that it follows from, oldest first: of the owner, the reviewers or the peers. */
  by: readonly Verdict[]
  /** Where it is accepted: what is to be corrected about it. */
  fix: Fix | null
  /** Where it is rejected as a duplicate: the annotation that stands for it. */
  of: string | null
}

const undecided: Ruling = { outcome: 'open', by: [], fix: null, of: null }

/** The verdict that counts for each judge of each annotation: their newest. Nobody's verdict on their own mark counts. */
export function standingVerdicts(verdicts: Iterable<Verdict>): Map<string, Verdict[]> {
  const standing = new Map<string, Map<string, Verdict>>()
  for (const verdict of verdicts) {
    if (verdict.on.startsWith(`${verdict.author}.`)) continue
    const ofMark = standing.get(verdict.on) ?? new Map<string, Verdict>()
    standing.set(verdict.on, ofMark)
    const other = ofMark.get(verdict.author)
    if (!other || isNewer(verdict, other)) ofMark.set(verdict.author, verdict)
  }
  return new Map(
    Array.from(standing, ([on, ofMark]) => [on, [...ofMark.values()].sort((a, b) => (isNewer(a, b) ? 1 : -1))]),
  )
}

function isNewer(a: Verdict, b: Verdict): boolean {
  return a.at > b.at || (a.at === b.at && a.id > b.id)
}

/** The rulings about all annotations, by their ids. */
export function rulingsOf(
  { annotations, verdicts }: Pick<Records, 'annotations' | 'verdicts'>,
  judging: Judging,
): Map<string, Ruling> {
  const standing = standingVerdicts(verdicts.values())
  const standingOn = (id: string) => standing.get(id) ?? []
  const naming = new Map<string, Verdict[]>()
  for (const all of standing.values())
    for (const verdict of all)
      if (isForOwn(verdict)) naming.set(verdict.of, [...(naming.get(verdict.of) ?? []), verdict])
  return new Map(
    Array.from(annotations.values(), (annotation) => {
      const { id } = annotation
      const answers = answersAmong(naming.get(id) ?? [], standingOn, judging)
      return [id, rulingOf(annotation, standingOn(id), judging, answers)]
    }),
  )
}

/** Whether somebody calls another's mark a duplicate of their own. */
export function isForOwn(verdict: Verdict): verdict is Verdict & { of: string } {
  return verdict.decision === 'duplicate' && authorOf(verdict.of ?? '') === verdict.author
}

/** Of the verdicts that are for one mark of their author's own, the one that counts for it: however many, it is one voice. */
export function answersAmong(
  forOwn: readonly Verdict[],
  standingOn: (id: string) => readonly Verdict[],
  judging: Judging,
): Verdict[] {
  const counting = forOwn.filter((verdict) => {
    const role = judging.roleOf(verdict.author)
    if (role !== 'owner' && role !== 'reviewer') return false
    const standing = standingOn(verdict.on)
    // Asked without the answers for that one: two who each put their own mark in the other's place would never end.
    return standing.includes(verdict) && rulingOf({ id: verdict.on }, standing, judging).of === verdict.of
  })
  return counting.sort((a, b) => (isNewer(a, b) ? 1 : -1)).slice(-1)
}

/** The ruling about an annotation, given the standing verdicts about it, and its author's for it in another's place. */
export function rulingOf(
  { id }: Pick<Annotation, 'id'>,
  standing: readonly Verdict[],
  judging: Judging,
  answers: readonly Verdict[] = [],
): Ruling {
  if (standing.length + answers.length === 0) return undecided
  const about = [...standing.filter(({ on }) => on === id), ...answers]
  const by = (role: Role) => about.filter(({ author }) => judging.roleOf(author) === role)
  // Of several owners the newest word holds; "unsure" settles nothing and leaves it to the others.
  const decided = by('owner')
    .filter(({ decision }) => decision !== 'unsure')
    .sort((a, b) => (isNewer(a, b) ? 1 : -1))
    .at(-1)
  if (decided) return majority(id, [decided])
  const reviewers = majority(id, by('reviewer'))
  if (reviewers.outcome !== 'open' || !judging.peersJudge) return reviewers
  return majority(id, by('annotator'))
}

/** The outcome of an annotation, given the standing verdicts about it. */
export function outcomeOf(annotation: Annotation, standing: readonly Verdict[], judging: Judging): Outcome {
  return rulingOf(annotation, standing, judging).outcome
}

function majority(id: string, verdicts: readonly Verdict[]): Ruling {
  // An answer is about another annotation, and for this one.
  const accepting = verdicts.filter(({ on, decision }) => on !== id || decision === 'accept')
  const against = verdicts.filter(
    ({ on, decision }) => on === id && (decision === 'reject' || decision === 'duplicate'),
  )
  const by = [...accepting, ...against].sort((a, b) => (isNewer(a, b) ? 1 : -1))
  if (by.length === 0) return undecided
  if (accepting.length === against.length) return { ...undecided, outcome: 'disputed', by }
  if (accepting.length < against.length) return { ...undecided, outcome: 'rejected', by, of: standInOf(against) }
  const fix = commonFix(accepting.map((verdict) => (verdict.on === id ? (verdict.fix ?? {}) : {})))
  // All agree that there is a mark, and not on which: that is for an owner as well.
  return fix === null
    ? { ...undecided, outcome: 'disputed', by }
    : { outcome: 'accepted', by, fix: orNull(fix), of: null }
}

/** What most of these say stands for it, where it is not rather wrong; of equals, as the newest says. */
function standInOf(against: readonly Verdict[]): string | null {
  const duplicates = against.filter(({ decision }) => decision === 'duplicate')
  if (2 * duplicates.length < against.length) return null
  const votes = Map.groupBy(duplicates, ({ of }) => of ?? '')
  const newest = (all: readonly Verdict[]) => all.reduce((one, other) => (isNewer(other, one) ? other : one))
  const [first] = [...votes.values()].sort((a, b) => b.length - a.length || (isNewer(newest(b), newest(a)) ? 1 : -1))
  return first?.[0]?.of ?? null
}

/**
 * What those who accept say together should be corrected, each part of it by majority; a correction counts before
 * saying nothing about that part. Null where as many want one thing as another.
 */
function commonFix(fixes: readonly Fix[]): Fix | null {
  const kind = mostSaid(fixes.map((fix) => fix.kind))
  const spans = mostSaid(fixes.map((fix) => fix.spans))
  const attributes = mostSaid(fixes.map((fix) => fix.attributes))
  if (kind === null || spans === null || attributes === null) return null
  return { ...(kind && { kind }), ...(spans && { spans }), ...(attributes && { attributes }) }
}

function mostSaid<T extends string | readonly unknown[] | object>(
  said: readonly (T | undefined)[],
): T | undefined | null {
  const proposals = said.filter((one) => one !== undefined)
  if (proposals.length === 0) return undefined
  const votes = [...Map.groupBy(proposals, canonical).values()].sort((a, b) => b.length - a.length)
  const [first, second] = votes
  if (!first || said.length - proposals.length > first.length) return undefined
  return second?.length === first.length ? null : first[0]
}

/** The same string for the same proposal, in whatever order attributes were filled in. */
function canonical(value: string | readonly unknown[] | object): string {
  if (typeof value === 'string' || Array.isArray(value)) return JSON.stringify(value)
  return JSON.stringify(Object.entries(value).sort(([a], [b]) => order(a, b)))
}

function orNull(fix: Fix): Fix | null {
  return Object.keys(fix).length > 0 ? fix : null
}
