/** The description of all routes as OpenAPI, the same as a page to read, and the JSON Schema of the export. */
import { readFileSync } from 'node:fs'
import { type Env, Hono } from 'hono'
import { html } from 'hono/html'
import { generateSpecs } from 'hono-openapi'
import { makeNonce } from '../guard.ts'
import { describe } from './describe.ts'

const attestJsonSchemaFile = new URL('../../../../packages/schema/attest-json.schema.json', import.meta.url)

/** `whole` is the app with all its routes. */
export function docsRoutes<E extends Env>(whole: Hono<E>): Hono {
  const routes = new Hono()
  const spec = onFirstUse(() =>
    generateSpecs(whole, {
      excludeStaticFile: false,
      documentation: {
        info: {
          title: 'Attest',
          version: '1',
          description:
            'Texts, marks and people. Sign in with the cookie that POST /api/join sets. Changes go to the room of an ' +
            'article over a websocket at /sync/{article id}; PROTOCOL.md describes it. Errors are RFC 9457 problems.',
        },
      },
    }),
  )

  routes.get(
    '/openapi.json',
    describe({
      summary: 'This description',
      tag: 'Operation',
      answer: { schema: 'application/json', description: 'OpenAPI 3.1.' },
    }),
    async (c) => c.json(await spec()),
  )

  routes.get(
    '/schemas/attest-json.json',
    describe({
      summary: 'The JSON Schema of attest-json',
      tag: 'Operation',
      answer: { schema: 'application/schema+json', description: 'JSON Schema 2020-12.' },
    }),
    (c) => c.body(readFileSync(attestJsonSchemaFile, 'utf8'), 200, { 'Content-Type': 'application/schema+json' }),
  )

  routes.get(
    '/docs',
    describe({
      summary: 'This description, to read',
      tag: 'Operation',
      answer: { schema: 'text/html', description: 'A page without scripts.' },
    }),
    async (c) => {
      const nonce = makeNonce()
      c.header(
        'Content-Security-Policy',
        `default-src 'none'; style-src 'nonce-${nonce}'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'`,
      )
      return c.html(docsPage(await spec(), nonce))
    },
  )

  return routes
}

function onFirstUse<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined
  return () => (made ??= make())
}

type Spec = Awaited<ReturnType<typeof generateSpecs>>

function docsPage(spec: Spec, nonce: string) {
  const operations = Object.entries(spec.paths).flatMap(([path, item]) =>
    (['get', 'post', 'put', 'patch', 'delete'] as const).flatMap((method) => {
      const operation = item[method]
      return operation ? [{ path, method, operation }] : []
    }),
  )
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Attest: the HTTP interface</title>
<style nonce="${nonce}">
:root { color-scheme: light dark }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 50rem; margin: 2rem auto; padding: 0 1rem }
h2 { font-size: 1rem; margin: 2rem 0 0 }
code, pre { font-family: ui-monospace, monospace; font-size: .875rem }
pre { overflow: auto; max-height: 24rem; padding: .5rem; border: 1px solid color-mix(in srgb, currentColor 25%, transparent) }
dt { font-weight: 600 } dd { margin: 0 0 .5rem 1rem }
</style>
</head>
<body>
<h1>Attest: the HTTP interface</h1>
<p>${spec.info.description}</p>
<p>The same for programs: <a href="/api/openapi.json">openapi.json</a>.</p>
${operations.map(
  ({ path, method, operation }) => html`<section>
<h2><code>${method.toUpperCase()} ${path}</code></h2>
<p>${operation.summary}. ${operation.description}</p>
${operation.parameters?.map((parameter) =>
  '$ref' in parameter ? '' : html`<p><code>${parameter.name}</code> (${parameter.in}) ${parameter.description}</p>`,
)}
${operation.requestBody && !('$ref' in operation.requestBody) ? details('Body', operation.requestBody.content['application/json']?.schema) : ''}
<dl>${Object.entries(operation.responses ?? {}).map(([status, response]) =>
    '$ref' in response
      ? ''
      : html`<dt>${status}</dt><dd>${response.description}
${status.startsWith('2') ? details('Its shape', response.content?.['application/json']?.schema) : ''}</dd>`,
  )}</dl>
</section>`,
)}
</body>
</html>`
}

function details(title: string, schema: unknown) {
  if (schema === undefined) return ''
  return html`<details><summary>${title}</summary><pre>${JSON.stringify(schema, null, 2)}</pre></details>`
}
