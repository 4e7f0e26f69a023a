/**
 * Where a mark stands in a new revision of its article. The difference of the two texts decides first: words that it
 * says were kept are where they are. A paragraph that moved is a deletion and an insertion to it, so then the words
 * themselves are looked for, with what stood around them. Whatever is left in doubt is for a person.
 */
import { diffArrays } from 'diff'
import { type ArticleContent, type Block, blocksOf } from './article.ts'
import type { Difference, DifferenceWords, DoubtReason } from './revision.ts'
import { MOST_PROPOSALS } from './revision.ts'
import {
  isGraphemeBoundary,
  isSameSpans,
  mergeSpans,
  misfit,
  type Span,
  type Spans,
  snapToGraphemes,
  trimSpan,
} from './span.ts'

export type Place =
  | { is: 'sure'; spans: Spans }
  /** The likeliest proposal comes first; there may be none. */
  | { is: 'doubtful'; reason: DoubtReason; proposals: Spans[] }

/** A stretch of code units that both texts have. */
interface Kept {
  before: number
  after: number
  length: number
}

/** The most edits that are looked for, in paragraphs and in words: past it two texts are taken for different ones. */
const MOST_EDITS = { lines: 4000, words: 2000 }

/** Texts with more code units together take seconds to compare by words as a whole, when there is much to tell. */
const LONG = 40_000

/** Code units around a quote that say which of several places it is. */
const CONTEXT = 48
/** So much of it must be the same on one side at least, or on both together twice as much as at any other place. */
const CONTEXT_ENOUGH = 12
/** Quotes that are shorter stand anywhere by chance. */
const TELLING = 12
/** Places of a quote that are compared, in each direction from where it should be. */
const PLACES_EACH_WAY = 12

/** The difference between two texts: what was kept of the first, and where that is in the second. */
export class Revised {
  readonly before: string
  readonly after: string
  readonly #kept: Kept[]
  readonly #hunks: Hunk[]

  constructor(before: string, after: string) {
    this.before = before
    this.after = after
    this.#hunks = compareLines(before, after)
    this.#kept = keptOf(this.#hunks)
  }

  /** Where these words stand now, unless some of them were touched. */
  map([start, end]: Span): Span | null {
    const run = this.#runAt(start)
    if (!run || start < run.before || end > run.before + run.length) return null
    const by = run.after - run.before
    return [start + by, end + by]
  }

  place(spans: Spans): Place {
    if (spans.length !== 1) return this.#placeParts(spans)
    const [span] = spans
    return span ? this.#placeOne(span) : { is: 'doubtful', reason: 'gone', proposals: [] }
  }

  /** The difference for a person, by paragraph and word; `isCut` when only the first `most` paragraphs of it are told. */
  tell(most: number): { difference: Difference; isCut: boolean } {
    const difference: Difference = []
    let told = 0
    for (const hunk of this.#hunks) {
      if (hunk.is === 'same') {
        difference.push({ same: hunk.lines })
        continue
      }
      for (const paragraph of paragraphsOf(hunk.words)) {
        if (++told > most) return { difference, isCut: true }
        difference.push({ paragraph })
      }
    }
    return { difference, isCut: false }
  }

  /** Parts of one mark go together: all of them are sure, in their order and apart, or a person looks. */
  #placeParts(spans: Spans): Place {
    const places = spans.map((span) => this.#placeOne(span))
    const found = places.map((place) => (place.is === 'sure' ? place.spans : place.proposals[0]))
    const flat = found.flatMap((part) => part ?? [])
    const merged = mergeSpans(flat)
    if (places.every((place) => place.is === 'sure') && isSameSpans(flat, merged)) return { is: 'sure', spans: flat }
    const reasons = places.flatMap((place) => (place.is === 'sure' ? [] : [place.reason]))
    return { is: 'doubtful', reason: reasons[0] ?? 'changed', proposals: merged.length > 0 ? [merged] : [] }
  }

  #placeOne(span: Span): Place {
    const mapped = this.map(span)
    // A sign that joins the last letter may have been put behind it: the words are kept, and are not these any more.
    if (mapped && misfit(this.after, [mapped]) === null) return { is: 'sure', spans: [mapped] }
    const quote = this.before.slice(...span)
    const around = this.#around(span)
    const places = this.#search(quote, around?.[0] ?? this.#near(span[0]))
    if (places.length === 0) {
      return around
        ? { is: 'doubtful', reason: 'changed', proposals: [[around]] }
        : { is: 'doubtful', reason: 'gone', proposals: [] }
    }
    const rated = places
      .map((place) => ({ place, score: this.#likeness(span, place) }))
      .sort((a, b) => b.score.sum - a.score.sum)
    const [best, second] = rated
    const isTelling = best !== undefined && (best.score.most >= CONTEXT_ENOUGH || quote.trim().length >= TELLING)
    const isAlone = !second || (best !== undefined && best.score.sum >= 2 * second.score.sum + CONTEXT_ENOUGH)
    // Where the same words stood before already, they are other ones than those that are gone.
    if (best && isTelling && isAlone && !this.#wasThere(best.place)) return { is: 'sure', spans: [best.place] }
    // What stands between the words around it is offered too: it may be what became of them.
    const proposals = [...rated.map(({ place }): Spans => [place]), ...(around ? [[around]] : [])]
    return {
      is: 'doubtful',
      reason: places.length > 1 ? 'ambiguous' : around ? 'changed' : 'gone',
      proposals: distinct(proposals).slice(0, MOST_PROPOSALS),
    }
  }

  /**
   * What became of words that were touched: those that are kept, what was put between them, and at either end what was
   * put in the place of what is gone there. Null when nothing took their place, or far too much.
   */
  #around([start, end]: Span): Span | null {
    let [from, to] = [0, this.after.length]
    for (let i = this.#indexAt(start); i < this.#kept.length; i++) {
      const run = this.#kept[i] as Kept
      // Blanks and stops are kept by chance.
      if (!/[\p{L}\p{N}]/u.test(this.before.slice(run.before, run.before + run.length))) continue
      if (run.before >= end) {
        to = run.after
        break
      }
      // Where the first of the words is gone, its place begins behind the last that is kept before it.
      if (run.before + run.length <= start) from = run.after + run.length
      else if (run.before <= start) from = start - run.before + run.after
      if (run.before < end && end <= run.before + run.length) {
        to = end - run.before + run.after
        break
      }
    }
    if (to <= from || to - from > 3 * (end - start) + 200) return null
    const place = trimSpan(this.after, snapToGraphemes(this.after, [from, to]))
    return place && /[\p{L}\p{N}]/u.test(this.after.slice(...place)) ? place : null
  }

  /** About where this place is now. */
  #near(offset: number): number {
    const run = this.#runAt(offset)
    return run ? Math.min(this.after.length, Math.max(run.after, offset - run.before + run.after)) : 0
  }

  /** The places of these words that are nearest to an offset and cut no character. */
  #search(quote: string, near: number): Span[] {
    const places: Span[] = []
    const take = (at: number) => {
      const place: Span = [at, at + quote.length]
      if (isGraphemeBoundary(this.after, place[0]) && isGraphemeBoundary(this.after, place[1])) places.push(place)
    }
    let at = this.after.indexOf(quote, near)
    for (let i = 0; at >= 0 && i < PLACES_EACH_WAY; i++, at = this.after.indexOf(quote, at + 1)) take(at)
    at = near > 0 ? this.after.lastIndexOf(quote, near - 1) : -1
    for (let i = 0; at >= 0 && i < PLACES_EACH_WAY; i++) {
      take(at)
      at = at > 0 ? this.after.lastIndexOf(quote, at - 1) : -1
    }
    return places
  }

  /** How many code units before and behind the words are the same in both texts. */
  #likeness([start, end]: Span, [from, to]: Span): { sum: number; most: number } {
    let [left, right] = [0, 0]
    while (left < CONTEXT && start > left && this.before[start - left - 1] === this.after[from - left - 1]) left++
    while (right < CONTEXT && end + right < this.before.length && this.before[end + right] === this.after[to + right])
      right++
    // Where a text begins or ends is as good as words.
    if (start === left && from === left) left = CONTEXT
    if (end + right === this.before.length && to + right === this.after.length) right = CONTEXT
    return { sum: left + right, most: Math.max(left, right) }
  }

  /** Whether these words of the new text are of a stretch that was kept. */
  #wasThere([start, end]: Span): boolean {
    let low = 0
    let high = this.#kept.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if ((this.#kept[middle] as Kept).after <= start) low = middle
      else high = middle - 1
    }
    const run = this.#kept[low]
    return run !== undefined && run.after <= start && end <= run.after + run.length
  }

  #runAt(offset: number): Kept | undefined {
    return this.#kept[this.#indexAt(offset)]
  }

  /** The last run that begins at or before an offset; 0 when none does. */
  #indexAt(offset: number): number {
    let low = 0
    let high = this.#kept.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if ((this.#kept[middle] as Kept).before <= offset) low = middle
      else high = middle - 1
    }
    return Math.max(0, low)
  }
}

/** The blocks and the formatting of a new text, wherever its lines and words are those of the old one. */
export function keepFormat(old: ArticleContent, revised: Revised): Pick<ArticleContent, 'blocks' | 'inlines'> {
  const { after } = revised
  const types = new Map(
    old.blocks.flatMap(({ type, start, end }) => {
      const place = start < end ? revised.map([start, end]) : null
      return place ? [[place[0], type] as const] : []
    }),
  )
  const hasTitle = old.blocks[0]?.type === 'title'
  const blocks = blocksOf(after).map((block, i): Block => {
    const type = types.get(block.start) ?? (i === 0 && hasTitle ? 'title' : 'paragraph')
    // There is one title, and it comes first.
    return { ...block, type: type === 'title' && i > 0 ? 'heading' : type }
  })
  const inlines = old.inlines.flatMap((inline) => {
    const place = revised.map([inline.start, inline.end])
    return place && misfit(after, [place]) === null ? [{ ...inline, start: place[0], end: place[1] }] : []
  })
  return { blocks, inlines }
}

type Hunk =
  | { is: 'same'; before: number; after: number; length: number; lines: number }
  | { is: 'changed'; before: number; after: number; words: DifferenceWords[] }

/** By lines first, which is quick on a long text, and where those differ by words. */
function compareLines(before: string, after: string): Hunk[] {
  const [old, fresh] = [linesOf(before), linesOf(after)]
  const changes = diffArrays(old, fresh, { maxEditLength: MOST_EDITS.lines }) ?? [
    { value: old, added: false, removed: true },
    { value: fresh, added: true, removed: false },
  ]
  const hunks: Hunk[] = []
  let [from, to] = [0, 0]
  let [removed, added] = ['', '']
  const close = () => {
    if (removed === '' && added === '') return
    hunks.push({
      is: 'changed',
      before: from - removed.length,
      after: to - added.length,
      words: compareWords(removed, added),
    })
    ;[removed, added] = ['', '']
  }
  for (const change of changes) {
    const text = change.value.join('')
    if (change.removed) {
      removed += text
      from += text.length
    } else if (change.added) {
      added += text
      to += text.length
    } else {
      close()
      hunks.push({ is: 'same', before: from, after: to, length: text.length, lines: change.value.length })
      from += text.length
      to += text.length
    }
  }
  close()
  return hunks
}

/** The difference of two texts, word by word; of those that have too little in common, as a whole. */
export function compareWords(removed: string, added: string): DifferenceWords[] {
  const whole = () => {
    const words: DifferenceWords[] = []
    if (removed !== '') words.push({ is: 'removed', text: removed })
    if (added !== '') words.push({ is: 'added', text: added })
    return words
  }
  if (removed === '' || added === '') return whole()
  const [old, fresh] = [linesOf(removed), linesOf(added)]
  // Something small in each of very many paragraphs: each is compared with its own.
  if (old.length > 1 && old.length === fresh.length && removed.length + added.length > LONG)
    return old.flatMap((line, i) =>
      line === fresh[i] ? [{ is: 'same', text: line }] : compareWords(line, fresh[i] ?? ''),
    )
  const changes = diffArrays(wordsOf(removed), wordsOf(added), { maxEditLength: MOST_EDITS.words })
  if (!changes) return whole()
  return changes.map((change) => ({
    is: change.removed ? 'removed' : change.added ? 'added' : 'same',
    text: change.value.join(''),
  }))
}

/** Each line with its line feed. */
function linesOf(text: string): string[] {
  return text.split(/(?<=\n)/)
}

const words = new Intl.Segmenter('und', { granularity: 'word' })

/** Words, and what is between them. */
function wordsOf(text: string): string[] {
  return Array.from(words.segment(text), ({ segment }) => segment)
}

/** The stretches that both texts have, as long as they go. */
function keptOf(hunks: readonly Hunk[]): Kept[] {
  const kept: Kept[] = []
  const add = (before: number, after: number, length: number) => {
    const last = kept.at(-1)
    if (last && last.before + last.length === before && last.after + last.length === after) last.length += length
    else if (length > 0) kept.push({ before, after, length })
  }
  for (const hunk of hunks) {
    if (hunk.is === 'same') {
      add(hunk.before, hunk.after, hunk.length)
      continue
    }
    let [before, after] = [hunk.before, hunk.after]
    for (const { is, text } of hunk.words) {
      if (is === 'same') add(before, after, text.length)
      if (is !== 'added') before += text.length
      if (is !== 'removed') after += text.length
    }
  }
  return kept
}

/** The words of a hunk, parted where both texts have a line feed, or the one that has words there. */
function paragraphsOf(all: readonly DifferenceWords[]): DifferenceWords[][] {
  const paragraphs: DifferenceWords[][] = []
  let paragraph: DifferenceWords[] = []
  for (const { is, text } of all)
    for (const part of text.split(/(?<=\n)/)) {
      paragraph.push({ is, text: part })
      if (!part.endsWith('\n')) continue
      paragraphs.push(paragraph)
      paragraph = []
    }
  if (paragraph.length > 0) paragraphs.push(paragraph)
  return paragraphs
}

function distinct(all: readonly Spans[]): Spans[] {
  const found: Spans[] = []
  for (const spans of all) if (!found.some((other) => isSameSpans(other, spans))) found.push(spans)
  return found
}
