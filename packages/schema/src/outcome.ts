/**
 * What the verdicts about an annotation add up to. An owner's verdict decides; else the reviewers' majority, a tie being
 * disputed; else, where the project lets annotators judge each other's marks, the peers' majority; else it is open.
 */
import type { Annotation } from './annotation.ts'
import type { Role } from './roles.ts'
import type { Verdict } from './verdict.ts'

export const outcomes = ['open', 'accepted', 'rejected', 'disputed'] as const

export type Outcome = (typeof outcomes)[number]

interface Judging {
  /** The role of a person in the project, null for somebody who is not in it (any more). */
  roleOf: (person: string) => Role | null
  peersJudge: boolean
}

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

/** The outcome of an annotation, given the standing verdicts about it. */
export function outcomeOf(annotation: Annotation, standing: readonly Verdict[], judging: Judging): Outcome {
  const by = (role: Role) =>
    standing.filter((verdict) => verdict.on === annotation.id && judging.roleOf(verdict.author) === role)
  // Of several owners the newest word holds; "unsure" settles nothing and leaves it to the others.
  const decided = by('owner')
    .filter((verdict) => verdict.decision !== 'unsure')
    .at(-1)
  if (decided) return decided.decision === 'accept' ? 'accepted' : 'rejected'
  const reviewers = majority(by('reviewer'))
  if (reviewers !== 'open' || !judging.peersJudge) return reviewers
  return majority(by('annotator'))
}

function majority(verdicts: readonly Verdict[]): Outcome {
  const accept = verdicts.filter((verdict) => verdict.decision === 'accept').length
  const against = verdicts.filter((verdict) => verdict.decision === 'reject' || verdict.decision === 'duplicate').length
  if (accept + against === 0) return 'open'
  if (accept === against) return 'disputed'
  return accept > against ? 'accepted' : 'rejected'
}
