/**
 * What is asked and told about how far the people of a project agree. The figures are those of `agreement/`; here is only
 * how they travel.
 */
import * as z from 'zod'
import { type Difference, differences } from './agreement/alignment.ts'
import { reasons } from './agreement/annotated.ts'
import { type Scheme, schemes } from './agreement/f1.ts'
import { goldMeasures, groupMeasures, pairMeasures } from './agreement/figures.ts'
import { blindSchema } from './layer.ts'
import { personId } from './record.ts'
import { roleSchema } from './roles.ts'
import { sourceKinds } from './source.ts'
import { spansSchema } from './span.ts'

/** Values separated by commas; without any, everything. */
const list = z
  .string()
  .max(400_000)
  .transform((text) => text.split(',').filter((one) => one !== ''))
  .transform((all) => (all.length > 0 ? all : undefined))
  .optional()

const time = z.coerce.number().int().min(0).max(8.64e15).optional()

export const whens = ['now', 'before'] as const

/** Which marks are compared. Times are milliseconds since 1970; articles are taken whole, by their newest mark. */
export const agreementScopeSchema = z.object({
  kinds: list,
  people: list,
  articles: list,
  from: time,
  to: time,
  /** `before` is what there was at the reveal of articles that were blind, and only of those. */
  when: z.enum(whens).default('now'),
})

export const agreementQuerySchema = agreementScopeSchema.extend({
  against: z.enum(['gold']).optional(),
  /** Of all pairs, or also of everybody at once: each takes many times as long as what is before it. */
  gamma: z.enum(['no', 'pairs', 'all']).default('no'),
  seed: z.coerce.number().int().min(0).max(0xffff_ffff).optional(),
  /** So many milliseconds the answer may take before it says how far it is. */
  wait: z.coerce.number().int().min(0).max(60_000).default(30_000),
})

/** Stands for a mark that the other has not; no kind can be called so. */
export const none = '-'
/** Stands for the gold in the place of a person; nobody is called so. */
export const goldId = '~gold'

/** `a` and `b` are people, `a` perhaps the gold; `row` and `column` are kinds of theirs, or `none`. */
export const differencesQuerySchema = agreementScopeSchema.extend({
  a: z.string().min(1).max(200),
  b: z.string().min(1).max(200),
  row: z.string().max(200).optional(),
  column: z.string().max(200).optional(),
  what: z.enum(['borders', 'kind', 'missing']).optional(),
  limit: z.coerce.number().int().min(1).max(1000).default(200),
})

const reason = z.enum(reasons)
const value = z.union([z.object({ value: z.number() }), z.object({ value: z.null(), reason })])
const interval = z.object({ low: z.number(), high: z.number(), draws: z.int() }).nullable()
const estimate = z.union([z.object({ value: z.number(), interval }), z.object({ value: z.null(), reason, interval })])
const figure = z.object({ pooled: estimate, mean: estimate, kinds: z.record(z.string(), estimate) })
const relations = z.object({ aligned: estimate, exact: estimate })

function figuresOf<M extends string>(measures: readonly M[]) {
  // One entry for each measure.
  return Object.fromEntries(measures.map((measure) => [measure, figure])) as Record<M, typeof figure>
}

const gamma = z.intersection(value, z.object({ articles: z.int(), leftOut: z.int() }))
const pairFigures = { ...figuresOf(pairMeasures), relations }
const groupFigures = { ...pairFigures, ...figuresOf(groupMeasures) }
const goldFigures = { ...figuresOf(goldMeasures), relations }

const confusion = z.array(z.array(z.number()))
const scores = z.object({ precision: value, recall: value, f1: value })
const schemesTold = Object.fromEntries(schemes.map((scheme) => [scheme, scores])) as Record<Scheme, typeof scores>
const alignedCounts = Object.fromEntries(differences.map((one) => [one, z.number()])) as Record<Difference, z.ZodNumber>
const differing = {
  counts: z.object({ ...alignedCounts, onlyA: z.number(), onlyB: z.number() }),
  schemes: z.object(schemesTold),
  confusion,
  /** How many of the pairs in each cell have other borders. */
  otherBorders: confusion,
}

const overallSchema = z.object({
  ...groupFigures,
  gamma,
  gammaOfPairs: value,
  confusion,
  otherBorders: confusion,
  counts: z.object({ ...alignedCounts, missing: z.number() }),
})

const pairSchema = z.object({ a: z.string(), b: z.string(), articles: z.int(), ...pairFigures, ...differing, gamma })

const personReportSchema = z.object({
  person: z.string(),
  articles: z.int(),
  marks: z.record(z.string(), z.int()),
  overlapping: z.int(),
  ...pairFigures,
})

const articleReportSchema = z.object({
  article: z.string(),
  title: z.string(),
  people: z.array(z.string()),
  exact: estimate,
  partial: estimate,
  alphaCharacters: estimate,
  gamma,
})

const goldReportSchema = z.object({
  overall: z.object(goldFigures),
  persons: z.array(z.object({ person: z.string(), articles: z.int(), ...goldFigures, ...differing })),
  /** How many articles have a gold that is decided, and how many are being judged still and therefore left out. */
  articles: z.int(),
  undecided: z.int(),
})

const methodSchema = z.object({
  bootstrap: z
    .object({ over: z.enum(['articles', 'blocks']), units: z.int(), draws: z.int(), seed: z.int() })
    .nullable(),
  gamma: z
    .object({
      alpha: z.number(),
      beta: z.number(),
      samples: z.int(),
      seed: z.int(),
      mostMarks: z.int(),
      isTogether: z.boolean(),
    })
    .nullable(),
})

const driftSchema = z.object({
  /** Whether a period is a week (from Monday, UTC) or a tenth of all marks in the order they were made. */
  by: z.enum(['week', 'tenth']),
  people: z.array(
    z.object({
      person: z.string(),
      periods: z.array(
        z.object({
          from: z.number(),
          to: z.number(),
          marks: z.int(),
          exact: value,
          partial: value,
          exactGold: value,
          partialGold: value,
        }),
      ),
    }),
  ),
})

export const agreementDoneSchema = z.object({
  state: z.literal('done'),
  when: z.enum(whens),
  /** Those that are compared, in the order of the label set. */
  kinds: z.array(z.string()),
  /** All kinds of the label set, with what people call them. */
  labels: z.array(z.object({ id: z.string(), label: z.string() })),
  /** Everybody who has marked in the articles, also those who were not asked for; the role is null for who is no member. */
  people: z.array(
    z.object({
      id: personId,
      name: z.string(),
      color: z.int(),
      role: roleSchema.nullable(),
      /** What it is where it is nobody, but a layer; those are only compared when they are asked for. */
      source: z.enum(sourceKinds).nullable(),
    }),
  ),
  /** How many articles have been revealed: of those there is a “before”. */
  revealed: z.int(),
  /** How many blind articles are left out, because what is in them is not for whoever asks. */
  leftOut: z.int(),
  /** How many cannot be read, because what is stored of them is damaged. */
  unread: z.int(),
  articles: z.int(),
  shared: z.int(),
  compared: z.array(z.string()),
  overall: overallSchema,
  pairs: z.array(pairSchema),
  persons: z.array(personReportSchema),
  byArticle: z.array(articleReportSchema),
  gold: goldReportSchema.nullable(),
  method: methodSchema,
  /** With `when=before`: the figures of the same articles and people as they are now. */
  after: overallSchema.nullable(),
  drift: driftSchema,
})

export const agreementWorkingSchema = z.object({
  state: z.literal('working'),
  step: z.enum(['reading', 'computing']),
  /** Rooms that are read, of so many. */
  done: z.int(),
  of: z.int(),
})

/** While it takes longer the answer says how far it is; asking again goes on with the same. */
export const agreementSchema = z.discriminatedUnion('state', [agreementDoneSchema, agreementWorkingSchema])

const differingMark = z.object({ id: z.string(), kind: z.string(), spans: spansSchema, quote: z.string() }).nullable()

export const differencesSchema = z.object({
  /** How many there are; the list has the first of them. */
  total: z.int(),
  differences: z.array(
    z.object({
      article: z.string(),
      title: z.string(),
      blind: blindSchema,
      what: z.enum(['borders', 'kind', 'both', 'missing', 'same']),
      a: differingMark,
      b: differingMark,
    }),
  ),
})

export type AgreementQuery = Omit<z.infer<typeof agreementQuerySchema>, 'wait'>
export type DifferencesQuery = z.infer<typeof differencesQuerySchema>
export type Agreement = z.infer<typeof agreementSchema>
export type AgreementDone = z.infer<typeof agreementDoneSchema>
export type AgreementWorking = z.infer<typeof agreementWorkingSchema>
export type OverallFigures = z.infer<typeof overallSchema>
export type Differing = z.infer<typeof differencesSchema>
export type EstimateTold = z.infer<typeof estimate>
export type ValueTold = z.infer<typeof value>
