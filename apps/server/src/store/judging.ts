/** By whom the marks of a project are judged, read from its rows: for what counts on a thread of its own. */
import { createHash } from 'node:crypto'
import type { Judging } from '@attest/schema/outcome'
import { type Role, roleSchema } from '@attest/schema/roles'
import type { Kysely } from 'kysely'
import type { CatalogTables } from './tables.ts'

/** `key` is the same for as long as the same verdicts count. */
export async function judgingOf(db: Kysely<CatalogTables>, project: string): Promise<Judging & { key: string }> {
  const row = await db.selectFrom('project').select('peers_judge').where('id', '=', project).executeTakeFirst()
  const peersJudge = row?.peers_judge === 1
  const judges: Role[] = peersJudge ? ['owner', 'reviewer', 'annotator'] : ['owner', 'reviewer']
  const members = await db
    .selectFrom('member')
    .select(['person_id', 'role'])
    .where('project_id', '=', project)
    .where('role', 'in', judges)
    .orderBy('person_id')
    .execute()
  const roles = new Map(members.map(({ person_id, role }) => [person_id, roleSchema.parse(role)]))
  const key = createHash('sha256')
    .update(JSON.stringify([peersJudge, members]))
    .digest('base64url')
  return { roleOf: (person) => roles.get(person) ?? null, peersJudge, key }
}
