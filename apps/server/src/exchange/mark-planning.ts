/** What is in the files of an import, and what would come of it: read, matched with articles, and written down as a plan. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { FoundDocumentTold, MarkReading, MarkReport, MarkTrial, Placement } from '@attest/schema/exchange-api'
import { withChoices } from '@attest/schema/formats/mapping'
import type { LabelSet } from '@attest/schema/labelset'
import { canManage } from '@attest/schema/roles'
import { unpack } from '../articles/archive.ts'
import { Unreadable } from '../articles/report.ts'
import { newId } from '../store/id.ts'
import type { StoredImport } from '../store/mark-imports.ts'
import { closedBecause, type ImportWorld, namedLayers, planOf, toldLayer } from './import-world.ts'
import type { FoundDocumentSummary, FoundMarks, MarksGiven } from './mark-reading.ts'
import { PlanWriter } from './plan-file.ts'

const MB = 1024 * 1024

const UNPACKED = { entries: 5000, fileBytes: 48 * MB, totalBytes: 128 * MB, ratio: 200 }
/** Of all articles together that marks go into. */
const MOST_TEXT = 64 * MB
const MOST_ARTICLES = 1000
const MOST_KNOWN = 5

/** Finds out what is in the files, and what it may stand for here. */
export async function readFiles(world: ImportWorld, one: StoredImport): Promise<void> {
  const { catalog, reader } = world
  const project = await projectOf(world, one)
  const { given, notes } = await filesOf(world, one)
  let found = await reader.marks(given, { labelSet: project.labelSet, texts: [] })
  const documents = await match(world, one, found)
  const texts = await textsOf(
    world,
    documents.filter(({ length }) => length === null),
  )
  if (texts.length > 0 && one.article === null) found = await reader.marks(given, { labelSet: project.labelSet, texts })
  const { documents: _, ...rest } = found
  const reading: MarkReading = {
    ...rest,
    notes: [...notes, ...found.notes, ...(await cameBefore(world, one))],
    documents,
    documentCount: documents.length,
  }
  await catalog.markImports.move(one.id, ['reading'], 'read', { reading, trial: trialFor(one, reading) })
}

/** What somebody had mapped before the files were read again holds for the words that are still there. */
function trialFor({ trial }: StoredImport, { mapping }: MarkReading): MarkTrial | null {
  return trial?.mapping ? { mapping: withChoices(mapping, trial.mapping), placements: [] } : null
}

/** The same file twice would be the same marks twice, as layers of their own. */
async function cameBefore({ catalog }: ImportWorld, one: StoredImport): Promise<string[]> {
  const found = await catalog.markImports.cameBefore(one.id, one.projectId)
  const first = new Map(found.map(({ file, by }) => [file, by]))
  return Array.from(first)
    .slice(0, MOST_KNOWN)
    .map(
      ([file, by]) => `${by} has imported a file “${file}” of this size here already. Its marks would come in twice.`,
    )
}

/** Finds out what would come of it, and writes that down for the commit. */
export async function tryOut(world: ImportWorld, one: StoredImport): Promise<void> {
  const { catalog, reader } = world
  const project = await projectOf(world, one)
  const { reading, trial } = one
  if (!reading) throw new Unreadable('These files were not read yet.')
  const chosen = new Map(trial?.placements.map(({ number, placement }) => [number, placement]))
  const targets: { number: number; article: string; title: string; text: string | null }[] = []
  const texts = await articlesOf(world, one, reading, chosen)
  for (const { number, newTitle, placement, problem } of reading.documents) {
    const to = chosen.get(number) ?? placement
    if (to.to === 'nowhere') continue
    if (to.to === 'new') {
      if (problem !== null) throw new Unreadable(problem)
      if (one.article !== null) throw new Unreadable('This import is for one article, so it makes no new ones.')
      targets.push({ number, article: newId(), title: newTitle, text: null })
    } else {
      const article = texts.get(to.article)
      if (!article) throw new Unreadable('One of the articles that were chosen is not there (any more).')
      targets.push({ number, article: to.article, ...article })
    }
  }
  if (targets.length === 0) throw new Unreadable('None of the texts is to go anywhere.')
  const { given } = await filesOf(world, one)
  const plan = await PlanWriter.open(planOf(world, one.id))
  try {
    const to = {
      labelSet: project.labelSet,
      mapping: trial?.mapping ?? reading.mapping,
      targets,
      people: await peopleOf(world, one.projectId),
      base: newId(),
      at: Date.now(),
    }
    const { format: _, layers, ...report } = await reader.land(given, to, (lines) => plan.write(lines))
    await plan.finish()
    const told: MarkReport = {
      ...report,
      articles: report.articles.slice(0, MOST_ARTICLES),
      layers: (await namedLayers(world, one, layers)).map(toldLayer),
    }
    const labels = JSON.stringify(project.labelSet)
    await catalog.markImports.move(one.id, ['trying'], 'tried', { report: told, labels })
  } catch (error) {
    await plan.drop()
    throw error
  }
}

/** The files as the reader gets them: what is in archives in their place. */
async function filesOf(
  { catalog, folder }: ImportWorld,
  one: StoredImport,
): Promise<{ given: MarksGiven; notes: string[] }> {
  const notes: string[] = []
  const files: { name: string; bytes: Uint8Array }[] = []
  let total = 0
  const stored = await catalog.markImports.files(one.id)
  if (stored.length === 0) throw new Unreadable('No file has been sent yet.')
  const add = (name: string, bytes: Uint8Array) => {
    total += bytes.byteLength
    if (total > UNPACKED.totalBytes)
      throw new Unreadable(
        `These files are larger than ${UNPACKED.totalBytes / MB} MB together. Please bring them in parts.`,
      )
    files.push({ name, bytes })
  }
  for (const { id, name } of stored) {
    const bytes = await readFile(join(folder, id)).catch(() => {
      throw new Unreadable('The files are not on the server any more. Please send them again.')
    })
    if (bytes.subarray(0, 4).toString('latin1') !== 'PK\x03\x04') {
      add(name, bytes)
      continue
    }
    const limits = { ...UNPACKED, totalBytes: UNPACKED.totalBytes - total }
    const prefix = stored.length > 1 ? `${name.replace(/\.zip$/i, '')}/` : ''
    await unpack(
      bytes,
      async (file) => {
        if ('bytes' in file) add(prefix + file.name, file.bytes)
        else if (file.problem !== '') notes.push(`${name} › ${file.name}: ${file.problem}`)
      },
      limits,
      (entry) =>
        /\.(png|jpe?g|gif|svg|pdf|docx|class|jar|bin|ser|ico|woff2?)$/i.test(entry) ? 'It is no text.' : null,
    )
  }
  if (files.length === 0) throw new Unreadable(`There is nothing in it that can be read. ${notes[0] ?? ''}`.trim())
  const article = one.article === null ? null : await catalog.articles.find(one.article)
  return { given: { files, choices: one.choices, text: article?.text ?? null }, notes: notes.slice(0, 50) }
}

/** Which document is about which article, and what is to be done with the others. */
async function match(world: ImportWorld, one: StoredImport, { documents }: FoundMarks): Promise<FoundDocumentTold[]> {
  const { articles } = world.catalog
  const known = await articles.textsIn(one.projectId)
  const byHash = new Map(known.map((article) => [article.sha256, article]))
  const byId = new Map(known.map((article) => [article.id, article]))
  const byTitle = new Map(known.map((article) => [article.title, article]))
  const chosen = one.article === null ? null : byId.get(one.article)
  const told: FoundDocumentTold[] = []
  for (const document of documents) {
    const match = chosen
      ? matchOne(document, chosen, documents.length)
      : (matchBy('text', document.hashes, byHash) ??
        matchBy('id', document.ids, byId) ??
        matchBy('title', [document.title ?? '', document.newTitle], byTitle))
    const closed = match ? await closedBecause(world, one.projectId, match.article) : null
    // Of one with the same title and another text nobody knows whether it is the same.
    const isSure = match !== null && (match.by !== 'title' || document.length === null)
    const placement: Placement =
      match && isSure && !closed
        ? { to: 'article', article: match.article }
        : document.problem === null && !chosen && !(match && isSure)
          ? { to: 'new' }
          : { to: 'nowhere' }
    const { hashes: _, ids: __, ...rest } = document
    told.push({ ...rest, match, closed, placement })
  }
  return told
}

async function textsOf(
  { catalog }: ImportWorld,
  documents: readonly FoundDocumentTold[],
): Promise<{ number: number; text: string }[]> {
  const found: { number: number; text: string }[] = []
  let length = 0
  for (const { number, match } of documents) {
    const article = match && (await catalog.articles.find(match.article))
    if (!article) continue
    length += article.text.length
    if (length > MOST_TEXT) break
    found.push({ number, text: article.text })
  }
  return found
}

async function articlesOf(
  world: ImportWorld,
  one: StoredImport,
  reading: MarkReading,
  chosen: ReadonlyMap<number, Placement>,
): Promise<Map<string, { title: string; text: string }>> {
  const found = new Map<string, { title: string; text: string }>()
  let length = 0
  for (const { number, placement } of reading.documents) {
    const to = chosen.get(number) ?? placement
    if (to.to !== 'article' || found.has(to.article)) continue
    const article = await world.catalog.articles.find(to.article)
    // An import for one article goes nowhere else.
    if (!article || article.projectId !== one.projectId || (one.article ?? article.id) !== article.id) continue
    const problem = await closedBecause(world, one.projectId, article.id)
    if (problem !== null) throw new Unreadable(problem)
    length += article.text.length
    if (length > MOST_TEXT)
      throw new Unreadable('These marks are for too many articles at once. Please bring them in parts.')
    found.set(article.id, { title: article.title, text: article.text })
  }
  return found
}

async function projectOf({ catalog }: ImportWorld, one: StoredImport): Promise<{ labelSet: LabelSet }> {
  const role = catalog.roles.of(one.projectId, one.person)
  if (!role || !canManage(role)) throw new Unreadable('Whoever began this import does not own the project any more.')
  const project = await catalog.projects.find(one.projectId)
  if (!project) throw new Unreadable('The project is not there any more.')
  return project
}

interface Known {
  id: string
  title: string
}

function matchBy(
  by: 'text' | 'id' | 'title',
  keys: readonly string[],
  known: ReadonlyMap<string, Known>,
): FoundDocumentTold['match'] {
  for (const key of keys) {
    const found = key === '' ? undefined : known.get(key)
    if (found) return { by, article: found.id, title: found.title }
  }
  return null
}

/** Of several texts only those are about the article that was chosen that are its own, or have none. */
function matchOne(
  { hashes, length }: FoundDocumentSummary,
  chosen: Known & { sha256: string },
  count: number,
): FoundDocumentTold['match'] {
  const isAbout = count === 1 || length === null || hashes.includes(chosen.sha256)
  return isAbout ? { by: 'chosen', article: chosen.id, title: chosen.title } : null
}

/** Whom comments may mention: who can read them. */
async function peopleOf({ catalog }: ImportWorld, project: string): Promise<{ id: string; name: string }[]> {
  const members = await catalog.members.of(project)
  return members.flatMap(({ id, name, canSignIn }) => (canSignIn ? [{ id, name }] : []))
}
