/**
 * Takes a person's records out of rooms, and puts them back. What goes is noted first, and the gate lets nobody put it
 * again from then on: neither an undo nor a change that was made off line brings it back behind the owner's back.
 */
import type { RecordCounts, Removal, RemovalPreview, RemovalRequest } from '@attest/schema/history'
import {
  emptyRecords,
  parseRecord,
  type RecordOf,
  type Records,
  type Root,
  readRecordKey,
  roots,
} from '@attest/schema/room'
import { layerRoom, readRoomName } from '@attest/schema/room-name'
import type { RoomRecords } from './articles/annotated.ts'
import { everythingIn } from './blind/layers.ts'
import type { History } from './chronicle/chronicles.ts'
import type { Catalog } from './store/catalog.ts'

interface World {
  catalog: Catalog
  rooms: RoomRecords
  history: History
}

/** Records of a person in one room of an article. */
interface Found {
  room: string
  id: string
  title: string
  keys: string[]
}

export async function previewRemoval(world: World, project: string, request: RemovalRequest): Promise<RemovalPreview> {
  const found = await findRecords(world, project, request)
  // After a reveal a record is in two rooms, and counts once.
  const articles = [...Map.groupBy(found, ({ id }) => id)].map(([id, all]) => ({
    id,
    title: all[0]?.title ?? '',
    keys: [...new Set(all.flatMap(({ keys }) => keys))],
  }))
  const counts = countsOf(articles.flatMap(({ keys }) => keys))
  let leftBehind = 0
  for (const { id, keys } of articles) leftBehind += countLeft(await everythingIn(world, id), keys, request.person)
  return {
    counts,
    leftBehind,
    articles: articles.map(({ id, title, keys }) => ({ id, title, counts: countsOf(keys) })),
  }
}

export async function removeRecords(
  world: World,
  project: string,
  request: RemovalRequest,
  by: string,
): Promise<Removal> {
  const { catalog, rooms } = world
  const found = await findRecords(world, project, request)
  const { person: of, article, since } = request
  const [subject] = await catalog.people.findAll([of])
  const removal = await catalog.removals.begin(
    project,
    { of, by, article, since },
    new Map(found.map(({ room, keys }) => [room, keys])),
    { act: 'record.remove', project, person: by, subject: of, detail: subject?.name ?? of },
  )
  for (const { room, keys } of found) {
    catalog.rooms.forgetRoom(room)
    await rooms.removeRecords(
      room,
      keys.flatMap((key) => readRecordKey(key) ?? []),
      by,
    )
  }
  return removal
}

/** Puts back what a removal took out and nobody has put back since, as it was. */
export async function undoRemoval(world: World, project: string, removal: Removal, by: string): Promise<void> {
  const { catalog } = world
  for (const [room, keys] of await catalog.removals.keys(removal.id)) {
    const back = await putBack(
      world,
      room,
      keys.flatMap((key) => readRecordKey(key) ?? []),
      by,
    )
    const article = readRoomName(room)?.article ?? room
    // What was taken out of a layer before its reveal was not put together with the others.
    if (room !== article && (await catalog.reveals.stateOf(article)) === 'revealed')
      await world.rooms.putMissing(article, back, by)
  }
  const rooms = [...(await catalog.removals.keys(removal.id)).keys()]
  await catalog.removals.end(removal.id, {
    act: 'record.restore',
    project,
    person: by,
    subject: removal.of,
    detail: `${(await catalog.people.find(removal.of))?.name ?? removal.of} (${removal.count})`,
  })
  for (const room of rooms) catalog.rooms.forgetRoom(room)
}

/** Puts deleted records back as they last were, in the name of `by`; how many there were to be put. */
export async function putBack(
  { rooms, history }: Pick<World, 'rooms' | 'history'>,
  room: string,
  asked: readonly { root: Root; id: string }[],
  by: string,
): Promise<Records> {
  const records = emptyRecords()
  const take = <R extends Root>(root: R, id: string, value: unknown) => {
    const parsed = parseRecord(root, id, value)
    if (parsed.ok) (records[root] as Map<string, RecordOf[R]>).set(id, parsed.record)
  }
  const last = await history.last(room, asked)
  for (const act of last) if (act?.type === 'deleted') take(act.root, act.id, act.before)
  await rooms.putMissing(room, records, by)
  return records
}

/** In articles of one's choice, or all of the project, also those that have a newer revision. */
async function findRecords({ catalog, history }: World, project: string, request: RemovalRequest): Promise<Found[]> {
  const found: Found[] = []
  for (const { id, title } of await catalog.articles.everyIn(project)) {
    if (request.article !== null && request.article !== id) continue
    for (const room of [id, layerRoom(id, request.person)]) {
      const keys = await history.present(room, request.person, request.since ?? 0)
      if (keys.length > 0) found.push({ room, id, title, keys })
    }
  }
  return found
}

function countsOf(keys: readonly string[]): RecordCounts {
  const counts: RecordCounts = { annotations: 0, relations: 0, comments: 0, verdicts: 0 }
  for (const key of keys) {
    const found = readRecordKey(key)
    if (found) counts[found.root]++
  }
  return counts
}

/** How many records of others are about these. */
function countLeft(records: Records, keys: readonly string[], person: string): number {
  const gone = new Set(keys.flatMap((key) => readRecordKey(key)?.id ?? []))
  let left = 0
  for (const root of roots)
    for (const record of records[root].values()) {
      if (record.author === person) continue
      const targets = Object.entries(record).flatMap(([name, value]) => (abouts.has(name) ? [String(value)] : []))
      if (targets.some((target) => gone.has(target))) left++
    }
  return left
}

/** The fields that name the record which a record is about. */
const abouts = new Set(['from', 'to', 'on', 'thread', 'replyTo'])
