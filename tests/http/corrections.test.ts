/** What others corrected about one's own marks, over all articles of a project. */
import type { Article } from '@attest/schema/article'
import { type Corrections, keyOfSpans } from '@attest/schema/correction-api'
import { emptyRecords, type Records } from '@attest/schema/room'
import type { Verdict } from '@attest/schema/verdict'
import { expect, it } from 'vitest'
import { openServer, problemOf } from './support.ts'

it('is told to whoever made the marks, article by article, with the words that it is about', async () => {
  const server = await openServer()
  const sample = await server.catalog.projects.find('sample')
  const article = (await server.catalog.articles.find('syria-airstrikes-2015')) as Article
  if (!sample) throw new RangeError('the sample is missing')
  const [owner, ana, ben] = [server.browser(), server.browser(), server.browser()]
  const [{ id: olga }, { id: me }, { id: other }] = [
    await owner.join('Olga'),
    await ana.join('Ana'),
    await ben.join('Ben'),
  ]
  await server.catalog.projects.add({ ...sample, id: 'p', joining: 'invited', peersJudge: false }, olga)
  for (const person of [me, other]) await server.catalog.projects.setRole('p', person, 'annotator')
  for (const id of ['a', 'b', 'c'])
    await server.catalog.articles.add({ ...article, id, projectId: 'p', title: `Article ${id}` })

  const mark = (
    id: string,
    span: [number, number],
  ): [string, Records['annotations'] extends Map<string, infer T> ? T : never] => [
    id,
    { id, author: id.split('.')[0] ?? '', at: 1, kind: 'claim', spans: [span], attributes: {} },
  ]
  const say = (local: string, on: string, more: Partial<Verdict>): [string, Verdict] => {
    const id = `${more.author ?? olga}.${local}`
    return [id, { id, author: olga, at: 2, on, decision: 'accept', ...more }]
  }
  const put = (room: string, records: Partial<Records>) =>
    server.rooms.putRecords(room, { ...emptyRecords(), ...records }, olga)
  await put('a', {
    annotations: new Map([mark(`${me}.1`, [0, 5]), mark(`${me}.2`, [7, 13]), mark(`${other}.1`, [14, 21])]),
    verdicts: new Map([
      say('1', `${me}.1`, { fix: { spans: [[0, 6]] }, note: 'With its colon' }),
      say('2', `${me}.2`, {}),
      say('3', `${other}.1`, { decision: 'reject' }),
    ]),
  })
  await put('c', {
    annotations: new Map([mark(`${me}.9`, [14, 21])]),
    verdicts: new Map([say('9', `${me}.9`, { decision: 'reject' })]),
  })

  const mine = await ana.read<Corrections>('/api/projects/p/corrections')
  expect(mine.articles.map(({ title, items }) => [title, items.map(({ annotation }) => annotation.id)])).toEqual([
    ['Article a', [`${me}.1`]],
    ['Article c', [`${me}.9`]],
  ])
  const [item] = mine.articles[0]?.items ?? []
  expect(item).toMatchObject({ outcome: 'accepted', verdicts: [{ note: 'With its colon' }] })
  expect([item?.words[keyOfSpans([[0, 5]])], item?.words[keyOfSpans([[0, 6]])]]).toEqual(['Putin', 'Putin:'])
  expect([mine.people.map(({ name }) => name), mine.next, mine.total]).toEqual([['Olga'], null, 3])
  expect((await ana.read<Corrections>('/api/projects/p/corrections?from=1')).articles.map(({ id }) => id)).toEqual([
    'c',
  ])

  // Ben has only what is about his, and whoever asks amiss is told.
  const his = await ben.read<Corrections>('/api/projects/p/corrections')
  expect(his.articles.map(({ id, items }) => [id, items.length])).toEqual([['a', 1]])
  expect((await owner.read<Corrections>('/api/projects/p/corrections')).articles).toEqual([])
  const amiss = await ana.get('/api/projects/p/corrections?from=-1')
  expect([amiss.status, await problemOf(amiss)]).toEqual([422, expect.stringContaining('from')])
})
