/** The labels, right beside the words that are selected. The selection stays while they are used. */
import { useLayoutEffect, useRef, useState } from 'react'
import { useWidth } from '../editor/Overlay.tsx'
import { rangeOf } from '../editor/places.ts'
import type { Workbench } from '../editor/workbench.ts'
import { useLive } from '../live/use-live.ts'
import { Swatch } from '../ui/Swatch.tsx'
import styles from './popups.module.css'

export function LabelToolbar({ bench: { editor, room, focus } }: { bench: Workbench }) {
  const draft = useLive(focus.draft)
  const isDragging = useLive(focus.isDragging)
  const painted = useLive(focus.painted)
  const { labelSet } = useLive(room.article)
  const isBarred = useLive(room.barred) !== null
  const width = useWidth(editor.view.dom)
  const bar = useRef<HTMLDivElement>(null)
  const [place, setPlace] = useState<{ left: number; top: number } | null>(null)

  // biome-ignore lint/correctness/useExhaustiveDependencies: painting and width can move the words that the bar stands at
  useLayoutEffect(() => {
    const element = bar.current
    const desk = element?.parentElement
    if (!draft || isDragging || !element || !desk) return setPlace(null)
    const rects = [...rangeOf(editor.view, room.page.blocks, draft).getClientRects()].filter((rect) => rect.width > 0)
    const first = rects[0]
    const last = rects.at(-1)
    if (!first || !last) return setPlace(null)
    const origin = desk.getBoundingClientRect()
    const { offsetWidth, offsetHeight: height } = element
    // A finger hides what is above it and the system's own menu sits there, so on touch the bar stands below.
    const isTouch = window.matchMedia('(pointer: coarse)').matches
    const isBelow = isTouch || first.top - height - 10 < 60
    const anchor = isBelow ? last : first
    const top = isBelow ? last.bottom + 14 : first.top - height - 8
    // In view even when the selection is longer than the window.
    const inView = Math.min(Math.max(top, 60), window.innerHeight - height - 12)
    const left = Math.min(Math.max(anchor.left, 8), document.documentElement.clientWidth - offsetWidth - 8)
    setPlace({ left: left - origin.left, top: inView - origin.top })
  }, [editor, room, draft, isDragging, painted, width])

  if (!draft || isDragging || isBarred) return null
  return (
    <div
      ref={bar}
      className={styles['toolbar']}
      role="toolbar"
      aria-label="Label the selection"
      style={place ?? { visibility: 'hidden', left: 0, top: 0 }}
      onPointerDown={(event) => event.preventDefault()}
    >
      {labelSet.kinds.map((kind) => (
        <button
          key={kind.id}
          type="button"
          onClick={() => editor.commands.annotate(kind.id)}
          title={kind.guideline.split('\n')[0]}
        >
          <Swatch kind={kind.id} />
          {kind.label}
          <kbd>{kind.key}</kbd>
        </button>
      ))}
    </div>
  )
}
