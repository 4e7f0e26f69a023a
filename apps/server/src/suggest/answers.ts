/**
 * What services answer, as it came over the line, read as what a stranger says: whatever it is, it becomes marks and reasons
 * why others are none, or a sentence about the whole of it. An answer may have megabytes, so it is read where that holds
 * up nobody.
 */
import { fittingUnits, unitOf } from '@attest/schema/formats/unit'
import type { LabelSet } from '@attest/schema/labelset'
import {
  type ServiceProtocol,
  serviceAnswerSchema,
  serviceGreetingSchema,
  serviceSuggestionSchema,
} from '@attest/schema/suggestion-api'
import * as z from 'zod'

/** A mark as a service proposes it; whether it can be one here is for `taking.ts` to see. */
export interface Proposed {
  kind: string
  spans: [number, number][]
  attributes: Record<string, string | null>
  score: number | null
}

export interface Proposal {
  model: string
  version: string
  proposed: Proposed[]
  /** What could not be read, by the reason. */
  left: string[]
}

/** What was asked, as far as the answer has to fit it. */
export interface Asked {
  name: string
  /** As the service said before. */
  version: string | null
  text: string
  labelSet: LabelSet
  kinds: readonly string[]
}

/** A service that did not do what it should; the message is for whoever asked. */
export class ServiceFailed extends Error {
  override name = 'ServiceFailed'
}

/** Throws `ServiceFailed` where nothing of it can be read. */
export function readProposal(protocol: ServiceProtocol, body: Uint8Array, asked: Asked): Proposal {
  return protocol === 'attest' ? readOurs(body, asked) : readLabelStudio(body, asked)
}

/** The version of a service that was greeted in our own protocol. */
export function readGreeting(body: Uint8Array): string {
  return parse(serviceGreetingSchema, readJson(body, ''), 'a model and a version').version
}

/** Throws `ServiceFailed` where a backend of Label Studio does not say that it is there. */
export function readHealth(body: Uint8Array): void {
  const { status } = parse(z.object({ status: z.string() }), readJson(body, 'health'), 'a status')
  if (status.toUpperCase() !== 'UP') throw new ServiceFailed(`The service says that it is ${status}, not UP.`)
}

/** The version of a backend of Label Studio that was set up; null where it says none. */
export function readSetup(body: Uint8Array): string | null {
  return versionOf(parse(setupSchema, readJson(body, 'setup'), 'a model_version').model_version)
}

/** How a service is called in a sentence about what it said at a path. */
export function serviceAt(path: string): string {
  return path === '' ? 'The service' : `The service, at /${path},`
}

// ---- Our own protocol ----

function readOurs(body: Uint8Array, { text }: Asked): Proposal {
  const answer = parse(serviceAnswerSchema, readJson(body, ''), 'a list of suggestions')
  const left: string[] = []
  const proposed = answer.suggestions.flatMap((one): Proposed[] => {
    const read = serviceSuggestionSchema.safeParse(one)
    if (!read.success) {
      left.push(`it is not as it should be (${whereOf(read.error)})`)
      return []
    }
    const { kind, spans, quotes, attributes, score } = read.data
    if (quotes && !spans.every(([start, end], i) => quotes[i] === text.slice(start, end))) {
      left.push('its words do not stand where it says')
      return []
    }
    return [{ kind, spans, attributes, score }]
  })
  return { model: answer.model, version: answer.version, proposed, left }
}

// ---- Label Studio ----

const version = z.union([z.string(), z.number()]).nullish()
const setupSchema = z.object({ model_version: version })
const predictionSchema = z.object({
  result: z.array(z.unknown()).max(20_000).default([]),
  score: z.number().nullish(),
  model_version: version,
})
const predictSchema = z.object({
  // One for each task; newer backends may give several for each.
  results: z.array(z.union([predictionSchema, z.array(predictionSchema).max(100)])).max(100),
  model_version: version,
})
const offset = z.int().min(0)
const regionSchema = z.object({
  type: z.string().default('labels'),
  score: z.number().nullish(),
  value: z.object({
    start: offset,
    end: offset,
    text: z.string().optional(),
    labels: z.array(z.string()).min(1).max(20),
  }),
})

function readLabelStudio(body: Uint8Array, { name, text, labelSet, kinds, version: known }: Asked): Proposal {
  const answer = parse(predictSchema, readJson(body, 'predict'), 'a list of results')
  const predictions = answer.results.slice(0, 1).flat()
  const left: string[] = []
  const regions = predictions.flatMap(({ result, score }) =>
    result.flatMap((one) => {
      const read = regionSchema.safeParse(one)
      if (!read.success || read.data.type !== 'labels') {
        left.push('it is no labelled stretch of the text')
        return []
      }
      return [{ ...read.data.value, score: read.data.score ?? score ?? null }]
    }),
  )
  // Backends are Python and count code points; some were made for what the page of Label Studio used to count.
  const marks = regions.map(({ start, end, text: quote }) => ({
    spans: [[start, end] as [number, number]],
    quotes: [quote ?? null],
  }))
  const { fitting } = fittingUnits(text, marks)
  const unit = unitOf(text, fitting.utf16 > fitting['code-points'] ? 'utf16' : 'code-points')
  const proposed = regions.flatMap(({ start, end, text: quote, labels, score }): Proposed[] => {
    const [from, to] = [unit.toUtf16(start), unit.toUtf16(end)]
    if (from === null || to === null || from >= to) {
      left.push('it lies outside of the text')
      return []
    }
    if (quote !== undefined && quote !== text.slice(from, to)) {
      left.push('its words do not stand where it says')
      return []
    }
    return labels.map((label) => ({
      kind: kindOf(label, labelSet),
      spans: [[from, to]],
      attributes: {},
      score: score === null ? null : Math.min(1, Math.max(0, score)),
    }))
  })
  const said = versionOf(predictions[0]?.model_version ?? answer.model_version) ?? known ?? '?'
  return { model: name, version: said, proposed: proposed.filter(({ kind }) => isAsked(kind, kinds)), left }
}

const isAsked = (kind: string, kinds: readonly string[]) => kinds.length === 0 || kinds.includes(kind)

/** By its id, or by what people read; else as it is, and `taking.ts` refuses it. */
function kindOf(label: string, { kinds }: LabelSet): string {
  const lower = label.toLowerCase()
  return (kinds.find(({ id }) => id === label) ?? kinds.find((one) => one.label.toLowerCase() === lower))?.id ?? label
}

function versionOf(given: string | number | null | undefined): string | null {
  const text = given === null || given === undefined ? '' : String(given).trim()
  return text === '' ? null : text.slice(0, 100)
}

// ---- Reading ----

function readJson(body: Uint8Array, path: string): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body))
  } catch {
    throw new ServiceFailed(`${serviceAt(path)} answered something that is no JSON.`)
  }
}

function parse<T extends z.ZodType>(schema: T, answer: unknown, what: string): z.infer<T> {
  const read = schema.safeParse(answer)
  if (!read.success) throw new ServiceFailed(`The service answered without ${what} (${whereOf(read.error)}).`)
  return read.data
}

function whereOf(error: z.ZodError): string {
  const issue = error.issues[0]
  return `${issue?.path.join('.') || 'all of it'}: ${issue?.message ?? 'wrong'}`.slice(0, 200)
}
