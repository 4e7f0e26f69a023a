/**
 * Holds what the server answers, and what it takes, against its own description: whoever writes a client by that has
 * nothing else. What is not as described is a sentence in a list.
 */
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'

interface Schema {
  properties?: Record<string, Schema>
  items?: Schema
  prefixItems?: Schema[]
  anyOf?: Schema[]
  oneOf?: Schema[]
  allOf?: Schema[]
  additionalProperties?: boolean | Schema
  unevaluatedProperties?: boolean
}

type Content = Record<string, { schema?: Schema }>

interface Operation {
  parameters?: { in: string; name: string }[]
  requestBody?: { required: boolean; content: Content }
  responses: Record<string, { content?: Content }>
}

interface Spec {
  paths: Record<string, Record<string, Operation>>
}

export type Contract = (method: string, path: string, init: RequestInit, answer: Response) => Promise<string | null>

export function contractOf({ paths }: Spec): Contract {
  const ajv = new Ajv2020({ strict: false, validateFormats: false })
  const compiled = new Map<string, ValidateFunction>()
  // What has fewer parameters is meant: `/projects/deleted` is no project.
  const known = Object.keys(paths)
    .map((path) => ({ path, pattern: new RegExp(`^${path.replaceAll('.', '\\.').replace(/\{\w+\}/g, '[^/]+')}$`) }))
    .sort((a, b) => a.path.split('{').length - b.path.split('{').length)

  function wrong(what: string, schema: Schema, value: unknown): string | null {
    const validate = compiled.get(what) ?? ajv.compile(what.endsWith('takes') ? schema : closed(schema))
    compiled.set(what, validate)
    if (validate(value)) return null
    const [error] = validate.errors ?? []
    return `${what}: ${error?.instancePath} ${error?.message} ${JSON.stringify(error?.params)}`
  }

  return async (method, address, { body }, answer) => {
    const [path = '', query = ''] = address.split('?')
    const found = known.find((one) => one.pattern.test(path) && paths[one.path]?.[method.toLowerCase()])
    const operation = found && paths[found.path]?.[method.toLowerCase()]
    if (!operation || !answer.ok) return null
    const route = `${method} ${found.path}`
    const response = operation.responses[answer.status]
    if (!response) return `${route}: ${answer.status} is not described`
    const names = (operation.parameters ?? []).flatMap((one) => (one.in === 'query' ? [one.name] : []))
    for (const name of new URLSearchParams(query).keys())
      if (!names.includes(name)) return `${route}: the parameter ${name} is not described`

    const taken = operation.requestBody
    const takes = taken?.content['application/json']?.schema
    if (body === undefined && taken?.required) return `${route}: the body is not required`
    if (typeof body === 'string' && takes) {
      const flaw = wrong(`${route} takes`, takes, JSON.parse(body))
      if (flaw) return flaw
    }

    const type = answer.headers.get('content-type')?.split(';')[0] ?? null
    const told = response.content
    if (!told) return type === null ? null : `${route}: that there is a body is not described`
    if ('*/*' in told) return null
    const content = type === null ? undefined : told[type]
    if (!content) return `${route}: ${type} is not described, but ${Object.keys(told)}`
    return content.schema ? wrong(route, content.schema, await answer.clone().json()) : null
  }
}

/** A client has to bear what is new to it, so the description leaves that open; here nothing should be there beside it. */
function closed(schema: Schema, isPart = false): Schema {
  const deep = (all: Schema[] | undefined, part = false) => all?.map((one) => closed(one, part))
  const { properties, items, additionalProperties: more } = schema
  const isObject = (properties !== undefined && more === undefined) || schema.allOf !== undefined
  return {
    ...schema,
    ...(properties && {
      properties: Object.fromEntries(Object.entries(properties).map(([name, one]) => [name, closed(one)])),
    }),
    ...(items && { items: closed(items) }),
    ...(typeof more === 'object' && { additionalProperties: closed(more) }),
    ...(schema.prefixItems && { prefixItems: deep(schema.prefixItems) ?? [] }),
    ...(schema.anyOf && { anyOf: deep(schema.anyOf, isPart) ?? [] }),
    ...(schema.oneOf && { oneOf: deep(schema.oneOf, isPart) ?? [] }),
    ...(schema.allOf && { allOf: deep(schema.allOf, true) ?? [] }),
    ...(isObject && !isPart && { unevaluatedProperties: false }),
  }
}
