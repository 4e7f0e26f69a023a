/** What page and server tell each other about suggestions: who proposes marks, who may ask, and how sure what was found is. */
import * as z from 'zod'
import { attributesSchema, termId } from './annotation.ts'
import { entityId } from './article.ts'
import { personId, recordId } from './record.ts'
import type { Role } from './roles.ts'
import { spansSchema } from './span.ts'

// ---- Services of a project ----

/** `label-studio` is the protocol of its ML backends; `attest` is our own, of docs/suggestions.md. */
export const serviceProtocols = ['attest', 'label-studio'] as const

export type ServiceProtocol = (typeof serviceProtocols)[number]

/** Who may ask for suggestions in a project, besides its owners. */
export const suggestionAskers = ['owners', 'reviewers', 'annotators'] as const

export type SuggestionAskers = (typeof suggestionAskers)[number]

const score = z.number().min(0).max(1)

export const newServiceSchema = z.strictObject({
  name: z.string().trim().min(1).max(60),
  protocol: z.enum(serviceProtocols),
  url: z.string().trim().min(1).max(2000),
  /** The whole value of the header Authorization that it is asked with; kept, and told to nobody. */
  authorization: z
    .string()
    .max(1000)
    .regex(/^[\x20-\x7e]*$/, 'only letters, figures and signs of ASCII')
    .optional(),
  /** What it is less sure of is not taken. */
  threshold: score.default(0),
})

export const serviceSchema = z.object({
  id: entityId,
  name: z.string(),
  protocol: z.enum(serviceProtocols),
  /** Null for those who do not own the project. */
  url: z.string().nullable(),
  hasAuthorization: z.boolean(),
  threshold: score,
  /** As it said when it was added, or asked last. */
  version: z.string().nullable(),
})

export const suggestersSchema = z.object({
  askers: z.enum(suggestionAskers),
  services: z.array(serviceSchema),
})

export const suggestersChangeSchema = z.strictObject({ askers: z.enum(suggestionAskers) })

export type NewService = z.infer<typeof newServiceSchema>
export type Service = z.infer<typeof serviceSchema>
export type Suggesters = z.infer<typeof suggestersSchema>

/** Whether somebody with this role may ask, where the project leaves it to these. */
export function mayAskForSuggestions(role: Role, askers: SuggestionAskers): boolean {
  if (role === 'owner') return true
  if (role === 'reviewer') return askers !== 'owners'
  return role === 'annotator' && askers === 'annotators'
}

// ---- Suggestions of an article ----

export const askSchema = z.strictObject({
  /** `built-in`, or the id of a service. */
  from: entityId.default('built-in'),
  /** Only marks of these kinds; all that there are where it is missing. */
  kinds: z.array(termId).min(1).max(20).optional(),
  threshold: score.optional(),
})

/** What one model of one version has proposed in an article. */
export const predictionSchema = z.object({
  /** The author of its marks. */
  source: personId,
  /** What people see in the place of a name. */
  title: z.string(),
  model: z.string(),
  version: z.string(),
  /** Who asked, and when, in milliseconds since 1970. */
  by: personId.nullable(),
  at: z.int(),
  /** By the ids of its marks. A mark that it did not score has none. */
  scores: z.array(z.tuple([recordId, score])),
})

export const suggestionsSchema = z.object({
  /** Whether the asking person may ask for more, now; a sentence why not, where they may not. */
  refusal: z.string().nullable(),
  predictions: z.array(predictionSchema),
})

export const askedSchema = z.object({
  prediction: predictionSchema,
  /** New marks; those that were there already, or that somebody has judged; and those that were replaced. */
  added: z.int(),
  kept: z.int(),
  removed: z.int(),
  /** What came and cannot be a mark here, with the reason and how often. */
  left: z.array(z.object({ why: z.string(), count: z.int() })),
})

export type Ask = z.infer<typeof askSchema>
export type Prediction = z.infer<typeof predictionSchema>
export type Suggestions = z.infer<typeof suggestionsSchema>
export type Asked = z.infer<typeof askedSchema>

// ---- Our own protocol ----

/** What a service is asked, by POST; by GET it says who it is. */
export interface ServiceQuestion {
  version: 1
  article: { id: string; title: string; language: string | null; text: string }
  /** What offsets are counted in, the question’s and the answer’s: UTF-16 code units. */
  offsets: 'utf16'
  labelSet: unknown
  kinds: readonly string[]
}

export const serviceGreetingSchema = z.object({
  model: z.string().min(1).max(100),
  version: z.union([z.string().min(1).max(100), z.number()]).transform(String),
})

/** Each suggestion is read by itself, so that one that is broken costs none of the others. */
export const serviceAnswerSchema = serviceGreetingSchema.extend({ suggestions: z.array(z.unknown()).max(20_000) })

export const serviceSuggestionSchema = z.object({
  kind: termId,
  spans: spansSchema,
  /** The words under each span: where they do not fit, the mark is refused. */
  quotes: z.array(z.string()).optional(),
  attributes: attributesSchema.default({}),
  score: score.nullable().default(null),
})
