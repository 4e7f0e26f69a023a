/** Signing off and reopening, over HTTP: what the page says is open is looked up anew, and who worked on it is told. */
import type { ArticlePage } from '@attest/schema/api'
import type { Article } from '@attest/schema/article'
import type { Comment } from '@attest/schema/comment'
import type { Role } from '@attest/schema/roles'
import { emptyRecords, type Records } from '@attest/schema/room'
import type { Reopening } from '@attest/schema/signoff'
import type { Verdict } from '@attest/schema/verdict'
import type { ArticleWork, Disputed, ProjectWork } from '@attest/schema/work'
import { expect, it } from 'vitest'
import { type Browser, openServer, problemOf } from './support.ts'

async function openTeam(articles: readonly string[]) {
  const server = await openServer()
  const sample = await server.catalog.projects.find('sample')
  const text = (await server.catalog.articles.find('syria-airstrikes-2015')) as Article
  if (!sample) throw new RangeError('the sample is missing')
  const owner = server.browser()
  const { id } = await owner.join('Owner')
  await server.catalog.projects.add({ ...sample, id: 'p', joining: 'invited' }, id)
  for (const article of articles)
    await server.catalog.articles.add({ ...text, id: article, projectId: 'p', title: article })
  const joins = async (name: string, role: Role) => {
    const browser = server.browser()
    const me = await browser.join(name)
    await server.catalog.projects.setRole('p', me.id, role)
    return { ...browser, id: me.id }
  }
  const put = (article: string, records: Partial<Records>) =>
    server.rooms.putRecords(article, { ...emptyRecords(), ...records }, id)
  return { server, owner: { ...owner, id }, joins, put }
}

const claims = (author: string, count: number): Records['annotations'] =>
  new Map(
    Array.from({ length: count }, (_, i) => {
      const id = `${author}.m${i}`
      return [id, { id, author, at: 1, kind: 'claim', spans: [[i * 10, i * 10 + 5]], attributes: {} }]
    }),
  )
const judged = (author: string, on: string, decision: 'accept' | 'reject'): [string, Verdict] => {
  const id = `${author}.${on.replace('.', '-')}`
  return [id, { id, author, at: 2, on, decision }]
}
const said = (author: string, on: string): [string, Comment] => [
  `${author}.c`,
  { id: `${author}.c`, author, at: 3, on, body: 'Is it?' },
]

const step = (who: Browser, step: string, articles: string[], more: object = {}) =>
  who.post('/api/projects/p/work/step', { step, articles, ...more })
const pageOf = (who: Browser, article: string) => who.read<ArticlePage>(`/api/articles/${article}`)
const disputed = (who: Browser) => who.read<Disputed>('/api/work/disputed')
const reopened = (who: Browser) => who.read<Reopening[]>('/api/work/reopened')

it('signs off what has nothing open, and what an owner has a reason for; whoever worked on it is told when it is reopened', async () => {
  const { server, owner, joins, put } = await openTeam(['a'])
  const [ana, ben] = [await joins('Ana', 'annotator'), await joins('Ben', 'annotator')]
  const [rob, rae] = [await joins('Rob', 'reviewer'), await joins('Rae', 'reviewer')]
  await owner.post('/api/projects/p/work/assign', { articles: ['a'], people: [ben.id], how: 'all' })
  await step(ben, 'submit', ['a'])
  await put('a', {
    annotations: claims(ana.id, 3),
    verdicts: new Map([
      judged(rob.id, `${ana.id}.m0`, 'accept'),
      judged(rae.id, `${ana.id}.m0`, 'reject'),
      judged(rob.id, `${ana.id}.m1`, 'accept'),
    ]),
    comments: new Map([said(rae.id, 'article')]),
  })
  // Whoever owns the project is to decide, and nobody else.
  await expect
    .poll(() => disputed(owner), { timeout: 10_000 })
    .toEqual([{ article: 'a', title: 'a', project: { id: 'p', name: expect.any(String) }, marks: 1 }])
  for (const one of [rob, ana]) expect(await disputed(one)).toEqual([])
  const refusal = await step(rob, 'finish', ['a'])
  expect(refusal.status).toBe(409)
  expect(await problemOf(refusal)).toBe(
    'This cannot be signed off yet: 1 mark is disputed, 1 mark is not decided, 1 thread is not resolved. An owner can sign it off all the same.',
  )
  // A reviewer has no say over it, an owner says why.
  expect((await step(rob, 'finish', ['a'], { despite: 'Because.' })).status).toBe(409)
  expect((await step(owner, 'finish', ['a'])).status).toBe(409)
  expect((await pageOf(ana, 'a')).signedOff).toBeUndefined()
  expect((await step(owner, 'finish', ['a'], { despite: 'The paper goes to print.' })).status).toBe(200)
  expect((await pageOf(ana, 'a')).signedOff).toMatchObject({ by: owner.id })
  expect((await ana.read<ArticleWork>('/api/articles/a/work')).signOff).toMatchObject({
    by: owner.id,
    open: { disputed: 1, undecided: 1, threads: 1 },
    reason: 'The paper goes to print.',
  })
  expect((await server.catalog.rooms.roomSetting('a'))?.isSignedOff).toBe(true)
  expect(await disputed(owner)).toEqual([])

  // There is no way around it.
  const assign = { articles: ['a'], people: [ana.id], how: 'all' }
  expect((await owner.post('/api/projects/p/work/assign', assign)).status).toBe(409)
  const restore = { records: [{ root: 'annotations', id: `${ana.id}.gone` }] }
  expect(await problemOf(await owner.post('/api/articles/a/history/restore', restore))).toMatch(/signed off/)

  expect((await step(rob, 'reopen', ['a'])).status).toBe(422)
  expect((await step(ana, 'reopen', ['a'], { note: 'Me' })).status).toBe(403)
  expect((await step(rob, 'reopen', ['a'], { note: 'A <b>name</b> was wrong.' })).status).toBe(200)
  expect((await server.catalog.rooms.roomSetting('a'))?.isSignedOff).toBe(false)
  expect((await pageOf(ana, 'a')).signedOff).toBeUndefined()
  // Ana marked, Ben was assigned, Rae wrote; Rob did it himself, and Vi had nothing to do with it.
  const vi = await joins('Vi', 'viewer')
  for (const one of [ana, ben, rae])
    expect(await reopened(one)).toMatchObject([
      { article: 'a', by: { name: 'Rob' }, reason: 'A <b>name</b> was wrong.' },
    ])
  for (const one of [rob, vi]) expect(await reopened(one)).toEqual([])
  const [news] = await reopened(ana)
  // Saying that one has seen what another was told takes nothing from them.
  expect((await vi.post('/api/work/reopened/seen', { ids: [news?.id] })).status).toBe(204)
  expect((await ana.post('/api/work/reopened/seen', { ids: [news?.id] })).status).toBe(204)
  expect(await reopened(ana)).toEqual([])
  expect(await reopened(ben)).toHaveLength(1)
  const log = await server.catalog.audit.entries('p', { limit: 10, acts: ['article.sign-off', 'article.reopen'] })
  expect(log.map(({ act, subject, detail }) => [act, subject, detail])).toEqual([
    ['article.reopen', 'a', 'A <b>name</b> was wrong.'],
    ['article.sign-off', 'a', 'The paper goes to print.'],
  ])
})

it('signs off those of many that can be, and lets nothing become so by the way', async () => {
  const { server, owner, joins, put } = await openTeam(['whole', 'open', 'two'])
  const [ana, ben] = [await joins('Ana', 'annotator'), await joins('Ben', 'annotator')]
  await put('open', { comments: new Map([said(ana.id, 'article')]) })
  expect(await (await step(owner, 'finish', ['whole', 'open'])).json()).toEqual({ changed: 1, skipped: 1 })
  const states = async () =>
    Object.fromEntries(
      (await owner.read<ProjectWork>('/api/projects/p/work')).articles.map(({ id, state }) => [id, state]),
    )
  expect(await states()).toEqual({ whole: 'done', open: 'todo', two: 'todo' })

  // One of two is done with it; that the other is taken away would sign it off unseen.
  await put('two', { comments: new Map([said(ana.id, 'article')]) })
  await owner.post('/api/projects/p/work/assign', { articles: ['two'], people: [ana.id, ben.id], how: 'all' })
  expect((await step(owner, 'finish', ['two'], { person: ana.id })).status).toBe(200)
  const taken = await owner.post('/api/projects/p/work/unassign', { articles: ['two'], people: [ben.id] })
  expect(await problemOf(taken)).toMatch(/would sign it off/)
  expect((await step(owner, 'finish', ['two'], { person: ben.id })).status).toBe(409)
  expect((await states())['two']).toBe('in-progress')

  // What is blind has been seen by nobody as a whole.
  await server.database.db.updateTable('article').set({ blind: 'blind' }).where('id', '=', 'open').execute()
  expect(await problemOf(await step(owner, 'finish', ['open'], { despite: 'Because.' }))).toMatch(/blind/)
})
