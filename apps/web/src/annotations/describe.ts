/** What a mark is called on the page. */
import type { Annotation } from '@attest/schema/annotation'
import { quotesOf } from '@attest/schema/span'
import { styleOf } from '../editor/label-styles.ts'
import { kindName } from '../editor/wording.ts'
import type { ArticleRoom } from '../live/article-room.ts'

export function kindLabel(room: ArticleRoom, { kind }: Pick<Annotation, 'kind'>): string {
  return kindName(room.page.labelSet, kind)
}

/** The name under which the style sheet has the kind of a mark. */
export function kindStyle(room: ArticleRoom, { kind }: Pick<Annotation, 'kind'>): string {
  return styleOf(room.page.labelSet, kind)
}

/** The marked words; of a discontinuous mark, its parts with dots between. Enough of them for any place in the page. */
export function shortQuote(room: ArticleRoom, { spans }: Pick<Annotation, 'spans'>, length = 160): string {
  const quote = quotesOf(room.page.text, spans).join(' … ').replaceAll(/\s+/g, ' ')
  return quote.length > length ? `${quote.slice(0, length).toWellFormed()}…` : quote
}
