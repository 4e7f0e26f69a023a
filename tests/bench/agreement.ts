/**
 * What a report on agreement costs: a hundred articles of twenty thousand characters, five people, and fifty thousand marks
 * that differ as people's do (missing ones, other borders, other kinds), with some relations. Prints a table and a line of
 * JSON. One core; the best and the median of some rounds.
 */
import { readFileSync } from 'node:fs'
import { cpus } from 'node:os'
import type { Annotated, MarkedLayer } from '@attest/schema/agreement/annotated'
import { driftOf } from '@attest/schema/agreement/drift'
import { type ReportOptions, reportOf } from '@attest/schema/agreement/report'
import { type Span, snapToWords } from '@attest/schema/span'
import { type Chance, chanceOf } from '../support/seed.ts'

const ARTICLES = 100
const LENGTH = 20_000
const PEOPLE = ['ada', 'bob', 'cyd', 'dan', 'eve']
const MARKS_EACH = 100
const LINKS_EACH = 20
const KINDS = ['claim', 'denial', 'attribution', 'citation']
const SEED = 7
const ROUNDS = 5
/** The budget for the whole report without gamma, in milliseconds. */
const BUDGET_MS = 5000

const seed = readFileSync(new URL('../../seeds/article.txt', import.meta.url), 'utf8')
const text = seed.repeat(Math.ceil(LENGTH / seed.length)).slice(0, LENGTH)

/** Every tenth border is another word's, every twentieth kind another one, and every tenth mark one's own idea. */
function layerOf(person: string, truth: readonly { kind: string; span: Span }[], chance: Chance): MarkedLayer {
  const annotations = truth.map(({ kind, span: [start, end] }, i) => {
    const isOwn = chance.under(10) === 0
    const shift = () => (chance.under(10) === 0 ? chance.under(40) - 20 : 0)
    const span = isOwn ? someSpan(chance) : (snapToWords(text, within(start + shift(), end + shift())) ?? [start, end])
    const at = 1e12 + chance.under(30 * 24 * 3600) * 1000
    const spans: [number, number][] = [[span[0], span[1]]]
    return { id: `${person}.${i}`, kind: chance.under(20) === 0 ? chance.pick(KINDS) : kind, spans, at }
  })
  const relations = Array.from({ length: LINKS_EACH }, (_, i) => ({
    id: `${person}.r${i}`,
    type: 'denies',
    from: `${person}.${(i * 5) % MARKS_EACH}`,
    to: `${person}.${(i * 5 + 1 + (chance.under(4) === 0 ? 1 : 0)) % MARKS_EACH}`,
  }))
  return { person, annotations, relations }
}

/** From a word to some lines. */
function someSpan(chance: Chance): Span {
  const start = chance.under(LENGTH - 400)
  const length = chance.under(3) === 0 ? 5 + chance.under(15) : 20 + chance.under(280)
  return snapToWords(text, [start, start + length]) ?? [start, start + length]
}

function within(start: number, end: number): Span {
  const from = Math.min(Math.max(0, start), LENGTH - 2)
  return [from, Math.min(LENGTH, Math.max(from + 1, end))]
}

function makeArticles(count: number): Annotated[] {
  const chance = chanceOf(SEED)
  return Array.from({ length: count }, (_, i): Annotated => {
    const truth = Array.from({ length: MARKS_EACH }, () => ({ kind: chance.pick(KINDS), span: someSpan(chance) }))
    const layers = PEOPLE.map((person) => layerOf(person, truth, chance))
    const gold = layerOf('gold', truth, chance)
    return { article: `a${i}`, length: LENGTH, text, layers, ...(i % 4 === 0 ? { gold } : {}) }
  })
}

function measure(name: string, run: () => unknown, rounds: number): { name: string; best: number; median: number } {
  const times = Array.from({ length: rounds }, () => {
    const before = process.cpuUsage()
    run()
    const { user, system } = process.cpuUsage(before)
    return (user + system) / 1000
  }).sort((a, b) => a - b)
  const row = { name, best: Math.round(times[0] as number), median: Math.round(times[rounds >> 1] as number) }
  console.info(`${name.padEnd(62)} ${String(row.best).padStart(7)} ms ${String(row.median).padStart(7)} ms`)
  return row
}

const articles = makeArticles(ARTICLES)
const marks = articles.reduce(
  (sum, { layers }) => sum + layers.reduce((all, one) => all + one.annotations.length, 0),
  0,
)
console.info(
  `${ARTICLES} articles of ${LENGTH} characters, ${PEOPLE.length} people, ${marks} marks; ${cpus()[0]?.model}`,
)
console.info(`${''.padEnd(62)} ${'best'.padStart(10)} ${'median'.padStart(10)}   (processor time)`)

const options: ReportOptions = { kinds: KINDS }
const one = articles.slice(0, 1)
const pair = one.map((article) => ({ ...article, layers: article.layers.slice(0, 2) }))
const rows = [
  measure('the whole report, 1000 draws for each interval', () => reportOf(articles, options), ROUNDS),
  measure('the same without intervals', () => reportOf(articles, { ...options, draws: 0 }), ROUNDS),
  measure('gamma of all pairs, 30 samples, on top', () => reportOf(articles, { ...options, draws: 0, gamma: {} }), 1),
  measure(
    'gamma of all five at once as well, in ten articles',
    () => reportOf(articles.slice(0, 10), { ...options, draws: 0, gamma: { isTogether: true } }),
    1,
  ),
  measure(
    'drift by days',
    () => driftOf(articles, { kinds: KINDS, cuts: Array.from({ length: 31 }, (_, day) => 1e12 + day * 864e5) }),
    ROUNDS,
  ),
  measure('one article of five people, intervals over blocks', () => reportOf(one, options), 10),
  measure(
    'one article of two people, no intervals (as people mark)',
    () => reportOf(pair, { ...options, draws: 0 }),
    30,
  ),
  measure('one article of two people, gamma on top', () => reportOf(pair, { ...options, draws: 0, gamma: {} }), 10),
]
const isWithin = (rows[0]?.median ?? 0) < BUDGET_MS
console.info(`The whole report is to take less than ${BUDGET_MS} ms: ${isWithin ? 'it does' : 'IT DOES NOT'}.`)
console.info(JSON.stringify({ bench: 'agreement', marks, rows }))
if (!isWithin) process.exitCode = 1
