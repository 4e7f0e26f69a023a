/**
 * The annotated article as one page that needs nothing else (html.spec.whatwg.org): the text with its marks, and a list of
 * them with what was said about each, with links from one to the other and back. There is no script in it, and its policy
 * lets none run: whatever people have written is words.
 */
import { sha256 } from '@noble/hashes/sha2.js'
import { utf8ToBytes } from '@noble/hashes/utils.js'
import { toBase64 } from 'lib0/buffer'
import { type Annotation, sortInTextOrder } from '../annotation.ts'
import type { Block, Inline } from '../article.ts'
import type { Remark } from '../comment.ts'
import { order } from '../order.ts'
import { rulingsOf, standingVerdicts } from '../outcome.ts'
import type { Relation } from '../relation.ts'
import { quotesOf } from '../span.ts'
import { remarksOf, type Thread, threadsOf } from '../thread.ts'
import type { Verdict } from '../verdict.ts'
import type { AnnotatedArticle } from './attest-json.ts'
import type { Writer } from './format.ts'
import { LANES, pageStyle } from './html-style.ts'
import { isoOf, judgingOf, losses, type Piece } from './pieces.ts'
import { type Cut, cutUp, type Run, undrawn } from './runs.ts'

export const htmlWriter: Writer = {
  name: 'html',
  label: 'Annotated web page',
  extension: '.html',
  mediaType: 'text/html',

  write(annotated) {
    const { article } = annotated
    const { comments, verdicts } = annotated.records
    const cut = cutUp(annotated)
    const standing = [...standingVerdicts(verdicts.values()).values()].flat().length
    const shown = [...comments.values()].filter((comment) => 'body' in comment).length
    return {
      files: [{ name: `${article.id}.html`, text: new Page(annotated, cut).write() }],
      left: losses(
        undrawn(cut),
        {
          what: 'verdicts: their author has given a newer one since',
          one: 'verdict: its author has given a newer one since',
          count: verdicts.size - standing,
        },
        {
          what: 'times at which a thread was resolved or reopened, with by whom',
          one: 'time at which a thread was resolved or reopened, with by whom',
          count: comments.size - shown,
        },
        {
          what: 'control characters of the text: no web page can have them',
          one: 'control character of the text: no web page can have it',
          count: article.text.match(controls)?.length ?? 0,
        },
      ),
    }
  },
}

/** What HTML has no way to write; carriage returns among them, of which those at line ends are not missed. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const controls = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\ufdd0-\ufdef]|[\ufffe\uffff]/g

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Anything that people wrote, as words of the page and nothing more. */
function words(value: string): string {
  return value
    .toWellFormed()
    .replace(controls, '\ufffd')
    .replace(/[&<>"']/g, (sign) => escapes[sign] ?? '')
}

/** Words whose direction is their own, whatever stands around them. */
function bdi(value: string): string {
  return `<bdi>${words(value)}</bdi>`
}

const judged: Readonly<Record<Verdict['decision'], string>> = {
  accept: 'accepted',
  reject: 'rejected',
  duplicate: 'a duplicate',
  unsure: 'unsure',
}

const languageTag = /^[a-z]{2,3}(-[a-z0-9]{2,8})*$/i

class Page {
  readonly #annotated: AnnotatedArticle
  readonly #cut: Cut
  readonly #marks: readonly Annotation[]
  /** By the id of a mark its number, in the order of a reader. */
  readonly #numbers: ReadonlyMap<string, number>
  readonly #names: ReadonlyMap<string, string>
  readonly #kinds: ReadonlyMap<string, { label: string; style: string; attributes: ReadonlyMap<string, string> }>
  readonly #relationLabels: ReadonlyMap<string, string>
  readonly #relations: ReadonlyMap<string, readonly Relation[]>
  readonly #talk: ReadonlyMap<string, readonly Thread[]>
  readonly #verdicts: ReadonlyMap<string, readonly Verdict[]>
  /** Pieces that the text has begun, and marks that the list can lead back to. */
  readonly #begun = new Set<Piece>()
  readonly #anchored = new Set<string>()

  constructor(annotated: AnnotatedArticle, cut: Cut) {
    const { records, people, labelSet } = annotated
    this.#annotated = annotated
    this.#cut = cut
    this.#marks = sortInTextOrder(records.annotations.values())
    this.#numbers = new Map(this.#marks.map(({ id }, i) => [id, i + 1]))
    this.#names = new Map(people.map(({ id, name }) => [id, name]))
    this.#kinds = new Map(
      labelSet.kinds.map(({ id, label, attributes }, i) => [
        id,
        { label, style: `k${i}`, attributes: new Map(attributes.map((one) => [one.id, one.label])) },
      ]),
    )
    this.#relationLabels = new Map(labelSet.relations.map(({ id, label }) => [id, label]))
    const relations = [...records.relations.values()].sort((a, b) => order(a.id, b.id))
    const byEnd = relations.flatMap((one) => [
      [one.from, one] as const,
      ...(one.to === one.from ? [] : [[one.to, one] as const]),
    ])
    this.#relations = new Map(
      [...Map.groupBy(byEnd, ([end]) => end)].map(([end, all]) => [end, all.map(([, one]) => one)]),
    )
    this.#talk = threadsOf([...records.comments.values()].sort((a, b) => order(a.id, b.id))).on
    this.#verdicts = standingVerdicts([...records.verdicts.values()].sort((a, b) => order(a.id, b.id)))
  }

  write(): string {
    const { article, labelSet } = this.#annotated
    const style = pageStyle(labelSet)
    const policy = `default-src 'none'; style-src 'sha256-${toBase64(sha256(utf8ToBytes(style)))}'; base-uri 'none'; form-action 'none'`
    return [
      '<!DOCTYPE html>',
      '<html lang="en">',
      '<head>',
      '<meta charset="utf-8">',
      `<meta http-equiv="Content-Security-Policy" content="${policy}">`,
      '<meta name="viewport" content="width=device-width, initial-scale=1">',
      '<meta name="referrer" content="no-referrer">',
      `<title>${words(article.title)}, annotated</title>`,
      `<style>${style}</style>`,
      '</head>',
      '<body>',
      ...this.#head(),
      '<main id="main">',
      ...this.#text(),
      ...this.#list(),
      ...this.#rest(),
      '</main>',
      ...this.#foot(),
      '</body>',
      '</html>',
      '',
    ].join('\n')
  }

  #head(): string[] {
    const { article, labelSet, project, people } = this.#annotated
    const counts = Map.groupBy(this.#marks, ({ kind }) => kind)
    const legend = labelSet.kinds.map(
      ({ id, label }) =>
        `<li><span class="sample ${this.#styleOf(id)}">${bdi(label)}</span> ${plural(counts.get(id)?.length ?? 0, 'mark')}</li>`,
    )
    const foreign = this.#marks.filter(({ kind }) => !this.#kinds.has(kind)).length
    if (foreign > 0) legend.push(`<li><span class="sample kx">Other kinds</span> ${plural(foreign, 'mark')}</li>`)
    const byAuthor = Map.groupBy(this.#marks, ({ author }) => author)
    const authors = people.toSorted((a, b) => order(a.id, b.id)).filter(({ id }) => byAuthor.has(id))
    const by = authors.map(({ id, name }) => `${bdi(name)} (${byAuthor.get(id)?.length})`).join(', ')
    const { outlet = null, published = null, url = null } = article.source ?? {}
    const from = [outlet && bdi(outlet), published && `<time datetime="${words(published)}">${words(published)}</time>`]
    if (url !== null) from.push(linkTo(url, words(url)))
    const source = from.filter((one) => one).join(', ')
    return [
      '<a class="skip" href="#text">Skip to the text</a>',
      '<header>',
      `<p>An annotated article of the project ${bdi(project.name)}${source && `; from ${source}`}</p>`,
      `<p>${this.#marks.length === 0 ? 'Nobody has marked anything in it.' : `${plural(this.#marks.length, 'mark')} by ${by}.`}</p>`,
      `<ul class="legend" aria-label="Kinds of marks">${legend.join('')}</ul>`,
      `<nav aria-label="On this page"><a href="#text">Text</a> · <a href="#marks">Marks</a>${this.#others().length > 0 ? ' · <a href="#talk">Comments on the whole</a>' : ''}</nav>`,
      '</header>',
    ]
  }

  // ---- The text ----

  #text(): string[] {
    const { article } = this.#annotated
    const lang = languageTag.test(article.language ?? '') ? ` lang="${article.language}"` : ''
    const isTitle = ({ block, runs }: Cut['blocks'][number]) => block.type === 'title' && runs.length > 0
    const first = this.#cut.blocks.find(isTitle)?.block
    const title = first ? [] : [`<h1>${bdi(article.title)}</h1>`]
    return [
      ...title,
      `<article id="text" class="text" dir="${article.direction}"${lang} aria-label="Text">`,
      ...this.#cut.blocks.map(({ block, runs }) => this.#block(block, runs, block === first)),
      '</article>',
    ]
  }

  #block(block: Block, runs: readonly Run[], isFirstTitle: boolean): string {
    const [tag, attributes] = elementOf(block, runs.length > 0, isFirstTitle)
    const parts: string[] = []
    const numbers = new Set<number>()
    let open: { piece: Piece; lane: number }[] = []
    let before: Run | null = null
    for (const run of runs) {
      // Marks that cross each other are cut where the outer one ends, and go on after it.
      const gone = open.findIndex(({ piece }, i) => run.pieces[i] !== piece)
      const kept = gone < 0 ? open : open.slice(0, gone)
      parts.push(this.#close(open.slice(kept.length), before))
      open = [...kept]
      for (const piece of run.pieces.slice(kept.length)) {
        const lane = freeLane(open.map((one) => one.lane))
        const number = this.#numbers.get(piece.mark.id) ?? 0
        open.push({ piece, lane })
        if (!this.#begun.has(piece)) numbers.add(number)
        this.#begun.add(piece)
        const style = `${this.#styleOf(piece.mark.kind)} d${Math.min(lane, LANES - 1)}`
        parts.push(`<mark class="${style}" aria-describedby="d${number}">`)
      }
      parts.push(this.#words(run, block))
      before = run
    }
    parts.push(this.#close(open, before))
    const side = numbers.size > 0 ? `<span class="side" aria-hidden="true">${[...numbers].join(' ')}</span>` : ''
    return `<${tag}${attributes} dir="auto">${side}${parts.join('')}</${tag}>`
  }

  /** Closes marks, the inner ones first; each that ends there has its number behind it. */
  #close(open: readonly { piece: Piece }[], last: Run | null): string {
    const closed = open.toReversed().map(({ piece }) => {
      if (this.#cut.lastOf.get(piece) !== last) return '</mark>'
      const { id, kind, author } = piece.mark
      const number = this.#numbers.get(id) ?? 0
      // The others of a mark in several pieces lead to the list as well; from there one comes to the first.
      const anchor = this.#anchored.has(id) ? '' : ` id="t${number}"`
      this.#anchored.add(id)
      const name = `${number}: ${words(this.#labelOf(kind))} by ${words(this.#nameOf(author))}`
      return `</mark><a class="ref" href="#m${number}"${anchor} aria-label="${name}">${number}</a>`
    })
    return closed.join('')
  }

  #words({ start, end, inlines }: Run, block: Block): string {
    const run = this.#annotated.article.text.slice(start, end)
    const inner = words(end === block.end ? run.replace(/\r$/, '') : run)
    return inlines.reduceRight((within, inline) => format(inline, within), inner)
  }

  // ---- The marks ----

  #list(): string[] {
    const { text } = this.#annotated.article
    const rulings = rulingsOf(this.#annotated.records, judgingOf(this.#annotated))
    if (this.#marks.length === 0) return ['<h2 id="marks">Marks</h2>', '<p>There are none.</p>']
    const items = this.#marks.map(({ id, kind, author, spans, attributes, at }) => {
      const number = this.#numbers.get(id) ?? 0
      const labels = this.#kinds.get(kind)?.attributes
      const outcome = rulings.get(id)?.outcome ?? 'open'
      const facts = Object.entries(attributes)
        .sort(([a], [b]) => order(a, b))
        .map(([name, value]) => {
          const shown = value === null ? '<em>there is none</em>' : bdi(value)
          return `<dt>${bdi(labels?.get(name) ?? name)}</dt><dd>${shown}</dd>`
        })
      const back = this.#anchored.has(id)
        ? `<a class="number" href="#t${number}" aria-label="${number}, back to the text">${number}</a>`
        : `<span class="number">${number}</span>`
      const head = `${bdi(this.#labelOf(kind))} by ${bdi(this.#nameOf(author))}${outcome === 'open' ? '' : `, ${outcome}`}`
      return [
        `<li id="m${number}">${back}<div>`,
        `<p class="head"><span class="sample ${this.#styleOf(kind)}" id="d${number}">${head}</span>${timeOf(at)}</p>`,
        `<p class="quote" dir="auto">${quotesOf(text, spans).map(words).join(' … ')}</p>`,
        facts.length > 0 ? `<dl>${facts.join('')}</dl>` : '',
        this.#linksOf(id),
        this.#verdictsOn(id),
        this.#talkOn(id),
        '</div></li>',
      ].join('')
    })
    return ['<h2 id="marks">Marks</h2>', `<ol class="marks">`, ...items, '</ol>']
  }

  #linksOf(id: string): string {
    const links = (this.#relations.get(id) ?? []).map((relation) => {
      const isFrom = relation.from === id
      const other = isFrom ? relation.to : relation.from
      const number = this.#numbers.get(other)
      const type = bdi(this.#relationLabels.get(relation.type) ?? relation.type)
      const end = number === undefined ? 'a mark that is not here' : `<a href="#m${number}">mark ${number}</a>`
      const by = `<span class="quiet">by ${bdi(this.#nameOf(relation.author))}</span>`
      const sentence = isFrom ? `${type} ${end}` : `${end} ${type} this`
      // What was said about it stands where it begins.
      return `<li>${sentence} ${by}${isFrom ? this.#talkOn(relation.id) : ''}</li>`
    })
    return links.length > 0 ? `<ul class="links" aria-label="Relations">${links.join('')}</ul>` : ''
  }

  #verdictsOn(id: string): string {
    const verdicts = (this.#verdicts.get(id) ?? []).map(({ author, decision, of, fix, note, at }) => {
      const number = this.#numbers.get(of ?? '')
      const said =
        decision === 'duplicate' && number !== undefined
          ? `a duplicate of <a href="#m${number}">mark ${number}</a>`
          : judged[decision]
      const fixed = fix ? `, corrected${fix.kind ? ` to ${bdi(this.#labelOf(fix.kind))}` : ''}` : ''
      const reason = note === undefined ? '' : `: <span class="said">${bdi(note)}</span>`
      return `<li>${bdi(this.#nameOf(author))}: ${said}${fixed}${reason} ${timeOf(at)}</li>`
    })
    return verdicts.length > 0 ? `<ul class="links" aria-label="Verdicts">${verdicts.join('')}</ul>` : ''
  }

  // ---- What was said ----

  #talkOn(id: string): string {
    const threads = this.#talk.get(id) ?? []
    return threads.length > 0
      ? `<ul class="talk" aria-label="Comments">${threads.map((one) => this.#thread(one)).join('')}</ul>`
      : ''
  }

  #thread(thread: Thread): string {
    const [first, ...answers] = remarksOf(thread)
    const state = thread.isResolved ? ' <span class="quiet">Resolved.</span>' : ''
    const replies = answers.map((one) => `<li>${this.#remark(one)}</li>`).join('')
    return `<li>${first ? this.#remark(first) : ''}${state}${replies ? `<ul class="talk" aria-label="Answers">${replies}</ul>` : ''}</li>`
  }

  #remark({ author, body, at }: Remark): string {
    return `<p>${bdi(this.#nameOf(author))} ${timeOf(at)}</p><p class="said" dir="auto">${words(body.replace(/\r\n?/g, '\n'))}</p>`
  }

  /** About the whole article, or about what is not there any more. */
  #others(): Thread[] {
    const { annotations, relations } = this.#annotated.records
    const isShown = (on: string) => annotations.has(on) || annotations.has(relations.get(on)?.from ?? '')
    return [...this.#talk].flatMap(([on, threads]) => (isShown(on) ? [] : threads))
  }

  #rest(): string[] {
    const threads = this.#others()
    if (threads.length === 0) return []
    return [
      '<h2 id="talk">Comments on the whole</h2>',
      '<ul class="talk">',
      ...threads.map((one) => this.#thread(one)),
      '</ul>',
    ]
  }

  #foot(): string[] {
    const { article, labelSet } = this.#annotated
    return [
      '<footer>',
      `<p>Marked with ${bdi(labelSet.name)}, version ${labelSet.version}.</p>`,
      `<p>The text has ${article.text.length.toLocaleString('en')} UTF-16 code units; SHA-256 of its UTF-8: ${article.sha256}.</p>`,
      '</footer>',
    ]
  }

  #styleOf(kind: string): string {
    return this.#kinds.get(kind)?.style ?? 'kx'
  }

  #labelOf(kind: string): string {
    return this.#kinds.get(kind)?.label ?? kind
  }

  #nameOf(person: string): string {
    return this.#names.get(person) ?? person
  }
}

/** A heading without words would be one that leads nowhere. */
function elementOf({ type }: Block, hasWords: boolean, isFirstTitle: boolean): [tag: string, attributes: string] {
  if (type === 'quote') return ['blockquote', '']
  if (type === 'list-item') return ['div', ' class="item"']
  if (type === 'paragraph' || !hasWords) return ['p', '']
  return [isFirstTitle ? 'h1' : 'h2', '']
}

function format(inline: Inline, within: string): string {
  if (inline.type === 'link') return linkTo(inline.href, within)
  return inline.type === 'bold' ? `<strong>${within}</strong>` : `<em>${within}</em>`
}

/** The schema lets no other addresses into an article; this is the second lock on that door. */
function linkTo(href: string, within: string): string {
  return /^(https?:\/\/|mailto:)/i.test(href)
    ? `<a href="${words(href)}" rel="noopener noreferrer">${within}</a>`
    : within
}

function freeLane(taken: readonly number[]): number {
  let lane = 0
  while (taken.includes(lane)) lane++
  return lane
}

function timeOf(at: number): string {
  const iso = isoOf(at)
  return iso === null ? '' : `<time class="quiet" datetime="${iso}">${iso.slice(0, 10)}</time>`
}

function plural(count: number, thing: string): string {
  return `${count.toLocaleString('en')} ${thing}${count === 1 ? '' : 's'}`
}
