/** Word documents. Mammoth makes HTML of them, which is read as any other and thrown away. */
import mammoth from 'mammoth'
import { checkPacked } from './archive.ts'
import type { Piece } from './compose.ts'
import { readHtml } from './html.ts'
import { type Report, Unreadable } from './report.ts'

const limits = { entries: 5000, fileBytes: 64 * 1024 * 1024, totalBytes: 128 * 1024 * 1024, ratio: 1000 }

const styleMap = [
  "p[style-name='Title'] => h1:fresh",
  "p[style-name='Subtitle'] => p:fresh",
  "p[style-name='Quote'] => blockquote > p:fresh",
  "p[style-name='Intense Quote'] => blockquote > p:fresh",
  "p[style-name='Block Text'] => blockquote > p:fresh",
  'r[style-name="Strong"] => strong',
  'r[style-name="Emphasis"] => em',
]

export async function readDocx(bytes: Uint8Array, report: Report): Promise<{ pieces: Piece[] }> {
  // All of it once, with the bytes counted, before a library inflates it that does not count.
  const names = await checkPacked(bytes, limits)
  if (!names.has('word/document.xml')) throw new Unreadable('This is not a Word document (it has no text part).')
  const { value, messages } = await mammoth
    .convertToHtml(
      { buffer: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength) },
      {
        styleMap,
        externalFileAccess: false,
        includeEmbeddedStyleMap: false,
        convertImage: mammoth.images.imgElement(async () => ({ src: '' })),
      },
    )
    .catch((error: unknown) => {
      throw new Unreadable(`This Word document is damaged (${error instanceof Error ? error.message : String(error)}).`)
    })
  if (names.has('word/comments.xml')) report.say('Comments of the document were left out.')
  if ([...names].some((name) => /^word\/(header|footer)\d*\.xml$/.test(name)))
    report.say('Headers and footers of the document were left out.')
  if (messages.some((message) => message.type === 'error'))
    report.say('Parts of the document could not be read. Please compare it with the original.')
  return readHtml(value, { url: null, scope: null }, report)
}
