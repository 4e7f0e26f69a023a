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
import type { Loss, Writer } from '@attest/schema/formats/format'
import type { Looker } from '../blind/layers.ts'
import { readSqlite } from '../store/sqlite.ts'
import { DamagedRoom } from '../store/store.ts'
import { answerQuestions } from '../thread.ts'
import { type Gathered, gather } from './gather.ts'
import { historyOf } from './history.ts'
import { fileOf, Gone, oneArticle, reportOf, reportText, theWriter } from './one.ts'
import { addCounts, addLosses, type Choices, noCounts, render } from './render.ts'
import { TooMuch, ZipFile } from './zip.ts'

export type Question =
  /** One article: what it would be, or what it is. */
  | { ask: 'report'; article: string; looker: Looker; choices: Choices }
  | { ask: 'article'; article: string; looker: Looker; choices: Choices }
  /** A file of many: it is begun, articles are added, and it is finished or given up. */
  | { ask: 'begin'; job: string; file: string; looker: Looker; choices: Choices }
  | { ask: 'add'; job: string; articles: readonly string[] }
  | { ask: 'finish'; job: string }
  | { ask: 'drop'; job: string }

/** Troubles that have a sentence of their own; an error's class does not cross between threads. */
export type Told<T> =
  | { ok: true; value: T }
  | { ok: false; trouble: 'gone' | 'damaged' | 'full' | 'too-much'; message: string }

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
      making.get(question.job)?.drop()
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
      making.get(question.job)?.drop()
      making.delete(question.job)
      return null
  }
}

function jobOf(id: string): Making {
  const job = making.get(id)
  if (!job) throw new RangeError(`the export ${id} was not begun`)
  return job
}

/** One file of many articles, on its way. */
class Making {
  readonly #file: string
  readonly #looker: Looker
  readonly #choices: Choices
  readonly #writer: Writer
  readonly #fd: number
  readonly #hash: Hash = createHash('sha256')
  readonly #zip: ZipFile | null
  readonly #articles: { id: string; title: string; state: Gathered['state']; counts: ExportCounts; left: Loss[] }[] = []
  #bytes = 0
  #left: Loss[] = []
  #counts = noCounts

  constructor({ file, looker, choices }: { file: string; looker: Looker; choices: Choices }) {
    this.#file = file
    this.#looker = looker
    this.#choices = choices
    this.#writer = theWriter(choices)
    this.#fd = openSync(partOf(file), 'w', 0o600)
    const { series } = this.#writer
    this.#zip = isArchive(choices, this.#writer) ? new ZipFile((chunk) => this.#write(chunk)) : null
    if (!series) return
    this.#zip?.begin(`articles${this.#writer.extension}`)
    this.#text(series.before)
  }

  async add(articles: readonly string[]): Promise<Added> {
    const added: Added = { counts: noCounts, left: [], gone: 0 }
    for (const id of articles) {
      const gathered = await gather(db, id, this.#looker, { mayBeDamaged: true })
      if (!gathered) {
        added.gone++
        continue
      }
      const { files, once, counts, left } = render(gathered, this.#choices, this.#writer)
      if (gathered.isDamaged)
        left.push({ what: 'article without its marks: what is stored of them is damaged', count: 1 })
      const { series } = this.#writer
      if (series) for (const { text } of files) this.#text(`${this.#articles.length > 0 ? series.between : ''}${text}`)
      else for (const { name, text } of files) this.#zip?.add(name, text)
      if (!series && this.#articles.length === 0) for (const { name, text } of once) this.#zip?.add(name, text)
      const { title } = gathered.annotated.article
      this.#articles.push({ id, title, state: gathered.state, counts, left })
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
      if (this.#choices.history) await this.#addHistory(this.#zip)
      const articles = this.#articles.map(({ id, title, counts, left }) => ({ id, title, counts, left }))
      const { format } = this.#choices
      const report = { format, counts: this.#counts, left: this.#left, articles }
      this.#zip.add('report.json', `${JSON.stringify(report, null, 2)}\n`)
      this.#zip.add('REPORT.txt', reportText(this.#left))
      this.#zip.close()
    }
    fsyncSync(this.#fd)
    closeSync(this.#fd)
    renameSync(partOf(this.#file), this.#file)
    const folder = openSync(dirname(this.#file), 'r')
    fsyncSync(folder)
    closeSync(folder)
    return { bytes: this.#bytes, sha256: this.#hash.digest('hex') }
  }

  drop(): void {
    closeSync(this.#fd)
    rmSync(partOf(this.#file), { force: true })
  }

  async #addHistory(zip: ZipFile): Promise<void> {
    for (const { id, state } of this.#articles) {
      zip.begin(`history/${id}.json`)
      let text = ''
      for await (const part of historyOf(db, { id, state }, this.#looker, this.#choices.layers)) {
        text += part
        if (text.length < CHUNK) continue
        zip.more(text)
        text = ''
      }
      zip.more(text)
      zip.end()
      await nextTick()
    }
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

const CHUNK = 256 * 1024

/** The file has this name until it is whole. */
function partOf(file: string): string {
  return `${file}.part`
}

/** Whether what comes of it is an archive, and not one file. */
function isArchive({ history }: Choices, { series }: Writer): boolean {
  return history || series === undefined
}
