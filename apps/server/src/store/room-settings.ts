/** What rooms are judged by, read once and kept in memory, because it is asked at every turn of a room. */
import { type BlindState, blindSchema, hasLayer, isHidden } from '@attest/schema/layer'
import type { Role } from '@attest/schema/roles'
import { readRoomName } from '@attest/schema/room-name'
import type { Kysely } from 'kysely'
import { labelSetOf } from './projects.ts'
import type { Roles } from './roles.ts'
import type { RoomCatalog, RoomSetting } from './store.ts'
import type { CatalogTables } from './tables.ts'

/** How much text of rooms is kept in memory, in UTF-16 code units. */
const KEPT_LENGTH = 16 * 1024 * 1024

interface KeptSetting extends RoomSetting {
  blind: BlindState
  /** What is kept in memory for it, in UTF-16 code units. */
  length: number
}

export class RoomSettings implements RoomCatalog {
  readonly #db: Kysely<CatalogTables>
  readonly #roles: Roles
  readonly #settings = new Map<string, KeptSetting>()
  /** How many hold it. */
  readonly #held = new Map<string, number>()
  #keptLength = 0
  /** Counts how often something was forgotten: what was read before that may be of before. */
  #forgotten = 0

  constructor(db: Kysely<CatalogTables>, roles: Roles) {
    this.#db = db
    this.#roles = roles
  }

  roleOf(projectId: string, person: string): Role | null {
    return this.#roles.actingIn(projectId, person)
  }

  async roomSetting(room: string): Promise<RoomSetting | null> {
    const name = readRoomName(room)
    if (!name) return null
    // Of before anything is read: what is forgotten meanwhile may be in it.
    const forgotten = this.#forgotten
    const own = this.#settings.get(name.article) ?? (await this.#read(name.article, forgotten))
    if (!own || name.person === null) return own
    // Whoever may not mark has no room of their own; in an archived project they see what they marked before.
    const role = this.#roles.of(own.projectId, name.person)
    if (!role || !hasLayer(role)) return null
    return this.#settings.get(room) ?? (await this.#readLayer(room, name.person, own, forgotten))
  }

  async #read(article: string, forgotten: number): Promise<KeptSetting | null> {
    const row = await this.#db
      .selectFrom('article')
      .innerJoin('project', 'project.id', 'article.project_id')
      .leftJoin('article_work', 'article_work.article_id', 'article.id')
      .select(['article.text', 'article.blind', 'project.id', 'project.label_set', 'project.peers_judge'])
      .select('article_work.state')
      .where('article.id', '=', article)
      .where('article.deleted_at', 'is', null)
      .where('project.deleted_at', 'is', null)
      .executeTakeFirst()
    if (!row) return null
    const newer = await this.#db
      .selectFrom('revision')
      .innerJoin('article', 'article.id', 'revision.article_id')
      .select('article_id')
      .where('replaces', '=', article)
      .where('article.deleted_at', 'is', null)
      .executeTakeFirst()
    const blind = blindSchema.parse(row.blind)
    const setting: KeptSetting = {
      projectId: row.id,
      text: row.text,
      labelSet: labelSetOf(row.label_set),
      peersJudge: row.peers_judge === 1,
      isReplaced: newer !== undefined,
      isSignedOff: row.state === 'done',
      isHeld: this.#held.has(article),
      isClosed: isHidden(blind),
      removed: await this.#removedFrom(article),
      blind,
      length: row.text.length,
    }
    if (forgotten === this.#forgotten) this.#keep(article, setting)
    return setting
  }

  async #readLayer(room: string, person: string, own: KeptSetting, forgotten: number): Promise<KeptSetting> {
    const setting: KeptSetting = {
      ...own,
      // Before the reveal there is nothing of others to judge, but for those who review.
      peersJudge: false,
      layerOf: person,
      isSignedOff: false,
      isHeld: false,
      isClosed: own.blind !== 'blind',
      removed: await this.#removedFrom(room),
      // The text is the one of the article.
      length: 0,
    }
    if (forgotten === this.#forgotten) this.#keep(room, setting)
    return setting
  }

  async #removedFrom(room: string): Promise<ReadonlySet<string>> {
    const rows = await this.#db.selectFrom('removed_record').select('record_key').where('room', '=', room).execute()
    return new Set(rows.map((one) => one.record_key))
  }

  /** Has what a project judges by read anew: after it has changed, and before anybody is told that it has. */
  forget(projectId: string): void {
    this.#forgotten++
    for (const [room, setting] of this.#settings) {
      if (setting.projectId !== projectId) continue
      this.#settings.delete(room)
      this.#keptLength -= setting.length
    }
  }

  /**
   * Lets nobody write in these rooms while something is done: what is read of them then is what they hold until it is
   * over. Those who are in them need not notice.
   */
  async whileHeld<T>(rooms: readonly string[], work: () => Promise<T>): Promise<T> {
    const count = (room: string, by: 1 | -1) => {
      const held = (this.#held.get(room) ?? 0) + by
      if (held > 0) this.#held.set(room, held)
      else this.#held.delete(room)
      this.forgetRoom(room)
    }
    for (const room of rooms) count(room, 1)
    try {
      return await work()
    } finally {
      for (const room of rooms) count(room, -1)
    }
  }

  /** The same for one room. */
  forgetRoom(room: string): void {
    this.#forgotten++
    const setting = this.#settings.get(room)
    if (setting && this.#settings.delete(room)) this.#keptLength -= setting.length
  }

  #keep(room: string, setting: KeptSetting): void {
    if (this.#settings.has(room)) return
    this.#settings.set(room, setting)
    this.#keptLength += setting.length
    for (const [oldest, { length }] of this.#settings) {
      if (this.#keptLength <= KEPT_LENGTH || oldest === room) return
      this.#settings.delete(oldest)
      this.#keptLength -= length
    }
  }
}
