/** The tables of people, projects and articles, and of better-auth what we read and write; the rooms' stand with them. */
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
    /** Who becomes a member without being invited: `open` for everybody who joins by name, `invited` for nobody. */
    joining: Generated<string>
    reveals_itself: Generated<number>
    archived_at: number | null
    /** Not there for anybody any more, but can be brought back for a while. The same for an article. */
    deleted_at: number | null
    deleted_by: string | null
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
    /** Where it comes from, as JSON; null where nobody knows. */
    source: string | null
    created_at: number
    /** Whether its annotators see each other's marks: `open`, `blind`, `revealing` or `revealed`. */
    blind: Generated<string>
    deleted_at: number | null
    deleted_by: string | null
  }
  /** Who was a member and is not any more; nobody is in both. */
  former_member: { project_id: string; person_id: string; left_at: number; is_removed: number }
  invitation: {
    id: string
    project_id: string
    token_hash: string
    role: string
    made_by: string
    email: string | null
    created_at: number
    expires_at: number
    max_uses: number | null
    uses: Generated<number>
    ended_at: number | null
  }
  invitation_use: { invitation_id: string; person_id: string; at: number }
  public_link: { article_id: string; token: string; shows_names: number; created_at: number }
  /** Whose records came with the file an article was imported from. */
  contributor: { article_id: string; person_id: string }
  label_version: {
    project_id: string
    number: number
    label_set: string
    guidelines: string
    note: string
    person_id: string | null
    created_at: number
  }
  label_job: {
    project_id: string
    number: number
    person_id: string
    decisions: string
    state: string
    articles: number
    done: number
    changed: number
    last_article: string
    failures: string
    created_at: number
  }
  account_link: {
    token_hash: string
    kind: string
    person_id: string | null
    email: string | null
    made_by: string | null
    created_at: number
    expires_at: number | null
  }
  /** better-auth's, as the next two; dates are ISO 8601 in UTC, so they sort as text. */
  user: {
    id: string
    name: string
    email: string
    emailVerified: number
    createdAt: string
    updatedAt: string
  }
  account: {
    id: string
    accountId: string
    providerId: string
    userId: string
    password: string | null
    createdAt: string
    updatedAt: string
  }
  session: {
    id: string
    userId: string
    expiresAt: string
    createdAt: string
    updatedAt: string
    userAgent: string | null
  }
  seed: { name: string; at: number }
  import_job: {
    id: string
    project_id: string
    person_id: string
    name: string
    state: string
    choices: string
    columns: string | null
    keeps_known: number
    note: string | null
    created_at: number
    finished_at: number | null
  }
  import_item: {
    id: string
    job_id: string
    place: number
    kind: string
    name: string
    line: number | null
    bytes: number
    state: string
    problem: string | null
    report: string | null
    title: string | null
    article_id: string | null
  }
  /** An article that takes the place of another; `first` is the one that had none before it. */
  revision: {
    article_id: string
    replaces: string
    first: string
    number: number
    person_id: string
    created_at: number
  }
  doubt: {
    article_id: string
    mark_id: string
    reason: string
    proposals: string
    mark: string
    state: string
    decided_by: string | null
    decided_at: number | null
  }
  /** What owners have taken out, and whether it was put back. */
  removal: {
    id: string
    project_id: string
    article_id: string | null
    of_person: string
    by_person: string
    since: number | null
    at: number
    count: number
    undone_at: number | null
  }
  removed_record: { room: string; record_key: string; removal_id: string }
  audit: {
    seq: Generated<number>
    at: number
    project_id: string | null
    person_id: string | null
    act: string
    subject: string | null
    detail: string | null
  }
  assignment: {
    article_id: string
    person_id: string
    state: string
    due: string | null
    note: string | null
    at: number
  }
  article_work: { article_id: string; state: string; due: string | null }
  state_change: {
    seq: Generated<number>
    article_id: string
    person_id: string | null
    step: string
    state: string | null
    by_id: string
    note: string | null
    at: number
  }
  work_setting: { project_id: string; per_article: number; may_take: number }
  /** The reveal of a blind article; not done while `done_at` is null. */
  reveal: {
    article_id: string
    by_id: string | null
    begun_at: number
    done_at: number | null
    seq_before: number
    seq_after: number | null
    /** Whose layers could not be read and were left out, as a JSON array. */
    left_out: string | null
  }
  sign_off: {
    id: string
    article_id: string
    by_id: string | null
    at: number
    /** How much was open, by what it was, as JSON. */
    open_points: string
    reason: string | null
    ended_at: number | null
    ended_by: string | null
    ended_why: string | null
  }
  /** Who has not seen yet that it was ended. */
  reopening_news: { sign_off_id: string; person_id: string }
  gap_settled: { article_id: string; gap: string; version: number; by_id: string; at: number }
  gap_checked: { article_id: string; mark: string; version: number; by_id: string; at: number }
  training_test: {
    article_id: string
    bar: string
    tries: number | null
    was_blind: number
    by_id: string
    at: number
  }
  training_try: {
    article_id: string
    person_id: string
    number: number
    passed: number
    score: string
    at: number
  }
  /** A layer that no person has made; `id` is among the people. */
  source: {
    id: string
    project_id: string
    kind: string
    name: string
    format: string | null
    file: string | null
    model: string | null
    version: string | null
    import_id: string | null
    by_id: string | null
    created_at: number
  }
  mark_import: {
    id: string
    project_id: string
    article_id: string | null
    person_id: string
    name: string
    state: string
    choices: string
    reading: string | null
    trial: string | null
    report: string | null
    labels: string | null
    note: string | null
    undone_by: string | null
    created_at: number
    finished_at: number | null
  }
  mark_import_file: { id: string; import_id: string; place: number; name: string; bytes: number }
  mark_import_article: { import_id: string; article_id: string; is_new: number; is_done: number }
  export_job: {
    id: string
    project_id: string
    person_id: string
    role: string
    choices: string
    articles: string
    state: string
    done: number
    report: string
    file_name: string
    bytes: number | null
    sha256: string | null
    note: string | null
    created_at: number
    finished_at: number | null
  }
  /** What was counted of a room, up to `seq`, its marks judged as `judged_by` says. */
  room_count: { room: string; seq: number; figures: string; judged_by: string | null }
  room_activity: { room: string; quarter: number; person: string; marks: number; reviews: number }
  personal_token: {
    id: string
    token_hash: string
    person_id: string
    name: string
    scopes: string
    project_id: string | null
    created_at: number
    expires_at: number
    used_at: number | null
    revoked_at: number | null
  }
  /** What a request with an `Idempotency-Key` was answered. */
  kept_answer: {
    person_id: string
    key: string
    request_hash: string
    status: number
    headers: string
    body: string
    at: number
  }
  webhook: {
    id: string
    project_id: string
    person_id: string
    name: string
    url: string
    secret: string
    events: string
    has_contents: number
    created_at: number
    told_from: number
    paused_why: string | null
    paused_at: number | null
  }
  webhook_delivery: {
    id: string
    webhook_id: string
    event: string
    body: string
    state: string
    tries: number
    created_at: number
    next_at: number
  }
  webhook_try: {
    delivery_id: string
    number: number
    at: number
    ms: number
    status: number | null
    problem: string | null
  }
  /** How far the audit log and the steps of the work were told to webhooks. */
  webhook_position: { source: string; seq: number }
  webhook_room: { article_id: string; seq: number; act: number }
  suggestion_service: {
    id: string
    project_id: string
    name: string
    protocol: string
    url: string
    authorization: string | null
    threshold: number
    version: string | null
    created_at: number
  }
  suggestion_setting: { project_id: string; askers: string }
  prediction: {
    article_id: string
    source_id: string
    asked_of: string
    by_id: string | null
    at: number
    scores: string
  }
}
