/** The description of all routes as OpenAPI, the same as a page to read, and the JSON Schema of the export. */
import attestJsonSchema from '@attest/schema/attest-json.schema.json' with { type: 'json' }
import { type Env, Hono } from 'hono'
import { html } from 'hono/html'
import { generateSpecs } from 'hono-openapi'
import { makeNonce } from '../guard.ts'
import { describe } from './describe.ts'
import { curlOf, examples, filledIn, shown } from './examples.ts'
import { completed, methods, type Operation, type Spec } from './openapi.ts'

const description =
  'Texts, marks and people. A program shows who it is by a personal token, made on the account page: `Authorization: ' +
  'Bearer attest_…`. Long lists come in pages, answers have ETags, and what writes is done once for each ' +
  '`Idempotency-Key`. Errors are RFC 9457 problems whose `detail` is a sentence for a person. Whoever wants to write as ' +
  'people do, live, opens a websocket at /sync/{article id}; PROTOCOL.md describes it.'

/** `whole` is the app with all its routes. */
export function docsRoutes<E extends Env>(whole: Hono<E>): Hono {
  const routes = new Hono()
  const spec = onFirstUse(async () =>
    completed(
      await generateSpecs(whole, {
        excludeStaticFile: false,
        documentation: { info: { title: 'Attest', version: '1', description } },
      }),
    ),
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
    (c) => c.body(JSON.stringify(attestJsonSchema), 200, { 'Content-Type': 'application/schema+json' }),
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

function docsPage(spec: Spec, nonce: string) {
  const operations = Object.entries(spec.paths).flatMap(([path, item]) =>
    methods.flatMap((method) => {
      const operation = item[method]
      return operation ? [{ path, method, operation }] : []
    }),
  )
  const parts = (spec.tags ?? []).map(({ name, description }) => ({
    name,
    description,
    own: operations.filter(({ operation }) => operation.tags?.includes(name)),
  }))
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Attest: the HTTP interface</title>
<style nonce="${nonce}">
:root { color-scheme: light dark; --line: color-mix(in srgb, currentColor 25%, transparent); --soft: color-mix(in srgb, currentColor 7%, transparent) }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 54rem; margin: 2rem auto; padding: 0 1rem; overflow-wrap: anywhere }
h2 { font-size: 1.5rem; margin: 3rem 0 .25rem; padding-block-start: 1rem; border-block-start: 1px solid var(--line) }
h3 { font-size: 1rem; margin: 2rem 0 0 }
nav ul { columns: 14rem; padding-inline-start: 1.25rem }
nav a, section a { display: inline-block; min-height: 1.5rem }
code, pre { font-family: ui-monospace, monospace; font-size: .875rem }
pre { overflow: auto; max-height: 24rem; margin: .25rem 0 .75rem; padding: .625rem .75rem; border: 1px solid var(--line); border-radius: 8px; background: var(--soft) }
p { margin: .25rem 0 }
summary { min-height: 1.5rem; cursor: pointer }
dt { font-weight: 600 } dd { margin: 0 0 .5rem 1rem }
</style>
</head>
<body>
<main>
<h1>Attest: the HTTP interface</h1>
<p>${said(spec.info.description)}</p>
<p>The same for programs: <a href="/api/openapi.json">openapi.json</a>. In the examples, <code>ATTEST_URL</code> is where this server is, and <code>ATTEST_TOKEN</code> your token.</p>
<nav aria-label="Parts"><ul>${parts.map(({ name }) => html`<li><a href="#${idOf(name)}">${name}</a></li>`)}</ul></nav>
${parts.map(
  ({ name, description, own }) => html`<h2 id="${idOf(name)}">${name}</h2>
<p>${description}</p>
${name === 'Webhooks' ? webhooksText : ''}
${own.map(operationPart)}`,
)}
</main>
</body>
</html>`
}

const webhooksText = html`<p>What happens is sent as a POST with a line of JSON: <code>id</code>, <code>event</code>, <code>at</code>, <code>project</code>, <code>data</code>. The header <code>Attest-Signature: t=…,v1=…</code> has the time in seconds and the HMAC-SHA256, in hex, of the time, a dot and the body as it came, with the secret that was shown when the webhook was made. Compare it in constant time, and take nothing that is older than five minutes. Answer with 2xx within ten seconds; whatever else comes of it, it is sent again, eight times within a day and more. The same <code>id</code> may come twice.</p>`

function idOf(tag: string): string {
  return tag.toLowerCase()
}

function operationPart({ path, method, operation }: { path: string; method: string; operation: Operation }) {
  const route = `${method.toUpperCase()} ${path}`
  const own = examples.filter((one) => one.route === route.replace(/\{(\w+)\}/g, ':$1'))
  return html`<section>
<h3><code>${route}</code></h3>
<p>${operation.summary}. ${said(operation.description)}</p>
${operation.parameters?.map((parameter) =>
  '$ref' in parameter || parameter.in === 'path'
    ? ''
    : html`<p><code>${parameter.name}</code> (${parameter.in}) ${said(parameter.description)}</p>`,
)}
${own.map(
  (example) => html`<p>${example.title}:</p>
<pre tabindex="0" aria-label="${example.title}">${curlOf(example)}</pre>
${example.answer === undefined ? '' : html`<details><summary>Its answer, in part</summary><pre tabindex="0">${JSON.stringify(filledIn(example.answer, shown), null, 2)}</pre></details>`}`,
)}
${operation.requestBody && !('$ref' in operation.requestBody) ? details('Body', operation.requestBody.content['application/json']?.schema) : ''}
<dl>${Object.entries(operation.responses ?? {}).map(([status, response]) =>
    '$ref' in response
      ? ''
      : html`<dt>${status}</dt><dd>${said(response.description)}
${status.startsWith('2') ? details('Its shape', response.content?.['application/json']?.schema) : ''}</dd>`,
  )}</dl>
</section>`
}

/** What stands between backticks as code. */
function said(text = '') {
  return text.split('`').map((part, i) => (i % 2 === 1 ? html`<code>${part}</code>` : part))
}

function details(title: string, schema: unknown) {
  if (schema === undefined) return ''
  return html`<details><summary>${title}</summary><pre tabindex="0">${JSON.stringify(schema, null, 2)}</pre></details>`
}
