import { blocksOf, hashText } from '@attest/schema/article'
import { expect, it, onTestFinished } from 'vitest'
import { temporaryFile } from '../../../../tests/support/files.ts'
import { openCatalog } from './catalog.ts'
import { purge } from './purge.ts'
import { openSqlite } from './sqlite.ts'

const DAY = 24 * 60 * 60_000
const text = 'A title\nSome words.'

/** Two projects of Ada's, `p` with the articles `a` and `b`, and `q` with `c`; each has a room with a log. */
async function openTown() {
  const { db, log, close } = await openSqlite(temporaryFile())
  onTestFinished(close)
  const catalog = await openCatalog(db)
  await catalog.people.join('ada', 'Ada')
  const labelSet = { id: 'set', name: 'Set', version: 1, kinds: [], relations: [] }
  for (const id of ['p', 'q'])
    await catalog.projects.add(
      { id, name: id, mode: 'open', joining: 'invited', peersJudge: true, labelSet, guidelines: '' },
      'ada',
    )
  for (const [id, projectId] of [
    ['a', 'p'],
    ['b', 'p'],
    ['c', 'q'],
  ] as const) {
    const content = { title: 'A title', language: null, direction: 'auto', text, sha256: hashText(text) } as const
    await catalog.articles.add({ ...content, blocks: blocksOf(text), inlines: [], id, projectId })
    await log.append(
      [{ room: id, update: new Uint8Array([1]), person: 'ada' }],
      [{ room: id, client: 1, person: 'ada' }],
    )
    await log.writeSnapshot(id, 1, new Uint8Array([2]))
    await db.insertInto('room_count').values({ room: id, seq: 1, figures: '{}' }).execute()
  }
  const left = async () => {
    const rooms = await db.selectFrom('room').select('name').orderBy('name').execute()
    const tables = await Promise.all(
      (['room_update', 'room_snapshot', 'room_client', 'room_count'] as const).map((table) =>
        db.selectFrom(table).select('room').orderBy('room').execute(),
      ),
    )
    // Of each room there is all or nothing.
    for (const rows of tables) expect(rows.map((row) => row.room)).toEqual(rooms.map((row) => row.name))
    const articles = await db.selectFrom('article').select('id').orderBy('id').execute()
    expect(articles.map((row) => row.id)).toEqual(rooms.map((row) => row.name))
    const projects = await db.selectFrom('project').select('id').orderBy('id').execute()
    return [...projects.map((row) => row.id), ...rooms.map((row) => row.name)].join('')
  }
  return { db, catalog, left }
}

it('takes nothing that can still be brought back', async () => {
  const { db, catalog, left } = await openTown()
  await catalog.projects.remove('q', 'ada')
  await catalog.articles.remove('a', 'ada')
  expect(await purge(db, Date.now() + 29 * DAY)).toEqual({ projects: 0, articles: 0 })
  expect(await left()).toBe('pqabc')
  expect(await catalog.projects.restore('q', 'ada')).toBe(true)
  await catalog.articles.restore('a', 'ada')
  await purge(db, Date.now() + 31 * DAY)
  expect(await left()).toBe('pqabc')
})

it('takes an article after thirty days with the log of its room, and nothing else of its project', async () => {
  const { db, catalog, left } = await openTown()
  await catalog.articles.remove('a', 'ada')
  expect(await purge(db, Date.now() + 31 * DAY)).toEqual({ projects: 0, articles: 1 })
  expect(await left()).toBe('pqbc')
  expect(await catalog.audit.entries('p', { limit: 1 })).toMatchObject([{ act: 'article.purge', subject: 'a' }])
})

it('takes a project with all its articles, members and notes, and says so in the log of the workspace', async () => {
  const { db, catalog, left } = await openTown()
  await catalog.projects.remove('p', 'ada')
  await purge(db, Date.now() + 31 * DAY)
  expect(await left()).toBe('qc')
  expect(await db.selectFrom('member').select('project_id').execute()).toEqual([{ project_id: 'q' }])
  expect(await catalog.audit.entries('p', { limit: 1 })).toEqual([])
  expect(await catalog.audit.entries(null, { limit: 1 })).toMatchObject([{ act: 'project.purge', detail: 'p' }])
  expect(await catalog.projects.restore('p', 'ada')).toBe(false)
})

it('goes on where it was cut short, and leaves nothing half done', async () => {
  const { db, catalog, left } = await openTown()
  await catalog.projects.remove('p', 'ada')
  // The second article cannot go, as when the process ends there.
  await db.schema
    .createTable('holder')
    .addColumn('article', 'text', (column) => column.references('article.id'))
    .execute()
  const holder = db.withTables<{ holder: { article: string } }>()
  await holder.insertInto('holder').values({ article: 'b' }).execute()
  await expect(purge(db, Date.now() + 31 * DAY)).rejects.toThrow()
  expect(await left()).toBe('pqbc')
  await holder.deleteFrom('holder').execute()
  expect(await purge(db, Date.now() + 31 * DAY)).toEqual({ projects: 1, articles: 1 })
  expect(await left()).toBe('qc')
})
