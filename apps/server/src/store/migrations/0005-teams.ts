/**
 * What becomes of projects and articles (archived, deleted with a way back), who was in a project and is not any more,
 * invitations, and links for the public to one article.
 */
import type { Kysely } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  const projects = db.schema.alterTable('project')
  await projects.addColumn('joining', 'text', (column) => column.notNull().defaultTo('open')).execute()
  await projects.addColumn('archived_at', 'integer').execute()
  await projects.addColumn('deleted_at', 'integer').execute()
  await projects.addColumn('deleted_by', 'text').execute()
  const articles = db.schema.alterTable('article')
  await articles.addColumn('deleted_at', 'integer').execute()
  await articles.addColumn('deleted_by', 'text').execute()

  // A table of its own, so that whoever asks who is a member need not know that people can have been one.
  await db.schema
    .createTable('former_member')
    .addColumn('project_id', 'text', (column) => column.notNull().references('project.id').onDelete('cascade'))
    .addColumn('person_id', 'text', (column) => column.notNull().references('person.id'))
    .addColumn('left_at', 'integer', (column) => column.notNull())
    // 1 where an owner removed them, 0 where they left.
    .addColumn('is_removed', 'integer', (column) => column.notNull())
    .addPrimaryKeyConstraint('former_member_key', ['project_id', 'person_id'])
    .execute()

  await db.schema
    .createTable('invitation')
    .addColumn('id', 'text', (column) => column.primaryKey().notNull())
    .addColumn('project_id', 'text', (column) => column.notNull().references('project.id').onDelete('cascade'))
    // The token itself is in the link, and nowhere here.
    .addColumn('token_hash', 'text', (column) => column.notNull().unique())
    .addColumn('role', 'text', (column) => column.notNull())
    .addColumn('made_by', 'text', (column) => column.notNull().references('person.id'))
    .addColumn('email', 'text')
    .addColumn('created_at', 'integer', (column) => column.notNull())
    .addColumn('expires_at', 'integer', (column) => column.notNull())
    // Null for any number of uses.
    .addColumn('max_uses', 'integer')
    .addColumn('uses', 'integer', (column) => column.notNull().defaultTo(0))
    .addColumn('ended_at', 'integer')
    .execute()
  await db.schema.createIndex('invitation_project').on('invitation').columns(['project_id', 'created_at']).execute()

  await db.schema
    .createTable('invitation_use')
    .addColumn('invitation_id', 'text', (column) => column.notNull().references('invitation.id').onDelete('cascade'))
    .addColumn('person_id', 'text', (column) => column.notNull().references('person.id'))
    .addColumn('at', 'integer', (column) => column.notNull())
    .addPrimaryKeyConstraint('invitation_use_key', ['invitation_id', 'person_id'])
    .execute()

  await db.schema
    .createTable('public_link')
    .addColumn('article_id', 'text', (column) =>
      column.primaryKey().notNull().references('article.id').onDelete('cascade'),
    )
    // As it is: its owners have to be able to copy the link again, and what it opens is meant for everybody.
    .addColumn('token', 'text', (column) => column.notNull().unique())
    .addColumn('shows_names', 'integer', (column) => column.notNull())
    .addColumn('created_at', 'integer', (column) => column.notNull())
    .execute()
}
