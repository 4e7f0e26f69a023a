/**
 * Clusters one under the other, of which one is open: only those near the window are drawn, the keys of the review work in
 * it, and a mark that is selected in the text is opened here.
 */
import type { Annotation } from '@attest/schema/annotation'
import type { Cluster } from '@attest/schema/cluster'
import { defaultRangeExtractor, useVirtualizer } from '@tanstack/react-virtual'
import { type KeyboardEvent, useContext, useEffect, useId, useLayoutEffect, useRef } from 'react'
import { actionOf, type KeyStore } from '../commands/bindings.ts'
import { chordOf } from '../commands/chords.ts'
import type { Workbench } from '../editor/workbench.ts'
import { awaits, type LiveRecords } from '../live/live-records.ts'
import { useLive } from '../live/use-live.ts'
import { tell } from '../ui/notices.ts'
import { Shortcuts } from '../ui/shortcuts.ts'
import { ClusterRow } from './ClusterRow.tsx'
import { candidatesOf, type Doing } from './decide.ts'
import styles from './review.module.css'
import { reviewWords as words } from './wording.ts'

interface Props {
  bench: Workbench
  keys: KeyStore
  records: LiveRecords
  shown: readonly Cluster[]
  activeIndex: number
  /** Which of what they marked is chosen in the open one. */
  candidate: number
  selected: string | null
  mayJudge: boolean
  /** Whether the focus comes to it as soon as it is there: the panel was just opened. */
  takesFocus: boolean
  onOpen: (index: number, candidate?: number) => void
  onDecide: (cluster: Cluster, doing: Doing) => void
  onPick: () => void
}

export function ClusterList({
  bench,
  keys,
  records,
  shown,
  activeIndex,
  candidate,
  selected,
  mayJudge,
  takesFocus,
  onOpen,
  onDecide,
  onPick,
}: Props) {
  const { editor, room } = bench
  const bindings = useLive(keys.bindings)
  const findKey = useContext(Shortcuts)
  const id = useId()
  const scroller = useRef<HTMLDivElement>(null)
  const isFocusWanted = useRef(takesFocus)
  /** Where one was: of what is taken from under one's hands, what stands there now is the next, and is not opened. */
  const lastIndex = useRef(0)
  if (activeIndex >= 0) lastIndex.current = activeIndex
  const reachable = Math.min(lastIndex.current, shown.length - 1)
  const hadFocus = useRef(false)
  const rows = useVirtualizer({
    count: shown.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => 58,
    overscan: 6,
    getItemKey: (index) => shown[index]?.id ?? index,
    // What comes in above moves nothing of what is looked at; at the top it is shown.
    anchorTo: activeIndex >= 0 || (scroller.current?.scrollTop ?? 0) > 0 ? 'end' : 'start',
    // The open one has the focus, however far it is scrolled away.
    rangeExtractor: (range) => {
      const inView = defaultRangeExtractor(range)
      return activeIndex < 0 || inView.includes(activeIndex) ? inView : [...inView, activeIndex].sort((a, b) => a - b)
    },
  })

  const openRow = (index: number, which = 0) => {
    isFocusWanted.current = true
    onOpen(index, which)
  }
  useLayoutEffect(() => {
    if (activeIndex >= 0) rows.scrollToIndex(activeIndex, { align: 'auto' })
  }, [activeIndex, rows])
  useEffect(() => {
    const isLost = hadFocus.current && (document.activeElement === document.body || document.activeElement === null)
    if (!isFocusWanted.current && !isLost) return
    const row = scroller.current?.querySelector<HTMLElement>(`[data-index="${reachable}"] button`)
    if (!row) return
    isFocusWanted.current = false
    row.focus({ preventScroll: true })
  })
  // A mark that is selected in the text is looked for here.
  const now = useRef({ shown, activeIndex, onOpen })
  now.current = { shown, activeIndex, onOpen }
  useEffect(() => {
    const { shown, activeIndex, onOpen } = now.current
    if (selected === null || scroller.current?.contains(document.activeElement)) return
    const index = shown.findIndex((one) => holds(one, selected))
    const cluster = shown[index]
    if (!cluster || index === activeIndex) return
    const which = candidatesOf(room, cluster).findIndex(({ marks }) => marks.some((one) => one.id === selected))
    onOpen(index, Math.max(0, which))
  }, [selected, room])

  const decide = (cluster: Cluster, doing: Doing) => {
    isFocusWanted.current = scroller.current?.contains(document.activeElement) === true
    onDecide(cluster, doing)
  }

  function onKeyDown(event: KeyboardEvent<HTMLElement>): void {
    const { target, key } = event
    if (event.defaultPrevented || !(target instanceof HTMLElement) || target.closest('select, input, textarea')) return
    const index = reachable
    const cluster = shown[index]
    if (!cluster) return
    const isPlain = !event.ctrlKey && !event.altKey && !event.metaKey && !event.shiftKey
    const steps: Record<string, number> = {
      ArrowDown: 1,
      ArrowUp: -1,
      PageDown: 8,
      PageUp: -8,
      Home: Number.NEGATIVE_INFINITY,
      End: Number.POSITIVE_INFINITY,
    }
    const step = isPlain ? steps[key] : undefined
    const all = candidatesOf(room, cluster)
    if (step !== undefined) openRow(activeIndex < 0 ? index : Math.max(0, Math.min(shown.length - 1, index + step)))
    else if (isPlain && activeIndex >= 0 && (key === 'ArrowRight' || key === 'ArrowLeft')) {
      const way = key === 'ArrowRight' ? 1 : -1
      openRow(index, (candidate + way + all.length) % all.length)
    } else {
      const action = actionOf(bindings, chordOf(event.nativeEvent), 'article')
      const chosen = all[candidate] ?? all[0]
      if (!action || !hereToo.includes(action)) return
      // A key that is held must not decide one after the other.
      if (event.repeat) event.preventDefault()
      else if (action === 'undecided') {
        isFocusWanted.current = true
        const next = nextToDo(room.records.get(), room.me.id, shown, index)
        if (next >= 0) onOpen(next)
        else tell(words.noneWaits)
      } else if (!mayJudge || activeIndex < 0) return
      else if (action === 'accept' && chosen) decide(cluster, { is: 'accept', candidate: chosen })
      else if (action === 'reject') decide(cluster, { is: 'reject' })
      else if (action === 'unsure') decide(cluster, { is: 'unsure' })
    }
    event.preventDefault()
  }

  const keyOf = (action: string) => findKey(action) ?? ''
  return (
    <div className={styles['rows']} ref={scroller}>
      <ul
        style={{ height: rows.getTotalSize() }}
        aria-label={words.list}
        aria-describedby={`${id}-keys`}
        onKeyDown={onKeyDown}
        onFocus={() => {
          hadFocus.current = true
        }}
        onBlur={({ target }) => {
          // What is taken out of the page loses the focus as well, and then nobody has it.
          if (target.isConnected) hadFocus.current = false
        }}
      >
        {rows.getVirtualItems().map((item) => {
          const cluster = shown[item.index]
          return (
            cluster && (
              <li
                key={item.key}
                ref={rows.measureElement}
                data-index={item.index}
                style={{ transform: `translateY(${item.start}px)` }}
                aria-setsize={shown.length}
                aria-posinset={item.index + 1}
              >
                <ClusterRow
                  bench={bench}
                  records={records}
                  cluster={cluster}
                  isOpen={item.index === activeIndex}
                  isReachable={item.index === reachable}
                  candidate={item.index === activeIndex ? candidate : 0}
                  mayJudge={mayJudge}
                  onOpen={(which) => onOpen(item.index, which)}
                  onDecide={(doing) => decide(cluster, doing)}
                  onGoTo={() => {
                    onPick()
                    editor.view.dom.focus({ preventScroll: true })
                  }}
                />
              </li>
            )
          )
        })}
      </ul>
      <p id={`${id}-keys`} hidden>
        {words.keys({ accept: keyOf('accept'), reject: keyOf('reject'), unsure: keyOf('unsure') })}
      </p>
    </div>
  )
}

const hereToo: readonly string[] = ['accept', 'reject', 'unsure', 'undecided']

/** The next one after `from` about which one is to decide, from the top again after the last; -1 when there is none. */
export function nextToDo(records: LiveRecords, person: string, shown: readonly Cluster[], from: number): number {
  const isToDo = (mark: Annotation) => awaits(records, person, mark)
  for (let step = 1; step <= shown.length; step++) {
    const index = (from + step) % shown.length
    if (shown[index]?.annotations.some(isToDo)) return index
  }
  return -1
}

export function holds(cluster: Cluster, mark: string): boolean {
  return cluster.annotations.some(({ id }) => id === mark)
}
