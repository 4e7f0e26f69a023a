import type { ArticlePage, ArticleSummary, Project } from '@attest/schema/api'
import { hashText } from '@attest/schema/article'
import { type AttestJson, attestJsonSchema } from '@attest/schema/formats/attest-json'
import { emptyRecords } from '@attest/schema/room'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, it } from 'vitest'
import { type Browser, openServer, problemOf, type Server } from './support.ts'

const sampleArticle = 'syria-airstrikes-2015'

/** A server with its owner signed in. */
async function openWorkspace(settings: Parameters<typeof openServer>[0] = {}) {
  const server = await openServer(settings)
  const owner = server.browser()
  await owner.join('Olga')
  return { server, owner }
}

async function addProject(owner: Browser, name: string): Promise<Project> {
  const answer = await owner.post('/api/projects', { name })
  expect(answer.status).toBe(201)
  return (await answer.json()) as Project
}

type Added = ArticleSummary & { notes: string[] }

async function addArticle(owner: Browser, project: string, body: unknown): Promise<Added> {
  const answer = await owner.post(`/api/projects/${project}/articles`, body)
  if (answer.status !== 201) throw new Error(`${answer.status} ${await answer.text()}`)
  return (await answer.json()) as Added
}

/** The sample article with more in it than the seeds have: comments, verdicts, a discontinuous mark of a second person. */
async function annotatedSample({ server, owner }: { server: Server; owner: Browser }): Promise<AttestJson> {
  const ben = server.browser()
  const { id } = await ben.join('Ben')
  const records = emptyRecords()
  records.annotations.set(`${id}.m1`, {
    id: `${id}.m1`,
    kind: 'claim',
    spans: [
      [0, 5],
      [14, 21],
    ],
    attributes: { check_worthiness: 'high' },
    author: id,
    at: 1_767_225_700_000,
  })
  records.comments.set(`${id}.c1`, {
    id: `${id}.c1`,
    on: `${id}.m1`,
    body: 'Is it?',
    author: id,
    at: 1_767_225_700_001,
  })
  records.comments.set(`${id}.c2`, {
    id: `${id}.c2`,
    thread: `${id}.c1`,
    state: 'resolved',
    author: id,
    at: 1_767_225_700_002,
  })
  for (const [i, decision] of (['accept', 'reject', 'unsure'] as const).entries())
    records.verdicts.set(`${id}.v${i}`, {
      id: `${id}.v${i}`,
      on: `reference.m0${i + 1}`,
      decision,
      note: 'so',
      author: id,
      at: 1_767_225_700_003,
      ...(decision === 'unsure'
        ? { fix: { attributes: { source: null, cue: 'Claims' }, spans: [[7, 12]], kind: 'attribution' } }
        : {}),
    })
  await server.rooms.putRecords(sampleArticle, records, id)
  return await owner.read<AttestJson>(`/api/articles/${sampleArticle}/export`)
}

describe('a plain text', () => {
  it('becomes an article whose first line is its title', async () => {
    const { owner } = await openWorkspace()
    const project = await addProject(owner, 'News')
    const text = 'A headline\nA first paragraph.\n\nA second one with 👩‍🚀.'
    const added = await addArticle(owner, project.id, { text, language: 'en' })
    expect(added).toMatchObject({ title: 'A headline', length: text.length, projectId: project.id, notes: [] })
    const page = await owner.read<ArticlePage>(`/api/articles/${added.id}`)
    expect(page).toMatchObject({
      text,
      sha256: hashText(text),
      language: 'en',
      project: { id: project.id, articleCount: 1 },
    })
    expect(page.blocks.map(({ type, start, end }) => [type, text.slice(start, end)])).toEqual([
      ['title', 'A headline'],
      ['paragraph', 'A first paragraph.'],
      ['paragraph', ''],
      ['paragraph', 'A second one with 👩‍🚀.'],
    ])
    expect(page.labelSet.kinds.map((kind) => kind.id)).toEqual(['claim', 'denial', 'attribution', 'citation'])
  })

  it('keeps every character, and says what was done to line ends and a byte order mark', async () => {
    const { owner } = await openWorkspace()
    const project = await addProject(owner, 'News')
    const text = '\ufeffTitle\r\nNBSP\u00a0here\u2028and\u0085there \ufeff\rnul\u0000 e\u0301 שלום\n'
    const added = await addArticle(owner, project.id, { text })
    expect(added.notes).toEqual([
      'A byte order mark at the beginning was left out.',
      '2 line ends were changed to line feeds.',
    ])
    const page = await owner.read<ArticlePage>(`/api/articles/${added.id}`)
    expect(page.text).toBe('Title\nNBSP\u00a0here\u2028and\u0085there \ufeff\nnul\u0000 e\u0301 שלום\n')
  })

  it('has the title it was given, and then no line of it is one', async () => {
    const { owner } = await openWorkspace()
    const project = await addProject(owner, 'News')
    const added = await addArticle(owner, project.id, { title: 'A title', text: 'One.\nTwo.' })
    expect(added.title).toBe('A title')
    const page = await owner.read<ArticlePage>(`/api/articles/${added.id}`)
    expect(page.blocks.map((block) => block.type)).toEqual(['paragraph', 'paragraph'])
    const long = await addArticle(owner, project.id, { text: `${'word '.repeat(100)}\nTwo.` })
    expect(long.title).toMatch(/^(word ){39}word…$/)
  })

  it.each([
    [{ text: '' }, 422, /^text: /],
    [{ text: ' \n\u200b\n' }, 422, /^There are no words in this text\.$/],
    [{ text: 'half \ud800' }, 422, /surrogate/],
    [{ text: 'a', language: 'not a tag!' }, 422, /language tag/],
    [{ text: 'a', title: 'x'.repeat(501) }, 422, /^title: /],
    [{ text: 7 }, 422, /^text: /],
    [{ text: 'a\n'.repeat(50_001) }, 422, /more than 50000 lines/],
    [{ text: 'a'.repeat(4 * 1024 * 1024 + 1) }, 413, /Please bring it in parts/],
  ])('is refused when it cannot be an article (%#)', async (body, status, detail) => {
    const { owner } = await openWorkspace()
    const project = await addProject(owner, 'News')
    const answer = await owner.post(`/api/projects/${project.id}/articles`, body)
    expect(answer.status).toBe(status)
    expect(await problemOf(answer)).toMatch(detail)
    expect(await owner.read(`/api/projects/${project.id}/articles`)).toEqual([])
  })
})

describe('an export', () => {
  it('holds the sample article with its reference annotation, and validates against the published schema', async () => {
    const { server, owner } = await openWorkspace()
    await annotatedSample({ server, owner })
    const answer = await owner.get(`/api/articles/${sampleArticle}/export?format=attest-json`)
    expect(answer.headers.get('content-disposition')).toBe(`attachment; filename="attest-${sampleArticle}.json"`)
    const text = await answer.text()
    const file: AttestJson = JSON.parse(text)
    expect(file.annotations).toHaveLength(48)
    expect(file.relations).toHaveLength(36)
    expect(file.people.map((person) => [person.name, person.role])).toEqual(
      expect.arrayContaining([
        ['Reference', 'annotator'],
        ['Ben', 'annotator'],
      ]),
    )
    expect(file.people).toHaveLength(2)
    for (const { attributes } of [...file.annotations, ...file.verdicts.flatMap(({ fix }) => fix ?? [])])
      expect(Object.keys(attributes ?? {})).toEqual(Object.keys(attributes ?? {}).sort())
    for (const { spans, quotes } of file.annotations)
      expect(spans.map(([start, end]) => file.article.text.slice(start, end))).toEqual(quotes)
    const outcomes = new Map(file.outcomes.map(({ on, outcome }) => [on, outcome]))
    expect(['m01', 'm02', 'm03', 'm04'].map((mark) => outcomes.get(`reference.${mark}`))).toEqual([
      'accepted',
      'rejected',
      'open',
      'open',
    ])

    const schema: object = await owner.read('/api/schemas/attest-json.json')
    const validate = new Ajv2020().compile(schema)
    expect(validate(file), JSON.stringify(validate.errors)).toBe(true)
    const again = await owner.get(`/api/articles/${sampleArticle}/export`)
    expect(await again.text()).toBe(text)
  })

  it('of gold has what was accepted as the marks of one annotator, and can be brought in again', async () => {
    const { server, owner } = await openWorkspace()
    await annotatedSample({ server, owner })
    const fix = { kind: 'denial' }
    const records = emptyRecords()
    const { id } = await owner.read<{ id: string }>('/api/me')
    const verdict = { id: `${id}.v1`, on: 'reference.m04', author: id, at: 1_767_225_700_000 }
    records.verdicts.set(verdict.id, { ...verdict, decision: 'accept', fix })
    await server.rooms.putRecords(sampleArticle, records, id)

    const answer = await owner.get(`/api/articles/${sampleArticle}/export?layers=gold`)
    expect(answer.headers.get('content-disposition')).toContain(`attest-${sampleArticle}-gold.json`)
    const file = (await answer.json()) as AttestJson
    expect(file.people).toEqual([{ id: 'gold', name: 'gold', role: null }])
    const all = await owner.read<AttestJson>(`/api/articles/${sampleArticle}/export`)
    const quotesOf = (mark: string) => all.annotations.find((one) => one.id === mark)?.quotes
    expect(file.annotations.map(({ id, kind, quotes }) => [id, kind, quotes])).toEqual([
      ['gold.m1', 'attribution', quotesOf('reference.m01')],
      ['gold.m2', 'denial', quotesOf('reference.m04')],
    ])
    expect(file.verdicts).toEqual([])

    const project = await addProject(owner, 'Gold')
    const added = await addArticle(owner, project.id, file)
    const back = await owner.read<AttestJson>(`/api/articles/${added.id}/export`)
    expect(back.annotations).toEqual(file.annotations)
    const odd = await owner.get(`/api/articles/${sampleArticle}/export?layers=silver`)
    expect(await problemOf(odd)).toMatch(/^There are no such layers to export; there are: all, gold, accepted, or /)
  })

  it('is not made of what is left of a room that was damaged', async () => {
    const { server } = await openWorkspace()
    await server.database.db.deleteFrom('room_update').execute()
    await server.close()
    const again = await openServer({ folder: server.folder })
    const owner = again.browser()
    await owner.join('Olga')
    const answer = await owner.get(`/api/articles/${sampleArticle}/export`)
    expect(answer.status).toBe(503)
    expect(await problemOf(answer)).toContain('is damaged')
  })

  it('says which formats there are when asked for another', async () => {
    const { owner } = await openWorkspace()
    const answer = await owner.get(`/api/articles/${sampleArticle}/export?format=__proto__`)
    expect(answer.status).toBe(400)
    expect(await problemOf(answer)).toMatch(
      /^There is no such format to export to; there is: attest-json, w3c, brat, .*\.$/,
    )
  })
})

describe('an annotated file', () => {
  it('brought into an empty project of a fresh workspace, is exported as the same bytes but for the project', async () => {
    const first = await openWorkspace()
    const file = await annotatedSample(first)
    const fresh = await openWorkspace()
    const project = await addProject(fresh.owner, file.project.name)
    const added = await addArticle(fresh.owner, project.id, file)
    // The sample article is there already, under the id of the file.
    expect(added.id).not.toBe(file.article.id)

    const back = await (await fresh.owner.get(`/api/articles/${added.id}/export`)).text()
    const expected = attestJsonSchema.parse({
      ...file,
      article: { ...file.article, id: added.id },
      project: { ...file.project, id: project.id },
    })
    expect(back).toBe(`${JSON.stringify(expected, null, 2)}\n`)
    expect(await fresh.server.rooms.records(added.id)).toEqual(await first.server.rooms.records(sampleArticle))
  })

  it('keeps its id where that was never used, and is the same after a second time around', async () => {
    const { server, owner } = await openWorkspace()
    const sample = await annotatedSample({ server, owner })
    const file = { ...sample, article: { ...sample.article, id: 'a-new-one' } }
    const project = await addProject(owner, 'One')
    expect((await addArticle(owner, project.id, file)).id).toBe('a-new-one')
    const second = await addProject(owner, 'Two')
    const again = await addArticle(owner, second.id, file)
    expect(again.id).not.toBe('a-new-one')
    const [one, two] = await Promise.all(
      ['a-new-one', again.id].map((id) => owner.read<AttestJson>(`/api/articles/${id}/export`)),
    )
    expect(two?.annotations).toEqual(one?.annotations)
    expect(two?.outcomes).toEqual(one?.outcomes)
  })

  it('brings people who cannot sign in, with the role of the file; it gives no role to people who can', async () => {
    const { server, owner } = await openWorkspace()
    const sample = await annotatedSample({ server, owner })
    const ben = sample.people.find((person) => person.name === 'Ben')
    const file: AttestJson = {
      ...sample,
      people: sample.people.map((person) =>
        person.name === 'Ben' ? { ...person, name: 'Benjamin', role: 'owner' } : { ...person, role: 'reviewer' },
      ),
    }
    const project = { ...(await addProject(owner, 'One')) }
    const stranger = await server.catalog.projects.find(project.id)
    if (!stranger) throw new RangeError('no project')
    // A project Ben is not in: added without making members of everybody.
    const closed = { ...stranger, id: 'closed', name: 'Closed' }
    await server.catalog.projects.add(closed, (await owner.read<{ id: string }>('/api/me')).id)

    await addArticle(owner, project.id, file)
    const added = await addArticle(owner, 'closed', file)
    expect(server.catalog.roles.of(project.id, ben?.id ?? '')).toBe('annotator')
    expect(server.catalog.roles.of('closed', ben?.id ?? '')).toBe(null)
    expect(server.catalog.roles.of('closed', 'reference')).toBe('reviewer')
    const page = await owner.read<ArticlePage>(`/api/articles/${added.id}`)
    expect(page.people.map((person) => [person.name, person.role])).toEqual([
      ['Reference', 'reviewer'],
      ['Olga', 'owner'],
      ['Ben', null],
    ])
  })

  it('never raises a role that is there already', async () => {
    const { server, owner } = await openWorkspace()
    const sample = await annotatedSample({ server, owner })
    const project = await addProject(owner, 'One')
    await addArticle(owner, project.id, sample)
    const raised = { ...sample, people: sample.people.map((person) => ({ ...person, role: 'owner' })) }
    await addArticle(owner, project.id, raised)
    for (const { id } of sample.people) expect(server.catalog.roles.of(project.id, id)).toBe('annotator')
  })

  it('sets up the label set of a project without articles, and has to fit into that of one with some', async () => {
    const { server, owner } = await openWorkspace()
    const sample = await annotatedSample({ server, owner })
    const renamed = JSON.parse(JSON.stringify(sample).replaceAll('"citation"', '"reference"')) as AttestJson
    const project = await addProject(owner, 'One')
    const added = await addArticle(owner, project.id, renamed)
    const page = await owner.read<ArticlePage>(`/api/articles/${added.id}`)
    expect(page.labelSet).toEqual(renamed.labelSet)

    const answer = await owner.post(`/api/projects/sample/articles`, renamed)
    expect(answer.status).toBe(422)
    expect(await problemOf(answer)).toMatch(
      /^The kind “reference” of the mark reference\.m\d\d in this file is not in the label set of the project\.$/,
    )
    expect(await owner.read(`/api/projects/sample/articles`)).toHaveLength(1)
  })

  it('sets the project up once when two are brought in at the same time', async () => {
    const { server, owner } = await openWorkspace()
    const sample = await annotatedSample({ server, owner })
    const renamed = JSON.parse(JSON.stringify(sample).replaceAll('"citation"', '"reference"'))
    const project = await addProject(owner, 'One')
    const answers = await Promise.all(
      [sample, renamed].map((file) => owner.post(`/api/projects/${project.id}/articles`, file)),
    )
    // Which of them is first is a matter of chance.
    expect(answers.map((answer) => answer.status).sort()).toEqual([201, 422])
  })

  const broken: [string, RegExp, (file: AttestJson) => unknown][] = [
    ['is not ours', /^This is not an annotated article of Attest/, (file) => ({ ...file, format: 'brat' })],
    ['is nothing at all', /^This is not an annotated article of Attest/, () => ({})],
    ['is a list', /^text: |^This is not|^The body: /, () => []],
    [
      'is of a newer version',
      /^This file is of version 3; .* Please update Attest\.$/,
      (file) => ({ ...file, version: 3 }),
    ],
    [
      'has a text that does not match its hash',
      /^The text does not match its sha256/,
      (file) => ({ ...file, article: { ...file.article, text: file.article.text.replace('Putin', 'Patin') } }),
    ],
    [
      'has a span outside the text',
      /lies outside the text/,
      (file) => withFirstMark(file, { spans: [[0, file.article.text.length + 1]] }),
    ],
    [
      'has a quote that is not there',
      /says “somebody”, but the text there is “Putin:”/,
      (file) => withFirstMark(file, { spans: [[0, 6]], quotes: ['somebody'] }),
    ],
    ['has an empty span', /spans/, (file) => withFirstMark(file, { spans: [[3, 3]], quotes: [''] })],
    [
      'has a kind that its own label set lacks',
      /^The kind “rumour” of the mark .* is not in the label set of this file\.$/,
      (file) => withFirstMark(file, { kind: 'rumour' }),
    ],
    [
      'has an attribute that its own label set lacks',
      /^The attribute “colour” of the mark .* is not in the label set of this file\.$/,
      (file) => withFirstMark(file, { attributes: { colour: 'red' } }),
    ],
    [
      'has a relation type that its own label set lacks',
      /^The relation type “mocks” of .* is not in the label set of this file\.$/,
      (file) => ({ ...file, relations: file.relations.map((relation) => ({ ...relation, type: 'mocks' })) }),
    ],
    [
      'has records of nobody it names',
      /is not among the people of this file/,
      (file) => ({ ...file, people: file.people.filter((person) => person.id !== 'reference') }),
    ],
    [
      'has a record under the name of another',
      /does not name its author/,
      (file) => withFirstMark(file, { author: 'reference2' }),
    ],
    [
      'has a person whose name cannot be shown',
      /^The name of reference cannot be used: This name has characters/,
      (file) => ({
        ...file,
        people: file.people.map((person) =>
          person.id === 'reference' ? { ...person, name: 'Re\u202eference' } : person,
        ),
      }),
    ],
    [
      'has a correction that does not fit the text',
      /^The correction in .*\.v2 does not fit the text\.$/,
      (file) => withFix(file, { spans: [[0, 9_999_999]] }),
    ],
    [
      'has a correction to a kind that its own label set lacks',
      /^The kind “rumour” of the correction in .*\.v2 is not in the label set of this file\.$/,
      (file) => withFix(file, { kind: 'rumour' }),
    ],
    [
      'has a record from the future',
      /^The time of .* is in the future\.$/,
      (file) => withFirstMark(file, { at: 8e15 }),
    ],
    ['has a key too many', /Unrecognized key/, (file) => ({ ...file, owner: 'me' })],
    [
      'reaches for the prototype',
      /Unrecognized key|Invalid/,
      (file) => JSON.parse(JSON.stringify(file).replace('{', '{"__proto__":{"admin":true},')),
    ],
  ]

  it.each(broken)('is refused whole when it %s', async (_, detail, spoil) => {
    const { server, owner } = await openWorkspace()
    const file = await annotatedSample({ server, owner })
    const project = await addProject(owner, 'One')
    const spoilt = spoil({ ...file, article: { ...file.article, id: 'spoilt' } })
    const answer = await owner.post(`/api/projects/${project.id}/articles`, spoilt)
    expect(answer.status).toBe(422)
    expect(await problemOf(answer)).toMatch(detail)
    expect(await owner.read(`/api/projects/${project.id}/articles`)).toEqual([])
    expect(await server.rooms.records('spoilt')).toEqual(emptyRecords())
  })

  it('leaves nothing that can be seen when the server dies before the article is in place, and can be brought again', async () => {
    const { server, owner } = await openWorkspace()
    const sample = await annotatedSample({ server, owner })
    const file = { ...sample, article: { ...sample.article, id: 'cut-short' } }
    const project = await addProject(owner, 'One')
    // What a crash between the two steps of an import leaves on disk.
    await server.rooms.putRecords('cut-short', await server.rooms.records(sampleArticle), 'reference')
    expect((await owner.get('/api/articles/cut-short')).status).toBe(404)
    const added = await addArticle(owner, project.id, {
      ...file,
      annotations: file.annotations.slice(0, 3),
      relations: [],
      verdicts: [],
    })
    expect((await server.rooms.records(added.id)).annotations.size).toBe(3)
  })
})

function withFix(file: AttestJson, change: object): unknown {
  return {
    ...file,
    verdicts: file.verdicts.map((verdict) => ({ ...verdict, ...(verdict.fix ? { fix: change } : {}) })),
  }
}

function withFirstMark(file: AttestJson, change: object): unknown {
  const [first, ...rest] = file.annotations
  return { ...file, annotations: [{ ...first, ...change }, ...rest] }
}
