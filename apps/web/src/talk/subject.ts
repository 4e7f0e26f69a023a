/** What a thread is about. */
import type { Annotation } from '@attest/schema/annotation'
import type { Relation } from '@attest/schema/relation'
import { kindLabel, shortQuote } from '../annotations/describe.ts'
import { oddWords } from '../annotations/wording.ts'
import type { ArticleRoom } from '../live/article-room.ts'
import type { LiveRecords } from '../live/live-records.ts'
import { words } from './wording.ts'

export type Subject =
  | { type: 'article' }
  | { type: 'mark'; mark: Annotation }
  /** The mark that the link goes from, where that is still there, is the one to go to. */
  | { type: 'link'; link: Relation; from: Annotation | undefined; to: Annotation | undefined }
  | { type: 'gone' }

export function subjectOf({ annotations, relations }: LiveRecords, on: string): Subject {
  if (on === 'article') return { type: 'article' }
  const mark = annotations.get(on)
  if (mark) return { type: 'mark', mark }
  const link = relations.get(on)
  if (link) return { type: 'link', link, from: annotations.get(link.from), to: annotations.get(link.to) }
  return { type: 'gone' }
}

/** The mark to go to, if there is one. */
export function markOf(subject: Subject): Annotation | undefined {
  if (subject.type === 'mark') return subject.mark
  return subject.type === 'link' ? (subject.from ?? subject.to) : undefined
}

export function subjectText(room: ArticleRoom, subject: Subject): string {
  switch (subject.type) {
    case 'article':
      return words.aboutArticle
    case 'gone':
      return words.aboutGone
    case 'mark':
      return `${kindLabel(room, subject.mark)}: ${shortQuote(room, subject.mark)}`
    case 'link': {
      const { link, from, to } = subject
      const type = room.page.labelSet.relations.find((one) => one.id === link.type)?.label
      const end = (mark: Annotation | undefined) => (mark ? `“${shortQuote(room, mark, 50)}”` : '…')
      return `${end(from)} ${type ?? oddWords.relation(link.type)} ${end(to)}`
    }
  }
}
