/** Gaps of the guidelines over HTTP: from flags in rooms to the marks that an answer touches. */
import type { Article } from '@attest/schema/article'
import type { Comment } from '@attest/schema/comment'
import type { Gaps, Rechecks } from '@attest/schema/gap'
import type { CurrentLabels } from '@attest/schema/label-api'
import type { Role } from '@attest/schema/roles'
import { emptyRecords, type Records } from '@attest/schema/room'
import type { Dashboard } from '@attest/schema/work'
import { expect, it, vi } from 'vitest'
import { openServer, problemOf } from './support.ts'

it('collects what is flagged, settles it by a version, and lists what that touches until it is looked at', async () => {
  const server = await openServer()
  const sample = await server.catalog.projects.find('sample')
  const text = (await server.catalog.articles.find('syria-airstrikes-2015')) as Article
  if (!sample) throw new RangeError('the sample is missing')
  const owner = server.browser()
  const { id } = await owner.join('Owner')
  await server.catalog.projects.add({ ...sample, id: 'p', joining: 'invited' }, id)
  for (const article of ['one', 'two', 'done'])
    await server.catalog.articles.add({ ...text, id: article, projectId: 'p', title: article })
  const joins = async (name: string, role: Role) => {
    const browser = server.browser()
    const me = await browser.join(name)
    await server.catalog.projects.setRole('p', me.id, role)
    return { ...browser, id: me.id }
  }
  const [ana, ben] = [await joins('Ana', 'annotator'), await joins('Ben', 'annotator')]
  const mark = (
    author: string,
    name: string,
    kind: string,
    start = 0,
  ): [string, Records['annotations'] extends Map<string, infer A> ? A : never] => [
    `${author}.${name}`,
    { id: `${author}.${name}`, author, at: 10, kind, spans: [[start, start + 6]], attributes: {} },
  ]
  const put = (article: string, records: Partial<Records>) =>
    server.rooms.putRecords(article, { ...emptyRecords(), ...records }, id)
  const flag: Comment = {
    id: `${ben.id}.f`,
    author: ben.id,
    at: 20,
    on: `${ana.id}.m`,
    body: 'A <b>denial</b>?',
    gap: true,
  }
  await put('one', {
    annotations: new Map([
      mark(ana.id, 'm', 'denial'),
      mark(ben.id, 'm', 'claim'),
      mark(ben.id, 'far', 'citation', 40),
    ]),
    comments: new Map([[flag.id, flag]]),
  })
  await put('two', { annotations: new Map([mark(ana.id, 'd', 'denial'), mark(ana.id, 'c', 'citation', 20)]) })
  await put('done', { annotations: new Map([mark(ana.id, 'e', 'denial')]) })
  await server.catalog.work.takeStep(
    { project: 'p', person: id },
    { step: 'finish', articles: ['done'] },
    new Map([['done', { open: {}, reason: null }]]),
  )

  const read = (who = owner) =>
    vi.waitUntil(
      async () => [await who.read<Gaps>('/api/projects/p/gaps')].find(({ counting }) => counting === 0),
      10_000,
    )
  const { gaps, people, versions } = await read(ana)
  expect(gaps).toMatchObject([
    {
      article: 'one',
      mark: `${ana.id}.m`,
      kinds: ['denial', 'claim'],
      difference: 'kind',
      note: 'A <b>denial</b>?',
      settled: null,
    },
  ])
  expect(gaps[0]?.views.map(({ person, kind }) => [person, kind])).toEqual(
    expect.arrayContaining([
      [ana.id, 'denial'],
      [ben.id, 'claim'],
    ]),
  )
  expect(people.map(({ name }) => name).sort()).toEqual(['Ana', 'Ben'])
  expect(versions.map(({ number }) => number)).toEqual([1])
  expect((await owner.read<Dashboard>('/api/projects/p/dashboard')).totals).toMatchObject({
    gaps: 1,
    review: { open: 6, accepted: 0, rejected: 0, disputed: 0 },
  })

  const { number, labelSet, guidelines } = await owner.read<CurrentLabels>('/api/projects/p/label-set')
  const saved = await owner.send('PUT', '/api/projects/p/label-set', {
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      base: number,
      labelSet,
      guidelines: `${guidelines}\nSaid now.`,
      note: 'Denials',
      decisions: [],
    }),
  })
  expect(saved.status).toBe(200)
  const settle = (who: typeof owner, version: number | null, article = 'one') =>
    who.post('/api/projects/p/gaps/settle', { gaps: [{ article, gap: flag.id }], version })
  expect((await settle(ben, 2)).status).toBe(403)
  expect(await problemOf(await settle(owner, 9))).toMatch(/no such version/)
  // An article of another project is as one that is not there.
  expect((await settle(owner, 2, 'syria-airstrikes-2015')).status).toBe(404)
  expect((await settle(owner, 2)).status).toBe(204)
  expect((await read()).gaps[0]?.settled).toMatchObject({ version: 2, by: id })

  // Both kinds of the gap, in its article and in what is not signed off; nothing of other kinds.
  const at = '/api/projects/p/gaps/rechecks/2'
  const touched = async () => (await ben.read<Rechecks>(at)).marks.map(({ mark }) => mark.split('.')[1])
  expect((await touched()).sort()).toEqual(['d', 'm', 'm'])
  expect((await ben.read<Rechecks>(at)).kinds.sort()).toEqual(['claim', 'denial'])
  // What was changed since has been looked at.
  const [key, changed] = mark(ana.id, 'd', 'claim')
  await put('two', { annotations: new Map([[key, { ...changed, at: Date.now() }]]) })
  await read()
  expect((await touched()).sort()).toEqual(['m', 'm'])
  expect((await ben.post(at, { marks: [{ article: 'one', mark: `${ana.id}.m` }], isChecked: true })).status).toBe(204)
  const checked = async () => (await ana.read<Rechecks>(at)).marks.map((one) => one.checked?.by ?? null)
  expect((await checked()).sort()).toEqual([ben.id, null].sort())
  await ben.post(at, { marks: [{ article: 'one', mark: `${ana.id}.m` }], isChecked: false })
  expect(await checked()).toEqual([null, null])

  // Before the reveal, others' flags and marks are not there for annotators.
  await server.database.db.updateTable('article').set({ blind: 'blind' }).where('id', '=', 'one').execute()
  expect((await read(ana)).gaps).toEqual([])
  expect((await read(ben)).gaps).toMatchObject([{ id: flag.id, views: [] }])
  expect((await read(owner)).gaps).toHaveLength(1)
  expect((await settle(owner, null)).status).toBe(204)
  expect((await read(owner)).gaps[0]?.settled).toBeNull()
})
