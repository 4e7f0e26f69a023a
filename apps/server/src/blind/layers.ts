/**
 * What of an article's records somebody may see: the one place that says so, for all that answers with records. Before
 * the reveal of a blind article, whoever reviews sees all, an annotator what they made themselves, a viewer nothing.
 */
import { type BlindState, hasLayer, isHidden, seesHidden } from '@attest/schema/layer'
import type { Role } from '@attest/schema/roles'
import { emptyRecords, type RecordOf, type Records, type Root, roots } from '@attest/schema/room'
import { layerRoom } from '@attest/schema/room-name'
import type { RoomRecords } from '../articles/annotated.ts'
import type { Catalog } from '../store/catalog.ts'

/** Who looks; `role` is what they are in the project, not what they may do in it now. */
export interface Looker {
  person: string
  role: Role
}

export interface LayerParts {
  catalog: Pick<Catalog, 'reveals'>
  rooms: Pick<RoomRecords, 'records'>
}

export async function recordsSeen(
  parts: LayerParts,
  article: string,
  { person, role }: Looker,
): Promise<{ state: BlindState; records: Records }> {
  const { catalog, rooms } = parts
  const state = await catalog.reveals.stateOf(article)
  if (!isHidden(state)) return { state, records: await rooms.records(article) }
  if (seesHidden(role)) return { state, records: await everythingIn(parts, article) }
  const records = emptyRecords()
  if (hasLayer(role))
    for (const room of [layerRoom(article, person), article])
      addAll(records, await rooms.records(room), (author) => author === person)
  return { state, records }
}

/**
 * All that there is of an article, whoever may see it: for what has to heed what everybody has made. After the reveal
 * that is in its own room, and what lies in those of its annotators is of before.
 */
export async function everythingIn(parts: LayerParts, article: string): Promise<Records> {
  const { catalog, rooms } = parts
  if (!isHidden(await catalog.reveals.stateOf(article))) return rooms.records(article)
  const records = await recordsOfLayers(parts, article)
  // What came with a file lies in the article's own room. Never the other way round: whoever asks for the records of a
  // room may share them with others who asked at the same time.
  addAll(records, await rooms.records(article))
  return records
}

/** All that is in the rooms of its annotators: after the reveal, what there was before it. */
export async function recordsOfLayers({ catalog, rooms }: LayerParts, article: string): Promise<Records> {
  const records = emptyRecords()
  // Of those that cannot be read, an owner has decided to do without.
  const leftOut = await catalog.reveals.leftOut(article)
  for (const { room, person } of await catalog.reveals.layerRooms(article))
    if (!leftOut.includes(person)) addAll(records, await rooms.records(room))
  return records
}

/** The room whose history is that of what a person sees; null where they see nothing. */
export function roomSeen(article: string, state: BlindState, { person, role }: Looker): string | null {
  if (!isHidden(state)) return article
  return hasLayer(role) ? layerRoom(article, person) : null
}

/** Those that are there already stay. */
export function addAll(records: Records, more: Records, isWanted: (author: string) => boolean = () => true): void {
  const add = <R extends Root>(root: R) => {
    const to: Map<string, RecordOf[R]> = records[root]
    for (const [id, record] of more[root]) if (!to.has(id) && isWanted(record.author)) to.set(id, record)
  }
  for (const root of roots) add(root)
}
