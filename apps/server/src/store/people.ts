/** People as everybody sees them: names, colours, and who owns the workspace. How they sign in is better-auth's. */
import type { Me, Person } from '@attest/schema/api'
import type { Kysely } from 'kysely'
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
      .select(['id', 'name', 'color', 'owns_workspace'])
      .where('id', '=', id)
      .executeTakeFirst()
    return row ? { id: row.id, name: row.name, color: row.color, ownsWorkspace: row.owns_workspace === 1 } : null
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
   * Adds somebody who can sign in. The first one owns the workspace and every project in it; all others annotate in its
   * open projects. A name that is taken gets a number.
   */
  async join(id: string, name: string): Promise<Me> {
    const { me, roles } = await this.#db.transaction().execute(async (db) => {
      const owner = await db.selectFrom('person').select('id').where('owns_workspace', '=', 1).executeTakeFirst()
      const free = await freeName(db, name)
      const color = await nextColor(db)
      const me: Me = { id, name: free, color, ownsWorkspace: owner === undefined }
      await db
        .insertInto('person')
        .values({
          id,
          name: free,
          name_key: nameKey(free),
          color,
          has_account: 1,
          owns_workspace: me.ownsWorkspace ? 1 : 0,
          created_at: Date.now(),
        })
        .execute()
      const projects = await db
        .selectFrom('project')
        .select(['id', 'mode', 'joining'])
        .where('deleted_at', 'is', null)
        .execute()
      const roles = projects
        .filter(({ mode, joining }) => me.ownsWorkspace || (mode === 'open' && joining === 'open'))
        .map((project) => ({
          project_id: project.id,
          person_id: id,
          role: me.ownsWorkspace ? ('owner' as const) : ('annotator' as const),
        }))
      if (roles.length > 0) await db.insertInto('member').values(roles).execute()
      return { me, roles }
    })
    for (const { project_id, person_id, role } of roles) this.#roles.remember(project_id, person_id, role)
    return me
  }
}

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
