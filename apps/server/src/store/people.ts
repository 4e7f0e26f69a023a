/** People as everybody sees them: names, colours, and who owns the workspace. How they sign in is better-auth's. */
import type { Me, Person } from '@attest/schema/api'
import { roleSchema } from '@attest/schema/roles'
import { type Kysely, sql } from 'kysely'
import type { Roles } from './roles.ts'
import type { CatalogTables } from './tables.ts'

/** Names with the same key look the same to a hasty reader: case, width, ligatures and invisible characters aside. */
export function nameKey(name: string): string {
  return name
    .normalize('NFKC')
    .toLowerCase()
    .replace(/\p{Default_Ignorable_Code_Point}/gu, '')
    .replace(/\s+/gu, ' ')
    .trim()
}

export const COLORS = 12

export class People {
  readonly #db: Kysely<CatalogTables>
  readonly #roles: Roles

  constructor(db: Kysely<CatalogTables>, roles: Roles) {
    this.#db = db
    this.#roles = roles
  }

  async find(id: string): Promise<Person | null> {
    return (await this.findAll([id]))[0] ?? null
  }

  async findAll(ids: readonly string[]): Promise<Person[]> {
    const found: Person[] = []
    // SQLite takes a limited number of parameters in one statement.
    for (let i = 0; i < ids.length; i += 500) {
      const rows = await this.#db
        .selectFrom('person')
        .select(['id', 'name', 'color'])
        .where('id', 'in', ids.slice(i, i + 500))
        .execute()
      found.push(...rows)
    }
    return found
  }

  async me(id: string): Promise<Me | null> {
    const row = await this.#db
      .selectFrom('person')
      .select(['id', 'name', 'color', 'owns_workspace', signsIn.as('signs_in')])
      .where('id', '=', id)
      .executeTakeFirst()
    if (!row) return null
    const { name, color } = row
    return { id, name, color, ownsWorkspace: row.owns_workspace === 1, isByName: row.signs_in === 0 }
  }

  /** Those of the ids who can sign in here. */
  async accountsAmong(ids: readonly string[]): Promise<Set<string>> {
    const found = new Set<string>()
    for (let i = 0; i < ids.length; i += 500) {
      const rows = await this.#db
        .selectFrom('person')
        .select('id')
        .where('has_account', '=', 1)
        .where('id', 'in', ids.slice(i, i + 500))
        .execute()
      for (const { id } of rows) found.add(id)
    }
    return found
  }

  /**
   * Adds somebody by their name alone. The first one owns the workspace and every project in it; all others annotate in
   * its projects that are open to all. A name that is taken gets a number.
   */
  async join(id: string, name: string): Promise<Me> {
    const me = await this.#db.transaction().execute(async (db) => {
      const owner = await db.selectFrom('person').select('id').where('owns_workspace', '=', 1).executeTakeFirst()
      const me = await this.add(db, id, name, { ownsWorkspace: owner === undefined })
      if (owner) {
        const projects = await db
          .selectFrom('project')
          .select('id')
          .where('deleted_at', 'is', null)
          .where('joining', '=', 'open')
          .execute()
        const roles = projects.map((project) => ({ project_id: project.id, person_id: id, role: 'annotator' }))
        if (roles.length > 0) await db.insertInto('member').values(roles).execute()
      }
      return me
    })
    await this.rememberRoles(id)
    return me
  }

  /**
   * Adds somebody, within a transaction: a member of nothing, or, as owner of the workspace, an owner of every project.
   * Call `rememberRoles` when it is committed.
   */
  async add(
    db: Kysely<CatalogTables>,
    id: string,
    name: string,
    { ownsWorkspace }: { ownsWorkspace: boolean },
  ): Promise<Me> {
    const free = await freeName(db, name)
    const color = await nextColor(db)
    await db
      .insertInto('person')
      .values({
        id,
        name: free,
        name_key: nameKey(free),
        color,
        has_account: 1,
        owns_workspace: ownsWorkspace ? 1 : 0,
        created_at: Date.now(),
      })
      .execute()
    if (ownsWorkspace) {
      const projects = await db.selectFrom('project').select('id').where('deleted_at', 'is', null).execute()
      const roles = projects.map((project) => ({ project_id: project.id, person_id: id, role: 'owner' }))
      if (roles.length > 0) await db.insertInto('member').values(roles).execute()
    }
    return { id, name: free, color, ownsWorkspace, isByName: true }
  }

  /** Their roles as the database has them, for whoever asks for one. */
  async rememberRoles(person: string): Promise<void> {
    const rows = await this.#db
      .selectFrom('member')
      .innerJoin('project', 'project.id', 'member.project_id')
      .select(['project_id', 'role'])
      .where('person_id', '=', person)
      .where('deleted_at', 'is', null)
      .execute()
    for (const { project_id, role } of rows) this.#roles.remember(project_id, person, roleSchema.parse(role))
  }

  /** Changes the name, the colour or both; a name that somebody else has gets a number. */
  async change(id: string, { name, color }: { name?: string | undefined; color?: number | undefined }): Promise<void> {
    await this.#db.transaction().execute(async (db) => {
      if (color !== undefined) await db.updateTable('person').set({ color }).where('id', '=', id).execute()
      if (name === undefined) return
      const own = await db.selectFrom('person').select('name_key').where('id', '=', id).executeTakeFirst()
      const free = own?.name_key === nameKey(name) ? name : await freeName(db, name)
      await db
        .updateTable('person')
        .set({ name: free, name_key: nameKey(free) })
        .where('id', '=', id)
        .execute()
    })
  }

  /** Hands the workspace over. False when the one does not own it, or the other cannot sign in. */
  async handOver(from: string, to: string): Promise<boolean> {
    return this.#db.transaction().execute(async (db) => {
      const heir = await db
        .selectFrom('person')
        .select('id')
        .where('id', '=', to)
        .where('has_account', '=', 1)
        .executeTakeFirst()
      if (!heir || from === to) return false
      const { numUpdatedRows } = await db
        .updateTable('person')
        .set({ owns_workspace: 0 })
        .where('id', '=', from)
        .where('owns_workspace', '=', 1)
        .executeTakeFirstOrThrow()
      if (numUpdatedRows === 0n) return false
      await db.updateTable('person').set({ owns_workspace: 1 }).where('id', '=', to).execute()
      return true
    })
  }
}

/** Whether there is more than a name: a password or a provider, in better-auth's table. */
export const signsIn = sql<number>`exists (select 1 from account where account."userId" = person.id)`

async function freeName(db: Kysely<CatalogTables>, name: string): Promise<string> {
  const key = nameKey(name)
  // A long name is cut to make place for its number, so only its beginning is sure to be in all that are like it.
  const start = key.slice(0, 100).replace(/[\ud800-\udbff]$/, '')
  const rows = await db
    .selectFrom('person')
    .select('name_key')
    .where('name_key', '>=', start)
    .where('name_key', '<', `${start}\u{10ffff}`)
    .execute()
  const taken = new Set(rows.map((row) => row.name_key))
  if (!taken.has(key)) return name
  let number = 2
  while (taken.has(nameKey(numbered(name, number)))) number++
  return numbered(name, number)
}

/** The number has to fit behind the name without making it longer than names may be. */
function numbered(name: string, number: number): string {
  const clusters = Array.from(new Intl.Segmenter('und').segment(name), ({ segment }) => segment)
  while (clusters.join('').length + ` ${number}`.length > 240) clusters.pop()
  return `${clusters.join('')} ${number}`
}

export async function nextColor(db: Kysely<CatalogTables>): Promise<number> {
  const { count } = await db
    .selectFrom('person')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  return Number(count) % COLORS
}
