/**
 * The marks beside the text: a line each at the height of its words, the selected one open and exactly beside its own.
 * Only blocks near the window have any, and where they are dense a chip stands for the rest.
 */
import { type Annotation, inTextOrder } from '@attest/schema/annotation'
import {
  memo,
  type ReactNode,
  useCallback,
  useDeferredValue,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from 'react'
import { characterRect } from '../editor/places.ts'
import type { Workbench } from '../editor/workbench.ts'
import type { LiveRecords } from '../live/live-records.ts'
import { useCalmly, useLive } from '../live/use-live.ts'
import { MarkCard } from './MarkCard.tsx'
import { MarkRow } from './MarkRow.tsx'
import styles from './marks.module.css'
import { shownIds } from './reading-order.ts'
import { arrange, type Item, type Line } from './stack.ts'
import { marginWords } from './wording.ts'

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
  const near = useDeferredValue(useCalmly(focus.near))
  const selected = useDeferredValue(useCalmly(focus.selected))
  const painted = useCalmly(focus.painted)
  useLive(room.people)
  const size = useSize(editor.view.dom)
  const chosen = useLive(focus.chosen)
  const column = useRef<HTMLDivElement>(null)
  const [cardHeight, setCardHeight] = useState(0)
  const [items, setItems] = useState<readonly Item<Line>[]>([])

  /** The marks of each block near the window; sorting all the others at every change would hold up the page. */
  const inBlocks = useMemo(() => {
    const { painter } = editor.storage.annotations
    // The selected one keeps its card: the words are still to be seen, and keys act on it, whatever the filters say.
    const isListed = (one: Annotation) => isShown(one) || one.id === selected
    const begunIn = (block: number) => painter.idsFrom(block).flatMap((id) => records.annotations.get(id) ?? [])
    return new Map(
      [...near]
        .sort((a, b) => a - b)
        .map((block) => [block, begunIn(block).filter(isListed).sort(inTextOrder)] as const),
    )
  }, [editor, records, near, isShown, selected])

  const { hold, isHeld, turn, holdProps } = useHold()
  const asked = useRef<readonly unknown[]>([])

  // biome-ignore lint/correctness/useExhaustiveDependencies: painting and the size move what is measured here
  useLayoutEffect(() => {
    const reasons = [isShown, near, selected, size, cardHeight, turn]
    const isAsked = reasons.some((reason, i) => reason !== asked.current[i])
    // Marks of others must not push away what the pointer is about to press.
    if (!isAsked && isHeld()) return hold()
    asked.current = reasons
    const origin = column.current?.getBoundingClientRect().top ?? 0
    const blocks = [...inBlocks].flatMap(([block, marks]) => {
      const rect = editor.view.dom.children[block]?.getBoundingClientRect()
      const ids = marks.map((one) => one.id)
      return rect && ids.length > 0 ? [{ block, top: rect.top - origin, bottom: rect.bottom - origin, ids }] : []
    })
    const topOf = (id: string) => {
      const span = records.annotations.get(id)?.spans[0]
      // A mark of another version of the article can begin beyond this text.
      if (!span || span[0] >= room.page.text.length) return 0
      return characterRect(editor.view, room.page.blocks, span[0]).top - origin
    }
    setItems(arrange({ blocks, topOf, selected, cardHeight }))
  }, [editor, room, inBlocks, isShown, near, selected, painted, size, cardHeight, turn])

  const orderOf = useCallback(() => shownIds(room, isShown), [room, isShown])
  const measureCard = useCallback((element: HTMLDivElement) => {
    const observer = new ResizeObserver(() => setCardHeight(element.offsetHeight))
    observer.observe(element)
    return () => observer.disconnect()
  }, [])

  return (
    <aside className={styles['margin']} ref={column} aria-label={marginWords.name} {...holdProps}>
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
              {marginWords.more(line.more.length)}
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
              <OpenMark bench={bench} records={records} annotation={annotation} partsOf={partsOf} />
            ) : (
              <MarkRow
                bench={bench}
                annotation={annotation}
                author={room.personOf(annotation.author)}
                outcome={records.outcomes.get(annotation.id) ?? 'open'}
                isChosen={chosen.has(annotation.id)}
                orderOf={orderOf}
              />
            )}
          </div>
        )
      })}
    </aside>
  )
}

/** How long a pointer that rests keeps the lines where they are, in milliseconds: it may have been left there. */
const HELD_MS = 4000

/** Whether the pointer is among the lines; `turn` is another number when what was held back may move. */
function useHold() {
  const [turn, setTurn] = useState(0)
  const state = useRef({ isHeld: false, isWaiting: false, timer: 0 })
  useEffect(() => () => clearTimeout(state.current.timer), [])
  const release = () => {
    clearTimeout(state.current.timer)
    if (state.current.isWaiting) setTurn((before) => before + 1)
    state.current = { isHeld: false, isWaiting: false, timer: 0 }
  }
  const keep = () => {
    clearTimeout(state.current.timer)
    state.current.isHeld = true
    state.current.timer = window.setTimeout(release, HELD_MS)
  }
  return {
    turn,
    isHeld: () => state.current.isHeld,
    hold() {
      state.current.isWaiting = true
    },
    holdProps: { onPointerEnter: keep, onPointerMove: keep, onPointerLeave: release },
  }
}

/** The size of an element, as a reason to measure again: fonts come late, and windows are resized. */
function useSize(element: HTMLElement): string {
  const [size, setSize] = useState('')
  useLayoutEffect(() => {
    const observer = new ResizeObserver(
      ([entry]) => entry && setSize(`${entry.contentRect.width} × ${entry.contentRect.height}`),
    )
    observer.observe(element)
    return () => observer.disconnect()
  }, [element])
  return size
}

/** Drawn again only when something about it is new: a card has many buttons, and the column is drawn at every scroll. */
const OpenMark = memo(function OpenMark({
  bench,
  records,
  annotation,
  partsOf,
}: Pick<Props, 'bench' | 'partsOf'> & { records: LiveRecords; annotation: Annotation }) {
  return (
    <MarkCard bench={bench} records={records} annotation={annotation}>
      {partsOf(annotation, records)}
    </MarkCard>
  )
})
