/** The formats that marks go out and come in by. */
import type { Format } from '@attest/schema/exchange-api'
import { writeAttestJson } from '@attest/schema/formats/attest-json'
import { type FormatName, formatNames, type Reader, type Writer } from '@attest/schema/formats/format'

const attestJson: Writer = {
  name: 'attest-json',
  label: 'Attest JSON',
  extension: '.json',
  mediaType: 'application/json',
  write: (annotated) => ({
    files: [{ name: `${annotated.article.id}.json`, text: `${JSON.stringify(writeAttestJson(annotated), null, 2)}\n` }],
    left: [],
  }),
}

const writers: readonly Writer[] = [attestJson]
const readers: readonly Reader[] = []

export function writerOf(name: string): Writer | null {
  return writers.find((writer) => writer.name === name) ?? null
}

export function readerOf(name: string): Reader | null {
  return readers.find((reader) => reader.name === name) ?? null
}

export const writable: readonly FormatName[] = writers.map(({ name }) => name)

export function toldFormats(): Format[] {
  return formatNames.flatMap((name) => {
    const writer = writerOf(name)
    const canRead = readerOf(name) !== null
    if (!writer) return []
    const { label, extension, mediaType, series } = writer
    return [{ name, label, extension, mediaType, canWrite: true, canRead, isSeries: series !== undefined }]
  })
}
