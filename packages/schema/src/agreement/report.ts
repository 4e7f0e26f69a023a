/**
 * The whole report on how far people agree, from their layers: by pair, person, article and kind, and against gold. It is
 * pure, and the same in a worker of the page and on a thread of the server: the same layers, options and seed make the same
 * report, whatever order they come in.
 *
 * What is pooled and what averaged: the figures of a pair are of all articles that both have worked on together (their
 * counts are added before anything is divided). Those of a person, an article or of everybody are plain means over the
 * pairs. Krippendorff's alpha and gamma are of everybody at once. docs/agreement.md has the formulas and the reasons.
 */
import { order } from '../order.ts'
import { type Annotated, type MarkedLayer, meanOf, type Value } from './annotated.ts'
import { drawUnits, FEWEST_UNITS } from './bootstrap.ts'
import { countsOf, type DifferenceCounts, type Scheme, type Scores, schemes, scoresOf } from './f1.ts'
import {
  type Figures,
  goldMeasures,
  groupMeasures,
  type Measure,
  pairMeasures,
  type RelationFigures,
  Sheet,
} from './figures.ts'
import { type Disorder, disorderOf, type GammaOptions, gammaDefaults, gammaOf, unitsForGamma } from './gamma.ts'
import { type Draws, estimatesOf, Means } from './means.ts'
import { Relations } from './relations.ts'
import { type Place, placeOf, type Side, sideOf } from './side.ts'
import { addTally, type Compared, compare, emptyConfusion, emptyTally, type Tally } from './tally.ts'

export interface ReportOptions {
  /** The kinds of the label set, in its order; marks of others are left out. */
  kinds: readonly string[]
  /** Only these; else everybody who has a layer. */
  people?: readonly string[]
  /**
   * Only articles whose newest mark (of these people) was made in this time, `to` not included; milliseconds since 1970.
   * Articles are taken whole: what one marked on Monday and another on Tuesday would differ in everything else.
   */
  during?: { from?: number; to?: number }
  /** How many draws an interval is made of; with 0 there are none. */
  draws?: number
  seed?: number
  /** Gamma takes longer than all the rest, so it is only computed when it is asked for. */
  gamma?: Partial<GammaOptions> & {
    /** An article in which those who are compared have more marks together is left out of gamma. */
    mostMarks?: number
    /** Whether it is computed of three and more at once as well, which takes many times as long as of all pairs. */
    isTogether?: boolean
  }
}

/** The defaults of the options. */
export const reportDefaults = { draws: 1000, seed: 1, mostMarks: 2000 } as const

export type PairFigures = Figures<(typeof pairMeasures)[number]> & { relations: RelationFigures }
export type GoldFigures = Figures<(typeof goldMeasures)[number]> & { relations: RelationFigures }
export type GroupFigures = PairFigures & Figures<(typeof groupMeasures)[number]>

/** Gamma, of how many articles, and how many were left out for having too many marks. */
export type Gamma = Value & { articles: number; leftOut: number }

/** What stands against what, of marks that were aligned whatever their kind. */
export interface Differences {
  counts: DifferenceCounts
  schemes: Record<Scheme, Scores>
  /** Rows are the first's, columns the second's kinds, in the order of the report and then “none”. */
  confusion: number[][]
  /** How many of the pairs in each cell have other borders: what is on the diagonal, and not here, is the same. */
  otherBorders: number[][]
}

export interface PairReport extends PairFigures, Differences {
  a: string
  b: string
  /** How many articles both have worked on. */
  articles: number
  gamma: Gamma
}

/** The figures of a person are means over the pairs that they are in. */
export interface PersonReport extends PairFigures {
  person: string
  articles: number
  /** Of each kind; what they marked twice counts once. */
  marks: Record<string, number>
  /** How many spans unitizing leaves out, because they overlap another one of this person and kind. */
  overlapping: number
}

export interface ArticleReport extends GroupFigures {
  article: string
  /** Who has worked on it. */
  people: string[]
  gamma: Gamma
}

export interface GoldReport extends GoldFigures, Differences {
  person: string
  /** How many articles they have worked on that have gold. */
  articles: number
}

export interface Report {
  kinds: string[]
  people: string[]
  articles: number
  /** How many articles two or more have worked on. */
  shared: number
  overall: GroupFigures & {
    /** Of everybody at once, by the best alignment that was found. */
    gamma: Gamma
    /** The mean of the pairs'. */
    gammaOfPairs: Value
    /**
     * Every mark against every other person: the row is the kind it has, the column what the other has in its place. Each
     * pair counts both ways, so it is symmetric; a row sums up to the marks of its kind times the people they are
     * compared with.
     */
    confusion: number[][]
    otherBorders: number[][]
    counts: Omit<DifferenceCounts, 'onlyA' | 'onlyB'> & { missing: number }
  }
  pairs: PairReport[]
  persons: PersonReport[]
  byArticle: ArticleReport[]
  /** Null when no article has gold. The overall figures are means over the people. */
  gold: { overall: GoldFigures; persons: GoldReport[] } | null
  method: Method
}

/** What one has to know to compute it again. */
export interface Method {
  /** Null without intervals: there were too few units, or none were asked for. */
  bootstrap: { over: 'articles' | 'blocks'; units: number; draws: number; seed: number } | null
  gamma: (GammaOptions & { mostMarks: number; isTogether: boolean }) | null
}

/** An article with what is compared in it. */
interface Work {
  article: string
  place: Place
  sides: Map<string, Side>
  gold: Side | null
  relations: Relations | null
  /** The place of its first piece among those of all articles that have anything to compare. */
  firstPiece: number
}

export function reportOf(annotated: readonly Annotated[], options: ReportOptions): Report {
  return new Study(annotated, options).report()
}

class Study {
  readonly #kinds: readonly string[]
  readonly #people: readonly string[]
  readonly #works: readonly Work[]
  readonly #draws: readonly Uint16Array[]
  readonly #method: Method
  readonly #disorders = new Map<string, Disorder | null>()

  constructor(annotated: readonly Annotated[], options: ReportOptions) {
    const isAsked = options.people && new Set(options.people)
    const layersOf = ({ layers }: Annotated) => layers.filter(({ person }) => !isAsked || isAsked.has(person))
    const asked = annotated.filter((one) => isWithin(layersOf(one), options.during))
    this.#kinds = options.kinds
    this.#people = [...new Set(asked.flatMap((one) => layersOf(one).map(({ person }) => person)))].sort(order)

    const { draws = reportDefaults.draws, seed = reportDefaults.seed } = options
    const isShared = (one: Annotated) => layersOf(one).length + (one.gold ? 1 : 0) > 1
    const isCut = draws > 0 && asked.filter(isShared).length < FEWEST_UNITS
    let pieces = 0
    this.#works = asked
      .toSorted((a, b) => order(a.article, b.article))
      .map((one) => {
        const work = workOf(one, layersOf(one), options.kinds, isCut, pieces)
        if (isShared(one)) pieces += work.place.ends.length
        return work
      })
    const units = draws > 0 && pieces >= FEWEST_UNITS ? pieces : 0
    this.#draws = units > 0 ? drawUnits(units, draws, seed) : []
    const { mostMarks = reportDefaults.mostMarks, isTogether = false, ...gamma } = options.gamma ?? {}
    this.#method = {
      bootstrap: units > 0 ? { over: isCut ? 'blocks' : 'articles', units, draws, seed } : null,
      gamma: options.gamma ? { ...gammaDefaults, ...gamma, mostMarks, isTogether } : null,
    }
  }

  report(): Report {
    const sheet = new Sheet(pairMeasures, this.#kinds)
    const drawn = this.#draws.length
    const overall = new Means(sheet.size, drawn)
    const ofPerson = new Map(this.#people.map((person) => [person, new Means(sheet.size, drawn)]))
    const ofArticle = new Map(this.#works.map((work) => [work, new Means(sheet.size, 0)]))
    const groups = new Map<Work, Tally[]>()
    const confusion = emptyConfusion(this.#kinds.length)
    const otherBorders = emptyConfusion(this.#kinds.length)
    const counts = { same: 0, borders: 0, kind: 0, both: 0, missing: 0 }
    const pairs: PairReport[] = []
    for (const [i, a] of this.#people.entries())
      for (const b of this.#people.slice(i + 1)) {
        const compared = this.#compare((work) => [work.sides.get(a), work.sides.get(b)])
        for (const [work, { pieces }] of compared) {
          ofArticle.get(work)?.add(sheet.valuesOf(sumOf(pieces)), null)
          const group = groups.get(work) ?? pieces.map((piece) => new Float64Array(piece.length))
          groups.set(work, group)
          for (const [at, piece] of pieces.entries()) addTally(group[at] as Tally, piece, 1 / (work.sides.size - 1))
        }
        const { values, draws, differences } = this.#figuresOf(sheet, compared)
        for (const means of [overall, ofPerson.get(a), ofPerson.get(b)])
          if (compared.size > 0) means?.add(values, draws)
        addBothWays(confusion, differences.confusion)
        addBothWays(otherBorders, differences.otherBorders)
        for (const name of ['same', 'borders', 'kind', 'both'] as const) counts[name] += differences.counts[name]
        counts.missing += differences.counts.onlyA + differences.counts.onlyB
        pairs.push({
          a,
          b,
          articles: compared.size,
          ...sheet.tell(estimatesOf(values, isEnough(compared) ? draws : null)),
          ...differences,
          gamma: this.#gammaOf([...compared.keys()], [a, b]),
        })
      }

    const together = new Sheet(groupMeasures, this.#kinds)
    const tellGroup = (means: Means, works: readonly Work[], withDraws: boolean) => {
      const tallies = new Map(works.map((work) => [work, groups.get(work) ?? []]))
      const values = together.valuesOf(sumOf([...tallies.values()].flat(), this.#kinds.length))
      const draws = withDraws ? this.#drawsOf(together, tallies) : null
      return {
        ...together.tell(estimatesOf(values, draws)),
        // Its relations are those of the pairs.
        ...sheet.tell(estimatesOf(means.values(), withDraws ? means.draws() : null)),
      }
    }
    return {
      kinds: [...this.#kinds],
      people: [...this.#people],
      articles: this.#works.length,
      shared: groups.size,
      overall: {
        ...tellGroup(overall, this.#works, drawn > 0),
        gamma: this.#gammaOf([...groups.keys()], this.#people),
        gammaOfPairs: meanOf(pairs.map(({ gamma }) => gamma)),
        confusion,
        otherBorders,
        counts,
      },
      pairs,
      persons: this.#people.map((person) => {
        const means = ofPerson.get(person) as Means
        return { ...this.#describe(person), ...sheet.tell(estimatesOf(means.values(), means.draws())) }
      }),
      byArticle: Array.from(ofArticle, ([work, means]) => ({
        article: work.article,
        people: [...work.sides.keys()].sort(order),
        ...tellGroup(means, [work], false),
        gamma: this.#gammaOf([work], [...work.sides.keys()].sort(order)),
      })),
      gold: this.#againstGold(),
      method: this.#method,
    }
  }

  #againstGold(): Report['gold'] {
    if (this.#works.every(({ gold }) => gold === null)) return null
    const sheet = new Sheet(goldMeasures, this.#kinds)
    const overall = new Means(sheet.size, this.#draws.length)
    const persons = this.#people.map((person): GoldReport => {
      const compared = this.#compare((work) => [work.gold ?? undefined, work.sides.get(person)])
      const { values, draws, differences } = this.#figuresOf(sheet, compared)
      if (compared.size > 0) overall.add(values, draws)
      const estimates = estimatesOf(values, isEnough(compared) ? draws : null)
      return { person, articles: compared.size, ...sheet.tell(estimates), ...differences }
    })
    return { overall: sheet.tell(estimatesOf(overall.values(), overall.draws())), persons }
  }

  /** Two sides in all articles that have both. */
  #compare(sidesOf: (work: Work) => [Side | undefined, Side | undefined]): Map<Work, Compared> {
    const compared = new Map<Work, Compared>()
    for (const work of this.#works) {
      const [a, b] = sidesOf(work)
      if (a && b) compared.set(work, compare(a, b, work.place, this.#kinds, work.relations))
    }
    return compared
  }

  #figuresOf<M extends Measure>(
    sheet: Sheet<M>,
    compared: ReadonlyMap<Work, Compared>,
  ): { values: Value[]; draws: Draws | null; differences: Differences } {
    const all = [...compared.values()]
    const confusion = emptyConfusion(this.#kinds.length)
    const otherBorders = emptyConfusion(this.#kinds.length)
    const counts: DifferenceCounts = { same: 0, borders: 0, kind: 0, both: 0, onlyA: 0, onlyB: 0 }
    for (const { differences, ...own } of all) {
      addMatrix(confusion, own.confusion)
      addMatrix(otherBorders, own.otherBorders)
      for (const name of Object.keys(counts) as (keyof DifferenceCounts)[]) counts[name] += differences[name]
    }
    const scores = schemes.map((scheme) => [scheme, scoresOf(countsOf(counts, scheme))])
    return {
      values: sheet.valuesOf(
        sumOf(
          all.flatMap(({ pieces }) => pieces),
          this.#kinds.length,
        ),
      ),
      draws: this.#drawsOf(sheet, new Map(Array.from(compared, ([work, { pieces }]) => [work, pieces]))),
      // One entry for each scheme, by the line above.
      differences: { counts, confusion, otherBorders, schemes: Object.fromEntries(scores) as Record<Scheme, Scores> },
    }
  }

  /** The figures of every draw; null without any. */
  #drawsOf<M extends Measure>(sheet: Sheet<M>, tallies: ReadonlyMap<Work, readonly Tally[]>): Draws | null {
    const count = this.#draws.length
    if (count === 0) return null
    const draws = new Float64Array(sheet.size * count)
    const sum = emptyTally(this.#kinds.length)
    for (const [i, times] of this.#draws.entries()) {
      sum.fill(0)
      for (const [{ firstPiece }, pieces] of tallies)
        for (const [at, tally] of pieces.entries()) {
          const weight = times[firstPiece + at] as number
          if (weight > 0) addTally(sum, tally, weight)
        }
      sheet.compute(sum, draws, i, count)
    }
    // Unitizing knows no pieces of an article, so there is nothing to draw.
    if (this.#method.bootstrap?.over === 'blocks') sheet.forget('unitizing', draws, count)
    return draws
  }

  #gammaOf(works: readonly Work[], people: readonly string[]): Gamma {
    const options = this.#method.gamma
    if (!options || (people.length > 2 && !options.isTogether))
      return { value: null, reason: 'not-computed', articles: 0, leftOut: 0 }
    const disorders: Disorder[] = []
    let leftOut = 0
    for (const { article, sides, place } of works) {
      const units = people.flatMap((person) => {
        const side = sides.get(person)
        return side ? [unitsForGamma(side.marks)] : []
      })
      if (units.reduce((sum, own) => sum + own.length, 0) > options.mostMarks) leftOut++
      else {
        // Of everybody in an article it is asked twice: for the article, and for all of them.
        const key = [article, ...people.filter((person) => sides.has(person))].join(' ')
        const disorder = this.#disorders.get(key) ?? disorderOf(units, place.length, options)
        this.#disorders.set(key, disorder)
        if (disorder) disorders.push(disorder)
      }
    }
    if (disorders.length === 0 && leftOut > 0) return { value: null, reason: 'too-many-marks', articles: 0, leftOut }
    return { ...gammaOf(disorders), articles: disorders.length, leftOut }
  }

  #describe(person: string): Pick<PersonReport, 'person' | 'articles' | 'marks' | 'overlapping'> {
    const sides = this.#works.flatMap(({ sides }) => sides.get(person) ?? [])
    const sum = (of: (side: Side) => number) => sides.reduce((all, side) => all + of(side), 0)
    const marks = this.#kinds.map((kind, i) => [kind, sum(({ byKind }) => byKind[i]?.marks.length ?? 0)])
    return {
      person,
      articles: sides.length,
      marks: Object.fromEntries(marks),
      overlapping: sum(({ byKind }) => byKind.reduce((all, { overlapping }) => all + overlapping, 0)),
    }
  }
}

function workOf(
  annotated: Annotated,
  layers: readonly MarkedLayer[],
  kinds: readonly string[],
  isCut: boolean,
  firstPiece: number,
): Work {
  const place = placeOf(annotated, isCut)
  const sides = new Map(layers.map((layer) => [layer.person, sideOf(layer, kinds, place)]))
  const gold = annotated.gold ? sideOf(annotated.gold, kinds, place) : null
  // A relation may lead to a mark of somebody whose layer was not asked for.
  const others = annotated.layers.filter(({ person }) => !sides.has(person)).map((layer) => sideOf(layer, kinds, place))
  const all = [...sides.values(), ...others, ...(gold ? [gold] : [])]
  const relations = all.some((side) => side.relations.length > 0) ? new Relations(all) : null
  return { article: annotated.article, place, sides, gold, relations, firstPiece }
}

/** Whether there are enough pieces for an interval of these two alone. */
function isEnough(compared: ReadonlyMap<Work, Compared>): boolean {
  let pieces = 0
  for (const { pieces: own } of compared.values()) pieces += own.length
  return pieces >= FEWEST_UNITS
}

function isWithin(layers: readonly MarkedLayer[], during: ReportOptions['during']): boolean {
  if (!during) return true
  const newest = layers.reduce((at, { annotations }) => annotations.reduce((so, one) => Math.max(so, one.at), at), -1)
  return newest >= Math.max(0, during.from ?? 0) && newest < (during.to ?? Number.POSITIVE_INFINITY)
}

function sumOf(tallies: readonly Tally[], kinds = 0): Tally {
  const sum = tallies[0] ? new Float64Array(tallies[0].length) : emptyTally(kinds)
  for (const tally of tallies) addTally(sum, tally)
  return sum
}

function addMatrix(sum: number[][], matrix: readonly (readonly number[])[]): void {
  for (const [i, row] of matrix.entries()) for (const [j, count] of row.entries()) addAt(sum, i, j, count)
}

function addBothWays(sum: number[][], matrix: readonly (readonly number[])[]): void {
  addMatrix(sum, matrix)
  for (const [i, row] of matrix.entries()) for (const [j, count] of row.entries()) addAt(sum, j, i, count)
}

function addAt(matrix: number[][], row: number, column: number, count: number): void {
  const counts = matrix[row] as number[]
  counts[column] = (counts[column] as number) + count
}
