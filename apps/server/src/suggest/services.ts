/**
 * Services that propose marks over HTTP, asked through the one way out: the protocol of Label Studio’s ML backends, and our
 * own. Whatever one says is read as what a stranger says; what goes wrong is a sentence for whoever asked.
 */
import { fittingUnits, unitOf } from '@attest/schema/formats/unit'
import type { LabelSet } from '@attest/schema/labelset'
import {
  type ServiceProtocol,
  type ServiceQuestion,
  serviceAnswerSchema,
  serviceGreetingSchema,
  serviceSuggestionSchema,
} from '@attest/schema/suggestion-api'
import * as z from 'zod'
import type { Outgoing, OutgoingRequest } from '../outgoing.ts'

export interface ServiceAddress {
  protocol: ServiceProtocol
  url: string
  authorization?: string | undefined
}

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

export interface Question {
  article: { id: string; title: string; language: string | null; text: string }
  labelSet: LabelSet
  kinds: readonly string[]
  version: string | null
}

/** A service that did not do what it should; the message is for whoever asked. */
export class ServiceFailed extends Error {
  override name = 'ServiceFailed'
}

/** Models think for a while; who waits sees it, and can go away. */
const MS = { greet: 8_000, ask: 60_000 }
const MOST_BYTES = { greet: 256 * 1024, ask: 8 * 1024 * 1024 }

/** Whether it is there and speaks the protocol, and as which version. Throws `ServiceFailed`. */
export async function greet(outgoing: Outgoing, address: ServiceAddress, labelSet: LabelSet): Promise<string | null> {
  if (address.protocol === 'attest') {
    const { version } = parse(serviceGreetingSchema, await ask(outgoing, address, '', null), 'a model and a version')
    return version
  }
  const health = z.object({ status: z.string() })
  const { status } = parse(health, await ask(outgoing, address, 'health', null), 'a status')
  if (status.toUpperCase() !== 'UP') throw new ServiceFailed(`The service says that it is ${status}, not UP.`)
  const setup = { project: 'attest', schema: labelConfig(labelSet), hostname: '', access_token: '' }
  const said = parse(setupSchema, await ask(outgoing, address, 'setup', setup), 'a model_version')
  return versionOf(said.model_version)
}

/** What it proposes for an article. Throws `ServiceFailed`. */
export async function propose(
  outgoing: Outgoing,
  address: ServiceAddress & { name: string },
  question: Question,
): Promise<Proposal> {
  return address.protocol === 'attest'
    ? askOurs(outgoing, address, question)
    : askLabelStudio(outgoing, address, question)
}

async function askOurs(
  outgoing: Outgoing,
  address: ServiceAddress,
  { article, labelSet, kinds }: Question,
): Promise<Proposal> {
  const body: ServiceQuestion = { version: 1, article, offsets: 'utf16', labelSet, kinds }
  const answer = parse(serviceAnswerSchema, await ask(outgoing, address, '', body), 'a list of suggestions')
  const left: string[] = []
  const proposed = answer.suggestions.flatMap((one): Proposed[] => {
    const read = serviceSuggestionSchema.safeParse(one)
    if (!read.success) {
      left.push(`it is not as it should be (${whereOf(read.error)})`)
      return []
    }
    const { kind, spans, quotes, attributes, score } = read.data
    if (quotes && !spans.every(([start, end], i) => quotes[i] === article.text.slice(start, end))) {
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

async function askLabelStudio(
  outgoing: Outgoing,
  address: ServiceAddress & { name: string },
  { article, labelSet, kinds, version: known }: Question,
): Promise<Proposal> {
  const answer = parse(
    predictSchema,
    await ask(outgoing, address, 'predict', {
      tasks: [{ id: 1, data: { text: article.text }, annotations: [], predictions: [] }],
      project: 'attest',
      label_config: labelConfig(labelSet),
      model_version: known,
      params: { login: null, password: null, context: null },
    }),
    'a list of results',
  )
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
  const marks = regions.map(({ start, end, text }) => ({
    spans: [[start, end] as [number, number]],
    quotes: [text ?? null],
  }))
  const { fitting } = fittingUnits(article.text, marks)
  const unit = unitOf(article.text, fitting.utf16 > fitting['code-points'] ? 'utf16' : 'code-points')
  const proposed = regions.flatMap(({ start, end, text, labels, score }): Proposed[] => {
    const [from, to] = [unit.toUtf16(start), unit.toUtf16(end)]
    if (from === null || to === null || from >= to) {
      left.push('it lies outside of the text')
      return []
    }
    if (text !== undefined && text !== article.text.slice(from, to)) {
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
  return { model: address.name, version: said, proposed: proposed.filter(({ kind }) => isAsked(kind, kinds)), left }
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

/** What the marks are, as Label Studio says it. */
function labelConfig({ kinds }: LabelSet): string {
  const labels = kinds.map(({ id }) => `<Label value="${id}"/>`).join('')
  return `<View><Labels name="label" toName="text">${labels}</Labels><Text name="text" value="$text"/></View>`
}

// ---- Asking ----

async function ask(
  outgoing: Outgoing,
  { url, authorization }: ServiceAddress,
  path: string,
  body: unknown,
): Promise<unknown> {
  const isGreeting = body === null || path === 'setup'
  const target = path === '' ? url : `${url.replace(/\/$/, '')}/${path}`
  const request: OutgoingRequest = {
    method: body === null ? 'GET' : 'POST',
    headers: {
      Accept: 'application/json',
      ...(body !== null && { 'Content-Type': 'application/json' }),
      ...(authorization && { Authorization: authorization }),
    },
    ...(body !== null && { body: JSON.stringify(body) }),
    redirects: 0,
    maxBytes: isGreeting ? MOST_BYTES.greet : MOST_BYTES.ask,
    ms: isGreeting ? MS.greet : MS.ask,
  }
  const answer = await outgoing(target, request)
  if (!answer.ok) {
    const isBarred = answer.reason === 'private' || answer.detail.startsWith('Port ')
    throw new ServiceFailed(
      `${answer.detail}${isBarred ? ' Whoever runs this server can let it be asked (OUTGOING_ALLOW).' : ''}`,
    )
  }
  const at = path === '' ? 'The service' : `The service, at /${path},`
  if (answer.status === 401 || answer.status === 403)
    throw new ServiceFailed(`${at} does not let us in (${answer.status}). Its authorization has to be looked at.`)
  if (answer.status === 404)
    throw new ServiceFailed(`${at} answered that there is nothing (404). Is the address right, and the protocol?`)
  if (answer.status < 200 || answer.status > 299)
    throw new ServiceFailed(`${at} answered with an error (${answer.status}).`)
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(answer.body))
  } catch {
    throw new ServiceFailed(`${at} answered something that is no JSON.`)
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
