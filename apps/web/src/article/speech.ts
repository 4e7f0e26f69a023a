/**
 * How much a screen reader is told of what happens here: nothing, what one does oneself, or what others do as well.
 * It is a person's own choice, kept in this browser.
 */
import { authorOf } from '@attest/schema/record'
import type { Root } from '@attest/schema/room'
import { kindLabel, shortQuote } from '../annotations/describe.ts'
import type { ArticleRoom } from '../live/article-room.ts'
import { type Cell, makeCell } from '../live/cell.ts'
import type { Keys } from '../live/live-records.ts'
import { speechWords as words } from './wording.ts'

export const speeches = ['off', 'own', 'all'] as const

export type Speech = (typeof speeches)[number]

export interface SpeechStore {
  readonly speech: Cell<Speech>
  choose(speech: Speech): void
}

export function openSpeech(person: string, storage: Pick<Storage, 'getItem' | 'setItem'> = localStorage): SpeechStore {
  const place = `attest-speech:${person}`
  const speech = makeCell<Speech>(read(storage, place))
  return {
    speech,
    choose(chosen) {
      speech.set(chosen)
      try {
        storage.setItem(place, chosen)
      } catch {
        // A browser that keeps nothing: it holds until the page is closed.
      }
    },
  }
}

function read(storage: Pick<Storage, 'getItem'>, place: string): Speech {
  try {
    const kept = storage.getItem(place)
    return speeches.find((one) => one === kept) ?? 'own'
  } catch {
    return 'own'
  }
}

/** More than so many acts of others at once are told as a number: nobody can listen to a list. */
const TOLD = 2

/** What others did since it was last told, in a sentence; the empty string when it was nothing. */
export function tellingOf(room: ArticleRoom, done: readonly Done[]): string {
  const sentences = [...new Set(done.map((one) => sentenceOf(room, one)))]
  if (sentences.length <= TOLD) return sentences.join(' ')
  const names = [...new Set(done.map(({ root, id }) => room.nameOf(authorIn(room, root, id))))]
  return words.many(sentences.length, names.length > 3 ? words.people(names.length) : names.join(', '))
}

export interface Done {
  root: Root
  id: string
  isNew: boolean
}

/** The changes that are of others. `known` has the ids that were there before, and is brought up to date. */
export function doneByOthers(room: ArticleRoom, changed: Keys, known: Set<string>): Done[] {
  const done: Done[] = []
  for (const [root, ids] of changed)
    for (const id of ids) {
      const isThere = room.records.get()[root].has(id)
      if (authorOf(id) !== room.me.id && (isThere || known.has(id))) done.push({ root, id, isNew: !known.has(id) })
      if (isThere) known.add(id)
      else known.delete(id)
    }
  return done
}

function authorIn(room: ArticleRoom, root: Root, id: string): string {
  return room.records.get()[root].get(id)?.author ?? authorOf(id)
}

function sentenceOf(room: ArticleRoom, { root, id, isNew }: Done): string {
  const { annotations, comments, relations, verdicts } = room.records.get()
  const name = room.nameOf(authorIn(room, root, id))
  const quoteOf = (on: string) => {
    const annotation = annotations.get(on)
    return annotation ? shortQuote(room, annotation, 80) : null
  }
  switch (root) {
    case 'annotations': {
      const annotation = annotations.get(id)
      if (!annotation) return words.deleted(name)
      const [kind, quote] = [kindLabel(room, annotation), shortQuote(room, annotation, 80)]
      return isNew ? words.marked(name, kind, quote) : words.changed(name, kind, quote)
    }
    case 'comments': {
      const comment = comments.get(id)
      return comment && 'body' in comment ? words.commented(name, quoteOf(comment.on)) : words.talked(name)
    }
    case 'verdicts': {
      const verdict = verdicts.get(id)
      return verdict ? words.judged(name, verdict.decision, quoteOf(verdict.on)) : words.unjudged(name)
    }
    case 'relations':
      return relations.has(id) ? words.linked(name) : words.unlinked(name)
  }
}
