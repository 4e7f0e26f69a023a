/** Every example of the description, made one after the other, and what it says of all routes. */
import { expect, it } from 'vitest'
import { addressOf, examples, filledIn } from '../../apps/server/src/routes/examples.ts'
import { demands } from '../../apps/server/src/routes/scopes.ts'
import { tokenOf } from '../support/client.ts'
import { openServer } from './support.ts'

const server = await openServer({ isShared: true, isChecked: true })
const ada = server.browser()
const { id: me } = await ada.join('Ada')
const token = await tokenOf(ada)
const [other = ''] = (await server.rooms.records('syria-airstrikes-2015')).annotations.keys()
const known: Record<string, string> = { me, other, project: 'sample', article: 'syria-airstrikes-2015' }

it.each(examples)('$route: $title', async (example) => {
  const { headers = {}, body, status, answer, keep = {} } = example
  const asked = await server.ask(addressOf(example, known), {
    method: example.route.split(' ')[0] ?? '',
    headers: {
      ...filledIn(headers, known),
      authorization: `Bearer ${token}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(filledIn(body, known)) }),
  })
  const text = await asked.text()
  expect([asked.status, asked.status === status ? '' : text]).toEqual([status, ''])
  const told: unknown = text === '' ? null : JSON.parse(text)
  for (const [name, path] of Object.entries(keep))
    known[name] = path === 'ETag' ? (asked.headers.get('etag') ?? '') : String((told as Record<string, unknown>)[path])
  if (answer !== undefined) expect(told).toEqual(expected(filledIn(answer, known)))
})

/** The answer may have more than what is shown of it; of a list, the first ones are shown. */
function expected(answer: unknown): unknown {
  if (answer === '{any}') return expect.anything()
  if (Array.isArray(answer)) {
    const [first, ...rest] = answer
    if (first === undefined || typeof first !== 'object' || Array.isArray(first)) return answer
    return expect.arrayContaining([first, ...rest].map(expected))
  }
  if (typeof answer !== 'object' || answer === null) return answer
  return expect.objectContaining(Object.fromEntries(Object.entries(answer).map(([key, one]) => [key, expected(one)])))
}

interface Operation {
  operationId?: string
  description?: string
  security?: Record<string, string[]>[]
  responses: Record<string, { content?: Record<string, { schema?: object; examples?: object }> }>
  parameters?: { name: string; in: string }[]
}

it('describes how one shows who one is, and every problem alike', async () => {
  const spec = (await (await server.ask('/api/openapi.json')).json()) as {
    paths: Record<string, Record<string, Operation>>
    components: { securitySchemes: Record<string, { type: string }>; schemas: Record<string, object> }
    webhooks: Record<string, object>
  }
  expect(Object.keys(spec.components.securitySchemes)).toEqual(['token', 'session'])
  expect(spec.components.schemas['Problem']).toMatchObject({ required: ['type', 'title', 'status'] })
  expect(Object.keys(spec.webhooks)).toContain('marks.changed')
  const ids = new Set<string>()
  for (const [path, item] of Object.entries(spec.paths))
    for (const [method, operation] of Object.entries(item)) {
      const route = `${method.toUpperCase()} ${path.replace(/\{(\w+)\}/g, ':$1')}`
      expect.soft(ids.has(operation.operationId ?? ''), `${route}: ${operation.operationId}`).toBe(false)
      ids.add(operation.operationId ?? '')
      for (const name of path.matchAll(/\{(\w+)\}/g))
        expect.soft(operation.parameters, route).toContainEqual(expect.objectContaining({ name: name[1], in: 'path' }))
      const takesToken = operation.security?.some((one) => 'token' in one)
      if (operation.security?.length) expect.soft(takesToken, route).toBe((demands[route] ?? 'closed') !== 'closed')
      for (const [status, { content }] of Object.entries(operation.responses))
        if (/^[45]|default/.test(status))
          expect
            .soft(content?.['application/problem+json']?.schema, `${route} ${status}`)
            .toEqual({ $ref: '#/components/schemas/Problem' })
    }
  const { post } = spec.paths['/api/articles/{id}/annotations'] ?? {}
  expect(post?.responses['201']?.content?.['application/json']?.examples).toBeTruthy()
})

it('shows the examples on the page, as one types them', async () => {
  const page = await (await server.ask('/api/docs')).text()
  expect(page).toContain('curl -X POST &quot;$ATTEST_URL/api/articles/')
  expect(page).toContain('id="webhooks"')
  expect(page).not.toMatch(/<script|\{any\}|undefined/)
})
