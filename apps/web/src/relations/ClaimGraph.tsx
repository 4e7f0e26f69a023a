/**
 * The claim graph beside the text: who says what, who denies it, and what is cited for it. As a picture to go about in,
 * and as a list that says the same. Where there is no room beside the text it lies over it.
 */
import type { Annotation } from '@attest/schema/annotation'
import { Download, Maximize2, Minimize2, Minus, Plus, Scan, X } from 'lucide-react'
import { useDeferredValue, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react'
import { Tab, TabList, TabPanel, Tabs } from 'react-aria-components'
import { flushSync } from 'react-dom'
import type { Workbench } from '../editor/workbench.ts'
import { isProposed } from '../live/live-records.ts'
import { useCalmly, useLive } from '../live/use-live.ts'
import { Button } from '../ui/Button.tsx'
import { tell } from '../ui/notices.ts'
import { Empty } from '../ui/states.tsx'
import { useMedia } from '../ui/use-media.ts'
import { GraphList } from './GraphList.tsx'
import { GraphView, type Zoom } from './GraphView.tsx'
import styles from './graph.module.css'
import { graphOf } from './graph.ts'
import { saveGraph } from './graph-file.ts'
import { useLayout } from './use-layout.ts'
import { graphWords as words } from './wording.ts'

interface Props {
  bench: Workbench
  isShown: (annotation: Annotation) => boolean
  onClose: () => void
}

export function ClaimGraph({ bench, isShown, onClose }: Props) {
  const { editor, room, focus } = bench
  // The text comes first; the picture follows when there is time.
  const records = useDeferredValue(useLive(room.records))
  const selected = useDeferredValue(useCalmly(focus.selected))
  useLive(room.people)
  useLive(room.article)
  const isRoomy = useMedia('(min-width: 75rem)')
  const [isWide, setIsWide] = useState(false)
  const isOver = isWide || !isRoomy
  const panel = useRef<HTMLElement>(null)
  const zoom = useRef<Zoom | null>(null)

  // What is only proposed says nothing yet.
  const isSaid = useMemo(
    () => (annotation: Annotation) => isShown(annotation) && !isProposed(records, annotation),
    [records, isShown],
  )
  const whole = useMemo(() => graphOf(records, { isShown: isSaid }), [records, isSaid])
  // Only where something is left out does it matter around which mark one looks.
  const isCut = whole.parts.some(({ leftOut }) => leftOut > 0)
  const around = isCut ? selected : null
  const graph = useMemo(
    () => (around === null ? whole : graphOf(records, { isShown: isSaid, around })),
    [whole, records, isSaid, around],
  )
  const layout = useLayout(graph.parts)
  const marks = graph.parts.reduce(
    (count, { nodes, leftOut }) =>
      count + leftOut + nodes.reduce((sum, node) => sum + (node.type === 'marks' ? node.marks.length : 0), 0),
    0,
  )

  const close = () => {
    // Before it is gone, what it lies over can have no focus.
    flushSync(onClose)
    editor.view.dom.focus({ preventScroll: true })
  }
  const goTo = (id: string) => {
    editor.commands.selectAnnotation(id)
    if (isOver) close()
  }

  useEffect(() => {
    panel.current?.focus()
    return () => focus.hovered.set(null)
  }, [focus])

  // What lies under it cannot be reached, so it must not be by Tab either.
  useLayoutEffect(() => {
    const own = panel.current
    if (!isOver || !own?.parentElement) return
    const others = [...own.parentElement.children].filter((one) => one !== own && !one.hasAttribute('inert'))
    for (const one of others) one.setAttribute('inert', '')
    return () => {
      for (const one of others) one.removeAttribute('inert')
    }
  }, [isOver])

  return (
    <section
      ref={panel}
      className={styles['panel']}
      data-over={isOver || undefined}
      aria-label={words.title}
      data-testid="claim-graph"
      tabIndex={-1}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || event.defaultPrevented) return
        event.stopPropagation()
        close()
      }}
    >
      <Tabs className={styles['tabs'] ?? ''}>
        <header>
          <h2>{words.title}</h2>
          <TabList aria-label={words.title} className={styles['tabList'] ?? ''}>
            <Tab id="picture" className={styles['tab'] ?? ''}>
              {words.picture}
            </Tab>
            <Tab id="list" className={styles['tab'] ?? ''}>
              {words.list}
            </Tab>
          </TabList>
          <span className={styles['gap']} />
          {graph.parts.length > 0 && (
            <Button
              variant="quiet"
              aria-label={words.save}
              hint={words.save}
              isDisabled={layout.left > 0}
              onPress={() => {
                saveGraph(room, layout)
                tell(words.saved)
              }}
            >
              <Download aria-hidden="true" />
            </Button>
          )}
          {isRoomy && (
            <Button
              variant="quiet"
              aria-label={isWide ? words.narrow : words.wide}
              hint={isWide ? words.narrow : words.wide}
              onPress={() => setIsWide(!isWide)}
            >
              {isWide ? <Minimize2 aria-hidden="true" /> : <Maximize2 aria-hidden="true" />}
            </Button>
          )}
          <Button variant="quiet" aria-label={words.close} hint={words.close} shortcut="Esc" onPress={close}>
            <X aria-hidden="true" />
          </Button>
        </header>
        {graph.parts.length === 0 ? (
          <div className={styles['none']}>
            {records.relations.size === 0 ? (
              <Empty title={words.emptyTitle}>
                <p>{words.empty}</p>
              </Empty>
            ) : (
              <Empty title={words.hiddenTitle}>
                <p>{words.hidden}</p>
              </Empty>
            )}
          </div>
        ) : (
          <>
            <TabPanel id="picture" className={styles['picture'] ?? ''}>
              <GraphView bench={bench} layout={layout} zoom={zoom} onPick={goTo} />
              <div className={styles['zoom']} role="toolbar" aria-label={words.size}>
                <Button
                  aria-label={words.larger}
                  hint={words.larger}
                  shortcut="+"
                  onPress={() => zoom.current?.by(1.25)}
                >
                  <Plus aria-hidden="true" />
                </Button>
                <Button
                  aria-label={words.smaller}
                  hint={words.smaller}
                  shortcut="−"
                  onPress={() => zoom.current?.by(0.8)}
                >
                  <Minus aria-hidden="true" />
                </Button>
                <Button aria-label={words.fit} hint={words.fit} shortcut="0" onPress={() => zoom.current?.fit()}>
                  <Scan aria-hidden="true" />
                </Button>
              </div>
            </TabPanel>
            <TabPanel id="list" className={styles['listTab'] ?? ''}>
              <GraphList bench={bench} parts={graph.parts} onPick={goTo} />
            </TabPanel>
          </>
        )}
        <footer>
          <p role="status">
            {layout.left > 0
              ? words.laying(graph.parts.length - layout.left, graph.parts.length)
              : graph.parts.length > 0 && words.counts(marks, graph.parts.length)}
          </p>
          {graph.parts.length > 0 && graph.unlinked > 0 && <p>{words.unlinked(graph.unlinked)}</p>}
        </footer>
      </Tabs>
    </section>
  )
}
