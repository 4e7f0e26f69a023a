/**
 * The thread of exports: reads articles with a connection of its own, and writes them in a format, so that neither holds
 * anybody up. An archive is written article by article into a file that has another name until it is whole.
 */
import { createHash, type Hash } from 'node:crypto'
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { setImmediate as nextTick } from 'node:timers/promises'
import { workerData } from 'node:worker_threads'
import type { ExportCounts } from '@attest/schema/exchange-api'
import type { Loss, TextFile, Writer } from '@attest/schema/formats/format'
import { addLosses } from '@attest/schema/formats/pieces'
import { readSqlite } from '../store/sqlite.ts'
import { DamagedRoom } from '../store/store.ts'
import { answerQuestions } from '../thread.ts'
import { gather } from './gather.ts'
import { fileOf, Gone, NotBegun, oneArticle, reportOf, reportText, theWriter } from './one.ts'
import { type Asking, addCounts, isArchive, noCounts, render } from './render.ts'
import { TooMuch, ZipFile } from './zip.ts'

export type Question =
  /** One article: what it would be, or what it is. */
  | ({ ask: 'report' | 'article'; article: string } & Asking)
  /** A file of many: it is begun, articles are added, and it is finished or given up. */
  | ({ ask: 'begin'; job: string; file: string } & Asking)
  | { ask: 'add'; job: string; articles: readonly string[] }
  | { ask: 'finish'; job: string }
  | { ask: 'drop'; job: string }

/** Troubles that have a sentence of their own; an error's class does not cross between threads. */
export type Told<T> =
  | { ok: true; value: T }
  | { ok: false; trouble: 'gone' | 'damaged' | 'full' | 'too-much' | 'not-begun'; message: string }

export interface Added {
  counts: ExportCounts
  left: Loss[]
  /** Articles that were not there any more. */
  gone: number
}

export interface Finished {
  bytes: number
  sha256: string
}

const { db } = await readSqlite(String(workerData))
const making = new Map<string, Making>()

answerQuestions(async (question: Question): Promise<Told<unknown>> => {
  // Other threads' work on this one's queue goes first.
  await nextTick()
  try {
    return { ok: true, value: await answer(question) }
  } catch (error) {
    if (error instanceof DamagedRoom) return { ok: false, trouble: 'damaged', message: error.message }
    if (error instanceof TooMuch) return { ok: false, trouble: 'too-much', message: error.message }
    if (error instanceof NotBegun) return { ok: false, trouble: 'not-begun', message: error.message }
    if (error instanceof Gone) return { ok: false, trouble: 'gone', message: error.message }
    const code = error instanceof Error && 'code' in error ? error.code : ''
    if (code === 'ENOSPC' || code === 'EDQUOT') return { ok: false, trouble: 'full', message: String(error) }
    throw error
  }
})

async function answer(question: Question): Promise<unknown> {
  switch (question.ask) {
    case 'report':
      return reportOf(await oneArticle(db, question), question.choices)
    case 'article':
      return fileOf(await oneArticle(db, question), question.choices)
    case 'begin':
      drop(question.job)
      making.set(question.job, new Making(question))
      return null
    case 'add':
      return jobOf(question.job).add(question.articles)
    case 'finish': {
      const finished = await jobOf(question.job).finish()
      making.delete(question.job)
      return finished
    }
    case 'drop':
      drop(question.job)
      return null
  }
}

function drop(id: string): void {
  const job = making.get(id)
  making.delete(id)
  job?.drop()
}

function jobOf(id: string): Making {
  const job = making.get(id)
  if (!job) throw new NotBegun(`the export ${id} was not begun`)
  return job
}

/** One file of many articles, on its way. */
class Making {
  readonly #file: string
  readonly #asking: Asking
  readonly #writer: Writer
  readonly #fd: number
  readonly #hash: Hash = createHash('sha256')
  readonly #zip: ZipFile | null
  readonly #articles: { id: string; title: string; counts: ExportCounts; left: Loss[] }[] = []
  readonly #later: TextFile[] = []
  #isOpen = true
  #bytes = 0
  #left: Loss[] = []
  #counts = noCounts

  constructor({ file, ...asking }: { file: string } & Asking) {
    this.#file = file
    this.#asking = { looker: asking.looker, choices: asking.choices, naming: asking.naming }
    this.#writer = theWriter(asking.choices)
    this.#fd = openSync(partOf(file), 'w', 0o600)
    const { series } = this.#writer
    this.#zip = isArchive(asking.choices, this.#writer) ? new ZipFile((chunk) => this.#write(chunk)) : null
    if (!series) return
    this.#zip?.begin(`articles${this.#writer.extension}`)
    this.#text(series.before)
  }

  async add(articles: readonly string[]): Promise<Added> {
    const added: Added = { counts: noCounts, left: [], gone: 0 }
    for (const id of articles) {
      const gathered = await gather(db, id, this.#asking.looker, { mayBeDamaged: true })
      if (!gathered) {
        added.gone++
        continue
      }
      const { files, once, counts, left } = await render(db, gathered, this.#asking, this.#writer)
      const { series } = this.#writer
      const [first, ...more] = files
      if (series && first) this.#text(`${this.#articles.length > 0 ? series.between : ''}${first.text}`)
      else if (first) this.#zip?.add(first.name, first.text)
      // A file that is written in parts is the only one that is open.
      if (series && more.length > 0) this.#later.push(...more)
      else for (const { name, text } of more) this.#zip?.add(name, text)
      if (!series && this.#articles.length === 0) for (const { name, text } of once) this.#zip?.add(name, text)
      const { title } = gathered.annotated.article
      this.#articles.push({ id, title, counts, left })
      added.counts = addCounts(added.counts, counts)
      added.left = addLosses(added.left, left)
      // What is asked for by somebody who waits is answered in between.
      await nextTick()
    }
    this.#left = addLosses(this.#left, added.left)
    this.#counts = addCounts(this.#counts, added.counts)
    return added
  }

  async finish(): Promise<Finished> {
    const { series } = this.#writer
    if (series) {
      this.#text(series.after)
      this.#zip?.end()
    }
    if (this.#zip) {
      for (const { name, text } of this.#later) this.#zip.add(name, text)
      const { format } = this.#asking.choices
      const report = { format, counts: this.#counts, left: this.#left, articles: this.#articles }
      this.#zip.add('report.json', `${JSON.stringify(report, null, 2)}\n`)
      this.#zip.add('REPORT.txt', reportText(this.#left))
      this.#zip.close()
    }
    fsyncSync(this.#fd)
    this.#close()
    renameSync(partOf(this.#file), this.#file)
    const folder = openSync(dirname(this.#file), 'r')
    fsyncSync(folder)
    closeSync(folder)
    return { bytes: this.#bytes, sha256: this.#hash.digest('hex') }
  }

  drop(): void {
    this.#close()
    rmSync(partOf(this.#file), { force: true })
  }

  /** Once: by then the number may be that of another file. */
  #close(): void {
    if (this.#isOpen) closeSync(this.#fd)
    this.#isOpen = false
  }

  #text(text: string): void {
    if (this.#zip) this.#zip.more(text)
    else this.#write(Buffer.from(text, 'utf8'))
  }

  #write(chunk: Uint8Array): void {
    for (let at = 0; at < chunk.length; ) at += writeSync(this.#fd, chunk, at)
    this.#hash.update(chunk)
    this.#bytes += chunk.length
  }
}

/** The file has this name until it is whole. */
function partOf(file: string): string {
  return `${file}.part`
}
