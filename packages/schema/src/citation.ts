/**
 * What a citation can be filled in with from the words it stands on: an address, who published it, a post's date.
 * Everything here only proposes; what is written is for the annotator to decide.
 */
import type { Attributes } from './annotation.ts'
import type { Kind } from './labelset.ts'
import { isGraphemeBoundary, quotesOf, type Span, type Spans } from './span.ts'

export interface Address {
  span: Span
  /** As it stands in the text. */
  url: string
  /** Whether the next one begins where it ends, without so much as a blank between. */
  isGlued: boolean
}

/** An address has no blanks in it, and ends before what quotes or closes a sentence. */
const run = /[^\s<>"“”„«»‹›「」『』。，、]+/gu

/** So far from a span its address may begin or end; longer ones are no handles that anybody could use. */
const REACH = 2048

/** The addresses that lie under the span or touch it, in the order of the text; glued ones each on its own. */
export function addressesIn(text: string, [start, end]: Span): Address[] {
  const from = Math.max(0, start - REACH)
  const window = text.slice(from, end + REACH)
  const found: Address[] = []
  for (const { 0: word, index } of window.matchAll(run)) {
    const at = from + index
    if (at > end) break
    if (at + word.length < start || !/[.:]/.test(word)) continue
    const starts = startsIn(word).filter((offset) => isGraphemeBoundary(text, at + offset))
    for (const [i, first] of starts.entries()) {
      const next = starts[i + 1]
      const url = next === undefined ? withoutClosing(text, at, word.slice(first)) : word.slice(first, next)
      const span: Span = [at + first, at + first + url.length]
      if (span[0] <= end && span[1] >= start) found.push({ span, url, isGlued: next !== undefined })
    }
  }
  return found
}

const beginning = /https?:\/\/|www\.|pic\.(?:twitter|x)\.com\//giu
const bare = /^[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)*\.\p{L}{2,}\//u
const keeper = /^https?:\/\/(?:[^/]+\.)?(?:archive\.[a-z]+|perma\.cc|google\.[a-z.]+|proxy\.[^/]+)\//i

/** Where in a word without blanks an address begins. */
function startsIn(word: string): number[] {
  const starts: number[] = []
  for (const { 0: mark, index } of word.matchAll(beginning)) {
    const before = word.slice(0, index)
    const isScheme = mark.endsWith('://')
    if (starts.length === 0) {
      if (isScheme || !/[\p{L}\p{N}]$/u.test(before.slice(-2))) starts.push(index)
      continue
    }
    // `https://www.` begins once, and an address that is a part of another is that one's business.
    if (before.endsWith('://') || /[=&?#,]/.test(before.slice(-1))) continue
    if (before.endsWith('/') && keeper.test(before.slice(starts[0]))) continue
    starts.push(index)
  }
  if (starts.length > 0) return starts
  const lead = /^[('‘[{*_—–-]*/u.exec(word)?.[0].length ?? 0
  return bare.test(word.slice(lead)) ? [lead] : []
}

/** Without the punctuation after it; a bracket stays when it was opened in the address. */
function withoutClosing(text: string, at: number, url: string): string {
  // By how many the closing ones exceed the opening ones in what is left: counted once, for somebody may write thousands.
  const excess: Record<string, number> = {}
  for (const [opening, closing] of brackets) excess[closing] = count(url, closing) - count(url, opening)
  let end = url.length
  for (; end > 0; end--) {
    const last = url.charAt(end - 1)
    const more = excess[last]
    const isClosing = more === undefined ? /[.,;:!?…'’*_]/.test(last) : more > 0
    if (!isClosing || !isGraphemeBoundary(text, at + end - 1)) break
    if (more !== undefined) excess[last] = more - 1
  }
  return url.slice(0, end)
}

const brackets = ['()', '[]', '{}'].map(([opening = '', closing = '']) => [opening, closing] as const)

function count(text: string, sign: string): number {
  return text.split(sign).length - 1
}

const handle = /^[a-z][a-z0-9+.-]*:(?!\d+(?:[/?#]|$))[^/\s]\S*$/i
const located =
  /^(?:[a-z][a-z0-9+.-]*:\/\/)?(?:[^/?#@\s]*@)?[^/?#:@.\s]+(?:\.[^/?#:@.\s]+)+\.?(?::\d{1,5})?(?:[/?#]\S*)?$/i

/** Whether this could be looked up: one address, with or without its scheme, or a name such as `doi:10.1000/182`. */
export function isAddress(value: string): boolean {
  return (located.test(value) || handle.test(value)) && addressesIn(value, [0, value.length]).length < 2
}

/** Whether this is a day, a month or a year as ISO 8601 writes them. */
export function isDate(value: string): boolean {
  const [, year, month, day] = /^(\d{4})(?:-(\d\d)(?:-(\d\d))?)?$/.exec(value) ?? []
  if (year === undefined) return false
  if (month === undefined) return true
  const [m, d] = [Number(month), Number(day ?? 1)]
  return m >= 1 && m <= 12 && d >= 1 && d <= new Date(Date.UTC(Number(year), m, 0)).getUTCDate()
}

/** Hosts that say nothing about who published what they lead to. */
const forwarders = new Set(
  't.co bit.ly pic.twitter.com pic.x.com goo.gl tinyurl.com ow.ly buff.ly dlvr.it is.gd trib.al fb.me lnkd.in'.split(
    ' ',
  ),
)

/** The host of an address in the form that people know it by: `theguardian.com`; null where it names no publisher. */
export function outletOf(url: string): string | null {
  const host = /^(?:[a-z][a-z0-9+.-]*:\/\/)?(?:[^/?#@\s]*@)?([^/?#:@\s]+\.[^/?#:@\s]+)/iu.exec(url)?.[1]?.toLowerCase()
  const name = host?.replace(/^(?:www\d?|m|mobile|amp)\.(?=.*\.)/, '')
  return name && !forwarders.has(name) ? name : null
}

const months = 'january february march april may june july august september october november december'.split(' ')
const post = /[—–-]([^\n()]{1,70})\(@\w{1,30}\)\s{1,3}([A-Za-z]{3,9}) (\d{1,2}), (\d{4})/u

/** Who signed a post and when: `— RT (@RT_com) October 1, 2015`, as embedded posts end. */
function postIn(words: string): { outlet: string; date: string } | null {
  const [, name, month, day, year] = post.exec(words) ?? []
  const outlet = name?.trim()
  if (!outlet || !month || !day || !year) return null
  const date = `${year}-${pad(months.indexOf(month.toLowerCase()) + 1)}-${pad(Number(day))}`
  return isDate(date) ? { outlet, date } : null
}

function pad(figure: number): string {
  return String(figure).padStart(2, '0')
}

/**
 * What of a mark's attributes can be filled in from the words it stands on; null where there is nothing to propose.
 * What is filled in already stays, and a kind takes part by having an attribute that is an address. `outlets` has the
 * names under which outlets are known already, by what `outletOf` calls them.
 */
export function proposeCitation(
  { spans, attributes }: { spans: Spans; attributes: Attributes },
  kind: Kind,
  text: string,
  outlets: ReadonlyMap<string, string> = new Map(),
): Record<string, string> | null {
  const urlField = kind.attributes.find((one) => one.type === 'url')
  if (!urlField) return null
  const typeField = kind.attributes.find((one) => one.type === 'enum' && one.values?.includes('url'))
  const near = spans.flatMap((span) => addressesIn(text, span))
  // What a mark only touches counts where it lies over none.
  const isUnder = ({ span }: Address) => spans.some(([start, end]) => span[0] < end && span[1] > start)
  const address = near.find(isUnder) ?? near[0]
  const signed = postIn(quotesOf(text, spans).join('\n'))
  const host = address ? outletOf(address.url) : null
  const fits: Record<string, string | undefined> = {
    [urlField.id]: address?.url,
    ...(typeField && { [typeField.id]: typeOf(typeField.values ?? [], signed !== null, address !== undefined) }),
    outlet: signed?.outlet ?? (host ? (outlets.get(host) ?? host) : undefined),
    date: signed?.date,
  }
  const isOpen = (id: string | undefined) => id !== undefined && !Object.hasOwn(attributes, id)
  // Whoever has seen to the address needs no telling about the rest.
  if (!(address && isOpen(urlField.id)) && !(signed && isOpen(typeField?.id))) return null
  const proposed = kind.attributes.flatMap(({ id }) => {
    const value = Object.hasOwn(fits, id) ? fits[id] : undefined
    return value !== undefined && isOpen(id) ? [[id, value] as const] : []
  })
  return Object.fromEntries(proposed)
}

function typeOf(values: readonly string[], isPost: boolean, isUrl: boolean): string | undefined {
  if (isPost && values.includes('social-post')) return 'social-post'
  return isUrl ? 'url' : undefined
}
