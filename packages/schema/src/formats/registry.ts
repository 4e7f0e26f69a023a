/** The formats by name. A codec is one line in the list below; what it can do follows from what it has. */
import { attestJsonReader, attestJsonWriter } from './attest-json-codec.ts'
import { bratReader, bratWriter } from './brat.ts'
import { casJsonReader, casJsonWriter } from './cas-json.ts'
import { casXmiReader, casXmiWriter } from './cas-xmi.ts'
import { claimreviewWriter } from './claimreview.ts'
import { conllReader, conllWriter } from './conll.ts'
import { csvReader, csvWriter } from './csv.ts'
import { doccanoReader, doccanoWriter } from './doccano.ts'
import type { FormatName, Reader, TextFile, Writer } from './format.ts'
import { htmlWriter } from './html.ts'
import { labelStudioReader, labelStudioWriter } from './label-studio.ts'
import { markdownWriter } from './markdown.ts'
import { prodigyReader, prodigyWriter } from './prodigy.ts'
import { prosemirrorWriter } from './prosemirror.ts'
import { spacyReader, spacyWriter } from './spacy.ts'
import { teiReader, teiWriter } from './tei.ts'
import { w3cReader, w3cWriter } from './w3c.ts'
import { webannoTsvReader, webannoTsvWriter } from './webanno-tsv.ts'

/** Those with the plainest marks of their own come first: where a file could be of several, it is of the first. */
const codecs: readonly (Writer | Reader)[] = [
  attestJsonWriter,
  attestJsonReader,
  w3cWriter,
  w3cReader,
  bratWriter,
  bratReader,
  webannoTsvWriter,
  webannoTsvReader,
  casJsonWriter,
  casJsonReader,
  casXmiWriter,
  casXmiReader,
  teiWriter,
  teiReader,
  labelStudioWriter,
  labelStudioReader,
  prodigyWriter,
  prodigyReader,
  spacyWriter,
  spacyReader,
  doccanoWriter,
  doccanoReader,
  csvWriter,
  csvReader,
  conllWriter,
  conllReader,
  prosemirrorWriter,
  claimreviewWriter,
  htmlWriter,
  markdownWriter,
]

export const writers: ReadonlyMap<FormatName, Writer> = new Map(
  codecs.flatMap((codec) => ('write' in codec ? [[codec.name, codec]] : [])),
)

export const readers: ReadonlyMap<FormatName, Reader> = new Map(
  codecs.flatMap((codec) => ('read' in codec ? [[codec.name, codec]] : [])),
)

/** What the files look like, the likeliest first: whatever most of them fit. Empty where they are of no format. */
export function recogniseFormats(files: readonly TextFile[]): FormatName[] {
  return Array.from(readers.values(), (reader) => ({
    name: reader.name,
    count: files.filter((file) => reader.fits(file)).length,
  }))
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.count - a.count)
    .map(({ name }) => name)
}
