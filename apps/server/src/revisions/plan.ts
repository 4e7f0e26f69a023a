/** What becomes of the marks of an article in a new text; a second or two for a long one, so it is done on a thread. */
import type { Annotation } from '@attest/schema/annotation'
import type { ArticleContent } from '@attest/schema/article'
import { keepFormat, type Place, Revised } from '@attest/schema/reanchor'
import type { Difference } from '@attest/schema/revision'
import type { Spans } from '@attest/schema/span'
import { Thread } from '../thread.ts'

/** Paragraphs of the difference that are told; whoever changed more does not read them one by one. */
const MOST_PARAGRAPHS = 1500

export interface PlanQuestion {
  before: ArticleContent
  after: string
  /** Places in the text before, by any name. */
  places: readonly { name: string; spans: Spans }[]
  hasDifference: boolean
}

export interface Plan extends Pick<ArticleContent, 'blocks' | 'inlines'> {
  places: Map<string, Place>
  difference: Difference
  isCut: boolean
}

export interface Planner {
  plan(question: PlanQuestion): Promise<Plan>
  close(): Promise<void>
}

export function openPlanner(): Planner {
  const thread = new Thread<PlanQuestion>(new URL('plan-thread.ts', import.meta.url))
  return { plan: (question) => thread.ask(question), close: () => thread.close() }
}

/** For the thread. */
export function planNow({ before, after, places, hasDifference }: PlanQuestion): Plan {
  const revised = new Revised(before.text, after)
  return {
    ...keepFormat(before, revised),
    places: new Map(places.map(({ name, spans }) => [name, revised.place(spans)])),
    ...(hasDifference ? revised.tell(MOST_PARAGRAPHS) : { difference: [], isCut: false }),
  }
}

export function placesOf(annotations: Iterable<Annotation>): PlanQuestion['places'] {
  return Array.from(annotations, ({ id, spans }) => ({ name: id, spans }))
}
