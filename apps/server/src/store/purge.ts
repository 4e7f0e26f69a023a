/**
 * What was deleted goes for good once it cannot be brought back any more: its rows, and the logs of its rooms. Each
 * article is one transaction, and a project goes after its articles, so whatever cuts it short leaves only what the next
 * run takes.
 */
import type { Kysely } from 'kysely'
import type { Logger } from 'pino'
import { Audit } from './audit.ts'
import { KEPT_MS } from './projects.ts'
import { Reveals } from './reveals.ts'
import type { Database } from './sqlite.ts'

export interface Purged {
  projects: number
  articles: number
}

export async function purge(db: Kysely<Database>, now: number): Promise<Purged> {
  const before = now - KEPT_MS
  const purged: Purged = { projects: 0, articles: 0 }
  for (const { id } of await goneArticles(db, before).execute())
    if (await db.transaction().execute((trx) => purgeArticle(trx, id, before))) purged.articles++
  for (const { id } of await goneProjects(db, before).execute())
    if (await db.transaction().execute((trx) => purgeProject(trx, id, before))) purged.projects++
  return purged
}

const DAILY_MS = 24 * 60 * 60_000

/** Purges now, while the server starts to work, and once a day. What fails is tried again the next day. */
export function purgeDaily(db: Kysely<Database>, log: Logger): { stop(): Promise<void> } {
  let running: Promise<void> = Promise.resolve()
  const run = () => {
    running = purge(db, Date.now()).then(
      ({ projects, articles }) => {
        if (projects + articles > 0) log.info({ projects, articles }, 'what was deleted is gone for good')
      },
      (error: unknown) => log.error({ err: error }, 'what was deleted could not be purged'),
    )
  }
  run()
  const timer = setInterval(run, DAILY_MS)
  timer.unref()
  return {
    stop() {
      clearInterval(timer)
      return running
    },
  }
}

function goneArticles(db: Kysely<Database>, before: number) {
  return db
    .selectFrom('article')
    .innerJoin('project', 'project.id', 'article.project_id')
    .select(['article.id', 'article.project_id', 'article.title', 'project.deleted_at as projectDeletedAt'])
    .where((eb) => eb.or([eb('article.deleted_at', '<', before), eb('project.deleted_at', '<', before)]))
}

function goneProjects(db: Kysely<Database>, before: number) {
  return db.selectFrom('project').select(['id', 'name']).where('deleted_at', '<', before)
}

/** False for one that was brought back in the last moment. */
async function purgeArticle(trx: Kysely<Database>, id: string, before: number): Promise<boolean> {
  const article = await goneArticles(trx, before).where('article.id', '=', id).executeTakeFirst()
  if (!article) return false
  const layers = await new Reveals(trx, new Audit(trx)).layerRooms(id)
  for (const room of [id, ...layers.map((layer) => layer.room)]) await purgeRoom(trx, room)
  await trx.deleteFrom('article').where('id', '=', id).execute()
  // Of a project that goes as a whole it is noted once.
  if (article.projectDeletedAt === null)
    await new Audit(trx).note({
      act: 'article.purge',
      project: article.project_id,
      subject: id,
      detail: article.title,
    })
  return true
}

async function purgeRoom(trx: Kysely<Database>, room: string): Promise<void> {
  await trx.deleteFrom('room_snapshot').where('room', '=', room).execute()
  await trx.deleteFrom('room_update').where('room', '=', room).execute()
  await trx.deleteFrom('room_client').where('room', '=', room).execute()
  await trx.deleteFrom('room').where('name', '=', room).execute()
  // What is counted of a room, and what was taken out of it, is kept by its name.
  await trx.deleteFrom('room_count').where('room', '=', room).execute()
  await trx.deleteFrom('room_activity').where('room', '=', room).execute()
  await trx.deleteFrom('removed_record').where('room', '=', room).execute()
}

async function purgeProject(trx: Kysely<Database>, id: string, before: number): Promise<boolean> {
  const project = await goneProjects(trx, before).where('id', '=', id).executeTakeFirst()
  if (!project) return false
  await trx.deleteFrom('project').where('id', '=', id).execute()
  // Nobody can look into the log of a project that is not there, and it names people.
  await trx.deleteFrom('audit').where('project_id', '=', id).execute()
  await new Audit(trx).note({ act: 'project.purge', subject: id, detail: project.name })
  return true
}
