/**
 * HTML to pieces of text: what stands on the page, in its order, and of its looks only what an article here can have. The
 * document is walked with a stack of its own, because nothing limits how deep a hostile one is; no HTML is ever kept.
 */

import type { scopes } from '@attest/schema/importing'
import { Readability } from '@mozilla/readability'
import { parseHTML } from 'linkedom'
import { linkAddress, type Piece, type Run } from './compose.ts'
import { findDate, languageTag } from './guess.ts'
import { Report } from './report.ts'

type Scope = (typeof scopes)[number]

export interface HtmlReading {
  pieces: Piece[]
  title: string | null
  outlet: string | null
  published: string | null
  language: string | null
  direction: 'ltr' | 'rtl' | null
  url: string | null
  scope: Scope
}

/** As much of the DOM as is needed here: the project has no types of a browser. */
interface Node {
  nodeType: number
  nodeValue: string | null
  localName?: string
  childNodes: ArrayLike<Node>
  textContent: string | null
  getAttribute(name: string): string | null
  hasAttribute(name: string): boolean
  appendChild(child: Node): void
  querySelector(selectors: string): Node | null
  querySelectorAll(selectors: string): Iterable<Node>
}

interface Document extends Node {
  documentElement: Node | null
  body: Node | null
}

const ELEMENT = 1
const TEXT = 3

/** More elements than any page has that somebody wrote. */
const MAX_ELEMENTS = 300_000

interface HtmlOptions {
  /** Where the page is from, which its own links are relative to. */
  url: string | null
  /** Null where it is no page but a part of a text: nothing around it is to be left out. */
  scope: Scope | undefined | null
}

export function readHtml(html: string, options: HtmlOptions, report: Report): HtmlReading {
  const document = parse(html)
  const root = document.documentElement
  const meta = metadataOf(document, options.url)
  if (options.scope === null) return { ...meta, pieces: piecesOf(root, meta.url, report), scope: 'page' }
  if (options.scope !== 'page') {
    const found = articleOf(html, document, meta, report)
    if (found) return found
  }
  return { ...meta, pieces: piecesOf(document.body ?? root, meta.url, report), scope: 'page' }
}

function parse(html: string): Document {
  // A part of a page is put into one, so that there is a body.
  const whole = /<(html|body)[\s>]/i.test(html) ? html : `<!doctype html><html><body>${html}</body></html>`
  const document = parseHTML(whole).document as unknown as Document
  const { body, documentElement: root } = document
  // The tags of the body may be left out, and then linkedom has its content beside it.
  if (root && body)
    for (const child of Array.from(root.childNodes))
      if (child !== body && child.localName !== 'head') body.appendChild(child)
  return document
}

/** The article of a page without what is around it; null when there is no telling what that is. */
function articleOf(
  html: string,
  document: Document,
  meta: ReturnType<typeof metadataOf>,
  report: Report,
): HtmlReading | null {
  if (isBeyondReadability(document)) {
    report.say('The page is too large or too deeply nested to tell its article from the rest, so all of it was taken.')
    return null
  }
  // Readability takes the document apart, so it has one of its own.
  const own = parse(html)
  const found = extract(own)
  const content = found?.content ?? null
  if (!content) return null
  // What this reading left out counts only if it is the one that is kept.
  const inner = new Report()
  const pieces = piecesOf(content, meta.url, inner)
  const [whole, taken] = [visibleLength(document.body), lengthOf(pieces)]
  // A page that is nearly nothing but its article, or of which hardly anything was found, is read as it stands.
  if (taken === 0 || taken < whole * 0.1 || whole < 500) return null
  report.add(inner)
  if (taken < whole * 0.98)
    report.say(
      `Only the article was taken, ${percent(taken / whole)} of the words of the page; menus, advertisements and what else is around it were left out.`,
    )
  return {
    ...meta,
    title: meta.title ?? clean(found?.title ?? null),
    language: meta.language ?? languageTag(found?.lang ?? null),
    outlet: meta.outlet ?? clean(found?.siteName ?? null),
    pieces,
    scope: 'article',
  }
}

/** It takes the cube of the depth in time: a page that is nested a thousand deep holds it for ten seconds. */
function isBeyondReadability(document: Document): boolean {
  const steps: { node: Node; depth: number }[] = [{ node: document, depth: 0 }]
  let elements = 0
  for (let step = steps.pop(); step; step = steps.pop()) {
    if (step.depth > 200 || ++elements > 50_000) return true
    const { childNodes } = step.node
    for (let i = 0; i < childNodes.length; i++) {
      const child = childNodes[i] as Node
      if (child.nodeType === ELEMENT) steps.push({ node: child, depth: step.depth + 1 })
    }
  }
  return false
}

function percent(share: number): string {
  return `${Math.max(1, Math.round(share * 100))} %`
}

function extract(document: Document) {
  try {
    // linkedom's document has what Readability uses of a browser's.
    const reader = new Readability<Node>(document as never, {
      charThreshold: 200,
      serializer: (node) => node as unknown as Node,
    })
    return reader.parse()
  } catch {
    // It gives up on pages that are too large or too deep; then all of the page is taken.
    return null
  }
}

function lengthOf(pieces: readonly Piece[]): number {
  return pieces.reduce((sum, { runs }) => sum + runs.reduce((length, run) => length + run.text.length, 0), 0)
}

function visibleLength(body: Node | null): number {
  return body ? lengthOf(piecesOf(body, null, new Report())) : 0
}

const headings = new Set(['h1', 'h2', 'h3', 'h4', 'h5', 'h6'])
const dropped = new Set([
  'script',
  'style',
  'noscript',
  'template',
  'head',
  'link',
  'meta',
  'title',
  'base',
  'param',
  'datalist',
])
const media = new Set(['video', 'audio', 'iframe', 'object', 'embed', 'canvas', 'map'])
const pictures = new Set(['img', 'picture', 'svg', 'math'])
const forms = new Set(['input', 'button', 'select', 'textarea', 'progress', 'meter'])
const inlineElements = new Set(
  'a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark nobr q rp rt ruby s samp small span strike strong sub sup time tt u var wbr'.split(
    ' ',
  ),
)

interface State {
  type: Piece['type']
  bold: boolean
  italic: boolean
  href: string | null
  isPre: boolean
  isCell: boolean
}

type Step = { enter: Node; state: State } | { leave: 'block' } | { text: string; state: State }

/** All words under an element as pieces. */
export function piecesOf(root: Node | null, base: string | null, report: Report): Piece[] {
  const pieces: Piece[] = []
  let runs: Run[] = []
  let type: Piece['type'] = 'paragraph'
  const close = () => {
    const trimmed = collapse(runs)
    if (trimmed.some((run) => run.text.trim() !== '')) pieces.push({ type, runs: trimmed })
    runs = []
  }
  const start: State = { type: 'paragraph', bold: false, italic: false, href: null, isPre: false, isCell: false }
  const steps: Step[] = root ? [{ enter: root, state: start }] : []
  let elements = 0
  for (let step = steps.pop(); step; step = steps.pop()) {
    if ('leave' in step) {
      close()
      continue
    }
    if ('text' in step) {
      if (runs.length === 0) type = step.state.type
      const { bold, italic, href, isPre } = step.state
      if (isPre)
        for (const [i, line] of step.text.split(/\r\n?|\n/).entries()) {
          if (i > 0) close()
          type = step.state.type
          runs.push({ text: line, bold, italic, href })
        }
      else runs.push({ text: step.text, bold, italic, href })
      continue
    }
    const { enter: node, state } = step
    if (node.nodeType === TEXT) {
      steps.push({ text: node.nodeValue ?? '', state })
      continue
    }
    // A document and a fragment have children and no name.
    const name = node.localName?.toLowerCase() ?? ''
    if (node.nodeType === ELEMENT) {
      if (++elements > MAX_ELEMENTS) {
        report.say('What comes after the first 300,000 elements of the page was left out.')
        break
      }
      if (dropped.has(name)) continue
      if (pictures.has(name)) report.count('pictures')
      if (media.has(name)) report.count('media')
      if (forms.has(name) && node.getAttribute('type') !== 'hidden') report.count('forms')
      if (pictures.has(name) || media.has(name) || forms.has(name)) continue
      if (isHidden(node)) {
        if (node.textContent?.trim()) report.count('hidden')
        continue
      }
    }
    if (name === 'br' || name === 'hr') {
      if (state.isCell) runs.push({ text: ' ' })
      else close()
      continue
    }
    // What Word's footnotes lead back with.
    if (name === 'a' && node.textContent === '↑' && node.getAttribute('href')?.startsWith('#')) continue
    if (name === 'table') report.count('tables')
    if (name === 'pre') report.count('code')
    if (name === 's' || name === 'del' || name === 'strike') report.count('struck')
    const inner = stateWithin(node, name, state, base, report)
    const isBlock = node.nodeType === ELEMENT && !inlineElements.has(name) && name !== 'td' && name !== 'th'
    // A row is one line, however many paragraphs stand in its cells.
    if (isBlock && state.isCell) runs.push({ text: ' ' })
    else if (isBlock) {
      close()
      steps.push({ leave: 'block' })
    }
    const children = node.childNodes
    for (let i = children.length - 1; i >= 0; i--) {
      const child = children[i] as Node
      if (child.nodeType === TEXT || child.nodeType === ELEMENT) steps.push({ enter: child, state: inner })
      const isCell = child.localName === 'td' || child.localName === 'th'
      if (isCell && hasCellBefore(children, i)) steps.push({ text: ' | ', state: inner })
    }
  }
  close()
  return pieces
}

function hasCellBefore(children: ArrayLike<Node>, at: number): boolean {
  for (let i = at - 1; i >= 0; i--) {
    const name = children[i]?.localName
    if (name === 'td' || name === 'th') return true
  }
  return false
}

function stateWithin(node: Node, name: string, state: State, base: string | null, report: Report): State {
  if (name === 'td' || name === 'th') return { ...state, isCell: true }
  if (state.isCell && !inlineElements.has(name)) return state
  if (headings.has(name)) return { ...state, type: 'heading' }
  if (name === 'blockquote') return { ...state, type: 'quote' }
  if (name === 'li' || name === 'dd' || name === 'dt') return { ...state, type: 'list-item' }
  if (name === 'pre') return { ...state, isPre: true }
  if (name === 'b' || name === 'strong') return { ...state, bold: true }
  if (name === 'i' || name === 'em' || name === 'cite' || name === 'dfn') return { ...state, italic: true }
  if (name !== 'a' || !node.hasAttribute('href')) return state
  const given = node.getAttribute('href') ?? ''
  const href = linkAddress(given, base)
  // A place on the same page is no loss.
  if (href === null && !given.trim().startsWith('#')) report.count('links')
  return { ...state, href: given.trim().startsWith('#') ? null : href }
}

function isHidden(node: Node): boolean {
  if (node.hasAttribute('hidden')) return true
  const style = node.getAttribute('style')
  return style !== null && /(display\s{0,9}:\s{0,9}none|visibility\s{0,9}:\s{0,9}hidden)/i.test(style)
}

/** Blanks as a browser shows them: any number is one, also across runs. */
function collapse(runs: readonly Run[]): Run[] {
  let isAfterBlank = true
  return runs.map((run) => {
    let text = run.text.replace(/[ \t\n\r\f]+/g, ' ')
    if (isAfterBlank && text.startsWith(' ')) text = text.slice(1)
    if (text !== '') isAfterBlank = text.endsWith(' ')
    return { ...run, text }
  })
}

function metadataOf(document: Document, address: string | null) {
  const linked = jsonLd(document)
  const property = (...names: string[]) => {
    for (const name of names) {
      const found = document.querySelector(`meta[property="${name}"], meta[name="${name}"], meta[itemprop="${name}"]`)
      const value = clean(found?.getAttribute('content') ?? null)
      if (value) return value
    }
    return null
  }
  const canonical = document.querySelector('link[rel="canonical"]')?.getAttribute('href') ?? property('og:url')
  // What the page says of its own address counts where nobody knows better.
  const url = address ?? (linkAddress(canonical, null)?.startsWith('http') ? linkAddress(canonical, null) : null)
  const root = document.documentElement
  const heading = clean(document.querySelector('h1')?.textContent ?? null)
  const dated =
    property(
      'article:published_time',
      'datePublished',
      'date',
      'dc.date',
      'DC.date.issued',
      'pubdate',
      'parsely-pub-date',
    ) ??
    linked.published ??
    document.querySelector('time[datetime]')?.getAttribute('datetime') ??
    null
  const direction = (root?.getAttribute('dir') ?? document.body?.getAttribute('dir') ?? '').toLowerCase()
  const outlet = property('og:site_name', 'application-name') ?? linked.outlet
  const named = property('og:title') ?? linked.title ?? clean(document.querySelector('title')?.textContent ?? null)
  return {
    // What a page calls itself often has the name of the site with it.
    title: heading !== null && named?.includes(heading) ? heading : (withoutOutlet(named, outlet) ?? heading),
    outlet,
    published: dated ? findDate(dated) : null,
    language: languageTag(root?.getAttribute('lang') ?? property('og:locale', 'language', 'dc.language')),
    direction: direction === 'rtl' || direction === 'ltr' ? (direction as 'rtl' | 'ltr') : null,
    url,
  }
}

function withoutOutlet(title: string | null, outlet: string | null): string | null {
  if (title === null || outlet === null || !title.endsWith(outlet)) return title
  const rest = title.slice(0, -outlet.length).trimEnd()
  return (/[-–—|:·]$/u.test(rest) ? rest.slice(0, -1).trimEnd() : rest) || title
}

/** The few things of schema.org's descriptions that are needed. */
function jsonLd(document: Document): Record<'title' | 'outlet' | 'published', string | null> {
  const found = { title: null, outlet: null, published: null } as Record<
    'title' | 'outlet' | 'published',
    string | null
  >
  for (const script of document.querySelectorAll('script[type="application/ld+json"]')) {
    let data: unknown
    try {
      data = JSON.parse(script.textContent ?? '')
    } catch {
      continue
    }
    const things = Array.isArray(data)
      ? data
      : isRecord(data) && Array.isArray(data['@graph'])
        ? data['@graph']
        : [data]
    for (const thing of things.slice(0, 50)) {
      if (!isRecord(thing) || !/article|posting|report/i.test(String(thing['@type']))) continue
      const publisher = isRecord(thing['publisher']) ? thing['publisher']['name'] : null
      found.title ??= textOf(thing['headline'])
      found.outlet ??= textOf(publisher)
      found.published ??= textOf(thing['datePublished'])
    }
  }
  return found
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? clean(value) : null
}

/** One line, or null when there is nothing on it. */
function clean(words: string | null): string | null {
  return words?.slice(0, 5000).replace(/\s+/g, ' ').trim() || null
}
