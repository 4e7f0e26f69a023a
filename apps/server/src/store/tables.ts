/** The tables of people, projects and articles; better-auth's own and the rooms' stand with what uses them. */
import type { Generated } from 'kysely'

export interface CatalogTables {
  person: {
    id: string
    name: string
    name_key: string
    color: number
    has_account: number
    owns_workspace: number
    created_at: number
  }
  project: {
    id: string
    name: string
    mode: string
    peers_judge: number
    label_set: string
    guidelines: string
    created_at: number
  }
  member: { project_id: string; person_id: string; role: string }
  article: {
    id: string
    project_id: string
    title: string
    language: string | null
    direction: string
    length: number
    text: string
    sha256: string
    blocks: string
    inlines: string
    created_at: number
  }
  /** Whose records came with the file an article was imported from. */
  contributor: { article_id: string; person_id: string }
  seed: { name: string; at: number }
  audit: {
    seq: Generated<number>
    at: number
    project_id: string | null
    person_id: string | null
    act: string
    subject: string | null
    detail: string | null
  }
}
