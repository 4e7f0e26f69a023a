/** Marks over the same words, in two lines; opened, with all that people marked there and what one can decide about it. */
import type { Annotation } from '@attest/schema/annotation'
import { type Cluster, stateOf } from '@attest/schema/cluster'
import { isSameSpans, quotesOf } from '@attest/schema/span'
import type { Verdict } from '@attest/schema/verdict'
import { Check, CircleHelp, LocateFixed, PencilLine, Plus, RotateCcw, Scale, X } from 'lucide-react'
import { type ReactNode, useRef } from 'react'
import { kindLabel, kindStyle, shortQuote } from '../annotations/describe.ts'
import { isDuplicate, Outcome } from '../annotations/MarkCard.tsx'
import { labelOf } from '../attributes/save.ts'
import { ownVerdictOn } from '../editor/own.ts'
import type { Workbench } from '../editor/workbench.ts'
import { Diff } from '../history/Diff.tsx'
import type { LiveRecords } from '../live/live-records.ts'
import { Avatar } from '../ui/Avatar.tsx'
import { Button } from '../ui/Button.tsx'
import { Swatch } from '../ui/Swatch.tsx'
import { type Candidate, candidatesOf, type Doing, othersIn } from './decide.ts'
import { judge, startCorrecting } from './judge.ts'
import { Note } from './Note.tsx'
import styles from './review.module.css'
import { VerdictList } from './VerdictList.tsx'
import { differenceWords, stateWords, verdictWords, reviewWords as words } from './wording.ts'

interface Props {
  bench: Workbench
  records: LiveRecords
  cluster: Cluster
  isOpen: boolean
  /** Whether Tab comes to it. */
  isReachable: boolean
  /** Which of what they marked is chosen. */
  candidate: number
  mayJudge: boolean
  onOpen: (candidate?: number) => void
  onDecide: (doing: Doing) => void
  /** Closes what lies over the text, to look at it there. */
  onGoTo: () => void
}

const stateIcons: Record<keyof typeof stateWords, ReactNode> = {
  open: null,
  accepted: <Check aria-hidden="true" />,
  rejected: <X aria-hidden="true" />,
  disputed: <Scale aria-hidden="true" />,
}

/** So many people are shown with a sign each. */
const MOST_SIGNS = 4

export function ClusterRow(props: Props) {
  const { bench, records, cluster, isOpen, isReachable, onOpen, onGoTo } = props
  const { room } = bench
  const { annotations, people, difference, attributes } = cluster
  const state = stateOf(cluster, (id) => records.outcomes.get(id))
  const kinds = [...new Map(annotations.map((one) => [one.kind, one])).values()]
  const words60 = annotations[0] ? shortQuote(room, { spans: [[...cluster.hull]] }, 90) : ''
  const names = people.map((id) => (id === room.me.id ? verdictWords.you : room.nameOf(id)))
  const how = attributes.length > 0 && difference === 'same' ? words.attributesDiffer : differenceWords[difference]
  return (
    <article
      className={styles['cluster']}
      data-open={isOpen || undefined}
      data-state={state}
      data-difference={difference}
    >
      <button
        type="button"
        className={styles['clusterHead']}
        aria-expanded={isOpen}
        tabIndex={isReachable ? 0 : -1}
        onClick={() => onOpen()}
      >
        <span className={styles['swatches']} aria-hidden="true">
          {kinds.map((one) => (
            <Swatch key={one.kind} kind={kindStyle(room, one)} />
          ))}
        </span>
        <span className={styles['clusterWords']} dir="auto">
          {words60}
        </span>
        <span className={styles['stateIcon']} data-outcome={state} aria-hidden="true">
          {stateIcons[state]}
        </span>
        <span className={styles['how']}>
          <span className="visually-hidden">. </span>
          {how}
          {state !== 'open' && ` · ${stateWords[state]}`}
          <span className="visually-hidden">{words.rowOf(names.join(', '), state === 'open')}</span>
        </span>
        <span className={styles['signs']} aria-hidden="true">
          {people.slice(0, MOST_SIGNS).map((id) => (
            <Avatar key={id} person={room.personOf(id)} />
          ))}
          {people.length > MOST_SIGNS && <small>+{people.length - MOST_SIGNS}</small>}
        </span>
      </button>
      {isOpen && <OpenCluster {...props} onGoTo={onGoTo} />}
    </article>
  )
}

function OpenCluster({ bench, records, cluster, candidate, mayJudge, onOpen, onDecide, onGoTo }: Props) {
  const { room } = bench
  const { labelSet, project } = room.page
  const all = candidatesOf(room, cluster)
  const others = othersIn(room, cluster)
  const [first] = all
  const isCurator = project.role === 'owner' || project.role === 'reviewer'
  const hasSaid = others.some(({ id }) => ownVerdictOn(room, id) !== undefined)
  const ownWaits = cluster.annotations.some(
    ({ id, author }) => author === room.me.id && records.outcomes.get(id) === 'open',
  )
  const isDisputed = others.some(({ id }) => records.outcomes.get(id) === 'disputed')
  const names = cluster.attributes.map((name) => labelOf(labelSet, first?.chosen.kind ?? '', name))
  return (
    <div className={styles['opened']}>
      {names.length > 0 && <p className={styles['soft']}>{words.differsIn(names)}</p>}
      {isDisputed && <p className={styles['disputed']}>{words.disputedFor(project.role === 'owner')}</p>}
      <ol className={styles['candidates']} aria-label={words.candidates}>
        {all.map((one, index) => (
          <li key={one.chosen.id} data-chosen={(all.length > 1 && index === candidate) || undefined}>
            <OneCandidate
              bench={bench}
              records={records}
              cluster={cluster}
              candidate={one}
              first={first?.chosen}
              othersCount={others.filter(({ id }) => !one.marks.some((mark) => mark.id === id)).length}
              mayJudge={mayJudge}
              isCurator={isCurator}
              onChoose={() => onOpen(index)}
              onDecide={onDecide}
            />
          </li>
        ))}
      </ol>
      {others.length === 0 && <p className={styles['soft']}>{words.ownOnly}</p>}
      {others.length > 0 && ownWaits && hasSaid && <p className={styles['soft']}>{words.ownWaits}</p>}
      <div className={styles['decisions']}>
        {mayJudge && others.length > 0 && (
          <>
            <Button
              variant="bad"
              shortcut="reject"
              hint={words.rejectAllHint}
              onPress={() => onDecide({ is: 'reject' })}
            >
              <X aria-hidden="true" /> {others.length > 1 ? words.rejectAll : words.reject}
            </Button>
            <Button shortcut="unsure" hint={words.unsureHint} onPress={() => onDecide({ is: 'unsure' })}>
              <CircleHelp aria-hidden="true" /> {words.unsure}
            </Button>
            {isCurator && first && !cluster.annotations.some(({ author }) => author === room.me.id) && (
              <Button
                hint={words.answerAnewHint}
                onPress={() => onDecide({ is: 'answer', candidate: all[candidate] ?? first })}
              >
                <Plus aria-hidden="true" /> {words.answerAnew}
              </Button>
            )}
            {hasSaid && (
              <Button variant="quiet" hint={words.takeBackHint} onPress={() => onDecide({ is: 'take-back' })}>
                <RotateCcw aria-hidden="true" /> {words.takeBack}
              </Button>
            )}
          </>
        )}
        <Button variant="quiet" hint={words.goTo} aria-label={words.goTo} onPress={onGoTo}>
          <LocateFixed aria-hidden="true" />
        </Button>
      </div>
    </div>
  )
}

interface CandidateProps {
  bench: Workbench
  records: LiveRecords
  cluster: Cluster
  candidate: Candidate
  /** What most people say, to which the others are compared. */
  first: Annotation | undefined
  /** How many marks of others would become its duplicates. */
  othersCount: number
  mayJudge: boolean
  isCurator: boolean
  onChoose: () => void
  onDecide: (doing: Doing) => void
}

function OneCandidate(props: CandidateProps) {
  const { bench, records, cluster, candidate, first, othersCount, mayJudge, isCurator, onChoose, onDecide } = props
  const { room } = bench
  const { chosen, marks, isMine } = candidate
  const { text, labelSet } = room.page
  const people = [...new Set(marks.map(({ author }) => author))]
  const names = people.map((id) => (id === room.me.id ? verdictWords.you : room.nameOf(id))).join(', ')
  // They say the same: what stands for one of them stands for all, as a curator's own mark that is the answer.
  const isStanding = marks.some(({ id }) => records.outcomes.get(id) === 'accepted')
  const outcome = isStanding ? 'accepted' : (records.outcomes.get(chosen.id) ?? 'open')
  const head = useRef<HTMLButtonElement>(null)
  const onFocusBack = () => head.current?.focus({ preventScroll: true })
  const own = ownVerdictOn(room, chosen.id)
  const isAccepted = own?.decision === 'accept'
  const hasAccepted = cluster.annotations.some(({ id }) => ownVerdictOn(room, id)?.decision === 'accept')
  // That one of those who say the same stands for the others is to be seen already.
  const isTold = (one: Verdict) => one.of === undefined || !marks.some(({ id }) => id === one.of)
  const verdicts = eachOnce(marks.flatMap(({ id }) => records.verdictsOn.get(id)?.filter(isTold) ?? []))
  const quote = quotesOf(text, chosen.spans).join(' … ')
  const isOther = first !== undefined && first !== chosen && !isSameSpans(first.spans, chosen.spans)
  const answers = Object.entries(chosen.attributes)
  return (
    <>
      <button type="button" ref={head} className={styles['candidateHead']} onClick={onChoose}>
        <Swatch kind={kindStyle(room, chosen)} />
        <strong>{kindLabel(room, chosen)}</strong>
        <span>{words.by(names)}</span>
        <Outcome outcome={outcome} isDuplicate={!isStanding && isDuplicate(records, chosen.id)} />
      </button>
      <blockquote dir="auto">
        {isOther ? <Diff before={quotesOf(text, first.spans).join(' … ')} after={quote} /> : quote}
      </blockquote>
      {answers.length > 0 && (
        <dl className={styles['answers']}>
          {answers.map(([name, value]) => (
            <div key={name} data-differs={cluster.attributes.includes(name) || undefined}>
              <dt>{labelOf(labelSet, chosen.kind, name)}</dt>
              <dd dir="auto">{value ?? <em>{words.nothing}</em>}</dd>
            </div>
          ))}
        </dl>
      )}
      <VerdictList bench={bench} annotation={chosen} verdicts={verdicts} own={mayJudge ? own : undefined} />
      {mayJudge && own && (own.decision !== 'duplicate' || own.note !== undefined) && (
        <Note
          key={own.id}
          note={own.note ?? ''}
          onDone={onFocusBack}
          onSave={(note) => judge(bench, chosen.id, own.decision, { note, ...(own.of && { of: own.of }) }) !== null}
        />
      )}
      {mayJudge && (
        <div className={styles['decisions']}>
          {isMine ? (
            isCurator &&
            othersCount > 0 && (
              <Button variant="good" hint={words.mineHint} onPress={() => onDecide({ is: 'accept', candidate })}>
                <Check aria-hidden="true" /> {words.mineIsIt}
              </Button>
            )
          ) : (
            <>
              <Button
                variant="good"
                shortcut="accept"
                isPressedState={isAccepted}
                aria-label={words.acceptOf(kindLabel(room, chosen), names)}
                hint={words.acceptHint(othersCount)}
                onPress={() => onDecide({ is: 'accept', candidate })}
              >
                <Check aria-hidden="true" /> {words.accept}
              </Button>
              {hasAccepted && !isAccepted && (
                <Button hint={words.acceptTooHint} onPress={() => onDecide({ is: 'accept-too', candidate })}>
                  <Check aria-hidden="true" /> {words.acceptToo}
                </Button>
              )}
              <Button
                variant="quiet"
                hint={verdictWords.correctHint}
                onPress={() => void startCorrecting(bench, chosen.id)}
              >
                <PencilLine aria-hidden="true" /> {verdictWords.correct}
              </Button>
            </>
          )}
        </div>
      )}
    </>
  )
}

/** What somebody said alike of several marks that say the same, once. */
function eachOnce(verdicts: readonly Verdict[]): Verdict[] {
  const said = ({ author, decision, of, note, fix }: Verdict) => JSON.stringify([author, decision, of, note, fix])
  return [...new Map(verdicts.toReversed().map((one) => [said(one), one])).values()].reverse()
}
