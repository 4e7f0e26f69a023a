/** What readers of tools' files share: telling apart what may be anything, and saying what is wrong with it. */
import type { FoundDocument, Place, Skipped } from './format.ts'

/** An object of a file. Only names that the formats have are asked of it; its own names are words like any others. */
export type JsonObject = Readonly<Record<string, unknown>>

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The list, or none where something else stands in its place. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

/** What names things, in files that have numbers or words for it. */
export function nameOf(value: unknown): string | null {
  if (typeof value === 'number' && Number.isFinite(value)) return String(value)
  return typeof value === 'string' && value !== '' ? value : null
}

/** A value as it can be shown in a sentence; never all of a long one. */
export function shown(value: unknown): string {
  const whole = typeof value === 'string' ? `“${value.slice(0, 61)}”` : (sample(value) ?? 'nothing')
  return whole.length > 62 ? `${whole.slice(0, 60).toWellFormed()}…` : whole.toWellFormed()
}

function sample(value: unknown): string | undefined {
  if (Array.isArray(value)) return `a list of ${value.length}`
  return isObject(value) ? 'an object' : JSON.stringify(value)
}

/** A span that is one as far as can be told without its text; otherwise why not. */
export function spanOf(start: unknown, end: unknown): readonly [number, number] | string {
  for (const [name, offset] of [
    ['start', start],
    ['end', end],
  ] as const)
    if (!Number.isSafeInteger(offset) || (offset as number) < 0)
      return `Its ${name} is ${shown(offset)}, which is no offset.`
  // Both have just been found to be whole numbers.
  const span = [start as number, end as number] as const
  return span[0] < span[1] ? span : `It ends at ${span[1]}, before or where it starts, at ${span[0]}.`
}

/** A time as ISO 8601 writes it; null for what is none. */
export function timeFrom(value: unknown): number | null {
  const time = typeof value === 'string' ? Date.parse(value) : Number.NaN
  return Number.isNaN(time) ? null : time
}

/** A document with nothing in it yet. */
export function emptyDocument(name: string, text: string | null): FoundDocument {
  return { name, text, unit: null, marks: [], relations: [], comments: [], verdicts: [], refused: [], reported: [] }
}

export function skipped(where: Place, why: string, count = 1): Skipped {
  return { where, why, count }
}

/** Why a text cannot be taken in; null where it can. */
export function textFlaw(text: string): string | null {
  if (text.isWellFormed()) return null
  const at = /\p{Surrogate}/u.exec(text)?.index ?? 0
  return `The text has half of a surrogate pair at ${at}, which no UTF-8 file can hold; nothing about it is taken.`
}

/** The name of a file without folders and extension. */
export function stemOf(file: string): string {
  const name = file.slice(file.lastIndexOf('/') + 1)
  const dot = name.lastIndexOf('.')
  return dot > 0 ? name.slice(0, dot) : name
}
