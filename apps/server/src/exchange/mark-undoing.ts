/** Takes an import of marks out again, as long as nobody has made anything of it. */
import type { MarkUndo } from '@attest/schema/exchange-api'
import { type Records, type Root, roots } from '@attest/schema/room'
import { many } from '../articles/report.ts'
import { addAll, recordsOfLayers } from '../blind/layers.ts'
import type { StoredImport } from '../store/mark-imports.ts'
import { DamagedRoom } from '../store/store.ts'
import { closedBecause, type ImportWorld } from './import-world.ts'

const MOST_REASONS = 20
/** Records that are taken out in one go. */
const AT_ONCE = 1000

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
    const all = await everythingIn(world, article).catch((error: unknown) => {
      if (!(error instanceof DamagedRoom)) throw error
      return null
    })
    if (!all) {
      reasons.push(`What is stored of the marks of “${name}” is damaged.`)
      continue
    }
    const built = builtOn(all, own)
    records += built.own
    if (built.others > 0)
      reasons.push(
        `In “${name}”, ${many(built.others, 'record')} of others ${built.others === 1 ? 'is' : 'are'} about its marks.`,
      )
    else if (isNew && built.foreign > 0) reasons.push(`“${name}” came with it, and others have made something in it.`)
    if (isNew) gone++
    if (reasons.length >= MOST_REASONS) break
  }
  return { canUndo: reasons.length === 0, reasons: reasons.slice(0, MOST_REASONS), articles: gone, records }
}

/** Goes on where it was. What failed while it was written is taken out in the same way. False where the server ends before. */
export async function takeBack({ catalog, rooms, stopping }: ImportWorld, one: StoredImport): Promise<boolean> {
  const { markImports, sources } = catalog
  const own = new Set((await sources.ofImport(one.id)).map(({ id }) => id))
  const articles = await markImports.articles(one.id)
  for (const { article } of articles) {
    if (stopping.aborted) return false
    await catalog.rooms.whileHeld([article], async () => {
      const records = await rooms.records(article).catch((error: unknown) => {
        if (!(error instanceof DamagedRoom)) throw error
        // Nothing can be taken out of it; what is shown of it names layers that are not there.
        return null
      })
      if (!records) return
      const keys = keysBy(records, own)
      for (let i = 0; i < keys.length; i += AT_ONCE)
        await rooms.removeRecords(article, keys.slice(i, i + AT_ONCE), one.person)
    })
    await markImports.setDone(one.id, article, false)
  }
  const wasThere = one.note === null
  await markImports.finishUndo(one, {
    isTrace: wasThere,
    gone: wasThere ? articles.flatMap(({ article, isNew }) => (isNew ? [article] : [])) : [],
  })
  catalog.rooms.forget(one.projectId)
  return true
}

async function everythingIn({ catalog, rooms }: ImportWorld, article: string): Promise<Records> {
  const records = await recordsOfLayers({ catalog, rooms }, article)
  addAll(records, await rooms.records(article))
  return records
}

/** How many records are of these layers, how many of others are about those, and how many are of others at all. */
function builtOn(records: Records, own: ReadonlySet<string>): { own: number; others: number; foreign: number } {
  const found = { own: 0, others: 0, foreign: 0 }
  const ids = new Set<string>()
  for (const root of roots)
    for (const { id, author } of records[root].values()) {
      if (own.has(author)) ids.add(id)
      else found.foreign++
    }
  found.own = ids.size
  const isAbout = (targets: readonly (string | undefined)[]) => targets.some((id) => id !== undefined && ids.has(id))
  const count = (author: string, ...targets: (string | undefined)[]) => {
    if (!own.has(author) && isAbout(targets)) found.others++
  }
  for (const { author, from, to } of records.relations.values()) count(author, from, to)
  for (const { author, on, of } of records.verdicts.values()) count(author, on, of)
  for (const comment of records.comments.values())
    if ('thread' in comment) count(comment.author, comment.thread)
    else count(comment.author, comment.on, comment.replyTo)
  return found
}

function keysBy(records: Records, authors: ReadonlySet<string>): { root: Root; id: string }[] {
  return roots.flatMap((root) =>
    [...records[root].values()].flatMap(({ id, author }) => (authors.has(author) ? [{ root, id }] : [])),
  )
}
