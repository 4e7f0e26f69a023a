/** All marks as a list, with the filters: the way to them that needs no eye for lanes and no steady hand. */
import type { Annotation } from '@attest/schema/annotation'
import { authorOf } from '@attest/schema/record'
import type { Root } from '@attest/schema/room'
import { defaultRangeExtractor, useVirtualizer } from '@tanstack/react-virtual'
import { X } from 'lucide-react'
import { type KeyboardEvent, type ReactNode, useEffect, useId, useLayoutEffect, useMemo, useRef, useState } from 'react'
import { actionOf, type KeyStore } from '../commands/bindings.ts'
import { chordOf } from '../commands/chords.ts'
import { useCommand } from '../commands/commands.ts'
import type { ActionId } from '../commands/keymap.ts'
import { refusalText } from '../editor/wording.ts'
import type { Workbench } from '../editor/workbench.ts'
import type { ArticleRoom } from '../live/article-room.ts'
import { countMarks, isProposed } from '../live/live-records.ts'
import { useCalmly, useLive } from '../live/use-live.ts'
import { Button } from '../ui/Button.tsx'
import { tell } from '../ui/notices.ts'
import { Swatch } from '../ui/Swatch.tsx'
import { addChosen, chooseByClick, setChosen, toggleChosen } from './choice.ts'
import { kindLabel, kindStyle, shortQuote } from './describe.ts'
import { Filters } from './Filters.tsx'
import { type Filter, isFiltering, type Sort, showAll, sorts } from './filter.ts'
import { MarkRow } from './MarkRow.tsx'
import styles from './marks.module.css'
import { useShown } from './reading-order.ts'
import { filterWords, listWords, marksCount, oddWords } from './wording.ts'

interface Props {
  bench: Workbench
  keys: KeyStore
  isShown: (annotation: Annotation) => boolean
  filter: Filter
  onFilter: (filter: Filter) => void
  /** Called after a mark was gone to. */
  onPick: () => void
  onClose: () => void
  /** The open card, where there is no margin for it. */
  children?: ReactNode
}

/** A mark, or what those that follow have in common. */
type Entry = { mark: Annotation; position: number } | { head: ReactNode; key: string }

/** The height of a row, in pixels; the style sheet knows it too. */
const ROW_PX = window.matchMedia('(pointer: coarse)').matches ? 48 : 40

/** The actions of the article that act in its list as well. */
const hereToo: readonly (ActionId | null)[] = ['choose', 'delete', 'accept', 'reject', 'search']

export function MarkList({ bench, keys, isShown, filter, onFilter, onPick, onClose, children }: Props) {
  const { editor, room, focus, commands } = bench
  const records = useLive(room.records)
  const selected = useCalmly(focus.selected)
  const chosen = useLive(focus.chosen)
  useLive(room.people)
  const { labelSet } = useLive(room.article)
  const isBarred = useLive(room.barred) !== null
  const bindings = useLive(keys.bindings)
  const sortField = useId()
  const scroller = useRef<HTMLDivElement>(null)
  const sort = filter.sort ?? 'text'
  const shown = useShown(room, isShown)
  // biome-ignore lint/correctness/useExhaustiveDependencies: kinds go in the order of the label set
  const entries = useMemo(() => sorted(room, shown, sort), [room, shown, sort, labelSet])
  const ids = useRef<readonly string[]>([])
  ids.current = useMemo(() => entries.flatMap((entry) => ('mark' in entry ? entry.mark.id : [])), [entries])
  const orderOf = useRef(() => ids.current).current

  const [active, setActive] = useState<string | null>(null)
  const indexOf = (id: string | null) => entries.findIndex((entry) => 'mark' in entry && entry.mark.id === id)
  // The row that Tab comes to: where one was, else the selected mark, else the first.
  const found = indexOf(active) >= 0 ? indexOf(active) : indexOf(selected)
  const activeIndex = found >= 0 ? found : entries.findIndex((entry) => 'mark' in entry)
  const rows = useVirtualizer({
    count: entries.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    overscan: 8,
    getItemKey: (index) => keyOf(entries[index]) ?? index,
    // What has the focus stays in the page however far it is scrolled away.
    rangeExtractor: (range) =>
      [...new Set([...defaultRangeExtractor(range), ...(activeIndex < 0 ? [] : [activeIndex])])].sort((a, b) => a - b),
  })

  // Not when marks come or go: the list must stay where the person is reading it.
  // biome-ignore lint/correctness/useExhaustiveDependencies: a choice of what is shown, or of a mark, is the reason
  useEffect(() => {
    const index = indexOf(selected)
    if (index >= 0) rows.scrollToIndex(index, { align: 'auto' })
  }, [selected, isShown, sort])
  useSteadyScroll(
    scroller.current,
    entries,
    `${sort} ${JSON.stringify(showAll({ ...filter, mark: undefined }))}`,
    isShown,
  )

  const isFocusWanted = useRef(false)
  const focusDrawn = (index: number) => {
    const row = scroller.current?.querySelector<HTMLElement>(`[data-index="${index}"] > button`)
    row?.focus({ preventScroll: true })
    return row !== null && row !== undefined
  }
  const focusRow = (index: number) => {
    const entry = entries[index]
    if (!entry || !('mark' in entry)) return
    setActive(entry.mark.id)
    rows.scrollToIndex(index, { align: 'auto' })
    // One that is not in the page yet will be, when this is drawn again.
    isFocusWanted.current = !focusDrawn(index)
  }
  useEffect(() => {
    if (isFocusWanted.current && focusDrawn(activeIndex)) isFocusWanted.current = false
  })
  const backToText = () => editor.view.dom.focus({ preventScroll: true })
  useCommand(commands, 'list', {
    run() {
      if (scroller.current?.contains(document.activeElement)) {
        onClose()
        backToText()
      } else focusRow(activeIndex)
      return true
    },
  })
  // Opened with a key, it is what the keys go on with.
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when it is opened
  useEffect(() => {
    if (document.activeElement === editor.view.dom) focusRow(activeIndex)
  }, [])

  function onKeyDown(event: KeyboardEvent<HTMLElement>): void {
    if (event.defaultPrevented || !(event.target instanceof HTMLElement) || !event.target.closest('li')) return
    const to = stepOf(event, scroller.current)
    if (to !== null) {
      event.preventDefault()
      const next = markNear(entries, Math.min(entries.length - 1, Math.max(0, activeIndex + to)), Math.sign(to))
      const [from, entry] = [entries[activeIndex], entries[next]]
      if (event.shiftKey && from && 'mark' in from && entry && 'mark' in entry)
        addChosen(focus, [from.mark.id, entry.mark.id])
      focusRow(next)
      return
    }
    const chord = chordOf(event.nativeEvent)
    if (chord === 'Ctrl+A') setChosen(focus, new Set(ids.current))
    else if (chord === 'Escape') backToText()
    else {
      const action = actionOf(bindings, chord, 'article')
      const here = entries[activeIndex]
      if (action === 'choose' && here && 'mark' in here) toggleChosen(focus, here.mark.id)
      else if (action === 'list') {
        onClose()
        backToText()
      } else if (!action || !hereToo.includes(action) || !runHere(action)) return
    }
    event.preventDefault()
  }

  /** Runs it for the chosen marks, else for the one whose row has the focus, which need not be the selected one. */
  function runHere(action: ActionId): boolean {
    const here = entries[activeIndex]
    if (action === 'search' || focus.chosen.get().size > 0 || !here || !('mark' in here)) return commands.run(action)
    focus.selected.set(here.mark.id)
    const isRun = commands.run(action)
    // Its row goes with it, and the focus stays in the list.
    if (!room.records.get().annotations.has(here.mark.id)) {
      const next = markNear(entries, Math.min(entries.length - 1, activeIndex + 1), 1)
      focusRow(next === activeIndex ? markNear(entries, activeIndex - 1, -1) : next)
    }
    return isRun
  }

  const total = countMarks(records)
  const proposed = shown.filter((one) => isProposed(records, one)).length
  const marks = shown.length - proposed
  return (
    <section className={styles['list']} aria-label={listWords.title} data-testid="mark-list">
      <header>
        <h2>
          {marks === total ? marksCount(total) : filterWords.shownOf(marks, total)}
          {proposed > 0 && <small> {listWords.proposed(proposed)}</small>}
        </h2>
        {isFiltering(filter) && (
          <Button variant="quiet" onPress={() => onFilter(showAll(filter))}>
            {filterWords.showAll}
          </Button>
        )}
        <Button variant="quiet" aria-label={listWords.close} onPress={onClose}>
          <X aria-hidden="true" />
        </Button>
      </header>
      <Filters room={room} filter={filter} onFilter={onFilter} />
      {shown.length > 0 && (
        <div className={styles['order']}>
          <label htmlFor={sortField}>{listWords.sort}</label>
          <select
            id={sortField}
            value={sort}
            onChange={({ target }) => {
              const { sort: _, ...rest } = filter
              const chosenSort = sorts.find((one) => one === target.value) ?? 'text'
              onFilter(chosenSort === 'text' ? rest : { ...rest, sort: chosenSort })
            }}
          >
            {sorts.map((one) => (
              <option key={one} value={one}>
                {listWords.sorts[one]}
              </option>
            ))}
          </select>
          <Button variant="quiet" onPress={() => setChosen(focus, new Set(ids.current))}>
            {listWords.chooseAll(shown.length)}
          </Button>
        </div>
      )}
      {shown.length === 0 && (
        <p className={styles['none']}>{total === 0 ? filterWords.noMarks : filterWords.allHidden}</p>
      )}
      <div className={styles['rows']} ref={scroller}>
        <ul style={{ height: rows.getTotalSize() }} onKeyDown={onKeyDown} aria-describedby={`${sortField}-keys`}>
          {rows.getVirtualItems().map((item) => {
            const entry = entries[item.index]
            const place = { transform: `translateY(${item.start}px)` }
            if (!entry) return null
            if ('head' in entry)
              return (
                <li key={item.key} style={place} className={styles['head']}>
                  {entry.head}
                </li>
              )
            const { mark, position } = entry
            const isReachable = item.index === activeIndex
            return (
              <li
                key={item.key}
                style={place}
                data-index={item.index}
                aria-setsize={shown.length}
                aria-posinset={position}
                onFocus={() => setActive(mark.id)}
              >
                <input
                  type="checkbox"
                  checked={chosen.has(mark.id)}
                  tabIndex={isReachable ? 0 : -1}
                  aria-label={listWords.choose(kindLabel(room, mark), shortQuote(room, mark, 60))}
                  onClick={({ shiftKey }) => {
                    if (!chooseByClick(focus, mark.id, { shiftKey, ctrlKey: false, metaKey: false }, ids.current))
                      toggleChosen(focus, mark.id)
                  }}
                  onChange={() => {}}
                />
                <MarkRow
                  bench={bench}
                  annotation={mark}
                  author={room.personOf(mark.author)}
                  outcome={records.outcomes.get(mark.id) ?? 'open'}
                  isSelected={mark.id === selected}
                  isChosen={chosen.has(mark.id)}
                  isReachable={isReachable}
                  orderOf={orderOf}
                  onPick={onPick}
                />
              </li>
            )
          })}
        </ul>
        <p id={`${sortField}-keys`} hidden>
          {listWords.keys}
        </p>
      </div>
      {records.unreadable.length > 0 && (
        <details className={styles['odd']}>
          <summary>{oddWords.unreadable(records.unreadable.length)}</summary>
          <p>{oddWords.explanation}</p>
          <ul>
            {records.unreadable.map(({ root, key, problem }) => (
              <li key={`${root}/${key}`}>
                <code>{key}</code> {problem}
                {authorOf(key) === room.me.id && !isBarred && (
                  <Button onPress={() => removeOdd(bench, root, key)}>{oddWords.delete}</Button>
                )}
              </li>
            ))}
          </ul>
        </details>
      )}
      {children && <div className={styles['open']}>{children}</div>}
    </section>
  )
}

/** Deletes one's own record that cannot be shown. The server would not take it again, so there is no way back to offer. */
function removeOdd({ room, editor }: Workbench, root: Root, key: string): void {
  const answer = room.act([{ root, remove: key }])
  tell(answer.ok ? oddWords.deleted : refusalText(answer.reason), answer.ok ? {} : { tone: 'problem' })
  // The button that was pressed is gone with its row.
  editor.view.dom.focus({ preventScroll: true })
}

function keyOf(entry: Entry | undefined): string | undefined {
  return entry && ('mark' in entry ? entry.mark.id : entry.key)
}

/** How many rows a key goes, of a list of which so many are seen; null when it is not one of those that move. */
function stepOf({ key, ctrlKey, altKey, metaKey }: KeyboardEvent, scroller: HTMLElement | null): number | null {
  if (ctrlKey || altKey || metaKey) return null
  const page = Math.max(1, Math.floor((scroller?.clientHeight ?? 0) / ROW_PX) - 1)
  const steps: Record<string, number> = {
    ArrowDown: 1,
    ArrowUp: -1,
    PageDown: page,
    PageUp: -page,
    Home: Number.NEGATIVE_INFINITY,
    End: Number.POSITIVE_INFINITY,
  }
  return steps[key] ?? null
}

/** The mark at this index, or the next one in the direction; where there is none any more, the last before. */
function markNear(entries: readonly Entry[], index: number, direction: number): number {
  for (const step of [direction || 1, -(direction || 1)])
    for (let at = index; at >= 0 && at < entries.length; at += step) {
      const entry = entries[at]
      if (entry && 'mark' in entry) return at
    }
  return -1
}

/** The rows in the order that was asked for, those of a kind or a person under a heading. */
function sorted(room: ArticleRoom, shown: readonly Annotation[], sort: Sort): Entry[] {
  const marks = (list: readonly Annotation[], from = 1) => list.map((mark, i) => ({ mark, position: from + i }))
  if (sort === 'text') return marks(shown)
  if (sort === 'time') return marks(shown.toSorted((a, b) => b.at - a.at))
  const groups = Map.groupBy(shown, (one) => (sort === 'kind' ? one.kind : one.author))
  const { kinds } = room.page.labelSet
  const rank = (kind: string) => kinds.findIndex(({ id }) => id === kind) >>> 0
  const keys = [...groups.keys()].sort((a, b) =>
    sort === 'kind' ? rank(a) - rank(b) : room.nameOf(a).localeCompare(room.nameOf(b)),
  )
  let position = 1
  return keys.flatMap((key) => {
    const list = groups.get(key) ?? []
    const from = position
    position += list.length
    const name =
      sort === 'kind' ? (
        <>
          <Swatch kind={kindStyle(room, { kind: key })} /> {kindLabel(room, { kind: key })}
        </>
      ) : (
        room.nameOf(key)
      )
    const head = (
      <>
        {name} <small>{list.length}</small>
      </>
    )
    return [{ head, key: `head ${key}` }, ...marks(list, from)]
  })
}

/** Keeps the row at the upper edge where it is when others come or go above it; what the person asked for may move it. */
function useSteadyScroll(
  scroller: HTMLElement | null,
  entries: readonly Entry[],
  asked: string,
  isShown: unknown,
): void {
  const before = useRef({ entries, asked, isShown })
  useLayoutEffect(() => {
    const last = before.current
    before.current = { entries, asked, isShown }
    if (!scroller || last.entries === entries || last.asked !== asked) return
    const top = Math.floor(scroller.scrollTop / ROW_PX)
    // At its upper end the list shows what is new.
    const key = top > 0 ? keyOf(last.entries[top]) : undefined
    const now = key === undefined ? -1 : entries.findIndex((entry) => keyOf(entry) === key)
    if (now >= 0 && now !== top) scroller.scrollTop += (now - top) * ROW_PX
  }, [scroller, entries, asked, isShown])
}
