/**
 * Suggestions one under the other, of which one is active. There may be thousands, so only those near the window are drawn;
 * the list itself has the focus, so that nothing is lost when the row one was at goes away.
 */
import type { Annotation } from '@attest/schema/annotation'
import { defaultRangeExtractor, useVirtualizer } from '@tanstack/react-virtual'
import { type KeyboardEvent, useEffect, useId, useRef } from 'react'
import { kindLabel, kindStyle, shortQuote } from '../annotations/describe.ts'
import type { ArticleRoom } from '../live/article-room.ts'
import { Swatch } from '../ui/Swatch.tsx'
import type { Standing } from './answer.ts'
import styles from './suggest.module.css'
import { panelWords as words } from './wording.ts'

interface Props {
  room: ArticleRoom
  shown: readonly Annotation[]
  /** The id of the active one; null when none of them is. */
  active: string | null
  standing: ReadonlyMap<string, Standing>
  scores: ReadonlyMap<string, number>
  describedBy: string
  onActive: (id: string) => void
  /** Goes to its words. */
  onPick: () => void
}

/** Of most rows; those with more words are measured. */
const ROW_PX = 51

export function SuggestionList({ room, shown, active, standing, scores, describedBy, onActive, onPick }: Props) {
  const id = useId()
  const scroller = useRef<HTMLDivElement>(null)
  const index = active === null ? -1 : shown.findIndex((one) => one.id === active)
  const rows = useVirtualizer({
    count: shown.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    overscan: 6,
    getItemKey: (at) => shown[at]?.id ?? at,
    // Who hears the page is told of the active one, wherever it is scrolled to.
    rangeExtractor: (range) => {
      const inView = defaultRangeExtractor(range)
      return index < 0 || inView.includes(index) ? inView : [...inView, index].sort((a, b) => a - b)
    },
  })
  useEffect(() => {
    if (index >= 0) rows.scrollToIndex(index, { align: 'auto' })
  }, [index, rows])

  function onKeyDown(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return
    if (event.key === 'Enter' && index >= 0) onPick()
    else {
      const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / ROW_PX) - 1)
      const step = stepOf(event.key, page)
      if (step === undefined) return
      const next = shown[Math.max(0, Math.min(shown.length - 1, index < 0 && step > 0 ? 0 : index + step))]
      if (next) onActive(next.id)
    }
    event.preventDefault()
  }

  return (
    <div className={styles['rows']} ref={scroller}>
      <div
        role="listbox"
        tabIndex={0}
        aria-label={words.list}
        aria-describedby={describedBy}
        aria-activedescendant={index < 0 ? undefined : `${id}-${active}`}
        style={{ height: rows.getTotalSize() }}
        onKeyDown={onKeyDown}
      >
        {rows.getVirtualItems().map((item) => {
          const one = shown[item.index]
          if (!one) return null
          const how = standing.get(one.id) ?? 'open'
          const score = scores.get(one.id)
          return (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the list has the keys
            // biome-ignore lint/a11y/useFocusableInteractive: the list has the focus, and says which one is active
            <div
              key={item.key}
              ref={rows.measureElement}
              role="option"
              id={`${id}-${one.id}`}
              data-index={item.index}
              aria-selected={item.index === index}
              aria-setsize={shown.length}
              aria-posinset={item.index + 1}
              className={styles['row']}
              style={{ transform: `translateY(${item.start}px)` }}
              onClick={() => onActive(one.id)}
              onDoubleClick={onPick}
            >
              <Swatch kind={kindStyle(room, one)} />
              <span className={styles['words']}>
                <span dir="auto">{shortQuote(room, one, 120)}</span>
                <small>
                  {kindLabel(room, one)}
                  {how !== 'open' && ` · ${words.standing[how]}`}
                </small>
              </span>
              {score !== undefined && (
                <span className={styles['score']} title={words.sureHint}>
                  {words.sure(score)}
                </span>
              )}
            </div>
          )
        })}
      </div>
    </div>
  )
}

function stepOf(key: string, page: number): number | undefined {
  if (key === 'ArrowDown') return 1
  if (key === 'ArrowUp') return -1
  if (key === 'PageDown') return page
  if (key === 'PageUp') return -page
  if (key === 'Home') return Number.NEGATIVE_INFINITY
  return key === 'End' ? Number.POSITIVE_INFINITY : undefined
}
