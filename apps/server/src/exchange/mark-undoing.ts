/**
 * Takes an import of marks out again, as long as nobody has made anything of it. What somebody makes of its marks in the
 * very moment goes with them: it would be about nothing.
 */
import type { MarkUndo } from '@attest/schema/exchange-api'
import { isHidden } from '@attest/schema/layer'
import { authorOf } from '@attest/schema/record'
import type { Records, Root } from '@attest/schema/room'
import { many } from '../articles/report.ts'
import { everythingIn } from '../blind/layers.ts'
import type { StoredImport } from '../store/mark-imports.ts'
import { DamagedRoom } from '../store/store.ts'
import { closedBecause, type ImportWorld } from './import-world.ts'

const MOST_REASONS = 20

/** Whether an import can be taken back: while nobody has made anything of its marks. */
export async function undoable(world: ImportWorld, one: StoredImport): Promise<MarkUndo> {
  const { markImports, sources, articles: texts } = world.catalog
  const reasons: string[] = []
  if (one.state !== 'done') reasons.push('It is not there, or not as a whole.')
  const own = new Set((await sources.ofImport(one.id)).map(({ id }) => id))
  if (own.size === 0 && one.state === 'done') reasons.push('None of its layers is there any more.')
  let records = 0
  let gone = 0
  const articles = one.state === 'done' ? await markImports.articles(one.id) : []
  for (const { article, isNew } of articles) {
    if ((await texts.projectOf(article)) === null) continue
    const name = (await texts.titles([article]))[0]?.title ?? article
    const closed = await closedBecause(world, one.projectId, article, { mayBeDeleted: true })
    if (closed !== null) reasons.push(closed)
    const all = await everythingIn(world, article).catch(unlessDamaged)
    if (!all) {
      reasons.push(`What is stored of the marks of “${name}” is damaged.`)
      continue
    }
    const found = goingWith(all, own)
    records += found.keys.length - found.others
    if (found.others > 0)
      reasons.push(
        `In “${name}”, ${many(found.others, 'record')} of others ${found.others === 1 ? 'is' : 'are'} about its marks.`,
      )
    else if (isNew && found.foreign > 0) reasons.push(`“${name}” came with it, and others have made something in it.`)
    if (isNew) gone++
    if (reasons.length >= MOST_REASONS) break
  }
  return { canUndo: reasons.length === 0, reasons: reasons.slice(0, MOST_REASONS), articles: gone, records }
}

/** Goes on where it was. What failed while it was written is taken out in the same way. False where the server ends before. */
export async function takeBack(world: ImportWorld, one: StoredImport): Promise<boolean> {
  const { catalog, stopping } = world
  const { markImports, sources } = catalog
  const own = new Set((await sources.ofImport(one.id)).map(({ id }) => id))
  const by = one.undoneBy ?? one.person
  const articles = await markImports.articles(one.id)
  let others = 0
  for (const { article } of articles) {
    if (stopping.aborted) return false
    others += await takeOut(world, article, { own, by })
    await markImports.setDone(one.id, article, false)
  }
  // Pages have shown the marks until they were gone, and what was said of them by then may have come after that.
  for (const { article } of articles) others += await takeOut(world, article, { own, by })
  const wasThere = one.note === null
  await markImports.finishUndo(one, {
    isTrace: wasThere,
    gone: wasThere ? articles.flatMap(({ article, isNew }) => (isNew ? [article] : [])) : [],
    by,
    note: wasThere && others > 0 ? wentWithIt(others) : one.note,
  })
  catalog.rooms.forget(one.projectId)
  return true
}

function wentWithIt(others: number): string {
  return `${many(others, 'record')} that others made about its marks just then went with them. The history of the articles has ${others === 1 ? 'it' : 'them'}.`
}

/** Decided in the room, where nobody writes in between; how many records of others there were among them. */
async function takeOut(
  { catalog, rooms }: ImportWorld,
  article: string,
  { own, by }: { own: ReadonlySet<string>; by: string },
): Promise<number> {
  const layers = isHidden(await catalog.reveals.stateOf(article)) ? await catalog.reveals.layerRooms(article) : []
  let others = 0
  for (const room of [article, ...layers.map(({ room }) => room)]) {
    const taking = (records: Records) => {
      const found = goingWith(records, own)
      others += found.others
      return found.keys
    }
    // Nothing can be taken out of a damaged one; what is shown of it names layers that are not there.
    await rooms.removeRecords(room, taking, by).catch(unlessDamaged)
  }
  return others
}

function unlessDamaged(error: unknown): null {
  if (!(error instanceof DamagedRoom)) throw error
  return null
}

/** What is of these layers, and what of others is about that, by whatever way; and how much there is of others at all. */
function goingWith(
  records: Records,
  own: ReadonlySet<string>,
): { keys: { root: Root; id: string }[]; others: number; foreign: number } {
  const keys: { root: Root; id: string }[] = []
  const gone = new Set<string>()
  let others = 0
  let foreign = 0
  // Also where the mark itself is gone already.
  const isGone = (id: string | undefined) => id !== undefined && (gone.has(id) || own.has(authorOf(id)))
  const see = (root: Root, { id, author }: { id: string; author: string }, about: readonly (string | undefined)[]) => {
    const isOwn = own.has(author)
    if (!isOwn) foreign++
    if (!isOwn && !about.some(isGone)) return
    if (!isOwn) others++
    gone.add(id)
    keys.push({ root, id })
  }
  for (const one of records.annotations.values()) see('annotations', one, [])
  for (const one of records.relations.values()) see('relations', one, [one.from, one.to])
  for (const one of records.verdicts.values()) see('verdicts', one, [one.on, one.of])
  const comments = [...records.comments.values()]
  // A reply is about what its thread is about; who has ended one names the thread alone.
  for (const one of comments) if ('body' in one) see('comments', one, [one.on, one.replyTo])
  for (const one of comments) if ('thread' in one) see('comments', one, [one.thread])
  return { keys, others, foreign }
}
