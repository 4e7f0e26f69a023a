/**
 * How the marks of each person fare over time: of those they made in a period, the share that each other person (or gold)
 * has as well. A share of one's own marks, as precision is, because only these have a time; what others have and one has not
 * marked belongs to no period.
 */
import { order } from '../order.ts'
import { align, withoutTwins } from './alignment.ts'
import { type Annotated, type Mark, type MarkedLayer, quotient, type Value } from './annotated.ts'

export interface DriftOptions {
  kinds: readonly string[]
  people?: readonly string[]
  /** Where the periods begin, and the last one ends; milliseconds since 1970, in order. */
  cuts: readonly number[]
}

export interface DriftPeriod {
  from: number
  to: number
  marks: number
  /** With the same borders and kind, against every other person who has worked on the article. */
  exact: Value
  /** As `exact`, and half of it for the same kind with other borders. */
  partial: Value
  /** The same two against gold, where the article has it. */
  exactGold: Value
  partialGold: Value
}

export interface Drift {
  person: string
  periods: DriftPeriod[]
}

interface Credit {
  compared: number
  exact: number
  borders: number
}

const noCredit = (): Credit => ({ compared: 0, exact: 0, borders: 0 })

/** One entry a person, in the order of their ids, with one period between every two cuts. */
export function driftOf(annotated: readonly Annotated[], { kinds, people, cuts }: DriftOptions): Drift[] {
  const found = new Map<string, { marks: number; peers: Credit; gold: Credit }[]>()
  const ofKinds = (marks: readonly Mark[]) => withoutTwins(marks.filter(({ kind }) => kinds.includes(kind))).marks
  for (const { layers, gold } of annotated) {
    const asked = layers.filter(({ person }) => !people || people.includes(person))
    const golden = gold && ofKinds(gold.annotations)
    for (const layer of asked) {
      const periods =
        found.get(layer.person) ?? cuts.slice(1).map(() => ({ marks: 0, peers: noCredit(), gold: noCredit() }))
      found.set(layer.person, periods)
      const own = withoutTwins(layer.annotations.filter(({ kind }) => kinds.includes(kind))).marks
      const periodOf = ({ at }: MarkedLayer['annotations'][number]) => periods[cuts.findLastIndex((cut) => cut <= at)]
      for (const mark of own) {
        const period = periodOf(mark)
        if (period) period.marks++
      }
      const hold = (others: readonly Mark[], against: 'peers' | 'gold') => {
        const { pairs, onlyA } = align(own, others)
        for (const { a, difference } of pairs) {
          const credit = periodOf(a)?.[against]
          if (!credit) continue
          credit.compared++
          if (difference === 'same') credit.exact++
          else if (difference === 'borders') credit.borders++
        }
        for (const mark of onlyA) {
          const credit = periodOf(mark)?.[against]
          if (credit) credit.compared++
        }
      }
      for (const other of asked) if (other !== layer) hold(ofKinds(other.annotations), 'peers')
      if (golden) hold(golden, 'gold')
    }
  }
  return Array.from(found, ([person, periods]) => ({
    person,
    periods: periods.map(({ marks, peers, gold }, i) => {
      const [from, to] = [cuts[i] as number, cuts[i + 1] as number]
      const share = ({ compared, exact, borders }: Credit, half: number) =>
        quotient(exact + half * borders, compared, marks === 0 ? 'no-marks' : 'not-shared')
      return {
        from,
        to,
        marks,
        exact: share(peers, 0),
        partial: share(peers, 0.5),
        exactGold: share(gold, 0),
        partialGold: share(gold, 0.5),
      }
    }),
  })).sort((a, b) => order(a.person, b.person))
}
