/** Writes what was tried: all of it or nothing, through the rooms, so that it is in every open page at once. */
import { Unreadable } from '../articles/report.ts'
import { type NewArticle, OF_A_FILE, type StoredImport } from '../store/mark-imports.ts'
import type { NewSource } from '../store/sources.ts'
import { DamagedRoom } from '../store/store.ts'
import { closedBecause, type ImportWorld, namedLayers, planOf, toldLayer } from './import-world.ts'
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
  const articles = new Map<string, { article: string; isNew: boolean; layers: Set<string> }>()
  let layers: LandedLayer[] | null = null
  for await (const line of readPlan(planOf(world, one.id))) {
    if (line.is === 'end') layers = line.layers
    if (line.is !== 'article') continue
    const known = articles.get(line.article)
    for (const layer of line.layers) known?.layers.add(layer)
    if (known) continue
    articles.set(line.article, { article: line.article, isNew: line.content !== null, layers: new Set(line.layers) })
  }
  if (!layers) return 'What was tried is not there any more. Please try it again.'
  for (const { article, isNew } of articles.values()) {
    const problem = isNew ? null : await closedBecause(world, one.projectId, article)
    if (problem !== null) return problem
  }
  const named = await namedLayers(world, one, layers)
  const sources = named.map(
    ({ id, name, title, prediction, file }): NewSource => ({
      id,
      projectId: one.projectId,
      kind: prediction ? 'prediction' : 'import',
      name,
      title,
      format: one.reading?.format ?? null,
      file,
      ...(prediction && { model: name, version: prediction.version }),
      importId: one.id,
      by: one.person,
    }),
  )
  if (!(await markImports.begin(one, { sources, articles: [...articles.values()], layers: named.map(toldLayer) })))
    return 'This import is being written already.'
  return null
}

/** Goes on where it was: what is there already stays as it is. False where the server ends before it is over. */
export async function write(world: ImportWorld, one: StoredImport): Promise<boolean> {
  const { catalog, rooms, stopping } = world
  const { markImports, suggestions } = catalog
  const done = new Set((await markImports.articles(one.id)).flatMap(({ article, isDone }) => (isDone ? [article] : [])))
  const fresh = new Map<string, NewArticle>()
  const proposed = await proposedIn(world, one)
  let last: string | null = null
  for await (const line of readPlan(planOf(world, one.id))) {
    if (stopping.aborted) return false
    if (line.is === 'article') {
      const content = contentOf(line)
      const article = content && { ...content, id: line.article, projectId: one.projectId }
      if (article) fresh.set(line.article, { article, layers: line.layers, proposed: proposed.get(line.article) ?? [] })
    }
    if (line.is !== 'records') continue
    if (last !== null && last !== line.article && !done.has(last)) await markImports.setDone(one.id, last, true)
    const isFirst = last !== line.article
    last = line.article
    if (done.has(line.article)) continue
    if (!fresh.has(line.article)) {
      const problem = await closedBecause(world, one.projectId, line.article)
      if (problem !== null) throw new Unreadable(`${problem} Nothing of this import was kept.`)
      // A page asks for the scores when it sees the first of the marks.
      for (const { layer, scores } of isFirst ? (proposed.get(line.article) ?? []) : [])
        await suggestions.put(line.article, one.person, { source: layer, askedOf: OF_A_FILE, scores })
    }
    await rooms.putMissing(line.article, recordsOf(line), one.person).catch((error: unknown) => {
      if (!(error instanceof DamagedRoom)) throw error
      throw new Unreadable('What is stored of the marks of an article is damaged. Nothing of this import was kept.')
    })
  }
  await markImports.finish(one, [...fresh.values()])
  return true
}

/** What models have proposed in each article, with their scores; looked for only where there is such a layer. */
async function proposedIn(world: ImportWorld, one: StoredImport): Promise<Map<string, NewArticle['proposed']>> {
  const proposed = new Map<string, NewArticle['proposed']>()
  if (!one.report?.layers.some(({ isPrediction }) => isPrediction)) return proposed
  for await (const line of readPlan(planOf(world, one.id))) {
    if (line.is !== 'scores') continue
    const there = proposed.get(line.article) ?? []
    proposed.set(line.article, there)
    const known = there.find(({ layer }) => layer === line.layer)
    // Several documents may go into one article.
    if (known) for (const score of line.scores) known.scores.push(score)
    else there.push({ layer: line.layer, scores: line.scores })
  }
  return proposed
}
