import type { Article } from '@attest/schema/article'
import { addDays, today } from '@attest/schema/days'
import type { Role } from '@attest/schema/roles'
import { emptyRecords, type Records } from '@attest/schema/room'
import type { ArticleWork, Dashboard, MyWork, ProjectWork } from '@attest/schema/work'
import { describe, expect, it, vi } from 'vitest'
import { type Browser, openServer, problemOf, type Server } from './support.ts'

interface Worker extends Browser {
  id: string
}

interface Team {
  server: Server
  owner: Worker
  /** By role, then by name. */
  joins: (name: string, role: Role) => Promise<Worker>
  articles: string[]
  work: (as?: Browser) => Promise<ProjectWork>
  dashboard: (as?: Browser, zone?: string) => Promise<Dashboard>
  stateOf: (article: string) => Promise<string>
  /** Puts marks into an article, as if each had been made by their author. */
  marks: (article: string, records: Partial<Records>, person: string) => Promise<void>
}

async function openTeam(articleCount: number): Promise<Team> {
  const server = await openServer()
  const owner = server.browser()
  const { id } = await owner.join('Owner')
  const sample = await server.catalog.projects.find('sample')
  const text = (await server.catalog.articles.find('syria-airstrikes-2015')) as Article
  if (!sample) throw new RangeError('the sample is missing')
  await server.catalog.projects.add({ ...sample, id: 'p', joining: 'invited' }, id)
  const articles = Array.from({ length: articleCount }, (_, i) => `a${i}`)
  for (const [i, article] of articles.entries())
    await server.catalog.articles.add({ ...text, id: article, projectId: 'p', title: `Article ${i}` })
  return {
    server,
    owner: { ...owner, id },
    articles,
    async joins(name, role) {
      const browser = server.browser()
      const { id } = await browser.join(name)
      await server.catalog.projects.setRole('p', id, role)
      return { ...browser, id }
    },
    work: (as = owner) => as.read<ProjectWork>('/api/projects/p/work'),
    async dashboard(as = owner, zone = 'UTC') {
      const read = () => as.read<Dashboard>(`/api/projects/p/dashboard?zone=${zone}`)
      // The first answer may come before the thread has begun to count.
      return vi.waitUntil(async () => [await read()].find(({ counting }) => counting === 0), 10_000)
    },
    stateOf: async (article) => (await owner.read<ArticleWork>(`/api/articles/${article}/work`)).state,
    marks: (article, records, person) => server.rooms.putRecords(article, { ...emptyRecords(), ...records }, person),
  }
}

const step = (who: Browser, step: string, articles: string[], more: object = {}) =>
  who.post('/api/projects/p/work/step', { step, articles, ...more })
const assign = (who: Browser, articles: string[], people: string[], more: object = {}) =>
  who.post('/api/projects/p/work/assign', { articles, people, how: 'all', ...more })

function claims(author: string, count: number, at = Date.now()): Records['annotations'] {
  return new Map(
    Array.from({ length: count }, (_, i) => {
      const id = `${author}.m${i}`
      return [id, { id, author, at, kind: i % 2 ? 'claim' : 'denial', spans: [[i, i + 1]], attributes: {} }]
    }),
  )
}

describe('assigning', () => {
  it('spreads articles evenly, with as many annotators as are wanted', async () => {
    const { owner, joins, articles, work } = await openTeam(6)
    const people = [await joins('Ana', 'annotator'), await joins('Ben', 'annotator'), await joins('Cy', 'annotator')]
    const ids = people.map(({ id }) => id)
    const answer = await assign(owner, articles, ids, { how: 'even', perArticle: 2, due: '2026-12-24' })
    expect(await answer.json()).toEqual({ changed: 12, skipped: 0 })
    const rows = (await work()).articles
    for (const { assignments } of rows) {
      expect(new Set(assignments.map(({ person }) => person)).size).toBe(2)
      expect(assignments.every(({ due, state }) => due === '2026-12-24' && state === 'todo')).toBe(true)
    }
    for (const id of ids)
      expect(rows.filter(({ assignments }) => assignments.some(({ person }) => person === id))).toHaveLength(4)
    // Again it has nothing to give.
    expect(await (await assign(owner, articles, ids, { how: 'even', perArticle: 2 })).json()).toMatchObject({
      changed: 0,
    })
  })

  it('gives nothing to viewers, to strangers, and in another project', async () => {
    const { server, owner, joins } = await openTeam(1)
    const viewer = await joins('Vi', 'viewer')
    expect(await problemOf(await assign(owner, ['a0'], [viewer.id]))).toMatch(/owners, reviewers and annotators/)
    expect((await assign(owner, ['a0'], ['nobody'])).status).toBe(422)
    // An article of another project is as one that is not there.
    expect(await (await assign(owner, ['syria-airstrikes-2015', 'no-such'], [owner.id])).json()).toEqual({
      changed: 0,
      skipped: 2,
    })
    expect((await server.catalog.work.ofArticle('syria-airstrikes-2015')).assignments).toEqual([])
  })

  it('takes an article from somebody, and gives it to somebody else who begins anew', async () => {
    const { owner, joins, work } = await openTeam(2)
    const [ana, ben] = [await joins('Ana', 'annotator'), await joins('Ben', 'annotator')]
    await assign(owner, ['a0', 'a1'], [ana.id], { due: '2026-12-24' })
    await step(ana, 'start', ['a0'])
    const swap = { article: 'a0', from: ana.id, to: ben.id }
    expect((await owner.post('/api/projects/p/work/reassign', swap)).status).toBe(200)
    expect((await owner.post('/api/projects/p/work/reassign', swap)).status).toBe(409)
    expect((await owner.post('/api/projects/p/work/unassign', { articles: ['a1'], people: [ana.id] })).status).toBe(200)
    const [first, second] = (await work()).articles
    expect(first).toMatchObject({ state: 'todo', assignments: [{ person: ben.id, state: 'todo', due: '2026-12-24' }] })
    expect(second?.assignments).toEqual([])
    expect((await step(ana, 'submit', ['a0'])).status).toBe(403)
  })

  it('notes it for the owners', async () => {
    const { server, owner, joins } = await openTeam(2)
    const ana = await joins('Ana', 'annotator')
    await assign(owner, ['a0', 'a1'], [ana.id])
    await owner.post('/api/projects/p/work/due', { articles: ['a0'], due: '2026-12-24' })
    await step(ana, 'submit', ['a0'])
    const entries = await server.catalog.audit.entries('p', { limit: 10 })
    expect(
      entries.filter(({ act }) => /^work|state/.test(act)).map(({ act, subject, detail }) => [act, subject, detail]),
    ).toEqual([
      ['article.state', 'a0', 'todo → submitted'],
      ['work.due', 'a0', '2026-12-24'],
      ['work.assign', 'p', '2 articles: Ana'],
    ])
  })
})

describe('taking the next one', () => {
  it('gives twenty people who press at once twenty articles', async () => {
    const { joins, work } = await openTeam(20)
    const people = []
    for (let i = 0; i < 20; i++) people.push(await joins(`Person ${i}`, 'annotator'))
    const taken = await Promise.all(people.map((one) => one.post('/api/projects/p/work/next')))
    const ids = await Promise.all(taken.map(async (answer) => ((await answer.json()) as { article: string }).article))
    expect(new Set(ids).size).toBe(20)
    for (const { assignments } of (await work()).articles) expect(assignments).toHaveLength(1)
  })

  it('gives an article to no more than it needs, whoever presses at once', async () => {
    const { owner, joins, work } = await openTeam(3)
    await owner.post('/api/projects/p/work/settings', { perArticle: 2, mayTake: true })
    const people = []
    for (let i = 0; i < 10; i++) people.push(await joins(`Person ${i}`, 'annotator'))
    const taken = await Promise.all(people.map((one) => one.post('/api/projects/p/work/next')))
    expect(taken.filter(({ status }) => status === 201)).toHaveLength(6)
    expect(taken.filter(({ status }) => status === 409)).toHaveLength(4)
    for (const { assignments } of (await work()).articles) expect(assignments).toHaveLength(2)
  })

  it('begins with what is due, goes on with what others have begun, and leaves out what is one’s own or done', async () => {
    const { owner, joins } = await openTeam(4)
    await owner.post('/api/projects/p/work/settings', { perArticle: 2, mayTake: true })
    const [ana, ben] = [await joins('Ana', 'annotator'), await joins('Ben', 'annotator')]
    await assign(owner, ['a2'], [ben.id])
    await step(owner, 'finish', ['a0'])
    await owner.post('/api/projects/p/work/due', { articles: ['a3'], due: '2026-12-24' })
    expect((await ana.read<MyWork>('/api/work')).projects.find(({ id }) => id === 'p')?.takeable).toBe(3)
    const next = async () =>
      ((await (await ana.post('/api/projects/p/work/next')).json()) as { article: string }).article
    expect([await next(), await next(), await next(), await next()]).toEqual(['a3', 'a2', 'a1', undefined])
  })

  it('is for owners to turn off', async () => {
    const { owner, joins } = await openTeam(1)
    const ana = await joins('Ana', 'annotator')
    await owner.post('/api/projects/p/work/settings', { perArticle: 1, mayTake: false })
    expect((await ana.post('/api/projects/p/work/next')).status).toBe(403)
    expect((await ana.read<ProjectWork>('/api/projects/p/work')).takeable).toBe(0)
  })
})

describe('the states', () => {
  it('go from to do to done, back with a note, and the article follows', async () => {
    const { owner, joins, stateOf } = await openTeam(1)
    const [ana, ben] = [await joins('Ana', 'annotator'), await joins('Ben', 'annotator')]
    const rob = await joins('Rob', 'reviewer')
    await assign(owner, ['a0'], [ana.id, ben.id])
    await step(ana, 'start', ['a0'])
    expect(await stateOf('a0')).toBe('in-progress')
    await step(ana, 'submit', ['a0'])
    await step(ana, 'take-back', ['a0'])
    await step(ana, 'submit', ['a0'])
    expect(await stateOf('a0')).toBe('in-progress')
    await step(ben, 'submit', ['a0'])
    expect(await stateOf('a0')).toBe('submitted')
    await step(rob, 'review', ['a0'], { person: ana.id })
    expect((await step(ana, 'take-back', ['a0'])).status).toBe(409)
    expect((await step(rob, 'send-back', ['a0'], { person: ana.id })).status).toBe(422)
    await step(rob, 'send-back', ['a0'], { person: ana.id, note: 'The last paragraph.' })
    const { mine } = await ana.read<ArticleWork>('/api/articles/a0/work')
    expect(mine).toMatchObject({ state: 'in-progress', note: 'The last paragraph.' })
    expect((await ana.read<MyWork>('/api/work')).projects.find(({ id }) => id === 'p')?.items).toMatchObject([
      { article: 'a0', state: 'in-progress', note: 'The last paragraph.' },
    ])
    await step(ana, 'submit', ['a0'])
    expect((await ana.read<ArticleWork>('/api/articles/a0/work')).mine?.note).toBeNull()
    expect(await (await step(rob, 'finish', ['a0'])).json()).toEqual({ changed: 2, skipped: 0 })
    expect(await stateOf('a0')).toBe('done')
    expect((await step(owner, 'reopen', ['a0'], { person: ben.id })).status).toBe(422)
    await step(owner, 'reopen', ['a0'], { person: ben.id, note: 'One paragraph is missing.' })
    expect(await stateOf('a0')).toBe('in-progress')
  })

  it('change for many at once, and say for how many they could not', async () => {
    const { owner, joins, articles, work } = await openTeam(3)
    const ana = await joins('Ana', 'annotator')
    await assign(owner, ['a0', 'a1'], [ana.id])
    await step(ana, 'submit', ['a0'])
    expect(await (await step(owner, 'review', articles)).json()).toEqual({ changed: 1, skipped: 2 })
    expect((await step(owner, 'review', ['a0'])).status).toBe(409)
    expect(await (await step(owner, 'finish', articles)).json()).toEqual({ changed: 3, skipped: 0 })
    expect((await work()).articles.map(({ state }) => state)).toEqual(['done', 'done', 'done'])
  })

  it('stay as they are in an archived project, and take no right from whoever lost it', async () => {
    const { server, owner, joins } = await openTeam(1)
    const ana = await joins('Ana', 'annotator')
    await assign(owner, ['a0'], [ana.id])
    await server.catalog.projects.setRole('p', ana.id, 'viewer')
    expect((await step(ana, 'submit', ['a0'])).status).toBe(403)
  })
})

describe('who sees what', () => {
  it('shows names to those who review, to annotators themselves, to viewers nobody', async () => {
    const { owner, joins, work, dashboard, marks } = await openTeam(1)
    const [ana, ben] = [await joins('Ana', 'annotator'), await joins('Ben', 'annotator')]
    const [rob, val] = [await joins('Rob', 'reviewer'), await joins('Val', 'viewer')]
    await assign(owner, ['a0'], [ana.id, ben.id])
    await marks('a0', { annotations: claims(ana.id, 2) }, ana.id)
    await marks('a0', { annotations: claims(ben.id, 3) }, ben.id)
    const people = async (who: Browser) => (await work(who)).articles[0]?.assignments.map(({ person }) => person)
    expect(await people(rob)).toEqual([ana.id, ben.id].sort())
    expect(await people(ana)).toEqual([ana.id])
    expect(await people(val)).toEqual([])
    expect((await work(ana)).articles[0]?.others).toBe(1)
    const marksOf = async (who: Browser) =>
      Object.fromEntries((await dashboard(who)).progress.map(({ person, marks }) => [person ?? 'others', marks]))
    expect(await marksOf(rob)).toMatchObject({ [ana.id]: 2, [ben.id]: 3 })
    expect(await marksOf(ana)).toEqual({ [ana.id]: 2, others: 3 })
    expect(await marksOf(val)).toEqual({ others: 5 })
    for (const who of [ana, val]) expect(JSON.stringify(await dashboard(who))).not.toContain(ben.id)
    expect(JSON.stringify(await dashboard(val))).not.toContain('Ana')
  })
})

describe('the figures', () => {
  it('count marks by kind and person, and threads that are open, as they change', async () => {
    const { server, owner, joins, marks, dashboard } = await openTeam(2)
    const ana = await joins('Ana', 'annotator')
    await marks('a0', { annotations: claims(ana.id, 3) }, ana.id)
    const remark = { id: `${ana.id}.c`, author: ana.id, at: Date.now(), on: 'article' as const, body: 'Why?' }
    await marks('a0', { comments: new Map([[remark.id, remark]]) }, ana.id)
    const first = await dashboard()
    expect(first).toMatchObject({ counting: 0, totals: { articles: 2, marks: 3, openThreads: 1 } })
    expect(first.kinds.filter((one) => one.marks > 0).map(({ kind, marks }) => [kind, marks])).toEqual([
      ['claim', 1],
      ['denial', 2],
    ])
    const day = today('UTC', Date.now())
    expect(first.days).toEqual([{ day, person: ana.id, marks: 3, reviews: 0 }])
    // The same marks once more, changed: they were made already.
    await marks('a0', { annotations: claims(ana.id, 4) }, ana.id)
    const verdict = {
      id: `${owner.id}.v`,
      author: owner.id,
      at: Date.now(),
      on: `${ana.id}.m0`,
      decision: 'accept' as const,
    }
    await marks('a0', { verdicts: new Map([[verdict.id, verdict]]) }, owner.id)
    const second = await dashboard()
    expect(second.totals.marks).toBe(4)
    expect(second.days.find(({ person }) => person === ana.id)).toMatchObject({ marks: 4, reviews: 0 })
    expect(second.days.find(({ person }) => person === owner.id)).toMatchObject({ marks: 0, reviews: 1 })
    expect(second.hours.reduce((sum, { marks }) => sum + marks, 0)).toBe(4)
    // Thrown away, they are counted anew and the same.
    const { db } = server.database
    await db.deleteFrom('room_count').execute()
    expect(await dashboard()).toEqual(second)
  })

  it('say of what came with a file when it was made, in the days of who looks', async () => {
    const { joins, marks, dashboard, owner } = await openTeam(1)
    const ana = await joins('Ana', 'annotator')
    const day = addDays(today('UTC', Date.now()), -3)
    await marks('a0', { annotations: claims(ana.id, 2, Date.parse(`${day}T23:30:00Z`)) }, owner.id)
    expect((await dashboard()).days).toEqual([{ day, person: ana.id, marks: 2, reviews: 0 }])
    expect((await dashboard(owner, 'Asia/Kathmandu')).days).toMatchObject([{ day: addDays(day, 1), marks: 2 }])
    expect((await owner.get('/api/projects/p/dashboard?zone=Nowhere')).status).toBe(400)
  })

  it('burn down as the states were', async () => {
    const { owner, joins, dashboard, articles } = await openTeam(3)
    const ana = await joins('Ana', 'annotator')
    await assign(owner, articles, [ana.id])
    await step(ana, 'submit', ['a0', 'a1'])
    await step(owner, 'finish', ['a1'])
    const { burnDown, states, days } = await dashboard()
    expect(burnDown.at(-1)).toMatchObject({ open: 1, review: 1, done: 1 })
    expect(states).toEqual({ todo: 1, 'in-progress': 0, submitted: 1, 'in-review': 0, done: 1 })
    expect(days).toMatchObject([{ person: owner.id, marks: 0, reviews: 1 }])
  })

  it('leave out what was deleted', async () => {
    const { server, dashboard, work, marks, owner } = await openTeam(2)
    await marks('a0', { annotations: claims(owner.id, 3) }, owner.id)
    await server.database.db.updateTable('article').set({ deleted_at: 1 }).where('id', '=', 'a0').execute()
    expect((await work()).articles.map(({ id }) => id)).toEqual(['a1'])
    expect((await dashboard()).totals).toMatchObject({ articles: 1, marks: 0 })
    expect((await dashboard()).days).toEqual([])
  })
})
