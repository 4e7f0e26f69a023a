/**
 * A text as the rules of the suggester see it: words and signs in a row, sentences, and what stands in quotation marks,
 * which may be of two sorts, or lack the one at the other end. One sweep over the text, whatever is in it.
 */
import { type Address, addressesIn } from '../citation.ts'
import type { Span } from '../span.ts'

export interface Token {
  start: number
  end: number
  /** In lower case, with straight apostrophes. */
  word: string
  kind: 'word' | 'sign' | 'line' | 'address'
  isCapital: boolean
  /** Which sentence it is in. */
  sentence: number
  /** Which quotation it is in or borders; -1 for none. */
  quotation: number
}

/** From a token up to before another. */
export type Stretch = readonly [from: number, to: number]

export interface Reading {
  text: string
  tokens: readonly Token[]
  sentences: readonly Stretch[]
  quotations: readonly Stretch[]
  addresses: readonly Address[]
}

const part = /(?:\p{Lu}\.){2,}|[\p{L}\p{M}\p{N}]+(?:['’-][\p{L}\p{M}\p{N}]+)*|\n|\r|[^\s\p{L}\p{M}\p{N}]/gu
const clitics = /^(.+)['’](s|re|ve|ll|d|m)$/iu

export function readText(text: string): Reading {
  const addresses = addressesIn(text, [0, text.length])
  const tokens = tokensOf(text, addresses)
  return { text, addresses, tokens, sentences: splitSentences(text, tokens), quotations: findQuotations(text, tokens) }
}

function tokensOf(text: string, addresses: readonly Address[]): Token[] {
  const tokens: Token[] = []
  const add = (start: number, end: number, kind: Token['kind']) => {
    const given = text.slice(start, end)
    const word = given.toLowerCase().replaceAll('’', "'")
    const isCapital = kind === 'word' && /^[\p{Lu}\p{Lt}]/u.test(given)
    tokens.push({ start, end, word, kind, isCapital, sentence: 0, quotation: -1 })
  }
  let next = 0
  let done = 0
  for (const { 0: found, index } of text.matchAll(part)) {
    if (index < done) continue
    while ((addresses[next]?.span[1] ?? Infinity) <= index) next++
    const address = addresses[next]?.span
    if (address && index >= address[0]) {
      add(address[0], address[1], 'address')
      done = address[1]
      continue
    }
    if (found === '\n' || found === '\r') add(index, index + 1, 'line')
    else if (!/^[\p{L}\p{M}\p{N}]/u.test(found)) add(index, index + found.length, 'sign')
    else {
      // What is short for a verb is a word: in “That’s false” somebody is something.
      const stem = clitics.exec(found)?.[1]?.length ?? found.length
      add(index, index + stem, 'word')
      if (stem < found.length) add(index + stem, index + found.length, 'word')
    }
  }
  return tokens
}

/** Longer ones nobody writes; what would take each word with all others of its sentence is kept short by this. */
const LONGEST_SENTENCE = 150

const shortened = new Set(
  'mr mrs ms dr prof st gen sen rep gov lt col sgt capt rev hon jr sr vs no inc ltd co corp dept est jan feb mar apr jun jul aug sep sept oct nov dec'.split(
    ' ',
  ),
)

function splitSentences(text: string, tokens: Token[]): Stretch[] {
  const sentences: Stretch[] = []
  let from = 0
  const close = (to: number) => {
    for (let i = from; i < to; i++) (tokens[i] as Token).sentence = sentences.length
    if (to > from) sentences.push([from, to])
    from = to
  }
  for (const [i, token] of tokens.entries()) {
    if (token.kind === 'line') {
      close(i)
      token.sentence = sentences.length
      from = i
      close(i + 1)
      continue
    }
    if (i - from >= LONGEST_SENTENCE) close(i)
    if (token.kind !== 'sign' || !/[.!?…]/.test(token.word)) continue
    let end = i + 1
    for (
      let one = tokens[end];
      one && /^["”“'’)\]]$/.test(one.word) && one.start === tokens[end - 1]?.end;
      one = tokens[end]
    )
      end++
    const next = tokens[end]
    if (next && next.start === tokens[end - 1]?.end) continue
    if (next && next.kind === 'word' && !next.isCapital && !/^\p{N}/u.test(next.word)) continue
    const before = tokens[i - 1]
    if (token.word === '.' && before && end === i + 1 && isShort(text, before)) continue
    close(end)
  }
  close(tokens.length)
  return sentences
}

function isShort(text: string, { start, end, word }: Token): boolean {
  if (shortened.has(word)) return true
  return end - start === 1 && /\p{Lu}/u.test(text.slice(start, end)) && word !== 'i'
}

function findQuotations(text: string, tokens: Token[]): Stretch[] {
  const quotations: Stretch[] = []
  let open = -1
  let line = 0
  const close = (to: number) => {
    for (let i = open; i < to; i++) (tokens[i] as Token).quotation = quotations.length
    quotations.push([open, to])
    open = -1
  }
  for (const [i, token] of tokens.entries()) {
    if (token.kind === 'line') {
      // Whoever forgets to close one has quoted to the end of the paragraph.
      if (open >= 0) close(i)
      line = i + 1
      continue
    }
    if (token.kind !== 'sign' || !/^["“”„«»]$/.test(token.word)) continue
    const isBefore = /\S/.test(text.charAt(token.end)) && !/[\p{L}\p{N}.,!?;]/u.test(text.charAt(token.start - 1))
    if (token.word === '“' || token.word === '„' || token.word === '«' || (token.word === '"' && isBefore)) {
      if (open >= 0) close(i)
      open = i
    } else if (open >= 0) close(i + 1)
    else {
      // One that was never opened goes back to where its sentence began, but not into another quotation.
      const last = quotations.at(-1)?.[1] ?? 0
      open = i
      // No further than a sentence is long, or a row of such signs would be looked through again for each.
      while (open > Math.max(line, last, i - 200) && !/^[.!?:]$/.test(tokens[open - 1]?.word ?? '.')) open--
      if (open < i) close(i + 1)
      open = -1
    }
  }
  if (open >= 0) close(tokens.length)
  return quotations
}

/** Where these tokens stand in the text. */
export function spanOf({ tokens }: Reading, [from, to]: Stretch): Span {
  return [tokens[from]?.start ?? 0, tokens[to - 1]?.end ?? 0]
}

export function wordsOf(reading: Reading, stretch: Stretch): string {
  return reading.text.slice(...spanOf(reading, stretch))
}

/** Whether these words stand from this token on. */
export function standsAt({ tokens }: Reading, at: number, phrase: readonly string[]): boolean {
  return phrase.every((word, i) => tokens[at + i]?.word === word)
}

/** By the first word, so that a place in a text is held against few of many phrases. */
export class Phrases {
  #byFirst = new Map<string, (readonly string[])[]>()

  constructor(phrases: readonly (readonly string[])[]) {
    for (const phrase of phrases.toSorted((a, b) => b.length - a.length)) {
      const first = phrase[0] ?? ''
      this.#byFirst.set(first, [...(this.#byFirst.get(first) ?? []), phrase])
    }
  }

  /** How many tokens the longest of them takes here; 0 where none stands. */
  at(reading: Reading, at: number): number {
    const first = reading.tokens[at]?.word
    return this.#byFirst.get(first ?? '')?.find((phrase) => standsAt(reading, at, phrase))?.length ?? 0
  }
}
