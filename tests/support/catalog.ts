/** The catalog on a database of its own, for tests that need no server. */
import { onTestFinished } from 'vitest'
import { openCatalog } from '../../apps/server/src/store/catalog.ts'
import { openSqlite } from '../../apps/server/src/store/sqlite.ts'
import { temporaryFile } from './files.ts'

/** With the project `p`, which Ada owns. */
export async function openOwned() {
  const { db, close } = await openSqlite(temporaryFile())
  onTestFinished(close)
  const catalog = await openCatalog(db)
  await catalog.people.join('ada', 'Ada')
  const labelSet = { id: 'set', name: 'Set', version: 1, kinds: [], relations: [] }
  const project = { id: 'p', name: 'Project', mode: 'open', joining: 'invited', peersJudge: true } as const
  await catalog.projects.add({ ...project, labelSet, guidelines: '' }, 'ada')
  return { db, catalog }
}
