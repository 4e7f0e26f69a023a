/**
 * Articles with gold as tests: what somebody marked, unseen by others, is held against the gold, and passes or not. The
 * same functions score it for everybody; what they are given of the gold is the server's, until somebody has handed in.
 */
import * as z from 'zod'
import { align } from './agreement/alignment.ts'
import { isDefined, type Mark } from './agreement/annotated.ts'
import { countDifferences, type DifferenceCounts, scoresOf } from './agreement/f1.ts'
import { termId } from './annotation.ts'
import { personSchema } from './api.ts'
import { entityId } from './article.ts'
import { personId } from './record.ts'
import { roleSchema } from './roles.ts'
import { spansSchema } from './span.ts'

/**
 * `exact`: a mark is right when its words and its kind are those of the gold. `partial`: one of the right kind that only
 * shares words with it is half right. One of another kind is wrong in both.
 */
export const measures = ['exact', 'partial'] as const

const share = z.number().min(0).max(1)

export const barSchema = z.strictObject({
  measure: z.enum(measures),
  /** The F1 to be reached. */
  f1: share,
  /** The same for kinds of which more, or anything at all, is asked. */
  kinds: z.record(termId, share).default({}),
})

export const MOST_TRIES = 100

export const newTestSchema = z.strictObject({
  bar: barSchema,
  /** How often one may try; null for as often as one likes. */
  tries: z.int().min(1).max(MOST_TRIES).nullable(),
})

const figure = z.number().min(0).max(1).nullable()
const count = z.int().min(0)

const scoreSchema = z.object({
  /** Null where there is nothing to be compared. */
  f1: figure,
  precision: figure,
  recall: figure,
  gold: count,
  marked: count,
})

export const trainingScoreSchema = scoreSchema.extend({
  /** By the kinds of the gold and of what was marked. */
  kinds: z.array(scoreSchema.extend({ kind: z.string() })),
})

/** `superfluous` is what the gold does not have, `missing` what only it has. */
export const deviations = ['same', 'borders', 'kind', 'both', 'missing', 'superfluous'] as const

const side = z.object({ kind: z.string(), spans: spansSchema })

export const deviationSchema = z.object({
  is: z.enum(deviations),
  gold: side.nullable(),
  mine: side.nullable(),
})

export const tryFiguresSchema = z.object({
  number: z.int().min(1),
  at: z.int(),
  passed: z.boolean(),
  score: trainingScoreSchema,
})

export const trySchema = tryFiguresSchema.extend({
  /** In the order of the text. */
  deviations: z.array(deviationSchema),
})

const testSchema = newTestSchema.extend({ at: z.int() })

export const articleTrainingSchema = z.object({
  /** Null for an article that is no test. */
  test: testSchema.nullable(),
  /** Whether the asking person is one who is tested. */
  isTested: z.boolean(),
  /** Their own, the newest first. */
  tries: z.array(trySchema),
  /** How often they may still try; null for as often as they like. */
  left: count.nullable(),
})

export const projectTrainingSchema = z.object({
  role: roleSchema,
  tests: z.array(
    testSchema.extend({
      article: entityId,
      title: z.string(),
      /** Marks in the gold; null for those who may be tested in it. */
      gold: count.nullable(),
      tries: z.int().min(1).max(MOST_TRIES).nullable(),
      /** Of the asking person, or for owners and reviewers of everybody who has tried. */
      results: z.array(tryFiguresSchema.extend({ person: personId })),
    }),
  ),
  /** Those who can be tested, as far as the asking person may know; and whoever has tried. */
  people: z.array(personSchema),
})

export type Bar = z.infer<typeof barSchema>
export type TrainingScore = z.infer<typeof trainingScoreSchema>
export type Deviation = z.infer<typeof deviationSchema>
export type Try = z.infer<typeof trySchema>
export type NewTest = z.infer<typeof newTestSchema>
export type ArticleTraining = z.infer<typeof articleTrainingSchema>
export type ProjectTraining = z.infer<typeof projectTrainingSchema>

export function scoreOf(gold: readonly Mark[], mine: readonly Mark[], measure: Bar['measure']): TrainingScore {
  const one = (isAsked: (mark: Mark) => boolean) => {
    const [wanted, marked] = [gold.filter(isAsked), mine.filter(isAsked)]
    const { precision, recall, f1 } = scoresOf(countsOf(countDifferences(align(wanted, marked)), measure))
    const told = (value: typeof f1) => (isDefined(value) ? value.value : null)
    return {
      f1: told(f1),
      precision: told(precision),
      recall: told(recall),
      gold: wanted.length,
      marked: marked.length,
    }
  }
  const kinds = [...new Set([...gold, ...mine].map(({ kind }) => kind))].sort()
  return { ...one(() => true), kinds: kinds.map((kind) => ({ kind, ...one((mark) => mark.kind === kind) })) }
}

function countsOf({ same, borders, kind, both, onlyA, onlyB }: DifferenceCounts, measure: Bar['measure']) {
  const rest = { missing: onlyA, spurious: onlyB }
  return measure === 'exact'
    ? { correct: same, incorrect: borders + kind + both, partial: 0, ...rest }
    : { correct: same, incorrect: kind + both, partial: borders, ...rest }
}

/** Whether the bar is reached. Of a kind that is asked for and neither in the gold nor marked there is nothing to reach. */
export function passes(score: TrainingScore, bar: Bar): boolean {
  // Of figures that were computed in another order, the last digit says nothing.
  const reaches = (f1: number | null, wanted: number) => (f1 ?? 1) + 1e-9 >= wanted
  return (
    reaches(score.f1, bar.f1) &&
    Object.entries(bar.kinds).every(([kind, wanted]) =>
      reaches(score.kinds.find((one) => one.kind === kind)?.f1 ?? null, wanted),
    )
  )
}

/** How what was marked differs from the gold, in the order of the text. */
export function deviationsOf(gold: readonly Mark[], mine: readonly Mark[]): Deviation[] {
  const { pairs, onlyA, onlyB } = align(gold, mine)
  const told = ({ kind, spans }: Mark) => ({ kind, spans })
  const start = ({ gold, mine }: Deviation) => (gold ?? mine)?.spans[0]?.[0] ?? 0
  return [
    ...pairs.map(({ a, b, difference }): Deviation => ({ is: difference, gold: told(a), mine: told(b) })),
    ...onlyA.map((one): Deviation => ({ is: 'missing', gold: told(one), mine: null })),
    ...onlyB.map((one): Deviation => ({ is: 'superfluous', gold: null, mine: told(one) })),
  ].sort((a, b) => start(a) - start(b))
}
