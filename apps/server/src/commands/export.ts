/** `attest export`: an article or a whole project from a server, in any format. */
import { createWriteStream, existsSync, renameSync, rmSync, statSync } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { ReadableStream } from 'node:stream/web'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ExportJob, ExportLayers } from '@attest/schema/exchange-api'
import { type FormatName, lossInWords } from '@attest/schema/formats/format'
import { many } from '../articles/report.ts'
import { CannotRun, type Done, type Progress } from './command.ts'
import { connectTo, explained, type Remote, type RemoteOptions, watch } from './remote.ts'

export interface ExportOptions extends RemoteOptions {
  /** One of the two. */
  article: string | undefined
  project: string | undefined
  format: FormatName
  /** `all`, `gold`, `accepted`, or people’s ids parted by commas. */
  layers: string
  isAnonymous: boolean
  hasHistory: boolean
  /** The file it goes to; standard output for an article, and the name the server gives it for a project. */
  out: string | undefined
  progress: Progress
  write(bytes: Uint8Array): void
}

export function exportMarks(options: ExportOptions): Promise<Done> {
  const { article, project, url } = options
  if ((article === undefined) === (project === undefined))
    throw new CannotRun('Say either --article or --project: which of them is exported.')
  const remote = connectTo(options)
  return explained(
    url,
    article === undefined ? ofProject(remote, project ?? '', options) : ofArticle(remote, article, options),
  )
}

async function ofArticle(remote: Remote, article: string, options: ExportOptions): Promise<Done> {
  const { format, layers, isAnonymous, hasHistory, out, write } = options
  const query = new URLSearchParams({ format, layers, anonymous: `${isAnonymous}`, history: `${hasHistory}` })
  const answer = await remote.bytes('GET', `/api/articles/${encodeURIComponent(article)}/export?${query}`)
  const bytes = new Uint8Array(await answer.arrayBuffer())
  if (out === undefined) {
    write(bytes)
    return { say: '', value: { bytes: bytes.length } }
  }
  refuseTaken(out)
  await pipeline(Readable.from([bytes]), createWriteStream(out, { flags: 'wx' }))
  return { say: `${out} has ${many(bytes.length, 'byte')}.`, value: { file: out, bytes: bytes.length } }
}

async function ofProject(remote: Remote, project: string, options: ExportOptions): Promise<Done> {
  const { format, layers, isAnonymous: anonymous, hasHistory: history, progress } = options
  const path = `/api/projects/${encodeURIComponent(project)}/exports`
  const body = { format, layers: layersOf(layers), anonymous, history }
  const { data: begun } = await remote.request<ExportJob>('POST', path, { body })
  try {
    const job = await watch(
      async () => {
        const { data } = await remote.request<ExportJob>('GET', `${path}/${begun.id}`)
        progress.tell(`Exporting, ${data.done} of ${data.articles}`)
        return data
      },
      ({ state }) => state === 'running',
    )
    if (job.state !== 'done') throw new CannotRun(job.note ?? 'The server could not make the export.')
    const file = options.out ?? job.fileName
    await download(remote, `${path}/${job.id}/file`, file, job.bytes ?? 0, progress)
    const lost = job.left.map((loss) => `not in it: ${loss.count} ${lossInWords(loss)}`)
    return {
      say: [`${file} has ${many(job.articles, 'article')}, ${many(job.bytes ?? 0, 'byte')}.`, ...lost].join('\n'),
      value: { ...job, file },
    }
  } finally {
    progress.end()
  }
}

function layersOf(layers: string): ExportLayers {
  return layers === 'all' || layers === 'gold' || layers === 'accepted' ? layers : layers.split(',')
}

/** How often a download that was cut off goes on where it was, and how long it waits first; twice as long each time. */
const TRIES = 5
const FIRST_WAIT_MS = 500

/** It has its name once it is whole. */
async function download(remote: Remote, path: string, file: string, bytes: number, progress: Progress): Promise<void> {
  refuseTaken(file)
  const part = `${file}.part`
  // One that is there is of an export before this one: the two would make one file of the right size, and of no use.
  rmSync(part, { force: true })
  for (let i = 1; ; i++) {
    const from = existsSync(part) ? statSync(part).size : 0
    try {
      if (from < bytes) {
        const { body, status } = await remote.bytes('GET', path, { from })
        if (!body) throw new CannotRun('The server sent nothing.')
        // The stream of fetch is that of Node, under another name.
        const stream = Readable.fromWeb(body as ReadableStream)
        // Somebody on the way may know nothing of ranges, and send all of it.
        const goesOn = status === 206
        let there = goesOn ? from : 0
        stream.on('data', (chunk: Buffer) => {
          there += chunk.length
          progress.tell(`Fetching, ${Math.floor((there / bytes) * 100)} %`)
        })
        await pipeline(stream, createWriteStream(part, { flags: goesOn ? 'a' : 'w' }))
      }
      if (statSync(part).size === bytes) break
    } catch (error) {
      // A refusal stays one; a server that starts anew is soon there again.
      if (i >= TRIES || (error instanceof CannotRun && (error.status ?? 0) < 500)) throw error
    }
    if (i >= TRIES) throw new CannotRun(`${file} could not be fetched whole; what is there of it is in ${part}.`)
    await sleep(FIRST_WAIT_MS * 2 ** (i - 1))
  }
  renameSync(part, file)
}

function refuseTaken(file: string): void {
  if (existsSync(file)) throw new CannotRun(`${file} is there already, and is left as it is; name another with --out.`)
}
