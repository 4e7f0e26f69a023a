/**
 * An id of another project in the second place of an address, or in a body, beside one of one's own in the first: it
 * has to lead nowhere. The owner of one project tries them all on another, which stays as it was.
 */
import type { Annotation } from '@attest/schema/annotation'
import { emptyRecords, roots } from '@attest/schema/room'
import { describe, expect, it, vi } from 'vitest'
import { type Browser, openServer, type Server } from './support.ts'

const json = { 'content-type': 'application/json' }

/** Two projects, `mine` and `theirs`, alike in everything, each with an owner who knows nothing of the other. */
async function openStreet() {
  const server = await openServer()
  const root = server.browser()
  await root.join('Root')
  const mallory = await settle(server, 'mine', 'Mallory')
  const vera = await settle(server, 'theirs', 'Vera')
  return { server, mallory, vera }
}

async function settle(server: Server, id: string, name: string) {
  const owner = server.browser()
  const { id: person } = await owner.join(name)
  const helper = server.browser()
  const { id: annotator } = await helper.join(`${name}’s helper`)
  const sample = await server.catalog.projects.find('sample')
  const article = await server.catalog.articles.find('syria-airstrikes-2015')
  if (!sample || !article) throw new RangeError('the sample is missing')
  await server.catalog.projects.add({ ...sample, id, joining: 'invited' }, person)
  await server.catalog.projects.setRole(id, annotator, 'annotator')
  await server.catalog.articles.add({ ...article, id: `${id}-a`, projectId: id })
  await server.catalog.imports.add({
    id: `${id}-job`,
    name: `Import of ${id}`,
    projectId: id,
    person,
    choices: {},
    columns: null,
    keepsKnown: false,
  })
  const invitation = await server.catalog.invitations.add({
    projectId: id,
    role: 'viewer',
    by: person,
    email: null,
    expiresAt: Date.now() + 60_000,
    maxUses: null,
  })
  const mark: Annotation = {
    id: `${annotator}.${id}`,
    kind: 'claim',
    spans: [[10, 20]],
    attributes: {},
    author: annotator,
    at: 1,
  }
  const records = emptyRecords()
  records.annotations.set(mark.id, mark)
  await server.rooms.putRecords(`${id}-a`, records, annotator)
  const taken = await owner.post(`/api/projects/${id}/removals`, { person: annotator, article: null, since: null })
  const removal = ((await taken.json()) as { id: string }).id
  const still = { ...mark, id: `${annotator}.still` }
  await server.rooms.putRecords(`${id}-a`, { ...emptyRecords(), annotations: new Map([[still.id, still]]) }, annotator)
  const given = { articles: [`${id}-a`], people: [annotator], how: 'all' }
  expect((await owner.post(`/api/projects/${id}/work/assign`, given)).status).toBe(200)
  const exported = await idOf(owner, `/api/projects/${id}/exports`, { format: 'attest-json' })
  // That it ends is noted in the log.
  await vi.waitUntil(
    async () => (await owner.read<{ state: string }>(`/api/projects/${id}/exports/${exported}`)).state === 'done',
    10_000,
  )
  const brought = await idOf(owner, `/api/projects/${id}/mark-imports`, { name: `Marks of ${id}` })
  const hook = { name: `Hook of ${id}`, url: 'https://example.org/in', events: ['marks.changed'] }
  const webhook = await idOf(owner, `/api/projects/${id}/webhooks`, hook)
  const asked = {
    name: `Service of ${id}`,
    protocol: 'attest',
    url: 'https://example.org/suggest',
    threshold: 0,
  } as const
  const service = await server.catalog.suggestions.addService(id, person, asked, null)
  if (typeof service === 'string') throw new Error(service)
  const model = {
    kind: 'prediction',
    name: 'Model',
    format: null,
    file: null,
    model: 'm',
    version: null,
    by: null,
  } as const
  const source = `${id}-model`
  await server.catalog.sources.add([{ ...model, id: source, projectId: id, title: `Model of ${id}`, importId: null }])
  const prediction = { source, askedOf: 'built-in', scores: [] }
  await server.catalog.suggestions.put(`${id}-a`, person, prediction)
  const sessions = await helper.read<{ id: string }[]>('/api/account/sessions')
  return {
    owner,
    helper,
    ids: {
      project: id,
      article: `${id}-a`,
      person: annotator,
      job: `${id}-job`,
      invitation: invitation?.id ?? '',
      removal,
      mark: mark.id,
      still: still.id,
      exported,
      brought,
      webhook,
      service: service.id,
      source,
      session: sessions[0]?.id ?? '',
    },
  }
}

async function idOf(owner: Browser, path: string, body: unknown): Promise<string> {
  const answer = await owner.post(path, body)
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
  return ((await answer.json()) as { id: string }).id
}

type Ids = Awaited<ReturnType<typeof settle>>['ids']

/** All that its owner can see of a project. */
async function pictureOf(owner: Browser, { project, article, job, brought, webhook }: Ids): Promise<string> {
  const paths = [
    '',
    '/members',
    '/invitations',
    '/imports',
    `/imports/${job}`,
    `/mark-imports/${brought}`,
    `/webhooks/${webhook}`,
    '/suggesters',
    '/sources',
    '/removals',
    '/work',
    '/articles',
    '/label-set',
    '/audit',
    '/deleted-articles',
  ]
  const answers = await Promise.all([
    ...paths.filter(Boolean).map((path) => owner.get(`/api/projects/${project}${path}`)),
    owner.get('/api/projects'),
    owner.get(`/api/articles/${article}/history`),
    owner.get(`/api/articles/${article}/doubts`),
    owner.get(`/api/articles/${article}/annotations`),
    owner.get(`/api/articles/${article}/suggestions`),
    owner.get(`/api/articles/${article}/public-link`),
  ])
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200))
  const texts = await Promise.all(answers.map((answer) => answer.text()))
  // How many there are is counted after an answer.
  return texts.join('\n').replaceAll(/"marks":\d+|"isCounted":(true|false)/g, '')
}

interface Attempt {
  method: string
  /** The pattern of the route, for the list of those there are; those with one parameter have their second id in the body. */
  route: string
  at: (own: Ids, other: Ids) => string
  body?: (own: Ids, other: Ids) => unknown
  /** 404 where it is not said. */
  status?: number
}

const file = { 'content-type': 'application/octet-stream' }
const P = '/api/projects/:id'

/** The same address, with what stands below it. */
function below(
  route: string,
  at: Attempt['at'],
  ways: readonly (readonly [method: string, path: string, body?: unknown])[],
): Attempt[] {
  return ways.map(([method, path, body]) => ({
    method,
    route: route + path,
    at: (own, other) => at(own, other) + path.replace(/:(delivery|file)\b/, 'none'),
    ...(body !== undefined && { body: () => body }),
  }))
}

/** A record of each kind about these two marks. */
const written = (mark: string, other: string) => ({
  annotations: { kind: 'denial', spans: [[0, 5]], attributes: {} },
  relations: { type: 'denies', from: mark, to: other },
  comments: { on: 'article', body: 'Mine now.' },
  verdicts: { on: mark, decision: 'accept' },
})

const attempts: readonly Attempt[] = [
  {
    method: 'PUT',
    route: `${P}/members/:person`,
    at: (own, other) => `/api/projects/${own.project}/members/${other.person}`,
    body: () => ({ role: 'owner' }),
  },
  {
    method: 'DELETE',
    route: `${P}/members/:person`,
    at: (own, other) => `/api/projects/${own.project}/members/${other.person}`,
  },
  {
    method: 'POST',
    route: `${P}/owner`,
    at: (own) => `/api/projects/${own.project}/owner`,
    body: (_, other) => ({ person: other.person, role: 'viewer' }),
  },
  {
    method: 'DELETE',
    route: `${P}/invitations/:invitation`,
    at: (own, other) => `/api/projects/${own.project}/invitations/${other.invitation}`,
  },
  // No id: versions are counted from one in each project. There is no second one here.
  {
    method: 'GET',
    route: `${P}/label-set/versions/:number`,
    at: (own) => `/api/projects/${own.project}/label-set/versions/2`,
  },
  {
    method: 'POST',
    route: '/api/projects',
    at: () => '/api/projects',
    body: (_, other) => ({ name: 'Taken', labels: { project: other.project } }),
    // Mallory has only a name, who may not begin one at all.
    status: 403,
  },
  {
    method: 'POST',
    route: `${P}/removals/:removal/undo`,
    at: (own, other) => `/api/projects/${own.project}/removals/${other.removal}/undo`,
  },
  {
    method: 'POST',
    route: `${P}/removals`,
    at: (own) => `/api/projects/${own.project}/removals`,
    body: (_, other) => ({ person: other.person, article: other.article, since: null }),
    // Nothing is found to take out.
    status: 201,
  },
  {
    method: 'POST',
    route: `${P}/removals/preview`,
    at: (own) => `/api/projects/${own.project}/removals/preview`,
    body: (_, other) => ({ person: other.person, article: other.article, since: null }),
    status: 200,
  },
  {
    method: 'GET',
    route: `${P}/imports/:job`,
    at: (own, other) => `/api/projects/${own.project}/imports/${other.job}`,
  },
  {
    method: 'GET',
    route: `${P}/imports/:job/report`,
    at: (own, other) => `/api/projects/${own.project}/imports/${other.job}/report`,
  },
  {
    method: 'POST',
    route: `${P}/imports/:job/files`,
    at: (own, other) => `/api/projects/${own.project}/imports/${other.job}/files?name=a.txt`,
  },
  {
    method: 'POST',
    route: `${P}/imports/:job/complete`,
    at: (own, other) => `/api/projects/${own.project}/imports/${other.job}/complete`,
  },
  {
    method: 'POST',
    route: `${P}/imports/:job/cancel`,
    at: (own, other) => `/api/projects/${own.project}/imports/${other.job}/cancel`,
  },
  {
    method: 'POST',
    route: '/api/articles/:id/doubts/:mark',
    at: (own, other) => `/api/articles/${own.article}/doubts/${other.mark}`,
    body: () => ({ do: 'let-go' }),
  },
  {
    method: 'POST',
    route: '/api/articles/:id/history/restore',
    at: (own) => `/api/articles/${own.article}/history/restore`,
    body: (_, other) => ({ records: [{ root: 'annotations', id: other.mark }] }),
    status: 422,
  },
  {
    method: 'POST',
    route: `${P}/work/assign`,
    at: (own) => `/api/projects/${own.project}/work/assign`,
    body: (own, other) => ({ articles: [other.article], people: [own.person], how: 'all' }),
    // None of these is an article of the project.
    status: 200,
  },
  {
    method: 'POST',
    route: `${P}/work/assign`,
    at: (own) => `/api/projects/${own.project}/work/assign`,
    body: (own, other) => ({ articles: [own.article], people: [other.person], how: 'all' }),
    status: 422,
  },
  {
    method: 'POST',
    route: `${P}/work/unassign`,
    at: (own) => `/api/projects/${own.project}/work/unassign`,
    body: (_, other) => ({ articles: [other.article], people: [other.person] }),
    status: 200,
  },
  {
    method: 'POST',
    route: `${P}/work/reassign`,
    at: (own) => `/api/projects/${own.project}/work/reassign`,
    body: (own, other) => ({ article: other.article, from: other.person, to: own.person }),
    status: 409,
  },
  {
    method: 'GET',
    route: `${P}/gaps/rechecks/:version`,
    // A version is a number within the project; there is one version.
    at: (own) => `/api/projects/${own.project}/gaps/rechecks/2`,
  },
  {
    method: 'POST',
    route: `${P}/gaps/rechecks/:version`,
    at: (own) => `/api/projects/${own.project}/gaps/rechecks/1`,
    body: (_, other) => ({ marks: [{ article: other.article, mark: other.mark }], isChecked: true }),
  },
  {
    method: 'POST',
    route: `${P}/work/due`,
    at: (own) => `/api/projects/${own.project}/work/due`,
    body: (_, other) => ({ articles: [other.article], due: '2026-11-22' }),
    status: 200,
  },
  {
    method: 'POST',
    route: `${P}/work/step`,
    at: (own) => `/api/projects/${own.project}/work/step`,
    body: (_, other) => ({ step: 'review', articles: [other.article] }),
    status: 409,
  },
  ...below(`${P}/exports/:job`, ({ project }, { exported }) => `/api/projects/${project}/exports/${exported}`, [
    ['GET', ''],
    ['POST', '/cancel'],
    ['GET', '/file'],
  ]),
  ...below(`${P}/mark-imports/:job`, ({ project }, { brought }) => `/api/projects/${project}/mark-imports/${brought}`, [
    ['GET', ''],
    ['POST', '/files'],
    ['DELETE', '/files/:file'],
    ['POST', '/read', { format: null, encoding: null }],
    ['POST', '/try', {}],
    ['POST', '/commit', {}],
    ['POST', '/cancel', {}],
    ['GET', '/report'],
    ['GET', '/undo'],
    ['POST', '/undo', {}],
  ]),
  ...below(`${P}/webhooks/:webhook`, ({ project }, { webhook }) => `/api/projects/${project}/webhooks/${webhook}`, [
    ['GET', ''],
    ['PATCH', '', { name: 'Taken' }],
    ['DELETE', ''],
    ['POST', '/test'],
    ['GET', '/deliveries'],
    ['GET', '/deliveries/:delivery'],
    ['POST', '/deliveries/:delivery/again'],
  ]),
  {
    method: 'DELETE',
    route: `${P}/suggesters/:service`,
    at: (own, other) => `/api/projects/${own.project}/suggesters/${other.service}`,
  },
  {
    method: 'DELETE',
    route: '/api/articles/:id/suggestions/:source',
    at: (own, other) => `/api/articles/${own.article}/suggestions/${other.source}`,
  },
  ...roots.flatMap((root) =>
    below(
      `/api/articles/:id/${root}/:record`,
      ({ article }, { still }) => `/api/articles/${article}/${root}/${still}`,
      [
        ['GET', ''],
        ['DELETE', ''],
      ],
    ),
  ),
  // The id in the address says whose record it is, and that is not the asking person.
  ...roots.map(
    (root): Attempt => ({
      method: 'PUT',
      route: `/api/articles/:id/${root}/:record`,
      at: ({ article }, { still }) => `/api/articles/${article}/${root}/${still}`,
      body: ({ mark }, { still }) => written(mark, still)[root],
      status: 403,
    }),
  ),
  {
    method: 'DELETE',
    route: '/api/account/sessions/:session',
    at: (_, other) => `/api/account/sessions/${other.session}`,
  },
]

describe('an id of another project', () => {
  it('leads nowhere beside one of one’s own, and changes nothing there', async () => {
    const { mallory, vera } = await openStreet()
    const before = await pictureOf(vera.owner, vera.ids)
    for (const { method, route, at, body, status = 404 } of attempts) {
      const init = route.endsWith('/files')
        ? { headers: file, body: 'A title' }
        : body
          ? { headers: json, body: JSON.stringify(body(mallory.ids, vera.ids)) }
          : {}
      const answer = await mallory.owner.send(method, at(mallory.ids, vera.ids), init)
      const said = await answer.text()
      expect([method, route, answer.status, said]).toEqual([method, route, status, said])
      for (const word of ['Vera', 'theirs']) expect(said.replaceAll(/theirs-[a-z]+|Their/g, '')).not.toContain(word)
    }
    expect(await pictureOf(vera.owner, vera.ids)).toBe(before)
    expect((await vera.helper.get('/api/me')).status).toBe(200)
  })

  it('is tried for every route that has two', async () => {
    const { server } = await openStreet()
    const twofold = server.app.routes
      .filter(({ method, path }) => method !== 'ALL' && (path.match(/:/g)?.length ?? 0) > 1)
      .map(({ method, path }) => `${method} ${path}`)
    const tried = new Set(attempts.map(({ method, route }) => `${method} ${route}`))
    expect([...new Set(twofold)].filter((route) => !tried.has(route))).toEqual([])
  })

  it('tells nothing of marks by the id of a record, though the same person made it elsewhere', async () => {
    const { server, mallory, vera } = await openStreet()
    // Somebody works in both: what they made in one is not for the owner of the other to take out or bring back.
    await server.catalog.projects.setRole('mine', vera.ids.person, 'annotator')
    const before = await pictureOf(vera.owner, vera.ids)
    for (const article of [null, vera.ids.article]) {
      const asked = { person: vera.ids.person, article, since: null }
      const preview = await mallory.owner.post('/api/projects/mine/removals/preview', asked)
      expect(await preview.json()).toMatchObject({ counts: { annotations: 0 }, articles: [] })
      expect((await mallory.owner.post('/api/projects/mine/removals', asked)).status).toBe(201)
    }
    expect(await pictureOf(vera.owner, vera.ids)).toBe(before)
  })
})

describe('every route', () => {
  /** As it is asked for about this project, with an empty body. */
  async function askAll(server: Server, person: Browser, { project, article }: { project: string; article: string }) {
    const found: Record<string, number> = {}
    for (const { method, path } of server.app.routes) {
      if (method === 'ALL' || !/^\/api\/(projects|articles)\/:id/.test(path)) continue
      // What brings it back is for its owners.
      if (/:id\/restore$/.test(path)) continue
      const id = path.startsWith('/api/projects') ? project : article
      const at = path.replace(':id', id).replaceAll(/:\w+/g, 'none')
      const init = method === 'GET' ? {} : { headers: json, body: '{}' }
      found[`${method} ${path}`] = (await person.send(method, at, init)).status
    }
    return found
  }

  it('answers for a deleted project, and for a deleted article, as for none', async () => {
    const { server, mallory } = await openStreet()
    const { ids, owner } = mallory
    await server.catalog.articles.remove(ids.article, ids.person)
    const ofArticle = await askAll(server, owner, { project: 'none', article: ids.article })
    expect(new Set(Object.values(ofArticle))).toEqual(new Set([404]))
    await owner.post(`/api/articles/${ids.article}/restore`)
    await owner.send('DELETE', '/api/projects/mine')
    for (const person of [mallory.helper, owner]) {
      const found = await askAll(server, person, ids)
      expect(Object.entries(found).filter(([, status]) => status !== 404)).toEqual([])
    }
  })

  it('changes nothing in an archived project, but for what its owners may do to the project itself', async () => {
    const { server, mallory } = await openStreet()
    const { ids, owner, helper } = mallory
    await owner.send('PATCH', '/api/projects/mine', { headers: json, body: '{"isArchived":true}' })
    for (const person of [helper, owner]) {
      const before = await pictureOf(owner, ids)
      const found: string[] = []
      for (const { method, path } of server.app.routes) {
        if (['ALL', 'GET'].includes(method) || !/^\/api\/(projects|articles)\/:id/.test(path)) continue
        const isOfProject = path.startsWith('/api/projects')
        // To delete it, to close its articles to the public, and to leave it.
        if (['DELETE /api/projects/:id', 'DELETE /api/articles/:id/public-link'].includes(`${method} ${path}`)) continue
        if (path.endsWith('/restore') && !path.includes('history')) continue
        const at = path.replace(':id', isOfProject ? ids.project : ids.article).replaceAll(/:\w+/g, 'none')
        const answer = await person.send(method, at, { headers: json, body: '{}' })
        if (answer.ok) found.push(`${method} ${path}`)
      }
      expect(found).toEqual([])
      expect(await pictureOf(owner, ids)).toBe(before)
    }
    const step = { step: 'start', articles: [ids.article] }
    expect((await helper.post('/api/projects/mine/work/step', step)).status).toBe(403)
    expect((await helper.post('/api/projects/mine/work/next')).status).toBe(403)
    const due = { articles: [ids.article], due: '2026-11-22' }
    expect((await owner.post('/api/projects/mine/work/due', due)).status).toBe(403)
    const labels = { base: 1, labelSet: {}, guidelines: '', note: '', decisions: [] }
    const put = { headers: json, body: JSON.stringify(labels) }
    expect((await owner.send('PUT', '/api/projects/mine/label-set', put)).status).toBe(403)
  })
})
