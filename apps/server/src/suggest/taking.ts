/**
 * What was proposed becomes records of a layer of its own. Asked again, what nobody has judged, linked or commented gives
 * way to what is proposed now; what somebody has built on stays as it was.
 */
import { randomUUID } from 'node:crypto'
import type { Annotation } from '@attest/schema/annotation'
import { foreignTerm, type LabelSet } from '@attest/schema/labelset'
import { authorOf } from '@attest/schema/record'
import { emptyRecords, type Records } from '@attest/schema/room'
import { isSameSpans, misfit } from '@attest/schema/span'
import type { Proposed } from './answers.ts'

/** More marks than people could look at are not taken. */
export const MOST_SUGGESTED = 5_000

const MOST_REASONS = 30

export interface Taken {
  /** In the order of the text. */
  fitting: Proposed[]
  left: { why: string; count: number }[]
}

/** Those that can be marks of this text by these labels, and surely enough. */
export function fitProposed(
  proposed: readonly Proposed[],
  {
    text,
    labelSet,
    kinds,
    threshold,
    left: before,
  }: {
    text: string
    labelSet: LabelSet
    kinds: readonly string[]
    threshold: number
    left: readonly string[]
  },
): Taken {
  const reasons = new Map<string, number>()
  const leave = (why: string) => reasons.set(why, (reasons.get(why) ?? 0) + 1)
  for (const why of before) leave(why)
  const seen = new Set<string>()
  const fitting: Proposed[] = []
  for (const one of proposed) {
    // Of what is far too much, nothing more is looked at.
    if (fitting.length >= MOST_SUGGESTED) {
      leave(`there are more than ${MOST_SUGGESTED}`)
      continue
    }
    const key = `${one.kind} ${one.spans.join(' ')}`
    const misplaced = misfit(text, one.spans)
    const foreign = foreignTerm(one, labelSet)
    if (foreign === 'unknown-kind') leave(`the label set has no kind “${one.kind.slice(0, 60)}”`)
    else if (foreign !== null) leave('it has an attribute or a value that the label set has not')
    else if (misplaced === 'out-of-range') leave('it lies outside of the text')
    else if (misplaced !== null) leave('it cuts a character')
    else if (kinds.length > 0 && !kinds.includes(one.kind)) leave('its kind was not asked for')
    else if (one.score !== null && one.score < threshold) leave('its score is below the threshold')
    else if (seen.has(key)) leave('it is there twice')
    else {
      seen.add(key)
      fitting.push(one)
    }
  }
  return { fitting, left: summed(reasons) }
}

/** A stranger can find as many ways to be wrong as there are marks; people are told the most frequent. */
function summed(reasons: ReadonlyMap<string, number>): Taken['left'] {
  const all = [...reasons].map(([why, count]) => ({ why, count }))
  if (all.length <= MOST_REASONS) return all
  const byCount = all.toSorted((a, b) => b.count - a.count)
  const rest = byCount.slice(MOST_REASONS - 1).reduce((sum, { count }) => sum + count, 0)
  return [...byCount.slice(0, MOST_REASONS - 1), { why: 'something else is wrong with it', count: rest }]
}

export interface Change {
  put: Records
  remove: { root: 'annotations'; id: string }[]
  scores: [string, number][]
  added: number
  kept: number
}

/** What has to change for `source` to have proposed these; `older` are other versions of it, whose unjudged marks give way. */
export function changeFor(
  records: Records,
  fitting: readonly Proposed[],
  { source, older, known }: { source: string; older: readonly string[]; known: ReadonlyMap<string, number> },
): Change {
  const put = emptyRecords()
  const remove: Change['remove'] = []
  const scores: [string, number][] = []
  const built = builtOn(records)
  const authors = new Set([source, ...older])
  const byHull = new Map<string, Annotation[]>()
  for (const one of records.annotations.values())
    if (one.author === source) {
      const key = `${one.kind} ${one.spans[0]?.[0]}`
      byHull.set(key, [...(byHull.get(key) ?? []), one])
    }
  const staying = new Set<string>()
  let added = 0
  for (const { kind, spans, attributes, score } of fitting) {
    const same = byHull.get(`${kind} ${spans[0]?.[0]}`)?.find((one) => isSameSpans(one.spans, spans))
    // As `makeRecordId` does, which asks for chance 32 times for each: of thousands that takes a third of a second.
    const id = same?.id ?? `${source}.${randomUUID()}`
    if (score !== null) scores.push([id, score])
    if (same) {
      staying.add(id)
      continue
    }
    added++
    put.annotations.set(id, { id, kind, spans, attributes, author: source, at: Date.now() })
  }
  for (const { id, author } of records.annotations.values()) {
    if (!authors.has(author) || staying.has(id)) continue
    if (!built.has(id)) remove.push({ root: 'annotations', id })
    else if (author === source) {
      staying.add(id)
      const score = known.get(id)
      if (score !== undefined) scores.push([id, score])
    }
  }
  return { put, remove, scores, added, kept: staying.size }
}

/** The marks that somebody has judged, linked or said something about. */
export function builtOn({ verdicts, relations, comments }: Records): Set<string> {
  const built = new Set<string>()
  for (const { on, of } of verdicts.values()) {
    built.add(on)
    if (of) built.add(of)
  }
  for (const { from, to } of relations.values()) for (const id of [from, to]) built.add(id)
  for (const comment of comments.values()) if ('on' in comment) built.add(comment.on)
  return built
}

/** All marks of a layer. */
export function marksOf({ annotations }: Records, source: string): { root: 'annotations'; id: string }[] {
  return [...annotations.keys()].filter((id) => authorOf(id) === source).map((id) => ({ root: 'annotations', id }))
}
