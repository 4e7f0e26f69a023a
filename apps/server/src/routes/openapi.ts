/**
 * What the description of all routes says beside what each says of itself: how one shows who one is, which scopes a token
 * needs, the problems that any of them may answer with, examples, and what webhooks are sent.
 */
import { problemSchema } from '@attest/schema/api'
import { webhookEvents } from '@attest/schema/webhook'
import type { generateSpecs } from 'hono-openapi'
import * as z from 'zod'
import { curlOf, type Example, examples, filledIn, shown } from './examples.ts'
import { demands, scopesFor } from './scopes.ts'

export type Spec = Awaited<ReturnType<typeof generateSpecs>>
export type Operation = NonNullable<Spec['paths'][string]['get']>

export const methods = ['get', 'post', 'put', 'patch', 'delete'] as const

const PROBLEM = { $ref: '#/components/schemas/Problem' }

const tags: Readonly<Record<string, string>> = {
  People: 'Who one is.',
  Accounts: 'How one signs in, and one’s tokens. Not with a token.',
  Projects: 'Projects, what happened in them, how far people agree.',
  Members: 'Who is in a project, as what.',
  Articles: 'Texts in and out.',
  Records: 'Marks, links, comments and verdicts, and what the review has come to.',
  Labels: 'What marks may be, in versions.',
  Work: 'Who works on what, and how far it is.',
  Webhooks: 'Being told what happens.',
  Public: 'What everybody with a link may read.',
  Operation: 'For whoever runs the server.',
}

/** The spec with all of that; what was given is changed. */
export function completed(spec: Spec): Spec {
  const used = new Set<string>()
  for (const [path, item] of Object.entries(spec.paths))
    for (const method of methods) {
      const operation = item[method]
      if (!operation) continue
      const route = `${method.toUpperCase()} ${path.replace(/\{(\w+)\}/g, ':$1')}`
      complete(operation, route, method)
      for (const tag of operation.tags ?? []) used.add(tag)
    }
  const { $schema: _, ...problem } = z.toJSONSchema(problemSchema, { target: 'draft-2020-12' })
  return {
    ...spec,
    tags: Object.entries(tags).flatMap(([name, description]) => (used.has(name) ? [{ name, description }] : [])),
    components: {
      ...spec.components,
      // JSON Schema 2020-12, which the types of hono-openapi write in another way.
      schemas: { ...spec.components.schemas, Problem: problem as object },
      securitySchemes: {
        token: {
          type: 'http',
          scheme: 'bearer',
          bearerFormat: 'attest_…',
          description: 'A personal token, made on the account page. Its scopes: read, annotate, review, manage.',
        },
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: 'attest-….session_token',
          description: 'The cookie of somebody who is signed in to the page.',
        },
      },
    },
    webhooks: Object.fromEntries(webhookEvents.map((event) => [event, webhookOf(event)])),
  }
}

function complete(operation: Operation, route: string, method: string): void {
  operation.operationId = operationId(route)
  operation.responses ??= {}
  const { responses } = operation
  const isForSomebody = '401' in responses
  const scopes = scopesFor(method.toUpperCase(), route.slice(route.indexOf(' ') + 1))
  const needs = scopes?.join(' and ')
  if (isForSomebody) operation.security = [...(scopes ? [{ token: [...scopes] }] : []), { session: [] }]
  else operation.security = []
  if (isForSomebody)
    operation.description = [
      operation.description,
      demands[route] === 'closed' ? 'Not with a token.' : needs ? `A token needs the scope ${needs}.` : '',
    ]
      .filter(Boolean)
      .join(' ')
  if (isForSomebody)
    responses['403'] ??= problemResponse(scopes ? 'The token is not for that.' : 'This cannot be done with a token.')
  if (operation.requestBody) {
    responses['413'] ??= problemResponse('The body is too large.')
    responses['415'] ??= problemResponse('The body is of another type.')
  }
  if (isForSomebody && scopes) {
    responses['429'] ??= problemResponse('The token was used too often; Retry-After says when it may be again.')
  }
  responses['default'] ??= problemResponse('Any other problem.')
  for (const response of Object.values(responses)) {
    const content = '$ref' in response ? undefined : response.content?.['application/problem+json']
    if (content) content.schema = PROBLEM
  }
  const own = examples.filter((one) => one.route === route)
  if (own.length > 0) addExamples(operation, own)
}

function problemResponse(description: string) {
  return { description, content: { 'application/problem+json': { schema: PROBLEM } } }
}

function addExamples(operation: Operation, own: readonly Example[]): void {
  for (const example of own) {
    const { title, body, status, answer } = example
    const name = title.replace(/[^\p{L}\p{N}]+/gu, '-').toLowerCase()
    const request = operation.requestBody && !('$ref' in operation.requestBody) ? operation.requestBody : undefined
    const sent = request?.content['application/json']
    if (sent && body !== undefined)
      sent.examples = { ...sent.examples, [name]: { summary: title, value: filledIn(body, shown) } }
    const response = operation.responses?.[String(status)]
    const told = response && !('$ref' in response) ? response.content?.['application/json'] : undefined
    if (told && answer !== undefined)
      told.examples = { ...told.examples, [name]: { summary: title, value: filledIn(answer, shown) } }
  }
  // As Redoc and others show it.
  Object.assign(operation, {
    'x-codeSamples': own.map((example) => ({ lang: 'Shell', label: example.title, source: curlOf(example) })),
  })
}

/** `GET /api/articles/:id/gold` is `getArticlesGold`; with the name of what stands last, where that is a parameter. */
function operationId(route: string): string {
  const [method = '', path = ''] = route.split(' ')
  const parts = path.split('/').filter((part) => part !== '' && part !== 'api')
  const last = parts.at(-1)
  const words = parts.map((part) => (part.startsWith(':') ? (part === last ? `by-${part.slice(1)}` : '') : part))
  return [method.toLowerCase(), ...words]
    .join('-')
    .replace(/[^A-Za-z0-9]+(.)?/g, (_, next: string | undefined) => (next ?? '').toUpperCase())
}

function webhookOf(event: string) {
  return {
    post: {
      summary: `Sent for ${event}`,
      description:
        'To the address of a webhook. `Attest-Signature: t=…,v1=…` is the time in seconds and the HMAC-SHA256, in hex, of ' +
        '`t`, a dot and the body, by the secret. Any answer of 2xx will do, within ten seconds; 410 ends it.',
      requestBody: {
        content: {
          'application/json': {
            schema: {
              type: 'object' as const,
              required: ['id', 'event', 'at', 'project', 'data'],
              properties: {
                id: { type: 'string' as const, description: 'The same whenever this is sent again.' },
                event: { type: 'string' as const, enum: [event] },
                at: { type: 'integer' as const, description: 'When it happened, in milliseconds since 1970.' },
                project: { type: 'string' as const },
                data: { type: 'object' as const },
              },
            },
          },
        },
      },
      responses: { '2XX': { description: 'It has arrived.' } },
    },
  }
}
