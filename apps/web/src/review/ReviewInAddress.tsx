/** That the review is open, as part of the address: `?review=…` opens it, and opening it writes it there. It shows nothing. */
import { isHidden } from '@attest/schema/layer'
import { useEffect, useRef } from 'react'
import type { Filter } from '../annotations/filter.ts'
import type { Focus } from '../editor/focus.ts'
import type { Workbench } from '../editor/workbench.ts'
import { useLive } from '../live/use-live.ts'
import { choiceIn, withChoice, withoutChoice } from './choice.ts'

interface Props {
  /** Null until the editor is made. */
  bench: Workbench | null
  focus: Focus
  filter: Filter
  onFilter: (filter: Filter) => void
}

export function ReviewInAddress({ bench, focus, filter, onFilter }: Props) {
  const isOpen = useLive(focus.panel) === 'review'
  const wanted = useRef(filter.review !== undefined)
  const room = bench?.room
  useEffect(() => {
    if (!room) return
    if (wanted.current) {
      wanted.current = false
      // Before the reveal there is nothing to review.
      if (!isHidden(room.page.blind)) focus.panel.set('review')
    } else if (isOpen && filter.review === undefined) onFilter(withChoice(filter, choiceIn(filter, room)))
    else if (!isOpen && filter.review !== undefined) onFilter(withoutChoice(filter))
  }, [room, focus, isOpen, filter, onFilter])
  return null
}
