/**
 * Finding words in the text. Case, accents and the shapes of quotation marks and dashes make no difference unless asked
 * for, and a hit is always whole characters as a reader sees them. Texts can be megabytes, so the work is cut in steps:
 * `inSlices` does them between frames.
 */
import type { Block } from '@attest/schema/article'
import { isGraphemeBoundary, type Span, snapToGraphemes } from '@attest/schema/span'

export interface SearchOptions {
  /** Whether case and accents count. */
  isExact: boolean
  isWhole: boolean
}

/** So many code units are folded in one step. */
const STEP = 4096

interface Folded {
  text: string
  /** Where each code unit of the folded text begins in the block, and the block's end; null when it is the same place. */
  at: readonly number[] | null
}

export interface TextSearch {
  /** Yields after each step, and returns all hits in their order. */
  find(query: string, options: SearchOptions): Generator<void, readonly Span[]>
}

/** The search of one text, which is folded once, when it is first asked for. */
export function makeTextSearch(text: string, blocks: readonly Block[]): TextSearch {
  const folded: Folded[] = []
  // As many as there are different characters in the text.
  const known = new Map<string, string>()
  return {
    *find(query, { isExact, isWhole }) {
      const wanted = isExact ? query : foldAll(query)
      if (wanted.trim() === '') return []
      const hits: Span[] = []
      for (const [index, block] of blocks.entries()) {
        const raw = text.slice(block.start, block.end)
        let { text: where, at }: Folded = { text: raw, at: null }
        if (!isExact) {
          folded[index] ??= yield* fold(raw, known)
          ;({ text: where, at } = folded[index])
        }
        let last = 0
        for (let from = where.indexOf(wanted); from >= 0; from = where.indexOf(wanted, last)) {
          last = from + wanted.length
          const start = block.start + (at?.[from] ?? from)
          const end = block.start + (at?.[last] ?? last)
          const hit = wholeCharacters(text, [start, end])
          if (isExact && (hit[0] !== start || hit[1] !== end)) continue
          if (isWhole && (isInWord(text, hit[0]) || isInWord(text, hit[1]))) continue
          if (hit[0] >= (hits.at(-1)?.[1] ?? 0)) hits.push(hit)
          if (hits.length % 256 === 0) yield
        }
        if (index % 64 === 0) yield
      }
      return hits
    },
  }
}

/** The hit at or after this offset, or the first one; -1 when there is none. */
export function hitFrom(hits: readonly Span[], offset: number): number {
  let low = 0
  let high = hits.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((hits[middle]?.[0] ?? 0) < offset) low = middle + 1
    else high = middle
  }
  return low < hits.length ? low : hits.length > 0 ? 0 : -1
}

/** How long the steps may go on before others have their turn, in milliseconds. */
const SLICE_MS = 8

/** Runs the steps in slices, so that no frame waits for them; null when it was given up. */
export async function inSlices<T>(steps: Generator<void, T>, signal: AbortSignal): Promise<T | null> {
  for (;;) {
    const until = performance.now() + SLICE_MS
    do {
      const step = steps.next()
      if (step.done) return step.value
    } while (performance.now() < until)
    await new Promise((resolve) => setTimeout(resolve))
    if (signal.aborted) return null
  }
}

function wholeCharacters(text: string, hit: Span): Span {
  return isGraphemeBoundary(text, hit[0]) && isGraphemeBoundary(text, hit[1]) ? hit : snapToGraphemes(text, hit)
}

const wordCharacter = /[\p{L}\p{N}\p{M}_]/u

/** Whether a word goes on across this offset. */
function isInWord(text: string, offset: number): boolean {
  const before = text.slice(Math.max(0, offset - 2), offset)
  const after = text.slice(offset, offset + 2)
  return wordCharacter.test([...before].at(-1) ?? '') && wordCharacter.test([...after].at(0) ?? '')
}

/** Characters that are typed in another shape than they are printed in; each is one code unit, as is its answer. */
const shapes: Readonly<Record<string, string>> = {
  '‘': "'",
  '’': "'",
  '‚': "'",
  '‛': "'",
  '“': '"',
  '”': '"',
  '„': '"',
  '«': '"',
  '»': '"',
  '‐': '-',
  '‑': '-',
  '–': '-',
  '—': '-',
  '−': '-',
  '\u00a0': ' ',
  '\u2009': ' ',
  '\u202f': ' ',
}
const shaped = new RegExp(`[${Object.keys(shapes).join('')}]`, 'g')

/** Accents and points, of scripts in which words are looked for without them; not the marks that make another letter. */
const accents = /(?![\u3099\u309a])(?=[\p{Script=Inherited}\p{Script=Hebrew}\p{Script=Arabic}])\p{Mn}/gu

function foldCharacter(character: string): string {
  return character.normalize('NFD').replaceAll(accents, '').normalize('NFC').toLowerCase()
}

function foldAll(text: string): string {
  return Array.from(
    text.replaceAll(shaped, (character) => shapes[character] ?? character),
    foldCharacter,
  ).join('')
}

const ascii = /^[\0-\x7f]*$/

function* fold(raw: string, known: Map<string, string>): Generator<void, Folded> {
  let text = ''
  let at: number[] | null = null
  for (let from = 0; from < raw.length; ) {
    let to = Math.min(raw.length, from + STEP)
    // Not between the halves of a surrogate pair.
    if (to < raw.length && /[\ud800-\udbff]/.test(raw.charAt(to - 1))) to--
    const part = raw.slice(from, to).replaceAll(shaped, (character) => shapes[character] ?? character)
    if (ascii.test(part)) {
      if (at) for (let i = from; i < to; i++) at.push(i)
      text += part.toLowerCase()
    } else {
      let place = from
      for (const character of part) {
        let one = known.get(character)
        if (one === undefined) {
          one = foldCharacter(character)
          known.set(character, one)
        }
        // From the first character of another length on, places must be written down.
        if (one.length !== character.length) at ??= Array.from({ length: text.length }, (_, i) => i)
        if (at) for (let i = 0; i < one.length; i++) at.push(place)
        text += one
        place += character.length
      }
    }
    from = to
    yield
  }
  at?.push(raw.length)
  return { text, at }
}
