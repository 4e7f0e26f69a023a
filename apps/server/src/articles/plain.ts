/** A plain text made into the content of an article. The text is changed here or never: line ends and a leading BOM. */
import { type ArticleContent, type Block, blocksOf, hashText, MAX_TEXT_LENGTH } from '@attest/schema/article'
import { HttpProblem } from '../problem.ts'

/** More lines than any article has; each is a block that the page has to lay out. */
const MAX_LINES = 50_000

const MAX_TITLE_LENGTH = 200

export interface PlainText {
  title?: string | undefined
  text: string
  language?: string | null | undefined
}

/** The content, and what was changed on the way in as sentences for the person who brought it. */
export function articleFromText({ title, text: given, language = null }: PlainText): {
  content: ArticleContent
  notes: string[]
} {
  const notes: string[] = []
  let text = given
  if (text.startsWith('\ufeff')) {
    text = text.slice(1)
    notes.push('A byte order mark at the beginning was left out.')
  }
  const lineEnds = text.match(/\r\n?/g)?.length ?? 0
  if (lineEnds > 0) {
    text = text.replace(/\r\n?/g, '\n')
    notes.push(`${lineEnds} line ${lineEnds === 1 ? 'end was' : 'ends were'} changed to line feeds.`)
  }
  refuseUnfit(text)
  if (language !== null && !isLanguage(language))
    throw new HttpProblem(422, 'The language is not a language tag such as “en” or “pt-BR”.')
  const blocks = blocksOf(text)
  const first = text.slice(0, blocks[0]?.end).trim()
  const hasTitleLine = title === undefined ? first !== '' && first.length <= MAX_TITLE_LENGTH : first === title
  return {
    content: {
      title: title ?? titleFrom(text),
      language,
      direction: 'auto',
      text,
      sha256: hashText(text),
      blocks: hasTitleLine ? blocks : blocks.map((block): Block => ({ ...block, type: 'paragraph' })),
      inlines: [],
    },
    notes,
  }
}

/** Throws when a text, of whatever origin, cannot be an article here. */
export function refuseUnfit(text: string): void {
  if (text.length > MAX_TEXT_LENGTH)
    throw new HttpProblem(
      413,
      `This text has ${text.length} characters; an article has at most ${MAX_TEXT_LENGTH}. Please bring it in parts.`,
    )
  if (!text.isWellFormed())
    throw new HttpProblem(422, 'The text has half of a surrogate pair, which no UTF-8 file can hold.')
  if (!/[\p{L}\p{N}\p{S}]/u.test(text)) throw new HttpProblem(422, 'There are no words in this text.')
  if (text.split('\n', MAX_LINES + 1).length > MAX_LINES)
    throw new HttpProblem(422, `This text has more than ${MAX_LINES} lines. Please bring it in parts.`)
}

export function isLanguage(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length === 1
  } catch {
    return false
  }
}

/** The first line that is not blank, cut between two characters when it is long. */
export function titleFrom(text: string): string {
  const line = text.trimStart().split('\n', 1)[0]?.trimEnd() ?? ''
  if (line.length <= MAX_TITLE_LENGTH) return line
  let title = ''
  for (const { segment } of new Intl.Segmenter('und').segment(line)) {
    if (title.length + segment.length >= MAX_TITLE_LENGTH) break
    title += segment
  }
  return `${title.trimEnd()}…`
}
