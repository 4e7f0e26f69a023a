/** All that was marked as a table: a row for each mark or cluster, a column for each who is compared, and what differs. */
import type { ArticlePage } from '@attest/schema/api'
import { useWindowVirtualizer } from '@tanstack/react-virtual'
import { type CSSProperties, useEffect, useLayoutEffect, useRef, useState } from 'react'
import { styleOf } from '../editor/label-styles.ts'
import { Swatch } from '../ui/Swatch.tsx'
import styles from './compare.module.css'
import type { Compared } from './differences.ts'
import { keepInSight } from './in-sight.ts'
import type { PartyShown } from './parties.ts'
import { sayDifference, type Vocabulary, compareWords as words } from './wording.ts'

interface Props {
  page: ArticlePage
  rows: readonly Compared[]
  parties: readonly PartyShown[]
  vocabulary: Vocabulary
  current: Compared | null
  onCurrent: (one: Compared) => void
  onOpen: ((mark: string) => void) | null
}

const ROW_PX = 72

export function DifferenceTable({ page, rows, parties, vocabulary, current, onCurrent, onOpen }: Props) {
  const body = useRef<HTMLDivElement>(null)
  const [margin, setMargin] = useState(0)
  useLayoutEffect(() => setMargin(body.current?.offsetTop ?? 0), [])
  const virtualizer = useWindowVirtualizer({
    count: rows.length,
    estimateSize: () => ROW_PX,
    overscan: 6,
    scrollMargin: margin,
    scrollPaddingStart: 64,
    getItemKey: (index) => rows[index]?.id ?? index,
  })
  const id = current?.id
  // biome-ignore lint/correctness/useExhaustiveDependencies: another difference is the reason, not other rows
  useEffect(() => {
    const at = rows.findIndex((one) => one.id === id)
    if (at < 0) return
    virtualizer.scrollToIndex(at, { align: 'center' })
    return keepInSight(() => body.current?.querySelector(`[data-index="${at}"]`) ?? null)
  }, [id])
  return (
    // What is far from the window is not in the page, so a table of the browser would tell wrong figures.
    // biome-ignore-start lint/a11y/useSemanticElements: see above
    // biome-ignore-start lint/a11y/useFocusableInteractive: see above
    <div className={styles['scroll']}>
      <div
        role="table"
        className={styles['table']}
        aria-rowcount={rows.length + 1}
        aria-colcount={parties.length + 2}
        aria-label={words.columns.how}
        style={
          {
            '--columns': `minmax(12rem, 1.4fr) repeat(${parties.length}, minmax(7rem, 1fr)) minmax(14rem, 1.6fr)`,
            minWidth: `${28 + parties.length * 8}rem`,
          } as CSSProperties
        }
      >
        <div role="rowgroup">
          <div role="row" aria-rowindex={1} className={styles['head']}>
            <span role="columnheader">{words.columns.words}</span>
            {parties.map(({ id, name }) => (
              <span key={id} role="columnheader" dir="auto">
                {name}
              </span>
            ))}
            <span role="columnheader">{words.columns.how}</span>
          </div>
        </div>
        <div role="rowgroup" ref={body} className={styles['body']} style={{ height: virtualizer.getTotalSize() }}>
          {virtualizer.getVirtualItems().map(({ index, key, start }) => {
            const one = rows[index]
            if (!one) return null
            return (
              <div
                key={key}
                ref={virtualizer.measureElement}
                data-index={index}
                role="row"
                aria-rowindex={index + 2}
                aria-current={one.id === id || undefined}
                style={{ transform: `translateY(${start - margin}px)` }}
              >
                <span role="cell">
                  <button type="button" onClick={() => onCurrent(one)}>
                    <q dir="auto">{vocabulary.quoteOf(...one.hull).slice(1, -1)}</q>
                  </button>
                </span>
                {parties.map((party) => {
                  const mark = one.marks.get(party.id)
                  if (!mark) return <span key={party.id} role="cell" />
                  const kind = vocabulary.kindOf(mark.kind)
                  return (
                    <span key={party.id} role="cell">
                      <Swatch kind={styleOf(page.labelSet, mark.kind)} />{' '}
                      {onOpen ? (
                        <button type="button" aria-label={words.open(party.name, kind)} onClick={() => onOpen(mark.id)}>
                          {kind}
                        </button>
                      ) : (
                        kind
                      )}
                    </span>
                  )
                })}
                <span role="cell">
                  {one.differences.length === 0
                    ? one.isCompared && words.alike
                    : one.differences.map((difference) => sayDifference(difference, vocabulary)).join('. ')}
                  {one.isUndecided && <em> {words.undecided}</em>}
                </span>
              </div>
            )
          })}
        </div>
      </div>
    </div>
    // biome-ignore-end lint/a11y/useFocusableInteractive: see above
    // biome-ignore-end lint/a11y/useSemanticElements: see above
  )
}
