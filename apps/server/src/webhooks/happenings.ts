/**
 * What happened, as webhooks are told of it: of rows of the audit log, of steps of the work, and of acts in a room. Of an
 * article that is blind and not revealed, nothing is told of marks, of verdicts, nor of who did something.
 */
import type { Act } from '@attest/schema/history'
import { isHidden } from '@attest/schema/layer'
import { type Root, roots } from '@attest/schema/room'
import type { WebhookEvent } from '@attest/schema/webhook'
import type { Selectable } from 'kysely'
import type { Catalog } from '../store/catalog.ts'
import type { CatalogTables } from '../store/tables.ts'
import type { Happening } from '../store/webhook-telling.ts'

/** Records that come with one event at most; how many there are is always told. */
const MOST_RECORDS = 500

const ofAct: Readonly<Record<string, WebhookEvent>> = {
  'article.add': 'article.added',
  'article.revise': 'article.added',
  'article.delete': 'article.removed',
  'article.restore': 'article.restored',
  'article.reveal': 'article.revealed',
  'article.sign-off': 'article.signed-off',
  'article.reopen': 'article.reopened',
  'article.export': 'export.done',
  'export.done': 'export.done',
}

export interface Told {
  catalog: Catalog
  publicUrl: string
  /** The projects somebody listens to, and since when. */
  listening: ReadonlyMap<string, number>
}

export async function happeningOfAudit(
  { catalog, publicUrl, listening }: Told,
  row: Selectable<CatalogTables['audit']>,
): Promise<Happening | null> {
  const event = Object.hasOwn(ofAct, row.act) ? ofAct[row.act] : undefined
  const { project_id: project, subject } = row
  const at = Number(row.at)
  if (!event || project === null || subject === null || !isHeard(listening, project, at)) return null
  const by = row.person_id
  if (row.act === 'export.done') {
    const url = `${publicUrl}/api/projects/${project}/exports/${subject}/file`
    return { project, event, at, data: { export: { id: subject, name: row.detail, url }, by } }
  }
  const article = await articleTold(catalog, publicUrl, subject)
  const more = row.act === 'article.export' ? { format: row.detail } : {}
  return { project, event, at, data: { article, by, ...more } }
}

export async function happeningOfStep(
  { catalog, publicUrl, listening }: Told,
  row: Selectable<CatalogTables['state_change']>,
): Promise<Happening | null> {
  if (row.step !== 'submit') return null
  const project = await catalog.articles.projectOf(row.article_id)
  const at = Number(row.at)
  if (project === null || !isHeard(listening, project, at)) return null
  const article = await articleTold(catalog, publicUrl, row.article_id)
  const hidden = isHidden(await catalog.reveals.stateOf(row.article_id))
  return { project, event: 'work.submitted', at, data: { article, by: hidden ? null : row.person_id } }
}

export interface ChangedRoom {
  id: string
  project: string
  title: string
}

/** One happening for marks, links and talk, one for verdicts, of those there are; the acts come in any order. */
export function happeningsOfActs(
  { id, title, project }: ChangedRoom,
  acts: readonly Act[],
  { publicUrl, isCut }: { publicUrl: string; isCut: boolean },
): Happening[] {
  const article = { id, title, url: `${publicUrl}/articles/${id}` }
  const found: Happening[] = []
  for (const [event, kinds] of [
    ['marks.changed', roots.filter((root) => root !== 'verdicts')],
    ['verdicts.changed', ['verdicts']],
  ] as const) {
    const own = acts.filter(({ root }) => kinds.some((kind) => kind === root))
    if (own.length === 0) continue
    const counts = Object.fromEntries(kinds.map((root) => [root, countsOf(own, root)]))
    const data = { article, counts, ...(isCut ? { isCut } : {}) }
    const latest = new Map<string, Act>()
    for (const act of own) {
      const key = `${act.root}/${act.id}`
      if ((latest.get(key)?.number ?? 0) < act.number) latest.set(key, act)
    }
    const records = [...latest.values()]
      .sort((a, b) => a.number - b.number)
      .slice(0, MOST_RECORDS)
      .map(({ root, id, type, person, after }) => ({ root, id, type, by: person, record: after }))
    const at = Math.max(...own.map((act) => act.at))
    found.push({ project, event, at, data, contents: { ...data, records } })
  }
  return found
}

function countsOf(acts: readonly Act[], root: Root) {
  const ids = (types: readonly Act['type'][]) =>
    new Set(acts.flatMap((act) => (act.root === root && types.includes(act.type) ? [act.id] : []))).size
  return { added: ids(['put', 'restored']), changed: ids(['changed']), removed: ids(['deleted']) }
}

function isHeard(listening: ReadonlyMap<string, number>, project: string, at: number): boolean {
  const since = listening.get(project)
  return since !== undefined && at >= since
}

async function articleTold(catalog: Catalog, publicUrl: string, id: string) {
  const [known] = await catalog.articles.titles([id])
  return { id, title: known?.title ?? null, url: `${publicUrl}/articles/${id}` }
}
