/** `attest import`: marks of files into a project of a server, each layer named after its file; or articles. */
import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import type { MarkImport, MarkImportPage, MarkReport, MarkTrial } from '@attest/schema/exchange-api'
import type { FormatName, OffsetUnit } from '@attest/schema/formats/format'
import { mappingSchema } from '@attest/schema/formats/mapping'
import type { encodings, lineWays } from '@attest/schema/importing'
import { many } from '../articles/report.ts'
import { CannotRun, type Done, type Progress } from './command.ts'
import { areArticles, type Content, importArticles } from './import-articles.ts'
import { connectTo, explained, type Remote, type RemoteOptions, watch } from './remote.ts'

export interface ImportOptions extends RemoteOptions {
  files: readonly string[]
  project: string
  /** The one article that the marks are for; otherwise each text finds its own, or becomes one. */
  article: string | undefined
  from: FormatName | undefined
  unit: OffsetUnit | undefined
  /** A file with a mapping; as the server proposes where it is not given. */
  map: string | undefined
  /** Found out where it is not said. */
  as: 'marks' | 'articles' | undefined
  encoding: (typeof encodings)[number] | undefined
  /** Of articles: which lines are paragraphs, and whether those are kept once more that are there. */
  lines: (typeof lineWays)[number] | undefined
  keepsKnown: boolean
  /** Whether it ends with the report of what would come of it. */
  isTrial: boolean
  progress: Progress
}

const busy: readonly MarkImport['state'][] = ['receiving', 'reading', 'trying', 'committing']

export function importFiles(options: ImportOptions): Promise<Done> {
  const remote = connectTo(options)
  // Read before anything is begun over there.
  const contents = options.files.map((file) => ({ name: basename(file), bytes: read(file) }))
  const { lines, encoding } = options
  const choices = { ...(lines && { lines }), ...(encoding && { encoding }) }
  const areMarks = isOfMarks(options) || (isOpen(options) && !areArticles(contents))
  return explained(
    options.url,
    areMarks ? importMarks(remote, contents, options) : importArticles(remote, contents, { ...options, choices }),
  )
}

/** Whether nothing that is said tells which of both they are. */
function isOpen({ as, lines, keepsKnown }: ImportOptions): boolean {
  return as === undefined && lines === undefined && !keepsKnown
}

/** Whether something is said that makes sense of marks alone. */
function isOfMarks({ as, article, from, unit, map, lines, keepsKnown }: ImportOptions): boolean {
  const ofMarks = Object.entries({ article, from, unit, map }).find(([, value]) => value !== undefined)?.[0]
  const ofArticles = lines !== undefined ? 'lines' : keepsKnown ? 'again' : undefined
  if (ofMarks && (ofArticles || as === 'articles'))
    throw new CannotRun(
      `--${ofMarks} is about marks, and ${ofArticles ? `--${ofArticles}` : '--as articles'} about articles.`,
    )
  if (ofArticles && as === 'marks')
    throw new CannotRun(`--${ofArticles} is about articles, and --as marks about marks.`)
  return as === 'marks' || ofMarks !== undefined
}

async function importMarks(remote: Remote, contents: readonly Content[], options: ImportOptions): Promise<Done> {
  const { project, article = null, from = null, encoding = null, isTrial, progress } = options
  const trial = trialOf(options)
  const path = `/api/projects/${encodeURIComponent(project)}/mark-imports`
  const { data: begun } = await remote.request<MarkImport>('POST', path, {
    body: { name: contents[0]?.name ?? 'import', article },
  })
  const at = `${path}/${begun.id}`
  const step = async (name: string, body: unknown) => {
    await remote.request('POST', `${at}/${name}`, { body })
    return watch(
      async () => {
        const { data } = await remote.request<MarkImportPage>('GET', at)
        const { state, progress: told } = data
        progress.tell(told ? `${state}, ${told.done} of ${told.of}` : state)
        return data
      },
      ({ state }) => busy.includes(state),
    )
  }
  let isOver = false
  try {
    for (const { name, bytes } of contents) {
      progress.tell(`Sending ${name}`)
      await remote.bytes('POST', `${at}/files?name=${encodeURIComponent(name)}`, { body: bytes })
    }
    const { reading } = arrived(await step('read', { format: from, encoding }), 'read')
    const mapping = trial.mapping ?? reading?.mapping
    const tried = arrived(
      await step('try', {
        ...trial,
        ...(mapping && { mapping: { ...mapping, ...(options.unit && { unit: options.unit }) } }),
      }),
      'tried',
    )
    if (isTrial || !tried.report) return told(tried.report, 'would be imported')
    const done = arrived(await step('commit', {}), 'done')
    isOver = true
    return told(done.report, 'imported')
  } finally {
    progress.end()
    // What was not committed leaves no trace; if that cannot be said to the server, it goes there after a day.
    if (!isOver) await remote.request('POST', `${at}/cancel`, { body: {} }).catch(() => {})
  }
}

function arrived(page: MarkImportPage, state: MarkImport['state']): MarkImportPage {
  if (page.state !== state) throw new CannotRun(page.note ?? `The import is ${page.state}.`)
  return page
}

/** The first of each, for whoever looks on; more of them are in the JSON. */
const MOST_LINES = 20

function told(report: MarkReport | null, verb: string): Done {
  if (!report) throw new CannotRun('The server made no report.')
  const { given, imported, refused, reported, changed, articleCount } = report
  const list = (title: string, { count, first }: MarkReport['refused']) => {
    const rows = first.slice(0, MOST_LINES)
    // A row may stand for many.
    const more = rows.reduce((left, row) => left - row.count, count)
    return [
      ...rows.map(
        ({ where, why }) => `${title} ${where.file}${where.line === undefined ? '' : `, line ${where.line}`}: ${why}`,
      ),
      ...(more > 0 ? [`${title} ${more} more`] : []),
    ]
  }
  return {
    say: [
      `Of ${many(given, 'thing')} ${imported.toLocaleString('en')} ${verb}, into ${many(articleCount, 'article')}.`,
      ...list('refused', refused),
      ...list('left out', reported),
      ...list('changed', changed),
    ].join('\n'),
    value: report,
  }
}

function trialOf({ map }: ImportOptions): MarkTrial {
  if (map === undefined) return { placements: [] }
  const text = new TextDecoder().decode(read(map))
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw new CannotRun(`${map} is no JSON: ${error instanceof Error ? error.message : error}`)
  }
  const mapping = mappingSchema.safeParse(value)
  if (mapping.success) return { mapping: mapping.data, placements: [] }
  const [issue] = mapping.error.issues
  throw new CannotRun(`${map}: ${issue?.path.join('.') || 'it'}: ${issue?.message ?? 'is no mapping'}.`)
}

function read(file: string): Uint8Array {
  try {
    return readFileSync(file)
  } catch (error) {
    throw new CannotRun(`${file} cannot be read (${error instanceof Error && 'code' in error ? error.code : error}).`)
  }
}
