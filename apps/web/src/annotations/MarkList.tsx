/** All marks as a list, with the filters: the way to them that needs no eye for lanes and no steady hand. */
import { type Annotation, inTextOrder } from '@attest/schema/annotation'
import { type Outcome, outcomes } from '@attest/schema/outcome'
import { authorOf } from '@attest/schema/record'
import { useVirtualizer } from '@tanstack/react-virtual'
import { X } from 'lucide-react'
import { type ReactNode, useEffect, useMemo, useRef } from 'react'
import type { Workbench } from '../editor/workbench.ts'
import type { ArticleRoom } from '../live/article-room.ts'
import { useLive } from '../live/use-live.ts'
import { Avatar } from '../ui/Avatar.tsx'
import { Button } from '../ui/Button.tsx'
import { Swatch } from '../ui/Swatch.tsx'
import { kindLabel, kindStyle } from './describe.ts'
import { type Filter, isFiltering, listOf, toggle } from './filter.ts'
import { MarkRow } from './MarkRow.tsx'
import styles from './marks.module.css'
import { marksCount, oddWords, outcomeWords } from './wording.ts'

interface Props {
  bench: Workbench
  isShown: (annotation: Annotation) => boolean
  filter: Filter
  onFilter: (filter: Filter) => void
  /** Called after a mark was gone to. */
  onPick: () => void
  onClose: () => void
  /** The open card, where there is no margin for it. */
  children?: ReactNode
}

export function MarkList({ bench, isShown, filter, onFilter, onPick, onClose, children }: Props) {
  const { room, focus } = bench
  const records = useLive(room.records)
  const selected = useLive(focus.selected)
  useLive(room.people)
  const isBarred = useLive(room.barred) !== null
  const scroller = useRef<HTMLDivElement>(null)
  const shown = useMemo(() => [...records.annotations.values()].filter(isShown).sort(inTextOrder), [records, isShown])
  const rows = useVirtualizer({
    count: shown.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => 40,
    overscan: 8,
    getItemKey: (index) => shown[index]?.id ?? index,
  })

  useEffect(() => {
    const index = shown.findIndex((one) => one.id === selected)
    if (index >= 0) rows.scrollToIndex(index, { align: 'auto' })
  }, [selected, shown, rows])

  const total = records.annotations.size
  return (
    <section className={styles['list']} aria-label="All marks" data-testid="mark-list">
      <header>
        <h2>{shown.length === total ? marksCount(total) : `${shown.length} of ${marksCount(total)}`}</h2>
        {isFiltering(filter) && (
          <Button variant="quiet" onPress={() => onFilter(filter.mark ? { mark: filter.mark } : {})}>
            Show all
          </Button>
        )}
        <Button variant="quiet" aria-label="Close the list" onPress={onClose}>
          <X aria-hidden="true" />
        </Button>
      </header>
      <Filters room={room} filter={filter} onFilter={onFilter} />
      {shown.length === 0 && (
        <p className={styles['none']}>
          {total === 0 ? 'Nobody has marked anything yet.' : 'The filters hide every mark.'}
        </p>
      )}
      <div className={styles['rows']} ref={scroller}>
        <ul style={{ height: rows.getTotalSize() }}>
          {rows.getVirtualItems().map((item) => {
            const annotation = shown[item.index]
            return (
              annotation && (
                <li
                  key={item.key}
                  style={{ transform: `translateY(${item.start}px)` }}
                  aria-setsize={shown.length}
                  aria-posinset={item.index + 1}
                >
                  <MarkRow
                    bench={bench}
                    annotation={annotation}
                    author={room.personOf(annotation.author)}
                    outcome={records.outcomes.get(annotation.id) ?? 'open'}
                    isSelected={annotation.id === selected}
                    onPick={onPick}
                  />
                </li>
              )
            )
          })}
        </ul>
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
                  <Button onPress={() => room.remove(root, [key])}>Delete</Button>
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

function Filters({
  room,
  filter,
  onFilter,
}: {
  room: ArticleRoom
  filter: Filter
  onFilter: (filter: Filter) => void
}) {
  const records = useLive(room.records)
  const { labelSet } = useLive(room.article)
  const authors = useMemo(() => countBy([...records.annotations.values()].map((one) => one.author)), [records])
  const kinds = useMemo(() => countBy([...records.annotations.values()].map((one) => one.kind)), [records])
  const states = useMemo(
    () => countBy<Outcome>([...records.annotations.keys()].map((id) => records.outcomes.get(id) ?? 'open')),
    [records],
  )
  const [hidden, without, state] = [listOf(filter, 'hide'), listOf(filter, 'without'), listOf(filter, 'state')]
  return (
    <div className={styles['filters']}>
      <fieldset>
        <legend>Kinds</legend>
        {labelSet.kinds.map((kind) => (
          <Button
            key={kind.id}
            isPressedState={!hidden.includes(kind.id)}
            onPress={() => onFilter(toggle(filter, 'hide', kind.id))}
          >
            <Swatch kind={kind.id} /> {kind.label} <small>{kinds.get(kind.id) ?? 0}</small>
          </Button>
        ))}
        {[...kinds]
          .filter(([kind]) => !labelSet.kinds.some((one) => one.id === kind))
          .map(([kind, count]) => (
            <Button
              key={kind}
              isPressedState={!hidden.includes(kind)}
              onPress={() => onFilter(toggle(filter, 'hide', kind))}
            >
              <Swatch kind={kindStyle(room, { kind })} /> {kindLabel(room, { kind })} <small>{count}</small>
            </Button>
          ))}
      </fieldset>
      <fieldset>
        <legend>People</legend>
        {[...authors].map(([author, count]) => (
          <Button
            key={author}
            isPressedState={!without.includes(author)}
            onPress={() => onFilter(toggle(filter, 'without', author))}
          >
            <Avatar person={room.personOf(author)} /> {author === room.me.id ? 'You' : room.nameOf(author)}{' '}
            <small>{count}</small>
          </Button>
        ))}
      </fieldset>
      <fieldset>
        <legend>State</legend>
        {outcomes.map((outcome) => (
          <Button
            key={outcome}
            isPressedState={state.includes(outcome)}
            onPress={() => onFilter(toggle(filter, 'state', outcome))}
          >
            {outcomeWords[outcome]} <small>{states.get(outcome) ?? 0}</small>
          </Button>
        ))}
      </fieldset>
    </div>
  )
}

function countBy<K extends string>(keys: readonly K[]): Map<K, number> {
  const counts = new Map<K, number>()
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1)
  return counts
}
