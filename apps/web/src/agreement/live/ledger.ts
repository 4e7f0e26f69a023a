/**
 * The worker's copy of what is marked in one article, kept up to date by what it is told, and the report on it. It is
 * the part of the worker that needs no worker.
 */

import { type Report, reportOf } from '@attest/schema/agreement/report'
import type { Annotation } from '@attest/schema/annotation'
import { clustersOf } from '@attest/schema/cluster'
import { layersOf } from '@attest/schema/layer'
import type { Relation } from '@attest/schema/relation'

/** What is told of a mark: its attributes say nothing about agreement, and would be copied for nothing. */
export type Told = Pick<Annotation, 'id' | 'kind' | 'spans' | 'author' | 'at'>

export interface Opening {
  article: string
  text: string
  /** In the order of the label set. */
  kinds: readonly string[]
  /** Whose marks count for nobody's: layers that came with a file or out of a model. */
  without: readonly string[]
}

export interface Change {
  put: readonly Told[]
  putRelations: readonly Relation[]
  /** Ids of what is there no more. */
  drop: readonly string[]
}

export interface Figures {
  report: Report
  marks: number
}

/** What can be asked for. `differing` are the marks about which people differ: others have none, other words or another kind. */
export interface Answers {
  figures: Figures
  differing: string[]
}

export type Question =
  | { type: 'open'; opening: Opening }
  | { type: 'change'; change: Change }
  | { type: 'ask'; about: keyof Answers }

export interface Ledger {
  change(change: Change): void
  answer<A extends keyof Answers>(about: A): Answers[A]
}

export function makeLedger({ article, text, kinds, without }: Opening): Ledger {
  const isNobody = new Set(without)
  const annotations = new Map<string, Annotation>()
  const relations = new Map<string, Relation>()
  const layers = () =>
    layersOf({ annotations, relations })
      // Whoever has only linked the marks of others has not annotated.
      .filter(({ person, annotations }) => annotations.length > 0 && !isNobody.has(person))
  const answers: { [A in keyof Answers]: () => Answers[A] } = {
    figures: () => ({
      // Intervals are for the page of the project: here they would be old before they are drawn.
      report: reportOf([{ article, length: text.length, text, layers: layers() }], { kinds, draws: 0 }),
      marks: [...annotations.values()].filter(({ author }) => !isNobody.has(author)).length,
    }),
    differing: () => differingIn([...annotations.values()].filter(({ author }) => !isNobody.has(author))),
  }
  return {
    answer: (about) => answers[about](),
    change({ put, putRelations, drop }) {
      for (const id of drop) {
        annotations.delete(id)
        relations.delete(id)
      }
      for (const one of put) annotations.set(one.id, { ...one, attributes: {} })
      for (const one of putRelations) relations.set(one.id, one)
    },
  }
}

function differingIn(annotations: Iterable<Annotation>): string[] {
  const clusters = clustersOf(annotations)
  const people = new Set(clusters.flatMap((cluster) => cluster.people)).size
  if (people < 2) return []
  return clusters
    .filter((cluster) => cluster.difference !== 'same' || cluster.people.length < people)
    .flatMap((cluster) => cluster.annotations.map(({ id }) => id))
}
