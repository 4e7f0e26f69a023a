/**
 * Requests as a script would make them, one after the other, on the sample project. They stand in the description of the
 * routes, and a test makes every one of them: what is shown here works.
 *
 * Names in braces stand for what a script knows by then, from the start or from an answer (`keep`); `{any}` in an answer is
 * what is another each time.
 */
export interface Example {
  /** As in the table of scopes. */
  route: string
  title: string
  params?: Readonly<Record<string, string>>
  query?: string
  headers?: Readonly<Record<string, string>>
  body?: unknown
  status: number
  /** What has to be in the answer; it may have more. */
  answer?: unknown
  /** Names for what later requests need of the answer, by the path to it. */
  keep?: Readonly<Record<string, string>>
}

/** What the names stand for where an example is shown. */
export const shown: Readonly<Record<string, string>> = {
  me: 'b6f2c1d09a3e4f5768091a2b',
  project: 'sample',
  article: 'syria-airstrikes-2015',
  added: '0f1e2d3c4b5a69788796a5b4',
  mark: 'b6f2c1d09a3e4f5768091a2b.k3Jx0pQvR2y8',
  other: 'anotherperson.8RlpC2vXgT4q',
  tag: '"pGzE0c5dWn0S8qk1Zt3hXw"',
  webhook: '7c9e6679f7424d1e9b2f0a1d',
  any: '…',
}

export const examples: readonly Example[] = [
  {
    route: 'GET /api/me',
    title: 'Whose token this is',
    status: 200,
    answer: { id: '{me}', name: '{any}' },
  },
  {
    route: 'GET /api/projects',
    title: 'The projects one is in',
    status: 200,
    answer: [{ id: '{project}', name: '{any}', role: '{any}' }],
  },
  {
    route: 'GET /api/projects/:id/articles',
    title: 'The first hundred articles; a Link header leads to the next',
    params: { id: '{project}' },
    query: 'limit=100',
    status: 200,
    answer: [{ id: '{article}', title: '{any}' }],
  },
  {
    route: 'GET /api/projects/:id/label-set',
    title: 'The labels that marks may have',
    params: { id: '{project}' },
    status: 200,
    answer: { number: 1 },
  },
  {
    route: 'GET /api/projects/:id/members',
    title: 'Who is in the project',
    params: { id: '{project}' },
    status: 200,
    answer: { members: [{ id: '{any}', role: '{any}' }] },
  },
  {
    route: 'POST /api/projects/:id/articles',
    title: 'Bring a text in',
    params: { id: '{project}' },
    body: { title: 'From a script', text: 'The mayor denied the report.\nHe said so on Monday.' },
    status: 201,
    answer: { id: '{any}', title: 'From a script', length: 50 },
    keep: { added: 'id' },
  },
  {
    route: 'GET /api/articles/:id',
    title: 'The text of an article, and all that is needed to mark it',
    params: { id: '{added}' },
    status: 200,
    answer: { id: '{added}', room: '{added}' },
  },
  {
    route: 'POST /api/articles/:id/annotations',
    title: 'Mark “denied”, once, however often this is sent',
    params: { id: '{added}' },
    headers: { 'Idempotency-Key': 'denials-2026-11-23-1' },
    body: { kind: 'denial', spans: [[10, 16]], attributes: {} },
    status: 201,
    answer: { id: '{any}', author: '{me}', kind: 'denial', spans: [[10, 16]] },
    keep: { mark: 'id', tag: 'ETag' },
  },
  {
    route: 'PUT /api/articles/:id/annotations/:record',
    title: 'Move it, unless somebody has changed it meanwhile',
    params: { id: '{added}', record: '{mark}' },
    headers: { 'If-Match': '{tag}' },
    body: { kind: 'denial', spans: [[10, 27]], attributes: {} },
    status: 200,
    answer: { id: '{mark}', spans: [[10, 27]] },
  },
  {
    route: 'POST /api/articles/:id/records',
    title: 'A mark and a link to it, both or neither',
    params: { id: '{added}' },
    body: {
      put: {
        annotations: [{ id: '{me}.claim-1', kind: 'claim', spans: [[17, 27]], attributes: {} }],
        relations: [{ type: 'denies', from: '{mark}', to: '{me}.claim-1' }],
      },
    },
    status: 200,
    answer: { annotations: [{ id: '{me}.claim-1' }], relations: [{ from: '{mark}', to: '{me}.claim-1' }], removed: 0 },
  },
  {
    route: 'GET /api/articles/:id/annotations',
    title: 'All denials in it, a thousand a page',
    params: { id: '{added}' },
    query: 'kind=denial&limit=1000',
    status: 200,
    answer: { records: [{ id: '{mark}' }], next: null },
  },
  {
    route: 'GET /api/articles/:id/annotations/:record',
    title: 'One of them',
    params: { id: '{added}', record: '{mark}' },
    status: 200,
    answer: { id: '{mark}' },
  },
  {
    route: 'POST /api/articles/:id/comments',
    title: 'Say something about a mark',
    params: { id: '{added}' },
    body: { on: '{mark}', body: 'Is this a denial of the report, or of what it says?' },
    status: 201,
    answer: { on: '{mark}', author: '{me}' },
  },
  {
    route: 'DELETE /api/articles/:id/annotations/:record',
    title: 'Delete a mark of one’s own',
    params: { id: '{added}', record: '{mark}' },
    status: 204,
  },
  {
    route: 'POST /api/articles/:id/verdicts',
    title: 'Accept a mark of somebody else',
    params: { id: '{article}' },
    body: { on: '{other}', decision: 'accept' },
    status: 201,
    answer: { on: '{other}', decision: 'accept' },
  },
  {
    route: 'GET /api/articles/:id/outcomes',
    title: 'What was accepted',
    params: { id: '{article}' },
    query: 'outcome=accepted',
    status: 200,
    answer: { outcomes: [{ annotation: '{any}', outcome: 'accepted' }], next: null },
  },
  { route: 'GET /api/articles/:id/gold', title: 'The gold', params: { id: '{article}' }, status: 200 },
  {
    route: 'GET /api/articles/:id/layers',
    title: 'Everything in it by person',
    params: { id: '{article}' },
    status: 200,
    answer: { state: 'open' },
  },
  {
    route: 'GET /api/articles/:id/history',
    title: 'What was done last',
    params: { id: '{article}' },
    query: 'limit=10',
    status: 200,
  },
  {
    route: 'GET /api/articles/:id/export',
    title: 'An article as a file',
    params: { id: '{article}' },
    query: 'format=attest-json',
    status: 200,
    answer: { format: 'attest-json' },
  },
  {
    route: 'GET /api/projects/:id/agreement',
    title: 'How far people agree',
    params: { id: '{project}' },
    query: 'wait=30000',
    status: 200,
    answer: { state: 'done' },
  },
  { route: 'GET /api/projects/:id/work', title: 'Who works on what', params: { id: '{project}' }, status: 200 },
  {
    route: 'GET /api/projects/:id/imports',
    title: 'What was brought in by many files',
    params: { id: '{project}' },
    status: 200,
  },
  {
    route: 'GET /api/projects/:id/audit',
    title: 'What was done to articles',
    params: { id: '{project}' },
    query: 'act=article&limit=50',
    status: 200,
    answer: { entries: [{ act: 'article.add', person: '{me}', subject: '{added}' }] },
  },
  {
    route: 'POST /api/projects/:id/webhooks',
    title: 'Be told of new articles and of sign-offs',
    params: { id: '{project}' },
    body: {
      name: 'Our archive',
      url: 'https://archive.example.org/attest',
      events: ['article.added', 'article.signed-off'],
    },
    status: 201,
    answer: { id: '{any}', name: 'Our archive', secret: '{any}' },
    keep: { webhook: 'id' },
  },
  {
    route: 'GET /api/projects/:id/webhooks/:webhook/deliveries',
    title: 'What it was sent',
    params: { id: '{project}', webhook: '{webhook}' },
    status: 200,
    answer: { next: null },
  },
  {
    route: 'DELETE /api/projects/:id/webhooks/:webhook',
    title: 'Be told no more',
    params: { id: '{project}', webhook: '{webhook}' },
    status: 204,
  },
  { route: 'DELETE /api/articles/:id', title: 'Delete an article', params: { id: '{added}' }, status: 204 },
]

/** With what the names in it stand for. */
export function filledIn<T>(value: T, known: Readonly<Record<string, string>>): T {
  if (typeof value === 'string')
    // A string stays one.
    return value.replaceAll(/\{(\w+)\}/g, (whole, name: string) => known[name] ?? whole) as T
  if (Array.isArray(value)) return value.map((one) => filledIn(one, known)) as T
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, filledIn(one, known)])) as T
}

/** Its path and query. */
export function addressOf({ route, params = {}, query }: Example, known: Readonly<Record<string, string>>): string {
  const pattern = route.slice(route.indexOf(' ') + 1)
  const path = pattern.replaceAll(/:(\w+)/g, (_, name: string) =>
    encodeURIComponent(filledIn(params[name] ?? '', known)),
  )
  return query === undefined ? path : `${path}?${query}`
}

/** As one types it, with the token and the address of the server in the environment. */
export function curlOf(example: Example): string {
  const { route, headers = {}, body } = example
  const method = route.slice(0, route.indexOf(' '))
  const parts = [`curl${method === 'GET' ? '' : ` -X ${method}`} "$ATTEST_URL${addressOf(example, shown)}"`]
  parts.push(`-H "Authorization: Bearer $ATTEST_TOKEN"`)
  for (const [name, value] of Object.entries(headers)) parts.push(`-H ${quoted(`${name}: ${filledIn(value, shown)}`)}`)
  if (body !== undefined) parts.push('--json', quoted(JSON.stringify(filledIn(body, shown))))
  return parts.join(' \\\n  ').replaceAll('--json \\\n  ', '--json ')
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}
