/**
 * Archives: what is in one, and its files one after another. Bytes are counted as they come out, whatever the archive
 * says of itself, and nothing of a name in it is ever used as a path.
 */
import type { Readable } from 'node:stream'
import type { Archive } from '@attest/schema/importing'
import { type Entry, fromBufferPromise, getFileNameLowLevel, openPromise, type ZipFile } from 'yauzl'
import { many, Unreadable } from './report.ts'

export interface ArchiveLimits {
  entries: number
  /** Of one file, and of all together, once they are out. */
  fileBytes: number
  totalBytes: number
  /** How many times larger than in the archive a file may be once it is out; small ones may be more. */
  ratio: number
}

export const archiveLimits: ArchiveLimits = {
  entries: 5000,
  fileBytes: 32 * 1024 * 1024,
  totalBytes: 512 * 1024 * 1024,
  ratio: 200,
}

/** A file this small is no bomb, however well it was packed. */
const SMALL = 1024 * 1024

const readable = /\.(txt|text|md|markdown|html?|xhtml|docx|pdf)$/i

/** What is in the archive, told without unpacking it. */
export async function listArchive(source: Uint8Array | string, limits = archiveLimits): Promise<Archive['entries']> {
  const entries: Archive['entries'] = []
  await walk(source, limits, (entry, name) => {
    entries.push({ name, bytes: entry.uncompressedSize, problem: problemOf(entry, name, limits) })
  })
  if (entries.length === 0) throw new Unreadable('This archive is empty.')
  return entries
}

export interface UnpackedFile {
  name: string
  bytes: Uint8Array
}

/**
 * The files in the archive, in its order; those that cannot be had are told as a problem, as are those of which `unwanted`
 * says why by their names. Throws `Unreadable` when the archive as a whole is damaged or too large.
 */
export async function unpack(
  source: Uint8Array | string,
  onFile: (file: UnpackedFile | { name: string; problem: string }) => Promise<void>,
  limits = archiveLimits,
  unwanted = unwantedArticle,
): Promise<void> {
  let total = 0
  await walk(source, limits, async (entry, name, archive) => {
    const problem = problemOf(entry, name, limits, unwanted)
    if (problem) return onFile({ name, problem })
    const left = Math.min(limits.fileBytes, limits.totalBytes - total)
    const bytes = await bytesOf(archive, entry, { ...limits, fileBytes: left })
    if (typeof bytes !== 'string') total += bytes.byteLength
    else if (left < limits.fileBytes)
      throw new Unreadable(
        `The files in this archive are larger than ${limits.totalBytes / 1024 / 1024} MB together. Please bring them in parts.`,
      )
    await onFile(typeof bytes === 'string' ? { name, problem: bytes } : { name, bytes })
  })
}

/** Unpacks all of it to count the bytes, and tells the names; for formats that are archives themselves. */
export async function checkPacked(bytes: Uint8Array, limits: ArchiveLimits): Promise<Set<string>> {
  const names = new Set<string>()
  let total = 0
  await walk(bytes, limits, async (entry, name, archive) => {
    names.add(name)
    const left = limits.totalBytes - total
    const found = await bytesOf(archive, entry, { ...limits, fileBytes: Math.min(limits.fileBytes, left) })
    if (typeof found === 'string') throw new Unreadable(found)
    total += found.byteLength
  })
  return names
}

async function walk(
  source: Uint8Array | string,
  limits: ArchiveLimits,
  visit: (entry: Entry, name: string, archive: ZipFile) => Promise<void> | void,
): Promise<void> {
  let archive: ZipFile | null = null
  try {
    // Yauzl holds sizes to what the archive says. It would give an archive up for one name with “..”, so it leaves names
    // alone: here they are only shown.
    const options = { decodeStrings: false, validateEntrySizes: true }
    archive =
      typeof source === 'string'
        ? await openPromise(source, options)
        : await fromBufferPromise(Buffer.from(source.buffer, source.byteOffset, source.byteLength), options)
    if (archive.entryCount > limits.entries)
      throw new Unreadable(`This archive has ${many(archive.entryCount, 'file')}; at most ${limits.entries} are taken.`)
    let count = 0
    for await (const entry of archive.eachEntry()) {
      if (++count > limits.entries) throw new Unreadable(`This archive has more than ${limits.entries} files.`)
      const name = nameOf(entry)
      if (!name.endsWith('/') && !isLitter(name)) await visit(entry, name, archive)
    }
  } catch (error) {
    if (error instanceof Unreadable) throw error
    throw new Unreadable(
      `This archive is damaged, or is none (${error instanceof Error ? error.message : String(error)}).`,
    )
  } finally {
    archive?.close()
  }
}

/** What systems put into archives that nobody has asked for. */
function isLitter(name: string): boolean {
  return /(^|\/)(__MACOSX\/|\.DS_Store$|Thumbs\.db$|\._)/.test(name)
}

/** To be shown. The types say that it is text already, which it is not when yauzl is told to leave it alone. */
function nameOf(entry: Entry): string {
  const name = getFileNameLowLevel(entry.generalPurposeBitFlag, entry.fileNameRaw, entry.extraFields, false)
  return name
    .slice(0, 1000)
    .replace(/\p{Cc}/gu, '')
    .toWellFormed()
}

/** Why a file of this name is not looked at, in a sentence; null for one that is. */
function unwantedArticle(name: string): string | null {
  if (readable.test(name)) return null
  return /\.(csv|tsv|jsonl|ndjson)$/i.test(name)
    ? 'Tables are not read out of archives; please bring it in by itself.'
    : 'It is not of a kind that can be an article.'
}

function problemOf(
  entry: Entry,
  name: string,
  limits: ArchiveLimits,
  unwanted: (name: string) => string | null = unwantedArticle,
): string | null {
  const { uncompressedSize, compressedSize } = entry
  if (/\.(zip|gz|tgz|7z|rar|tar|bz2|xz|zst)$/i.test(name))
    return 'It is an archive within an archive, which is not opened.'
  const why = unwanted(name)
  if (why !== null) return why
  if (entry.isEncrypted()) return 'It is protected by a password.'
  if (!entry.canDecodeFileData()) return 'It is packed in a way that cannot be read here.'
  if (uncompressedSize > limits.fileBytes) return `It is larger than ${limits.fileBytes / 1024 / 1024} MB.`
  if (uncompressedSize > SMALL && uncompressedSize > compressedSize * limits.ratio) return bomb
  return null
}

const bomb = 'It grows so much when unpacked that it is taken for a trap.'

/** The bytes, or why there are none, in a sentence. */
async function bytesOf(archive: ZipFile, entry: Entry, limits: ArchiveLimits): Promise<Uint8Array | string> {
  let stream: Readable | null = null
  try {
    stream = await archive.openReadStreamPromise(entry)
    const chunks: Uint8Array[] = []
    let size = 0
    for await (const chunk of stream as AsyncIterable<Uint8Array>) {
      size += chunk.byteLength
      if (size > limits.fileBytes) return `It is larger than ${Math.round(limits.fileBytes / 1024 / 1024)} MB.`
      if (size > SMALL && size > entry.compressedSize * limits.ratio) return bomb
      chunks.push(chunk)
    }
    return Buffer.concat(chunks, size)
  } catch {
    return 'It is damaged in this archive.'
  } finally {
    stream?.destroy()
  }
}
