/**
 * The article: a text that never changes after import, cut into blocks, with inline formatting as ranges. Offsets are
 * UTF-16 code units. The editor's document is computed from it, and `toPosition` and `toOffset` are inverse.
 */
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'
import * as z from 'zod'
import { isGraphemeBoundary, type Span } from './span.ts'

/** The id of a project, an article or a room: one closed format, so that no second spelling opens the same thing. */
export const entityId = z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/)

export const blockTypes = ['title', 'heading', 'paragraph', 'quote', 'list-item'] as const

const offset = z.int().min(0)

export const blockSchema = z.strictObject({ type: z.enum(blockTypes), start: offset, end: offset })

export const inlineSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('bold'), start: offset, end: offset }),
  z.strictObject({ type: z.literal('italic'), start: offset, end: offset }),
  z.strictObject({
    type: z.literal('link'),
    start: offset,
    end: offset,
    href: z
      .string()
      .max(2000)
      .regex(/^(https?:\/\/|mailto:)/i),
  }),
])

/** The largest text of an article, in UTF-16 code units. */
export const MAX_TEXT_LENGTH = 4 * 1024 * 1024

/** Where a text comes from, as far as anybody knows or has said; none of it changes what the text is. */
export const sourceSchema = z.strictObject({
  /** Who published it. */
  outlet: z.string().min(1).max(200).nullable(),
  /** The day it was published. */
  published: z
    .string()
    .regex(/^\d{4}-\d{2}-\d{2}$/)
    .refine((day) => !Number.isNaN(Date.parse(day)), 'There is no such day.')
    .nullable(),
  url: z
    .string()
    .max(2000)
    .regex(/^https?:\/\//i)
    .nullable(),
  /** The name of the file it was read from; a name and nothing else, never used as a path. */
  fileName: z.string().min(1).max(255).nullable(),
  /** What the bytes of that file were read as, by the name of the Encoding Standard; null where a format has its own. */
  encoding: z.string().min(1).max(40).nullable(),
})

/** What a text is: the content of an article without its place in a project. */
export const articleContentSchema = z.strictObject({
  title: z.string().min(1).max(500),
  language: z.string().max(35).nullable(),
  direction: z.enum(['ltr', 'rtl', 'auto']),
  text: z.string().min(1).max(MAX_TEXT_LENGTH),
  /** Of the text's UTF-8 bytes, in hexadecimal: it names the version. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  blocks: z.array(blockSchema).min(1).max(200_000),
  inlines: z.array(inlineSchema).max(100_000),
  source: sourceSchema.optional(),
})

export const articleSchema = articleContentSchema.extend({ id: entityId, projectId: entityId })

export type Article = z.infer<typeof articleSchema>
export type ArticleContent = z.infer<typeof articleContentSchema>
export type Block = z.infer<typeof blockSchema>
export type Inline = z.infer<typeof inlineSchema>
export type Source = z.infer<typeof sourceSchema>

/** Of the UTF-8 bytes. A lone surrogate has none, so a text with one is refused before it gets here (`isWellFormed`). */
export function hashText(text: string): string {
  return bytesToHex(sha256(utf8ToBytes(text)))
}

/** One block a line of the text; the first is the title. Line ends other than LF stay characters of their block. */
export function blocksOf(text: string): Block[] {
  const blocks: Block[] = []
  let start = 0
  for (const line of text.split('\n')) {
    blocks.push({ type: blocks.length === 0 ? 'title' : 'paragraph', start, end: start + line.length })
    start += line.length + 1
  }
  return blocks
}

/** What is wrong with the content of an article beyond its shape, as a sentence for a person; null when it is sound. */
export function flawOf(content: ArticleContent): string | null {
  const { text, blocks, inlines } = content
  if (!text.isWellFormed()) return 'The text has half of a surrogate pair, which no UTF-8 file can hold.'
  if (hashText(text) !== content.sha256) return 'The text does not match its sha256: one of the two was changed.'
  let at = 0
  for (const [i, block] of blocks.entries()) {
    if (block.start !== at || block.end < block.start) return `Block ${i + 1} does not begin where the one before ends.`
    if (block.end < text.length && text.charAt(block.end) !== '\n') return `Block ${i + 1} does not end at a line feed.`
    at = block.end + 1
  }
  if (at !== text.length + 1) return 'The blocks do not cover the text.'
  for (const { type, start, end } of inlines) {
    if (start >= end || end > text.length) return `The ${type} at ${start}–${end} is empty or outside the text.`
    if (!isGraphemeBoundary(text, start) || !isGraphemeBoundary(text, end))
      return `The ${type} at ${start}–${end} cuts a character.`
  }
  return null
}

/** Which block holds `offset`; a block's end (the place of its line feed) belongs to it. */
export function blockIndexAt(blocks: readonly Block[], offset: number): number {
  let low = 0
  let high = blocks.length - 1
  while (low < high) {
    const middle = (low + high) >> 1
    if ((blocks[middle] as Block).end < offset) low = middle + 1
    else high = middle
  }
  const found = blocks[low]
  if (!found || offset < 0 || offset > found.end) throw new RangeError(`offset ${offset} is outside the blocks`)
  return low
}

/**
 * The ProseMirror position of a text offset. Every block is a text block directly under the document, so each border
 * between two blocks is two positions where the text has one line feed: one opening token for each block begun so far.
 */
export function toPosition(blocks: readonly Block[], offset: number): number {
  return offset + 1 + blockIndexAt(blocks, offset)
}

/** The text offset of a ProseMirror position inside a block. Throws on a position between blocks, which has none. */
export function toOffset(blocks: readonly Block[], position: number): number {
  let low = 0
  let high = blocks.length - 1
  while (low < high) {
    const middle = (low + high) >> 1
    if ((blocks[middle] as Block).end + 1 + middle < position) low = middle + 1
    else high = middle
  }
  const offset = position - 1 - low
  const block = blocks[low]
  if (!block || offset < block.start || offset > block.end)
    throw new RangeError(`position ${position} is not inside a block`)
  return offset
}

/** The part of `span` that lies in the block, or null when there is none. */
export function clip(span: Span, block: Block): Span | null {
  const start = Math.max(span[0], block.start)
  const end = Math.min(span[1], block.end)
  return start < end ? [start, end] : null
}
