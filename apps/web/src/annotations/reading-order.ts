/** All marks in the order of a reader, kept sorted as they come and go: to sort ten thousand for each new one is felt. */
import { type Annotation, inTextOrder, sortInTextOrder } from '@attest/schema/annotation'
import { useMemo } from 'react'
import type { ArticleRoom } from '../live/article-room.ts'
import { type Cell, makeCell } from '../live/cell.ts'
import { useLive } from '../live/use-live.ts'

/** So many changes at once are quicker sorted anew than put in one by one. */
const FEW = 64

const orders = new WeakMap<ArticleRoom, Cell<readonly Annotation[]>>()

/** The order of this room, as long as the room lives. */
export function readingOrder(room: ArticleRoom): Cell<readonly Annotation[]> {
  const known = orders.get(room)
  if (known) return known
  const all = () => sortInTextOrder(room.records.get().annotations.values())
  const order = makeCell<readonly Annotation[]>(all())
  orders.set(room, order)
  room.onRecords((changed) => {
    const ids = changed.get('annotations')
    if (!ids) return
    if (ids.size > FEW) return order.set(all())
    const { annotations } = room.records.get()
    const next = order.get().filter(({ id }) => !ids.has(id))
    for (const id of ids) {
      const annotation = annotations.get(id)
      if (annotation) next.splice(placeIn(next, annotation), 0, annotation)
    }
    order.set(next)
  })
  return order
}

/** The marks that the filter lets through, in the order of a reader. */
export function useShown(room: ArticleRoom, isShown: (annotation: Annotation) => boolean): readonly Annotation[] {
  const order = useLive(readingOrder(room))
  return useMemo(() => order.filter(isShown), [order, isShown])
}

/** Their ids, for when they are needed once only. */
export function shownIds(room: ArticleRoom, isShown: (annotation: Annotation) => boolean): string[] {
  return readingOrder(room)
    .get()
    .flatMap((one) => (isShown(one) ? one.id : []))
}

function placeIn(order: readonly Annotation[], annotation: Annotation): number {
  let low = 0
  let high = order.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (inTextOrder(order[middle] as Annotation, annotation) < 0) low = middle + 1
    else high = middle
  }
  return low
}
