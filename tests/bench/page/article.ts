/** The text and the marks that the pages are measured with: by chance, from a seed, so that every tool has the same. */
import { type Block, blocksOf } from '@attest/schema/article'
import type { Span } from '@attest/schema/span'
import { makeRandom } from '../../support/seed.ts'

export interface Load {
  text: string
  blocks: Block[]
  /** In the order in which they were made, each of one span. */
  spans: Span[]
  /** How many characters of each block have a mark over them. */
  covered: number[]
  /** A paragraph of the first window that has room for all marks that are added. */
  paragraph: number
  /** Places in the first paragraphs, each with another shortest mark over it. */
  spots: number[]
}

const WORDS_A_BLOCK = 60
const [SHORTEST, LONGEST, DEEPEST] = [12, 600, 24]

/** So many words in blocks of about sixty: 20 000 make 335 of them. */
export function makeLoad(words: number, count: number): Load {
  const text = makeText(words, Math.round(words / WORDS_A_BLOCK) + 2)
  const { spans, depth } = makeSpans(text, count)
  const blocks = blocksOf(text)
  const covered = blocks.map(({ start, end }) => depth.subarray(start, end).filter((one) => one > 0).length)
  const paragraph = blocks.findIndex(({ start, end }, i) => i > 0 && end - start > 200)
  return { text, blocks, spans, covered, paragraph, spots: spotsIn(blocks, spans) }
}

function makeText(words: number, blocks: number): string {
  const random = makeRandom(words)
  const letters = 'etaoinshrdlucmfwypvbgk'
  const word = () =>
    Array.from(
      { length: 2 + Math.floor(random() * 7) },
      () => letters[Math.floor(random() ** 2 * letters.length)],
    ).join('')
  const lexicon = Array.from({ length: 3000 }, word)
  // Borders by chance make some blocks short and some long; the title is the first.
  const borders = new Set([8])
  while (borders.size < blocks - 1) borders.add(10 + Math.floor(random() * (words - 10)))
  let text = ''
  for (let i = 0; i < words; i++) {
    const one = lexicon[Math.floor(random() * lexicon.length)] as string
    text += `${i === 0 ? '' : borders.has(i) ? '\n' : i % 11 === 0 ? '. ' : ' '}${one}`
  }
  return text
}

/** Most are short and some are long, like what people mark; no place has more than 24 over it. */
function makeSpans(text: string, count: number): { spans: Span[]; depth: Uint8Array } {
  const random = makeRandom(count)
  const depth = new Uint8Array(text.length)
  const spans: Span[] = []
  while (spans.length < count) {
    const length = Math.round(SHORTEST * (LONGEST / SHORTEST) ** random())
    const start = text.indexOf(' ', Math.floor(random() * (text.length - length - 20))) + 1
    const end = start + length
    const under = depth.subarray(start, end)
    if (start === 0 || under.some((one) => one >= DEEPEST)) continue
    for (let i = 0; i < under.length; i++) under[i] = (under[i] ?? 0) + 1
    spans.push([start, end])
  }
  return { spans, depth }
}

function spotsIn(blocks: readonly Block[], spans: readonly Span[]): number[] {
  const spots = new Map<Span, number>()
  let last: Span | undefined
  for (let at = (blocks[1]?.start ?? 0) + 3; at < (blocks[4]?.end ?? 0); at += 7) {
    let shortest: Span | undefined
    for (const one of spans)
      if (one[0] < at && at < one[1] && (!shortest || one[1] - one[0] < shortest[1] - shortest[0])) shortest = one
    if (shortest && shortest !== last && !spots.has(shortest)) spots.set(shortest, at)
    last = shortest
  }
  return [...spots.values()].slice(0, 16)
}
