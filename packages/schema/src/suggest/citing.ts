/**
 * Where a reader could look it up: addresses (what is glued together as one), signed posts, newspapers and agencies by name
 * where they are given as the origin of something, reports and studies with the name or the date that they can be found by.
 */
import { isGraphemeBoundary, type Span } from '../span.ts'
import { days, determiners, documents, mastheads, months, outlets, reporting } from './lexicon.ts'
import { Phrases, type Reading, type Stretch, spanOf, type Token, wordsOf } from './reading.ts'

export type CitationRule = 'address' | 'post' | 'cited-by' | 'outlet' | 'pointer' | 'document'

export interface FoundCitation {
  rule: CitationRule
  span: Span
  type: 'url' | 'outlet' | 'document' | 'social-post'
  outlet?: string
  url?: string
  date?: string
}

const known = new Phrases(outlets)

export function findCitations(reading: Reading): FoundCitation[] {
  const posts = findPosts(reading)
  const addresses = findAddresses(reading, posts)
  const isFree = ({ span: [start, end] }: FoundCitation, others: readonly FoundCitation[]) =>
    !others.some(({ span }) => span[0] < end && start < span[1])
  const named = findNamed(reading)
  const sure = [...addresses.posts, ...addresses.plain].sort((a, b) => a.span[0] - b.span[0])
  return [...sure, ...named.filter((one) => isFree(one, near(sure, one)))].sort((a, b) => a.span[0] - b.span[0])
}

/** Those of a sorted list that could overlap this one. */
function near(sorted: readonly FoundCitation[], { span }: FoundCitation): FoundCitation[] {
  let [low, high] = [0, sorted.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((sorted[middle]?.span[1] ?? 0) <= span[0]) low = middle + 1
    else high = middle
  }
  return sorted.slice(low, low + 2)
}

// ---- Posts and addresses ----

interface Signature {
  span: Span
  outlet: string
  date?: string
  /** Whether it begins its line with a dash, as the foot of an embedded post does. */
  isFoot: boolean
}

/** `— RT (@RT_com) October 1, 2015`, and `blogger Kim Tran (@kimtran) on May 2, 2024`. */
function findPosts(reading: Reading): Signature[] {
  const { tokens } = reading
  const found: Signature[] = []
  for (const [i, token] of tokens.entries()) {
    if (token.word !== '@' || tokens[i - 1]?.word !== '(') continue
    let close = i + 1
    while (close < i + 6 && tokens[close]?.word !== ')') close++
    if (tokens[close]?.word !== ')') continue
    let from = i - 1
    while (from > 0 && i - from < 8 && tokens[from - 1]?.kind === 'word' && tokens[from - 1]?.isCapital) from--
    if (from === i - 1) continue
    const dash = tokens[from - 1]
    const isFoot = dash !== undefined && /^[–—-]$/.test(dash.word) && (from < 2 || tokens[from - 2]?.kind === 'line')
    const outlet = wordsOf(reading, [from, i - 1])
    let end = close + 1
    if (tokens[end]?.word === 'on') end++
    const date = dateAt(tokens, end)
    const start = isFoot ? from - 1 : postStart(tokens, from)
    const to = date ? date.to : close + 1
    found.push({ span: spanOf(reading, [start, to]), outlet, isFoot, ...(date && { date: date.iso }) })
  }
  return found
}

/** “a post by blogger”, “in a tweet from”: with the words that say what it is. */
function postStart(tokens: readonly Token[], from: number): number {
  for (let i = from - 1; i >= Math.max(0, from - 5); i--) {
    if (tokens[i]?.kind !== 'word') return from
    if (/^(?:post|tweet|thread|message|video)$/.test(tokens[i]?.word ?? ''))
      return determiners.has(tokens[i - 1]?.word ?? '') ? i - 1 : i
  }
  return from
}

function findAddresses(
  reading: Reading,
  posts: readonly Signature[],
): { plain: FoundCitation[]; posts: FoundCitation[] } {
  const { text, addresses } = reading
  const joined: { span: Span; url: string }[] = []
  for (const { span, url } of addresses) {
    const last = joined.at(-1)
    if (last && last.span[1] === span[0]) last.span = [last.span[0], span[1]]
    else joined.push({ span, url })
  }
  const signed = new Set<Signature>()
  let next = 0
  const plain: FoundCitation[] = []
  const withFoot: FoundCitation[] = []
  for (const { span, url } of joined) {
    if (!isGraphemeBoundary(text, span[1])) continue
    while ((posts[next]?.span[1] ?? Infinity) <= span[0]) next++
    const post = posts[next]
    if (
      post?.isFoot &&
      post.span[0] > span[1] &&
      /^\s{1,4}$/.test(text.slice(span[1], Math.min(post.span[0], span[1] + 5)))
    ) {
      signed.add(post)
      withFoot.push({
        rule: 'post',
        span: [span[0], post.span[1]],
        type: 'social-post',
        outlet: post.outlet,
        url,
        ...(post.date && { date: post.date }),
      })
    } else plain.push({ rule: 'address', span, type: 'url', url })
  }
  for (const post of posts)
    if (!signed.has(post))
      withFoot.push({
        rule: 'post',
        span: post.span,
        type: 'social-post',
        outlet: post.outlet,
        ...(post.date && { date: post.date }),
      })
  return { plain, posts: withFoot }
}

// ---- Names ----

function findNamed(reading: Reading): FoundCitation[] {
  const { tokens } = reading
  const found: FoundCitation[] = []
  const seen = new Set<string>()
  for (let i = 0; i < tokens.length; i++) {
    const document = documentAt(reading, i)
    const cited = document ?? citedAt(reading, i)
    if (cited) {
      found.push(cited.citation)
      i = cited.to - 1
      continue
    }
    const length = outletAt(reading, i)
    if (length === 0) continue
    const name = wordsOf(reading, [tokens[i]?.word === 'the' && !tokens[i]?.isCapital ? i + 1 : i, i + length])
    const key = tokens[i + length - 1]?.word ?? ''
    const pointer = pointerAround(reading, i, i + length)
    // A handle is needed once: who is named again in the next line is only speaking.
    const isNew = !seen.has(key)
    if (pointer) found.push({ rule: 'pointer', span: spanOf(reading, pointer), type: 'outlet', outlet: name })
    else if (isNew && isOrigin(reading, i, i + length)) {
      seen.add(key)
      found.push({ rule: 'outlet', span: spanOf(reading, [i, i + length]), type: 'outlet', outlet: name })
    }
    i += length - 1
  }
  return found
}

/** How many tokens the name of a newspaper or an agency takes here; 0 where none stands. */
function outletAt(reading: Reading, at: number): number {
  const { tokens } = reading
  const first = tokens[at]
  if (!first || (!first.isCapital && first.word !== 'the')) return 0
  const begins = first.word === 'the' ? at + 1 : at
  if (!tokens[begins]?.isCapital) return 0
  // “the Mercury”, as those call it who live there.
  if (
    first.word === 'the' &&
    !first.isCapital &&
    mastheads.has(tokens[begins]?.word ?? '') &&
    !tokens[begins + 1]?.isCapital
  )
    return 2
  const lexical = known.at(reading, at)
  if (lexical > 0 && isNamed(tokens, begins, at + lexical)) return lexical
  if (first.word === 'the' && !first.isCapital) return 0
  let end = at
  while (end < at + 5 && tokens[end]?.kind === 'word' && tokens[end]?.isCapital) {
    if (end > begins && mastheads.has(tokens[end]?.word ?? '') && !tokens[end + 1]?.isCapital) return end + 1 - at
    end++
  }
  return 0
}

/** “The sun” in the sky and “nature” have small letters. */
function isNamed(tokens: readonly Token[], from: number, to: number): boolean {
  for (let i = from; i < to; i++)
    if (tokens[i]?.kind === 'word' && !tokens[i]?.isCapital && !/^(?:of|and|for)$/.test(tokens[i]?.word ?? ''))
      return false
  return true
}

/** Whether something is given as coming from there: told to it, reported by it. */
function isOrigin({ tokens }: Reading, from: number, to: number): boolean {
  const before = tokens[from - 1]?.word === 'the' ? (tokens[from - 2]?.word ?? '') : (tokens[from - 1]?.word ?? '')
  if (/^(?:told|tells|telling|via|by|citing)$/.test(before)) return true
  if (before === 'to' && tokens[from - 2]?.word === 'according') return true
  let next = to
  while (/^(?:has|had|also|later|first)$/.test(tokens[next]?.word ?? '')) next++
  if (tokens[next]?.word === ',' && tokens[next + 1]?.word === 'citing') return true
  return reporting.get(tokens[next]?.word ?? '')?.form === 'finite' && !tokens[next]?.isCapital
}

/** “as cited by TASS”, whoever that is. */
function citedAt(reading: Reading, at: number): { citation: FoundCitation; to: number } | null {
  const { tokens } = reading
  if (tokens[at]?.word !== 'as' || !/^(?:cited|quoted|reported|published)$/.test(tokens[at + 1]?.word ?? ''))
    return null
  if (!/^(?:by|in)$/.test(tokens[at + 2]?.word ?? '')) return null
  let to = at + 3
  if (tokens[to]?.word === 'the') to++
  const name = to
  while (to < name + 5 && tokens[to]?.kind === 'word' && tokens[to]?.isCapital) to++
  if (to === name) return null
  return {
    citation: {
      rule: 'cited-by',
      span: spanOf(reading, [at, to]),
      type: 'outlet',
      outlet: wordsOf(reading, [name, to]),
    },
    to,
  }
}

const pointing = new Set('follow read watch see visit listen'.split(' '))

/** “Follow RT's LIVE UPDATES on …”, “or follow the live blog in the Mercury”: what a page points its readers to. */
function pointerAround(reading: Reading, from: number, to: number): Stretch | null {
  const { tokens } = reading
  let verb = from - 1
  while (verb >= 0 && from - verb < 8 && tokens[verb]?.kind === 'word' && !pointing.has(tokens[verb]?.word ?? ''))
    verb--
  if (!pointing.has(tokens[verb]?.word ?? '')) return null
  const before = tokens[verb - 1]
  if (before && before.kind === 'word' && !/^(?:or|and|to|please)$/.test(before.word)) return null
  let end = to
  while (end < to + 14 && tokens[end]?.kind === 'word' && !/^(?:and|or|for)$/.test(tokens[end]?.word ?? '')) end++
  return verb + 1 < end ? [verb + 1, end] : null
}

/** “a 2019 report by the Marine Institute”, “a press release on 14 October 2022”. */
function documentAt(reading: Reading, at: number): { citation: FoundCitation; to: number } | null {
  const { tokens } = reading
  const first = tokens[at]
  if (!first || !(determiners.has(first.word) || first.isCapital) || tokens[at - 1]?.isCapital) return null
  let noun = determiners.has(first.word) ? at + 1 : at
  let year: string | undefined
  for (; noun < at + 4 && tokens[noun]?.kind === 'word' && !documents.has(tokens[noun]?.word ?? ''); noun++)
    if (/^(?:19|20)\d\d$/.test(tokens[noun]?.word ?? '')) year = tokens[noun]?.word
  if (!documents.has(tokens[noun]?.word ?? '')) return null
  if (tokens[noun]?.word === 'release' && tokens[noun - 1]?.word !== 'press') return null
  let link = noun + 1
  if (/^(?:published|released|issued|dated|written|compiled|prepared)$/.test(tokens[link]?.word ?? '')) link++
  if (/^(?:by|from|in|on|of)$/.test(tokens[link]?.word ?? '')) link++
  if (link === noun + 1) return null
  const date = dateAt(tokens, link)
  if (date)
    return {
      citation: {
        rule: 'document',
        span: spanOf(reading, [at, date.to]),
        type: 'document',
        ...(date.iso.length > 4 && { date: date.iso }),
      },
      to: date.to,
    }
  if (/^(?:of|on)$/.test(tokens[link - 1]?.word ?? '')) return null
  let name = link
  if (tokens[name]?.word === 'the') name++
  let to = name
  while (
    to < name + 7 &&
    tokens[to]?.kind === 'word' &&
    (tokens[to]?.isCapital || (/^(?:of|for|and|on)$/.test(tokens[to]?.word ?? '') && tokens[to + 1]?.isCapital))
  )
    to++
  if (to === name || days.has(tokens[name]?.word ?? '')) return null
  return {
    citation: {
      rule: 'document',
      span: spanOf(reading, [at, to]),
      type: 'document',
      outlet: wordsOf(reading, [name, to]),
      ...(year && { date: year }),
    },
    to,
  }
}

const monthNames = [...months].slice(0, 12)

/** `October 1, 2015`, `14 October 2022`, `May 2023`, `March 3`. */
function dateAt(tokens: readonly Token[], at: number): { iso: string; to: number } | null {
  const month = (i: number) =>
    monthNames.findIndex(
      (name) => name.slice(0, 3) === (tokens[i]?.word ?? '').slice(0, 3) && months.has(tokens[i]?.word ?? ''),
    )
  const number = (i: number, most: number) =>
    /^\d{1,4}$/.test(tokens[i]?.word ?? '') && Number(tokens[i]?.word) <= most ? Number(tokens[i]?.word) : 0
  const isYear = (i: number) => /^(?:19|20)\d\d$/.test(tokens[i]?.word ?? '')
  const pad = (figure: number) => String(figure).padStart(2, '0')
  if (number(at, 31) > 0 && month(at + 1) >= 0 && isYear(at + 2))
    return { iso: `${tokens[at + 2]?.word}-${pad(month(at + 1) + 1)}-${pad(number(at, 31))}`, to: at + 3 }
  if (month(at) < 0) return null
  const day = number(at + 1, 31)
  if (day === 0) return isYear(at + 1) ? { iso: `${tokens[at + 1]?.word}-${pad(month(at) + 1)}`, to: at + 2 } : null
  const year = tokens[at + 2]?.word === ',' ? at + 3 : at + 2
  if (!isYear(year)) return { iso: '', to: at + 2 }
  return { iso: `${tokens[year]?.word}-${pad(month(at) + 1)}-${pad(day)}`, to: year + 1 }
}
