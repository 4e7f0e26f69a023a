/** `attest import` of texts without marks: articles of a project, as its page brings them in. */
import { extname } from 'node:path'
import { readers } from '@attest/schema/formats/registry'
import { readRows } from '@attest/schema/formats/table-text'
import type { ImportJob, ImportPage, Reading, ReadingChoices } from '@attest/schema/importing'
import { decode } from '../articles/encoding.ts'
import { many, Report, Unreadable } from '../articles/report.ts'
import { CannotRun, type Done, type Progress } from './command.ts'
import { type Remote, watch } from './remote.ts'

export interface ArticlesOptions {
  project: string
  choices: ReadingChoices
  keepsKnown: boolean
  /** Whether it only tells what is in the files. */
  isTrial: boolean
  progress: Progress
}

export interface Content {
  name: string
  bytes: Uint8Array
}

/** Endings of files that the page takes for articles. */
const ofArticles = /^\.(txt|text|log|md|markdown|html?|xhtml|docx|pdf|csv|tsv|jsonl|ndjson)$/i
/** Those of them in which there can be no marks that are read. */
const ofArticlesAlone = /^\.(md|markdown|html?|xhtml|docx|pdf)$/i

/** Whether these are texts alone: none of them has marks of a format that is known. */
export function areArticles(files: readonly Content[]): boolean {
  return files.every(({ name, bytes }) => {
    if (!ofArticles.test(extname(name))) return false
    if (ofArticlesAlone.test(extname(name))) return true
    const file = { name, text: textOf(bytes) }
    return ![...readers.values()].some((reader) => reader.fits(file))
  })
}

/** As far as it tells what kind of file it is; what cannot be read at all the server says more about. */
function textOf(bytes: Uint8Array): string {
  try {
    return decode(bytes, {}, new Report()).text
  } catch (error) {
    if (error instanceof Unreadable) return ''
    throw error
  }
}

export async function importArticles(
  remote: Remote,
  files: readonly Content[],
  options: ArticlesOptions,
): Promise<Done> {
  try {
    return options.isTrial ? await tryArticles(remote, files, options) : await bringArticles(remote, files, options)
  } finally {
    options.progress.end()
  }
}

async function bringArticles(
  remote: Remote,
  files: readonly Content[],
  { project, choices, keepsKnown, progress }: ArticlesOptions,
): Promise<Done> {
  const path = `/api/projects/${encodeURIComponent(project)}/imports`
  const { data: begun } = await remote.request<ImportJob>('POST', path, {
    body: { name: files[0]?.name ?? 'import', choices, keepsKnown },
  })
  const at = `${path}/${begun.id}`
  let isSent = false
  try {
    for (const { name, bytes } of files) {
      progress.tell(`Sending ${name}`)
      await remote.bytes('POST', `${at}/files?name=${encodeURIComponent(name)}`, { body: bytes })
    }
    await remote.request('POST', `${at}/complete`, { body: {} })
    isSent = true
  } finally {
    if (!isSent) await remote.request('POST', `${at}/cancel`, { body: {} }).catch(() => {})
  }
  const page = await watch(
    async () => {
      const { data } = await remote.request<ImportPage>('GET', at)
      const { waiting, kept, known, failed } = data.counts
      progress.tell(`${kept + known + failed} of ${waiting + kept + known + failed}`)
      return data
    },
    ({ state }) => state === 'receiving' || state === 'running',
  )
  if (page.state !== 'done') throw new CannotRun(page.note ?? 'The import was cancelled; what it has brought in stays.')
  const items = itemsOf(await (await remote.bytes('GET', `${at}/report`)).text())
  const { kept, known, failed } = page.counts
  return {
    say: [
      `${many(kept, 'article')} imported.`,
      ...(known > 0 ? [`${many(known, 'text')} here already.`] : []),
      ...items.flatMap(({ file, line, outcome, problem }) =>
        outcome === 'failed' ? [`not imported ${placeOf(file, line)}: ${problem}`] : [],
      ),
      ...(page.note ? [page.note] : []),
    ].join('\n'),
    value: { imported: kept, known, failed, note: page.note, items },
    ...(failed > 0 && { failure: `${many(failed, 'text')} could not be imported.` }),
  }
}

interface Item {
  file: string
  line: number | null
  outcome: string
  problem: string
  title: string
  article: string
}

/** The rows of the report, which tells of each text what came of it. */
function itemsOf(table: string): Item[] {
  const reading = readRows(table, ',')
  const [, ...rows] = reading.ok ? reading.rows : []
  return rows.map(({ cells: [file = '', line = '', outcome = '', problem = '', , title = '', article = ''] }) => ({
    file,
    line: line === '' ? null : Number(line),
    outcome,
    problem,
    title,
    article,
  }))
}

function placeOf(file: string, line: number | null): string {
  return line === null ? file : `${file}, line ${line}`
}

async function tryArticles(
  remote: Remote,
  files: readonly Content[],
  { project, choices, progress }: ArticlesOptions,
): Promise<Done> {
  const lines: string[] = []
  const found: object[] = []
  let failed = 0
  for (const { name, bytes } of files) {
    progress.tell(`Reading ${name}`)
    const query = new URLSearchParams({ name })
    for (const [choice, value] of Object.entries(choices)) if (value !== undefined) query.set(choice, value)
    const reading = await remote
      .bytes('POST', `/api/projects/${encodeURIComponent(project)}/readings?${query}`, { body: bytes })
      .then(async (answer) => (await answer.json()) as Reading)
      .catch((error: unknown) => {
        // One file that cannot be read says nothing about the others; anything else is the end of it.
        if (error instanceof CannotRun && error.status === 422) return error
        throw error
      })
    if (reading instanceof CannotRun) failed++
    lines.push(`${name}: ${reading instanceof CannotRun ? reading.message : inWords(reading)}`)
    found.push({ file: name, ...(reading instanceof CannotRun ? { problem: reading.message } : toldOf(reading)) })
  }
  return {
    say: lines.join('\n'),
    value: found,
    ...(failed > 0 && { failure: `${many(failed, 'file')} cannot be read.` }),
  }
}

function inWords(reading: Reading): string {
  if (reading.is === 'archive') {
    const readable = reading.entries.filter(({ problem }) => problem === null)
    return `an archive with ${many(readable.length, 'file')} to read, of ${reading.entries.length}`
  }
  if (reading.is === 'table')
    return reading.guess
      ? `a table; ${many(reading.rowCount, 'article')} would be imported, of the column “${reading.guess.text}”`
      : 'a table in which no column looks like a text'
  const { content, report, duplicate } = reading
  const known = duplicate ? `; this text is here already, as “${duplicate.title}”` : ''
  return `“${content.title}”, ${many(content.blocks.length, 'paragraph')}${known}${report.length > 0 ? `. ${report.join(' ')}` : ''}`
}

function toldOf(reading: Reading): object {
  if (reading.is !== 'article') return reading
  const { content, ...rest } = reading
  return { ...rest, title: content.title, language: content.language, characters: content.text.length }
}
