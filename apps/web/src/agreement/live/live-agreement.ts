/**
 * Agreement as of now, kept up with the marks of an article: a worker has a copy of them, is told what changes in small
 * parts, and reports when it has been quiet for a moment.
 */
import type { Annotation } from '@attest/schema/annotation'
import type { Member } from '@attest/schema/api'
import type { Relation } from '@attest/schema/relation'
import type { ArticleRoom } from '../../live/article-room.ts'
import { type Cell, makeCell } from '../../live/cell.ts'
import type { Answers, Change, Opening, Question, Told } from './ledger.ts'

/** Where the marks come from. */
export interface Source {
  opening: Opening
  /** The ids of all that is there. */
  ids: () => Iterable<string>
  annotation: (id: string) => Annotation | undefined
  relation: (id: string) => Relation | undefined
  /** Calls back with the ids of what has come, changed or gone. Returns the way to stop. */
  onChange: (listener: (ids: Iterable<string>) => void) => () => void
}

export type Standing<Answer> =
  | { phase: 'computing' }
  /** `at` is when the marks were as it says; `isOld` is whether they have changed since. */
  | { phase: 'ready'; answer: Answer; at: number; isOld: boolean }
  | { phase: 'failed' }

export interface LiveAgreement<Answer> {
  readonly standing: Cell<Standing<Answer>>
  close(): void
}

/** What is needed of a `Worker`. */
export type Bench = Pick<Worker, 'postMessage' | 'terminate' | 'addEventListener'>

/**
 * So many marks are told at a time, and so long nothing is told then, in milliseconds: copying them must be over long
 * before the next frame is due. (To wait until the browser calls itself idle takes half a minute where something blinks.)
 */
const SLICE = 150
const PAUSE_MS = 16

/** It reports when nothing has changed for so long, and in any case after the longer time, in milliseconds. */
const CALM_MS = 500
const LATEST_MS = 3000

interface Watching<A> {
  /** What is answered. */
  about: A
  bench: Bench
  now: () => number
}

export function watchAgreement<A extends keyof Answers>(
  source: Source,
  { about, bench, now }: Watching<A>,
): LiveAgreement<Answers[A]> {
  const standing = makeCell<Standing<Answers[A]>>({ phase: 'computing' })
  const tell = (question: Question) => bench.postMessage(question)
  const waiting = new Set<string>()
  let pumping: ReturnType<typeof setTimeout> | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  /** Since when there is something to report. */
  let since: number | null = null
  /** Since when the report that is being made is of; null while none is. */
  let asked: number | null = null
  let isOver = false

  const pump = () => {
    pumping = undefined
    const change: { put: Told[]; putRelations: Relation[]; drop: string[] } = { put: [], putRelations: [], drop: [] }
    let left = SLICE
    for (const id of waiting) {
      if (left-- === 0) break
      waiting.delete(id)
      add(change, id, source)
    }
    tell({ type: 'change', change })
    if (waiting.size > 0) pumping = setTimeout(pump, PAUSE_MS)
    else schedule()
  }
  const take = (ids: Iterable<string>) => {
    for (const id of ids) waiting.add(id)
    since ??= now()
    const shown = standing.get()
    if (shown.phase === 'ready' && !shown.isOld) standing.set({ ...shown, isOld: true })
    clearTimeout(timer)
    pumping ??= setTimeout(pump, PAUSE_MS)
  }
  const schedule = () => {
    clearTimeout(timer)
    // One report at a time: what changes while it is made is for the next.
    if (asked !== null || since === null) return
    timer = setTimeout(ask, Math.max(0, Math.min(CALM_MS, since + LATEST_MS - now())))
  }
  const ask = () => {
    if (waiting.size > 0) return
    asked = now()
    since = null
    tell({ type: 'ask', about })
  }

  bench.addEventListener('message', ((event: MessageEvent<Answers[A]>) => {
    if (isOver) return
    standing.set({ phase: 'ready', answer: event.data, at: asked ?? now(), isOld: since !== null })
    asked = null
    if (waiting.size === 0) schedule()
  }) as EventListener)
  bench.addEventListener('error', () => isOver || standing.set({ phase: 'failed' }))

  tell({ type: 'open', opening: source.opening })
  const stop = source.onChange(take)
  take(source.ids())
  return {
    standing,
    close() {
      isOver = true
      stop()
      clearTimeout(timer)
      clearTimeout(pumping)
      bench.terminate()
    },
  }
}

function add(change: { put: Told[]; putRelations: Relation[]; drop: string[] }, id: string, source: Source): Change {
  const annotation = source.annotation(id)
  const relation = annotation ? undefined : source.relation(id)
  if (annotation) {
    const { kind, spans, author, at } = annotation
    change.put.push({ id, kind, spans, author, at })
  } else if (relation) change.putRelations.push(relation)
  else change.drop.push(id)
  return change
}

/** Those who are nobody, but layers that came with a file or out of a model. */
export function sourcesAmong(people: Iterable<Member>): string[] {
  return [...people].flatMap(({ id, source }) => (source ? [id] : []))
}

export function makeWorker(): Worker {
  return new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' })
}

/** The marks of an open article: what everybody in its room sees. */
export function sourceOfRoom(room: ArticleRoom, without = sourcesAmong(room.people.get().values())): Source {
  const { id, text, labelSet } = room.page
  return {
    opening: {
      article: id,
      text,
      kinds: labelSet.kinds.map((kind) => kind.id),
      without,
    },
    *ids() {
      const { annotations, relations } = room.records.get()
      for (const { id, author } of annotations.values()) if (!room.isModel(author)) yield id
      yield* relations.keys()
    },
    // With what a model proposes nobody agrees or differs.
    annotation(id) {
      const found = room.records.get().annotations.get(id)
      return found && !room.isModel(found.author) ? found : undefined
    },
    relation: (id) => room.records.get().relations.get(id),
    onChange: (listener) =>
      room.onRecords((changed) => {
        const ids = [...(changed.get('annotations') ?? []), ...(changed.get('relations') ?? [])]
        if (ids.length > 0) listener(ids)
      }),
  }
}
