/** Marks that a program proposes: the built-in suggester, and services on loopback that speak the protocols. */
import { createServer, type Server as HttpServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Annotation } from '@attest/schema/annotation'
import type { ArticlePage } from '@attest/schema/api'
import type { Layers } from '@attest/schema/layer'
import { emptyRecords } from '@attest/schema/room'
import type { Asked, Service, Suggesters, Suggestions } from '@attest/schema/suggestion-api'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Browser, openServer, problemOf, type Server } from './support.ts'

interface Heard {
  method: string
  path: string
  authorization: string | undefined
  body: Record<string, unknown> | null
}

/** What the service answers to the next questions, by path; what it heard stands beside. */
const heard: Heard[] = []
let answers: Record<string, (body: Heard['body']) => { status?: number; body: unknown } | Promise<{ body: unknown }>> =
  {}
let service: HttpServer
let address = ''
let server: Server
let owner: Browser
let ana: Browser
let number = 0
let article = ''

const text = '🦭 Seal spotted. “It was huge,” said Tom Ray, a fisherman.\nThe board denied the report.'

async function bodyOf(request: IncomingMessage): Promise<Heard['body']> {
  let body = ''
  for await (const chunk of request) body += chunk
  return body === '' ? null : JSON.parse(body)
}

beforeAll(async () => {
  service = createServer(async (request, response) => {
    const body = await bodyOf(request)
    const path = request.url ?? ''
    heard.push({ method: request.method ?? '', path, authorization: request.headers.authorization, body })
    const answer = answers[path]
    if (!answer) return void response.writeHead(404).end()
    const { status = 200, body: told } = (await answer(body)) as { status?: number; body: unknown }
    response.writeHead(status, { 'content-type': 'application/json' })
    response.end(typeof told === 'string' ? told : JSON.stringify(told))
  })
  await new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve))
  address = `http://127.0.0.1:${(service.address() as AddressInfo).port}`
})
afterAll(() => {
  service.closeAllConnections()
  service.close()
})

const people = ['Olga', 'Ana'] as const

beforeAll(async () => {
  server = await openServer({ isShared: true, isChecked: true, outgoingAllow: [address] })
  ;[owner, ana] = [server.browser(), server.browser()]
  const [olga, annotator] = [await owner.join(people[0]), await ana.join(people[1])]
  const sample = await server.catalog.projects.find('sample')
  if (!sample) throw new RangeError('the sample is missing')
  await server.catalog.projects.add({ ...sample, id: 'p', joining: 'invited', peersJudge: false }, olga.id)
  await server.catalog.projects.setRole('p', annotator.id, 'annotator')
})

beforeEach(async () => {
  heard.length = 0
  answers = {}
  number++
  const made = await owner.post('/api/projects/p/articles', { title: `Seal ${number}`, language: 'en', text })
  article = ((await made.json()) as { id: string }).id
})

const ask = async (who: Browser, body: unknown = {}): Promise<Asked> => {
  const answer = await who.post(`/api/articles/${article}/suggestions`, body)
  if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`)
  return (await answer.json()) as Asked
}
const marksOf = async (source: string): Promise<Annotation[]> =>
  [...(await server.rooms.records(article)).annotations.values()].filter(({ author }) => author === source)
const told = async (): Promise<string> => (await owner.read<ArticlePage>(`/api/articles/${article}`)).text
const wordsOf = async (source: string) => {
  const given = await told()
  return (await marksOf(source)).map(({ kind, spans }) => [kind, spans.map(([a, b]) => given.slice(a, b)).join('…')])
}

describe('the built-in suggester', () => {
  it('puts what it finds into a layer of its own, named and scored, that is nobody’s', async () => {
    const { prediction, added, left } = await ask(ana)
    expect(await wordsOf(prediction.source)).toEqual([
      ['attribution', 'said Tom Ray, a fisherman'],
      ['denial', 'denied the report'],
    ])
    expect([added, left, prediction.title]).toEqual([2, [], 'Built-in suggester 1'])
    expect(prediction.scores).toHaveLength(2)
    const { people: shown } = await owner.read<ArticlePage>(`/api/articles/${article}`)
    expect(shown.find(({ id }) => id === prediction.source)).toMatchObject({
      role: null,
      source: { kind: 'prediction', model: 'built-in', version: '1' },
    })
    const members = await owner.read<unknown[]>('/api/projects/p/members')
    expect(JSON.stringify(members)).not.toContain(prediction.source)
  })

  it('replaces what nobody has judged when it is asked again, and keeps the rest', async () => {
    const first = await ask(ana)
    const { source } = first.prediction
    const [attribution, denial] = (await marksOf(source)) as [Annotation, Annotation]
    const me = (await owner.read<{ id: string }>('/api/me')).id
    const verdict = { id: `${me}.v`, author: me, at: 1, on: denial.id, decision: 'reject' as const }
    await server.rooms.putRecords(article, { ...emptyRecords(), verdicts: new Map([[verdict.id, verdict]]) }, me)
    const again = await ask(ana, { kinds: ['citation'] })
    expect([again.added, again.kept, again.removed]).toEqual([0, 1, 1])
    expect((await marksOf(source)).map(({ id }) => id)).toEqual([denial.id])
    expect(again.prediction.scores.map(([id]) => id)).toEqual([denial.id])
    const third = await ask(ana)
    expect([third.added, third.kept]).toEqual([1, 1])
    expect((await marksOf(source)).map(({ id }) => id)).not.toContain(attribution.id)
  })

  it('is removed as a whole, and what people made stays', async () => {
    const { prediction } = await ask(ana)
    const gone = await ana.send('DELETE', `/api/articles/${article}/suggestions/${prediction.source}`)
    expect([gone.status, await marksOf(prediction.source)]).toEqual([204, []])
    const { predictions } = await ana.read<Suggestions>(`/api/articles/${article}/suggestions`)
    expect(predictions).toEqual([])
    expect((await ana.send('DELETE', `/api/articles/${article}/suggestions/${prediction.source}`)).status).toBe(404)
  })

  it('leaves out what is less sure than asked for, and reads only English', async () => {
    const { added, left } = await ask(ana, { threshold: 1 })
    expect([added, left]).toEqual([0, [{ why: 'its score is below the threshold', count: 2 }]])
    const made = await owner.post('/api/projects/p/articles', { title: 'Auf Deutsch', language: 'de', text })
    const { id } = (await made.json()) as { id: string }
    const refused = await ana.post(`/api/articles/${id}/suggestions`, {})
    expect([refused.status, await problemOf(refused)]).toEqual([
      422,
      'The built-in suggester reads English, and this article is in “de”.',
    ])
  })

  it('is asked by those whom the owner lets', async () => {
    await owner.send('PUT', '/api/projects/p/suggesters', {
      body: '{"askers":"reviewers"}',
      headers: { 'content-type': 'application/json' },
    })
    const refused = await ana.post(`/api/articles/${article}/suggestions`, {})
    expect([refused.status, await problemOf(refused)]).toEqual([
      403,
      'In this project owners and reviewers ask for suggestions.',
    ])
    const { refusal } = await ana.read<Suggestions>(`/api/articles/${article}/suggestions`)
    expect(refusal).toBe('In this project owners and reviewers ask for suggestions.')
    await ask(owner)
    await server.catalog.suggestions.setAskers('p', 'x', 'annotators')
  })

  it('tells an annotator of a blind article nothing before the reveal', async () => {
    const blind = await owner.send('PUT', `/api/articles/${article}/blind`, {
      body: '{"isBlind":true}',
      headers: { 'content-type': 'application/json' },
    })
    if (!blind.ok) throw new Error(`${blind.status} ${await blind.text()}`)
    expect((await ana.post(`/api/articles/${article}/suggestions`, {})).status).toBe(403)
    const { prediction } = await ask(owner)
    const seen = await ana.read<Suggestions>(`/api/articles/${article}/suggestions`)
    expect([seen.predictions, seen.refusal]).toEqual([[], expect.stringContaining('after the reveal')])
    expect(JSON.stringify(await ana.read<Layers>(`/api/articles/${article}/layers`))).not.toContain(prediction.source)
    expect(JSON.stringify(await ana.read<ArticlePage>(`/api/articles/${article}`))).not.toContain(prediction.source)
    expect(JSON.stringify(await owner.read<Layers>(`/api/articles/${article}/layers`))).toContain(prediction.source)
    // Who reviews judges in a room of their own until then, and what they judged stays all the same.
    const [first] = await marksOf(prediction.source)
    const judged = await owner.post(`/api/articles/${article}/verdicts`, { on: first?.id, decision: 'accept' })
    expect(judged.status).toBe(201)
    const again = await ask(owner, { kinds: ['citation'] })
    expect([again.kept, again.removed]).toEqual([1, 1])
    expect((await marksOf(prediction.source)).map(({ id }) => id)).toEqual([first?.id])
  })

  it('keeps what somebody judges in the very moment in which it is asked again', async () => {
    const { prediction } = await ask(ana)
    const [first] = await marksOf(prediction.source)
    const me = (await owner.read<{ id: string }>('/api/me')).id
    const verdict = { id: `${me}.late`, author: me, at: 1, on: first?.id ?? '', decision: 'accept' as const }
    const { suggestions } = server.catalog
    const put = suggestions.put.bind(suggestions)
    suggestions.put = async (...about) => {
      suggestions.put = put
      await server.rooms.putRecords(article, { ...emptyRecords(), verdicts: new Map([[verdict.id, verdict]]) }, me)
      await put(...about)
    }
    const again = await ask(ana, { kinds: ['citation'] })
    expect([again.kept, again.removed]).toEqual([1, 1])
    expect((await marksOf(prediction.source)).map(({ id }) => id)).toEqual([first?.id])
  })

  it('has nothing to do with what came with a file under its name', async () => {
    const { markImports, sources, suggestions } = server.catalog
    const by = (await owner.read<{ id: string }>('/api/me')).id
    await markImports.add({ id: 'i', projectId: 'p', article: null, person: by, name: 'seals.json' })
    const model = { name: 'Seals', model: 'Seals', version: 'm1' }
    const kind = 'prediction' as const
    await sources.add([{ ...model, id: 'of-a-file', projectId: 'p', kind, title: 'Seals', importId: 'i', by }])
    const own = await suggestions.sourceFor('p', by, { ...model, askedOf: 'service' })
    expect(own).not.toBe('of-a-file')
    expect(await suggestions.sourceFor('p', by, { ...model, askedOf: 'service' })).toBe(own)
  })
})

describe('a service', () => {
  const backend = (result: unknown[], version = 'm1') => ({
    '/health': () => ({ body: { status: 'UP', model_class: 'Seal' } }),
    '/setup': () => ({ body: { model_version: version } }),
    '/predict': () => ({ body: { results: [{ result, score: 0.5, model_version: version }] } }),
  })
  const region = (start: number, end: number, label: string, more: object = {}) => ({
    id: `r${start}`,
    from_name: 'label',
    to_name: 'text',
    type: 'labels',
    value: { start, end, labels: [label], ...more },
    score: 0.9,
  })
  const add = (body: object) => owner.post('/api/projects/p/suggesters', { url: address, ...body })
  const added = async (body: object) => {
    const answer = await add(body)
    if (answer.status !== 201) throw new Error(`${answer.status} ${await answer.text()}`)
    return (await answer.json()) as Service
  }

  it('speaks as an ML backend of Label Studio does, and is asked with what it needs', async () => {
    const quote = 'The board denied the report'
    const inPoints = [...text.slice(0, text.indexOf(quote))].length
    answers = backend([
      region(inPoints, inPoints + 27, 'Denial', { text: quote }),
      region(0, 1, 'claim', { text: '🦭' }),
      region(5, 9_999, 'claim'),
      region(3, 7, 'weather'),
      region(3, 7, 'claim', { text: 'Shark' }),
      { type: 'choices', value: { choices: ['yes'] } },
    ])
    const { id, version, hasAuthorization } = await added({
      name: 'Seals',
      protocol: 'label-studio',
      authorization: 'Basic c2VhbHM6c2VjcmV0',
    })
    expect([version, hasAuthorization]).toEqual(['m1', true])
    const { prediction, left } = await ask(ana, { from: id })
    expect(heard.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'GET /health',
      'POST /setup',
      'POST /predict',
    ])
    expect(heard.every(({ authorization }) => authorization === 'Basic c2VhbHM6c2VjcmV0')).toBe(true)
    expect(heard[1]?.body).toMatchObject({ schema: expect.stringContaining('<Label value="denial"/>') })
    expect(heard[2]?.body).toMatchObject({ tasks: [{ data: { text: await told() } }], model_version: 'm1' })
    expect(await wordsOf(prediction.source)).toEqual([
      ['denial', quote],
      ['claim', '🦭'],
    ])
    expect(prediction).toMatchObject({ title: 'Seals m1', model: 'Seals', version: 'm1' })
    expect(prediction.scores.map(([, score]) => score)).toEqual([0.9, 0.9])
    expect(left).toEqual([
      { why: 'it is no labelled stretch of the text', count: 1 },
      { why: 'it lies outside of the text', count: 1 },
      { why: 'its words do not stand where it says', count: 1 },
      { why: 'the label set has no kind “weather”', count: 1 },
    ])
    // A new version is a layer of its own, and takes the place of what nobody judged of the old one.
    answers = backend([region(inPoints, inPoints + 27, 'denial')], 'm2')
    const newer = await ask(ana, { from: id })
    expect([newer.prediction.source === prediction.source, newer.added, newer.removed]).toEqual([false, 1, 2])
    const { services } = await ana.read<Suggesters>('/api/projects/p/suggesters')
    expect(services.find((one) => one.id === id)).toMatchObject({ url: null, version: 'm2', name: 'Seals' })
    expect(JSON.stringify(services)).not.toContain('c2VhbHM6')
    const stored = await server.database.db.selectFrom('suggestion_service').selectAll().execute()
    expect(JSON.stringify(stored)).not.toContain('c2VhbHM6')
  })

  it('writes nothing into what was closed while it was thinking', async () => {
    const said = { model: 'walrus', version: 8, suggestions: [{ kind: 'claim', spans: [[0, 2]], score: 1 }] }
    answers = { '/slow': () => ({ body: said }) }
    const { id } = await added({ name: 'Slow one', protocol: 'attest', url: `${address}/slow` })
    const find = server.catalog.signOffs.of.bind(server.catalog.signOffs)
    answers['/slow'] = async () => {
      server.catalog.signOffs.of = async () => ({ by: { id: 'x', name: 'X' }, at: 1, comment: '' }) as never
      return { body: said }
    }
    const refused = await ana.post(`/api/articles/${article}/suggestions`, { from: id })
    server.catalog.signOffs.of = find
    expect([refused.status, await problemOf(refused)]).toEqual([409, expect.stringContaining('signed off')])
    expect((await server.rooms.records(article)).annotations.size).toBe(0)
  })

  it('is asked no longer, and writes nothing, once nobody waits for it', async () => {
    const said = { model: 'walrus', version: 9, suggestions: [{ kind: 'claim', spans: [[0, 2]], score: 1 }] }
    answers = { '/left': () => ({ body: said }) }
    const { id } = await added({ name: 'Left alone', protocol: 'attest', url: `${address}/left` })
    const leaving = new AbortController()
    answers['/left'] = async () => {
      leaving.abort()
      return { body: said }
    }
    const answer = await ana.send('POST', `/api/articles/${article}/suggestions`, {
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ from: id }),
      signal: leaving.signal,
    })
    expect(answer.ok).toBe(false)
    expect((await server.rooms.records(article)).annotations.size).toBe(0)
  })

  it('is there once, however often it is added at once, and the log does not tell its key', async () => {
    answers = { '/in?key=hush': () => ({ body: { model: 'walrus', version: 1 } }) }
    const one = { name: 'Only one', protocol: 'attest', url: `${address}/in?key=hush` }
    const statuses = (await Promise.all([add(one), add({ ...one, name: 'only ONE' })])).map(({ status }) => status)
    expect(statuses.sort()).toEqual([201, 409])
    const log = JSON.stringify(await owner.read('/api/projects/p/audit'))
    expect(log).toContain(`${address}/in`)
    expect(log).not.toContain('hush')
  })

  it('that answers a great deal is read like any other', async () => {
    const many = Array.from({ length: 3000 }, (_, i) => ({ kind: i === 7 ? 'claim' : `odd-${i}`, spans: [[3, 7]] }))
    answers = { '/many': () => ({ body: { model: 'walrus', version: 1, suggestions: many } }) }
    const { id } = await added({ name: 'Chatty', protocol: 'attest', url: `${address}/many` })
    const { added: count, left } = await ask(ana, { from: id })
    expect(count).toBe(1)
    expect(left.length).toBeLessThan(100)
    expect(left.reduce((sum, one) => sum + one.count, 0)).toBe(2999)
  })

  it('speaks our own protocol', async () => {
    const hello = { model: 'walrus', version: 7 }
    const at = text.indexOf('said Tom')
    answers = {
      '/': () => ({
        body: {
          ...hello,
          suggestions: [
            {
              kind: 'attribution',
              spans: [[at, at + 8]],
              quotes: ['said Tom'],
              attributes: { cue: 'said' },
              score: 0.25,
            },
            { kind: 'attribution', spans: [[at, at + 9]], quotes: ['said Tom'], score: 0.9 },
            { kind: 'attribution', spans: [[at, at + 8]], attributes: { weather: 'wet' } },
            { kind: 'attribution', spans: [[9, 4]] },
            'odd',
          ],
        },
      }),
    }
    const { id, version } = await added({ name: 'Walrus', protocol: 'attest', url: `${address}/`, threshold: 0.2 })
    expect(version).toBe('7')
    const { prediction, left } = await ask(ana, { from: id, kinds: ['attribution'] })
    expect(heard.at(-1)?.body).toMatchObject({
      version: 1,
      offsets: 'utf16',
      kinds: ['attribution'],
      article: { text: await told() },
    })
    expect((await marksOf(prediction.source)).map(({ attributes }) => attributes)).toEqual([{ cue: 'said' }])
    expect(left.reduce((sum, { count }) => sum + count, 0)).toBe(4)
  })

  it.each([
    ['is not there', { url: 'http://127.0.0.1:1/' }, /Port 1 is none/],
    ['is in a private network', { url: 'http://10.0.0.1/' }, /private network/],
    ['has no such address', { url: 'ftp://a.example' }, /not an address of the web/],
    ['is something else', {}, /nothing \(404\)/],
  ])('is not added where it %s', async (_, more, message) => {
    const refused = await add({ name: 'None', protocol: 'label-studio', ...more })
    expect([refused.status, await problemOf(refused)]).toEqual([422, expect.stringMatching(message)])
  })

  it('that fails is told about in a sentence, and nothing is changed', async () => {
    answers = backend([])
    const { id } = await added({ name: 'Frail', protocol: 'label-studio' })
    const failing: [unknown, RegExp][] = [
      [{ status: 500, body: 'no' }, /answered with an error \(500\)/],
      [{ status: 401, body: {} }, /does not let us in \(401\)/],
      [{ body: '{"results": [' }, /no JSON/],
      [{ body: { predictions: [] } }, /without a list of results/],
      [{ body: `{"results": [], "x": "${'x'.repeat(9 * 1024 * 1024)}"}` }, /larger|more than|too/i],
    ]
    const before = (await server.rooms.records(article)).annotations.size
    for (const [answer, message] of failing) {
      answers['/predict'] = () => answer as { body: unknown }
      const refused = await ana.post(`/api/articles/${article}/suggestions`, { from: id })
      expect([refused.status, await problemOf(refused)]).toEqual([502, expect.stringMatching(message)])
    }
    expect((await server.rooms.records(article)).annotations.size).toBe(before)
    expect((await owner.send('DELETE', `/api/projects/p/suggesters/${id}`)).status).toBe(204)
    expect((await ana.post(`/api/articles/${article}/suggestions`, { from: id })).status).toBe(404)
  })

  it('of another project is not there', async () => {
    answers = backend([])
    const { id } = await added({ name: 'Ours', protocol: 'label-studio' })
    const answer = await owner.post('/api/articles/syria-airstrikes-2015/suggestions', { from: id })
    expect(answer.status).toBe(404)
    expect(heard.some(({ path }) => path === '/predict')).toBe(false)
  })
})
