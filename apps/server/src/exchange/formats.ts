/** The formats that marks go out and come in by, as they are told to whoever asks. */
import type { Format } from '@attest/schema/exchange-api'
import { type FormatName, formatNames, type Reader, type TextFile, type Writer } from '@attest/schema/formats/format'
import { readers, recogniseFormats, writers } from '@attest/schema/formats/registry'

export function writerOf(name: string): Writer | null {
  const known = formatNames.find((one) => one === name)
  return (known && writers.get(known)) ?? null
}

export function readerOf(name: FormatName): Reader | null {
  return readers.get(name) ?? null
}

export function recognised(files: readonly TextFile[]): FormatName[] {
  return recogniseFormats(files)
}

export const writable: readonly FormatName[] = formatNames.filter((name) => writers.has(name))

export function toldFormats(): Format[] {
  return formatNames.flatMap((name) => {
    const writer = writers.get(name)
    const reader = readers.get(name)
    if (!writer && !reader) return []
    return [
      {
        name,
        label: writer?.label ?? name,
        extension: writer?.extension ?? '',
        mediaType: writer?.mediaType ?? 'application/octet-stream',
        canWrite: writer !== undefined,
        canRead: reader !== undefined,
        isSeries: writer?.series !== undefined,
      },
    ]
  })
}
