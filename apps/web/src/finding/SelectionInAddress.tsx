/** The selected mark as part of the address: `?mark=…` opens it, and selecting one writes it there. It shows nothing. */
import type { Editor } from '@tiptap/react'
import { useEffect, useState } from 'react'
import type { Filter } from '../annotations/filter.ts'
import type { Focus } from '../editor/focus.ts'
import type { ArticleRoom } from '../live/article-room.ts'
import { useCalmly } from '../live/use-live.ts'

/** How long after a mark was selected the address says so: changing it draws the page again, and marking comes first. */
const ADDRESS_AFTER_MS = 250

interface Props {
  room: ArticleRoom
  focus: Focus
  editor: Editor | null
  filter: Filter
  onFilter: (filter: Filter) => void
}

export function SelectionInAddress({ room, focus, editor, filter, onFilter }: Props) {
  const selected = useCalmly(focus.selected)
  const { isLoaded } = useCalmly(room.status)
  const [wanted, setWanted] = useState(filter.mark)
  useEffect(() => {
    if (!wanted || !editor || !isLoaded) return
    if (room.records.get().annotations.has(wanted)) editor.commands.selectAnnotation(wanted)
    setWanted(undefined)
  }, [wanted, editor, isLoaded, room])
  useEffect(() => {
    if (wanted || (selected ?? undefined) === filter.mark) return
    const { mark: _, ...rest } = filter
    const timer = setTimeout(() => onFilter(selected ? { ...rest, mark: selected } : rest), ADDRESS_AFTER_MS)
    return () => clearTimeout(timer)
  }, [wanted, selected, filter, onFilter])
  return null
}
