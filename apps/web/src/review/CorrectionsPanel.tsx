/** What others said about one's own marks in this article: what was wrong, what it should be, and the way to answer. */
import { correctionOf, type Feedback, feedbackTo } from '@attest/schema/correction'
import { useNavigate } from '@tanstack/react-router'
import { useVirtualizer } from '@tanstack/react-virtual'
import { MessageSquarePlus, X } from 'lucide-react'
import { useDeferredValue, useEffect, useMemo, useRef, useState } from 'react'
import { kindLabel, kindStyle, shortQuote } from '../annotations/describe.ts'
import { Outcome } from '../annotations/MarkCard.tsx'
import marks from '../annotations/marks.module.css'
import type { Workbench } from '../editor/workbench.ts'
import type { LiveRecords } from '../live/live-records.ts'
import { useCalmly, useLive } from '../live/use-live.ts'
import { Button } from '../ui/Button.tsx'
import { Swatch } from '../ui/Swatch.tsx'
import styles from './review.module.css'
import { VerdictList } from './VerdictList.tsx'
import { feedbackWords as words } from './wording.ts'

interface Props {
  bench: Workbench
  /** Called after a mark was gone to. */
  onPick: () => void
  onClose: () => void
}

/** All that others said about one's marks, beyond a bare yes. */
export function useFeedback({ room }: Workbench): readonly Feedback[] {
  const records: LiveRecords = useDeferredValue(useCalmly(room.records))
  const { project } = useLive(room.article)
  const people = useLive(room.people)
  return useMemo(
    () =>
      feedbackTo(room.me.id, records, {
        roleOf: (person) => people.get(person)?.role ?? null,
        peersJudge: project.peersJudge,
      }),
    [room, records, people, project.peersJudge],
  )
}

/** Whether there is a correction that the mark is not as yet. */
function isToDo({ annotation, verdicts }: Feedback): boolean {
  return verdicts.some(({ fix }) => correctionOf(annotation, fix) !== null)
}

export function CorrectionsPanel({ bench, onPick, onClose }: Props) {
  const { editor, room, focus, commands } = bench
  const all = useFeedback(bench)
  const selected = useCalmly(focus.selected)
  const navigate = useNavigate()
  const [isOnlyToDo, setOnlyToDo] = useState(false)
  // What is taken over meanwhile stays where it is.
  const stays = useRef(new Set<string>())
  const shown = all.filter((one) => !isOnlyToDo || isToDo(one) || stays.current.has(one.annotation.id))
  if (isOnlyToDo) for (const { annotation } of shown) stays.current.add(annotation.id)
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => heading.current?.focus({ preventScroll: true }), [])
  const scroller = useRef<HTMLDivElement>(null)
  const rows = useVirtualizer({
    count: shown.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => 130,
    overscan: 4,
    getItemKey: (index) => shown[index]?.annotation.id ?? index,
  })
  const leave = () => {
    onClose()
    editor.view.dom.focus({ preventScroll: true })
  }
  return (
    <section
      className={`${marks['list']} ${styles['panel']}`}
      aria-label={words.title}
      data-testid="corrections"
      onKeyDown={(event) => {
        if (event.key === 'Escape' && !event.defaultPrevented) leave()
      }}
    >
      <header>
        <h2 ref={heading} tabIndex={-1}>
          {words.title} <small>{words.count(all.length)}</small>
        </h2>
        <Button variant="quiet" aria-label={words.close} shortcut="leave" hint={words.close} onPress={leave}>
          <X aria-hidden="true" />
        </Button>
      </header>
      <div className={styles['head']}>
        <fieldset className={styles['views']}>
          <legend className="visually-hidden">{words.show}</legend>
          <Button isPressedState={!isOnlyToDo} onPress={() => setOnlyToDo(false)}>
            {words.all}
          </Button>
          <Button
            isPressedState={isOnlyToDo}
            onPress={() => {
              stays.current.clear()
              setOnlyToDo(true)
            }}
          >
            {words.toDo} <small>{all.filter(isToDo).length}</small>
          </Button>
          <Button
            variant="quiet"
            onPress={() =>
              void navigate({ to: '/projects/$project/corrections', params: { project: room.page.project.id } })
            }
          >
            {words.allOfProject}
          </Button>
        </fieldset>
      </div>
      {shown.length === 0 ? (
        <div className={styles['none']}>
          <p>{all.length === 0 ? words.none : words.noneToDo}</p>
          {all.length > 0 && <Button onPress={() => setOnlyToDo(false)}>{words.showAll}</Button>}
        </div>
      ) : (
        <div className={styles['rows']} ref={scroller}>
          <ul style={{ height: rows.getTotalSize() }}>
            {rows.getVirtualItems().map((item) => {
              const one = shown[item.index]
              if (!one) return null
              const { annotation, ruling, verdicts } = one
              const goTo = () => {
                editor.commands.selectAnnotation(annotation.id)
                onPick()
              }
              return (
                <li
                  key={item.key}
                  ref={rows.measureElement}
                  data-index={item.index}
                  style={{ transform: `translateY(${item.start}px)` }}
                  aria-setsize={shown.length}
                  aria-posinset={item.index + 1}
                >
                  <article className={styles['cluster']} data-open={annotation.id === selected || undefined}>
                    <button type="button" className={styles['candidateHead']} onClick={goTo}>
                      <Swatch kind={kindStyle(room, annotation)} />
                      <strong>{kindLabel(room, annotation)}</strong>
                      <Outcome outcome={ruling.outcome} isDuplicate={ruling.of !== null} />
                      <span className={styles['clusterWords']} dir="auto">
                        {shortQuote(room, annotation, 120)}
                      </span>
                    </button>
                    <VerdictList bench={bench} annotation={annotation} verdicts={verdicts} />
                    <div className={styles['decisions']}>
                      <Button
                        variant="quiet"
                        hint={words.answerHint}
                        onPress={() => {
                          goTo()
                          focus.panel.set(null)
                          commands.run('comment')
                        }}
                      >
                        <MessageSquarePlus aria-hidden="true" /> {words.answer}
                      </Button>
                    </div>
                  </article>
                </li>
              )
            })}
          </ul>
        </div>
      )}
    </section>
  )
}
