/**
 * Services that propose marks over HTTP, asked through the one way out: the protocol of Label Studio’s ML backends, and our
 * own. What goes wrong is a sentence for whoever asked; what they answer is for `answers.ts` to read.
 */
import type { LabelSet } from '@attest/schema/labelset'
import type { ServiceProtocol, ServiceQuestion } from '@attest/schema/suggestion-api'
import type { Outgoing, OutgoingRequest } from '../outgoing.ts'
import { readGreeting, readHealth, readSetup, ServiceFailed, serviceAt } from './answers.ts'

export interface ServiceAddress {
  protocol: ServiceProtocol
  url: string
  authorization?: string | undefined
}

export interface Question {
  article: { id: string; title: string; language: string | null; text: string }
  labelSet: LabelSet
  kinds: readonly string[]
  version: string | null
}

/** Models think for a while; who waits sees it, and can go away. */
const GREETING = { ms: 8_000, maxBytes: 256 * 1024 }
const ASKING = { ms: 60_000, maxBytes: 8 * 1024 * 1024 }

/** Whether it is there and speaks the protocol, and as which version. Throws `ServiceFailed`. */
export async function greet(outgoing: Outgoing, address: ServiceAddress, labelSet: LabelSet): Promise<string | null> {
  if (address.protocol === 'attest') return readGreeting(await ask(outgoing, address, { path: '', ...GREETING }))
  readHealth(await ask(outgoing, address, { path: 'health', ...GREETING }))
  const body = { project: 'attest', schema: labelConfig(labelSet), hostname: '', access_token: '' }
  return readSetup(await ask(outgoing, address, { path: 'setup', body, ...GREETING }))
}

/** What it answers when it is asked for marks in an article, as it came; until the signal ends it. Throws `ServiceFailed`. */
export function askForMarks(
  outgoing: Outgoing,
  address: ServiceAddress,
  { article, labelSet, kinds, version }: Question,
  signal: AbortSignal,
): Promise<Uint8Array> {
  if (address.protocol === 'attest') {
    const body: ServiceQuestion = { version: 1, article, offsets: 'utf16', labelSet, kinds }
    return ask(outgoing, address, { path: '', body, signal, ...ASKING })
  }
  const body = {
    tasks: [{ id: 1, data: { text: article.text }, annotations: [], predictions: [] }],
    project: 'attest',
    label_config: labelConfig(labelSet),
    model_version: version,
    params: { login: null, password: null, context: null },
  }
  return ask(outgoing, address, { path: 'predict', body, signal, ...ASKING })
}

/** What the marks are, as Label Studio says it. */
function labelConfig({ kinds }: LabelSet): string {
  const labels = kinds.map(({ id }) => `<Label value="${id}"/>`).join('')
  return `<View><Labels name="label" toName="text">${labels}</Labels><Text name="text" value="$text"/></View>`
}

interface Request {
  path: string
  /** It is a POST where there is one. */
  body?: object
  ms: number
  maxBytes: number
  signal?: AbortSignal
}

async function ask(
  outgoing: Outgoing,
  { url, authorization }: ServiceAddress,
  { path, body, ...limits }: Request,
): Promise<Uint8Array> {
  const target = path === '' ? url : `${url.replace(/\/$/, '')}/${path}`
  const request: OutgoingRequest = {
    method: body ? 'POST' : 'GET',
    headers: {
      Accept: 'application/json',
      ...(body && { 'Content-Type': 'application/json' }),
      ...(authorization && { Authorization: authorization }),
    },
    ...(body && { body: JSON.stringify(body) }),
    redirects: 0,
    ...limits,
  }
  const answer = await outgoing(target, request)
  if (!answer.ok) throw new ServiceFailed(answer.detail)
  const at = serviceAt(path)
  if (answer.status === 401 || answer.status === 403)
    throw new ServiceFailed(`${at} does not let us in (${answer.status}). Its authorization has to be looked at.`)
  if (answer.status === 404)
    throw new ServiceFailed(`${at} answered that there is nothing (404). Is the address right, and the protocol?`)
  if (answer.status < 200 || answer.status > 299)
    throw new ServiceFailed(`${at} answered with an error (${answer.status}).`)
  return answer.body
}
