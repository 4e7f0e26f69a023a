/** What the review shows. It stands in the address, so that a view of it can be linked to. */
import { type Cluster, stateOf } from '@attest/schema/cluster'
import { canJudge } from '@attest/schema/roles'
import { useMemo, useRef } from 'react'
import type { Filter } from '../annotations/filter.ts'
import type { ArticleRoom } from '../live/article-room.ts'
import { awaits, type LiveRecords } from '../live/live-records.ts'

/** `todo`: those about which one is to decide. */
export type State = NonNullable<Filter['review']>

export interface Choice {
  state: State
  /** Empty for everybody's, all kinds, and all differences. */
  person: string
  kind: string
  /** A difference, or `attributes` for those whose attributes differ. */
  difference: string
}

export function choiceIn(filter: Filter, room: ArticleRoom): Choice {
  return {
    state: filter.review ?? firstState(room),
    person: filter.reviewWho ?? '',
    kind: filter.reviewKind ?? '',
    difference: filter.reviewHow ?? '',
  }
}

export function withChoice(filter: Filter, { state, person, kind, difference }: Choice): Filter {
  return {
    ...withoutChoice(filter),
    review: state,
    ...(person && { reviewWho: person }),
    ...(kind && { reviewKind: kind }),
    ...(difference && { reviewHow: difference }),
  }
}

export function withoutChoice({ review, reviewWho, reviewKind, reviewHow, ...rest }: Filter): Filter {
  return rest
}

/** Whoever may judge begins with what is left for them. */
function firstState({ role, page, barred }: ArticleRoom): State {
  return canJudge(role, page.project) && barred.get() === null ? 'todo' : 'all'
}

/** What the choice lets through, and what it let through before; in the order of the text. */
export function useShownClusters(room: ArticleRoom, records: LiveRecords, choice: Choice): readonly Cluster[] {
  const { person, kind, difference, state } = choice
  const key = JSON.stringify([person, kind, difference, state])
  const stays = useRef({ key, ids: new Set<string>() })
  if (stays.current.key !== key) stays.current = { key, ids: new Set() }
  const shown = useMemo(() => {
    const isShown = (cluster: Cluster) => {
      const { annotations, people } = cluster
      if (annotations.some(({ id }) => stays.current.ids.has(id))) return true
      if (person !== '' && !people.includes(person)) return false
      if (kind !== '' && !annotations.some((one) => one.kind === kind)) return false
      if (
        difference === 'attributes'
          ? cluster.attributes.length === 0
          : difference !== '' && cluster.difference !== difference
      )
        return false
      if (state === 'todo') return annotations.some((one) => awaits(records, room.me.id, one))
      return state === 'all' || stateOf(cluster, (id) => records.outcomes.get(id)) === state
    }
    return records.clusters.filter(isShown)
  }, [records, room, person, kind, difference, state])
  for (const { annotations } of shown) for (const { id } of annotations) stays.current.ids.add(id)
  return shown
}
