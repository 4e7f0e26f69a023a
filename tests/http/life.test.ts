/** What becomes of records over time: their history, new revisions of their article, and what owners take out. */
import type { Annotation } from '@attest/schema/annotation'
import type { AuditPage } from '@attest/schema/audit'
import type { ActsPage, Removal, RemovalPreview } from '@attest/schema/history'
import type { Doubt, Revision, RevisionPreview } from '@attest/schema/revision'
import { emptyRecords } from '@attest/schema/room'
import { layerRoom } from '@attest/schema/room-name'
import { quotesOf } from '@attest/schema/span'
import { describe, expect, it } from 'vitest'
import { compact } from '../../apps/server/src/sync/snapshot.ts'
import { type Browser, openServer, problemOf, type Server } from './support.ts'

const text = [
  'The bridge',
  'The old bridge fell on Monday, said the mayor.',
  'Nobody was hurt, the police said later that day.',
  'The last line of it.',
].join('\n')

/** A project with an article, an owner and two who mark it. */
async function openDesk() {
  const server = await openServer()
  const [olga, ada, bo] = [server.browser(), server.browser(), server.browser()] as [Browser, Browser, Browser]
  const owner = await olga.join('Olga')
  const people = { ada: (await ada.join('Ada')).id, bo: (await bo.join('Bo')).id }
  const { id: project } = (await (await olga.post('/api/projects', { name: 'Desk' })).json()) as { id: string }
  for (const id of Object.values(people)) await server.catalog.projects.setRole(project, id, 'annotator')
  const added = await olga.post(`/api/projects/${project}/articles`, { text })
  const { id: article } = (await added.json()) as { id: string }
  return { server, olga, ada, bo, owner, people, project, article }
}

function mark(author: string, name: string, words: string, of = text): Annotation {
  const start = of.indexOf(words)
  if (start < 0) throw new RangeError(`“${words}” is not in the text`)
  return {
    id: `${author}.${name}`,
    kind: 'claim',
    spans: [[start, start + words.length]],
    attributes: {},
    author,
    at: 1,
  }
}

async function put(server: Server, room: string, marks: readonly Annotation[], person: string) {
  const records = emptyRecords()
  for (const one of marks) records.annotations.set(one.id, one)
  await server.rooms.putRecords(room, records, person)
}

async function answerOf<T>(answer: Response): Promise<T> {
  if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`)
  return (await answer.json()) as T
}

describe('the history of an article', () => {
  it('tells every act, filtered and in pages, and goes on where it was', async () => {
    const { server, ada, people, article } = await openDesk()
    await put(server, article, [mark(people.ada, '1', 'old bridge')], people.ada)
    const first = await ada.read<ActsPage>(`/api/articles/${article}/history`)
    expect(first).toMatchObject({ total: 1, next: null, flaw: null, acts: [{ type: 'put', person: people.ada }] })
    await put(server, article, [mark(people.bo, '1', 'Nobody'), mark(people.bo, '2', 'police')], people.bo)
    await server.rooms.removeRecords(article, [{ root: 'annotations', id: `${people.bo}.1` }], people.bo)
    const newest = await ada.read<ActsPage>(`/api/articles/${article}/history?limit=2`)
    expect(newest.acts.map(({ number, type }) => [number, type])).toEqual([
      [4, 'deleted'],
      [3, 'put'],
    ])
    const rest = await ada.read<ActsPage>(`/api/articles/${article}/history?from=${newest.next}`)
    expect(rest.acts.map(({ number }) => number)).toEqual([2, 1])
    const about = await ada.read<ActsPage>(`/api/articles/${article}/history?about=${people.bo}.1&order=oldest`)
    expect(about.acts.map(({ type, isLast }) => [type, isLast])).toEqual([
      ['put', false],
      ['deleted', true],
    ])
    expect((await ada.get(`/api/articles/${article}/history?limit=0`)).status).toBe(422)
    expect((await ada.get(`/api/articles/${article}/history?order=odd`)).status).toBe(422)
  })

  it('lets an owner bring back what was deleted, as it was, and notes it', async () => {
    const { server, olga, people, project, article } = await openDesk()
    const one = mark(people.ada, '1', 'old bridge')
    await put(server, article, [one], people.ada)
    const gone = { root: 'annotations', id: one.id } as const
    await server.rooms.removeRecords(article, [gone], people.ada)
    const back = await olga.post(`/api/articles/${article}/history/restore`, { records: [gone] })
    expect(await answerOf(back)).toEqual({ count: 1 })
    expect((await server.rooms.records(article)).annotations.get(one.id)).toEqual(one)
    expect((await olga.post(`/api/articles/${article}/history/restore`, { records: [gone] })).status).toBe(422)
    const log = await olga.read<AuditPage>(`/api/projects/${project}/audit?act=record`)
    expect(log.entries).toMatchObject([{ act: 'record.restore', subject: article }])
    expect(log.names[article]).toBe('The bridge')
  })

  it('is whole after the room was compacted and the server started anew', async () => {
    const { server, people, article } = await openDesk()
    for (const name of ['1', '2', '3']) await put(server, article, [mark(people.ada, name, 'police')], people.ada)
    await server.rooms.removeRecords(article, [{ root: 'annotations', id: `${people.ada}.2` }], people.ada)
    const { updates, seq } = await server.database.log.read(article)
    await server.database.log.writeSnapshot(article, seq, compact(updates).packed)
    await server.close()
    const again = await openServer({ folder: server.folder })
    const page = await again.history.page(article, { limit: 10 })
    expect(page).toMatchObject({ total: 4, flaw: null })
    expect(page.acts.map(({ type }) => type)).toEqual(['deleted', 'put', 'put', 'put'])
    expect((await again.rooms.records(article)).annotations.size).toBe(2)
  })

  it('is, in a blind article, that of what one sees', async () => {
    const { server, ada, olga, people, article, project } = await openDesk()
    await put(server, article, [mark(people.bo, '1', 'Nobody')], people.bo)
    const stored = await server.catalog.projects.find(project)
    if (!stored) throw new RangeError('no project')
    await server.catalog.projects.add(
      { ...stored, id: 'blind', mode: 'blind' },
      (await olga.read<{ id: string }>('/api/me')).id,
    )
    await server.catalog.projects.setRole('blind', people.ada, 'annotator')
    const found = await server.catalog.articles.find(article)
    if (!found) throw new RangeError('no article')
    await server.catalog.articles.add({ ...found, id: 'hidden', projectId: 'blind' })
    await put(server, layerRoom('hidden', people.bo), [mark(people.bo, '2', 'Nobody')], people.bo)
    const of = (one: Browser, query = '') => one.read<ActsPage>(`/api/articles/hidden/history${query}`)
    expect((await of(ada)).total).toBe(0)
    expect((await of(ada, `?layer=${people.bo}`)).total).toBe(0)
    expect((await of(olga)).total).toBe(0)
    expect((await of(olga, `?layer=${people.bo}`)).acts).toMatchObject([{ id: `${people.bo}.2`, type: 'put' }])
  })
})

const corrected = text
  .replace('The old bridge fell', 'It is now known that the old bridge fell')
  .replace('Nobody was hurt', 'One person was hurt')

describe('a new revision', () => {
  async function revise() {
    const desk = await openDesk()
    const { server, people, article, olga } = desk
    const [sure, doubtful] = [mark(people.ada, 'sure', 'said the mayor'), mark(people.bo, 'doubt', 'Nobody was hurt')]
    await put(server, article, [sure, doubtful], people.ada)
    const records = emptyRecords()
    const base = { author: people.ada, at: 2 }
    records.relations.set(`${people.ada}.r`, {
      id: `${people.ada}.r`,
      type: 'same-as',
      from: sure.id,
      to: doubtful.id,
      ...base,
    })
    records.comments.set(`${people.ada}.c`, { id: `${people.ada}.c`, on: `${people.ada}.r`, body: 'Hm.', ...base })
    records.comments.set(`${people.ada}.d`, { id: `${people.ada}.d`, on: sure.id, body: 'Yes.', ...base })
    records.verdicts.set(`${people.ada}.v`, { id: `${people.ada}.v`, on: doubtful.id, decision: 'accept', ...base })
    await server.rooms.putRecords(article, records, people.ada)
    const answer = await olga.post(`/api/articles/${article}/revisions`, { text: corrected })
    const { id: newer } = await answerOf<{ id: string }>(answer)
    return { ...desk, sure, doubtful, newer }
  }

  it('is previewed with its difference and what would be in doubt, and nothing is kept', async () => {
    const { server, olga, people, project, article } = await openDesk()
    await put(
      server,
      article,
      [mark(people.ada, '1', 'said the mayor'), mark(people.bo, '2', 'Nobody was hurt')],
      people.ada,
    )
    const preview = await answerOf<RevisionPreview>(
      await olga.post(`/api/articles/${article}/revisions/preview`, { text: corrected }),
    )
    expect(preview.counts).toEqual({ marks: 2, sure: 1, doubtful: 1 })
    expect(preview.doubts).toMatchObject([{ reason: 'changed', quotes: ['Nobody was hurt'] }])
    expect(preview.difference[0]).toEqual({ same: 1 })
    expect(JSON.stringify(preview.difference)).toContain('{"is":"added","text":"One"}')
    expect(await olga.read<unknown[]>(`/api/projects/${project}/articles`)).toHaveLength(1)
  })

  it('takes its place in the list, with the marks that are sure and what is about them', async () => {
    const { server, olga, project, article, newer, sure, people } = await revise()
    const list = await olga.read<{ id: string }[]>(`/api/projects/${project}/articles`)
    expect(list.map(({ id }) => id)).toEqual([newer])
    const records = await server.rooms.records(newer)
    expect([...records.annotations.keys()]).toEqual([sure.id])
    const carried = records.annotations.get(sure.id)
    expect(quotesOf(corrected, carried?.spans ?? [])).toEqual(['said the mayor'])
    expect({ ...carried, spans: sure.spans }).toEqual(sure)
    // What is about a mark in doubt waits with it.
    expect([...records.comments.keys()]).toEqual([`${people.ada}.d`])
    expect(records.relations.size + records.verdicts.size).toBe(0)
    const all = await olga.read<Revision[]>(`/api/articles/${article}/revisions`)
    expect(all.map(({ id, number, openDoubts }) => [id, number, openDoubts])).toEqual([
      [article, 1, 0],
      [newer, 2, 1],
    ])
    const page = await olga.read<{ revision: unknown }>(`/api/articles/${article}`)
    expect(page.revision).toEqual({ number: 1, newest: newer })
    // The one before is as it was.
    expect((await server.rooms.records(article)).annotations.size).toBe(2)
  })

  it('lets the author of a mark in doubt decide, and what waited for it comes along', async () => {
    const { server, ada, bo, newer, doubtful, people } = await revise()
    const [doubt] = await bo.read<Doubt[]>(`/api/articles/${newer}/doubts`)
    expect(doubt).toMatchObject({ reason: 'changed', state: 'open', isYours: true })
    expect(await ada.read<Doubt[]>(`/api/articles/${newer}/doubts`)).toMatchObject([{ isYours: false }])
    expect((await ada.post(`/api/articles/${newer}/doubts/${doubtful.id}`, { do: 'keep', proposal: 0 })).status).toBe(
      403,
    )
    const wrong = { do: 'move', spans: [[0, corrected.length + 1]] }
    expect((await bo.post(`/api/articles/${newer}/doubts/${doubtful.id}`, wrong)).status).toBe(422)
    const kept = await bo.post(`/api/articles/${newer}/doubts/${doubtful.id}`, { do: 'keep', proposal: 0 })
    expect(kept.status).toBe(204)
    const records = await server.rooms.records(newer)
    expect(quotesOf(corrected, records.annotations.get(doubtful.id)?.spans ?? [])).toEqual(['One person was hurt'])
    expect(records.annotations.get(doubtful.id)).toMatchObject({ author: people.bo, at: 1 })
    expect([records.relations.size, records.verdicts.size, records.comments.size]).toEqual([1, 1, 2])
    expect((await bo.post(`/api/articles/${newer}/doubts/${doubtful.id}`, { do: 'let-go' })).status).toBe(409)
  })

  it('keeps what was let go of in the tray, to be taken back', async () => {
    const { server, olga, newer, doubtful } = await revise()
    const decide = (body: unknown) => olga.post(`/api/articles/${newer}/doubts/${doubtful.id}`, body)
    await decide({ do: 'let-go' })
    expect(await olga.read<Doubt[]>(`/api/articles/${newer}/doubts`)).toMatchObject([{ state: 'let-go' }])
    expect((await server.rooms.records(newer)).annotations.size).toBe(1)
    await decide({ do: 'reopen' })
    const at = corrected.indexOf('One person')
    expect((await decide({ do: 'move', spans: [[at, at + 10]] })).status).toBe(204)
    const moved = (await server.rooms.records(newer)).annotations.get(doubtful.id)
    expect(quotesOf(corrected, moved?.spans ?? [])).toEqual(['One person'])
  })

  it('brings along what reached the one before only later, once', async () => {
    const { server, bo, article, newer, people, sure } = await revise()
    await put(server, article, [mark(people.bo, 'late', 'last line'), mark(people.bo, 'late2', 'Nobody')], people.bo)
    expect(await bo.read<Doubt[]>(`/api/articles/${newer}/doubts`)).toHaveLength(2)
    const records = await server.rooms.records(newer)
    expect(quotesOf(corrected, records.annotations.get(`${people.bo}.late`)?.spans ?? [])).toEqual(['last line'])
    // What somebody has deleted here since does not come back.
    await server.rooms.removeRecords(newer, [{ root: 'annotations', id: sure.id }], people.ada)
    await put(server, article, [mark(people.bo, 'late3', 'the mayor')], people.bo)
    await bo.read<Doubt[]>(`/api/articles/${newer}/doubts`)
    const after = await server.rooms.records(newer)
    expect(after.annotations.has(sure.id)).toBe(false)
    expect(after.annotations.has(`${people.bo}.late3`)).toBe(true)
  })

  it('is made once of each, and not of the text as it is', async () => {
    const { olga, article, newer } = await revise()
    const again = await olga.post(`/api/articles/${article}/revisions`, { text: `${corrected} More.` })
    expect(again.status).toBe(409)
    expect(await problemOf(again)).toMatch(/newer revision/)
    expect((await olga.post(`/api/articles/${newer}/revisions`, { text: corrected })).status).toBe(422)
    const third = await answerOf<{ id: string }>(await olga.post(`/api/articles/${newer}/revisions`, { text }))
    const all = await olga.read<Revision[]>(`/api/articles/${third.id}/revisions`)
    expect(all.map(({ number }) => number)).toEqual([1, 2, 3])
    expect((await olga.read<{ revision: { newest: string } }>(`/api/articles/${article}`)).revision.newest).toBe(
      third.id,
    )
  })
})

describe('an owner', () => {
  it('takes out the records of a person, sees before how many, and can undo it', async () => {
    const { server, olga, people, project, article } = await openDesk()
    const [one, two] = [mark(people.ada, '1', 'old bridge'), mark(people.ada, '2', 'police')]
    await put(server, article, [one, two, mark(people.bo, '1', 'Nobody')], people.ada)
    const records = emptyRecords()
    const verdict = { id: `${people.bo}.v`, on: one.id, decision: 'accept', author: people.bo, at: 1 } as const
    records.verdicts.set(verdict.id, verdict)
    await server.rooms.putRecords(article, records, people.bo)
    const request = { person: people.ada, article: null, since: null }
    const preview = await answerOf<RemovalPreview>(
      await olga.post(`/api/projects/${project}/removals/preview`, request),
    )
    expect(preview).toMatchObject({ counts: { annotations: 2 }, leftBehind: 1, articles: [{ id: article }] })
    const removal = await answerOf<Removal>(await olga.post(`/api/projects/${project}/removals`, request))
    expect(removal).toMatchObject({ count: 2, of: people.ada, undoneAt: null })
    expect([...(await server.rooms.records(article)).annotations.keys()]).toEqual([`${people.bo}.1`])
    const history = await olga.read<ActsPage>(`/api/articles/${article}/history?type=deleted`)
    expect(history.acts).toHaveLength(2)
    expect((await olga.post(`/api/projects/${project}/removals/${removal.id}/undo`)).status).toBe(204)
    const back = await server.rooms.records(article)
    expect([back.annotations.get(one.id), back.annotations.get(two.id)]).toEqual([one, two])
    expect(await olga.read<Removal[]>(`/api/projects/${project}/removals`)).toMatchObject([
      { id: removal.id, undoneAt: expect.any(Number) },
    ])
    // A second time changes nothing.
    await server.rooms.removeRecords(article, [{ root: 'annotations', id: one.id }], people.ada)
    expect((await olga.post(`/api/projects/${project}/removals/${removal.id}/undo`)).status).toBe(204)
    expect((await server.rooms.records(article)).annotations.has(one.id)).toBe(false)
  })

  it('takes out only what was put since a time', async () => {
    const { server, olga, people, project, article } = await openDesk()
    await put(server, article, [mark(people.ada, '1', 'old bridge')], people.ada)
    const { acts } = await olga.read<ActsPage>(`/api/articles/${article}/history`)
    await new Promise((resolve) => setTimeout(resolve, 5))
    await put(server, article, [mark(people.ada, '2', 'police')], people.ada)
    const request = { person: people.ada, article, since: (acts[0]?.at ?? 0) + 1 }
    await olga.post(`/api/projects/${project}/removals`, request)
    expect([...(await server.rooms.records(article)).annotations.keys()]).toEqual([`${people.ada}.1`])
  })

  it('cannot undo what was taken out of another project', async () => {
    const { olga, ada, project, people } = await openDesk()
    const request = { person: people.ada, article: null, since: null }
    const removal = await answerOf<Removal>(await olga.post(`/api/projects/${project}/removals`, request))
    const { id: other } = await answerOf<{ id: string }>(await olga.post('/api/projects', { name: 'Other' }))
    expect((await olga.post(`/api/projects/${other}/removals/${removal.id}/undo`)).status).toBe(404)
    expect((await ada.post(`/api/projects/${project}/removals/${removal.id}/undo`)).status).toBe(403)
  })
})

describe('the audit log', () => {
  it('has exports, filters and pages, and is a file that no spreadsheet takes for formulas', async () => {
    const { server, olga, ada, owner, project, article } = await openDesk()
    await ada.get(`/api/articles/${article}/export`)
    await server.catalog.audit.note({ act: 'project.rename', project, person: owner.id, detail: '=1+1, "quoted"' })
    const all = await olga.read<AuditPage>(`/api/projects/${project}/audit`)
    const paged: number[] = []
    for (let before = ''; ; ) {
      const page = await olga.read<AuditPage>(`/api/projects/${project}/audit?limit=1${before}`)
      paged.push(...page.entries.map(({ seq }) => seq))
      if (page.next === null) break
      before = `&before=${page.next}`
    }
    expect(paged).toEqual(all.entries.map(({ seq }) => seq))
    const exports = await olga.read<AuditPage>(`/api/projects/${project}/audit?act=article.export`)
    expect(exports.entries).toMatchObject([{ act: 'article.export', subject: article }])
    const file = await olga.get(`/api/projects/${project}/audit.csv?act=project`)
    expect(file.headers.get('content-type')).toMatch(/^text\/csv/)
    expect(file.headers.get('content-disposition')).toMatch(/^attachment/)
    expect(await file.text()).toContain(`"'=1+1, ""quoted"""`)
    expect((await olga.get(`/api/projects/${project}/audit?act=odd`)).status).toBe(422)
  })

  it('tells nothing of one project in another, nor in that of the workspace', async () => {
    const { server, olga, owner, project } = await openDesk()
    await server.catalog.audit.note({ act: 'account.sign-in', person: owner.id })
    const workspace = await olga.read<AuditPage>('/api/audit')
    expect(workspace.entries.every(({ act }) => !act.startsWith('project.'))).toBe(true)
    expect(workspace.entries.some(({ act }) => act === 'account.sign-in')).toBe(true)
    const log = await olga.read<AuditPage>(`/api/projects/${project}/audit`)
    expect(log.entries.some(({ act }) => act === 'account.sign-in')).toBe(false)
  })
})
