/** What a project works by, over HTTP: versions, files, and what becomes of marks when it changes. */
import type { ArticlePage } from '@attest/schema/api'
import type { CurrentLabels, LabelVersion, StoredLabels } from '@attest/schema/label-api'
import { type Census, type Decision, makePlan, orphansOf } from '@attest/schema/label-mapping'
import { foreignTerm, type LabelSet } from '@attest/schema/labelset'
import { emptyRecords, type Records } from '@attest/schema/room'
import { expect, it, vi } from 'vitest'
import { type Browser, openServer, problemOf, type Server, temporaryFolder } from './support.ts'

const article = 'syria-airstrikes-2015'
const at = '/api/projects/sample/label-set'

async function open(folder = temporaryFolder()) {
  const server = await openServer({ folder })
  const owner = server.browser()
  await owner.join('Olga')
  return { server, owner }
}

const put = (person: Browser, body: unknown) =>
  person.send('PUT', at, { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })

/** The labels with a change made to them, as the page would send them. */
async function changed(owner: Browser, change: (set: LabelSet) => void, rest: object = {}) {
  const { number, labelSet, guidelines } = await owner.read<CurrentLabels>(at)
  change(labelSet)
  return { base: number, labelSet, guidelines, note: '', decisions: [], ...rest }
}

async function save(owner: Browser, change: (set: LabelSet) => void, rest: object = {}): Promise<CurrentLabels> {
  const answer = await put(owner, await changed(owner, change, rest))
  if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`)
  return (await answer.json()) as CurrentLabels
}

const done = (server: Server) => server.relabelling.settled()

const withoutCitations = (set: LabelSet) => {
  set.kinds = set.kinds.filter(({ id }) => id !== 'citation')
  set.relations = set.relations.filter(({ id }) => id !== 'cites')
}

const asClaims: Decision[] = [
  { term: { of: 'kind', kind: 'citation' }, do: 'become', as: 'claim' },
  { term: { of: 'attribute', kind: 'claim', attribute: 'citation_type' }, do: 'drop' },
  { term: { of: 'attribute', kind: 'claim', attribute: 'outlet' }, do: 'become', as: 'gloss' },
  { term: { of: 'attribute', kind: 'claim', attribute: 'url' }, do: 'drop' },
  { term: { of: 'attribute', kind: 'claim', attribute: 'date' }, do: 'drop' },
  { term: { of: 'relation', type: 'cites' }, do: 'become', as: 'same_as' },
  { term: { of: 'ends', type: 'same_as', from: 'claim', to: 'denial' }, do: 'keep' },
  { term: { of: 'ends', type: 'same_as', from: 'claim', to: 'attribution' }, do: 'keep' },
]

/** Kinds of marks by their ids, with their authors and times. */
const marksOf = (records: Records) =>
  [...records.annotations.values()].map(({ id, author, at: time, kind }) => ({ id, author, time, kind }))

it('are the first version until somebody saves another, and then all of them are there', async () => {
  const { owner } = await open()
  const first = await owner.read<CurrentLabels>(at)
  expect(first).toMatchObject({ number: 1, by: null, note: '', job: null })
  const second = await save(owner, (set) => Object.assign(set.kinds[0] ?? {}, { label: 'Statement' }), {
    note: ' Said so by the team ',
    guidelines: 'New ones.',
  })
  expect(second).toMatchObject({ number: 2, by: { name: 'Olga' }, note: 'Said so by the team', job: null })
  expect(second.labelSet).toMatchObject({ version: 2, kinds: [{ id: 'claim', label: 'Statement' }, {}, {}, {}] })
  const versions = await owner.read<LabelVersion[]>(`${at}/versions`)
  expect(versions.map(({ number, by }) => [number, by?.name ?? null])).toEqual([
    [2, 'Olga'],
    [1, null],
  ])
  const old = await owner.read<StoredLabels>(`${at}/versions/1`)
  expect(old).toMatchObject({ labelSet: first.labelSet, guidelines: first.guidelines })
  // Brought back, it is a version of its own.
  const { labelSet, guidelines } = old
  expect(await save(owner, (set) => Object.assign(set, labelSet), { guidelines, note: 'Back to 1' })).toMatchObject({
    number: 3,
    labelSet: { version: 3, kinds: [{ label: 'Claim' }, {}, {}, {}] },
  })
  const page = await owner.read<ArticlePage>(`/api/articles/${article}`)
  expect(page.labelSet).toMatchObject({ version: 3 })
  for (const number of ['4', '0', '-1', '1e0', 'x'])
    expect((await owner.get(`${at}/versions/${number}`)).status).toBe(404)
})

it('are saved by one of two who change them at once; the other is told who was first', async () => {
  const { server, owner } = await open()
  const ben = server.browser()
  const { id } = await ben.join('Ben')
  await server.catalog.projects.setRole('sample', id, 'owner')
  const [mine, theirs] = [
    await changed(owner, (set) => Object.assign(set.kinds[0] ?? {}, { label: 'Statement' })),
    await changed(ben, (set) => Object.assign(set.kinds[0] ?? {}, { label: 'Assertion' })),
  ]
  const answers = await Promise.all([put(owner, mine), put(ben, theirs)])
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 409])
  const [lost] = answers.filter(({ status }) => status === 409) as [Response]
  expect(await problemOf(lost)).toMatch(/^(Olga|Ben) saved version 2 of the labels meanwhile\./)
  expect(await owner.read<LabelVersion[]>(`${at}/versions`)).toHaveLength(2)
})

it('are noted in the audit log, in words', async () => {
  const { server, owner } = await open()
  await save(owner, (set) => Object.assign(set.kinds[0] ?? {}, { label: 'Statement' }))
  const [entry] = await server.catalog.audit.entries('sample', { limit: 1 })
  expect(entry).toMatchObject({
    act: 'label-set.change',
    subject: '2',
    detail: 'The kind “Claim” is now called “Statement”.',
  })
})

it.each<[string, (body: Record<string, unknown>) => void, RegExp]>([
  ['no labels', (body) => Object.assign(body, { labelSet: null }), /^The label set is not as it should be\.$/],
  ['a colour nobody sees', (body) => paint(body, '#fafafa'), /^The light colour of “Claim” is hard to see/],
  ['a colour that is more than a colour', (body) => paint(body, 'red;x:y'), /is not a colour as #rrggbb/],
  ['an endless note', (body) => Object.assign(body, { note: 'x'.repeat(501) }), /^note: /],
  ['endless guidelines', (body) => Object.assign(body, { guidelines: 'x'.repeat(50_001) }), /^guidelines: /],
  [
    'a decision for what there is not',
    (body) => Object.assign(body, { decisions: [{ term: { of: 'kind', kind: 'claim' }, do: 'become', as: 'rumour' }] }),
    /^“claim” cannot become “rumour”, which there is not\.$/,
  ],
])('are not saved with %s', async (_, spoil, problem) => {
  const { owner } = await open()
  const body = await changed(owner, () => {})
  spoil(body)
  const answer = await put(owner, body)
  expect(answer.status).toBe(422)
  expect(await problemOf(answer)).toMatch(problem)
  expect((await owner.read<CurrentLabels>(at)).number).toBe(1)
})

function paint({ labelSet }: Record<string, unknown>, light: string): void {
  const [kind] = (labelSet as LabelSet).kinds
  if (kind) kind.color.light = light
}

it('leave as a file that reads back as it was', async () => {
  const { owner } = await open()
  const answer = await owner.get(`${at}/export`)
  expect(answer.headers.get('content-disposition')).toBe('attachment; filename="attest-labels-sample.json"')
  const { labelSet, guidelines } = await owner.read<CurrentLabels>(at)
  expect(await answer.json()).toEqual({ format: 'attest-labels', version: 1, labelSet, guidelines })
})

it('are not saved while nobody has said what becomes of marks that they leave without a place', async () => {
  const { server, owner } = await open()
  const before = await server.rooms.records(article)
  const body = await changed(owner, withoutCitations)
  const answer = await put(owner, body)
  expect(answer.status).toBe(409)
  expect(await problemOf(answer)).toBe(
    '7 marks or links would have no place in these labels. Say what becomes of them, then save again.',
  )
  const half = await put(owner, { ...body, decisions: asClaims.slice(0, 3) })
  expect(half.status).toBe(409)
  expect(await server.rooms.records(article)).toEqual(before)
  expect((await owner.read<CurrentLabels>(at)).number).toBe(1)
})

it('say how many marks use what, with examples', async () => {
  const { owner } = await open()
  const census = await owner.read<Census>(`${at}/census`)
  expect(census).toMatchObject({ articles: 1, unread: [] })
  expect(Object.fromEntries(census.kinds.map(({ kind, count }) => [kind, count]))).toEqual({
    attribution: 20,
    claim: 18,
    denial: 5,
    citation: 4,
  })
  const [citation] = census.kinds.filter(({ kind }) => kind === 'citation')
  expect(citation?.examples).toHaveLength(3)
  expect(citation?.examples[0]).toMatchObject({ article, mark: expect.stringMatching(/^reference\./) })
  expect(citation?.examples[0]?.quote).not.toBe('')
})

it('have marks changed on behalf of their authors', async () => {
  const { server, owner } = await open()
  const before = await server.rooms.records(article)
  const saved = await save(owner, withoutCitations, { decisions: asClaims })
  expect(saved.job).toMatchObject({ number: 2, articles: 1 })
  await done(server)
  const { job, labelSet } = await owner.read<CurrentLabels>(at)
  expect(job).toEqual({ number: 2, state: 'done', articles: 1, done: 1, changed: 7, failures: [] })
  const after = await server.rooms.records(article)
  expect(marksOf(after)).toEqual(
    marksOf(before).map((mark) => ({ ...mark, kind: mark.kind === 'citation' ? 'claim' : mark.kind })),
  )
  for (const annotation of after.annotations.values()) expect(foreignTerm(annotation, labelSet)).toBeNull()
  expect([...after.relations.values()].filter(({ type }) => type === 'cites')).toEqual([])
  // The file of it reads back: nothing in it is foreign.
  const file = await owner.read<object>(`/api/articles/${article}/export`)
  expect((await owner.post('/api/projects/sample/articles', file)).status).toBe(201)
})

it('may keep marks that they have no place for, and ask about them no more', async () => {
  const { server, owner } = await open()
  const keep: Decision[] = [
    { term: { of: 'kind', kind: 'citation' }, do: 'keep' },
    { term: { of: 'relation', type: 'cites' }, do: 'keep' },
  ]
  expect(await save(owner, withoutCitations, { decisions: keep })).toMatchObject({ number: 2, job: null })
  const records = await server.rooms.records(article)
  expect([...records.annotations.values()].filter(({ kind }) => kind === 'citation')).toHaveLength(4)
  const again = (set: LabelSet) => Object.assign(set.kinds[0]?.attributes[1] ?? {}, { values: ['unchecked', 'true'] })
  expect(await save(owner, again)).toMatchObject({ number: 3 })
  // Later they can be given a place after all.
  const census = await owner.read<Census>(`${at}/census`)
  const { labelSet } = await owner.read<CurrentLabels>(at)
  expect(orphansOf(census, labelSet, makePlan(labelSet, []))).toMatchObject([
    { term: { kind: 'citation' }, isOld: true },
    { term: { type: 'cites' }, isOld: true },
  ])
  await save(owner, () => {}, { decisions: asClaims })
  await done(server)
  const after = await server.rooms.records(article)
  expect([...after.annotations.values()].filter(({ kind }) => kind === 'citation')).toEqual([])
})

async function manyArticles(server: Server, count: number): Promise<string[]> {
  const sample = await server.catalog.articles.find(article)
  if (!sample) throw new Error('the sample is missing')
  const records = await server.rooms.records(article)
  const ids = Array.from({ length: count }, (_, i) => `copy-${i}`)
  for (const id of ids) {
    await server.rooms.putRecords(id, records, 'reference')
    await server.catalog.articles.add({ ...sample, id })
  }
  return ids
}

it('go on with the marks after a crash between the saving and the first article', async () => {
  const folder = temporaryFolder()
  const { server, owner } = await open(folder)
  const ids = await manyArticles(server, 5)
  // As if the process ended right after the commit: nothing is carried out any more.
  await server.relabelling.close()
  const { job } = await save(owner, withoutCitations, { decisions: asClaims })
  expect(job).toMatchObject({ state: 'running', done: 0, articles: 6 })
  expect((await put(owner, await changed(owner, () => {}))).status).toBe(409)
  await server.close()

  const again = await openServer({ folder })
  await done(again)
  expect(await again.catalog.labels.job('sample')).toMatchObject({ state: 'done', done: 6, changed: 42, failures: [] })
  for (const id of [article, ...ids]) {
    const { annotations } = await again.rooms.records(id)
    expect([...annotations.values()].filter(({ kind }) => kind === 'citation')).toEqual([])
  }
})

it('change nothing twice when a crash comes between an article and the note that it was done', async () => {
  const folder = temporaryFolder()
  const { server, owner } = await open(folder)
  await manyArticles(server, 2)
  await save(owner, withoutCitations, { decisions: asClaims })
  await done(server)
  const before = marksOf(await server.rooms.records('copy-1'))
  const [job] = [await server.catalog.labels.job('sample')]
  if (!job) throw new Error('there is no job')
  await server.catalog.labels.keepJob({
    ...job,
    state: 'running',
    projectId: 'sample',
    person: 'x',
    decisions: [],
    done: 1,
    lastArticle: 'copy-0',
  })
  await server.close()

  const again = await openServer({ folder })
  await done(again)
  expect(await again.catalog.labels.job('sample')).toMatchObject({ state: 'done', done: 3, changed: 21 })
  expect(marksOf(await again.rooms.records('copy-1'))).toEqual(before)
})

it('say which articles could not be changed, and try those again when asked', async () => {
  const { server, owner } = await open()
  await manyArticles(server, 2)
  expect((await owner.post(`${at}/retry`)).status).toBe(409)
  const { changeRecords } = server.rooms
  vi.spyOn(server.rooms, 'changeRecords').mockImplementation((room, ...rest) =>
    room === 'copy-0' ? Promise.reject(new Error('the room is out of order')) : changeRecords(room, ...rest),
  )
  await save(owner, withoutCitations, { decisions: asClaims })
  await done(server)
  expect(await server.catalog.labels.job('sample')).toMatchObject({
    state: 'done',
    done: 3,
    changed: 14,
    failures: [{ article: 'copy-0', problem: 'Its marks could not be changed.' }],
  })
  vi.restoreAllMocks()
  expect((await owner.post(`${at}/retry`)).status).toBe(200)
  await done(server)
  expect(await server.catalog.labels.job('sample')).toMatchObject({ state: 'done', changed: 21, failures: [] })
})

it('keep what somebody marks meanwhile by the labels before', async () => {
  const { server, owner } = await open()
  const late = emptyRecords()
  const spans: [number, number][] = [[0, 5]]
  late.annotations.set('reference.late', {
    id: 'reference.late',
    author: 'reference',
    at: 7,
    kind: 'citation',
    spans,
    attributes: {},
  })
  // As from a turn of the room that had begun before the labels changed.
  const { changeRecords } = server.rooms
  let isFirst = true
  vi.spyOn(server.rooms, 'changeRecords').mockImplementation(async (...args) => {
    await changeRecords(...args)
    if (isFirst) await server.rooms.putRecords(article, late, 'reference')
    isFirst = false
  })
  await save(owner, withoutCitations, { decisions: asClaims })
  await done(server)
  const { annotations } = await server.rooms.records(article)
  expect(annotations.get('reference.late')).toMatchObject({ kind: 'claim', at: 7 })
})

it('come with the file of the first article, as a version of their own', async () => {
  const { server, owner } = await open()
  const file = await owner.read<{ labelSet: LabelSet }>(`/api/articles/${article}/export`)
  file.labelSet.name = 'From elsewhere'
  const project = (await (await owner.post('/api/projects', { name: 'New' })).json()) as { id: string }
  expect((await owner.post(`/api/projects/${project.id}/articles`, file)).status).toBe(201)
  const versions = await server.catalog.labels.versions(project.id)
  expect(versions.map(({ number, by }) => [number, by?.name ?? null])).toEqual([
    [2, 'Olga'],
    [1, null],
  ])
  expect((await server.catalog.labels.current(project.id)).labelSet).toEqual(file.labelSet)
  expect((await server.catalog.labels.version(project.id, 1))?.labelSet.name).not.toBe('From elsewhere')
})

it('of a new project are those of another one, or of a file, when it is asked for', async () => {
  const { server, owner } = await open()
  await save(owner, (set) => Object.assign(set.kinds[0] ?? {}, { label: 'Statement' }))
  const { labelSet, guidelines } = await owner.read<CurrentLabels>(at)
  const begin = async (labels: unknown) => owner.post('/api/projects', { name: 'New', labels })
  const labelsOf = async (answer: Response) =>
    owner.read<CurrentLabels>(`/api/projects/${((await answer.json()) as { id: string }).id}/label-set`)

  expect(await labelsOf(await begin({ project: 'sample' }))).toMatchObject({
    number: 1,
    labelSet: { ...labelSet, version: 1 },
    guidelines,
  })
  const file = { format: 'attest-labels', version: 1, labelSet: { ...labelSet, name: 'Mine' }, guidelines: 'Read.' }
  expect(await labelsOf(await begin({ file }))).toMatchObject({ labelSet: { name: 'Mine' }, guidelines: 'Read.' })

  const broken = await begin({ file: { ...file, labelSet: { ...labelSet, kinds: [] } } })
  expect([broken.status, await problemOf(broken)]).toEqual([422, 'The list of kinds is empty. (And 1 more.)'])
  const stranger = await begin({ project: 'nowhere' })
  expect(stranger.status).toBe(404)
  expect(await server.catalog.projects.of((await owner.read<{ id: string }>('/api/me')).id)).toHaveLength(3)
})
