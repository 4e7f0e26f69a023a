/** The catalog: all that is known besides the records in the rooms. */
import { type Kysely, sql } from 'kysely'
import { Accounts } from './accounts.ts'
import { Articles } from './articles.ts'
import { Audit } from './audit.ts'
import { ExportJobs } from './export-jobs.ts'
import { Gaps } from './gaps.ts'
import { ImportJobs } from './import-jobs.ts'
import { Invitations } from './invitations.ts'
import { KeptAnswers } from './kept-answers.ts'
import { LabelSets } from './label-sets.ts'
import { MarkImports } from './mark-imports.ts'
import { Members } from './members.ts'
import { People } from './people.ts'
import { Projects } from './projects.ts'
import { PublicLinks } from './public-links.ts'
import { Removals } from './removals.ts'
import { Reveals } from './reveals.ts'
import { Revisions } from './revisions.ts'
import { type Roles, readRoles } from './roles.ts'
import { RoomSettings } from './room-settings.ts'
import { SignOffs } from './sign-offs.ts'
import { Sources } from './sources.ts'
import { Suggestions } from './suggestions.ts'
import type { CatalogTables } from './tables.ts'
import { Tokens } from './tokens.ts'
import { Trainings } from './trainings.ts'
import { Telling } from './webhook-telling.ts'
import { Webhooks } from './webhooks.ts'
import { Work } from './work.ts'
import { WorkFigures } from './work-figures.ts'

export class Catalog {
  readonly people: People
  readonly accounts: Accounts
  readonly projects: Projects
  readonly articles: Articles
  readonly imports: ImportJobs
  readonly rooms: RoomSettings
  readonly roles: Roles
  readonly audit: Audit
  readonly members: Members
  readonly invitations: Invitations
  readonly work: Work
  readonly figures: WorkFigures
  readonly labels: LabelSets
  readonly revisions: Revisions
  readonly removals: Removals
  readonly reveals: Reveals
  readonly publicLinks: PublicLinks
  readonly signOffs: SignOffs
  readonly gaps: Gaps
  readonly trainings: Trainings
  readonly sources: Sources
  readonly suggestions: Suggestions
  readonly tokens: Tokens
  readonly exports: ExportJobs
  readonly answers: KeptAnswers
  readonly markImports: MarkImports
  readonly webhooks: Webhooks
  readonly telling: Telling
  readonly #db: Kysely<CatalogTables>

  /** Use `openCatalog`, which also reads the roles. */
  constructor(db: Kysely<CatalogTables>, roles: Roles) {
    this.#db = db
    this.roles = roles
    this.imports = new ImportJobs(db)
    this.audit = new Audit(db)
    this.people = new People(db, roles)
    this.projects = new Projects(db, roles, this.audit)
    this.articles = new Articles(db, roles, this.audit)
    this.members = new Members(db, roles, this.audit)
    this.invitations = new Invitations(db, roles, this.audit)
    this.work = new Work(db, roles, this.audit)
    this.figures = new WorkFigures(db)
    this.revisions = new Revisions(db, this.audit)
    this.removals = new Removals(db, this.audit)
    this.reveals = new Reveals(db, this.audit)
    this.publicLinks = new PublicLinks(db, this.audit)
    this.signOffs = new SignOffs(db)
    this.gaps = new Gaps(db, this.audit)
    this.trainings = new Trainings(db, this.audit)
    this.sources = new Sources(db)
    this.suggestions = new Suggestions(db, this.sources, this.audit)
    this.tokens = new Tokens(db, this.audit)
    this.exports = new ExportJobs(db)
    this.answers = new KeptAnswers(db)
    this.markImports = new MarkImports(db, this.sources, this.audit)
    this.webhooks = new Webhooks(db, this.audit)
    this.telling = new Telling(db, this.webhooks)
    this.accounts = new Accounts(db, this.people, this.audit)
    this.rooms = new RoomSettings(db, roles)
    this.labels = new LabelSets(db, this.rooms, this.audit)
  }

  async isSeeded(name: string): Promise<boolean> {
    return (await this.#db.selectFrom('seed').select('name').where('name', '=', name).executeTakeFirst()) !== undefined
  }

  async markSeeded(name: string): Promise<void> {
    await this.#db.insertInto('seed').values({ name, at: Date.now() }).execute()
  }

  /** Throws when the database does not answer. */
  async ping(): Promise<void> {
    await sql`select 1`.execute(this.#db)
  }
}

export async function openCatalog(db: Kysely<CatalogTables>): Promise<Catalog> {
  return new Catalog(db, await readRoles(db))
}
