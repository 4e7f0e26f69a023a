/**
 * The gamma of Mathet, Widlöcher & Métivier (2015), which aligns and measures at once. Of two marks u and v of different
 * people
 *
 * d(u, v) = α ((|Δstart| + |Δend|) / (length u + length v))² + β (0 when they are of the same kind, else 1)
 *
 * and a mark beside nothing costs 1 (their Δ∅), as do nothing and nothing. A unitary alignment takes at most one mark of
 * each person; its disorder is the mean of d over all pairs of people. An alignment uses every mark once; its disorder is
 * the sum of those, over the mean number of marks a person. Then
 *
 * gamma = 1 - disorder of the best alignment / mean disorder of the best alignments of samples drawn by chance
 *
 * A sample is made as in their section 5.2: for each person the marks of somebody (drawn with replacement, of those who
 * have any) are shifted by a distance that is drawn for it, round the end of the text to its beginning; two distances are
 * never nearer to each other than half the mean length of a mark, as long as there is room.
 *
 * For two people the best alignment is an assignment problem and solved exactly. For more it is not (they take integer
 * programming); here people are added one after the other, each by an exact assignment, beginning with each of them once,
 * and then one or two of them at a time are taken out and put back, again exactly, until nothing gets better. What is found
 * is never better than the best, so the disorder is at least the true one; in the samples as in what was observed.
 *
 * A mark of several spans counts from its first to its last character.
 */
import type { Mark, Value } from './annotated.ts'
import { makeChance } from './chance.ts'
import { bestMatching, type Edge } from './matching.ts'

export interface GammaOptions {
  alpha: number
  beta: number
  /** How many samples the expected disorder is the mean of; 30 or more. */
  samples: number
  seed: number
}

type Weights = Pick<GammaOptions, 'alpha' | 'beta'>

export const gammaDefaults: GammaOptions = { alpha: 1, beta: 1, samples: 30, seed: 1 }

/** What gamma of one article is made of. */
export interface Disorder {
  observed: number
  expected: number
  /** The mean number of marks a person: what an article weighs when several are pooled. */
  weight: number
}

export interface Unit {
  start: number
  end: number
  kind: string
}

/** Null beside those who have no mark in it. */
export type UnitaryAlignment = readonly (Unit | null)[]

/** The units of a layer for gamma; a mark without length, or without place, is none. */
export function unitsForGamma(marks: readonly Mark[]): Unit[] {
  return marks.flatMap(({ kind, spans }) => {
    const [start, end] = [spans[0]?.[0] ?? 0, spans.at(-1)?.[1] ?? 0]
    return start < end ? [{ start, end, kind }] : []
  })
}

/** One list of units a person, in a text of this length; null when nobody has a unit, or there are fewer than two. */
export function disorderOf(people: readonly Unit[][], length: number, options: GammaOptions): Disorder | null {
  const weight = people.reduce((sum, units) => sum + units.length, 0) / people.length
  if (people.length < 2 || weight === 0) return null
  const observed = alignmentDisorder(bestAlignment(people, options), options)
  const draw = makeSampler(people, length, makeChance(options.seed))
  let expected = 0
  for (let i = 0; i < options.samples; i++)
    expected += alignmentDisorder(bestAlignment(draw(), options), options) / options.samples
  return { observed, expected, weight }
}

/** Of several articles: the disorders are pooled, each weighted by the mean number of marks a person. */
export function gammaOf(articles: readonly Disorder[]): Value {
  if (articles.length === 0) return { value: null, reason: 'no-marks' }
  const pooled = (part: 'observed' | 'expected') => articles.reduce((sum, one) => sum + one.weight * one[part], 0)
  const expected = pooled('expected')
  return expected === 0 ? { value: null, reason: 'one-category' } : { value: 1 - pooled('observed') / expected }
}

/** d(u, v), as above. */
export function dissimilarity(u: Unit, v: Unit, { alpha, beta }: Weights): number {
  const apart = (Math.abs(u.start - v.start) + Math.abs(u.end - v.end)) / (u.end - u.start + v.end - v.start)
  return alpha * apart * apart + (u.kind === v.kind ? 0 : beta)
}

/** The disorder of an alignment in which each unit is once. */
export function alignmentDisorder(alignment: readonly UnitaryAlignment[], options: Weights): number {
  let sum = 0
  let units = 0
  let people = 0
  for (const unitary of alignment) {
    const there = unitary.filter((unit) => unit !== null)
    people = unitary.length
    units += there.length
    let saved = 0
    for (const [i, u] of there.entries()) for (const v of there.slice(i + 1)) saved += 1 - dissimilarity(u, v, options)
    sum += 1 - saved / pairsOf(people)
  }
  return units === 0 ? 0 : sum / (units / people)
}

/** The best alignment there is for two people, a good one for more. */
export function bestAlignment(people: readonly Unit[][], options: Weights): UnitaryAlignment[] {
  if (people.length === 2) return addPeople(people, [0, 1], options)
  const all = [...people.keys()]
  let best: Tried | null = null
  for (const first of all) {
    const added = addPeople(people, [...all.slice(first), ...all.slice(0, first)], options)
    const tried = improve(
      added,
      all.map((person) => [person]),
      options,
    )
    if (!best || tried.disorder < best.disorder - ROUNDING) best = tried
  }
  return best ? improve(best.alignment, groupsOf(people.length), options).alignment : []
}

/** Rounding must not keep a search going. */
const ROUNDING = 1e-9

interface Tried {
  alignment: (Unit | null)[][]
  disorder: number
}

/** Adds one person after the other, each in the best way. */
function addPeople(people: readonly Unit[][], order: readonly number[], options: Weights): (Unit | null)[][] {
  const solo = (person: number) =>
    (people[person] as Unit[]).map((unit) => people.map((_, i) => (i === person ? unit : null)))
  return order.map(solo).reduce((alignment, next) => join(alignment, next, people.length, options))
}

/** Takes each group of people out and puts it back in the best way, until nothing gets better. */
function improve(start: (Unit | null)[][], groups: readonly (readonly number[])[], options: Weights): Tried {
  let alignment = start
  let disorder = alignmentDisorder(alignment, options)
  for (;;) {
    for (const group of groups) {
      const people = alignment[0]?.length ?? 0
      alignment = join(part(alignment, group, false), part(alignment, group, true), people, options)
    }
    const now = alignmentDisorder(alignment, options)
    if (now > disorder - ROUNDING) return { alignment, disorder: now }
    disorder = now
  }
}

/** Each person, and each two: for up to five that is every way of parting them in two. */
function groupsOf(people: number): number[][] {
  const groups: number[][] = []
  for (let i = 0; i < people; i++) {
    groups.push([i])
    if (people > 3) for (let j = i + 1; j < people; j++) groups.push([i, j])
  }
  return groups
}

/** The alignment with the units of these people only, or without them. */
function part(
  alignment: readonly UnitaryAlignment[],
  people: readonly number[],
  isWithout: boolean,
): (Unit | null)[][] {
  return alignment
    .map((unitary) => unitary.map((unit, i) => (people.includes(i) === isWithout ? null : unit)))
    .filter((unitary) => unitary.some((unit) => unit !== null))
}

/** A unitary alignment with the units in it, and the first of them, by which it is found. */
interface Found {
  unitary: (Unit | null)[]
  units: readonly Unit[]
  unit: Unit
}

/**
 * Puts two alignments of different people together so that the disorder becomes as small as it can. Joining two unitary
 * alignments saves 1, as there is one less, and (1 - d) / (pairs of people) for each pair of units that meet.
 */
function join(
  a: readonly (Unit | null)[][],
  b: readonly (Unit | null)[][],
  people: number,
  options: Weights,
): (Unit | null)[][] {
  const columns = inOrder(b)
  const pairs = pairsOf(people)
  // If only two units were further apart than this times their lengths, their d would outweigh all that can be saved.
  const reach = Math.sqrt((pairs + (people * people) / 4) / options.alpha)
  const longest = columns.reduce((most, { unit }) => Math.max(most, unit.end - unit.start), 0)
  const rows = a.map((unitary): Edge[] => {
    const { unit, units } = found(unitary)
    const edges: Edge[] = []
    const furthest = reach * (unit.end - unit.start + longest)
    for (let column = firstFrom(columns, unit.start - furthest); column < columns.length; column++) {
      const other = columns[column] as Found
      const apart = Math.abs(other.unit.start - unit.start)
      if (other.unit.start - unit.start > furthest) break
      if (apart > reach * (unit.end - unit.start + other.unit.end - other.unit.start)) continue
      const saving = 1 + closeness(units, other.units, options) / pairs
      if (saving > 0) edges.push({ column, saving })
    }
    return edges
  })
  const columnOf = bestMatching(rows, columns.length)
  const isTaken = new Uint8Array(columns.length)
  const joined = a.map((unitary, row) => {
    const column = columnOf[row] as number
    if (column < 0) return unitary
    isTaken[column] = 1
    const other = (columns[column] as Found).unitary
    return unitary.map((unit, i) => unit ?? (other[i] as Unit | null))
  })
  return [...joined, ...columns.filter((_, i) => isTaken[i] === 0).map(({ unitary }) => unitary)]
}

/** Σ (1 - d) over the pairs of units, one of each. */
function closeness(a: readonly Unit[], b: readonly Unit[], options: Weights): number {
  let sum = 0
  for (const u of a) for (const v of b) sum += 1 - dissimilarity(u, v, options)
  return sum
}

function inOrder(alignment: readonly (Unit | null)[][]): Found[] {
  return alignment.map(found).sort((one, other) => one.unit.start - other.unit.start)
}

function found(unitary: (Unit | null)[]): Found {
  const units = unitary.filter((unit) => unit !== null)
  const unit = units[0]
  if (!unit) throw new RangeError('a unitary alignment of nothing')
  return { unitary, units, unit }
}

/** The index of the first that begins at `start` or later. */
function firstFrom(all: readonly Found[], start: number): number {
  let low = 0
  let high = all.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((all[middle] as Found).unit.start >= start) high = middle
    else low = middle + 1
  }
  return low
}

function pairsOf(people: number): number {
  return (people * (people - 1)) / 2
}

/** Draws samples one after the other. */
function makeSampler(people: readonly Unit[][], length: number, chance: () => number): () => Unit[][] {
  const sources = people.filter((units) => units.length > 0)
  const all = sources.flat()
  const apart = all.reduce((sum, { start, end }) => sum + end - start, 0) / all.length / 2
  return () => {
    let free: [number, number][] = [[0, length]]
    return people.map(() => {
      const shift = Math.floor(drawFrom(free, chance) ?? chance() * length)
      free = free.flatMap(([from, to]): [number, number][] => [
        [from, Math.min(to, shift - apart)],
        [Math.max(from, shift + apart), to],
      ])
      free = free.filter(([from, to]) => from < to)
      const units = sources[Math.floor(chance() * sources.length)] as Unit[]
      return units.map(({ start, end, kind }) => {
        const moved = start + shift >= length ? shift - length : shift
        return { start: start + moved, end: end + moved, kind }
      })
    })
  }
}

/** A place in one of these ranges, all as likely; null when there is no range. */
function drawFrom(ranges: readonly (readonly [number, number])[], chance: () => number): number | null {
  let left = chance() * ranges.reduce((sum, [from, to]) => sum + to - from, 0)
  for (const [from, to] of ranges) {
    if (left < to - from) return from + left
    left -= to - from
  }
  return ranges.at(-1)?.[0] ?? null
}
