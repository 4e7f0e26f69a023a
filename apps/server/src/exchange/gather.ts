/**
 * An article with its records as somebody sees it, all of one moment: the text, the labels and every room are read in one
 * transaction, while others go on writing. What may be seen is `recordsSeen`'s to say, here as everywhere.
 */
import type { Attributes } from '@attest/schema/annotation'
import type { AnnotatedArticle } from '@attest/schema/formats/attest-json'
import type { BlindState } from '@attest/schema/layer'
import { roleSchema } from '@attest/schema/roles'
import { emptyRecords, type Records, readRecords, roots } from '@attest/schema/room'
import type { Kysely, Transaction } from 'kysely'
import * as Y from 'yjs'
import { type Looker, recordsSeen } from '../blind/layers.ts'
import { articleOf } from '../store/articles.ts'
import { Audit } from '../store/audit.ts'
import { type RoomTables, readRoom } from '../store/log.ts'
import { labelSetOf } from '../store/projects.ts'
import { Reveals } from '../store/reveals.ts'
import type { Database } from '../store/sqlite.ts'
import { DamagedRoom } from '../store/store.ts'
import type { CatalogTables } from '../store/tables.ts'
import { unpack } from '../sync/snapshot.ts'

export interface Gathered {
  annotated: AnnotatedArticle
  state: BlindState
  /** What is stored and is no record that can be read here. */
  unreadable: number
  /** Whether what is stored of its marks is damaged: then there are none here. */
  isDamaged: boolean
}

/** Null where there is no such article any more. `mayBeDamaged` gives a damaged one out without its marks. */
export async function gather(
  db: Kysely<Database>,
  id: string,
  looker: Looker,
  { mayBeDamaged = false } = {},
): Promise<Gathered | null> {
  return db
    .transaction()
    .setAccessMode('read only')
    .execute(async (trx) => {
      const row = await trx
        .selectFrom('article')
        .innerJoin('project', 'project.id', 'article.project_id')
        .selectAll('article')
        .select(['project.name as projectName', 'project.mode', 'project.peers_judge', 'project.label_set'])
        .where('article.id', '=', id)
        .where('article.deleted_at', 'is', null)
        .where('project.deleted_at', 'is', null)
        .executeTakeFirst()
      if (!row) return null
      const { projectId, id: articleId, ...content } = articleOf(row)
      const { records, state, ...flaws } = await recordsIn(trx, id, looker, mayBeDamaged)
      return {
        annotated: {
          // Keys in the order of the schema, as everything that was read through it has them.
          article: { ...content, id: articleId },
          project: {
            id: projectId,
            name: row.projectName,
            mode: row.mode === 'blind' ? 'blind' : 'open',
            peersJudge: row.peers_judge === 1,
          },
          labelSet: labelSetOf(row.label_set),
          people: await peopleIn(trx, projectId, records),
          records: withOrderedAttributes(records),
        },
        state,
        ...flaws,
      }
    })
}

async function recordsIn(trx: Transaction<Database>, article: string, looker: Looker, mayBeDamaged: boolean) {
  const flaws = { unreadable: 0, isDamaged: false }
  const rooms = {
    async records(room: string): Promise<Records> {
      // The tables of the rooms are among those of the database; so are those of the catalog below.
      const stored = await readRoom(trx as unknown as Transaction<RoomTables>, room)
      const parts = stored.snapshot ? await unpack(stored.snapshot) : []
      const doc = new Y.Doc()
      doc.transact(() => {
        for (const update of [...parts, ...stored.updates]) Y.applyUpdate(doc, update)
      })
      const { records, unreadable } = readRecords(doc)
      flaws.unreadable += unreadable.length
      doc.destroy()
      return records
    },
  }
  const catalog = trx as unknown as Kysely<CatalogTables>
  const reveals = new Reveals(catalog, new Audit(catalog))
  try {
    return { ...(await recordsSeen({ catalog: { reveals }, rooms }, article, looker)), ...flaws }
  } catch (error) {
    if (!(error instanceof DamagedRoom) || !mayBeDamaged) throw error
    return { state: await reveals.stateOf(article), records: emptyRecords(), unreadable: 0, isDamaged: true }
  }
}

/** Only those who wrote something: a file about an article is not the list of everybody who works here. */
async function peopleIn(trx: Transaction<Database>, projectId: string, records: Records) {
  const authors = new Set<string>()
  for (const root of roots) for (const { author } of records[root].values()) authors.add(author)
  const ids = [...authors]
  const people: AnnotatedArticle['people'] = []
  for (let i = 0; i < ids.length; i += 500) {
    const some = ids.slice(i, i + 500)
    const rows = await trx
      .selectFrom('person')
      .leftJoin('member', (join) =>
        join.onRef('member.person_id', '=', 'person.id').on('member.project_id', '=', projectId),
      )
      .select(['person.id', 'person.name', 'member.role'])
      .where('person.id', 'in', some)
      .execute()
    const known = new Map(rows.map((row) => [row.id, row]))
    for (const id of some) {
      const row = known.get(id)
      people.push({ id, name: row?.name ?? id, role: row?.role ? roleSchema.parse(row.role) : null })
    }
  }
  return people
}

/** Attributes come in the order in which each writer filled them in; what goes out is the same for the same values. */
function withOrderedAttributes(records: Records): Records {
  for (const [id, annotation] of records.annotations)
    records.annotations.set(id, { ...annotation, attributes: inOrder(annotation.attributes) })
  for (const [id, verdict] of records.verdicts)
    if (verdict.fix?.attributes)
      records.verdicts.set(id, { ...verdict, fix: { ...verdict.fix, attributes: inOrder(verdict.fix.attributes) } })
  return records
}

function inOrder(attributes: Attributes): Attributes {
  return Object.fromEntries(Object.entries(attributes).sort(([a], [b]) => (a < b ? -1 : 1)))
}
