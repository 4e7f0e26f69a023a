/**
 * The HTTP interface for programs, typed: `connect({ url, token })`. It needs nothing but `fetch`. What is cut off on the
 * way is sent again by itself: reading does no harm, and each change goes by an `Idempotency-Key`, so that it is done once.
 *
 *     const attest = connect({ url: 'https://attest.example.org', token: process.env.ATTEST_TOKEN })
 *     for await (const mark of attest.records('annotations', article, { kind: 'claim' })) console.log(mark.spans)
 */
import { uuidv4 } from 'lib0/random'
import type { Agreement, AgreementDone } from './agreement-api.ts'
import type { ArticlePage, ArticleSummary, Me, Problem, Project } from './api.ts'
import type { AuditEntry, AuditPage } from './audit.ts'
import type { AttestJson } from './formats/attest-json.ts'
import type { Act, ActsPage } from './history.ts'
import type { ImportJob } from './importing.ts'
import type { CurrentLabels, LabelVersion } from './label-api.ts'
import type { Layers } from './layer.ts'
import type { Outcome } from './outcome.ts'
import type { Given, GivenTogether, GoldAnswer, OutcomePage, RecordPage, WrittenTogether } from './records-api.ts'
import type { RecordOf, Root } from './room.ts'
import type { FormerMember, ListedMember } from './teams.ts'
import type { Decision } from './verdict.ts'
import type { ArticleWork, Dashboard, ProjectWork, TakeStep } from './work.ts'

interface Answer {
  status: number
  headers: { get(name: string): string | null }
  text(): Promise<string>
}

interface Asking {
  method: string
  headers: Record<string, string>
  body?: string
}

/** As much of `fetch` as is needed here. */
export type Fetch = (url: string, init: Asking) => Promise<Answer>

export interface ConnectOptions {
  /** Where the server is, as people reach it. */
  url: string
  /** A personal token, made on the account page. */
  token: string
  fetch?: Fetch
  /** How often something is tried that did not arrive or may go later; 4 when it is not said. */
  tries?: number
  /** Waits; a test need not. */
  sleep?: (ms: number) => Promise<void>
}

/** What the server refused: `message` is its sentence for a person. */
export class ApiProblem extends Error {
  readonly status: number
  /** Where a record was refused: why, of which kind it is, and its id. */
  readonly reason: string | null
  readonly root: string | null
  readonly record: string | null

  constructor({ status, detail, title, reason, root, record }: Problem) {
    super(detail ?? title)
    this.name = 'ApiProblem'
    this.status = status
    this.reason = reason ?? null
    this.root = root ?? null
    this.record = record ?? null
  }
}

export interface RequestOptions {
  query?: Readonly<Record<string, string | number | boolean | null | undefined>>
  body?: unknown
  headers?: Readonly<Record<string, string>>
  /** Names this change among all of yours; one is made when it is not given. */
  idempotencyKey?: string
}

export interface Told<T> {
  data: T
  status: number
  etag: string | null
  /** The address of the next page of a list that came in pages; null after the last. */
  next: string | null
}

export interface RecordFilter {
  author?: string
  kind?: string
  type?: string
  from?: string
  to?: string
  on?: string
  decision?: Decision
  since?: number
}

/** Of a record whose ETag is known: only then is it changed or deleted. */
export interface IfMatch {
  ifMatch?: string
}

export type Client = ReturnType<typeof connect>

/** For what may go better later. */
const later: ReadonlySet<number> = new Set([429, 502, 503, 504])
const MOST_WAIT_MS = 30_000
const FIRST_WAIT_MS = 300

export function connect(options: ConnectOptions) {
  const { token, tries = 4 } = options
  const base = options.url.replace(/\/$/, '')
  // Every platform of today has one; where there is none, it is said at the first request.
  const ask = options.fetch ?? (globalThis as unknown as { fetch: Fetch }).fetch
  const sleep = options.sleep ?? pause

  async function send(method: string, path: string, given: RequestOptions = {}): Promise<Answer> {
    const init: Asking = {
      method,
      headers: { authorization: `Bearer ${token}`, accept: 'application/json', ...given.headers },
    }
    if (given.body !== undefined) {
      init.body = JSON.stringify(given.body)
      init.headers['content-type'] = 'application/json'
    }
    if (method !== 'GET') init.headers['idempotency-key'] = given.idempotencyKey ?? uuidv4()
    const url = base + path + queryOf(given.query)
    for (let i = 1; ; i++) {
      const last = i >= tries
      const answer = await ask(url, init).catch((error: unknown) => {
        if (last) throw error
        return null
      })
      const isUnderWay = answer?.status === 409 && answer.headers.get('retry-after') !== null
      if (answer && (last || !(later.has(answer.status) || isUnderWay))) return answer
      const seconds = Number(answer?.headers.get('retry-after') ?? Number.NaN)
      const wait = Number.isFinite(seconds) ? seconds * 1000 : FIRST_WAIT_MS * 2 ** (i - 1)
      await sleep(Math.min(wait, MOST_WAIT_MS))
    }
  }

  /** Any request; the body of the answer as JSON, or as text where it is none. */
  async function request<T>(method: string, path: string, given: RequestOptions = {}): Promise<Told<T>> {
    const answer = await send(method, path, given)
    const text = await answer.text()
    if (answer.status >= 400) throw problemIn(answer, text)
    // What the server says it sends is what it sends: the schemas of both are the same.
    const data = (/[/+]json/.test(answer.headers.get('content-type') ?? '') ? JSON.parse(text) : text) as T
    const [, next = null] = /<([^<>]*)>; rel="next"/.exec(answer.headers.get('link') ?? '') ?? []
    return { data, status: answer.status, etag: answer.headers.get('etag'), next }
  }

  const get = async <T>(path: string, query?: RequestOptions['query']) =>
    (await request<T>('GET', path, query ? { query } : {})).data

  /** All of a list whose pages follow each other by their `Link`. */
  async function* linked<T>(path: string): AsyncGenerator<T> {
    for (let at: string | null = `${path}?limit=200`; at !== null; ) {
      const { data, next }: Told<T[]> = await request<T[]>('GET', at)
      yield* data
      at = next
    }
  }

  async function* records<R extends Root>(
    root: R,
    article: string,
    filter: RecordFilter = {},
  ): AsyncGenerator<RecordOf[R]> {
    for (let cursor: string | null = ''; cursor !== null; ) {
      const query: RequestOptions['query'] = { ...filter, limit: 1000, cursor: cursor || undefined }
      const page: RecordPage<R> = await get(`${articleAt(article)}/${root}`, query)
      yield* page.records
      cursor = page.next
    }
  }

  const conditional = ({ ifMatch }: IfMatch) => (ifMatch === undefined ? {} : { headers: { 'if-match': ifMatch } })

  return {
    request,
    me: () => get<Me>('/api/me'),

    projects: () => linked<Project>('/api/projects'),
    newProject: async (name: string) => (await request<Project>('POST', '/api/projects', { body: { name } })).data,
    members: (project: string) =>
      get<{ members: ListedMember[]; former: FormerMember[] }>(`${projectAt(project)}/members`),
    labels: (project: string) => get<CurrentLabels>(`${projectAt(project)}/label-set`),
    labelVersions: (project: string) => linked<LabelVersion>(`${projectAt(project)}/label-set/versions`),
    imports: (project: string) => linked<ImportJob>(`${projectAt(project)}/imports`),
    work: (project: string) => get<ProjectWork>(`${projectAt(project)}/work`),
    dashboard: (project: string) => get<Dashboard>(`${projectAt(project)}/dashboard`),
    /** Starts, submits, signs off or reopens; the page lets one do the same. */
    step: async (project: string, step: TakeStep) =>
      (await request<unknown>('POST', `${projectAt(project)}/work/step`, { body: step })).data,

    /** Asks until the figures are there. */
    async agreement(project: string, query: Readonly<Record<string, string | number>> = {}): Promise<AgreementDone> {
      for (;;) {
        const answer = await get<Agreement>(`${projectAt(project)}/agreement`, query)
        if (answer.state === 'done') return answer
        await sleep(1000)
      }
    },

    /** The newest first. */
    async *audit(project: string, query: { act?: string; person?: string } = {}): AsyncGenerator<AuditEntry> {
      for (let before: number | null | undefined; before !== null; ) {
        const page: AuditPage = await get(`${projectAt(project)}/audit`, { ...query, before })
        yield* page.entries
        before = page.next
      }
    },

    articles: (project: string) => linked<ArticleSummary>(`${projectAt(project)}/articles`),
    article: (article: string) => get<ArticlePage>(articleAt(article)),
    /** Brings in a plain text, whose first line is the title where none is given, or an attest-json file. */
    addArticle: async (project: string, given: { text: string; title?: string; language?: string } | AttestJson) =>
      (await request<ArticleSummary & { notes: string[] }>('POST', `${projectAt(project)}/articles`, { body: given }))
        .data,
    /** An owner can bring it back. */
    removeArticle: async (article: string): Promise<void> => {
      await request('DELETE', articleAt(article))
    },
    /** As text, whatever the format. */
    exportArticle: async (article: string, query: { format?: string; layers?: string } = {}): Promise<string> => {
      const answer = await send('GET', `${articleAt(article)}/export`, { query })
      const text = await answer.text()
      if (answer.status >= 400) throw problemIn(answer, text)
      return text
    },
    articleWork: (article: string) => get<ArticleWork>(`${articleAt(article)}/work`),
    layers: (article: string) => get<Layers>(`${articleAt(article)}/layers`),
    gold: (article: string) => get<GoldAnswer>(`${articleAt(article)}/gold`),

    async *outcomes(article: string, outcome?: Outcome): AsyncGenerator<OutcomePage['outcomes'][number]> {
      for (let cursor: string | null = ''; cursor !== null; ) {
        const query = { outcome, limit: 1000, cursor: cursor || undefined }
        const page: OutcomePage = await get(`${articleAt(article)}/outcomes`, query)
        yield* page.outcomes
        cursor = page.next
      }
    },

    /** The newest act first. */
    async *history(article: string): AsyncGenerator<Act> {
      for (let from: number | null | undefined; from !== null; ) {
        const page: ActsPage = await get(`${articleAt(article)}/history`, { from, limit: 500 })
        yield* page.acts
        from = page.next
      }
    },

    records,
    /** With its ETag, for `ifMatch`. */
    record: <R extends Root>(root: R, article: string, id: string) =>
      request<RecordOf[R]>('GET', `${articleAt(article)}/${root}/${encodeURIComponent(id)}`),
    /** One. What is missing of its id, author and time is filled in. */
    add: async <R extends Root>(root: R, article: string, given: Given[R]) =>
      (await request<RecordOf[R]>('POST', `${articleAt(article)}/${root}`, { body: given })).data,
    /** Up to a thousand, all or nothing. */
    addAll: async <R extends Root>(root: R, article: string, given: readonly Given[R][]) =>
      (await request<RecordOf[R][]>('POST', `${articleAt(article)}/${root}`, { body: given })).data,
    put: async <R extends Root>(root: R, article: string, id: string, given: Given[R], condition: IfMatch = {}) => {
      const path = `${articleAt(article)}/${root}/${encodeURIComponent(id)}`
      return (await request<RecordOf[R]>('PUT', path, { body: given, ...conditional(condition) })).data
    },
    remove: async (root: Root, article: string, id: string, condition: IfMatch = {}): Promise<void> => {
      await request('DELETE', `${articleAt(article)}/${root}/${encodeURIComponent(id)}`, conditional(condition))
    },
    /** Of several kinds, put and deleted together, all or nothing. */
    write: async (article: string, given: GivenTogether) =>
      (await request<WrittenTogether>('POST', `${articleAt(article)}/records`, { body: given })).data,
  }
}

/** What stands between may answer as well, in words of its own. */
function problemIn({ status, headers }: Answer, text: string): ApiProblem {
  return new ApiProblem(
    headers.get('content-type')?.startsWith('application/problem+json')
      ? (JSON.parse(text) as Problem)
      : { type: 'about:blank', title: `The server answered ${status}.`, status },
  )
}

const projectAt = (id: string) => `/api/projects/${encodeURIComponent(id)}`
const articleAt = (id: string) => `/api/articles/${encodeURIComponent(id)}`

function queryOf(query: RequestOptions['query'] = {}): string {
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    value === undefined || value === null ? [] : [`${encodeURIComponent(name)}=${encodeURIComponent(String(value))}`],
  )
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`
}

/** Neither a page nor Node is known here, and both have this. */
function pause(ms: number): Promise<void> {
  const { setTimeout } = globalThis as unknown as { setTimeout: (work: () => void, ms: number) => void }
  return new Promise((resolve) => setTimeout(resolve, ms))
}
