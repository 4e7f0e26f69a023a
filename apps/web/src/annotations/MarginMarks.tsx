/**
 * The marks beside the text: a line each at the height of its words, the selected one open and exactly beside its own.
 * Only blocks near the window have any, and a block has no more lines than it is high: the rest of a dense one is a
 * chip that lists them all, so the margin never drifts away from the text.
 */
import type { Annotation } from '@attest/schema/annotation'
import { blockIndexAt } from '@attest/schema/article'
import type { Editor } from '@tiptap/react'
import { useCallback, useLayoutEffect, useMemo, useRef, useState } from 'react'
import type { Focus } from '../editor/focus.ts'
import { useWidth } from '../editor/Overlay.tsx'
import { rangeOf } from '../editor/places.ts'
import { type ArticleRoom, inTextOrder } from '../live/article-room.ts'
import { useLive } from '../live/use-live.ts'
import { MarkCard } from './MarkCard.tsx'
import { MarkRow } from './MarkRow.tsx'
import styles from './marks.module.css'
import { type Item, stack } from './stack.ts'

/** Height of a line in the margin with the gap under it, in pixels; the style sheet knows it too. */
const ROW = 38

type Line = { key: string; block: number; annotation: Annotation } | { key: string; block: number; ids: string[] }

export function MarginMarks({
  editor,
  room,
  focus,
  isShown,
}: {
  editor: Editor
  room: ArticleRoom
  focus: Focus
  isShown: (annotation: Annotation) => boolean
}) {
  const records = useLive(room.records)
  const near = useLive(focus.near)
  const selected = useLive(focus.selected)
  const painted = useLive(focus.painted)
  useLive(room.people)
  const width = useWidth(editor.view.dom)
  const column = useRef<HTMLDivElement>(null)
  const [cardHeight, setCardHeight] = useState(0)
  const [items, setItems] = useState<readonly Item<Line>[]>([])

  const inBlocks = useMemo(() => {
    const { blocks } = room.page
    const found = new Map<number, Annotation[]>()
    for (const annotation of [...records.annotations.values()].filter(isShown).sort(inTextOrder)) {
      const start = annotation.spans[0]?.[0] ?? 0
      if (start > (blocks.at(-1)?.end ?? 0)) continue
      const index = blockIndexAt(blocks, start)
      found.set(index, [...(found.get(index) ?? []), annotation])
    }
    return found
  }, [room, records, isShown])

  // biome-ignore lint/correctness/useExhaustiveDependencies: painting and width move what is measured here
  useLayoutEffect(() => {
    const { dom } = editor.view
    const origin = column.current?.getBoundingClientRect().top
    if (origin === undefined) return
    const topOf = (annotation: Annotation) => {
      const [first] = annotation.spans
      return first ? rangeOf(editor.view, room.page.blocks, first).getBoundingClientRect().top - origin : 0
    }
    const wanted: Item<Line>[] = []
    for (const block of [...near].sort((a, b) => a - b)) {
      const within = inBlocks.get(block)
      const element = dom.children[block]
      if (!within || !element) continue
      const room = Math.max(1, Math.floor(element.clientHeight / ROW))
      const isDense = within.length > room
      const lines = isDense ? within.slice(0, room - 1) : within
      // The selected mark always has its place, however dense its block is.
      const chosen = isDense ? within.slice(room - 1).find((one) => one.id === selected) : undefined
      for (const annotation of chosen ? [...lines, chosen] : lines) {
        const isSelected = annotation.id === selected
        wanted.push({
          line: { key: annotation.id, block, annotation },
          top: topOf(annotation),
          height: isSelected ? cardHeight + 8 : ROW,
          isFixed: isSelected,
        })
      }
      if (isDense) {
        const bottom = element.getBoundingClientRect().bottom - origin
        wanted.push({
          line: { key: `more-${block}`, block, ids: within.slice(room - 1).map((one) => one.id) },
          top: bottom - ROW - 12,
          height: ROW,
          isFixed: false,
        })
      }
    }
    setItems(stack(wanted))
  }, [editor, room, inBlocks, near, selected, painted, width, cardHeight])

  const measureCard = useCallback((element: HTMLDivElement) => {
    const observer = new ResizeObserver(() => setCardHeight(element.offsetHeight))
    observer.observe(element)
    return () => observer.disconnect()
  }, [])

  return (
    <aside className={styles['margin']} ref={column} aria-label="Marks beside the text">
      {items.map(({ line, top }) => {
        if ('ids' in line)
          return (
            <button
              key={line.key}
              type="button"
              className={styles['chip']}
              style={{ top }}
              onClick={(event) => {
                const rect = event.currentTarget.getBoundingClientRect()
                focus.choice.set({ ids: line.ids, at: { left: rect.left, top: rect.top, bottom: rect.bottom + 4 } })
              }}
            >
              {line.ids.length} more here
            </button>
          )
        const { annotation } = line
        const isSelected = annotation.id === selected
        return (
          <div
            key={line.key}
            className={styles['place']}
            style={{ top }}
            ref={isSelected ? measureCard : null}
            data-selected={isSelected || undefined}
          >
            {isSelected ? (
              <MarkCard editor={editor} room={room} records={records} annotation={annotation} />
            ) : (
              <MarkRow
                editor={editor}
                room={room}
                focus={focus}
                annotation={annotation}
                outcome={records.outcomes.get(annotation.id) ?? 'open'}
              />
            )}
          </div>
        )
      })}
    </aside>
  )
}
