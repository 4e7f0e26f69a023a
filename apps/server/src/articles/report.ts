/** What was left out or changed while an article was read: counted as it happens, told once, in sentences. */

const phrases = {
  controls: (n: number) => `${many(n, 'control character')} that cannot be shown ${were(n)} left out.`,
  surrogates: (n: number) =>
    `${many(n, 'half character', 'half characters')} (lone surrogates) ${were(n)} replaced by �, as no file can hold ${n === 1 ? 'it' : 'them'}.`,
  inlines: (n: number) => `The formatting of ${many(n, 'place')} was left out: there is too much of it.`,
  undecoded: (n: number) =>
    `${many(n, 'place')} could not be read in this encoding and ${n === 1 ? 'is' : 'are'} shown as �.`,
  lineEnds: (n: number) => `${many(n, 'line end')} (CR or CRLF) ${were(n)} changed to line feeds.`,
  blankLines: (n: number) => `${many(n, 'blank line')} ${were(n)} left out.`,
  joinedLines: (n: number) => `${many(n, 'line')} ${were(n)} joined to paragraphs.`,
  pictures: (n: number) => `${many(n, 'picture')} ${were(n)} left out.`,
  media: (n: number) =>
    `${many(n, 'video, sound or embedded page', 'videos, sounds or embedded pages')} ${were(n)} left out.`,
  forms: (n: number) => `${many(n, 'form field or button', 'form fields or buttons')} ${were(n)} left out.`,
  hidden: (n: number) => `${many(n, 'part')} that the page hides ${were(n)} left out.`,
  tables: (n: number) =>
    `${many(n, 'table')} ${n === 1 ? 'was' : 'were'} turned into lines: one a row, cells parted by “|”.`,
  links: (n: number) =>
    `${many(n, 'link')} lost ${n === 1 ? 'its address' : 'their addresses'}, which ${n === 1 ? 'is' : 'are'} not of the web or of mail. The words stayed.`,
  code: (n: number) => `The look of ${many(n, 'piece')} of code was left out. The words stayed.`,
  struck: (n: number) => `${many(n, 'crossed-out passage')} ${n === 1 ? 'is' : 'are'} plain text now.`,
  rawHtml: (n: number) => `${many(n, 'HTML tag')} in the Markdown ${were(n)} left out.`,
  footnotes: (n: number) => `${many(n, 'footnote')} ${were(n)} put at the end of the text.`,
  pageLines: (n: number) =>
    `${many(n, 'line')} that came back on the pages (running heads, page numbers) ${were(n)} left out.`,
} as const

type Count = keyof typeof phrases

export class Report {
  readonly #counts = new Map<Count, number>()
  readonly #sentences: string[] = []

  count(what: Count, n = 1): void {
    if (n > 0) this.#counts.set(what, (this.#counts.get(what) ?? 0) + n)
  }

  say(sentence: string): void {
    if (!this.#sentences.includes(sentence)) this.#sentences.push(sentence)
  }

  /** Takes over what another one has. */
  add(other: Report): void {
    for (const [what, n] of other.#counts) this.count(what, n)
    for (const sentence of other.#sentences) this.say(sentence)
  }

  sentences(): string[] {
    return [...this.#sentences, ...Array.from(this.#counts, ([what, n]) => phrases[what](n))]
  }
}

export function many(n: number, one: string, several = `${one}s`): string {
  return `${n.toLocaleString('en')} ${n === 1 ? one : several}`
}

function were(n: number): string {
  return n === 1 ? 'was' : 'were'
}

/** A file that cannot be an article, with a sentence for whoever brought it. */
export class Unreadable extends Error {
  override name = 'Unreadable'
}
