/**
 * What an import of marks will write, as it was tried: lines of JSON in a file. Nothing is decided after it, so what
 * somebody has looked at is what comes; and an import that was cut short goes on from it.
 */
import { createReadStream } from 'node:fs'
import { type FileHandle, open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { createInterface } from 'node:readline'
import { type ArticleContent, articleContentSchema } from '@attest/schema/article'
import type { Skipped } from '@attest/schema/formats/format'
import { emptyRecords, type Records, type Root, readInto } from '@attest/schema/room'
import type { LandedLayer } from './mark-reading.ts'

export type PlanLine =
  /** With the layers that have something in it. */
  | { is: 'article'; article: string; content: ArticleContent | null; layers: string[] }
  | { is: 'records'; article: string; root: Root; records: { id: string }[] }
  /** How sure a model was of its marks that follow, by their ids. */
  | { is: 'scores'; article: string; layer: string; scores: [string, number][] }
  | { is: 'skipped'; how: 'refused' | 'reported' | 'changed'; skipped: Skipped[] }
  | { is: 'end'; articles: number; layers: LandedLayer[] }

/** Writes a file that has its name only once it is whole and on disk. */
export class PlanWriter {
  readonly #file: string
  readonly #handle: FileHandle
  #written: Promise<void> = Promise.resolve()

  static async open(file: string): Promise<PlanWriter> {
    return new PlanWriter(file, await open(`${file}.part`, 'w', 0o600))
  }

  private constructor(file: string, handle: FileHandle) {
    this.#file = file
    this.#handle = handle
  }

  write(lines: Uint8Array): void {
    this.#written = this.#written.then(async () => {
      await this.#handle.appendFile(lines)
    })
    // Whoever finishes it is told.
    this.#written.catch(() => {})
  }

  async finish(): Promise<void> {
    await this.#written
    await this.#handle.sync()
    await this.#handle.close()
    await rename(`${this.#file}.part`, this.#file)
    const folder = await open(dirname(this.#file), 'r')
    await folder.sync()
    await folder.close()
  }

  async drop(): Promise<void> {
    await this.#written.catch(() => {})
    await this.#handle.close().catch(() => {})
    await rm(`${this.#file}.part`, { force: true })
  }
}

export async function* readPlan(file: string): AsyncGenerator<PlanLine> {
  const lines = createInterface({
    input: createReadStream(file, { encoding: 'utf8' }),
    crlfDelay: Number.POSITIVE_INFINITY,
  })
  // They were written here, by the reader and by nobody else.
  for await (const line of lines) yield JSON.parse(line) as PlanLine
}

export function contentOf(line: PlanLine & { is: 'article' }): ArticleContent | null {
  return line.content && articleContentSchema.parse(line.content)
}

/** Its records as a room takes them. Throws at one that is none: then something is wrong here, and nothing is written. */
export function recordsOf({ root, records }: PlanLine & { is: 'records' }): Records {
  const found = emptyRecords()
  for (const record of records) {
    const problem = readInto(found, root, record.id, record)
    if (problem !== null) throw new Error(`the plan of an import has no record at ${record.id}: ${problem}`)
  }
  return found
}
