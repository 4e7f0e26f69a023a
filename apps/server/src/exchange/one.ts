/** The export of one article: its files, the archive they make where there are several, and what it leaves out. */
import type { ExportReport } from '@attest/schema/exchange-api'
import { type Loss, lossInWords, type Writer } from '@attest/schema/formats/format'
import type { Kysely } from 'kysely'
import type { Database } from '../store/sqlite.ts'
import { writerOf } from './formats.ts'
import { type Gathered, gather } from './gather.ts'
import { type Asking, type Choices, type Rendered, render } from './render.ts'
import { ZipFile } from './zip.ts'

export interface MadeFile {
  name: string
  mediaType: string
  bytes: Uint8Array
}

/** There is no such article any more. */
export class Gone extends Error {}

/** The thread knows nothing of an export that it should go on with: it has ended since, over another one perhaps. */
export class NotBegun extends Error {}

export function theWriter({ format }: Choices): Writer {
  const writer = writerOf(format)
  if (!writer) throw new RangeError(`there is no writer of ${format}`)
  return writer
}

export interface One {
  gathered: Gathered
  rendered: Rendered
  files: { name: string; text: string }[]
}

export async function oneArticle(
  db: Kysely<Database>,
  { article, ...asking }: Asking & { article: string },
): Promise<One> {
  const gathered = await gather(db, article, asking.looker)
  if (!gathered) throw new Gone('the article is not there any more')
  const writer = theWriter(asking.choices)
  const rendered = await render(db, gathered, asking, writer)
  const { series } = writer
  const files = rendered.files.map(({ name, text }, i) => ({
    name,
    text: series && i === 0 ? `${series.before}${text}${series.after}` : text,
  }))
  files.push(...rendered.once)
  return { gathered, rendered, files }
}

function downloadOf({ gathered, files }: One, choices: Choices): Pick<MadeFile, 'name' | 'mediaType'> {
  const writer = theWriter(choices)
  const stem = `attest-${gathered.annotated.article.id}${typeof choices.layers === 'string' && choices.layers !== 'all' ? `-${choices.layers}` : ''}`
  if (files.length === 1) return { name: `${stem}${writer.extension}`, mediaType: writer.mediaType }
  return { name: `${stem}.zip`, mediaType: 'application/zip' }
}

export function reportOf(one: One, choices: Choices): ExportReport {
  const { counts, left } = one.rendered
  const files = one.files.map(({ name, text }) => ({ name, bytes: Buffer.byteLength(text) }))
  return { format: choices.format, fileName: downloadOf(one, choices).name, files, counts, left }
}

export function fileOf(one: One, choices: Choices): MadeFile {
  const [only, ...more] = one.files
  const bytes = only && more.length === 0 ? Buffer.from(only.text, 'utf8') : zipped(one)
  return { ...downloadOf(one, choices), bytes }
}

function zipped({ files, rendered }: One): Uint8Array {
  const chunks: Uint8Array[] = []
  const zip = new ZipFile((chunk) => void chunks.push(chunk))
  for (const { name, text } of files) zip.add(name, text)
  if (rendered.left.length > 0) zip.add('REPORT.txt', reportText(rendered.left))
  zip.close()
  return Buffer.concat(chunks)
}

export function reportText(left: readonly Loss[]): string {
  if (left.length === 0) return 'Nothing was left out.\n'
  return `Left out, as the format has no place for it:\n${left.map((loss) => `- ${loss.count} ${lossInWords(loss)}\n`).join('')}`
}
