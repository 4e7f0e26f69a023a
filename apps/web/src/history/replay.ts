/**
 * The marks of an article at any moment of its life. Each act knows what was before it, so one goes back as one goes on;
 * the way from one end of ten thousand acts to the other takes a few milliseconds, and needs no pictures in between.
 */
import type { Annotation } from '@attest/schema/annotation'
import type { Act } from '@attest/schema/history'
import { parseRecord } from '@attest/schema/room'

interface Step {
  id: string
  before: Annotation | null
  after: Annotation | null
}

export class Replay {
  readonly acts: readonly Act[]
  readonly annotations = new Map<string, Annotation>()
  /** Null for an act on something else than a mark. */
  readonly #steps: (Step | null)[]
  #position = 0

  /** `length` is that of the text: what lies outside of it, no version of this article ever showed. */
  constructor(acts: readonly Act[], length: number) {
    this.acts = acts
    const read = (id: string, value: unknown): Annotation | null => {
      const parsed = value === null ? null : parseRecord('annotations', id, value)
      return parsed?.ok && (parsed.record.spans.at(-1)?.[1] ?? 0) <= length ? parsed.record : null
    }
    const last = new Map<string, Annotation | null>()
    this.#steps = acts.map(({ root, id, after }) => {
      if (root !== 'annotations') return null
      const step = { id, before: last.get(id) ?? null, after: read(id, after) }
      last.set(id, step.after)
      return step
    })
  }

  /** How many acts are done. */
  get position(): number {
    return this.#position
  }

  /** Goes to where so many acts are done; the ids of the marks that are others, there or gone since. */
  seek(position: number): Set<string> {
    const target = Math.max(0, Math.min(this.acts.length, Math.round(position)))
    const changed = new Set<string>()
    while (this.#position < target) this.#put(this.#steps[this.#position++], 'after', changed)
    while (this.#position > target) this.#put(this.#steps[--this.#position], 'before', changed)
    return changed
  }

  #put(step: Step | null | undefined, side: 'before' | 'after', changed: Set<string>): void {
    if (!step) return
    const value = step[side]
    if (value) this.annotations.set(step.id, value)
    else this.annotations.delete(step.id)
    changed.add(step.id)
  }
}

/**
 * How busy it was over the acts of a life, in so many parts of equal numbers of acts: from 0 to 1, by the logarithm of
 * the acts a minute, because somebody who marks a text and an import are far apart.
 */
export function busyness(acts: readonly Pick<Act, 'at'>[], parts: number): number[] {
  const count = Math.min(parts, acts.length)
  const rates = Array.from({ length: count }, (_, i) => {
    const [from, to] = [Math.floor((i * acts.length) / count), Math.floor(((i + 1) * acts.length) / count)]
    // The time that passed before the part counts as well: its first act ended a rest.
    const began = acts[Math.max(0, from - 1)]?.at ?? 0
    const ended = acts[to - 1]?.at ?? began
    return Math.log1p((to - from) / Math.max(1 / 60, (ended - began) / 60_000))
  })
  const most = Math.max(...rates, Number.MIN_VALUE)
  return rates.map((rate) => rate / most)
}

/** The acts that are the first of their day, by their index. */
export function daysIn(acts: readonly Pick<Act, 'at'>[], dayOf: (at: number) => string): number[] {
  const starts: number[] = []
  let before = ''
  for (const [i, { at }] of acts.entries()) {
    const day = dayOf(at)
    if (day !== before) starts.push(i)
    before = day
  }
  return starts
}
