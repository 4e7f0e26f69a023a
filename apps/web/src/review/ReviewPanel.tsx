/**
 * The review of an article: all marks as they are reviewed, several people's over the same words as one, in the order of
 * the text. What is shown stays for as long as one looks at it the same way: what is decided meanwhile, by oneself or
 * others, says so where it stands, and nothing goes from under one's hands.
 */
import type { Annotation } from '@attest/schema/annotation'
import { type Cluster, differences, isUnanimous, stateOf } from '@attest/schema/cluster'
import { type Outcome, outcomes } from '@attest/schema/outcome'
import { canJudge } from '@attest/schema/roles'
import { defaultRangeExtractor, useVirtualizer } from '@tanstack/react-virtual'
import { CheckCheck, X } from 'lucide-react'
import {
  type KeyboardEvent,
  type ReactNode,
  useContext,
  useDeferredValue,
  useEffect,
  useId,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from 'react'
import marks from '../annotations/marks.module.css'
import { actionOf, type KeyStore } from '../commands/bindings.ts'
import { chordOf } from '../commands/chords.ts'
import { speak } from '../editor/focus.ts'
import type { Workbench } from '../editor/workbench.ts'
import { awaits, type LiveRecords } from '../live/live-records.ts'
import { useCalmly, useLive } from '../live/use-live.ts'
import { Button } from '../ui/Button.tsx'
import { tell } from '../ui/notices.ts'
import { Shortcuts } from '../ui/shortcuts.ts'
import { AlikeDialog, UnanimousDialog } from './BatchDialog.tsx'
import { ClusterRow } from './ClusterRow.tsx'
import {
  acceptingOne,
  alikeTo,
  answeringAnew,
  type Candidate,
  candidatesOf,
  leavingAll,
  othersIn,
  type Pass,
  rejectingAll,
  saying,
  sayingNothing,
} from './decide.ts'
import { act, actTold } from './judge.ts'
import styles from './review.module.css'
import { differenceWords, stateWords, reviewWords as words } from './wording.ts'

interface Props {
  bench: Workbench
  keys: KeyStore
  /** Called after a mark was gone to. */
  onPick: () => void
  onClose: () => void
  /** The card of the mark that is being corrected. */
  children?: ReactNode
}

/** `todo`: those about which one is to decide. */
type State = Outcome | 'todo' | ''

interface Choice {
  person: string
  kind: string
  /** A difference, or `attributes` for those whose attributes differ. */
  difference: string
  state: State
}

const everything: Choice = { person: '', kind: '', difference: '', state: '' }

/** What one can do about a cluster. */
export type Doing =
  | { is: 'accept' | 'accept-too'; candidate: Candidate }
  | { is: 'reject' | 'unsure' | 'take-back' }
  | { is: 'answer'; candidate: Candidate }

export function ReviewPanel({ bench, keys, onPick, onClose, children }: Props) {
  const { editor, room, focus } = bench
  // The text comes first: the panel follows in the next frame, and never holds up a key.
  const records = useDeferredValue(useLive(room.records))
  const { project, labelSet } = useLive(room.article)
  const isBarred = useLive(room.barred) !== null
  const isCorrecting = useLive(focus.correcting) !== null
  const selected = useCalmly(focus.selected)
  useLive(room.people)
  const mayJudge = canJudge(project.role, project) && !isBarred
  const { clusters } = records
  const [choice, setChoice] = useState<Choice>({ ...everything, state: mayJudge ? 'todo' : '' })
  /** By the id of one of its marks: a cluster is another one whenever a mark comes to it. */
  const [active, setActive] = useState<{ mark: string; candidate: number } | null>(null)
  const [decided, setDecided] = useState<{ cluster: Cluster; pass: Pass } | null>(null)
  const [dialog, setDialog] = useState<'unanimous' | 'alike' | null>(null)
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => heading.current?.focus({ preventScroll: true }), [])

  const shown = useShownClusters(bench, records, choice)
  const counts = useMemo(() => {
    const all = Object.fromEntries(outcomes.map((one) => [one, 0])) as Record<Outcome, number>
    for (const cluster of clusters) all[stateOf(cluster, (id) => records.outcomes.get(id))]++
    return all
  }, [clusters, records])
  const left = useMemo(
    () => clusters.filter((one) => one.annotations.some((mark) => awaits(records, room.me.id, mark))).length,
    [clusters, records, room],
  )
  const unanimous = useMemo(
    () =>
      mayJudge
        ? clusters.filter(
            (one) => isUnanimous(one) && one.annotations.every(({ id }) => records.outcomes.get(id) === 'open'),
          )
        : [],
    [clusters, records, mayJudge],
  )
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

  /** Goes on to the next one about which one is to decide, from the top again after the last. */
  const goOn = (from: number): boolean => {
    const next = nextToDo(room.records.get(), room.me.id, shown, from)
    if (next >= 0) open(next)
    return next >= 0
  }

  const decide = (cluster: Cluster, doing: Doing) => {
    const index = shown.findIndex((one) => one.id === cluster.id)
    const { changes, said, pass } = planOf(bench, cluster, doing)
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
    const isMore = goOn(index)
    speak(focus, isMore ? `${said}. ${focus.spoken.get().text}` : `${said}. ${words.allDone}`)
    if (!isMore) tell(words.allDone)
  }

  const leave = () => {
    onClose()
    editor.view.dom.focus({ preventScroll: true })
  }
  const isFiltered = choice.person !== '' || choice.kind !== '' || choice.difference !== '' || choice.state !== ''
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
          {words.title} <small>{words.left(left)}</small>
        </h2>
        <Button variant="quiet" aria-label={words.close} shortcut="leave" hint={words.close} onPress={leave}>
          <X aria-hidden="true" />
        </Button>
      </header>
      <div className={styles['head']}>
        <Progress
          counts={counts}
          chosen={choice.state}
          onChoose={(state) => setChoice({ ...choice, state: choice.state === state ? '' : state })}
        />
        {/* biome-ignore lint/a11y/useSemanticElements: a fieldset is for fields of a form */}
        <div className={styles['filters']} role="group" aria-label={words.state}>
          <Select
            label={words.state}
            value={choice.state}
            onChange={(state) => setChoice({ ...choice, state: states.find((one) => one === state) ?? '' })}
            options={[
              ['', words.allStates],
              ...(mayJudge ? [['todo', words.toDecide] as const] : []),
              ...outcomes.map((one) => [one, stateWords[one]] as const),
            ]}
          />
          <Select
            label={words.difference}
            value={choice.difference}
            onChange={(difference) => setChoice({ ...choice, difference })}
            options={[
              ['', words.allDifferences],
              ...differences.map((one) => [one, differenceWords[one]] as const),
              ['attributes', words.attributesDiffer],
            ]}
          />
          <Select
            label={words.kind}
            value={choice.kind}
            onChange={(kind) => setChoice({ ...choice, kind })}
            options={[['', words.allKinds], ...labelSet.kinds.map(({ id, label }) => [id, label] as const)]}
          />
          <Select
            label={words.people}
            value={choice.person}
            onChange={(person) => setChoice({ ...choice, person })}
            options={[
              ['', words.everybody],
              ...people.map((id) => [id, id === room.me.id ? words.mine : room.nameOf(id)] as const),
            ]}
          />
        </div>
        {unanimous.length > 0 && (
          <Button onPress={() => setDialog('unanimous')}>
            <CheckCheck aria-hidden="true" /> {words.unanimous}
          </Button>
        )}
        {!mayJudge && !isBarred && <p className={styles['soft']}>{words.mayNot}</p>}
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
      </div>
      {shown.length === 0 ? (
        <div className={styles['none']}>
          <p>
            {clusters.length === 0
              ? words.none
              : choice.state === 'todo' && isOnly(choice)
                ? words.allDone
                : words.noneOfThese}
          </p>
          {isFiltered && clusters.length > 0 && <Button onPress={() => setChoice(everything)}>{words.showAll}</Button>}
        </div>
      ) : (
        <Rows
          bench={bench}
          keys={keys}
          records={records}
          shown={shown}
          activeIndex={activeIndex}
          candidate={active?.candidate ?? 0}
          selected={selected}
          mayJudge={mayJudge}
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

const states: readonly State[] = ['', 'todo', ...outcomes]

function isOnly({ person, kind, difference }: Choice): boolean {
  return person === '' && kind === '' && difference === ''
}

function holds(cluster: Cluster, mark: string): boolean {
  return cluster.annotations.some(({ id }) => id === mark)
}

/** What is to be put for it, what is said of it, and what could be done to others like it. */
function planOf({ room }: Workbench, cluster: Cluster, doing: Doing) {
  switch (doing.is) {
    case 'accept': {
      const { chosen, isMine } = doing.candidate
      const isAlone = othersIn(room, cluster).length === 1 && !isMine
      return {
        changes: acceptingOne(room, cluster, chosen),
        said: isAlone ? words.acceptedAlone : words.accepted,
        pass: isMine ? null : ({ is: 'accept', chosen } as const),
      }
    }
    case 'accept-too':
      return {
        changes: saying(room, doing.candidate.chosen.id, { decision: 'accept' }),
        said: words.acceptedAlone,
        pass: null,
      }
    case 'reject':
      return { changes: rejectingAll(room, cluster), said: words.rejected, pass: { is: 'reject' } as const }
    case 'unsure':
      return { changes: leavingAll(room, cluster), said: words.leftOpen, pass: null }
    case 'take-back':
      return {
        changes: cluster.annotations.flatMap(({ id }) => sayingNothing(room, id)),
        said: words.takeBack,
        pass: null,
      }
    case 'answer':
      return { changes: answeringAnew(room, cluster, doing.candidate.chosen), said: words.answered, pass: null }
  }
}

/** What the choice lets through, and what it let through before; in the order of the text. */
function useShownClusters({ room }: Workbench, records: LiveRecords, choice: Choice): readonly Cluster[] {
  const stays = useRef({ choice, ids: new Set<string>() })
  if (stays.current.choice !== choice) stays.current = { choice, ids: new Set() }
  const { person, kind, difference, state } = choice
  const shown = useMemo(() => {
    const isShown = (cluster: Cluster) => {
      const { annotations, people } = cluster
      if (annotations.some(({ id }) => stays.current.ids.has(id))) return true
      if (person !== '' && !people.includes(person)) return false
      if (kind !== '' && !annotations.some((one) => one.kind === kind)) return false
      if (
        difference === 'attributes'
          ? cluster.attributes.length === 0
          : difference !== '' && cluster.difference !== difference
      )
        return false
      if (state === 'todo') return annotations.some((one) => awaits(records, room.me.id, one))
      return state === '' || stateOf(cluster, (id) => records.outcomes.get(id)) === state
    }
    return records.clusters.filter(isShown)
  }, [records, room, person, kind, difference, state])
  for (const { annotations } of shown) for (const { id } of annotations) stays.current.ids.add(id)
  return shown
}

interface ProgressProps {
  counts: Record<Outcome, number>
  chosen: State
  onChoose: (state: Outcome) => void
}

/** How far the review is: a bar, and under it what its parts are, each of which shows what is in it. */
function Progress({ counts, chosen, onChoose }: ProgressProps) {
  const order = ['accepted', 'rejected', 'disputed', 'open'] as const
  return (
    <div className={styles['progress']}>
      <div className={styles['bar']} aria-hidden="true">
        {order.map((one) => counts[one] > 0 && <span key={one} data-outcome={one} style={{ flexGrow: counts[one] }} />)}
      </div>
      <fieldset>
        <legend className="visually-hidden">{words.progress}</legend>
        {order.map((one) => (
          <Button
            key={one}
            variant="quiet"
            isPressedState={chosen === one}
            aria-label={words.share(stateWords[one], counts[one])}
            onPress={() => onChoose(one)}
          >
            <span className={styles['dot']} data-outcome={one} aria-hidden="true" /> {stateWords[one]}{' '}
            <b>{counts[one].toLocaleString('en')}</b>
          </Button>
        ))}
      </fieldset>
    </div>
  )
}

interface SelectProps {
  label: string
  value: string
  onChange: (value: string) => void
  options: readonly (readonly [string, string])[]
}

function Select({ label, value, onChange, options }: SelectProps) {
  return (
    <select
      aria-label={label}
      value={value}
      data-on={value !== '' || undefined}
      onChange={(event) => onChange(event.currentTarget.value)}
    >
      {options.map(([id, name]) => (
        <option key={id} value={id}>
          {name}
        </option>
      ))}
    </select>
  )
}

interface RowsProps {
  bench: Workbench
  keys: KeyStore
  records: LiveRecords
  shown: readonly Cluster[]
  activeIndex: number
  /** Which of what they marked is chosen in the open one. */
  candidate: number
  selected: string | null
  mayJudge: boolean
  onOpen: (index: number, candidate?: number) => void
  onDecide: (cluster: Cluster, doing: Doing) => void
  onPick: () => void
}

function Rows({
  bench,
  keys,
  records,
  shown,
  activeIndex,
  candidate,
  selected,
  mayJudge,
  onOpen,
  onDecide,
  onPick,
}: RowsProps) {
  const { editor, room } = bench
  const bindings = useLive(keys.bindings)
  const findKey = useContext(Shortcuts)
  const id = useId()
  const scroller = useRef<HTMLDivElement>(null)
  const isFocusWanted = useRef(false)
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
    if (!isFocusWanted.current || activeIndex < 0) return
    const row = scroller.current?.querySelector<HTMLElement>(`[data-index="${activeIndex}"] button`)
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
    const index = activeIndex < 0 ? 0 : activeIndex
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
    if (step !== undefined) openRow(activeIndex < 0 ? 0 : Math.max(0, Math.min(shown.length - 1, index + step)))
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
        else tell(words.allDone)
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
                  isReachable={item.index === Math.max(0, activeIndex)}
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

function nextToDo(records: LiveRecords, person: string, shown: readonly Cluster[], from: number): number {
  const isToDo = (mark: Annotation) => awaits(records, person, mark)
  for (let step = 1; step <= shown.length; step++) {
    const index = (from + step) % shown.length
    if (shown[index]?.annotations.some(isToDo)) return index
  }
  return -1
}
