/** Markdown, as CommonMark and GitHub have it, to pieces of text. */
import { fromMarkdown } from 'mdast-util-from-markdown'
import { gfmFromMarkdown } from 'mdast-util-gfm'
import { gfm } from 'micromark-extension-gfm'
import { linkAddress, type Piece, type Run } from './compose.ts'
import { findDate, languageTag } from './guess.ts'
import type { Report } from './report.ts'

type Node = ReturnType<typeof fromMarkdown>['children'][number]

export interface MarkdownReading {
  pieces: Piece[]
  title: string | null
  published: string | null
  language: string | null
  outlet: string | null
}

interface State {
  type: Piece['type']
  bold: boolean
  italic: boolean
  href: string | null
}

export function readMarkdown(given: string, report: Report): MarkdownReading {
  const { matter, text } = frontMatter(given)
  const root = fromMarkdown(text, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] })
  const definitions = new Map<string, string>()
  for (const node of root.children) if (node.type === 'definition') definitions.set(node.identifier, node.url)
  const walk = new Walk(definitions, report)
  walk.all(root.children, { type: 'paragraph', bold: false, italic: false, href: null })
  const pieces = walk.finish()
  if (matter.size > 0) report.say('The lines between --- at the beginning (front matter) were read and left out.')
  return {
    pieces,
    title: matter.get('title') ?? null,
    published: findDate(matter.get('date') ?? ''),
    language: languageTag(matter.get('lang') ?? matter.get('language') ?? null),
    outlet: matter.get('outlet') ?? matter.get('source') ?? null,
  }
}

/** `key: value` lines between two of three dashes, as many programs put them before the text. */
function frontMatter(text: string): { matter: Map<string, string>; text: string } {
  const matter = new Map<string, string>()
  const whole = /^---[ \t]*\r?\n([\s\S]{0,8000}?)\r?\n---[ \t]*(?:\r?\n|$)/.exec(text)
  if (!whole) return { matter, text }
  for (const line of (whole[1] ?? '').split(/\r?\n/)) {
    const at = line.indexOf(':')
    const value = line
      .slice(at + 1)
      .trim()
      .replace(/^(["'])(.*)\1$/, '$2')
    if (at > 0 && /^[\w-]+$/.test(line.slice(0, at)) && value) matter.set(line.slice(0, at).toLowerCase(), value)
  }
  return matter.size > 0 ? { matter, text: text.slice(whole[0].length) } : { matter, text }
}

class Walk {
  readonly #pieces: Piece[] = []
  readonly #notes: Node[] = []
  readonly #definitions: ReadonlyMap<string, string>
  readonly #report: Report
  #runs: Run[] = []

  constructor(definitions: ReadonlyMap<string, string>, report: Report) {
    this.#definitions = definitions
    this.#report = report
  }

  finish(): Piece[] {
    const notes = this.#notes.splice(0)
    this.#report.count('footnotes', notes.length)
    for (const note of notes)
      if ('children' in note) this.all(note.children, { type: 'paragraph', bold: false, italic: false, href: null })
    return this.#pieces
  }

  all(nodes: readonly Node[], state: State): void {
    for (const node of nodes) this.#one(node, state)
  }

  #one(node: Node, state: State): void {
    switch (node.type) {
      case 'heading':
        this.#block(node.children, { ...state, type: 'heading' })
        break
      case 'paragraph':
        this.#block(node.children, state)
        break
      case 'blockquote':
        this.all(node.children, { ...state, type: 'quote' })
        break
      case 'list':
        this.all(node.children, state)
        break
      case 'listItem':
        this.all(node.children, { ...state, type: 'list-item' })
        break
      case 'code':
        this.#report.count('code')
        for (const line of node.value.split('\n')) this.#write(line, state)
        break
      case 'table':
        this.#report.count('tables')
        for (const row of node.children) {
          for (const [i, cell] of row.children.entries()) {
            if (i > 0) this.#runs.push({ text: ' | ' })
            this.all(cell.children, state)
          }
          this.#close(state.type)
        }
        break
      case 'html':
        this.#report.count('rawHtml', node.value.match(/<[!/a-z]/gi)?.length ?? 1)
        break
      case 'footnoteDefinition':
        this.#notes.push(node)
        break
      case 'text':
        this.#say(node.value, state)
        break
      case 'inlineCode':
        this.#say(node.value, state)
        break
      case 'strong':
        this.all(node.children, { ...state, bold: true })
        break
      case 'emphasis':
        this.all(node.children, { ...state, italic: true })
        break
      case 'delete':
        this.#report.count('struck')
        this.all(node.children, state)
        break
      case 'break':
        this.#close(state.type)
        break
      case 'link':
        this.all(node.children, { ...state, href: this.#address(node.url) })
        break
      case 'linkReference':
        this.all(node.children, { ...state, href: this.#address(this.#definitions.get(node.identifier) ?? '') })
        break
      case 'image':
      case 'imageReference':
        this.#report.count('pictures')
        break
      case 'footnoteReference':
        this.#say(`[${node.label ?? node.identifier}]`, state)
        break
    }
  }

  #address(url: string): string | null {
    if (url.startsWith('#')) return null
    const address = linkAddress(url, null)
    if (address === null) this.#report.count('links')
    return address
  }

  #block(children: readonly Node[], state: State): void {
    this.all(children, state)
    this.#close(state.type)
  }

  #write(line: string, state: State): void {
    this.#say(line, state)
    this.#close(state.type)
  }

  #say(text: string, { bold, italic, href }: State): void {
    this.#runs.push({ text: text.replace(/\r?\n/g, ' '), bold, italic, href })
  }

  #close(type: Piece['type']): void {
    if (this.#runs.some((run) => run.text.trim() !== '')) this.#pieces.push({ type, runs: this.#runs })
    this.#runs = []
  }
}
