/** Counts what the records of a project use, an article at a time. */
import type { Annotation } from '@attest/schema/annotation'
import { type Census, CensusCount, countRecords } from '@attest/schema/label-mapping'
import { isHidden } from '@attest/schema/layer'
import { emptyRecords, type Records } from '@attest/schema/room'
import { quotesOf } from '@attest/schema/span'
import type { RoomRecords } from '../articles/annotated.ts'
import { addAll } from '../blind/layers.ts'
import type { Catalog } from '../store/catalog.ts'
import { DamagedRoom } from '../store/store.ts'

/** So much of the words under a mark is given with an example. */
const QUOTE_LENGTH = 120

export async function takeCensus(
  { catalog, rooms }: { catalog: Catalog; rooms: RoomRecords },
  projectId: string,
): Promise<Census> {
  const count = new CensusCount()
  const unread: Census['unread'] = []
  let articles = 0
  for await (const { id, title } of articlesOf(catalog, projectId)) {
    articles++
    try {
      const records = await recordsToLabel({ catalog, rooms }, id)
      if (records.annotations.size + records.relations.size === 0) continue
      // One that was deleted counts, because it may come back, and there is nothing to be looked at.
      const text = (await catalog.articles.find(id))?.text
      const exampleOf = ({ id: mark, spans }: Annotation) => {
        if (text === undefined) return undefined
        const quote = quotesOf(text, spans).join(' … ').slice(0, QUOTE_LENGTH).toWellFormed()
        return { article: id, title, mark, quote }
      }
      countRecords(count, records, exampleOf)
    } catch (error) {
      if (!(error instanceof DamagedRoom)) throw error
      unread.push({ article: id, title })
    }
  }
  return count.result(articles, unread)
}

/** The rooms of an article whose records go by the labels: what was before a reveal stays as it was. */
export async function roomsToLabel(catalog: Catalog, article: string): Promise<string[]> {
  if (!isHidden(await catalog.reveals.stateOf(article))) return [article]
  return [article, ...(await catalog.reveals.layerRooms(article)).map(({ room }) => room)]
}

async function recordsToLabel(
  { catalog, rooms }: { catalog: Catalog; rooms: RoomRecords },
  article: string,
): Promise<Records> {
  const records = emptyRecords()
  for (const room of await roomsToLabel(catalog, article)) addAll(records, await rooms.records(room))
  return records
}

/** All articles of a project in the order of their ids, from after `last`. */
export async function* articlesOf(
  catalog: Catalog,
  projectId: string,
  last = '',
): AsyncGenerator<{ id: string; title: string }> {
  for (let after = last; ; ) {
    const some = await catalog.labels.articlesAfter(projectId, after)
    yield* some
    const end = some.at(-1)
    if (!end) return
    after = end.id
  }
}
