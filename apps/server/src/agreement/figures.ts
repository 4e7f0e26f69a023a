/** The figures of a project, from the records of its rooms: pure but for the reading. */

import { align, withoutTwins } from '@attest/schema/agreement/alignment'
import type { Annotated, Mark, MarkedLayer } from '@attest/schema/agreement/annotated'
import { type Drift, driftOf } from '@attest/schema/agreement/drift'
import { type ReportOptions, reportDefaults, reportOf } from '@attest/schema/agreement/report'
import type { AgreementDone, AgreementQuery, DifferencesQuery, Differing } from '@attest/schema/agreement-api'
import { goldId, none } from '@attest/schema/agreement-api'
import { goldOf } from '@attest/schema/gold'
import type { LabelSet } from '@attest/schema/labelset'
import { isHidden, layersOf } from '@attest/schema/layer'
import { order } from '@attest/schema/order'
import { type Judging, rulingsOf } from '@attest/schema/outcome'
import type { Role } from '@attest/schema/roles'
import type { SourceKind } from '@attest/schema/source'
import { lengthOf, quotesOf } from '@attest/schema/span'
import type { Kysely } from 'kysely'
import { People } from '../store/people.ts'
import { Roles } from '../store/roles.ts'
import type { Database } from '../store/sqlite.ts'
import type { AskedScope, Scope, ScopedArticle } from './scope.ts'

import type { MarkedRecords, Shelf } from './shelf.ts'

/** What the thread cannot know by itself: the project as it is, and how much of it is for whoever asks. */
export interface Study extends Pick<AskedScope, 'project' | 'seesHidden'> {
  members: readonly (readonly [person: string, role: Role])[]
  /** Layers that came with a file or out of a model, by the id of their author: nobody is compared with them unasked. */
  sources: readonly (readonly [id: string, kind: SourceKind])[]
  peersJudge: boolean
  labelSet: LabelSet
}

/** With more pairs fewer draws do: their number is in the answer. */
const MANY_PAIRS = 45
const FEWER_DRAWS = 200
const WEEK_MS = 7 * 86_400_000
/** The first Monday. */
const MONDAY_MS = 4 * 86_400_000
/** By weeks there have to be so many of them, or it is by tenths. */
const FEWEST_WEEKS = 4
const MOST_WEEKS = 60
/** So much of the words under a mark is told. */
const QUOTE_LENGTH = 300

interface Gathered {
  annotated: Annotated[]
  unread: number
  /** How many articles are being judged still. */
  undecided: number
}

export interface Parts {
  db: Kysely<Database>
  shelf: Shelf
}

export async function figuresOf(
  parts: Parts,
  study: Study,
  query: AgreementQuery,
  scope: Scope,
): Promise<AgreementDone> {
  const known = study.labelSet.kinds.map(({ id }) => id)
  const kinds = query.kinds ? known.filter((kind) => query.kinds?.includes(kind)) : known
  const withGold = query.against === 'gold'
  const { annotated, unread, undecided } = await gather(parts, study, scope, { when: query.when, withGold })
  const everybody = peopleIn(annotated)
  const people = query.people ?? withoutSources(everybody, study)
  const asked = everybody.filter((one) => people.includes(one))
  const options: ReportOptions = {
    kinds,
    people,
    ...((query.from !== undefined || query.to !== undefined) && { during: duringOf(query) }),
    draws: (asked.length * (asked.length - 1)) / 2 > MANY_PAIRS ? FEWER_DRAWS : reportDefaults.draws,
    ...(query.seed !== undefined && { seed: query.seed }),
    ...(query.gamma !== 'no' && {
      gamma: { isTogether: query.gamma === 'all', ...(query.seed !== undefined && { seed: query.seed }) },
    }),
  }
  const report = reportOf(annotated, options)
  const compared = new Set(report.byArticle.map(({ article }) => article))
  const within = annotated.filter(({ article }) => compared.has(article))
  let after: AgreementDone['after'] = null
  if (query.when === 'before') {
    const now = await gather(parts, study, scope, { when: 'now', withGold: false })
    // The same articles and people, whatever they have marked since: nothing else could be held beside it.
    const same = now.annotated.filter(({ article }) => compared.has(article))
    const { during: _, ...rest } = options
    after = reportOf(same, { ...rest, people: report.people }).overall
  }
  const titles = new Map(scope.articles.map(({ id, title }) => [id, title]))
  const golden = report.gold
  return {
    state: 'done',
    when: query.when,
    kinds: report.kinds,
    labels: study.labelSet.kinds.map(({ id, label }) => ({ id, label })),
    people: await namesOf(parts.db, study, everybody),
    revealed: scope.revealed,
    leftOut: scope.leftOut,
    unread,
    articles: report.articles,
    shared: report.shared,
    compared: report.people,
    overall: report.overall,
    pairs: report.pairs,
    persons: report.persons,
    byArticle: report.byArticle.map(({ article, people, exact, partial, alphaCharacters, gamma }) => ({
      article,
      title: titles.get(article) ?? article,
      people,
      exact: exact.pooled,
      partial: partial.pooled,
      alphaCharacters: alphaCharacters.pooled,
      gamma,
    })),
    gold: withGold && golden ? { ...golden, articles: within.filter(({ gold }) => gold).length, undecided } : null,
    method: report.method,
    after,
    drift: driftIn(within, kinds, report.people),
  }
}

export async function differencesOf(
  parts: Parts,
  study: Study,
  query: DifferencesQuery,
  scope: Scope,
): Promise<Differing> {
  const { a, b, row, column, what, limit } = query
  const withGold = a === goldId
  const { annotated } = await gather(parts, study, scope, { when: query.when, withGold })
  const known = study.labelSet.kinds.map(({ id }) => id).filter((kind) => !query.kinds || query.kinds.includes(kind))
  const articles = new Map(scope.articles.map((article) => [article.id, article]))
  const found: Differing['differences'] = []
  let total = 0
  const title = ({ article }: Annotated) => articles.get(article)?.title ?? ''
  const during = { ...query, people: query.people ?? withoutSources(peopleIn(annotated), study) }
  for (const { article, text = '', layers, gold } of annotated.toSorted((a, b) =>
    byTitle.compare(title(a), title(b)),
  )) {
    const told = articles.get(article)
    const layerA = withGold ? gold : layers.find(({ person }) => person === a)
    const layerB = layers.find(({ person }) => person === b)
    if (!told || !layerA || !layerB) continue
    // As the report has it: an article belongs to the time of its newest mark.
    if (!isDuring(layers, during)) continue
    const ofKinds = (marks: readonly Mark[]) =>
      withoutTwins(marks.filter(({ kind, spans }) => known.includes(kind) && lengthOf(spans) > 0)).marks
    const { pairs, onlyA, onlyB } = align(ofKinds(layerA.annotations), ofKinds(layerB.annotations))
    const all = [
      ...pairs.map(({ a, b, difference }) => ({ a, b, what: difference })),
      ...onlyA.map((a) => ({ a, b: null, what: 'missing' as const })),
      ...onlyB.map((b) => ({ a: null, b, what: 'missing' as const })),
    ].filter(
      (one) =>
        (row === undefined || (one.a?.kind ?? none) === row) &&
        (column === undefined || (one.b?.kind ?? none) === column) &&
        // What is the same is told where somebody asks for the cell it is in.
        (one.what !== 'same' || (row !== undefined && column !== undefined)) &&
        (what === undefined || one.what === what || (one.what === 'both' && what !== 'missing')),
    )
    total += all.length
    const tell = (mark: Mark | null) =>
      mark && {
        id: mark.id,
        kind: mark.kind,
        spans: [...mark.spans],
        quote: quotesOf(text, mark.spans).join(' … ').slice(0, QUOTE_LENGTH).toWellFormed(),
      }
    const { title, blind } = told
    for (const one of all.toSorted((one, other) => startOf(one) - startOf(other)).slice(0, limit - found.length))
      found.push({ article, title, blind, what: one.what, a: tell(one.a), b: tell(one.b) })
  }
  return { total, differences: found }
}

const byTitle = new Intl.Collator('en', { numeric: true })

function startOf({ a, b }: { a: Mark | null; b: Mark | null }): number {
  return Math.min(a?.spans[0]?.[0] ?? Number.POSITIVE_INFINITY, b?.spans[0]?.[0] ?? Number.POSITIVE_INFINITY)
}

function withoutSources(people: readonly string[], { sources }: Study): string[] {
  const known = new Map(sources)
  return people.filter((one) => !known.has(one))
}

function duringOf({ from, to }: Pick<AgreementQuery, 'from' | 'to'>) {
  return { ...(from !== undefined && { from }), ...(to !== undefined && { to }) }
}

function isDuring(
  layers: readonly MarkedLayer[],
  { from, to, people }: Pick<DifferencesQuery, 'from' | 'to' | 'people'>,
): boolean {
  if (from === undefined && to === undefined) return true
  const asked = layers.filter(({ person }) => !people || people.includes(person))
  const newest = Math.max(-1, ...asked.flatMap(({ annotations }) => annotations.map(({ at }) => at)))
  return newest >= (from ?? 0) && newest < (to ?? Number.POSITIVE_INFINITY)
}

async function gather(
  { shelf }: Parts,
  study: Study,
  { articles }: Scope,
  { when, withGold }: { when: 'now' | 'before'; withGold: boolean },
): Promise<Gathered> {
  const roles = new Map(study.members)
  const judging: Judging = { roleOf: (person) => roles.get(person) ?? null, peersJudge: study.peersJudge }
  const predictors = new Set(study.sources.flatMap(([id, kind]) => (kind === 'prediction' ? [id] : [])))
  const texts = await shelf.texts(articles.map(({ id }) => id))
  const annotated: Annotated[] = []
  let [unread, undecided] = [0, 0]
  for (const article of articles) {
    const whole = await recordsOf(shelf, article, when)
    if (!whole) {
      unread++
      continue
    }
    const layers: MarkedLayer[] = layersOf(whole)
    for (const person of article.submitted)
      if (!layers.some((layer) => layer.person === person)) layers.push({ person, annotations: [], relations: [] })
    if (layers.length === 0) continue
    const text = texts.get(article.id) ?? ''
    const one: Annotated = { article: article.id, length: text.length, text, layers }
    if (withGold) {
      const judged = when === 'now' ? whole : await recordsOf(shelf, article, 'now')
      if (judged && isDecided(judged, article, judging, predictors)) one.gold = goldOf(judged, judging, study.labelSet)
      else if (judged && judged.verdicts.size > 0) undecided++
    }
    annotated.push(one)
  }
  return { annotated, unread, undecided }
}

/** All records of an article together; null where one of its rooms is damaged. */
async function recordsOf(
  shelf: Shelf,
  { own, layers, blind }: ScopedArticle,
  when: 'now' | 'before',
): Promise<MarkedRecords | null> {
  if (when === 'now' && !isHidden(blind)) return shelf.records(own)
  const together: MarkedRecords = { annotations: new Map(), relations: new Map(), verdicts: new Map() }
  // What came with a file lies in the article's own room until the reveal.
  const rooms = when === 'now' ? [...layers, own] : layers
  for (const room of rooms) {
    const records = await shelf.records(room)
    if (!records) return null
    for (const [id, one] of records.annotations) together.annotations.set(id, one)
    for (const [id, one] of records.relations) together.relations.set(id, one)
    for (const [id, one] of records.verdicts) together.verdicts.set(id, one)
  }
  return together
}

/**
 * Whether there is a gold that one can be held against: signed off, or judged to the last mark. What a model proposed and
 * nobody has looked at keeps nothing open.
 */
function isDecided(
  records: MarkedRecords,
  { isDone }: ScopedArticle,
  judging: Judging,
  predictors: ReadonlySet<string>,
): boolean {
  if (records.verdicts.size === 0) return false
  if (isDone) return true
  const inGold = new Set(goldOf(records, judging).annotations.flatMap(({ id, standsFor }) => [id, ...standsFor]))
  for (const [id, { outcome }] of rulingsOf(records, judging)) {
    if (outcome === 'disputed') return false
    const isProposed = predictors.has(records.annotations.get(id)?.author ?? '')
    if (outcome === 'open' && !inGold.has(id) && !isProposed) return false
  }
  return true
}

function peopleIn(annotated: readonly Annotated[]): string[] {
  return [...new Set(annotated.flatMap(({ layers }) => layers.map(({ person }) => person)))].sort(order)
}

async function namesOf(db: Kysely<Database>, study: Study, ids: readonly string[]): Promise<AgreementDone['people']> {
  const [roles, sources] = [new Map(study.members), new Map(study.sources)]
  const found = new Map((await new People(db, new Roles()).findAll(ids)).map((person) => [person.id, person]))
  return ids.map((id) => {
    const { name, color } = found.get(id) ?? { name: id, color: 0 }
    return { id, name, color, role: roles.get(id) ?? null, source: sources.get(id) ?? null }
  })
}

function driftIn(annotated: readonly Annotated[], kinds: readonly string[], people: readonly string[]) {
  const times = annotated
    .flatMap(({ layers }) =>
      layers.flatMap(({ person, annotations }) =>
        people.includes(person) ? annotations.filter(({ kind }) => kinds.includes(kind)).map(({ at }) => at) : [],
      ),
    )
    .sort((a, b) => a - b)
  const { by, cuts } = cutsOf(times)
  const drifts: Drift[] = cuts.length > 1 ? driftOf(annotated, { kinds, people, cuts }) : []
  return { by, people: drifts }
}

/** Weeks where there are enough of them, else tenths of all marks; none twice, where many were made at once. */
export function cutsOf(times: readonly number[]): { by: 'week' | 'tenth'; cuts: number[] } {
  const [first, last] = [times[0], times.at(-1)]
  if (first === undefined || last === undefined) return { by: 'tenth', cuts: [] }
  const monday = (at: number) => Math.floor((at - MONDAY_MS) / WEEK_MS)
  const weeks = monday(last) - monday(first) + 1
  if (weeks >= FEWEST_WEEKS && weeks <= MOST_WEEKS)
    return {
      by: 'week',
      cuts: Array.from({ length: weeks + 1 }, (_, i) => (monday(first) + i) * WEEK_MS + MONDAY_MS),
    }
  const tenths = Array.from({ length: 10 }, (_, i) => times[Math.floor((i * times.length) / 10)] as number)
  return { by: 'tenth', cuts: [...new Set([...tenths, last + 1])] }
}
