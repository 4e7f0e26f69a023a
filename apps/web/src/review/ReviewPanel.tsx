/**
 * The review of an article: all marks as they are reviewed, several people's over the same words as one, in the order of
 * the text. What is shown stays for as long as one looks at it the same way: what is decided meanwhile, by oneself or
 * others, says so where it stands, and nothing goes from under one's hands.
 */
import { type Cluster, isUnanimous, stateOf } from '@attest/schema/cluster'
import { type Outcome, outcomes } from '@attest/schema/outcome'
import { canJudge } from '@attest/schema/roles'
import { CheckCheck, X } from 'lucide-react'
import { type ReactNode, useDeferredValue, useEffect, useMemo, useRef, useState } from 'react'
import type { Filter } from '../annotations/filter.ts'
import marks from '../annotations/marks.module.css'
import type { KeyStore } from '../commands/bindings.ts'
import { speak } from '../editor/focus.ts'
import type { Workbench } from '../editor/workbench.ts'
import { awaits } from '../live/live-records.ts'
import { useCalmly, useLive } from '../live/use-live.ts'
import { Button } from '../ui/Button.tsx'
import { tell } from '../ui/notices.ts'
import { NextDisputed } from '../work/DisputedWork.tsx'
import { AlikeDialog, UnanimousDialog } from './BatchDialog.tsx'
import { ClusterList, holds, nextToDo } from './ClusterList.tsx'
import { type Choice, choiceIn, useShownClusters, withChoice } from './choice.ts'
import { alikeTo, candidatesOf, type Doing, type Pass, planOf, speakersIn } from './decide.ts'
import { act, actTold } from './judge.ts'
import { ReviewHead } from './ReviewHead.tsx'
import styles from './review.module.css'
import { reviewWords as words } from './wording.ts'

interface Props {
  bench: Workbench
  keys: KeyStore
  filter: Filter
  onFilter: (filter: Filter) => void
  /** Called after a mark was gone to. */
  onPick: () => void
  onClose: () => void
  /** What else there is that is no place to decide. */
  note?: ReactNode
  /** The card of the mark that is being corrected. */
  children?: ReactNode
}

const everything: Choice = { person: '', kind: '', difference: '', state: 'all' }

export function ReviewPanel({ bench, keys, filter, onFilter, onPick, onClose, note, children }: Props) {
  const { editor, room, focus } = bench
  // The text comes first: the panel follows in the next frame, and never holds up a key.
  const records = useDeferredValue(useLive(room.records))
  const { id, project } = useLive(room.article)
  const isBarred = useLive(room.barred) !== null
  const isCorrecting = useLive(focus.correcting) !== null
  const selected = useCalmly(focus.selected)
  useLive(room.people)
  const mayJudge = canJudge(project.role, project) && !isBarred
  const { clusters } = records
  const choice = choiceIn(filter, room)
  const setChoice = (choice: Choice) => onFilter(withChoice(filter, choice))
  /** By the id of one of its marks: a cluster is another one whenever a mark comes to it. */
  const [active, setActive] = useState<{ mark: string; candidate: number } | null>(null)
  const [decided, setDecided] = useState<{ cluster: Cluster; pass: Pass } | null>(null)
  const [dialog, setDialog] = useState<'unanimous' | 'alike' | null>(null)
  const heading = useRef<HTMLHeadingElement>(null)
  const isOpening = useRef(true)

  const shown = useShownClusters(room, records, choice)
  const counts = useMemo(() => {
    const all = Object.fromEntries(outcomes.map((one) => [one, 0])) as Record<Outcome, number>
    for (const cluster of clusters) all[stateOf(cluster, (id) => records.outcomes.get(id))]++
    return all
  }, [clusters, records])
  const left = useMemo(
    () => clusters.filter((one) => one.annotations.some((mark) => awaits(records, room.me.id, mark))).length,
    [clusters, records, room],
  )
  const undecided = counts.open + counts.disputed
  const unanimous = useMemo(() => {
    if (!mayJudge) return []
    const speakers = speakersIn(room)
    return clusters.filter(
      (one) =>
        isUnanimous(one) &&
        one.people.filter((person) => speakers.has(person)).length > 1 &&
        one.annotations.every(({ id }) => records.outcomes.get(id) === 'open'),
    )
  }, [clusters, records, room, mayJudge])
  const people = useMemo(
    () =>
      [...new Set(clusters.flatMap((one) => one.people))].sort((a, b) =>
        room.nameOf(a).localeCompare(room.nameOf(b), 'en'),
      ),
    [clusters, room],
  )
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is alike depends on the records
  const alike = useMemo(() => (decided ? alikeTo(room, decided.cluster, decided.pass) : []), [decided, room, records])

  const activeIndex = active ? shown.findIndex((one) => holds(one, active.mark)) : -1

  /** Makes it the one that is open, and shows its words. */
  const open = (index: number, candidate = 0) => {
    const cluster = shown[index]
    const mark = cluster && candidatesOf(room, cluster)[candidate]?.chosen
    if (!cluster || !mark) return
    setActive({ mark: mark.id, candidate })
    editor.commands.selectAnnotation(mark.id)
  }

  // The first of them has the focus, so that the keys work at once; where there is none yet, the panel has.
  const isEmpty = shown.length === 0
  useEffect(() => {
    if (isEmpty && isOpening.current) heading.current?.focus({ preventScroll: true })
    if (!isEmpty) isOpening.current = false
  }, [isEmpty])

  // What somebody deleted, or made another, is said, and no key decides about what has taken its place.
  const isGone = active !== null && activeIndex < 0 && !records.annotations.has(active.mark)
  useEffect(() => {
    if (!isGone) return
    setActive(null)
    tell(words.gone)
    speak(focus, words.gone)
  }, [isGone, focus])

  // Whoever follows a link to what is to be decided has the first of it before them.
  const isArriving = useRef(filter.review !== undefined && filter.mark === undefined)
  useEffect(() => {
    if (!isArriving.current || shown.length === 0) return
    isArriving.current = false
    open(0)
  })

  /** Goes on to the next one about which one is to decide, from the top again after the last. */
  const goOn = (from: number): boolean => {
    const next = nextToDo(room.records.get(), room.me.id, shown, from)
    if (next >= 0) open(next)
    return next >= 0
  }

  const decide = (cluster: Cluster, doing: Doing) => {
    const index = shown.findIndex((one) => one.id === cluster.id)
    const { changes, said, pass } = planOf(room, cluster, doing)
    if (changes.length === 0) return
    if (doing.is === 'answer' ? !actTold(bench, changes, said) : !act(bench, changes)) return
    setDecided(pass && { cluster, pass })
    if (doing.is === 'answer') {
      const mine = changes.find((one) => one.root === 'annotations')
      if (mine && 'put' in mine && mine.put.id) {
        setActive({ mark: mine.put.id, candidate: 0 })
        editor.commands.selectAnnotation(mine.put.id)
      }
      return
    }
    if (doing.is === 'take-back' || doing.is === 'accept-too') return speak(focus, said)
    if (goOn(index)) return speak(focus, `${said}. ${focus.spoken.get().text}`)
    const now = room.records.get()
    const elsewhere = now.clusters.filter((one) => one.annotations.some((mark) => awaits(now, room.me.id, mark))).length
    const undecided = now.clusters.filter((one) => isUndecided(stateOf(one, (id) => now.outcomes.get(id)))).length
    const done = elsewhere === 0 ? allDone(undecided) : words.shownDone(elsewhere)
    speak(focus, `${said}. ${done}`)
    tell(done)
  }

  const leave = () => {
    onClose()
    editor.view.dom.focus({ preventScroll: true })
  }
  const isFiltered = choice.person !== '' || choice.kind !== '' || choice.difference !== '' || choice.state !== 'all'
  return (
    <section
      className={`${marks['list']} ${styles['panel']}`}
      aria-label={words.title}
      data-testid="review"
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || event.defaultPrevented) return
        // One step at a time: the correction first, then the panel.
        if (isCorrecting) focus.correcting.set(null)
        else leave()
      }}
    >
      <header>
        <h2 ref={heading} tabIndex={-1}>
          {words.title} <small>{words.left(left, undecided)}</small>
        </h2>
        <Button variant="quiet" aria-label={words.close} shortcut="leave" hint={words.close} onPress={leave}>
          <X aria-hidden="true" />
        </Button>
      </header>
      <div className={styles['head']}>
        <ReviewHead
          bench={bench}
          counts={counts}
          people={people}
          mayJudge={mayJudge}
          choice={choice}
          onChoice={setChoice}
        />
        {unanimous.length > 0 && (
          <Button onPress={() => setDialog('unanimous')}>
            <CheckCheck aria-hidden="true" /> {words.unanimous}
          </Button>
        )}
        {!mayJudge && !isBarred && <p className={styles['soft']}>{words.mayNot}</p>}
        {choice.state === 'disputed' && project.role === 'owner' && counts.disputed === 0 && (
          <div className={styles['alike']}>
            <NextDisputed article={id} project={project.id} />
          </div>
        )}
        {decided && alike.length > 0 && (
          <div className={styles['alike']} role="status">
            <p>{words.alike(alike.length)}</p>
            <Button variant="primary" onPress={() => setDialog('alike')}>
              {words.decideAlike}
            </Button>
            <Button variant="quiet" onPress={() => setDecided(null)}>
              {words.notNow}
            </Button>
          </div>
        )}
        {note}
      </div>
      {shown.length === 0 ? (
        <div className={styles['none']}>
          <p>
            {clusters.length === 0
              ? words.none
              : isOnly(choice) && choice.state === 'todo'
                ? allDone(undecided)
                : isOnly(choice) && choice.state === 'disputed'
                  ? words.noneDisputed
                  : words.noneOfThese}
          </p>
          {isFiltered && clusters.length > 0 && <Button onPress={() => setChoice(everything)}>{words.showAll}</Button>}
        </div>
      ) : (
        <ClusterList
          bench={bench}
          keys={keys}
          records={records}
          shown={shown}
          activeIndex={activeIndex}
          candidate={active?.candidate ?? 0}
          selected={selected}
          mayJudge={mayJudge}
          takesFocus={isOpening.current && isUntouched(heading.current)}
          onOpen={open}
          onDecide={decide}
          onPick={onPick}
        />
      )}
      {isCorrecting && <div className={marks['open']}>{children}</div>}
      <UnanimousDialog
        bench={bench}
        clusters={dialog === 'unanimous' ? unanimous : null}
        onClose={() => setDialog(null)}
      />
      <AlikeDialog
        bench={bench}
        alike={dialog === 'alike' ? alike : null}
        decided={decided}
        onClose={(isDone) => {
          setDialog(null)
          if (isDone) setDecided(null)
        }}
      />
    </section>
  )
}

/** Nobody has gone anywhere since the panel was opened. */
function isUntouched(heading: Element | null): boolean {
  const { activeElement } = document
  return activeElement === null || activeElement === heading || !activeElement.closest('select, input, textarea')
}

function isOnly({ person, kind, difference }: Choice): boolean {
  return person === '' && kind === '' && difference === ''
}

const isUndecided = (state: Outcome) => state === 'open' || state === 'disputed'

const allDone = (undecided: number) => (undecided === 0 ? words.allDone : words.othersDecide(undecided))
