/** What the filter asks about marks, read from a room. */
import type { Annotation } from '@attest/schema/annotation'
import { missingAttributes } from '@attest/schema/labelset'
import { lacksRelation } from '@attest/schema/links'
import { remarksOf, type Thread } from '@attest/schema/thread'
import type { ArticleRoom } from '../live/article-room.ts'
import { kindLabel, shortQuote } from './describe.ts'
import { type Evidence, foldWords, type Lack } from './filter.ts'

export function evidenceOf(room: ArticleRoom): Evidence {
  const quotes = new WeakMap<Annotation, string>()
  const names = new Map<string, string>()
  const foldName = (name: string) => {
    const folded = names.get(name) ?? foldWords(name)
    names.set(name, folded)
    return folded
  }
  const remarks = new WeakMap<Thread, string[]>()
  const wordsSaid = (thread: Thread) => {
    const words = remarks.get(thread) ?? remarksOf(thread).map(({ body }) => foldWords(body))
    remarks.set(thread, words)
    return words
  }
  return {
    outcomeOf: (id) => room.records.get().outcomes.get(id) ?? 'open',
    talkOf(id) {
      const threads = room.records.get().threads.on.get(id)
      return threads?.length ? (threads.some(({ isResolved }) => !isResolved) ? 'open' : 'resolved') : null
    },
    lacksOf(annotation) {
      const { labelSet } = room.page
      const lacks: Lack[] = []
      if (lacksRelation(annotation, room.records.get(), labelSet)) lacks.push('link')
      if (missingAttributes(annotation, labelSet).length > 0) lacks.push('attribute')
      return lacks
    },
    wordsOf(annotation) {
      const own =
        quotes.get(annotation) ?? foldWords([shortQuote(room, annotation, 10_000), ...valuesOf(annotation)].join('\n'))
      quotes.set(annotation, own)
      const { verdictsOn, threads } = room.records.get()
      const notes = verdictsOn.get(annotation.id)?.flatMap(({ note }) => (note ? foldWords(note) : []))
      return [
        own,
        foldName(kindLabel(room, annotation)),
        foldName(room.nameOf(annotation.author)),
        ...(notes ?? []),
        ...(threads.on.get(annotation.id)?.flatMap(wordsSaid) ?? []),
      ]
    },
  }
}

function valuesOf({ attributes }: Annotation): string[] {
  return Object.values(attributes).filter((value) => value !== null)
}
