/** What the steps of an import of marks have in common: where its files lie, and when nothing may be written. */
import { join } from 'node:path'
import type { RoomRecords } from '../articles/annotated.ts'
import type { Reader } from '../articles/reader.ts'
import type { Catalog } from '../store/catalog.ts'
import type { StoredImport } from '../store/mark-imports.ts'
import type { LandedLayer } from './mark-reading.ts'

export interface ImportWorld {
  catalog: Catalog
  rooms: RoomRecords
  reader: Reader
  /** Where files lie that are not decided about, and what came of them. */
  folder: string
  /** Aborted when the server ends: what was begun is gone on with at the next start. */
  stopping: AbortSignal
}

/** Where it stands what is to be written. */
export function planOf({ folder }: ImportWorld, id: string): string {
  return join(folder, `${id}.plan`)
}

/** The file that layers are named after. */
export async function fileOf({ catalog }: ImportWorld, one: StoredImport): Promise<string> {
  const files = await catalog.markImports.files(one.id)
  return files.length === 1 ? (files[0]?.name ?? one.name) : one.name
}

/** What its layers are called: each otherwise than any other of the project, so that people can tell them apart. */
export async function namedLayers(
  world: ImportWorld,
  one: StoredImport,
  layers: readonly LandedLayer[],
): Promise<(LandedLayer & { name: string; title: string; file: string })[]> {
  const file = await fileOf(world, one)
  const taken = await world.catalog.sources.titles(one.projectId)
  return layers
    .filter(({ imported }) => imported > 0)
    .map((layer) => {
      const name = layer.name ?? file
      const model = `${name} ${layer.prediction?.version ?? ''}`.trim()
      const plain = model === file ? file : `${model} (${file})`
      let title = plain
      for (let i = 2; taken.has(title); i++) title = `${plain} ${i}`
      taken.add(title)
      return { ...layer, name, title, file }
    })
}

/** What a report says of a layer. */
export function toldLayer({ name, title, imported, prediction }: Awaited<ReturnType<typeof namedLayers>>[number]) {
  return { name, title, imported, isPrediction: prediction !== null }
}

/** Why nothing may be written into an article, as a sentence; null where it may. */
export async function closedBecause(
  { catalog }: Pick<ImportWorld, 'catalog'>,
  projectId: string,
  id: string,
  { mayBeDeleted = false } = {},
): Promise<string | null> {
  const { articles, signOffs, reveals, revisions } = catalog
  const [named] = await articles.titles([id])
  const article = await articles.find(id)
  if (!article && mayBeDeleted) return null
  if (!article || article.projectId !== projectId) return `The article “${named?.title ?? id}” is not there any more.`
  if ((await signOffs.of(id)) !== null) return `“${article.title}” is signed off. Reopen it first, and say why.`
  if ((await revisions.newer(id)) !== null) return `“${article.title}” has a newer revision.`
  if ((await reveals.stateOf(id)) === 'revealing') return `“${article.title}” is being revealed. Please wait a moment.`
  return null
}
