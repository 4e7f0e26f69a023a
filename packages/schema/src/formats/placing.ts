/**
 * Where the marks of a document stand in the text of an article, in our unit. Quotes are held against the words; a place
 * that does not fit is refused, or looked for by its words where the format or the person wants it so.
 */
import { Revised } from '../reanchor.ts'
import { isSameSpans, MAX_SPANS, mergeSpans, misfit, type Span, snapToGraphemes } from '../span.ts'
import { type Around, type FoundDocument, type FoundMark, nowhere, type OffsetUnit } from './format.ts'
import type { Mapping } from './mapping.ts'
import { unitOf } from './unit.ts'

export type Placed =
  /** `changes` are what is not as it was given, as ends of a sentence about the mark. */
  { ok: true; spans: Span[]; changes: string[] } | { ok: false; why: string }

export type Place = (mark: Pick<FoundMark, 'spans' | 'quotes' | 'around'>) => Placed

/** So much text is read while words are looked for; more is no file that somebody made by marking. */
const MOST_READ = 1_000_000_000
/** Of words that stand more often nobody can say which are meant. */
const MOST_PLACES = 1000

type Choices = Pick<Mapping, 'unit' | 'seeks' | 'cut'>

const inWords: Record<OffsetUnit, readonly [one: string, several: string]> = {
  utf16: ['UTF-16 code unit', 'UTF-16 code units'],
  'code-points': ['code point', 'code points'],
  bytes: ['byte of UTF-8', 'bytes of UTF-8'],
  graphemes: ['character', 'characters'],
}

/** Throws where one of the texts has half of a surrogate pair. */
export function placingOf({ text: own }: Pick<FoundDocument, 'text'>, text: string, choices: Choices): Place {
  const base = own ?? text
  const { toUtf16, length } = unitOf(base, choices.unit)
  const seek = seekerOf(base)
  let revised: Revised | null = null

  const locate = (
    [start, end]: readonly [number, number],
    quote: string | null,
    around: Around | null,
  ): { span: Span; change?: string } | string => {
    const isNowhere = start === nowhere[0] && end === nowhere[1]
    const [from, to] = [toUtf16(start), toUtf16(end)]
    const there = from !== null && to !== null && from < to ? base.slice(from, to) : null
    if (!isNowhere && from !== null && to !== null && there !== null && (quote === null || quote === there))
      return { span: [from, to] }
    const problem = isNowhere
      ? 'the file does not say where'
      : there !== null
        ? `the text at ${start}–${end} is “${shorten(there)}”`
        : start >= end && from !== null && to !== null
          ? `${start}–${end} ends before it begins, or holds nothing`
          : start >= 0 && end <= length && Number.isInteger(start) && Number.isInteger(end)
            ? `${start}–${end} begins or ends within a character, counted in ${inWords[choices.unit][1]}`
            : `${start}–${end} lies outside the text, which has ${length} ${inWords[choices.unit][length === 1 ? 0 : 1]}`
    const says = quote === null ? '' : `says “${shorten(quote)}”, and `
    if (quote === null || quote === '' || !(isNowhere || around || choices.seeks)) return `${says}${problem}`
    const found = seek(quote, around)
    if (typeof found === 'string') return `${says}${problem}; ${found}`
    return isNowhere
      ? { span: found }
      : { span: found, change: `was looked for by its words: ${problem}; they stand at ${found[0]}–${found[1]}` }
  }

  return ({ spans, quotes, around }) => {
    const changes: string[] = []
    const found: Span[] = []
    for (const [i, span] of spans.entries()) {
      const place = locate(span, quotes[i] ?? null, around?.[i] ?? null)
      if (typeof place === 'string') return { ok: false, why: place }
      if (place.change) changes.push(place.change)
      found.push(place.span)
    }
    if (found.length === 0) return { ok: false, why: 'has no place' }
    const sorted = found.toSorted((a, b) => a[0] - b[0] || a[1] - b[1])
    const whole = misfit(base, sorted) ? sorted.map((span) => snapToGraphemes(base, span)) : sorted
    if (!isSameSpans(whole, sorted)) {
      const where = sorted.map(([start, end]) => `${start}–${end}`).join(', ')
      if (choices.cut === 'refuse') return { ok: false, why: `cuts a character at ${where}` }
      changes.push(`was widened to whole characters; it was at ${where}`)
    }
    const merged = mergeSpans(whole)
    if (merged.length < whole.length) changes.push('had parts that touch or overlap, which were joined')
    if (merged.length > MAX_SPANS)
      return { ok: false, why: `has ${merged.length} parts, and at most ${MAX_SPANS} can be kept` }
    if (base === text) return { ok: true, spans: merged, changes }
    revised ??= new Revised(base, text)
    const moved = revised.place(merged)
    return moved.is === 'sure'
      ? { ok: true, spans: [...moved.spans], changes }
      : {
          ok: false,
          why: `stands over “${shorten(base.slice(...(merged[0] as Span)))}”, which this text has not there`,
        }
  }
}

/** The one place where words stand, or with others around them stand; or why there is none, as the end of a sentence. */
function seekerOf(text: string): (quote: string, around: Around | null) => Span | string {
  const known = new Map<string, number[] | null>()
  let read = 0
  const placesOf = (quote: string) => {
    const places: number[] = []
    for (let at = text.indexOf(quote); at >= 0 && places.length <= MOST_PLACES; at = text.indexOf(quote, at + 1))
      places.push(at)
    read += text.length
    return places
  }
  return (quote, around) => {
    const { prefix, suffix } = around ?? { prefix: '', suffix: '' }
    const places = known.get(quote) ?? (read < MOST_READ ? placesOf(quote) : null)
    known.set(quote, places)
    if (!places) return 'too many words are to be looked for'
    const [only] = places
    if (only === undefined) return 'these words stand nowhere in the text'
    if (places.length === 1) return [only, only + quote.length]
    // The words around may be there again, behind the last place that was looked at.
    if (places.length > MOST_PLACES) return `these words stand more than ${MOST_PLACES} times in the text`
    const fitting = places.filter(
      (at) => text.startsWith(suffix, at + quote.length) && text.startsWith(prefix, at - prefix.length),
    )
    const [first, ...others] = fitting
    return first !== undefined && others.length === 0
      ? [first, first + quote.length]
      : `these words stand ${places.length} times in the text`
  }
}

function shorten(words: string): string {
  return (words.length > 60 ? `${words.slice(0, 59)}…` : words).toWellFormed()
}
