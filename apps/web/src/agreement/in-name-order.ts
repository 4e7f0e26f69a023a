/** The figures as people look for them: by name, where the server has them by id. */
import type { AgreementDone } from '@attest/schema/agreement-api'

interface Pair {
  a: string
  b: string
  counts: { onlyA: number; onlyB: number }
  confusion: number[][]
  otherBorders: number[][]
}

const names = new Intl.Collator('en', { numeric: true })

/** People by name; layers that are nobody's come last. */
export function inNameOrder(done: AgreementDone): AgreementDone {
  const known = new Map(done.people.map((one) => [one.id, one]))
  const rank = (id: string) => Number((known.get(id)?.source ?? null) !== null)
  const compare = (a: string, b: string) =>
    rank(a) - rank(b) || names.compare(known.get(a)?.name ?? a, known.get(b)?.name ?? b) || (a < b ? -1 : 1)
  const byPerson = <P extends { person: string }>(all: P[]) => all.toSorted((a, b) => compare(a.person, b.person))
  return {
    ...done,
    people: done.people.toSorted((a, b) => compare(a.id, b.id)),
    compared: done.compared.toSorted(compare),
    pairs: pairsInOrder(done.pairs, compare),
    persons: byPerson(done.persons),
    gold: done.gold && { ...done.gold, persons: byPerson(done.gold.persons) },
    drift: { ...done.drift, people: byPerson(done.drift.people) },
  }
}

/** Each pair with the first of the two in front, and the pairs so. `compare` is never asked about one and the same. */
export function pairsInOrder<P extends Pair>(pairs: readonly P[], compare: (a: string, b: string) => number): P[] {
  return pairs
    .map((pair) => (compare(pair.a, pair.b) > 0 ? turned(pair) : pair))
    .sort((one, other) => (one.a === other.a ? compare(one.b, other.b) : compare(one.a, other.a)))
}

/** The same two the other way round: all figures of a pair are symmetric, but for what is counted of each. */
function turned<P extends Pair>(pair: P): P {
  const { a, b, counts, confusion, otherBorders } = pair
  return {
    ...pair,
    a: b,
    b: a,
    counts: { ...counts, onlyA: counts.onlyB, onlyB: counts.onlyA },
    confusion: transposed(confusion),
    otherBorders: transposed(otherBorders),
  }
}

function transposed(matrix: readonly (readonly number[])[]): number[][] {
  return matrix.map((_, i) => matrix.map((row) => row[i] ?? 0))
}
