/** Writes what was tried: all of it or nothing, through the rooms, so that it is in every open page at once. */
import type { Article } from '@attest/schema/article'
import { Unreadable } from '../articles/report.ts'
import type { StoredImport } from '../store/mark-imports.ts'
import type { NewSource } from '../store/sources.ts'
import { DamagedRoom } from '../store/store.ts'
import { closedBecause, fileOf, type ImportWorld, planOf, titleOf, unnamed } from './import-world.ts'
import type { LandedLayer } from './mark-reading.ts'
import { contentOf, readPlan, recordsOf } from './plan-file.ts'

/** From here on what was tried is written, whatever happens; a sentence where that cannot be, and nothing is written. */
export async function beginWriting(world: ImportWorld, one: StoredImport): Promise<string | null> {
  const { markImports, projects } = world.catalog
  const project = await projects.find(one.projectId)
  if (one.state === 'committing' || one.state === 'done') return 'Somebody has this import written already.'
  if (!project || one.state !== 'tried' || !one.report) return 'This import was not tried yet.'
  if (one.labels !== JSON.stringify(project.labelSet))
    return 'The labels of the project have changed since this was tried. Please try it again.'
  if (one.report.imported === 0) return 'Nothing would come in.'
  const articles: { article: string; isNew: boolean }[] = []
  let layers: LandedLayer[] | null = null
  for await (const line of readPlan(planOf(world, one.id))) {
    if (line.is === 'end') layers = line.layers
    if (line.is === 'article' && !articles.some(({ article }) => article === line.article))
      articles.push({ article: line.article, isNew: line.content !== null })
  }
  if (!layers) return 'What was tried is not there any more. Please try it again.'
  for (const { article, isNew } of articles) {
    const problem = isNew ? null : await closedBecause(world, one.projectId, article)
    if (problem !== null) return problem
  }
  const file = await fileOf(world, one)
  const sources = layers
    .filter(({ imported }) => imported > 0)
    .map(
      ({ id, name }): NewSource => ({
        id,
        projectId: one.projectId,
        kind: 'import',
        name: name ?? unnamed,
        title: titleOf(name, file),
        format: one.reading?.format ?? null,
        file,
        importId: one.id,
        by: one.person,
      }),
    )
  if (!(await markImports.begin(one, sources, articles))) return 'This import is being written already.'
  return null
}

/** Goes on where it was: what is there already stays as it is. False where the server ends before it is over. */
export async function write(world: ImportWorld, one: StoredImport): Promise<boolean> {
  const { rooms, stopping } = world
  const { markImports, sources } = world.catalog
  const done = new Set((await markImports.articles(one.id)).flatMap(({ article, isDone }) => (isDone ? [article] : [])))
  const fresh: Article[] = []
  let last: string | null = null
  for await (const line of readPlan(planOf(world, one.id))) {
    if (stopping.aborted) return false
    if (line.is === 'article') {
      const content = contentOf(line)
      if (content) fresh.push({ ...content, id: line.article, projectId: one.projectId })
    }
    if (line.is !== 'records') continue
    if (last !== null && last !== line.article && !done.has(last)) await markImports.setDone(one.id, last, true)
    last = line.article
    if (done.has(line.article)) continue
    if (!fresh.some(({ id }) => id === line.article)) {
      const problem = await closedBecause(world, one.projectId, line.article)
      if (problem !== null) throw new Unreadable(`${problem} Nothing of this import was kept.`)
    }
    await rooms.putMissing(line.article, recordsOf(line), one.person).catch((error: unknown) => {
      if (!(error instanceof DamagedRoom)) throw error
      throw new Unreadable('What is stored of the marks of an article is damaged. Nothing of this import was kept.')
    })
  }
  await markImports.finish(
    one,
    fresh,
    (await sources.ofImport(one.id)).map(({ id }) => id),
  )
  return true
}
