/** How a route is described in the OpenAPI document: its schemas are the ones that judge and build its bodies. */
import { problemSchema } from '@attest/schema/api'
import type { MiddlewareHandler } from 'hono'
import { type DescribeRouteOptions, describeRoute } from 'hono-openapi'
import * as z from 'zod'

export interface RouteDescription {
  summary: string
  description?: string
  tag:
    | 'People'
    | 'Accounts'
    | 'Projects'
    | 'Members'
    | 'Articles'
    | 'Records'
    | 'Public'
    | 'Labels'
    | 'Work'
    | 'Webhooks'
    | 'Operation'
  /** The schema of the JSON body. */
  body?: z.ZodType
  /** Whether there need not be any. */
  mayLackBody?: boolean
  /** What the body is where it is a file and no JSON. */
  file?: string
  /** What is answered when all is well; a schema stands for JSON, a string for another media type. */
  answer: {
    status?: number
    schema: z.ZodType | string | null
    description: string
    /** Whether a part of it can be asked for by `Range`. */
    inParts?: boolean
  }
  query?: Readonly<Record<string, { description: string; values?: readonly string[] }>>
  /** Whether it says that it takes an `Idempotency-Key`; every route that writes does, where it is sent. */
  once?: boolean
  /** Whether it heeds `If-Match`. */
  conditional?: boolean
  /** The problems there can be, besides those that every route has. */
  problems?: Readonly<Record<number, string>>
}

export function describe(route: RouteDescription): MiddlewareHandler {
  const { status = 200, schema, description, inParts } = route.answer
  const responses: NonNullable<DescribeRouteOptions['responses']> = { [status]: { description } }
  if (typeof schema === 'string') responses[status] = { description, content: { [schema]: {} } }
  else if (schema !== null)
    responses[status] = { description, content: { 'application/json': { schema: openApiSchema(schema, 'output') } } }
  if (inParts) responses[206] = { ...responses[status], description: 'The part that was asked for.' }
  for (const [code, problem] of Object.entries(route.problems ?? {}))
    responses[code] = {
      description: problem,
      content: { 'application/problem+json': { schema: openApiSchema(problemSchema, 'output') } },
    }
  const spec: DescribeRouteOptions = { summary: route.summary, tags: [route.tag], responses }
  if (route.description) spec.description = route.description
  const inQuery = Object.entries(route.query ?? {}).map(([name, { description, values }]) => ({
    name,
    in: 'query' as const,
    required: false,
    description,
    schema: values ? { type: 'string' as const, enum: [...values] } : { type: 'string' as const },
  }))
  const headers = [...(route.once ? [idempotencyKey] : []), ...(route.conditional ? [ifMatch] : [])]
  if (inQuery.length + headers.length > 0) spec.parameters = [...inQuery, ...headers]
  if (route.file)
    spec.requestBody = {
      required: true,
      description: route.file,
      content: { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } },
    }
  if (route.body)
    spec.requestBody = {
      required: !route.mayLackBody,
      content: { 'application/json': { schema: openApiSchema(route.body, 'input') } },
    }
  return describeRoute(spec)
}

const idempotencyKey = {
  name: 'Idempotency-Key',
  in: 'header' as const,
  required: false,
  description:
    'A word of your own: the same request sent again with it, within a day, is done once and answered alike.',
  schema: { type: 'string' as const, maxLength: 200 },
}

const ifMatch = {
  name: 'If-Match',
  in: 'header' as const,
  required: false,
  description: 'The ETag that the record has as you know it.',
  schema: { type: 'string' as const },
}

type OpenApiSchema = NonNullable<
  Extract<NonNullable<DescribeRouteOptions['requestBody']>, { content: unknown }>['content'][string]['schema']
>

function openApiSchema(schema: z.ZodType, io: 'input' | 'output'): OpenApiSchema {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, {
    target: 'draft-2020-12',
    io,
    unrepresentable: 'any',
    // An answer may have more one day, and of two that are one together, each has what the other does not name.
    override: ({ zodSchema, jsonSchema }) => {
      const { def } = zodSchema._zod
      if (io === 'output' && def.type === 'object' && !('catchall' in def && def.catchall))
        delete jsonSchema.additionalProperties
    },
  })
  // OpenAPI 3.1 schemas are JSON Schema 2020-12, which the types of hono-openapi write in another way.
  return rest as OpenApiSchema
}
