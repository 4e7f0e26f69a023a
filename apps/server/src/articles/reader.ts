/**
 * Reads files that may be made to do harm, on a process of its own that can be killed: one that never ends, or eats up
 * all memory, costs its sender an answer and nobody else anything. A thread would not do: some of what V8 does when it is
 * out of memory ends the process, and every room with it. The process has no environment, may write nothing and start
 * nothing, and reads no file but the program's own.
 */
import { type ChildProcess, fork } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Columns, Draft, ReadingChoices, Table } from '@attest/schema/importing'
import type { FoundMarks, LandedMarks, MarksGiven, ToLand, ToSurvey } from '../exchange/mark-reading.ts'
import type { Given } from './format.ts'
import type { RowArticle } from './read.ts'
import type { Asked, Told } from './reader-process.ts'
import { many, Unreadable } from './report.ts'

export interface ReaderLimits {
  /** For one file. */
  ms: number
  /** Of the whole process. */
  memoryBytes: number
  /** How long the process waits for the next file before it ends. */
  idleMs: number
}

const defaults: ReaderLimits = { ms: 30_000, memoryBytes: 1024 * 1024 * 1024, idleMs: 60_000 }

const WATCH_MS = 100
/** How long a process may take to be there. */
const START_MS = 15_000

interface Job {
  asked: Asked
  onPart: (part: unknown) => void
  resolve: (value: unknown) => void
  reject: (error: Error) => void
}

const readerProcess = fileURLToPath(new URL('reader-process.ts', import.meta.url))

/** What it imports; not the data folder. Where the program was built, all of that is beside it. */
const codeFolders = readerProcess.endsWith('.js')
  ? [join(dirname(readerProcess), '*')]
  : ['node_modules/*', 'packages/*', 'apps/server/*', 'package.json'].map((path) =>
      fileURLToPath(new URL(`../../../../${path}`, import.meta.url)),
    )

export class Reader {
  readonly #limits: ReaderLimits
  readonly #waiting: Job[] = []
  #job: Job | null = null
  #process: ChildProcess | null = null
  #watch: NodeJS.Timeout | undefined
  #idle: NodeJS.Timeout | undefined
  #number = 0
  #isClosed = false

  constructor(limits: Partial<ReaderLimits> = {}) {
    this.#limits = { ...defaults, ...limits }
  }

  /** How many files are read or wait for it. */
  get load(): number {
    return this.#waiting.length + (this.#job ? 1 : 0)
  }

  /** The article in a file. Rejects with `Unreadable`, which has a sentence for whoever brought it. */
  async article(given: Given): Promise<Draft> {
    return (await this.#ask({ ask: 'article', given })) as Draft
  }

  async table(given: Given): Promise<Table> {
    return (await this.#ask({ ask: 'table', given })) as Table
  }

  /** All rows of a table, handed over in parts. */
  async rows(given: Given, columns: Columns, onPart: (rows: RowArticle[]) => void): Promise<void> {
    // The process answers this question with such parts.
    await this.#ask({ ask: 'rows', given, columns }, (part) => onPart(part as RowArticle[]))
  }

  async row(row: RowArticle, name: string, lines: ReadingChoices['lines']): Promise<Draft> {
    return (await this.#ask({ ask: 'row', row, name, lines })) as Draft
  }

  /** What files with marks have, and what they are about. */
  async marks(marks: MarksGiven, survey: ToSurvey): Promise<FoundMarks> {
    return (await this.#ask({ ask: 'marks', marks, survey })) as FoundMarks
  }

  /** Records of them, as lines of a file that is handed over in parts. */
  async land(marks: MarksGiven, land: ToLand, onPart: (lines: Uint8Array) => void): Promise<LandedMarks> {
    return (await this.#ask({ ask: 'land', marks, land }, (part) => onPart(part as Uint8Array))) as LandedMarks
  }

  close(): void {
    this.#isClosed = true
    const error = new Error('the reader is closed')
    for (const job of this.#waiting.splice(0)) job.reject(error)
    this.#end(error)
  }

  #ask(asked: Asked, onPart: Job['onPart'] = () => {}): Promise<unknown> {
    if (this.#isClosed) return Promise.reject(new Error('the reader is closed'))
    return new Promise((resolve, reject) => {
      this.#waiting.push({ asked, onPart, resolve, reject })
      this.#next()
    })
  }

  #next(): void {
    if (this.#job || this.#isClosed) return
    const job = this.#waiting.shift()
    clearTimeout(this.#idle)
    if (!job) {
      this.#idle = setTimeout(() => this.#end(null), this.#limits.idleMs)
      this.#idle.unref()
      return
    }
    this.#job = job
    const isNew = this.#process === null
    this.#process ??= this.#start()
    this.#number++
    this.#process.send({ number: this.#number, ...job.asked })
    this.#guard(this.#process, isNew ? START_MS : 0)
  }

  #start(): ChildProcess {
    const child = fork(readerProcess, [], {
      env: {},
      execArgv: [
        `--max-old-space-size=${Math.round(this.#limits.memoryBytes / 2 / 1024 / 1024)}`,
        '--permission',
        ...codeFolders.map((path) => `--allow-fs-read=${path}`),
      ],
      serialization: 'advanced',
      // What a library prints about a bad file is nobody's concern.
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    })
    sacrifice(child.pid)
    child.on('message', (told: Told) => this.#hear(child, told))
    // It could not be started, or killed; `exit` may or may not follow.
    child.on('error', () => this.#lost(child))
    child.on('exit', () => this.#lost(child))
    child.unref()
    child.channel?.unref()
    return child
  }

  #hear(child: ChildProcess, told: Told): void {
    const job = this.#job
    if (child !== this.#process || told.number !== this.#number || !job) return
    if (told.is === 'part') {
      job.onPart(told.part)
      return
    }
    clearInterval(this.#watch)
    this.#job = null
    if (told.is === 'done') job.resolve(told.value)
    else job.reject(new Unreadable(told.problem))
    this.#next()
  }

  #guard(child: ChildProcess, extraMs: number): void {
    const end = performance.now() + this.#limits.ms + extraMs
    this.#watch = setInterval(() => {
      const bytes = memoryOf(child.pid)
      if (performance.now() > end)
        this.#end(new Unreadable(`This file could not be read within ${many(this.#limits.ms / 1000, 'second')}.`))
      else if (bytes > this.#limits.memoryBytes) this.#end(new Unreadable(tooMuch))
      else return
      this.#next()
    }, WATCH_MS)
  }

  #lost(child: ChildProcess): void {
    if (child !== this.#process) return
    this.#end(new Unreadable(tooMuch))
    this.#next()
  }

  /** Kills the process, and answers whoever waits for it. */
  #end(error: Error | null): void {
    clearInterval(this.#watch)
    clearTimeout(this.#idle)
    const [child, job] = [this.#process, this.#job]
    this.#process = null
    this.#job = null
    child?.kill('SIGKILL')
    if (error) job?.reject(error)
  }
}

const tooMuch = 'This file could not be read: it asks for more memory than a file may.'

/** Of all processes this one is to go first when the machine runs out of memory. */
function sacrifice(pid: number | undefined): void {
  try {
    writeFileSync(`/proc/${pid}/oom_score_adj`, '1000')
  } catch {
    // Only Linux has it, and it is a courtesy.
  }
}

/** What a process has in memory; 0 where the system does not tell, and then only V8's own limit holds. */
function memoryOf(pid: number | undefined): number {
  try {
    return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1] ?? 0) * 1024
  } catch {
    return 0
  }
}
