/**
 * What writers share whose format has plain spans: the marks one after the other, each with its offsets in the unit of the
 * format, and what the format has no place for.
 */
import { type Annotation, sortInTextOrder } from '../annotation.ts'
import { order } from '../order.ts'
import type { Judging } from '../outcome.ts'
import type { Relation } from '../relation.ts'
import type { AnnotatedArticle } from './attest-json.ts'
import type { Loss, OffsetUnit } from './format.ts'
import { unitOf } from './unit.ts'

/** One span of a mark; most marks have one. */
export interface Piece {
  /** That of the mark, with a number behind it from its second span on. */
  id: string
  mark: Annotation
  /** In the unit asked for. */
  start: number
  end: number
  /** In ours. */
  span: readonly [number, number]
  isFirst: boolean
}

/** In the order of a reader; those of one mark behind each other. */
export function piecesOf({ article, records }: AnnotatedArticle, unit: OffsetUnit): Piece[] {
  const { fromUtf16 } = unitOf(article.text, unit)
  return sortInTextOrder(records.annotations.values()).flatMap((mark) =>
    mark.spans.map((span, i) => ({
      id: i === 0 ? mark.id : `${mark.id}.${i + 1}`,
      mark,
      start: fromUtf16(span[0]),
      end: fromUtf16(span[1]),
      span,
      isFirst: i === 0,
    })),
  )
}

/** The people who made marks or relations, and others, in the order of their ids, by names that nobody else of them has. */
export function annotatorsOf(
  { people, records }: AnnotatedArticle,
  others: Iterable<{ author: string }> = [],
): Map<string, string> {
  const made = [...records.annotations.values(), ...records.relations.values(), ...others]
  const ids = new Set(made.map(({ author }) => author))
  const names = new Map(people.map(({ id, name }) => [id, name]))
  const wearers = Map.groupBy(ids, (id) => names.get(id) ?? id)
  return new Map(
    [...ids].sort(order).map((id) => {
      const name = names.get(id) ?? id
      return [id, (wearers.get(name)?.length ?? 0) > 1 ? `${name} (${id})` : name]
    }),
  )
}

/** What there is in an article that a format may have no place for, as one would name it. */
const things = {
  annotators: ['names of who made a mark', 'name of who made a mark'],
  spans: [
    'marks of several spans, of which each span is now a mark of its own',
    'mark of several spans, of which each span is now a mark of its own',
  ],
  attributes: ['attributes of marks', 'attribute of a mark'],
  relations: ['relations', 'relation'],
  comments: ['comments', 'comment'],
  verdicts: ['verdicts', 'verdict'],
  times: ['times at which a mark was made', 'time at which a mark was made'],
} as const

type Thing = keyof typeof things

/** The losses of a format that has a place for these things alone, and keeps nothing else. */
export function leftOf({ records }: AnnotatedArticle, format: string, kept: readonly Thing[]): Loss[] {
  const marks = [...records.annotations.values()]
  const counts: Record<Thing, number> = {
    annotators: marks.length,
    spans: marks.filter(({ spans }) => spans.length > 1).length,
    attributes: marks.reduce((sum, { attributes }) => sum + Object.keys(attributes).length, 0),
    relations: records.relations.size,
    comments: records.comments.size,
    verdicts: records.verdicts.size,
    times: marks.length,
  }
  return (Object.keys(things) as Thing[])
    .filter((thing) => !kept.includes(thing) && counts[thing] > 0)
    .map((thing) => ({
      what: `${things[thing][0]}: ${format} has no place for them`,
      one: `${things[thing][1]}: ${format} has no place for it`,
      count: counts[thing],
    }))
}

/** The relations whose two ends are by one person, by that person: for formats in which everybody has a part of their own. */
export function linksOf({ records }: AnnotatedArticle): Map<string, Relation[]> {
  const all = [...records.relations.values()].sort((a, b) => order(a.id, b.id))
  const makerOf = (mark: string) => records.annotations.get(mark)?.author
  const within = all.filter(({ from, to }) => makerOf(from) !== undefined && makerOf(from) === makerOf(to))
  return Map.groupBy(within, ({ from }) => makerOf(from) ?? '')
}

/** What such a format leaves out of relations. */
export function linksLeft(
  { records }: AnnotatedArticle,
  links: ReadonlyMap<string, Relation[]>,
  format: string,
): Loss[] {
  const linked = [...links].flatMap(([maker, all]) => all.map(({ author }) => author === maker))
  return [
    {
      what: `relations between marks of different people: ${format} relates what one person has marked`,
      one: `relation between marks of different people: ${format} relates what one person has marked`,
      count: records.relations.size - linked.length,
    },
    {
      what: `names of who related marks of somebody else: ${format} has whose marks they are`,
      one: `name of who related marks of somebody else: ${format} has whose marks they are`,
      count: linked.filter((isOwn) => !isOwn).length,
    },
  ]
}

/** Relations that are not written because one of their marks is not there. */
export function looseLeft(count: number): Loss {
  return {
    what: 'relations with an end that is not in the file',
    one: 'relation with an end that is not in the file',
    count,
  }
}

/** Drops the losses of nothing. */
export function losses(...all: Loss[]): Loss[] {
  return all.filter(({ count }) => count > 0)
}

/** The same losses said once, with how many there are of all. */
export function addLosses(to: readonly Loss[], more: readonly Loss[]): Loss[] {
  const sums = new Map<string, Loss>()
  for (const loss of [...to, ...more])
    sums.set(loss.what, { ...loss, count: loss.count + (sums.get(loss.what)?.count ?? 0) })
  return [...sums.values()]
}

/** A time as ISO 8601 writes it; null beyond the years that it has. */
export function isoOf(at: number): string | null {
  const date = new Date(at)
  return Number.isNaN(date.getTime()) ? null : date.toISOString()
}

/** Who may judge, by what the article says of its people. */
export function judgingOf({ people, project }: AnnotatedArticle): Judging {
  const roles = new Map(people.map(({ id, role }) => [id, role]))
  return { roleOf: (person) => roles.get(person) ?? null, peersJudge: project.peersJudge }
}
