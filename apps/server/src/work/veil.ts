/**
 * The work on blind articles, as it may be told before the reveal: to whoever is no reviewer, what they do themselves,
 * and nothing of the others; neither their marks nor their states, nor how many they are.
 */
import { isHidden, seesHidden } from '@attest/schema/layer'
import { outcomes } from '@attest/schema/outcome'
import type { Role } from '@attest/schema/roles'
import { type Assignment, noReview, type RoomFigures } from '@attest/schema/work'
import type { StateChange } from '../store/work.ts'
import type { WorkArticle } from '../store/work-figures.ts'

export interface Onlooker {
  person: string
  /** What they are in the project. */
  role: Role
}

export const noFigures: RoomFigures = {
  kinds: {},
  people: {},
  threads: 0,
  openThreads: 0,
  review: noReview,
  gaps: 0,
}

/** Whether something is kept from this person. */
export function isVeiled({ blind }: Pick<WorkArticle, 'blind'>, { role }: Onlooker): boolean {
  return isHidden(blind) && !seesHidden(role)
}

/** The article with the state and the figures that this person may know of, and the assignments that go with them. */
export function veiled(
  article: WorkArticle,
  assignments: readonly Assignment[],
  onlooker: Onlooker,
): { article: WorkArticle; assignments: readonly Assignment[] } {
  const { blind, figures, layers } = article
  if (!isHidden(blind)) return { article, assignments }
  // While a reveal is under way, what is in its layers is partly in its own room as well.
  const whole = blind === 'blind' ? [figures, ...layers.values()] : [...layers.values()]
  if (!isVeiled(article, onlooker)) return { article: { ...article, figures: sumOf(whole) }, assignments }
  const own = assignments.filter(({ person }) => person === onlooker.person)
  const seen = layers.get(onlooker.person) ?? noFigures
  return { article: { ...article, state: own[0]?.state ?? 'todo', figures: seen, layers: new Map() }, assignments: own }
}

/** What was done to one's own assignments of veiled articles is, for oneself, what was done to these articles. */
export function veiledChanges(
  changes: readonly StateChange[],
  isHiddenOne: (article: string) => boolean,
  { person }: Onlooker,
): StateChange[] {
  return changes.flatMap((change) => {
    if (!isHiddenOne(change.article)) return [change]
    if (change.person !== person) return []
    return [change, { ...change, person: null, state: change.state ?? 'todo' }]
  })
}

function sumOf(all: readonly RoomFigures[]): RoomFigures {
  const sum = { ...noFigures, kinds: { ...noFigures.kinds }, people: { ...noFigures.people }, review: { ...noReview } }
  for (const { kinds, people, threads, openThreads, review, gaps } of all) {
    for (const [kind, count] of Object.entries(kinds)) sum.kinds[kind] = (sum.kinds[kind] ?? 0) + count
    for (const [person, count] of Object.entries(people)) sum.people[person] = (sum.people[person] ?? 0) + count
    sum.threads += threads
    sum.openThreads += openThreads
    sum.gaps += gaps
    for (const outcome of outcomes) sum.review[outcome] += review[outcome]
  }
  return sum
}
