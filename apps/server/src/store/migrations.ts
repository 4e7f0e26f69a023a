/**
 * Every step the database has taken, in order. A new one gets the next number and a line here; one that was released
 * never changes. They are imported, not read from a folder, so that a step cannot go missing in a build.
 */
import { type Kysely, type Migration, Migrator } from 'kysely'
import { up as makeRooms } from './migrations/0001-rooms.ts'
import { up as makeCatalog } from './migrations/0002-catalog.ts'
import { up as makeClients } from './migrations/0003-clients.ts'
import { up as makeAudit } from './migrations/0004-audit.ts'
import { up as makeTeams } from './migrations/0005-teams.ts'
import { up as makeImports } from './migrations/0006-imports.ts'
import { up as makeLabels } from './migrations/0007-labels.ts'
import { up as makeHistory } from './migrations/0008-history.ts'
import { up as makeWork } from './migrations/0009-work.ts'
import { up as makeAccountLinks } from './migrations/0010-accounts.ts'
import { up as makeBlind } from './migrations/0011-blind.ts'
import { up as makeSignOffs } from './migrations/0012-signoff.ts'
import { up as makeExchange } from './migrations/0013-exchange.ts'
import { up as makeApi } from './migrations/0014-api.ts'
import { up as makeSuggestions } from './migrations/0015-suggestions.ts'
import { up as leaveOut } from './migrations/0016-left-out.ts'
import { up as noteUndoing } from './migrations/0017-imports.ts'

const migrations: Record<string, Migration> = {
  '0001-rooms': { up: makeRooms },
  '0002-catalog': { up: makeCatalog },
  '0003-clients': { up: makeClients },
  '0004-audit': { up: makeAudit },
  '0005-teams': { up: makeTeams },
  '0006-imports': { up: makeImports },
  '0007-labels': { up: makeLabels },
  '0008-history': { up: makeHistory },
  '0009-work': { up: makeWork },
  '0010-accounts': { up: makeAccountLinks },
  '0011-blind': { up: makeBlind },
  '0012-signoff': { up: makeSignOffs },
  '0013-exchange': { up: makeExchange },
  '0014-api': { up: makeApi },
  '0015-suggestions': { up: makeSuggestions },
  '0016-left-out': { up: leaveOut },
  '0017-imports': { up: noteUndoing },
}

/** Brings the tables up to this version of the program. Throws on a database that a newer version has written. */
export async function migrate(db: Kysely<unknown>): Promise<void> {
  await stepsTaken(db)
  const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations } })
  const { error } = await migrator.migrateToLatest()
  if (error) throw error
}

/** The steps that a database has taken. Throws when a newer version of the program took some of them. */
export async function stepsTaken(db: Kysely<unknown>): Promise<string[]> {
  const tables = await db.introspection.getTables({ withInternalKyselyTables: true })
  if (!tables.some((table) => table.name === 'kysely_migration')) return []
  const rows = await db
    .withTables<{ kysely_migration: { name: string } }>()
    .selectFrom('kysely_migration')
    .select('name')
    .execute()
  const steps = rows.map((row) => row.name)
  const newer = steps.filter((name) => !Object.hasOwn(migrations, name))
  if (newer.length > 0)
    throw new NewerDatabase(
      `This database was written by a newer version of Attest (${newer.join(', ')}); please update.`,
    )
  return steps
}

export class NewerDatabase extends Error {
  override name = 'NewerDatabase'
}
