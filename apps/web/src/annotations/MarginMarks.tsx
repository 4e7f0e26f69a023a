/**
 * The marks beside the text: a line each at the height of its words, the selected one open and exactly beside its own.
 * Only blocks near the window have any, and where they are dense a chip stands for the rest.
 */
import { type Annotation, inTextOrder } from '@attest/schema/annotation'
import { type ReactNode, useCallback, useDeferredValue, useLayoutEffect, useMemo, useRef, useState } from 'react'
import { useWidth } from '../editor/Overlay.tsx'
import { rangeOf } from '../editor/places.ts'
import type { Workbench } from '../editor/workbench.ts'
import type { LiveRecords } from '../live/live-records.ts'
import { useLive } from '../live/use-live.ts'
import { MarkCard } from './MarkCard.tsx'
import { MarkRow } from './MarkRow.tsx'
import styles from './marks.module.css'
import { arrange, type Item, type Line } from './stack.ts'

interface Props {
  bench: Workbench
  isShown: (annotation: Annotation) => boolean
  /** What the open card shows beyond the mark itself. */
  partsOf: (annotation: Annotation, records: LiveRecords) => ReactNode
}

export function MarginMarks({ bench, isShown, partsOf }: Props) {
  const { editor, room, focus } = bench
  // The text comes first: the margin follows in the next frame, and never holds up a key.
  const records = useDeferredValue(useLive(room.records))
  const near = useLive(focus.near)
  const selected = useDeferredValue(useLive(focus.selected))
  const painted = useLive(focus.painted)
  useLive(room.people)
  const width = useWidth(editor.view.dom)
  const column = useRef<HTMLDivElement>(null)
  const [cardHeight, setCardHeight] = useState(0)
  const [items, setItems] = useState<readonly Item<Line>[]>([])

  /** The marks of each block near the window; sorting all the others at every change would hold up the page. */
  const inBlocks = useMemo(() => {
    const { painter } = editor.storage.annotations
    const shownIn = (block: number) => painter.idsFrom(block).flatMap((id) => records.annotations.get(id) ?? [])
    return new Map(
      [...near]
        .sort((a, b) => a - b)
        .map((block) => [block, shownIn(block).filter(isShown).sort(inTextOrder)] as const),
    )
  }, [editor, records, near, isShown])

  // biome-ignore lint/correctness/useExhaustiveDependencies: painting and width move what is measured here
  useLayoutEffect(() => {
    const origin = column.current?.getBoundingClientRect().top ?? 0
    const blocks = [...inBlocks].flatMap(([block, marks]) => {
      const rect = editor.view.dom.children[block]?.getBoundingClientRect()
      const ids = marks.map((one) => one.id)
      return rect && ids.length > 0 ? [{ block, top: rect.top - origin, bottom: rect.bottom - origin, ids }] : []
    })
    const topOf = (id: string) => {
      const span = records.annotations.get(id)?.spans[0]
      if (!span) return 0
      // Its first character says where it begins, and costs less to measure than all of it.
      return rangeOf(editor.view, room.page.blocks, [span[0], span[0] + 1]).getBoundingClientRect().top - origin
    }
    setItems(arrange({ blocks, topOf, selected, cardHeight }))
  }, [editor, room, inBlocks, selected, painted, width, cardHeight])

  const measureCard = useCallback((element: HTMLDivElement) => {
    const observer = new ResizeObserver(() => setCardHeight(element.offsetHeight))
    observer.observe(element)
    return () => observer.disconnect()
  }, [])

  return (
    <aside className={styles['margin']} ref={column} aria-label="Marks beside the text">
      {items.map(({ line, top }) => {
        if ('more' in line)
          return (
            <button
              key={`more-${line.block}`}
              type="button"
              className={styles['chip']}
              style={{ top }}
              onClick={(event) => {
                const { left, top, bottom } = event.currentTarget.getBoundingClientRect()
                focus.choice.set({ ids: line.more, takesFocus: true, at: { left, top, bottom: bottom + 4 } })
              }}
            >
              {line.more.length} more here
            </button>
          )
        // It may have been deleted since the column was measured.
        const annotation = records.annotations.get(line.id)
        if (!annotation) return null
        const isSelected = line.id === selected
        return (
          <div
            key={line.id}
            className={styles['place']}
            style={{ top }}
            ref={isSelected ? measureCard : null}
            data-selected={isSelected || undefined}
          >
            {isSelected ? (
              <MarkCard bench={bench} records={records} annotation={annotation}>
                {partsOf(annotation, records)}
              </MarkCard>
            ) : (
              <MarkRow
                bench={bench}
                annotation={annotation}
                author={room.personOf(annotation.author)}
                outcome={records.outcomes.get(annotation.id) ?? 'open'}
              />
            )}
          </div>
        )
      })}
    </aside>
  )
}
